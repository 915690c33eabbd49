//! The head of a `.bid` file: preamble, submission, cores, key packages, padding.
//!
//! ```text
//! 0   16  "bidroom-bid/1" 0D 0A 1A
//! 16   4  head length H, big-endian, a multiple of 4096: where the content begins
//! 20      submission, cores 1..n, key packages: each as length (4, big-endian) ‖ bytes
//!         zeros up to H, fewer than 8192
//! H       the ciphertexts of the envelopes, in order; the file ends with the last one
//! ```
//!
//! Everything is bounded before anything is allocated. A [`Header`] exists only when all its parts agree with each other
//! and both signatures are good.

use std::io::Read;

use super::core::{Core, CoreError, CoreHash, MAX_CORE};
use super::record::{KeyPackageRecord, RecordDigest};
use super::signed::{SIGNED_OVERHEAD, Signed, SignedForm, SignedFormError};
use super::submission::{BidDigest, Submission, SubmittedEnvelope};
use bidroom_id::EnvelopeIndex;

/// The first sixteen bytes. The end of line in them shows a transfer that changed ends of lines.
pub const MAGIC: &[u8; 16] = b"bidroom-bid/1\r\n\x1a";
/// The preamble's length.
pub const PREAMBLE: usize = 20;
/// A head is a multiple of this long.
pub const PAGE: u32 = 4096;
/// Longest head.
pub const MAX_HEAD: u32 = 1 << 20;
/// Padding is shorter than this.
pub const MAX_PADDING: usize = 8192;

/// Why a head is not accepted. `layer` names the outermost thing that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// The head could not be read.
    #[error("reading the head: {0}")]
    Io(#[from] std::io::Error),
    /// Not a `.bid` file of this version.
    #[error("this is no sealed bid (bidroom-bid/1)")]
    Magic,
    /// Not a multiple of 4096 between 4096 and [`MAX_HEAD`].
    #[error("the head claims {0} bytes: not a multiple of {PAGE} up to {MAX_HEAD}")]
    HeadLength(u32),
    /// The file ends in the head.
    #[error("the file ends within the head: {have} of {need} bytes")]
    Truncated {
        /// Bytes there are.
        have: usize,
        /// Bytes there should be.
        need: usize,
    },
    /// A part longer than it may be or than what is left of the head.
    #[error("the {part} claims {length} bytes, the limit here is {limit}")]
    PartLength {
        /// Which part.
        part: &'static str,
        /// What it claims.
        length: u32,
        /// What it may.
        limit: usize,
    },
    /// Too much padding, or padding that is not zero.
    #[error("the padding after the key packages is not fewer than {MAX_PADDING} zeros")]
    Padding,
    /// The submission signs another head length.
    #[error("the preamble's head length {preamble} is not the signed {signed}")]
    SignedHeadLength {
        /// In the preamble.
        preamble: u32,
        /// In the submission.
        signed: u32,
    },
    /// A signed part.
    #[error(transparent)]
    Signed(#[from] SignedFormError),
    /// A core.
    #[error("envelope {envelope}: {source}")]
    Core {
        /// Which envelope.
        envelope: u32,
        /// Why.
        source: CoreError,
    },
    /// A core that is not the one the submission signs.
    #[error("the core of envelope {0} is not the one the submission signs")]
    CoreHash(u32),
    /// A core for another tender, lot, bidder or place.
    #[error("the core of envelope {0} belongs to another tender, lot, bidder or place")]
    CoreScope(u32),
    /// A length of content that no content of this chunk size has.
    #[error("envelope {envelope}: no content has a ciphertext of {length} bytes")]
    ContentLength {
        /// Which envelope.
        envelope: u32,
        /// The signed length.
        length: u64,
    },
    /// Not the record the submission signs.
    #[error("the key packages are not those the submission signs")]
    RecordDigest,
    /// A record for another bid, or not its first.
    #[error("the key packages belong to another bid, or are not its first version")]
    RecordScope,
}

impl HeaderError {
    /// The part of the file that is wrong, as the test vectors name it.
    pub const fn layer(&self) -> &'static str {
        match self {
            Self::Io(_) => "io",
            Self::Magic | Self::HeadLength(_) => "preamble",
            Self::Truncated { .. } | Self::PartLength { .. } | Self::Padding => "framing",
            Self::SignedHeadLength { .. } => "agreement",
            Self::Signed(SignedFormError::Signature { .. }) => "signature",
            Self::Signed(SignedFormError::Signer { .. }) => "signer",
            Self::Signed(_) => "signed-part",
            Self::Core { .. } => "core",
            Self::CoreHash(_) | Self::CoreScope(_) | Self::ContentLength { .. } => "agreement",
            Self::RecordDigest | Self::RecordScope => "agreement",
        }
    }
}

