//! A lot with everything that was signed for it, read once.

use bidroom_domain::{LotFacts, SessionId};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_trust::Judge;

use crate::{DocumentError, PackageError, Publication, PublicationError, SignedDocument, TenderPackage};

/// Why the signed documents of a lot are not usable together.
#[derive(Debug, thiserror::Error)]
pub enum PreparedError {
    /// The package.
    #[error("tender package: {0}")]
    Package(#[from] PackageError),
    /// The publication.
    #[error("publication: {0}")]
    Publication(#[from] PublicationError),
    /// The package has no lot of that session.
    #[error("the tender package has no lot of session {0}")]
    NoSuchLot(SessionId),
}

impl From<DocumentError> for PreparedError {
    fn from(error: DocumentError) -> Self {
        Self::Package(error.into())
    }
}

/// A lot with everything that was signed for it.
#[derive(Debug, Clone)]
pub struct PreparedLot {
    /// The signed package.
    pub package: SignedDocument<TenderPackage>,
    /// The lot.
    pub lot: LotFacts,
    /// Judges certificates by the CAs that the package accepts; it knows no revocations.
    pub judge: Judge,
    /// The room's own CA, as the package names it.
    pub issuer: Certificate,
    /// The signed publication with what is read from it often.
    pub publication: Option<Published>,
}

/// A signed publication, read.
#[derive(Debug, Clone)]
pub struct Published {
    /// As signed.
    pub document: SignedDocument<Publication>,
    /// Certificates of the tender keys, main first.
    pub tender: Vec<Certificate>,
    /// Certificates of the opening keys, main first.
    pub opening: Vec<Certificate>,
    /// Certificate of the officers' key.
    pub officers: Certificate,
}

impl PreparedLot {
    /// Reads the documents of `session`. Their signatures are verified; whether the agency is trusted is not.
    ///
    /// # Errors
    /// [`PreparedError`].
    pub fn read(
        package: &[u8],
        publication: Option<&[u8]>,
        session: &SessionId,
    ) -> Result<Self, PreparedError> {
        let package = SignedDocument::<TenderPackage>::parse(package)?;
        let lot = package.value().lots.iter().find(|lot| lot.session() == *session);
        let lot = lot.cloned().ok_or_else(|| PreparedError::NoSuchLot(session.clone()))?;
        let judge = package.value().judge()?;
        let issuer = package.value().room_issuer()?;
        let publication = publication.map(Published::read).transpose()?;
        Ok(Self { package, lot, judge, issuer, publication })
    }

    /// The name of the accepted CA that issued a certificate; its issuer's own name where none fits.
    pub fn authority_of(&self, certificate: &Certificate) -> String {
        let issuer = certificate.issuer();
        let own = || issuer.organisation().or(issuer.common_name()).unwrap_or("—");
        self.judge.authority_of(certificate).unwrap_or_else(own).to_owned()
    }
}

impl Published {
    /// Reads a signed publication; whose signature it is, is not checked.
    ///
    /// # Errors
    /// [`PublicationError`].
    pub fn read(der: &[u8]) -> Result<Self, PublicationError> {
        let document = SignedDocument::<Publication>::parse(der)?;
        let publication = document.value();
        Ok(Self {
            tender: publication.tender_certificates()?,
            opening: publication.opening_certificates()?,
            officers: publication.officers_certificate()?,
            document,
        })
    }
}
