//! Signing keys under a device that cannot sign so itself (SM2, or Ed25519): made in software, stored in the token
//! encrypted by an AES-256 key (CKM_AES_GCM) that was made in the device and does not leave it.
//!
//! Each use decrypts the scalar or seed for that one signature. This is less than a key inside the device, and
//! [`crate::CustodyLevel::WrappedUnderDevice`] says so.
//!
//! The data object: version (1 byte; 1 for SM2, 2 for Ed25519) ‖ public key (65 or 32) ‖ nonce (12) ‖ ciphertext (32) ‖
//! tag (16). Label and public key are authenticated with it, so that no object can take another's place; the label fixes
//! which of the two it is.

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use zeroize::Zeroizing;

use super::fault::Stop;
use super::object;
use super::sm2::is_rejection;
use crate::custody::{CustodyKey, KeyPurpose};
use crate::error::{CustodyError, Fault, ObjectDamage, Refusal, Tamper};
use crate::name::KeyName;
use crate::private_key::Secret;

/// CKA_APPLICATION of our data objects.
const APPLICATION: &[u8] = b"bidroom-custody";
/// CKA_LABEL of the device key.
const WRAPPING_KEY: &[u8] = b"bidroom-custody/wrapping-key";
/// CKA_ID of the device key.
const WRAPPING_ID: &[u8] = b"bidroom-custody/wrapping-key/v1";

const TAG_BITS: core::ffi::c_ulong = 128;

/// What finds every wrapped key.
pub(super) fn template() -> [Attribute; 3] {
    [
        Attribute::Class(ObjectClass::DATA),
        Attribute::Token(true),
        Attribute::Application(APPLICATION.to_vec()),
    ]
}

/// Version of a data object, and length of its public key.
const fn layout(purpose: KeyPurpose) -> (u8, usize) {
    match purpose {
        KeyPurpose::Decrypt | KeyPurpose::SignSm2 => (1, 65),
        KeyPurpose::SignEd25519 => (2, 32),
    }
}

/// The parts of a data object.
struct Stored {
    public: Vec<u8>,
    nonce: [u8; 12],
    sealed: [u8; 48],
}

impl Stored {
    fn read(purpose: KeyPurpose, bytes: &[u8]) -> Option<Self> {
        let (wanted, length) = layout(purpose);
        let (version, rest) = bytes.split_first()?;
        let (public, rest) = rest.split_at_checked(length)?;
        let (nonce, rest) = rest.split_first_chunk::<12>()?;
        let sealed = rest.try_into().ok()?;
        (*version == wanted).then(|| Self { public: public.to_vec(), nonce: *nonce, sealed })
    }

    fn write(&self, purpose: KeyPurpose) -> Vec<u8> {
        let (version, _) = layout(purpose);
        [&[version][..], &self.public, &self.nonce, &self.sealed].concat()
    }
}

/// A public key as it is stored.
fn bytes_of(key: &CustodyKey) -> Vec<u8> {
    match key {
        CustodyKey::Sm2(key) => key.to_sec1().to_vec(),
        CustodyKey::Ed25519(key) => key.to_vec(),
    }
}

/// What is authenticated with a key; the name fixes the public key's length, so the two cannot run together.
fn associated(name: &KeyName, public: &[u8]) -> Vec<u8> {
    [b"bidroom/custody/wrapped/v1", public, name.label().as_bytes()].concat()
}

