//! `cms open` and `cms verify`, through the program: messages made by other tools, and what is wrong with them.

#![expect(clippy::unwrap_used, reason = "tests: a failure is reported by stopping")]

use std::path::{Path, PathBuf};
use std::process::Command;

use bidroom_envelope::suite::cms::{EnvelopedData, SignedData};
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use tempfile::TempDir;

/// 2026-11-26, when the vectors were made.
const THEN: &str = "--at 2026-11-27";
const START: i64 = 1_735_689_600_000;
const DAY: i64 = 86_400_000;

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/cms");
        for entry in std::fs::read_dir(vectors).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, desk.path(path.file_name().unwrap().to_str().unwrap())).unwrap();
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// A certificate with its key as files, under the authority of key 1.
    fn party(&self, name: &str, seed: u8, profile: Profile) -> Certificate {
        let (subject, key) = (Name::new("湘潭建设有限公司", None, name), key(seed));
        let serial = [seed];
        let request = request(&subject, &key, &serial, profile);
        let certificate = issue(&root(), &self::key(1), &request).unwrap();
        self.write(&format!("{name}.pem"), certificate.to_pem().as_bytes());
        self.write(&format!("{name}.key"), key.to_pem().as_bytes());
        certificate
    }

    #[track_caller]
    fn run(&self, line: &str, code: i32, says: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bidroom-bidder"));
        let output = command.current_dir(self.0.path()).args(line.split_whitespace()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        let told = out.contains(says) || err.contains(says);
        assert!(output.status.code() == Some(code) && told, "{line}: {}\n{out}\n{err}", output.status);
        assert!(!self.path("out.part").exists(), "{line}: half a file was left behind");
    }

    /// Does it, and expects this content.
    #[track_caller]
    fn gives(&self, line: &str, content: &[u8], says: &str) {
        self.run(&format!("{line} --out out"), 0, says);
        assert!(self.read("out") == content, "{line}: other content");
        std::fs::remove_file(self.path("out")).unwrap();
    }

    /// Does it, and expects no content.
    #[track_caller]
    fn refuses(&self, line: &str, code: i32, word: &str, zh: &str) {
        self.run(&format!("{line} --out out"), code, zh);
        self.run(&format!("--lang en {line} --out out"), code, &format!("Details: {word}"));
        assert!(!self.path("out").exists(), "{line}: a file was left behind");
    }
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

fn request<'a>(subject: &'a Name, key: &'a SecretKey, serial: &'a [u8], profile: Profile) -> Request<'a> {
    let (not_before, not_after) = (START, START + 3650 * DAY);
    Request { subject, public_key: key.public_key(), serial, not_before, not_after, profile }
}

fn root() -> Certificate {
    let (subject, key) = (Name::new("演练CA", None, "演练根证书"), key(1));
    self_sign(&key, &request(&subject, &key, &[1], Profile::Authority { path_length: 0 })).unwrap()
}

const OPEN: &str = "cms open --key bidder-enc.key.pem --cert bidder-enc.cert.pem";

#[test]
fn envelopes_and_signatures_of_other_tools_give_their_content() {
    let desk = Desk::new();
    let (content, short) = (desk.read("content.bin"), desk.read("legacy-content.bin"));
    desk.gives(&format!("{OPEN} dialect-a-enveloped.der"), &content, "没有承诺值");
    desk.gives(&format!("{OPEN} dialect-b-enveloped.der"), &content, "标准写法");
    desk.gives(&format!("{OPEN} dialect-c-enveloped.der"), &short, "C1C2C3");
    let verify = format!("cms verify --ca ca.cert.pem {THEN}");
    desk.gives(&format!("{verify} dialect-d-signed.der"), &content, "签名有效：Bidder A");
    desk.gives("cms verify dialect-d-signed.der", &content, "没有核对是谁签的");
    let verify = format!("cms verify --roots legacy-ca.cert.pem {THEN}");
    desk.gives(&format!("{verify} dialect-b-signed.der"), &short, "签名有效：legacy-sign");
    desk.gives(&format!("--lang en {verify} dialect-b-signed.der"), &short, "Signature good: legacy-sign");
}

