//! SM2 public-key encryption (GB/T 32918.4) with a chosen ephemeral scalar, and opening by whoever holds the key.
//!
//! Owns the ciphertext's three parts, their encodings and the seam [`Unwrap`]. It must not know what is inside.

use core::fmt;

use der::asn1::{OctetStringRef, UintRef};
use der::{Decode as _, Encode as _, Sequence};
use sm2::elliptic_curve::group::Group as _;
use sm2::elliptic_curve::point::{AffineCoordinates as _, DecompressPoint as _};
use sm2::elliptic_curve::subtle::Choice;
use sm2::{NonZeroScalar, ProjectivePoint};
use sm3::{Digest as _, Sm3};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::{PublicKey, SecretKey};

/// Why bytes are not an SM2 ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CiphertextError {
    /// Not DER `SM2Cipher`.
    #[error("not a DER SM2Cipher of two integers and two octet strings")]
    NotDer,
    /// A coordinate has more than 32 bytes.
    #[error("a coordinate of C1 has more than 32 bytes")]
    Coordinate,
    /// C1 is not a point of the curve; it must not reach a device.
    #[error("C1 is not on the SM2 curve")]
    NotOnCurve,
    /// C3 has not 32 bytes.
    #[error("C3 has {0} bytes instead of 32")]
    C3Length(usize),
    /// The raw form is too short to hold C1, C3 and at least one byte of C2.
    #[error("{0} bytes are too short for an SM2 ciphertext")]
    Short(usize),
    /// C2 has no bytes.
    #[error("C2 is empty")]
    Empty,
}

/// Why nothing could be encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    /// The standard has no encryption of nothing.
    #[error("there is nothing to encrypt")]
    Empty,
    /// None of the candidates is in [1, n − 1] with a key stream other than zero.
    #[error("none of the {0} ephemeral candidates is usable")]
    NoCandidate(usize),
}

/// Why a ciphertext was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// C3 disagrees: the ciphertext is for another key, or was changed.
    #[error("the ciphertext does not belong to this key or was changed (C3)")]
    Check,
    /// What the device answered is not a coordinate or point of the curve.
    #[error("the device answered something that is not a point of the SM2 curve")]
    Shared,
    /// The device or service that holds the key failed; the text names operation and code, never a secret.
    #[error("the key's device failed: {0}")]
    Device(String),
    /// The holder will not open this.
    #[error("opening was refused: {0}")]
    Refused(String),
}

/// Something that holds a private decryption key.
pub trait Unwrap {
    /// Opens `ciphertext`.
    ///
    /// # Errors
    /// [`UnwrapError`].
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError>;
}

/// C1 (a point of the curve), C3 (32 bytes) and C2 (as long as the plaintext, never empty).
#[derive(Clone, PartialEq, Eq)]
pub struct Sm2Ciphertext {
    c1: PublicKey,
    c3: [u8; 32],
    c2: Vec<u8>,
}

/// GB/T 35276 section 7.2.
#[derive(Sequence)]
struct Sm2Cipher<'a> {
    x: UintRef<'a>,
    y: UintRef<'a>,
    hash: &'a OctetStringRef,
    cipher: &'a OctetStringRef,
}

impl Sm2Ciphertext {
    /// Puts the three parts together.
    ///
    /// # Errors
    /// [`CiphertextError::Empty`].
    pub fn from_parts(c1: PublicKey, c3: [u8; 32], c2: Vec<u8>) -> Result<Self, CiphertextError> {
        if c2.is_empty() { Err(CiphertextError::Empty) } else { Ok(Self { c1, c3, c2 }) }
    }

    /// Reads DER `SM2Cipher { x INTEGER, y INTEGER, hash OCTET STRING, cipher OCTET STRING }`.
    ///
    /// # Errors
    /// [`CiphertextError`]; the result's C1 is on the curve.
    pub fn from_der(der: &[u8]) -> Result<Self, CiphertextError> {
        let cipher = Sm2Cipher::from_der(der).map_err(|_| CiphertextError::NotDer)?;
        let (x, y) = (coordinate(cipher.x)?, coordinate(cipher.y)?);
        let c1 = PublicKey::from_coordinates(&x, &y).map_err(|_| CiphertextError::NotOnCurve)?;
        let c3 = cipher.hash.as_bytes();
        let c3 = c3.try_into().map_err(|_| CiphertextError::C3Length(c3.len()))?;
        Self::from_parts(c1, c3, cipher.cipher.as_bytes().to_vec())
    }

