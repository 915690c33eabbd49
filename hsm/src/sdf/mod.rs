//! Custody in a GM/T 0018 (SDF) device, as Chinese cryptographic machines offer it.
//!
//! SDF has keys by index and no names, offers no way to make or erase an internal key, and knows no Ed25519. So keys are
//! made beforehand with the vendor's tool; custody *claims* them from a configured pool, and one that was destroyed is
//! never claimed again. Which name has which index stands in a signed file ([`directory`]). Ed25519 keys are made in
//! software and stored encrypted for the device.
//!
//! [`link`] is the connection, [`raw`] holds the calls, [`blob`] the structures, [`code`] the return codes, [`config`]
//! what differs between devices.

mod blob;
mod code;
mod config;
mod directory;
mod link;
mod raw;

use std::fs::File;
use std::sync::{Arc, PoisonError, RwLock};

use bidroom_canon::{Base64Bytes, Hex32};
use bidroom_envelope::suite::sm2::{PublicKey, SecretKey, Signature, Sm2Ciphertext, Unwrap as _, encrypt};
use zeroize::Zeroizing;

pub use self::config::{Coordinate, Pool, SdfConfig, SdfDecryption, SdfProfile};
use self::directory::{Directory, Entry, MAX_FILE};
use self::link::Link;
use self::raw::{Half, Opened, Sdf, Session};
use crate::custody::{Custody, CustodyKey, KeyPurpose, PublicKeyInfo};
use crate::disk::{self, Disk as _, RealDisk};
use crate::error::{CustodyError, Fault, ObjectDamage, Refusal, StoreDamage, Tamper};
use crate::health::CustodyHealth;
use crate::level::{Backend, CustodyDescription, CustodyLevel};
use crate::name::KeyName;
use crate::private_key::Secret;
use crate::rules;

/// The directory.
const STORE: &str = "custody.sdf";
/// A directory being written.
const FRESH: &str = "custody.sdf.new";
/// Taken by the process that uses the directory.
const LOCK: &str = "custody.lock";

/// Custody in an SDF device. SM2 keys are [`CustodyLevel::DeviceProvided`], Ed25519 keys
/// [`CustodyLevel::WrappedUnderDevice`].
pub struct SdfCustody {
    config: SdfConfig,
    link: Link,
    firmware: u32,
    /// The key that signs the directory, as the device exported it.
    directory_key: PublicKey,
    /// The key for which Ed25519 seeds are encrypted.
    wrapping_key: PublicKey,
    state: RwLock<State>,
    disk: RealDisk,
    _lock: File,
}

struct State {
    directory: Directory,
    /// A write ended so that the disk may hold the old directory or the new one.
    uncertain: bool,
}

impl SdfCustody {
    /// Loads the library, opens the device, proves that the password opens the directory key, and reads the directory;
    /// the first time it is made.
    ///
    /// # Errors
    /// [`Refusal::InUse`], [`Refusal::Configuration`], [`CustodyError::WrongPassphrase`], [`Tamper::Store`], or a fault
    /// of library, device or disk.
    pub fn open(config: &SdfConfig) -> Result<Self, CustodyError> {
        let profile = &config.profile;
        profile.check()?;
        let disk = RealDisk::make(&config.directory)
            .map_err(|source| disk::fault("make", &config.directory, source))?;
        let lock = disk::take(&disk, LOCK)?;
        let library = Sdf::load(&profile.library, profile.decrypt)
            .map(Arc::new)
            .map_err(|what| Fault::Library { path: profile.library.clone(), what })?;
        let device = Arc::new(library.open().map_err(Fault::from)?);
        let (identity, firmware, directory_key, wrapping_key) = {
            let session = device.session().map_err(Fault::from)?;
            let (identity, firmware) = blob::device(&session.device_info().map_err(Fault::from)?);
            let export = |half| export(&session, profile, profile.directory_key, half);
            (identity, firmware, export(Half::Signing)?, export(Half::Encryption)?)
        };
        let directory = Directory::empty(&identity.serial);
        let password = profile.password.then(|| config.password.clone());
        let mut custody = Self {
            config: config.clone(),
            link: Link::new(library, device, identity, password, profile.sessions),
            firmware,
            directory_key,
            wrapping_key,
            state: RwLock::new(State { directory, uncertain: false }),
            disk,
            _lock: lock,
        };
        custody.read_or_make()?;
        Ok(custody)
    }

