//! The result, the report and its signatures, and reviews after it.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;

use super::super::event::Finding;
use super::super::terms::ChangeGround;
use crate::At;

/// A result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// Number, from 1.
    pub number: u32,
    /// Digest of what it was computed of.
    pub inputs: Sm3Digest,
    /// SM3 of the table.
    pub outcome: Sm3Digest,
    /// The table as canonical JSON, where it may be known.
    pub table: Option<String>,
    /// Candidates in their order, where they may be known.
    pub candidates: Option<Vec<u32>>,
    /// When.
    pub at: At,
}

/// What a member put under the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// It signed.
    Signed {
        /// With which dissent and reasons, where there are and they may be known.
        dissent: Option<String>,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
        /// When.
        at: At,
    },
    /// It refused and wrote no reasons: it counts as agreeing.
    CountsAsAgreeing {
        /// What was written down of it.
        note: String,
        /// When.
        at: At,
    },
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its SM3.
    pub digest: Sm3Digest,
    /// How many findings its check had.
    pub count: u32,
    /// The findings, where they may be known.
    pub findings: Option<Vec<Finding>>,
    /// When the chair answered them.
    pub acknowledged: Option<At>,
    /// Signatures, by member.
    pub signatures: BTreeMap<u8, Signature>,
    /// When the supervisor signed, and SM3 of the statement.
    pub supervised: Option<(Sm3Digest, At)>,
}

impl Report {
    /// Whether its findings are answered, if it has any.
    pub const fn is_answered(&self) -> bool {
        self.count == 0 || self.acknowledged.is_some()
    }
}

/// A review by the original committee after the report was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rereview {
    /// Number, from 1.
    pub number: u32,
    /// On which ground.
    pub ground: ChangeGround,
    /// What was found, where it may be known.
    pub reason: Option<String>,
    /// The outcome that stood.
    pub outcome: Sm3Digest,
    /// When.
    pub at: At,
    /// The letter to the finance department, and when it was recorded.
    pub told: Option<(Sm3Digest, At)>,
}
