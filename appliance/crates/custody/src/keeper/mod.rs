//! The keeper: devices, identity, heads, and one docket per session.

mod committee;
mod docket;
mod draw;
mod health;
mod judge;
mod members;
mod prepare;
mod probe;
mod redeal;
mod remedy;
mod shares;
mod speak;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::State;
use bidroom_domain::{At, SessionId};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_wire::CustodyView;

use self::docket::Docket;
use self::probe::ProbeKey;
use crate::certificates::CertificateFolders;
use crate::clock::{Clock, StepGuard};
use crate::devices::DeviceSet;
use crate::heads::Heads;
use crate::identity::Voice;
use crate::protocol::{Answer, Condition, Problem, Request};

/// How far an entry's time may lie before custody's when it is judged, milliseconds. Longer, and it was backdated:
/// a late bid would become a timely one. Entries that custody judged before it was stopped are known by their roots.
const MOST_LATE: i64 = 60_000;
/// How far the room's time may run ahead of custody's, milliseconds.
const MOST_AHEAD: i64 = 1000;
/// How often the clocks are put down, milliseconds.
const SEEN_EVERY: i64 = 60_000;

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
    /// What is known of authorities besides the tender packages.
    pub certificates: Arc<CertificateFolders>,
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
    /// The last time the clock was set: number of the step, and by how much. A session opens nothing until enough of its
    /// officers have confirmed the time after it.
    clock_step: Mutex<Option<(u64, i64)>>,
    down: Mutex<PutDown>,
    probe_key: ProbeKey,
    agency_roots: Vec<Certificate>,
    certificates: Arc<CertificateFolders>,
    drill: bool,
    voice: Voice,
    dockets: RwLock<BTreeMap<SessionId, Arc<Mutex<Docket>>>>,
}

/// What was put down of the clocks.
#[derive(Debug, Default)]
struct PutDown {
    /// When they were put down last.
    seen: Option<At>,
    /// Steps that could not be put down yet: by how much, and the time after it. They count nevertheless.
    owed: Vec<(i64, At)>,
}

