//! The program itself: what it prints, what it leaves behind, and its exit codes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests: a failure is reported by stopping")]

#[path = "../../unlocking/tests/world/mod.rs"]
mod world;

use std::path::PathBuf;
use std::process::Command;

use bidroom_lock::{KdfCost, Lock as _};
use tempfile::TempDir;
use world::*;

const PASSWORD: &str = "correct horse";

struct Desk(TempDir);

/// What a run of the program gave.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("lot.publication", &World::new().publication);
        desk.write("schedule.json", r#"{"price":"10986523.60","days":"60","quality":"合格"}"#.as_bytes());
        desk.write("投标函.pdf", "%PDF-1.7 投标函".as_bytes());
        desk.write("main.lock", &main_lock().to_file(PASSWORD, KdfCost::LEAST, &mut Counting(1)).unwrap());
        desk.write("sub.lock", &sub_lock().to_file("another one", KdfCost::LEAST, &mut Counting(2)).unwrap());
        desk.write("password", PASSWORD.as_bytes());
        desk.write("agency.pem", root(CA.0, CA.1).to_pem().as_bytes());
        desk.write("sign.pem", main_lock().identity().signing_certificate().to_pem().as_bytes());
        desk.write("key.pem", key(10).to_pem().as_bytes());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn run(&self, line: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bidroom-bidder"));
        let output = command.current_dir(self.0.path()).args(line.split_whitespace()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!out.contains(PASSWORD) && !err.contains(PASSWORD), "the password was printed");
        Ran { code: output.status.code().unwrap(), out, err }
    }

    #[track_caller]
    fn check(&self, line: &str, code: i32, out: &str, err: &str) {
        let ran = self.run(line);
        assert!(
            ran.code == code && ran.out.contains(out) && ran.err.contains(err),
            "{line}: {}\n{}\n{}",
            ran.code,
            ran.out,
            ran.err
        );
    }
}

const SEAL: &str = "seal --tender lot.publication --schedule schedule.json --document 投标函.pdf --out a.bid";
const LOCK: &str = "--lock main.lock --password-file password";

#[test]
fn a_bid_is_sealed_and_looked_at() {
    let desk = Desk::new();
    desk.check(
        &format!("{SEAL} {LOCK} --lock-cert sub.lock --keep a.keep --agency-root agency.pem"),
        0,
        "已封标",
        "",
    );
    desk.check("inspect a.bid --check", 0, "全部密文与签名一致", "");
    desk.check("--lang en inspect a.bid", 0, "Not visible: price", "");
    let seen: serde_json::Value = serde_json::from_str(&desk.run("inspect a.bid --json").out).unwrap();
    assert_eq!(seen.pointer("/bidder").unwrap(), BIDDER);
    assert_eq!(seen.pointer("/envelopes/0/recipients").unwrap().as_array().unwrap().len(), 5);
    desk.check(&format!("{SEAL} {LOCK}"), 2, "", "文件已存在");
}

#[test]
fn certificate_and_key_seal_as_well() {
    let desk = Desk::new();
    desk.check(
        &format!("{SEAL} --sign-cert sign.pem --sign-key key.pem --lock-cert sub.lock"),
        0,
        "已封标",
        "只有一把锁",
    );
    desk.check(SEAL, 2, "", "--sign-cert");
    let desk = Desk::new();
    desk.check(&format!("{SEAL} --sign-cert sign.pem --sign-key key.pem"), 2, "", "没有可解密的锁");
    desk.write("key.pem", key(11).to_pem().as_bytes());
    desk.check(
        &format!("{SEAL} --sign-cert sign.pem --sign-key key.pem --lock-cert sub.lock"),
        2,
        "",
        "不是一对",
    );
}

#[test]
fn what_cannot_be_used_is_said_and_nothing_is_left_behind() {
    let desk = Desk::new();
    let sealing = format!("{SEAL} {LOCK}");
    desk.write("schedule.json", br#"{"price":"1","term":"60"}"#);
    desk.check(&sealing, 2, "", "days 工期（日历天）");
    desk.check(&sealing, 2, "", "\"term\"");
    desk.write("schedule.json", r#"{"price":"1.234","days":"60","quality":"合格"}"#.as_bytes());
    desk.check(&sealing, 2, "", "最多两位小数");
    desk.check(&format!("--lang en {sealing}"), 2, "", "Not sealed: an amount is wrong");
    desk.write("password", b"wrong horse\n");
    desk.write("schedule.json", r#"{"price":"1","days":"60","quality":"合格"}"#.as_bytes());
    desk.check(&sealing, 2, "", "锁的口令不对");
    desk.write("lot.publication", b"x");
    desk.check(&sealing, 2, "", "公布文件核验不过");
    assert!(!desk.path("a.bid").exists() && !desk.path("a.bid.part").exists());
    desk.check("inspect 投标函.pdf", 2, "", "未加密的 PDF");
    desk.check("verify 投标函.pdf", 2, "", "不是可核验的开标档案");
    desk.check("unknown", 2, "", "");
}

#[test]
fn what_is_not_sealed_is_not_sent_and_an_unreachable_room_is_said() {
    let desk = Desk::new();
    let server = format!("--server http://127.0.0.1:1 --tender lot.publication {LOCK}");
    desk.check(&format!("send 投标函.pdf {server}"), 2, "", "未加密的文件不会离开本机");
    desk.check(&format!("{SEAL} {LOCK}"), 0, "已封标", "");
    desk.check(&format!("send a.bid {server}"), 4, "", "连接不上开标室");
    desk.check(&format!("unlock --session YZ2026-0117-1 {server}"), 4, "", "连接不上开标室");
    desk.check(&format!("unlock --session YZ2026-0117-2 {server}"), 2, "", "属于场次 YZ2026-0117-1");
    let plain = format!("send a.bid --server http://room.example.cn --tender lot.publication {LOCK}");
    desk.check(&plain, 2, "", "只用于本机");
}
