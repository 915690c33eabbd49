//! What the product proposes for a bid that was not unlocked, and why. People decide.
//!
//! The table, first line that fits:
//!
//! | # | state of things | proposal |
//! |---|---|---|
//! | 1 | the bidder's window stands still | wait |
//! | 2 | time is left, and something is wrong | the remedies the tender document names |
//! | 3 | time is left, nothing is reported | wait |
//! | 4 | the share was in, the room's device failed | 视为撤回 |
//! | 5 | the share was in, the bidder's own material is wrong | 视为撤销 |
//! | 6 | a fault of the centre's hit this bidder and its time was not given back | 视为撤回 |
//! | 7 | such faults, all given back, and afterwards a cause of the bidder's | 视为撤销 |
//! | 8 | such faults, all given back, and nothing of the bidder's afterwards | 视为撤回 |
//! | 9 | causes of the bidder's only | 视为撤销 |
//! | 10 | nothing reported, nothing handed in | 视为撤销 |
//!
//! A fact of the centre's, added anywhere, never moves a proposal from 视为撤回 to 视为撤销.

use serde::{Deserialize, Serialize};

use super::event::{FailureCause, Fate, Outcome};
use super::state::{RowState, State};
use super::trouble::{Fact, Side};
use crate::{At, CreditCode};

/// The clause that tells the two fates apart.
pub const FATE_CLAUSE: &str = "电子招标投标办法 第三十一条";

/// What a bidder can still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Another lock to which the bid is sealed: always.
    OtherLock,
    /// The lock share that the bidder kept when it sealed: where the tender document says so.
    KeptShare,
    /// Parts of the lock share held by trustees outside the room: where the tender document says so and the bidder opted
    /// for it when it sealed.
    RemedyKey,
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// Nothing is to be decided yet.
    Wait,
    /// Time is left for these.
    Remedy(Vec<Remedy>),
    /// What the law makes of it.
    Fate(Fate),
}

/// The line of the table that gave the proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// 1: the window stands still.
    Standing,
    /// 2: time is left, something is wrong.
    TimeLeft,
    /// 3: time is left, nothing is known.
    Running,
    /// 4: the room's device failed at the opening.
    RoomDevice,
    /// 5: the bid's own material is wrong.
    Material,
    /// 6: a fault of the centre's, time not given back.
    CentreUnsettled,
    /// 7: time given back, then the bidder's own cause.
    BidderAfter,
    /// 8: time given back, nothing of the bidder's afterwards.
    CentreLast,
    /// 9: the bidder's own causes only.
    BidderOnly,
    /// 10: nothing was reported.
    NoAction,
}

/// A fact with its part in the proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Place among the bidder's facts, from 1.
    pub number: u32,
    /// The fact.
    pub fact: Fact,
    /// It decided; others are listed beside it.
    pub decisive: bool,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What.
    pub what: Proposed,
    /// By which line of the table.
    pub ground: Ground,
    /// All facts, in the order of the log.
    pub reasons: Vec<Reason>,
    /// Clauses it rests on, Chinese.
    pub clauses: Vec<String>,
}

/// The proposal for a bidder's bid at `now`; none where the bidder is not on the roster, its share is in and not yet
/// opened, or its bid was opened.
pub fn proposal(state: &State, bidder: &CreditCode, now: At) -> Option<Proposal> {
    let (row, lot) = (state.row(bidder)?, state.lot.as_ref()?);
    if row.is_opened() || row.collected.is_some() && row.outcome.is_none() {
        return None;
    }
    let left = row.outcome.is_none().then(|| state.window_of(row, now)).flatten();
    let ground = match (row.outcome, left) {
        (Some(Outcome::Failed { cause: FailureCause::RoomDevice }), _) => Ground::RoomDevice,
        (Some(Outcome::Failed { .. }), _) => Ground::Material,
        (_, Some(window)) if window.stands => Ground::Standing,
        (_, Some(window)) if window.remaining > 0 => {
            if row.facts.iter().any(|fact| fact.trouble.side() != Side::Neither) {
                Ground::TimeLeft
            } else {
                Ground::Running
            }
        }
        _ => of_facts(&row.facts),
    };
    let mut clauses = Vec::new();
    let what = match ground {
        Ground::Standing | Ground::Running => {
            clauses.push(lot.policy.unlock_window_seconds.clause.clone());
            Proposed::Wait
        }
        Ground::TimeLeft => {
            let mut remedies = vec![Remedy::OtherLock];
            if let Some(declared) = &lot.policy.remedies {
                remedies.extend(declared.value.iter().filter(|it| **it != Remedy::OtherLock));
                clauses.push(declared.clause.clone());
            }
            clauses.push(lot.policy.unlock_window_seconds.clause.clone());
            Proposed::Remedy(remedies)
        }
        Ground::RoomDevice | Ground::CentreUnsettled | Ground::CentreLast => {
            clauses.push(FATE_CLAUSE.to_owned());
            Proposed::Fate(Fate::Withdrawn)
        }
        Ground::Material | Ground::BidderAfter | Ground::BidderOnly | Ground::NoAction => {
            clauses.push(FATE_CLAUSE.to_owned());
            Proposed::Fate(Fate::Revoked)
        }
    };
    let reasons = reasons(row, ground);
    Some(Proposal { what, ground, reasons, clauses })
}

/// The fate that is proposed for a bid that was not opened.
pub(super) fn proposed_fate(state: &State, bidder: &CreditCode, now: At) -> Option<Fate> {
    match proposal(state, bidder, now)?.what {
        Proposed::Fate(fate) => Some(fate),
        Proposed::Wait | Proposed::Remedy(_) => None,
    }
}

fn last_of_the_centre(facts: &[Fact]) -> Option<usize> {
    facts.iter().rposition(|fact| fact.trouble.side() == Side::Centre)
}

fn of_facts(facts: &[Fact]) -> Ground {
    let is_bidders = |fact: &Fact| fact.trouble.side() == Side::Bidder;
    let unsettled = facts.iter().any(|fact| fact.trouble.side() == Side::Centre && !fact.made_up);
    match last_of_the_centre(facts) {
        Some(_) if unsettled => Ground::CentreUnsettled,
        Some(last) if facts.iter().skip(last).any(is_bidders) => Ground::BidderAfter,
        Some(_) => Ground::CentreLast,
        None if facts.iter().any(is_bidders) => Ground::BidderOnly,
        None => Ground::NoAction,
    }
}

fn reasons(row: &RowState, ground: Ground) -> Vec<Reason> {
    let last = last_of_the_centre(&row.facts);
    let numbered = (1..).zip(&row.facts).enumerate();
    let reasons = numbered.map(|(place, (number, fact))| {
        let decisive = match (ground, fact.trouble.side()) {
            (Ground::CentreUnsettled, Side::Centre) => !fact.made_up,
            (Ground::CentreLast, Side::Centre) => Some(place) == last,
            (Ground::BidderAfter, Side::Bidder) => last.is_some_and(|last| place > last),
            (Ground::BidderOnly | Ground::TimeLeft, Side::Bidder) => true,
            _ => false,
        };
        Reason { number, fact: fact.clone(), decisive }
    });
    reasons.collect()
}
