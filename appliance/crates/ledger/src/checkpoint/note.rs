//! Signed notes (C2SP signed-note): a text and signature lines, whoever made them.
//!
//! Owns the syntax only. Which keys must have signed is the business of `keys`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Longest note that is read, in bytes.
pub const MAX_NOTE_BYTES: usize = 256 * 1024;

/// Most signature lines that are read; C2SP asks for at least sixteen.
pub const MAX_SIGNATURE_LINES: usize = 64;

/// A note that is well formed; none of its signatures is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// One signature line, checked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// The key's name.
    pub name: String,
    /// The key's id: four bytes of a hash, big-endian.
    pub key_id: u32,
    /// The signature, as its type defines it.
    pub signature: Vec<u8>,
}

/// Why bytes are not a signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteSyntaxError {
    /// Longer than [`MAX_NOTE_BYTES`].
    #[error("the note has {bytes} bytes, more than {MAX_NOTE_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A control character other than newline.
    #[error("the note holds the control character {character:?}")]
    Control {
        /// The character.
        character: char,
    },
    /// No empty line between text and signatures, or no newline at the end.
    #[error("the note has no text, empty line and signature lines")]
    Parts,
    /// A line below the text is not a signature line in its only spelling.
    #[error("{line:?} is not a signature line")]
    Line {
        /// The line.
        line: String,
    },
    /// More than [`MAX_SIGNATURE_LINES`].
    #[error("the note has more than {MAX_SIGNATURE_LINES} signature lines")]
    TooManyLines,
}

impl SignedNote {
    /// Reads a note. The text ends at the last empty line.
    ///
    /// # Errors
    /// Any [`NoteSyntaxError`].
    pub fn parse(note: &str) -> Result<Self, NoteSyntaxError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteSyntaxError::TooLong { bytes: note.len() });
        }
        if let Some(character) = note.chars().find(|c| *c < ' ' && *c != '\n') {
            return Err(NoteSyntaxError::Control { character });
        }
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteSyntaxError::Parts)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteSyntaxError::Parts)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() >= MAX_SIGNATURE_LINES {
                return Err(NoteSyntaxError::TooManyLines);
            }
            signatures.push(SignatureLine::parse(line)?);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// A note of a text, which must end with a newline, and signatures that were made over it.
    ///
    /// # Errors
    /// Any [`NoteSyntaxError`]: what is made here can be read back.
    pub fn new(text: &str, signatures: Vec<SignatureLine>) -> Result<Self, NoteSyntaxError> {
        let note = Self { text: text.to_owned(), signatures };
        if Self::parse(&note.to_text())? == note { Ok(note) } else { Err(NoteSyntaxError::Parts) }
    }

    /// The same note with another line below: a witness's cosignature.
    ///
    /// # Errors
    /// Any [`NoteSyntaxError`].
    pub fn with_line(mut self, line: SignatureLine) -> Result<Self, NoteSyntaxError> {
        self.signatures.push(line);
        Self::new(&self.text, self.signatures)
    }

    /// The signed text, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in order.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// The note as it is written.
    pub fn to_text(&self) -> String {
        let mut note = format!("{}\n", self.text);
        for line in &self.signatures {
            note.push_str(&line.to_text());
            note.push('\n');
        }
        note
    }
}

impl SignatureLine {
    /// Reads one line, without its newline.
    ///
    /// # Errors
    /// [`NoteSyntaxError::Line`].
    pub fn parse(line: &str) -> Result<Self, NoteSyntaxError> {
        Self::read(line).ok_or_else(|| NoteSyntaxError::Line { line: line.to_owned() })
    }

    fn read(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c == '+') {
            return None;
        }
        let bytes = STANDARD.decode(encoded).ok()?;
        let (key_id, signature) = bytes.split_first_chunk::<4>()?;
        if signature.is_empty() {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            key_id: u32::from_be_bytes(*key_id),
            signature: signature.to_vec(),
        })
    }

    /// The line as it is written, without a newline.
    pub fn to_text(&self) -> String {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.signature);
        format!("— {} {}", self.name, STANDARD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOTE: &str = "text\n\nmore\n\n— a/b AAAAAQI=\n— c AAAAAgM=\n";

    #[test]
    fn a_note_comes_back() {
        let note = SignedNote::parse(NOTE).unwrap();
        assert_eq!(note.text(), "text\n\nmore\n");
        assert_eq!(note.signatures()[0], SignatureLine { name: "a/b".into(), key_id: 1, signature: vec![2] });
        assert_eq!(note.to_text(), NOTE);
        let longer =
            note.with_line(SignatureLine { name: "w".into(), key_id: 7, signature: vec![1; 72] }).unwrap();
        assert_eq!(SignedNote::parse(&longer.to_text()).unwrap(), longer);
    }

    #[track_caller]
    fn refused(note: &str, expect: &str) {
        let error = SignedNote::parse(note).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error:?} does not contain {expect:?}");
    }

    #[test]
    fn what_is_not_a_note_is_refused() {
        refused("", "no text");
        refused("text\n", "no text");
        refused("text\n\n", "no text");
        refused("text\n\n— a AAAAAQI=", "no text");
        refused("text\n\n- a AAAAAQI=\n", "not a signature line");
        refused("text\n\n— a AAAAAQI\n", "not a signature line");
        refused("text\n\n— a AAAAAQJ=\n", "not a signature line");
        refused("text\n\n— a AAAAAQ==\n", "not a signature line");
        refused("text\n\n— a+b AAAAAQI=\n", "not a signature line");
        refused("text\n\n—  AAAAAQI=\n", "not a signature line");
        refused("te\u{7}xt\n\n— a AAAAAQI=\n", "control");
        refused("text\r\n\n— a AAAAAQI=\n", "control");
        refused(&format!("text\n\n{}", "— a AAAAAQI=\n".repeat(65)), "more than 64");
        refused(&"a".repeat(MAX_NOTE_BYTES + 1), "bytes");
    }

    #[test]
    fn what_could_not_be_read_is_not_made() {
        let line = |name: &str| SignatureLine { name: name.into(), key_id: 1, signature: vec![1] };
        assert!(SignedNote::new("no newline", vec![line("a")]).is_err());
        assert!(SignedNote::new("text\n", vec![]).is_err());
        assert!(SignedNote::new("text\n", vec![line("a b")]).is_err());
        assert!(SignedNote::new("text\n", vec![line("a\n\n— x AAAAAQI=")]).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_again(note in "[a\n]{0,6}\n\n(— [ab+]{0,2} [A-D]{0,8}={0,2}\n){0,3}") {
            if let Ok(parsed) = SignedNote::parse(&note) {
                prop_assert_eq!(parsed.to_text(), note);
            }
        }
    }
}
