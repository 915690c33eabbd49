//! Keys that certificates may carry, and the signatures that such keys make.
//!
//! SM2 is checked by this crate everywhere. RSA and ECDSA are checked by `ring`, which a browser does not have: there a
//! signature of theirs is not checkable, and never accepted.

use core::fmt;

use der::Tag;
use der::asn1::ObjectIdentifier;

use crate::suite::asn1::{Asn1Error, Cursor, Element, NULL};
use crate::suite::sm2::{PublicKey, Signature};

pub(super) const SM2_WITH_SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SM2_CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

/// Shortest RSA modulus that counts, bytes.
const LEAST_RSA: usize = 256;
/// Longest RSA modulus that is computed with, bytes.
const MOST_RSA: usize = 1024;

/// The key of a certificate's subject.
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum KeyKind {
    Sm2,
    Rsa,
    P256,
    P384,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sm2 => "SM2",
            Self::Rsa => "RSA",
            Self::P256 => "ECDSA P-256",
            Self::P384 => "ECDSA P-384",
        })
    }
}

impl fmt::Debug for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A subject's public key.
#[derive(Clone)]
pub(super) enum SubjectKey {
    Sm2(PublicKey),
    /// DER RSAPublicKey of 2048 to 8192 bits.
    Rsa(Vec<u8>),
    /// 04 ‖ x ‖ y.
    P256(Vec<u8>),
    /// 04 ‖ x ‖ y.
    P384(Vec<u8>),
    /// Of an algorithm, curve or length that is not known here.
    Other,
}

impl SubjectKey {
    /// Reads a SubjectPublicKeyInfo; none for an SM2 key that is no point of the curve. The second value is the content
    /// of its BIT STRING, over which key identifiers are made.
    pub(super) fn read(spki: Element<'_>) -> Result<(Option<Self>, Vec<u8>), Asn1Error> {
        const WHAT: &str = "the subject's public key";
        let mut fields = spki.inside();
        let mut algorithm = fields.take(Tag::Sequence, WHAT)?.inside();
        let bits = bits(fields.take(Tag::BitString, WHAT)?, WHAT)?;
        fields.end(WHAT)?;
        let kind = algorithm.oid(WHAT)?;
        let key = if kind == RSA {
            if rsa_length(bits).is_some_and(|length| (LEAST_RSA..=MOST_RSA).contains(&length)) {
                Self::Rsa(bits.to_vec())
            } else {
                Self::Other
            }
        } else if kind == EC_PUBLIC_KEY {
            match algorithm.oid(WHAT) {
                Ok(SM2_CURVE) => match PublicKey::from_spki_der(spki.raw) {
                    Ok(key) => Self::Sm2(key),
                    Err(_) => return Ok((None, bits.to_vec())),
                },
                Ok(P256) if bits.len() == 65 => Self::P256(bits.to_vec()),
                Ok(P384) if bits.len() == 97 => Self::P384(bits.to_vec()),
                _ => Self::Other,
            }
        } else {
            Self::Other
        };
        Ok((Some(key), bits.to_vec()))
    }

    pub(super) const fn kind(&self) -> Option<KeyKind> {
        match self {
            Self::Sm2(_) => Some(KeyKind::Sm2),
            Self::Rsa(_) => Some(KeyKind::Rsa),
            Self::P256(_) => Some(KeyKind::P256),
            Self::P384(_) => Some(KeyKind::P384),
            Self::Other => None,
        }
    }
}

/// The length of an RSA modulus in bytes, without leading zeros.
fn rsa_length(key: &[u8]) -> Option<usize> {
    let mut fields = Cursor::only(key, Tag::Sequence, "an RSA key").ok()?.inside();
    let modulus = fields.take(Tag::Integer, "an RSA key").ok()?.content;
    Some(modulus.strip_prefix(&[0]).unwrap_or(modulus).len())
}

/// An AlgorithmIdentifier of a signature.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Algorithm {
    pub(super) oid: ObjectIdentifier,
    /// DER of the parameters; empty if there are none.
    parameters: Vec<u8>,
}

/// Which key makes it, and with which digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Sm2,
    Rsa(Hash),
    Pss(Hash),
    Ecdsa(Hash),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// Why a signature under a certificate, list or answer does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureRefusal {
    /// It is not this key's signature over these bytes.
    #[error("the signature does not verify")]
    Wrong,
    /// An algorithm, parameters or key that is not accepted.
    #[error("the signature algorithm {0} is not accepted")]
    Algorithm(ObjectIdentifier),
    /// An algorithm of other keys than the issuer's.
    #[error("the signature algorithm {algorithm} is not one of the issuer's key ({key})")]
    Mismatch {
        /// The algorithm.
        algorithm: ObjectIdentifier,
        /// The issuer's key.
        key: KeyKind,
    },
    /// RSA and ECDSA cannot be checked in a browser.
    #[error("signatures of {0} cannot be checked in a browser")]
    NotCheckableHere(KeyKind),
}

impl Algorithm {
    pub(super) fn read(element: Element<'_>, what: &'static str) -> Result<Self, Asn1Error> {
        let mut fields = element.inside();
        let oid = fields.oid(what)?;
        let parameters = if fields.is_empty() { Vec::new() } else { fields.next(what)?.raw.to_vec() };
        fields.end(what)?;
        Ok(Self { oid, parameters })
    }

