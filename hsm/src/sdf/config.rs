//! How a GM/T 0018 library is to be spoken to: one TOML file per device, with a commented example in
//! `hsm/devices/custody/sdf.toml`.

use core::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::Refusal;

/// What differs between vendors and devices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SdfProfile {
    /// The vendor's shared library.
    pub library: PathBuf,
    /// Bytes of a coordinate in the library's structures.
    #[serde(default)]
    pub coordinate: Coordinate,
    /// The index whose signing key signs the directory and whose encryption key wraps Ed25519 keys.
    pub directory_key: u32,
    /// Indexes whose keys custody may claim.
    pub pool: Pool,
    /// How a ciphertext is opened.
    #[serde(default)]
    pub decrypt: SdfDecryption,
    /// SGD number of SM2 encryption: GM/T 0006 has SGD_SM2_3, 0x00020800; older devices want 0x00020400.
    #[serde(default = "sm2_encryption")]
    pub sm2_encryption: u32,
    /// Whether private keys ask for a password (SDF_GetPrivateKeyAccessRight).
    #[serde(default = "yes")]
    pub password: bool,
    /// Most sessions at once.
    #[serde(default = "sessions")]
    pub sessions: u32,
}

const fn sm2_encryption() -> u32 {
    0x0002_0800
}

const fn yes() -> bool {
    true
}

const fn sessions() -> u32 {
    8
}

/// Bytes of a coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "u8")]
pub enum Coordinate {
    /// 32, as older devices have it.
    Bytes32,
    /// 64, as GM/T 0018 has it.
    #[default]
    Bytes64,
}

impl TryFrom<u8> for Coordinate {
    type Error = &'static str;

    fn try_from(bytes: u8) -> Result<Self, Self::Error> {
        match bytes {
            32 => Ok(Self::Bytes32),
            64 => Ok(Self::Bytes64),
            _ => Err("coordinate must be 32 or 64"),
        }
    }
}

/// A range of indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// How a ciphertext is opened. In either way the plaintext is in this process's memory, the private key is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SdfDecryption {
    /// SDF_ExchangeDigitEnvelopeBaseOnECC, which every GM/T 0018 device has: the device opens the ciphertext and
    /// encrypts it again for a key that lives in this process for the one call.
    #[default]
    Exchange,
    /// The vendors' SDF_InternalDecrypt_ECC (session, index, cipher, data, &length).
    Internal,
    /// The same with the algorithm after the index.
    InternalWithAlgorithm,
}

impl SdfProfile {
    /// Refuses values that cannot work.
    ///
    /// # Errors
    /// [`Refusal::Configuration`].
    pub fn check(&self) -> Result<(), Refusal> {
        let Pool { first, last } = self.pool;
        if first == 0 || first > last || last > 65_535 {
            return Err(Refusal::Configuration("pool.first and pool.last must be 1 to 65535 and in order"));
        }
        if (first..=last).contains(&self.directory_key) || self.directory_key == 0 {
            return Err(Refusal::Configuration("directory_key must be an index outside of the pool"));
        }
        if !(1..=64).contains(&self.sessions) {
            return Err(Refusal::Configuration("sessions must be 1 to 64"));
        }
        Ok(())
    }
}

/// A device and what opens it. `Debug` does not show the password; it is erased when dropped.
#[derive(Clone)]
pub struct SdfConfig {
    /// How the device is to be spoken to.
    pub profile: SdfProfile,
    /// Where the directory file is.
    pub directory: PathBuf,
    /// The password of the private keys.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for SdfConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdfConfig")
            .field("profile", &self.profile)
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}
