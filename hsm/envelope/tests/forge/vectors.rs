//! The list of test vectors: each a bid or a key package with at most one defect, and the layer that must refuse it.

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_envelope::bid::core::CoreHash;
use bidroom_envelope::bid::package::{PackageContext, Purpose, seal_package};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleField, ScheduleValue};
use bidroom_envelope::bid::submission::BidDigest;
use bidroom_envelope::suite::cms::EnvelopedData;
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;

use super::super::world::{Holder, Seeded, World, bytes, certify};
use super::{Forge, Forged, Hook, remedy_parts};

/// One file of the directory.
pub struct Vector {
    pub name: String,
    pub text: String,
}

fn base64(bytes: &[u8]) -> String {
    let text = serde_json::to_value(bidroom_canon::Base64Bytes(bytes.to_vec())).unwrap();
    text.as_str().unwrap().to_owned()
}

fn lines(bytes: &[u8]) -> String {
    let text = base64(bytes).into_bytes();
    text.chunks(100).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Writer<'a> {
    world: &'a World,
    vectors: Vec<Vector>,
}

impl Writer<'_> {
    fn bid(&mut self, name: &str, expect: &str, about: &str, forge: &Forge) {
        let forged = forge.make(self.world);
        self.forged(name, expect, about, &forged);
    }

    fn forged(&mut self, name: &str, expect: &str, about: &str, forged: &Forged) {
        let mut text = format!("kind: bid\nexpect: {expect}\nabout: {about}\n");
        if expect == "ok" {
            text += &format!("digest: {}\n", forged.digest);
        }
        for shares in &forged.shares {
            let [lock, room, officers] =
                [&shares.lock, &shares.room, &shares.officers].map(|share| hex(share.expose()));
            text += &format!("shares: {lock} {room} {officers}\n");
        }
        if forged.remedy {
            text += "threshold: 2\n";
            for (part, trustee) in remedy_parts(&forged.shares[0].lock).iter().zip(&self.world.trustees) {
                text += &format!("trustee: {} {}\n", hex(part.expose()), base64(trustee.certificate.der()));
            }
        }
        text += &format!("anchor: {}\n\n{}", base64(self.world.root.certificate.der()), lines(&forged.file));
        self.vectors.push(Vector { name: format!("{name}.txt"), text });
    }

    fn package(
        &mut self,
        name: &str,
        expect: &str,
        about: &str,
        der: &[u8],
        key: &SecretKey,
        to: &Certificate,
    ) {
        let text = format!(
            "kind: package\nexpect: {expect}\nabout: {about}\nsubject: {SUBJECT}\npurpose: consent\nattempt: 2\n\
             secret: {}\nkey: {}\nrecipient: {}\n\n{}",
            hex(&SECRET),
            hex(key.to_bytes().as_slice()),
            base64(to.der()),
            lines(der)
        );
        self.vectors.push(Vector { name: format!("{name}.txt"), text });
    }
}

const SUBJECT: &str = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
const SECRET: [u8; 32] = [0xa5; 32];

fn replaced(from: &'static str, to: &'static str) -> Hook<Vec<u8>> {
    Some(Box::new(move |json| {
        let text = String::from_utf8(json.clone()).unwrap();
        assert!(text.contains(from), "{from:?} is not in {text}");
        *json = text.replacen(from, to, 1).into_bytes();
    }))
}

/// Every vector, in order of name.
pub fn all(world: &World) -> Vec<Vector> {
    let mut writer = Writer { world, vectors: Vec::new() };
    sound(&mut writer);
    preamble_and_framing(&mut writer);
    agreement(&mut writer);
    signed(&mut writer);
    cores(&mut writer);
    received(&mut writer);
    opened(&mut writer);
    packages(&mut writer);
    writer.vectors.sort_by(|a, b| a.name.cmp(&b.name));
    writer.vectors
}

fn one() -> Forge {
    Forge::of(&[vec![bytes(1500), bytes(700)]])
}