#[test]
fn what_is_refused_has_its_own_word_and_sentence_and_leaves_nothing() {
    let desk = Desk::new();
    let verify = format!("cms verify --ca legacy-ca.cert.pem {THEN}");
    let without_z = "signature_without_z";
    desk.refuses(
        &format!("{verify} dialect-a-signed-without-z.der"),
        1,
        without_z,
        "签名没有包含签名者的 Z 值",
    );
    desk.refuses(&format!("{verify} dialect-d-signed.der"), 1, "unknown_certificate", "签名证书不可信");
    let late = "cms verify --ca ca.cert.pem --at 2031-01-01 dialect-d-signed.der";
    desk.refuses(late, 1, "certificate_expired", "过期");

    desk.party("stranger", 5, Profile::Encryption);
    let stranger = "cms open --key stranger.key --cert stranger.pem dialect-b-enveloped.der";
    desk.refuses(stranger, 1, "wrong_recipient", "信封不是给这张证书的");
    let mixed = "cms open --key stranger.key --cert bidder-enc.cert.pem dialect-b-enveloped.der";
    desk.refuses(mixed, 2, "key_mismatch", "不是一对");
    let lonely = format!("{OPEN} --key stranger.key dialect-b-enveloped.der");
    desk.run(&format!("{lonely} --out out"), 2, "个数不同");

    let message = desk.read("dialect-b-enveloped.der");
    desk.write("cut.der", &message[..message.len() - 1]);
    desk.refuses(&format!("{OPEN} cut.der"), 2, "truncated", "末尾被截断");
    desk.write("more.der", &[&message[..], b"\n"].concat());
    desk.refuses(&format!("{OPEN} more.der"), 2, "trailing_bytes", "末尾多出了内容");
    // The last block: its padding no longer fits.
    let mut changed = message.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    desk.write("changed.der", &changed);
    desk.refuses(&format!("{OPEN} changed.der"), 1, "content_damaged", "正文与内容密钥不符");
    let mut changed = desk.read("dialect-b-signed.der");
    let place = changed.windows(8).position(|window| window == [0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
    changed[place] ^= 1;
    desk.write("changed.der", &changed);
    desk.refuses(&format!("{verify} changed.der"), 1, "signature_wrong", "签名对不上");

    desk.refuses(&format!("{verify} dialect-b-enveloped.der"), 2, "other_kind", "这是信封");
    desk.write("note.txt", "投标函".as_bytes());
    desk.refuses(&format!("{OPEN} note.txt"), 2, "no_message", "这不是");
    desk.refuses(&format!("{verify} note.txt"), 2, "no_message", "这不是");
    desk.run(&format!("{verify} missing.der --out out"), 2, "读不了");
    desk.run(&format!("{verify} dialect-b-signed.der --out note.txt"), 2, "文件已存在");
    desk.run("cms verify dialect-b-signed.der --out out --at 2026-02-30", 2, "没有这一天");
    assert_eq!(desk.read("note.txt"), "投标函".as_bytes());
}

#[test]
fn nested_messages_are_opened_as_far_as_the_keys_go() {
    let desk = Desk::new();
    let bidder = desk.party("bidder", 2, Profile::Encryption);
    let centre = desk.party("centre", 3, Profile::Encryption);
    let signer = desk.party("signer", 4, Profile::Signing);
    desk.write("root.pem", root().to_pem().as_bytes());
    let content: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let seal = |to: &Certificate, content: &[u8]| {
        EnvelopedData::seal(to, &[0x11; 16], &[0x22; 16], &[[0x33; 32]], content).unwrap()
    };
    let sign = |content: &[u8]| SignedData::sign(content, &signer, &key(4)).unwrap();

    let inner = seal(&bidder, &content);
    desk.write("nested.der", &seal(&centre, &inner));
    let (mine, theirs) = ("--key bidder.key --cert bidder.pem", "--key centre.key --cert centre.pem");
    desk.gives(&format!("cms open {mine} {theirs} nested.der"), &content, "信封：用证书 03 打开");
    desk.gives(&format!("cms open {theirs} nested.der"), &inner, "里面是给别人的信封");
    desk.refuses(&format!("cms open {mine} nested.der"), 1, "wrong_recipient", "信封不是给这张证书的");

    // A signature inside, between and outside; each is verified.
    for (name, message) in [
        ("inside", seal(&centre, &seal(&bidder, &sign(&content)))),
        ("between", seal(&centre, &sign(&inner))),
        ("outside", sign(&seal(&centre, &inner))),
    ] {
        desk.write("signed.der", &message);
        let open = format!("cms open {mine} {theirs} --ca root.pem --at 2026-01-01 signed.der");
        desk.gives(&open, &content, "签名有效：signer");
        let foreign = format!("cms open {mine} {theirs} --ca ca.cert.pem --at 2026-01-01 signed.der");
        desk.refuses(&foreign, 1, "unknown_certificate", "签名证书不可信");
        assert!(message.len() > content.len(), "{name}");
    }
    // A changed signature, two envelopes deep.
    let mut forged = sign(&content);
    *forged.last_mut().unwrap() ^= 1;
    desk.write("forged.der", &seal(&centre, &seal(&bidder, &forged)));
    let open = format!("cms open {mine} {theirs} forged.der");
    desk.run(&format!("{open} --out out"), 1, "没有写出原文");
    assert!(!desk.path("out").exists());
    // What is verified is handed on as it is, even if it is an envelope.
    desk.write("signed.der", &sign(&inner));
    desk.gives("cms verify --ca root.pem --at 2026-01-01 signed.der", &inner, "签名有效");
    // More layers than any message has.
    let deep = (0..7).fold(content.clone(), |content, _| seal(&bidder, &content));
    desk.write("deep.der", &deep);
    desk.refuses(&format!("cms open {mine} deep.der"), 2, "too_deep", "套得太多层");
}
