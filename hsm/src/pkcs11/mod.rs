//! Custody in a device behind a PKCS#11 module (version 2.40 with the Edwards mechanisms of 3.0).
//!
//! Modules follow the specification's notions: [`module`] the library and its tokens, [`session`] sessions and login,
//! [`object`] attributes and searching, [`pair`] key pairs in the device, [`sm2`] what a device knows of SM2,
//! [`wrapped`] keys under a device key, [`fault`] return codes.

mod config;
mod fault;
mod module;
mod object;
mod pair;
mod session;
mod sm2;
mod wrapped;

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use bidroom_envelope::suite::sm2::{Signature, Sm2Ciphertext};
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::session::Session;
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

pub use self::config::{Pkcs11Config, TokenSelector};
use self::fault::Stop;
pub use self::fault::fault_of;
pub use self::module::load_module;
use self::module::{Claim, Module};
use self::pair::Kind;
use self::session::{Effect, Sessions};
pub use self::sm2::{
    CiphertextForm, SignatureForm, SigningInput, SigningParameter, Sm2Decryption, Sm2Failure, Sm2Profile,
    Sm2Signing, VendorNumber, decrypt_by_ecdh,
};
use crate::custody::{Custody, CustodyKey, KeyPurpose, PublicKeyInfo};
use crate::error::CustodyError;
use crate::level::{Backend, CustodyDescription, CustodyLevel, DeviceIdentity};
use crate::name::KeyName;
use crate::rules;

/// Custody in a PKCS#11 token. SM2 decryption and Ed25519 keys are [`CustodyLevel::Device`], SM2 signing keys
/// [`CustodyLevel::WrappedUnderDevice`].
pub struct Pkcs11Custody {
    sessions: Sessions,
    token: DeviceIdentity,
    /// Held while a key is made and checked, or destroyed: looking and making are two steps.
    changing: Mutex<()>,
    /// Objects of the token are written by one thread while no other looks at them: modules that should allow more
    /// (SoftHSM 2.6) show half-written objects to other sessions or fail with CKR_GENERAL_ERROR.
    objects: RwLock<()>,
    /// After `sessions`, so that the last session is closed when the token is given back.
    _claim: Claim,
}

impl Pkcs11Custody {
    /// Loads the module, finds the token, checks its mechanisms and logs in.
    ///
    /// # Errors
    /// [`crate::Refusal::Token`], [`crate::Refusal::InUse`], [`crate::Refusal::Mechanism`],
    /// [`crate::Refusal::PinState`], [`CustodyError::WrongPassphrase`], or a fault of the module.
    pub fn open(config: &Pkcs11Config) -> Result<Self, CustodyError> {
        let module = Module::load(&config.module)?;
        let token = module.find(&config.token)?;
        let claim = module.claim(&token.identity)?;
        module.check_mechanisms(token.slot)?;
        let pin = AuthPin::from(config.pin.as_str());
        let sessions = Sessions::open(module, token.slot, token.identity.clone(), pin)?;
        Ok(Self {
            sessions,
            token: token.identity,
            changing: Mutex::new(()),
            objects: RwLock::new(()),
            _claim: claim,
        })
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Uses objects of the token. Not to be called inside itself.
    fn using<T>(&self, operation: impl Fn(&Session) -> Result<T, Stop>) -> Result<T, CustodyError> {
        let _shared = self.objects.read().unwrap_or_else(PoisonError::into_inner);
        self.sessions.with(Effect::Reads, operation)
    }

    /// Makes or destroys objects of the token. Not to be called inside `using`.
    fn writing<T>(&self, operation: impl Fn(&Session) -> Result<T, Stop>) -> Result<T, CustodyError> {
        let _alone = self.objects.write().unwrap_or_else(PoisonError::into_inner);
        self.sessions.with(Effect::Changes, operation)
    }

    /// Reads a key back that was just made, and tries it; whatever is wrong with it is for the caller to clear away.
    fn verified(&self, name: &KeyName) -> Result<PublicKeyInfo, CustodyError> {
        let info = self.public_key(name)?;
        rules::check_pair(self, &info)?;
        Ok(info)
    }
}

/// Where a purpose's keys are.
const fn pair_kind(purpose: KeyPurpose) -> Option<Kind> {
    match purpose {
        KeyPurpose::Decrypt => Some(Kind::Sm2),
        KeyPurpose::SignEd25519 => Some(Kind::Ed25519),
        KeyPurpose::SignSm2 => None,
    }
}

fn public(session: &Session, name: &KeyName) -> Result<CustodyKey, Stop> {
    match pair_kind(name.role.purpose()) {
        Some(kind) => kind.public(session, name),
        // Decrypted to be sure that it is the one that was wrapped.
        None => wrapped::load(session, name).map(|secret| secret.public()),
    }
}

fn destroy(session: &Session, name: &KeyName) -> Result<(), Stop> {
    let existed = match pair_kind(name.role.purpose()) {
        Some(_) => pair::destroy(session, name),
        None => wrapped::destroy(session, name),
    }?;
    if existed { Ok(()) } else { Err(CustodyError::NotFound(name.clone()).into()) }
}

impl Custody for Pkcs11Custody {
    fn description(&self) -> CustodyDescription {
        CustodyDescription {
            backend: Backend::Pkcs11,
            device: Some(self.token.clone()),
            decryption: CustodyLevel::Device,
            sm2_signing: CustodyLevel::WrappedUnderDevice,
            ed25519_signing: CustodyLevel::Device,
        }
    }

