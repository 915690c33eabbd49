use super::*;

fn entry(text: &str) -> StoredEntry {
    StoredEntry { bytes: text.as_bytes().to_vec(), openings: Vec::new() }
}

fn session() -> SessionId {
    "T-1-1".parse().unwrap()
}

#[test]
fn a_batch_is_there_wholly_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let record = Record { kind: "statement", key: "k".into(), bytes: vec![1] };
    store.append(&session(), 0, &[entry("a"), entry("b")], std::slice::from_ref(&record)).unwrap();

    let late = store.append(
        &session(),
        1,
        &[entry("x")],
        &[Record { kind: "statement", key: "y".into(), bytes: vec![] }],
    );
    assert!(matches!(late, Err(StoreError::Head { expected: 1, .. })), "{late:?}");
    let twice = store.append(&session(), 0, &[entry("x")], &[]);
    assert!(matches!(twice, Err(StoreError::Head { expected: 0, .. })), "{twice:?}");
    assert_eq!(store.record(&session(), "statement", "y").unwrap(), None);

    store.append(&session(), 2, &[entry("c")], &[]).unwrap();
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    let texts: Vec<_> =
        store.entries(&session(), 1, 10).unwrap().into_iter().map(|entry| entry.bytes).collect();
    assert_eq!(texts, [b"b", b"c"]);
    assert_eq!(store.record(&session(), "statement", "k").unwrap(), Some(vec![1]));
    assert_eq!(store.sessions().unwrap(), [session()]);
}

#[test]
fn nothing_that_was_stored_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let record = Record { kind: "statement", key: "k".into(), bytes: vec![1] };
    store.append(&session(), 0, &[entry("a")], &[record]).unwrap();
    store.put_records(&session(), &[Record { kind: "statement", key: "k".into(), bytes: vec![2] }]).unwrap();
    assert_eq!(store.record(&session(), "statement", "k").unwrap(), Some(vec![1]), "the first stays");
    for attack in [
        "update event set entry = x'00'",
        "delete from event",
        "update head set size = 0",
        "delete from head",
        "update record set bytes = x'00'",
        "delete from record",
        "insert into event values ('T-1-1', 7, x'00', x'5b5d')",
    ] {
        assert!(store.connection().execute_batch(attack).is_err(), "{attack}");
    }
}

#[test]
fn notes_are_found_by_size() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.append(&session(), 0, &[entry("a"), entry("b"), entry("c")], &[]).unwrap();
    store.put_note(&session(), 1, "one").unwrap();
    store.put_note(&session(), 3, "three").unwrap();
    assert_eq!(store.note_up_to(&session(), 2).unwrap(), Some((1, "one".into())));
    assert_eq!(store.note_from(&session(), 2).unwrap(), Some((3, "three".into())));
    assert_eq!(store.note_up_to(&session(), 0).unwrap(), None);
}
