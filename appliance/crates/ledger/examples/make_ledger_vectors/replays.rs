//! A viewer and what it is sent.

use bidroom_canon::Sm3Digest;
use bidroom_ledger::checkpoint::{Origin, SignedNote};
use bidroom_ledger::entry::Draft;
use bidroom_ledger::replay::LeafView;
use bidroom_ledger::tree::leaf_hashes;
use serde_json::json;

use crate::room::Room;
use crate::{Out, canonical, example, text};

pub(crate) fn replays(out: &Out) {
    let room = Room::new();
    let drafts: Vec<Draft> = (0..5).map(example).collect();
    let time = 1_773_799_300_000;
    let views = |drafts: &[Draft]| -> Vec<LeafView> {
        let view = |(at, draft): (usize, &Draft)| match at % 2 {
            0 => LeafView::Entry { bytes: text(draft), openings: draft.openings[1..].to_vec() },
            _ => LeafView::hidden(&draft.bytes),
        };
        drafts.iter().enumerate().map(view).collect()
    };
    let write = |name: &str, note: &str, expect: &str, steps: &[(Vec<LeafView>, String)]| {
        let lines = steps.iter().map(|(leaves, note)| canonical(&json!({"leaves": leaves, "note": note})));
        let body = lines.collect::<Vec<_>>().join("\n");
        out.write(
            &format!("replay-{name}"),
            note,
            expect,
            &[room.keys(), ("origin", room.origin.to_string())],
            &body,
        );
    };
    let first = (views(&drafts[..2]), room.note(&drafts[..2], time).to_text());
    let second = (views(&drafts[2..]), room.note(&drafts, time + 1).to_text());
    let then = |leaves: Vec<LeafView>, note: String| [first.clone(), (leaves, note)];
    write("ok", "a log in two steps", "ok", &[first.clone(), second.clone()]);
    write(
        "again",
        "a newer checkpoint without new entries",
        "ok",
        &then(vec![], room.note(&drafts[..2], time + 5).to_text()),
    );
    write("gap", "an entry left out", "size", &then(second.0[1..].to_vec(), second.1.clone()));
    write("shrunk", "a shorter log", "shrunk", &then(vec![], room.note(&drafts[..1], time + 1).to_text()));
    write(
        "backdated",
        "an earlier time",
        "backdated",
        &then(second.0.clone(), room.note(&drafts, time - 1).to_text()),
    );
    write(
        "late-entry",
        "an entry of a time after its checkpoint",
        "time",
        &[(views(&drafts[..2]), room.note(&drafts[..2], 1_773_799_199_999).to_text())],
    );
    let mut reordered = drafts.clone();
    reordered.swap(2, 4);
    write(
        "reordered",
        "entries against the order of time",
        "time",
        &then(views(&reordered[2..]), room.note(&reordered, time + 1).to_text()),
    );
    let mut rewritten = drafts.clone();
    rewritten[0] = example(9);
    write(
        "forked",
        "an entry already shown was rewritten",
        "root",
        &then(second.0.clone(), room.note(&rewritten, time + 1).to_text()),
    );
    let mut leaves = second.0.clone();
    leaves[1] =
        LeafView::Hidden { sha256: leaf_hashes(&drafts[3].bytes).sha256, sm3: Sm3Digest::of(b"other") };
    write("sm3", "a leaf that differs under SM3 only", "sm3-root", &then(leaves, second.1.clone()));
    let mut leaves = second.0.clone();
    if let LeafView::Entry { openings, .. } = &mut leaves[0] {
        openings[1].value = json!({"price_fen": 1});
    }
    write("opening", "another price than was committed to", "opening", &then(leaves, second.1.clone()));
    let mut leaves = second.0.clone();
    if let LeafView::Entry { bytes, .. } = &mut leaves[0] {
        bytes.push(' ');
    }
    write("entry", "a malformed entry", "entry", &then(leaves, second.1.clone()));
    write("unsigned", "a checkpoint without signatures", "note", &then(second.0.clone(), "text\n".into()));
    let other: Origin = "江城中心-3号室/JC-2026-002/1".parse().unwrap();
    let elsewhere =
        SignedNote::parse(&second.1).unwrap().text().replacen(room.origin.as_str(), other.as_str(), 1);
    write(
        "origin",
        "the checkpoint of another log",
        "origin",
        &then(second.0, room.sign_text(&elsewhere, &other).to_text()),
    );
    let mut other_past = drafts.clone();
    other_past[1] = example(7);
    let pin = |drafts: &[Draft]| ("pin", serde_json::to_string(&room.note(drafts, time).to_text()).unwrap());
    let step = canonical(&json!({"leaves": views(&drafts), "note": room.note(&drafts, time + 1).to_text()}));
    let origin = ("origin", room.origin.to_string());
    let headers = [room.keys(), origin.clone(), pin(&drafts[..2])];
    out.write("replay-pinned", "a viewer that knew the checkpoint of two entries", "ok", &headers, &step);
    let headers = [room.keys(), origin, pin(&other_past[..2])];
    out.write(
        "replay-pin-forked",
        "a viewer that knew another log of two entries",
        "forked",
        &headers,
        &step,
    );
}
