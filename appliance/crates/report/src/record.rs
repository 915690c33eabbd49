//! The opening record (开标记录表): what it states, as data.
//!
//! Owns: the fields of the record and the checks that make it printable as a whole. Must not know how events become
//! these fields, nor the amount behind a price: figures and words (大写) arrive ready made.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::moment::{Moment, UtcOffsetMinutes};
use crate::qr;

/// The most rows, notes, objections, officers or signatories of one record.
pub const MAX_ELEMENTS: usize = 1000;

/// The most schedule columns beside the price. More than four turn the pages to landscape.
pub const MAX_COLUMNS: usize = 10;

/// The language of a record's fixed texts. The data's own texts print as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// The record of one lot's opening (招标投标法 36, 招标投标法实施条例 44).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningRecord {
    /// The language of the fixed texts.
    pub lang: Language,
    /// Whether this was a drill (演练): every page then says so.
    pub drill: bool,
    /// The time zone all moments are printed in.
    pub utc_offset_minutes: UtcOffsetMinutes,
    /// When the record was made; also the PDF's date.
    pub issued_at: Moment,
    /// The trading centre.
    pub centre: String,
    /// The record's number (编号).
    pub number: String,
    /// The opening room (地点).
    pub room: String,
    /// How many bidders took part from elsewhere.
    pub remote_bidders: u32,
    /// What was opened.
    pub tender: Tender,
    /// The deadline, which is the opening time.
    pub deadline: Moment,
    /// The unlock window (解密时限), where it began.
    pub window: Option<Window>,
    /// Who came, and the least number the law asks for.
    pub participation: Participation,
    /// The officers (授权人) of this opening.
    pub officers: Officers,
    /// When all bids were opened together; absent where the opening was refused or stopped.
    pub opened_at: Option<Opened>,
    /// The columns of the schedule (开标一览表) beside the price.
    pub columns: Vec<Column>,
    /// One row per bid received in time.
    pub rows: Vec<Row>,
    /// What else happened: bids not opened, other locks, stopped clocks, draws.
    pub notes: Vec<Note>,
    /// Objections and their replies.
    pub objections: Vec<Objection>,
    /// The host (主持人).
    pub host: Signatory,
    /// Others who sign between host and supervisor, such as the purchaser's representative.
    pub witnesses: Vec<Witness>,
    /// The supervisor (监督人员).
    pub supervisor: Signatory,
    /// Where the record stands in the lot's log.
    pub ledger: Ledger,
}

/// The tender and lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tender {
    /// The tender's number (项目编号).
    pub number: String,
    /// The tender's title (项目名称).
    pub title: String,
    /// The lot as it is called, such as 第 1 包.
    pub lot: String,
    /// The purchaser or tenderer (采购人、招标人).
    pub purchaser: String,
    /// The agency (代理机构); empty where there is none.
    pub agency: String,
    /// The procurement and evaluation method, such as 公开招标　综合评分法.
    pub method: String,
    /// The ceiling price in yuan, in figures with separators; absent where there is none.
    pub ceiling: Option<String>,
}

/// The unlock window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// When collecting began.
    pub from: Moment,
    /// When it ended.
    pub until: Moment,
    /// Seconds the clock stood still within the window; they do not count.
    pub stopped_seconds: u32,
}

/// Who took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participation {
    /// Bids received before the deadline.
    pub received: u32,
    /// Bidders signed in.
    pub signed_in: u32,
    /// The least number of bidders for an opening.
    pub minimum: u32,
    /// The clause of the minimum, such as 招标投标法实施条例第四十四条.
    pub clause: String,
}

/// The officers and how many had to authorise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officers {
    /// How many must authorise (M of N).
    pub required: u32,
    /// The officers appointed.
    pub people: Vec<Officer>,
}

/// An officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// The person's name.
    pub name: String,
    /// When this officer gave the share; absent if it was not needed or not given.
    pub authorised_at: Option<Moment>,
}

