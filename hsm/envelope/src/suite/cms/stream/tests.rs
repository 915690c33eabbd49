use std::io::{Read, Write as _};

use bidroom_canon::Sm3Digest;
use der::Tag;
use der::asn1::ObjectIdentifier;
use proptest::prelude::*;

use super::*;
use crate::suite::asn1;
use crate::suite::cms::{EnvelopedData, SignedData, VerifyError, oid};
use crate::suite::fixtures::{encryption, key, signing, vectors};
use crate::suite::pki::Certificate;
use crate::suite::sm2::{self, SecretKey};
use crate::suite::sm4::cbc_encrypt;

const KEY: [u8; 16] = [0x11; 16];
const IV: [u8; 16] = [0x22; 16];
const K: [u8; 32] = [0x33; 32];

/// Opens to the end and answers content or error, in words.
fn open_with(input: impl Read, certificate: &Certificate, key: &SecretKey) -> Result<Vec<u8>, String> {
    let mut opened = Envelope::begin(input)
        .and_then(|message| message.open(certificate, key))
        .map_err(|error| error.to_string())?;
    let mut content = Vec::new();
    opened.read_to_end(&mut content).map_err(|error| error.to_string())?;
    assert_eq!(opened.digest(), Sm3Digest::of(&content));
    assert_eq!(opened.length(), u64::try_from(content.len()).unwrap());
    Ok(content)
}

fn open(message: &[u8]) -> Result<Vec<u8>, String> {
    open_with(message, &encryption(), &key(3))
}

/// Verifies to the end and answers content and signers or error, in words.
fn verify(input: impl Read) -> Result<(Vec<u8>, Vec<Certificate>), String> {
    let mut message = SignedMessage::begin(input).map_err(|error| error.to_string())?;
    let mut content = Vec::new();
    message.read_to_end(&mut content).map_err(|error| error.to_string())?;
    let signers = message.signers().unwrap();
    let by = signers.verify(content.as_slice()).map_err(|error| error.to_string())?;
    Ok((content, by.into_iter().map(|by| by.certificate).collect()))
}

/// How a test message is put together.
struct Made<'a> {
    oids: [ObjectIdentifier; 2],
    recipients: Vec<Vec<u8>>,
    ciphertext: Vec<u8>,
    /// Between recipients and content, and behind the content.
    between: &'a [u8],
    behind: &'a [u8],
}

fn recipient(id: &[u8], algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    asn1::sequence(&[&asn1::unsigned(&[1]), id, algorithm, &asn1::octets(key)])
}

fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    let serial = asn1::element(Tag::Integer, &[certificate.serial()]);
    asn1::sequence(&[certificate.issuer().der(), &serial])
}

fn sm2() -> Vec<u8> {
    asn1::algorithm_null(&oid::SM2_ENCRYPT)
}

fn encrypted_to(certificate: &Certificate) -> Vec<u8> {
    sm2::encrypt(certificate.public_key(), &KEY, &[K]).unwrap().to_der()
}

fn made(content: &[u8]) -> Made<'static> {
    Made {
        oids: [oid::ENVELOPED_DATA, oid::DATA],
        recipients: vec![recipient(&issuer_and_serial(&encryption()), &sm2(), &encrypted_to(&encryption()))],
        ciphertext: cbc_encrypt(&KEY, &IV, content),
        between: &[],
        behind: &[],
    }
}

impl Made<'_> {
    fn der(&self) -> Vec<u8> {
        let content = asn1::sequence(&[
            &asn1::oid(&self.oids[1]),
            &asn1::sequence(&[&asn1::oid(&oid::SM4_CBC), &asn1::octets(&IV)]),
            &asn1::element(asn1::context_primitive(0), &[&self.ciphertext]),
        ]);
        let recipients = asn1::element(Tag::Set, &[&self.recipients.concat()]);
        let data = asn1::sequence(&[&asn1::unsigned(&[1]), &recipients, self.between, &content, self.behind]);
        asn1::sequence(&[&asn1::oid(&self.oids[0]), &asn1::element(asn1::context(0), &[&data])])
    }
}

fn signer(content_signature: &[u8]) -> Vec<u8> {
    asn1::sequence(&[
        &asn1::unsigned(&[1]),
        &issuer_and_serial(&signing()),
        &asn1::algorithm_null(&oid::SM3),
        &asn1::algorithm_null(&oid::SM2_SIGN),
        &asn1::octets(content_signature),
    ])
}

