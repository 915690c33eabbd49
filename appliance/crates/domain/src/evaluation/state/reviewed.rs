//! Reviews, votes and sheets.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::Sm3Digest;

use super::super::event::Failing;
use super::super::terms::{Change, ChangeGround, Scores, Subject, Verdict};
use super::VoidCause;
use crate::At;

/// A reviewer's verdicts on one bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// By item, where they may be known.
    pub verdicts: Option<BTreeMap<String, Verdict>>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
    /// When.
    pub at: At,
}

/// What was concluded of one bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// Items it does not pass.
    pub failing: Vec<Failing>,
    /// Votes that decided where reviewers had differed, by item.
    pub votes: BTreeMap<String, u32>,
    /// When.
    pub at: At,
}

/// One review of one bid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BidReview {
    /// Opinions that count, by member; none is the purchaser.
    pub opinions: BTreeMap<Option<u8>, Opinion>,
    /// The conclusion that counts.
    pub concluded: Option<Conclusion>,
}

impl BidReview {
    /// Items in which reviewers differ, as far as their verdicts are known.
    pub fn disputed(&self) -> BTreeSet<String> {
        let verdicts = || self.opinions.values().filter_map(|opinion| opinion.verdicts.as_ref());
        let mut seen: BTreeMap<&str, bool> = BTreeMap::new();
        let mut disputed = BTreeSet::new();
        for (item, verdict) in verdicts().flatten() {
            if *seen.entry(item).or_insert(verdict.passes) != verdict.passes {
                disputed.insert(item.clone());
            }
        }
        disputed
    }
}

/// A ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Yes or no, where it may be known.
    pub agrees: Option<bool>,
    /// Why, where it said so and it may be known.
    pub reason: Option<String>,
    /// When.
    pub at: At,
}

/// How a vote ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// So many said yes.
    pub yes: u32,
    /// So many said no.
    pub no: u32,
    /// Whether it was carried.
    pub carried: bool,
    /// When.
    pub at: At,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Number, from 1.
    pub number: u32,
    /// What is decided.
    pub subject: Subject,
    /// What is said with it, where it may be known.
    pub text: Option<String>,
    /// When it was opened.
    pub at: At,
    /// Ballots, by member.
    pub ballots: BTreeMap<u8, Ballot>,
    /// How it ended.
    pub closed: Option<Tally>,
    /// Members that were outvoted and wrote their reasons; where these may be known, which.
    pub dissents: BTreeMap<u8, Option<String>>,
    /// Why it does not count any more.
    pub void: Option<(VoidCause, At)>,
}

impl Vote {
    /// Whether it counts and is decided.
    pub fn carried(&self) -> Option<bool> {
        self.closed.filter(|_| self.void.is_none()).map(|tally| tally.carried)
    }

    /// Members that were outvoted and wrote no reasons: they count as agreeing.
    pub fn silent(&self) -> impl Iterator<Item = u8> {
        let outcome = self.closed.map(|tally| tally.carried);
        let outvoted = self.ballots.iter().filter(move |(_, ballot)| {
            ballot.reason.is_none() && ballot.agrees.is_some() && ballot.agrees != outcome
        });
        outvoted
            .map(|(member, _)| *member)
            .filter(move |member| outcome.is_some() && !self.dissents.contains_key(member))
    }
}

/// One commitment of a sheet, or one correction of it.
pub type Correcting = (ChangeGround, Option<Vec<Change>>, At);

/// A member's sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Bids that were committed, as the sheet names them, and when.
    pub committed: BTreeMap<u32, At>,
    /// Bids that others may read.
    pub revealed: BTreeSet<u32>,
    /// The scores as they stand, where they may be known.
    pub scores: Option<Scores>,
    /// The scores as they were committed, where they may be known.
    pub original: Option<Scores>,
    /// Corrections, in their order.
    pub corrected: Vec<Correcting>,
    /// SM3 of the signed statements, in their order.
    pub statements: Vec<Sm3Digest>,
}