    fn read_or_make(&mut self) -> Result<(), CustodyError> {
        let path = self.config.directory.join(STORE);
        self.disk.remove(FRESH).map_err(|source| disk::fault("remove", &path, source))?;
        let read = self.disk.read(STORE, MAX_FILE);
        let bytes = read.map_err(|source| disk::fault("read", &path, source))?;
        // Signed anew in any case: that proves the password before anything depends on it.
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = bytes {
            let read = Directory::read(&bytes, &self.directory_key, &self.link.identity().serial);
            state.directory = read.map_err(|what| Tamper::Store { path, what })?;
        }
        let directory = state.directory.clone();
        self.write(&directory)
            .map_err(|failed| failed.error)
            .map(|written| self.state.get_mut().unwrap_or_else(PoisonError::into_inner).directory = written)
    }

    /// Signs and writes a directory; answers what was written.
    fn write(&self, directory: &Directory) -> Result<Directory, disk::NotReplaced> {
        let failed = |error| disk::NotReplaced { error, uncertain: false };
        let damage = |what| failed(Tamper::Store { path: self.config.directory.join(STORE), what }.into());
        let mut next = directory.clone();
        next.writes = next.writes.saturating_add(1);
        let message = next.message().map_err(damage)?;
        let index = self.config.profile.directory_key;
        let signature = self.sign_at(index, &self.directory_key, &message).map_err(failed)?;
        if self.directory_key.verify(&message, &signature).is_err() {
            return Err(damage(StoreDamage::Signature));
        }
        disk::replace(&self.disk, FRESH, STORE, &next.write(&signature).map_err(damage)?)?;
        Ok(next)
    }

