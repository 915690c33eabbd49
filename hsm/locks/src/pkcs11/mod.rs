//! USB locks behind a PKCS#11 module: a token with an SM2 signing certificate and an SM2 encryption certificate is a
//! lock.
//!
//! Certificates are public objects and are read without a PIN. Signing needs the vendor's mechanism, by number and form
//! of the configuration; decryption uses the vendor's mechanism or ECDH. The device tells of PIN tries only in flags.

mod code;

use std::sync::{Arc, Mutex, PoisonError};

use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_envelope::suite::sm2::{Signature, Sm2Ciphertext};
use bidroom_hsm::pkcs11::{Sm2Profile, decrypt_by_ecdh, load_module};
use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use self::code::{failed, sm2_failed};
use crate::config::Pkcs11LockConfig;
use crate::driver::LockDriver;
use crate::error::{Lack, LockName, LockTrouble};
use crate::found::{DeviceLabel, FoundLock, Listing, Place, Unreadable};
use crate::held::{Acts, HeldLock};
use crate::pin::{PinEntry, PinKeeper, PinTries};

/// The locks behind one PKCS#11 module.
pub struct Pkcs11Locks {
    config: Arc<Pkcs11LockConfig>,
    /// One act at a time: login belongs to the whole process.
    module: Arc<Mutex<Pkcs11>>,
}

impl Pkcs11Locks {
    /// Loads the module.
    ///
    /// # Errors
    /// [`LockTrouble::Library`].
    pub fn open(config: Pkcs11LockConfig) -> Result<Self, LockTrouble> {
        let module = load_module(&config.library).map_err(|error| LockTrouble::Library {
            path: config.library.clone(),
            what: error.to_string(),
        })?;
        Ok(Self { config: Arc::new(config), module: Arc::new(Mutex::new(module)) })
    }

    fn list_token(&self, module: &Pkcs11, slot: Slot, token: &TokenInfo) -> Result<Listing, Error> {
        let offered = module.get_mechanism_list(slot)?;
        let session = module.open_ro_session(slot)?;
        let mut listing = Listing::default();
        let (mut signing, mut encryption) = (Vec::new(), Vec::new());
        let at = place(&self.config.name, token);
        for Stored { id, der } in certificates(&session)? {
            match Certificate::from_der(&der) {
                Ok(certificate) => {
                    if certificate.allows(Usage::Sign) {
                        signing.push((id.clone(), certificate.clone()));
                    }
                    if certificate.allows(Usage::Encrypt) {
                        encryption.push((id, certificate));
                    }
                }
                // Tokens hold RSA certificates and authorities' certificates beside those of the lock.
                Err(error) => listing.unreadable.push(Unreadable {
                    at: at.to_string(),
                    why: LockTrouble::Certificate(error.to_string()),
                }),
            }
        }
        let signs = match &self.config.sm2.sign {
            Some(sign) => sign.mechanism.is_offered(module, slot)?,
            None => false,
        };
        let opens = decrypts_itself(&self.config.sm2, module, slot)?
            || offered.contains(&MechanismType::ECDH1_DERIVE);
        for (id, certificate) in signing {
            // The encryption certificate beside it: under the same id where there is one.
            encryption.sort_by_key(|(other, _)| *other != id);
            let made: Vec<_> = encryption
                .iter()
                .map(|(_, other)| self.config.kind.identify(certificate.clone(), other.clone()))
                .collect();
            match made.into_iter().find_map(Result::ok) {
                Some((identity, kind_stated)) => listing.locks.push(FoundLock {
                    place: at.clone(),
                    identity,
                    kind_stated,
                    device: device_label(token),
                    tries: tries(token),
                    no_signing: (!signs).then_some(Lack::Sm2Signing),
                    no_opening: (!opens).then_some(Lack::Sm2Decryption),
                }),
                None => listing.unreadable.push(Unreadable {
                    at: at.to_string(),
                    why: LockTrouble::NoCertificate { signing: false },
                }),
            }
        }
        Ok(listing)
    }
}

impl LockDriver for Pkcs11Locks {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn list(&self) -> Result<Listing, LockTrouble> {
        let at = LockName::device(self.config.name.clone());
        // Initialised again where another user of the module finalised it.
        let module = load_module(&self.config.library).map_err(|error| LockTrouble::Library {
            path: self.config.library.clone(),
            what: error.to_string(),
        })?;
        let _alone = self.module.lock().unwrap_or_else(PoisonError::into_inner);
        let slots = module.get_slots_with_initialized_token().map_err(|error| failed(&at, &error))?;
        let mut all = Listing::default();
        for slot in slots {
            // A token that was pulled in this moment is no lock any more.
            let Ok(token) = module.get_token_info(slot) else { continue };
            match self.list_token(&module, slot, &token) {
                Ok(listing) => {
                    all.locks.extend(listing.locks);
                    all.unreadable.extend(listing.unreadable);
                }
                Err(error) => {
                    let at = place(&self.config.name, &token).to_string();
                    all.unreadable
                        .push(Unreadable { why: failed(&LockName::device(at.clone()), &error), at });
                }
            }
        }
        Ok(all)
    }

