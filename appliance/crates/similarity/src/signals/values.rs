//! Exact values that several bids have: collected, then grouped by who has them, so that thirty numbers that the same two
//! bids share are one hint.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, id_of, lowered, widespread};
use crate::document::MetaKey;
use crate::finding::{Evidence, Holder, Kind, SharedValue, Weight};
use crate::text::body::Spot;
use crate::text::marks::MarkKind;

/// Values that are shown of a hint, and holders of a value.
const SHOWN: usize = 20;

/// What makes values the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) value: String,
    pub(crate) property: Option<MetaKey>,
    pub(crate) mark: Option<MarkKind>,
}

impl Key {
    pub(crate) fn plain(kind: Kind, value: String) -> Self {
        Self { kind, value, property: None, mark: None }
    }
}

/// Who has it, where, and when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Held {
    pub(crate) bid: usize,
    pub(crate) spot: Option<Spot>,
    pub(crate) at: Option<i64>,
}

/// All values of all bids.
#[derive(Debug, Default)]
pub(crate) struct Values(BTreeMap<Key, BTreeSet<Held>>);

impl Values {
    pub(crate) fn add(&mut self, key: Key, bid: usize, spot: Option<Spot>, at: Option<i64>) {
        self.0.entry(key).or_default().insert(Held { bid, spot, at });
    }

    /// Hints for all values that at least two bids have, weighed by `weigh`; none where that gives none.
    pub(crate) fn drafts(
        self,
        ids: &[String],
        weigh: impl Fn(&Key, &BTreeSet<Held>) -> Option<(Weight, Option<u64>)>,
    ) -> Vec<Draft> {
        let mut groups: BTreeMap<(Kind, Weight, BTreeSet<usize>), Vec<SharedValue>> = BTreeMap::new();
        for (key, held) in self.0 {
            let bids: BTreeSet<usize> = held.iter().map(|held| held.bid).collect();
            if bids.len() < 2 {
                continue;
            }
            let Some((weight, minutes)) = weigh(&key, &held) else { continue };
            // What most bids share has a common cause more often, except what belongs to one person or purse.
            let personal =
                matches!(key.kind, Kind::Lock | Kind::Certificate | Kind::Member | Kind::DepositAccount);
            let weight =
                if widespread(bids.len(), ids.len()) && !personal { lowered(weight) } else { weight };
            let holders = holders(held, ids);
            let value = SharedValue {
                value: key.mark.map_or(key.value.clone(), |mark| crate::text::marks::shown(mark, &key.value)),
                property: key.property,
                mark: key.mark,
                holders,
                minutes,
            };
            groups.entry((key.kind, weight, bids)).or_default().push(value);
        }
        let draft =
            |((kind, weight, bids), mut values): ((Kind, Weight, BTreeSet<usize>), Vec<SharedValue>)| {
                let in_all = u64::try_from(values.len()).unwrap_or(u64::MAX);
                values.truncate(SHOWN);
                Draft { kind, weight, bids, evidence: Evidence::Values { values, in_all } }
            };
        groups.into_iter().map(draft).collect()
    }
}

/// Each bid's first place first, so that none is left out for another's many.
fn holders(held: BTreeSet<Held>, ids: &[String]) -> Vec<Holder> {
    let mut seen = BTreeSet::new();
    let (first, more): (Vec<Held>, Vec<Held>) = held.into_iter().partition(|held| seen.insert(held.bid));
    let room = SHOWN.saturating_sub(first.len());
    let chosen = first.into_iter().chain(more.into_iter().take(room));
    let mut holders: Vec<Holder> =
        chosen.map(|held| Holder { bid: id_of(ids, held.bid), spot: held.spot, at: held.at }).collect();
    holders.sort();
    holders
}
