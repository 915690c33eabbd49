//! Configuration files of devices that keep the room's keys: one TOML file per device, with commented examples in
//! `hsm/devices/custody`. Secrets stand in no such file.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::custody::Custody;
use crate::error::CustodyError;
use crate::pkcs11::{Pkcs11Config, Pkcs11Custody, Pkcs11Profile, TokenSelector};
use crate::sdf::{SdfConfig, SdfCustody, SdfProfile};

/// A configuration is a page; longer files are not read.
const MAX_FILE: u64 = 64 * 1024;

/// A device and how it is to be spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "interface", rename_all = "lowercase")]
pub enum DeviceConfig {
    /// PKCS#11.
    Pkcs11(Pkcs11Device),
    /// GM/T 0018.
    Sdf(SdfProfile),
}

/// A PKCS#11 device.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pkcs11Device {
    /// The vendor's shared library.
    pub library: PathBuf,
    /// Which of the tokens that the library shows.
    pub token: TokenSelector,
    /// What differs from a stock device.
    #[serde(default)]
    pub profile: Pkcs11Profile,
}

/// Why a configuration file is not used.
#[derive(Debug, thiserror::Error)]
pub enum DeviceConfigError {
    /// It cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is longer than any configuration.
    #[error("{}: the file is too long", .0.display())]
    Long(PathBuf),
    /// It is not TOML of the known fields.
    #[error("{}: {source}", .path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

impl DeviceConfig {
    /// Reads a file.
    ///
    /// # Errors
    /// [`DeviceConfigError`].
    pub fn read(path: &Path) -> Result<Self, DeviceConfigError> {
        let failed = |source| DeviceConfigError::Read { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(failed)?.len() > MAX_FILE {
            return Err(DeviceConfigError::Long(path.to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        toml::from_str(&text)
            .map_err(|source| DeviceConfigError::Toml { path: path.to_owned(), source: Box::new(source) })
    }

    /// Opens the device. `secret` is its PIN or password; `directory` is where an SDF device's directory file is and is
    /// not used by others.
    ///
    /// # Errors
    /// As [`Pkcs11Custody::open_with`] and [`SdfCustody::open`].
    pub fn open(
        &self,
        secret: Zeroizing<String>,
        directory: &Path,
    ) -> Result<Box<dyn Custody>, CustodyError> {
        match self {
            Self::Pkcs11(device) => {
                let config =
                    Pkcs11Config { module: device.library.clone(), token: device.token.clone(), pin: secret };
                Ok(Box::new(Pkcs11Custody::open_with(&config, &device.profile)?))
            }
            Self::Sdf(profile) => {
                let config =
                    SdfConfig { profile: profile.clone(), directory: directory.to_owned(), password: secret };
                Ok(Box::new(SdfCustody::open(&config)?))
            }
        }
    }
}
