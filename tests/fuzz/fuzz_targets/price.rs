//! A method and bids, with a NUL between them: whatever is read is evaluated, and what comes of it is readable.
#![no_main]

use bidroom_pricing::{Bids, Method, Outcome, evaluate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(at) = bytes.iter().position(|byte| *byte == 0) else { return };
    let (method, bids) = (Method::from_json(&bytes[..at]), Bids::from_json(&bytes[at + 1..]));
    let (Ok(method), Ok(bids)) = (method, bids) else { return };
    if let Ok(outcome) = evaluate(&method, &bids) {
        let text = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
    }
});
