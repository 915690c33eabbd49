//! Which module, which token, which PIN.

use core::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::sm2::Sm2Profile;

/// Where the keys are and what opens them. `Debug` does not show the PIN; it is erased when dropped.
#[derive(Clone)]
pub struct Pkcs11Config {
    /// The vendor's shared library.
    pub module: PathBuf,
    /// Which of the tokens that the module shows.
    pub token: TokenSelector,
    /// The PIN of the token's user (CKU_USER).
    pub pin: Zeroizing<String>,
}

impl fmt::Debug for Pkcs11Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs11Config")
            .field("module", &self.module)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// What differs between vendors and devices; the default is a stock device. One TOML file per device, with a commented
/// example in `hsm/devices/custody/pkcs11.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pkcs11Profile {
    /// The vendor's SM2. Without it decryption goes by ECDH, and SM2 signing keys are wrapped under a device key.
    pub sm2: Sm2Profile,
    /// Most sessions at once, 1 to 64.
    pub sessions: u64,
    /// Whether the device keeps CKA_LOCAL, CKA_ALWAYS_SENSITIVE and CKA_NEVER_EXTRACTABLE. Without them, that a key was
    /// made inside the device is known of the moment of its making only.
    pub origin_attributes: bool,
}

impl Default for Pkcs11Profile {
    fn default() -> Self {
        Self { sm2: Sm2Profile::default(), sessions: 8, origin_attributes: true }
    }
}

/// Names a token. A slot number is the last resort, for devices whose tokens have neither label nor serial number of
/// their own: it changes when a device is plugged in elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenSelector {
    /// By label; refused if several tokens have it.
    Label(String),
    /// By serial number; refused if several tokens have it.
    Serial(String),
    /// By slot number.
    Slot(u64),
}

impl fmt::Display for TokenSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(label) => write!(f, "label \"{label}\""),
            Self::Serial(serial) => write!(f, "serial \"{serial}\""),
            Self::Slot(slot) => write!(f, "slot {slot}"),
        }
    }
}
