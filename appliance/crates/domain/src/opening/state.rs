//! The state of an opening: a fold over events.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::event::{
    CloseCause, DeviceKeys, FailureCause, Fate, LockMismatched, LockTag, Outcome, RosterRow, ScheduleRow,
};
use crate::{At, Bidder, CreditCode, LotFacts, StaffRole};

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
    /// Digest of the key-package record.
    pub packages: Sm3Digest,
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
}

impl UnlockClock {
    /// Milliseconds left at `now`, never negative.
    pub fn remaining(&self, now: At) -> i64 {
        match &self.stopped {
            Some((_, remaining)) => *remaining,
            None => self.ends_at.millis_since(now).max(0),
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
    /// The last wrong lock, while no share is held; with when and how often.
    pub mismatch: Option<(LockMismatched, At, u32)>,
    /// Outcome, from the opening on.
    pub outcome: Option<Outcome>,
    /// Schedule, where it may be read.
    pub schedule: Option<ScheduleRow>,
    /// Whether the whole content was verified, or why not.
    pub body: Option<Result<u32, FailureCause>>,
    /// Fate, where it was not unlocked.
    pub fate: Option<(Fate, String)>,
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
            mismatch: None,
            outcome: None,
            schedule: None,
            body: None,
            fate: None,
            announced: None,
            confirmed: None,
        }
    }

    /// Whether the bid was opened.
    pub fn is_opened(&self) -> bool {
        self.outcome == Some(Outcome::Opened)
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
    /// Keys of the custody devices.
    pub devices: Vec<DeviceKeys>,
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
            devices: Vec::new(),
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
            last: None,
        }
    }
}

impl State {
    /// The row of a bidder.
    pub fn row(&self, bidder: &CreditCode) -> Option<&RowState> {
        self.roster.iter().find(|row| row.row.bidder.code == *bidder)
    }

    /// The row with a roster number.
    pub fn numbered(&self, number: u32) -> Option<&RowState> {
        self.roster.iter().find(|row| row.row.number == number)
    }

    pub(super) fn row_mut(&mut self, bidder: &CreditCode) -> Option<&mut RowState> {
        self.roster.iter_mut().find(|row| row.row.bidder.code == *bidder)
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
