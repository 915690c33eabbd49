//! The room's custody devices, main and standby, and their keys for one lot.
//!
//! A device can go away at any moment and come back. Whoever asks one gets an answer or an error within seconds; a
//! device that failed is asked last from then on, until a look at it succeeds.

use std::num::NonZeroU16;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use bidroom_domain::LotFacts;
use bidroom_envelope::suite::sm2::{Sm2Ciphertext, Unwrap, UnwrapError};
use bidroom_hsm::{Custody, CustodyError, ErrorKind, KeyName, NamePart, Role};
use bidroom_wire::HealthCheck;
use zeroize::Zeroizing;

use crate::protocol::Problem;

/// How long a device may take to sign or to open something. A device that hangs is as good as pulled.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to make or look for keys.
const LONG_PATIENCE: Duration = Duration::from_secs(60);
/// Every so often, counted in questions for the devices' condition, a device that works is looked at too.
const LOOK_EVERY: u32 = 10;

/// Why a device did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// It answered with an error.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// It did not answer.
    #[error("the device has not answered for {} s", .0.as_secs())]
    Silent(Duration),
    /// It could not be opened.
    #[error("{0}")]
    Absent(String),
    /// No thread could be had for asking it.
    #[error("no thread: {0}")]
    Thread(std::io::Error),
}

impl DeviceError {
    /// Whether the device failed, rather than the question.
    fn is_failure(&self) -> bool {
        match self {
            Self::Custody(error) => error.kind() == ErrorKind::Fault,
            Self::Silent(_) | Self::Absent(_) => true,
            Self::Thread(_) => false,
        }
    }
}

impl From<DeviceError> for Problem {
    fn from(error: DeviceError) -> Self {
        Self::fault("device", &error)
    }
}

/// Opens a device that was not there when custody started. It must never try a PIN that was refused.
pub type Opener = Box<dyn Fn() -> Result<Arc<dyn Custody>, String> + Send + Sync>;

/// One device. Cheap to clone.
#[derive(Clone)]
pub struct Device {
    /// `main` or `standby`.
    pub name: &'static str,
    shared: Arc<Shared>,
}

struct Shared {
    custody: Mutex<Option<Arc<dyn Custody>>>,
    opener: Option<Opener>,
    opening: Mutex<()>,
    /// Why it does not answer, while it does not, and how many questions had been begun when that was found.
    lost: Mutex<Option<(String, u64)>>,
    /// Questions begun so far.
    begun: AtomicU64,
    looking: AtomicBool,
    /// When it last signed or unwrapped something.
    used: Mutex<Option<Instant>>,
    checked: Mutex<Option<HealthCheck>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is inside is replaced whole: a panic elsewhere leaves no half of it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Device {
    fn new(
        name: &'static str,
        custody: Option<Arc<dyn Custody>>,
        opener: Option<Opener>,
        lost: Option<String>,
    ) -> Self {
        let shared = Shared {
            custody: Mutex::new(custody),
            opener,
            opening: Mutex::new(()),
            lost: Mutex::new(lost.map(|why| (why, 0))),
            begun: AtomicU64::new(1),
            looking: AtomicBool::new(false),
            used: Mutex::default(),
            checked: Mutex::default(),
        };
        Self { name, shared: Arc::new(shared) }
    }

    /// A device that is open.
    pub fn open(name: &'static str, custody: Arc<dyn Custody>) -> Self {
        Self::new(name, Some(custody), None, None)
    }

    /// A device that was not there when custody started; `opener` is tried whenever it is looked at.
    pub fn absent(name: &'static str, why: String, opener: Opener) -> Self {
        Self::new(name, None, Some(opener), Some(why))
    }

    /// The custody behind it, if it was ever opened.
    pub fn custody(&self) -> Option<Arc<dyn Custody>> {
        lock(&self.shared.custody).clone()
    }

    /// Why it does not answer; none while it does.
    pub fn lost(&self) -> Option<String> {
        lock(&self.shared.lost).as_ref().map(|(why, _)| why.clone())
    }

    /// Seconds since it last signed or unwrapped something; none if it has not since custody started.
    pub fn used_seconds(&self) -> Option<u64> {
        lock(&self.shared.used).map(|at| at.elapsed().as_secs())
    }

    /// The last self-check since custody started.
    pub fn last_check(&self) -> Option<HealthCheck> {
        lock(&self.shared.checked).clone()
    }

    /// Keeps what a self-check found.
    pub(crate) fn checked(&self, check: HealthCheck) {
        *lock(&self.shared.checked) = Some(check);
    }

    fn opened(&self) -> Result<Arc<dyn Custody>, DeviceError> {
        if let Some(custody) = self.custody() {
            return Ok(custody);
        }
        let _alone = lock(&self.shared.opening);
        if let Some(custody) = self.custody() {
            return Ok(custody);
        }
        let opener = self.shared.opener.as_ref();
        let opener = opener.ok_or_else(|| DeviceError::Absent("it was never opened".to_owned()))?;
        let opened = opener().map_err(DeviceError::Absent)?;
        *lock(&self.shared.custody) = Some(opened.clone());
        Ok(opened)
    }

    /// Has the device sign or unwrap something, on a thread of its own: one that never answers holds up nobody for longer than a few seconds.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Custody) -> Result<T, CustodyError> + Send + 'static,
    ) -> Result<T, DeviceError> {
        let answered = self.ask_within(PATIENCE, ask);
        if answered.is_ok() {
            *lock(&self.shared.used) = Some(Instant::now());
        }
        answered
    }

