//! The vendor's library in this process, and the tokens it shows.
//!
//! A library is loaded once and initialised once per process and stays: several custodies (a room's device and its
//! standby) may share it. A token belongs to one custody at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::slot::Slot;

use super::config::TokenSelector;
use super::fault::device;
use crate::error::{CustodyError, Refusal};
use crate::health::SlotHealth;
use crate::level::DeviceIdentity;

/// Libraries that are loaded.
static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());
/// Tokens that a custody of this process uses: library and serial number.
static IN_USE: Mutex<BTreeSet<(PathBuf, String)>> = Mutex::new(BTreeSet::new());

/// Loads and initialises a module, unless that was done already: a library is loaded once per process, whoever uses it.
///
/// # Errors
/// A fault that names function and code.
pub fn load_module(path: &Path) -> Result<Pkcs11, CustodyError> {
    Module::load(path).map(|module| module.context)
}

/// A loaded library.
#[derive(Clone)]
pub(super) struct Module {
    context: Pkcs11,
    path: PathBuf,
}

impl Module {
    /// Loads and initialises the library, unless that is done already.
    pub(super) fn load(path: &Path) -> Result<Self, CustodyError> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let context = match loaded.get(&path) {
            Some(context) => context.clone(),
            None => {
                let context = Pkcs11::new(&path).map_err(|error| device(&error))?;
                loaded.insert(path.clone(), context.clone());
                context
            }
        };
        let module = Self { context, path };
        module.initialize()?;
        Ok(module)
    }

    /// Initialises the library if it is not.
    pub(super) fn initialize(&self) -> Result<(), CustodyError> {
        match self.context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
            Err(error) => Err(device(&error)),
        }
    }

    pub(super) const fn context(&self) -> &Pkcs11 {
        &self.context
    }

    /// Finds the one token that is meant.
    pub(super) fn find(&self, wanted: &TokenSelector) -> Result<Token, CustodyError> {
        let mut present = Vec::new();
        let mut matching = Vec::new();
        let slots = self.context.get_slots_with_initialized_token().map_err(|error| device(&error))?;
        for slot in slots {
            // A token pulled in this moment must not hide the others.
            let (Ok(token), Ok(place)) =
                (self.context.get_token_info(slot), self.context.get_slot_info(slot))
            else {
                continue;
            };
            let identity = DeviceIdentity {
                label: token.label().to_owned(),
                serial: token.serial_number().to_owned(),
                model: token.model().to_owned(),
                manufacturer: token.manufacturer_id().to_owned(),
                hardware: place.hardware_slot(),
            };
            present.push(format!("\"{}\" ({})", identity.label, identity.serial));
            let meant = match wanted {
                TokenSelector::Label(label) => identity.label == *label,
                TokenSelector::Serial(serial) => identity.serial == *serial,
                TokenSelector::Slot(number) => slot.id() == *number,
            };
            if meant {
                matching.push(Token { slot, identity });
            }
        }
        let found = matching.len();
        match (matching.pop(), found) {
            (Some(token), 1) => Ok(token),
            _ => {
                let present = if present.is_empty() { "-".to_owned() } else { present.join(", ") };
                Err(Refusal::Token { wanted: wanted.clone(), found, present }.into())
            }
        }
    }

    /// Version of the firmware of the token in a slot.
    pub(super) fn firmware(&self, slot: Slot) -> Option<String> {
        let version = self.context.get_token_info(slot).ok()?.firmware_version();
        Some(format!("{}.{}", version.major(), version.minor()))
    }

    /// The library: its path and what it says of itself.
    pub(super) fn describe(&self) -> String {
        let path = self.path.display();
        self.context.get_library_info().map_or_else(
            |_| path.to_string(),
            |info| {
                let version = info.library_version();
                let (maker, text) = (info.manufacturer_id(), info.library_description());
                format!("{path} ({maker} {text} {}.{})", version.major(), version.minor())
            },
        )
    }

    /// Every slot; `used` is this custody's.
    pub(super) fn slots(&self, used: Slot) -> Vec<SlotHealth> {
        let slots = self.context.get_all_slots().unwrap_or_default();
        let describe = |slot: Slot| {
            let place = self.context.get_slot_info(slot).ok()?;
            let token = self.context.get_token_info(slot).ok().filter(|token| token.token_initialized());
            Some(SlotHealth {
                number: slot.id(),
                description: place.slot_description().to_owned(),
                token: token.map(|token| format!("{} ({})", token.label(), token.serial_number())),
                used: slot == used,
            })
        };
        slots.into_iter().filter_map(describe).collect()
    }

    /// What the device offers in a slot.
    pub(super) fn mechanisms(&self, slot: Slot) -> Result<Vec<MechanismType>, CustodyError> {
        self.context.get_mechanism_list(slot).map_err(|error| device(&error))
    }

    /// Takes the token for one custody of this process.
    pub(super) fn claim(&self, token: &DeviceIdentity) -> Result<Claim, CustodyError> {
        let key = (self.path.clone(), token.serial.clone());
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        if in_use.insert(key.clone()) {
            Ok(Claim(key))
        } else {
            Err(Refusal::InUse(format!("{} ({})", token.label, token.serial)).into())
        }
    }
}

/// A token that is present.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) slot: Slot,
    pub(super) identity: DeviceIdentity,
}

/// The token is this custody's while this lives.
pub(super) struct Claim((PathBuf, String));

impl Drop for Claim {
    fn drop(&mut self) {
        IN_USE.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
