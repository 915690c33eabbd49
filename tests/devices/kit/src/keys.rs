//! Keys and certificates for devices of tests, and the raw operations that devices do.

use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use sm2::dsa::signature::hazmat::PrehashSigner as _;

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;
const DAY: i64 = 86_400_000;

/// A private key from a number.
///
/// # Panics
/// For 0.
pub fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

/// A firm as a certificate names it; `unit` stands in the common name, behind the firm's.
pub fn firm(unit: &str) -> Name {
    Name::new("湘潭建设有限公司", Some("91430300MA4L1A2B3C"), &format!("湘潭建设有限公司{unit}"))
}

/// A person of an agency.
pub fn officer(name: &str) -> Name {
    Name::new("湘潭市公共资源交易中心", None, name)
}

/// A certificate of the drill authority for the key of `seed`.
///
/// # Panics
/// If nothing can be issued.
pub fn certificate(subject: &Name, seed: u8, profile: Profile) -> Certificate {
    let authority = Name::new("演练CA", None, "演练根证书");
    let root_key = key(1);
    let root = Request {
        subject: &authority,
        public_key: root_key.public_key(),
        serial: &[1],
        not_before: START,
        not_after: START + 3650 * DAY,
        profile: Profile::Authority { path_length: 0 },
    };
    let root_certificate = self_sign(&root_key, &root).unwrap();
    let (serial, leaf_key) = ([0xa1, 0x7f, 0x3c, seed], key(seed));
    let leaf = Request { subject, public_key: leaf_key.public_key(), serial: &serial, profile, ..root };
    issue(&root_certificate, &root_key, &leaf).unwrap()
}

/// Signs a digest as devices do: no Z, no message.
///
/// # Panics
/// If no signature can be computed.
pub fn sign_digest(key: &SecretKey, digest: &[u8]) -> [u8; 64] {
    let secret = sm2::SecretKey::from_slice(&key.to_bytes()[..]).unwrap();
    let signing = sm2::dsa::SigningKey::new(bidroom_envelope::suite::sm2::DEFAULT_ID, &secret).unwrap();
    signing.sign_prehash(digest).unwrap().to_bytes().into()
}