    /// Changes the directory: all of it or nothing, on the disk first.
    fn change(
        &self,
        change: impl FnOnce(&mut Directory) -> Result<(), CustodyError>,
    ) -> Result<(), CustodyError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.uncertain {
            return Err(Fault::Uncertain.into());
        }
        let mut next = state.directory.clone();
        change(&mut next)?;
        match self.write(&next) {
            Ok(written) => {
                state.directory = written;
                Ok(())
            }
            Err(failed) => {
                state.uncertain = failed.uncertain;
                Err(failed.error)
            }
        }
    }

    fn entry(&self, name: &KeyName) -> Result<Entry, CustodyError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.directory.keys.get(name).cloned().ok_or_else(|| CustodyError::NotFound(name.clone()))
    }

    /// Where an SM2 key is, and its public key.
    fn sm2_entry(&self, name: &KeyName) -> Result<(u32, PublicKey), CustodyError> {
        match self.entry(name)? {
            Entry::Sm2 { index, public } => Ok((index, public)),
            Entry::Ed25519 { .. } => Err(self.damaged().into()),
        }
    }

    fn damaged(&self) -> Tamper {
        Tamper::Store { path: self.config.directory.join(STORE), what: StoreDamage::Entries }
    }

    /// Claims the first key of the pool that nobody had.
    fn claim(&self, directory: &Directory, half: Half) -> Result<(u32, PublicKey), CustodyError> {
        let Pool { first, last } = self.config.profile.pool;
        let taken = directory.taken();
        let publics: Vec<PublicKey> = directory
            .keys
            .values()
            .filter_map(|entry| match entry {
                Entry::Sm2 { public, .. } => Some(*public),
                Entry::Ed25519 { .. } => None,
            })
            .collect();
        for index in (first..=last).filter(|index| !taken.contains(index)) {
            let found = self.link.with_session(|session| match session.public_key(index, half) {
                Err(code) if code.is_no_key() => Ok(None),
                Err(code) => Err(code.into()),
                Ok(blob) => Ok(blob::read_public_key(&blob, self.config.profile.coordinate).ok()),
            })?;
            // A device that answers the same key for two indexes has one key there.
            if let Some(public) = found.filter(|public| !publics.contains(public)) {
                return Ok((index, public));
            }
        }
        Err(Refusal::PoolEmpty { device: self.link.name(), first, last }.into())
    }

    /// Makes an Ed25519 key from randomness of the device and of this machine, encrypted for the device.
    fn wrap_new(&self) -> Result<Entry, CustodyError> {
        let device = self.link.with_session(|session| Ok(session.random()?))?;
        let secret = Secret::generate(KeyPurpose::SignEd25519)?;
        let mut seed = secret.to_bytes();
        for (byte, other) in seed.iter_mut().zip(device.iter()) {
            *byte ^= other;
        }
        let secret = Secret::from_bytes(KeyPurpose::SignEd25519, &seed);
        let Some(CustodyKey::Ed25519(public)) = secret.map(|secret| secret.public()) else {
            return Err(Fault::Computation("an Ed25519 key").into());
        };
        let mut candidates = Zeroizing::new([[0; 32]; 4]);
        for candidate in candidates.iter_mut() {
            getrandom::fill(candidate).map_err(Fault::Random)?;
        }
        let sealed = encrypt(&self.wrapping_key, &seed[..], &candidates[..])
            .map_err(|_| Fault::Computation("SM2 encryption"))?;
        Ok(Entry::Ed25519 { public: Hex32(public), sealed: Base64Bytes(sealed.to_der()) })
    }

    /// Decrypts an Ed25519 key for one use.
    fn unwrap_ed25519(&self, name: &KeyName) -> Result<Secret, CustodyError> {
        let tamper = |what| CustodyError::from(Tamper::Object { name: name.clone(), what });
        let Entry::Ed25519 { public, sealed } = self.entry(name)? else { return Err(self.damaged().into()) };
        let sealed = Sm2Ciphertext::from_der(&sealed.0).map_err(|_| tamper(ObjectDamage::Shape))?;
        let index = self.config.profile.directory_key;
        let seed = match self.open_at(index, &self.wrapping_key, name, &sealed) {
            Err(CustodyError::Unopened(_)) => return Err(tamper(ObjectDamage::Rejected)),
            other => other?,
        };
        let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| tamper(ObjectDamage::NotAKey))?;
        let secret = Secret::from_bytes(KeyPurpose::SignEd25519, seed);
        let secret = secret.ok_or_else(|| tamper(ObjectDamage::NotAKey))?;
        if secret.public() == CustodyKey::Ed25519(public.0) {
            Ok(secret)
        } else {
            Err(Tamper::Pair(name.clone()).into())
        }
    }

    /// Signs `message` with the signing key at an index.
    fn sign_at(&self, index: u32, key: &PublicKey, message: &[u8]) -> Result<Signature, CustodyError> {
        let digest = key.signing_digest(message);
        self.link.with_session(|session| {
            let _access = self.link.access(session, index)?;
            let blob = session.sign(index, &digest)?;
            blob::read_signature(&blob, self.config.profile.coordinate).map_err(|error| {
                self.answered(format!("SDF_InternalSign_ECC gave no signature: {error}")).into()
            })
        })
    }

    /// Opens a ciphertext with the encryption key at an index, which must still be `key`.
    fn open_at(
        &self,
        index: u32,
        key: &PublicKey,
        name: &KeyName,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        let profile = &self.config.profile;
        let unopened = || CustodyError::Unopened(name.clone());
        let cipher = blob::cipher(ciphertext, profile.coordinate).ok_or_else(unopened)?;
        let carrier = carrier()?;
        let other = blob::public_key(carrier.public_key(), profile.coordinate);
        let opened = self.link.with_session(|session| {
            if export(session, profile, index, Half::Encryption)? != *key {
                return Err(Tamper::Object { name: name.clone(), what: ObjectDamage::OtherKey }.into());
            }
            let _access = self.link.access(session, index)?;
            match session.open(index, profile.sm2_encryption, &cipher, &other) {
                Err(code) if code.is_rejection() => Err(unopened().into()),
                other => Ok(other?),
            }
        })?;
        let plaintext = match opened {
            Opened::Plaintext(plaintext) => plaintext,
            Opened::Exchanged(blob) => {
                let exchanged = blob::read_cipher(&blob, profile.coordinate)
                    .ok_or_else(|| self.answered("the exchanged envelope is no ciphertext".to_owned()))?;
                carrier.unwrap(&exchanged).map_err(|_| {
                    self.answered("the exchanged envelope is not for the key it was asked for".to_owned())
                })?
            }
        };
        // Of a device that does not compare C3, the length is all that shows a foreign ciphertext.
        if plaintext.len() == ciphertext.c2().len() { Ok(plaintext) } else { Err(unopened()) }
    }

    fn answered(&self, what: String) -> Fault {
        Fault::Library { path: self.config.profile.library.clone(), what }
    }
}

/// The public key at an index.
fn export(
    session: &Session<'_>,
    profile: &SdfProfile,
    index: u32,
    half: Half,
) -> Result<PublicKey, CustodyError> {
    let blob = session.public_key(index, half).map_err(Fault::from)?;
    blob::read_public_key(&blob, profile.coordinate).map_err(|error| {
        let what = format!("index {index} holds no SM2 key: {error}");
        Fault::Library { path: profile.library.clone(), what }.into()
    })
}

/// A key that lives for one exchange.
fn carrier() -> Result<SecretKey, CustodyError> {
    let secret = Secret::generate(KeyPurpose::Decrypt)?;
    SecretKey::from_bytes(&secret.to_bytes()).map_err(|_| Fault::Computation("an SM2 key").into())
}

/// Which pair of an index serves a purpose.
const fn half(purpose: KeyPurpose) -> Option<Half> {
    match purpose {
        KeyPurpose::Decrypt => Some(Half::Encryption),
        KeyPurpose::SignSm2 => Some(Half::Signing),
        KeyPurpose::SignEd25519 => None,
    }
}

