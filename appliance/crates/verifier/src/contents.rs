//! What an archive contains: names of members and the table of contents.

use bidroom_canon::Sm3Digest;
use bidroom_domain::{ReaderClass, SessionId};
use serde::{Deserialize, Serialize};

/// The table of contents.
pub const INDEX: &str = "archive.json";
/// The signed tender package.
pub const PACKAGE: &str = "tender.der";
/// The room's signed publication.
pub const PUBLICATION: &str = "publication.der";

/// Largest table of contents that is read, in bytes.
pub const MAX_INDEX: u64 = 64 * 1024 * 1024;
/// Largest signed document that is read, in bytes.
pub const MAX_DOCUMENT: u64 = 8 * 1024 * 1024;
/// Largest list of openings of one entry, in bytes.
pub const MAX_OPENINGS: u64 = 4 * 1024 * 1024;
/// Largest statement or receipt, in bytes.
pub const MAX_STATEMENT: u64 = 64 * 1024;
/// Longest report that is read, bytes.
pub const MAX_PAPER: u64 = 64 * 1024 * 1024;

/// The one value of an index's `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArchiveFormat {
    /// Version 1.
    #[serde(rename = "bidroom-archive/1")]
    V1,
}

/// One member, as the index lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// SM3 of its bytes.
    pub sm3: Sm3Digest,
}

/// `archive.json`: canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Form and version.
    pub format: ArchiveFormat,
    /// Which session.
    pub session: SessionId,
    /// For whom it was made: decides which entries are hidden and which openings are there.
    pub readers: ReaderClass,
    /// All other members, sorted by name.
    pub files: Vec<Listed>,
}

/// The entry with an index, in full.
pub fn entry(index: u64) -> String {
    format!("entries/{index:06}.json")
}

/// The openings of an entry's commitments: a canonical list.
pub fn openings(index: u64) -> String {
    format!("openings/{index:06}.json")
}

/// Both leaf hashes of an entry that is not shown.
pub fn hidden(index: u64) -> String {
    format!("hidden/{index:06}.json")
}

/// The signed checkpoint over the first `size` entries.
pub fn note(size: u64) -> String {
    format!("notes/{size:06}.note")
}

/// The head of a bid: all of its file before the content.
pub fn head(bid: &Sm3Digest) -> String {
    format!("bids/{bid}.head")
}

/// A whole bid.
pub fn body(bid: &Sm3Digest) -> String {
    format!("bids/{bid}.bid")
}

/// A signed statement, by its SM3.
pub fn statement(statement: &Sm3Digest) -> String {
    format!("statements/{statement}.der")
}

/// The signed receipt of a bid, by its digest, or of key packages that replaced those in a bid, by the record's.
pub fn receipt(bid: &Sm3Digest) -> String {
    format!("receipts/{bid}.der")
}

/// The signed document by which the officers' key was dealt again, by its SM3.
pub fn redeal(redeal: &Sm3Digest) -> String {
    format!("redeals/{redeal}.der")
}

/// A signed record of key packages that replaced the one in a bid's head, by the record's digest.
pub fn packages(record: &Sm3Digest) -> String {
    format!("packages/{record}.der")
}

/// A certificate that key packages were made for later, by its SM3.
pub fn certificate(certificate: &Sm3Digest) -> String {
    format!("certificates/{certificate}.der")
}

/// The picture of a signature by hand that a statement names, by its SM3.
pub fn handwriting(picture: &Sm3Digest) -> String {
    format!("handwriting/{picture}.png")
}

/// The evaluation's report that members signed, by its SM3.
pub fn paper(report: &Sm3Digest) -> String {
    format!("papers/{report}.pdf")
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Entry(u64),
    Openings(u64),
    Hidden(u64),
    Note(u64),
    Head(Sm3Digest),
    Body(Sm3Digest),
    Statement(Sm3Digest),
    Receipt(Sm3Digest),
    Redeal(Sm3Digest),
    Packages(Sm3Digest),
    Certificate(Sm3Digest),
    Handwriting(Sm3Digest),
    Paper(Sm3Digest),
}

impl Kind {
    /// Reads a member's name; none for a name this version does not know, or one in another spelling.
    pub(crate) fn of(name: &str) -> Option<Self> {
        if name == PACKAGE || name == PUBLICATION {
            return Some(Self::Document);
        }
        let (folder, file) = name.split_once('/')?;
        let (stem, extension) = file.split_once('.')?;
        let number = || stem.parse::<u64>().ok();
        let digest = || stem.parse::<Sm3Digest>().ok();
        let kind = match (folder, extension) {
            ("entries", "json") => Self::Entry(number()?),
            ("openings", "json") => Self::Openings(number()?),
            ("hidden", "json") => Self::Hidden(number()?),
            ("notes", "note") => Self::Note(number()?),
            ("bids", "head") => Self::Head(digest()?),
            ("bids", "bid") => Self::Body(digest()?),
            ("statements", "der") => Self::Statement(digest()?),
            ("receipts", "der") => Self::Receipt(digest()?),
            ("redeals", "der") => Self::Redeal(digest()?),
            ("packages", "der") => Self::Packages(digest()?),
            ("certificates", "der") => Self::Certificate(digest()?),
            ("handwriting", "png") => Self::Handwriting(digest()?),
            ("papers", "pdf") => Self::Paper(digest()?),
            _ => return None,
        };
        let spelt = match kind {
            Self::Document => return Some(kind),
            Self::Entry(n) => entry(n),
            Self::Openings(n) => openings(n),
            Self::Hidden(n) => hidden(n),
            Self::Note(n) => note(n),
            Self::Head(d) => head(&d),
            Self::Body(d) => body(&d),
            Self::Statement(d) => statement(&d),
            Self::Receipt(d) => receipt(&d),
            Self::Redeal(d) => redeal(&d),
            Self::Packages(d) => packages(&d),
            Self::Certificate(d) => certificate(&d),
            Self::Handwriting(d) => handwriting(&d),
            Self::Paper(d) => paper(&d),
        };
        (spelt == name).then_some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: Option<Kind>) {
        assert_eq!(Kind::of(name), expect, "{name}");
    }

    #[test]
    fn names_have_one_spelling() {
        let digest = Sm3Digest::of(b"x");
        check("tender.der", Some(Kind::Document));
        check("entries/000007.json", Some(Kind::Entry(7)));
        check("entries/1234567.json", Some(Kind::Entry(1_234_567)));
        check("entries/7.json", None);
        check("entries/+00007.json", None);
        check("notes/000001.note", Some(Kind::Note(1)));
        check(&head(&digest), Some(Kind::Head(digest)));
        check(&head(&digest).to_uppercase(), None);
        check("bids/1.head", None);
        check(&redeal(&digest), Some(Kind::Redeal(digest)));
        check(&packages(&digest), Some(Kind::Packages(digest)));
        check(&certificate(&digest), Some(Kind::Certificate(digest)));
        check(&handwriting(&digest), Some(Kind::Handwriting(digest)));
        check(&paper(&digest), Some(Kind::Paper(digest)));
        check("other/000001.json", None);
        check("archive.json", None);
        check("", None);
    }
}
