//! Custody's configuration: which devices hold the room's keys, where the secrets that open them are, and, for a
//! custody of its own process, who may ask it.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::certificates::CertificateConfig;

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
    /// Folders of profiles and revocation data.
    pub certificates: CertificateConfig,
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
    certificates: CertificateConfig,
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
            certificates: raw.certificates.under(&folder),
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
        /// The PIN of the token's user.
        pin: PinSource,
    },
    /// A device with a configuration file of its own (`hsm/devices/custody`): PKCS#11 with a vendor's manner, GM/T 0018.
    Configured {
        /// The device's configuration file.
        file: PathBuf,
        /// Folder of a GM/T 0018 device's directory of keys.
        directory: PathBuf,
        /// PIN or password.
        pin: PinSource,
    },
}

/// Where a PIN or password is: a file, or a credential that the service manager hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinSource {
    /// A file whose first line it is.
    File(PathBuf),
    /// The first line of a credential of this name (`$CREDENTIALS_DIRECTORY/<name>`).
    Credential(String),
}

impl PinSource {
    /// The file; `credentials` is the folder that the service manager names.
    ///
    /// # Errors
    /// [`CredentialError::NoFolder`] if a credential is wanted and there is no such folder.
    pub fn path(&self, credentials: Option<&Path>) -> Result<PathBuf, CredentialError> {
        match self {
            Self::File(path) => Ok(path.clone()),
            Self::Credential(name) => credential(name, credentials),
        }
    }
}

/// The file of a credential.
///
/// # Errors
/// [`CredentialError::NoFolder`].
pub fn credential(name: &str, credentials: Option<&Path>) -> Result<PathBuf, CredentialError> {
    let folder = credentials.ok_or_else(|| CredentialError::NoFolder { name: name.to_owned() })?;
    Ok(folder.join(name))
}

/// Where the secret of an encrypted key store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoftSecret {
    /// A file whose first line is the store's passphrase.
    PassphraseFile(PathBuf),
    /// A file of 32 to 1024 random bytes, as a service manager hands it over.
    CredentialFile(PathBuf),
    /// The same by the name of the credential (`$CREDENTIALS_DIRECTORY/<name>`).
    Credential(String),
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
    /// A credential is wanted, and no service manager handed any over.
    #[error("credential {name}: $CREDENTIALS_DIRECTORY is not set (LoadCredentialEncrypted= in the unit)")]
    NoFolder {
        /// Which credential.
        name: String,
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
    Soft {
        directory: PathBuf,
        passphrase_file: Option<PathBuf>,
        credential_file: Option<PathBuf>,
        credential: Option<String>,
    },
    Pkcs11 {
        module: PathBuf,
        token_label: Option<String>,
        token_serial: Option<String>,
        pin_file: Option<PathBuf>,
        pin_credential: Option<String>,
    },
    Device {
        config: PathBuf,
        directory: Option<PathBuf>,
        pin_file: Option<PathBuf>,
        pin_credential: Option<String>,
    },
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
        (DeviceConfig::Configured { file: one, .. }, DeviceConfig::Configured { file: other, .. }) => {
            one == other
        }
        _ => false,
    }
}

fn device(key: &'static str, raw: RawDevice, folder: &Path) -> Result<DeviceConfig, ConfigError> {
    let problem = |problem: &str| ConfigError::Value { key, problem: problem.to_owned() };
    match raw {
        RawDevice::Soft { directory, passphrase_file, credential_file, credential } => {
            let secret = match (passphrase_file, credential_file, credential) {
                (Some(path), None, None) => SoftSecret::PassphraseFile(folder.join(path)),
                (None, Some(path), None) => SoftSecret::CredentialFile(folder.join(path)),
                (None, None, Some(name)) => SoftSecret::Credential(credential_name(key, name)?),
                (None, None, None) => {
                    return Err(problem("needs `passphrase_file`, `credential_file` or `credential`"));
                }
                _ => {
                    return Err(problem(
                        "has more than one of `passphrase_file`, `credential_file` and `credential`",
                    ));
                }
            };
            Ok(DeviceConfig::Soft { directory: folder.join(directory), secret })
        }
        RawDevice::Device { config, directory, pin_file, pin_credential } => Ok(DeviceConfig::Configured {
            file: folder.join(config),
            directory: directory.map_or_else(|| folder.to_owned(), |directory| folder.join(directory)),
            pin: pin_source(key, pin_file, pin_credential, folder)?,
        }),
        RawDevice::Pkcs11 { module, token_label, token_serial, pin_file, pin_credential } => {
            let token = match (token_label, token_serial) {
                (Some(label), None) => TokenName::Label(label),
                (None, Some(serial)) => TokenName::Serial(serial),
                (None, None) => return Err(problem("needs `token_label` or `token_serial`")),
                (Some(_), Some(_)) => return Err(problem("has both `token_label` and `token_serial`")),
            };
            let pin = pin_source(key, pin_file, pin_credential, folder)?;
            Ok(DeviceConfig::Pkcs11 { module: folder.join(module), token, pin })
        }
    }
}

