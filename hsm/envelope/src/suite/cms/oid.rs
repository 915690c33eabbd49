//! Object identifiers of GB/T 35275, GB/T 33560 and PKCS#7.

use der::asn1::ObjectIdentifier;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

pub(super) const DATA: ObjectIdentifier = oid("1.2.156.10197.6.1.4.2.1");
pub(super) const SIGNED_DATA: ObjectIdentifier = oid("1.2.156.10197.6.1.4.2.2");
pub(super) const ENVELOPED_DATA: ObjectIdentifier = oid("1.2.156.10197.6.1.4.2.3");
pub(super) const SIGNED_AND_ENVELOPED_DATA: ObjectIdentifier = oid("1.2.156.10197.6.1.4.2.4");

pub(super) const PKCS7_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
pub(super) const PKCS7_SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
pub(super) const PKCS7_ENVELOPED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.3");
pub(super) const PKCS7_SIGNED_AND_ENVELOPED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.4");

pub(super) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
pub(super) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");

pub(super) const SM2: ObjectIdentifier = oid("1.2.156.10197.1.301");
pub(super) const SM2_SIGN: ObjectIdentifier = oid("1.2.156.10197.1.301.1");
/// By its name key exchange; dialect A means encryption.
pub(super) const SM2_EXCHANGE: ObjectIdentifier = oid("1.2.156.10197.1.301.2");
pub(super) const SM2_ENCRYPT: ObjectIdentifier = oid("1.2.156.10197.1.301.3");
pub(super) const SM2_WITH_SM3: ObjectIdentifier = oid("1.2.156.10197.1.501");

pub(super) const SM3: ObjectIdentifier = oid("1.2.156.10197.1.401");
pub(super) const SM3_WITHOUT_KEY: ObjectIdentifier = oid("1.2.156.10197.1.401.1");
pub(super) const SM4_CBC: ObjectIdentifier = oid("1.2.156.10197.1.104.2");
