use super::*;

fn secret() -> SecretKey {
    SecretKey::from_bytes(&[0x31; 32]).unwrap()
}

fn sealed() -> Sm2Ciphertext {
    encrypt(secret().public_key(), b"a share of thirty-two bytes.....", &[[0x77; 32]]).unwrap()
}

fn hex32(text: &str) -> [u8; 32] {
    hex::decode(text).unwrap().try_into().unwrap()
}

#[test]
fn agrees_with_the_standards_example() {
    // GB/T 32918.5-2017 annex C.2: recommended curve, "encryption standard".
    let secret = hex32("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    let k = hex32("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
    let secret = SecretKey::from_bytes(&secret).unwrap();
    let sealed = encrypt(secret.public_key(), b"encryption standard", &[k]).unwrap();
    assert_eq!(
        hex::encode(sealed.to_c1c3c2()),
        "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
         e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0\
         59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766\
         21886ca989ca9c7d58087307ca93092d651efa"
    );
    assert_eq!(secret.unwrap(&sealed).unwrap().as_slice(), b"encryption standard");
}

#[test]
fn every_encoding_reads_back() {
    let sealed = sealed();
    let c1c3c2 = sealed.to_c1c3c2();
    let c1c2c3 = [&c1c3c2[..65], sealed.c2(), sealed.c3()].concat();
    assert_eq!(Sm2Ciphertext::from_der(&sealed.to_der()), Ok(sealed.clone()));
    assert_eq!(Sm2Ciphertext::from_c1c3c2(&c1c3c2), Ok(sealed.clone()));
    assert_eq!(Sm2Ciphertext::from_c1c3c2(&c1c3c2[1..]), Ok(sealed.clone()));
    assert_eq!(Sm2Ciphertext::from_c1c2c3(&c1c2c3), Ok(sealed.clone()));
    assert_eq!(Sm2Ciphertext::from_c1c2c3(&c1c2c3[1..]), Ok(sealed));
}

#[test]
fn the_first_usable_candidate_counts() {
    let public = *secret().public_key();
    let order = hex32("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
    let candidates = [[0; 32], order, [0xff; 32], [0x77; 32], [0x78; 32]];
    let plaintext = b"a share of thirty-two bytes.....";
    assert_eq!(encrypt(&public, plaintext, &candidates), Ok(sealed()));
    assert_eq!(encrypt(&public, plaintext, &candidates[..3]), Err(EncryptError::NoCandidate(3)));
    assert_eq!(encrypt(&public, b"", &candidates), Err(EncryptError::Empty));
}

#[test]
fn another_key_or_a_changed_byte_fails_the_check() {
    let sealed = sealed();
    let other = SecretKey::from_bytes(&[0x32; 32]).unwrap();
    assert_eq!(other.unwrap(&sealed).unwrap_err(), UnwrapError::Check);
    let bytes = sealed.to_c1c3c2();
    for at in [65, 96, 97, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let changed = Sm2Ciphertext::from_c1c3c2(&changed).unwrap();
        assert_eq!(secret().unwrap(&changed).unwrap_err(), UnwrapError::Check, "byte {at}");
    }
}

#[test]
fn the_shared_coordinate_is_enough() {
    let sealed = sealed();
    let scalar = secret().inner().to_nonzero_scalar();
    let point = (ProjectivePoint::from(*sealed.c1().as_affine()) * *scalar).to_affine();
    let (x, y): ([u8; 32], [u8; 32]) = (point.x().into(), point.y().into());
    let expect = secret().unwrap(&sealed).unwrap();
    assert_eq!(open_with_shared_x(&sealed, &x).unwrap(), expect);
    assert_eq!(open_with_shared_point(&sealed, &x, &y).unwrap(), expect);

    // −C1: the same x comes out of the device, so the coordinate alone cannot tell.
    let negated = PublicKey::from_affine(-*sealed.c1().as_affine()).unwrap();
    let negated = Sm2Ciphertext::from_parts(negated, *sealed.c3(), sealed.c2().to_vec()).unwrap();
    assert_eq!(open_with_shared_x(&negated, &x).unwrap(), expect);
    assert_eq!(secret().unwrap(&negated).unwrap_err(), UnwrapError::Check);

    assert_eq!(open_with_shared_x(&sealed, &[1; 32]).unwrap_err(), UnwrapError::Check);
    assert_eq!(open_with_shared_x(&sealed, &[0xff; 32]).unwrap_err(), UnwrapError::Shared);
    assert_eq!(open_with_shared_point(&sealed, &x, &x).unwrap_err(), UnwrapError::Shared);
}

#[track_caller]
fn check_der(der: &[u8], expect: CiphertextError) {
    assert_eq!(Sm2Ciphertext::from_der(der), Err(expect));
}

#[test]
fn malformed_ciphertexts_are_named() {
    let good = sealed();
    let parts = |x: &[u8], hash: &[u8], cipher: &[u8]| {
        Sm2Cipher {
            x: UintRef::new(x).unwrap(),
            y: UintRef::new(&good.c1().y()).unwrap(),
            hash: OctetStringRef::new(hash).unwrap(),
            cipher: OctetStringRef::new(cipher).unwrap(),
        }
        .to_der()
        .unwrap()
    };
    let x = good.c1().x();
    let mut off = x;
    off[31] ^= 1;
    check_der(&parts(&off, good.c3(), b"x"), CiphertextError::NotOnCurve);
    check_der(&parts(&[0x11; 33], good.c3(), b"x"), CiphertextError::Coordinate);
    check_der(&parts(&x, &[0; 31], b"x"), CiphertextError::C3Length(31));
    check_der(&parts(&x, good.c3(), b""), CiphertextError::Empty);
    check_der(&[parts(&x, good.c3(), b"x"), vec![0]].concat(), CiphertextError::NotDer);
    check_der(b"", CiphertextError::NotDer);
    assert_eq!(Sm2Ciphertext::from_c1c3c2(&[4; 20]), Err(CiphertextError::Short(20)));
    assert_eq!(Sm2Ciphertext::from_c1c3c2(&good.to_c1c3c2()[..97]), Err(CiphertextError::Empty));
    assert_eq!(Sm2Ciphertext::from_c1c2c3(&good.to_c1c3c2()[..90]), Err(CiphertextError::Short(90)));
    assert_eq!(Sm2Ciphertext::from_c1c3c2(&[4; 200]), Err(CiphertextError::NotOnCurve));
}
