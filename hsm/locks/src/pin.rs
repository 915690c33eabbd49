//! PINs: how many tries are left, and when a PIN is not tried.
//!
//! A PIN that was refused is not tried again by the same held lock, and a last try is made only by who says so.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use crate::error::{LockName, LockTrouble};

/// How often a PIN may still be wrong before the lock locks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinTries {
    /// The device counts and tells.
    Exact {
        /// Tries left; none left is locked.
        left: u32,
        /// Tries after a right PIN.
        of: u32,
    },
    /// The device tells only that no PIN was wrong lately (PKCS#11 without any flag).
    Enough,
    /// A PIN was wrong since the last right one (CKF_USER_PIN_COUNT_LOW).
    Low,
    /// One more failure locks (CKF_USER_PIN_FINAL_TRY).
    Last,
    /// Locked.
    Locked,
    /// A soft lock: a password can be tried for ever.
    Unlimited,
}

impl PinTries {
    /// Whether no PIN is accepted any more.
    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Locked | Self::Exact { left: 0, .. })
    }

    /// Whether one more failure locks.
    pub const fn is_last(self) -> bool {
        matches!(self, Self::Last | Self::Exact { left: 1, .. })
    }

    /// A few words in Chinese.
    pub fn zh(self) -> String {
        match self {
            _ if self.is_locked() => "PIN 已锁死".to_owned(),
            Self::Exact { left, .. } => format!("PIN 还可试 {left} 次"),
            Self::Last => "PIN 还可试 1 次".to_owned(),
            Self::Low => "PIN 曾输错，剩余次数减少".to_owned(),
            Self::Enough | Self::Locked => "PIN 未曾输错".to_owned(),
            Self::Unlimited => "口令不限次数".to_owned(),
        }
    }

    /// A few words in English.
    pub fn en(self) -> String {
        match self {
            _ if self.is_locked() => "PIN locked".to_owned(),
            Self::Exact { left, .. } => {
                format!("{left} PIN {} left", if left == 1 { "try" } else { "tries" })
            }
            Self::Last => "1 PIN try left".to_owned(),
            Self::Low => "PIN was wrong before, fewer tries left".to_owned(),
            Self::Enough | Self::Locked => "PIN not entered wrongly".to_owned(),
            Self::Unlimited => "password tries are not limited".to_owned(),
        }
    }
}

/// A PIN as somebody typed it. Erased when dropped; not shown by `Debug`.
pub struct PinEntry {
    /// The PIN.
    pub pin: Zeroizing<String>,
    /// The holder was told that one try is left and wants it made.
    pub last_try: bool,
}

impl PinEntry {
    /// A PIN that is not tried when one try is left.
    pub fn new(pin: impl Into<String>) -> Self {
        Self { pin: Zeroizing::new(pin.into()), last_try: false }
    }

    /// The same, tried also when one try is left.
    #[must_use]
    pub fn with_last_try(self) -> Self {
        Self { last_try: true, ..self }
    }
}

impl fmt::Debug for PinEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinEntry").field("last_try", &self.last_try).finish_non_exhaustive()
    }
}

/// Lengths of PINs that a device takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PinLength {
    pub(crate) least: usize,
    pub(crate) most: usize,
}

/// The PIN of a held lock and whether it may still be tried.
pub(crate) struct PinKeeper {
    entry: PinEntry,
    refused: AtomicBool,
}

impl PinKeeper {
    /// Takes a PIN that a device would take; one of another shape costs no try.
    pub(crate) fn new(entry: PinEntry, length: PinLength) -> Result<Self, LockTrouble> {
        let PinLength { least, most } = length;
        let bytes = entry.pin.len();
        if !(least..=most).contains(&bytes) || entry.pin.contains('\0') {
            return Err(LockTrouble::PinShape { least, most });
        }
        Ok(Self { entry, refused: AtomicBool::new(false) })
    }

    /// The PIN, if it may be tried now.
    pub(crate) fn attempt(&self, lock: &LockName, tries: PinTries) -> Result<&str, LockTrouble> {
        let lock = || lock.clone();
        if tries.is_locked() {
            Err(LockTrouble::PinLocked { lock: lock() })
        } else if self.refused.load(Ordering::SeqCst) {
            Err(LockTrouble::PinRefusedBefore { lock: lock() })
        } else if tries.is_last() && !self.entry.last_try {
            Err(LockTrouble::LastTry { lock: lock() })
        } else {
            Ok(&self.entry.pin)
        }
    }

    /// The device refused the PIN.
    pub(crate) fn refuse(&self) {
        self.refused.store(true, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: PinLength = PinLength { least: 4, most: 8 };

    fn name() -> LockName {
        LockName { kind: None, tail: "0D47".to_owned() }
    }

    #[track_caller]
    fn check(entry: PinEntry, tries: PinTries, expect: &str) {
        let keeper = PinKeeper::new(entry, LENGTH).unwrap();
        let found = keeper.attempt(&name(), tries).map_or_else(|error| format!("{error:?}"), str::to_owned);
        assert!(found.starts_with(expect), "{found}");
    }

    #[test]
    fn a_pin_is_tried_only_when_it_cannot_lock_by_surprise() {
        let pin = || PinEntry::new("12345");
        check(pin(), PinTries::Exact { left: 2, of: 8 }, "12345");
        check(pin(), PinTries::Exact { left: 1, of: 8 }, "LastTry");
        check(pin().with_last_try(), PinTries::Exact { left: 1, of: 8 }, "12345");
        check(pin().with_last_try(), PinTries::Exact { left: 0, of: 8 }, "PinLocked");
        check(pin(), PinTries::Low, "12345");
        check(pin(), PinTries::Last, "LastTry");
        check(pin(), PinTries::Locked, "PinLocked");
        check(pin(), PinTries::Unlimited, "12345");
    }

    #[test]
    fn a_refused_pin_is_not_tried_again() {
        let keeper = PinKeeper::new(PinEntry::new("12345"), LENGTH).unwrap();
        keeper.refuse();
        let error = keeper.attempt(&name(), PinTries::Enough).unwrap_err();
        assert!(matches!(error, LockTrouble::PinRefusedBefore { .. }));
    }

    #[test]
    fn a_pin_of_another_shape_costs_no_try() {
        for pin in ["", "123", "123456789", "12\u{0}45"] {
            let error = PinKeeper::new(PinEntry::new(pin), LENGTH).err().unwrap();
            assert!(matches!(error, LockTrouble::PinShape { least: 4, most: 8 }), "{pin:?}");
        }
        assert!(!format!("{:?}", PinEntry::new("12345")).contains("12345"));
    }
}
