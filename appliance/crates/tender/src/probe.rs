//! A challenge to a lock, signed by the room: the holder's side answers nothing else.

use bidroom_canon::{Base64Bytes, Sm3Digest, labelled_sm3};
use bidroom_domain::{At, SessionId};
use serde::{Deserialize, Serialize};

use crate::{DocumentError, SignedDocument};

/// How long a challenge counts, milliseconds.
pub const PROBE_MILLIS: i64 = 600_000;

/// The one value of a challenge's `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProbeFormat {
    /// Version 1.
    #[serde(rename = "bidroom-probe/1")]
    V1,
}

/// A challenge to the holder of an encryption certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeChallenge {
    /// Form and version.
    pub format: ProbeFormat,
    /// The session.
    pub session: SessionId,
    /// SM3 of the encryption certificate.
    pub recipient: Sm3Digest,
    /// When, by the room's clock.
    pub at: At,
    /// The secret, enveloped to the certificate (sealed-bid specification, section 5, purpose `probe`).
    pub package: Base64Bytes,
}

impl ProbeChallenge {
    /// What package and answer are bound to.
    pub fn subject(session: &SessionId, recipient: &Sm3Digest, at: At) -> Sm3Digest {
        let at = at.0.to_be_bytes();
        labelled_sm3("bidroom/probe/v1", &[session.as_str().as_bytes(), recipient.as_bytes(), &at])
    }

    /// The same of this challenge.
    pub fn own_subject(&self) -> Sm3Digest {
        Self::subject(&self.session, &self.recipient, self.at)
    }

    /// Reads a signed challenge; whose signature it is, the caller checks.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn read(der: &[u8]) -> Result<SignedDocument<Self>, DocumentError> {
        SignedDocument::parse(der)
    }
}
