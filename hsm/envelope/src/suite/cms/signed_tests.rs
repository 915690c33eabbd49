use bidroom_canon::Sm3Digest;

use super::*;
use crate::suite::asn1;
use crate::suite::cms::{SignedError, SignedParseError};
use crate::suite::fixtures::{encryption, key, signing, vectors};
use crate::suite::pki::{Usage, verify_chain};

fn signed() -> Vec<u8> {
    SignedData::sign(b"statement", &signing(), &key(2)).unwrap()
}

/// A message like ours with its signer's parts chosen.
struct Made<'a> {
    content: &'a [u8],
    digest: ObjectIdentifier,
    algorithm: ObjectIdentifier,
    attributes: Option<Vec<u8>>,
    signature: Vec<u8>,
    signers: usize,
}

impl Made<'_> {
    fn der(&self) -> Vec<u8> {
        let certificate = signing();
        let one = asn1::unsigned(&[1]);
        let content = asn1::sequence(&[&asn1::oid(&oid::DATA), &wrap(0, &asn1::octets(self.content))]);
        let serial = asn1::element(Tag::Integer, &[certificate.serial()]);
        let attributes = self.attributes.as_ref().map(|set| wrap(0, set)).unwrap_or_default();
        let signer = asn1::sequence(&[
            &one,
            &asn1::sequence(&[certificate.issuer().der(), &serial]),
            // Without parameters, as some tools write.
            &asn1::sequence(&[&asn1::oid(&self.digest)]),
            &attributes,
            &asn1::sequence(&[&asn1::oid(&self.algorithm)]),
            &asn1::octets(&self.signature),
        ]);
        let data = asn1::sequence(&[
            &one,
            &asn1::set_of_one(&asn1::algorithm_null(&oid::SM3)),
            &content,
            &wrap(0, certificate.der()),
            &asn1::element(Tag::Set, &vec![signer.as_slice(); self.signers]),
        ]);
        asn1::sequence(&[&asn1::oid(&oid::SIGNED_DATA), &wrap(0, &data)])
    }
}

fn wrap(number: u32, content: &[u8]) -> Vec<u8> {
    asn1::element(asn1::context(number), &[content])
}

fn sign(message: &[u8]) -> Vec<u8> {
    key(2).sign(message).unwrap().to_der()
}

fn made() -> Made<'static> {
    Made {
        content: b"statement",
        digest: oid::SM3,
        algorithm: oid::SM2_SIGN,
        attributes: None,
        signature: sign(b"statement"),
        signers: 1,
    }
}

fn attribute(kind: &ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    asn1::sequence(&[&asn1::oid(kind), &asn1::set_of_one(value)])
}

fn attributes(content_type: &ObjectIdentifier, content: &[u8]) -> Vec<u8> {
    [
        attribute(&oid::CONTENT_TYPE, &asn1::oid(content_type)),
        attribute(&oid::MESSAGE_DIGEST, &asn1::octets(Sm3Digest::of(content).as_bytes())),
    ]
    .concat()
}

fn with_attributes(attributes: Vec<u8>) -> Made<'static> {
    let signature = sign(&asn1::element(Tag::Set, &[&attributes]));
    Made { attributes: Some(attributes), signature, ..made() }
}

#[track_caller]
fn check(made: &Made<'_>, expect: Result<(), VerifyError>) {
    let answer = SignedData::parse(&made.der()).unwrap().verify();
    assert_eq!(answer.map(|by| assert_eq!(by.certificate, signing())), expect);
}

#[test]
fn what_we_sign_is_strictly_read_and_verifies() {
    let message = SignedData::parse_own(&signed()).unwrap();
    assert_eq!(message.content(), b"statement");
    assert_eq!(message.certificates(), [signing()]);
    assert_eq!(message.verify().unwrap().certificate, signing());
    assert_eq!(signed(), signed(), "the same statement gives the same bytes");
}

