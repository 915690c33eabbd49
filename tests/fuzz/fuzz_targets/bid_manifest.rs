//! A manifest: one spelling, names that are plain file names.
#![no_main]

use bidroom_envelope::bid::manifest::Manifest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::parse(bytes) {
        assert_eq!(manifest.to_bytes().expect("what was read can be written"), bytes);
        for document in &manifest.documents {
            assert!(!document.name.as_str().contains(['/', '\\', '\0']));
        }
    }
});
