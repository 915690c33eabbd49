//! A tender package: signed, or its content alone, which no fuzzer could sign.
#![no_main]

use bidroom_canon::{from_canonical, to_canonical};
use bidroom_tender::{SignedDocument, TenderPackage};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = SignedDocument::<TenderPackage>::parse(bytes) {
        assert_eq!(document.der(), bytes);
    }
    if let Ok(package) = from_canonical::<TenderPackage>(bytes) {
        assert_eq!(to_canonical(&package).expect("what was read can be written"), bytes);
        let _ = (package.check(), package.authority_roots(), package.certificates_by_digest());
        let _ = (package.room_certificate(), package.room_issuer());
        for lot in &package.lots {
            assert!(package.lot(lot.lot).is_some());
        }
    }
});