/// Makes a key of a name that does not exist. Nobody else may make one at the same time.
pub(super) fn generate(session: &Session, name: &KeyName) -> Result<(), Stop> {
    let purpose = name.role.purpose();
    if exists(session, name)? {
        return Err(Refusal::Exists(name.clone()).into());
    }
    let wrapping = match wrapping_key(session, name)? {
        Some(key) => key,
        None => session.generate_key(&Mechanism::AesKeyGen, &wrapping_template())?,
    };
    let secret = Secret::generate(purpose)?;
    let public = bytes_of(&secret.public());
    let mut nonce = [0; 12];
    getrandom::fill(&mut nonce).map_err(Fault::Random)?;
    let associated = associated(name, &public);
    let mut iv = nonce;
    let parameters = GcmParams::new(&mut iv, &associated, TAG_BITS.into())?;
    let sealed = session.encrypt(&Mechanism::AesGcm(parameters), wrapping, &secret.to_bytes()[..])?;
    if iv != nonce {
        return Err(Fault::Module("the device put a nonce of its own in place of ours".to_owned()).into());
    }
    let length = sealed.len();
    let sealed = sealed
        .try_into()
        .map_err(|_| Fault::Module(format!("C_Encrypt gave {length} bytes instead of 48")))?;
    let mut object = template().to_vec();
    object.extend([
        Attribute::Private(true),
        Attribute::Modifiable(false),
        Attribute::Label(name.label().into_bytes()),
        Attribute::Value(Stored { public, nonce, sealed }.write(purpose)),
    ]);
    session.create_object(&object)?;
    Ok(())
}

/// Decrypts a key for one use.
pub(super) fn load(session: &Session, name: &KeyName) -> Result<Secret, Stop> {
    let tamper = |what| Tamper::Object { name: name.clone(), what };
    let object = find(session, name)?.ok_or_else(|| CustodyError::NotFound(name.clone()))?;
    let bytes = object::value(session, object)?;
    let purpose = name.role.purpose();
    let stored = Stored::read(purpose, &bytes).ok_or_else(|| tamper(ObjectDamage::Shape))?;
    let wrapping = wrapping_key(session, name)?.ok_or_else(|| tamper(ObjectDamage::WrappingKeyMissing))?;
    let associated = associated(name, &stored.public);
    let mut iv = stored.nonce;
    let parameters = GcmParams::new(&mut iv, &associated, TAG_BITS.into())?;
    let opened = session.decrypt(&Mechanism::AesGcm(parameters), wrapping, &stored.sealed);
    let opened = Zeroizing::new(opened.map_err(|error| {
        if is_rejection(&error) { Stop::from(tamper(ObjectDamage::Rejected)) } else { Stop::from(error) }
    })?);
    let scalar: Option<&[u8; 32]> = opened.as_slice().try_into().ok();
    let secret = scalar.and_then(|scalar| Secret::from_bytes(purpose, scalar));
    let secret = secret.ok_or_else(|| tamper(ObjectDamage::NotAKey))?;
    if bytes_of(&secret.public()) == stored.public {
        Ok(secret)
    } else {
        Err(Tamper::Pair(name.clone()).into())
    }
}

/// Whether there is a data object of this name.
pub(super) fn exists(session: &Session, name: &KeyName) -> Result<bool, Stop> {
    Ok(find(session, name)?.is_some())
}

/// Destroys the data object. Answers whether there was one.
pub(super) fn destroy(session: &Session, name: &KeyName) -> Result<bool, Stop> {
    let objects = all(session, name)?;
    for object in &objects {
        session.destroy_object(*object)?;
    }
    Ok(!objects.is_empty())
}

fn find(session: &Session, name: &KeyName) -> Result<Option<ObjectHandle>, Stop> {
    object::one(all(session, name)?, name)
}

fn all(session: &Session, name: &KeyName) -> Result<Vec<ObjectHandle>, Stop> {
    let mut wanted = template().to_vec();
    wanted.push(Attribute::Label(name.label().into_bytes()));
    Ok(session.find_objects(&wanted)?)
}

fn wrapping_template() -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::ValueLen(32.into()),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::Wrap(false),
        Attribute::Unwrap(false),
        Attribute::Label(WRAPPING_KEY.to_vec()),
        Attribute::Id(WRAPPING_ID.to_vec()),
    ]
}

/// The device key, checked.
fn wrapping_key(session: &Session, name: &KeyName) -> Result<Option<ObjectHandle>, Stop> {
    let found = session.find_objects(&[
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::Token(true),
        Attribute::Id(WRAPPING_ID.to_vec()),
    ])?;
    let Some(key) = object::one(found, name)? else { return Ok(None) };
    let mut wanted = wrapping_template();
    wanted.extend(object::origin());
    object::check(session, key, name, &wanted)?;
    Ok(Some(key))
}
