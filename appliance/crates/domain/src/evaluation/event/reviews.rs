//! Qualification and conformity.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::super::terms::{Ground, Review, Verdict};
use crate::opening::Private;

/// A reviewer gave its verdicts on one bid, item by item; an earlier one of the same reviewer is kept as void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewGiven {
    /// Which review.
    pub review: Review,
    /// Roster number.
    pub bid: u32,
    /// Which member; none where purchaser or agency review.
    pub member: Option<u8>,
    /// Verdicts by item: all items of the review.
    pub verdicts: Private<BTreeMap<String, Verdict>>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// An item that a bid does not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failing {
    /// The item.
    pub item: String,
    /// Grounds of those who said no.
    pub grounds: Vec<Ground>,
    /// The clause of the item.
    pub clause: String,
}

/// The review of one bid was concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewConcluded {
    /// Which review.
    pub review: Review,
    /// Roster number.
    pub bid: u32,
    /// Items it does not pass; it passes if there are none.
    pub failing: Vec<Failing>,
    /// Votes that decided where reviewers had differed, by item.
    pub votes: BTreeMap<String, u32>,
    /// SM3 of the signed statement; none where the host did it, who signs none.
    pub statement: Option<Sm3Digest>,
}
