use super::*;

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