/// The opening of all bids together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// When all were opened.
    pub at: Moment,
    /// When all schedules were published, in one event.
    pub published_at: Moment,
    /// How many bids were opened.
    pub bids: u32,
    /// The log's entries that say so.
    pub entries: Vec<u64>,
}

/// A column of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name, such as 交货期.
    pub label: String,
    /// Its unit, such as 日历天; empty where it has none.
    pub unit: String,
}

/// A bid in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its number in the order of announcing, from 1.
    pub seq: u32,
    /// The bidder.
    pub bidder: String,
    /// The bidder's unified social credit code.
    pub credit_code: String,
    /// What became of the bid.
    pub outcome: Outcome,
    /// How the bidder gave its lock share; absent if it did not.
    pub unlocked: Option<Unlocked>,
    /// What the bidder said to the record.
    pub confirmation: Confirmation,
    /// Whether the bidder objected.
    pub objected: bool,
}

/// What became of a bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", deny_unknown_fields)]
pub enum Outcome {
    /// Opened, and its schedule published.
    Opened {
        /// The price; absent where the schedule has none.
        price: Option<Price>,
        /// The values of the record's columns, in their order.
        values: Vec<String>,
    },
    /// Opened, its schedule kept secret as the method asks (磋商, 谈判).
    Undisclosed,
    /// Not opened by the bidder's cause: 视为撤销 (电子招标投标办法 31).
    Revoked {
        /// A reference, such as 见第三项第 1 条; may be empty.
        remark: String,
    },
    /// Not opened by another cause: 视为撤回 (电子招标投标办法 31).
    Withdrawn {
        /// A reference; may be empty.
        remark: String,
    },
    /// Unlocked, but its content cannot be read.
    Unreadable {
        /// A reference; may be empty.
        remark: String,
    },
    /// Still sealed, because nothing was opened.
    Sealed {
        /// A reference; may be empty.
        remark: String,
    },
}

/// A price as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// In figures with separators, in yuan: `5,480,000.00`.
    pub figures: String,
    /// In words (大写): 伍佰肆拾捌万元整.
    pub words: String,
}

/// How a lock share was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlocked {
    /// By what.
    pub by: UnlockedBy,
    /// When.
    pub at: Moment,
}

/// The means a lock share came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlockedBy {
    /// The main lock (主锁).
    MainLock,
    /// A sub lock (副锁).
    SubLock,
    /// The remedy of the tender document (补救方案).
    Remedy,
}

/// What a bidder said to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// It confirmed.
    Confirmed,
    /// It did nothing, which counts as accepting (87号令 42).
    Accepted,
    /// It has not answered.
    Open,
    /// There is nothing to confirm.
    None,
}

/// A thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What happened, as a sentence.
    pub text: String,
    /// The log's entries.
    pub entries: Vec<u64>,
}

/// An objection (异议) and its reply (答复).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// The bidder.
    pub bidder: String,
    /// When it was raised.
    pub raised_at: Moment,
    /// What it says.
    pub text: String,
    /// The reply on the spot; absent while there is none.
    pub reply: Option<Reply>,
    /// The log's entries.
    pub entries: Vec<u64>,
}

/// The reply to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// When it was given.
    pub at: Moment,
    /// What it says.
    pub text: String,
}

/// One who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// The person's name; may be empty on a sheet to be signed by hand.
    pub name: String,
    /// The electronic signature, if it was given and verified.
    pub signed: Option<Signed>,
    /// Why it was not given, where that is recorded.
    pub absent: Option<Absent>,
}

/// A verified electronic signature (电子签名法 14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// When.
    pub at: Moment,
    /// The end of the certificate's serial, such as 31C8.
    pub certificate: String,
    /// The log's entry.
    pub entry: u64,
}

/// A signature that is recorded as not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// When that was recorded.
    pub at: Moment,
    /// The reason.
    pub reason: String,
    /// The log's entry.
    pub entry: u64,
}