    fn create_key(&self, name: &KeyName, purpose: KeyPurpose) -> Result<PublicKeyInfo, CustodyError> {
        rules::purpose(name, purpose)?;
        let _changing = self.changing();
        // Making is the last call in its operation: if it was done, the operation is not begun again.
        self.writing(|session| match pair_kind(purpose) {
            Some(kind) => kind.generate(session, name),
            None => wrapped::generate(session, name),
        })?;
        self.verified(name).inspect_err(|_| {
            // A key that is not what was asked for must not stay. The error that is told is the first one.
            drop(self.writing(|session| destroy(session, name)));
        })
    }

    fn public_key(&self, name: &KeyName) -> Result<PublicKeyInfo, CustodyError> {
        let key = self.using(|session| public(session, name))?;
        Ok(PublicKeyInfo { name: name.clone(), purpose: name.role.purpose(), key })
    }

    fn keys(&self) -> Result<Vec<PublicKeyInfo>, CustodyError> {
        let pairs = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Token(true)];
        let mut names = self.using(|session| {
            let mut names = object::names(session, &pairs)?;
            names.retain(|name| pair_kind(name.role.purpose()).is_some());
            let wrapped = object::names(session, &wrapped::template())?;
            names.extend(wrapped.into_iter().filter(|name| pair_kind(name.role.purpose()).is_none()));
            Ok(names)
        })?;
        names.sort();
        names.dedup();
        names.iter().map(|name| self.public_key(name)).collect()
    }

    fn sign_sm2(&self, name: &KeyName, message: &[u8]) -> Result<Signature, CustodyError> {
        rules::purpose(name, KeyPurpose::SignSm2)?;
        self.using(|session| wrapped::load(session, name))?.sign_sm2(message)
    }

    fn sign_ed25519(&self, name: &KeyName, message: &[u8]) -> Result<[u8; 64], CustodyError> {
        rules::purpose(name, KeyPurpose::SignEd25519)?;
        self.using(|session| pair::sign_ed25519(session, name, message))
    }

    fn unwrap(&self, name: &KeyName, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        rules::purpose(name, KeyPurpose::Decrypt)?;
        self.using(|session| pair::unwrap(session, name, ciphertext))
    }

    fn self_check(&self) -> Result<usize, CustodyError> {
        rules::check_pairs(self)
    }

    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError> {
        let _changing = self.changing();
        self.writing(|session| destroy(session, name))
    }
}