impl Keeper {
    /// Opens custody: checks that heads, identity and devices belong together.
    ///
    /// # Errors
    /// A fault of device or disk.
    pub fn open(parts: KeeperParts) -> Result<Self, Problem> {
        let KeeperParts { devices, state_dir, clock, agency_roots, certificates, origin, centre, drill } =
            parts;
        let heads = Heads::open(&state_dir)?;
        let voice = Voice::open(devices.clone(), &heads, &origin, &centre, clock.read().at)?;
        let (steps, back) = StepGuard::since(heads.clock_seen()?.as_ref(), &*clock);
        let keeper = Self {
            clock_step: Mutex::new(heads.clock_step()?),
            devices,
            heads,
            clock,
            steps,
            down: Mutex::default(),
            probe_key: ProbeKey::draw()?,
            agency_roots,
            certificates,
            drill,
            voice,
            dockets: RwLock::default(),
        };
        if let Some(millis) = back {
            keeper.clock_was_set(&mut keeper.put_down(), millis, keeper.clock.read().at);
        }
        keeper.now();
        Ok(keeper)
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
            Request::Health { check } => Ok(Answer::Health(self.health(check))),
            Request::Condition { session } => self.condition(&session),
            Request::Open { session, package, publication, redeals } => {
                let publication = publication.as_ref().map(|der| der.0.as_slice());
                self.take_up(session, &package.0, publication, &redeals)
            }
            Request::Prepare { session, at } => self.prepare(&session, at),
            Request::Probe { session, at, certificate } => self.challenge(&session, at, &certificate.0),
            Request::Redeal { session, at, evidence } => self.redeal(&session, at, &evidence),
            Request::Judge { session, from, entries, evidence } => {
                self.judge(&session, from, &entries, &evidence)
            }
            Request::Sign { session, size } => self.sign(&session, size),
            Request::Shares { session, bid, evidence } => self.shares(&session, &bid, &evidence),
            Request::Receipt { session, bid, packages } => self.receipt(&session, &bid, packages),
            Request::CertifyMember { session, at, member, request } => {
                self.certify_member(&session, at, member, &request)
            }
            Request::Draw { session, at, of } => self.draw_value(&session, at, &of),
            Request::Committee { session, sealed, open } => self.committee(&session, &sealed.0, open),
            Request::Say { statement } => self.say(&statement),
            Request::Clock { at, quality } => {
                self.is_now(at)?;
                Ok(Answer::Clock(self.voice.clock(at, &quality)?))
            }
        }
    }

    fn docket(&self, session: &SessionId) -> Result<Arc<Mutex<Docket>>, Problem> {
        let dockets = self.dockets.read().unwrap_or_else(PoisonError::into_inner);
        dockets.get(session).cloned().ok_or_else(|| Problem::Unknown { session: session.clone() })
    }

    fn put_down(&self) -> MutexGuard<'_, PutDown> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the clocks, and puts down if the time was set. One look after the other: nobody gets past a step that
    /// another one has found and not told yet.
    fn now(&self) -> At {
        let mut down = self.put_down();
        let (now, step) = self.steps.look(&*self.clock);
        if let Some(millis) = step {
            self.clock_was_set(&mut down, millis, now);
        }
        while let Some((millis, at)) = down.owed.first() {
            if let Err(error) = self.heads.put_clock_step(*millis, *at) {
                tracing::error!(%error, "the step of the clock could not be put down");
                // Where the comparing began stays as it was put down last: a custody started anew finds the step again.
                return now;
            }
            down.owed.remove(0);
        }
        let due = down.seen.is_none_or(|last| now.millis_since(last).saturating_abs() >= SEEN_EVERY);
        if (due || step.is_some())
            && let Some(look) = self.steps.seen(now, &*self.clock)
        {
            match self.heads.put_clock_seen(&look) {
                Ok(()) => down.seen = Some(now),
                Err(error) => tracing::warn!(%error, "the clocks could not be put down"),
            }
        }
        now
    }

    fn clock_was_set(&self, down: &mut PutDown, millis: i64, now: At) {
        tracing::error!(
            millis,
            "the machine's clock was set; nothing is opened until officers have confirmed the time"
        );
        let mut last = self.clock_step.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((last.map_or(1, |(number, _)| number.saturating_add(1)), millis));
        down.owed.push((millis, now));
    }

    fn clock_step(&self) -> Option<(u64, i64)> {
        *self.clock_step.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses while the clock was set and not enough officers of the session have confirmed the time since.
    fn time_stands(&self, docket: &Docket, state: &State) -> Result<(), Problem> {
        self.now();
        match self.step_since(docket) {
            Some((number, millis)) if number > state.clock_confirmed => Err(Problem::ClockSet { millis }),
            _ => Ok(()),
        }
    }

    /// The last step of the clock, if it came after the session began.
    fn step_since(&self, docket: &Docket) -> Option<(u64, i64)> {
        self.clock_step().filter(|(number, _)| *number > docket.clock_settled)
    }

    /// What has happened to devices and clock.
    fn condition(&self, session: &SessionId) -> Result<Answer, Problem> {
        self.now();
        self.devices.look();
        let lost = self.devices.devices().iter().filter(|device| device.lost().is_some());
        let lost = lost.map(|device| device.name.to_owned()).collect();
        let docket = self.docket(session)?;
        let clock_step = self.step_since(&lock(&docket));
        Ok(Answer::Condition(Condition { lost, clock_step }))
    }

    /// Compares a time that the room states as now with custody's clock.
    fn is_now(&self, said: At) -> Result<(), Problem> {
        let now = self.now();
        let behind = now.millis_since(said);
        if (-MOST_AHEAD..=MOST_LATE).contains(&behind) { Ok(()) } else { Err(Problem::Time { said, now }) }
    }

    fn views(&self) -> Vec<CustodyView> {
        let view = |device: &crate::devices::Device| {
            let description = device.custody().map(|custody| custody.description());
            let (mut zh, mut en) = description.map_or_else(
                || ("密钥托管：设备未接入。".to_owned(), "Custody: the device is not connected.".to_owned()),
                |description| (description.zh().join("\n"), description.en().join("\n")),
            );
            // Asking is what tells whether it answers.
            let answers = device.ask_long(|custody| custody.keys()).is_ok();
            if let Some(why) = device.lost() {
                zh.push_str(&format!("\n设备没有应答：{why}"));
                en.push_str(&format!("\nThe device does not answer: {why}"));
            }
            CustodyView { device: device.name.to_owned(), level_zh: zh, level_en: en, ready: answers }
        };
        self.devices.devices().iter().map(view).collect()
    }

    fn statement<T: serde::Serialize>(&self, value: impl Fn(&Certificate) -> T) -> Result<Answer, Problem> {
        Ok(Answer::Statement(Base64Bytes(self.voice.statement(value)?)))
    }
}

fn lock(docket: &Mutex<Docket>) -> MutexGuard<'_, Docket> {
    // Whatever panicked had not put anything into the docket: it is changed in one step, after everything was checked.
    docket.lock().unwrap_or_else(PoisonError::into_inner)
}
