//! What the store holds of a session, as an archive: byte for byte what its readers may have.

#![expect(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

#[path = "../crates/verifier/tests/support/mod.rs"]
#[expect(dead_code, reason = "the verifier's own tests use the rest")]
mod support;

use bidroom::archive::{ExportError, Options, export};
use bidroom::store::{Record, Store, StoredEntry};
use bidroom::{intake, tenders, unlock};
use bidroom_canon::Sm3Digest;
use bidroom_domain::{ReaderClass, SessionId};
use bidroom_verifier::contents;
use tempfile::TempDir;

use support::session::{Session, Twist};
use support::{Members, check, pack};

fn id() -> SessionId {
    "T-1".parse().unwrap()
}

fn record(kind: &'static str, key: &str, bytes: &[u8]) -> Record {
    Record { kind, key: key.to_owned(), bytes: bytes.to_vec() }
}

/// A store with the first `most` entries of a session, and everything that belongs to it.
fn store(members: &Members, most: usize) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (mut entries, mut records) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let file = name.rsplit('/').next().unwrap();
        let key = file.split('.').next().unwrap();
        match name.split('/').next().unwrap() {
            "entries" => {
                let openings = &members[&name.replace("entries/", "openings/")];
                let openings = serde_json::from_slice(openings).unwrap();
                entries.push(StoredEntry { bytes: bytes.clone(), openings });
            }
            "statements" => records.push(record(unlock::kinds::STATEMENT, key, bytes)),
            "receipts" => records.push(record(intake::kinds::RECEIPT, key, bytes)),
            "bids" if file.ends_with(".head") => records.push(record(unlock::kinds::HEAD, key, bytes)),
            "bids" => std::fs::write(store.bids().join(file), bytes).unwrap(),
            contents::PACKAGE => records.push(record(tenders::kinds::PACKAGE, "1", bytes)),
            contents::PUBLICATION => {
                let key = Sm3Digest::of(bytes).to_string();
                records.push(record(tenders::kinds::PUBLICATION, &key, bytes));
            }
            _ => {}
        }
    }
    entries.truncate(most);
    store.append(&id(), 0, &entries, &records).unwrap();
    for (name, bytes) in members {
        if let Some(size) = name.strip_prefix("notes/").and_then(|file| file.strip_suffix(".note")) {
            let size: u64 = size.parse().unwrap();
            if size <= most as u64 {
                store.put_note(&id(), size, core::str::from_utf8(bytes).unwrap()).unwrap();
            }
        }
    }
    (folder, store)
}

#[test]
fn an_archive_is_what_its_readers_may_have() {
    let session = Session::play(&Twist::default());
    let all = session.members(ReaderClass::Supervisor);
    let (folder, store) = store(&all, usize::MAX);
    for readers in ReaderClass::ALL {
        for with_bodies in [false, true] {
            let out = folder.path().join("out.zip");
            export(&store, &id(), Options { readers, with_bodies }, &out).unwrap();
            let mut expected = session.members(readers);
            expected.retain(|name, _| with_bodies || !name.ends_with(".bid"));
            let written = std::fs::read(&out).unwrap();
            assert!(written == pack(&expected, readers), "{readers:?}, bodies: {with_bodies}");
            let report = check(&written, Some(&session.trust));
            assert_eq!(report.outcome(), bidroom_verifier::Outcome::Sound, "{report:#?}");
        }
    }
}

#[test]
fn nothing_is_exported_before_the_deadline_and_nothing_incomplete_ever() {
    let session = Session::play(&Twist::default());
    let all = session.members(ReaderClass::Supervisor);
    let options = Options { readers: ReaderClass::Supervisor, with_bodies: false };
    let export_of = |members: &Members, most: usize| {
        let (folder, store) = store(members, most);
        let out = folder.path().join("out.zip");
        let done = export(&store, &id(), options, &out);
        assert_eq!(out.exists(), done.is_ok());
        assert!(!out.with_extension("part").exists());
        done
    };
    // Seven entries: created, published, what is said of the standby, three bids, one sign-in.
    assert!(matches!(export_of(&all, 7), Err(ExportError::TooEarly(_))));
    assert!(matches!(export_of(&all, 8), Err(ExportError::TooEarly(_))), "no roster yet");
    assert!(export_of(&all, 9).is_ok());

    let mut lacking = all.clone();
    let statement = lacking.keys().find(|name| name.starts_with("statements/")).unwrap().clone();
    lacking.remove(&statement);
    assert!(
        matches!(export_of(&lacking, usize::MAX), Err(ExportError::Missing { name }) if name == statement)
    );

    let mut unsigned = all.clone();
    let last = unsigned.keys().rfind(|name| name.starts_with("notes/")).unwrap().clone();
    unsigned.remove(&last);
    assert!(matches!(export_of(&unsigned, usize::MAX), Err(ExportError::Unsigned { .. })));

    let (folder, store) = store(&all, usize::MAX);
    let other = "T-2".parse().unwrap();
    let done = export(&store, &other, options, &folder.path().join("x"));
    assert!(matches!(done, Err(ExportError::Unknown(_))));
}
