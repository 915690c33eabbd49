//! The time by which custody judges, and whether it can be believed.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bidroom_domain::At;
use rustix::time::ClockId;

/// The clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The time of day.
    pub at: At,
    /// Milliseconds that passed since the machine was started, sleep included; it cannot be set. None where there is no
    /// such clock (a virtual clock of a story).
    pub since_boot: Option<i64>,
    /// By how many milliseconds a synchronisation that slews has moved the clock since boot, and with it the time of day,
    /// against the oscillator (`CLOCK_MONOTONIC` against `CLOCK_MONOTONIC_RAW`). None where that is not known.
    pub slewed: Option<i64>,
}

impl Reading {
    /// By how many milliseconds the time of day is ahead of the clock since boot. It changes only when the time is set:
    /// a synchronisation that slews moves both clocks alike (`clock_gettime(2)`), and is looked at by itself.
    fn ahead(&self) -> Option<i64> {
        self.since_boot.map(|since_boot| self.at.0.saturating_sub(since_boot))
    }
}

/// What tells custody the time. The room's clock and custody's are asked separately: a room that lies about time is
/// found out.
pub trait Clock: Send + Sync {
    /// The clocks, read at one moment: a process that was held up between two reads must not look like a clock that was
    /// set.
    fn read(&self) -> Reading;

    /// Which start of the machine [`Reading::since_boot`] counts from; none where that is not known.
    fn boot(&self) -> Option<String> {
        None
    }
}

/// This machine's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

/// How close to each other the clocks are read, milliseconds, and how often that is tried; the closest counts.
const CLOSE: i64 = 10;
const TRIES: usize = 16;

impl Clock for MachineClock {
    fn read(&self) -> Reading {
        let mut closest: Option<(i64, Reading)> = None;
        for _ in 0..TRIES {
            let before = millis(ClockId::Boottime);
            let (at, steady, raw) =
                (time_of_day(), millis(ClockId::Monotonic), millis(ClockId::MonotonicRaw));
            let after = millis(ClockId::Boottime);
            let slewed = steady.zip(raw).map(|(steady, raw)| steady.saturating_sub(raw));
            let Some((before, after)) = before.zip(after) else {
                return Reading { at, since_boot: None, slewed };
            };
            let apart = after.saturating_sub(before);
            if closest.is_none_or(|(least, _)| apart < least) {
                closest = Some((apart, Reading { at, since_boot: Some(before), slewed }));
            }
            if apart <= CLOSE {
                break;
            }
        }
        let none = || Reading { at: time_of_day(), since_boot: None, slewed: None };
        closest.map_or_else(none, |(_, reading)| reading)
    }

    fn boot(&self) -> Option<String> {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_owned())
    }
}

fn time_of_day() -> At {
    At(match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, i64::wrapping_neg),
    })
}

fn millis(clock: ClockId) -> Option<i64> {
    let time = rustix::time::clock_gettime(clock);
    time.tv_sec.checked_mul(1000)?.checked_add(time.tv_nsec / 1_000_000)
}

/// How far the time of day may move against the clock since boot before it counts as a step, milliseconds: room for
/// leap seconds. A step this large decides deadlines.
pub(crate) const MOST_STEP: i64 = 2000;

/// Within how many milliseconds a synchronisation may slew by [`MOST_STEP`]: an hour. That is 556 parts per million, more
/// than a kernel corrects an oscillator by (500), and far less than what moves a deadline unseen (a daemon slews by up to
/// 100,000).
const SLEW_WITHIN: i64 = 3_600_000;

/// Notices when the time was set: the clock of day moved by more than the clock since boot did, or both were slewed.
///
/// What is compared with is how far the two were apart at the first look or after the last step, not at the look
/// before: a clock that is set by a little again and again is found out as soon as it has moved by [`MOST_STEP`]. Of
/// slewing as much is allowed in each hour, because every synchronised clock is slewed a little.
#[derive(Debug, Default)]
pub(crate) struct StepGuard {
    began: Mutex<Began>,
}

/// Where the comparing began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Began {
    /// How far the time of day was ahead of the clock since boot.
    pub(crate) ahead: Option<i64>,
    /// The clock since boot when the present hour of slewing began, and how much had been slewed by then.
    pub(crate) slewed: Option<(i64, i64)>,
}

