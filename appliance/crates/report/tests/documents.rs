//! The documents as files: sound PDF/A, extractable Chinese text, the same bytes each time, foreign text as text.
//!
//! Looks at the files with Debian's `qpdf` and `poppler-utils`, as a reader in another house would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use bidroom_report::fonts::FontSource;
use bidroom_report::{Renderer, Template};
use serde_json::{Value, json};
use support::{RENDERER, bid, check_sound, keep, page_text, pages, record, text};

/// Renders, keeps and checks a document; gives its path.
#[track_caller]
fn made(name: &str, template: Template, data: &Value) -> std::path::PathBuf {
    let pdf = RENDERER.render(template, data).unwrap();
    let path = keep(name, &pdf);
    check_sound(&path);
    path
}

#[track_caller]
fn check_says(text: &str, expect: &[&str]) {
    for part in expect {
        let part: String = part.split_whitespace().collect();
        assert!(text.contains(&part), "{part:?} is not in {text}");
    }
}

#[test]
fn the_record_says_what_happened() {
    let path = made("record", Template::OpeningRecord, &record());
    assert_eq!(pages(&path), 1);
    check_says(
        &text(&path),
        &[
            "开标记录表",
            "编号 YZZC-2026-G0117-1-KB",
            "2026 年 3 月 18 日 10:00:00",
            "10:02:00 至 10:34:27，含停表 2 分 27 秒",
            "不少于 3 家，符合开标条件（招标投标法实施条例第四十四条）",
            "10,986,523.60",
            "壹仟零玖拾捌万陆仟伍佰贰拾叁元陆角整",
            "91370000728461593H",
            "未开启，视为撤销（见第三项第 1 条）",
            "未操作",
            "有异议",
            "10:38:02 提出异议：质保期投标函为 4 年。10:39:45 当场答复：以一览表 3 年为准（招标文件 5.4）。",
            "账本第 226、229 条。",
            "锁尾号 7D12电子签名有效，账本第 246 条",
            "第 1 页，共 1 页",
            "C08E 55D1 6A2B 47F3",
        ],
    );
    assert!(!text(&path).contains("演练"));
}

#[test]
fn the_english_record_of_a_drill_says_so() {
    let mut data = record();
    data["lang"] = json!("en");
    data["drill"] = json!(true);
    let path = made("record-en", Template::OpeningRecord, &data);
    check_says(
        &text(&path),
        &[
            "Opening Record",
            "DRILL — this record has no legal effect",
            "18 March 2026 10:00:00",
            "not opened, deemed revoked",
            &format!("Page 1 of {}", pages(&path)),
        ],
    );
}

#[test]
fn a_refused_opening_is_recorded_as_refused() {
    let mut data = record();
    data["participation"]["received"] = json!(2);
    data["opened_at"] = Value::Null;
    data["window"] = Value::Null;
    data["tender"]["ceiling"] = Value::Null;
    data["notes"] = json!([]);
    data["objections"] = json!([]);
    data["ledger"]["note"] = json!([]);
    data["rows"] = json!([{
        "seq": 1, "bidder": "海澜智测科技有限公司", "credit_code": "91370000MA3U7K2X1Q",
        "outcome": {"is": "sealed", "remark": ""},
        "unlocked": null, "confirmation": "none", "objected": false
    }]);
    data["host"]["signed"] = Value::Null;
    let path = made("record-refused", Template::OpeningRecord, &data);
    let said = text(&path);
    check_says(&said, &["少于 3 家，不得开标", "未开启任何投标文件", "未开启，仍然封存", "签名：", "无。"]);
    assert!(!said.contains("不少于 3 家"));
}

#[test]
fn whoever_does_not_sign_is_named_with_the_reason() {
    let mut data = record();
    data["supervisor"]["signed"] = Value::Null;
    data["supervisor"]["absent"] =
        json!({"at": 1_773_802_560_000_i64, "reason": "因公务提前离场", "entry": 246});
    data["witnesses"][0]["signatory"]["signed"] = Value::Null;
    let path = made("record-absent", Template::OpeningRecord, &data);
    check_says(
        &text(&path),
        &[
            "沈若兰2026-03-18 10:54:20　锁尾号 31C8电子签名有效，账本第 244 条",
            "顾明远签名：",
            "罗毅未签署：因公务提前离场2026-03-18 10:56:00 由主持人记入，账本第 246 条",
        ],
    );
    data["lang"] = json!("en");
    let path = made("record-absent-en", Template::OpeningRecord, &data);
    check_says(
        &text(&path),
        &["lock …31C8", "valid, log entry 244", "Not signed: 因公务提前离场", "by the host"],
    );

    // As long as a reason may be.
    data["supervisor"]["absent"]["reason"] = json!("离".repeat(2000));
    let path = made("record-absent-long", Template::OpeningRecord, &data);
    assert_eq!(text(&path).matches('离').count(), 2000);
}

