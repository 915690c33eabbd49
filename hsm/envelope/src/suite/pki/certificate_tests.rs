use super::*;
use crate::suite::fixtures::{key, request, root};
use crate::suite::pki::x509::MAX_DER;
use crate::suite::pki::{KeyKind, Name, Profile, Usage, issue, vectors};
use der::asn1::ObjectIdentifier;

const VECTOR: &str = include_str!("../../../../../tests/vectors/cms/bidder-sign.cert.pem");

#[test]
fn a_foreign_authoritys_certificate_is_read() {
    let certificate = Certificate::from_pem(VECTOR).unwrap();
    assert_eq!(certificate.subject().to_string(), "C=CN, O=Bidder, CN=Bidder A");
    assert_eq!(certificate.issuer().common_name(), Some("TestRootCA"));
    assert_eq!(certificate.holder(), "Bidder A");
    assert_eq!(certificate.credit_code(), None);
    assert_eq!(certificate.serial_hex(), "85F7F3579D37426C53980E75");
    assert_eq!(certificate.tail(), "0E75");
    // 2026-11-20T17:50:50Z and a year later.
    assert_eq!(certificate.not_before(), 1_795_197_050_000);
    assert_eq!(certificate.not_after(), 1_826_733_050_000);
    assert!(certificate.allows(Usage::Sign));
    assert!(!certificate.allows(Usage::Encrypt));
    assert!(!certificate.allows(Usage::Issue));
}

#[test]
fn pem_and_text_forms_read_back() {
    let certificate = Certificate::from_pem(VECTOR).unwrap();
    assert_eq!(Certificate::from_pem(&certificate.to_pem()), Ok(certificate.clone()));
    let json = serde_json::to_string(&certificate).unwrap();
    assert_eq!(serde_json::from_str::<Certificate>(&json).unwrap(), certificate);
    assert_eq!(Certificate::from_pem("nothing"), Err(CertificateError::NotPem));
}

#[test]
fn no_truncation_and_no_flipped_byte_passes() {
    let certificate = Certificate::from_pem(VECTOR).unwrap();
    let authority = include_str!("../../../../../tests/vectors/cms/ca.cert.pem");
    let authority = *Certificate::from_pem(authority).unwrap().public_key();
    for length in 0..certificate.der().len() {
        assert!(Certificate::from_der(&certificate.der()[..length]).is_err(), "cut to {length}");
    }
    for at in 0..certificate.der().len() {
        let mut changed = certificate.der().to_vec();
        changed[at] ^= 0x01;
        let passes = Certificate::from_der(&changed).is_ok_and(|c| c.verify_signed_by(&authority).is_ok());
        assert!(!passes, "byte {at}");
    }
    assert!(certificate.verify_signed_by(&authority).is_ok());
    let long = vec![0x30; MAX_DER + 1];
    assert_eq!(Certificate::from_der(&long), Err(CertificateError::TooLong(long.len())));
}

const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const SERIAL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const COMMON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const CODE: &str = "91430300MA4L1A2B3C";

#[track_caller]
fn check_code(attributes: &[(ObjectIdentifier, &str)], expect: Option<&str>) {
    let (name, key) = (Name::from_attributes(attributes), key(2));
    let certificate = issue(&root(), &self::key(1), &request(&name, &key, Profile::Signing)).unwrap();
    assert_eq!(certificate.credit_code(), expect);
    assert_eq!(certificate.names_credit_code(CODE), expect == Some(CODE) || attributes.len() > 1);
}

#[test]
fn a_code_is_found_where_authorities_put_it() {
    check_code(&[(ORGANIZATION_IDENTIFIER, "NTRCN-91430300MA4L1A2B3C")], Some(CODE));
    check_code(&[(UNIT, CODE)], Some(CODE));
    check_code(&[(SERIAL, "91430300MA4L1A2B3C")], Some(CODE));
    check_code(&[(COMMON, "051@湘潭建设有限公司@N91430300MA4L1A2B3C@1")], Some(CODE));
    check_code(&[(COMMON, "湘潭建设有限公司")], None);
    check_code(&[(COMMON, "91430300MA4L1A2B3C91430300MA4L1A2B3C")], None);
    // Two codes: nobody can say which is the holder's.
    check_code(&[(UNIT, CODE), (COMMON, "91370000MA3U7K2X1Q")], None);
    check_code(&[(ORGANIZATION_IDENTIFIER, CODE), (UNIT, "91370000MA3U7K2X1Q")], Some(CODE));
}

#[test]
fn a_certificate_of_any_key_says_what_it_says() {
    let sign = vectors::certificate("sm2-sign");
    let code = ObjectIdentifier::new_unwrap("1.2.156.10260.4.1.4");
    assert_eq!(sign.extension_text(&code).as_deref(), Some(CODE));
    assert_eq!(sign.policies()[0].to_string(), "1.2.156.99999.7.1");
    assert_eq!((sign.key_kind(), sign.purposes()), (Some(KeyKind::Sm2), None));
    assert_eq!(Certificate::try_from(sign).unwrap().credit_code(), Some(CODE));
    for (name, kind) in
        [("rsa-root", KeyKind::Rsa), ("p256-root", KeyKind::P256), ("p384-root", KeyKind::P384)]
    {
        let certificate = vectors::certificate(name);
        assert_eq!(certificate.key_kind(), Some(kind));
        let not = Certificate::try_from(certificate);
        assert!(matches!(not, Err(CertificateError::NotSm2 { .. })), "{not:?}");
    }
    assert_eq!(vectors::certificate("rsa-1024-root").key_kind(), None);
}
