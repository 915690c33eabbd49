//! Custody's configuration: which devices hold the room's keys, where the secrets that open them are, and, for a
//! custody of its own process, who may ask it.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use zeroize::Zeroizing;

/// Largest configuration file that is read, bytes.
pub const MAX_FILE: u64 = 256 * 1024;

/// Why a configuration is not used. Nothing starts on half of one.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is longer than any configuration.
    #[error("{path}: {bytes} bytes are too long for a configuration")]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// Not TOML, an unknown key, a missing key or a value of another kind.
    #[error("{path}: {source}")]
    Form {
        /// Which file.
        path: PathBuf,
        /// What and where.
        source: Box<toml::de::Error>,
    },
    /// A value that cannot be.
    #[error("`{key}` {problem}")]
    Value {
        /// Which value.
        key: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// Reads a configuration file, and the folder from which its relative paths start.
///
/// # Errors
/// [`ConfigError::File`], [`ConfigError::TooLong`].
pub fn read_file(path: &Path) -> Result<(String, PathBuf), ConfigError> {
    let file = |source| ConfigError::File { path: path.to_owned(), source };
    let bytes = std::fs::metadata(path).map_err(file)?.len();
    if bytes > MAX_FILE {
        return Err(ConfigError::TooLong { path: path.to_owned(), bytes });
    }
    let text = std::fs::read_to_string(path).map_err(file)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok((text, folder.unwrap_or_else(|| Path::new(".")).to_owned()))
}

fn value(key: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError::Value { key, problem: problem.into() }
}

/// Checks a name that people read.
///
/// # Errors
/// [`ConfigError::Value`].
pub fn check_name(key: &'static str, name: &str) -> Result<(), ConfigError> {
    let characters = name.chars().count();
    if name.trim() != name || characters == 0 {
        return Err(value(key, "is empty, or has white space at an end"));
    }
    if characters > 80 || name.chars().any(char::is_control) {
        return Err(value(key, "has more than 80 characters, or control characters"));
    }
    Ok(())
}

/// Checks the room's name in the origins of its logs.
///
/// # Errors
/// [`ConfigError::Value`].
pub fn check_origin(origin: &str) -> Result<(), ConfigError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    if (1..=64).contains(&origin.len()) && origin.bytes().all(plain) {
        return Ok(());
    }
    Err(value("origin", format!("is {origin:?}: needs 1 to 64 letters, digits, `.` and `-`")))
}

/// The configuration of `bidroom custody`.
#[derive(Debug, Clone)]
pub struct ProcessConfig {
    /// The Unix socket on which custody is asked; its folder must exist.
    pub socket: PathBuf,
    /// Folder of custody's own heads.
    pub state_dir: PathBuf,
    /// The only user, by number, whose processes may ask; besides custody's own.
    pub server_uid: u32,
    /// Centre 交易中心, as it stands in tender packages.
    pub centre: String,
    /// The room's name in the origins of its logs.
    pub origin: String,
    /// Folder with the root certificates of agencies: who may sign tender packages.
    pub agency_roots: PathBuf,
    /// Whether this is a drill.
    pub drill: bool,
    /// The devices.
    pub devices: CustodyConfig,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProcess {
    socket: PathBuf,
    state_dir: PathBuf,
    server_uid: u32,
    centre: String,
    origin: String,
    agency_roots: PathBuf,
    #[serde(default)]
    drill: bool,
    main: RawDevice,
    standby: Option<RawDevice>,
}

impl ProcessConfig {
    /// Reads and checks a file; relative paths start from its folder.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let (text, folder) = read_file(path)?;
        let raw: RawProcess = toml::from_str(&text)
            .map_err(|source| ConfigError::Form { path: path.to_owned(), source: Box::new(source) })?;
        check_name("centre", &raw.centre)?;
        check_origin(&raw.origin)?;
        Ok(Self {
            socket: folder.join(raw.socket),
            state_dir: folder.join(raw.state_dir),
            server_uid: raw.server_uid,
            centre: raw.centre,
            origin: raw.origin,
            agency_roots: folder.join(raw.agency_roots),
            drill: raw.drill,
            devices: CustodyConfig::checked(raw.main, raw.standby, &folder)?,
        })
    }
}

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

/// A device as it stands in a file; [`CustodyConfig::checked`] makes sense of it.
#[derive(Debug, Deserialize)]
#[serde(tag = "backend", rename_all = "lowercase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are those of the file, which docs/config.md explains")]
pub enum RawDevice {
    Soft { directory: PathBuf, passphrase_file: Option<PathBuf>, credential_file: Option<PathBuf> },
    Pkcs11 { module: PathBuf, token_label: Option<String>, token_serial: Option<String>, pin_file: PathBuf },
}

impl CustodyConfig {
    /// Checks what was read; relative paths start from `folder`.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn checked(main: RawDevice, standby: Option<RawDevice>, folder: &Path) -> Result<Self, ConfigError> {
        let main = device("custody.main", main, folder)?;
        let standby = standby.map(|raw| device("custody.standby", raw, folder)).transpose()?;
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
