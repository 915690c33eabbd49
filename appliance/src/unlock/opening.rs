//! The opening: all fixed bids at once, one event.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bidroom_canon::to_canonical;
use bidroom_custody::Custodian;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{
    BidOutcome, Command, FailureCause, FixedBid, Outcome, Phase, ScheduleRow, State,
};
use bidroom_domain::{Actor, SessionId};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::open::{Opening, OpeningError};
use bidroom_envelope::bid::share::Shares;
use bidroom_judging::table_digest;

use super::bodies;
use super::keys::{Keyring, ShareError};
use crate::error::{Fault, fault};
use crate::room::{Opener, RoomHandle};
use crate::store::Store;

/// Opens what was fixed, on threads of its own. Repeatable: after a crash it begins again from the packages.
pub struct OpeningWorker {
    parts: Arc<WorkerParts>,
}

pub(super) struct WorkerParts {
    pub(super) store: Arc<Store>,
    pub(super) custodian: Custodian,
    opening: Mutex<BTreeSet<SessionId>>,
    verifying: Mutex<BTreeSet<SessionId>>,
}

/// Takes a session for one thread; gives it back when dropped.
struct Busy<'a> {
    set: &'a Mutex<BTreeSet<SessionId>>,
    session: &'a SessionId,
}

impl<'a> Busy<'a> {
    fn take(set: &'a Mutex<BTreeSet<SessionId>>, session: &'a SessionId) -> Option<Self> {
        let taken = set.lock().unwrap_or_else(PoisonError::into_inner).insert(session.clone());
        // Not `then_some`: a guard that was never given must not be dropped.
        taken.then(|| Self { set, session })
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).remove(self.session);
    }
}

impl OpeningWorker {
    /// A worker on these parts.
    pub fn new(store: Arc<Store>, custodian: Custodian) -> Self {
        let parts = WorkerParts { store, custodian, opening: Mutex::default(), verifying: Mutex::default() };
        Self { parts: Arc::new(parts) }
    }
}

impl Opener for OpeningWorker {
    fn open(&self, room: &RoomHandle) {
        spawn(self.parts.clone(), room.clone(), |parts, room| {
            let Some(_busy) = Busy::take(&parts.opening, room.session()) else { return };
            if let Err(error) = open_all(parts, room) {
                // Nothing was recorded; the next tick of the room asks again.
                tracing::error!(session = %room.session(), %error, "the opening did not succeed and will be repeated");
                room.hub().halt(Some(&error));
            }
        });
    }

    fn verify_bodies(&self, room: &RoomHandle) {
        spawn(self.parts.clone(), room.clone(), |parts, room| {
            let Some(_busy) = Busy::take(&parts.verifying, room.session()) else { return };
            if let Err(error) = bodies::verify_all(parts, room) {
                tracing::error!(session = %room.session(), %error, "verifying bodies did not succeed");
            }
        });
    }
}

fn spawn(
    parts: Arc<WorkerParts>,
    room: RoomHandle,
    work: impl Fn(&WorkerParts, &RoomHandle) + Send + 'static,
) {
    let name = format!("open {}", room.session());
    if let Err(error) = std::thread::Builder::new().name(name).spawn(move || work(&parts, &room)) {
        tracing::error!(%error, "no thread for the opening");
    }
}

/// The bids that were fixed when collecting was closed.
pub(super) fn fixed_bids(state: &State) -> Vec<(u32, FixedBid)> {
    let fixed = state.roster.iter().filter_map(|row| {
        let collected = row.collected.as_ref()?;
        let fixed =
            FixedBid { bidder: row.row.bidder.code.clone(), bid: row.row.bid, consent: collected.statement };
        Some((row.row.number, fixed))
    });
    fixed.collect()
}

