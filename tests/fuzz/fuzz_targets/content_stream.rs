//! A ciphertext of any bytes under a fixed key: it never opens, and never panics.
#![no_main]

use bidroom_canon::Sm3Digest;
use bidroom_envelope::bid::core::CoreHash;
use bidroom_envelope::bid::share::{Share, Shares, content_keys};
use bidroom_envelope::content::stream::{ChunkOpener, ChunkSize};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let share = || Share::from_bytes(&[1; 32]);
    let core = CoreHash(Sm3Digest::from_bytes([2; 32]));
    let keys = content_keys(&Shares { lock: share(), room: share(), officers: share() }, &core);
    let length = u64::try_from(bytes.len()).expect("a length");
    if let Ok(mut opener) = ChunkOpener::new(&keys, core, ChunkSize::SMALLEST, length, bytes) {
        assert!(opener.next(u64::MAX).is_err());
    }
});
