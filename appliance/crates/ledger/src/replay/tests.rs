//! A room that signs, a viewer that checks, and everything that can disagree between them.
#![expect(clippy::as_conversions, reason = "the numbers of these tests are small")]

use serde_json::json;

use super::*;
use crate::checkpoint::{Checkpoint, RoomKey};
use crate::entry::{Draft, draft};
use crate::testing::TestRoom;
use crate::tree::Leaves;

/// A room with a log whose n-th entry is of time 1000 + n, with a bidder only some may read.
struct Log {
    room: TestRoom,
    drafts: Vec<Draft>,
}

impl Log {
    fn new(size: u64) -> Self {
        Self { room: TestRoom::new(), drafts: (0..size).map(Self::entry).collect() }
    }

    fn entry(index: u64) -> Draft {
        let fields = json!({"n": index, "bidder": format!("第{index}家"), "rows": {"1": index}});
        let private = ["bidder".to_owned(), "rows.1".to_owned()];
        let mut salt = index as u8;
        let at = 1000 + i64::try_from(index).unwrap();
        draft(at, "bid.received", json!("窗口"), fields.as_object().unwrap().clone(), &private, || {
            salt = salt.wrapping_add(101);
            [salt; 32]
        })
        .unwrap()
    }

    fn note(&self, size: usize, at: i64) -> String {
        let leaves: Leaves = self.drafts[..size].iter().map(|draft| leaf_hashes(&draft.bytes)).collect();
        self.room.sign(&leaves.tree().unwrap(), at).note.to_text()
    }

    /// Every third entry hidden, and of the others as many openings as their number's last two bits say.
    fn views(&self, range: core::ops::Range<usize>) -> Vec<LeafView> {
        range
            .map(|at| match at % 3 {
                2 => LeafView::hidden(&self.drafts[at].bytes),
                _ => self.view(at, at % 4),
            })
            .collect()
    }

    fn view(&self, at: usize, openings: usize) -> LeafView {
        let draft = &self.drafts[at];
        LeafView::Entry {
            bytes: String::from_utf8(draft.bytes.clone()).unwrap(),
            openings: draft.openings[..openings].to_vec(),
        }
    }

    fn replica(&self) -> Replica {
        Replica::new(self.room.keys.clone(), self.room.origin.clone())
    }
}

#[test]
fn a_viewer_follows_the_log_in_steps_of_any_size() {
    let log = Log::new(11);
    let mut replica = log.replica();
    let mut seen = Vec::new();
    for (from, to) in [(0, 1), (1, 4), (4, 4), (4, 5), (5, 11)] {
        let note = log.note(to, 2000 + to as i64);
        seen.extend(replica.extend(&log.views(from..to), &note).unwrap());
        assert_eq!(replica.size(), to as u64);
        assert_eq!(replica.head().unwrap().note.to_text(), note);
    }
    assert_eq!(seen.iter().map(|entry| entry.index).collect::<Vec<_>>(), [0, 1, 3, 4, 6, 7, 9, 10]);
    let all = &seen[2];
    assert_eq!((all.at, all.kind.as_str(), all.by.as_ref()), (1003, "bid.received", Some(&json!("窗口"))));
    assert_eq!(Value::Object(all.fields.clone()), json!({"n": 3, "bidder": "第3家", "rows": {"1": 3}}));
    assert_eq!(Value::Object(seen[0].fields.clone()), json!({"n": 0, "rows": {}}));
}

/// Holds four entries, then gets `leaves` and `note`; must find `expect` and stay what it was.
#[track_caller]
fn check(log: &Log, leaves: &[LeafView], note: &str, expect: impl Fn(&Evidence) -> bool) {
    let mut replica = log.replica();
    replica.extend(&log.views(0..4), &log.note(4, 2000)).unwrap();
    let before = format!("{replica:?}");
    let evidence = replica.extend(leaves, note).expect_err("must be found");
    assert!(expect(&evidence), "{evidence:?}");
    assert_eq!(format!("{replica:?}"), before, "the replica changed");
    // And it still follows the honest log.
    replica.extend(&log.views(4..6), &log.note(6, 2001)).unwrap();
}

