//! A drill authority and the locks under it.

use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_lock::{LockIdentity, LockKeys, LockKind, SoftLock};

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

pub(crate) fn certificate(subject: &Name, seed: u8, profile: Profile) -> Certificate {
    let authority = Name::new("演练CA", None, "演练根证书");
    let root_key = key(1);
    let (not_before, not_after) = (START, START + 86_400_000);
    let root = Request {
        subject: &authority,
        public_key: root_key.public_key(),
        serial: &[1],
        not_before,
        not_after,
        profile: Profile::Authority { path_length: 0 },
    };
    let root_certificate = self_sign(&root_key, &root).unwrap();
    let (serial, leaf_key) = ([0xa1, 0x7f, 0x3c, seed], key(seed));
    let leaf = Request { subject, public_key: leaf_key.public_key(), serial: &serial, profile, ..root };
    issue(&root_certificate, &root_key, &leaf).unwrap()
}

pub(crate) fn bidder() -> Name {
    Name::new("湘潭建设有限公司", Some("91430300MA4L1A2B3C"), "湘潭建设有限公司")
}

/// Keys `seed` and `seed + 1`.
pub(crate) fn lock(kind: LockKind, subject: &Name, seed: u8) -> SoftLock {
    let signing = certificate(subject, seed, Profile::Signing);
    let encryption = certificate(subject, seed + 1, Profile::Encryption);
    let identity = LockIdentity::new(kind, signing, encryption).unwrap();
    SoftLock::new(identity, LockKeys { signing: key(seed), encryption: key(seed + 1) }).unwrap()
}

pub(crate) fn main_lock() -> SoftLock {
    lock(LockKind::Main, &bidder(), 10)
}
