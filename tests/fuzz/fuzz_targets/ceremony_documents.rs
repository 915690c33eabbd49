//! What custody signs for the officers' ceremony: a dealing of the key again, a challenge to a lock. Signed, or the content
//! alone, which no fuzzer could sign.
#![no_main]

use bidroom_canon::{from_canonical, to_canonical};
use bidroom_tender::{ProbeChallenge, Redeal, SignedDocument};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = SignedDocument::<Redeal>::parse(bytes) {
        assert_eq!(document.der(), bytes);
    }
    if let Ok(document) = ProbeChallenge::read(bytes) {
        assert_eq!(document.der(), bytes);
    }
    if let Ok(redeal) = from_canonical::<Redeal>(bytes) {
        assert_eq!(to_canonical(&redeal).expect("what was read can be written"), bytes);
    }
    if let Ok(challenge) = from_canonical::<ProbeChallenge>(bytes) {
        assert_eq!(to_canonical(&challenge).expect("what was read can be written"), bytes);
        let _ = challenge.own_subject();
    }
});
