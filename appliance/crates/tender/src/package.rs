//! The tender package, signed by the agency.

use std::collections::BTreeMap;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{LotFacts, LotNumber};
use bidroom_envelope::suite::pki::{
    Certificate, CertificateError, CertificateRefusal, Usage, X509, verify_chain,
};
use bidroom_ledger::checkpoint::RoomKeys;
use bidroom_trust::{CaProfile, Judge};
use serde::{Deserialize, Serialize};

use crate::{DocumentError, SignedDocument};

/// The one value of a package's `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackageFormat {
    /// Version 1.
    #[serde(rename = "bidroom-tender/1")]
    V1,
}

/// A CA whose certificates are accepted for this tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Name, as people know it: 云州CA.
    pub name: String,
    /// Root certificate (DER), of any key.
    pub root: Base64Bytes,
    /// What its certificates look like, where the agency says so: where the credit code stands, which policies count.
    /// Its roots name this root, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<CaProfile>,
}

/// The room for which the package is made, with the keys that sign its logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomIdentity {
    /// Its name in origins and the keys that sign its checkpoints.
    pub keys: RoomKeys,
    /// Certificate (DER) of the key that signs what the room says beside the log: publications, receipts.
    pub certificate: Base64Bytes,
    /// Certificate (DER) that issues the certificates of tender, opening and officers' keys.
    pub issuer: Base64Bytes,
    /// Certificate (DER) of the key with which the standby device signs, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standby_certificate: Option<Base64Bytes>,
}

impl RoomIdentity {
    /// Certificates of the keys that sign what the room says beside the log, one for each device, main first.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn certificates(&self) -> Result<Vec<Certificate>, CertificateError> {
        let all = core::iter::once(&self.certificate).chain(&self.standby_certificate);
        all.map(|der| Certificate::from_der(&der.0)).collect()
    }
}

/// A document that belongs to the package, by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachedDocument {
    /// File name.
    pub name: String,
    /// SM3 of its bytes.
    pub sm3: Sm3Digest,
    /// Length in bytes.
    pub length: u64,
}

/// What the agency signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderPackage {
    /// Form and version.
    pub format: PackageFormat,
    /// The room.
    pub room: RoomIdentity,
    /// Accepted CAs.
    pub authorities: Vec<Authority>,
    /// Certificates (DER) of officers, staff and trustees, both kinds, in any order; lots name them by SM3.
    pub certificates: Vec<Base64Bytes>,
    /// Documents.
    pub documents: Vec<AttachedDocument>,
    /// Lots, in the order of their numbers.
    pub lots: Vec<LotFacts>,
}

/// Why a package is not usable.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// Not a signed package.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The agency's certificate is not trusted.
    #[error("the agency's certificate: {0}")]
    Agency(CertificateRefusal),
    /// A certificate in the package cannot be read.
    #[error("certificate {place}: {source}")]
    Certificate {
        /// Where it stands.
        place: String,
        /// Why.
        source: CertificateError,
    },
    /// The package contradicts itself.
    #[error("{0}")]
    Contradiction(String),
}

/// Origin of a lot's log: `<room>/<tender>/<lot>`.
pub fn package_origin(room: &str, lot: &LotFacts) -> String {
    format!("{room}/{}/{}", lot.tender, lot.lot)
}

