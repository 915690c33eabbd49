//! The room's two keys and the rule that a checkpoint counts only with both their lines. A room with a standby device
//! has a second pair there; a checkpoint counts with both lines of one device, never with one of each.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bidroom_canon::{Hex32, Sha256Digest};
use bidroom_envelope::suite::sm2::{PublicKey, Signature};
use serde::{Deserialize, Serialize};

use super::{Checkpoint, CheckpointError, NoteSyntaxError, Origin, SignatureLine, SignedNote};

/// C2SP signed-note, "Signature types": Ed25519.
const ED25519_SIGNATURE_TYPE: &[u8] = &[0x01];

/// Our signature type: SM2 (GB/T 32918.2) over SM3(Z ‖ note text) with the default signer id, written r ‖ s.
///
/// C2SP has not assigned a byte to it, so it is 0xff and a name; the public key follows as 04 ‖ x ‖ y.
pub const SM2_SIGNATURE_TYPE: &[u8] = b"\xffbidroom/sm2-sm3/v1";

/// The keys with which a room signs the checkpoints of all its logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomKeys {
    /// The Ed25519 public key (RFC 8032).
    pub ed25519: Hex32,
    /// The room's name: the first part of the origins that these keys may sign for.
    pub name: String,
    /// The SM2 public key.
    pub sm2: PublicKey,
    /// The pair of the standby device, where the room has one: it signs while the main device does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standby: Option<StandbyKeys>,
}

/// The keys in a room's standby device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandbyKeys {
    /// The Ed25519 public key (RFC 8032).
    pub ed25519: Hex32,
    /// The SM2 public key.
    pub sm2: PublicKey,
}

/// One of the room's two keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomKey {
    /// The one stock tools and witnesses check.
    Ed25519,
    /// The one Chinese law asks for.
    Sm2,
}

impl fmt::Display for RoomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "Ed25519",
            Self::Sm2 => "SM2",
        })
    }
}

/// A note whose text is a checkpoint and that both keys of the room signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedNote {
    /// What the room signed.
    pub checkpoint: Checkpoint,
    /// The whole note.
    pub note: SignedNote,
    /// The other lines: witnesses' cosignatures, **not checked** here.
    pub others: Vec<SignatureLine>,
}

/// Why a note is not a checkpoint of this room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a signed note.
    #[error(transparent)]
    Syntax(#[from] NoteSyntaxError),
    /// The text is not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The log is not one of this room.
    #[error("log {origin} does not belong to room {room}")]
    Origin {
        /// The log the note speaks of.
        origin: Origin,
        /// The name that stands with the keys.
        room: String,
    },
    /// A line of the room is not there.
    #[error("the room's {key} line is missing")]
    Missing {
        /// Whose line.
        key: RoomKey,
    },
    /// A line of the room is there twice.
    #[error("the room's {key} line stands twice")]
    Repeated {
        /// Whose line.
        key: RoomKey,
    },
    /// The signature of a line has the wrong length or is out of range.
    #[error("the room's {key} line holds no signature of that kind")]
    Encoding {
        /// Whose line.
        key: RoomKey,
    },
    /// The signature does not belong to this text and key.
    #[error("the room's {key} signature does not verify")]
    Signature {
        /// Whose line.
        key: RoomKey,
    },
    /// The Ed25519 key that was given is no point of the curve, or one of small order.
    #[error("the room's Ed25519 key is not a usable key")]
    Key,
}

impl RoomKeys {
    /// The pair of each device under the room's name, the main one first: the keys that sign what a device says.
    pub fn pairs(&self) -> impl Iterator<Item = Self> {
        let pair = |ed25519, sm2| Self { ed25519, name: self.name.clone(), sm2, standby: None };
        let standby = self.standby.as_ref().map(|standby| pair(standby.ed25519, standby.sm2));
        core::iter::once(pair(self.ed25519, self.sm2)).chain(standby)
    }

    /// The id of a key under the name `origin`: the first four bytes of
    /// SHA-256(origin ‖ 0x0A ‖ signature type ‖ public key).
    pub fn key_id(&self, key: RoomKey, origin: &Origin) -> u32 {
        let mut bytes = origin.as_str().as_bytes().to_vec();
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.typed_key(key));
        let [a, b, c, d, ..] = *Sha256Digest::of(&bytes).as_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    /// The text by which stock tools are told of the key: `<origin>+<key id>+<base64>`.
    pub fn verifier_key(&self, key: RoomKey, origin: &Origin) -> String {
        format!("{origin}+{:08x}+{}", self.key_id(key, origin), STANDARD.encode(self.typed_key(key)))
    }

