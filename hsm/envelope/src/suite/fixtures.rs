//! A small test authority and a bidder's two certificates, made by this module's own issuing, and the vectors made
//! by other tools.

use crate::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use crate::suite::sm2::SecretKey;

/// 2026-01-01T00:00:00Z.
pub(crate) const START: i64 = 1_767_225_600_000;
pub(crate) const DAY: i64 = 86_400_000;
pub(crate) const END: i64 = START + 365 * DAY;

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

pub(crate) fn name(common_name: &str) -> Name {
    Name::new("测试单位", Some("91430300MA4L1A2B3C"), common_name)
}

pub(crate) fn request<'a>(subject: &'a Name, key: &'a SecretKey, profile: Profile) -> Request<'a> {
    let serial: &[u8] = match profile {
        Profile::Encryption => &[0xa1, 0x7f, 0x3c, 0x9f],
        _ => &[0xa1, 0x7f, 0x3c, 0x9e],
    };
    let public_key = key.public_key();
    Request { subject, public_key, serial, not_before: START, not_after: END, profile }
}

/// Key 1 signs itself; one further authority may stand under it.
pub(crate) fn root() -> Certificate {
    let subject = Name::new("演练CA", None, "演练根证书");
    self_sign(&key(1), &request(&subject, &key(1), Profile::Authority { path_length: 1 })).unwrap()
}

/// Key 2, under the root.
pub(crate) fn signing() -> Certificate {
    issue(&root(), &key(1), &request(&name("签名"), &key(2), Profile::Signing)).unwrap()
}

/// Key 3, under the root.
pub(crate) fn encryption() -> Certificate {
    issue(&root(), &key(1), &request(&name("加密"), &key(3), Profile::Encryption)).unwrap()
}

pub(crate) mod vectors {
    use super::{Certificate, SecretKey};

    pub(crate) const CONTENT: &[u8] = include_bytes!("../../../../tests/vectors/cms/content.bin");
    pub(crate) const DIALECT_A: &[u8] =
        include_bytes!("../../../../tests/vectors/cms/dialect-a-enveloped.der");
    pub(crate) const DIALECT_B: &[u8] =
        include_bytes!("../../../../tests/vectors/cms/dialect-b-enveloped.der");
    pub(crate) const DIALECT_D: &[u8] = include_bytes!("../../../../tests/vectors/cms/dialect-d-signed.der");

    pub(crate) fn authority() -> Certificate {
        Certificate::from_pem(include_str!("../../../../tests/vectors/cms/ca.cert.pem")).unwrap()
    }

    pub(crate) fn encryption() -> Certificate {
        Certificate::from_pem(include_str!("../../../../tests/vectors/cms/bidder-enc.cert.pem")).unwrap()
    }

    pub(crate) fn signing() -> Certificate {
        Certificate::from_pem(include_str!("../../../../tests/vectors/cms/bidder-sign.cert.pem")).unwrap()
    }

    pub(crate) fn encryption_key() -> SecretKey {
        SecretKey::from_pem(include_str!("../../../../tests/vectors/cms/bidder-enc.key.pem")).unwrap()
    }
}
