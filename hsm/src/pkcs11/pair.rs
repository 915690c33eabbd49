//! Key pairs made and used inside the device: SM2 by the vendor's mechanisms, SM2 decryption also by CKM_ECDH1_DERIVE,
//! Ed25519 by CKM_EDDSA. The private key never leaves the device.

use bidroom_envelope::suite::sm2::{PublicKey, Signature, Sm2Ciphertext};
use cryptoki::error::Error;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use zeroize::Zeroizing;

use super::config::Pkcs11Profile;
use super::fault::Stop;
use super::object::{self, Use, Wanted};
use super::sm2::{self, Sm2Failure};
use crate::custody::CustodyKey;
use crate::error::{CustodyError, Fault, ObjectDamage, Refusal, Tamper};
use crate::name::KeyName;

/// The SM2 curve, OID 1.2.156.10197.1.301.
const SM2: &[u8] = &[0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
/// Ed25519 as PKCS#11 3.0 section 2.3.10 has it: PrintableString "edwards25519".
const ED25519_NAME: &[u8] = b"\x13\x0cedwards25519";
/// Ed25519 as RFC 8410 has it: OID 1.3.101.112.
const ED25519_OID: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];

/// Which kind of pair, and what the device knows of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind<'a> {
    pub(super) curve: Curve,
    /// What a new key is made for.
    pub(super) usage: Use,
    pub(super) profile: &'a Pkcs11Profile,
}

/// Which curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curve {
    Sm2,
    Ed25519,
}

impl Kind<'_> {
    fn key_type(self) -> Result<KeyType, Error> {
        match self.curve {
            Curve::Sm2 => self.profile.sm2.key_type(),
            Curve::Ed25519 => Ok(KeyType::EC_EDWARDS),
        }
    }

    /// EC_PARAMS, in the order in which they are tried.
    const fn curves(self) -> &'static [&'static [u8]] {
        match self.curve {
            Curve::Sm2 => &[SM2],
            Curve::Ed25519 => &[ED25519_OID, ED25519_NAME],
        }
    }

    fn generation(self) -> Result<Mechanism<'static>, Error> {
        match self.curve {
            Curve::Sm2 => self.profile.sm2.generation(),
            Curve::Ed25519 => Ok(Mechanism::EccEdwardsKeyPairGen),
        }
    }

    /// What an existing key may have been made for: a decryption key for ECDH or for the vendor's mechanism, whichever
    /// was configured then.
    const fn usages(self) -> &'static [Use] {
        match self.usage {
            Use::Decrypt => &[Use::Decrypt, Use::Derive],
            Use::Derive => &[Use::Derive, Use::Decrypt],
            Use::Sign => &[Use::Sign],
        }
    }

    /// Makes a pair of a name that does not exist.
    pub(super) fn generate(self, session: &Session, name: &KeyName) -> Result<(), Stop> {
        if object::find_private(session, name)?.is_some() {
            return Err(Refusal::Exists(name.clone()).into());
        }
        // Left by a power cut while a pair was made or destroyed.
        for orphan in object::halves(session, name, ObjectClass::PUBLIC_KEY)? {
            session.destroy_object(orphan)?;
        }
        let (key_type, generation) = (self.key_type()?, self.generation()?);
        let private = object::private_template(name, key_type, self.usage);
        let mut last = Err(Fault::Computation("no curve to try").into());
        for curve in self.curves() {
            let public = object::public_template(name, key_type, self.usage, curve);
            match session.generate_key_pair(&generation, &public, &private) {
                Ok(_) => return Ok(()),
                Err(error) => last = Err(Stop::from(error)),
            }
            if last.as_ref().is_err_and(Stop::is_loss) {
                break;
            }
        }
        last
    }

    /// The private half, checked, and what it was made for.
    pub(super) fn private(self, session: &Session, name: &KeyName) -> Result<(ObjectHandle, Use), Stop> {
        let object =
            object::find_private(session, name)?.ok_or_else(|| CustodyError::NotFound(name.clone()))?;
        let key_type = self.key_type()?;
        let mut first = None;
        for usage in self.usages() {
            let wanted = Wanted {
                key_type,
                usage: *usage,
                curves: self.curves(),
                origin: self.profile.origin_attributes,
            };
            match object::check_private(session, object, name, &wanted) {
                Ok(()) => return Ok((object, *usage)),
                Err(stop @ Stop::Device(_)) => return Err(stop),
                Err(stop) => first = first.or(Some(stop)),
            }
        }
        Err(first.unwrap_or_else(|| Fault::Computation("no use to check").into()))
    }

    /// The public half of a key whose private half is as it was made.
    pub(super) fn public(self, session: &Session, name: &KeyName) -> Result<CustodyKey, Stop> {
        self.private(session, name)?;
        match self.curve {
            Curve::Sm2 => sm2_public(session, name).map(CustodyKey::Sm2),
            Curve::Ed25519 => Ok(CustodyKey::Ed25519(object::point::<32>(session, name)?)),
        }
    }

    /// Decrypts with SM2, by the vendor's mechanism or by ECDH, as the key was made for.
    pub(super) fn unwrap(
        self,
        session: &Session,
        name: &KeyName,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, Stop> {
        let (private, usage) = self.private(session, name)?;
        let opened = match (usage, &self.profile.sm2.decrypt) {
            (Use::Decrypt, Some(decrypt)) => decrypt.decrypt(session, private, ciphertext),
            (Use::Decrypt, None) => {
                return Err(Refusal::Mechanism("SM2 decryption, which the key was made for").into());
            }
            (Use::Derive | Use::Sign, _) => sm2::decrypt_by_ecdh(session, private, ciphertext),
        };
        opened.map_err(|failure| sm2_stop(name, failure))
    }

    /// Signs with SM2 in the device.
    pub(super) fn sign_sm2(
        self,
        session: &Session,
        name: &KeyName,
        message: &[u8],
    ) -> Result<Signature, Stop> {
        let (private, _) = self.private(session, name)?;
        let public = sm2_public(session, name)?;
        let sign = self.profile.sm2.sign.as_ref().ok_or(Refusal::Mechanism("SM2 signing"))?;
        let signature =
            sign.sign(session, private, &public, message).map_err(|failure| sm2_stop(name, failure))?;
        // A wrong form of input or parameter makes signatures that only look like ones.
        public.verify(message, &signature).map_err(|_| Tamper::Pair(name.clone()))?;
        Ok(signature)
    }
}

