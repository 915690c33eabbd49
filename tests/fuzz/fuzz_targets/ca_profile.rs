//! A CA's profile as it travels in a tender package, and the patterns in it against any text.
#![no_main]

use bidroom_trust::{CaProfile, Pattern};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    if let Ok(profile) = serde_json::from_str::<CaProfile>(text) {
        let _ = profile.check();
    }
    if let Some((pattern, text)) = text.split_once('\n')
        && let Ok(pattern) = pattern.parse::<Pattern>()
        && let Some(code) = pattern.code_in(text)
    {
        assert!(text.contains(code.as_str()));
    }
});
