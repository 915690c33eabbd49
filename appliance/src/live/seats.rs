//! Who is connected: a seat per viewer, to wake it and to notice when it stopped reading.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bidroom_domain::ReaderClass;
use futures_util::task::AtomicWaker;

/// A seat that nobody asked anything from for so many ticks is given up: its viewer does not read.
pub(super) const STALLED_TICKS: u64 = 60;

/// One viewer's place.
pub(super) struct Seat {
    class: ReaderClass,
    waker: AtomicWaker,
    /// Tick at which the viewer last asked for a frame.
    asked: AtomicU64,
    given_up: AtomicBool,
}

impl Seat {
    /// The viewer asks; it is woken at the next news.
    pub(super) fn ask(&self, waker: &Waker, tick: u64) {
        self.waker.register(waker);
        self.asked.store(tick, Ordering::Relaxed);
    }

    /// Whether the hub gave this seat up.
    pub(super) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }
}

/// All seats of a hub.
#[derive(Default)]
pub(super) struct Seats {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next: u64,
    taken: BTreeMap<u64, Arc<Seat>>,
    per_class: BTreeMap<ReaderClass, usize>,
}

impl Inner {
    fn remove(&mut self, id: u64) -> Option<Arc<Seat>> {
        let seat = self.taken.remove(&id)?;
        if let Some(count) = self.per_class.get_mut(&seat.class) {
            *count = count.saturating_sub(1);
        }
        Some(seat)
    }
}

impl Seats {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a seat, unless `most` are taken.
    pub(super) fn take(&self, class: ReaderClass, most: usize, tick: u64) -> Option<(u64, Arc<Seat>)> {
        let mut inner = self.lock();
        if inner.taken.len() >= most {
            return None;
        }
        let seat = Arc::new(Seat {
            class,
            waker: AtomicWaker::new(),
            asked: AtomicU64::new(tick),
            given_up: AtomicBool::new(false),
        });
        let id = inner.next;
        inner.next = id.wrapping_add(1);
        inner.taken.insert(id, Arc::clone(&seat));
        let count = inner.per_class.entry(class).or_default();
        *count = count.saturating_add(1);
        Some((id, seat))
    }

    /// Gives a seat back.
    pub(super) fn leave(&self, id: u64) {
        self.lock().remove(id);
    }

    /// How many are taken.
    pub(super) fn count(&self) -> usize {
        self.lock().taken.len()
    }

    /// Classes that have viewers.
    pub(super) fn classes(&self) -> Vec<ReaderClass> {
        self.lock().per_class.iter().filter(|(_, count)| **count > 0).map(|(class, _)| *class).collect()
    }

    /// Wakes all viewers of `class`, or all viewers.
    pub(super) fn wake(&self, class: Option<ReaderClass>) {
        for seat in self.lock().taken.values() {
            if class.is_none_or(|class| class == seat.class) {
                seat.waker.wake();
            }
        }
    }

    /// Gives up the seats whose viewers have not asked for [`STALLED_TICKS`].
    pub(super) fn give_up_stalled(&self, tick: u64) {
        let mut inner = self.lock();
        let stalled: Vec<u64> = inner
            .taken
            .iter()
            .filter(|(_, seat)| tick.saturating_sub(seat.asked.load(Ordering::Relaxed)) > STALLED_TICKS)
            .map(|(id, _)| *id)
            .collect();
        for id in stalled {
            if let Some(seat) = inner.remove(id) {
                seat.given_up.store(true, Ordering::Relaxed);
                seat.waker.wake();
            }
        }
    }
}
