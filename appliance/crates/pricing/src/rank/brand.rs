//! Several bidders with products of one brand (87号令 第三十一条).

use std::collections::BTreeMap;

use crate::bids::{Choice, Purpose};
use crate::engine::{Choices, Entry, reject};
use crate::exact::Exact;
use crate::method::{BrandMatch, BrandTie, Method, SameBrand};
use crate::outcome::{Status, Waiting, WaitingKind};
use crate::refusal::Text;

const CLAUSE: &str = "87号令 第三十一条";

/// The bids that stand, in groups of one brand, each sorted; without the rule each bid is a group of its own. With one core
/// product enough, whoever is linked by a chain of equal brands is one group.
pub(crate) fn brands(rule: Option<&SameBrand>, entries: &[Entry<'_>]) -> Vec<Vec<usize>> {
    let standing = entries.iter().enumerate().filter(|(_, entry)| entry.stands());
    let Some(rule) = rule else { return standing.map(|(index, _)| vec![index]).collect() };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut keys: BTreeMap<Vec<(String, String)>, usize> = BTreeMap::new();
    for (index, entry) in standing {
        let mut brands: Vec<(String, String)> =
            entry.bid.brands.iter().map(|b| (b.product.clone(), b.brand.trim().to_owned())).collect();
        brands.sort();
        let links: Vec<Vec<(String, String)>> = match rule.matches {
            BrandMatch::All => vec![brands],
            BrandMatch::Any => brands.into_iter().map(|brand| vec![brand]).collect(),
        };
        let mut linked: Vec<usize> = links.iter().filter_map(|link| keys.get(link).copied()).collect();
        linked.sort_unstable();
        linked.dedup();
        let home = linked.first().copied().unwrap_or(groups.len());
        if home == groups.len() {
            groups.push(Vec::new());
        }
        let mut joined = vec![index];
        for other in linked {
            joined.append(&mut groups.get_mut(other).map(core::mem::take).unwrap_or_default());
            for group in keys.values_mut().filter(|group| **group == other) {
                *group = home;
            }
        }
        joined.sort_unstable();
        if let Some(group) = groups.get_mut(home) {
            *group = joined;
        }
        keys.extend(links.into_iter().map(|link| (link, home)));
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Lowest price: of each brand only the lowest price offered is evaluated, the others are invalid; equal ones are drawn.
pub(crate) fn choose_by_price(
    groups: &[Vec<usize>],
    entries: &mut [Entry<'_>],
    choices: &mut Choices<'_>,
    waiting: &mut Vec<Waiting>,
) {
    for group in groups.iter().filter(|group| group.len() > 1) {
        let price =
            |index: &usize| entries.get(*index).and_then(|e| e.price.as_ref().map(|p| p.value.clone()));
        let best = group.iter().filter_map(price).min();
        let tied: Vec<usize> = group.iter().copied().filter(|index| price(index) == best).collect();
        let kept = settle(&tied, entries, choices, waiting);
        for index in group.iter().filter(|index| !kept.contains(index)) {
            if let Some(entry) = entries.get_mut(*index) {
                let text = Text::new(
                    "提供相同品牌产品，以其中报价最低（报价相同时按规定确定）的投标人参加评标，其他投标无效",
                    "of several bidders with one brand only the one with the lowest price, or the one drawn, is evaluated",
                );
                reject(entry, Status::SameBrand, text, CLAUSE);
            }
        }
    }
}

/// Comprehensive scoring: the best total stands for the brand; the others are no candidates.
pub(crate) fn choose_by_score(
    method: &Method,
    groups: &[Vec<usize>],
    entries: &mut [Entry<'_>],
    choices: &mut Choices<'_>,
    waiting: &mut Vec<Waiting>,
) {
    let Some(rule) = &method.same_brand else { return };
    for group in groups.iter().filter(|group| group.len() > 1) {
        let scored: Vec<usize> = group
            .iter()
            .copied()
            .filter(|index| entries.get(*index).is_some_and(|entry| entry.scored()))
            .collect();
        let key = |index: &usize, by: fn(&Entry<'_>) -> Option<Exact>| entries.get(*index).and_then(by);
        let total = |entry: &Entry<'_>| entry.total.as_ref().map(|total| total.value.clone());
        let price = |entry: &Entry<'_>| entry.evaluated.as_ref().map(|price| price.value.clone());
        let best = scored.iter().filter_map(|index| key(index, total)).max();
        let mut tied: Vec<usize> = scored.iter().copied().filter(|index| key(index, total) == best).collect();
        if rule.tie == BrandTie::LowerPrice {
            let lowest = tied.iter().filter_map(|index| key(index, price)).min();
            tied.retain(|index| key(index, price) == lowest);
        }
        let kept = settle(&tied, entries, choices, waiting);
        let stands = kept.first().and_then(|index| entries.get(*index)).map(|entry| entry.bid.id.clone());
        for index in scored.iter().filter(|index| !kept.contains(index)) {
            if let Some(entry) = entries.get_mut(*index) {
                entry.represented_by.clone_from(&stands);
            }
        }
    }
}

/// The one that was drawn of the equal ones; all of them, and a note that a draw is needed, where none was.
fn settle(
    tied: &[usize],
    entries: &[Entry<'_>],
    choices: &mut Choices<'_>,
    waiting: &mut Vec<Waiting>,
) -> Vec<usize> {
    if tied.len() < 2 {
        return tied.to_vec();
    }
    let ids: Vec<String> =
        tied.iter().filter_map(|index| entries.get(*index)).map(|entry| entry.bid.id.clone()).collect();
    let first = choices.find(Purpose::SameBrand, &ids).and_then(|Choice { order, .. }| order.first());
    let drawn =
        tied.iter().copied().find(|i| entries.get(*i).map(|entry| &entry.bid.id) == first && first.is_some());
    if let Some(index) = drawn {
        return vec![index];
    }
    waiting.push(Waiting {
        kind: WaitingKind::SameBrandDraw,
        text: Text::new(
            format!("相同品牌的投标 {} 相同，请随机抽取一个", ids.join("、")),
            format!("the bids {} of one brand are equal; draw one at random", ids.join(", ")),
        ),
        bids: ids,
        clause: CLAUSE.to_owned(),
    });
    tied.to_vec()
}
