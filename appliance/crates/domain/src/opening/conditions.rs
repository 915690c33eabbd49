//! The conditions of the opening, as the console lists them: met or not, with figures and clauses.

use super::decide::count;
use super::state::{Phase, State};
use crate::At;

/// One condition of the opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Which.
    pub kind: ConditionKind,
    /// Whether it is met.
    pub met: bool,
    /// Where it stands, in Chinese.
    pub clause: String,
}

/// What a condition is about, with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionKind {
    /// Enough bidders on the roster.
    Bidders {
        /// On the roster.
        bidders: u32,
        /// Shares in.
        collected: u32,
        /// Needed.
        minimum: u32,
    },
    /// Enough officers.
    Officers {
        /// Authorised.
        authorised: u32,
        /// Needed.
        needed: u32,
        /// N.
        of: u32,
    },
    /// All shares in, or the window over.
    Shares {
        /// Missing.
        missing: u32,
        /// Milliseconds left.
        remaining: i64,
    },
    /// The clock is not stopped.
    Settled {
        /// Why it is stopped.
        stopped: Option<String>,
    },
}

/// The conditions that must be met before all bids are opened together; empty outside of authorising and unlocking.
pub fn opening_conditions(state: &State, now: At) -> Vec<Condition> {
    let Some(lot) = state.lot.as_ref().filter(|_| matches!(state.phase, Phase::Authorise | Phase::Unlock))
    else {
        return Vec::new();
    };
    let policy = &lot.policy;
    let bidders = count(state.roster.len());
    let collected = count(state.collected_count());
    let authorised = count(state.authorised.len());
    let needed = u32::from(policy.officers_threshold.value);
    let missing = bidders.saturating_sub(collected);
    let windows = state.roster.iter().filter(|row| row.collected.is_none());
    let remaining = match &state.unlock {
        // The longest window of those that are missing: one bidder may have time left that the others have not.
        Some(clock) => windows
            .filter_map(|row| state.window_of(row, now))
            .map(|window| window.remaining)
            .max()
            .unwrap_or_else(|| clock.remaining(now)),
        None => 1000 * i64::from(policy.unlock_window_seconds.value),
    };
    let stopped =
        state.unlock.as_ref().and_then(|clock| clock.stopped.as_ref()).map(|(reason, _)| reason.clone());
    let held = state.held().find_map(|row| row.held.as_ref()).map(|(reason, _)| reason.clone());
    let stopped = stopped.or(held);
    vec![
        Condition {
            met: bidders >= policy.minimum_bidders.value,
            kind: ConditionKind::Bidders { bidders, collected, minimum: policy.minimum_bidders.value },
            clause: policy.minimum_bidders.clause.clone(),
        },
        Condition {
            met: authorised >= needed,
            kind: ConditionKind::Officers { authorised, needed, of: count(lot.officers.len()) },
            clause: policy.officers_threshold.clause.clone(),
        },
        Condition {
            met: state.phase == Phase::Unlock && (missing == 0 || (stopped.is_none() && remaining == 0)),
            kind: ConditionKind::Shares { missing, remaining },
            clause: policy.unlock_window_seconds.clause.clone(),
        },
        Condition {
            met: stopped.is_none(),
            kind: ConditionKind::Settled { stopped },
            clause: policy.opening_grace_seconds.clause.clone(),
        },
    ]
}
