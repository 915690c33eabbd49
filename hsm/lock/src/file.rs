//! The lock file: one canonical JSON document with the certificates in the clear and both private keys under a
//! password. For drills only: a real lock is a device whose keys cannot be copied.
//!
//! Owns the file's fields, its bounds and the key derivation. It must not know what the keys are used for.

use bidroom_canon::{Base64Bytes, CanonError, Hex32, from_canonical, to_canonical};
use bidroom_envelope::suite::sm4::Sm4Gcm;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::identity::LockIdentity;

/// A lock file is about four kilobytes; longer input is not read.
const MAX_FILE: usize = 64 * 1024;
const FORMAT: &str = "bidroom-lock/1";
/// Stands in every file, so that nobody takes one for a lock of an authority.
const PURPOSE: &str = "仅供演练";
const ALGORITHM: &str = "argon2id";
const SECRETS: usize = 64;
const TAG: usize = 16;

/// Why a file is not a lock.
#[derive(Debug, thiserror::Error)]
pub enum LockFileError {
    /// Longer than any lock file.
    #[error("{0} bytes are too long for a lock file")]
    TooLong(usize),
    /// Not canonical JSON of the known fields.
    #[error("not a lock file: {0}")]
    Json(#[from] CanonError),
    /// Another format or version, purpose or key derivation.
    #[error("the lock file's {field} is {found:?}, which is not known")]
    Unknown {
        /// Which field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// The key derivation would take more memory or time than is granted, or less than protects.
    #[error("the key derivation asks for {memory_kib} KiB and {passes} passes, which is not accepted")]
    Cost {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes over it.
        passes: u32,
    },
    /// The nonce or the sealed keys have the wrong length.
    #[error("the lock file's sealed part is damaged")]
    Sealed,
    /// There is no memory for the key derivation.
    #[error("there is not enough memory for the key derivation")]
    Memory,
}

/// What trying one password costs (Argon2id, RFC 9106, one lane).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfCost {
    memory_kib: u32,
    passes: u32,
}

impl KdfCost {
    /// 19 MiB and three passes: about a tenth of a second in a browser. Modest, because a soft lock protects drills.
    pub const DRILL: Self = Self { memory_kib: 19 * 1024, passes: 3 };
    /// The least that is accepted; for tests.
    pub const LEAST: Self = Self { memory_kib: 1024, passes: 1 };

    /// 1 to 64 MiB, 1 to 8 passes, and at most 128 MiB passed over in all, so that a hostile file can neither eat
    /// memory nor time.
    ///
    /// # Errors
    /// [`LockFileError::Cost`].
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, LockFileError> {
        let bounded = (1024..=64 * 1024).contains(&memory_kib) && (1..=8).contains(&passes);
        if bounded && memory_kib.saturating_mul(passes) <= 128 * 1024 {
            Ok(Self { memory_kib, passes })
        } else {
            Err(LockFileError::Cost { memory_kib, passes })
        }
    }
}

/// A lock file that was read but not opened: it tells whose lock it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFile {
    fields: Fields,
    cost: KdfCost,
    nonce: [u8; 12],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fields {
    format: String,
    purpose: String,
    identity: LockIdentity,
    kdf: Kdf,
    /// Twelve bytes.
    nonce: Base64Bytes,
    /// Signing scalar ‖ encryption scalar, then the tag.
    sealed: Base64Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kdf {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    salt: Hex32,
}

/// The signing scalar, then the encryption scalar.
pub(crate) type Secrets = Zeroizing<[u8; SECRETS]>;

impl LockFile {
    /// Reads a lock file.
    ///
    /// # Errors
    /// [`LockFileError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LockFileError> {
        if bytes.len() > MAX_FILE {
            return Err(LockFileError::TooLong(bytes.len()));
        }
        let fields: Fields = from_canonical(bytes)?;
        expect("format", &fields.format, FORMAT)?;
        expect("purpose", &fields.purpose, PURPOSE)?;
        expect("key derivation", &fields.kdf.algorithm, ALGORITHM)?;
        let cost = KdfCost::new(fields.kdf.memory_kib, fields.kdf.passes)?;
        let nonce = fields.nonce.0.as_slice().try_into().map_err(|_| LockFileError::Sealed)?;
        if fields.sealed.0.len() != SECRETS + TAG {
            return Err(LockFileError::Sealed);
        }
        Ok(Self { fields, cost, nonce })
    }

    /// Whose lock it says it is; proved only by opening it.
    pub fn identity(&self) -> &LockIdentity {
        &self.fields.identity
    }

    /// What trying one password costs.
    pub fn cost(&self) -> KdfCost {
        self.cost
    }

    /// Writes a lock file.
    pub(crate) fn seal(
        password: &str,
        identity: &LockIdentity,
        mut secrets: Secrets,
        cost: KdfCost,
        salt: [u8; 32],
        nonce: [u8; 12],
    ) -> Result<Vec<u8>, LockFileError> {
        let KdfCost { memory_kib, passes } = cost;
        let mut fields = Fields {
            format: FORMAT.to_owned(),
            purpose: PURPOSE.to_owned(),
            identity: identity.clone(),
            kdf: Kdf { algorithm: ALGORITHM.to_owned(), memory_kib, passes, salt: Hex32(salt) },
            nonce: Base64Bytes(nonce.to_vec()),
            sealed: Base64Bytes::default(),
        };
        let cipher = Sm4Gcm::new(&*derive(password, &salt, cost)?);
        let aad = to_canonical(&fields)?;
        let tag =
            cipher.seal_in_place(&nonce, &aad, secrets.as_mut_slice()).map_err(|_| LockFileError::Sealed)?;
        fields.sealed = Base64Bytes([secrets.as_slice(), &tag].concat());
        Ok(to_canonical(&fields)?)
    }

    /// Opens the sealed keys; nothing if the password, or any byte of the file, is not the one it was sealed with.
    pub(crate) fn open(&self, password: &str) -> Result<Option<Secrets>, LockFileError> {
        let mut clear = self.fields.clone();
        clear.sealed = Base64Bytes::default();
        let aad = to_canonical(&clear)?;
        let cipher = Sm4Gcm::new(&*derive(password, &self.fields.kdf.salt.0, self.cost)?);
        let (sealed, tag) = self.fields.sealed.0.split_last_chunk::<TAG>().ok_or(LockFileError::Sealed)?;
        let sealed: [u8; SECRETS] = sealed.try_into().map_err(|_| LockFileError::Sealed)?;
        let mut secrets = Zeroizing::new(sealed);
        let opened = cipher.open_in_place(&self.nonce, &aad, secrets.as_mut_slice(), tag);
        Ok(opened.ok().map(|()| secrets))
    }
}

fn expect(field: &'static str, found: &str, known: &str) -> Result<(), LockFileError> {
    if found == known { Ok(()) } else { Err(LockFileError::Unknown { field, found: found.to_owned() }) }
}

/// The SM4 key: the first 16 bytes of Argon2id over the password's UTF-8 bytes.
fn derive(password: &str, salt: &[u8; 32], cost: KdfCost) -> Result<Zeroizing<[u8; 16]>, LockFileError> {
    let mut key = Zeroizing::new([0; 16]);
    let refused = LockFileError::Cost { memory_kib: cost.memory_kib, passes: cost.passes };
    let params =
        argon2::Params::new(cost.memory_kib, cost.passes, 1, Some(key.len())).map_err(|_| refused)?;
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2
        .hash_password_into(password.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| LockFileError::Memory)?;
    Ok(key)
}
