//! The core of an envelope: everything about its content that must be fixed and may be seen by those who receive it.
//!
//! Owns the core's form and its hash. A core says nothing of what is inside but the number of documents: names, types,
//! lengths and digests stand in the encrypted manifest, and only salted commitments stand here.

use core::fmt;

use bidroom_canon::{CanonError, Sm3Digest, from_canonical, labelled_sm3, to_canonical};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Marker;
use super::manifest::{DocumentCommitment, MAX_DOCUMENTS, ScheduleCommitment};
use super::scope::BidScope;
use super::share::ShareCommitments;
use crate::content::stream::ChunkSize;
use bidroom_id::{CreditCode, EnvelopeIndex, LotNumber, TenderNumber};

const LABEL: &str = "bidroom/bid/v1/core";

/// Most bytes a core takes: 256 document commitments and the rest.
pub const MAX_CORE: usize = 32 * 1024;

/// Marks the core's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoreFormat;

impl Marker for CoreFormat {
    const TEXT: &'static str = "bidroom-core/1";
}

/// The one suite there is: SM2 encryption, SM3, SM4-GCM, HKDF-SM3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuiteName;

impl Marker for SuiteName {
    const TEXT: &'static str = "sm2-sm3-sm4gcm";
}

super::marker_serde!(CoreFormat, SuiteName);

/// SM3(label ‖ core), the name of a core and the associated data of every chunk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CoreHash(pub Sm3Digest);

impl fmt::Debug for CoreHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for CoreHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One envelope's immutable core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Core {
    /// `bidroom-core/1`.
    pub format: CoreFormat,
    /// `sm2-sm3-sm4gcm`.
    pub suite: SuiteName,
    /// The tender.
    pub tender: TenderNumber,
    /// The lot.
    pub lot: LotNumber,
    /// The envelope.
    pub envelope: EnvelopeIndex,
    /// The bidder.
    pub bidder: CreditCode,
    /// Plaintext bytes in each chunk but the last.
    pub chunk_size: ChunkSize,
    /// What commits to the three shares of the key.
    pub shares: ShareCommitments,
    /// What commits to the schedule.
    pub schedule: ScheduleCommitment,
    /// What commits to each document, in the manifest's order.
    #[serde(deserialize_with = "bounded_documents")]
    pub documents: Vec<DocumentCommitment>,
}

/// Why bytes are no core.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// Longer than [`MAX_CORE`].
    #[error("the core has {0} bytes, more than {MAX_CORE}")]
    TooLong(usize),
    /// Not canonical JSON of a core.
    #[error("the core: {0}")]
    Json(#[from] CanonError),
}

impl Core {
    /// Reads a core strictly.
    ///
    /// # Errors
    /// [`CoreError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, CoreError> {
        if bytes.len() > MAX_CORE {
            return Err(CoreError::TooLong(bytes.len()));
        }
        Ok(from_canonical(bytes)?)
    }

    /// The core as it is written and hashed.
    ///
    /// # Errors
    /// [`CoreError::TooLong`] if there are too many documents.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CoreError> {
        let bytes = to_canonical(self)?;
        if bytes.len() > MAX_CORE { Err(CoreError::TooLong(bytes.len())) } else { Ok(bytes) }
    }

    /// The hash of a core's bytes.
    pub fn hash(bytes: &[u8]) -> CoreHash {
        CoreHash(labelled_sm3(LABEL, &[bytes]))
    }

    /// What the core is bound to.
    pub fn scope(&self) -> BidScope {
        BidScope {
            tender: self.tender.clone(),
            lot: self.lot,
            envelope: self.envelope,
            bidder: self.bidder.clone(),
        }
    }
}

fn bounded_documents<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<DocumentCommitment>, D::Error> {
    let documents = Vec::<DocumentCommitment>::deserialize(deserializer)?;
    if documents.len() > MAX_DOCUMENTS {
        return Err(de::Error::custom(format_args!(
            "{} documents, more than {MAX_DOCUMENTS}",
            documents.len()
        )));
    }
    Ok(documents)
}
