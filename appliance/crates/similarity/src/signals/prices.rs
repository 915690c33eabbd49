//! Totals and bills.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, graded, id_of};
use crate::finding::{Evidence, Holder, Kind, LineShown, SharedValue, Weight};
use crate::input::{Baseline, Bid};
use crate::prices::items::{self, Bills};
use crate::prices::series;
use crate::thresholds::Thresholds;

pub(crate) fn drafts(
    bids: &[Bid],
    ids: &[String],
    baseline: &Baseline,
    thresholds: &Thresholds,
) -> Vec<Draft> {
    let totals: Vec<(usize, u64)> = bids
        .iter()
        .enumerate()
        .filter_map(|(index, bid)| Some((index, bid.prices.total?.get())))
        .filter(|(_, fen)| *fen > 0)
        .collect();
    let mut drafts = equal(&totals, ids);
    for found in series::find(&totals, thresholds) {
        let strong =
            found.terms.len() > thresholds.series_bids && found.one_in >= 100 * thresholds.series_one_in;
        let fen = |index: &usize| totals.iter().find(|(bid, _)| bid == index).map_or(0, |(_, fen)| *fen);
        drafts.push(Draft {
            kind: Kind::Series,
            weight: if strong { Weight::Strong } else { Weight::Medium },
            bids: found.terms.iter().copied().collect(),
            evidence: Evidence::Series {
                rule: found.rule,
                terms: found.terms.iter().map(|index| (id_of(ids, *index), fen(index))).collect(),
                step: found.step,
                one_in: found.one_in,
            },
        });
    }
    let slices: Vec<_> = bids.iter().map(|bid| bid.prices.items.as_slice()).collect();
    let bills = Bills::new(&slices, &baseline.fixed_items, thresholds);
    for a in 0..bids.len() {
        for b in a + 1..bids.len() {
            for pattern in bills.compare(a, b, thresholds) {
                let share = items::share(&pattern);
                let reached = |level: usize| {
                    thresholds.items_share.get(level).is_some_and(|least| share >= *least)
                        && (level < 2 || pattern.lines >= 2 * thresholds.items)
                };
                let Some(weight) = graded(reached) else { continue };
                let count = |lines: usize| u64::try_from(lines).unwrap_or(u64::MAX);
                drafts.push(Draft {
                    kind: Kind::Bill,
                    weight,
                    bids: [a, b].into(),
                    evidence: Evidence::Bill {
                        rule: pattern.rule,
                        lines: count(pattern.lines),
                        lines_compared: count(pattern.of),
                        value: pattern.value,
                        examples: pattern
                            .examples
                            .into_iter()
                            .map(|(code, a, b)| LineShown { code, a, b })
                            .collect(),
                    },
                });
            }
        }
    }
    drafts
}

/// Totals that agree to the fen. Where all do, the price is a given one.
fn equal(totals: &[(usize, u64)], ids: &[String]) -> Vec<Draft> {
    let mut holders: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
    for (bid, fen) in totals {
        holders.entry(*fen).or_default().insert(*bid);
    }
    holders.retain(|_, bids| bids.len() >= 2 && bids.len() < totals.len());
    let draft = |(fen, bids): (u64, BTreeSet<usize>)| {
        let holders = bids.iter().map(|bid| Holder { bid: id_of(ids, *bid), spot: None, at: None }).collect();
        let value =
            SharedValue { value: fen.to_string(), property: None, mark: None, holders, minutes: None };
        let evidence = Evidence::Values { values: vec![value], in_all: 1 };
        Draft { kind: Kind::EqualTotals, weight: Weight::Medium, bids, evidence }
    };
    holders.into_iter().map(draft).collect()
}
