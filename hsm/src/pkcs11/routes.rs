//! Where keys of each purpose live in this device, decided once from what it offers and what is configured for it.

use cryptoki::mechanism::MechanismType;
use cryptoki::session::Session;
use cryptoki::slot::Slot;

use super::config::Pkcs11Profile;
use super::fault::{Stop, device};
use super::module::Module;
use super::object::{self, Use};
use super::pair::{self, Curve, Kind};
use super::wrapped;
use crate::custody::{CustodyKey, KeyPurpose};
use crate::error::{CustodyError, Refusal};
use crate::level::CustodyLevel;
use crate::name::KeyName;

/// Where keys of a purpose live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    /// In the device, made for this use.
    Device(Use),
    /// In software, under a device key.
    Wrapped,
}

/// Where keys live.
#[derive(Debug)]
pub(super) struct Routes {
    profile: Pkcs11Profile,
    decrypt: Home,
    sign_sm2: Home,
    ed25519: Home,
}

/// Where one key is.
pub(super) enum Whereabouts<'a> {
    /// A pair in the device.
    Pair(Kind<'a>),
    /// A wrapped key.
    Wrapped,
}

impl Routes {
    /// Decides; a device that offers no way for a purpose is refused, and so is one that lacks what is configured.
    pub(super) fn new(profile: &Pkcs11Profile, module: &Module, slot: Slot) -> Result<Self, CustodyError> {
        let offered = module.mechanisms(slot)?;
        if !(1..=64).contains(&profile.sessions) {
            return Err(Refusal::Configuration("sessions must be 1 to 64").into());
        }
        for (what, number) in profile.sm2.mechanisms() {
            if !number.is_offered(module.context(), slot).map_err(|error| device(&error))? {
                return Err(Refusal::VendorMechanism { what, number: number.get() }.into());
            }
        }
        let need = |mechanism, name| {
            if offered.contains(&mechanism) { Ok(()) } else { Err(Refusal::Mechanism(name)) }
        };
        if profile.sm2.generation.is_none() {
            need(MechanismType::ECC_KEY_PAIR_GEN, "CKM_EC_KEY_PAIR_GEN")?;
        }
        let decrypt = if profile.sm2.decrypt.is_some() {
            Home::Device(Use::Decrypt)
        } else {
            need(MechanismType::ECDH1_DERIVE, "CKM_ECDH1_DERIVE")?;
            Home::Device(Use::Derive)
        };
        let sign_sm2 = if profile.sm2.sign.is_some() { Home::Device(Use::Sign) } else { Home::Wrapped };
        let edwards = [MechanismType::ECC_EDWARDS_KEY_PAIR_GEN, MechanismType::EDDSA];
        let has_edwards = edwards.iter().all(|mechanism| offered.contains(mechanism));
        let ed25519 = if has_edwards { Home::Device(Use::Sign) } else { Home::Wrapped };
        if [sign_sm2, ed25519].contains(&Home::Wrapped) {
            need(MechanismType::AES_KEY_GEN, "CKM_AES_KEY_GEN")?;
            need(MechanismType::AES_GCM, "CKM_AES_GCM")?;
        }
        Ok(Self { profile: profile.clone(), decrypt, sign_sm2, ed25519 })
    }

    const fn home(&self, purpose: KeyPurpose) -> Home {
        match purpose {
            KeyPurpose::Decrypt => self.decrypt,
            KeyPurpose::SignSm2 => self.sign_sm2,
            KeyPurpose::SignEd25519 => self.ed25519,
        }
    }

    /// The vendor's mechanisms that are used, as the health report shows them.
    pub(super) fn vendor_mechanisms(&self) -> Vec<String> {
        let all = self.profile.sm2.mechanisms().into_iter();
        all.map(|(what, number)| format!("{:#010x} ({what})", number.get())).collect()
    }

    /// The level of new keys of a purpose.
    pub(super) const fn level(&self, purpose: KeyPurpose) -> CustodyLevel {
        match self.home(purpose) {
            Home::Device(_) => CustodyLevel::Device,
            Home::Wrapped => CustodyLevel::WrappedUnderDevice,
        }
    }

    /// The pair that keys of a purpose are, where they are pairs.
    fn pair(&self, purpose: KeyPurpose) -> Option<Kind<'_>> {
        let curve = match purpose {
            KeyPurpose::Decrypt | KeyPurpose::SignSm2 => Curve::Sm2,
            KeyPurpose::SignEd25519 => Curve::Ed25519,
        };
        match self.home(purpose) {
            Home::Device(usage) => Some(Kind { curve, usage, profile: &self.profile }),
            Home::Wrapped => None,
        }
    }

    /// Whether keys of a purpose may be wrapped: also where new ones are pairs, because older ones may have been made
    /// before the device's mechanisms were configured.
    const fn may_be_wrapped(purpose: KeyPurpose) -> bool {
        !matches!(purpose, KeyPurpose::Decrypt)
    }

    /// Where a key is.
    pub(super) fn find(&self, session: &Session, name: &KeyName) -> Result<Whereabouts<'_>, Stop> {
        let purpose = name.role.purpose();
        if let Some(kind) = self.pair(purpose)
            && (!Self::may_be_wrapped(purpose) || object::find_private(session, name)?.is_some())
        {
            return Ok(Whereabouts::Pair(kind));
        }
        Ok(Whereabouts::Wrapped)
    }

    /// Makes a key of a name that does not exist.
    pub(super) fn generate(&self, session: &Session, name: &KeyName) -> Result<(), Stop> {
        let purpose = name.role.purpose();
        match self.pair(purpose) {
            Some(_) if Self::may_be_wrapped(purpose) && wrapped::exists(session, name)? => {
                Err(Refusal::Exists(name.clone()).into())
            }
            Some(kind) => kind.generate(session, name),
            None => wrapped::generate(session, name),
        }
    }

    /// The public part of a key; a wrapped one is decrypted to be sure that it is the one that was wrapped.
    pub(super) fn public(&self, session: &Session, name: &KeyName) -> Result<CustodyKey, Stop> {
        match self.find(session, name)? {
            Whereabouts::Pair(kind) => kind.public(session, name),
            Whereabouts::Wrapped => wrapped::load(session, name).map(|secret| secret.public()),
        }
    }

    /// Destroys a key.
    pub(super) fn destroy(&self, session: &Session, name: &KeyName) -> Result<(), Stop> {
        let existed = match self.find(session, name)? {
            Whereabouts::Pair(_) => pair::destroy(session, name),
            Whereabouts::Wrapped => wrapped::destroy(session, name),
        }?;
        if existed { Ok(()) } else { Err(CustodyError::NotFound(name.clone()).into()) }
    }

    /// Names of all keys, sorted.
    pub(super) fn names(&self, session: &Session) -> Result<Vec<KeyName>, Stop> {
        use cryptoki::object::{Attribute, ObjectClass};
        let pairs = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Token(true)];
        let mut names = object::names(session, &pairs)?;
        names.retain(|name| self.pair(name.role.purpose()).is_some());
        names.extend(Self::wrapped_names(session)?);
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Names of wrapped keys.
    pub(super) fn wrapped_names(session: &Session) -> Result<Vec<KeyName>, Stop> {
        let mut names = object::names(session, &wrapped::template())?;
        names.retain(|name| Self::may_be_wrapped(name.role.purpose()));
        Ok(names)
    }
}