#[test]
fn a_record_takes_no_more_pages_than_it_needs() {
    for (lang, rows, expect) in
        [("zh", 3, 1), ("zh", 8, 1), ("zh", 30, 2), ("en", 3, 1), ("en", 8, 1), ("en", 30, 2)]
    {
        let mut data = record();
        data["lang"] = json!(lang);
        data["drill"] = json!(true);
        if lang == "en" {
            let heads = [("Delivery", "days"), ("Warranty", "years"), ("Project manager", "")];
            data["columns"] = heads.map(|(label, unit)| json!({"label": label, "unit": unit})).into();
        }
        let known = data["rows"].as_array().unwrap().clone();
        let rows: Vec<Value> = (1..=rows)
            .zip(known.iter().cycle())
            .map(|(seq, row)| {
                let mut row = row.clone();
                row["seq"] = json!(seq);
                row
            })
            .collect();
        data["rows"] = json!(rows);
        let path = made(&format!("record-{lang}-{}", rows.len()), Template::OpeningRecord, &data);
        assert_eq!(pages(&path), expect, "{} rows in {lang}", rows.len());
        // No word of a head is broken or runs into the next.
        let said = text(&path);
        if lang == "en" {
            check_says(&said, &["Delivery days Warranty years Project manager Share given Confirmed"]);
        }
    }
}

#[test]
fn two_hundred_rows_repeat_the_head_and_count_the_pages() {
    let mut data = record();
    data["drill"] = json!(true);
    let row = data["rows"][1].clone();
    let rows = (1..=200).map(|seq| {
        let mut row = row.clone();
        row["seq"] = json!(seq);
        row["bidder"] = json!(format!("第{seq}号投标有限公司"));
        row
    });
    data["rows"] = rows.collect();
    let path = made("record-200", Template::OpeningRecord, &data);
    let count = pages(&path);
    assert!(count > 5, "{count} pages");
    let mut seen = 0;
    for page in 1..=count {
        let said = page_text(&path, page);
        check_says(&said, &[&format!("第{page}页，共{count}页"), "核对本记录", "不具有法律效力", "演练"]);
        let rows = said.matches("号投标有限公司").count();
        seen += rows;
        assert!(rows == 0 || said.contains("统一社会信用代码"), "no head on page {page}");
    }
    assert_eq!(seen, 200);
}

#[test]
fn many_columns_turn_the_page() {
    let mut data = record();
    data["columns"] = (0..8).map(|n| json!({"label": format!("指标{n}"), "unit": ""})).collect();
    for row in data["rows"].as_array_mut().unwrap() {
        if row["outcome"]["is"] == "opened" {
            row["outcome"]["values"] = (0..8).map(|n| json!(format!("值{n}"))).collect();
        }
    }
    let path = made("record-wide", Template::OpeningRecord, &data);
    check_says(&text(&path), &["指标7", "值7"]);
}

/// Every string of the data, replaced.
fn replace_strings(value: &mut Value, with: &str) {
    match value {
        Value::String(text) => *text = with.to_owned(),
        Value::Array(elements) => elements.iter_mut().for_each(|element| replace_strings(element, with)),
        Value::Object(fields) => {
            for (name, field) in fields {
                let fixed = ["is", "lang", "by", "confirmation", "deviation", "sm3_root", "note"];
                if !fixed.contains(&name.as_str()) {
                    replace_strings(field, with);
                }
            }
        }
        _ => {}
    }
}

#[track_caller]
fn check_hostile(name: &str, input: &str, expect: &str) {
    for (template, mut data) in
        [(Template::OpeningRecord, record()), (Template::BidLetter, bid()), (Template::BidTechnical, bid())]
    {
        replace_strings(&mut data, input);
        let path = made(&format!("hostile-{name}-{template}"), template, &data);
        check_says(&text(&path), &[expect]);
    }
}