    fn open(&self, found: &FoundLock, entry: PinEntry) -> Result<HeldLock, LockTrouble> {
        if found.place.driver != self.config.name {
            return Err(LockTrouble::Absent { lock: found.name() });
        }
        let pin = PinKeeper::new(entry, self.config.pin.into())?;
        let acts = TokenActs { config: Arc::clone(&self.config), module: Arc::clone(&self.module) };
        HeldLock::new(found.clone(), pin, Box::new(acts))
    }
}

/// One token.
struct TokenActs {
    config: Arc<Pkcs11LockConfig>,
    module: Arc<Mutex<Pkcs11>>,
}

/// A session that is logged out when dropped; closing follows.
struct LoggedIn {
    session: Session,
    slot: Slot,
}

impl Drop for LoggedIn {
    fn drop(&mut self) {
        // A token that is gone has forgotten the login by itself.
        drop(self.session.logout());
    }
}

impl TokenActs {
    /// The slot of the token that was listed.
    fn find(&self, module: &Pkcs11, found: &FoundLock) -> Result<(Slot, TokenInfo), LockTrouble> {
        let name = found.name();
        let slots = module.get_slots_with_initialized_token().map_err(|error| failed(&name, &error))?;
        let mut same = slots.into_iter().filter_map(|slot| {
            let token = module.get_token_info(slot).ok()?;
            (device_label(&token) == found.device).then_some((slot, token))
        });
        match (same.next(), same.next()) {
            (Some(token), None) => Ok(token),
            // Two tokens that cannot be told apart: neither gets the PIN.
            (Some(_), Some(_)) => Err(LockTrouble::Replaced { lock: name }),
            (None, _) => Err(LockTrouble::Absent { lock: name }),
        }
    }

    fn with_session<T>(
        &self,
        found: &FoundLock,
        pin: &PinKeeper,
        act: impl FnOnce(&Pkcs11, &LoggedIn) -> Result<T, LockTrouble>,
    ) -> Result<T, LockTrouble> {
        let module = self.module.lock().unwrap_or_else(PoisonError::into_inner);
        let (slot, token) = self.find(&module, found)?;
        let outcome =
            log_in(&module, slot, &token, found, pin).and_then(|logged_in| act(&module, &logged_in));
        outcome.map_err(|trouble| match trouble {
            // Modules answer all sorts of codes for a token that is gone.
            LockTrouble::Failed { lock, call } if module.get_token_info(slot).is_err() => {
                LockTrouble::Removed { lock, call }
            }
            other => other,
        })
    }
}

impl Acts for TokenActs {
    fn tries(&self, found: &FoundLock) -> Result<PinTries, LockTrouble> {
        let module = self.module.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(tries(&self.find(&module, found)?.1))
    }

    fn check(&self, found: &FoundLock, pin: &PinKeeper) -> Result<(), LockTrouble> {
        self.with_session(found, pin, |_, _| Ok(()))
    }

    fn sign(&self, found: &FoundLock, pin: &PinKeeper, message: &[u8]) -> Result<Signature, LockTrouble> {
        let lacks = || LockTrouble::Cannot { lock: found.name(), lack: Lack::Sm2Signing };
        let signing = self.config.sm2.sign.as_ref().ok_or_else(lacks)?;
        let certificate = found.identity.signing_certificate();
        self.with_session(found, pin, |_, logged_in| {
            let session = &logged_in.session;
            let key = private_key(session, certificate, &[Attribute::Sign(true)], found)?;
            signing
                .sign(session, key, certificate.public_key(), message)
                .map_err(|failure| sm2_failed(found, failure))
        })
    }

