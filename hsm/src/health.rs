//! How a custody is doing: what the console shows of device, sessions and the last self-check.
//!
//! Reads no clock: whoever asks says what time it is.

use crate::custody::Custody;
use crate::error::{CustodyError, ErrorKind};
use crate::level::{Backend, DeviceIdentity};

/// How a custody is doing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CustodyHealth {
    /// Which implementation.
    pub backend: Backend,
    /// The device, if there is one.
    pub device: Option<DeviceIdentity>,
    /// Version of the device's firmware as it tells it.
    pub firmware: Option<String>,
    /// The library through which it is spoken to: path, or its own description.
    pub library: Option<String>,
    /// Slots that the library shows; none where there is no such notion.
    pub slots: Vec<SlotHealth>,
    /// What the device offers, by the names of its specification.
    pub mechanisms: Vec<String>,
    /// Sessions, where there are any.
    pub sessions: Option<SessionCount>,
    /// The last fault or sign of tampering since the custody was opened, however old.
    pub last_trouble: Option<Trouble>,
    /// The self-check that was made for this report.
    pub self_check: Option<SelfCheck>,
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SlotHealth {
    /// Its number.
    pub number: u64,
    /// Its description.
    pub description: String,
    /// Label and serial number of the token in it.
    pub token: Option<String>,
    /// Whether this custody uses it.
    pub used: bool,
}

/// Sessions with a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SessionCount {
    /// Open now.
    pub open: u64,
    /// Most at once.
    pub limit: u64,
    /// How often the connection was lost and made again.
    pub renewals: u64,
}

/// Something that went wrong, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trouble {
    /// In Chinese, with what to do.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Whether evidence disagrees; otherwise something failed.
    pub tamper: bool,
}

impl Trouble {
    /// A fault or a sign of tampering; refusals are no trouble of the device's.
    pub fn of(error: &CustodyError) -> Option<Self> {
        let tamper = match error.kind() {
            ErrorKind::Refusal => return None,
            ErrorKind::Fault => false,
            ErrorKind::Tamper => true,
        };
        Some(Self { zh: error.zh(), en: error.to_string(), tamper })
    }
}

/// A self-check.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SelfCheck {
    /// When, in milliseconds since 1970, by the clock of whoever asked.
    pub at: i64,
    /// Keys that were checked, each used once against its public part.
    pub keys: Option<usize>,
    /// Why it did not end well.
    pub failed: Option<Trouble>,
}

impl CustodyHealth {
    /// What every custody can say.
    pub fn basic(custody: &(impl Custody + ?Sized)) -> Self {
        let description = custody.description();
        Self {
            backend: description.backend,
            device: description.device,
            firmware: None,
            library: None,
            slots: Vec::new(),
            mechanisms: Vec::new(),
            sessions: None,
            last_trouble: None,
            self_check: None,
        }
    }

    /// Checks every key and reports; `at` is the time, in milliseconds since 1970.
    pub fn examine(custody: &(impl Custody + ?Sized), at: i64) -> Self {
        let outcome = custody.self_check();
        let (keys, failed) = match &outcome {
            Ok(keys) => (Some(*keys), None),
            Err(error) => {
                let refusal = || Trouble { zh: error.zh(), en: error.to_string(), tamper: false };
                (None, Some(Trouble::of(error).unwrap_or_else(refusal)))
            }
        };
        Self { self_check: Some(SelfCheck { at, keys, failed }), ..custody.health() }
    }

    /// Whether nothing is wrong now: the self-check of this report, if there is one, ended well.
    pub fn is_well(&self) -> bool {
        self.self_check.as_ref().is_none_or(|check| check.failed.is_none())
    }
}

/// Keeps the last trouble of a custody.
#[derive(Debug, Default)]
pub(crate) struct LastTrouble(std::sync::Mutex<Option<Trouble>>);

impl LastTrouble {
    /// Notes what an outcome says.
    pub(crate) fn note<T>(&self, outcome: Result<T, CustodyError>) -> Result<T, CustodyError> {
        if let Err(error) = &outcome
            && let Some(trouble) = Trouble::of(error)
        {
            *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(trouble);
        }
        outcome
    }

    pub(crate) fn get(&self) -> Option<Trouble> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
