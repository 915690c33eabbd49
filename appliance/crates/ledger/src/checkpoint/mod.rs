//! What the room signs of its log: size, both roots and time, as the text of a signed note.
//!
//! Owns the note text (C2SP tlog-checkpoint) and the log's [`Origin`]; `note` owns signature lines (C2SP
//! signed-note) and `keys` which lines must be there. Must not know what the leaves hold, nor where keys live.

mod keys;
mod note;
mod origin;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bidroom_canon::{Digest, Sha256Digest, Sm3Digest};
use serde::{Deserialize, Serialize};

pub use keys::{NoteError, RoomKey, RoomKeys, SM2_SIGNATURE_TYPE, StandbyKeys, VerifiedNote, verify};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURE_LINES, NoteSyntaxError, SignatureLine, SignedNote};
pub use origin::{MAX_ORIGIN_BYTES, Origin, OriginError};

use crate::tree::Roots;

/// The largest size and time: both also stand in canonical JSON.
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The head of a log at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// When the room signed it, in milliseconds since 1970 of the room's clock.
    pub at: i64,
    /// Which log.
    pub origin: Origin,
    /// The root of the SHA-256 tree.
    pub root: Sha256Digest,
    /// How many entries.
    pub size: u64,
    /// The root of the SM3 tree.
    pub sm3_root: Sm3Digest,
}

/// Why a note text is not a checkpoint of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not the five lines: origin, size, root, `sm3-root`, `at`.
    #[error("the text has not the five lines of a checkpoint")]
    Lines,
    /// The first line is not an origin.
    #[error("the first line is not an origin: {0}")]
    Origin(#[from] OriginError),
    /// The size or the time is not a plain decimal number up to 2⁵³ − 1.
    #[error("{line:?} is not a plain decimal number up to 2^53 - 1")]
    Number {
        /// What stood there.
        line: String,
    },
    /// A root is not the canonical base64 of 32 bytes.
    #[error("{line:?} is not the base64 of 32 bytes")]
    Root {
        /// What stood there.
        line: String,
    },
}

impl Checkpoint {
    /// The checkpoint of a tree with these roots.
    pub const fn new(origin: Origin, size: u64, roots: &Roots, at: i64) -> Self {
        Self { at, origin, root: roots.sha256, size, sm3_root: roots.sm3 }
    }

    /// Both roots.
    pub const fn roots(&self) -> Roots {
        Roots { sha256: self.root, sm3: self.sm3_root }
    }

    /// The note text, which is what both keys of the room sign: five lines, each ended by a newline.
    ///
    /// # Errors
    /// [`CheckpointError::Number`] if size or time could not be read back.
    pub fn text(&self) -> Result<String, CheckpointError> {
        let text = format!(
            "{}\n{}\n{}\nsm3-root {}\nat {}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root.as_bytes()),
            STANDARD.encode(self.sm3_root.as_bytes()),
            self.at,
        );
        Self::parse(&text).map(|_| text)
    }

    /// Reads a note text strictly: there is one text for each checkpoint.
    ///
    /// # Errors
    /// Any [`CheckpointError`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let mut line = || lines.next().ok_or(CheckpointError::Lines);
        let origin = line()?.parse()?;
        let size = number(line()?)?;
        let root = root(line()?)?;
        let sm3_root = root_after(line()?, "sm3-root ")?;
        let at = number(line()?.strip_prefix("at ").ok_or(CheckpointError::Lines)?)?;
        if lines.next().is_some() {
            return Err(CheckpointError::Lines);
        }
        let at = i64::try_from(at).map_err(|_| CheckpointError::Lines)?;
        Ok(Self { at, origin, root, size, sm3_root })
    }
}

fn number(line: &str) -> Result<u64, CheckpointError> {
    line.parse()
        .ok()
        .filter(|number: &u64| *number <= MAX_INTEGER && number.to_string() == line)
        .ok_or_else(|| CheckpointError::Number { line: line.to_owned() })
}

fn root_after<H>(line: &str, prefix: &str) -> Result<Digest<H>, CheckpointError> {
    root(line.strip_prefix(prefix).ok_or(CheckpointError::Lines)?)
}

fn root<H>(line: &str) -> Result<Digest<H>, CheckpointError> {
    STANDARD
        .decode(line)
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .map(Digest::from_bytes)
        .ok_or_else(|| CheckpointError::Root { line: line.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;
    use proptest::prelude::*;

    const EMPTY: &str = "room/tender/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
        sm3-root GrIdg1XPoX+OYRlIMegajyK+yMco/vt0ftA161CCqis=\nat 1700000000000\n";

    #[test]
    fn the_text_of_the_empty_log() {
        let checkpoint =
            Checkpoint::new("room/tender/1".parse().unwrap(), 0, &Tree::new().root(), 1_700_000_000_000);
        let text = checkpoint.text().unwrap();
        let sm3_of_nothing = "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b";
        assert_eq!(checkpoint.sm3_root.to_string(), sm3_of_nothing);
        assert_eq!(text, EMPTY);
        assert_eq!(Checkpoint::parse(&text).unwrap(), checkpoint);
    }

    #[track_caller]
    fn check(change: (&str, &str), expect: &str) {
        let text = EMPTY.replacen(change.0, change.1, 1);
        assert_ne!(text, EMPTY);
        let error = Checkpoint::parse(&text).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error:?} does not contain {expect:?}");
    }

    #[test]
    fn one_spelling_only() {
        assert!(Checkpoint::parse(EMPTY).is_ok());
        check(("\n0\n", "\n00\n"), "decimal");
        check(("\n0\n", "\n+0\n"), "decimal");
        check(("\n0\n", "\n9007199254740992\n"), "decimal");
        check(("at 17", "at -17"), "decimal");
        check(("at 17", "at 017"), "decimal");
        check(("uFU=", "uFU"), "base64");
        check(("uFU=", "uFV="), "base64");
        check(("uFU=", "uFUAAAAA"), "base64");
        check(("sm3-root", "sm4-root"), "five lines");
        check(("00000\n", "00000\nmore\n"), "five lines");
        check(("00000\n", "00000"), "five lines");
        check(("00000\n", "00000\n\n"), "five lines");
        check(("room/", "ro om/"), "origin");
        check(("room/tender/1", ""), "origin");
        check(("\nat 1700000000000", ""), "five lines");
    }

    #[test]
    fn stock_software_reads_the_text() {
        let ours = Checkpoint::parse(EMPTY).unwrap();
        let theirs = tlog_tiles::checkpoint::Checkpoint::from_bytes(EMPTY.as_bytes()).unwrap();
        assert_eq!((theirs.origin(), theirs.size()), (ours.origin.as_str(), ours.size));
        assert_eq!(&theirs.hash().0, ours.root.as_bytes());
        assert_eq!(theirs.to_bytes(), EMPTY.as_bytes());
    }

    proptest! {
        #[test]
        fn texts_come_back(size in 0..=MAX_INTEGER, at in 0..=(1_i64 << 53) - 1, root: [u8; 32], sm3: [u8; 32]) {
            let roots = Roots { sha256: Digest::from_bytes(root), sm3: Digest::from_bytes(sm3) };
            let checkpoint = Checkpoint::new("某中心/T-1/2".parse().unwrap(), size, &roots, at);
            prop_assert_eq!(Checkpoint::parse(&checkpoint.text().unwrap()).unwrap(), checkpoint);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            let _ = Checkpoint::parse(&text);
        }
    }
}
