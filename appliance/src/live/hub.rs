//! The hub of one session: takes what the actor publishes, gives viewers their next frame.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context;
use std::time::{Duration, Instant};

use bidroom_domain::opening::{Event, State};
use bidroom_domain::{At, ReaderClass};
use bidroom_wire::text::Sentence;
use bidroom_wire::{LiveStatus, SignedClock};
use tokio::runtime::Handle;

use super::board::{Batch, Board, Cursor, Next};
use super::encode::Encoded;
use super::history::build;
use super::refusal::LiveRefusal;
use super::seats::{Seat, Seats};
use super::source::{LeafSource, SourceFault};
use crate::error::Fault;
use crate::store::StoredEntry;

/// What tells the time to viewers.
pub(super) trait Timekeeper: Send + Sync {
    /// Now, by the room's clock.
    fn now(&self) -> At;
    /// Now, signed; none where custody fails, which is said in the server's log.
    fn signed(&self) -> Option<SignedClock>;
    /// Now, when it cannot be signed: pages show that it is not.
    fn unsigned(&self) -> SignedClock;
}

/// A batch of events that is durable.
pub struct Update {
    /// The entries, following those of the last update; none where only checkpoint or state are new.
    pub entries: Vec<PublishedEntry>,
    /// The state after them.
    pub state: State,
    /// The signed checkpoint over the log with these entries. None while it is owed: they are held back until an
    /// update brings it.
    pub note: Option<String>,
}

/// An entry that is durable.
pub struct PublishedEntry {
    /// When it happened.
    pub at: At,
    /// What happened.
    pub event: Event,
    /// The entry and its openings, as they are stored.
    pub stored: StoredEntry,
}

/// Least time between two heartbeats, milliseconds of the room's clock.
const BEAT_MILLIS: i64 = 1000;

/// The live stream of one session. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

struct Shared {
    board: Mutex<Board>,
    seats: Seats,
    source: Box<dyn LeafSource>,
    time: Box<dyn Timekeeper>,
    most_viewers: usize,
    /// When the last heartbeat was sent; none where one is due whatever the clock says.
    last_beat: Mutex<Option<At>>,
    started: Instant,
    /// The actor publishes from a thread of its own.
    runtime: Option<Handle>,
}

