//! Checking and opening the content of a bid.
//!
//! [`ContentCheck`] is for whoever receives a bid and has no key. [`Opening`] is for whoever has the three shares: it
//! gives the manifest, and with it the schedule, after the first chunk, then the documents one by one; nothing is
//! released that was not verified. [`check_kept`] compares a plaintext that a bidder kept with what was sealed.

use std::io::{Read, Seek, Write};

use bidroom_canon::Sm3Digest;
use sm3::Digest as _;

use super::core::Core;
use super::header::{Header, HeaderEnvelope};
use super::manifest::{Document, MAX_MANIFEST, Manifest, ManifestError};
use super::share::{ShareRole, Shares, content_keys};
use super::submission::SubmittedEnvelope;
use crate::content::stream::{ChunkOpener, StreamError};
use crate::content::tree::RootHasher;

/// Why a content is not the one the submission signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// The ciphertext of this envelope, from 1, has another root.
    #[error("the ciphertext of envelope {0} is not the one the submission signs")]
    Root(usize),
    /// The content ends too early.
    #[error("the content ends after {have} of {need} bytes")]
    Truncated {
        /// Bytes that came.
        have: u64,
        /// Bytes that should.
        need: u64,
    },
    /// More comes after the last ciphertext.
    #[error("there is more after the {0} bytes of the content")]
    Extended(u64),
}

/// Checks the content of a bid as it arrives, in parts of any size, against lengths and roots of its submission.
#[derive(Debug)]
pub struct ContentCheck {
    envelopes: Vec<SubmittedEnvelope>,
    current: usize,
    hasher: RootHasher,
    done: u64,
}