    /// Puts the note together from the signatures that the room's keys made over [`Checkpoint::text`], and verifies
    /// it, so that a faulty signing device is found before anything is published.
    ///
    /// # Errors
    /// Any [`NoteError`].
    pub fn assemble(
        &self,
        checkpoint: &Checkpoint,
        ed25519: &[u8; 64],
        sm2: &Signature,
    ) -> Result<VerifiedNote, NoteError> {
        let origin = &checkpoint.origin;
        let line = |key, signature: &[u8; 64]| SignatureLine {
            name: origin.as_str().to_owned(),
            key_id: self.key_id(key, origin),
            signature: signature.to_vec(),
        };
        let lines = vec![line(RoomKey::Ed25519, ed25519), line(RoomKey::Sm2, &sm2.to_bytes())];
        self.verify_note(SignedNote::new(&checkpoint.text()?, lines)?)
    }

    /// Checks a note that is already read: both lines of one device are there and verify.
    ///
    /// # Errors
    /// Any [`NoteError`]; of a note that no device of the room signed, what is wrong with it for the main device.
    pub fn verify_note(&self, note: SignedNote) -> Result<VerifiedNote, NoteError> {
        let [main, standby] = [self.pairs().next(), self.pairs().nth(1)];
        let main = main.map_or(Err(NoteError::Key), |main| main.verify_pair(note.clone()));
        match (main, standby) {
            (Err(error @ NoteError::Missing { .. }), Some(standby)) => {
                standby.verify_pair(note).map_err(|other| match other {
                    NoteError::Missing { .. } => error,
                    other => other,
                })
            }
            (main, _) => main,
        }
    }

    fn verify_pair(&self, note: SignedNote) -> Result<VerifiedNote, NoteError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let origin = &checkpoint.origin;
        if !origin.belongs_to(&self.name) {
            return Err(NoteError::Origin { origin: origin.clone(), room: self.name.clone() });
        }
        let ids = [RoomKey::Ed25519, RoomKey::Sm2].map(|key| (key, self.key_id(key, origin)));
        let key_of = |line: &SignatureLine| {
            let known = ids.iter().find(|(_, id)| line.name == origin.as_str() && line.key_id == *id);
            known.map(|(key, _)| *key)
        };
        let (mut ed25519, mut sm2, mut others) = (None, None, Vec::new());
        for line in note.signatures() {
            let Some(key) = key_of(line) else {
                others.push(line.clone());
                continue;
            };
            let signature =
                <&[u8; 64]>::try_from(line.signature.as_slice()).map_err(|_| NoteError::Encoding { key })?;
            let place = match key {
                RoomKey::Ed25519 => &mut ed25519,
                RoomKey::Sm2 => &mut sm2,
            };
            if place.replace(signature).is_some() {
                return Err(NoteError::Repeated { key });
            }
        }
        let missing = |key| move || NoteError::Missing { key };
        let ed25519 = ed25519.ok_or_else(missing(RoomKey::Ed25519))?;
        let sm2 = sm2.ok_or_else(missing(RoomKey::Sm2))?;
        self.check_ed25519(note.text(), ed25519)?;
        self.check_sm2(note.text(), sm2)?;
        Ok(VerifiedNote { checkpoint, note, others })
    }

    fn check_ed25519(&self, text: &str, signature: &[u8; 64]) -> Result<(), NoteError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.ed25519.0).map_err(|_| NoteError::Key)?;
        if key.is_weak() {
            return Err(NoteError::Key);
        }
        // The strict check refuses signatures that some implementations accept and others do not.
        key.verify_strict(text.as_bytes(), &ed25519_dalek::Signature::from_bytes(signature))
            .map_err(|_| NoteError::Signature { key: RoomKey::Ed25519 })
    }

    fn check_sm2(&self, text: &str, signature: &[u8; 64]) -> Result<(), NoteError> {
        let key = RoomKey::Sm2;
        let signature = Signature::from_bytes(signature).map_err(|_| NoteError::Encoding { key })?;
        self.sm2.verify(text.as_bytes(), &signature).map_err(|_| NoteError::Signature { key })
    }

    fn typed_key(&self, key: RoomKey) -> Vec<u8> {
        match key {
            RoomKey::Ed25519 => [ED25519_SIGNATURE_TYPE, &self.ed25519.0].concat(),
            RoomKey::Sm2 => [SM2_SIGNATURE_TYPE, &self.sm2.to_sec1()].concat(),
        }
    }
}

