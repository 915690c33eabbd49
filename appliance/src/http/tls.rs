//! TLS of the server: rustls with ring, versions 1.3 and 1.2.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bidroom_domain::At;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use crate::config::TlsConfig;

/// How long a certificate made at the first start is valid, days: browsers accept no more of a server.
const DAYS: i64 = 397;

/// Why the server has no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not the PEM it should be.
    #[error("{path}: {source}")]
    Pem {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rustls::pki_types::pem::Error,
    },
    /// One of the two files is there and the other is not: what is missing is not replaced.
    #[error("{present} is there, {missing} is not")]
    Half {
        /// The file that is there.
        present: PathBuf,
        /// The file that is not.
        missing: PathBuf,
    },
    /// The self-signed certificate could not be made.
    #[error("making a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// The room's time is no date.
    #[error("the room's time {0} is no date")]
    Time(i64),
    /// Certificate and key do not fit, or rustls does not take them.
    #[error("certificate and key: {0}")]
    Rustls(#[from] rustls::Error),
}

/// The server's TLS; makes a self-signed certificate at `now` if neither file is there.
///
/// # Errors
/// [`TlsError`].
pub fn server_config(tls: &TlsConfig, now: At) -> Result<ServerConfig, TlsError> {
    match (tls.certificate.exists(), tls.key.exists()) {
        (false, false) => make(tls, now)?,
        (true, true) => {}
        (true, false) => return Err(half(&tls.certificate, &tls.key)),
        (false, true) => return Err(half(&tls.key, &tls.certificate)),
    }
    let pem = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::Pem { path, source }
    };
    let chain = CertificateDer::pem_file_iter(&tls.certificate)
        .map_err(pem(&tls.certificate))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(pem(&tls.certificate))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(pem(&tls.key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(config)
}

fn half(present: &Path, missing: &Path) -> TlsError {
    TlsError::Half { present: present.to_owned(), missing: missing.to_owned() }
}

fn make(tls: &TlsConfig, now: At) -> Result<(), TlsError> {
    let begin =
        OffsetDateTime::from_unix_timestamp(now.0.div_euclid(1000)).map_err(|_| TlsError::Time(now.0))?;
    let mut params = CertificateParams::new(tls.names.clone())?;
    params.distinguished_name.push(DnType::CommonName, tls.names.first().map_or("bidroom", String::as_str));
    params.not_before = begin.saturating_sub(Duration::days(1));
    params.not_after = begin.saturating_add(Duration::days(DAYS - 1));
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    // The key first: a certificate without its key would stop the next start.
    write(&tls.key, Zeroizing::new(key.serialize_pem()).as_bytes(), 0o600)?;
    write(&tls.certificate, certificate.pem().as_bytes(), 0o644)?;
    tracing::warn!(certificate = %tls.certificate.display(), "made a self-signed TLS certificate");
    Ok(())
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), TlsError> {
    let failed = |source| TlsError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const NOW: At = At(1_773_799_200_000);

    fn tls(folder: &Path) -> TlsConfig {
        TlsConfig {
            certificate: folder.join("tls/a.crt"),
            key: folder.join("tls/a.key"),
            names: vec!["localhost".into(), "127.0.0.1".into()],
        }
    }

    #[test]
    fn a_certificate_is_made_once_and_its_key_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let tls = tls(folder.path());
        server_config(&tls, NOW).unwrap();
        let first = std::fs::read(&tls.certificate).unwrap();
        server_config(&tls, NOW).unwrap();
        assert_eq!(std::fs::read(&tls.certificate).unwrap(), first);
        assert_eq!(std::fs::metadata(&tls.key).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::remove_file(&tls.certificate).unwrap();
        assert!(matches!(server_config(&tls, NOW), Err(TlsError::Half { .. })));
        std::fs::write(&tls.certificate, "x").unwrap();
        assert!(server_config(&tls, NOW).is_err());
    }
}