fn pin_source(
    key: &'static str,
    file: Option<PathBuf>,
    credential: Option<String>,
    folder: &Path,
) -> Result<PinSource, ConfigError> {
    match (file, credential) {
        (Some(path), None) => Ok(PinSource::File(folder.join(path))),
        (None, Some(name)) => Ok(PinSource::Credential(credential_name(key, name)?)),
        (None, None) => Err(value(key, "needs `pin_file` or `pin_credential`")),
        (Some(_), Some(_)) => Err(value(key, "has both `pin_file` and `pin_credential`")),
    }
}

/// A credential's name is one name in one folder (systemd.exec(5)).
fn credential_name(key: &'static str, name: String) -> Result<String, ConfigError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if (1..=128).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('.') {
        return Ok(name);
    }
    Err(value(
        key,
        format!("names the credential {name:?}: needs 1 to 128 letters, digits, `.`, `_` and `-`"),
    ))
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

    #[track_caller]
    fn device_of(text: &str, expect: Result<DeviceConfig, &str>) {
        let raw = toml::from_str::<RawDevice>(text).unwrap();
        match (CustodyConfig::checked(raw, None, Path::new("/etc/bidroom")), expect) {
            (Ok(config), Ok(expect)) => assert_eq!(config.main, expect),
            (Err(error), Err(expect)) => assert!(error.to_string().contains(expect), "{error}"),
            (found, expect) => panic!("{found:?} instead of {expect:?}"),
        }
    }

    #[test]
    fn a_device_is_read_with_what_opens_it() {
        let sdf = "backend = \"device\"\nconfig = \"sdf.toml\"\n";
        let configured = |pin| DeviceConfig::Configured {
            file: "/etc/bidroom/sdf.toml".into(),
            directory: "/etc/bidroom".into(),
            pin,
        };
        let credential = PinSource::Credential("main.pin".to_owned());
        device_of(&format!("{sdf}pin_credential = \"main.pin\""), Ok(configured(credential)));
        let file = PinSource::File("/etc/bidroom/pin".into());
        device_of(&format!("{sdf}pin_file = \"pin\""), Ok(configured(file)));
        device_of(sdf, Err("needs `pin_file` or `pin_credential`"));
        device_of(&format!("{sdf}pin_file = \"pin\"\npin_credential = \"main.pin\""), Err("has both"));
        device_of(&format!("{sdf}pin_credential = \"../pin\""), Err("names the credential"));
        let soft = "backend = \"soft\"\ndirectory = \"keys\"\n";
        let secret = SoftSecret::Credential("main.key".to_owned());
        let directory = "/etc/bidroom/keys".into();
        device_of(&format!("{soft}credential = \"main.key\""), Ok(DeviceConfig::Soft { directory, secret }));
        device_of(&format!("{soft}credential = \"a\"\npassphrase_file = \"b\""), Err("more than one"));
    }

    #[test]
    fn a_credential_is_looked_for_where_the_service_manager_puts_it() {
        let source = PinSource::Credential("main.pin".to_owned());
        assert_eq!(source.path(Some(Path::new("/run/c"))).unwrap(), Path::new("/run/c/main.pin"));
        let missing = source.path(None).unwrap_err();
        assert!(missing.to_string().contains("CREDENTIALS_DIRECTORY"), "{missing}");
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
