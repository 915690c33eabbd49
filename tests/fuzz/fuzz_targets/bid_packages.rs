//! A signed record of key packages.
#![no_main]

use bidroom_envelope::bid::record::KeyPackageRecord;
use bidroom_envelope::bid::signed::Signed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = Signed::<KeyPackageRecord>::parse(bytes) {
        assert_eq!(signed.der(), bytes);
    }
});
