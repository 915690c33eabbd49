//! Which module, which token, which PIN.

use core::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

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

/// Names a token. Slot numbers are not used: they change when a device is plugged in elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSelector {
    /// By label; refused if several tokens have it.
    Label(String),
    /// By serial number; refused if several tokens have it.
    Serial(String),
}

impl fmt::Display for TokenSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(label) => write!(f, "label \"{label}\""),
            Self::Serial(serial) => write!(f, "serial \"{serial}\""),
        }
    }
}
