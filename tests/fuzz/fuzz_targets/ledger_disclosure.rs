//! An entry in the first line, openings after it: what is merged back was committed to.
#![no_main]

use bidroom_ledger::entry::{Entry, Opening};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(entry), Some(openings)) = (parts.next(), parts.next()) else { return };
    let Ok(entry) = Entry::parse(entry) else { return };
    let Ok(openings) = serde_json::from_slice::<Vec<Opening>>(openings) else { return };
    if let Ok(shown) = entry.disclose(&openings) {
        for opening in &openings {
            let committed = entry.commitments().get(&opening.path);
            let committed = committed.or_else(|| shown.by.is_some().then(|| entry.by()));
            assert_eq!(opening.commitment(entry.kind()).ok().as_ref(), committed);
        }
    }
});