fn sound(w: &mut Writer<'_>) {
    w.bid("ok-one-envelope", "ok", "one envelope, two documents", &one());
    let two = Forge::of(&[vec![bytes(900)], vec![bytes(10), vec![], bytes(20)]]);
    w.bid("ok-two-envelopes", "ok", "two envelopes, one empty document", &two);
    w.bid("ok-no-documents", "ok", "a schedule only", &Forge::of(&[vec![]]));
    // The manifest of one document of four digits' length takes the rest of the first two chunks.
    let probe = Forge::of(&[vec![bytes(1000)]]).make(w.world);
    let before = content_length(&probe) - 1000 - 16 * content_length(&probe).div_ceil(1040);
    let full = Forge::of(&[vec![bytes(3 * 1024 - before)]]);
    w.bid("ok-last-chunk-full", "ok", "the last of three chunks is full", &full);
    let replacement = Forge { sequence: Some((2, BidDigest(Sm3Digest::of(b"first")))), ..one() };
    w.bid("ok-replacement", "ok", "replaces an earlier bid", &replacement);
    w.bid(
        "ok-remedy",
        "ok",
        "the lock share is also dealt to three trustees, two of whom suffice",
        &Forge { remedy: 3, ..one() },
    );
    w.bid(
        "ok-padding-longest",
        "ok",
        "one page of padding more than needed",
        &Forge { extra_pages: 1, ..one() },
    );
}

fn content_length(forged: &Forged) -> usize {
    let head = u32::from_be_bytes(forged.file[16..20].try_into().unwrap());
    forged.file.len() - head as usize
}

fn preamble_and_framing(w: &mut Writer<'_>) {
    let file = |change: fn(&mut Vec<u8>)| Forge { file: Some(Box::new(change)), ..one() };
    w.bid("preamble-magic", "preamble", "another version in the magic", &file(|file| file[12] = b'2'));
    w.bid(
        "preamble-newline",
        "preamble",
        "a transfer changed the end of line",
        &file(|file| {
            file.remove(13);
        }),
    );
    let change: fn(&mut Vec<u8>) = |file| file[19] = 1;
    w.bid("preamble-head-length-odd", "preamble", "the head length is no multiple of 4096", &file(change));
    let change: fn(&mut Vec<u8>) = |file| file[16..20].copy_from_slice(&0xffff_f000_u32.to_be_bytes());
    w.bid("preamble-head-length-huge", "preamble", "the head claims four gigabytes", &file(change));
    w.bid(
        "preamble-head-length-zero",
        "preamble",
        "the head claims nothing",
        &file(|file| file[16..20].fill(0)),
    );
    w.bid("framing-empty", "framing", "an empty file", &file(Vec::clear));
    w.bid("framing-truncated", "framing", "the file ends in the head", &file(|file| file.truncate(5000)));
    let change: fn(&mut Vec<u8>) = |file| file[20..24].fill(0xff);
    w.bid("framing-part-length-huge", "framing", "the submission claims four gigabytes", &file(change));
    let change: fn(&mut Vec<u8>) = |file| {
        let head = u32::from_be_bytes(file[16..20].try_into().unwrap()) as usize;
        file[head - 1] = 1;
    };
    w.bid("framing-padding-not-zero", "framing", "the last byte of the padding is 1", &file(change));
    let long = Forge { extra_pages: 2, ..one() };
    w.bid("framing-padding-long", "framing", "more than 8191 bytes of padding, signed", &long);
    let change: fn(&mut Vec<u8>) = |file| {
        let head = u32::from_be_bytes(file[16..20].try_into().unwrap());
        file[16..20].copy_from_slice(&(head + 4096).to_be_bytes());
        file.splice(head as usize..head as usize, [0; 4096]);
    };
    w.bid("agreement-head-length", "agreement", "a page of zeros was added to the head", &file(change));
}

