//! What opens a store, and the master key derived from it.
//!
//! A passphrase goes through argon2id (RFC 9106); a credential is a random file handed over by the service manager
//! and needs no stretching. Knows nothing of the store's content.

use core::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use bidroom_canon::Hex32;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{CustodyError, Fault, Refusal, SecretKind};

/// Bytes a passphrase may have.
const PASSPHRASE: (usize, usize) = (8, 1024);
/// Bytes a credential may have: at least the strength of the keys it protects.
const CREDENTIAL: (usize, usize) = (32, 1024);

/// What opens a store. Not shown by `Debug`, erased when dropped.
pub enum StoreSecret {
    /// Remembered by a person; 8 to 1024 bytes.
    Passphrase(Zeroizing<String>),
    /// Random bytes from a credential file; 32 to 1024 bytes.
    Credential(Zeroizing<Vec<u8>>),
}

impl StoreSecret {
    /// Reads a credential file whole, byte for byte (systemd's `LoadCredential=` for instance).
    ///
    /// # Errors
    /// [`Fault::Disk`] if it cannot be read, [`Refusal::SecretLength`] if it is shorter than 32 bytes or longer
    /// than 1024.
    pub fn from_credential_file(path: &Path) -> Result<Self, CustodyError> {
        let (least, most) = CREDENTIAL;
        let read = || -> io::Result<Zeroizing<Vec<u8>>> {
            // Never grown: a reallocation would leave a copy behind.
            let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
            let limit = u64::try_from(most).map_or(u64::MAX, |most| most + 1);
            File::open(path)?.take(limit).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|source| Fault::Disk { step: "read", path: path.to_owned(), source })?;
        length(bytes.len(), (least, most))?;
        Ok(Self::Credential(bytes))
    }

    const fn kind(&self) -> SecretKind {
        match self {
            Self::Passphrase(_) => SecretKind::Passphrase,
            Self::Credential(_) => SecretKind::Credential,
        }
    }
}

impl fmt::Debug for StoreSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreSecret({}, not shown)", self.kind())
    }
}

/// What deriving a key from a passphrase costs; an attacker pays it for every guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivationCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for DerivationCost {
    /// 64 MiB, 3 passes, 4 lanes: the second recommendation of RFC 9106 section 4.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }
}

impl DerivationCost {
    /// A store may come from anywhere: it must not make its reader use more than 1 GiB or stand still.
    fn checked(self) -> Result<Params, Refusal> {
        let Self { memory_kib, passes, lanes } = self;
        let out_of_bounds = Refusal::DerivationCost { memory_kib, passes, lanes };
        if memory_kib > 1024 * 1024 || passes > 16 || lanes > 16 {
            return Err(out_of_bounds);
        }
        Params::new(memory_kib, passes, lanes, Some(32)).map_err(|_| out_of_bounds)
    }
}

/// How a store's master key comes from its secret; stands in the store in the clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Derivation {
    /// argon2id, version 0x13.
    Passphrase { salt: Hex32, cost: DerivationCost },
    /// The credential itself.
    Credential,
}

/// The key from which the store's keys are derived.
#[derive(Clone)]
pub(crate) struct Master(Zeroizing<Vec<u8>>);

impl Master {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Derivation {
    /// For a new store.
    pub(crate) fn fresh(secret: &StoreSecret, cost: DerivationCost) -> Result<Self, CustodyError> {
        match secret {
            StoreSecret::Passphrase(_) => {
                let mut salt = [0; 32];
                getrandom::fill(&mut salt).map_err(Fault::Random)?;
                Ok(Self::Passphrase { salt: Hex32(salt), cost })
            }
            StoreSecret::Credential(_) => Ok(Self::Credential),
        }
    }

    pub(crate) fn derive(&self, secret: &StoreSecret) -> Result<Master, CustodyError> {
        match (self, secret) {
            (Self::Passphrase { salt, cost }, StoreSecret::Passphrase(text)) => {
                length(text.len(), PASSPHRASE)?;
                let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.checked()?);
                let mut key = Zeroizing::new(vec![0; 32]);
                argon
                    .hash_password_into(text.as_bytes(), &salt.0, &mut key)
                    .map_err(|_| Fault::Computation("argon2id"))?;
                Ok(Master(key))
            }
            (Self::Credential, StoreSecret::Credential(bytes)) => {
                length(bytes.len(), CREDENTIAL)?;
                Ok(Master(bytes.clone()))
            }
            (Self::Passphrase { .. }, _) => Err(Refusal::OtherSecret(SecretKind::Passphrase).into()),
            (Self::Credential, _) => Err(Refusal::OtherSecret(SecretKind::Credential).into()),
        }
    }
}

fn length(bytes: usize, (least, most): (usize, usize)) -> Result<(), Refusal> {
    if (least..=most).contains(&bytes) { Ok(()) } else { Err(Refusal::SecretLength { bytes, least, most }) }
}
