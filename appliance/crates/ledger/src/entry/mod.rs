//! One leaf of the log: a canonical JSON object whose private fields are salted commitments.
//!
//! Owns the entry's encoding, the paths that name private fields, the commitments, and the two ways between a full
//! event and an entry: [`draft`] splits, [`Entry::disclose`] merges. Must not know what any kind of event means, nor
//! who may read which field.

mod commitment;
mod disclose;
mod draft;
mod path;

use std::collections::BTreeMap;

use bidroom_canon::{CanonError, Sm3Digest, from_canonical};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use commitment::{COMMITMENT_LABEL, Opening, commit};
pub use disclose::{DiscloseError, Disclosure};
pub use draft::{Draft, DraftError, draft};
pub use path::{MAX_PATH_BYTES, MAX_PATH_SEGMENTS, PathError};

use path::{BY, Path};

/// Largest encoded entry in bytes; larger things stand in the log by their digest.
pub const MAX_ENTRY_BYTES: usize = 60 * 1024;

/// Longest kind in bytes.
pub const MAX_KIND_BYTES: usize = 64;

/// A parsed entry. Its number is its leaf index, which it does not carry.
///
/// The only ways to one are [`Entry::parse`] and [`draft`], so an `Entry` always satisfies every rule of
/// `docs/ledger.md`; above all each commitment has a free place in `public` where its opening belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    record: Record,
}

/// The members of an entry as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    at: i64,
    by: Sm3Digest,
    commitments: BTreeMap<String, Sm3Digest>,
    kind: String,
    public: Map<String, Value>,
}

/// Why bytes are not an entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Longer than [`MAX_ENTRY_BYTES`]; refused before it is read.
    #[error("the entry has {bytes} bytes, more than {MAX_ENTRY_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not canonical JSON, or not the members of an entry.
    #[error("the entry is not canonical: {0}")]
    Canon(#[from] CanonError),
    /// The time lies before 1970.
    #[error("the entry's time {at} is negative")]
    Time {
        /// The time it carries, in milliseconds.
        at: i64,
    },
    /// The kind is not 1 to [`MAX_KIND_BYTES`] of `a-z 0-9 . - _`.
    #[error("{kind:?} is not a kind of entry")]
    Kind {
        /// What stood there.
        kind: String,
    },
    /// The name of a commitment cannot be a path.
    #[error("commitment {path:?}: {source}")]
    Path {
        /// What stood there.
        path: String,
        /// What is wrong with it.
        source: PathError,
    },
    /// The object that should hold the private field is absent from the public part, or is no object.
    #[error("commitment {path:?} has no object to stand in")]
    NoPlace {
        /// The path of the commitment.
        path: String,
    },
    /// The field is public and committed to as well.
    #[error("field {path:?} is both public and committed to")]
    Taken {
        /// The path of the commitment.
        path: String,
    },
    /// One commitment lies inside another.
    #[error("commitment {inner:?} lies inside {outer:?}")]
    Nested {
        /// The path of the containing field.
        outer: String,
        /// The path of the contained field.
        inner: String,
    },
}

impl Entry {
    /// Reads an entry strictly: length, canonical spelling, members, paths and their places.
    ///
    /// # Errors
    /// Any [`EntryError`]; nothing of a wrong entry is kept.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLong { bytes: bytes.len() });
        }
        let record: Record = from_canonical(bytes)?;
        record.check()?;
        Ok(Self { record })
    }

    /// When the room recorded it, in milliseconds since 1970 of the room's clock.
    pub const fn at(&self) -> i64 {
        self.record.at
    }

    /// What kind of event it is, such as `bid.received`.
    pub fn kind(&self) -> &str {
        &self.record.kind
    }

    /// The commitment to who did it.
    pub const fn by(&self) -> &Sm3Digest {
        &self.record.by
    }

    /// The commitments to private fields, by path.
    pub const fn commitments(&self) -> &BTreeMap<String, Sm3Digest> {
        &self.record.commitments
    }

    /// The fields everybody may read.
    pub const fn public(&self) -> &Map<String, Value> {
        &self.record.public
    }
}

impl Record {
    fn check(&self) -> Result<(), EntryError> {
        if self.at < 0 {
            return Err(EntryError::Time { at: self.at });
        }
        if !is_kind(&self.kind) {
            return Err(EntryError::Kind { kind: self.kind.clone() });
        }
        let mut paths = Vec::with_capacity(self.commitments.len());
        for text in self.commitments.keys() {
            let path = Path::parse(text).map_err(|source| EntryError::Path { path: text.clone(), source })?;
            if let Some(outer) = path.ancestors().find(|outer| self.commitments.contains_key(*outer)) {
                return Err(EntryError::Nested { outer: outer.to_owned(), inner: text.clone() });
            }
            paths.push(path);
        }
        for path in paths {
            let text = || path.text().to_owned();
            let place = path.parent_in(&self.public).ok_or_else(|| EntryError::NoPlace { path: text() })?;
            if place.contains_key(path.name()) {
                return Err(EntryError::Taken { path: text() });
            }
        }
        Ok(())
    }
}

fn is_kind(kind: &str) -> bool {
    (1..=MAX_KIND_BYTES).contains(&kind.len())
        && kind.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

    /// An entry with `D` standing for some digest.
    fn parse(text: &str) -> Result<Entry, EntryError> {
        Entry::parse(text.replace('D', DIGEST).as_bytes())
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let error = parse(text).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error:?} does not contain {expect:?}");
    }

    #[test]
    fn a_whole_entry_is_read() {
        let entry = parse(
            r#"{"at":7,"by":"D","commitments":{"bidder":"D","rows.3":"D"},"kind":"bid.received","public":{"rows":{"1":"x"}}}"#,
        )
        .unwrap();
        assert_eq!((entry.at(), entry.kind(), entry.commitments().len()), (7, "bid.received", 2));
    }

    #[test]
    fn each_rule_is_checked() {
        check(r#"{"at":-1,"by":"D","commitments":{},"kind":"k","public":{}}"#, "negative");
        check(r#"{"at":1,"by":"D","commitments":{},"kind":"","public":{}}"#, "not a kind");
        check(r#"{"at":1,"by":"D","commitments":{},"kind":"Bid","public":{}}"#, "not a kind");
        check(r#"{"at":1,"by":"D","commitments":{"by":"D"},"kind":"k","public":{}}"#, "reserved");
        check(r#"{"at":1,"by":"D","commitments":{"a..b":"D"},"kind":"k","public":{"a":{}}}"#, "empty");
        check(r#"{"at":1,"by":"D","commitments":{"a.b":"D"},"kind":"k","public":{}}"#, "no object");
        check(r#"{"at":1,"by":"D","commitments":{"a.b":"D"},"kind":"k","public":{"a":[]}}"#, "no object");
        check(r#"{"at":1,"by":"D","commitments":{"a":"D"},"kind":"k","public":{"a":null}}"#, "both public");
        check(r#"{"at":1,"by":"D","commitments":{"a":"D","a.b":"D"},"kind":"k","public":{}}"#, "lies inside");
        check(r#"{"at":1,"by":"D","commitments":{},"extra":1,"kind":"k","public":{}}"#, "unknown field");
        check(r#"{"at":1,"by":"D","kind":"k","public":{}}"#, "missing field");
        check(r#"{"by":"D","at":1,"commitments":{},"kind":"k","public":{}}"#, "spelling");
        check(r#"{"at":1.0,"by":"D","commitments":{},"kind":"k","public":{}}"#, "canonical");
        check(&" ".repeat(MAX_ENTRY_BYTES + 1), "more than");
    }
}
