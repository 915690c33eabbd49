//! Paths of private fields: which member of which object of the event is committed to.
//!
//! Owns the grammar and the walk through JSON objects. Arrays are never entered: an element that has readers of its
//! own is a member of an object.

use serde_json::{Map, Value};

/// Most names in a path.
pub const MAX_PATH_SEGMENTS: usize = 4;

/// Longest path in bytes.
pub const MAX_PATH_BYTES: usize = 200;

/// The path of the opening of an entry's `by`; no field may have it.
pub(super) const BY: &str = "by";

/// Why a text is not the path of a private field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// `by` is the entry's own member.
    #[error("the path \"by\" is reserved")]
    Reserved,
    /// A name between dots is empty.
    #[error("a name in the path is empty")]
    Empty,
    /// A name holds something other than `A-Z a-z 0-9 - _`.
    #[error("the path holds a character other than letters, digits, - and _")]
    Character,
    /// More than [`MAX_PATH_SEGMENTS`] names or [`MAX_PATH_BYTES`] bytes.
    #[error("the path is longer than {MAX_PATH_SEGMENTS} names or {MAX_PATH_BYTES} bytes")]
    TooLong,
}

/// A checked path: names of members, from the outermost object inwards, joined by dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path<'a> {
    text: &'a str,
}

impl<'a> Path<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, PathError> {
        if text == BY {
            return Err(PathError::Reserved);
        }
        if text.len() > MAX_PATH_BYTES || text.split('.').count() > MAX_PATH_SEGMENTS {
            return Err(PathError::TooLong);
        }
        for name in text.split('.') {
            if name.is_empty() {
                return Err(PathError::Empty);
            }
            if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
                return Err(PathError::Character);
            }
        }
        Ok(Self { text })
    }

    /// The whole path.
    pub(super) fn text(self) -> &'a str {
        self.text
    }

    /// The member's own name.
    pub(super) fn name(self) -> &'a str {
        self.text.rsplit_once('.').map_or(self.text, |(_, name)| name)
    }

    /// The paths of the objects around the member, outermost first.
    pub(super) fn ancestors(self) -> impl Iterator<Item = &'a str> {
        self.text.match_indices('.').filter_map(|(at, _)| self.text.get(..at))
    }

    /// The object that holds the member, if every object on the way is there.
    pub(super) fn parent_in(self, fields: &Map<String, Value>) -> Option<&Map<String, Value>> {
        let mut object = fields;
        for name in self.parents() {
            object = object.get(name)?.as_object()?;
        }
        Some(object)
    }

    /// As [`Path::parent_in`], to change it.
    pub(super) fn parent_in_mut(self, fields: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
        let mut object = fields;
        for name in self.parents() {
            object = object.get_mut(name)?.as_object_mut()?;
        }
        Some(object)
    }

    fn parents(self) -> impl Iterator<Item = &'a str> {
        self.text
            .rsplit_once('.')
            .map(|(parents, _)| parents)
            .into_iter()
            .flat_map(|parents| parents.split('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<(&str, Vec<&str>), PathError>) {
        let got = Path::parse(text).map(|path| (path.name(), path.ancestors().collect::<Vec<_>>()));
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn grammar() {
        check("bidder", Ok(("bidder", vec![])));
        check("rows.3", Ok(("3", vec!["rows"])));
        check("a.b.c.d", Ok(("d", vec!["a", "a.b", "a.b.c"])));
        check("by", Err(PathError::Reserved));
        check("by.x", Ok(("x", vec!["by"])));
        check("", Err(PathError::Empty));
        check("a.", Err(PathError::Empty));
        check(".a", Err(PathError::Empty));
        check("a b", Err(PathError::Character));
        check("价", Err(PathError::Character));
        check("a.b.c.d.e", Err(PathError::TooLong));
        check(&"a".repeat(MAX_PATH_BYTES + 1), Err(PathError::TooLong));
    }
}