impl TenderPackage {
    /// Reads a signed package and checks what the agency alone can answer for: its certificate at `at` (milliseconds
    /// since 1970) against `agency_roots`, and that the package does not contradict itself.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn open(
        der: &[u8],
        agency_roots: &[Certificate],
        at: i64,
    ) -> Result<SignedDocument<Self>, PackageError> {
        let document = SignedDocument::<Self>::parse(der)?;
        verify_chain(document.signer(), &[], agency_roots, at, Usage::Sign).map_err(PackageError::Agency)?;
        document.value().check()?;
        let known = document.value().certificates_by_digest()?;
        for lot in &document.value().lots {
            let agency = Some(document.signer());
            crate::trustees::check(lot, &known, agency).map_err(PackageError::Contradiction)?;
        }
        Ok(document)
    }

    /// Checks that the package does not contradict itself.
    ///
    /// # Errors
    /// [`PackageError::Certificate`] or [`PackageError::Contradiction`].
    pub fn check(&self) -> Result<(), PackageError> {
        let wrong = |what: String| Err(PackageError::Contradiction(what));
        let Some(first) = self.lots.first() else { return wrong("no lot".into()) };
        if self.authorities.is_empty() {
            return wrong("no accepted CA".into());
        }
        self.check_authorities()?;
        self.room_certificates()?;
        self.room_issuer()?;
        let known = self.certificates_by_digest()?;
        let mut last = None;
        for lot in &self.lots {
            if lot.tender != first.tender || lot.title != first.title {
                return wrong(format!("lot {} is of another tender", lot.lot));
            }
            if last.is_some_and(|last| lot.lot <= last) {
                return wrong(format!("lot {} is not in order", lot.lot));
            }
            last = Some(lot.lot);
            for officer in &lot.officers {
                let (signs, decrypts) =
                    (known.get(&officer.certificate), known.get(&officer.encryption_certificate));
                if !signs.is_some_and(|certificate| certificate.allows(Usage::Sign))
                    || !decrypts.is_some_and(|certificate| certificate.allows(Usage::Encrypt))
                {
                    return wrong(format!("officer {} has no certificate pair in the package", officer.name));
                }
            }
            for staff in &lot.staff {
                if !known.get(&staff.certificate).is_some_and(|certificate| certificate.allows(Usage::Sign)) {
                    return wrong(format!("{} has no signing certificate in the package", staff.name));
                }
            }
            crate::trustees::check(lot, &known, None).map_err(PackageError::Contradiction)?;
        }
        Ok(())
    }

    /// The lot with a number.
    pub fn lot(&self, number: LotNumber) -> Option<&LotFacts> {
        self.lots.iter().find(|lot| lot.lot == number)
    }

    /// Roots of the accepted CAs with their names.
    ///
    /// # Errors
    /// [`PackageError::Certificate`].
    pub fn authority_roots(&self) -> Result<Vec<(String, X509)>, PackageError> {
        let read = |authority: &Authority| {
            let place = || format!("of CA {}", authority.name);
            let root = X509::from_der(&authority.root.0)
                .map_err(|source| PackageError::Certificate { place: place(), source })?;
            Ok((authority.name.clone(), root))
        };
        self.authorities.iter().map(read).collect()
    }

    /// A judge who accepts the certificates of these CAs, and knows no revocations.
    ///
    /// # Errors
    /// [`PackageError::Certificate`].
    pub fn judge(&self) -> Result<Judge, PackageError> {
        let roots = self.authority_roots()?.into_iter().zip(&self.authorities);
        let known = roots.map(|((name, root), authority)| bidroom_trust::Authority {
            name,
            root,
            profile: authority.profile.clone(),
        });
        Ok(Judge::new(known.collect()))
    }

    fn check_authorities(&self) -> Result<(), PackageError> {
        let wrong = |what: String| Err(PackageError::Contradiction(what));
        let roots = self.authority_roots()?;
        for ((name, root), authority) in roots.iter().zip(&self.authorities) {
            let Some(profile) = &authority.profile else { continue };
            if let Err(error) = profile.check() {
                return wrong(format!("the profile of CA {name}: {error}"));
            }
            if !profile.roots.contains(root) {
                return wrong(format!("the profile of CA {name} does not name its root"));
            }
        }
        Ok(())
    }

    /// The certificate of the key that signs the room's statements in its main device.
    ///
    /// # Errors
    /// [`PackageError::Certificate`].
    pub fn room_certificate(&self) -> Result<Certificate, PackageError> {
        certificate(&self.room.certificate, || "of the room".to_owned())
    }

    /// The certificates of all keys that sign the room's statements, main device first.
    ///
    /// # Errors
    /// [`PackageError::Certificate`].
    pub fn room_certificates(&self) -> Result<Vec<Certificate>, PackageError> {
        self.room
            .certificates()
            .map_err(|source| PackageError::Certificate { place: "of the room".to_owned(), source })
    }

    /// The certificate that issues the room's other certificates.
    ///
    /// # Errors
    /// [`PackageError::Certificate`].
    pub fn room_issuer(&self) -> Result<Certificate, PackageError> {
        certificate(&self.room.issuer, || "of the room's issuer".to_owned())
    }

    /// Certificates of officers, staff and trustees by SM3.
    ///
    /// # Errors
    /// [`PackageError::Certificate`].
    pub fn certificates_by_digest(&self) -> Result<BTreeMap<Sm3Digest, Certificate>, PackageError> {
        (1..)
            .zip(&self.certificates)
            .map(|(number, der): (u32, _)| {
                let read = certificate(der, || format!("{number} of the package"))?;
                Ok((read.digest(), read))
            })
            .collect()
    }
}

fn certificate(der: &Base64Bytes, place: impl Fn() -> String) -> Result<Certificate, PackageError> {
    Certificate::from_der(&der.0).map_err(|source| PackageError::Certificate { place: place(), source })
}
