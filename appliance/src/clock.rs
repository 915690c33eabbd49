//! The room's clock: the only place of the server where time is read.
//!
//! Owns [`RoomClock`] and its two kinds: this machine's clock, and a virtual one for stories and the demo. Must not
//! know what happens at which time. Everything that decides gets [`At`] as an argument; network time-outs, which
//! decide nothing, are the runtime's.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bidroom_domain::At;
use bidroom_wire::ClockQuality;
use tokio::sync::watch;

/// A future without a borrowed part.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;

/// What tells the room's time.
pub trait RoomClock: Send + Sync {
    /// Now. Never before a moment that was told earlier.
    fn now(&self) -> At;

    /// How good the time is, said honestly.
    fn quality(&self) -> ClockQuality;

    /// Ends when [`RoomClock::now`] has reached `at`; at once where it has.
    fn sleep_until(&self, at: At) -> BoxFuture<()>;
}

/// This machine's clock: one source, and said to be one.
///
/// Told times never run backwards: when the machine's clock is set back, the last time told is repeated until the
/// machine has caught up.
#[derive(Debug)]
pub struct SystemClock {
    told: std::sync::Arc<Mutex<i64>>,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { told: std::sync::Arc::new(Mutex::new(i64::MIN)) }
    }
}

/// Longest sleep before the machine's clock is looked at again: a clock that was set forward is noticed within it.
const LOOK_AGAIN: i64 = 1000;

fn tell(told: &Mutex<i64>) -> At {
    let machine = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, i64::wrapping_neg),
    };
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    *told = machine.max(*told);
    At(*told)
}

impl RoomClock for SystemClock {
    fn now(&self) -> At {
        tell(&self.told)
    }

    fn quality(&self) -> ClockQuality {
        ClockQuality {
            sources_zh: vec!["本机".to_owned()],
            sources_en: vec!["this machine".to_owned()],
            within_millis: None,
        }
    }

    fn sleep_until(&self, at: At) -> BoxFuture<()> {
        let told = std::sync::Arc::clone(&self.told);
        Box::pin(async move {
            loop {
                let left = at.millis_since(tell(&told));
                let Ok(millis) = u64::try_from(left.min(LOOK_AGAIN)) else { return };
                if millis == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(millis)).await;
            }
        })
    }
}

/// A clock that stands still until it is moved: for stories that play a day in a moment.
pub struct ManualClock {
    now: watch::Sender<i64>,
    told: Option<Box<dyn Fn(At) + Send + Sync>>,
    sleepers: std::sync::Arc<Mutex<Sleepers>>,
}

#[derive(Debug, Default)]
struct Sleepers {
    next: u64,
    until: BTreeMap<u64, i64>,
}

/// Takes a sleeper off the list, also when its future is dropped.
struct Asleep {
    list: std::sync::Arc<Mutex<Sleepers>>,
    number: u64,
}

impl Drop for Asleep {
    fn drop(&mut self) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.until.remove(&self.number);
    }
}

impl ManualClock {
    /// A clock that stands at `at`.
    pub fn new(at: At) -> Self {
        Self { now: watch::Sender::new(at.0), told: None, sleepers: std::sync::Arc::default() }
    }

    /// The same clock, which tells `told` of each new time before anybody else sees it: for a story with more than one
    /// process.
    #[must_use]
    pub fn telling(self, told: impl Fn(At) + Send + Sync + 'static) -> Self {
        told(self.now());
        Self { told: Some(Box::new(told)), ..self }
    }

    /// Sets the time; a time before the present one changes nothing.
    pub fn set(&self, at: At) {
        if let Some(told) = self.told.as_ref().filter(|_| at > self.now()) {
            told(at);
        }
        self.now.send_if_modified(|now| {
            let later = at.0 > *now;
            *now = at.0.max(*now);
            later
        });
    }

    /// Moves the time on.
    pub fn advance(&self, millis: i64) {
        self.set(self.now().plus_millis(millis));
    }

    /// The earliest moment somebody sleeps for: where a story has to go for something to happen by itself.
    pub fn next_wake(&self) -> Option<At> {
        let list = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        list.until.values().min().copied().map(At)
    }
}

impl std::fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ManualClock").field("now", &self.now()).finish_non_exhaustive()
    }
}

impl RoomClock for ManualClock {
    fn now(&self) -> At {
        At(*self.now.borrow())
    }

    fn quality(&self) -> ClockQuality {
        ClockQuality {
            sources_zh: vec!["演练时钟".to_owned()],
            sources_en: vec!["drill clock".to_owned()],
            within_millis: None,
        }
    }

    fn sleep_until(&self, at: At) -> BoxFuture<()> {
        let mut moved = self.now.subscribe();
        let asleep = {
            let mut list = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
            let number = list.next;
            list.next = list.next.wrapping_add(1);
            list.until.insert(number, at.0);
            Asleep { list: std::sync::Arc::clone(&self.sleepers), number }
        };
        Box::pin(async move {
            let _asleep = asleep;
            // A clock that is gone will never move: nobody is left to wait for.
            drop(moved.wait_for(|now| *now >= at.0).await);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn the_machines_time_never_runs_backwards() {
        let clock = SystemClock::default();
        let first = clock.now();
        *clock.told.lock().unwrap() = first.0 + 60_000;
        assert_eq!(clock.now(), At(first.0 + 60_000));
        assert_eq!(clock.quality().within_millis, None, "one source agrees with nobody");
    }

    #[test]
    fn a_past_moment_is_not_waited_for() {
        let clock = SystemClock::default();
        assert!(clock.sleep_until(clock.now()).now_or_never().is_some());
    }

    #[test]
    fn sleepers_wake_when_their_time_has_come_and_not_before() {
        let clock = ManualClock::new(At(1000));
        let mut sleep = clock.sleep_until(At(2000));
        assert_eq!(clock.next_wake(), Some(At(2000)));
        assert!((&mut sleep).now_or_never().is_none());
        clock.advance(999);
        assert!((&mut sleep).now_or_never().is_none());
        clock.set(At(500));
        assert_eq!(clock.now(), At(1999), "time does not run backwards");
        clock.advance(1);
        assert!((&mut sleep).now_or_never().is_some());
        drop(sleep);
        assert_eq!(clock.next_wake(), None);
    }
}
