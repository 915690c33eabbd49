//! A frame of the live stream, and the copy of the log that follows it: no frame is believed that the room did not
//! sign, and what is refused changes nothing.
#![no_main]

use bidroom_canon::Hex32;
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_ledger::checkpoint::RoomKeys;
use bidroom_ledger::replay::Replica;
use bidroom_wire::Frame;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(frame) = serde_json::from_slice::<Frame>(bytes) else { return };
    let sm2 = SecretKey::from_bytes(&[9; 32]).expect("a scalar in range");
    let keys = RoomKeys {
        ed25519: Hex32([9; 32]),
        name: "room.example".to_owned(),
        sm2: *sm2.public_key(),
        standby: None,
    };
    let origin = "room.example/T/1".parse().expect("an origin");
    let mut replica = Replica::new(keys, origin);
    if let Some(note) = &frame.note {
        assert!(replica.extend(&frame.leaves, note).is_err());
        assert_eq!(replica.size(), 0);
    }
});
