//! From a full event to an entry: private fields become commitments, and their openings are kept apart.

use std::collections::BTreeMap;

use bidroom_canon::{CanonError, Hex32, to_canonical};
use serde_json::{Map, Value};

use super::{BY, Entry, EntryError, MAX_ENTRY_BYTES, Opening, Path, PathError, Record};

/// A drafted entry: what is appended to the log, and what the room keeps to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The entry, canonical: the leaf's bytes.
    pub bytes: Vec<u8>,
    /// The same, read.
    pub entry: Entry,
    /// One opening for `by` and one for each private path in the order given.
    pub openings: Vec<Opening>,
}

/// Why an event cannot become an entry.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// A private path is malformed.
    #[error("private path {path:?}: {source}")]
    Path {
        /// The path that was given.
        path: String,
        /// What is wrong with it.
        source: PathError,
    },
    /// A private path names nothing in the fields, or was already taken out by another private path.
    #[error("private path {path:?} names no field that is still there")]
    Missing {
        /// The path that was given.
        path: String,
    },
    /// A value cannot be written canonically.
    #[error("the event cannot be written: {0}")]
    Canon(#[from] CanonError),
    /// The whole breaks a rule of entries: kind, time, length.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

/// Splits an event into a public part and commitments.
///
/// `by` says who did it and is always committed to. Each of `private_paths` (`"bidder"`; `"rows.3"` is member `3` of
/// the object member `rows`) is taken out of `fields` and replaced by a commitment; the objects around it stay, even
/// when nothing is left in them. `salts` gives 32 fresh random bytes each time it is called: first for `by`, then
/// once for each path in the order given.
///
/// # Errors
/// Any [`DraftError`]; then nothing may be appended.
pub fn draft(
    at: i64,
    kind: &str,
    by: Value,
    mut fields: Map<String, Value>,
    private_paths: &[String],
    mut salts: impl FnMut() -> [u8; 32],
) -> Result<Draft, DraftError> {
    let mut openings = Vec::with_capacity(private_paths.len().saturating_add(1));
    let by = Opening { path: BY.to_owned(), salt: Hex32(salts()), value: by };
    let by_commitment = by.commitment(kind)?;
    openings.push(by);

    let mut commitments = BTreeMap::new();
    for text in private_paths {
        let path = Path::parse(text).map_err(|source| DraftError::Path { path: text.clone(), source })?;
        let value = path
            .parent_in_mut(&mut fields)
            .and_then(|parent| parent.remove(path.name()))
            .ok_or_else(|| DraftError::Missing { path: text.clone() })?;
        let opening = Opening { path: text.clone(), salt: Hex32(salts()), value };
        commitments.insert(text.clone(), opening.commitment(kind)?);
        openings.push(opening);
    }

    let record = Record { at, by: by_commitment, commitments, kind: kind.to_owned(), public: fields };
    record.check()?;
    let bytes = to_canonical(&record)?;
    if bytes.len() > MAX_ENTRY_BYTES {
        return Err(EntryError::TooLong { bytes: bytes.len() }.into());
    }
    Ok(Draft { bytes, entry: Entry { record }, openings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn try_draft(value: Value, private: &[&str]) -> Result<Draft, DraftError> {
        let private: Vec<String> = private.iter().map(|path| (*path).to_owned()).collect();
        let mut next = 0;
        draft(7, "k", json!("host"), fields(value), &private, || {
            next += 1;
            [next; 32]
        })
    }

    #[test]
    fn private_fields_leave_the_public_part() {
        let drafted =
            try_draft(json!({"n": 1, "bidder": "甲", "rows": {"3": 5, "4": 6}}), &["bidder", "rows.3"])
                .unwrap();
        assert_eq!(drafted.entry.public(), &fields(json!({"n": 1, "rows": {"4": 6}})));
        assert_eq!(Entry::parse(&drafted.bytes).unwrap(), drafted.entry);
        let paths: Vec<_> =
            drafted.openings.iter().map(|opening| (opening.path.as_str(), opening.salt.0[0])).collect();
        assert_eq!(paths, [("by", 1), ("bidder", 2), ("rows.3", 3)]);
    }

    #[track_caller]
    fn refused(value: Value, private: &[&str], expect: &str) {
        let error = try_draft(value, private).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error:?} does not contain {expect:?}");
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        refused(json!({}), &["a"], "no field");
        refused(json!({"a": 1}), &["a", "a"], "no field");
        refused(json!({"a": {"b": 1}}), &["a", "a.b"], "no field");
        refused(json!({"a": {"b": 1}}), &["a.b", "a"], "lies inside");
        refused(json!({"a": [1]}), &["a.0"], "no field");
        refused(json!({"by": 1}), &["by"], "reserved");
        refused(json!({"a": 0.5}), &["a"], "integer");
        refused(json!({"a": 0.5}), &[], "integer");
        refused(json!({"a": "x".repeat(MAX_ENTRY_BYTES)}), &[], "more than");
    }
}