fn agreement(w: &mut Writer<'_>) {
    let parts = |change: fn(&mut Vec<Vec<u8>>)| Forge { parts: Some(Box::new(change)), ..one() };
    let change: fn(&mut Vec<Vec<u8>>) = |parts| {
        let text = String::from_utf8(parts[1].clone()).unwrap();
        parts[1] = text.replace("\"lot\":1", "\"lot\":2").into_bytes();
    };
    w.bid("agreement-core-changed", "agreement", "the core is not the signed one", &parts(change));
    let other_record = Forge { record: Some(Box::new(|record| record.version = 2)), ..one() }.make(w.world);
    let record = head_part(&other_record.file, 2);
    let swap = Forge { parts: Some(Box::new(move |parts| parts[2].clone_from(&record))), ..one() };
    w.bid("agreement-packages-changed", "agreement", "another record by the same signer", &swap);
    let version = Forge { record: Some(Box::new(|record| record.version = 2)), ..one() };
    w.bid(
        "agreement-packages-version",
        "agreement",
        "the record in the file is not the first version",
        &version,
    );
    let cores = Forge {
        record: Some(Box::new(|record| record.cores[0] = CoreHash(Sm3Digest::of(b"other")))),
        ..one()
    };
    w.bid("agreement-packages-other-bid", "agreement", "the record belongs to another core", &cores);
    for (name, about, change) in [
        ("tender", "the core belongs to another tender", ("ZB2026-0117", "ZB2026-0118")),
        ("lot", "the core belongs to another lot", ("\"lot\":1", "\"lot\":2")),
        ("bidder", "the core belongs to another bidder", ("91330100MA27XW1D2K", "91330100MA27XW1D2L")),
        ("place", "the core belongs to another envelope", ("\"envelope\":1", "\"envelope\":2")),
    ] {
        let forge = Forge { core_json: replaced(change.0, change.1), ..one() };
        w.bid(&format!("agreement-core-other-{name}"), "agreement", about, &forge);
    }
    let impossible =
        Forge { ciphertext: Some(Box::new(|ciphertext| ciphertext.truncate(1040 + 16))), ..one() };
    w.bid("agreement-content-length", "agreement", "no content has such a ciphertext", &impossible);
}

/// The n-th part of a head.
fn head_part(file: &[u8], number: usize) -> Vec<u8> {
    let mut rest = &file[20..];
    for at in 0.. {
        let (length, after) = rest.split_at(4);
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        if at == number {
            return after[..length].to_vec();
        }
        rest = &after[length..];
    }
    Vec::new()
}

