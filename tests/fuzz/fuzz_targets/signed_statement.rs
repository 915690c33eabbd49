//! What a lock signs: the message, or its content alone, which no fuzzer could sign.
#![no_main]

use bidroom_canon::from_canonical;
use bidroom_lock::{SignedStatement, Statement};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = SignedStatement::verify_any(bytes) {
        assert_eq!(signed.der(), bytes);
    }
    if let Ok(statement) = from_canonical::<Statement>(bytes) {
        let _ = (statement.kind(), statement.session());
        if let Ok(written) = statement.to_canonical() {
            assert_eq!(written, bytes);
        }
    }
});
