//! The manifest: what an envelope contains, with every salt. It is the first thing in the encrypted content.
//!
//! Owns documents' names and their commitments. Must not know how the bytes of a document travel.

use bidroom_canon::{CanonError, Hex32, Labelled, Sm3Digest, from_canonical, to_canonical};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Marker;
use super::core::Core;
use super::schedule::Schedule;
pub use super::schedule::ScheduleCommitment;
use super::scope::BidScope;

const LABEL: &str = "bidroom/bid/v1/document";

/// Most documents in an envelope.
pub const MAX_DOCUMENTS: usize = 256;
/// Most bytes a manifest takes.
pub const MAX_MANIFEST: usize = 256 * 1024;
/// Longest document, in bytes: 1 TiB.
pub const MAX_DOCUMENT: u64 = 1 << 40;

/// Marks the manifest's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestFormat;

impl Marker for ManifestFormat {
    const TEXT: &'static str = "bidroom-manifest/1";
}

super::marker_serde!(ManifestFormat);

/// Why a text is no name or type of a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentNameError {
    /// Not usable as a plain file name everywhere.
    #[error(
        "{0:?} is no document name: 1 to 255 bytes, no slashes, none of \"<>:|?*, no control or direction characters, no blank or dot at either end"
    )]
    Name(String),
    /// Not `type/subtype` in small letters.
    #[error("{0:?} is no media type")]
    MediaType(String),
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $valid:ident, $error:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = DocumentNameError;

            fn from_str(text: &str) -> Result<Self, DocumentNameError> {
                if $valid(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(DocumentNameError::$error(text.chars().take(80).collect()))
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

text_type!(
    /// A document's name: a plain file name on every system, and one that shows as what it is.
    DocumentName,
    is_name,
    Name
);
text_type!(
    /// A document's media type (RFC 6838) in small letters, without parameters.
    MediaType,
    is_media_type,
    MediaType
);

fn is_name(text: &str) -> bool {
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let edge = |c: char| c.is_whitespace() || c == '.';
    (1..=255).contains(&text.len())
        && !text.chars().any(|c| c.is_control() || hidden(c) || "/\\\"<>:|?*".contains(c))
        && !text.starts_with(edge)
        && !text.ends_with(edge)
}

fn is_media_type(text: &str) -> bool {
    let part = |part: &str| {
        (1..=64).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
    };
    text.split_once('/').is_some_and(|(first, second)| part(first) && part(second))
}

/// One document as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its name, unique in the envelope.
    pub name: DocumentName,
    /// What it is.
    pub media_type: MediaType,
    /// Its length in bytes.
    pub length: u64,
    /// The salt of its commitment.
    pub salt: Hex32,
    /// SM3 of its bytes.
    pub digest: Sm3Digest,
}

impl Document {
    /// What a core says about this document, the `index`-th of its envelope from 0: SM3(label ‖ scope ‖ index ‖ salt ‖
    /// name ‖ media type ‖ length ‖ digest); index as four bytes, length as eight, big-endian.
    pub fn commit(&self, index: u32, scope: &BidScope) -> DocumentCommitment {
        let hash = scope.hashed(Labelled::new(LABEL));
        DocumentCommitment(
            hash.field(&index.to_be_bytes())
                .field(&self.salt.0)
                .field(self.name.0.as_bytes())
                .field(self.media_type.0.as_bytes())
                .field(&self.length.to_be_bytes())
                .field(self.digest.as_bytes())
                .finish(),
        )
    }
}

/// The salted fingerprint of a document, see [`Document::commit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentCommitment(pub Sm3Digest);

/// The schedule with the salt of its commitment: what the room publishes at the opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaltedSchedule {
    /// The salt.
    pub salt: Hex32,
    /// The schedule.
    pub schedule: Schedule,
}

/// What an envelope contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `bidroom-manifest/1`.
    pub format: ManifestFormat,
    /// The schedule and its salt.
    pub schedule: SaltedSchedule,
    /// The documents, in the order of the content.
    pub documents: Vec<Document>,
}

