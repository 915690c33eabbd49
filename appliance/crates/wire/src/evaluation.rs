//! The evaluation: sign-in at a terminal, signed acts, and the log as one reader may read it.

use bidroom_canon::Base64Bytes;
use bidroom_domain::At;
use bidroom_ledger::replay::LeafView;
use serde::{Deserialize, Serialize};

/// The one-time PIN of a member who has its seat: the host hands it over on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatPin {
    /// Index of the member.
    pub member: u8,
    /// Six digits. An earlier one ends.
    pub pin: String,
    /// Until when it may be used.
    pub until: At,
}

/// A member signs in at its terminal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalBody {
    /// Index of the member.
    pub member: u8,
    /// Name of the terminal.
    pub terminal: String,
    /// The one-time PIN.
    pub pin: String,
}

impl core::fmt::Debug for TerminalBody {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TerminalBody").field("member", &self.member).finish_non_exhaustive()
    }
}

/// A member is signed in at its terminal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalIn {
    /// Goes with each request as a bearer token. It ends when the member goes on at another terminal.
    pub token: String,
    /// Until when it is good.
    pub until: At,
}

impl core::fmt::Debug for TerminalIn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TerminalIn").field("until", &self.until).finish_non_exhaustive()
    }
}

/// A certificate for one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCertificate {
    /// The certificate (DER), of the room's own CA.
    pub certificate: Base64Bytes,
}

/// A signed act of the evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActBody {
    /// The signed statement (DER).
    pub statement: Base64Bytes,
    /// The picture (PNG) of the signature by hand that the statement names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handwriting: Option<Base64Bytes>,
}

/// The evaluation's part of the log, as one reader may read it now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvaluationLog {
    /// Which entry of the log the first leaf is.
    pub from: u64,
    /// The leaves from `from` on.
    pub leaves: Vec<LeafView>,
    /// Earlier leaves of which more may be read than when the log had `from` entries.
    pub again: Vec<LeafAgain>,
    /// The checkpoint over the log with these leaves; none while it is owed.
    pub note: Option<String>,
}

/// An earlier leaf, of which more may be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeafAgain {
    /// Which entry of the log.
    pub index: u64,
    /// The leaf.
    pub leaf: LeafView,
}

/// Whether a bid's documents are read by its own number or by its blind number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSide {
    /// By the bid's roster number.
    Named,
    /// By its blind number 暗标.
    Blind,
}

impl DocumentSide {
    /// As it stands in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Blind => "blind",
        }
    }
}

/// A document of a bid, as a reviewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidDocument {
    /// Its place among the bid's documents, from 0.
    pub index: u32,
    /// Its name; a general one while it is reviewed blind.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// How long it is, bytes.
    pub bytes: u64,
}

/// A bid with the documents that may be read of it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidDocuments {
    /// By which number it is named.
    pub side: DocumentSide,
    /// The number.
    pub number: u32,
    /// The bidder's name; none where the bid is read by its blind number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its documents, in the bidder's order; none before the reader signed the commitment.
    pub documents: Vec<BidDocument>,
    /// Where the bidder says that it answers which item, in these documents; none while it gave no index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<BidMark>,
}

/// A place where a bid answers an item, by the bidder's response index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidMark {
    /// The item.
    pub item: String,
    /// The document's place, as [`BidDocument::index`].
    pub document: u32,
    /// The page, from 1.
    pub page: u32,
    /// What is found there; never while the bid is read by its blind number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What a terminal keeps of an unfinished sheet. The room cannot read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Counts up with each change; an older one does not replace a newer one.
    pub revision: u64,
    /// Encrypted by the terminal; empty where there is none.
    pub bytes: Base64Bytes,
}

/// A seat as the host sees it beside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatView {
    /// Index of the member.
    pub member: u8,
    /// Whether somebody is signed in for it at its terminal.
    pub signed_in: bool,
    /// Since when it calls for staff.
    pub calls: Option<At>,
}

/// Who sits at the terminals, as the host sees it beside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatViews {
    /// By index.
    pub seats: Vec<SeatView>,
}

/// A document of the committee, as it can be read now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperView {
    /// Its name in addresses.
    pub id: String,
    /// Title, Chinese.
    pub zh: String,
    /// Title, English.
    pub en: String,
}