fn open_all(parts: &WorkerParts, room: &RoomHandle) -> Result<(), Fault> {
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    if state.phase != Phase::Opening {
        return Ok(());
    }
    let keyring = Keyring::open(&parts.store, &parts.custodian, room.session(), state)?;
    let fixed = fixed_bids(state);

    // Two threads share the work: each bid costs some unwrapping and one chunk.
    let halves: Vec<Result<Vec<(u32, Opened)>, Fault>> = std::thread::scope(|scope| {
        let keyring = &keyring;
        let share = fixed.len().div_ceil(2).max(1);
        let workers: Vec<_> = fixed
            .chunks(share)
            .map(|bids| {
                scope.spawn(move || {
                    let open =
                        |(number, bid): &(u32, FixedBid)| Ok((*number, open_one(parts, keyring, bid)?));
                    bids.iter().map(open).collect()
                })
            })
            .collect();
        let ended = |worker: std::thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|_| Err(fault("opening", &"a worker ended")))
        };
        workers.into_iter().map(ended).collect()
    });
    let mut opened = BTreeMap::new();
    for half in halves {
        opened.extend(half?);
    }

    let mut rows = BTreeMap::new();
    let mut outcomes = Vec::new();
    for row in &state.roster {
        let outcome = match opened.remove(&row.row.number) {
            None => Outcome::NotUnlocked,
            Some(Opened::Row(schedule)) => {
                rows.insert(row.row.number, schedule);
                Outcome::Opened
            }
            Some(Opened::Failed(cause)) => Outcome::Failed { cause },
        };
        outcomes.push(BidOutcome { number: row.row.number, bidder: row.row.bidder.code.clone(), outcome });
    }
    let table = table_digest(&outcomes, &rows).map_err(|error| fault("table", &error))?;
    room.act_blocking(Actor::Room, Command::RecordOpening { outcomes, table, rows })
        .map(|_| ())
        .map_err(|error| fault("recording the opening", &error))
}

/// What became of one bid.
enum Opened {
    Row(ScheduleRow),
    Failed(FailureCause),
}

fn open_one(parts: &WorkerParts, keyring: &Keyring<'_>, bid: &FixedBid) -> Result<Opened, Fault> {
    let head = keyring.head(&bid.bid)?;
    let shares = match keyring.shares(bid) {
        Ok(shares) => shares,
        Err(ShareError::Room(fault)) => return Err(fault),
        Err(ShareError::Bid(cause, why)) => {
            tracing::warn!(bid = %bid.bid, why, "a bid could not be opened");
            return Ok(Opened::Failed(cause));
        }
    };
    let opening = match start(&parts.store, &head, &shares)? {
        Ok(opening) => opening,
        Err(error) => {
            tracing::warn!(bid = %bid.bid, %error, "a bid could not be opened");
            return Ok(Opened::Failed(cause_of(&error)));
        }
    };
    let sealed = &opening.manifest().schedule;
    let commitment = head.envelope(EnvelopeIndex::FIRST).map(|envelope| envelope.core.schedule.0);
    let schedule = to_canonical(&sealed.schedule).map_err(|error| fault("schedule", &error))?;
    Ok(Opened::Row(ScheduleRow {
        schedule: String::from_utf8_lossy(&schedule).into_owned(),
        salt: sealed.salt,
        commitment: commitment.ok_or_else(|| fault("schedule", &"no core"))?,
    }))
}

/// Opens the beginning of a bid's content. The outer error is the room's, the inner the bid's.
pub(super) fn start(
    store: &Store,
    head: &Header,
    shares: &Shares,
) -> Result<Result<Opening<BufReader<File>>, OpeningError>, Fault> {
    let path = store.bids().join(format!("{}.bid", head.bid_digest()));
    let failed = |error: std::io::Error| fault(&path.display().to_string(), &error);
    let envelope = head.envelope(EnvelopeIndex::FIRST).ok_or_else(|| fault("head", &"no first envelope"))?;
    let offset = head.content_offset(EnvelopeIndex::FIRST).unwrap_or_default();
    let mut file = File::open(&path).map_err(failed)?;
    file.seek(SeekFrom::Start(offset)).map_err(failed)?;
    Ok(Opening::start(envelope, shares, BufReader::with_capacity(1 << 16, file)))
}

/// Whose fault an error of the content is, as far as it can be told.
pub(super) fn cause_of(error: &OpeningError) -> FailureCause {
    match error {
        OpeningError::Share(_) => FailureCause::BidderMaterial,
        OpeningError::Write { .. } => FailureCause::RoomDevice,
        _ => FailureCause::Content,
    }
}
