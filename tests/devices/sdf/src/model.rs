//! The device: keys at indexes, sessions, access rights.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use bidroom_envelope::suite::sm2::{PublicKey, SecretKey, Sm2Ciphertext, Unwrap as _, encrypt};
use bidroom_test_device::{Watch, keys};
use serde::{Deserialize, Serialize};

/// What the device is called, in its information and in [`bidroom_test_device::Faults::removed`].
pub const DEVICE: &str = "drill-sdf";

const COMMUNICATION: u32 = 0x0100_0003;
const OPEN_DEVICE: u32 = 0x0100_0005;
const OPEN_SESSION: u32 = 0x0100_0006;
const DENIED: u32 = 0x0100_0007;
const NO_KEY: u32 = 0x0100_0008;
const PRIVATE_OPERATION: u32 = 0x0100_000C;
const ARGUMENT: u32 = 0x0100_001D;

/// What a call gives, or a code.
pub type Answer<T> = Result<T, u32>;

/// What the device holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Contents {
    /// Its serial number.
    pub serial: String,
    /// The password of every private key.
    pub password: String,
    /// Seeds of the signing and the encryption key at an index.
    pub keys: BTreeMap<u32, (u8, u8)>,
}

impl Contents {
    /// Keys at the indexes 1 to `last`, which is at most 120.
    pub fn with(last: u32) -> Self {
        let seed = |index: u32| u8::try_from(2 * index).expect("at most 120");
        let keys = (1..=last).map(|index| (index, (seed(index), seed(index) + 1))).collect();
        Self { serial: "SDF-0001".to_owned(), password: "pass-word".to_owned(), keys }
    }
}

/// Which of an index's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The signing key.
    Signing,
    /// The encryption key.
    Encryption,
}

#[derive(Debug)]
enum Opened {
    Device,
    Session { rights: BTreeSet<u32> },
}

#[derive(Debug, Default)]
struct State {
    contents: Contents,
    reset: u32,
    opened: BTreeMap<usize, Opened>,
    last: usize,
}

/// The device.
#[derive(Debug)]
pub struct Model {
    watch: Watch,
    state: Mutex<Option<State>>,
}

impl Model {
    #[expect(clippy::new_without_default, reason = "const, for a static")]
    /// Nothing is read before the first call.
    pub const fn new() -> Self {
        Self { watch: Watch::new(), state: Mutex::new(None) }
    }

    fn call<T>(&self, function: &str, act: impl FnOnce(&mut State) -> Answer<T>) -> Answer<T> {
        if let Some(code) = self.watch.code(function) {
            return Err(u32::try_from(code).expect("a code of 32 bits"));
        }
        if self.watch.removed().iter().any(|device| device == DEVICE) {
            return Err(if function == "SDF_OpenDevice" { OPEN_DEVICE } else { COMMUNICATION });
        }
        let reset = self.watch.reset();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state =
            state.get_or_insert_with(|| State { contents: self.watch.contents(), ..State::default() });
        if state.reset != reset {
            state.reset = reset;
            state.opened.clear();
            state.contents = self.watch.contents();
        }
        act(state)
    }

    /// SDF_OpenDevice.
    pub fn open_device(&self) -> Answer<usize> {
        self.call("SDF_OpenDevice", |state| Ok(state.open(Opened::Device)))
    }

    /// SDF_OpenSession.
    pub fn open_session(&self, device: usize) -> Answer<usize> {
        self.call("SDF_OpenSession", |state| match state.opened.get(&device) {
            Some(Opened::Device) => Ok(state.open(Opened::Session { rights: BTreeSet::new() })),
            _ => Err(OPEN_SESSION),
        })
    }

    /// SDF_CloseSession and SDF_CloseDevice.
    pub fn close(&self, function: &str, handle: usize) -> Answer<()> {
        self.call(function, |state| state.opened.remove(&handle).map(drop).ok_or(ARGUMENT))
    }

