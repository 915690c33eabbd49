//! An envelope of 1 GiB is opened in the memory of a few buffers. A test binary of its own: what is measured is the
//! whole process.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests: a failure is reported by stopping")]

use std::io::{Cursor, Read};

use bidroom_envelope::suite::cms::EnvelopedData;
use bidroom_envelope::suite::cms::stream::Envelope;
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_envelope::suite::sm4::cbc_encrypt;
use der::asn1::ObjectIdentifier;

const LENGTH: u64 = 1 << 30;
const KEY: [u8; 16] = [0x11; 16];
const IV: [u8; 16] = [0x22; 16];
/// Ciphertext that repeats; its plaintext is noise, and only the last block must end in a padding.
const BLOCK: [u8; 16] = [0x5a; 16];

fn holder() -> (Certificate, SecretKey) {
    let key = SecretKey::from_bytes(&[3; 32]).unwrap();
    let subject = Name::new("测试单位", None, "加密");
    let request = Request {
        subject: &subject,
        public_key: key.public_key(),
        serial: &[1],
        not_before: 0,
        not_after: 1_000,
        profile: Profile::Encryption,
    };
    (self_sign(&key, &request).unwrap(), key)
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&[tag, 0x82], &u16::try_from(content.len()).unwrap().to_be_bytes()[..], &content].concat()
}

/// The head of an envelope with indefinite lengths, up to the first segment of its content.
fn head(certificate: &Certificate) -> Vec<u8> {
    let sealed = EnvelopedData::seal(certificate, &KEY, &IV, &[[0x33; 32]], b"").unwrap();
    let sealed = EnvelopedData::parse(&sealed).unwrap();
    let recipient = &sealed.recipients()[0];
    let oid = |text| element(0x06, &[ObjectIdentifier::new_unwrap(text).as_bytes()]);
    let id = element(0x30, &[recipient.issuer(), &element(0x02, &[recipient.serial()])]);
    let algorithm = element(0x30, &[&oid("1.2.156.10197.1.301.3")]);
    let key = element(0x04, &[recipient.encrypted_key().bytes()]);
    let recipients = element(0x31, &[&element(0x30, &[&[2, 1, 1], &id, &algorithm, &key])]);
    let cipher = element(0x30, &[&oid("1.2.156.10197.1.104.2"), &element(0x04, &[&IV])]);
    [
        &[0x30, 0x80],
        &oid("1.2.156.10197.6.1.4.2.3")[..],
        &[0xa0, 0x80, 0x30, 0x80, 2, 1, 1],
        &recipients,
        &[0x30, 0x80],
        &oid("1.2.156.10197.6.1.4.2.1"),
        &cipher,
        &[0xa0, 0x80],
    ]
    .concat()
}

/// The whole message, made as it is read: head, one segment of a mebibyte after the other, the last block, the ends.
fn message(certificate: &Certificate) -> impl Read {
    let segment: &'static [u8] = [&[0x04, 0x83, 0x10, 0, 0][..], &BLOCK.repeat(1 << 16)].concat().leak();
    let segments = (0..LENGTH >> 20).map(move |_| segment);
    let last = cbc_encrypt(&KEY, &BLOCK, b"last");
    let tail = [&[0x04, 16][..], &last, &[0; 10]].concat();
    Cursor::new(head(certificate)).chain(Segments { segments, now: &[] }).chain(Cursor::new(tail))
}

struct Segments<I> {
    segments: I,
    now: &'static [u8],
}

impl<I: Iterator<Item = &'static [u8]>> Read for Segments<I> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.now.is_empty() {
            self.now = self.segments.next().unwrap_or_default();
        }
        self.now.read(out)
    }
}

/// A figure of this process in KiB.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_gibibyte_is_opened_in_a_few_buffers() {
    let (certificate, key) = holder();
    let input = message(&certificate);
    let before = status("VmRSS");
    let mut opened = Envelope::begin(input).unwrap().open(&certificate, &key).unwrap();
    std::io::copy(&mut opened, &mut std::io::sink()).unwrap();
    assert_eq!(opened.length(), LENGTH + 4);
    let peak = status("VmHWM").saturating_sub(before);
    println!("{} MiB opened; resident {before} KiB before, at most {peak} KiB more", LENGTH >> 20);
    assert!(peak < 4096, "{peak} KiB more than before");
}
