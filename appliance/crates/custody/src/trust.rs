//! The certificates that the configuration names: hosts by their own, agencies by their roots.
//!
//! Owns reading them from disk at the start. Must not know what anybody may do with them; the CAs that a session
//! accepts stand in its signed tender package and not here.

use std::path::{Path, PathBuf};

use bidroom_envelope::suite::pki::{Certificate, CertificateError, X509};

/// Largest certificate file that is read, bytes.
const MAX_FILE: u64 = 256 * 1024;
/// Most roots in a folder.
const MAX_ROOTS: usize = 256;

/// Why the anchors of the configuration could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A file or folder could not be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is longer than any certificate.
    #[error("{path}: {bytes} bytes are too long for a certificate")]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// A file that is no certificate of the kind it should be.
    #[error("{path}: {source}")]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: CertificateError,
    },
    /// More roots than any room has.
    #[error("{path}: more than {MAX_ROOTS} certificates")]
    TooMany {
        /// Which folder.
        path: PathBuf,
    },
}

/// The anchors that the configuration names.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Certificates of the people who may import tender packages.
    pub hosts: Vec<Certificate>,
    /// Roots of agencies.
    pub agency_roots: Vec<Certificate>,
}

impl Trust {
    /// Loads hosts and agency roots.
    ///
    /// # Errors
    /// [`TrustError`]; a file that cannot be read is not passed over.
    pub fn load(hosts: &[PathBuf], agency_roots: &Path) -> Result<Self, TrustError> {
        let hosts = hosts.iter().map(|path| read_certificate(path)).collect::<Result<_, _>>()?;
        Ok(Self { hosts, agency_roots: certificates_in(agency_roots)? })
    }
}

/// A certificate of an SM2 key from a PEM or DER file.
///
/// # Errors
/// [`TrustError`].
pub fn read_certificate(path: &Path) -> Result<Certificate, TrustError> {
    let read = read_x509(path)?.try_into();
    read.map_err(|source| TrustError::Certificate { path: path.to_owned(), source })
}

/// A certificate of any key from a PEM or DER file.
///
/// # Errors
/// [`TrustError`].
pub fn read_x509(path: &Path) -> Result<X509, TrustError> {
    let file = |source| TrustError::File { path: path.to_owned(), source };
    let bytes = std::fs::metadata(path).map_err(file)?.len();
    if bytes > MAX_FILE {
        return Err(TrustError::TooLong { path: path.to_owned(), bytes });
    }
    let content = std::fs::read(path).map_err(file)?;
    let read = match std::str::from_utf8(&content) {
        Ok(text) if text.contains("-----BEGIN") => X509::from_pem(text),
        _ => X509::from_der(&content),
    };
    read.map_err(|source| TrustError::Certificate { path: path.to_owned(), source })
}

/// All certificates of a folder, in the order of their names; other files are passed over.
///
/// # Errors
/// [`TrustError`].
pub fn certificates_in(folder: &Path) -> Result<Vec<Certificate>, TrustError> {
    let file = |source| TrustError::File { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        let known = path.extension().and_then(|ending| ending.to_str());
        if known.is_some_and(|ending| matches!(ending, "pem" | "crt" | "cer" | "der")) {
            paths.push(path);
        }
        if paths.len() > MAX_ROOTS {
            return Err(TrustError::TooMany { path: folder.to_owned() });
        }
    }
    paths.sort();
    paths.iter().map(|path| read_certificate(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_certificate_stops_the_start() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Trust::load(&[], folder.path()).unwrap().agency_roots.is_empty());
        std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
        assert!(Trust::load(&[], folder.path()).is_ok(), "other files are passed over");
        std::fs::write(folder.path().join("root.pem"), "x").unwrap();
        let error = Trust::load(&[], folder.path()).unwrap_err();
        assert!(
            matches!(&error, TrustError::Certificate { path, .. } if path.ends_with("root.pem")),
            "{error}"
        );
        assert!(matches!(Trust::load(&["missing.pem".into()], folder.path()), Err(TrustError::File { .. })));
    }
}