fn signed(w: &mut Writer<'_>) {
    let flip_end = |part: usize| Forge {
        parts: Some(Box::new(move |parts: &mut Vec<Vec<u8>>| {
            let last = parts[part].len() - 1;
            parts[part][last] ^= 1;
        })),
        ..one()
    };
    w.bid("signature-submission", "signature", "a bit of the submission's signature", &flip_end(0));
    w.bid("signature-packages", "signature", "a bit of the key packages' signature", &flip_end(2));
    let change: fn(&mut Vec<Vec<u8>>) = |parts| {
        let at = parts[0].windows(12).position(|window| window == b"\"sequence\":1").unwrap();
        parts[0][at + 11] = b'2';
    };
    let content = Forge { parts: Some(Box::new(change)), ..one() };
    w.bid("signature-content", "signature", "a digit of the signed submission", &content);
    let change: fn(&mut Vec<Vec<u8>>) = |parts| parts[0].push(0);
    let trailing = Forge { parts: Some(Box::new(change)), ..one() };
    w.bid("signed-part-trailing-byte", "signed-part", "a byte after the message", &trailing);

    let mut rng = Seeded::new("others");
    let mut other = |code| {
        let key = SecretKey::generate(&mut rng);
        let certificate = certify(&w.world.root, &key, "另一公司", code, "主锁", Profile::Signing, 0x7001);
        Holder { key, certificate }
    };
    let stranger = Forge { signer: Some(other(Some("91330100MA27XW1D2L"))), ..one() };
    let nobody = Forge { signer: Some(other(None)), ..one() };
    w.bid("signer-other-bidder", "signer", "signed by another firm", &stranger);
    w.bid("signer-no-code", "signer", "signed by a certificate without a credit code", &nobody);
    let key = SecretKey::generate(&mut Seeded::new("self"));
    let name = Name::new("杭州某建设有限公司", Some(super::super::world::BIDDER), "主锁");
    let request = Request {
        subject: &name,
        public_key: key.public_key(),
        serial: &[9],
        not_before: 1_767_225_600_000,
        not_after: 1_893_456_000_000,
        profile: Profile::Signing,
    };
    let certificate = self_sign(&key, &request).unwrap();
    let uncertified = Forge { signer: Some(Holder { key, certificate }), ..one() };
    w.bid("chain-self-signed", "chain", "the bidder's name, certified by nobody", &uncertified);

    for (name, about, from, to) in [
        ("space", "a blank in the signed JSON", "\"sequence\":1", "\"sequence\": 1"),
        ("unknown-member", "a member nobody knows", "\"sequence\":1", "\"sequence\":1,\"test\":1"),
        ("missing-member", "the replaced bid is left out instead of null", "\"replaces\":null,", ""),
        ("format", "another form", "bidroom-submission/1", "bidroom-submission/2"),
        ("sequence", "a second bid that replaces none", "\"sequence\":1", "\"sequence\":2"),
        ("sequence-float", "a number with a fraction", "\"sequence\":1", "\"sequence\":1.0"),
        ("head-length", "a head length that is no page", "\"head_length\":", "\"head_length\":1"),
    ] {
        let forge = Forge { submission_json: replaced(from, to), ..one() };
        w.bid(&format!("signed-part-submission-{name}"), "signed-part", about, &forge);
    }
    let few = Forge { remedy: 2, ..one() };
    w.bid("signed-part-packages-two-trustees", "signed-part", "parts for two trustees only", &few);
    let none = Forge { submission: Some(Box::new(|submission| submission.envelopes.clear())), ..one() };
    w.bid("signed-part-submission-no-envelope", "signed-part", "no envelope", &none);
    let long = Forge { submission: Some(Box::new(|s| s.envelopes[0].length = (1 << 41) + 1)), ..one() };
    w.bid("signed-part-submission-length-huge", "signed-part", "a ciphertext of more than 2 TiB", &long);
    let unsorted = Forge { record: Some(Box::new(|record| record.packages.swap(0, 1))), ..one() };
    w.bid("signed-part-packages-order", "signed-part", "packages out of order", &unsorted);
    let missing = Forge { record: Some(Box::new(|record| drop(record.packages.remove(0)))), ..one() };
    w.bid("signed-part-packages-no-lock", "signed-part", "no package for a lock", &missing);
    let serial = Forge { record: Some(Box::new(|record| record.packages[0].serial.push('0'))), ..one() };
    w.bid("signed-part-packages-serial", "signed-part", "a serial number that is not the message's", &serial);
    let change = |record: &mut bidroom_envelope::bid::record::KeyPackageRecord| {
        let der = &mut record.packages[0].der.0;
        // The x-coordinate of C1 follows the encrypted key's SEQUENCE and INTEGER headers.
        let message = EnvelopedData::parse_own(der).unwrap();
        let x = message.encrypted_key().unwrap().readings()[0].c1().x();
        let at = der.windows(32).position(|window| window == x).unwrap();
        der[at + 31] ^= 1;
    };
    let off_curve = Forge { record: Some(Box::new(change)), ..one() };
    w.bid(
        "signed-part-packages-off-curve",
        "signed-part",
        "a package whose C1 is not on the curve",
        &off_curve,
    );
}

fn cores(w: &mut Writer<'_>) {
    for (name, about, from, to) in [
        ("space", "a blank in the core", "\"lot\":1", "\"lot\": 1"),
        ("suite", "another suite", "sm2-sm3-sm4gcm", "sm2-sm3-sm4cbc"),
        ("chunk-size", "chunks of 3000 bytes", "\"chunk_size\":1024", "\"chunk_size\":3000"),
        ("chunk-size-huge", "chunks of 2 MiB", "\"chunk_size\":1024", "\"chunk_size\":2097152"),
        ("envelope-zero", "envelope 0", "\"envelope\":1", "\"envelope\":0"),
    ] {
        let forge = Forge { core_json: replaced(from, to), ..one() };
        w.bid(&format!("core-{name}"), "core", about, &forge);
    }
}