/// One envelope of an accepted head.
#[derive(Debug, Clone)]
pub struct HeaderEnvelope {
    /// Its core.
    pub core: Core,
    /// The core's bytes as they stand in the file.
    pub core_json: Vec<u8>,
    /// The core's hash.
    pub hash: CoreHash,
    /// Root and length of its ciphertext.
    pub submitted: SubmittedEnvelope,
}

/// The accepted head of a bid.
#[derive(Debug, Clone)]
pub struct Header {
    submission: Signed<Submission>,
    envelopes: Vec<HeaderEnvelope>,
    packages: Signed<KeyPackageRecord>,
}

impl Header {
    /// Reads the head from the beginning of a file and leaves `source` at the content.
    ///
    /// # Errors
    /// [`HeaderError`].
    pub fn read(source: &mut impl Read) -> Result<Self, HeaderError> {
        let mut bytes = Vec::new();
        read_up_to(source, PREAMBLE, &mut bytes)?;
        let length = preamble(&bytes)?;
        read_up_to(source, size(length), &mut bytes)?;
        Self::parse(&bytes)
    }

    /// Parses the whole head, exactly.
    ///
    /// # Errors
    /// [`HeaderError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        let length = preamble(bytes)?;
        let head = bytes
            .get(..size(length))
            .filter(|head| head.len() == bytes.len())
            .ok_or(HeaderError::Truncated { have: bytes.len(), need: size(length) })?;
        let mut rest = head.get(PREAMBLE..).unwrap_or_default();

        let limit = <Submission as SignedForm>::MAX.saturating_add(SIGNED_OVERHEAD);
        let submission = Signed::<Submission>::parse(part(&mut rest, "submission", limit)?)?;
        if submission.value().head_length != length {
            let signed = submission.value().head_length;
            return Err(HeaderError::SignedHeadLength { preamble: length, signed });
        }
        let mut envelopes = Vec::new();
        for (number, submitted) in (1_u32..).zip(&submission.value().envelopes) {
            let json = part(&mut rest, "core", MAX_CORE)?;
            envelopes.push(envelope(number, json, submitted, submission.value())?);
        }
        let limit = <KeyPackageRecord as SignedForm>::MAX.saturating_add(SIGNED_OVERHEAD);
        let packages = Signed::<KeyPackageRecord>::parse(part(&mut rest, "key package record", limit)?)?;
        check_record(&packages, submission.value())?;
        if rest.len() >= MAX_PADDING || rest.iter().any(|byte| *byte != 0) {
            return Err(HeaderError::Padding);
        }
        Ok(Self { submission, envelopes, packages })
    }

    /// How many bytes the head takes, from the first twenty of a file.
    ///
    /// # Errors
    /// [`HeaderError::Truncated`], [`HeaderError::Magic`] or [`HeaderError::HeadLength`].
    pub fn length_from_preamble(bytes: &[u8]) -> Result<u32, HeaderError> {
        preamble(bytes)
    }

    /// The signed submission.
    pub const fn submission(&self) -> &Signed<Submission> {
        &self.submission
    }

    /// The name of the bid.
    pub fn bid_digest(&self) -> BidDigest {
        self.submission.value().bid_digest()
    }

    /// The envelopes, in order.
    pub fn envelopes(&self) -> &[HeaderEnvelope] {
        &self.envelopes
    }

    /// One envelope.
    pub fn envelope(&self, index: EnvelopeIndex) -> Option<&HeaderEnvelope> {
        self.envelopes.iter().find(|envelope| envelope.core.envelope == index)
    }

    /// The signed key packages.
    pub const fn packages(&self) -> &Signed<KeyPackageRecord> {
        &self.packages
    }

    /// The digest of the key packages.
    pub fn packages_digest(&self) -> RecordDigest {
        self.submission.value().packages
    }

    /// Where the content of an envelope begins in the file.
    pub fn content_offset(&self, index: EnvelopeIndex) -> Option<u64> {
        let at = self.envelopes.iter().position(|envelope| envelope.core.envelope == index)?;
        let before = self.envelopes.iter().take(at).map(|envelope| envelope.submitted.length);
        Some(before.fold(u64::from(self.submission.value().head_length), u64::saturating_add))
    }

    /// How long the whole file is.
    pub fn file_length(&self) -> u64 {
        u64::from(self.submission.value().head_length)
            .saturating_add(self.submission.value().content_length())
    }
}