/// One who signs in another role than host or supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// The role, such as 采购人代表.
    pub role: String,
    /// The person and signature.
    #[serde(rename = "signatory")]
    pub who: Signatory,
}

/// Where the record stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The number of the record's own entry.
    pub entry: u64,
    /// How many entries the checkpoint covers.
    pub entries: u64,
    /// When the checkpoint was signed.
    pub at: Moment,
    /// What is known of the clock, such as 本室时钟三源一致 ±2 毫秒; may be empty.
    pub clock: String,
    /// The checkpoint's SM3 root, 64 hexadecimal digits.
    pub sm3_root: String,
    /// The lines of the checkpoint's signed note; they stand in the QR code, all if they fit, else the text before
    /// the signatures.
    pub note: Vec<String>,
}

/// A record whose parts do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// A row has another number of values than the record has columns.
    #[error(
        "第 {seq} 行有 {found} 个值，一览表有 {expected} 列 / row {seq} has {found} values for {expected} columns"
    )]
    RowWidth {
        /// The row's number.
        seq: u32,
        /// Its values.
        found: usize,
        /// The record's columns.
        expected: usize,
    },
    /// A list is longer than a record may have.
    #[error("{list} 有 {found} 项，最多 {limit} 项 / {list} has {found} elements, at most {limit}")]
    TooMany {
        /// The field.
        list: &'static str,
        /// Its elements.
        found: usize,
        /// The most it may have.
        limit: usize,
    },
    /// The root is not 64 hexadecimal digits.
    #[error("国密根不是 64 位十六进制数 / the SM3 root is not 64 hexadecimal digits: {found:?}")]
    Root {
        /// What it is; its first 80 characters.
        found: String,
    },
    /// The checkpoint's text does not fit a QR code, even without its signatures.
    #[error(
        "检查点正文 {bytes} 字节，二维码最多 {limit} 字节 / checkpoint text of {bytes} bytes, a QR code takes {limit}"
    )]
    Note {
        /// Its length.
        bytes: usize,
        /// The most a code takes.
        limit: usize,
    },
}

impl OpeningRecord {
    /// Checks what the types alone cannot say.
    pub(crate) fn check(&self) -> Result<(), RecordError> {
        let many = |list, found, limit| {
            if found > limit { Err(RecordError::TooMany { list, found, limit }) } else { Ok(()) }
        };
        many("columns", self.columns.len(), MAX_COLUMNS)?;
        many("rows", self.rows.len(), MAX_ELEMENTS)?;
        many("notes", self.notes.len(), MAX_ELEMENTS)?;
        many("objections", self.objections.len(), MAX_ELEMENTS)?;
        many("officers", self.officers.people.len(), MAX_ELEMENTS)?;
        many("witnesses", self.witnesses.len(), MAX_ELEMENTS)?;
        for row in &self.rows {
            if let Outcome::Opened { values, .. } = &row.outcome
                && values.len() != self.columns.len()
            {
                let (found, expected) = (values.len(), self.columns.len());
                return Err(RecordError::RowWidth { seq: row.seq, found, expected });
            }
        }
        let root = &self.ledger.sm3_root;
        if root.len() != 64 || !root.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(RecordError::Root { found: root.chars().take(80).collect() });
        }
        self.ledger.qr_text().map(drop)
    }
}

impl Ledger {
    /// What the QR code says: the signed note, or its text alone.
    pub(crate) fn qr_text(&self) -> Result<String, RecordError> {
        let whole = lines(&self.note);
        if whole.len() <= qr::LIMIT {
            return Ok(whole);
        }
        // In a signed note an empty line parts the text from the signatures.
        let text = lines(self.note.split(String::is_empty).next().unwrap_or_default());
        if text.len() <= qr::LIMIT {
            Ok(text)
        } else {
            Err(RecordError::Note { bytes: text.len(), limit: qr::LIMIT })
        }
    }
}

fn lines(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}
