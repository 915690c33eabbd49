//! What is not made into a document, and what the refusal says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "this test looks at no file")]
mod support;

use std::fs;
use std::path::Path;

use bidroom_report::fonts::FontSource;
use bidroom_report::{Renderer, Template};
use serde_json::{Value, json};
use support::{RENDERER, bid, record};

#[track_caller]
fn check(template: Template, data: &Value, expect: &str) {
    let said = RENDERER.render(template, data).unwrap_err().to_string();
    assert!(said.contains(expect), "{expect:?} is not in {said}");
}

#[track_caller]
fn check_record(pointer: &str, value: Value, expect: &str) {
    let mut data = record();
    *data.pointer_mut(pointer).unwrap() = value;
    check(Template::OpeningRecord, &data, expect);
}

#[track_caller]
fn check_bid(pointer: &str, value: Value, expect: &str) {
    let mut data = bid();
    *data.pointer_mut(pointer).unwrap() = value;
    check(Template::BidLetter, &data, expect);
}

#[test]
fn data_that_does_not_fit_is_refused() {
    check(Template::OpeningRecord, &Value::Null, "opening-record");
    check(Template::OpeningRecord, &json!({}), "missing field `lang`");
    check(Template::OpeningRecord, &bid(), "unknown field");
    check(Template::BidTechnical, &record(), "unknown field");
    check_record("/lang", json!("fr"), "unknown variant `fr`");
    check_record("/issued_at", json!(-1), "1970 年至 9999 年");
    check_record("/issued_at", json!(1.5), "invalid type");
    check_record("/deadline", json!(i64::MAX), "1970 年至 9999 年");
    check_record("/utc_offset_minutes", json!(900), "±14 小时");
    check_record("/rows/0/outcome/is", json!("eaten"), "unknown variant `eaten`");
    check_record("/rows/0/seq", json!(-1), "invalid value");
    check_bid("/seed", json!(u64::MAX), "invalid value");
    check_bid("/parameters/0/deviation", json!("fine"), "unknown variant `fine`");
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    check_record("/rows/1/outcome/values", json!(["60"]), "第 2 行有 1 个值，一览表有 3 列");
    check_record("/columns", json!([]), "第 1 行有 3 个值，一览表有 0 列");
    check_record("/ledger/sm3_root", json!("C08E"), "不是 64 位十六进制数");
    check_record("/ledger/sm3_root", json!("谷".repeat(64)), "不是 64 位十六进制数");
    check_record("/ledger/note", json!(["x".repeat(900)]), "检查点正文 901 字节");
}

#[test]
fn data_without_bounds_is_refused() {
    let row = record()["rows"][0].clone();
    check_record("/rows", vec![row; 1001].into(), "rows 有 1001 项，最多 1000 项");
    let column = record()["columns"][0].clone();
    check_record("/columns", vec![column; 11].into(), "columns 有 11 项，最多 10 项");
    check_record("/rows/0/bidder", json!("某".repeat(400_000)), "最多 1048576 字节");
    let product = bid()["products"][0].clone();
    check_bid("/products", vec![product; 501].into(), "products 有 501 项，最多 500 项");
}

#[test]
fn a_note_too_long_for_a_code_goes_without_its_signatures() {
    let mut data = record();
    let mut lines = vec!["origin".to_owned(), "1".to_owned(), "root".to_owned(), String::new()];
    lines.extend((0..20).map(|n| format!("— witness-{n} {}", "A".repeat(96))));
    data["ledger"]["note"] = json!(lines);
    RENDERER.render(Template::OpeningRecord, &data).unwrap();
}

#[track_caller]
fn check_fonts(name: &str, file: Option<(&str, &[u8])>, expect: &[&str]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    if let Some((name, bytes)) = file {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let said = Renderer::new(FontSource::Folder(folder)).unwrap_err().to_string();
    for part in expect {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}

#[test]
fn missing_or_broken_fonts_are_named_with_their_package() {
    check_fonts("fonts-none", None, &["缺少字体 Noto Serif CJK SC（字重 400）", "fonts-noto-cjk"]);
    let broken: (&str, &[u8]) = ("NotoSerifCJK-Regular.ttc", b"ttcf\0\x01\0\0\xff\xff\xff\xff");
    check_fonts(
        "fonts-broken",
        Some(broken),
        &["NotoSerifCJK-Regular.ttc", "没有 Noto Serif CJK SC", "fonts-noto-cjk"],
    );
    let empty: (&str, &[u8]) = ("NotoSerifCJK-Regular.ttc", b"");
    check_fonts("fonts-empty", Some(empty), &["没有 Noto Serif CJK SC"]);
    let short: (&str, &[u8]) =
        ("NotoSerifCJK-Regular.ttc", b"ttcf\0\x01\0\0\0\0\0\x02\0\0\0\x14\xff\xff\xff\xff");
    check_fonts("fonts-short", Some(short), &["没有 Noto Serif CJK SC"]);
    check_fonts("fonts-other", Some(("DejaVuSans.ttf", b"")), &["缺少字体"]);
}

#[test]
fn a_folder_that_does_not_exist_has_no_fonts() {
    let said = Renderer::new(FontSource::Folder("no/such/folder".into())).unwrap_err().to_string();
    assert!(said.contains("no/such/folder"), "{said}");
}
