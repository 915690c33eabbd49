//! What a web server that was taken over may send to custody, and what custody answers: read and written, and read again
//! as the same.
#![no_main]

use bidroom_custody::{Answer, Problem, Request};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn stable<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(bytes) {
        let once = serde_json::to_value(&value).expect("what was read can be written");
        let again: T = serde_json::from_value(once.clone()).expect("what was written can be read");
        assert_eq!(serde_json::to_value(&again).expect("and written"), once);
    }
}

fuzz_target!(|bytes: &[u8]| {
    stable::<Request>(bytes);
    stable::<Result<Answer, Problem>>(bytes);
});
