//! The documents of an evaluation (评标文件): what each states, as data.
//!
//! Owns: the fields of each document and the checks that make it printable as a whole. Must not know how events become
//! these fields. Texts, scores and amounts arrive ready made; what may not be known arrives as a text that says so.

mod clarifications;
mod committee;
mod report;
mod review;
mod scores;
mod summary;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use clarifications::*;
pub use committee::*;
pub use report::*;
pub use review::*;
pub use scores::*;
pub use summary::*;

use crate::moment::{Moment, UtcOffsetMinutes};
use crate::qr;
use crate::record::{Language, Tender};
use crate::template::Template;

/// A document of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperData {
    /// 签到表.
    SignIn(Box<SignIn>),
    /// 承诺书 of one member.
    Commitment(Box<Commitment>),
    /// 资格性审查表 or 符合性审查表.
    Review(Box<ReviewTable>),
    /// 评分表 of one member.
    Scores(Box<ScoreSheet>),
    /// 澄清、说明、补正.
    Clarifications(Box<Clarifications>),
    /// 评分汇总表.
    Summary(Box<Summary>),
    /// 评标报告.
    Report(Box<EvaluationReport>),
}

impl PaperData {
    /// The template that sets it.
    pub const fn template(&self) -> Template {
        match self {
            Self::SignIn(_) => Template::SignIn,
            Self::Commitment(_) => Template::Commitment,
            Self::Review(_) => Template::Review,
            Self::Scores(_) => Template::Scores,
            Self::Clarifications(_) => Template::Clarifications,
            Self::Summary(_) => Template::Summary,
            Self::Report(_) => Template::Report,
        }
    }

    /// What all documents have.
    pub fn head(&self) -> &Head {
        match self {
            Self::SignIn(it) => &it.head,
            Self::Commitment(it) => &it.head,
            Self::Review(it) => &it.head,
            Self::Scores(it) => &it.head,
            Self::Clarifications(it) => &it.head,
            Self::Summary(it) => &it.head,
            Self::Report(it) => &it.head,
        }
    }

    /// The data as the template reads it.
    ///
    /// # Errors
    /// [`serde_json::Error`] never, with these types.
    pub fn to_value(&self) -> Result<serde_json::Value, serde_json::Error> {
        match self {
            Self::SignIn(it) => serde_json::to_value(it),
            Self::Commitment(it) => serde_json::to_value(it),
            Self::Review(it) => serde_json::to_value(it),
            Self::Scores(it) => serde_json::to_value(it),
            Self::Clarifications(it) => serde_json::to_value(it),
            Self::Summary(it) => serde_json::to_value(it),
            Self::Report(it) => serde_json::to_value(it),
        }
    }

    /// Checks what the types alone cannot say.
    pub(crate) fn check(&self) -> Result<(), PaperError> {
        self.head().check()?;
        match self {
            Self::SignIn(_) | Self::Commitment(_) | Self::Clarifications(_) | Self::Report(_) => Ok(()),
            Self::Review(it) => it.check(),
            Self::Scores(it) => it.check(),
            Self::Summary(it) => it.check(),
        }
    }
}

/// What all documents of an evaluation have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The language of the fixed texts.
    pub lang: Language,
    /// Whether this was a drill (演练): every page then says so.
    pub drill: bool,
    /// The time zone all moments are printed in.
    pub utc_offset_minutes: UtcOffsetMinutes,
    /// When the document was made; also the PDF's date.
    pub issued_at: Moment,
    /// The trading centre.
    pub centre: String,
    /// The document's number (编号).
    pub number: String,
    /// The room (地点).
    pub room: String,
    /// The session whose log says all this.
    pub session: String,
    /// What is evaluated.
    pub tender: Tender,
    /// Where the document stands in the log.
    pub mark: Mark,
}

impl Head {
    fn check(&self) -> Result<(), PaperError> {
        let root = &self.mark.sm3_root;
        if !root.is_empty() && (root.len() != 64 || !root.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            return Err(PaperError::Root { found: root.chars().take(80).collect() });
        }
        let bytes = self.mark.qr.len();
        if bytes > qr::LIMIT {
            return Err(PaperError::Qr { bytes, limit: qr::LIMIT });
        }
        Ok(())
    }
}

