//! The room as its publication pins it.
//!
//! Owns what is taken from publication and package once, so that no later check can forget it. Must not know what is
//! asked of the room.

use bidroom_canon::Base64Bytes;
use bidroom_domain::{At, LotFacts, SessionId};
use bidroom_domain::{EnvelopeIndex, IdError};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_ledger::checkpoint::{NoteError, Origin, RoomKeys, VerifiedNote, verify};
use bidroom_tender::{Publication, PublicationError, SignedDocument, TenderPackage, package_origin};

/// A room with its keys for one lot, checked against the tender package that pins it.
#[derive(Debug, Clone)]
pub struct PublishedRoom {
    publication: SignedDocument<Publication>,
    package: SignedDocument<TenderPackage>,
    facts: LotFacts,
    envelope: EnvelopeIndex,
    origin: Origin,
    certificates: Vec<Certificate>,
    tender: Vec<Certificate>,
    opening: Vec<Certificate>,
    officers: Certificate,
}

/// Why a publication pins no room.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// The publication or the package in it.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// The envelope it names cannot be.
    #[error(transparent)]
    Envelope(#[from] IdError),
    /// Room, tender and lot give no name of a log.
    #[error("room, tender and lot give no origin of a log: {0}")]
    Origin(String),
}

impl PublishedRoom {
    /// Reads a signed publication. Whether its agency is trusted is checked only where `agency_roots` are given;
    /// without them the file is believed because of where it came from.
    ///
    /// # Errors
    /// [`RoomError`].
    pub fn open(der: &[u8], agency_roots: Option<&[Certificate]>, at: At) -> Result<Self, RoomError> {
        let (publication, package) = Publication::open(der, agency_roots, at.0)?;
        let (said, pinned) = (publication.value(), package.value());
        let facts = said.facts(pinned).ok_or(PublicationError::Contradiction)?.clone();
        let origin = package_origin(&pinned.room.keys.name, &facts);
        let origin = origin.parse().map_err(|_| RoomError::Origin(origin))?;
        Ok(Self {
            envelope: said.envelope.try_into()?,
            origin,
            certificates: pinned.room_certificates().map_err(PublicationError::from)?,
            tender: said.tender_certificates()?,
            opening: said.opening_certificates()?,
            officers: said.officers_certificate()?,
            facts,
            publication,
            package,
        })
    }

    /// The signed publication.
    pub const fn publication(&self) -> &SignedDocument<Publication> {
        &self.publication
    }

    /// The signed tender package in it.
    pub const fn package(&self) -> &SignedDocument<TenderPackage> {
        &self.package
    }

    /// The lot's facts.
    pub const fn facts(&self) -> &LotFacts {
        &self.facts
    }

    /// The session in which the lot is opened.
    pub fn session(&self) -> SessionId {
        self.facts.session()
    }

    /// The envelope it is for.
    pub const fn envelope(&self) -> EnvelopeIndex {
        self.envelope
    }

    /// Name of the lot's log.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The keys that sign the log's checkpoints.
    pub const fn keys(&self) -> &RoomKeys {
        &self.package.value().room.keys
    }

    /// Whether a certificate is that of a key with which one of the room's devices signs what it says beside the log.
    pub fn is_the_rooms(&self, certificate: &Certificate) -> bool {
        self.certificates.iter().any(|own| own.digest() == certificate.digest())
    }

    /// Certificates of the keys with which the room's devices sign, main first.
    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Certificates of the tender keys, main device first.
    pub fn tender_certificates(&self) -> &[Certificate] {
        &self.tender
    }

    /// Certificates of the opening keys, main device first.
    pub fn opening_certificates(&self) -> &[Certificate] {
        &self.opening
    }

    /// Certificate of the officers' key.
    pub const fn officers_certificate(&self) -> &Certificate {
        &self.officers
    }

    /// Whether these are the opening certificates that were published, all of them and in their order.
    pub(crate) fn publishes(&self, opening: &[Base64Bytes]) -> bool {
        opening.iter().map(|der| der.0.as_slice()).eq(self.opening.iter().map(Certificate::der))
    }

    /// Checks that a note is a checkpoint of this lot's log under both pinned keys.
    pub(crate) fn note(&self, note: &str) -> Result<VerifiedNote, RoomNoteError> {
        let verified = verify(note, self.keys())?;
        if verified.checkpoint.origin == self.origin {
            Ok(verified)
        } else {
            Err(RoomNoteError::Origin(verified.checkpoint.origin.to_string()))
        }
    }
}

/// Why a note is no checkpoint of the lot's log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoomNoteError {
    #[error(transparent)]
    Note(#[from] NoteError),
    #[error("the checkpoint is of log {0}")]
    Origin(String),
}
