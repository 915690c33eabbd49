//! The close, and what was opened.

use std::collections::BTreeMap;

use bidroom_canon::{Hex32, ShapeError, Sm3Digest, from_tree, take_kind};
use serde::de::{self, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::CreditCode;

/// Why collecting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCause {
    /// All shares were in.
    AllCollected,
    /// The window had ended.
    WindowEnded,
}

/// Collecting is closed: bids, shares and attempt are fixed. From here on decryption is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningClosed {
    /// Attempt.
    pub attempt: u32,
    /// Why now.
    pub cause: CloseCause,
    /// Officers whose shares are used.
    pub officers: Vec<u8>,
    /// Bids to be opened, with the digest of the consent for each.
    pub opens: Vec<FixedBid>,
    /// Bidders that handed in no share.
    pub missing: Vec<CreditCode>,
}

/// One bid that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedBid {
    /// Whose.
    pub bidder: CreditCode,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// SM3 of the signed consent.
    pub consent: Sm3Digest,
}

/// Why a bid could not be opened although its share was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCause {
    /// A package or share disagrees with what the bidder committed to.
    BidderMaterial,
    /// The room's device or key failed.
    RoomDevice,
    /// The content or the schedule is damaged or disagrees with its commitment.
    Content,
}

/// What became of a bid at the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// Opened; its schedule is a row of the table.
    Opened,
    /// No share was handed in.
    NotUnlocked,
    /// It could not be opened.
    Failed {
        /// Why.
        cause: FailureCause,
    },
}

// By hand, as every page carries it: see `LeafView` of the ledger.
impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Failed {
            cause: FailureCause,
        }
        let read = |tree| {
            let (kind, rest) = take_kind(tree, "is")?;
            match kind.as_str() {
                "opened" => from_tree(rest).map(|Nothing {}| Self::Opened),
                "not_unlocked" => from_tree(rest).map(|Nothing {}| Self::NotUnlocked),
                "failed" => from_tree(rest).map(|Failed { cause }| Self::Failed { cause }),
                other => Err(ShapeError::unknown_variant(other, &["opened", "not_unlocked", "failed"])),
            }
        };
        read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The outcome of one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidOutcome {
    /// Place in the roster.
    pub number: u32,
    /// Whose.
    pub bidder: CreditCode,
    /// What became of it.
    pub outcome: Outcome,
}

/// A bid's schedule as it was sealed, with the salt that proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRow {
    /// Canonical JSON of the schedule, exactly as it was sealed.
    pub schedule: String,
    /// The salt of its commitment in the core.
    pub salt: Hex32,
    /// The commitment in the core.
    pub commitment: Sm3Digest,
}

/// All bids were opened together; all schedules are published in this one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningOpened {
    /// Attempt.
    pub attempt: u32,
    /// Outcome of each bid of the roster, in its order.
    pub outcomes: Vec<BidOutcome>,
    /// Digest of the table: what confirmations refer to.
    pub table: Sm3Digest,
    /// Schedules by roster number; each a private field of its own, `rows.<number>`.
    #[serde(default)]
    pub rows: BTreeMap<u32, ScheduleRow>,
}

/// A bid's whole content was decrypted and agreed with all its commitments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyVerified {
    /// Whose.
    pub bidder: CreditCode,
    /// How many documents.
    pub documents: u32,
}

/// A bid's content disagreed with its commitments after its schedule had been published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyFailed {
    /// Whose.
    pub bidder: CreditCode,
    /// Why.
    pub cause: FailureCause,
}
