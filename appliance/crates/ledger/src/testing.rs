//! A room with fixed keys for this crate's own tests.

use bidroom_canon::Hex32;
use bidroom_envelope::suite::sm2::SecretKey;
use ed25519_dalek::Signer as _;

use crate::checkpoint::{Checkpoint, Origin, RoomKeys, VerifiedNote};
use crate::tree::Tree;

pub(crate) struct TestRoom {
    pub(crate) keys: RoomKeys,
    pub(crate) origin: Origin,
    pub(crate) sm2: SecretKey,
    ed25519: ed25519_dalek::SigningKey,
}

impl TestRoom {
    pub(crate) const ED25519_SEED: [u8; 32] = [0x11; 32];

    pub(crate) fn new() -> Self {
        Self::of(Self::ED25519_SEED, [0x22; 32])
    }

    /// The same room with other keys.
    pub(crate) fn with_seed(seed: u8) -> Self {
        Self::of([seed; 32], [seed; 32])
    }

    fn of(ed25519: [u8; 32], sm2: [u8; 32]) -> Self {
        let ed25519 = ed25519_dalek::SigningKey::from_bytes(&ed25519);
        let sm2 = SecretKey::from_bytes(&sm2).unwrap();
        let keys = RoomKeys {
            ed25519: Hex32(ed25519.verifying_key().to_bytes()),
            name: "江城中心-3号室".into(),
            sm2: *sm2.public_key(),
            standby: None,
        };
        Self { keys, origin: "江城中心-3号室/JC-2026-001/1".parse().unwrap(), sm2, ed25519 }
    }

    pub(crate) fn sign_ed25519(&self, text: &[u8]) -> [u8; 64] {
        self.ed25519.sign(text).to_bytes()
    }

    pub(crate) fn sign(&self, tree: &Tree, at: i64) -> VerifiedNote {
        self.sign_checkpoint(&Checkpoint::new(self.origin.clone(), tree.size(), &tree.root(), at))
    }

    pub(crate) fn sign_checkpoint(&self, checkpoint: &Checkpoint) -> VerifiedNote {
        let text = checkpoint.text().unwrap();
        let sm2 = self.sm2.sign(text.as_bytes()).unwrap();
        self.keys.assemble(checkpoint, &self.sign_ed25519(text.as_bytes()), &sm2).unwrap()
    }
}
