//! Configuration files of lock libraries: one TOML file per library, because vendors disagree on everything that the
//! specifications leave open. Commented examples are in `hsm/devices/locks`.
//!
//! Owns the files' fields and their bounds. Loading the libraries is the drivers' business.

use std::path::{Path, PathBuf};

use bidroom_hsm::pkcs11::Sm2Profile;
use serde::Deserialize;

use crate::driver::{Drivers, LockDriver};
use crate::found::Unreadable;
use crate::kind::KindWords;
use crate::pin::PinLength;
use crate::pkcs11::Pkcs11Locks;
use crate::skf::SkfLocks;

/// A configuration is a page; longer files are not read.
const MAX_FILE: u64 = 64 * 1024;

/// Why a configuration file is not used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not TOML of the known fields.
    #[error("{}: {source}", .path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A value is out of bounds.
    #[error("{}: {what}", .path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// Which, and why.
        what: &'static str,
    },
}

/// One library and how it is to be spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "interface", rename_all = "lowercase")]
pub enum LockConfig {
    /// GM/T 0016.
    Skf(SkfConfig),
    /// PKCS#11.
    Pkcs11(Pkcs11LockConfig),
}

/// Width of the specification's ULONG in a library. On Windows it is always 32; on Linux vendors disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub enum Width {
    /// 32 bits, as GM/T 0016 has it.
    Bits32,
    /// 64 bits, `unsigned long` taken literally on 64-bit Linux.
    Bits64,
}

impl TryFrom<u8> for Width {
    type Error = &'static str;

    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        match bits {
            32 => Ok(Self::Bits32),
            64 => Ok(Self::Bits64),
            _ => Err("ulong must be 32 or 64"),
        }
    }
}

/// The function that decrypts with a container's key. GM/T 0016 has none; vendors added it in two forms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecryptFunction {
    /// Its name in the library, for example `SKF_ECCDecrypt` or `SKF_PrvKeyDecrypt`.
    pub function: String,
    /// A number between container and ciphertext that says which key: vendors have 1 or 0 (FALSE) for the encryption
    /// key. Without it the function takes no such number.
    #[serde(default)]
    pub key: Option<u32>,
}

impl Default for DecryptFunction {
    fn default() -> Self {
        Self { function: "SKF_ECCDecrypt".to_owned(), key: None }
    }
}

/// Lengths of PINs, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinBounds {
    /// The least.
    pub least: usize,
    /// The most.
    pub most: usize,
}

impl Default for PinBounds {
    /// 6 to 16, as most locks have it.
    fn default() -> Self {
        Self { least: 6, most: 16 }
    }
}

impl From<PinBounds> for PinLength {
    fn from(PinBounds { least, most }: PinBounds) -> Self {
        Self { least, most }
    }
}

/// An SKF library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkfConfig {
    /// What the driver is called in lists and messages.
    pub name: String,
    /// The vendor's shared library.
    pub library: PathBuf,
    /// Width of ULONG.
    #[serde(default = "narrow")]
    pub ulong: Width,
    /// Applications to look into; all if empty.
    #[serde(default)]
    pub applications: Vec<String>,
    /// How private-key decryption is called.
    #[serde(default)]
    pub decrypt: DecryptFunction,
    /// Lengths of PINs.
    #[serde(default)]
    pub pin: PinBounds,
    /// Words that tell main and sub locks apart.
    #[serde(default)]
    pub kind: KindWords,
}

fn narrow() -> Width {
    Width::Bits32
}

/// A PKCS#11 library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pkcs11LockConfig {
    /// What the driver is called in lists and messages.
    pub name: String,
    /// The vendor's shared library.
    pub library: PathBuf,
    /// The vendor's SM2 mechanisms; without them a lock of this library does not sign.
    #[serde(default)]
    pub sm2: Sm2Profile,
    /// Lengths of PINs.
    #[serde(default)]
    pub pin: PinBounds,
    /// Words that tell main and sub locks apart.
    #[serde(default)]
    pub kind: KindWords,
}

impl LockConfig {
    /// Reads one file.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let failed = |source| ConfigError::Read { path: path.to_owned(), source };
        let length = std::fs::metadata(path).map_err(failed)?.len();
        if length > MAX_FILE {
            return Err(ConfigError::Value { path: path.to_owned(), what: "the file is too long" });
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        Self::parse(path, &text)
    }

    /// Reads a file's text; `path` is for messages.
    ///
    /// # Errors
    /// [`ConfigError::Toml`] or [`ConfigError::Value`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|source| ConfigError::Toml { path: path.to_owned(), source: Box::new(source) })?;
        let wrong = |what| Err(ConfigError::Value { path: path.to_owned(), what });
        let (name, pin) = match &config {
            Self::Skf(skf) => (&skf.name, skf.pin),
            Self::Pkcs11(pkcs11) => (&pkcs11.name, pkcs11.pin),
        };
        if name.trim().is_empty() {
            return wrong("name is empty");
        }
        if pin.least == 0 || pin.least > pin.most || pin.most > 255 {
            return wrong("pin.least and pin.most must be 1 to 255 and in order");
        }
        Ok(config)
    }

    /// Loads the library.
    fn driver(self) -> Result<Box<dyn LockDriver>, Unreadable> {
        match self {
            Self::Skf(config) => {
                let at = config.name.clone();
                SkfLocks::open(config)
                    .map(|driver| -> Box<dyn LockDriver> { Box::new(driver) })
                    .map_err(|why| Unreadable { at, why })
            }
            Self::Pkcs11(config) => {
                let at = config.name.clone();
                Pkcs11Locks::open(config)
                    .map(|driver| -> Box<dyn LockDriver> { Box::new(driver) })
                    .map_err(|why| Unreadable { at, why })
            }
        }
    }
}

/// Reads every `*.toml` of a folder, in the order of the names.
///
/// # Errors
/// [`ConfigError`]: a file that is wrong is not passed over in silence.
pub fn read_folder(folder: &Path) -> Result<Vec<LockConfig>, ConfigError> {
    let failed = |source| ConfigError::Read { path: folder.to_owned(), source };
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).map_err(failed)?.collect();
    let mut paths: Vec<PathBuf> = entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths.iter().map(|path| LockConfig::read(path)).collect()
}

/// Loads the libraries of `configs`. One that does not load is told and hides no other: a computer has drivers of the
/// locks of its user, and configuration files of many.
pub fn load(configs: Vec<LockConfig>) -> (Drivers, Vec<Unreadable>) {
    let (mut drivers, mut failed) = (Vec::new(), Vec::new());
    for config in configs {
        match config.driver() {
            Ok(driver) => drivers.push(driver),
            Err(why) => failed.push(why),
        }
    }
    (Drivers::new(drivers), failed)
}