    fn unwrap(
        &self,
        found: &FoundLock,
        pin: &PinKeeper,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, LockTrouble> {
        let certificate = found.identity.encryption_certificate();
        self.with_session(found, pin, |module, logged_in| {
            let session = &logged_in.session;
            let uses = [Attribute::Decrypt(true), Attribute::Derive(true), Attribute::Unwrap(true)];
            let key = private_key(session, certificate, &uses, found)?;
            let own = decrypts_itself(&self.config.sm2, module, logged_in.slot)
                .map_err(|error| failed(&found.name(), &error))?;
            match &self.config.sm2.decrypt {
                Some(decrypt) if own => decrypt.decrypt(session, key, ciphertext),
                _ => decrypt_by_ecdh(session, key, ciphertext),
            }
            .map_err(|failure| sm2_failed(found, failure))
        })
    }
}

/// Looks at the flags, then logs in.
fn log_in(
    module: &Pkcs11,
    slot: Slot,
    token: &TokenInfo,
    found: &FoundLock,
    keeper: &PinKeeper,
) -> Result<LoggedIn, LockTrouble> {
    let name = || found.name();
    let failed = |error: &Error| failed(&name(), error);
    if !token.user_pin_initialized() {
        return Err(LockTrouble::PinNotSet { lock: name() });
    }
    let pin = AuthPin::from(keeper.attempt(&name(), tries(token))?);
    let session = module.open_ro_session(slot).map_err(|error| failed(&error))?;
    // Somebody else's login in this process does not stand in for the PIN.
    let state = session.get_session_info().map_err(|error| failed(&error))?.session_state();
    if matches!(state, SessionState::RoUser | SessionState::RwUser) {
        session.logout().map_err(|error| failed(&error))?;
    }
    match session.login(UserType::User, Some(&pin)) {
        Ok(()) => Ok(LoggedIn { session, slot }),
        Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => {
            keeper.refuse();
            let left = module.get_token_info(slot).map_or(PinTries::Low, |token| tries(&token));
            // Not every token sets a flag for the first failure.
            let left = if left == PinTries::Enough { PinTries::Low } else { left };
            Err(if left.is_locked() {
                LockTrouble::PinLocked { lock: name() }
            } else {
                LockTrouble::WrongPin { lock: name(), left }
            })
        }
        Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(LockTrouble::PinLocked { lock: name() }),
        Err(Error::Pkcs11(RvError::UserPinNotInitialized, _)) => Err(LockTrouble::PinNotSet { lock: name() }),
        Err(error) => Err(failed(&error)),
    }
}

/// A certificate object.
struct Stored {
    /// CKA_ID.
    id: Vec<u8>,
    /// CKA_VALUE.
    der: Vec<u8>,
}

/// Every certificate object.
fn certificates(session: &Session) -> Result<Vec<Stored>, Error> {
    let mut all = Vec::new();
    for object in session.find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)])? {
        let mut stored = Stored { id: Vec::new(), der: Vec::new() };
        for attribute in session.get_attributes(object, &[AttributeType::Id, AttributeType::Value])? {
            match attribute {
                Attribute::Id(bytes) => stored.id = bytes,
                Attribute::Value(bytes) => stored.der = bytes,
                _ => {}
            }
        }
        if !stored.der.is_empty() {
            all.push(stored);
        }
    }
    Ok(all)
}

/// The private key under the id of `certificate`; of several, the first that has one of the `uses`.
fn private_key(
    session: &Session,
    certificate: &Certificate,
    uses: &[Attribute],
    found: &FoundLock,
) -> Result<ObjectHandle, LockTrouble> {
    let failed = |error: Error| failed(&found.name(), &error);
    let lacks = || LockTrouble::Cannot { lock: found.name(), lack: Lack::PrivateKey };
    let all = certificates(session).map_err(failed)?;
    let stored = all
        .into_iter()
        .find(|stored| stored.der == certificate.der())
        .ok_or_else(|| LockTrouble::Replaced { lock: found.name() })?;
    let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(stored.id)];
    let keys = session.find_objects(&wanted).map_err(failed)?;
    if let [only] = keys.as_slice() {
        return Ok(*only);
    }
    for usage in uses {
        for key in &keys {
            let present = session.get_attributes(*key, &[usage.attribute_type()]).map_err(failed)?;
            if present.contains(usage) {
                return Ok(*key);
            }
        }
    }
    Err(lacks())
}

fn decrypts_itself(profile: &Sm2Profile, module: &Pkcs11, slot: Slot) -> Result<bool, Error> {
    profile.decrypt.as_ref().map_or(Ok(false), |decrypt| decrypt.mechanism.is_offered(module, slot))
}

fn tries(token: &TokenInfo) -> PinTries {
    if token.user_pin_locked() {
        PinTries::Locked
    } else if token.user_pin_final_try() {
        PinTries::Last
    } else if token.user_pin_count_low() {
        PinTries::Low
    } else {
        PinTries::Enough
    }
}

fn device_label(token: &TokenInfo) -> DeviceLabel {
    DeviceLabel {
        label: token.label().to_owned(),
        serial: token.serial_number().to_owned(),
        manufacturer: token.manufacturer_id().to_owned(),
    }
}

fn place(driver: &str, token: &TokenInfo) -> Place {
    let path = vec![token.label().as_bytes().to_vec(), token.serial_number().as_bytes().to_vec()];
    Place { driver: driver.to_owned(), path }
}