impl ContentCheck {
    /// A check of the bid with this head, beginning at the content's first byte.
    pub fn new(header: &Header) -> Self {
        let envelopes = header.submission().value().envelopes.clone();
        Self { envelopes, current: 0, hasher: RootHasher::new(), done: 0 }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ContentError::Root`] as soon as an envelope is complete and wrong, [`ContentError::Extended`].
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), ContentError> {
        while !bytes.is_empty() {
            let Some(envelope) = self.envelopes.get(self.current) else {
                return Err(ContentError::Extended(self.done));
            };
            let missing =
                usize::try_from(envelope.length.saturating_sub(self.hasher.length())).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(missing.min(bytes.len()));
            self.hasher.push(now);
            bytes = rest;
            if self.hasher.length() == envelope.length {
                let root = core::mem::take(&mut self.hasher).finish();
                self.current = self.current.saturating_add(1);
                self.done = self.done.saturating_add(envelope.length);
                if root != envelope.root {
                    return Err(ContentError::Root(self.current));
                }
            }
        }
        Ok(())
    }

    /// Bytes taken so far.
    pub const fn length(&self) -> u64 {
        self.done.saturating_add(self.hasher.length())
    }

    /// Ends the check.
    ///
    /// # Errors
    /// [`ContentError::Truncated`].
    pub fn finish(self) -> Result<(), ContentError> {
        let need = self.envelopes.iter().map(|envelope| envelope.length).fold(0, u64::saturating_add);
        let have = self.length();
        if have == need { Ok(()) } else { Err(ContentError::Truncated { have, need }) }
    }
}

/// Why an envelope did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// A share is not the one the core commits to.
    #[error("the {0} share is not the one the core commits to")]
    Share(ShareRole),
    /// The ciphertext.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The content does not end where the manifest says.
    #[error("the content has {have} bytes, the manifest describes {described}")]
    Length {
        /// By the ciphertext's length.
        have: u64,
        /// By the manifest.
        described: u64,
    },
    /// A document is not the one the manifest describes. What was written of it must be thrown away.
    #[error("document {index} is not the one its manifest describes")]
    Document {
        /// Its place, from 0.
        index: usize,
    },
    /// A document could not be written.
    #[error("writing document {index}: {source}")]
    Write {
        /// Its place, from 0.
        index: usize,
        /// Why.
        source: std::io::Error,
    },
}

impl OpeningError {
    /// The part that is wrong, as the test vectors name it.
    pub const fn layer(&self) -> &'static str {
        match self {
            Self::Share(_) => "share",
            Self::Stream(_) => "chunk",
            Self::Manifest(
                ManifestError::Schedule
                | ManifestError::Document { .. }
                | ManifestError::DocumentCount { .. },
            ) => "commitment",
            Self::Manifest(_) | Self::Length { .. } => "manifest",
            Self::Document { .. } => "document",
            Self::Write { .. } => "io",
        }
    }
}

/// An envelope being opened: its manifest is known and agrees with the core, its documents follow in order.
pub struct Opening<R> {
    opener: ChunkOpener<R>,
    manifest: Manifest,
    /// Where the first document begins in the plaintext.
    documents_at: u64,
    next: usize,
}

impl<R: Read> Opening<R> {
    /// Checks the shares against the core and opens the beginning of the content, at which `source` stands.
    ///
    /// # Errors
    /// [`OpeningError`].
    pub fn start(envelope: &HeaderEnvelope, shares: &Shares, source: R) -> Result<Self, OpeningError> {
        let core = &envelope.core;
        let scope = core.scope();
        for role in ShareRole::ALL {
            if !core.shares.of(role).admits(shares.of(role), role, &scope) {
                return Err(OpeningError::Share(role));
            }
        }
        let length = envelope.submitted.length;
        let keys = content_keys(shares, &envelope.hash);
        let mut opener = ChunkOpener::new(&keys, envelope.hash, core.chunk_size, length, source)?;
        let prefix = opener.exactly(4)?;
        let claimed = prefix.first_chunk::<4>().map_or(u32::MAX, |prefix| u32::from_be_bytes(*prefix));
        let manifest_length = usize::try_from(claimed)
            .ok()
            .filter(|length| *length <= MAX_MANIFEST)
            .ok_or(ManifestError::TooLong(u64::from(claimed)))?;
        let manifest = Manifest::parse(&opener.exactly(manifest_length)?)?;
        manifest.check_against(core)?;
        let have = core.chunk_size.plain_length(length).unwrap_or_default();
        let described = manifest.documents_length().saturating_add(u64::from(claimed)).saturating_add(4);
        if have != described {
            return Err(OpeningError::Length { have, described });
        }
        let documents_at = u64::from(claimed).saturating_add(4);
        Ok(Self { opener, manifest, documents_at, next: 0 })
    }

    /// The manifest: schedule, salts and what documents there are.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Writes the next document to `out` and answers its entry; `None` after the last.
    ///
    /// Bytes are written chunk by chunk as they are verified; that they are the document committed to is known at its
    /// end only, so an error means that what was written must be thrown away.
    ///
    /// # Errors
    /// [`OpeningError::Stream`], [`OpeningError::Document`] or [`OpeningError::Write`].
    pub fn next_document(&mut self, out: &mut impl Write) -> Result<Option<&Document>, OpeningError> {
        let index = self.next;
        let Some(document) = self.manifest.documents.get(index) else { return Ok(None) };
        let mut hash = sm3::Sm3::new();
        let mut left = document.length;
        while left > 0 {
            let bytes = self.opener.next(left)?;
            if bytes.is_empty() {
                return Err(OpeningError::Stream(StreamError::Short));
            }
            hash.update(bytes);
            out.write_all(bytes).map_err(|source| OpeningError::Write { index, source })?;
            left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
        // All of its bytes are behind: the documents after a false one can still be opened.
        self.next = index.saturating_add(1);
        if Sm3Digest::from_bytes(hash.finalize().into()) != document.digest {
            return Err(OpeningError::Document { index });
        }
        Ok(Some(document))
    }
}

impl<R: Read + Seek> Opening<R> {
    /// Writes up to `length` bytes of a document from its byte `from` on, and answers how many: fewer only at the document's
    /// end, none for a document that is not there. Every chunk is verified before it is given, so the bytes are what was sealed; that
    /// the whole document has the digest of its entry is not looked at. Afterwards [`Self::next_document`] stands nowhere.
    ///
    /// # Errors
    /// [`OpeningError::Stream`] or [`OpeningError::Write`].
    pub fn part_of(
        &mut self,
        index: usize,
        from: u64,
        length: u64,
        out: &mut impl Write,
    ) -> Result<u64, OpeningError> {
        let Some(document) = self.manifest.documents.get(index) else { return Ok(0) };
        let wanted = document.length.saturating_sub(from).min(length);
        if wanted == 0 {
            return Ok(0);
        }
        let before = self.manifest.documents.iter().take(index).map(|document| document.length);
        let begin = before.fold(self.documents_at, u64::saturating_add);
        self.next = self.manifest.documents.len();
        self.opener.go_to(begin.saturating_add(from))?;
        let mut left = wanted;
        while left > 0 {
            let bytes = self.opener.next(left)?;
            if bytes.is_empty() {
                return Err(OpeningError::Stream(StreamError::Short));
            }
            out.write_all(bytes).map_err(|source| OpeningError::Write { index, source })?;
            left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
        Ok(wanted)
    }
}

impl<R> core::fmt::Debug for Opening<R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Opening").field("next", &self.next).finish_non_exhaustive()
    }
}

/// Compares a kept manifest with a core: the first half of admitting a remedy file. The other half is that each
/// document, measured with [`super::seal::measure`], has the length and digest of its entry.
///
/// # Errors
/// [`ManifestError`].
pub fn check_kept(core: &Core, manifest: &[u8]) -> Result<Manifest, ManifestError> {
    let manifest = Manifest::parse(manifest)?;
    manifest.check_against(core)?;
    Ok(manifest)
}
