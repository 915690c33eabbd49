//! The room's publication of a lot: the package and the certificates of the keys it made for it.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{LotFacts, LotNumber};
use bidroom_envelope::officers::Deal;
use bidroom_envelope::suite::pki::{Certificate, CertificateError, CertificateRefusal, Usage, verify_chain};
use serde::{Deserialize, Serialize};

use crate::{DocumentError, PackageError, SignedDocument, TenderPackage};

/// The one value of a publication's `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PublicationFormat {
    /// Version 1.
    #[serde(rename = "bidroom-publication/1")]
    V1,
}

/// The keys of one custody device for the lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedDevice {
    /// `main` or `standby`.
    pub device: String,
    /// Where its private keys live, Chinese.
    pub level_zh: String,
    /// English.
    pub level_en: String,
    /// Certificate (DER) of the tender key: room shares are enveloped to it.
    pub tender_certificate: Base64Bytes,
    /// Certificate (DER) of the opening key: consents and officers' shares are enveloped to it.
    pub opening_certificate: Base64Bytes,
}

/// The officers' key of the lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedOfficers {
    /// Certificate (DER) of the officers' key: officers' shares of bids are enveloped to it.
    pub certificate: Base64Bytes,
    /// The dealing of its private half: commitments and officers.
    pub deal: Deal,
}

/// What the room commits to for the draws of the lot, before any bid is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedDraw {
    /// The end of the chain of values that its draws use, one after the other.
    pub commitment: Sm3Digest,
    /// The secret from which the chain begins, enveloped to the opening certificate of each device, in their order.
    pub packages: Vec<Base64Bytes>,
}

/// What the room signs for one lot and envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Form and version.
    pub format: PublicationFormat,
    /// The signed tender package (DER).
    pub package: Base64Bytes,
    /// Which lot of it.
    pub lot: LotNumber,
    /// Which envelope, from 1.
    pub envelope: u32,
    /// Devices, main first.
    pub devices: Vec<PublishedDevice>,
    /// Officers' key.
    pub officers: PublishedOfficers,
    /// Draws; there where the lot is evaluated here, and the room was prepared by a version that draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<PublishedDraw>,
}

/// Why a publication is not usable.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// Not a signed publication.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The package in it is not usable.
    #[error("the tender package in it: {0}")]
    Package(#[from] PackageError),
    /// It is signed by another key than the one the package pins for the room.
    #[error("not signed by the room that the tender package names")]
    Signer,
    /// A certificate cannot be read.
    #[error("certificate of {place}: {source}")]
    Certificate {
        /// Where it stands.
        place: String,
        /// Why.
        source: CertificateError,
    },
    /// A certificate is not the room's.
    #[error("certificate of {place}: {source}")]
    NotTheRooms {
        /// Where it stands.
        place: String,
        /// Why.
        source: CertificateRefusal,
    },
    /// It names a lot the package has not, or no device, or not one package for draws for each.
    #[error("it names no lot of the package, no device, or not a package for draws for each device")]
    Contradiction,
}

impl Publication {
    /// Reads a signed publication and checks it against the room that its package pins. The package's own signature is
    /// verified; whether its agency is trusted is checked only where `agency_roots` are given.
    ///
    /// # Errors
    /// [`PublicationError`].
    pub fn open(
        der: &[u8],
        agency_roots: Option<&[Certificate]>,
        at: i64,
    ) -> Result<(SignedDocument<Self>, SignedDocument<TenderPackage>), PublicationError> {
        let document = SignedDocument::<Self>::parse(der)?;
        let publication = document.value();
        let package = match agency_roots {
            Some(roots) => TenderPackage::open(&publication.package.0, roots, at)?,
            None => {
                let package = SignedDocument::<TenderPackage>::parse(&publication.package.0)
                    .map_err(PackageError::from)?;
                package.value().check()?;
                package
            }
        };
        let room = package.value().room_certificates()?;
        if !room.iter().any(|certificate| certificate.digest() == document.signer().digest()) {
            return Err(PublicationError::Signer);
        }
        let draw = publication.draw.as_ref();
        if package.value().lot(publication.lot).is_none()
            || publication.devices.is_empty()
            || draw.is_some_and(|draw| draw.packages.len() != publication.devices.len())
        {
            return Err(PublicationError::Contradiction);
        }
        let issuer = package.value().room_issuer()?;
        let certificates = publication
            .tender_certificates()?
            .into_iter()
            .chain(publication.opening_certificates()?)
            .chain([publication.officers_certificate()?]);
        for certificate in certificates {
            verify_chain(&certificate, &[], std::slice::from_ref(&issuer), at, Usage::Encrypt).map_err(
                |source| PublicationError::NotTheRooms { place: certificate.holder().to_owned(), source },
            )?;
        }
        Ok((document, package))
    }

    /// The lot's facts, from its package.
    pub fn facts<'a>(&self, package: &'a TenderPackage) -> Option<&'a LotFacts> {
        package.lot(self.lot)
    }

    /// Certificates of the tender keys, main first.
    ///
    /// # Errors
    /// [`PublicationError::Certificate`].
    pub fn tender_certificates(&self) -> Result<Vec<Certificate>, PublicationError> {
        self.devices.iter().map(|device| read(&device.tender_certificate, &device.device)).collect()
    }

    /// Certificates of the opening keys, main first.
    ///
    /// # Errors
    /// [`PublicationError::Certificate`].
    pub fn opening_certificates(&self) -> Result<Vec<Certificate>, PublicationError> {
        self.devices.iter().map(|device| read(&device.opening_certificate, &device.device)).collect()
    }

    /// Certificate of the officers' key.
    ///
    /// # Errors
    /// [`PublicationError::Certificate`].
    pub fn officers_certificate(&self) -> Result<Certificate, PublicationError> {
        read(&self.officers.certificate, "officers")
    }
}

fn read(der: &Base64Bytes, place: &str) -> Result<Certificate, PublicationError> {
    Certificate::from_der(&der.0)
        .map_err(|source| PublicationError::Certificate { place: place.to_owned(), source })
}
