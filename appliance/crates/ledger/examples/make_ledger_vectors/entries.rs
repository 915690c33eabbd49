//! Entries, disclosures and commitments.

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_ledger::entry::{Draft, MAX_ENTRY_BYTES, Opening, commit};
use bidroom_ledger::tree::leaf_hashes;
use serde_json::{Value, json};

use crate::{Out, canonical, example, text};

pub(crate) fn entries(out: &Out) {
    let good = text(&example(1));
    let leaf = leaf_hashes(good.as_bytes());
    let hashes = [("sha256-leaf", leaf.sha256.to_string()), ("sm3-leaf", leaf.sm3.to_string())];
    out.write(
        "entry-ok",
        "an entry with one public, two private fields and an emptied object",
        "ok",
        &hashes,
        &good,
    );
    let wrong = |name: &str, note: &str, expect: &str, from: &str, to: &str| {
        let body = good.replacen(from, to, 1);
        assert_ne!(body, good, "{name}");
        out.write(&format!("entry-{name}"), note, expect, &[], &body);
    };
    wrong("space", "a space after the first brace", "canonical", "{\"at\"", "{ \"at\"");
    let (at, by) = ("\"at\":1773799201000,", format!("\"by\":\"{}\",", example(1).entry.by()));
    wrong("order", "members out of order", "canonical", &format!("{at}{by}"), &format!("{by}{at}"));
    wrong("missing-member", "a member is missing", "canonical", "\"kind\":\"bid.received\",", "");
    wrong("unknown-member", "a member entries do not have", "canonical", "\"kind\"", "\"if\":1,\"kind\"");
    wrong(
        "repeated-member",
        "a member twice",
        "canonical",
        "\"kind\":\"bid.received\"",
        "\"kind\":\"bid.received\",\"kind\":\"bid.received\"",
    );
    wrong("float", "a time with a fraction", "canonical", "1773799201000", "1773799201000.0");
    wrong(
        "big-number",
        "an integer beyond 2^53 - 1",
        "canonical",
        "\"sequence\":1",
        "\"sequence\":9007199254740992",
    );
    wrong("escape", "a letter written as an escape", "canonical", "\"kind\"", "\"\\u006bind\"");
    let by = example(1).entry.by().to_string();
    wrong("upper-case-digest", "a digest in capitals", "canonical", &by, &by.to_uppercase());
    wrong("negative-time", "a time before 1970", "time", "1773799201000", "-1");
    wrong("kind", "a kind with a capital letter", "kind", "bid.received", "Bid.received");
    wrong("kind-empty", "an empty kind", "kind", "bid.received", "");
    wrong("path-by", "a commitment named by", "path", "\"bidder\":\"", "\"by\":\"");
    wrong("path-empty-name", "a path with an empty name", "path", "\"rows.1\"", "\"rows.\"");
    wrong("path-character", "a path with a space", "path", "\"rows.1\"", "\"rows. 1\"");
    wrong("path-deep", "a path of five names", "path", "\"rows.1\"", "\"rows.1.2.3.4\"");
    wrong("no-place", "a commitment in an object that is not there", "place", "\"rows.1\"", "\"rowz.1\"");
    wrong("no-place-null", "a commitment inside null", "place", "\"rows.1\"", "\"rows.2.1\"");
    wrong("taken", "a field both public and committed to", "taken", "\"rows.1\"", "\"rows.2\"");
    wrong("nested", "a commitment inside another", "nested", "\"bidder\":\"", "\"rows\":\"");
    let long = "x".repeat(MAX_ENTRY_BYTES);
    wrong("long", "longer than 60 KiB", "length", "\"sequence\":1", &format!("\"sequence\":\"{long}\""));

    let Draft { openings, .. } = example(1);
    let show = |openings: &[Opening]| canonical(&serde_json::to_value(openings).unwrap());
    let case = |name: &str, note: &str, expect: &str, openings: &[Opening], result: Option<Value>| {
        let mut headers = vec![("openings", show(openings))];
        headers.extend(result.map(|result| ("result", canonical(&result))));
        out.write(&format!("disclose-{name}"), note, expect, &headers, &good);
    };
    let public = json!({"bid_digest": Sm3Digest::of(&1_u64.to_be_bytes()).to_string(), "rows": {"2": null}, "sequence": 1});
    let mut whole = public.clone();
    whole["bidder"] = openings[1].value.clone();
    whole["rows"]["1"] = openings[2].value.clone();
    let mut some = public.clone();
    some["rows"]["1"] = openings[2].value.clone();
    case("all", "every opening", "ok", &openings, Some(json!({"by": openings[0].value, "fields": whole})));
    case("one", "the opening of one row", "ok", &openings[2..], Some(json!({"by": null, "fields": some})));
    case("none", "no opening", "ok", &[], Some(json!({"by": null, "fields": public})));
    let changed = |change: &dyn Fn(&mut Opening)| {
        let mut opening = openings[2].clone();
        change(&mut opening);
        [opening]
    };
    case("other-value", "another price", "mismatch", &changed(&|o| o.value = json!({"price_fen": 1})), None);
    case("other-salt", "another salt", "mismatch", &changed(&|o| o.salt.0[31] ^= 1), None);
    case(
        "other-path",
        "the opening of another path",
        "mismatch",
        &changed(&|o| o.path = "bidder".into()),
        None,
    );
    case("unknown", "a path without commitment", "unknown", &changed(&|o| o.path = "rows.2".into()), None);
    let twice = [openings[2].clone(), openings[2].clone()];
    case("repeated", "one opening twice", "repeated", &twice, None);
}

pub(crate) fn commitments(out: &Out) {
    let case = |name: &str, kind: &str, path: &str, value: Value| {
        let salt = Hex32([0x5a; 32]);
        let commitment = commit(kind, path, &salt.0, &value).unwrap();
        let headers = [
            ("entry-kind", kind.to_owned()),
            ("path", path.to_owned()),
            ("salt", salt.to_string()),
            ("commitment", commitment.to_string()),
        ];
        out.write(
            &format!("commitment-{name}"),
            "a commitment to the value below",
            "ok",
            &headers,
            &canonical(&value),
        );
    };
    case("null", "k", "a", Value::Null);
    case("text", "bid.received", "bidder", json!("江城\u{1}\"\\/"));
    case(
        "object",
        "opening.opened",
        "rows.17",
        json!({"b": [1, -2, true], "a": {"价": 9_007_199_254_740_991_i64}}),
    );
}
