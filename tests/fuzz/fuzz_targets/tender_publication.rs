//! A room's publication: signed, or its content alone.
#![no_main]

use bidroom_canon::{from_canonical, to_canonical};
use bidroom_tender::{Publication, SignedDocument};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = SignedDocument::<Publication>::parse(bytes) {
        assert_eq!(document.der(), bytes);
    }
    if let Ok(publication) = from_canonical::<Publication>(bytes) {
        assert_eq!(to_canonical(&publication).expect("what was read can be written"), bytes);
        let _ = (publication.tender_certificates(), publication.opening_certificates());
        let _ = publication.officers_certificate();
    }
});
