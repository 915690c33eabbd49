//! GM/T 0018's structures as bytes. Older devices have coordinates of 32 bytes instead of 64; both are right-aligned.

use bidroom_envelope::suite::sm2::{KeyError, PublicKey, Signature, SignatureError, Sm2Ciphertext};

use super::config::Coordinate;
use crate::level::DeviceIdentity;

impl Coordinate {
    const fn bytes(self) -> usize {
        match self {
            Self::Bytes32 => 32,
            Self::Bytes64 => 64,
        }
    }

    fn put(self, out: &mut Vec<u8>, value: &[u8; 32]) {
        out.resize(out.len() + self.bytes() - 32, 0);
        out.extend_from_slice(value);
    }

    /// Takes a coordinate from the front of `bytes`.
    fn take(self, bytes: &mut &[u8]) -> Option<[u8; 32]> {
        let (field, rest) = bytes.split_at_checked(self.bytes())?;
        *bytes = rest;
        let (high, low) = field.split_last_chunk::<32>()?;
        high.iter().all(|byte| *byte == 0).then_some(*low)
    }
}

/// ECCrefPublicKey: bits, x, y.
pub(super) fn public_key(key: &PublicKey, coordinate: Coordinate) -> Vec<u8> {
    let mut blob = 256_u32.to_ne_bytes().to_vec();
    coordinate.put(&mut blob, &key.x());
    coordinate.put(&mut blob, &key.y());
    blob
}

/// Reads an ECCrefPublicKey. Its number of bits is not believed: the point must be on the curve.
pub(super) fn read_public_key(blob: &[u8], coordinate: Coordinate) -> Result<PublicKey, KeyError> {
    let mut rest = blob.get(4..).unwrap_or_default();
    match (coordinate.take(&mut rest), coordinate.take(&mut rest)) {
        (Some(x), Some(y)) => PublicKey::from_coordinates(&x, &y),
        _ => Err(KeyError::NotOnCurve),
    }
}

/// Reads an ECCSignature: r, s.
pub(super) fn read_signature(blob: &[u8], coordinate: Coordinate) -> Result<Signature, SignatureError> {
    let mut rest = blob;
    let (Some(r), Some(s)) = (coordinate.take(&mut rest), coordinate.take(&mut rest)) else {
        return Err(SignatureError::Range);
    };
    let mut bytes = [0; 64];
    let (left, right) = bytes.split_at_mut(32);
    left.copy_from_slice(&r);
    right.copy_from_slice(&s);
    Signature::from_bytes(&bytes)
}

/// ECCCipher: x, y, C3, length of C2, C2.
pub(super) fn cipher(ciphertext: &Sm2Ciphertext, coordinate: Coordinate) -> Option<Vec<u8>> {
    let mut blob = Vec::with_capacity(164 + ciphertext.c2().len());
    coordinate.put(&mut blob, &ciphertext.c1().x());
    coordinate.put(&mut blob, &ciphertext.c1().y());
    blob.extend_from_slice(ciphertext.c3());
    blob.extend_from_slice(&u32::try_from(ciphertext.c2().len()).ok()?.to_ne_bytes());
    blob.extend_from_slice(ciphertext.c2());
    Some(blob)
}

/// Reads an ECCCipher.
pub(super) fn read_cipher(blob: &[u8], coordinate: Coordinate) -> Option<Sm2Ciphertext> {
    let mut rest = blob;
    let (x, y) = (coordinate.take(&mut rest)?, coordinate.take(&mut rest)?);
    let (c3, rest) = rest.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let c2 = rest.get(..usize::try_from(u32::from_ne_bytes(*length)).ok()?)?;
    let c1 = PublicKey::from_coordinates(&x, &y).ok()?;
    Sm2Ciphertext::from_parts(c1, *c3, c2.to_vec()).ok()
}

/// DEVICEINFO: IssuerName 40, DeviceName 16, DeviceSerial 16, DeviceVersion.
pub(super) fn device(info: &[u8]) -> (DeviceIdentity, u32) {
    let text = |range: core::ops::Range<usize>| {
        let field = info.get(range).unwrap_or_default();
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
        String::from_utf8_lossy(field.get(..end).unwrap_or_default()).trim().to_owned()
    };
    let name = text(40..56);
    let identity = DeviceIdentity {
        label: name.clone(),
        serial: text(56..72),
        model: name,
        manufacturer: text(0..40),
        hardware: false,
    };
    let version = info.get(72..76).and_then(|bytes| bytes.first_chunk::<4>());
    (identity, version.map_or(0, |bytes| u32::from_ne_bytes(*bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_envelope::suite::sm2::{SecretKey, encrypt};

    #[test]
    fn structures_read_back_in_both_sizes() {
        let key = *SecretKey::from_bytes(&[7; 32]).unwrap().public_key();
        let ciphertext = encrypt(&key, b"share", &[[9; 32]]).unwrap();
        for (coordinate, size) in [(Coordinate::Bytes32, 32), (Coordinate::Bytes64, 64)] {
            let blob = public_key(&key, coordinate);
            assert_eq!(blob.len(), 4 + 2 * size);
            assert_eq!(read_public_key(&blob, coordinate), Ok(key));
            let blob = cipher(&ciphertext, coordinate).unwrap();
            assert_eq!(blob.len(), 2 * size + 32 + 4 + 5);
            assert_eq!(read_cipher(&blob, coordinate), Some(ciphertext.clone()));
            assert_eq!(read_cipher(&blob[..blob.len() - 1], coordinate), None);
            assert_eq!(read_cipher(&blob[..60], coordinate), None);
        }
        // The other size's reader does not take it for a point.
        let blob = public_key(&key, Coordinate::Bytes32);
        assert!(read_public_key(&blob, Coordinate::Bytes64).is_err());
        let blob = public_key(&key, Coordinate::Bytes64);
        assert!(read_public_key(&blob, Coordinate::Bytes32).is_err());
    }

    proptest::proptest! {
        /// Whatever a library writes is read or refused; what is read is written again as the same bytes.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            for coordinate in [Coordinate::Bytes32, Coordinate::Bytes64] {
                if let Ok(key) = read_public_key(&bytes, coordinate) {
                    assert!(bytes.get(4..).unwrap().starts_with(&public_key(&key, coordinate)[4..]));
                }
                if let Some(read) = read_cipher(&bytes, coordinate) {
                    assert!(bytes.starts_with(&cipher(&read, coordinate).unwrap()));
                }
                if let Ok(signature) = read_signature(&bytes, coordinate) {
                    let (r, s) = (&bytes[..coordinate.bytes()], &bytes[..2 * coordinate.bytes()]);
                    assert!(r.ends_with(&signature.to_bytes()[..32]) && s.ends_with(&signature.to_bytes()[32..]));
                }
            }
            device(&bytes);
        }
    }
}
