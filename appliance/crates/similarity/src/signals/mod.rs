//! What makes a hint: one module for each sort of evidence. Each gives drafts; [`crate::analysis`] words and numbers them.

pub(crate) mod files;
pub(crate) mod prices;
pub(crate) mod texts;
pub(crate) mod traces;
pub(crate) mod values;

use std::collections::BTreeSet;

use crate::finding::{Evidence, Kind, Weight};

/// A hint without words and number; bids by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    pub(crate) weight: Weight,
    pub(crate) bids: BTreeSet<usize>,
    pub(crate) evidence: Evidence,
}

/// The class for a measure that rises over three bounds; none below the first.
pub(crate) fn graded(reached: impl Fn(usize) -> bool) -> Option<Weight> {
    match (reached(0), reached(1), reached(2)) {
        (true, true, true) => Some(Weight::Strong),
        (true, true, false) => Some(Weight::Medium),
        (true, false, _) => Some(Weight::Weak),
        (false, _, _) => None,
    }
}

/// Do so many of all bids have something that a common and innocent cause is likelier than an understanding?
pub(crate) fn widespread(holders: usize, bids: usize) -> bool {
    bids >= 5 && holders * 2 > bids
}

/// One class less.
pub(crate) const fn lowered(weight: Weight) -> Weight {
    match weight {
        Weight::Strong => Weight::Medium,
        Weight::Medium | Weight::Weak => Weight::Weak,
    }
}

/// Bids' identifiers by index.
pub(crate) fn id_of(ids: &[String], index: usize) -> String {
    ids.get(index).cloned().unwrap_or_default()
}
