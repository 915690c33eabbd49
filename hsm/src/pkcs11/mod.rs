//! Custody in a device behind a PKCS#11 module (version 2.40 with the Edwards mechanisms of 3.0).
//!
//! Modules follow the specification's notions: [`module`] the library and its tokens, [`session`] sessions and login,
//! [`object`] attributes and searching, [`pair`] key pairs in the device, [`sm2`] what a device knows of SM2,
//! [`wrapped`] keys under a device key, [`routes`] which of these a purpose uses, [`fault`] return codes.

mod config;
mod fault;
mod initialise;
mod module;
mod object;
mod pair;
mod routes;
mod session;
mod sm2;
mod wrapped;

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use bidroom_envelope::suite::sm2::{Signature, Sm2Ciphertext};
use cryptoki::session::Session;
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

pub use self::config::{Pkcs11Config, Pkcs11Profile, TokenSelector};
use self::fault::Stop;
pub use self::fault::fault_of;
pub use self::initialise::initialise_token;
pub use self::module::load_module;
use self::module::{Claim, Module};
use self::routes::{Routes, Whereabouts};
use self::session::{Effect, Sessions};
pub use self::sm2::{
    CiphertextForm, SignatureForm, SigningInput, SigningParameter, Sm2Decryption, Sm2Failure, Sm2Profile,
    Sm2Signing, VendorNumber, decrypt_by_ecdh,
};
use crate::custody::{Custody, KeyPurpose, PublicKeyInfo};
use crate::error::CustodyError;
use crate::health::{CustodyHealth, LastTrouble};
use crate::level::{Backend, CustodyDescription, CustodyLevel, DeviceIdentity};
use crate::name::KeyName;
use crate::rules;

/// Custody in a PKCS#11 token. SM2 decryption keys are [`CustodyLevel::Device`]; signing keys are too where the device
/// has a mechanism for them (SM2: the vendor's, configured; Ed25519: CKM_EDDSA), otherwise
/// [`CustodyLevel::WrappedUnderDevice`].
pub struct Pkcs11Custody {
    sessions: Sessions,
    token: DeviceIdentity,
    routes: Routes,
    /// Purposes of which a wrapped key was found when the token was opened, although new ones are made in the device.
    older_wrapped: Vec<KeyPurpose>,
    trouble: LastTrouble,
    /// Held while a key is made and checked, or destroyed: looking and making are two steps.
    changing: Mutex<()>,
    /// Objects of the token are written by one thread while no other looks at them: modules that should allow more
    /// (SoftHSM 2.6) show half-written objects to other sessions or fail with CKR_GENERAL_ERROR.
    objects: RwLock<()>,
    /// After `sessions`, so that the last session is closed when the token is given back.
    _claim: Claim,
}

impl Pkcs11Custody {
    /// Loads the module, finds the token, checks its mechanisms and logs in, as a stock device.
    ///
    /// # Errors
    /// As [`Pkcs11Custody::open_with`].
    pub fn open(config: &Pkcs11Config) -> Result<Self, CustodyError> {
        Self::open_with(config, &Pkcs11Profile::default())
    }

