//! Names of members: safe to write out on any system, and one spelling each.

/// Longest name in bytes.
pub const MAX_NAME_BYTES: usize = 512;

/// Why a text is not a member's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Empty, or longer than [`MAX_NAME_BYTES`].
    #[error("{bytes} bytes are not a name's length (1 to {MAX_NAME_BYTES})")]
    Length {
        /// Its length.
        bytes: usize,
    },
    /// A part between slashes is empty, `.` or `..`: the name is absolute, a folder, or leads elsewhere.
    #[error("the part {part:?} of the name leads nowhere or elsewhere")]
    Part {
        /// The part.
        part: String,
    },
    /// A control character, or one that means something else on some systems: `\`, `:`.
    #[error("a name holds no {character:?}")]
    Character {
        /// The character.
        character: char,
    },
    /// Not UTF-8.
    #[error("the name is not UTF-8")]
    NotUtf8,
}

pub(super) fn check(name: &str) -> Result<(), NameError> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Err(NameError::Length { bytes: name.len() });
    }
    if let Some(character) = name.chars().find(|c| c.is_control() || matches!(c, '\\' | ':')) {
        return Err(NameError::Character { character });
    }
    match name.split('/').find(|part| matches!(*part, "" | "." | "..")) {
        Some(part) => Err(NameError::Part { part: part.to_owned() }),
        None => Ok(()),
    }
}

/// The folders around a member, outermost first, as names.
pub(super) fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').filter_map(|(at, _)| name.get(..at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn accepted(name: &str, expect: bool) {
        assert_eq!(check(name).is_ok(), expect, "{name:?}");
    }

    #[test]
    fn grammar() {
        accepted("log/entries.jsonl", true);
        accepted("投标/甲公司.bid", true);
        accepted("a b", true);
        accepted("...", true);
        accepted(&"a".repeat(512), true);
        accepted(&"a".repeat(513), false);
        accepted("", false);
        accepted("/a", false);
        accepted("a/", false);
        accepted("a//b", false);
        accepted("a/../b", false);
        accepted("./a", false);
        accepted("a\\b", false);
        accepted("c:a", false);
        accepted("a\nb", false);
        accepted("a\u{85}b", false);
    }

    #[test]
    fn folders_from_outside() {
        assert_eq!(folders("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
        assert_eq!(folders("a").count(), 0);
    }
}
