use super::*;
use crate::suite::fixtures::{encryption, key, signing, vectors};

const KEY: [u8; 16] = [0x11; 16];
const IV: [u8; 16] = [0x22; 16];
const K: [u8; 32] = [0x33; 32];

fn sealed() -> Vec<u8> {
    EnvelopedData::seal(&encryption(), &KEY, &IV, &[K], b"share").unwrap()
}

/// A message like ours, with another recipient algorithm and another form of the key.
fn dialect(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let certificate = encryption();
    let serial = asn1::element(Tag::Integer, &[certificate.serial()]);
    let id = asn1::sequence(&[certificate.issuer().der(), &serial]);
    let one = asn1::unsigned(&[1]);
    let recipient = asn1::sequence(&[&one, &id, algorithm, &asn1::octets(key)]);
    let content = asn1::sequence(&[
        &asn1::oid(&oid::PKCS7_DATA),
        &asn1::sequence(&[&asn1::oid(&oid::SM4_CBC), &asn1::octets(&IV)]),
        &asn1::element(context_primitive(0), &[&cbc_encrypt(&KEY, &IV, b"share")]),
    ]);
    let data = asn1::sequence(&[&one, &asn1::set_of_one(&recipient), &content]);
    asn1::sequence(&[&asn1::oid(&oid::PKCS7_ENVELOPED_DATA), &asn1::element(context(0), &[&data])])
}

#[track_caller]
fn opens(der: &[u8], holder: &dyn Unwrap, expect: &[u8]) {
    let message = EnvelopedData::parse(der).unwrap();
    assert_eq!(message.open_with(holder).unwrap().as_slice(), expect);
}

#[test]
fn the_vectors_of_other_tools_open() {
    for der in [vectors::DIALECT_A, vectors::DIALECT_B] {
        opens(der, &vectors::encryption_key(), vectors::CONTENT);
        let message = EnvelopedData::parse(der).unwrap();
        assert!(message.recipient(&vectors::encryption()).is_some());
        assert!(message.recipient(&vectors::signing()).is_none());
    }
}

#[test]
fn another_tools_dialect_b_has_the_shape_that_we_write() {
    assert!(EnvelopedData::parse_own(vectors::DIALECT_B).is_ok());
    assert_eq!(EnvelopedData::parse_own(vectors::DIALECT_A), Err(EnvelopedError::NotOwnEncoding));
}

#[test]
fn raw_keys_open_in_both_orders_with_and_without_prefix() {
    let ciphertext = sm2::encrypt(encryption().public_key(), &KEY, &[K]).unwrap();
    let c1c3c2 = ciphertext.to_c1c3c2();
    let c1c2c3 = [&c1c3c2[..65], ciphertext.c2(), ciphertext.c3()].concat();
    let algorithm = asn1::algorithm_null(&oid::SM2_ENCRYPT);
    for raw in [&c1c3c2[..], &c1c3c2[1..], &c1c2c3, &c1c2c3[1..]] {
        let der = dialect(&algorithm, raw);
        opens(&der, &key(3), b"share");
        assert_eq!(EnvelopedData::parse_own(&der), Err(EnvelopedError::NotOwnEncoding));
    }
}

#[test]
fn sealing_is_deterministic_and_strictly_read() {
    let der = sealed();
    assert_eq!(der, sealed());
    let message = EnvelopedData::parse_own(&der).unwrap();
    let [recipient] = message.recipients() else { panic!("one recipient") };
    assert!(recipient.is(&encryption()) && !recipient.is(&signing()));
    assert_eq!(recipient.serial_hex(), encryption().serial_hex());
    assert_eq!(message.open(&KEY).unwrap().as_slice(), b"share");
    assert_eq!(*recipient.encrypted_key().unwrap_key(&key(3)).unwrap(), KEY);
    opens(&der, &key(3), b"share");
}

