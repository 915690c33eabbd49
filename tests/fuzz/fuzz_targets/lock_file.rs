//! A lock file, read and not opened: its cost is bounded, its holder can be shown.
#![no_main]

use bidroom_lock::{KdfCost, LockFile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(file) = LockFile::parse(bytes) {
        let KdfCost { .. } = file.cost();
        let identity = file.identity();
        let _ = (identity.holder(), identity.party(), identity.authority(), identity.serial_tail());
    }
});
