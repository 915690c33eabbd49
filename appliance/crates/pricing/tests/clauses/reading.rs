//! Foreign bytes: every refusal names its place.

use serde_json::{Value, json};

use crate::lots::{bids, goods, refused, run, with};
use bidroom_pricing::{Bids, Method};

#[track_caller]
fn unreadable(text: &str, code: &str, path: &str) {
    let refusal = Bids::from_json(text.as_bytes()).expect_err("it was read");
    assert_eq!((&*refusal.code, &*refusal.path), (code, path), "{refusal}");
    assert!(Method::from_json(text.as_bytes()).is_err());
}

#[test]
fn json_itself() {
    for (text, code, path) in [
        ("", "not_json", ""),
        ("{", "not_json", ""),
        ("{} x", "not_json", ""),
        ("\u{feff}{}", "not_json", ""),
        (r#"{"a": 1.0}"#, "float", "/a"),
        (r#"{"a": [0, {"b": 1e3}]}"#, "float", "/a/1/b"),
        (r#"{"a": 18446744073709551616}"#, "float", "/a"),
        (r#"{"a": -0.5}"#, "float", "/a"),
        (r#"{"a": 1, "a": 1}"#, "member_twice", "/a"),
        (r#"{"x/y": {"~": 1, "~": 2}}"#, "member_twice", "/x~1y/~0"),
        (r#"{"format": "bidroom-bids/1"}"#, "shape", ""),
        ("[]", "shape", ""),
    ] {
        unreadable(text, code, path);
    }
    unreadable(&"[".repeat(100_000), "too_deep", &"/0".repeat(24));
}

#[test]
fn shapes() {
    let good = || bids(&[100, 120, 125], &["60", "60", "60"]);
    for (pointer, value, path) in [
        ("/bids/1/price", json!("120"), "/bids/1/price"),
        ("/bids/1/price", json!(-1), "/bids/1/price"),
        ("/bids/1/price", json!(1_000_000_000_000_000u64), "/bids/1/price"),
        ("/bids/1/colour", json!(1), "/bids/1/colour"),
        ("/sheets/0/marks/0/mark", json!(60), "/sheets/0/marks/0/mark"),
        ("/sheets/0/marks/0/mark", json!("6e1"), "/sheets/0/marks/0/mark"),
        ("/bids/0/sme", json!({ "consortium": { "share": "30" } }), "/bids/0/sme/consortium/share"),
    ] {
        refused(&goods(&[]), &with(good(), &[(pointer, value)]), "shape", path);
    }
    for (pointer, value, code, path) in [
        ("/format", json!("bidroom-bids/2"), "format", "/format"),
        ("/bids", json!([]), "too_many", "/bids"),
        ("/bids/1/id", json!("B1"), "twice", "/bids/1/id"),
        ("/bids/1/name", json!(" "), "text_length", "/bids/1/name"),
        ("/experts", json!(["E1", "E1"]), "twice", "/experts/1"),
        ("/sheets/1/bid", json!("B1"), "twice", "/sheets/1"),
        ("/sheets/1/bid", json!("B9"), "unknown", "/sheets/1/bid"),
        ("/sheets/1/expert", json!("E9"), "unknown", "/sheets/1/expert"),
        ("/sheets/1/marks", json!([]), "mark_missing", "/sheets/1/marks"),
        ("/sheets/1/marks/0/item", json!("q"), "unknown", "/sheets/1/marks/0/item"),
        ("/lot/budget", json!(0), "zero_limit", "/lot/budget"),
        ("/bids/0/price", Value::Null, "price_missing", "/bids/0/price"),
        ("/choices", json!([{ "purpose": "same_brand", "order": ["B9"] }]), "unknown", "/choices/0/order/0"),
        ("/draws", json!([{ "name": "K", "value": "1" }]), "unknown", "/draws/0/name"),
    ] {
        refused(&goods(&[]), &with(good(), &[(pointer, value)]), code, path);
    }
    refused(
        &goods(&[]),
        &with(good(), &[("/experts", json!([])), ("/sheets", json!([]))]),
        "experts_missing",
        "/experts",
    );
    let two = with(good(), &[("/experts", json!(["E1", "E2"]))]);
    refused(&goods(&[]), &two, "sheet_missing", "/sheets");
}

#[test]
fn shapes_are_explained_in_both_languages() {
    let good = || bids(&[100, 120, 125], &["60", "60", "60"]);
    for (pointer, value, zh, en) in [
        ("/bids/1/colour", json!(1), "没有名为 colour 的成员", "there is no member colour"),
        ("/bids/1/price", json!("120"), "此处是字符串", "invalid type: string"),
        ("/bids/1/price", json!(1_000_000_000_000_000u64), "金额超出范围", "amount out of range"),
        ("/bids/1/conformity", json!("ok"), "`ok` 不在可选值之内", "unknown variant `ok`"),
        ("/bids/1/name", Value::Null, "缺少成员 name", "missing field `name`"),
        ("/sheets/0/marks/0/mark", json!("6e1"), "\"6e1\" 不是十进制数", "\"6e1\" is no decimal number"),
    ] {
        let refusal = run(&goods(&[]), &with(good(), &[(pointer, value)])).expect_err("it was read");
        assert!(refusal.reason.zh.contains(zh) && refusal.reason.en.contains(en), "{refusal}");
        assert!(!refusal.reason.en.contains('是'), "{refusal}");
    }
}

#[test]
fn too_many_of_anything() {
    let prices = vec![100; 1001];
    refused(&goods(&[]), &bids(&prices, &[]), "too_many", "/bids");
    let leaf = |n: usize| json!({ "id": format!("i{n}"), "name": { "zh": "项", "en": "item" }, "maximum": "0.1", "item": { "kind": "subjective" } });
    let many: Vec<Value> = (0..501).map(leaf).collect();
    let method = goods(&[("/criteria", json!(many))]);
    refused(&method, &bids(&[100], &[]), "too_many_criteria", "/criteria/500");
}