#[test]
fn the_vector_of_another_tool_verifies() {
    let message = SignedData::parse(vectors::DIALECT_D).unwrap();
    assert_eq!(message.content(), vectors::CONTENT);
    let by = message.verify().unwrap();
    assert_eq!(by.certificate, vectors::signing());
    let at = by.certificate.not_before();
    assert_eq!(verify_chain(&by.certificate, &[], &[vectors::authority()], at, Usage::Sign), Ok(()));
    assert_eq!(SignedData::parse_own(vectors::DIALECT_D), Err(SignedParseError::NotOwnEncoding));

    let mut changed = vectors::DIALECT_D.to_vec();
    changed[50_000] ^= 1;
    assert_eq!(SignedData::parse(&changed).unwrap().verify(), Err(VerifyError::ContentChanged));
}

#[test]
fn known_dialects_verify() {
    check(&made(), Ok(()));
    check(&Made { algorithm: oid::SM2_WITH_SM3, ..made() }, Ok(()));
    check(&with_attributes(attributes(&oid::DATA, b"statement")), Ok(()));
}

#[test]
fn a_signature_without_z_is_refused_by_name() {
    let bare = |data: &[u8]| key(2).sign_bare_digest(&Sm3Digest::of(data)).unwrap().to_der();
    let content_info = asn1::sequence(&[&asn1::oid(&oid::DATA), &wrap(0, &asn1::octets(b"statement"))]);
    let algorithm = oid::SM2_WITH_SM3;
    check(&Made { algorithm, signature: bare(&content_info), ..made() }, Err(VerifyError::WithoutZ));
    check(&Made { signature: bare(b"statement"), ..made() }, Err(VerifyError::WithoutZ));
}

#[test]
fn everything_else_is_refused_by_name() {
    let bad = || Err(VerifyError::BadSignature(signing().subject().to_string()));
    check(&Made { content: b"statemenu", ..made() }, bad());
    check(&Made { signature: sign(b"other"), ..made() }, bad());
    check(&Made { signature: vec![0; 64], ..made() }, Err(SignatureError::NotDer.into()));
    check(&Made { digest: oid::DATA, ..made() }, Err(VerifyError::DigestAlgorithm(oid::DATA)));
    check(&Made { algorithm: oid::SM3, ..made() }, Err(VerifyError::SignatureAlgorithm(oid::SM3)));
    check(&Made { signers: 0, ..made() }, Err(VerifyError::Signers(0)));
    check(&Made { signers: 2, ..made() }, Err(VerifyError::Signers(2)));

    let missing = Err(VerifyError::Attributes(asn1::Asn1Error("contentType or messageDigest")));
    let digest = asn1::octets(Sm3Digest::of(b"statement").as_bytes());
    check(&with_attributes(attribute(&oid::MESSAGE_DIGEST, &digest)), missing.clone());
    let all = attributes(&oid::DATA, b"statement");
    check(&with_attributes([all.clone(), all].concat()), missing);
    check(&with_attributes(attributes(&oid::SM3, b"statement")), Err(VerifyError::ContentType));
    check(&with_attributes(attributes(&oid::DATA, b"other")), Err(VerifyError::ContentChanged));
    let unsigned =
        Made { signature: sign(b"statement"), ..with_attributes(attributes(&oid::DATA, b"statement")) };
    check(&unsigned, bad());
}

#[test]
fn a_device_that_signs_with_another_key_is_noticed() {
    let answer = SignedData::sign(b"statement", &signing(), &key(3));
    assert_eq!(answer, Err(SignedError::WrongKey(signing().subject().to_string())));
    assert!(SignedData::sign(b"statement", &encryption(), &key(3)).is_ok(), "usage is the chain's question");
}

#[test]
fn no_change_of_one_bit_passes() {
    let der = signed();
    for at in 0..der.len() {
        assert!(SignedData::parse(&der[..at]).is_err(), "cut to {at}");
        let mut changed = der.clone();
        changed[at] ^= 1;
        if let Ok(message) = SignedData::parse_own(&changed) {
            // The certificate is only compared with its chain; everything else fails here.
            let verified = message.verify().is_ok_and(|by| by.certificate == signing());
            assert!(!verified, "byte {at}");
        }
    }
    assert!(matches!(SignedData::parse(vectors::DIALECT_A), Err(SignedParseError::NotSigned(_))));
}