/// Where a document stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The number of the last entry that the document tells of.
    pub entry: Option<u64>,
    /// How many entries the checkpoint covers.
    pub entries: u64,
    /// When the checkpoint was signed.
    pub at: Option<Moment>,
    /// The checkpoint's SM3 root, 64 hexadecimal digits; empty where there is none.
    pub sm3_root: String,
    /// What the QR code says, at most 850 bytes; no code where it is empty.
    pub qr: String,
}

/// One who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hand {
    /// As what, such as 评标委员会组长.
    pub role: String,
    /// The person's name; may be empty on a sheet to be signed by hand.
    pub name: String,
    /// The signature.
    pub sign: Sign,
}

/// A signature, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", deny_unknown_fields)]
pub enum Sign {
    /// A verified electronic signature (电子签名法 14).
    Signed {
        /// When.
        at: Moment,
        /// The beginning of the statement's SM3.
        statement: String,
        /// The log's entry.
        entry: Option<u64>,
        /// The end of the certificate's serial; empty where it is not known.
        certificate: String,
        /// Whether the key was certified by the room's own CA: 内部证据, no third party's certificate.
        internal: bool,
        /// The name of the handwriting among the pictures that come with the data.
        picture: Option<String>,
    },
    /// Refused without written reasons: counts as agreeing (实施条例 53, 87号令 61).
    Agreed {
        /// When that was recorded.
        at: Moment,
        /// What was written down of it.
        note: String,
        /// The log's entry.
        entry: Option<u64>,
    },
    /// Not signed yet.
    Open,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Who; may be empty.
    pub who: String,
    /// What.
    pub text: String,
    /// When.
    pub at: Option<Moment>,
    /// The log's entry.
    pub entry: Option<u64>,
}

/// A bid as a table names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidName {
    /// Its roster number, or its blind number on a blind sheet.
    pub number: u32,
    /// The bidder's name; empty on a blind sheet.
    pub name: String,
}

/// A vote of the committee (87号令 61, 实施条例 53).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteRow {
    /// Its number.
    pub number: u32,
    /// What was decided.
    pub subject: String,
    /// The clause by which the committee decides it.
    pub clause: String,
    /// What became of it, with the numbers of votes.
    pub outcome: String,
    /// When it was closed, or opened where it is open.
    pub at: Moment,
    /// The log's entry.
    pub entry: Option<u64>,
    /// Written dissents.
    pub dissents: Vec<Remark>,
    /// Members that were outvoted and wrote no reasons: they count as agreeing.
    pub silent: Vec<String>,
    /// Why it does not count any more; empty where it counts.
    pub void: String,
}

/// A document whose parts do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PaperError {
    /// A table's row has another number of cells than the table has columns.
    #[error(
        "{table} 第 {row} 行有 {found} 格，应为 {expected} 格 / {table}: row {row} has {found} cells for {expected} columns"
    )]
    Width {
        /// The field.
        table: &'static str,
        /// The row, from 1.
        row: usize,
        /// Its cells.
        found: usize,
        /// The columns.
        expected: usize,
    },
    /// The root is not 64 hexadecimal digits.
    #[error("国密根不是 64 位十六进制数 / the SM3 root is not 64 hexadecimal digits: {found:?}")]
    Root {
        /// What it is; its first 80 characters.
        found: String,
    },
    /// The text does not fit a QR code.
    #[error("二维码内容 {bytes} 字节，最多 {limit} 字节 / text of {bytes} bytes, a QR code takes {limit}")]
    Qr {
        /// Its length.
        bytes: usize,
        /// The most a code takes.
        limit: usize,
    },
}

/// Whether each row has as many cells as its table has columns.
fn check_width(
    table: &'static str,
    widths: impl Iterator<Item = usize>,
    expected: usize,
) -> Result<(), PaperError> {
    for (row, found) in (1..).zip(widths) {
        if found != expected {
            return Err(PaperError::Width { table, row, found, expected });
        }
    }
    Ok(())
}
