//! A centre's own templates: what they may replace and read, and what is said where they fail.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "this test looks at few files")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use bidroom_report::fonts::FontSource;
use bidroom_report::{Renderer, Template};
use serde_json::{Value, json};
use support::{RENDERER, check_sound, keep, record, text};

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("templates-{name}"));
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

fn renderer(folder: &Path) -> Renderer {
    Renderer::new(FontSource::System).unwrap().with_templates(folder).unwrap()
}

fn commitment() -> Value {
    json!({
        "head": {
            "lang": "zh", "drill": false, "utc_offset_minutes": 480, "issued_at": 1_773_802_560_000_i64,
            "centre": "云州市公共资源交易中心", "number": "T-2026-1-1-CN3", "room": "评标三室", "session": "T-2026-1-1",
            "tender": {
                "number": "T-2026-1", "title": "水质在线监测设备采购", "lot": "第 1 包", "purchaser": "云州市水务局",
                "agency": "", "method": "综合评分法", "ceiling": null
            },
            "mark": {"entry": 300, "entries": 301, "at": null, "sm3_root": "", "qr": "https://room.example/300"}
        },
        "member": {
            "index": 3, "name": "王知远", "employer": "设计院", "specialty": "水质监测", "role": "评审专家",
            "is_chair": false, "identity": "核验身份证", "phone": "手机已寄存", "seat": 3,
            "signed_in_at": 1_773_802_560_000_i64, "committed_at": null, "left": "", "sign": {"is": "open"}
        },
        "clauses": ["独立评审。"],
        "void": "",
        "hand": {"role": "评标委员会成员", "name": "王知远", "sign": {
            "is": "signed", "at": 1_773_802_560_000_i64, "statement": "c08e55d16a2b47f3", "entry": 300,
            "certificate": "", "internal": true, "picture": "missing"
        }}
    })
}

#[test]
fn a_name_and_a_digest_stand_where_no_handwriting_is() {
    let path = keep("commitment", &RENDERER.render(Template::Commitment, &commitment()).unwrap());
    check_sound(&path);
    let said = text(&path);
    for part in ["承诺书", "王知远", "已签名", "c08e55d16a2b47f3", "内部证据", "账本300"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[test]
fn a_centre_replaces_a_template_and_only_that() {
    let own = "#import \"paper-common.typ\": *\n#show: paper.with(\"本中心承诺书\", \"Own\")\n#plain(data.member.name)\n";
    let folder = folder("own", &[("commitment.typ", own), ("README.md", "left alone")]);
    let renderer = renderer(&folder);
    let path = keep("commitment-own", &renderer.render(Template::Commitment, &commitment()).unwrap());
    check_sound(&path);
    assert!(text(&path).contains("本中心承诺书"));
    assert!(
        renderer.render(Template::Commitment, &commitment()).unwrap()
            != RENDERER.render(Template::Commitment, &commitment()).unwrap()
    );
    // What is not replaced stays as it was, byte by byte.
    assert!(
        renderer.render(Template::OpeningRecord, &record()).unwrap()
            == RENDERER.render(Template::OpeningRecord, &record()).unwrap()
    );
    // The built-in text is what a centre begins with.
    assert!(Template::Commitment.built_in().contains("承诺书"));
}

#[track_caller]
fn check_unusable(name: &str, file: (&str, &str), expect: &[&str]) {
    let folder = folder(name, &[file]);
    let said = Renderer::new(FontSource::System).unwrap().with_templates(&folder).unwrap_err().to_string();
    for part in expect {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}

#[test]
fn templates_that_cannot_be_used_are_named() {
    check_unusable(
        "syntax",
        ("report.typ", "#let a = 1\n\n#let b = (\n"),
        &["report.typ", "第 3 行", "语法错误"],
    );
    check_unusable("unknown", ("raport.typ", ""), &["raport.typ", "不对应任何模板", "report.typ"]);
    check_unusable("common", ("common.typ", ""), &["common.typ", "不对应任何模板"]);
    check_unusable("large", ("report.typ", &" ".repeat(300_000)), &["300000", "最多 262144 字节"]);
    let said = Renderer::new(FontSource::System).unwrap().with_templates(Path::new("no/such")).unwrap_err();
    assert!(said.to_string().contains("no/such"), "{said}");
}

#[track_caller]
fn check_fails(name: &str, text: &str, expect: &[&str]) {
    let folder = folder(name, &[("commitment.typ", text)]);
    let said = renderer(&folder).render(Template::Commitment, &commitment()).unwrap_err().to_string();
    for part in expect {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}

#[test]
fn a_template_that_fails_says_where() {
    check_fails("field", "#import \"common.typ\": *\n\n#data.nonsense\n", &["commitment.typ:3:", "nonsense"]);
    check_fails("call", "#import \"common.typ\": *\n#clock(\"x\")", &["commitment.typ:2:", "common.typ:"]);
    check_fails("endless", "#while true { [x] }", &["commitment.typ:1:"]);
}

#[test]
fn a_template_reads_nothing_but_its_world() {
    check_fails("passwd", "#read(\"/etc/passwd\")", &["commitment.typ:1:", "not found"]);
    check_fails("parent", "#read(\"../../../../etc/passwd\")", &["commitment.typ:1:"]);
    check_fails("package", "#import \"@preview/cetz:0.3.0\": *", &["commitment.typ:1:", "not found"]);
    check_fails("date", "#datetime.today()", &["commitment.typ:1:"]);
    check_fails("plugin", "#plugin(\"x.wasm\")", &["commitment.typ:1:"]);
}

#[test]
fn data_that_does_not_fit_together_is_refused() {
    let mut data = commitment();
    data["head"]["mark"]["sm3_root"] = json!("C08E");
    let said = RENDERER.render(Template::Commitment, &data).unwrap_err().to_string();
    assert!(said.contains("不是 64 位十六进制数"), "{said}");
    data["head"]["mark"]["sm3_root"] = json!("");
    data["head"]["mark"]["qr"] = json!("x".repeat(851));
    let said = RENDERER.render(Template::Commitment, &data).unwrap_err().to_string();
    assert!(said.contains("851 字节，最多 850"), "{said}");
}
