//! Events as a log tells them, one a line, folded into a state: reading is strict, and folding cannot fail.
#![no_main]

use bidroom_domain::At;
use bidroom_domain::opening::{Event, State};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|bytes: &[u8]| {
    let mut state = State::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok((at, kind, fields)) = serde_json::from_slice::<(i64, String, Map<String, Value>)>(line) else { return };
        let Ok(event) = Event::from_parts(&kind, fields) else { continue };
        assert_eq!(event.kind(), kind);
        let written = event.fields().expect("what was read can be written");
        let again = Event::from_parts(&kind, written).expect("what was written can be read");
        assert_eq!(again, event);
        state.apply(&event, At(at));
    }
});