/// Whether a head may be that long.
///
/// # Errors
/// [`HeaderError::HeadLength`].
pub(crate) const fn check_head_length(length: u32) -> Result<(), HeaderError> {
    if length == 0 || length > MAX_HEAD || !length.is_multiple_of(PAGE) {
        return Err(HeaderError::HeadLength(length));
    }
    Ok(())
}

/// Puts a head together; `None` if the parts do not fit its length.
pub(crate) fn assemble(length: u32, parts: &[&[u8]]) -> Option<Vec<u8>> {
    let mut head = Vec::with_capacity(size(length));
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&length.to_be_bytes());
    for part in parts {
        head.extend_from_slice(&u32::try_from(part.len()).ok()?.to_be_bytes());
        head.extend_from_slice(part);
    }
    let padding = size(length).checked_sub(head.len()).filter(|padding| *padding < MAX_PADDING)?;
    head.resize(head.len().checked_add(padding)?, 0);
    Some(head)
}

fn envelope(
    number: u32,
    json: &[u8],
    submitted: &SubmittedEnvelope,
    submission: &Submission,
) -> Result<HeaderEnvelope, HeaderError> {
    let hash = Core::hash(json);
    if hash != submitted.core {
        return Err(HeaderError::CoreHash(number));
    }
    let core = Core::parse(json).map_err(|source| HeaderError::Core { envelope: number, source })?;
    let same = core.tender == submission.tender
        && core.lot == submission.lot
        && core.bidder == submission.bidder
        && core.envelope.number() == number;
    if !same {
        return Err(HeaderError::CoreScope(number));
    }
    if core.chunk_size.plain_length(submitted.length).is_none() {
        return Err(HeaderError::ContentLength { envelope: number, length: submitted.length });
    }
    Ok(HeaderEnvelope { core, core_json: json.to_vec(), hash, submitted: *submitted })
}

fn check_record(packages: &Signed<KeyPackageRecord>, submission: &Submission) -> Result<(), HeaderError> {
    if RecordDigest::of(packages.json()) != submission.packages {
        return Err(HeaderError::RecordDigest);
    }
    let record = packages.value();
    let same = record.version == 1
        && record.tender == submission.tender
        && record.lot == submission.lot
        && record.bidder == submission.bidder
        && record.cores.iter().eq(submission.envelopes.iter().map(|envelope| &envelope.core));
    if same { Ok(()) } else { Err(HeaderError::RecordScope) }
}

fn preamble(bytes: &[u8]) -> Result<u32, HeaderError> {
    let truncated = HeaderError::Truncated { have: bytes.len(), need: PREAMBLE };
    let Some((magic, rest)) = bytes.split_first_chunk::<16>() else {
        let begins = MAGIC.starts_with(bytes);
        return Err(if begins { truncated } else { HeaderError::Magic });
    };
    if magic != MAGIC {
        return Err(HeaderError::Magic);
    }
    let length = u32::from_be_bytes(*rest.first_chunk::<4>().ok_or(truncated)?);
    check_head_length(length)?;
    Ok(length)
}

fn part<'a>(rest: &mut &'a [u8], part: &'static str, limit: usize) -> Result<&'a [u8], HeaderError> {
    let missing = HeaderError::PartLength { part, length: 0, limit: rest.len() };
    let (length, after) = rest.split_first_chunk::<4>().ok_or(missing)?;
    let length = u32::from_be_bytes(*length);
    let limit = limit.min(after.len());
    let (bytes, after) = after
        .split_at_checked(size(length))
        .filter(|(bytes, _)| bytes.len() <= limit)
        .ok_or(HeaderError::PartLength { part, length, limit })?;
    *rest = after;
    Ok(bytes)
}

/// Reads until `bytes` has `length` bytes or the source ends.
fn read_up_to(source: &mut impl Read, length: usize, bytes: &mut Vec<u8>) -> Result<(), HeaderError> {
    let missing = u64::try_from(length.saturating_sub(bytes.len())).unwrap_or(u64::MAX);
    source.by_ref().take(missing).read_to_end(bytes)?;
    Ok(())
}

fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
