//! The frames of the moment: what was published, batched and encoded, and which of it is a viewer's next.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bidroom_domain::ReaderClass;
use bidroom_domain::opening::{Phase, State};
use bidroom_wire::{LiveStatus, SignedClock};

use super::encode::{EncodeError, Encoded, FrameParts, JudgedLeaf, lot_of};
use super::history::{Found, History, Moment, Now};
use crate::store::StoredEntry;

/// So many frames a viewer may be behind before it catches up from the store.
const MOST_FRAMES: usize = 32;

/// Leaves that wait to be sent are sent at once when they take more than this.
const MOST_PENDING: usize = 256 * 1024;

/// Bounds of the time between two frames.
const SHORTEST_GAP: Duration = Duration::from_millis(20);
const LONGEST_GAP: Duration = Duration::from_millis(150);

/// What sending a frame to one viewer costs at most, roughly: frames must not come faster than they go out.
const COST_PER_VIEWER: Duration = Duration::from_micros(15);

/// Where a viewer stands: that is all it costs besides the frame on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    /// Leaves it has, once it has the frames it was given.
    pub(super) size: u64,
    /// Tick of the newest clock it was given; none at first.
    pub(super) tick: Option<u64>,
}

/// A viewer's next frame.
pub(super) enum Next {
    Frame(Encoded),
    /// This viewer's turn to load the leaves from its size on.
    Load,
    Wait,
    /// The log cannot be read.
    Failed,
    /// The hub is stopped.
    Stopped,
}

struct LiveFrame {
    from: u64,
    to: u64,
    encoded: Encoded,
}

/// Leaves that wait for their frame, or for the checkpoint that the room owes.
#[derive(Default)]
struct Pending {
    from: u64,
    leaves: Vec<StoredEntry>,
    bytes: usize,
    note: Option<String>,
}

/// A durable batch.
pub(super) struct Batch {
    pub(super) leaves: Vec<StoredEntry>,
    pub(super) state: Arc<State>,
    /// The checkpoint over the log with these leaves; none while it is not signed.
    pub(super) note: Option<String>,
}

/// What a hub shows.
pub(super) struct Board {
    state: Arc<State>,
    /// Leaves that were put into frames.
    size: u64,
    clock: SignedClock,
    status: LiveStatus,
    /// How often the status was changed.
    changes: u64,
    online: Option<u32>,
    tick: u64,
    beat: Option<Encoded>,
    rings: BTreeMap<ReaderClass, VecDeque<LiveFrame>>,
    history: History,
    pending: Option<Pending>,
    last_flush: Option<Duration>,
    stopped: bool,
}

impl Board {
    pub(super) fn new(clock: SignedClock) -> Self {
        Self {
            state: Arc::new(State::default()),
            size: 0,
            clock,
            status: LiveStatus::default(),
            changes: 0,
            online: None,
            tick: 0,
            beat: None,
            rings: BTreeMap::new(),
            history: History::default(),
            pending: None,
            last_flush: None,
            stopped: false,
        }
    }

    /// Whether anything of the log may be shown: the deadline's event and the roster, or the refusal, are there.
    pub(super) fn is_open(&self) -> bool {
        self.state.deadline_passed.is_some() && self.state.phase > Phase::Receive
    }

    pub(super) fn tick(&self) -> u64 {
        self.tick
    }

