//! HKDF (RFC 5869) over HMAC-SM3.
//!
//! Owns nothing but the extract-and-expand step; labels and salts are its callers'.

use sm3::Sm3;

/// More than 255 × 32 bytes were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("HKDF-SM3 gives at most 8160 bytes, {0} were asked for")]
pub struct TooLong(pub usize);

/// Fills `out` from the key material `ikm`.
///
/// # Errors
/// [`TooLong`] for more than 8160 bytes.
pub fn hkdf_sm3(ikm: &[u8], salt: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), TooLong> {
    let length = out.len();
    hkdf::Hkdf::<Sm3>::new(Some(salt), ikm).expand(info, out).map_err(|_| TooLong(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HMAC (RFC 2104) written out, so that HKDF is checked against something that is not HKDF's crate.
    fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        use sm3::Digest as _;
        let mut block = [0_u8; 64];
        if key.len() > 64 {
            block[..32].copy_from_slice(&Sm3::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let keyed = |pad: u8| Sm3::new_with_prefix(block.map(|b| b ^ pad));
        let inner = parts.iter().fold(keyed(0x36), |hash, part| hash.chain_update(part)).finalize();
        keyed(0x5c).chain_update(inner).finalize().to_vec()
    }

    #[test]
    fn agrees_with_the_definition() {
        let (ikm, salt, info) = ([7; 96], [3; 32], b"purpose");
        let prk = hmac(&salt, &[&ikm]);
        let first = hmac(&prk, &[info, &[1]]);
        let second = hmac(&prk, &[&first, info, &[2]]);
        let mut out = [0; 50];
        hkdf_sm3(&ikm, &salt, info, &mut out).unwrap();
        assert_eq!(out[..32], first);
        assert_eq!(out[32..], second[..18]);
    }

    #[test]
    fn asking_for_too_much_is_refused() {
        assert_eq!(hkdf_sm3(b"k", b"s", b"i", &mut [0; 8161]), Err(TooLong(8161)));
        assert_eq!(hkdf_sm3(b"k", b"s", b"i", &mut [0; 8160]), Ok(()));
    }
}