fn sm2_public(session: &Session, name: &KeyName) -> Result<PublicKey, Stop> {
    let point = object::point::<65>(session, name)?;
    PublicKey::from_sec1(&point)
        .map_err(|_| Tamper::Object { name: name.clone(), what: ObjectDamage::Point }.into())
}

/// Destroys both halves, the private one first. Answers whether there was a private one.
pub(super) fn destroy(session: &Session, name: &KeyName) -> Result<bool, Stop> {
    let mut existed = false;
    for class in [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY] {
        for object in object::halves(session, name, class)? {
            session.destroy_object(object)?;
            existed |= class == ObjectClass::PRIVATE_KEY;
        }
    }
    Ok(existed)
}

/// What a failed SM2 operation is called here.
fn sm2_stop(name: &KeyName, failure: Sm2Failure) -> Stop {
    match failure {
        Sm2Failure::Device(error) => error.into(),
        Sm2Failure::Rejected => CustodyError::Unopened(name.clone()).into(),
        Sm2Failure::Answer(what) => Fault::Module(what).into(),
    }
}

/// A pure Ed25519 signature.
pub(super) fn sign_ed25519(
    kind: Kind<'_>,
    session: &Session,
    name: &KeyName,
    message: &[u8],
) -> Result<[u8; 64], Stop> {
    let (private, _) = kind.private(session, name)?;
    let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
    let signature = session.sign(&mechanism, private, message)?;
    let length = signature.len();
    signature
        .try_into()
        .map_err(|_| Fault::Module(format!("C_Sign gave {length} bytes instead of 64")).into())
}