#[test]
fn whatever_disagrees_is_evidence() {
    use Evidence as E;
    let log = Log::new(6);
    let note = log.note(6, 2001);
    let rest = log.views(4..6);
    let with = |change: &dyn Fn(&mut Vec<LeafView>)| {
        let mut leaves = vec![log.view(4, 3), log.view(5, 3)];
        change(&mut leaves);
        leaves
    };

    check(&log, &rest[..1], &note, |e| matches!(e, E::Size { held: 4, received: 1, signed: 6 }));
    check(&log, &log.views(3..6), &note, |e| matches!(e, E::Size { received: 3, .. }));
    check(&log, &[], &log.note(3, 2001), |e| matches!(e, E::Shrunk { held: 4, signed: 3 }));
    check(&log, &rest, &log.note(6, 1999), |e| matches!(e, E::Backdated { held: 2000, signed: 1999 }));

    let edited = |leaves: &mut Vec<LeafView>| {
        if let LeafView::Entry { bytes, .. } = &mut leaves[1] {
            *bytes = bytes.replacen("\"n\":5", "\"n\":6", 1);
        }
    };
    check(&log, &with(&edited), &note, |e| matches!(e, E::Root { size: 6, .. }));
    check(&log, &with(&|leaves| leaves.swap(0, 1)), &note, |e| {
        matches!(e, E::Time { index: 5, at: 1004, after: 1005, .. })
    });
    let hidden_swapped = [LeafView::hidden(&log.drafts[5].bytes), LeafView::hidden(&log.drafts[4].bytes)];
    check(&log, &hidden_swapped, &note, |e| matches!(e, E::Root { .. }));

    let only_sm3 = |leaves: &mut Vec<LeafView>| {
        let LeafHashes { sha256, .. } = leaf_hashes(&log.drafts[5].bytes);
        leaves[1] = LeafView::Hidden { sha256, sm3: Sm3Digest::of(b"other") };
    };
    check(&log, &with(&only_sm3), &note, |e| matches!(e, E::Sm3Root { size: 6, .. }));

    let spaced = |leaves: &mut Vec<LeafView>| {
        if let LeafView::Entry { bytes, .. } = &mut leaves[0] {
            bytes.push(' ');
        }
    };
    check(&log, &with(&spaced), &note, |e| matches!(e, E::Entry { index: 4, .. }));

    let other_value = |leaves: &mut Vec<LeafView>| {
        if let LeafView::Entry { openings, .. } = &mut leaves[1] {
            openings[1].value = json!("另一家");
        }
    };
    check(
        &log,
        &with(&other_value),
        &note,
        |e| matches!(e, E::Opening { index: 5, source: DiscloseError::Mismatch { path, .. } } if path == "bidder"),
    );

    // Entries are never of a time after the checkpoint that covers them.
    let mut early = log.replica();
    let evidence = early.extend(&log.views(0..2), &log.note(2, 1000)).expect_err("must be found");
    assert!(matches!(evidence, E::Time { index: 1, at: 1001, until: 1000, .. }), "{evidence:?}");
}

#[test]
fn only_the_rooms_own_checkpoint_of_this_log_counts() {
    let log = Log::new(6);
    let rest = log.views(4..6);
    let note = log.note(6, 2001);

    let lines: Vec<&str> = note.trim_end().lines().collect();
    let without_sm2 = format!("{}\n", lines[..lines.len() - 1].join("\n"));
    check(&log, &rest, &without_sm2, |e| {
        matches!(e, Evidence::Note(NoteError::Missing { key: RoomKey::Sm2 }))
    });
    check(&log, &rest, "", |e| matches!(e, Evidence::Note(NoteError::Syntax(_))));
    check(&log, &rest, &note.replace("at 2001", "at 2002"), |e| {
        matches!(e, Evidence::Note(NoteError::Signature { .. }))
    });

    let leaves: Leaves = log.drafts.iter().map(|draft| leaf_hashes(&draft.bytes)).collect();
    let other = format!("{}/另一标/1", log.room.keys.name).parse().unwrap();
    let elsewhere = Checkpoint::new(other, 6, &leaves.roots(6).unwrap(), 2001);
    let elsewhere = log.room.sign_checkpoint(&elsewhere).note.to_text();
    check(&log, &rest, &elsewhere, |e| matches!(e, Evidence::Origin { .. }));

    // The room rewrites an entry the viewer holds: the new checkpoint no longer fits.
    let mut rewritten = Log::new(6);
    rewritten.drafts[1] = Log::entry(40);
    let forked = rewritten.note(6, 2001);
    check(&log, &rest, &forked, |e| matches!(e, Evidence::Root { .. }));
}

#[test]
fn leaves_travel_as_json() {
    let log = Log::new(3);
    let views = log.views(0..3);
    let text = serde_json::to_string(&views).unwrap();
    assert_eq!(serde_json::from_str::<Vec<LeafView>>(&text).unwrap(), views);
    assert!(text.contains("\"leaf\":\"hidden\"") && text.contains("\"leaf\":\"entry\""));
}

#[test]
fn a_viewer_that_comes_back_finds_the_log_it_knew() {
    let log = Log::new(6);
    let pinned = |note: &str| Replica::pinned(log.room.keys.clone(), log.room.origin.clone(), note);
    for step in [1, 2, 3, 6] {
        let mut replica = pinned(&log.note(3, 2000)).unwrap();
        for from in (0..6).step_by(step) {
            let to = from + step;
            replica.extend(&log.views(from..to), &log.note(to, 2000)).unwrap();
            assert_eq!(replica.pin().is_none(), to >= 3);
        }
    }

    let mut rewritten = Log::new(6);
    rewritten.drafts[1] = Log::entry(1);
    rewritten.drafts[2] = Log::entry(2);
    rewritten.drafts.swap(1, 2);
    let hidden = |at: usize| LeafView::hidden(&rewritten.drafts[at].bytes);
    let mut replica = pinned(&log.note(2, 2000)).unwrap();
    let evidence =
        replica.extend(&[0, 1, 2].map(hidden), &rewritten.note(3, 2001)).expect_err("must be found");
    assert!(matches!(evidence, Evidence::Forked { size: 2, .. }), "{evidence:?}");
    assert_eq!(replica.size(), 0);

    assert!(matches!(pinned("text"), Err(Evidence::Note(_))));
    let elsewhere = "江城中心-3号室/另一标/1".parse().unwrap();
    let wrong = Replica::pinned(log.room.keys.clone(), elsewhere, &log.note(2, 2000));
    assert!(matches!(wrong, Err(Evidence::Origin { .. })));
}
