//! Custody in software: all keys in one encrypted file.
//!
//! Owns the order of steps on the disk: the new file is written and synced beside the old one, takes its name, and
//! the directory is synced, so that after a power cut at any moment the store is the old or the new one, whole. The
//! directory belongs to one process at a time.

mod container;
mod secret;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bidroom_envelope::suite::sm2::{Signature, Sm2Ciphertext};
use zeroize::Zeroizing;

use self::container::{Keys, MAX_FILE, Unreadable, Whole};
use self::secret::{Derivation, Master};
pub use self::secret::{DerivationCost, StoreSecret};
use crate::custody::{Custody, KeyPurpose, PublicKeyInfo};
use crate::disk::{self, Disk, RealDisk, fault};
use crate::error::{CustodyError, Fault, Refusal, StoreDamage, Tamper};
use crate::level::{Backend, CustodyDescription, CustodyLevel};
use crate::name::KeyName;
use crate::private_key::Secret;
use crate::rules;

/// The store.
const STORE: &str = "custody.store";
/// A store being written; what a power cut leaves of it is ignored and removed.
const FRESH: &str = "custody.store.new";
/// Taken by the process that uses the directory.
const LOCK: &str = "custody.lock";

/// Custody in an encrypted file. Level: [`CustodyLevel::Software`] for everything.
pub struct SoftCustody {
    disk: Box<dyn Disk>,
    derivation: Derivation,
    master: Master,
    state: RwLock<State>,
    /// Held for as long as the store is open.
    _lock: Option<File>,
}

struct State {
    keys: Keys,
    /// A write ended so that the disk may hold the old store or the new one.
    uncertain: bool,
}

impl SoftCustody {
    /// Whether there is a store in `directory`.
    pub fn exists(directory: &Path) -> bool {
        directory.join(STORE).exists()
    }

    /// Makes an empty store in `directory`, which is made if there is none.
    ///
    /// # Errors
    /// [`Refusal::StoreExists`], [`Refusal::InUse`], [`Refusal::SecretLength`], or a fault of disk or random source.
    pub fn create(
        directory: &Path,
        secret: &StoreSecret,
        cost: DerivationCost,
    ) -> Result<Self, CustodyError> {
        let disk = RealDisk::make(directory).map_err(|source| fault("make", directory, source))?;
        let lock = disk::take(&disk, LOCK)?;
        Self::create_on(Box::new(disk), Some(lock), secret, cost)
    }

    /// Opens the store in `directory`. Takes as long as deriving the key from the passphrase.
    ///
    /// # Errors
    /// [`Refusal::NoStore`], [`Refusal::InUse`], [`CustodyError::WrongPassphrase`], [`Tamper::Store`] for a file that
    /// is not as it was written, or a fault of the disk.
    pub fn open(directory: &Path, secret: &StoreSecret) -> Result<Self, CustodyError> {
        if !directory.is_dir() {
            return Err(Refusal::NoStore(directory.to_owned()).into());
        }
        let disk = RealDisk::new(directory);
        let lock = disk::take(&disk, LOCK)?;
        Self::open_on(Box::new(disk), Some(lock), secret)
    }

    fn create_on(
        disk: Box<dyn Disk>,
        lock: Option<File>,
        secret: &StoreSecret,
        cost: DerivationCost,
    ) -> Result<Self, CustodyError> {
        if read(&*disk)?.is_some() {
            return Err(Refusal::StoreExists(disk.directory().to_owned()).into());
        }
        let derivation = Derivation::fresh(secret, cost)?;
        let master = derivation.derive(secret)?;
        let state = RwLock::new(State { keys: Keys::new(), uncertain: false });
        let custody = Self { disk, derivation, master, state, _lock: lock };
        custody.store(&mut custody.write())?;
        Ok(custody)
    }

    fn open_on(disk: Box<dyn Disk>, lock: Option<File>, secret: &StoreSecret) -> Result<Self, CustodyError> {
        let bytes = read(&*disk)?.ok_or_else(|| Refusal::NoStore(disk.directory().to_owned()))?;
        let whole = Whole::read(&bytes).map_err(|why| unreadable(&*disk, why))?;
        let derivation = whole.derivation().clone();
        let master = derivation.derive(secret)?;
        let keys = whole.open(&master).map_err(|why| unreadable(&*disk, why))?;
        disk.remove(FRESH).map_err(|source| fault("remove", &disk.directory().join(FRESH), source))?;
        let state = RwLock::new(State { keys, uncertain: false });
        Ok(Self { disk, derivation, master, state, _lock: lock })
    }

    // A panic while the lock is held leaves the keys as they were before or after: both are usable.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the keys to the disk.
    fn store(&self, state: &mut State) -> Result<(), CustodyError> {
        let bytes = container::write(&self.derivation, &self.master, &state.keys)?;
        disk::replace(&*self.disk, FRESH, STORE, &bytes).map_err(|failed| {
            state.uncertain = failed.uncertain;
            failed.error
        })
    }

