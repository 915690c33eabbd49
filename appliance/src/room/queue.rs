//! Whose requests wait to be checked by custody, and how long one takes.
//!
//! Owns order and pace. Must not know what is checked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bidroom_domain::CreditCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::live::Hub;

/// Requests over which the pace is taken: few enough to follow a device that became slow, enough to be steady.
const MEASURED: usize = 16;
/// Requests that are worked on at once: while custody checks one, the next is read.
const AT_ONCE: usize = 2;

/// Order and pace, told the time.
#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<(u64, CreditCode)>,
    next: u64,
    /// When work on the request at the head began: when it came, or when the one before it was done.
    began: Duration,
    took: VecDeque<Duration>,
}

impl Line {
    fn enter(&mut self, code: CreditCode, now: Duration) -> u64 {
        if self.waiting.is_empty() {
            self.began = now;
        }
        self.next = self.next.wrapping_add(1);
        self.waiting.push_back((self.next, code));
        self.next
    }

    /// Takes a request out; `served` where it was checked to its end.
    fn leave(&mut self, ticket: u64, served: bool, now: Duration) {
        self.waiting.retain(|(waits, _)| *waits != ticket);
        if served {
            if self.took.len() == MEASURED {
                self.took.pop_front();
            }
            self.took.push_back(now.saturating_sub(self.began));
            self.began = now;
        }
    }

    /// Codes in their order, each once.
    fn codes(&self) -> Vec<String> {
        let mut codes: Vec<String> = Vec::with_capacity(self.waiting.len());
        for (_, code) in &self.waiting {
            if !codes.iter().any(|known| known == code.as_str()) {
                codes.push(code.to_string());
            }
        }
        codes
    }

    fn pace(&self) -> Option<Duration> {
        let count = u32::try_from(self.took.len()).ok().filter(|count| *count > 0)?;
        Some(self.took.iter().sum::<Duration>() / count)
    }
}

/// The queue of a session, shown to its viewers.
pub struct Queue {
    line: Mutex<Line>,
    hub: Arc<Hub>,
    started: Instant,
    /// Given in the order in which they were asked for.
    turns: Arc<Semaphore>,
}

impl Queue {
    /// An empty queue.
    pub(super) fn new(hub: Arc<Hub>) -> Arc<Self> {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Arc::new(Self { line: Mutex::default(), hub, started: Instant::now(), turns })
    }

    /// A request of this bidder waits from now on, until its [`Place`] ends.
    pub fn enter(self: &Arc<Self>, bidder: &CreditCode) -> Place {
        let ticket = self.changed(|line, now| line.enter(bidder.clone(), now));
        Place { queue: Arc::clone(self), ticket, served: false, turn: None }
    }

    fn changed<T>(&self, change: impl FnOnce(&mut Line, Duration) -> T) -> T {
        let mut line = self.line();
        let done = change(&mut line, self.started.elapsed());
        self.hub.set_queue(line.codes(), line.pace());
        done
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Order and pace are whole after every step; a thread that panicked elsewhere does not spoil them.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue; given up when it is dropped.
pub struct Place {
    queue: Arc<Queue>,
    ticket: u64,
    served: bool,
    turn: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// Waits for this request's turn, which lasts until the place is given up.
    pub async fn turn(&mut self) {
        // The turns are never closed.
        self.turn = Arc::clone(&self.queue.turns).acquire_owned().await.ok();
    }

    /// The request was checked to its end: its time counts for those behind.
    pub fn served(mut self) {
        self.served = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (ticket, served) = (self.ticket, self.served);
        self.queue.changed(|line, now| line.leave(ticket, served, now));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests: a failure is reported by stopping")]
mod tests {
    use super::*;

    fn code(number: usize) -> CreditCode {
        format!("9137000000000000{number:02}").parse().unwrap()
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_steady_device_keeps_what_was_promised() {
        let mut line = Line::default();
        let first = line.enter(code(0), at(0));
        line.leave(first, true, at(40));
        // Thirty come at once; each is told how long it will wait, by its place.
        let tickets: Vec<u64> = (1..=30).map(|number| line.enter(code(number), at(1000))).collect();
        let promised: Vec<Duration> = (1..=30).map(|place| line.pace().unwrap() * place).collect();
        let mut now = 1000;
        for (ticket, promised) in tickets.into_iter().zip(promised) {
            now += 40;
            line.leave(ticket, true, at(now));
            assert_eq!(promised, at(now - 1000));
        }
        assert!(line.codes().is_empty());
    }

    #[test]
    fn the_pace_follows_a_device_that_became_slow() {
        let mut line = Line::default();
        let mut now = 0;
        for step in [[10; MEASURED], [90; MEASURED]].concat() {
            let ticket = line.enter(code(1), at(now));
            now += step;
            line.leave(ticket, true, at(now));
        }
        assert_eq!(line.pace(), Some(at(90)));
    }

    #[test]
    fn idle_time_and_refused_requests_are_no_pace() {
        let mut line = Line::default();
        assert_eq!(line.pace(), None);
        let refused = line.enter(code(1), at(0));
        line.leave(refused, false, at(5));
        assert_eq!(line.pace(), None);
        for begun in [10_000, 20_000] {
            let ticket = line.enter(code(1), at(begun));
            line.leave(ticket, true, at(begun + 30));
        }
        assert_eq!(line.pace(), Some(at(30)));
    }

    #[test]
    fn the_order_is_that_of_arrival_and_names_nobody_twice() {
        let mut line = Line::default();
        let first = line.enter(code(1), at(0));
        let again = line.enter(code(2), at(1));
        line.enter(code(1), at(2));
        assert_eq!(line.codes(), [code(1).to_string(), code(2).to_string()]);
        line.leave(first, true, at(3));
        assert_eq!(line.codes(), [code(2).to_string(), code(1).to_string()]);
        line.leave(again, false, at(4));
        line.leave(again, false, at(4));
        assert_eq!(line.codes(), [code(1).to_string()]);
    }
}
