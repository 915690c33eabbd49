//! What becomes of bids that were not opened.

use bidroom_canon::{CanonError, Sm3Digest, labelled_sm3, to_canonical};
use serde::{Deserialize, Serialize};

use crate::CreditCode;

/// What the law makes of a bid that was not unlocked (电子招标投标办法 第三十一条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// 视为撤销: by the bidder's own cause.
    Revoked,
    /// 视为撤回: by another cause; the bidder may claim its direct loss.
    Withdrawn,
}

/// The fate of a bid that was not unlocked was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidAttributed {
    /// Whose.
    pub bidder: CreditCode,
    /// Which decision on this bid, from 1: one that the supervisor contested is followed by another.
    pub decision: u32,
    /// Revoked or withdrawn.
    pub fate: Fate,
    /// What the facts in the log proposed.
    pub proposed: Fate,
    /// The reason, for the record.
    pub reason: String,
}

impl BidAttributed {
    /// By what the supervisor's statement names this decision: SM3 of its label and canonical fields.
    ///
    /// # Errors
    /// [`CanonError`] if a text cannot be written.
    pub fn digest(&self) -> Result<Sm3Digest, CanonError> {
        Ok(labelled_sm3("bidroom/fate/v1", &[&to_canonical(self)?]))
    }
}

impl Fate {
    /// The word by which statements name it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The supervisor agreed with the fate of a bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FateAgreed {
    /// Whose bid.
    pub bidder: CreditCode,
    /// The decision: see [`BidAttributed::digest`].
    pub decision: Sm3Digest,
    /// Its fate.
    pub fate: Fate,
    /// The supervisor's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The supervisor contested the fate of a bid: the host decides again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FateContested {
    /// Whose bid.
    pub bidder: CreditCode,
    /// The decision: see [`BidAttributed::digest`].
    pub decision: Sm3Digest,
    /// Its fate.
    pub fate: Fate,
    /// Why.
    pub reason: String,
    /// The supervisor's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}
