//! A signed submission.
#![no_main]

use bidroom_envelope::bid::signed::Signed;
use bidroom_envelope::bid::submission::Submission;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = Signed::<Submission>::parse(bytes) {
        assert_eq!(signed.der(), bytes);
        let _ = signed.value().bid_digest();
    }
});