/// Segments in segments: more than any writer makes, fewer than the reader's bound on nesting.
const SEGMENTS: u8 = 4;

/// The same message with some lengths indefinite, some longer than needed, and long strings in segments.
fn as_ber(der: &[u8], choose: &mut impl FnMut() -> u8) -> Vec<u8> {
    in_segments(der, choose, SEGMENTS)
}

fn in_segments(der: &[u8], choose: &mut impl FnMut() -> u8, deeper: u8) -> Vec<u8> {
    let (mut rest, mut out) = (asn1::Cursor::new(der), Vec::new());
    while !rest.is_empty() {
        let element = rest.next("an element").unwrap();
        let (identifier, content) = (element.raw[0], element.content);
        let is_long_string = deeper > 0 && matches!(identifier, 0x04 | 0x80) && content.len() >= 16;
        if identifier & 0x20 != 0 || (is_long_string && choose() & 1 == 1) {
            let inner = if is_long_string {
                let (first, second) = content.split_at(1 + usize::from(choose()) % (content.len() - 1));
                [asn1::octets(first), in_segments(&asn1::octets(second), choose, deeper - 1)].concat()
            } else {
                in_segments(content, choose, deeper)
            };
            out.push(identifier | 0x20);
            if choose() & 1 == 1 {
                out.extend([&[0x80], &inner[..], &[0, 0]].concat());
            } else {
                out.extend(
                    [&[0x84], &u32::try_from(inner.len()).unwrap().to_be_bytes()[..], &inner].concat(),
                );
            }
        } else {
            out.extend_from_slice(element.raw);
        }
    }
    out
}

