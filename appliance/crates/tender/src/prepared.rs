//! A lot with everything that was signed for it, read once.

use bidroom_domain::{LotFacts, SessionId};
use bidroom_envelope::suite::pki::Certificate;

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
    /// Roots of the accepted CAs, with the names people know them by.
    pub authorities: Vec<(String, Certificate)>,
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
        let authorities = package.value().authority_roots()?;
        let publication = publication.map(Published::read).transpose()?;
        Ok(Self { package, lot, authorities, publication })
    }

    /// The roots alone.
    pub fn roots(&self) -> Vec<Certificate> {
        self.authorities.iter().map(|(_, root)| root.clone()).collect()
    }

    /// The name of the accepted CA that issued a certificate; its issuer's own name where none fits.
    pub fn authority_of(&self, certificate: &Certificate) -> String {
        let of_root = |(_, root): &&(String, Certificate)| root.subject().der() == certificate.issuer().der();
        self.authorities.iter().find(of_root).map_or_else(
            || {
                let issuer = certificate.issuer();
                issuer.organisation().or(issuer.common_name()).unwrap_or("—").to_owned()
            },
            |(name, _)| name.clone(),
        )
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
