//! USB locks behind a GM/T 0016 (SKF) library: every container with two SM2 certificates is a lock.
//!
//! [`raw`] holds the calls, [`blob`] the structures, [`code`] the return codes. Here is the order of steps: connect,
//! compare the device with the one that was listed, ask for the tries left, verify the PIN, act, close everything.

mod blob;
mod code;
mod raw;

use std::ffi::{CStr, CString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::{Signature, Sm2Ciphertext};
use zeroize::Zeroizing;

use self::code::Code;
use self::raw::{Application, Container, Device, Skf};
use crate::config::{SkfConfig, Width};
use crate::driver::LockDriver;
use crate::error::{Lack, LockName, LockTrouble, Meaning};
use crate::found::{DeviceLabel, FoundLock, Listing, Place, Unreadable};
use crate::held::{Acts, HeldLock};
use crate::pin::{PinEntry, PinKeeper, PinTries};

/// The locks behind one SKF library.
pub struct SkfLocks {
    config: SkfConfig,
    /// One act at a time: the specification promises nothing about threads.
    library: Arc<Mutex<Skf>>,
}

impl SkfLocks {
    /// Loads the library.
    ///
    /// # Errors
    /// [`LockTrouble::Library`].
    pub fn open(config: SkfConfig) -> Result<Self, LockTrouble> {
        let library = Skf::load(&config.library, config.ulong, &config.decrypt)
            .map_err(|what| LockTrouble::Library { path: config.library.clone(), what })?;
        Ok(Self { config, library: Arc::new(Mutex::new(library)) })
    }

    fn list_device(&self, library: &Skf, name: &[u8], listing: &mut Listing) -> Result<(), LockTrouble> {
        let at = LockName::device(String::from_utf8_lossy(name));
        let failed = |code| failed(&at, code);
        let device = library.connect(&text(name)).map_err(failed)?;
        let label = blob::device(&device.info().map_err(failed)?);
        for application in device.applications().map_err(failed)? {
            let wanted = &self.config.applications;
            let shown = String::from_utf8_lossy(&application);
            if !wanted.is_empty() && !wanted.iter().any(|wanted| *wanted == shown) {
                continue;
            }
            let place = self.place(&[name, &application]);
            if let Err(why) = self.list_application(&device, &label, &place, &at, listing) {
                listing.unreadable.push(Unreadable { at: place.to_string(), why });
            }
        }
        Ok(())
    }

    /// An application that cannot be read, or whose tries are not told, hides no other.
    fn list_application(
        &self,
        device: &Device<'_>,
        label: &DeviceLabel,
        place: &Place,
        at: &LockName,
        listing: &mut Listing,
    ) -> Result<(), LockTrouble> {
        let failed = |code| failed(at, code);
        let name = place.path.last().map(Vec::as_slice).unwrap_or_default();
        let application = device.application(&text(name)).map_err(failed)?;
        let tries = tries(&application).map_err(failed)?;
        for container_name in application.containers().map_err(failed)? {
            let mut place = place.clone();
            let container = application.container(&text(&container_name));
            place.path.push(container_name);
            match container.map_err(failed).and_then(|container| self.read(&container, at)) {
                Ok(Some((identity, kind_stated))) => listing.locks.push(FoundLock {
                    place,
                    identity,
                    kind_stated,
                    device: label.clone(),
                    tries,
                    no_signing: None,
                    no_opening: None,
                }),
                // An empty container, or one of another program with neither certificate.
                Ok(None) => {}
                Err(why) => listing.unreadable.push(Unreadable { at: place.to_string(), why }),
            }
        }
        Ok(())
    }

    fn place(&self, path: &[&[u8]]) -> Place {
        let path = path.iter().map(|part| part.to_vec()).collect();
        Place { driver: self.config.name.clone(), path }
    }

    fn read(
        &self,
        container: &Container<'_>,
        at: &LockName,
    ) -> Result<Option<(bidroom_lock::LockIdentity, bool)>, LockTrouble> {
        let read = |signing| match container.certificate(signing) {
            Ok(der) if der.is_empty() => Ok(None),
            Ok(der) => match Certificate::from_der(&der) {
                Ok(certificate) => Ok(Some(certificate)),
                Err(error) => Err(LockTrouble::Certificate(error.to_string())),
            },
            Err(Code { number: code::CERT_NOT_FOUND | code::FILE_NOT_EXIST, .. }) => Ok(None),
            Err(code) => Err(failed(at, code)),
        };
        match (read(true)?, read(false)?) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(LockTrouble::NoCertificate { signing: true }),
            (Some(_), None) => Err(LockTrouble::NoCertificate { signing: false }),
            (Some(signing), Some(encryption)) => Ok(Some(self.config.kind.identify(signing, encryption)?)),
        }
    }
}