    /// Uses a key for `purpose`.
    fn with<T>(
        &self,
        name: &KeyName,
        purpose: KeyPurpose,
        apply: impl FnOnce(&Secret) -> Result<T, CustodyError>,
    ) -> Result<T, CustodyError> {
        rules::purpose(name, purpose)?;
        apply(self.read().keys.get(name).ok_or_else(|| CustodyError::NotFound(name.clone()))?)
    }
}

impl Custody for SoftCustody {
    fn description(&self) -> CustodyDescription {
        CustodyDescription {
            backend: Backend::Soft,
            device: None,
            decryption: CustodyLevel::Software,
            sm2_signing: CustodyLevel::Software,
            ed25519_signing: CustodyLevel::Software,
        }
    }

    fn create_key(&self, name: &KeyName, purpose: KeyPurpose) -> Result<PublicKeyInfo, CustodyError> {
        rules::purpose(name, purpose)?;
        let mut state = self.write();
        if state.uncertain {
            return Err(Fault::Uncertain.into());
        }
        if state.keys.contains_key(name) {
            return Err(Refusal::Exists(name.clone()).into());
        }
        let secret = Secret::generate(purpose)?;
        let made = info(name, &secret);
        state.keys.insert(name.clone(), secret);
        self.store(&mut state).inspect_err(|_| drop(state.keys.remove(name)))?;
        Ok(made)
    }

    fn public_key(&self, name: &KeyName) -> Result<PublicKeyInfo, CustodyError> {
        self.with(name, name.role.purpose(), |secret| Ok(info(name, secret)))
    }

    fn keys(&self) -> Result<Vec<PublicKeyInfo>, CustodyError> {
        Ok(self.read().keys.iter().map(|(name, secret)| info(name, secret)).collect())
    }

    fn sign_sm2(&self, name: &KeyName, message: &[u8]) -> Result<Signature, CustodyError> {
        self.with(name, KeyPurpose::SignSm2, |secret| secret.sign_sm2(message))
    }

    fn sign_ed25519(&self, name: &KeyName, message: &[u8]) -> Result<[u8; 64], CustodyError> {
        self.with(name, KeyPurpose::SignEd25519, |secret| secret.sign_ed25519(message))
    }

    fn unwrap(&self, name: &KeyName, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        self.with(name, KeyPurpose::Decrypt, |secret| secret.unwrap(name, ciphertext))
    }

    fn self_check(&self) -> Result<usize, CustodyError> {
        {
            let state = self.read();
            if state.uncertain {
                return Err(Fault::Uncertain.into());
            }
            let missing = Unreadable::Tampered(StoreDamage::Gone);
            let bytes = read(&*self.disk)?.ok_or(missing).map_err(|why| unreadable(&*self.disk, why))?;
            let stored = Whole::read(&bytes)
                .and_then(|whole| whole.open(&self.master))
                .map_err(|why| unreadable(&*self.disk, why))?;
            let same = stored.len() == state.keys.len()
                && stored
                    .iter()
                    .zip(&state.keys)
                    .all(|((one, a), (two, b))| one == two && a.public() == b.public());
            if !same {
                let why = Unreadable::Tampered(StoreDamage::Replaced);
                return Err(unreadable(&*self.disk, why));
            }
        }
        rules::check_pairs(self)
    }

    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError> {
        let mut state = self.write();
        if state.uncertain {
            return Err(Fault::Uncertain.into());
        }
        let secret = state.keys.remove(name).ok_or_else(|| CustodyError::NotFound(name.clone()))?;
        let stored = self.store(&mut state);
        if stored.is_err() {
            state.keys.insert(name.clone(), secret);
        }
        stored
    }
}

fn info(name: &KeyName, secret: &Secret) -> PublicKeyInfo {
    PublicKeyInfo { name: name.clone(), purpose: name.role.purpose(), key: secret.public() }
}

fn read(disk: &dyn Disk) -> Result<Option<Vec<u8>>, CustodyError> {
    match disk.read(STORE, MAX_FILE) {
        Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            Err(unreadable(disk, Unreadable::Tampered(StoreDamage::Length)))
        }
        other => other.map_err(|source| fault("read", &disk.directory().join(STORE), source)),
    }
}

fn unreadable(disk: &dyn Disk, why: Unreadable) -> CustodyError {
    let path = disk.directory().join(STORE);
    match why {
        Unreadable::Tampered(what) => Tamper::Store { path, what }.into(),
        Unreadable::WrongSecret => {
            CustodyError::WrongPassphrase { of: path.display().to_string(), last_try: false }
        }
        Unreadable::Other(error) => error,
    }
}
