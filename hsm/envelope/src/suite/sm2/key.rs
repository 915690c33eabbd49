//! SM2 key pairs and their encodings.
//!
//! Owns what makes a key valid. It must not know what a key is used for.

use core::fmt;
use core::str::FromStr;

use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sm2::elliptic_curve::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use sm2::elliptic_curve::point::AffineCoordinates as _;
use zeroize::Zeroizing;

use super::pem;

/// Length of an uncompressed point: 04 ‖ x ‖ y.
const POINT_LEN: usize = 65;

/// Why bytes are not an SM2 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 65 bytes that begin with 04 (a compressed, hybrid or infinite point, or something else).
    #[error("not an uncompressed point of 65 bytes")]
    NotUncompressed,
    /// The coordinates do not satisfy the curve's equation.
    #[error("the point is not on the SM2 curve")]
    NotOnCurve,
    /// Not a DER SubjectPublicKeyInfo that names the SM2 curve.
    #[error("not a SubjectPublicKeyInfo of the SM2 curve")]
    NotSpki,
    /// Not 130 lower-case hexadecimal digits.
    #[error("not a point in lower-case hexadecimal")]
    NotHex,
    /// The private scalar is 0 or larger than n − 2 (GB/T 32918.1 section 6.1).
    #[error("the private scalar is out of range")]
    ScalarRange,
    /// Not a private key in PKCS#8 or SEC 1 form, or one of another curve.
    #[error("not a PKCS#8 or SEC 1 private key of the SM2 curve")]
    NotPrivateKey,
    /// The private key stands beside a public key that is not its own.
    #[error("the private key and the public key beside it do not belong together")]
    Mismatch,
    /// The private key is encrypted with a password, which is not supported.
    #[error("the private key is encrypted")]
    Encrypted,
}

/// A point of the SM2 curve other than infinity; its text form is 04 ‖ x ‖ y in lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(sm2::PublicKey);

impl PublicKey {
    /// Reads 04 ‖ x ‖ y.
    ///
    /// # Errors
    /// [`KeyError::NotUncompressed`] or [`KeyError::NotOnCurve`].
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, KeyError> {
        match bytes {
            [4, coordinates @ ..] if coordinates.len() + 1 == POINT_LEN => {
                sm2::PublicKey::from_sec1_bytes(bytes).map(Self).map_err(|_| KeyError::NotOnCurve)
            }
            _ => Err(KeyError::NotUncompressed),
        }
    }

    /// Takes affine coordinates, big-endian.
    ///
    /// # Errors
    /// [`KeyError::NotOnCurve`], also for coordinates that are not below the field's prime.
    pub fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        let point = sm2::AffinePoint::from_coordinates(&(*x).into(), &(*y).into());
        Self::from_affine(point.into_option().ok_or(KeyError::NotOnCurve)?)
    }

    /// Takes a point of the curve arithmetic.
    ///
    /// # Errors
    /// [`KeyError::NotOnCurve`] for the point at infinity.
    pub fn from_affine(point: sm2::AffinePoint) -> Result<Self, KeyError> {
        sm2::PublicKey::from_affine(point).map(Self).map_err(|_| KeyError::NotOnCurve)
    }

    /// Reads a DER SubjectPublicKeyInfo (id-ecPublicKey, named curve 1.2.156.10197.1.301).
    ///
    /// # Errors
    /// [`KeyError::NotSpki`].
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = sm2::PublicKey::from_public_key_der(der).map(Self).map_err(|_| KeyError::NotSpki)?;
        // The reader above also takes compressed points; one key has one encoding here.
        if key.to_spki_der() == der { Ok(key) } else { Err(KeyError::NotSpki) }
    }

    /// 04 ‖ x ‖ y.
    pub fn to_sec1(&self) -> [u8; 65] {
        let mut bytes = [0; POINT_LEN];
        let (head, tail) = bytes.split_at_mut(1);
        let (x, y) = tail.split_at_mut(32);
        head.copy_from_slice(&[4]);
        x.copy_from_slice(&self.x());
        y.copy_from_slice(&self.y());
        bytes
    }

    /// The x-coordinate, big-endian.
    pub fn x(&self) -> [u8; 32] {
        self.as_affine().x().into()
    }

    /// The y-coordinate, big-endian.
    pub fn y(&self) -> [u8; 32] {
        self.as_affine().y().into()
    }

    /// DER SubjectPublicKeyInfo.
    pub fn to_spki_der(&self) -> Vec<u8> {
        // Encoding a valid point cannot fail; an empty result would be refused by every reader.
        self.0.to_public_key_der().map(|document| document.into_vec()).unwrap_or_default()
    }

    /// The point, for curve arithmetic.
    pub fn as_affine(&self) -> &sm2::AffinePoint {
        self.0.as_affine()
    }

    pub(super) fn inner(&self) -> sm2::PublicKey {
        self.0
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.to_sec1()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut bytes = [0; POINT_LEN];
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(KeyError::NotHex);
        }
        hex::decode_to_slice(text, &mut bytes).map_err(|_| KeyError::NotHex)?;
        Self::from_sec1(&bytes)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A private scalar in [1, n − 2] with its public key; erased from memory when dropped.
