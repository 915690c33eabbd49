//! Faults that a device shows, and the device's side of them: where its files are, what a call shall answer.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::bench::beside;

/// What goes wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Functions that fail or wait.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// Devices that are absent.
    #[serde(default)]
    pub removed: Vec<String>,
    /// Counted up, each new number makes the device forget every open handle and login.
    #[serde(default)]
    pub reset: u32,
}

/// One function that fails or waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// As the specification names it.
    pub function: String,
    /// What it answers; nothing if it only waits.
    #[serde(default)]
    pub code: Option<u64>,
    /// So many calls pass first.
    #[serde(default)]
    pub after: u32,
    /// So many calls fail then; all if nothing.
    #[serde(default)]
    pub times: Option<u32>,
    /// The call waits until this file exists: a device that is slow for exactly as long as the test wants.
    #[serde(default)]
    pub gate: Option<PathBuf>,
}

impl Fault {
    /// Every call fails.
    pub fn always(function: &str, code: u64) -> Self {
        Self { function: function.to_owned(), code: Some(code), ..Self::default() }
    }
}

/// The device's side: reads the files beside its own library.
#[derive(Debug)]
pub struct Watch {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    text: Vec<u8>,
    faults: Faults,
    calls: Vec<u32>,
}

impl Watch {
    /// Nothing was seen yet.
    #[expect(clippy::new_without_default, reason = "const, for a static")]
    pub const fn new() -> Self {
        let faults = Faults { faults: Vec::new(), removed: Vec::new(), reset: 0 };
        Self { seen: Mutex::new(Seen { text: Vec::new(), faults, calls: Vec::new() }) }
    }

    /// What the device holds.
    ///
    /// # Panics
    /// If the file is missing or wrong.
    pub fn contents<T: DeserializeOwned>(&self) -> T {
        let path = beside(&own_library(), "contents");
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The code that `function` shall answer now. Waits if it shall wait.
    pub fn code(&self, function: &str) -> Option<u64> {
        let (code, gate) = self.due(function);
        while let Some(gate) = &gate {
            if gate.exists() {
                break;
            }
            // The device waits, not the test: it has no other way to learn that it may go on.
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        code
    }

    /// Absent devices.
    pub fn removed(&self) -> Vec<String> {
        self.look().faults.removed.clone()
    }

    /// How often the device was reset.
    pub fn reset(&self) -> u32 {
        self.look().faults.reset
    }

    fn due(&self, function: &str) -> (Option<u64>, Option<PathBuf>) {
        let mut seen = self.look();
        let Seen { faults, calls, .. } = &mut *seen;
        for (fault, count) in faults.faults.iter().zip(calls) {
            if fault.function != function {
                continue;
            }
            *count += 1;
            let end = fault.times.map_or(u32::MAX, |times| fault.after.saturating_add(times));
            if (fault.after + 1..=end).contains(count) {
                return (fault.code, fault.gate.clone());
            }
        }
        (None, None)
    }

    fn look(&self) -> std::sync::MutexGuard<'_, Seen> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let text = std::fs::read(beside(&own_library(), "faults")).unwrap_or_default();
        if text != seen.text {
            seen.faults = serde_json::from_slice(&text).unwrap_or_default();
            seen.calls = vec![0; seen.faults.faults.len()];
            seen.text = text;
        }
        seen
    }
}

/// The file that this code was loaded from.
fn own_library() -> PathBuf {
    static PATH: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    PATH.get_or_init(find_own_library).clone()
}

/// Looks for the mapping that this very function is in.
fn find_own_library() -> PathBuf {
    #[expect(clippy::as_conversions, reason = "the address of a function has no other way to a number")]
    let here = find_own_library as fn() -> PathBuf as usize;
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux");
    let inside = |line: &&str| {
        let (range, _) = line.split_once(' ').unwrap_or_default();
        let (start, end) = range.split_once('-').unwrap_or_default();
        let number = |text| usize::from_str_radix(text, 16).unwrap_or(0);
        (number(start)..number(end)).contains(&here)
    };
    let line = maps.lines().find(inside).expect("this code is mapped");
    PathBuf::from(line.split_whitespace().nth(5).expect("from a file"))
}