    /// Reads C1 ‖ C3 ‖ C2, with or without the leading 04 of C1.
    ///
    /// # Errors
    /// [`CiphertextError`].
    pub fn from_c1c3c2(bytes: &[u8]) -> Result<Self, CiphertextError> {
        let (c1, rest) = split_c1(bytes)?;
        let (c3, c2) = rest.split_first_chunk::<32>().ok_or(CiphertextError::Short(bytes.len()))?;
        Self::from_parts(c1, *c3, c2.to_vec())
    }

    /// Reads C1 ‖ C2 ‖ C3, with or without the leading 04 of C1.
    ///
    /// # Errors
    /// [`CiphertextError`].
    pub fn from_c1c2c3(bytes: &[u8]) -> Result<Self, CiphertextError> {
        let (c1, rest) = split_c1(bytes)?;
        let (c2, c3) = rest.split_last_chunk::<32>().ok_or(CiphertextError::Short(bytes.len()))?;
        Self::from_parts(c1, *c3, c2.to_vec())
    }

    /// DER `SM2Cipher`.
    pub fn to_der(&self) -> Vec<u8> {
        let (x, y) = (self.c1.x(), self.c1.y());
        let encode = || {
            Sm2Cipher {
                x: UintRef::new(&x)?,
                y: UintRef::new(&y)?,
                hash: OctetStringRef::new(&self.c3)?,
                cipher: OctetStringRef::new(&self.c2)?,
            }
            .to_der()
        };
        // Fails only beyond 256 MiB of C2; an empty result would be refused by every reader.
        encode().unwrap_or_default()
    }

    /// 04 ‖ x ‖ y ‖ C3 ‖ C2.
    pub fn to_c1c3c2(&self) -> Vec<u8> {
        [&self.c1.to_sec1()[..], &self.c3, &self.c2].concat()
    }

    /// C1, the ephemeral point.
    pub fn c1(&self) -> &PublicKey {
        &self.c1
    }

    /// C3, the digest that ties plaintext and shared point together.
    pub fn c3(&self) -> &[u8; 32] {
        &self.c3
    }

    /// C2, the masked plaintext.
    pub fn c2(&self) -> &[u8] {
        &self.c2
    }
}

impl fmt::Debug for Sm2Ciphertext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sm2Ciphertext").field("c1", &self.c1).field("c2_length", &self.c2.len()).finish()
    }
}

/// Encrypts `plaintext` to `public` with the first of `candidates` that is in [1, n − 1] and whose key stream is
/// not zero (GB/T 32918.4 section 6.1). The same input gives the same ciphertext, so that whoever opened a
/// ciphertext can make it again and compare.
///
/// # Errors
/// [`EncryptError`].
pub fn encrypt(
    public: &PublicKey,
    plaintext: &[u8],
    candidates: &[[u8; 32]],
) -> Result<Sm2Ciphertext, EncryptError> {
    if plaintext.is_empty() {
        return Err(EncryptError::Empty);
    }
    for candidate in candidates {
        let Ok(k) = NonZeroScalar::try_from(candidate.as_slice()).map(Zeroizing::new) else { continue };
        let shared = Shared::multiply(public, &k);
        let Some(c2) = shared.mask(plaintext) else { continue };
        let c1 = ProjectivePoint::mul_by_generator(&**k).to_affine();
        let Ok(c1) = PublicKey::from_affine(c1) else { continue };
        return Ok(Sm2Ciphertext { c1, c3: shared.check_value(plaintext), c2: c2.to_vec() });
    }
    Err(EncryptError::NoCandidate(candidates.len()))
}

/// Opens a ciphertext when a device gave only the x-coordinate of d·C1 (ECDH): both points with that x are tried
/// and C3 decides.
///
/// This also opens the ciphertext with −C1 in place of C1; whoever must tell the two apart encrypts again and
/// compares.
///
/// # Errors
/// [`UnwrapError::Shared`] if no point has this x, [`UnwrapError::Check`] if C3 fits neither.
pub fn open_with_shared_x(
    ciphertext: &Sm2Ciphertext,
    x: &[u8; 32],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    let mut found = Err(UnwrapError::Check);
    // Both are computed in any case, so that the time does not tell which it was.
    for odd in [0, 1] {
        let point = sm2::AffinePoint::decompress(&(*x).into(), Choice::from(odd));
        let point = point.into_option().ok_or(UnwrapError::Shared)?;
        let opened = Shared::of(&point).open(ciphertext);
        if opened.is_ok() {
            found = opened;
        }
    }
    found
}

