//! People, their certificates, and a repeatable random source.

use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use rand_core::{TryCryptoRng, TryRng};
use sm3::Digest as _;

pub const YEAR: i64 = 365 * 86_400_000;
pub const NOW: i64 = 1_773_799_200_000;
pub const CODES: [&str; 3] = ["91370000MA3U7K2X1Q", "91370000MA3U7K2X2Q", "91370000MA3U7K2X3Q"];

/// SM3 in counter mode.
pub struct Seeded(pub u64);

impl TryRng for Seeded {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in out.chunks_mut(32) {
            self.0 += 1;
            let block = sm3::Sm3::digest(self.0.to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// A pair of keys with certificates.
pub struct Lock {
    pub key: SecretKey,
    pub signing: Certificate,
    pub encryption: Certificate,
}

fn key(number: u8) -> SecretKey {
    SecretKey::from_bytes(&[number; 32]).unwrap()
}

pub struct Authority {
    number: u8,
    pub certificate: Certificate,
}

impl Authority {
    pub fn new(number: u8, name: &str) -> Self {
        let key = key(number);
        let name = Name::new(name, None, name);
        let request = Request {
            subject: &name,
            public_key: key.public_key(),
            serial: &[1],
            not_before: NOW - YEAR,
            not_after: NOW + 20 * YEAR,
            profile: Profile::Authority { path_length: 1 },
        };
        Self { number, certificate: self_sign(&key, &request).unwrap() }
    }

    pub fn issue(
        &self,
        key: &SecretKey,
        serial: u8,
        name: &Name,
        profile: Profile,
        until: i64,
    ) -> Certificate {
        let request = Request {
            subject: name,
            public_key: key.public_key(),
            serial: &[serial],
            not_before: NOW - YEAR,
            not_after: until,
            profile,
        };
        issue(&self.certificate, &self::key(self.number), &request).unwrap()
    }

    pub fn lock(&self, number: u8, firm: &str, code: Option<&str>) -> Lock {
        self.lock_until(number, firm, code, NOW + YEAR)
    }

    pub fn lock_until(&self, number: u8, firm: &str, code: Option<&str>, until: i64) -> Lock {
        let name = Name::new(firm, code, &format!("{firm} {number}"));
        let (signing, encryption) = (key(number), key(number + 1));
        Lock {
            signing: self.issue(&signing, number, &name, Profile::Signing, until),
            encryption: self.issue(&encryption, number + 1, &name, Profile::Encryption, until),
            key: signing,
        }
    }
}