fn received(w: &mut Writer<'_>) {
    let upper = |json: &mut Vec<u8>| {
        let text = String::from_utf8(json.clone()).unwrap();
        let at = text.find("\"lock\":\"").unwrap() + 8;
        json[at..at + 64].make_ascii_uppercase();
    };
    let upper = Forge { core_json: Some(Box::new(upper)), ..one() };
    w.bid("core-digest-upper-case", "core", "a digest in capital letters", &upper);

    let file = |change: fn(&mut Vec<u8>)| Forge { file: Some(Box::new(change)), ..one() };
    let change: fn(&mut Vec<u8>) = |file| {
        let at = file.len() - 1500;
        file[at] ^= 0x10;
    };
    w.bid("root-flipped", "root", "a bit of the ciphertext", &file(change));
    w.bid(
        "root-truncated",
        "root",
        "the last byte is missing",
        &file(|file| {
            file.pop();
        }),
    );
    w.bid("root-extended", "root", "a byte after the content", &file(|file| file.push(0)));
    let change: fn(&mut Vec<u8>) = |file| {
        let head = u32::from_be_bytes(file[16..20].try_into().unwrap()) as usize;
        let (first, second) = (file[head..head + 1040].to_vec(), file[head + 1040..head + 2080].to_vec());
        file.splice(head..head + 2080, [second, first].concat());
    };
    w.bid("root-chunks-swapped", "root", "two chunks changed places underway", &file(change));
}

fn opened(w: &mut Writer<'_>) {
    let mut forged = one().make(w.world);
    forged.shares[0].room = bidroom_envelope::bid::share::Share::from_bytes(&[1; 32]);
    w.forged("share-wrong", "share", "the room share is another one", &forged);
    let commitment = Forge { core: Some(Box::new(|core| core.shares.officers = core.shares.lock)), ..one() };
    w.bid("share-commitment", "share", "the core commits to another officers' share", &commitment);

    let chunks = |change: fn(&mut Vec<super::Chunk>)| Forge { chunks: Some(Box::new(change)), ..one() };
    let change: fn(&mut Vec<super::Chunk>) = |chunks| chunks.last_mut().unwrap().last = 0;
    w.bid("chunk-last-flag-missing", "chunk", "the last chunk is not marked", &chunks(change));
    let change: fn(&mut Vec<super::Chunk>) = |chunks| chunks[0].last = 1;
    w.bid("chunk-last-flag-early", "chunk", "the first chunk is marked as the last", &chunks(change));
    w.bid(
        "chunk-reordered",
        "chunk",
        "two chunks changed places before signing",
        &chunks(|chunks| chunks.swap(0, 1)),
    );
    let change: fn(&mut Vec<super::Chunk>) = |chunks| chunks[1].counter = 7;
    w.bid("chunk-counter", "chunk", "a chunk with another number", &chunks(change));
    let change: fn(&mut Vec<super::Chunk>) = |chunks| chunks[0].core = CoreHash(Sm3Digest::of(b"other"));
    w.bid("chunk-other-core", "chunk", "a chunk sealed for another core", &chunks(change));
    let change: fn(&mut Vec<u8>) = |ciphertext| ciphertext[1050] ^= 1;
    let flipped = Forge { ciphertext: Some(Box::new(change)), ..one() };
    w.bid("chunk-flipped", "chunk", "a bit of the ciphertext, signed", &flipped);

    let huge = Forge { manifest_length: Some(u32::MAX), ..one() };
    w.bid("manifest-length-huge", "manifest", "the manifest claims four gigabytes", &huge);
    for (name, about, from, to) in [
        ("space", "a blank in the manifest", "\"fields\":[", "\"fields\": ["),
        ("name-slash", "a document name with a slash", "投标文件 1.pdf", "投标/文件1.pdf"),
        ("name-repeated", "two documents of one name", "文件 2", "文件 1"),
        ("price-negative", "a price below zero", "{\"fen\":", "{\"fen\":-"),
        ("key", "a column key in capital letters", "\"price\"", "\"Price\""),
    ] {
        let forge = Forge { manifest_json: replaced(from, to), ..one() };
        w.bid(&format!("manifest-{name}"), "manifest", about, &forge);
    }
    let longer = Forge { plain_documents: Some(Box::new(|plain| plain.push(0))), ..one() };
    w.bid("manifest-content-longer", "manifest", "a byte that no document claims", &longer);

    let manifest = |change: fn(&mut bidroom_envelope::bid::manifest::Manifest)| Forge {
        manifest: Some(Box::new(change)),
        ..one()
    };
    let forge = manifest(|manifest| manifest.schedule.salt = Hex32([1; 32]));
    w.bid("commitment-schedule-salt", "commitment", "another salt of the schedule", &forge);
    let forge = manifest(|manifest| {
        let mut fields: Vec<ScheduleField> = manifest.schedule.schedule.fields().to_vec();
        fields[0].value = ScheduleValue::Fen(1);
        manifest.schedule.schedule = Schedule::new(fields).unwrap();
    });
    w.bid("commitment-price", "commitment", "another price than committed to", &forge);
    let forge = manifest(|manifest| manifest.documents[1].salt = Hex32([1; 32]));
    w.bid("commitment-document-salt", "commitment", "another salt of a document", &forge);
    let forge = manifest(|manifest| manifest.documents[1].name = "别的.pdf".parse().unwrap());
    w.bid("commitment-document-name", "commitment", "another name than committed to", &forge);
    let forge = manifest(|manifest| manifest.documents.swap(0, 1));
    w.bid("commitment-document-order", "commitment", "documents changed places", &forge);
    let forge = manifest(|manifest| drop(manifest.documents.pop()));
    w.bid("commitment-document-count", "commitment", "a document fewer than committed to", &forge);
    let changed = Forge { plain_documents: Some(Box::new(|plain| plain[1600] ^= 1)), ..one() };
    w.bid("document-changed", "document", "a document that is not the one committed to", &changed);
}