    /// The same for what uses no key.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn look_at<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Custody) -> Result<T, CustodyError> + Send + 'static,
    ) -> Result<T, DeviceError> {
        self.ask_within(PATIENCE, ask)
    }

    /// The same for what takes long: making keys, looking for them.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn ask_long<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Custody) -> Result<T, CustodyError> + Send + 'static,
    ) -> Result<T, DeviceError> {
        self.ask_within(LONG_PATIENCE, ask)
    }

    fn ask_within<T: Send + 'static>(
        &self,
        within: Duration,
        ask: impl FnOnce(&dyn Custody) -> Result<T, CustodyError> + Send + 'static,
    ) -> Result<T, DeviceError> {
        let number = self.shared.begun.fetch_add(1, Ordering::AcqRel);
        let answered = self.asked(within, ask);
        match &answered {
            Ok(_) => self.found(number),
            Err(error) if error.is_failure() => self.failed(&error.to_string()),
            Err(_) => {}
        }
        answered
    }

    fn asked<T: Send + 'static>(
        &self,
        within: Duration,
        ask: impl FnOnce(&dyn Custody) -> Result<T, CustodyError> + Send + 'static,
    ) -> Result<T, DeviceError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let device = self.clone();
        let work = move || {
            let done = device.opened().and_then(|custody| Ok(ask(&*custody)?));
            // Whoever asked may have given up: then the answer is dropped here, and erased if it was a secret.
            let _ = answer.send(done);
        };
        let thread = std::thread::Builder::new().name(format!("device {}", self.name));
        thread.spawn(work).map_err(DeviceError::Thread)?;
        match answered.recv_timeout(within) {
            Ok(done) => done,
            Err(RecvTimeoutError::Timeout) => Err(DeviceError::Silent(within)),
            Err(RecvTimeoutError::Disconnected) => {
                Err(DeviceError::Absent("asking it ended without an answer".to_owned()))
            }
        }
    }

    /// It answered a question: it is there again, unless it failed after that question was begun. A look that began
    /// before the device was pulled can end after a question found that out.
    fn found(&self, number: u64) {
        let mut lost = lock(&self.shared.lost);
        if lost.as_ref().is_some_and(|(_, failed)| number >= *failed) {
            *lost = None;
            tracing::warn!(device = self.name, "the device answers again");
        }
    }

    fn failed(&self, why: &str) {
        let mut lost = lock(&self.shared.lost);
        if lost.is_none() {
            tracing::error!(
                device = self.name,
                why,
                "the device does not answer; it is asked last from now on"
            );
        }
        *lost = Some((why.to_owned(), self.shared.begun.load(Ordering::Acquire)));
    }

    /// Looks whether it answers, without holding up whoever asks for that.
    fn look(&self) {
        if self.shared.looking.swap(true, Ordering::AcqRel) {
            return;
        }
        let device = self.clone();
        let looked = std::thread::Builder::new().name(format!("look at {}", self.name)).spawn(move || {
            let _ = device.ask_long(|custody| custody.keys());
            device.shared.looking.store(false, Ordering::Release);
        });
        if looked.is_err() {
            self.shared.looking.store(false, Ordering::Release);
        }
    }
}

/// All devices, main first.
#[derive(Clone)]
pub struct DeviceSet {
    devices: Vec<Device>,
    looks: Arc<AtomicU32>,
}

impl DeviceSet {
    /// The main device and, where there is one, the standby; both open.
    pub fn new(main: Arc<dyn Custody>, standby: Option<Arc<dyn Custody>>) -> Self {
        let standby = standby.map(|custody| Device::open("standby", custody));
        Self::of(Device::open("main", main), standby)
    }

    /// The main device and, where there is one, the standby, whether or not they answer now.
    pub fn of(main: Device, standby: Option<Device>) -> Self {
        let devices = core::iter::once(main).chain(standby).collect();
        Self { devices, looks: Arc::default() }
    }

    /// The devices, main first.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// The devices with their places, in the order in which they are asked: those that answer first.
    pub fn in_turn(&self) -> Vec<(usize, &Device)> {
        let mut devices: Vec<_> = self.devices.iter().enumerate().collect();
        devices.sort_by_key(|(_, device)| device.lost().is_some());
        devices
    }

