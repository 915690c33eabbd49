//! Announcing, confirming, objecting, and the record.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use crate::{At, CreditCode, StaffRole};

/// A row is read aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidAnnounced {
    /// Roster number.
    pub number: u32,
}

/// All rows were read; bidders may confirm or object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnouncingFinished {
    /// Until when.
    pub confirm_until: At,
}

/// A bidder confirmed the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordConfirmed {
    /// Who.
    pub bidder: CreditCode,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A bidder objected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRaised {
    /// Number of the objection, from 1.
    pub objection: u32,
    /// Who.
    pub bidder: CreditCode,
    /// What it says.
    pub text: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The host answered an objection on the spot (实施条例 第四十四条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswered {
    /// Number of the objection.
    pub objection: u32,
    /// The answer.
    pub text: String,
}

/// The opening is over and its record fixed; it is signed from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionClosed {
    /// Bidders that neither confirmed nor objected.
    pub silent: Vec<CreditCode>,
}

/// A member of staff signed the opening record (87号令 第四十二条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSigned {
    /// In which role.
    pub role: StaffRole,
    /// Name as in the tender package.
    pub name: String,
    /// SM3 of the signing certificate.
    pub certificate: Sm3Digest,
    /// Last four hexadecimal digits of the certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// Nobody signed the opening record in this role, and the host said why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureMissed {
    /// The role.
    pub role: StaffRole,
    /// The reason, for the record.
    pub reason: String,
}