/// A look at the clocks that was put down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The time of day.
    pub(crate) at: At,
    /// Where the comparing began.
    pub(crate) began: Began,
    pub(crate) boot: Option<String>,
}

impl StepGuard {
    /// A guard that goes on comparing where one before custody was started anew left off, as `seen` has it. Answers by
    /// how many milliseconds the clock was set back over a boot, as far as that can be told: a step forward between two
    /// boots looks like time that passed.
    pub(crate) fn since(seen: Option<&Seen>, clock: &dyn Clock) -> (Self, Option<i64>) {
        let now = clock.read();
        let (Some(seen), Some(_)) = (seen, now.since_boot) else { return (Self::default(), None) };
        if seen.boot.is_some() && seen.boot == clock.boot() {
            return (Self { began: Mutex::new(seen.began) }, None);
        }
        let back = now.at.millis_since(seen.at);
        (Self::default(), (back < -MOST_STEP).then_some(back))
    }

    /// Looks at the clocks: the time, and by how many milliseconds it was set or slewed, if it was.
    pub(crate) fn look(&self, clock: &dyn Clock) -> (At, Option<i64>) {
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.read();
        let step = began.set_since(&now).or_else(|| began.slewed_since(&now));
        (now.at, step)
    }

    /// What to put down of a look at `at`; none where the clock cannot be compared with anything.
    pub(crate) fn seen(&self, at: At, clock: &dyn Clock) -> Option<Seen> {
        let began = *self.began.lock().unwrap_or_else(PoisonError::into_inner);
        began.ahead?;
        Some(Seen { at, began, boot: clock.boot() })
    }
}

impl Began {
    fn set_since(&mut self, now: &Reading) -> Option<i64> {
        let ahead = now.ahead()?;
        let step =
            self.ahead.map(|before| ahead.saturating_sub(before)).filter(|step| step.abs() > MOST_STEP);
        if self.ahead.is_none() || step.is_some() {
            self.ahead = Some(ahead);
        }
        step
    }

    fn slewed_since(&mut self, now: &Reading) -> Option<i64> {
        let (since_boot, slewed) = now.since_boot.zip(now.slewed)?;
        let Some((from, before)) = self.slewed else {
            self.slewed = Some((since_boot, slewed));
            return None;
        };
        let step = Some(slewed.saturating_sub(before)).filter(|step| step.abs() > MOST_STEP);
        if step.is_some() || since_boot.saturating_sub(from) >= SLEW_WITHIN {
            self.slewed = Some((since_boot, slewed));
        }
        step
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
        slewed: AtomicI64,
    }

    impl Clock for Set {
        fn read(&self) -> Reading {
            Reading {
                at: At(self.day.load(Ordering::Relaxed)),
                since_boot: Some(self.boot.load(Ordering::Relaxed)),
                slewed: Some(self.slewed.load(Ordering::Relaxed)),
            }
        }

        fn boot(&self) -> Option<String> {
            Some("this boot".to_owned())
        }
    }

    #[test]
    fn a_step_while_custody_was_not_there_is_noticed() {
        let at = |day: i64, boot: i64| {
            let clock = Set::default();
            clock.day.store(day, Ordering::Relaxed);
            clock.boot.store(boot, Ordering::Relaxed);
            clock
        };
        let began = Began { ahead: Some(50_000), slewed: None };
        let seen = |boot: &str| Seen { at: At(100_000), began, boot: Some(boot.to_owned()) };
        for (boot, day, since_boot, at_once, at_first_look) in [
            ("this boot", 160_000, 110_000, None, None),
            ("this boot", 160_000, 60_000, None, Some(50_000)),
            ("this boot", 90_000, 60_000, None, Some(-20_000)),
            ("another boot", 90_000, 5000, Some(-10_000), None),
            ("another boot", 900_000, 5000, None, None),
        ] {
            let clock = at(day, since_boot);
            let (guard, back) = StepGuard::since(Some(&seen(boot)), &clock);
            assert_eq!(back, at_once, "{boot} {day}");
            assert_eq!(guard.look(&clock).1, at_first_look, "{boot} {day}");
        }
    }

