//! Key pairs made and used inside the device: SM2 decryption by CKM_ECDH1_DERIVE, Ed25519 by CKM_EDDSA.
//!
//! A stock device knows no SM2, but it multiplies: with C1 as the other side's point, ECDH gives the x-coordinate of
//! d·C1, from which the rest is computed outside. The private key never leaves the device.

use bidroom_envelope::suite::sm2::{PublicKey, Sm2Ciphertext};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use zeroize::Zeroizing;

use super::fault::Stop;
use super::object::{self, Use};
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

/// Which kind of pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sm2,
    Ed25519,
}

impl Kind {
    const fn key_type(self) -> KeyType {
        match self {
            Self::Sm2 => KeyType::EC,
            Self::Ed25519 => KeyType::EC_EDWARDS,
        }
    }

    const fn usage(self) -> Use {
        match self {
            Self::Sm2 => Use::Derive,
            Self::Ed25519 => Use::Sign,
        }
    }

    /// EC_PARAMS, in the order in which they are tried.
    const fn curves(self) -> &'static [&'static [u8]] {
        match self {
            Self::Sm2 => &[SM2],
            Self::Ed25519 => &[ED25519_OID, ED25519_NAME],
        }
    }

    const fn generation(self) -> Mechanism<'static> {
        match self {
            Self::Sm2 => Mechanism::EccKeyPairGen,
            Self::Ed25519 => Mechanism::EccEdwardsKeyPairGen,
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
        let private = object::private_template(name, self.key_type(), self.usage());
        let mut last = Err(Fault::Computation("no curve to try").into());
        for curve in self.curves() {
            let public = object::public_template(name, self.key_type(), self.usage(), curve);
            match session.generate_key_pair(&self.generation(), &public, &private) {
                Ok(_) => return Ok(()),
                Err(error) => last = Err(Stop::from(error)),
            }
            if last.as_ref().is_err_and(Stop::is_loss) {
                break;
            }
        }
        last
    }

    /// The private half, checked.
    pub(super) fn private(self, session: &Session, name: &KeyName) -> Result<ObjectHandle, Stop> {
        let object =
            object::find_private(session, name)?.ok_or_else(|| CustodyError::NotFound(name.clone()))?;
        object::check_private(session, object, name, self.key_type(), self.usage(), self.curves())?;
        Ok(object)
    }

    /// The public half of a key whose private half is as it was made.
    pub(super) fn public(self, session: &Session, name: &KeyName) -> Result<CustodyKey, Stop> {
        self.private(session, name)?;
        match self {
            Self::Sm2 => {
                let point = object::point::<65>(session, name)?;
                let key = PublicKey::from_sec1(&point)
                    .map_err(|_| Tamper::Object { name: name.clone(), what: ObjectDamage::Point })?;
                Ok(CustodyKey::Sm2(key))
            }
            Self::Ed25519 => Ok(CustodyKey::Ed25519(object::point::<32>(session, name)?)),
        }
    }
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

/// Decrypts by ECDH.
pub(super) fn unwrap(
    session: &Session,
    name: &KeyName,
    ciphertext: &Sm2Ciphertext,
) -> Result<Zeroizing<Vec<u8>>, Stop> {
    let private = Kind::Sm2.private(session, name)?;
    sm2::decrypt_by_ecdh(session, private, ciphertext).map_err(|failure| sm2_stop(name, failure))
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
pub(super) fn sign_ed25519(session: &Session, name: &KeyName, message: &[u8]) -> Result<[u8; 64], Stop> {
    let private = Kind::Ed25519.private(session, name)?;
    let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
    let signature = session.sign(&mechanism, private, message)?;
    let length = signature.len();
    signature
        .try_into()
        .map_err(|_| Fault::Module(format!("C_Sign gave {length} bytes instead of 64")).into())
}
