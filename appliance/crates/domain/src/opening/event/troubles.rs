//! What went wrong, and clocks that stand still.

use serde::{Deserialize, Serialize};

use super::super::trouble::Trouble;
use super::super::trouble::Voucher;
use crate::{At, CreditCode};

/// Something went wrong while a bidder unlocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TroubleReported {
    /// With whom.
    pub bidder: CreditCode,
    /// What.
    pub trouble: Trouble,
    /// Whose word it is.
    pub vouched: Voucher,
}

/// One bidder's window stands still; the cause is the centre's. The others' runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidderHeld {
    /// Whose.
    pub bidder: CreditCode,
    /// Why, as the host or the room wrote it.
    pub reason: String,
    /// Milliseconds left in it.
    pub remaining: i64,
    /// Since when, where the room records it after the fault is over; `bidder.released` follows at once then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<At>,
}

/// The bidder's window runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidderReleased {
    /// Whose.
    pub bidder: CreditCode,
    /// New end of its window.
    pub ends_at: At,
}

/// The clock of the unlock window stands still; the cause is the centre's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockStopped {
    /// Why, as the host or the room wrote it.
    pub reason: String,
    /// Milliseconds left in the window.
    pub remaining: i64,
    /// Since when, where the room records a fault of its own after it is over; `clock.resumed` follows at once then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<At>,
}

/// The clock runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockResumed {
    /// New end of the window.
    pub ends_at: At,
}
