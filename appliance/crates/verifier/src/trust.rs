//! What the verifier knows from elsewhere: without it an archive can only be found consistent with itself.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_envelope::suite::pki::{Certificate, CertificateError, X509};
use bidroom_ledger::checkpoint::RoomKeys;

/// Anchors from outside the archive.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The room's keys.
    pub room: Option<RoomKeys>,
    /// Roots under which agencies' certificates stand.
    pub agency_roots: Vec<Certificate>,
    /// Roots of the CAs that may certify bidders.
    pub ca_roots: Vec<X509>,
    /// SM3 of the signed tender package, as it was published.
    pub package: Option<Sm3Digest>,
}

/// Why a file of a trust folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Not a name of a trust folder.
    #[error("{name}: a trust folder has room.json, package.sm3, agency-roots/*.pem and ca-roots/*.pem only")]
    Name {
        /// The name.
        name: String,
    },
    /// `room.json` is not the room's keys.
    #[error("room.json: {0}")]
    Room(serde_json::Error),
    /// `package.sm3` is not 64 lower-case hexadecimal digits.
    #[error("package.sm3 is not the 64 hexadecimal digits of a digest")]
    Package,
    /// A certificate cannot be read.
    #[error("{name}: {source}")]
    Certificate {
        /// The file.
        name: String,
        /// Why not.
        source: CertificateError,
    },
    /// Not text.
    #[error("{name} is not text")]
    Text {
        /// The file.
        name: String,
    },
}

impl Trust {
    /// Reads the files of a trust folder, by their names in it: `room.json` (the room's keys), `package.sm3`,
    /// `agency-roots/*.pem`, `ca-roots/*.pem`. Any of them may be absent.
    ///
    /// # Errors
    /// [`TrustError`]: a file that is there but cannot be used is never passed over.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, TrustError> {
        let mut trust = Self::default();
        for (name, bytes) in files {
            let text = || core::str::from_utf8(bytes).map_err(|_| TrustError::Text { name: name.clone() });
            let certificate = || {
                Certificate::from_pem(text()?)
                    .map_err(|source| TrustError::Certificate { name: name.clone(), source })
            };
            match name.split_once('/') {
                None if name == "room.json" => {
                    trust.room = Some(serde_json::from_slice(bytes).map_err(TrustError::Room)?);
                }
                None if name == "package.sm3" => {
                    trust.package = Some(text()?.trim().parse().map_err(|_| TrustError::Package)?);
                }
                Some(("agency-roots", file)) if file.ends_with(".pem") => {
                    trust.agency_roots.push(certificate()?);
                }
                Some(("ca-roots", file)) if file.ends_with(".pem") => {
                    let root = X509::from_pem(text()?);
                    trust
                        .ca_roots
                        .push(root.map_err(|source| TrustError::Certificate { name: name.clone(), source })?);
                }
                _ => return Err(TrustError::Name { name: name.clone() }),
            }
        }
        Ok(trust)
    }

    /// Whether it anchors an archive: the package by its digest or its agency, and with it everything it pins.
    pub fn anchors(&self) -> bool {
        self.package.is_some() || !self.agency_roots.is_empty()
    }
}