    fn scheme(&self) -> Option<Scheme> {
        let plain = self.parameters.is_empty() || self.parameters == NULL;
        Some(match self.oid {
            SM2_WITH_SM3 if plain => Scheme::Sm2,
            RSA_SHA256 if plain => Scheme::Rsa(Hash::Sha256),
            RSA_SHA384 if plain => Scheme::Rsa(Hash::Sha384),
            RSA_SHA512 if plain => Scheme::Rsa(Hash::Sha512),
            RSA_PSS => Scheme::Pss(pss_hash(&self.parameters).ok().flatten()?),
            ECDSA_SHA256 if self.parameters.is_empty() => Scheme::Ecdsa(Hash::Sha256),
            ECDSA_SHA384 if self.parameters.is_empty() => Scheme::Ecdsa(Hash::Sha384),
            _ => return None,
        })
    }

    /// Checks `signature` over `message` under `key`.
    pub(super) fn verify(
        &self,
        key: &SubjectKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefusal> {
        let scheme = self.scheme().ok_or(SignatureRefusal::Algorithm(self.oid))?;
        match (scheme, key) {
            (Scheme::Sm2, SubjectKey::Sm2(key)) => {
                let signature = Signature::from_der(signature).map_err(|_| SignatureRefusal::Wrong)?;
                key.verify(message, &signature).map_err(|_| SignatureRefusal::Wrong)
            }
            (Scheme::Rsa(_) | Scheme::Pss(_), SubjectKey::Rsa(bytes))
            | (Scheme::Ecdsa(_), SubjectKey::P256(bytes) | SubjectKey::P384(bytes)) => {
                foreign(scheme, key, bytes, message, signature)
            }
            (_, SubjectKey::Other) => Err(SignatureRefusal::Algorithm(self.oid)),
            (_, key) => Err(SignatureRefusal::Mismatch {
                algorithm: self.oid,
                key: key.kind().unwrap_or(KeyKind::Sm2),
            }),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn foreign(
    scheme: Scheme,
    key: &SubjectKey,
    bytes: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureRefusal> {
    use ring::signature::{self as schemes, UnparsedPublicKey, VerificationAlgorithm};
    let algorithm: &'static dyn VerificationAlgorithm = match (scheme, key) {
        (Scheme::Rsa(Hash::Sha256), _) => &schemes::RSA_PKCS1_2048_8192_SHA256,
        (Scheme::Rsa(Hash::Sha384), _) => &schemes::RSA_PKCS1_2048_8192_SHA384,
        (Scheme::Rsa(Hash::Sha512), _) => &schemes::RSA_PKCS1_2048_8192_SHA512,
        (Scheme::Pss(Hash::Sha256), _) => &schemes::RSA_PSS_2048_8192_SHA256,
        (Scheme::Pss(Hash::Sha384), _) => &schemes::RSA_PSS_2048_8192_SHA384,
        (Scheme::Pss(Hash::Sha512), _) => &schemes::RSA_PSS_2048_8192_SHA512,
        (Scheme::Ecdsa(Hash::Sha384), SubjectKey::P384(_)) => &schemes::ECDSA_P384_SHA384_ASN1,
        (Scheme::Ecdsa(_), SubjectKey::P384(_)) => &schemes::ECDSA_P384_SHA256_ASN1,
        (Scheme::Ecdsa(Hash::Sha384), _) => &schemes::ECDSA_P256_SHA384_ASN1,
        (Scheme::Ecdsa(_) | Scheme::Sm2, _) => &schemes::ECDSA_P256_SHA256_ASN1,
    };
    UnparsedPublicKey::new(algorithm, bytes).verify(message, signature).map_err(|_| SignatureRefusal::Wrong)
}

#[cfg(target_arch = "wasm32")]
fn foreign(
    _scheme: Scheme,
    key: &SubjectKey,
    _bytes: &[u8],
    _message: &[u8],
    _signature: &[u8],
) -> Result<(), SignatureRefusal> {
    Err(SignatureRefusal::NotCheckableHere(key.kind().unwrap_or(KeyKind::Rsa)))
}

/// The digest of RSASSA-PSS parameters (RFC 4055 section 3.1) in the only form in use: MGF1 with the same digest and a
/// salt as long as it.
fn pss_hash(parameters: &[u8]) -> Result<Option<Hash>, Asn1Error> {
    const WHAT: &str = "the parameters of RSASSA-PSS";
    let mut fields = Cursor::only(parameters, Tag::Sequence, WHAT)?.inside();
    let mut part = |number| -> Result<Option<Element<'_>>, Asn1Error> {
        fields.take_if(crate::suite::asn1::context(number), WHAT)
    };
    let (Some(hash), Some(mask), Some(salt)) = (part(0)?, part(1)?, part(2)?) else { return Ok(None) };
    if let Some(trailer) = part(3)?
        && trailer.inside().small(WHAT)? != 1
    {
        return Ok(None);
    }
    fields.end(WHAT)?;
    let hash = Algorithm::read(hash.inside().take(Tag::Sequence, WHAT)?, WHAT)?;
    let mut mask = mask.inside().take(Tag::Sequence, WHAT)?.inside();
    let generator = mask.oid(WHAT)?;
    let of_mask = Algorithm::read(mask.take(Tag::Sequence, WHAT)?, WHAT)?;
    let salt = salt.inside().small(WHAT)?;
    Ok(match (hash.oid, salt) {
        _ if generator != MGF1 || of_mask.oid != hash.oid => None,
        (SHA256, 32) => Some(Hash::Sha256),
        (SHA384, 48) => Some(Hash::Sha384),
        (SHA512, 64) => Some(Hash::Sha512),
        _ => None,
    })
}

/// The bytes of a BIT STRING without unused bits.
pub(super) fn bits<'a>(element: Element<'a>, what: &'static str) -> Result<&'a [u8], Asn1Error> {
    match element.content.split_first() {
        Some((0, bytes)) => Ok(bytes),
        _ => Err(Asn1Error(what)),
    }
}