fn packages(w: &mut Writer<'_>) {
    let subject: Sm3Digest = SUBJECT.parse().unwrap();
    let Holder { key, certificate } = &w.world.opening;
    let base =
        PackageContext { subject: &subject, purpose: Purpose::Consent, attempt: 2, recipient: certificate };
    let sound = seal_package(&SECRET, &base).unwrap();
    let other_key = &w.world.remedy.key;
    let other_subject = Sm3Digest::of(b"other");
    let random = EnvelopedData::seal(certificate, &[1; 16], &[2; 16], &[[3; 32]], &SECRET).unwrap();
    let long = EnvelopedData::seal(certificate, &[1; 16], &[2; 16], &[[3; 32]], &[0; 33]).unwrap();
    let mut c3 = sound.clone();
    let digest = *EnvelopedData::parse_own(&sound).unwrap().encrypted_key().unwrap().readings()[0].c3();
    let at = c3.windows(32).position(|window| window == digest).unwrap();
    c3[at] ^= 1;
    let sealed = |context: &PackageContext<'_>| seal_package(&SECRET, context).unwrap();
    let purpose = sealed(&PackageContext { purpose: Purpose::Lock, ..base });
    let attempt = sealed(&PackageContext { attempt: 1, ..base });
    let core = sealed(&PackageContext { subject: &other_subject, ..base });
    for (name, expect, about, der) in [
        ("package-ok", "ok", "opens to its secret", &sound),
        ("package-c3", "check", "a bit of C3", &c3),
        ("package-random", "not-reproduced", "made with randomness of its own", &random),
        ("package-other-purpose", "not-reproduced", "a package for the purpose lock", &purpose),
        ("package-other-attempt", "not-reproduced", "a package of attempt 1", &attempt),
        ("package-other-core", "not-reproduced", "a package for another core", &core),
        ("package-inside", "inside", "33 bytes inside", &long),
        ("package-truncated", "malformed", "the last byte is missing", &sound[..sound.len() - 1].to_vec()),
        ("package-trailing", "malformed", "a byte after the message", &[sound.as_slice(), &[0]].concat()),
    ] {
        w.package(name, expect, about, der, key, certificate);
    }
    w.package("package-other-key", "check", "opened with another key", &sound, other_key, certificate);
}
