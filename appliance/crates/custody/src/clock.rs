//! The time by which custody judges, and whether it can be believed.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bidroom_domain::At;

/// What tells custody the time. The room's clock and custody's are asked separately: a room that lies about time is
/// found out.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> At;

    /// Milliseconds that passed since the machine was started, sleep included; it cannot be set. None where there is
    /// no such clock (a virtual clock of a story).
    fn since_boot(&self) -> Option<i64>;
}

/// This machine's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> At {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, i64::wrapping_neg),
        };
        At(millis)
    }

    fn since_boot(&self) -> Option<i64> {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        time.tv_sec.checked_mul(1000)?.checked_add(time.tv_nsec / 1_000_000)
    }
}

/// Notices when the time was set: the clock of day moved by more than the clock since boot did.
#[derive(Debug, Default)]
pub(crate) struct StepGuard {
    last: Mutex<Option<(At, i64)>>,
}

/// How far the two clocks may drift apart between two looks before it counts as a step, milliseconds. Time
/// synchronisation slews by less; a step this large decides deadlines.
pub(crate) const MOST_STEP: i64 = 2000;

impl StepGuard {
    /// Looks at the clock: the time, and by how many milliseconds it was set since the last look, if it was.
    pub(crate) fn look(&self, clock: &dyn Clock) -> (At, Option<i64>) {
        let now = clock.now();
        let Some(boot) = clock.since_boot() else { return (now, None) };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let step = last.and_then(|(then, boot_then)| {
            let step = now.millis_since(then).saturating_sub(boot.saturating_sub(boot_then));
            (step.abs() > MOST_STEP).then_some(step)
        });
        *last = Some((now, boot));
        (now, step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Default)]
    struct Set {
        day: AtomicI64,
        boot: AtomicI64,
    }

    impl Clock for Set {
        fn now(&self) -> At {
            At(self.day.load(Ordering::Relaxed))
        }

        fn since_boot(&self) -> Option<i64> {
            Some(self.boot.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn a_clock_that_was_set_is_noticed_once_and_drift_is_not() {
        let (clock, guard) = (Set::default(), StepGuard::default());
        assert_eq!(guard.look(&clock), (At(0), None));
        for (day, boot, step) in [
            (1000, 1000, None),
            (3900, 2000, None),
            (66_000, 4000, Some(60_100)),
            (66_500, 4500, None),
            (0, 5000, Some(-67_000)),
        ] {
            clock.day.store(day, Ordering::Relaxed);
            clock.boot.store(boot, Ordering::Relaxed);
            assert_eq!(guard.look(&clock), (At(day), step), "{day} {boot}");
        }
    }
}
