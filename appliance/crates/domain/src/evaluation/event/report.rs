//! The result, the report, who signed it, and what comes after.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::super::terms::ChangeGround;
use crate::opening::Private;

/// The outcome was computed of exactly what the state holds, and fixed. An earlier one is kept as void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultFixed {
    /// Number, from 1.
    pub number: u32,
    /// Digest of what it was computed of: [`crate::evaluation::Inputs::digest`].
    pub inputs: Sm3Digest,
    /// SM3 of the table.
    pub outcome: Sm3Digest,
    /// The table as canonical JSON.
    pub table: Private<String>,
    /// Candidates in their order, by roster number.
    pub candidates: Private<Vec<u32>>,
    /// On which ground, where another one stood.
    pub ground: Option<ChangeGround>,
    /// Why, where another one stood.
    pub reason: Private<String>,
}

/// Something that the check of the report found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Which check, for machines.
    pub code: String,
    /// What it found, Chinese.
    pub text: String,
}

/// The report was generated and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportChecked {
    /// SM3 of the report.
    pub report: Sm3Digest,
    /// How many findings.
    pub count: u32,
    /// The findings.
    pub findings: Private<Vec<Finding>>,
}

/// The chair answered the findings for the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingsAcknowledged {
    /// SM3 of the report.
    pub report: Sm3Digest,
    /// What the committee says to them.
    pub text: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A member signed the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSigned {
    /// Who.
    pub member: u8,
    /// SM3 of the report.
    pub report: Sm3Digest,
    /// With which dissent and reasons, if any.
    pub dissent: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A member refused to sign and wrote no reasons: it counts as agreeing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportUnsigned {
    /// Who.
    pub member: u8,
    /// SM3 of the report.
    pub report: Sm3Digest,
    /// What chair or host wrote down of it.
    pub note: String,
    /// SM3 of the signed statement; none where the host did it, who signs none.
    pub statement: Option<Sm3Digest>,
}

/// The supervisor signed the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSupervised {
    /// SM3 of the report.
    pub report: Sm3Digest,
    /// The supervisor's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The evaluation is over; the committee is dissolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationClosed {
    /// SM3 of the report.
    pub report: Sm3Digest,
    /// SM3 of the table.
    pub outcome: Sm3Digest,
}

/// What one bidder is told of itself (87号令 第六十九条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnResult {
    /// Its total, hundredths of a point, where there are scores.
    pub score: Option<u32>,
    /// Its rank, where it has one.
    pub rank: Option<u32>,
    /// Why it was rejected, where it was.
    pub rejected: Option<String>,
}

/// The result was published, and with it who the members were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultPublished {
    /// SM3 of the table.
    pub outcome: Sm3Digest,
    /// Names of the members.
    pub members: Vec<String>,
    /// Candidates in their order, by roster number.
    pub candidates: Vec<u32>,
    /// What each bidder is told, by roster number; each a private field of its own, `own.<number>`.
    #[serde(default)]
    pub own: BTreeMap<u32, OwnResult>,
}

/// The original committee reviews again after the report was signed (87号令 第六十四条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RereviewOpened {
    /// Number, from 1.
    pub number: u32,
    /// On which ground.
    pub ground: ChangeGround,
    /// What was found, by whom.
    pub reason: Private<String>,
    /// The outcome that stood.
    pub outcome: Sm3Digest,
}

/// The finance department was told in writing that a review changed the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinanceTold {
    /// Number of the review.
    pub number: u32,
    /// SM3 of the letter.
    pub document: Sm3Digest,
}
