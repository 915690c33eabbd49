//! Locks as a page is shown them.

use bidroom_locks::{FoundLock, Listing, PinTries};
use bidroom_unlocking::present;
use bidroom_wire::bridge::{BridgeLock, LockList, OddLock, PinLeft};

use super::sheet::clean;

/// A lock as a page is shown it.
pub(super) fn lock(found: &FoundLock) -> BridgeLock {
    BridgeLock {
        id: found.id(),
        lock: present(&found.identity),
        kind_stated: found.kind_stated,
        tries: tries(found.tries),
        cannot_sign: found.no_signing.is_some(),
        cannot_open: found.no_opening.is_some(),
        device: clean(&found.device.label, 60),
    }
}

const fn tries(tries: PinTries) -> PinLeft {
    match tries {
        PinTries::Exact { left, of } => PinLeft::Exact { left, of },
        PinTries::Enough => PinLeft::Enough,
        PinTries::Low => PinLeft::Low,
        PinTries::Last => PinLeft::Last,
        PinTries::Locked => PinLeft::Locked,
        PinTries::Unlimited => PinLeft::Unlimited,
    }
}

/// All locks of the computer. Function names and return codes of libraries stay here.
pub(super) fn list(listing: &Listing) -> LockList {
    let odd = listing.unreadable.iter().map(|odd| OddLock {
        at: clean(&odd.at, 80),
        zh: odd.why.zh(),
        en: odd.why.en(),
    });
    LockList { locks: listing.locks.iter().map(lock).collect(), odd: odd.collect() }
}
