//! The digest that an SM2 signature is over: SM3(Z ‖ message) (GB/T 32918.2 sections 5.5 and 6.1).
//!
//! Software signs messages; a device is given this digest. Owns Z of the default signer id, nothing else.

use sm3::{Digest as _, Sm3};

use super::{DEFAULT_ID, PublicKey};

/// Coefficients a and b and the base point of the recommended curve (GB/T 32918.5 section 2), big-endian.
const CURVE: [&[u8; 32]; 4] = [
    b"\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc",
    b"\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93",
    b"\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7",
    b"\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0",
];

impl PublicKey {
    /// Z of this key for the default signer id.
    pub fn signer_z(&self) -> [u8; 32] {
        let bits = u16::try_from(DEFAULT_ID.len().saturating_mul(8)).unwrap_or(u16::MAX);
        let mut hash = Sm3::new();
        hash.update(bits.to_be_bytes());
        hash.update(DEFAULT_ID);
        for constant in CURVE {
            hash.update(constant);
        }
        hash.update(self.x());
        hash.update(self.y());
        hash.finalize().into()
    }

    /// SM3(Z ‖ `message`): what a device signs whose interface takes a digest.
    pub fn signing_digest(&self, message: &[u8]) -> [u8; 32] {
        Sm3::new_with_prefix(self.signer_z()).chain_update(message).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use bidroom_canon::Sm3Digest;

    use super::super::SecretKey;

    #[test]
    fn a_signature_over_the_message_is_one_over_this_digest() {
        let key = SecretKey::from_bytes(&[0x31; 32]).unwrap();
        for message in [&b""[..], b"bid", &[7; 1000]] {
            let signature = key.sign(message).unwrap();
            let digest = Sm3Digest::from_bytes(key.public_key().signing_digest(message));
            assert!(key.public_key().verify_digest(&digest, &signature).is_ok());
            let other = Sm3Digest::from_bytes(key.public_key().signing_digest(b"another"));
            assert!(key.public_key().verify_digest(&other, &signature).is_err());
        }
    }
}