    /// The same with what differs in a vendor's device.
    ///
    /// # Errors
    /// [`crate::Refusal::Token`], [`crate::Refusal::InUse`], [`crate::Refusal::Mechanism`],
    /// [`crate::Refusal::VendorMechanism`], [`crate::Refusal::PinState`], [`CustodyError::WrongPassphrase`], or a fault
    /// of the module.
    pub fn open_with(config: &Pkcs11Config, profile: &Pkcs11Profile) -> Result<Self, CustodyError> {
        let module = Module::load(&config.module)?;
        let token = module.find(&config.token)?;
        let claim = module.claim(&token.identity)?;
        let routes = Routes::new(profile, &module, token.slot)?;
        let pin = AuthPin::from(config.pin.as_str());
        let identity = token.identity.clone();
        let sessions = Sessions::open(module, token, &config.token, pin, profile.sessions)?;
        let wrapped = sessions.with(Effect::Reads, Routes::wrapped_names)?;
        Ok(Self {
            sessions,
            token: identity,
            routes,
            older_wrapped: wrapped.iter().map(|name| name.role.purpose()).collect(),
            trouble: LastTrouble::default(),
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
        self.trouble.note(self.sessions.with(Effect::Reads, operation))
    }

    /// Makes or destroys objects of the token. Not to be called inside `using`.
    fn writing<T>(&self, operation: impl Fn(&Session) -> Result<T, Stop>) -> Result<T, CustodyError> {
        let _alone = self.objects.write().unwrap_or_else(PoisonError::into_inner);
        self.trouble.note(self.sessions.with(Effect::Changes, operation))
    }

    /// Reads a key back that was just made, and tries it; whatever is wrong with it is for the caller to clear away.
    fn verified(&self, name: &KeyName) -> Result<PublicKeyInfo, CustodyError> {
        let info = self.public_key(name)?;
        rules::check_pair(self, &info)?;
        Ok(info)
    }
}

impl Pkcs11Custody {
    /// The weakest level of any key of a purpose.
    fn level(&self, purpose: KeyPurpose) -> CustodyLevel {
        if self.older_wrapped.contains(&purpose) {
            CustodyLevel::WrappedUnderDevice
        } else {
            self.routes.level(purpose)
        }
    }
}

impl Custody for Pkcs11Custody {
    fn description(&self) -> CustodyDescription {
        CustodyDescription {
            backend: Backend::Pkcs11,
            device: Some(self.token.clone()),
            decryption: self.level(KeyPurpose::Decrypt),
            sm2_signing: self.level(KeyPurpose::SignSm2),
            ed25519_signing: self.level(KeyPurpose::SignEd25519),
        }
    }

    fn health(&self) -> CustodyHealth {
        let module = self.sessions.module();
        let slot = self.sessions.slot();
        let offered = module.mechanisms(slot).unwrap_or_default();
        let mechanisms = offered.iter().map(ToString::to_string).chain(self.routes.vendor_mechanisms());
        CustodyHealth {
            firmware: module.firmware(slot),
            library: Some(module.describe()),
            slots: module.slots(slot),
            mechanisms: mechanisms.collect(),
            sessions: Some(self.sessions.count()),
            last_trouble: self.trouble.get(),
            ..CustodyHealth::basic(self)
        }
    }

    fn create_key(&self, name: &KeyName, purpose: KeyPurpose) -> Result<PublicKeyInfo, CustodyError> {
        rules::purpose(name, purpose)?;
        let _changing = self.changing();
        // Making is the last call in its operation: if it was done, the operation is not begun again.
        self.writing(|session| self.routes.generate(session, name))?;
        self.verified(name).inspect_err(|_| {
            // A key that is not what was asked for must not stay. The error that is told is the first one.
            drop(self.writing(|session| self.routes.destroy(session, name)));
        })
    }

    fn public_key(&self, name: &KeyName) -> Result<PublicKeyInfo, CustodyError> {
        let key = self.using(|session| self.routes.public(session, name))?;
        Ok(PublicKeyInfo { name: name.clone(), purpose: name.role.purpose(), key })
    }

    fn keys(&self) -> Result<Vec<PublicKeyInfo>, CustodyError> {
        let names = self.using(|session| self.routes.names(session))?;
        names.iter().map(|name| self.public_key(name)).collect()
    }

    fn sign_sm2(&self, name: &KeyName, message: &[u8]) -> Result<Signature, CustodyError> {
        rules::purpose(name, KeyPurpose::SignSm2)?;
        self.using(|session| match self.routes.find(session, name)? {
            Whereabouts::Pair(kind) => kind.sign_sm2(session, name, message),
            Whereabouts::Wrapped => Ok(wrapped::load(session, name)?.sign_sm2(message)?),
        })
    }

    fn sign_ed25519(&self, name: &KeyName, message: &[u8]) -> Result<[u8; 64], CustodyError> {
        rules::purpose(name, KeyPurpose::SignEd25519)?;
        self.using(|session| match self.routes.find(session, name)? {
            Whereabouts::Pair(kind) => pair::sign_ed25519(kind, session, name, message),
            Whereabouts::Wrapped => Ok(wrapped::load(session, name)?.sign_ed25519(message)?),
        })
    }

    fn unwrap(&self, name: &KeyName, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        rules::purpose(name, KeyPurpose::Decrypt)?;
        self.using(|session| match self.routes.find(session, name)? {
            Whereabouts::Pair(kind) => kind.unwrap(session, name, ciphertext),
            Whereabouts::Wrapped => Err(CustodyError::NotFound(name.clone()).into()),
        })
    }

    fn self_check(&self) -> Result<usize, CustodyError> {
        rules::check_pairs(self)
    }

    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError> {
        let _changing = self.changing();
        self.writing(|session| self.routes.destroy(session, name))
    }
}