    pub(super) fn state(&self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    /// Leaves that were published, the waiting ones included; 0 before the deadline.
    pub(super) fn published(&self) -> u64 {
        if self.is_open() { self.end() } else { 0 }
    }

    fn end(&self) -> u64 {
        let waiting = |pending: &Pending| {
            pending.from.saturating_add(u64::try_from(pending.leaves.len()).unwrap_or(u64::MAX))
        };
        self.pending.as_ref().map_or(self.size, waiting)
    }

    /// Takes a batch; says after which time [`Self::flush`] is due, zero for at once, none where nothing is to be
    /// done: a flush is on its way, or the room owes the checkpoint.
    pub(super) fn publish(&mut self, batch: Batch, viewers: usize, now: Duration) -> Option<Duration> {
        let was_ready = self.pending.as_ref().is_some_and(|pending| pending.note.is_some());
        self.state = batch.state;
        self.beat = None;
        let size = self.end();
        if self.pending.is_some() || !batch.leaves.is_empty() {
            let pending = self.pending.get_or_insert_with(|| Pending { from: size, ..Pending::default() });
            pending.bytes += batch.leaves.iter().map(|leaf| leaf.bytes.len()).sum::<usize>();
            if batch.note.is_some() || !batch.leaves.is_empty() {
                pending.note = batch.note;
            }
            pending.leaves.extend(batch.leaves);
        }
        let pending = self.pending.as_ref().filter(|pending| pending.note.is_some())?;

        let gap = COST_PER_VIEWER
            .saturating_mul(u32::try_from(viewers).unwrap_or(u32::MAX))
            .clamp(SHORTEST_GAP, LONGEST_GAP);
        match self.last_flush.map(|last| now.saturating_sub(last)) {
            Some(since) if since < gap && pending.bytes <= MOST_PENDING => {
                (!was_ready).then(|| gap.saturating_sub(since))
            }
            _ => Some(Duration::ZERO),
        }
    }

    /// Encodes what waits, once for each class that has viewers.
    pub(super) fn flush(&mut self, classes: &[ReaderClass], clock: Option<SignedClock>, now: Duration) {
        let ready = self.pending.take_if(|pending| pending.note.is_some());
        let Some((pending, note)) = ready.and_then(|mut pending| {
            let note = pending.note.take()?;
            Some((pending, note))
        }) else {
            return;
        };
        self.last_flush = Some(now);
        self.size = pending.from.saturating_add(u64::try_from(pending.leaves.len()).unwrap_or(u64::MAX));
        self.set_clock(clock);
        if !self.is_open() {
            return;
        }
        // A class without viewers, a batch too large for one frame, or a leaf nobody understands leaves a hole;
        // viewers then look into the store.
        self.rings.retain(|class, _| classes.contains(class));
        if pending.bytes > MOST_PENDING {
            self.rings.clear();
            return;
        }
        match self.encode(&pending, &note, classes) {
            Ok(frames) => {
                for (class, frame) in frames {
                    let ring = self.rings.entry(class).or_default();
                    ring.push_back(frame);
                    while ring.len() > MOST_FRAMES {
                        ring.pop_front();
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "a published leaf cannot be shown");
                self.rings.clear();
            }
        }
    }

    fn encode(
        &self,
        pending: &Pending,
        note: &str,
        classes: &[ReaderClass],
    ) -> Result<Vec<(ReaderClass, LiveFrame)>, EncodeError> {
        let lot = lot_of(&self.state)?;
        let judged = (pending.from..)
            .zip(&pending.leaves)
            .map(|(index, leaf)| JudgedLeaf::read(index, leaf.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        let status = self.status();
        let mut frames = Vec::with_capacity(classes.len());
        for class in classes {
            let leaves = judged
                .iter()
                .map(|leaf| leaf.json(*class, &self.state, lot))
                .collect::<Result<Vec<_>, _>>()?
                .join(",");
            let parts = FrameParts {
                clock: &self.clock,
                from: pending.from,
                leaves: &leaves,
                note: Some(note),
                status: &status,
            };
            frames.push((*class, LiveFrame { from: pending.from, to: self.size, encoded: parts.encode()? }));
        }
        Ok(frames)
    }

    /// The clock went on.
    pub(super) fn beat(&mut self, clock: Option<SignedClock>, viewers: usize) {
        self.tick = self.tick.saturating_add(1);
        self.online = Some(u32::try_from(viewers).unwrap_or(u32::MAX));
        self.set_clock(clock);
    }

    /// Where the clock could not be signed, the last one stays.
    fn set_clock(&mut self, clock: Option<SignedClock>) {
        self.beat = None;
        if let Some(clock) = clock {
            self.clock = clock;
        }
    }

    /// Changes what is not in the log; it goes out with the next frame.
    pub(super) fn set_status(&mut self, change: impl FnOnce(&mut LiveStatus)) {
        change(&mut self.status);
        self.changes = self.changes.saturating_add(1);
        self.beat = None;
    }

    /// Before the deadline nobody learns how many watch, or who waits for anything.
    fn status(&self) -> LiveStatus {
        if self.is_open() {
            LiveStatus { online: self.online, ..self.status.clone() }
        } else {
            LiveStatus { halted: self.status.halted.clone(), ..LiveStatus::default() }
        }
    }

    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    /// The next frame for a viewer of `class`; the cursor is moved behind it.
    pub(super) fn next(&mut self, class: ReaderClass, cursor: &mut Cursor) -> Next {
        if self.stopped {
            return Next::Stopped;
        }
        if self.is_open() && cursor.size != self.size {
            if cursor.size > self.size {
                // It caught up with leaves that wait here to be sent to the others.
                return self.beat_for(cursor);
            }
            let live = self.rings.get(&class).and_then(|ring| {
                let at = ring.binary_search_by_key(&cursor.size, |frame| frame.from).ok()?;
                ring.get(at)
            });
            if let Some(frame) = live {
                *cursor = Cursor { size: frame.to, tick: Some(self.tick) };
                return Next::Frame(frame.encoded.clone());
            }
            let status = self.status();
            let moment = Moment { tick: self.tick, status: self.changes };
            let now = Now { moment, size: self.size, clock: &self.clock, status: &status };
            return match self.history.find(class, cursor.size, &now) {
                Found::Frame(to, frame) => {
                    *cursor = Cursor { size: to, tick: Some(self.tick) };
                    Next::Frame(frame)
                }
                Found::Load => Next::Load,
                Found::Loading => Next::Wait,
                Found::Failed => Next::Failed,
            };
        }
        self.beat_for(cursor)
    }

    /// Clock and status alone: the same for everybody who has what there is.
    fn beat_for(&mut self, cursor: &mut Cursor) -> Next {
        if cursor.tick == Some(self.tick) {
            return Next::Wait;
        }
        let shared = if self.is_open() { cursor.size == self.size } else { cursor.size == 0 };
        let beat = match self.beat.clone().filter(|_| shared) {
            Some(beat) => Ok(beat),
            None => {
                let from = cursor.size;
                let status = self.status();
                FrameParts { clock: &self.clock, from, leaves: "", note: None, status: &status }.encode()
            }
        };
        match beat {
            Ok(beat) => {
                cursor.tick = Some(self.tick);
                if shared {
                    self.beat = Some(beat.clone());
                }
                Next::Frame(beat)
            }
            Err(error) => {
                tracing::error!(%error, "a heartbeat cannot be written");
                Next::Failed
            }
        }
    }

    pub(super) fn history(&mut self) -> &mut History {
        &mut self.history
    }
}
