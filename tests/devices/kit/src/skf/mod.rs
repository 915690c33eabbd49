//! USB locks behind GM/T 0016, in memory: applications with PINs that count down, containers with two real key pairs.
//!
//! [`Model`] answers in Rust; [`crate::skf_library`] gives it the specification's names with one width of ULONG.

#![expect(clippy::indexing_slicing, reason = "indices are those of handles that the model gave")]

mod export;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bidroom_envelope::suite::pki::{Name, Profile};
use bidroom_envelope::suite::sm2::{SecretKey, Sm2Ciphertext, Unwrap as _};
use serde::{Deserialize, Serialize};

pub use self::export::{Plug, Words};
use crate::faults::Watch;
use crate::keys;

/// Codes of the specification that the model answers by itself.
mod sar {
    pub(super) const FAIL: u64 = 0x0A00_0001;
    pub(super) const INVALID_HANDLE: u64 = 0x0A00_0005;
    pub(super) const KEY_NOT_FOUND: u64 = 0x0A00_001B;
    pub(super) const CERT_NOT_FOUND: u64 = 0x0A00_001C;
    pub(super) const IN_DATA_LENGTH: u64 = 0x0A00_0010;
    pub(super) const IN_DATA: u64 = 0x0A00_0011;
    pub(super) const HASH_NOT_EQUAL: u64 = 0x0A00_001A;
    pub(super) const DEVICE_REMOVED: u64 = 0x0A00_0023;
    pub(super) const PIN_INCORRECT: u64 = 0x0A00_0024;
    pub(super) const PIN_LOCKED: u64 = 0x0A00_0025;
    pub(super) const NOT_LOGGED_IN: u64 = 0x0A00_002D;
    pub(super) const APPLICATION_NOT_EXISTS: u64 = 0x0A00_002E;
    pub(super) const FILE_NOT_EXIST: u64 = 0x0A00_0031;
}

/// What is plugged in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Contents {
    /// The devices.
    pub devices: Vec<DeviceSpec>,
}

/// A device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeviceSpec {
    /// Its name in SKF_EnumDev.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// Its applications.
    pub applications: Vec<ApplicationSpec>,
}

/// An application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplicationSpec {
    /// Its name.
    pub name: String,
    /// The user PIN.
    pub pin: String,
    /// Tries after a right PIN.
    pub tries: u32,
    /// Tries left at first.
    pub left: u32,
    /// Its containers.
    pub containers: Vec<ContainerSpec>,
}

/// A container.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContainerSpec {
    /// Its name.
    pub name: String,
    /// The signing pair.
    pub signing: Option<PairSpec>,
    /// The encryption pair.
    pub encryption: Option<PairSpec>,
}

/// A pair of keys: [`keys::key`] of a number, and a certificate that need not be for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PairSpec {
    /// The number.
    pub seed: u8,
    /// The certificate's DER in hexadecimal.
    pub certificate: Option<String>,
}

impl PairSpec {
    /// A pair with a certificate of the drill authority.
    pub fn certified(subject: &Name, seed: u8, profile: Profile) -> Self {
        Self { seed, certificate: Some(hex::encode(keys::certificate(subject, seed, profile).der())) }
    }
}

impl ContainerSpec {
    /// Keys `seed` and `seed + 1`, each with its certificate.
    pub fn lock(name: &str, subject: &Name, seed: u8) -> Self {
        Self {
            name: name.to_owned(),
            signing: Some(PairSpec::certified(subject, seed, Profile::Signing)),
            encryption: Some(PairSpec::certified(subject, seed + 1, Profile::Encryption)),
        }
    }
}

