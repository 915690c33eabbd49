//! HKDF-SM3 for outputs of a fixed, small size, which cannot fail.

use zeroize::Zeroizing;

use crate::suite::kdf::hkdf_sm3;

/// Derives `N` bytes; `N` is checked when the program is compiled.
pub(crate) fn derive<const N: usize>(ikm: &[u8], salt: &[u8], info: &[u8]) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 255 * 32, "HKDF-SM3 gives at most 8160 bytes") }
    let mut out = Zeroizing::new([0; N]);
    match hkdf_sm3(ikm, salt, info, out.as_mut_slice()) {
        Ok(()) => out,
        Err(error) => unreachable!("the length was checked at compile time: {error}"),
    }
}