/// Opens a ciphertext when d·C1 is known, for instance put together from the parts of several holders.
///
/// # Errors
/// [`UnwrapError::Shared`] if the coordinates are not a point of the curve, [`UnwrapError::Check`] if C3 disagrees.
pub fn open_with_shared_point(
    ciphertext: &Sm2Ciphertext,
    x: &[u8; 32],
    y: &[u8; 32],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    let point = PublicKey::from_coordinates(x, y).map_err(|_| UnwrapError::Shared)?;
    Shared::of(point.as_affine()).open(ciphertext)
}

impl Unwrap for SecretKey {
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let scalar = Zeroizing::new(self.inner().to_nonzero_scalar());
        Shared::multiply(ciphertext.c1(), &scalar).open(ciphertext)
    }
}

/// x₂ ‖ y₂ of the shared point.
struct Shared(Zeroizing<[u8; 64]>);

impl Shared {
    fn multiply(point: &PublicKey, scalar: &NonZeroScalar) -> Self {
        let mut product = (ProjectivePoint::from(*point.as_affine()) * **scalar).to_affine();
        let shared = Self::of(&product);
        product.zeroize();
        shared
    }

    fn of(point: &sm2::AffinePoint) -> Self {
        let mut bytes = Zeroizing::new([0; 64]);
        let (x, y) = bytes.split_at_mut(32);
        x.copy_from_slice(&point.x());
        y.copy_from_slice(&point.y());
        Self(bytes)
    }

    /// `data` xor KDF(x₂ ‖ y₂); nothing if the key stream is zero.
    fn mask(&self, data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(data.to_vec());
        let mut seen = 0;
        let prefix = Sm3::new_with_prefix(self.0.as_slice());
        for (block, counter) in out.chunks_mut(32).zip(1_u32..) {
            let mut stream = prefix.clone().chain_update(counter.to_be_bytes()).finalize();
            for (byte, mask) in block.iter_mut().zip(&stream) {
                *byte ^= mask;
                seen |= mask;
            }
            stream.as_mut_slice().zeroize();
        }
        (seen != 0).then_some(out)
    }

    /// SM3(x₂ ‖ plaintext ‖ y₂).
    fn check_value(&self, plaintext: &[u8]) -> [u8; 32] {
        let (x, y) = self.0.split_at(32);
        Sm3::new_with_prefix(x).chain_update(plaintext).chain_update(y).finalize().into()
    }

    fn open(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let plaintext = self.mask(ciphertext.c2()).ok_or(UnwrapError::Check)?;
        let fits: bool = self.check_value(&plaintext).ct_eq(ciphertext.c3()).into();
        if fits { Ok(plaintext) } else { Err(UnwrapError::Check) }
    }
}

fn coordinate(integer: UintRef<'_>) -> Result<[u8; 32], CiphertextError> {
    let digits = integer.as_bytes();
    let mut out = [0; 32];
    let start = out.len().checked_sub(digits.len()).ok_or(CiphertextError::Coordinate)?;
    out.get_mut(start..).ok_or(CiphertextError::Coordinate)?.copy_from_slice(digits);
    Ok(out)
}

fn split_c1(bytes: &[u8]) -> Result<(PublicKey, &[u8]), CiphertextError> {
    let with_prefix = bytes.split_first_chunk::<65>().map(|(c1, rest)| (PublicKey::from_sec1(c1), rest));
    if let Some((Ok(c1), rest)) = with_prefix {
        return Ok((c1, rest));
    }
    // Without 04. A point whose x begins with 04 cannot be taken for the other form: both would have to lie on
    // the curve.
    let short = CiphertextError::Short(bytes.len());
    let (x, rest) = bytes.split_first_chunk::<32>().ok_or(short)?;
    let (y, rest) = rest.split_first_chunk::<32>().ok_or(short)?;
    let c1 = PublicKey::from_coordinates(x, y).map_err(|_| CiphertextError::NotOnCurve)?;
    Ok((c1, rest))
}

#[cfg(test)]
#[path = "cipher_tests.rs"]
mod tests;
