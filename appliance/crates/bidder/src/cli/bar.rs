//! Progress on standard error: a bar on a terminal, a line at every tenth elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bidroom_bidder::progress::{Progress, Stage};

use super::say::Say;

/// A bar is drawn again at most so often.
const REDRAW: Duration = Duration::from_millis(100);
/// Work shorter than this shows no progress.
const WORTH: u64 = 8 << 20;
const WIDTH: u64 = 30;

/// Shows progress.
#[derive(Debug)]
pub struct Bar {
    say: Say,
    terminal: bool,
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    stage: Stage,
    began: Instant,
    first: u64,
    drawn: Option<Instant>,
    tenths: u64,
}

impl Bar {
    /// A bar in a language.
    pub fn new(say: Say) -> Self {
        Self { say, terminal: std::io::stderr().is_terminal(), state: Mutex::new(None) }
    }

    fn label(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Measure => self.say.pick("读取", "reading"),
            Stage::Seal => self.say.pick("加密", "sealing"),
            Stage::Check => self.say.pick("核对", "checking"),
            Stage::Read => self.say.pick("读取", "reading"),
            Stage::Send => self.say.pick("递交", "sending"),
        }
    }
}

impl Progress for Bar {
    fn tell(&self, stage: Stage, done: u64, total: u64) {
        if total < WORTH {
            return;
        }
        let now = Instant::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.as_ref().is_none_or(|state| state.stage != stage) {
            *state = Some(State { stage, began: now, first: done, drawn: None, tenths: 0 });
        }
        let Some(state) = state.as_mut() else { return };
        let tenths = done.saturating_mul(10) / total;
        let last = done >= total;
        let due = if self.terminal {
            last || state.drawn.is_none_or(|drawn| now.duration_since(drawn) >= REDRAW)
        } else {
            tenths > state.tenths
        };
        if !due || (last && state.tenths == 10) {
            return;
        }
        state.drawn = Some(now);
        state.tenths = tenths;
        let millis = u64::try_from(now.duration_since(state.began).as_millis()).unwrap_or(u64::MAX).max(1);
        // Bytes per millisecond are about kilobytes per second.
        let rate = done.saturating_sub(state.first) / millis;
        let left = total.saturating_sub(done).checked_div(rate.saturating_mul(1000)).unwrap_or_default();
        let (percent, filled) = (done.saturating_mul(100) / total, done.saturating_mul(WIDTH) / total);
        let bar: String = (0..WIDTH).map(|place| if place < filled { '█' } else { '░' }).collect();
        let (mib, of) = (done >> 20, total >> 20);
        let text = format!(
            "{} {bar} {percent:>3}% {mib}/{of} MiB {:>4} MB/s {} {left} s",
            self.label(stage),
            rate / 1000,
            self.say.pick("剩余", "left"),
        );
        let (begin, end) =
            if self.terminal { ("\r\x1b[K", if last { "\n" } else { "" }) } else { ("", "\n") };
        let mut err = std::io::stderr().lock();
        drop(write!(err, "{begin}{text}{end}").and_then(|()| err.flush()));
    }
}