    /// Why nothing came of a question to one device after the other, of which the last one said `said`.
    pub fn unanswered(&self, said: Problem) -> Problem {
        if self.devices.iter().all(|device| device.lost().is_some()) {
            Problem::Devices { why: said.to_string() }
        } else {
            said
        }
    }

    /// Has those that do not answer looked at again, and now and then those that do.
    pub fn look(&self) {
        let all = self.looks.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK_EVERY);
        self.devices.iter().filter(|device| all || device.lost().is_some()).for_each(Device::look);
    }
}

/// The name of a key of the first envelope of a lot.
///
/// # Errors
/// A fault if the tender's number is no part of a name, which importing has excluded.
pub fn lot_key(lot: &LotFacts, role: Role) -> Result<KeyName, Problem> {
    let part =
        |text: String| text.parse::<NamePart>().map_err(|error| Problem::fault("name of a key", &error));
    Ok(KeyName::tender(part(lot.tender.to_string())?, part(lot.lot.to_string())?, NonZeroU16::MIN, role))
}

/// A decryption key in a device as something that unwraps.
pub struct KeyInDevice<'a> {
    /// The device.
    pub device: &'a Device,
    /// The key.
    pub key: &'a KeyName,
}

impl Unwrap for KeyInDevice<'_> {
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let (key, ciphertext) = (self.key.clone(), ciphertext.clone());
        self.device.ask(move |custody| custody.unwrap(&key, &ciphertext)).map_err(|error| match &error {
            DeviceError::Custody(CustodyError::Unopened(_)) => UnwrapError::Check,
            DeviceError::Custody(custody) if custody.kind() == ErrorKind::Refusal => {
                UnwrapError::Refused(error.to_string())
            }
            _ => UnwrapError::Device(error.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_hsm::soft::{DerivationCost, SoftCustody, StoreSecret};

    fn soft(folder: &std::path::Path) -> Arc<dyn Custody> {
        let secret = StoreSecret::Passphrase(Zeroizing::new("a passphrase of a test".to_owned()));
        Arc::new(SoftCustody::create(folder, &secret, DerivationCost::default()).unwrap())
    }

    #[test]
    fn a_device_that_failed_is_asked_last_until_it_answers() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let set = DeviceSet::new(soft(one.path()), Some(soft(other.path())));
        let order = |set: &DeviceSet| set.in_turn().iter().map(|(place, _)| *place).collect::<Vec<_>>();
        assert_eq!(order(&set), [0, 1]);
        set.devices()[0].failed("pulled");
        assert_eq!(order(&set), [1, 0]);
        set.devices()[0].ask(|custody| custody.keys()).unwrap();
        assert_eq!(order(&set), [0, 1]);
    }

    #[test]
    fn a_device_that_hangs_is_given_up_and_asked_last() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let set = DeviceSet::new(soft(one.path()), Some(soft(other.path())));
        let (go, gate) = mpsc::channel::<()>();
        let hung = set.devices()[0].ask_within(Duration::ZERO, move |custody| {
            let _ = gate.recv();
            custody.keys()
        });
        assert!(matches!(hung, Err(DeviceError::Silent(_))));
        assert_eq!(set.in_turn().iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 0]);
        let said = || Problem::fault("device", &"nothing");
        assert_eq!(set.unanswered(said()), said(), "the other one answers");
        set.devices()[1].failed("pulled");
        assert!(matches!(set.unanswered(said()), Problem::Devices { .. }));
        drop(go);
    }

    #[test]
    fn an_answer_to_an_older_question_does_not_hide_that_a_device_was_pulled() {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open("main", soft(folder.path()));
        let pulled = device.clone();
        device
            .ask(move |custody| {
                // While this question is on its way, another one finds the device gone.
                pulled.failed("pulled");
                custody.keys()
            })
            .unwrap();
        assert_eq!(device.lost().as_deref(), Some("pulled"));
        device.ask(|custody| custody.keys()).unwrap();
        assert_eq!(device.lost(), None);
    }

    #[test]
    fn a_device_that_comes_late_is_opened_when_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let (path, plugged) = (folder.path().join("store"), folder.path().join("plugged"));
        let present = plugged.clone();
        let opener: Opener = Box::new(move || {
            if present.exists() { Ok(soft(&path)) } else { Err("nothing is plugged in".to_owned()) }
        });
        let device = Device::absent("main", "nothing is plugged in".to_owned(), opener);
        assert!(matches!(device.ask(|custody| custody.keys()), Err(DeviceError::Absent(_))));
        assert!(device.lost().is_some() && device.custody().is_none());
        std::fs::create_dir(folder.path().join("store")).unwrap();
        std::fs::write(&plugged, b"").unwrap();
        device.ask(|custody| custody.keys()).unwrap();
        assert!(device.lost().is_none() && device.custody().is_some());
    }
}
