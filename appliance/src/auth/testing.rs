//! Keys and certificates for tests, the same in every run.

use bidroom_domain::At;
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;

pub(crate) const NOW: At = At(1_773_799_200_000);
pub(crate) const ROOM: &str = "room.example.cn";
const YEAR: i64 = 365 * 86_400_000;

pub(crate) fn key(number: u8) -> SecretKey {
    SecretKey::from_bytes(&[number; 32]).unwrap()
}

fn request<'a>(name: &'a Name, key: &'a SecretKey, serial: &'a [u8], profile: Profile) -> Request<'a> {
    Request {
        subject: name,
        public_key: key.public_key(),
        serial,
        not_before: NOW.0 - YEAR,
        not_after: NOW.0 + YEAR,
        profile,
    }
}

fn root(number: u8, name: &str) -> Certificate {
    let key = key(number);
    let name = Name::new(name, None, name);
    self_sign(&key, &request(&name, &key, &[1], Profile::Authority { path_length: 1 })).unwrap()
}

/// The accepted CA.
pub(crate) fn authority() -> Certificate {
    root(101, "云州CA")
}

/// A signing certificate of the accepted CA.
pub(crate) fn certificate(number: u8) -> Certificate {
    let key = key(number);
    let name = Name::new("甲建设有限公司", Some("91370000MA3U7K2X1Q"), &format!("锁 {number}"));
    issue(&authority(), &self::key(101), &request(&name, &key, &[number], Profile::Signing)).unwrap()
}

/// A signing certificate of a CA that nobody accepts, for key 9.
pub(crate) fn foreign_certificate() -> Certificate {
    let key = key(9);
    let name = Name::new("乙建设有限公司", Some("91370000MA3U7K2X1Q"), "锁 9");
    let root = root(102, "他州CA");
    issue(&root, &self::key(102), &request(&name, &key, &[9], Profile::Signing)).unwrap()
}
