//! The state of an opening: a fold over events.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::event::{
    BidAttributed, CloseCause, DeviceKeys, FailureCause, LockMismatched, LockTag, Outcome, RosterRow,
    ScheduleRow,
};
use super::proposal::Remedy;
use super::trouble::Fact;
use crate::{At, Bidder, CreditCode, LotFacts, Officer, StaffRole, evaluation};

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Created; keys not yet published.
    Prepare,
    /// Receiving bids; sign-in within its window.
    Receive,
    /// The roster is published; officers authorise.
    Authorise,
    /// Shares are collected.
    Unlock,
    /// Collecting is closed; the room opens.
    Opening,
    /// All are opened; rows are read aloud.
    Announce,
    /// Bidders confirm or object.
    Confirm,
    /// The record is fixed.
    Closed,
    /// A rule refused the opening; bids stay sealed.
    Refused,
}

/// A bid that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub bidder: Bidder,
    /// Its digest.
    pub bid: Sm3Digest,
    /// Digest of the key-package record that counts.
    pub packages: Sm3Digest,
    /// Its version, from 1.
    pub version: u32,
    /// Its sequence.
    pub sequence: u32,
    /// Length in bytes.
    pub length: u64,
    /// When it was received.
    pub received_at: At,
}

/// A share that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// With which lock.
    pub lock: LockTag,
    /// SM3 of the signed consent.
    pub statement: Sm3Digest,
    /// When.
    pub at: At,
    /// By which remedy, where not with a lock to which the bid is sealed.
    pub remedy: Option<Remedy>,
}

/// A trustee's part that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenPart {
    /// The trustee's name.
    pub name: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
    /// SM3 over the enveloped part's packages.
    pub packages: Sm3Digest,
    /// When.
    pub at: At,
}

/// A request for the remedy key, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemedyState {
    /// SM3 of the signed request.
    pub statement: Sm3Digest,
    /// The lock that signed it.
    pub lock: LockTag,
    /// Why it was asked for.
    pub reason: String,
    /// When.
    pub at: At,
    /// Why the host allowed it, and when.
    pub allowed: Option<(String, At)>,
    /// SM3 of the supervisor's signed agreement, and when.
    pub agreed: Option<(Sm3Digest, At)>,
    /// Parts that are held, by trustee.
    pub parts: BTreeMap<u8, GivenPart>,
}

/// What the supervisor said to a fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Who.
    pub name: String,
    /// When.
    pub at: At,
    /// Why not, where the fate is contested.
    pub contested: Option<String>,
}

/// One bidder's window at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowState {
    /// It stands still.
    pub stands: bool,
    /// Milliseconds left.
    pub remaining: i64,
}

impl WindowState {
    /// Whether a share may be handed in.
    pub const fn is_open(&self) -> bool {
        self.stands || self.remaining > 0
    }
}

/// An officer's authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorised {
    /// Name.
    pub name: String,
    /// Last four digits of the lock's serial.
    pub lock_tail: String,
    /// When.
    pub at: At,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A lock that opened a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// SM3 of the encryption certificate.
    pub lock: Sm3Digest,
    /// Last four digits of its serial.
    pub lock_tail: String,
    /// When.
    pub at: At,
}

/// An officer's agreement to a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// All officers as they would be.
    pub officers: Vec<Officer>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
    /// When.
    pub at: At,
}

/// A step of the room's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockStep {
    /// Its number.
    pub step: u64,
    /// By how many milliseconds.
    pub millis: i64,
    /// When it was noticed.
    pub at: At,
    /// Officers that confirmed the time since, by share index.
    pub confirmed: BTreeMap<u8, At>,
}

/// The clock of the unlock window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlockClock {
    /// Attempt.
    pub attempt: u32,
    /// When the window was opened.
    pub started_at: At,
    /// When it ends, while the clock runs.
    pub ends_at: At,
    /// Reason and milliseconds left, while the clock stands still.
    pub stopped: Option<(String, i64)>,
    /// When it last began to run again: time before that was given back already.
    pub resumed_at: Option<At>,
}

impl UnlockClock {
    /// Milliseconds left at `now`, never negative.
    pub fn remaining(&self, now: At) -> i64 {
        match &self.stopped {
            Some((_, remaining)) => *remaining,
            None => self.ends_at.millis_since(now).max(0),
        }
    }

