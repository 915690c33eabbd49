//! A signed note, and the checkpoint in it: one spelling each; no note verifies under keys that did not sign it.
#![no_main]

use bidroom_canon::Hex32;
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_ledger::checkpoint::{Checkpoint, RoomKeys, SignedNote, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.text().expect("what was read can be written"), text);
    }
    if let Ok(note) = SignedNote::parse(text) {
        assert_eq!(note.to_text(), text);
        if let Ok(checkpoint) = Checkpoint::parse(note.text()) {
            assert_eq!(checkpoint.text().expect("what was read can be written"), note.text());
        }
    }
    let sm2 = SecretKey::from_bytes(&[9; 32]).expect("a scalar in range");
    let keys = RoomKeys {
        ed25519: Hex32([9; 32]),
        name: "room.example".to_owned(),
        sm2: *sm2.public_key(),
        standby: None,
    };
    assert!(verify(text, &keys).is_err());
});