#[test]
fn the_wrong_holder_and_the_wrong_key_are_told_apart() {
    let message = EnvelopedData::parse(&sealed()).unwrap();
    assert_eq!(message.open_with(&key(2)).unwrap_err(), OpenError::Unwrap(UnwrapError::Check));
    assert_eq!(message.open(&[0; 16]).unwrap_err(), OpenError::Content(CbcError));
    let long = sm2::encrypt(encryption().public_key(), b"not sixteen bytes long", &[K]).unwrap();
    let der = dialect(&asn1::algorithm_null(&oid::SM2_ENCRYPT), &long.to_der());
    let message = EnvelopedData::parse(&der).unwrap();
    assert_eq!(message.open_with(&key(3)).unwrap_err(), OpenError::KeyLength(22));

    struct Broken;
    impl Unwrap for Broken {
        fn unwrap(&self, _: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
            Err(UnwrapError::Device("C_DeriveKey: 0x30".to_owned()))
        }
    }
    assert!(matches!(message.open_with(&Broken), Err(OpenError::Unwrap(UnwrapError::Device(_)))));
}

#[test]
fn no_change_of_one_bit_gives_another_readable_own_message() {
    let der = sealed();
    for at in 0..der.len() {
        assert!(EnvelopedData::parse(&der[..at]).is_err(), "cut to {at}");
        for bit in 0..8 {
            let mut changed = der.clone();
            changed[at] ^= 1 << bit;
            // Readable changes are those of names, ciphertext and IV; what is accepted is what was changed.
            if let Ok(message) = EnvelopedData::parse_own(&changed) {
                assert_ne!(Ok(&message), EnvelopedData::parse_own(&der).as_ref(), "byte {at} bit {bit}");
            }
        }
    }
    assert!(EnvelopedData::parse(&[der.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn foreign_algorithms_are_named() {
    let key = sm2::encrypt(encryption().public_key(), &KEY, &[K]).unwrap().to_der();
    let rsa = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    let error = EnvelopedData::parse(&dialect(&asn1::algorithm_null(&rsa), &key)).unwrap_err();
    assert_eq!(error, EnvelopedError::KeyAlgorithm(rsa));
    for known in [oid::SM2, oid::SM2_EXCHANGE, oid::SM2_ENCRYPT] {
        opens(&dialect(&asn1::sequence(&[&asn1::oid(&known)]), &key), &self::key(3), b"share");
    }

    let (cbc, ecb) = (asn1::oid(&oid::SM4_CBC), ObjectIdentifier::new_unwrap("1.2.156.10197.1.104.1"));
    let der = sealed();
    let at = der.windows(cbc.len()).position(|window| window == cbc).unwrap();
    let changed = [&der[..at], &asn1::oid(&ecb), &der[at + cbc.len()..]].concat();
    assert_eq!(EnvelopedData::parse(&changed), Err(EnvelopedError::ContentAlgorithm(ecb)));
    let signed = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
    assert_eq!(EnvelopedData::parse(vectors::DIALECT_D), Err(EnvelopedError::NotEnveloped(signed)));
}

#[test]
fn a_key_whose_point_is_off_the_curve_is_refused_before_any_holder_sees_it() {
    let good = sm2::encrypt(encryption().public_key(), &KEY, &[K]).unwrap();
    let algorithm = asn1::algorithm_null(&oid::SM2_ENCRYPT);
    let mut raw = good.to_c1c3c2();
    raw[64] ^= 1;
    let error = EnvelopedData::parse(&dialect(&algorithm, &raw)).unwrap_err();
    assert_eq!(error, EnvelopedError::Key(CiphertextError::NotOnCurve));
    let mut der = good.to_der();
    let y = good.c1().y();
    let at = der.windows(32).position(|window| window == y).unwrap();
    der[at + 31] ^= 1;
    let error = EnvelopedData::parse(&dialect(&algorithm, &der)).unwrap_err();
    assert_eq!(error, EnvelopedError::Key(CiphertextError::NotOnCurve));
}
