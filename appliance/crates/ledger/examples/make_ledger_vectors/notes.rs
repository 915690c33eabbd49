//! Checkpoints and receipts.

use bidroom_canon::Sm3Digest;
use bidroom_ledger::checkpoint::{Origin, SignatureLine, SignedNote};
use bidroom_ledger::entry::Draft;
use bidroom_ledger::receipt::{RECEIPT_FORMAT, Receipt};
use bidroom_ledger::tree::leaf_hashes;

use crate::room::Room;
use crate::{Out, example};

pub(crate) fn notes(out: &Out) {
    let room = Room::new();
    let drafts: Vec<Draft> = (0..3).map(example).collect();
    let good = room.note(&drafts, 1_773_799_300_000);
    let write = |name: &str, note: &str, expect: &str, body: &str| {
        let body = body.strip_suffix('\n').unwrap_or(body);
        out.write(&format!("checkpoint-{name}"), note, expect, &[room.keys()], body);
    };
    write("ok", "both lines of the room", "ok", &good.to_text());
    let witness =
        SignatureLine { name: "notary.example/witness".into(), key_id: 0x0102_0304, signature: vec![7; 72] };
    write("witness", "a further line is ignored", "ok", &good.clone().with_line(witness).unwrap().to_text());

    let lines = |change: &dyn Fn(&mut Vec<SignatureLine>)| {
        let mut lines = good.signatures().to_vec();
        change(&mut lines);
        SignedNote::new(good.text(), lines).unwrap().to_text()
    };
    write("no-ed25519", "the Ed25519 line is missing", "missing-ed25519", &lines(&|l| drop(l.remove(0))));
    write("no-sm2", "the SM2 line is missing", "missing-sm2", &lines(&|l| drop(l.remove(1))));
    write("two-sm2", "the SM2 line stands twice", "repeated-sm2", &lines(&|l| l.push(l[1].clone())));
    write(
        "two-ed25519",
        "the Ed25519 line stands twice",
        "repeated-ed25519",
        &lines(&|l| l.push(l[0].clone())),
    );
    write("other-id", "the SM2 line under another key id", "missing-sm2", &lines(&|l| l[1].key_id ^= 1));
    write(
        "bad-ed25519",
        "one bit of the Ed25519 signature",
        "signature-ed25519",
        &lines(&|l| l[0].signature[3] ^= 1),
    );
    write("bad-sm2", "one bit of the SM2 signature", "signature-sm2", &lines(&|l| l[1].signature[3] ^= 1));
    write("zero-sm2", "an SM2 signature of zeros", "encoding-sm2", &lines(&|l| l[1].signature.fill(0)));
    write("long-sm2", "an SM2 signature of 65 bytes", "encoding-sm2", &lines(&|l| l[1].signature.push(0)));
    write(
        "swapped",
        "the signatures of the two lines exchanged",
        "signature-ed25519",
        &lines(&|l| {
            let first = l[0].signature.clone();
            l[0].signature = l[1].signature.clone();
            l[1].signature = first;
        }),
    );
    write(
        "time",
        "the time changed after signing",
        "signature-ed25519",
        &good.to_text().replacen("at 17", "at 18", 1),
    );

    let resigned = |from: &str, to: &str| {
        let text = good.text().replacen(from, to, 1);
        assert_ne!(text, good.text());
        room.sign_text(&text, &room.origin).to_text()
    };
    write("size-zeros", "a size with a leading zero", "text", &resigned("\n3\n", "\n03\n"));
    write("no-sm3-root", "the SM3 root is missing", "text", &resigned("sm3-root ", "sm4-root "));
    write("seconds", "a time with a fraction", "text", &resigned("at 1773799300000", "at 1773799300.000"));
    write(
        "sixth-line",
        "a line too many",
        "text",
        &resigned("at 1773799300000\n", "at 1773799300000\nmore\n"),
    );
    let other: Origin = "别处/JC-2026-001/1".parse().unwrap();
    let elsewhere = good.text().replacen(room.origin.as_str(), other.as_str(), 1);
    write("other-room", "a log of another room", "origin", &room.sign_text(&elsewhere, &other).to_text());

    let note = good.to_text();
    write("no-blank", "no empty line before the signatures", "syntax", &note.replacen("\n\n", "\n", 1));
    write("hyphen", "a hyphen instead of the dash", "syntax", &note.replacen('—', "-", 1));
    write("padding", "base64 without padding", "syntax", note.trim_end().trim_end_matches('='));
    write("control", "a tab in the text", "syntax", &note.replacen("at ", "at\t", 1));
}

pub(crate) fn receipts(out: &Out) {
    let receipt = Receipt {
        at: 1_773_799_201_000,
        bid_digest: Sm3Digest::of(b"bid"),
        format: RECEIPT_FORMAT.into(),
        leaf: leaf_hashes(&example(1).bytes),
        origin: Room::new().origin,
        packages_digest: Sm3Digest::of(b"packages"),
        room_certificate: Sm3Digest::of(b"certificate"),
        session: "JC-2026-001-1".into(),
    };
    let good = String::from_utf8(receipt.to_bytes().unwrap()).unwrap();
    out.write("receipt-ok", "a receipt and its code", "ok", &[("code", receipt.code().unwrap())], &good);
    let wrong = |name: &str, note: &str, expect: &str, from: &str, to: &str| {
        let body = good.replacen(from, to, 1);
        assert_ne!(body, good);
        out.write(&format!("receipt-{name}"), note, expect, &[], &body);
    };
    wrong("format", "another format", "format", "receipt/v1", "receipt/v2");
    wrong("time", "a time before 1970", "time", "1773799201000", "-1");
    wrong("session", "no session", "session", "JC-2026-001-1", "");
    wrong("origin", "an origin with a space", "canonical", "室/JC", "室 /JC");
    wrong("index", "a member receipts do not have", "canonical", "\"leaf\"", "\"index\":1,\"leaf\"");
    wrong("long", "longer than 4 KiB", "length", "JC-2026-001-1", &"x".repeat(4096));
}
