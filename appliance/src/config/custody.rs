//! Which devices hold the room's keys, and where the secrets that open them are.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::read::ConfigError;

/// Longest passphrase or PIN file that is read, bytes.
const MAX_CREDENTIAL: u64 = 4096;

/// The room's devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustodyConfig {
    /// The device that is used.
    pub main: DeviceConfig,
    /// The device that holds a second copy of each tender's keys.
    pub standby: Option<DeviceConfig>,
}

/// One device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceConfig {
    /// An encrypted key store in a folder.
    Soft {
        /// The folder, used by one process at a time.
        directory: PathBuf,
        /// What opens the store.
        secret: SoftSecret,
    },
    /// A token behind a PKCS#11 module.
    Pkcs11 {
        /// The vendor's shared library.
        module: PathBuf,
        /// Which token.
        token: TokenName,
        /// A file whose first line is the PIN of the token's user.
        pin_file: PathBuf,
    },
}

/// Where the secret of an encrypted key store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoftSecret {
    /// A file whose first line is the store's passphrase.
    PassphraseFile(PathBuf),
    /// A file of 32 to 1024 random bytes, as a service manager hands it over.
    CredentialFile(PathBuf),
}

/// How a token is found. Slot numbers change when a device is plugged in elsewhere and are not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenName {
    /// By its label.
    Label(String),
    /// By its serial number.
    Serial(String),
}

/// Why a passphrase or PIN could not be read. Says nothing of its content.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The file could not be read.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is too long, not text, or its first line is empty.
    #[error("{path}: the first line must be the passphrase or PIN (text, at most {MAX_CREDENTIAL} bytes)")]
    Content {
        /// Which file.
        path: PathBuf,
    },
}

/// Reads a passphrase or PIN: the first line of a file, without the end of line.
///
/// # Errors
/// [`CredentialError`].
pub fn first_line(path: &Path) -> Result<Zeroizing<String>, CredentialError> {
    let file = |source| CredentialError::File { path: path.to_owned(), source };
    let content = || CredentialError::Content { path: path.to_owned() };
    if std::fs::metadata(path).map_err(file)?.len() > MAX_CREDENTIAL {
        return Err(content());
    }
    let bytes = Zeroizing::new(std::fs::read(path).map_err(file)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| content())?;
    let line = text.lines().next().filter(|line| !line.is_empty()).ok_or_else(content)?;
    Ok(Zeroizing::new(line.to_owned()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCustody {
    main: RawDevice,
    standby: Option<RawDevice>,
}

#[derive(Deserialize)]
#[serde(tag = "backend", rename_all = "lowercase", deny_unknown_fields)]
enum RawDevice {
    Soft { directory: PathBuf, passphrase_file: Option<PathBuf>, credential_file: Option<PathBuf> },
    Pkcs11 { module: PathBuf, token_label: Option<String>, token_serial: Option<String>, pin_file: PathBuf },
}

impl CustodyConfig {
    pub(super) fn checked(raw: RawCustody, folder: &Path) -> Result<Self, ConfigError> {
        let main = device("custody.main", raw.main, folder)?;
        let standby = raw.standby.map(|raw| device("custody.standby", raw, folder)).transpose()?;
        if standby.as_ref().is_some_and(|standby| same(&main, standby)) {
            return Err(ConfigError::Value {
                key: "custody.standby",
                problem: "is the device of `custody.main`: a second device is another one".into(),
            });
        }
        Ok(Self { main, standby })
    }
}

fn same(main: &DeviceConfig, standby: &DeviceConfig) -> bool {
    match (main, standby) {
        (DeviceConfig::Soft { directory: one, .. }, DeviceConfig::Soft { directory: other, .. }) => {
            one == other
        }
        (
            DeviceConfig::Pkcs11 { module: one, token: first, .. },
            DeviceConfig::Pkcs11 { module: other, token: second, .. },
        ) => one == other && first == second,
        _ => false,
    }
}

fn device(key: &'static str, raw: RawDevice, folder: &Path) -> Result<DeviceConfig, ConfigError> {
    let problem = |problem: &str| ConfigError::Value { key, problem: problem.to_owned() };
    match raw {
        RawDevice::Soft { directory, passphrase_file, credential_file } => {
            let secret = match (passphrase_file, credential_file) {
                (Some(path), None) => SoftSecret::PassphraseFile(folder.join(path)),
                (None, Some(path)) => SoftSecret::CredentialFile(folder.join(path)),
                (None, None) => return Err(problem("needs `passphrase_file` or `credential_file`")),
                (Some(_), Some(_)) => {
                    return Err(problem("has both `passphrase_file` and `credential_file`"));
                }
            };
            Ok(DeviceConfig::Soft { directory: folder.join(directory), secret })
        }
        RawDevice::Pkcs11 { module, token_label, token_serial, pin_file } => {
            let token = match (token_label, token_serial) {
                (Some(label), None) => TokenName::Label(label),
                (None, Some(serial)) => TokenName::Serial(serial),
                (None, None) => return Err(problem("needs `token_label` or `token_serial`")),
                (Some(_), Some(_)) => return Err(problem("has both `token_label` and `token_serial`")),
            };
            Ok(DeviceConfig::Pkcs11 { module: folder.join(module), token, pin_file: folder.join(pin_file) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &[u8], expect: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pass");
        std::fs::write(&file, content).unwrap();
        let read = first_line(&file).ok();
        assert_eq!(read.as_ref().map(|text| text.as_str()), expect);
    }

    #[test]
    fn a_credential_is_the_first_line() {
        check("开标 2026\nmore\n".as_bytes(), Some("开标 2026"));
        check(b"1234\r\n", Some("1234"));
        check(b"", None);
        check(b"\n1234", None);
        check(b"\xff\xfe", None);
        check(&[b'1'; 5000], None);
    }
}
