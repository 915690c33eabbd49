//! Bids and locks until the deadline, and the roster.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::Private;
use crate::{At, Bidder};

/// A bidder's lock opened a challenge of the room: it still opens the bid that is sealed to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockProbed {
    /// Whose lock.
    pub bidder: Private<Bidder>,
    /// Digest of the bid that stood.
    pub bid: Private<Sm3Digest>,
    /// SM3 of the encryption certificate whose key answered.
    pub lock: Private<Sm3Digest>,
    /// Last four digits of that certificate's serial.
    pub lock_tail: Private<String>,
    /// SM3 of the room's signed challenge.
    pub challenge: Private<Sm3Digest>,
    /// SM3 of the signed statement.
    pub statement: Private<Sm3Digest>,
}

/// A bidder replaced the lock packages of its bid; the bid is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagesReplaced {
    /// Whose bid.
    pub bidder: Private<Bidder>,
    /// Digest of the bid.
    pub bid: Private<Sm3Digest>,
    /// Digest of the key-package record that counts from now on.
    pub packages: Private<Sm3Digest>,
    /// Its version, from 2.
    pub version: Private<u32>,
    /// SM3 of the encryption certificates that the record before did not name, ascending.
    pub added: Private<Vec<Sm3Digest>>,
    /// SM3 of the signed record.
    pub record: Private<Sm3Digest>,
}

/// A bid was wholly stored before the deadline; it replaces the bidder's earlier one, if any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidReceived {
    /// Whose bid.
    pub bidder: Private<Bidder>,
    /// Digest of the bid.
    pub bid: Private<Sm3Digest>,
    /// Digest of the key-package record.
    pub packages: Private<Sm3Digest>,
    /// The submission's sequence, from 1.
    pub sequence: Private<u32>,
    /// Length of the file in bytes.
    pub length: Private<u64>,
}

/// A bidder withdrew its bid before the deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidWithdrawn {
    /// Whose bid.
    pub bidder: Private<Bidder>,
    /// Digest of the bid.
    pub bid: Private<Sm3Digest>,
    /// SM3 of the signed statement.
    pub statement: Private<Sm3Digest>,
}

/// A bidder began to send a replacement of its bid, which stays unfinished unless [`BidReceived`] follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplacementStarted {
    /// Whose bid.
    pub bidder: Private<Bidder>,
    /// Digest of the bid that is to come.
    pub bid: Private<Sm3Digest>,
}

/// A bidder signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidderSignedIn {
    /// Who.
    pub bidder: Private<Bidder>,
    /// SM3 of the signed statement.
    pub statement: Private<Sm3Digest>,
}

/// The deadline passed; receiving is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlinePassed {
    /// The deadline as it stood in the tender package.
    pub deadline: At,
}

/// A bidder of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRow {
    /// Place in the roster, from 1, in the order of arrival.
    pub number: u32,
    /// Who.
    pub bidder: Bidder,
    /// Digest of the bid that stands.
    pub bid: Sm3Digest,
    /// When it was received.
    pub received_at: At,
    /// Whether the bidder signed in.
    pub signed_in: bool,
}

/// The roster was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterPublished {
    /// All bidders whose bids stand.
    pub rows: Vec<RosterRow>,
}

/// The opening was refused by a rule; bids stay sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningRefused {
    /// How many bidders there were (at the deadline) or unlocked (at the close).
    pub bidders: u32,
    /// How many the policy asks for.
    pub minimum: u32,
    /// The clause.
    pub clause: String,
}