impl LockDriver for SkfLocks {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn list(&self) -> Result<Listing, LockTrouble> {
        let library = lock(&self.library);
        let at = LockName::device(self.config.name.clone());
        let mut listing = Listing::default();
        for name in library.devices().map_err(|code| failed(&at, code))? {
            if let Err(why) = self.list_device(&library, &name, &mut listing) {
                let at = self.place(&[&name]).to_string();
                listing.unreadable.push(Unreadable { at, why });
            }
        }
        Ok(listing)
    }

    fn open(&self, found: &FoundLock, entry: PinEntry) -> Result<HeldLock, LockTrouble> {
        let absent = || LockTrouble::Absent { lock: found.name() };
        let [device, application, container] = found.place.path.as_slice() else { return Err(absent()) };
        if found.place.driver != self.config.name {
            return Err(absent());
        }
        let pin = PinKeeper::new(entry, self.config.pin.into())?;
        let acts = SkfActs {
            library: Arc::clone(&self.library),
            width: self.config.ulong,
            device: text(device),
            application: text(application),
            container: text(container),
        };
        HeldLock::new(found.clone(), pin, Box::new(acts))
    }
}

/// One container of one device.
struct SkfActs {
    library: Arc<Mutex<Skf>>,
    width: Width,
    device: CString,
    application: CString,
    container: CString,
}