#[derive(Clone)]
pub struct SecretKey {
    secret: sm2::SecretKey,
    public: PublicKey,
}

impl SecretKey {
    /// Takes the scalar, big-endian.
    ///
    /// # Errors
    /// [`KeyError::ScalarRange`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = sm2::SecretKey::from_slice(bytes).map_err(|_| KeyError::ScalarRange)?;
        Self::from_inner(secret)
    }

    /// Draws a key.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        loop {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill_bytes(bytes.as_mut_slice());
            // Rejection keeps the scalar uniform; the chance of one more round is about 2⁻³².
            if let Ok(key) = Self::from_bytes(&bytes) {
                return key;
            }
        }
    }

    /// Reads a PEM file: `PRIVATE KEY` (PKCS#8), or `EC PRIVATE KEY` or `SM2 PRIVATE KEY` (SEC 1), also behind
    /// the block of parameters that `openssl ecparam -genkey` writes before it.
    ///
    /// # Errors
    /// [`KeyError::NotPrivateKey`], [`KeyError::Encrypted`], [`KeyError::Mismatch`], [`KeyError::ScalarRange`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_der(&pem::private_key_der(text)?)
    }

    /// Reads the same two forms as DER.
    ///
    /// # Errors
    /// As [`SecretKey::from_pem`].
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let (scalar, beside) = pem::parse_private_key(der)?;
        let key = Self::from_bytes(&scalar)?;
        match beside {
            Some(public) if public != key.public => Err(KeyError::Mismatch),
            _ => Ok(key),
        }
    }

    /// Writes PKCS#8 with the public key inside, as PEM.
    pub fn to_pem(&self) -> Zeroizing<String> {
        pem::write_pkcs8(&self.secret)
    }

    /// The scalar, big-endian.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.secret.to_bytes().into())
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    pub(super) fn inner(&self) -> &sm2::SecretKey {
        &self.secret
    }

    fn from_inner(secret: sm2::SecretKey) -> Result<Self, KeyError> {
        // d = n − 1 has no signature: 1 + d is not invertible.
        let scalar = Zeroizing::new(*secret.to_nonzero_scalar());
        if *scalar == -sm2::Scalar::ONE {
            return Err(KeyError::ScalarRange);
        }
        let public = PublicKey(secret.public_key());
        Ok(Self { secret, public })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(bytes: [u8; 32]) -> SecretKey {
        SecretKey::from_bytes(&bytes).unwrap()
    }

    const ORDER: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

    #[track_caller]
    fn check_scalar(hex: &str, expect: Result<(), KeyError>) {
        let bytes: [u8; 32] = hex::decode(hex).unwrap().try_into().unwrap();
        assert_eq!(SecretKey::from_bytes(&bytes).map(|_| ()), expect);
    }

    #[test]
    fn scalars_are_between_one_and_the_order_minus_two() {
        check_scalar(&"0".repeat(64), Err(KeyError::ScalarRange));
        check_scalar(&format!("{}1", "0".repeat(63)), Ok(()));
        check_scalar(&ORDER.replace("4123", "4121"), Ok(()));
        check_scalar(&ORDER.replace("4123", "4122"), Err(KeyError::ScalarRange));
        check_scalar(ORDER, Err(KeyError::ScalarRange));
        check_scalar(&"f".repeat(64), Err(KeyError::ScalarRange));
    }

    #[test]
    fn points_have_one_encoding() {
        let public = *key([7; 32]).public_key();
        let sec1 = public.to_sec1();
        assert_eq!(PublicKey::from_sec1(&sec1), Ok(public));
        assert_eq!(PublicKey::from_spki_der(&public.to_spki_der()), Ok(public));
        assert_eq!(public.to_string().parse(), Ok(public));
        assert_eq!(PublicKey::from_coordinates(&public.x(), &public.y()), Ok(public));
        assert_eq!(public.to_string().to_uppercase().parse::<PublicKey>(), Err(KeyError::NotHex));

        let mut off = sec1;
        off[64] ^= 1;
        assert_eq!(PublicKey::from_sec1(&off), Err(KeyError::NotOnCurve));
        assert_eq!(PublicKey::from_sec1(&[0]), Err(KeyError::NotUncompressed));
        let mut compressed = vec![2 + (sec1[64] & 1)];
        compressed.extend_from_slice(&sec1[1..33]);
        assert_eq!(PublicKey::from_sec1(&compressed), Err(KeyError::NotUncompressed));
        let mut longer = public.to_spki_der();
        longer.push(0);
        assert_eq!(PublicKey::from_spki_der(&longer), Err(KeyError::NotSpki));
    }

    #[test]
    fn debug_does_not_tell_the_scalar() {
        let key = key([0x5a; 32]);
        assert!(!format!("{key:?}").contains("5a5a"));
    }
}