    #[test]
    fn a_clock_that_was_set_is_noticed_once_and_a_leap_second_is_not() {
        let (clock, guard) = (Set::default(), StepGuard::default());
        assert_eq!(guard.look(&clock), (At(0), None));
        for (day, boot, step) in [
            (1000, 1000, None),
            (3000, 2000, None),
            (66_000, 4000, Some(62_000)),
            (66_500, 4500, None),
            (0, 5000, Some(-67_000)),
        ] {
            clock.day.store(day, Ordering::Relaxed);
            clock.boot.store(boot, Ordering::Relaxed);
            assert_eq!(guard.look(&clock), (At(day), step), "{day} {boot}");
        }
    }

    #[test]
    fn a_clock_that_is_set_by_a_little_again_and_again_is_noticed() {
        let (clock, mut guard) = (Set::default(), StepGuard::default());
        let mut steps = Vec::new();
        for second in 0..12 {
            clock.day.store(second * 1500, Ordering::Relaxed);
            clock.boot.store(second * 1000, Ordering::Relaxed);
            let (at, step) = guard.look(&clock);
            steps.extend(step);
            // It makes no difference that custody is started anew in between.
            let seen = guard.seen(at, &clock).unwrap();
            guard = StepGuard::since(Some(&seen), &clock).0;
        }
        assert_eq!(steps, [2500, 2500]);
    }

    /// Runs both clocks for so many seconds while they are slewed by parts per million; the steps that were noticed.
    fn slewed(clock: &Set, guard: &mut StepGuard, seconds: i64, parts: i64) -> Vec<i64> {
        let began = (clock.day.load(Ordering::Relaxed), clock.slewed.load(Ordering::Relaxed));
        let mut steps = Vec::new();
        for second in 1..=seconds {
            let slew = second * 1000 * parts / 1_000_000;
            clock.day.store(began.0 + second * 1000 + slew, Ordering::Relaxed);
            clock.boot.store(began.0 + second * 1000 + slew, Ordering::Relaxed);
            clock.slewed.store(began.1 + slew, Ordering::Relaxed);
            let (at, step) = guard.look(clock);
            steps.extend(step);
            if second % 600 == 0 {
                let seen = guard.seen(at, clock).unwrap();
                *guard = StepGuard::since(Some(&seen), clock).0;
            }
        }
        steps
    }

    #[test]
    fn a_clock_that_is_slewed_towards_a_deadline_is_noticed_and_one_that_is_synchronised_is_not() {
        let day = 86_400;
        for parts in [0, 40, -40, 500, -500] {
            let (clock, mut guard) = (Set::default(), StepGuard::default());
            assert_eq!(slewed(&clock, &mut guard, day, parts), [0; 0], "{parts} ppm are an oscillator's");
        }
        // As fast as a daemon slews: two seconds are found out within twenty.
        let (clock, mut guard) = (Set::default(), StepGuard::default());
        assert_eq!(slewed(&clock, &mut guard, 20, 100_000), [0; 0]);
        assert_eq!(slewed(&clock, &mut guard, 10, 100_000).len(), 1);
        assert!(slewed(&clock, &mut guard, 60, -100_000).len() >= 2, "and back");
        // What one hour did not use is not saved up for the next.
        let (clock, mut guard) = (Set::default(), StepGuard::default());
        assert_eq!(slewed(&clock, &mut guard, 30 * day, 0), [0; 0]);
        assert!(!slewed(&clock, &mut guard, 60, 100_000).is_empty());
        // The most that nobody notices moves a deadline by less than a minute in a day.
        let (clock, mut guard) = (Set::default(), StepGuard::default());
        let most = 555;
        assert_eq!(slewed(&clock, &mut guard, day, most), [0; 0]);
        assert!(clock.slewed.load(Ordering::Relaxed) < 48_000);
    }

    #[test]
    fn both_kinds_of_moving_a_clock_do_not_hide_each_other() {
        let (clock, guard) = (Set::default(), StepGuard::default());
        guard.look(&clock);
        // Set forward by what a daemon had slewed back: the time of day is right, and both are told.
        clock.slewed.store(-60_000, Ordering::Relaxed);
        clock.boot.store(40_000, Ordering::Relaxed);
        clock.day.store(100_000, Ordering::Relaxed);
        assert_eq!(guard.look(&clock).1, Some(60_000));
        assert_eq!(guard.look(&clock).1, Some(-60_000));
        assert_eq!(guard.look(&clock).1, None);
    }

    #[test]
    fn the_machines_clocks_are_read_together() {
        let guard = StepGuard::default();
        for _ in 0..1000 {
            assert_eq!(guard.look(&MachineClock).1, None);
        }
    }
}
