//! Locks and certificates from files.

use std::path::{Path, PathBuf};

use bidroom_envelope::suite::pki::{Certificate, CertificateError, X509};
use bidroom_envelope::suite::sm2::{KeyError, SecretKey};
use bidroom_lock::{Lock, LockError, LockFile, SoftLock};
use zeroize::Zeroizing;

use crate::files::{FileError, read_bounded};

/// A lock that may be used from any thread.
pub type AnyLock = dyn Lock + Send + Sync;

/// Longest file of a lock, key, certificate or password.
const MAX_FILE: u64 = 64 * 1024;

/// Why a lock, key or certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockFilesError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The lock file, or its password.
    #[error("{}: {source}", path.display())]
    Lock {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: LockError,
    },
    /// The password is not text.
    #[error("{}: not one line of UTF-8 text", .0.display())]
    Password(PathBuf),
    /// A certificate.
    #[error("{}: {source}", path.display())]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: CertificateError,
    },
    /// A private key.
    #[error("{}: {source}", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
}

/// Reads a password file: one line, without its end of line.
///
/// # Errors
/// [`LockFilesError::File`] or [`LockFilesError::Password`].
pub fn read_password(path: &Path) -> Result<Zeroizing<String>, LockFilesError> {
    let bytes = Zeroizing::new(read_bounded(path, MAX_FILE)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| LockFilesError::Password(path.to_owned()))?;
    let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.contains(['\n', '\r']) {
        return Err(LockFilesError::Password(path.to_owned()));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

/// Opens a soft lock.
///
/// # Errors
/// [`LockFilesError`].
pub fn open_lock(path: &Path, password: &str) -> Result<SoftLock, LockFilesError> {
    let bytes = read_bounded(path, MAX_FILE)?;
    SoftLock::open(&bytes, password).map_err(|source| LockFilesError::Lock { path: path.to_owned(), source })
}

/// Reads whose lock a file is, without its password.
///
/// # Errors
/// [`LockFilesError`].
pub fn read_lock(path: &Path) -> Result<LockFile, LockFilesError> {
    let bytes = read_bounded(path, MAX_FILE)?;
    let failed = |source: bidroom_lock::LockFileError| LockFilesError::Lock {
        path: path.to_owned(),
        source: source.into(),
    };
    LockFile::parse(&bytes).map_err(failed)
}

/// Reads a certificate of an SM2 key, PEM or DER.
///
/// # Errors
/// [`LockFilesError`].
pub fn read_certificate(path: &Path) -> Result<Certificate, LockFilesError> {
    let read = read_x509(path)?.try_into();
    read.map_err(|source| LockFilesError::Certificate { path: path.to_owned(), source })
}

/// Reads a certificate of any key, PEM or DER.
///
/// # Errors
/// [`LockFilesError`].
pub fn read_x509(path: &Path) -> Result<X509, LockFilesError> {
    let bytes = read_bounded(path, MAX_FILE)?;
    let pem = std::str::from_utf8(&bytes).ok().filter(|text| text.contains("-----BEGIN"));
    let read = pem.map_or_else(|| X509::from_der(&bytes), X509::from_pem);
    read.map_err(|source| LockFilesError::Certificate { path: path.to_owned(), source })
}

/// Reads a private key, PEM (PKCS#8 or SEC 1) or DER.
///
/// # Errors
/// [`LockFilesError`].
pub fn read_key(path: &Path) -> Result<SecretKey, LockFilesError> {
    let bytes = Zeroizing::new(read_bounded(path, MAX_FILE)?);
    let pem = std::str::from_utf8(&bytes).ok().filter(|text| text.contains("-----BEGIN"));
    let read = pem.map_or_else(|| SecretKey::from_der(&bytes), SecretKey::from_pem);
    read.map_err(|source| LockFilesError::Key { path: path.to_owned(), source })
}