    /// Where the clock stands at `now`: the moment at which it was stopped, or `now`.
    pub(super) const fn moment(&self, now: At) -> At {
        match &self.stopped {
            Some((_, remaining)) => self.ends_at.plus_millis(remaining.saturating_neg()),
            None => now,
        }
    }
}

/// An objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Number, from 1.
    pub number: u32,
    /// Who.
    pub bidder: CreditCode,
    /// What it says.
    pub text: String,
    /// When.
    pub at: At,
    /// Answer and its time.
    pub answer: Option<(String, At)>,
}

/// A signature of a member of staff under the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSignature {
    /// In which role.
    pub role: StaffRole,
    /// Name.
    pub name: String,
    /// SM3 of the signing certificate.
    pub certificate: Sm3Digest,
    /// Last four digits of the lock's serial.
    pub lock_tail: String,
    /// When.
    pub at: At,
}

/// What is known of one bidder of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowState {
    /// As published.
    pub row: RosterRow,
    /// The share that is held.
    pub collected: Option<Collected>,
    /// The request for the remedy key.
    pub remedy: Option<RemedyState>,
    /// The last wrong lock, while no share is held; with when and how often.
    pub mismatch: Option<(LockMismatched, At, u32)>,
    /// Outcome, from the opening on.
    pub outcome: Option<Outcome>,
    /// Schedule, where it may be read.
    pub schedule: Option<ScheduleRow>,
    /// Whether the whole content was verified, or why not.
    pub body: Option<Result<u32, FailureCause>>,
    /// What went wrong with its unlocking, in the order of the log.
    pub facts: Vec<Fact>,
    /// Reason and milliseconds left, while this bidder's window stands still by itself.
    pub held: Option<(String, i64)>,
    /// End of this bidder's window, where it is another than all bidders'.
    pub own_end: Option<At>,
    /// When it was last released: time before that was given back already.
    pub released_at: Option<At>,
    /// What was decided of it, where it was not opened: its fate and why.
    pub decided: Option<BidAttributed>,
    /// What the supervisor said to it.
    pub verdict: Option<Verdict>,
    /// When it was read aloud.
    pub announced: Option<At>,
    /// When the record was confirmed.
    pub confirmed: Option<At>,
}

impl RowState {
    pub(super) fn new(row: RosterRow) -> Self {
        Self {
            row,
            collected: None,
            remedy: None,
            mismatch: None,
            outcome: None,
            schedule: None,
            body: None,
            facts: Vec::new(),
            held: None,
            own_end: None,
            released_at: None,
            decided: None,
            verdict: None,
            announced: None,
            confirmed: None,
        }
    }

    /// Whether the bid was opened.
    pub fn is_opened(&self) -> bool {
        self.outcome == Some(Outcome::Opened)
    }

    /// Whether its fate is for the host to decide: it was not opened, and nothing is decided, or what was is contested.
    pub fn needs_fate(&self) -> bool {
        let contested = self.verdict.as_ref().is_some_and(|verdict| verdict.contested.is_some());
        self.outcome.is_some() && !self.is_opened() && (self.decided.is_none() || contested)
    }
}

