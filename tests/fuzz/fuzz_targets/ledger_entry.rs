//! An entry of a log: what is accepted is canonical, and is written again as the same bytes.
#![no_main]

use bidroom_canon::{parse_canonical, to_canonical};
use bidroom_ledger::entry::Entry;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = Entry::parse(bytes) {
        let value = parse_canonical(bytes).expect("an entry is canonical");
        assert_eq!(to_canonical(&value).expect("what was read can be written"), bytes);
        assert_eq!(value["kind"], entry.kind());
        let shown = entry.disclose(&[]).expect("nothing has to be shown");
        assert_eq!(&shown.fields, entry.public());
    }
});