impl Custody for SdfCustody {
    fn description(&self) -> CustodyDescription {
        CustodyDescription {
            backend: Backend::Sdf,
            device: Some(self.link.identity().clone()),
            decryption: CustodyLevel::DeviceProvided,
            sm2_signing: CustodyLevel::DeviceProvided,
            ed25519_signing: CustodyLevel::WrappedUnderDevice,
        }
    }

    fn health(&self) -> CustodyHealth {
        CustodyHealth {
            firmware: Some(format!("{:#010x}", self.firmware)),
            library: Some(self.config.profile.library.display().to_string()),
            sessions: Some(self.link.count()),
            last_trouble: self.link.trouble(),
            ..CustodyHealth::basic(self)
        }
    }

    fn create_key(&self, name: &KeyName, purpose: KeyPurpose) -> Result<PublicKeyInfo, CustodyError> {
        rules::purpose(name, purpose)?;
        self.change(|directory| {
            if directory.keys.contains_key(name) {
                return Err(Refusal::Exists(name.clone()).into());
            }
            let entry = match half(purpose) {
                Some(half) => {
                    let (index, public) = self.claim(directory, half)?;
                    Entry::Sm2 { index, public }
                }
                None => self.wrap_new()?,
            };
            directory.keys.insert(name.clone(), entry);
            Ok(())
        })?;
        let info = self.public_key(name)?;
        rules::check_pair(self, &info).map(|()| info).inspect_err(|_| {
            // A key that does not work must not stay; its index is not tried again. The first error is told.
            drop(self.destroy(name));
        })
    }

    fn public_key(&self, name: &KeyName) -> Result<PublicKeyInfo, CustodyError> {
        let purpose = name.role.purpose();
        let entry = self.entry(name)?;
        match (&entry, half(purpose)) {
            (Entry::Sm2 { index, public }, Some(half)) => {
                let profile = &self.config.profile;
                let found = self.link.with_session(|session| Ok(export(session, profile, *index, half)?))?;
                if found != *public {
                    return Err(Tamper::Object { name: name.clone(), what: ObjectDamage::OtherKey }.into());
                }
            }
            (Entry::Ed25519 { .. }, None) => {}
            _ => return Err(self.damaged().into()),
        }
        Ok(PublicKeyInfo { name: name.clone(), purpose, key: entry.public() })
    }

    fn keys(&self) -> Result<Vec<PublicKeyInfo>, CustodyError> {
        let names: Vec<KeyName> = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            state.directory.keys.keys().cloned().collect()
        };
        // One that was destroyed since is not listed.
        let infos = names.iter().map(|name| self.public_key(name));
        infos.filter(|info| !matches!(info, Err(CustodyError::NotFound(_)))).collect()
    }

    fn sign_sm2(&self, name: &KeyName, message: &[u8]) -> Result<Signature, CustodyError> {
        rules::purpose(name, KeyPurpose::SignSm2)?;
        let (index, public) = self.sm2_entry(name)?;
        let signature = self.sign_at(index, &public, message)?;
        // Also notices that the device holds another key there by now.
        public.verify(message, &signature).map_err(|_| Tamper::Pair(name.clone()))?;
        Ok(signature)
    }

    fn sign_ed25519(&self, name: &KeyName, message: &[u8]) -> Result<[u8; 64], CustodyError> {
        rules::purpose(name, KeyPurpose::SignEd25519)?;
        self.unwrap_ed25519(name)?.sign_ed25519(message)
    }

    fn unwrap(&self, name: &KeyName, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        rules::purpose(name, KeyPurpose::Decrypt)?;
        let (index, public) = self.sm2_entry(name)?;
        self.open_at(index, &public, name, ciphertext)
    }

    fn self_check(&self) -> Result<usize, CustodyError> {
        let path = self.config.directory.join(STORE);
        {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            if state.uncertain {
                return Err(Fault::Uncertain.into());
            }
            let read = self.disk.read(STORE, MAX_FILE);
            let bytes = read.map_err(|source| disk::fault("read", &path, source))?;
            let damage = |what| Tamper::Store { path: path.clone(), what };
            let bytes = bytes.ok_or_else(|| damage(StoreDamage::Gone))?;
            let stored = Directory::read(&bytes, &self.directory_key, &self.link.identity().serial);
            if stored.map_err(damage)? != state.directory {
                return Err(damage(StoreDamage::Replaced).into());
            }
        }
        rules::check_pairs(self)
    }

    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError> {
        self.change(|directory| {
            let removed = directory.keys.remove(name);
            match removed.ok_or_else(|| CustodyError::NotFound(name.clone()))? {
                Entry::Sm2 { index, .. } => {
                    directory.retired.insert(index);
                }
                Entry::Ed25519 { .. } => {}
            }
            Ok(())
        })
    }
}