impl Hub {
    pub(super) fn over(source: Box<dyn LeafSource>, time: Box<dyn Timekeeper>, most_viewers: usize) -> Self {
        let clock = time.signed().unwrap_or_else(|| time.unsigned());
        let shared = Shared {
            board: Mutex::new(Board::new(clock)),
            seats: Seats::default(),
            source,
            time,
            most_viewers,
            last_beat: Mutex::new(None),
            started: Instant::now(),
            runtime: Handle::try_current().ok(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Shows a durable batch to all viewers that may see it: at once, or together with what comes within the next
    /// tens of milliseconds. From any thread.
    pub fn publish(&self, update: Update) {
        let batch = Batch {
            leaves: update.entries.into_iter().map(|entry| entry.stored).collect(),
            state: Arc::new(update.state),
            note: update.note,
        };
        let Some(delay) = self.publish_at(batch, self.shared.started.elapsed()) else { return };
        match &self.shared.runtime {
            Some(runtime) if !delay.is_zero() => {
                let hub = self.clone();
                runtime.spawn(async move {
                    tokio::time::sleep(delay).await;
                    // Custody signs the frame's clock, which may take a while.
                    tokio::task::spawn_blocking(move || hub.flush_at(hub.shared.started.elapsed()));
                });
            }
            _ => self.flush_at(self.shared.started.elapsed()),
        }
    }

    /// Says that the room is halted and why, or that it goes on.
    pub fn halt(&self, why: Option<&Fault>) {
        self.set_status(|status| status.halted = why.map(halted));
    }

    /// Says whose requests wait to be checked, credit codes in their order, and how long one takes at present.
    pub fn set_queue(&self, queue: Vec<String>, pace: Option<Duration>) {
        self.set_status(|status| {
            status.queue = queue;
            status.pace_millis = pace.and_then(|pace| u32::try_from(pace.as_millis()).ok());
        });
    }

    /// Says how many bodies are verified, of how many.
    pub fn set_bodies(&self, bodies: Option<(u32, u32)>) {
        self.set_status(|status| status.bodies = bodies);
    }

    fn set_status(&self, change: impl FnOnce(&mut LiveStatus)) {
        self.board().set_status(change);
        *self.last_beat() = None;
    }

    /// Time went on: to be called a few times per second. About once per second of the room's clock, and whenever the
    /// status changed, viewers get a heartbeat, and those that stopped reading are dropped.
    pub fn tick(&self) {
        let now = self.shared.time.now();
        {
            let mut last = self.last_beat();
            if last.is_some_and(|last| (0..BEAT_MILLIS).contains(&now.millis_since(last))) {
                return;
            }
            *last = Some(now);
        }
        let clock = self.shared.time.signed();
        let tick = {
            let mut board = self.board();
            board.beat(clock, self.shared.seats.count());
            board.tick()
        };
        self.shared.seats.give_up_stalled(tick);
        self.shared.seats.wake(None);
    }

    /// How many viewers are connected.
    pub fn viewers(&self) -> usize {
        self.shared.seats.count()
    }

    /// The server stops: all viewers are told to come back later.
    pub fn stop(&self) {
        self.board().stop();
        self.shared.seats.wake(None);
    }

    pub(super) fn publish_at(&self, batch: Batch, now: Duration) -> Option<Duration> {
        let viewers = self.shared.seats.count();
        self.board().publish(batch, viewers, now)
    }

    fn last_beat(&self) -> MutexGuard<'_, Option<At>> {
        self.shared.last_beat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn flush_at(&self, now: Duration) {
        let classes = self.shared.seats.classes();
        let clock = self.shared.time.signed();
        self.board().flush(&classes, clock, now);
        self.shared.seats.wake(None);
    }

    /// Whether a viewer may go on from `from` leaves.
    ///
    /// Reads the store where the viewer may be ahead of what was published, so it may block.
    pub(super) fn check_from(&self, from: u64) -> Result<(), LiveRefusal> {
        let (open, published) = {
            let board = self.board();
            (board.is_open(), board.published())
        };
        // The answer before the deadline must not depend on the log.
        if from <= published {
            return Ok(());
        }
        let known = |from| -> Result<bool, SourceFault> { Ok(self.shared.source.note_from(from)?.is_some()) };
        match open.then(|| known(from)) {
            Some(Ok(true)) => Ok(()),
            Some(Err(error)) => {
                tracing::error!(%error, "the log cannot be read for a viewer");
                Err(LiveRefusal::Fault)
            }
            Some(Ok(false)) | None => Err(LiveRefusal::Ahead { from }),
        }
    }

    /// Takes a seat for a viewer that has `from` leaves.
    pub(super) fn join(&self, class: ReaderClass, from: u64) -> Result<Viewer, LiveRefusal> {
        let most = self.shared.most_viewers;
        let tick = self.board().tick();
        let (id, seat) = self.shared.seats.take(class, most, tick).ok_or(LiveRefusal::Full { most })?;
        let cursor = Cursor { size: from, tick: None };
        Ok(Viewer { hub: self.clone(), id, class, seat, cursor })
    }

    pub(super) fn next(&self, class: ReaderClass, cursor: &mut Cursor) -> Next {
        self.board().next(class, cursor)
    }

    /// Loads the leaves from `from` on for a class and wakes whoever waits for them. Blocks on the store.
    pub(super) fn load(&self, class: ReaderClass, from: u64) {
        let state = {
            let board = self.board();
            if !board.is_open() {
                return;
            }
            board.state()
        };
        let built = build(&*self.shared.source, class, &state, from);
        {
            let mut board = self.board();
            let tick = board.tick();
            board.history().put(class, from, tick, built);
        }
        self.shared.seats.wake(Some(class));
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.shared.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One viewer's place in the stream. Dropping it gives the seat back.
pub(super) struct Viewer {
    hub: Hub,
    id: u64,
    class: ReaderClass,
    seat: Arc<Seat>,
    cursor: Cursor,
}

/// What a viewer is to do.
pub(super) enum Step {
    /// Send this.
    Frame(Encoded),
    /// Have [`Hub::load`] run for this class and size, on a thread that may block.
    Load(ReaderClass, u64),
    /// Wait to be woken.
    Wait,
    /// Say goodbye with this close code (RFC 6455 section 7.4.1).
    Close(u16),
}

impl Viewer {
    /// The next step. The waker is called when there may be another.
    pub(super) fn step(&mut self, context: &Context<'_>) -> Step {
        let tick = self.tick();
        self.seat.ask(context.waker(), tick);
        if self.seat.is_given_up() {
            return Step::Close(1008);
        }
        match self.hub.next(self.class, &mut self.cursor) {
            Next::Frame(frame) => Step::Frame(frame),
            Next::Load => Step::Load(self.class, self.cursor.size),
            Next::Wait => Step::Wait,
            Next::Failed => Step::Close(1011),
            Next::Stopped => Step::Close(1001),
        }
    }

    /// The hub's count of ticks: the viewer's clock.
    pub(super) fn tick(&self) -> u64 {
        self.hub.board().tick()
    }

    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.hub.shared.seats.leave(self.id);
    }
}

/// What everybody reads while the room is halted.
fn halted(why: &Fault) -> Sentence {
    if why.is_full() {
        return Sentence::new(
            "开标暂停：本室存储空间不足",
            "已记入账本的内容都已保存，没有任何内容丢失或改变。原因在中心一侧；腾出空间后自动从断点继续。",
            "The opening is halted: the room's disk is full",
            "Everything in the ledger is stored; nothing was lost or changed. The cause is the centre's; once there is \
             space the opening goes on by itself where it was.",
        );
    }
    if why.is_without_device() {
        return Sentence::new(
            "开标暂停：本室加密机没有应答",
            "已记入账本的内容都已保存，没有任何内容丢失或改变；解密期间停下的时间全部补给尚未提交的投标人，请不要离开。原因在中心一侧：\
             请值班人员检查加密机主机、备机的电源和连线；任何一台恢复应答，开标自动从断点继续。",
            "The opening is halted: no HSM of the room answers",
            "Everything in the ledger is stored; nothing was lost or changed. Time lost while bids are unlocked is given \
             back in full to those who have not handed in; please stay. The cause is the centre's: staff check power and \
             cables of the main and the standby HSM; as soon as one answers, the opening goes on by itself where it was.",
        );
    }
    Sentence::new(
        "开标暂停：本室设备出现故障",
        &format!(
            "已记入账本的内容都已保存，没有任何内容丢失或改变。原因在中心一侧：请值班人员按下面的故障检查设备，排除后自动从断点继续。\
             故障：{why}"
        ),
        "The opening is halted: a device of the room failed",
        &format!(
            "Everything in the ledger is stored; nothing was lost or changed. The cause is the centre's: staff check the \
             device named below; once it is mended the opening goes on by itself where it was. The fault: {why}"
        ),
    )
}
