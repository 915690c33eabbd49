//! The service manager's side of a process: sockets that it hands over, and what it is told in return.
//!
//! Owns the environment that a service manager sets (`LISTEN_FDS`, `NOTIFY_SOCKET`, `WATCHDOG_USEC`). Must not know what
//! is served. Without a service manager nothing is handed over and nobody is told anything.

use std::io;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use sd_notify::NotifyState;

/// Listening sockets that the service manager opened: a process that gets its socket needs no right to open one, and none
/// to see the network.
pub struct Handed(listenfd::ListenFd);

impl Handed {
    /// Takes them over. To be called once, before threads are started: the environment is cleared, so that no child takes
    /// them for its own.
    pub fn take() -> Self {
        Self(listenfd::ListenFd::from_env())
    }

    /// The one TCP socket; none if nothing was handed over.
    ///
    /// # Errors
    /// Something else was handed over, or more than one socket.
    pub fn tcp(&mut self) -> io::Result<Option<TcpListener>> {
        self.single()?;
        self.0.take_tcp_listener(0)
    }

    /// The one Unix socket; none if nothing was handed over.
    ///
    /// # Errors
    /// Something else was handed over, or more than one socket.
    pub fn unix(&mut self) -> io::Result<Option<UnixListener>> {
        self.single()?;
        self.0.take_unix_listener(0)
    }

    fn single(&self) -> io::Result<()> {
        match self.0.len() {
            0 | 1 => Ok(()),
            more => Err(io::Error::other(format!("{more} sockets were handed over, one is expected"))),
        }
    }
}

/// Says that the service answers, and in one line what it does.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Says that the service is about to end.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Signs of life, as often as the service manager wants them (`WatchdogSec=`); it restarts a service that gives none.
pub struct SignsOfLife {
    every: Option<Duration>,
    last: Option<Instant>,
}

impl SignsOfLife {
    /// As the environment wants them.
    pub fn from_environment() -> Self {
        Self::within(sd_notify::watchdog_enabled())
    }

    /// Two signs for each time-out: one that is late by a little ends nothing.
    fn within(timeout: Option<Duration>) -> Self {
        Self { every: timeout.map(|timeout| timeout / 2), last: None }
    }

    /// How long to wait at most between two calls of [`Self::give`]; none if nobody waits for signs.
    pub const fn every(&self) -> Option<Duration> {
        self.every
    }

    /// Gives one if it is due. To be called by whatever must go on for the service to be alive, and only after it did.
    pub fn give(&mut self) {
        if self.is_due(Instant::now()) {
            tell(&[NotifyState::Watchdog]);
        }
    }

    fn is_due(&mut self, now: Instant) -> bool {
        let Some(every) = self.every else { return false };
        // Asked by ticks that are themselves late by a little: half the time between signs is soon enough.
        let due = self.last.is_none_or(|last| now.saturating_duration_since(last) >= every / 2);
        if due {
            self.last = Some(now);
        }
        due
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(timeout: Option<u64>, asked_at: &[u64], expect: &[bool]) {
        let mut signs = SignsOfLife::within(timeout.map(Duration::from_millis));
        let begin = Instant::now();
        let given = asked_at.iter().map(|millis| signs.is_due(begin + Duration::from_millis(*millis)));
        assert_eq!(given.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn signs_are_given_more_often_than_the_time_out() {
        check(Some(1000), &[0, 100, 240, 250, 499, 500], &[true, false, false, true, false, true]);
        check(Some(30_000), &[0, 7400, 7500], &[true, false, true]);
        check(None, &[0, 100_000], &[false, false]);
    }
}
