//! The ready methods with their example bids, and the schemas as they stand in `docs/price/`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;

use bidroom_pricing::catalogue::READY;
use bidroom_pricing::cli;
use bidroom_pricing::schema::{Format, schema};
use bidroom_pricing::{Bids, Method, State, evaluate};

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/price")
}

/// Compares with what stands in the file; with `BIDROOM_BLESS` set the file is written instead.
#[track_caller]
fn stands(name: &str, text: &str) {
    let path = docs().join(name);
    if std::env::var_os("BIDROOM_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} is not current: run the tests once with BIDROOM_BLESS=1", path.display());
}

#[test]
fn schemas_are_current() {
    for (format, name) in Format::ALL {
        stands(&format!("{name}.schema.json"), &schema(format));
    }
}

#[test]
fn every_ready_method_has_an_example() {
    for ready in READY {
        let method = Method::from_json(ready.json.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_eq!(method.id, ready.id);
        let bids = std::fs::read(docs().join(format!("examples/{}.bids.json", ready.id))).unwrap();
        let parsed = Bids::from_json(&bids).unwrap_or_else(|refusal| panic!("{}: {refusal}", ready.id));
        let outcome = evaluate(&method, &parsed).unwrap_or_else(|refusal| panic!("{}: {refusal}", ready.id));
        assert_ne!(outcome.state, State::Cancelled, "{}", ready.id);
        let answer = cli::price(ready.json.as_bytes(), &bids, true);
        assert_eq!(answer.failure, None);
        stands(&format!("examples/{}.outcome.json", ready.id), &answer.stdout);
        let table = cli::price(ready.json.as_bytes(), &bids, false).stdout;
        stands(&format!("examples/{}.table.txt", ready.id), &table);
        // What is written can be read, and reads the same.
        assert_eq!(Method::from_json(&serde_json::to_vec(&method).unwrap()).unwrap(), method);
        assert_eq!(Bids::from_json(&serde_json::to_vec(&parsed).unwrap()).unwrap(), parsed);
    }
}