impl DeviceSpec {
    /// A device with one application `GM` of PIN `123456` with eight tries.
    pub fn with(name: &str, containers: Vec<ContainerSpec>) -> Self {
        let application = ApplicationSpec {
            name: "GM".to_owned(),
            pin: "123456".to_owned(),
            tries: 8,
            left: 8,
            containers,
        };
        Self {
            name: name.to_owned(),
            label: format!("label of {name}"),
            serial: format!("SN-{name}"),
            applications: vec![application],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opened {
    Device(usize),
    Application { device: usize, application: usize, logged_in: bool },
    Container { device: usize, application: usize, container: usize, within: usize },
}

#[derive(Debug, Default)]
struct State {
    contents: Contents,
    removed: Vec<String>,
    reset: u32,
    opened: BTreeMap<usize, Opened>,
    last: usize,
}

/// The devices behind one library.
#[derive(Debug)]
pub struct Model {
    watch: Watch,
    state: Mutex<Option<State>>,
}

/// What a call gives, or a code.
pub type Answer<T> = Result<T, u64>;

impl Model {
    /// Nothing is plugged in before the first call.
    #[expect(clippy::new_without_default, reason = "const, for a static")]
    pub const fn new() -> Self {
        Self { watch: Watch::new(), state: Mutex::new(None) }
    }

    fn call<T>(&self, function: &str, act: impl FnOnce(&mut State) -> Answer<T>) -> Answer<T> {
        if let Some(code) = self.watch.code(function) {
            return Err(code);
        }
        let (removed, reset) = (self.watch.removed(), self.watch.reset());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state =
            state.get_or_insert_with(|| State { contents: self.watch.contents(), ..State::default() });
        state.removed = removed;
        if state.reset != reset {
            state.reset = reset;
            state.opened.clear();
        }
        act(state)
    }

    /// SKF_EnumDev.
    pub fn devices(&self) -> Answer<Vec<String>> {
        self.call("SKF_EnumDev", |state| {
            let names = state.contents.devices.iter().map(|device| device.name.clone());
            Ok(names.filter(|name| !state.removed.contains(name)).collect())
        })
    }

    /// SKF_GetDevState: whether it is present.
    pub fn present(&self, name: &str) -> Answer<bool> {
        self.call("SKF_GetDevState", |state| Ok(state.device(name).is_ok()))
    }

    /// SKF_ConnectDev.
    pub fn connect(&self, name: &str) -> Answer<usize> {
        self.call("SKF_ConnectDev", |state| {
            let device = state.device(name)?;
            Ok(state.open(Opened::Device(device)))
        })
    }

    /// SKF_GetDevInfo: label, serial number.
    pub fn info(&self, handle: usize) -> Answer<(String, String)> {
        self.call("SKF_GetDevInfo", |state| {
            let device = state.opened_device(handle)?;
            let device = &state.contents.devices[device];
            Ok((device.label.clone(), device.serial.clone()))
        })
    }

    /// SKF_EnumApplication.
    pub fn applications(&self, handle: usize) -> Answer<Vec<String>> {
        self.call("SKF_EnumApplication", |state| {
            let device = state.opened_device(handle)?;
            let applications = &state.contents.devices[device].applications;
            Ok(applications.iter().map(|application| application.name.clone()).collect())
        })
    }

    /// SKF_OpenApplication.
    pub fn open_application(&self, handle: usize, name: &str) -> Answer<usize> {
        self.call("SKF_OpenApplication", |state| {
            let device = state.opened_device(handle)?;
            let applications = &state.contents.devices[device].applications;
            let application = applications.iter().position(|application| application.name == name);
            let application = application.ok_or(sar::APPLICATION_NOT_EXISTS)?;
            Ok(state.open(Opened::Application { device, application, logged_in: false }))
        })
    }

    /// SKF_GetPINInfo: at most, left.
    pub fn tries(&self, handle: usize) -> Answer<(u32, u32)> {
        self.call("SKF_GetPINInfo", |state| {
            let (device, application, _) = state.opened_application(handle)?;
            let application = &state.contents.devices[device].applications[application];
            Ok((application.tries, application.left))
        })
    }

    /// SKF_VerifyPIN; also what is left.
    pub fn verify(&self, handle: usize, pin: &str) -> (Answer<()>, u32) {
        let mut left = 0;
        let answer = self.call("SKF_VerifyPIN", |state| {
            let (device, application, _) = state.opened_application(handle)?;
            let spec = &mut state.contents.devices[device].applications[application];
            if spec.left == 0 {
                return Err(sar::PIN_LOCKED);
            }
            if spec.pin != pin {
                spec.left -= 1;
                left = spec.left;
                return Err(if left == 0 { sar::PIN_LOCKED } else { sar::PIN_INCORRECT });
            }
            spec.left = spec.tries;
            left = spec.left;
            state.opened.insert(handle, Opened::Application { device, application, logged_in: true });
            Ok(())
        });
        (answer, left)
    }

    /// SKF_ClearSecureState.
    pub fn log_out(&self, handle: usize) -> Answer<()> {
        self.call("SKF_ClearSecureState", |state| {
            let (device, application, _) = state.opened_application(handle)?;
            state.opened.insert(handle, Opened::Application { device, application, logged_in: false });
            Ok(())
        })
    }

    /// SKF_EnumContainer.
    pub fn containers(&self, handle: usize) -> Answer<Vec<String>> {
        self.call("SKF_EnumContainer", |state| {
            let (device, application, _) = state.opened_application(handle)?;
            let containers = &state.contents.devices[device].applications[application].containers;
            Ok(containers.iter().map(|container| container.name.clone()).collect())
        })
    }

    /// SKF_OpenContainer.
    pub fn open_container(&self, handle: usize, name: &str) -> Answer<usize> {
        self.call("SKF_OpenContainer", |state| {
            let (device, application, _) = state.opened_application(handle)?;
            let containers = &state.contents.devices[device].applications[application].containers;
            let container = containers.iter().position(|container| container.name == name);
            let container = container.ok_or(sar::FILE_NOT_EXIST)?;
            Ok(state.open(Opened::Container { device, application, container, within: handle }))
        })
    }

    /// SKF_ExportCertificate.
    pub fn certificate(&self, handle: usize, signing: bool) -> Answer<Vec<u8>> {
        self.call("SKF_ExportCertificate", |state| {
            let (container, _) = state.opened_container(handle)?;
            let pair = if signing { &container.signing } else { &container.encryption };
            let certificate = pair.as_ref().and_then(|pair| pair.certificate.as_ref());
            hex::decode(certificate.ok_or(sar::CERT_NOT_FOUND)?).map_err(|_| sar::FAIL)
        })
    }

    /// SKF_ECCSignData: r ‖ s.
    pub fn sign(&self, handle: usize, digest: &[u8]) -> Answer<[u8; 64]> {
        self.call("SKF_ECCSignData", |state| {
            let key = state.key(handle, true)?;
            if digest.len() != 32 {
                return Err(sar::IN_DATA_LENGTH);
            }
            Ok(keys::sign_digest(&key, digest))
        })
    }

    /// SKF_ECCDecrypt and its kin.
    pub fn decrypt(
        &self,
        function: &str,
        handle: usize,
        signing: bool,
        cipher: Option<Sm2Ciphertext>,
    ) -> Answer<Vec<u8>> {
        self.call(function, |state| {
            let key = state.key(handle, signing)?;
            let cipher = cipher.ok_or(sar::IN_DATA)?;
            key.unwrap(&cipher).map(|plain| plain.to_vec()).map_err(|_| sar::HASH_NOT_EQUAL)
        })
    }

    /// SKF_CloseContainer, SKF_CloseApplication, SKF_DisConnectDev.
    pub fn close(&self, function: &str, handle: usize) -> Answer<()> {
        self.call(function, |state| state.opened.remove(&handle).map(drop).ok_or(sar::INVALID_HANDLE))
    }

    /// Handles that are open.
    pub fn open_handles(&self) -> usize {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map_or(0, |state| state.opened.len())
    }
}

impl State {
    fn open(&mut self, opened: Opened) -> usize {
        self.last += 1;
        self.opened.insert(self.last, opened);
        self.last
    }

    fn device(&self, name: &str) -> Answer<usize> {
        let device = self.contents.devices.iter().position(|device| device.name == name);
        device.filter(|_| !self.removed.iter().any(|removed| removed == name)).ok_or(sar::DEVICE_REMOVED)
    }

    fn present(&self, device: usize) -> Answer<usize> {
        self.device(&self.contents.devices[device].name)
    }

    fn opened_device(&self, handle: usize) -> Answer<usize> {
        match self.opened.get(&handle) {
            Some(Opened::Device(device)) => self.present(*device),
            _ => Err(sar::INVALID_HANDLE),
        }
    }

    fn opened_application(&self, handle: usize) -> Answer<(usize, usize, bool)> {
        match self.opened.get(&handle) {
            Some(Opened::Application { device, application, logged_in }) => {
                self.present(*device)?;
                Ok((*device, *application, *logged_in))
            }
            _ => Err(sar::INVALID_HANDLE),
        }
    }

    fn opened_container(&self, handle: usize) -> Answer<(&ContainerSpec, bool)> {
        match self.opened.get(&handle) {
            Some(Opened::Container { device, application, container, within }) => {
                let (_, _, logged_in) = self.opened_application(*within)?;
                Ok((
                    &self.contents.devices[*device].applications[*application].containers[*container],
                    logged_in,
                ))
            }
            _ => Err(sar::INVALID_HANDLE),
        }
    }

    fn key(&self, handle: usize, signing: bool) -> Answer<SecretKey> {
        let (container, logged_in) = self.opened_container(handle)?;
        if !logged_in {
            return Err(sar::NOT_LOGGED_IN);
        }
        let pair = if signing { &container.signing } else { &container.encryption };
        pair.as_ref().map(|pair| keys::key(pair.seed)).ok_or(sar::KEY_NOT_FOUND)
    }
}