impl SkfActs {
    /// Connects, makes sure that it is the device that was listed, and opens the application.
    fn with_application<T>(
        &self,
        lock_found: &FoundLock,
        act: impl FnOnce(&Application<'_>) -> Result<T, LockTrouble>,
    ) -> Result<T, LockTrouble> {
        let library = lock(&self.library);
        let name = lock_found.name();
        let outcome = library.connect(&self.device).map_err(|code| failed(&name, code)).and_then(|device| {
            same_device(&device, lock_found)?;
            let application = device.application(&self.application).map_err(|code| failed(&name, code))?;
            act(&application)
        });
        outcome.map_err(|trouble| match trouble {
            // Libraries answer all sorts of codes for a device that is gone.
            LockTrouble::Failed { lock, call } if library.is_absent(&self.device) => {
                if call.function == "SKF_ConnectDev" {
                    LockTrouble::Absent { lock }
                } else {
                    LockTrouble::Removed { lock, call }
                }
            }
            other => other,
        })
    }

    /// Logs in and opens the container.
    fn with_container<T>(
        &self,
        found: &FoundLock,
        pin: &PinKeeper,
        act: impl FnOnce(&Container<'_>) -> Result<T, LockTrouble>,
    ) -> Result<T, LockTrouble> {
        self.with_application(found, |application| {
            log_in(application, &found.name(), pin)?;
            let container = application.container(&self.container);
            act(&container.map_err(|code| failed(&found.name(), code))?)
        })
    }
}

impl Acts for SkfActs {
    fn tries(&self, found: &FoundLock) -> Result<PinTries, LockTrouble> {
        self.with_application(found, |application| {
            tries(application).map_err(|code| failed(&found.name(), code))
        })
    }

    fn check(&self, found: &FoundLock, pin: &PinKeeper) -> Result<(), LockTrouble> {
        self.with_container(found, pin, |_| Ok(()))
    }

    fn sign(&self, found: &FoundLock, pin: &PinKeeper, message: &[u8]) -> Result<Signature, LockTrouble> {
        let digest = found.identity.signing_certificate().public_key().signing_digest(message);
        self.with_container(found, pin, |container| {
            let blob = container.sign(&digest).map_err(|code| failed(&found.name(), code))?;
            blob::signature(&blob).map_err(|_| LockTrouble::OtherKey { lock: found.name(), signing: true })
        })
    }

    fn unwrap(
        &self,
        found: &FoundLock,
        pin: &PinKeeper,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, LockTrouble> {
        let unopened = || LockTrouble::Unopened { lock: found.name() };
        let cipher = blob::cipher(ciphertext, self.width).ok_or_else(unopened)?;
        let opened = self.with_container(found, pin, |container| {
            match container.decrypt(&cipher, ciphertext.c2().len()) {
                None => Err(LockTrouble::Cannot { lock: found.name(), lack: Lack::DecryptFunction }),
                Some(Ok(opened)) => Ok(opened),
                Some(Err(code)) if code::NOT_OPENED.contains(&code.number) => Err(unopened()),
                Some(Err(code)) => Err(failed(&found.name(), code)),
            }
        })?;
        // A device that does not compare C3 answers garbage for a foreign ciphertext; its length is all that shows.
        if opened.len() == ciphertext.c2().len() { Ok(opened) } else { Err(unopened()) }
    }
}

/// Compares the device with the one that was listed, before any PIN goes to it.
fn same_device(device: &Device<'_>, found: &FoundLock) -> Result<(), LockTrouble> {
    let label: DeviceLabel = blob::device(&device.info().map_err(|code| failed(&found.name(), code))?);
    if label == found.device { Ok(()) } else { Err(LockTrouble::Replaced { lock: found.name() }) }
}

fn tries(application: &Application<'_>) -> Result<PinTries, Code> {
    let (most, left) = application.pin_info()?;
    let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(PinTries::Exact { left: count(left), of: count(most) })
}

/// Asks for the tries left, then verifies the PIN.
fn log_in(application: &Application<'_>, name: &LockName, keeper: &PinKeeper) -> Result<(), LockTrouble> {
    let before = tries(application).map_err(|code| failed(name, code))?;
    let pin = Pin::new(keeper.attempt(name, before)?);
    let lock = || name.clone();
    application.verify_pin(pin.as_c_str()).map_err(|(code, left)| match code.number {
        code::PIN_INCORRECT | code::PIN_INVALID | code::PIN_LEN_RANGE => {
            keeper.refuse();
            // What the device counts is asked again: not every library fills in what is left.
            let left = tries(application).unwrap_or(match before {
                PinTries::Exact { of, .. } => PinTries::Exact { left: u32::try_from(left).unwrap_or(0), of },
                other => other,
            });
            if left.is_locked() {
                LockTrouble::PinLocked { lock: lock() }
            } else {
                LockTrouble::WrongPin { lock: lock(), left }
            }
        }
        code::PIN_LOCKED => LockTrouble::PinLocked { lock: lock() },
        code::PIN_NOT_SET => LockTrouble::PinNotSet { lock: lock() },
        _ => failed(name, code),
    })
}

/// A PIN as C wants it, erased when dropped.
struct Pin(Zeroizing<Vec<u8>>);

impl Pin {
    fn new(pin: &str) -> Self {
        // Reserved beforehand, so that no reallocation leaves a copy.
        let mut bytes = Zeroizing::new(Vec::with_capacity(pin.len().saturating_add(1)));
        bytes.extend_from_slice(pin.as_bytes());
        bytes.push(0);
        Self(bytes)
    }

    fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or(c"")
    }
}

fn failed(lock: &LockName, code: Code) -> LockTrouble {
    let lock = lock.clone();
    match (code.number, code.meaning()) {
        (code::NOT_SUPPORTED, _) if code.function == "SKF_ECCDecrypt" => {
            LockTrouble::Cannot { lock, lack: Lack::DecryptFunction }
        }
        (code::KEY_NOT_FOUND, _) => LockTrouble::Cannot { lock, lack: Lack::PrivateKey },
        (_, Meaning::Removed) => LockTrouble::Removed { lock, call: code.into() },
        _ => LockTrouble::Failed { lock, call: code.into() },
    }
}

/// A vendor's name as C wants it; names come out of lists that NUL separates.
fn text(name: &[u8]) -> CString {
    let mut name = name.to_vec();
    name.retain(|byte| *byte != 0);
    CString::new(name).unwrap_or_default()
}

fn lock(library: &Mutex<Skf>) -> MutexGuard<'_, Skf> {
    // Handles of a call that panicked were closed on the way out.
    library.lock().unwrap_or_else(PoisonError::into_inner)
}