    /// SDF_GetDeviceInfo.
    pub fn serial(&self, session: usize) -> Answer<String> {
        self.call("SDF_GetDeviceInfo", |state| {
            state.rights(session)?;
            Ok(state.contents.serial.clone())
        })
    }

    /// SDF_GenerateRandom.
    pub fn random(&self, session: usize) -> Answer<()> {
        self.call("SDF_GenerateRandom", |state| state.rights(session).map(drop))
    }

    /// SDF_GetPrivateKeyAccessRight.
    pub fn access(&self, session: usize, index: u32, password: &[u8]) -> Answer<()> {
        self.call("SDF_GetPrivateKeyAccessRight", |state| {
            if !state.contents.keys.contains_key(&index) {
                return Err(NO_KEY);
            }
            if state.contents.password.as_bytes() != password {
                return Err(DENIED);
            }
            state.rights(session)?.insert(index);
            Ok(())
        })
    }

    /// SDF_ReleasePrivateKeyAccessRight.
    pub fn release(&self, session: usize, index: u32) -> Answer<()> {
        self.call("SDF_ReleasePrivateKeyAccessRight", |state| {
            state.rights(session)?.remove(&index);
            Ok(())
        })
    }

    /// SDF_ExportSignPublicKey_ECC and SDF_ExportEncPublicKey_ECC.
    pub fn public_key(&self, function: &str, session: usize, index: u32, half: Half) -> Answer<PublicKey> {
        self.call(function, |state| {
            state.rights(session)?;
            Ok(*state.key(index, half)?.public_key())
        })
    }

    /// SDF_InternalSign_ECC: r ‖ s.
    pub fn sign(&self, session: usize, index: u32, digest: &[u8]) -> Answer<[u8; 64]> {
        self.call("SDF_InternalSign_ECC", |state| {
            let key = state.usable(session, index, Half::Signing)?;
            if digest.len() == 32 { Ok(keys::sign_digest(&key, digest)) } else { Err(ARGUMENT) }
        })
    }

    /// SDF_InternalDecrypt_ECC.
    pub fn decrypt(
        &self,
        function: &str,
        session: usize,
        index: u32,
        cipher: Option<Sm2Ciphertext>,
    ) -> Answer<Vec<u8>> {
        self.call(function, |state| {
            let key = state.usable(session, index, Half::Encryption)?;
            let plain = key.unwrap(&cipher.ok_or(ARGUMENT)?).map_err(|_| PRIVATE_OPERATION)?;
            Ok(plain.to_vec())
        })
    }

    /// SDF_ExchangeDigitEnvelopeBaseOnECC.
    pub fn exchange(
        &self,
        session: usize,
        index: u32,
        other: Option<PublicKey>,
        cipher: Option<Sm2Ciphertext>,
    ) -> Answer<Sm2Ciphertext> {
        let plain = self.decrypt("SDF_ExchangeDigitEnvelopeBaseOnECC", session, index, cipher)?;
        let mut candidates = [[0; 32]; 8];
        for candidate in &mut candidates {
            getrandom::fill(candidate).expect("randomness");
        }
        encrypt(&other.ok_or(ARGUMENT)?, &plain, &candidates).map_err(|_| ARGUMENT)
    }
}

impl State {
    fn open(&mut self, opened: Opened) -> usize {
        self.last += 1;
        self.opened.insert(self.last, opened);
        self.last
    }

    fn rights(&mut self, session: usize) -> Answer<&mut BTreeSet<u32>> {
        match self.opened.get_mut(&session) {
            Some(Opened::Session { rights }) => Ok(rights),
            _ => Err(OPEN_SESSION),
        }
    }

    fn key(&self, index: u32, half: Half) -> Answer<SecretKey> {
        let (signing, encryption) = self.contents.keys.get(&index).ok_or(NO_KEY)?;
        Ok(keys::key(if half == Half::Signing { *signing } else { *encryption }))
    }

    fn usable(&mut self, session: usize, index: u32, half: Half) -> Answer<SecretKey> {
        if !self.rights(session)?.contains(&index) {
            return Err(DENIED);
        }
        self.key(index, half)
    }
}