/// The state of an opening, as far as its reader may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Where the session stands.
    pub phase: Phase,
    /// The lot; none before `session.created`.
    pub lot: Option<LotFacts>,
    /// Origin of the log.
    pub origin: String,
    /// SM3 of the tender package.
    pub package: Option<Sm3Digest>,
    /// SM3 of the publication.
    pub publication: Option<Sm3Digest>,
    /// To what it commits for draws.
    pub draw: Option<Sm3Digest>,
    /// Keys of the custody devices.
    pub devices: Vec<DeviceKeys>,
    /// Devices that do not answer, since when.
    pub lost: BTreeMap<String, At>,
    /// Opening officers as they are now.
    pub officers: Vec<Officer>,
    /// Officers as they were before a dealing, until when.
    pub former_officers: Vec<(At, Vec<Officer>)>,
    /// Version of the dealing that counts; 0 before the keys are published.
    pub dealing: u32,
    /// SM3 of each signed document by which the officers' key was dealt again.
    pub redeals: Vec<Sm3Digest>,
    /// Officers' locks that opened a challenge, by share index.
    pub probed: BTreeMap<u8, Probed>,
    /// Agreements to the next dealing, by share index.
    pub agreements: BTreeMap<u8, Agreement>,
    /// The last step of the room's clock.
    pub clock_step: Option<ClockStep>,
    /// Number of the last step after which enough officers confirmed the time.
    pub clock_confirmed: u64,
    /// Bidders' locks that opened a challenge, by bidder and encryption certificate; the bid that stood, and when.
    pub lock_probes: BTreeMap<CreditCode, BTreeMap<Sm3Digest, (Sm3Digest, Probed)>>,
    /// Bids that stand, by bidder: known to the room only until the deadline.
    pub standing: BTreeMap<CreditCode, Standing>,
    /// Highest sequence received from each bidder whose bid stands.
    pub sequences: BTreeMap<CreditCode, u32>,
    /// Bidders whose replacement is unfinished.
    pub replacing: BTreeMap<CreditCode, Sm3Digest>,
    /// Sign-ins.
    pub signed_in: BTreeMap<CreditCode, (Bidder, At)>,
    /// When the deadline took effect.
    pub deadline_passed: Option<At>,
    /// Roster, in its order; row n has number n.
    pub roster: Vec<RowState>,
    /// When the roster was published.
    pub roster_at: Option<At>,
    /// Why the opening was refused: bidders, minimum, clause, when.
    pub refused: Option<(u32, u32, String, At)>,
    /// Officers that authorised, by share index.
    pub authorised: BTreeMap<u8, Authorised>,
    /// Clock of the unlock window.
    pub unlock: Option<UnlockClock>,
    /// When collecting was closed and why.
    pub closed: Option<(At, CloseCause)>,
    /// When all were opened, and the digest of the table.
    pub opened: Option<(At, Sm3Digest)>,
    /// The row being read.
    pub announcing: Option<u32>,
    /// Until when bidders may confirm or object.
    pub confirm_until: Option<At>,
    /// Objections, in their order.
    pub objections: Vec<Objection>,
    /// When the session was closed.
    pub session_closed: Option<At>,
    /// Signatures of staff under the record, in their order.
    pub signatures: Vec<RecordSignature>,
    /// Roles in which nobody had signed when the host said why: the reason, and when.
    pub absences: BTreeMap<StaffRole, (String, At)>,
    /// The evaluation, from its first event on.
    pub evaluation: Option<Box<evaluation::State>>,
    /// When the last event happened.
    pub last: Option<At>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            phase: Phase::Prepare,
            lot: None,
            origin: String::new(),
            package: None,
            publication: None,
            draw: None,
            devices: Vec::new(),
            lost: BTreeMap::new(),
            officers: Vec::new(),
            former_officers: Vec::new(),
            dealing: 0,
            redeals: Vec::new(),
            probed: BTreeMap::new(),
            agreements: BTreeMap::new(),
            clock_step: None,
            clock_confirmed: 0,
            lock_probes: BTreeMap::new(),
            standing: BTreeMap::new(),
            sequences: BTreeMap::new(),
            replacing: BTreeMap::new(),
            signed_in: BTreeMap::new(),
            deadline_passed: None,
            roster: Vec::new(),
            roster_at: None,
            refused: None,
            authorised: BTreeMap::new(),
            unlock: None,
            closed: None,
            opened: None,
            announcing: None,
            confirm_until: None,
            objections: Vec::new(),
            session_closed: None,
            signatures: Vec::new(),
            absences: BTreeMap::new(),
            evaluation: None,
            last: None,
        }
    }
}

impl State {
    /// The row of a bidder.
    pub fn row(&self, bidder: &CreditCode) -> Option<&RowState> {
        self.roster.iter().find(|row| row.row.bidder.code == *bidder)
    }

    /// A bidder's window at `now`; none outside of unlocking.
    pub fn window_of(&self, row: &RowState, now: At) -> Option<WindowState> {
        let clock = self.unlock.as_ref().filter(|_| self.phase == Phase::Unlock)?;
        let ends_at = row.own_end.unwrap_or(clock.ends_at);
        let running = ends_at.millis_since(clock.moment(now)).max(0);
        Some(WindowState {
            stands: row.held.is_some() || clock.stopped.is_some() && running > 0,
            remaining: row.held.as_ref().map_or(running, |(_, remaining)| *remaining),
        })
    }

    /// Whether no device of the room answers.
    pub fn is_without_device(&self) -> bool {
        !self.devices.is_empty() && self.devices.iter().all(|keys| self.lost.contains_key(&keys.device))
    }

