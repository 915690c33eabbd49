//! Objects in the token: how keys are found, and that they are what custody made.
//!
//! A pair carries the key's canonical label as CKA_LABEL and a digest of it as CKA_ID. The private object decides
//! whether a key exists: it is destroyed first, and a public object left alone by a power cut counts for nothing.

use bidroom_canon::labelled_sm3;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;

use super::fault::Stop;
use crate::error::{Fault, ObjectDamage, Tamper};
use crate::name::KeyName;

/// CKA_ID of both halves of a pair.
fn id(name: &KeyName) -> Vec<u8> {
    labelled_sm3("bidroom/custody/key-id/v1", &[name.label().as_bytes()]).as_bytes().to_vec()
}

/// What both halves of a pair have in common. The public half is private in the sense of PKCS#11 as well: nobody
/// replaces it without the PIN.
fn common(name: &KeyName, class: ObjectClass, key_type: KeyType) -> Vec<Attribute> {
    vec![
        Attribute::Class(class),
        Attribute::KeyType(key_type),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Id(id(name)),
        Attribute::Label(name.label().into_bytes()),
    ]
}

/// What a private key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// ECDH.
    Derive,
    /// The vendor's SM2 decryption.
    Decrypt,
    Sign,
}

/// Template of the private half.
pub(super) fn private_template(name: &KeyName, key_type: KeyType, usage: Use) -> Vec<Attribute> {
    let mut template = common(name, ObjectClass::PRIVATE_KEY, key_type);
    template.extend([
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Derive(usage == Use::Derive),
        Attribute::Sign(usage == Use::Sign),
        Attribute::Decrypt(usage == Use::Decrypt),
        Attribute::Unwrap(false),
    ]);
    template
}

/// Template of the public half, for the curve of `parameters` (DER).
pub(super) fn public_template(
    name: &KeyName,
    key_type: KeyType,
    usage: Use,
    parameters: &[u8],
) -> Vec<Attribute> {
    let mut template = common(name, ObjectClass::PUBLIC_KEY, key_type);
    template.extend([
        Attribute::Verify(usage == Use::Sign),
        Attribute::Encrypt(usage == Use::Decrypt),
        Attribute::Wrap(false),
        Attribute::EcParams(parameters.to_vec()),
    ]);
    template
}

/// What a private object must be.
pub(super) struct Wanted<'a> {
    pub(super) key_type: KeyType,
    pub(super) usage: Use,
    pub(super) curves: &'a [&'a [u8]],
    /// Whether the device keeps the attributes that say where a key was made.
    pub(super) origin: bool,
}

/// Checks that a private object still is what [`private_template`] asked for, was made inside the device, never left
/// it, and is of one of the curves.
pub(super) fn check_private(
    session: &Session,
    object: ObjectHandle,
    name: &KeyName,
    wanted: &Wanted<'_>,
) -> Result<(), Stop> {
    let mut template = private_template(name, wanted.key_type, wanted.usage);
    if wanted.origin {
        template.extend(origin());
    }
    check(session, object, name, &template)?;
    let parameters = session.get_attributes(object, &[AttributeType::EcParams])?;
    match parameters.as_slice() {
        [Attribute::EcParams(curve)] if wanted.curves.contains(&curve.as_slice()) => Ok(()),
        _ => Err(Tamper::Object {
            name: name.clone(),
            what: ObjectDamage::Attribute(AttributeType::EcParams.to_string()),
        }
        .into()),
    }
}

/// Made inside the device, never outside, never readable.
pub(super) fn origin() -> [Attribute; 3] {
    [Attribute::Local(true), Attribute::NeverExtractable(true), Attribute::AlwaysSensitive(true)]
}

/// Checks that an object has exactly these values.
pub(super) fn check(
    session: &Session,
    object: ObjectHandle,
    name: &KeyName,
    wanted: &[Attribute],
) -> Result<(), Stop> {
    let types: Vec<AttributeType> = wanted.iter().map(Attribute::attribute_type).collect();
    let present = session.get_attributes(object, &types)?;
    match wanted.iter().find(|attribute| !present.contains(attribute)) {
        None => Ok(()),
        Some(attribute) => {
            let what = ObjectDamage::Attribute(attribute.attribute_type().to_string());
            Err(Tamper::Object { name: name.clone(), what }.into())
        }
    }
}

/// The private half of a key, if the key exists.
pub(super) fn find_private(session: &Session, name: &KeyName) -> Result<Option<ObjectHandle>, Stop> {
    find_half(session, name, ObjectClass::PRIVATE_KEY)
}

/// Every object of the class with this name.
pub(super) fn halves(
    session: &Session,
    name: &KeyName,
    class: ObjectClass,
) -> Result<Vec<ObjectHandle>, Stop> {
    Ok(session.find_objects(&[Attribute::Token(true), Attribute::Class(class), Attribute::Id(id(name))])?)
}

fn find_half(session: &Session, name: &KeyName, class: ObjectClass) -> Result<Option<ObjectHandle>, Stop> {
    one(halves(session, name, class)?, name)
}

/// The only one, or none; several are nobody's doing but a forger's.
pub(super) fn one(mut found: Vec<ObjectHandle>, name: &KeyName) -> Result<Option<ObjectHandle>, Stop> {
    let object = found.pop();
    if found.is_empty() {
        Ok(object)
    } else {
        Err(Tamper::Object { name: name.clone(), what: ObjectDamage::Several }.into())
    }
}

/// CKA_EC_POINT of the public half, without the DER octet string that the specification puts around it and some
/// devices leave out.
pub(super) fn point<const N: usize>(session: &Session, name: &KeyName) -> Result<[u8; N], Stop> {
    let tamper = |what| Tamper::Object { name: name.clone(), what };
    let object = find_half(session, name, ObjectClass::PUBLIC_KEY)?
        .ok_or_else(|| tamper(ObjectDamage::PublicMissing))?;
    let attributes = session.get_attributes(object, &[AttributeType::EcPoint])?;
    let Some(Attribute::EcPoint(bytes)) = attributes.first() else {
        return Err(tamper(ObjectDamage::Point).into());
    };
    let inner = match bytes.as_slice() {
        [0x04, length, point @ ..] if usize::from(*length) == point.len() && point.len() == N => point,
        other => other,
    };
    inner.try_into().map_err(|_| tamper(ObjectDamage::Point).into())
}

/// The bytes of one attribute that must be there.
pub(super) fn value(session: &Session, object: ObjectHandle) -> Result<Vec<u8>, Stop> {
    match session.get_attributes(object, &[AttributeType::Value])?.pop() {
        Some(Attribute::Value(value)) => Ok(value),
        _ => Err(Fault::Module("C_GetAttributeValue gave no CKA_VALUE".to_owned()).into()),
    }
}

/// Names of all objects of a class that carry a key's canonical label.
pub(super) fn names(session: &Session, template: &[Attribute]) -> Result<Vec<KeyName>, Stop> {
    let mut names = Vec::new();
    for object in session.find_objects(template)? {
        if let Some(Attribute::Label(label)) =
            session.get_attributes(object, &[AttributeType::Label])?.first()
        {
            // Other software may keep objects of its own in the token.
            names.extend(core::str::from_utf8(label).ok().and_then(|label| label.parse::<KeyName>().ok()));
        }
    }
    Ok(names)
}
