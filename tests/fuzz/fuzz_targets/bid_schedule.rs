//! A schedule: one spelling, every key once.
#![no_main]

use bidroom_canon::{from_canonical, to_canonical};
use bidroom_envelope::bid::schedule::Schedule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(schedule) = from_canonical::<Schedule>(bytes) {
        assert_eq!(to_canonical(&schedule).expect("what was read can be written"), bytes);
        for field in schedule.fields() {
            assert_eq!(schedule.value(&field.key), Some(&field.value));
        }
    }
});
