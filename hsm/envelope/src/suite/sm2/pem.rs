//! Private keys in the files that people have: PKCS#8 and SEC 1, as DER and PEM.
//!
//! Owns the two containers. It must not know which scalars are valid.

use der::asn1::{BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Sequence};
use sm2::pkcs8::{EncodePrivateKey as _, LineEnding, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::{KeyError, PublicKey};

/// The SM2 curve (GB/T 33560).
const CURVE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");
/// id-ecPublicKey (RFC 5480).
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// A private key file is some hundred bytes; anything longer is something else.
const MAX_PEM: usize = 16 * 1024;

/// RFC 5915 section 3, with a named curve.
#[derive(Sequence)]
struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", optional = "true")]
    parameters: Option<ObjectIdentifier>,
    #[asn1(context_specific = "1", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

type Parsed = (Zeroizing<[u8; 32]>, Option<PublicKey>);

/// Finds the private key's block in a PEM file and decodes it.
pub(super) fn private_key_der(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if text.len() > MAX_PEM {
        return Err(KeyError::NotPrivateKey);
    }
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    for label in ["PRIVATE KEY", "EC PRIVATE KEY", "SM2 PRIVATE KEY"] {
        let Some((_, rest)) = text.split_once(&format!("-----BEGIN {label}-----")) else { continue };
        let (body, _) = rest.split_once(&format!("-----END {label}-----")).ok_or(KeyError::NotPrivateKey)?;
        let block = Zeroizing::new(format!("-----BEGIN {label}-----{body}-----END {label}-----\n"));
        let (_, der) = der::pem::decode_vec(block.as_bytes()).map_err(|_| KeyError::NotPrivateKey)?;
        return Ok(Zeroizing::new(der));
    }
    Err(KeyError::NotPrivateKey)
}

/// Reads PKCS#8 or SEC 1; answers the scalar's bytes and the public key beside it, if one stands there.
pub(super) fn parse_private_key(der: &[u8]) -> Result<Parsed, KeyError> {
    match PrivateKeyInfoRef::from_der(der) {
        Ok(info) => {
            let curve = info.algorithm.parameters_oid().map_err(|_| KeyError::NotPrivateKey)?;
            if info.algorithm.oid != EC_PUBLIC_KEY || curve != CURVE {
                return Err(KeyError::NotPrivateKey);
            }
            parse_sec1(info.private_key.as_bytes(), true)
        }
        Err(_) => parse_sec1(der, false),
    }
}

fn parse_sec1(der: &[u8], curve_is_known: bool) -> Result<Parsed, KeyError> {
    let key = EcPrivateKey::from_der(der).map_err(|_| KeyError::NotPrivateKey)?;
    if key.version != 1 {
        return Err(KeyError::NotPrivateKey);
    }
    match key.parameters {
        Some(curve) if curve == CURVE => {}
        None if curve_is_known => {}
        _ => return Err(KeyError::NotPrivateKey),
    }
    let scalar: [u8; 32] = key.private_key.as_bytes().try_into().map_err(|_| KeyError::NotPrivateKey)?;
    let scalar = Zeroizing::new(scalar);
    let beside = match key.public_key {
        Some(bits) => Some(PublicKey::from_sec1(bits.as_bytes().ok_or(KeyError::NotPrivateKey)?)?),
        None => None,
    };
    Ok((scalar, beside))
}

/// Writes PKCS#8 as PEM.
pub(super) fn write_pkcs8(secret: &sm2::SecretKey) -> Zeroizing<String> {
    // Encoding a valid key cannot fail; an empty file would be refused by every reader.
    secret.to_pkcs8_pem(LineEnding::LF).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::SecretKey;
    use super::*;

    /// Written by OpenSSL (`ecparam -name SM2 -genkey`, `ec`), which has a label of its own; a test key.
    const SEC1: &str = "-----BEGIN SM2 PARAMETERS-----
BggqgRzPVQGCLQ==
-----END SM2 PARAMETERS-----
-----BEGIN SM2 PRIVATE KEY-----
MHcCAQEEIDqhAM/tnuA/jKLxBVBS5eaQID7CrddJMXm8ssmBzNEDoAoGCCqBHM9V
AYItoUQDQgAE65i1nr4aKkeFGocyNFf1JTE+en/8IQlHCeygEGLECx10BZS8p+51
fx92sAoNeDTgIiIfAF3P4UsoEqJ2a5WSQg==
-----END SM2 PRIVATE KEY-----
";
    /// The same key by `openssl pkcs8 -topk8 -nocrypt`.
    const PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgOqEAz+2e4D+MovEF
UFLl5pAgPsKt10kxebyyyYHM0QOhRANCAATrmLWevhoqR4UahzI0V/UlMT56f/wh
CUcJ7KAQYsQLHXQFlLyn7nV/H3awCg14NOAiIh8AXc/hSygSonZrlZJC
-----END PRIVATE KEY-----
";

    #[test]
    fn both_containers_give_the_same_key() {
        let sec1 = SecretKey::from_pem(SEC1).unwrap();
        let usual = SecretKey::from_pem(&SEC1.replace("SM2 P", "EC P")).unwrap();
        assert_eq!(usual.to_bytes(), sec1.to_bytes());
        let pkcs8 = SecretKey::from_pem(PKCS8).unwrap();
        assert_eq!(sec1.to_bytes(), pkcs8.to_bytes());
        let again = SecretKey::from_pem(&pkcs8.to_pem()).unwrap();
        assert_eq!(again.public_key(), sec1.public_key());
    }

    #[track_caller]
    fn check(text: &str, expect: KeyError) {
        assert_eq!(SecretKey::from_pem(text).map(|_| ()), Err(expect));
    }

    #[test]
    fn other_files_are_refused_by_name() {
        check("", KeyError::NotPrivateKey);
        check("-----BEGIN PRIVATE KEY-----\n", KeyError::NotPrivateKey);
        check("-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----\n", KeyError::NotPrivateKey);
        check("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", KeyError::Encrypted);
        check(&"x".repeat(MAX_PEM + 1), KeyError::NotPrivateKey);
        // A key of another curve: `openssl ecparam -name prime256v1 -genkey -noout`.
        check(
            "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEII0ihIqC+Rnli9Ps+5PUPAdqM1gaLt2AgV1Nl62H3HGFoAoGCCqGSM49
AwEHoUQDQgAEx5aY807pfFUzyygweCFXjMVxdhUwxS0TEVURlSANxM3137wjTLAH
ZnIfFuFcrbNtnQ1YfmZRrx79f3IKXShShg==
-----END EC PRIVATE KEY-----
",
            KeyError::NotPrivateKey,
        );
    }

    #[test]
    fn a_foreign_public_key_beside_the_scalar_is_noticed() {
        let key = SecretKey::from_pem(PKCS8).unwrap();
        let other = SecretKey::from_bytes(&[9; 32]).unwrap();
        let mut der = private_key_der(PKCS8).unwrap().to_vec();
        let at = der.len() - 65;
        assert_eq!(der[at..], key.public_key().to_sec1());
        der[at..].copy_from_slice(&other.public_key().to_sec1());
        assert_eq!(SecretKey::from_der(&der).map(|_| ()), Err(KeyError::Mismatch));
    }
}
