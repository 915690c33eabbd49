//! From the log to the result: the evaluation's state as the price engine's bids, and the engine's outcome as the result that
//! is fixed in the log.
//!
//! The room computes a result with this, custody computes it again before it is appended, and whoever verifies an archive
//! does so years later: the same state and the same method give the same bytes.
//!
//! **Architecture invariant.** Pure. It decides nothing: what stands is the state's word, what it is worth the engine's.

mod bids;
mod draws;
mod judge;
mod method;
mod result;

pub use bids::{bid_id, bids_of, price};
pub use draws::order_due;
pub use judge::{Judged, judge};
pub use method::{check_plan, method_of};
pub use result::{Computed, ResultRow, ResultTable, compute, low_prices};

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum OutcomeError {
    /// The lot is evaluated elsewhere, or its plan names no method.
    #[error("the tender package names no method")]
    NoMethod,
    /// The method cannot be read, or contradicts itself or the law.
    #[error("method: {}: {}", .0.path, .0.reason.en)]
    Method(Box<bidroom_pricing::Refusal>),
    /// The method contradicts the plan of the same lot.
    #[error("the method and the plan differ in {what}: {method} and {plan}")]
    Differs {
        /// In what.
        what: String,
        /// What the method has.
        method: String,
        /// What the plan has.
        plan: String,
    },
    /// A bid that is evaluated has no price in its schedule.
    #[error("bid {bid} has no price in its schedule")]
    NoPrice {
        /// Roster number.
        bid: u32,
    },
    /// Something that the result is made of is not shown to this reader.
    #[error("{what} is not shown")]
    Hidden {
        /// What.
        what: &'static str,
    },
    /// The engine says no.
    #[error("{}: {}", .0.path, .0.reason.en)]
    Engine(Box<bidroom_pricing::Refusal>),
    /// The result has no canonical form.
    #[error(transparent)]
    Canon(#[from] bidroom_canon::CanonError),
}