    /// Bidders without a share whose windows stand still by themselves.
    pub fn held(&self) -> impl Iterator<Item = &RowState> {
        self.roster.iter().filter(|row| row.collected.is_none() && row.held.is_some())
    }

    /// Whether the supervisor has still to agree with a row's fate: there is one, it is not contested, and the lot names
    /// a supervisor.
    pub fn awaits_verdict(&self, row: &RowState) -> bool {
        let staff = self.lot.as_ref().map(|lot| lot.staff.as_slice()).unwrap_or_default();
        row.decided.is_some()
            && row.verdict.is_none()
            && staff.iter().any(|person| person.role == StaffRole::Supervisor)
    }

    /// The row with a roster number.
    pub fn numbered(&self, number: u32) -> Option<&RowState> {
        self.roster.iter().find(|row| row.row.number == number)
    }

    pub(super) fn row_mut(&mut self, bidder: &CreditCode) -> Option<&mut RowState> {
        self.roster.iter_mut().find(|row| row.row.bidder.code == *bidder)
    }

    pub(super) fn remedy_mut(&mut self, bidder: &CreditCode) -> Option<&mut RemedyState> {
        self.row_mut(bidder)?.remedy.as_mut()
    }

    /// The officer with a share index, as it is now.
    pub fn officer(&self, index: u8) -> Option<&Officer> {
        self.officers.iter().find(|officer| officer.index == index)
    }

    /// Everybody who was an officer at `at`; at the moment of a dealing, those before and after it.
    pub fn officers_at(&self, at: At) -> impl Iterator<Item = &Officer> {
        let former = self.former_officers.iter().find(|(until, _)| *until > at).map(|(_, officers)| officers);
        let leaving = self.former_officers.iter().filter(move |(until, _)| *until == at);
        former.unwrap_or(&self.officers).iter().chain(leaving.flat_map(|(_, officers)| officers))
    }

    /// The step of the clock after which not enough officers have confirmed the time, if there is one.
    pub fn clock_in_doubt(&self) -> Option<&ClockStep> {
        self.clock_step.as_ref().filter(|step| step.step > self.clock_confirmed)
    }

    /// The officers' list that the agreement of `index` is to, and who agreed to the same.
    pub fn agreed_with(&self, index: u8) -> Option<(&[Officer], Vec<u8>)> {
        let officers = self.agreements.get(&index)?.officers.as_slice();
        let same = self.agreements.iter().filter(|(_, agreement)| agreement.officers == officers);
        Some((officers, same.map(|(index, _)| *index).collect()))
    }

    /// The replacement to which enough officers agreed, if there is one: all officers as they will be, and who agreed.
    pub fn due_replacement(&self) -> Option<(&[Officer], Vec<u8>)> {
        let needed = usize::from(self.lot.as_ref()?.policy.officers_threshold.value);
        let agreed = self.agreements.keys().filter_map(|index| self.agreed_with(*index));
        agreed.into_iter().find(|(_, agreed)| agreed.len() >= needed)
    }

    /// How many shares are held.
    pub fn collected_count(&self) -> usize {
        self.roster.iter().filter(|row| row.collected.is_some()).count()
    }

    /// The next row to read aloud: opened, not yet announced.
    pub fn next_row(&self) -> Option<u32> {
        self.roster.iter().find(|row| row.is_opened() && row.announced.is_none()).map(|row| row.row.number)
    }

    /// Roles of the lot's staff in which nobody signed the record, whether or not the host said why.
    pub fn unsigned_roles(&self) -> impl Iterator<Item = StaffRole> {
        let staff = self.lot.as_ref().map(|lot| lot.staff.as_slice()).unwrap_or_default();
        StaffRole::ALL.into_iter().filter(move |role| {
            staff.iter().any(|person| person.role == *role)
                && !self.signatures.iter().any(|signature| signature.role == *role)
        })
    }

    /// Roles whose signature is still awaited: nobody signed, and the host has not said why.
    pub fn awaited_roles(&self) -> impl Iterator<Item = StaffRole> {
        self.unsigned_roles().filter(|role| !self.absences.contains_key(role))
    }

    /// The newest objection of a bidder that has no answer.
    pub fn open_objection(&self, bidder: &CreditCode) -> Option<&Objection> {
        self.objections.iter().find(|objection| objection.bidder == *bidder && objection.answer.is_none())
    }
}
