//! A room with fixed keys.

use bidroom_canon::Hex32;
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_ledger::checkpoint::{Checkpoint, Origin, RoomKey, RoomKeys, SignatureLine, SignedNote};
use bidroom_ledger::entry::Draft;
use bidroom_ledger::tree::{Leaves, leaf_hashes};
use ed25519_dalek::Signer as _;

use crate::canonical;

pub(crate) struct Room {
    pub(crate) keys: RoomKeys,
    ed25519: ed25519_dalek::SigningKey,
    sm2: SecretKey,
    pub(crate) origin: Origin,
}

impl Room {
    pub(crate) fn new() -> Self {
        let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[0x11; 32]);
        let sm2 = SecretKey::from_bytes(&[0x22; 32]).unwrap();
        let keys = RoomKeys {
            ed25519: Hex32(ed25519.verifying_key().to_bytes()),
            name: "江城中心-3号室".into(),
            sm2: *sm2.public_key(),
            standby: None,
        };
        Self { keys, ed25519, sm2, origin: "江城中心-3号室/JC-2026-001/1".parse().unwrap() }
    }

    pub(crate) fn sign_text(&self, text: &str, origin: &Origin) -> SignedNote {
        let line = |key, signature: &[u8; 64]| SignatureLine {
            name: origin.to_string(),
            key_id: self.keys.key_id(key, origin),
            signature: signature.to_vec(),
        };
        let ed25519 = line(RoomKey::Ed25519, &self.ed25519.sign(text.as_bytes()).to_bytes());
        let sm2 = line(RoomKey::Sm2, &self.sm2.sign(text.as_bytes()).unwrap().to_bytes());
        SignedNote::new(text, vec![ed25519, sm2]).unwrap()
    }

    pub(crate) fn note(&self, drafts: &[Draft], at: i64) -> SignedNote {
        let leaves: Leaves = drafts.iter().map(|draft| leaf_hashes(&draft.bytes)).collect();
        let roots = leaves.roots(leaves.size()).unwrap();
        let text = Checkpoint::new(self.origin.clone(), leaves.size(), &roots, at).text().unwrap();
        self.sign_text(&text, &self.origin)
    }

    pub(crate) fn keys(&self) -> (&'static str, String) {
        ("keys", canonical(&serde_json::to_value(&self.keys).unwrap()))
    }
}