/// Reads a note and checks that its text is a checkpoint of one of the room's logs and that **both** keys of the
/// room signed it. Further lines are kept and listed, and not checked.
///
/// # Errors
/// Any [`NoteError`].
pub fn verify(note: &str, keys: &RoomKeys) -> Result<VerifiedNote, NoteError> {
    keys.verify_note(SignedNote::parse(note)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRoom;
    use crate::tree::{Tree, leaf_hashes};
    use signed_note::{Note, StandardVerifier, VerifierList};

    fn signed() -> (TestRoom, VerifiedNote) {
        let room = TestRoom::new();
        let mut tree = Tree::new();
        tree.append(&leaf_hashes(b"first")).unwrap();
        let note = room.sign(&tree, 1_700_000_000_000);
        (room, note)
    }

    #[test]
    fn a_note_with_both_lines_counts() {
        let (room, note) = signed();
        let text = note.note.to_text();
        let read = verify(&text, &room.keys).unwrap();
        assert_eq!(read, note);
        assert_eq!((read.checkpoint.size, read.others.len()), (1, 0));
    }

    #[test]
    fn stock_software_verifies_the_ed25519_line() {
        let (room, note) = signed();
        let key = room.keys.verifier_key(RoomKey::Ed25519, &room.origin);
        let verifier = StandardVerifier::new(&key).unwrap();
        let text = note.note.to_text();
        let theirs = Note::from_bytes(text.as_bytes()).unwrap();
        let (verified, unknown) = theirs.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
        assert_eq!((verified.len(), unknown.len()), (1, 1));
        assert_eq!(verified[0].id(), room.keys.key_id(RoomKey::Ed25519, &room.origin));
        assert_eq!(unknown[0].id(), room.keys.key_id(RoomKey::Sm2, &room.origin));
        assert_eq!(theirs.to_bytes(), text.as_bytes());
    }

    #[test]
    fn a_line_made_by_stock_software_counts() {
        let (room, note) = signed();
        let secret = [&[1][..], &TestRoom::ED25519_SEED].concat();
        let id = room.keys.key_id(RoomKey::Ed25519, &room.origin);
        let key = format!("PRIVATE+KEY+{}+{id:08x}+{}", room.origin, STANDARD.encode(secret));
        let signer = signed_note::StandardSigner::new(&key).unwrap();
        let mut theirs = Note::new(note.note.text().as_bytes(), &[]).unwrap();
        theirs.add_sigs(&[&signer]).unwrap();
        let sm2_line = note.note.signatures()[1].to_text();
        let text = format!("{}{sm2_line}\n", String::from_utf8(theirs.to_bytes()).unwrap());
        assert_eq!(verify(&text, &room.keys).unwrap().checkpoint, note.checkpoint);
    }

    #[track_caller]
    fn check(change: impl FnOnce(&str, &mut Vec<SignatureLine>) -> String, expect: &NoteError) {
        let (room, note) = signed();
        let mut lines = note.note.signatures().to_vec();
        let text = change(note.note.text(), &mut lines);
        let note = SignedNote::new(&text, lines).unwrap().to_text();
        assert_eq!(&verify(&note, &room.keys).expect_err("must be refused"), expect);
    }

    #[test]
    fn neither_line_can_be_absent_damaged_or_doubled() {
        let same = |text: &str| text.to_owned();
        for (at, key) in [RoomKey::Ed25519, RoomKey::Sm2].into_iter().enumerate() {
            check(
                |text, lines| {
                    lines.remove(at);
                    same(text)
                },
                &NoteError::Missing { key },
            );
            check(
                |text, lines| {
                    lines[at].key_id ^= 1;
                    same(text)
                },
                &NoteError::Missing { key },
            );
            check(
                |text, lines| {
                    lines[at].name.push('x');
                    same(text)
                },
                &NoteError::Missing { key },
            );
            check(
                |text, lines| {
                    lines[at].signature[40] ^= 1;
                    same(text)
                },
                &NoteError::Signature { key },
            );
            check(
                |text, lines| {
                    lines[at].signature.push(0);
                    same(text)
                },
                &NoteError::Encoding { key },
            );
            check(
                |text, lines| {
                    lines.push(lines[at].clone());
                    same(text)
                },
                &NoteError::Repeated { key },
            );
        }
        check(
            |text, lines| {
                lines[1].signature = vec![0; 64];
                same(text)
            },
            &NoteError::Encoding { key: RoomKey::Sm2 },
        );
        check(|text, _| text.replace("at 17", "at 18"), &NoteError::Signature { key: RoomKey::Ed25519 });
        let room = TestRoom::new();
        check(
            |text, _| text.replacen(room.origin.as_str(), "other/T/1", 1),
            &NoteError::Origin { origin: "other/T/1".parse().unwrap(), room: room.keys.name.clone() },
        );
        // Another log of the same room has other key ids.
        check(
            |text, _| text.replacen(room.origin.as_str(), &format!("{}/T/2", room.keys.name), 1),
            &NoteError::Missing { key: RoomKey::Ed25519 },
        );
    }

    #[test]
    fn either_device_signs_and_never_half_of_each() {
        let (room, note) = signed();
        let other = TestRoom::with_seed(77);
        let standby = StandbyKeys { ed25519: other.keys.ed25519, sm2: other.keys.sm2 };
        let both = RoomKeys { standby: Some(standby), ..room.keys.clone() };
        let theirs = both.pairs().nth(1).unwrap();
        let text = note.checkpoint.text().unwrap();
        let (ed25519, sm2) = (other.sign_ed25519(text.as_bytes()), other.sm2.sign(text.as_bytes()).unwrap());
        let by_standby = theirs.assemble(&note.checkpoint, &ed25519, &sm2).unwrap();
        assert_eq!(both.verify_note(note.note.clone()).unwrap().checkpoint, note.checkpoint);
        assert_eq!(both.verify_note(by_standby.note.clone()).unwrap().checkpoint, note.checkpoint);
        assert_eq!(
            room.keys.verify_note(by_standby.note.clone()),
            Err(NoteError::Missing { key: RoomKey::Ed25519 }),
            "a room without a standby knows no other pair"
        );
        let mixed = vec![note.note.signatures()[0].clone(), by_standby.note.signatures()[1].clone()];
        let mixed = SignedNote::new(&text, mixed).unwrap();
        assert_eq!(both.verify_note(mixed), Err(NoteError::Missing { key: RoomKey::Sm2 }));
        let bytes = bidroom_canon::to_canonical(&both).unwrap();
        assert_eq!(bidroom_canon::from_canonical::<RoomKeys>(&bytes).unwrap(), both);
    }

    #[test]
    fn lines_of_others_are_kept() {
        let (room, note) = signed();
        let witness = SignatureLine { name: "witness".into(), key_id: 9, signature: vec![5; 72] };
        let text = note.note.with_line(witness.clone()).unwrap().to_text();
        assert_eq!(verify(&text, &room.keys).unwrap().others, [witness]);
    }

    #[test]
    fn a_faulty_signature_is_never_published() {
        let (room, note) = signed();
        let sm2 = room.sm2.sign(b"another text").unwrap();
        let ed25519 = room.sign_ed25519(note.note.text().as_bytes());
        let wrong = room.keys.assemble(&note.checkpoint, &ed25519, &sm2);
        assert_eq!(wrong, Err(NoteError::Signature { key: RoomKey::Sm2 }));
    }

    #[test]
    fn a_key_of_small_order_is_no_key() {
        let (mut room, note) = signed();
        // The neutral element: with it some checks accept one signature for every text.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        room.keys.ed25519 = Hex32(neutral);
        let mut lines = note.note.signatures().to_vec();
        lines[0].key_id = room.keys.key_id(RoomKey::Ed25519, &room.origin);
        let note = SignedNote::new(note.note.text(), lines).unwrap();
        assert_eq!(room.keys.verify_note(note), Err(NoteError::Key));
    }

    #[test]
    fn keys_have_a_canonical_form() {
        let keys = TestRoom::new().keys;
        let bytes = bidroom_canon::to_canonical(&keys).unwrap();
        assert_eq!(bidroom_canon::from_canonical::<RoomKeys>(&bytes).unwrap(), keys);
    }
}