#[test]
fn markup_is_printed_and_never_obeyed() {
    let all = "#panic[x] $x^2$ *b* _i_ @a <b> \\u{41}\\ `r` //c \"#} ]) /* https://a.b -- ~ 'q'";
    check_hostile("markup", all, all);
    check_hostile("start", "= h + [#]", "= h + [#]");
}

#[test]
fn odd_characters_are_shown_by_number() {
    check_hostile(
        "odd",
        "甲\u{202E}乙\0\u{1b}丙😀丁\n\n戊\r\n己",
        "甲〔U+202E〕乙〔U+0000〕〔U+001B〕丙〔U+1F600〕丁戊己",
    );
}

#[test]
fn very_long_names_stay_on_the_paper() {
    for (name, long) in
        [("han", "某".repeat(3000)), ("latin", "W".repeat(3000)), ("mixed", "Ab1-".repeat(700))]
    {
        let mut data = record();
        data["rows"][0]["bidder"] = json!(long);
        let path = made(&format!("long-{name}"), Template::OpeningRecord, &data);
        let said: String = (1..=pages(&path)).map(|page| page_text(&path, page)).collect();
        let first = long.chars().next().unwrap();
        let expect = long.chars().filter(|&c| c == first).count();
        // What is cut off at the edge of the paper is not extracted.
        let found = said.chars().filter(|&c| c == first).count();
        assert!(found >= expect, "{name}: {found} of {expect}");
    }
}

#[test]
fn the_bid_letter_states_the_offer() {
    let path = made("letter", Template::BidLetter, &bid());
    assert!(pages(&path) >= 6);
    check_says(
        &text(&path),
        &[
            "投标函",
            "开标一览表",
            "伍佰肆拾捌万元整",
            "5,480,000.00",
            "法定代表人授权书",
            "多参数水质在线监测仪",
            "91370000MA3U7K2X1Q",
            "2026年3月17日",
            "演练",
        ],
    );
}

#[test]
fn the_technical_response_answers_each_requirement() {
    let path = made("technical", Template::BidTechnical, &bid());
    assert!(pages(&path) >= 4);
    let said = text(&path);
    check_says(&said, &["量程0～40NTU，示值误差±2%", "正偏离", "许文博", "75日历天", "HL-W600"]);
    assert!(!said.contains("5,480,000"), "a price in the technical part");
}

#[test]
fn the_documents_of_five_firms_differ() {
    for template in [Template::BidLetter, Template::BidTechnical] {
        let texts: Vec<BTreeSet<String>> = (1..=5)
            .map(|seed| {
                let mut data = bid();
                data["seed"] = json!(seed);
                let said = text(&made(&format!("{template}-{seed}"), template, &data));
                said.split(['。', '；', '：']).filter(|s| s.chars().count() > 8).map(str::to_owned).collect()
            })
            .collect();
        for (n, one) in texts.iter().enumerate() {
            for other in texts.iter().skip(n + 1) {
                let shared = one.intersection(other).count();
                let percent = shared * 100 / one.len().min(other.len());
                assert!(percent < 55, "{template}: {percent} % of the sentences are shared");
            }
        }
    }
    let mut largest = bid();
    largest["seed"] = json!(u32::MAX);
    made("seed-max", Template::BidTechnical, &largest);
}

#[test]
fn a_bid_without_lists_is_still_a_document() {
    let mut data = bid();
    for list in ["schedule", "products", "parameters"] {
        data[list] = json!([]);
    }
    data["tender"]["agency"] = json!("");
    made("letter-bare", Template::BidLetter, &data);
    let path = made("technical-bare", Template::BidTechnical, &data);
    check_says(&text(&path), &["全部技术条款均响应，无偏离"]);
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let another = Renderer::new(FontSource::System).unwrap();
    for (template, data) in
        [(Template::OpeningRecord, record()), (Template::BidLetter, bid()), (Template::BidTechnical, bid())]
    {
        let first = RENDERER.render(template, &data).unwrap();
        assert!(first == RENDERER.render(template, &data).unwrap(), "{template} twice");
        assert!(first == another.render(template, &data).unwrap(), "{template} by another renderer");
    }
    let mut later = record();
    later["issued_at"] = json!(later["issued_at"].as_i64().unwrap() + 1000);
    let (first, second) = (
        RENDERER.render(Template::OpeningRecord, &record()).unwrap(),
        RENDERER.render(Template::OpeningRecord, &later).unwrap(),
    );
    assert!(first != second, "the date of the data is the date of the file");
}
