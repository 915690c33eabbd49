//! The submission: the one statement of a bid that its bidder signs.
//!
//! It fixes every core and every ciphertext, and with them the bid; the bid's digest is what receipts, statements and
//! the log name a bid by.

use core::fmt;

use bidroom_canon::{Labelled, Sm3Digest};
use serde::{Deserialize, Serialize};

use super::Marker;
use super::core::CoreHash;
use super::record::RecordDigest;
use super::signed::SignedForm;
use crate::content::tree::CiphertextRoot;
use bidroom_id::{CreditCode, EnvelopeIndex, LotNumber, TenderNumber};

const LABEL: &str = "bidroom/bid/v1/digest";

/// Longest ciphertext of one envelope, in bytes: 2 TiB.
pub const MAX_CONTENT: u64 = 1 << 41;

/// Marks the submission's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubmissionFormat;

impl Marker for SubmissionFormat {
    const TEXT: &'static str = "bidroom-submission/1";
}

super::marker_serde!(SubmissionFormat);

/// SM3(label ‖ for each envelope: core hash ‖ root ‖ length): the name of a bid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BidDigest(pub Sm3Digest);

impl fmt::Debug for BidDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for BidDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One envelope as the submission lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedEnvelope {
    /// The hash of its core.
    pub core: CoreHash,
    /// The root over its ciphertext.
    pub root: CiphertextRoot,
    /// The length of its ciphertext in bytes.
    pub length: u64,
}

/// What the bidder signs. The n-th entry of `envelopes` is the envelope n, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// `bidroom-submission/1`.
    pub format: SubmissionFormat,
    /// The tender.
    pub tender: TenderNumber,
    /// The lot.
    pub lot: LotNumber,
    /// The bidder.
    pub bidder: CreditCode,
    /// 1 for a bidder's first bid of a lot, one more with each replacement.
    pub sequence: u32,
    /// The last receipted bid, which this one replaces.
    pub replaces: Option<BidDigest>,
    /// The envelopes, in order.
    pub envelopes: Vec<SubmittedEnvelope>,
    /// The first version of the key packages.
    pub packages: RecordDigest,
    /// Where in the file the content begins: a multiple of 4096.
    pub head_length: u32,
}

/// A rule of the submission that its values break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// No envelope, or more than there can be.
    #[error("{0} envelopes; a bid has 1 to {max}", max = EnvelopeIndex::MAX)]
    Envelopes(usize),
    /// An envelope with a ciphertext that cannot be.
    #[error("envelope {envelope} has a ciphertext of {length} bytes; the limit is {MAX_CONTENT}")]
    Length {
        /// Its index.
        envelope: usize,
        /// Its length.
        length: u64,
    },
    /// A first bid that replaces one, or a later one that replaces none.
    #[error("sequence {sequence} does not go with {}", if *.replaces { "a replaced bid" } else { "no replaced bid" })]
    Sequence {
        /// The sequence number.
        sequence: u32,
        /// Whether a replaced bid is named.
        replaces: bool,
    },
    /// Not a multiple of the page, zero, or longer than a head may be.
    #[error("a head of {0} bytes: not a multiple of {page} up to {max}", page = super::header::PAGE, max = super::header::MAX_HEAD)]
    HeadLength(u32),
}

impl SignedForm for Submission {
    type Broken = SubmissionError;

    const NAME: &'static str = "submission";
    const MAX: usize = 16 * 1024;

    fn check(&self) -> Result<(), SubmissionError> {
        if self.envelopes.is_empty() || EnvelopeIndex::try_from(count(self.envelopes.len())).is_err() {
            return Err(SubmissionError::Envelopes(self.envelopes.len()));
        }
        for (index, envelope) in self.envelopes.iter().enumerate() {
            if envelope.length > MAX_CONTENT {
                return Err(SubmissionError::Length {
                    envelope: index.saturating_add(1),
                    length: envelope.length,
                });
            }
        }
        if self.sequence == 0 || (self.sequence == 1) == self.replaces.is_some() {
            return Err(SubmissionError::Sequence {
                sequence: self.sequence,
                replaces: self.replaces.is_some(),
            });
        }
        super::header::check_head_length(self.head_length)
            .map_err(|_| SubmissionError::HeadLength(self.head_length))
    }

    fn bidder(&self) -> &CreditCode {
        &self.bidder
    }
}

impl Submission {
    /// The digest of the bid.
    pub fn bid_digest(&self) -> BidDigest {
        let hash = self.envelopes.iter().fold(Labelled::new(LABEL), |hash, envelope| {
            hash.field(envelope.core.0.as_bytes())
                .field(envelope.root.0.as_bytes())
                .field(&envelope.length.to_be_bytes())
        });
        BidDigest(hash.finish())
    }

    /// The length of all ciphertexts together: what follows the head in the file.
    pub fn content_length(&self) -> u64 {
        self.envelopes.iter().map(|envelope| envelope.length).fold(0, u64::saturating_add)
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
