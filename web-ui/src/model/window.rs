//! Windows of time: what is counted down, and how it reads at a moment of the room's clock.

use super::figures::left_text;
use crate::text::Phase;
use bidroom_domain::At;

/// Which window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowKind {
    /// Until the deadline, which is the opening time.
    BeforeOpening,
    /// Until shares are no longer collected.
    Unlock,
    /// The same for one bidder, whose window is another than all bidders'.
    Own,
    /// Until bidders may no longer confirm or object.
    Confirm,
}

impl WindowKind {
    /// The words over the figure.
    pub const fn label(self) -> Phase {
        match self {
            Self::BeforeOpening => Phase::LeftBefore,
            Self::Unlock => Phase::LeftUnlock,
            Self::Own => Phase::LeftOwn,
            Self::Confirm => Phase::LeftConfirm,
        }
    }
}

/// A window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Nothing is counted.
    None,
    /// The clock runs.
    Running {
        /// Which.
        kind: WindowKind,
        /// When it began.
        from: At,
        /// When it ends.
        until: At,
    },
    /// The clock stands still.
    Stopped {
        /// Which.
        kind: WindowKind,
        /// When it began.
        from: At,
        /// Its whole length in milliseconds.
        length: i64,
        /// Milliseconds left.
        left: i64,
    },
    /// It ended before its time or was used up, at this moment.
    Ended {
        /// Which.
        kind: WindowKind,
        /// When.
        at: At,
    },
}

/// How a countdown looks; the words differ before the colour does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Running.
    Running,
    /// The last five minutes.
    Last,
    /// Stopped.
    Stopped,
    /// Over.
    Ended,
}

impl Look {
    /// The value of `data-look`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Last => "last",
            Self::Stopped => "stopped",
            Self::Ended => "ended",
        }
    }
}

/// A window as it reads at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Words over the figure.
    pub label: Phase,
    /// The figure.
    pub digits: String,
    /// How it looks.
    pub look: Look,
    /// How much of the window has gone, in thousandths.
    pub gone: i64,
    /// Milliseconds left.
    pub left: i64,
}

const LAST: i64 = 5 * 60_000;

impl Window {
    /// The window at `now`; nothing where nothing is counted.
    pub fn read(&self, now: At) -> Option<Reading> {
        match *self {
            Self::None => None,
            Self::Running { kind, from, until } => {
                let left = until.millis_since(now).max(0);
                let look = match left {
                    0 => Look::Ended,
                    1..=LAST if kind != WindowKind::BeforeOpening => Look::Last,
                    _ => Look::Running,
                };
                let label = match look {
                    Look::Last => Phase::LastMinutes,
                    Look::Ended if kind != WindowKind::BeforeOpening => {
                        Phase::Ended { at: until.clock_text() }
                    }
                    _ => kind.label(),
                };
                let gone = share(until.millis_since(from).saturating_sub(left), until.millis_since(from));
                Some(Reading { label, digits: left_text(left), look, gone, left })
            }
            Self::Stopped { kind, length, left, .. } => Some(Reading {
                label: if kind == WindowKind::Own { Phase::OwnStopped } else { Phase::Stopped },
                digits: left_text(left),
                look: Look::Stopped,
                gone: share(length.saturating_sub(left), length),
                left,
            }),
            Self::Ended { at, .. } => Some(Reading {
                label: Phase::Ended { at: at.clock_text() },
                digits: left_text(0),
                look: Look::Ended,
                gone: 1000,
                left: 0,
            }),
        }
    }

    /// Which window it is.
    pub const fn kind(&self) -> Option<WindowKind> {
        match *self {
            Self::None => None,
            Self::Running { kind, .. } | Self::Stopped { kind, .. } | Self::Ended { kind, .. } => Some(kind),
        }
    }

    /// When it began.
    pub const fn from(&self) -> Option<At> {
        match *self {
            Self::Running { from, .. } | Self::Stopped { from, .. } => Some(from),
            Self::None | Self::Ended { .. } => None,
        }
    }

    /// When it will end, while the clock runs.
    pub const fn until(&self) -> Option<At> {
        match *self {
            Self::Running { until, .. } => Some(until),
            _ => None,
        }
    }

    /// Whether the clock stands still.
    pub const fn is_stopped(&self) -> bool {
        matches!(self, Self::Stopped { .. })
    }
}

fn share(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 1000 } else { part.clamp(0, whole).saturating_mul(1000) / whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: At = At(1_773_799_320_000); // 10:02:00
    const UNTIL: At = At(1_773_801_120_000); // 10:32:00

    #[track_caller]
    fn check(window: Window, now: At, digits: &str, look: Look, label: &Phase, gone: i64) {
        let reading = window.read(now).unwrap();
        assert_eq!(
            (reading.digits.as_str(), reading.look, &reading.label, reading.gone),
            (digits, look, label, gone)
        );
    }

    #[test]
    fn four_looks() {
        let running = Window::Running { kind: WindowKind::Unlock, from: FROM, until: UNTIL };
        check(running, At(1_773_800_353_000), "12:47", Look::Running, &Phase::LeftUnlock, 573);
        check(running, At(1_773_800_868_000), "04:12", Look::Last, &Phase::LastMinutes, 860);
        check(running, UNTIL, "00:00", Look::Ended, &Phase::Ended { at: "10:32:00".into() }, 1000);
        let stopped =
            Window::Stopped { kind: WindowKind::Unlock, from: FROM, length: 1_800_000, left: 767_000 };
        check(stopped, At(0), "12:47", Look::Stopped, &Phase::Stopped, 573);
        let ended = Window::Ended { kind: WindowKind::Unlock, at: At(1_773_801_267_000) };
        check(ended, At(0), "00:00", Look::Ended, &Phase::Ended { at: "10:34:27".into() }, 1000);
    }

    #[test]
    fn before_the_opening_there_are_no_last_minutes() {
        let window = Window::Running { kind: WindowKind::BeforeOpening, from: FROM, until: UNTIL };
        check(window, At(UNTIL.0 - 1), "00:01", Look::Running, &Phase::LeftBefore, 999);
        check(window, At(UNTIL.0 + 1), "00:00", Look::Ended, &Phase::LeftBefore, 1000);
    }

    #[test]
    fn an_empty_window_is_gone() {
        let window = Window::Running { kind: WindowKind::Confirm, from: FROM, until: FROM };
        assert_eq!(window.read(FROM).unwrap().gone, 1000);
        assert_eq!(Window::None.read(FROM), None);
    }
}
