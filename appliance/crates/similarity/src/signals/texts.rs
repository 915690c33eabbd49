//! Text: common passages, rare common errors, names of others, numbers of people.

use std::collections::BTreeMap;

use super::values::{Key, Values};
use super::{Draft, graded, id_of};
use crate::finding::{Evidence, Kind, PassageShown, Quoted, Weight};
use crate::reading::{ReadBaseline, ReadBid};
use crate::text::normal::normal;
use crate::text::passages::{self, Side};
use crate::text::rare::{self, RareError};
use crate::text::shingle::Numbers;
use crate::text::{body::Body, names};
use crate::thresholds::Thresholds;

/// Words of a passage that are shown.
const WORDS: usize = 400;

/// What the texts of two bids have in common, as a whole and passage by passage.
pub(crate) struct Compared {
    pub(crate) resemblance: u32,
    pub(crate) characters: (u64, u64),
    pub(crate) draft: Option<Draft>,
}

/// Compares two bids; `common` are fingerprints that most bids have.
pub(crate) fn compare(
    (a, here): (usize, &ReadBid),
    (b, there): (usize, &ReadBid),
    common: &Numbers,
    thresholds: &Thresholds,
) -> Compared {
    let resemblance = here.sketch.resemblance(&there.sketch);
    let sides =
        (Side { body: &here.body, prints: &here.prints }, Side { body: &there.body, prints: &there.prints });
    let found = passages::compare(&sides.0, &sides.1, common, thresholds);
    let share = |covered: u64, own: u64| covered.saturating_mul(10_000).checked_div(own).unwrap_or(0);
    let share = if here.prints.own <= there.prints.own {
        share(found.covered.0, here.prints.own)
    } else {
        share(found.covered.1, there.prints.own)
    };
    let share = u32::try_from(share.min(10_000)).unwrap_or(10_000);
    let characters = found.covered.0.min(found.covered.1);
    let reached = |level: usize| {
        thresholds.text_characters.get(level).is_some_and(|least| characters >= *least)
            && thresholds.text_share.get(level).is_some_and(|least| share >= *least)
    };
    let shown = |passage: &passages::Passage| PassageShown {
        characters: passage.own,
        a: here.body.spot(passage.a.0),
        b: there.body.spot(passage.b.0),
        words_a: here.body.words(passage.a.0, passage.a.1, WORDS),
        words_b: there.body.words(passage.b.0, passage.b.1, WORDS),
    };
    let draft = graded(reached).map(|weight| Draft {
        kind: Kind::Text,
        weight,
        bids: [a, b].into(),
        evidence: Evidence::Text {
            characters: found.covered,
            share,
            resemblance,
            passages: found.passages.iter().take(thresholds.passages_shown).map(shown).collect(),
            passages_in_all: u64::try_from(found.passages.len()).unwrap_or(u64::MAX),
            cut: found.cut,
        },
    });
    Compared { resemblance, characters: found.covered, draft }
}

/// Rare errors of pairs.
pub(crate) fn rare_errors(bids: &[ReadBid], baseline: &ReadBaseline, thresholds: &Thresholds) -> Vec<Draft> {
    let bodies: Vec<&Body> = bids.iter().map(|bid| &bid.body).collect();
    let tender: Vec<&Body> = baseline.bodies.iter().collect();
    let mut pairs: BTreeMap<(u16, u16), Vec<RareError>> = BTreeMap::new();
    for (pair, error) in rare::find(&bodies, &tender, thresholds.usual_bids) {
        pairs.entry(pair).or_default().push(error);
    }
    let draft = |((a, b), mut errors): ((u16, u16), Vec<RareError>)| {
        let count = errors.len();
        let reached = |level: usize| thresholds.rare_errors.get(level).is_some_and(|least| count >= *least);
        let weight = graded(reached)?;
        errors.sort_by(|one, other| (&one.a, one).cmp(&(&other.a, other)));
        errors.truncate(thresholds.rare_errors_shown);
        let in_all = u64::try_from(count).unwrap_or(u64::MAX);
        Some(Draft {
            kind: Kind::RareErrors,
            weight,
            bids: [usize::from(a), usize::from(b)].into(),
            evidence: Evidence::RareErrors { errors, in_all },
        })
    };
    pairs.into_iter().filter_map(draft).collect()
}

/// Bidders' names in the bids of others, unless the tender has them.
pub(crate) fn names_of_others(
    names: &[&str],
    ids: &[String],
    bids: &[ReadBid],
    baseline: &ReadBaseline,
) -> Vec<Draft> {
    let names: Vec<Vec<u16>> = names.iter().map(|name| normal(name)).collect();
    let mut drafts = Vec::new();
    for (whose, name) in names.iter().enumerate() {
        if baseline.bodies.iter().any(|body| names::contains(&body.units, name)) {
            continue;
        }
        for (index, bid) in bids.iter().enumerate() {
            let own = names.get(index).map(Vec::as_slice).unwrap_or_default();
            if index == whose {
                continue;
            }
            let Some(named) = names::find(&bid.body, name, own) else { continue };
            drafts.push(Draft {
                kind: Kind::NameOfOther,
                weight: Weight::Medium,
                bids: [whose, index].into(),
                evidence: Evidence::NameOfOther {
                    named: id_of(ids, whose),
                    found_in: id_of(ids, index),
                    times: named.times,
                    places: named.spots.into_iter().map(|(spot, words)| Quoted { spot, words }).collect(),
                },
            });
        }
    }
    drafts
}

/// Collects numbers of people.
pub(crate) fn collect_marks(bids: &[ReadBid], baseline: &ReadBaseline, values: &mut Values) {
    for (index, bid) in bids.iter().enumerate() {
        for ((mark, value), (document, page)) in &bid.marks.0 {
            if baseline.marks.0.contains_key(&(*mark, value.clone())) {
                continue;
            }
            let key = Key { kind: Kind::Mark, value: value.clone(), property: None, mark: Some(*mark) };
            values.add(key, index, Some(bid.spot(*document, *page)), None);
        }
    }
}
