//! The test vectors: each file is refused by the layer it names, or accepted; and they are the ones that are made.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, and its numbers are small"
)]

mod forge;
mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::open::{ContentCheck, Opening};
use bidroom_envelope::bid::package::{
    OpenPackageError, PackageContext, Purpose, is_package_of, open_package,
};
use bidroom_envelope::bid::remedy::{RemedyPart, Trustees, is_sealed_part, join_parts};
use bidroom_envelope::bid::share::{Share, Shares};
use bidroom_envelope::suite::pki::{Certificate, Usage, verify_chain};
use bidroom_envelope::suite::sm2::SecretKey;

/// 2026-06-01.
const AT: i64 = 1_780_272_000_000;

struct File {
    name: String,
    fields: BTreeMap<String, Vec<String>>,
    body: Vec<u8>,
}

impl File {
    fn parse(name: &str, text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap();
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for line in head.lines() {
            let (key, value) = line.split_once(": ").unwrap();
            fields.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        Self { name: name.to_owned(), fields, body: base64(&body.replace('\n', "")) }
    }

    #[track_caller]
    fn one(&self, key: &str) -> &str {
        let values = self.fields.get(key).unwrap_or_else(|| panic!("{}: no {key}", self.name));
        assert_eq!(values.len(), 1, "{}: {key}", self.name);
        &values[0]
    }
}

fn base64(text: &str) -> Vec<u8> {
    serde_json::from_value::<Base64Bytes>(text.into()).unwrap().0
}

fn hex32(text: &str) -> [u8; 32] {
    serde_json::from_value::<Hex32>(text.into()).unwrap().0
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/sealed-bid")
}

fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// Takes a bid through everything, from the first byte to the last document; the layer that refused it, and why.
fn bid(file: &File) -> Result<String, (&'static str, String)> {
    let mut source = file.body.as_slice();
    let header = Header::read(&mut source).map_err(|error| (error.layer(), error.to_string()))?;
    let anchors = [Certificate::from_der(&base64(file.one("anchor"))).unwrap()];
    for signer in [header.submission().signer(), header.packages().signer()] {
        verify_chain(signer, &[], &anchors, AT, Usage::Sign).map_err(|error| ("chain", error.to_string()))?;
    }
    let mut check = ContentCheck::new(&header);
    check.push(source).map_err(|error| ("root", error.to_string()))?;
    check.finish().map_err(|error| ("root", error.to_string()))?;
    for (envelope, shares) in header.envelopes().iter().zip(&file.fields["shares"]) {
        let mut shares = shares.split(' ').map(|share| Share::from_bytes(&hex32(share)));
        let mut next = || shares.next().unwrap();
        let shares = Shares { lock: next(), room: next(), officers: next() };
        let mut opening = Opening::start(envelope, &shares, &mut source)
            .map_err(|error| (error.layer(), error.to_string()))?;
        loop {
            match opening.next_document(&mut std::io::sink()) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return Err((error.layer(), error.to_string())),
            }
        }
    }
    assert!(source.is_empty());
    if let Some(trustees) = file.fields.get("trustee") {
        remedy(file, &header, trustees);
    }
    Ok(header.bid_digest().to_string())
}

/// The parts of the first envelope's lock share are what was sealed to the trustees, and any so many give it.
fn remedy(file: &File, header: &Header, trustees: &[String]) {
    let envelope = &header.envelopes()[0];
    let mut parts = Vec::new();
    let mut recipients = Vec::new();
    for (index, trustee) in (1..).zip(trustees) {
        let (part, certificate) = trustee.split_once(' ').unwrap();
        let certificate = Certificate::from_der(&base64(certificate)).unwrap();
        let part = RemedyPart { index, part: Share::from_bytes(&hex32(part)) };
        let (record, place) = (header.packages().value(), envelope.core.envelope);
        let sealed = record.find(place, Purpose::Remedy, &certificate.digest()).unwrap();
        assert!(is_sealed_part(&sealed.der.0, &part, &envelope.hash, &certificate), "{}: {index}", file.name);
        parts.push(part);
        recipients.push(certificate);
    }
    let trustees = Trustees::new(file.one("threshold").parse().unwrap(), recipients).unwrap();
    let sealed = header.packages().value().recipients(envelope.core.envelope, Purpose::Remedy);
    assert_eq!(sealed, trustees.recipients());
    for left_out in 0..parts.len() {
        let mut parts = parts.clone();
        parts.remove(left_out);
        let share = join_parts(&parts, trustees.threshold(), &envelope.core).unwrap();
        let lock = file.fields["shares"][0].split(' ').next().unwrap();
        assert_eq!(share.expose(), &hex32(lock));
    }
}

fn package(file: &File) -> Result<(), (&'static str, String)> {
    let subject: Sm3Digest = file.one("subject").parse().unwrap();
    let recipient = Certificate::from_der(&base64(file.one("recipient"))).unwrap();
    let key = SecretKey::from_bytes(&hex32(file.one("key"))).unwrap();
    let purpose: Purpose = serde_json::from_value(file.one("purpose").into()).unwrap();
    let attempt = file.one("attempt").parse().unwrap();
    let context = PackageContext { subject: &subject, purpose, attempt, recipient: &recipient };
    let secret = hex32(file.one("secret"));
    match open_package(&file.body, &context, &key) {
        Ok(share) => {
            assert_eq!(share.expose(), &secret, "{}", file.name);
            assert!(is_package_of(&file.body, &secret, &context));
            Ok(())
        }
        Err(error) => {
            let layer = match &error {
                OpenPackageError::Malformed(_) => "malformed",
                OpenPackageError::Device(_) => "device",
                OpenPackageError::Check => "check",
                OpenPackageError::Inside => "inside",
                OpenPackageError::NotReproduced => "not-reproduced",
                OpenPackageError::Commitment(_) | OpenPackageError::NotAShare(_) => "commitment",
            };
            Err((layer, error.to_string()))
        }
    }
}

#[test]
fn every_file_is_judged_as_it_says() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        let file = File::parse(&name, &text);
        let expect = file.one("expect");
        let result = match file.one("kind") {
            "bid" => bid(&file).map(|digest| assert_eq!(digest, file.one("digest"), "{name}")),
            "package" => package(&file),
            other => panic!("{name}: kind {other}"),
        };
        let got = result.as_ref().map_or_else(|(layer, _)| *layer, |()| "ok");
        println!(
            "{name}: {}",
            result.as_ref().map_or_else(|(layer, why)| format!("{layer}: {why}"), |()| "ok".into())
        );
        if got != expect {
            wrong.push(format!("{name}: expected {expect}, got {result:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_files_are_the_ones_that_are_made() {
    let made: BTreeMap<_, _> = forge::vectors::all(&world::World::new())
        .into_iter()
        .map(|vector| (vector.name, vector.text))
        .collect();
    let stored: BTreeMap<_, _> = files().into_iter().collect();
    assert_eq!(made.keys().collect::<Vec<_>>(), stored.keys().collect::<Vec<_>>());
    for (name, text) in &made {
        assert!(stored[name] == *text, "{name} differs; run the example make_vectors");
    }
}

#[test]
fn the_library_and_the_forge_agree() {
    // The same contents: both open to the same documents, although one was written by hand.
    let world = world::World::new();
    let contents = [vec![world::bytes(1500), world::bytes(700)]];
    let forged = forge::Forge::of(&contents).make(&world);
    let opened = world.open(&forged.file);
    assert!(opened[&(1, 0)] == contents[0][0] && opened[&(1, 1)] == contents[0][1]);
}
