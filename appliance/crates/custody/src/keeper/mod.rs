//! The keeper: devices, identity, heads, and one docket per session.

mod docket;
mod judge;
mod prepare;
mod shares;
mod speak;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bidroom_canon::Base64Bytes;
use bidroom_domain::{At, SessionId};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_wire::CustodyView;

use self::docket::Docket;
use crate::clock::{Clock, StepGuard};
use crate::devices::DeviceSet;
use crate::heads::Heads;
use crate::identity::Voice;
use crate::protocol::{Answer, Problem, Request};

/// How far an entry's time may lie before custody's when it is judged, milliseconds. Longer, and it was backdated:
/// a late bid would become a timely one. Entries that custody judged before it was stopped are known by their roots.
const MOST_LATE: i64 = 60_000;
/// How far the room's time may run ahead of custody's, milliseconds.
const MOST_AHEAD: i64 = 1000;

/// What a keeper is made of.
pub struct KeeperParts {
    /// The devices, open.
    pub devices: DeviceSet,
    /// Folder of custody's own heads.
    pub state_dir: PathBuf,
    /// Custody's clock.
    pub clock: Arc<dyn Clock>,
    /// Roots of agencies' certificates: who may sign tender packages.
    pub agency_roots: Vec<Certificate>,
    /// The room's name in log origins.
    pub origin: String,
    /// The centre, which the room's certificates name.
    pub centre: String,
    /// Whether this is a drill: packages must say the same.
    pub drill: bool,
}

/// Holds the devices and decides what they are used for.
pub struct Keeper {
    devices: DeviceSet,
    heads: Heads,
    clock: Arc<dyn Clock>,
    steps: StepGuard,
    /// By how much the clock was set, until the machine is started again with a time that people have checked.
    clock_set: Mutex<Option<i64>>,
    agency_roots: Vec<Certificate>,
    drill: bool,
    voice: Voice,
    dockets: RwLock<BTreeMap<SessionId, Arc<Mutex<Docket>>>>,
}

impl Keeper {
    /// Opens custody: checks that heads, identity and devices belong together.
    ///
    /// # Errors
    /// A fault of device or disk.
    pub fn open(parts: KeeperParts) -> Result<Self, Problem> {
        let KeeperParts { devices, state_dir, clock, agency_roots, origin, centre, drill } = parts;
        let heads = Heads::open(&state_dir)?;
        let main =
            devices.devices().first().ok_or_else(|| Problem::fault("custody", &"there is no device"))?;
        let voice = Voice::open(main.custody.clone(), &heads, &origin, &centre, clock.now())?;
        Ok(Self {
            devices,
            heads,
            clock,
            steps: StepGuard::default(),
            clock_set: Mutex::default(),
            agency_roots,
            drill,
            voice,
            dockets: RwLock::default(),
        })
    }

    /// Answers one request. Several threads may ask at once; requests about one session are answered one after the
    /// other, but for unwrapping.
    ///
    /// # Errors
    /// A [`Problem`]; then nothing was changed.
    pub fn answer(&self, request: Request) -> Result<Answer, Problem> {
        match request {
            Request::Identity => Ok(Answer::Identity(Box::new(self.voice.identity().clone()))),
            Request::Devices => Ok(Answer::Devices(self.views())),
            Request::Open { session, package, publication } => {
                self.take_up(session, &package.0, publication.as_ref().map(|der| der.0.as_slice()))
            }
            Request::Prepare { session, at } => self.prepare(&session, at),
            Request::Judge { session, from, entries, evidence } => {
                self.judge(&session, from, &entries, &evidence)
            }
            Request::Sign { session, size } => self.sign(&session, size),
            Request::Shares { session, bid, evidence } => self.shares(&session, &bid, &evidence),
            Request::Receipt { session, bid } => self.receipt(&session, &bid),
            Request::Say { statement } => self.say(&statement),
            Request::Clock { at, quality } => {
                self.is_now(at)?;
                Ok(Answer::Clock(self.voice.clock(at, quality)?))
            }
        }
    }

    fn docket(&self, session: &SessionId) -> Result<Arc<Mutex<Docket>>, Problem> {
        let dockets = self.dockets.read().unwrap_or_else(PoisonError::into_inner);
        dockets.get(session).cloned().ok_or_else(|| Problem::Unknown { session: session.clone() })
    }

    /// Looks at the clock, and remembers if it was set.
    fn now(&self) -> At {
        let (now, step) = self.steps.look(&*self.clock);
        if let Some(step) = step {
            tracing::error!(
                millis = step,
                "the machine's clock was set; nothing is opened until it is settled"
            );
            *self.clock_set.lock().unwrap_or_else(PoisonError::into_inner) = Some(step);
        }
        now
    }

    /// Refuses while the clock was set and nobody has settled it.
    fn time_stands(&self) -> Result<(), Problem> {
        self.now();
        match *self.clock_set.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(millis) => Err(Problem::ClockSet { millis }),
        }
    }

    /// Compares a time that the room states as now with custody's clock.
    fn is_now(&self, said: At) -> Result<(), Problem> {
        let now = self.now();
        let behind = now.millis_since(said);
        if (-MOST_AHEAD..=MOST_LATE).contains(&behind) { Ok(()) } else { Err(Problem::Time { said, now }) }
    }

    fn views(&self) -> Vec<CustodyView> {
        let view = |device: &crate::devices::Device| {
            let description = device.custody.description();
            CustodyView {
                device: device.name.to_owned(),
                level_zh: description.zh().join("\n"),
                level_en: description.en().join("\n"),
                ready: device.custody.keys().is_ok(),
            }
        };
        self.devices.devices().iter().map(view).collect()
    }

    fn statement(&self, value: &(impl serde::Serialize + ?Sized)) -> Result<Answer, Problem> {
        Ok(Answer::Statement(Base64Bytes(self.voice.statement(value)?)))
    }
}

fn lock(docket: &Mutex<Docket>) -> MutexGuard<'_, Docket> {
    // Whatever panicked had not put anything into the docket: it is changed in one step, after everything was checked.
    docket.lock().unwrap_or_else(PoisonError::into_inner)
}
