//! A hint: what was found, between whom, how much weight it has, which clause it may bear on, and the evidence.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use crate::clause::Clause;
use crate::document::MetaKey;
use crate::prices::items::BillRule;
use crate::prices::series::Rule;
use crate::text::body::Spot;
use crate::text::marks::MarkKind;
use crate::text::rare::RareError;

/// How much a hint weighs. A class of hints, never a degree of guilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Often has an innocent cause; worth a look only together with others.
    Weak,
    /// Has an innocent cause at times; should be looked at.
    Medium,
    /// Seldom has an innocent cause; must be looked at, and explained by the bidders.
    Strong,
}

impl Weight {
    /// In Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Weak => "弱提示",
            Self::Medium => "中提示",
            Self::Strong => "强提示",
        }
    }

    /// In English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Weak => "weak hint",
            Self::Medium => "medium hint",
            Self::Strong => "strong hint",
        }
    }
}

/// What was found to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Serial number of a lock.
    Lock,
    /// Serial number of a certificate.
    Certificate,
    /// Serial number of a program's licence.
    Licence,
    /// Address of a network card.
    Mac,
    /// Serial number of a disk.
    Disk,
    /// Serial number of a mainboard.
    Board,
    /// Identifier of a processor.
    Cpu,
    /// Name of a computer.
    Host,
    /// Network address of an upload.
    Address,
    /// Registered contact.
    Contact,
    /// Agent or managing member of the project, by identity number.
    Member,
    /// Account that a deposit was paid from.
    DepositAccount,
    /// A whole file.
    File,
    /// Identifiers that a file carries.
    DocumentId,
    /// Author, last editor or company of a file.
    Author,
    /// Second at which files were made.
    CreatedAt,
    /// Images.
    Images,
    /// Text.
    Text,
    /// Rare errors in the text.
    RareErrors,
    /// One bidder's name in another's bid.
    NameOfOther,
    /// Telephone, mail or identity number in the text.
    Mark,
    /// Equal totals.
    EqualTotals,
    /// Totals in a series.
    Series,
    /// Bills that differ by one rule.
    Bill,
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Holder {
    /// The bid.
    pub bid: String,
    /// Document and page, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot: Option<Spot>,
    /// Moment in milliseconds since 1970, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
}

/// One value in several bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedValue {
    /// The value; identity numbers without the day of birth.
    pub value: String,
    /// Which property of a file, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<MetaKey>,
    /// Which sort of number, where it comes from the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<MarkKind>,
    /// Who has it.
    pub holders: Vec<Holder>,
    /// The shortest time between uploads of two bids, in whole minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u64>,
}

/// A passage, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageShown {
    /// Equal characters that are not the tender's.
    pub characters: u64,
    /// Where it begins in the first bid.
    pub a: Spot,
    /// Where it begins in the second.
    pub b: Spot,
    /// Its words in the first bid.
    pub words_a: String,
    /// Its words in the second.
    pub words_b: String,
}

/// An image in two bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageShown {
    /// Digest of its packed bytes.
    pub sm3: Sm3Digest,
    /// Pixels across.
    pub width: u64,
    /// Pixels down.
    pub height: u64,
    /// Bids that have it.
    pub holders: u64,
    /// Where in the first.
    pub a: Spot,
    /// Where in the second.
    pub b: Spot,
}

/// A line of two priced bills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineShown {
    /// Its code.
    pub code: String,
    /// Unit price of the first, in fen.
    pub a: u64,
    /// Unit price of the second, in fen.
    pub b: u64,
}

/// A place where a name stands, with the words around.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Where.
    pub spot: Spot,
    /// The words.
    pub words: String,
}

/// What a hint rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Evidence {
    /// Values that the same bids have.
    Values {
        /// The first of them.
        values: Vec<SharedValue>,
        /// How many there are.
        in_all: u64,
    },
    /// Common text of two bids.
    Text {
        /// Own characters of each that are common.
        characters: (u64, u64),
        /// Of the bid with less own text, the common share in 1/10,000.
        share: u32,
        /// Resemblance of both texts as a whole, estimated, in 1/10,000.
        resemblance: u32,
        /// Passages, longest first.
        passages: Vec<PassageShown>,
        /// How many passages there are.
        passages_in_all: u64,
        /// Repetition without end: not all was compared.
        cut: bool,
    },
    /// Rare errors of two bids.
    RareErrors {
        /// The first of them.
        errors: Vec<RareError>,
        /// How many there are.
        in_all: u64,
    },
    /// Images of two bids.
    Images {
        /// The first of them.
        images: Vec<ImageShown>,
        /// How many there are.
        in_all: u64,
    },
    /// A name in another's bid.
    NameOfOther {
        /// Whose name.
        named: String,
        /// In whose bid.
        found_in: String,
        /// How often.
        times: u64,
        /// The first places.
        places: Vec<Quoted>,
    },
    /// Totals in a series.
    Series {
        /// Which rule.
        rule: Rule,
        /// Bid and total in fen, rising.
        terms: Vec<(String, u64)>,
        /// Difference in fen, or ratio in millionths.
        step: u64,
        /// Chance makes one such series in so many tenders of this size and spread.
        one_in: u64,
    },
    /// Bills that differ by one rule.
    Bill {
        /// Which rule.
        rule: BillRule,
        /// Lines that follow it.
        lines: u64,
        /// Lines that could.
        lines_compared: u64,
        /// Ratio in millionths (second to first), or difference in fen.
        value: i64,
        /// The first lines that follow it.
        examples: Vec<LineShown>,
    },
}

/// A hint for the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Number in this analysis, from 1.
    pub number: u32,
    /// What agrees.
    pub kind: Kind,
    /// Class of hint.
    pub weight: Weight,
    /// Bids by identifier, rising.
    pub bids: Vec<String>,
    /// Clauses that it may bear on.
    pub clauses: Vec<Clause>,
    /// What was found, in Chinese.
    pub zh: String,
    /// What was found, in English.
    pub en: String,
    /// What to look at next, in Chinese.
    pub next_zh: String,
    /// What to look at next, in English.
    pub next_en: String,
    /// What it rests on.
    pub evidence: Evidence,
}