/// Hands out pieces of the given lengths, over and over.
struct Pieces<'a> {
    bytes: &'a [u8],
    lengths: std::iter::Cycle<std::slice::Iter<'a, usize>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = *self.lengths.next().unwrap();
        let count = most.min(out.len()).min(self.bytes.len());
        out[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

#[test]
fn the_vectors_of_other_tools_open_and_verify() {
    for (der, form) in [(vectors::DIALECT_A, KeyForm::Der), (vectors::DIALECT_B, KeyForm::Der)] {
        let opened = Envelope::begin(der).unwrap();
        assert_eq!(opened.recipients().len(), 1);
        let mut opened = opened.open(&vectors::encryption(), &vectors::encryption_key()).unwrap();
        let mut content = Vec::new();
        opened.read_to_end(&mut content).unwrap();
        assert_eq!(content, vectors::CONTENT);
        let with = opened.with();
        assert!(with.named && with.form == form && with.content == Some(Kind::Data), "{with:?}");
    }
    assert_eq!(verify(vectors::DIALECT_D).unwrap(), (vectors::CONTENT.to_vec(), vec![vectors::signing()]));
    assert_eq!(kind_of(&vectors::DIALECT_D[..64]), Some(Kind::Signed));
    assert_eq!(kind_of(&vectors::DIALECT_A[..64]), Some(Kind::Enveloped));
    assert_eq!(kind_of(b"%PDF-1.7"), None);
}

#[test]
fn contents_of_every_length_open() {
    let data: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    for length in (0..40).chain([65_519, 65_520, 65_535, 65_536, 65_537, 65_552, 70_000]) {
        let content = &data[..length];
        assert_eq!(open(&made(content).der()).unwrap(), content, "{length} bytes");
    }
}

#[test]
fn every_form_of_the_content_key_opens() {
    let ciphertext = sm2::encrypt(encryption().public_key(), &KEY, &[K]).unwrap();
    let c1c3c2 = ciphertext.to_c1c3c2();
    let c1c2c3 = [&c1c3c2[..65], ciphertext.c2(), ciphertext.c3()].concat();
    let forms = [
        (&ciphertext.to_der()[..], KeyForm::Der),
        (&c1c3c2, KeyForm::C1C3C2),
        (&c1c3c2[1..], KeyForm::C1C3C2),
        (&c1c2c3, KeyForm::C1C2C3),
        (&c1c2c3[1..], KeyForm::C1C2C3),
    ];
    let names = [oid::ENVELOPED_DATA, oid::PKCS7_ENVELOPED_DATA];
    for (bytes, form) in forms {
        for algorithm in [oid::SM2_ENCRYPT, oid::SM2_EXCHANGE, oid::SM2] {
            for parameters in [asn1::NULL, &[]] {
                for name in names {
                    let algorithm = asn1::sequence(&[&asn1::oid(&algorithm), parameters]);
                    let to = recipient(&issuer_and_serial(&encryption()), &algorithm, bytes);
                    let message = Made { recipients: vec![to], oids: [name, oid::PKCS7_DATA], ..made(b"x") };
                    let der = message.der();
                    let opened = Envelope::begin(der.as_slice()).unwrap().open(&encryption(), &key(3));
                    assert_eq!(opened.unwrap().with().form, form);
                    assert_eq!(open(&der).unwrap(), b"x");
                }
            }
        }
    }
}

#[test]
fn one_of_several_recipients_is_enough() {
    let rsa = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    let other = recipient(&issuer_and_serial(&signing()), &sm2(), &encrypted_to(&signing()));
    let foreign = recipient(&issuer_and_serial(&signing()), &asn1::algorithm_null(&rsa), &[1; 256]);
    let ours = made(b"x").recipients.remove(0);
    let key_id = asn1::element(asn1::context_primitive(0), &[encryption().subject_key_id().unwrap()]);
    let by_key_id = recipient(&key_id, &sm2(), &encrypted_to(&encryption()));
    for recipients in [vec![other.clone(), foreign.clone(), ours], vec![foreign, other.clone(), by_key_id]] {
        let der = Made { recipients, ..made(b"x") }.der();
        let opened = Envelope::begin(der.as_slice()).unwrap().open(&encryption(), &key(3)).unwrap();
        assert!(opened.with().named && opened.with().recipient == 2);
        assert_eq!(open(&der).unwrap(), b"x");
    }
    // A certificate that was renewed with the same key still opens what names the old one.
    let renewed = recipient(&issuer_and_serial(&signing()), &sm2(), &encrypted_to(&encryption()));
    let der = Made { recipients: vec![renewed], ..made(b"x") }.der();
    let opened = Envelope::begin(der.as_slice()).unwrap().open(&encryption(), &key(3)).unwrap();
    assert!(!opened.with().named);

    let der = Made { recipients: vec![other], ..made(b"x") }.der();
    let serial = |certificate: Certificate| certificate.serial_hex();
    let expect = format!(
        "the message is for serial {}; the key is that of serial {}",
        serial(signing()),
        serial(encryption())
    );
    assert_eq!(open(&der), Err(expect));
    let none = Made { recipients: Vec::new(), ..made(b"x") }.der();
    assert_eq!(open(&none).unwrap_err(), "the message has 0 recipients");
    let many = Made { recipients: vec![made(b"x").recipients.remove(0); 65], ..made(b"x") }.der();
    assert_eq!(open(&many).unwrap_err(), "the message has 65 recipients");
}

#[test]
fn a_named_holder_with_another_key_is_told_so() {
    let der = made(b"x").der();
    let error = open_with(der.as_slice(), &encryption(), &key(9)).unwrap_err();
    assert!(error.contains("names serial") && error.contains(&encryption().serial_hex()), "{error}");
}

#[test]
fn broken_contents_look_alike() {
    let content = "the content does not fit the content key, or was changed";
    let wrong_key = sm2::encrypt(encryption().public_key(), &[9; 16], &[K]).unwrap().to_der();
    let no_key = sm2::encrypt(encryption().public_key(), &[9; 17], &[K]).unwrap().to_der();
    for key in [wrong_key, no_key] {
        let to = recipient(&issuer_and_serial(&encryption()), &sm2(), &key);
        assert_eq!(open(&Made { recipients: vec![to], ..made(b"x") }.der()).unwrap_err(), content);
    }
    for cut in [0, 1, 15, 16, 17] {
        let mut ciphertext = cbc_encrypt(&KEY, &IV, &[0x41; 31]);
        ciphertext.truncate(cut);
        assert_eq!(open(&Made { ciphertext, ..made(b"x") }.der()).unwrap_err(), content, "{cut}");
    }
    let mut ciphertext = cbc_encrypt(&KEY, &IV, &[7; 31]);
    ciphertext[15] ^= 1;
    assert_eq!(open(&Made { ciphertext, ..made(b"x") }.der()).unwrap_err(), content);
}

#[test]
fn an_end_after_an_error_is_never_a_good_end() {
    let mut ciphertext = cbc_encrypt(&KEY, &IV, &[7; 31]);
    ciphertext[15] ^= 1;
    let der = Made { ciphertext, ..made(b"x") }.der();
    let mut opened = Envelope::begin(der.as_slice()).unwrap().open(&encryption(), &key(3)).unwrap();
    let mut piece = [0; 100];
    while opened.read(&mut piece).is_ok() {}
    for _ in 0..3 {
        assert!(opened.read(&mut piece).is_err());
    }
    let der = [SignedData::sign(b"statement", &signing(), &key(2)).unwrap(), vec![0]].concat();
    let mut message = SignedMessage::begin(der.as_slice()).unwrap();
    while message.read(&mut piece).is_ok() {}
    assert!(message.read(&mut piece).is_err() && message.signers().is_none());
}

#[test]
fn what_follows_and_what_is_missing_is_named() {
    let der = made(b"x").der();
    let trailing = [&der[..], b"y"].concat();
    assert_eq!(open(&trailing).unwrap_err(), format!("bytes follow the message, from byte {}", der.len()));
    for length in 0..der.len() {
        let error = open(&der[..length]).unwrap_err();
        let short = format!("the input ends at byte {length}, inside an element");
        assert!(error == short || length == 0, "{length}: {error}");
    }
    let signed = SignedData::sign(b"statement", &signing(), &key(2)).unwrap();
    for length in 1..signed.len() {
        assert!(verify(&signed[..length]).is_err());
    }
    assert_eq!(open(&signed).unwrap_err(), "the message is of another kind: Signed");
    assert_eq!(verify(der.as_slice()).unwrap_err(), "the message is of another kind: Enveloped");
}

#[test]
fn a_message_in_a_message_opens_in_one_pass() {
    let inner = EnvelopedData::seal(&encryption(), &KEY, &IV, &[K], b"bid").unwrap();
    let outer = EnvelopedData::seal(&signing(), &[5; 16], &IV, &[K], &inner).unwrap();
    let nested = |outer: &[u8]| -> Result<Vec<u8>, StreamError> {
        let outer = Envelope::begin(outer)?.open(&signing(), &key(2))?;
        let mut opened = Envelope::begin(outer)?.open(&encryption(), &key(3))?;
        let mut content = Vec::new();
        opened.read_to_end(&mut content).map_err(StreamError::from_below)?;
        Ok(content)
    };
    assert_eq!(nested(&outer).unwrap(), b"bid");
    // What is wrong outside is found although the inside was whole, and is told as the outer message's.
    let mut outer_broken = outer.clone();
    outer_broken.push(0);
    let error = nested(&outer_broken).unwrap_err();
    assert!(matches!(&error, StreamError::Outer(_)), "{error:?}");
    assert!(matches!(error.inside(), StreamError::Trailing { .. }));
    // A changed content shows inside as something that is no message; it looks like any other change.
    let mut changed = outer;
    let at = changed.len() - 200;
    changed[at] ^= 1;
    assert!(matches!(nested(&changed).unwrap_err().inside(), StreamError::Content));
}

#[test]
fn signed_and_enveloped_messages_open_and_verify() {
    let signature = key(2).sign(b"statement").unwrap().to_der();
    let digest_algorithms = asn1::set_of_one(&asn1::algorithm_null(&oid::SM3));
    let behind = |signature: &[u8]| {
        let certificates = asn1::element(asn1::context(0), &[signing().der()]);
        [certificates, asn1::set_of_one(&signer(signature))].concat()
    };
    let whole = behind(&signature);
    let message = Made {
        oids: [oid::SIGNED_AND_ENVELOPED_DATA, oid::DATA],
        between: &digest_algorithms,
        behind: &whole,
        ..made(b"statement")
    };
    let read = |der: &[u8]| {
        let mut opened = Envelope::begin(der).unwrap().open(&encryption(), &key(3)).unwrap();
        assert!(opened.signers().is_none());
        let mut content = Vec::new();
        opened.read_to_end(&mut content).unwrap();
        let signers = opened.signers().unwrap();
        assert_eq!(signers.content_digest(), &Sm3Digest::of(b"statement"));
        signers.verify(content.as_slice()).map(|by| by[0].certificate.clone())
    };
    assert_eq!(read(&message.der()).unwrap(), signing());
    let other = behind(&key(2).sign(b"another").unwrap().to_der());
    let error = read(&Made { behind: &other, ..message }.der()).unwrap_err();
    assert!(matches!(error.inside(), StreamError::Content));
}

#[test]
fn signatures_of_all_dialects_are_judged_as_in_memory() {
    let statement = SignedData::sign(b"statement", &signing(), &key(2)).unwrap();
    assert_eq!(verify(statement.as_slice()).unwrap(), (b"statement".to_vec(), vec![signing()]));
    // Two signers, each with own Z, and a signer by key identifier.
    let by_key_id = asn1::sequence(&[
        &asn1::unsigned(&[3]),
        &asn1::element(asn1::context_primitive(0), &[signing().subject_key_id().unwrap()]),
        &asn1::algorithm_null(&oid::SM3),
        &asn1::algorithm_null(&oid::SM2_WITH_SM3),
        &asn1::octets(&key(2).sign(b"statement").unwrap().to_der()),
    ]);
    let two = [signer(&key(2).sign(b"statement").unwrap().to_der()), by_key_id].concat();
    assert_eq!(verify(signed_by(&two).as_slice()).unwrap().1, [signing(), signing()]);
    assert_eq!(verify(signed_by(&[]).as_slice()).unwrap_err(), VerifyError::Signers(0).to_string());

    let bare = |data: &[u8]| signer(&key(2).sign_bare_digest(&Sm3Digest::of(data)).unwrap().to_der());
    let content_info = content_info();
    for covered in [&content_info[..], b"statement"] {
        let error = verify(signed_by(&bare(covered)).as_slice()).unwrap_err();
        assert_eq!(error, VerifyError::WithoutZ.to_string());
    }
}

fn content_info() -> Vec<u8> {
    let content = asn1::element(asn1::context(0), &[&asn1::octets(b"statement")]);
    asn1::sequence(&[&asn1::oid(&oid::DATA), &content])
}

fn signed_by(signers: &[u8]) -> Vec<u8> {
    let data = asn1::sequence(&[
        &asn1::unsigned(&[1]),
        &asn1::set_of_one(&asn1::algorithm_null(&oid::SM3)),
        &content_info(),
        &asn1::element(asn1::context(0), &[signing().der()]),
        &asn1::element(Tag::Set, &[signers]),
    ]);
    asn1::sequence(&[&asn1::oid(&oid::SIGNED_DATA), &asn1::element(asn1::context(0), &[&data])])
}

#[test]
fn a_content_that_changed_on_the_way_back_is_noticed() {
    let der = SignedData::sign(b"statement", &signing(), &key(2)).unwrap();
    let mut message = SignedMessage::begin(der.as_slice()).unwrap();
    std::io::copy(&mut message, &mut std::io::sink()).unwrap();
    let signers = message.signers().unwrap();
    assert!(signers.needs_content());
    assert!(matches!(signers.verify(b"other".as_slice()), Err(StreamError::ContentDiffers)));
}

proptest! {
    #[test]
    fn any_encoding_in_any_pieces_gives_the_same(
        choices in prop::collection::vec(any::<u8>(), 1..40),
        lengths in prop::collection::vec(1_usize..200, 1..20),
        length in 0_usize..400,
    ) {
        let content: Vec<u8> = (0..=255).cycle().take(length).collect();
        let mut chosen = choices.iter().copied().cycle();
        let mut choose = || chosen.next().unwrap();
        let pieces = |bytes| Pieces { bytes, lengths: lengths.iter().cycle() };

        let message = as_ber(&made(&content).der(), &mut choose);
        prop_assert_eq!(open_with(pieces(&message), &encryption(), &key(3)), Ok(content.clone()));
        prop_assert_eq!(open(&message), Ok(content.clone()));

        let signed = as_ber(&SignedData::sign(&content, &signing(), &key(2)).unwrap(), &mut choose);
        prop_assert_eq!(verify(pieces(&signed)), Ok((content, vec![signing()])));
    }

    #[test]
    fn any_change_in_any_pieces_gives_the_same(
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
        lengths in prop::collection::vec(1_usize..50, 1..20),
    ) {
        let mut message = made(b"statement").der();
        let at = at.index(message.len());
        message[at] = to;
        let pieces = Pieces { bytes: &message, lengths: lengths.iter().cycle() };
        let whole = open(&message);
        prop_assert_eq!(open_with(pieces, &encryption(), &key(3)), whole.clone());
        // Whatever both readers read, they read alike; the stream's looks into names, too.
        if let (Ok(whole), Ok(parsed)) = (whole, EnvelopedData::parse(&message)) {
            prop_assert_eq!(whole, parsed.open_with(&key(3)).unwrap().to_vec());
        }
    }
}

#[test]
fn a_writer_that_writes_nothing_still_reads_to_the_end() {
    let der = made(b"").der();
    let mut opened = Envelope::begin(der.as_slice()).unwrap().open(&encryption(), &key(3)).unwrap();
    let mut out = Vec::new();
    std::io::copy(&mut opened, &mut out).unwrap();
    out.flush().unwrap();
    assert!(out.is_empty());
}