/// Why a manifest is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Longer than [`MAX_MANIFEST`].
    #[error("the manifest has {0} bytes, more than {MAX_MANIFEST}")]
    TooLong(u64),
    /// Not canonical JSON of a manifest.
    #[error("the manifest: {0}")]
    Json(#[from] CanonError),
    /// More documents than [`MAX_DOCUMENTS`].
    #[error("the manifest lists {0} documents, more than {MAX_DOCUMENTS}")]
    TooManyDocuments(usize),
    /// A document longer than [`MAX_DOCUMENT`].
    #[error("document {name:?} has {length} bytes, more than {MAX_DOCUMENT}")]
    DocumentTooLong {
        /// Its name.
        name: String,
        /// Its length.
        length: u64,
    },
    /// Two documents of one name.
    #[error("two documents are called {0:?}")]
    RepeatedName(String),
    /// The schedule and its salt do not give the core's commitment.
    #[error("the schedule is not the one the core commits to")]
    Schedule,
    /// Not as many documents as the core commits to.
    #[error("the manifest lists {listed} documents, the core commits to {committed}")]
    DocumentCount {
        /// In the manifest.
        listed: usize,
        /// In the core.
        committed: usize,
    },
    /// A document's entry does not give the core's commitment.
    #[error("document {index} of the manifest is not the one the core commits to")]
    Document {
        /// Its place, from 0.
        index: usize,
    },
}

impl Manifest {
    /// Reads a manifest strictly and checks what can be checked without its core.
    ///
    /// # Errors
    /// [`ManifestError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAX_MANIFEST {
            return Err(ManifestError::TooLong(u64::try_from(bytes.len()).unwrap_or(u64::MAX)));
        }
        let manifest: Self = from_canonical(bytes)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest as it is encrypted.
    ///
    /// # Errors
    /// [`ManifestError`], if it would not be read back.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ManifestError> {
        self.check()?;
        let bytes = to_canonical(self)?;
        if bytes.len() > MAX_MANIFEST {
            return Err(ManifestError::TooLong(u64::try_from(bytes.len()).unwrap_or(u64::MAX)));
        }
        Ok(bytes)
    }

    /// The commitments a core writes for this manifest's documents.
    pub fn document_commitments(&self, scope: &BidScope) -> Vec<DocumentCommitment> {
        (0_u32..).zip(&self.documents).map(|(index, document)| document.commit(index, scope)).collect()
    }

    /// Compares schedule and every document's entry with the core's commitments.
    ///
    /// # Errors
    /// [`ManifestError::Schedule`], [`ManifestError::DocumentCount`] or [`ManifestError::Document`].
    pub fn check_against(&self, core: &Core) -> Result<(), ManifestError> {
        let scope = core.scope();
        if !core.schedule.admits(&self.schedule.schedule, &self.schedule.salt, &scope) {
            return Err(ManifestError::Schedule);
        }
        if self.documents.len() != core.documents.len() {
            return Err(ManifestError::DocumentCount {
                listed: self.documents.len(),
                committed: core.documents.len(),
            });
        }
        let computed = self.document_commitments(&scope);
        match computed.iter().zip(&core.documents).position(|(computed, committed)| computed != committed) {
            Some(index) => Err(ManifestError::Document { index }),
            None => Ok(()),
        }
    }

    /// The length of all documents together.
    pub fn documents_length(&self) -> u64 {
        self.documents.iter().map(|document| document.length).sum()
    }

    fn check(&self) -> Result<(), ManifestError> {
        if self.documents.len() > MAX_DOCUMENTS {
            return Err(ManifestError::TooManyDocuments(self.documents.len()));
        }
        let mut names = std::collections::BTreeSet::new();
        for document in &self.documents {
            if document.length > MAX_DOCUMENT {
                let name = document.name.0.clone();
                return Err(ManifestError::DocumentTooLong { name, length: document.length });
            }
            if !names.insert(document.name.as_str()) {
                return Err(ManifestError::RepeatedName(document.name.0.clone()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn name(text: &str, accepted: bool) {
        assert_eq!(text.parse::<DocumentName>().is_ok(), accepted, "{text:?}");
    }

    #[track_caller]
    fn media_type(text: &str, accepted: bool) {
        assert_eq!(text.parse::<MediaType>().is_ok(), accepted, "{text:?}");
    }

    #[test]
    fn names_are_plain_file_names() {
        for good in ["投标函.pdf", "a", "商务标 第1册.pdf", &"x".repeat(255)] {
            name(good, true);
        }
        for bad in [
            "",
            ".",
            "..",
            "../a",
            "a/b",
            "a\\b",
            "c:x",
            ".hidden",
            "a ",
            " a",
            "a.",
            "a\0",
            "a\u{202e}fdp.exe",
            "a*",
        ] {
            name(bad, false);
        }
        name(&"x".repeat(256), false);
    }

    #[test]
    fn media_types_are_small_and_bare() {
        media_type("application/pdf", true);
        media_type("application/vnd.ofd+xml", true);
        for bad in
            ["", "pdf", "application/", "/pdf", "Application/pdf", "text/plain; charset=utf-8", "a/b/c"]
        {
            media_type(bad, false);
        }
    }
}
