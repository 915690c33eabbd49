//! GM/T 0016's structures as bytes: written and read by hand, so that neither a compiler's padding nor the width of
//! ULONG can shift a field.

use bidroom_envelope::suite::sm2::{Signature, SignatureError, Sm2Ciphertext};

use crate::config::Width;
use crate::found::DeviceLabel;

/// ECC_MAX_XCOORDINATE_BITS_LEN / 8: coordinates stand at the right end of this.
const COORDINATE: usize = 64;
/// ECCSIGNATUREBLOB: r, s.
pub(super) const SIGNATURE: usize = 2 * COORDINATE;

/// ECCCIPHERBLOB: x, y, C3, length of C2 as ULONG, C2. The length stands at 160, which is a multiple of eight.
pub(super) fn cipher(ciphertext: &Sm2Ciphertext, width: Width) -> Option<Vec<u8>> {
    let (c1, c2) = (ciphertext.c1(), ciphertext.c2());
    let length = u32::try_from(c2.len()).ok()?;
    let mut blob = Vec::with_capacity(168 + c2.len());
    for coordinate in [c1.x(), c1.y()] {
        blob.extend_from_slice(&[0; 32]);
        blob.extend_from_slice(&coordinate);
    }
    blob.extend_from_slice(ciphertext.c3());
    match width {
        Width::Bits32 => blob.extend_from_slice(&length.to_ne_bytes()),
        Width::Bits64 => blob.extend_from_slice(&u64::from(length).to_ne_bytes()),
    }
    blob.extend_from_slice(c2);
    Some(blob)
}

/// Reads an ECCSIGNATUREBLOB.
pub(super) fn signature(blob: &[u8; SIGNATURE]) -> Result<Signature, SignatureError> {
    let mut bytes = [0; 64];
    for (out, field) in bytes.chunks_exact_mut(32).zip(blob.chunks_exact(COORDINATE)) {
        let (high, low) = field.split_at(32);
        if high.iter().any(|byte| *byte != 0) {
            return Err(SignatureError::Range);
        }
        out.copy_from_slice(low);
    }
    Signature::from_bytes(&bytes)
}

/// The texts of a DEVINFO; they come before its first ULONG, wherever that is.
pub(super) fn device(info: &[u8]) -> DeviceLabel {
    let text = |range: core::ops::Range<usize>| {
        let field = info.get(range).unwrap_or_default();
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
        String::from_utf8_lossy(field.get(..end).unwrap_or_default()).trim().to_owned()
    };
    // Version 2, Manufacturer 64, Issuer 64, Label 32, SerialNumber 32.
    DeviceLabel { manufacturer: text(2..66), label: text(130..162), serial: text(162..194) }
}

/// Splits a list of names that each end with NUL; the list ends with an empty one.
pub(super) fn names(list: &[u8]) -> Vec<Vec<u8>> {
    list.split(|byte| *byte == 0).take_while(|name| !name.is_empty()).map(<[u8]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_envelope::suite::sm2::{SecretKey, encrypt};

    #[test]
    fn fields_stand_where_the_specification_has_them() {
        let key = SecretKey::from_bytes(&[7; 32]).unwrap();
        let ciphertext = encrypt(key.public_key(), b"share", &[[9; 32]]).unwrap();
        for (width, start) in [(Width::Bits32, 164), (Width::Bits64, 168)] {
            let blob = cipher(&ciphertext, width).unwrap();
            assert_eq!(blob[32..64], ciphertext.c1().x());
            assert_eq!(blob[96..128], ciphertext.c1().y());
            assert_eq!(blob[128..160], *ciphertext.c3());
            assert_eq!(blob[160..164], 5_u32.to_ne_bytes());
            assert_eq!(&blob[start..], ciphertext.c2());
        }
    }

    #[test]
    fn signatures_are_read_from_the_right_end() {
        let signature = SecretKey::from_bytes(&[7; 32]).unwrap().sign(b"m").unwrap();
        let mut blob = [0; SIGNATURE];
        blob[32..64].copy_from_slice(&signature.to_bytes()[..32]);
        blob[96..].copy_from_slice(&signature.to_bytes()[32..]);
        assert_eq!(super::signature(&blob), Ok(signature));
        blob[64] = 1;
        assert_eq!(super::signature(&blob), Err(SignatureError::Range));
        assert_eq!(super::signature(&[0; SIGNATURE]), Err(SignatureError::Range));
    }

    #[test]
    fn lists_end_with_an_empty_name() {
        assert_eq!(names(b"a\0bc\0\0rest"), [b"a".to_vec(), b"bc".to_vec()]);
        assert_eq!(names(b"a"), [b"a".to_vec()]);
        assert!(names(b"\0").is_empty() && names(b"").is_empty());
    }

    proptest::proptest! {
        /// Whatever a library writes is read or refused.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            device(&bytes);
            assert!(names(&bytes).iter().all(|name| !name.is_empty() && !name.contains(&0)));
            if let Some(blob) = bytes.first_chunk::<SIGNATURE>()
                && let Ok(read) = signature(blob)
            {
                assert_eq!(read.to_bytes()[..32], blob[32..64]);
            }
        }
    }
}
