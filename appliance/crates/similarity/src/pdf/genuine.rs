//! Files as programs in use make them: typst's, and the same rewritten by Debian's `qpdf`; read beside `pdftotext`.

use std::path::Path;
use std::process::Command;

use bidroom_report::fonts::FontSource;
use bidroom_report::{Renderer, Template};

use super::*;
use crate::input::Document;

fn read(path: &Path) -> (PdfFacts, String) {
    let document = Document::file("a.pdf", path.to_owned());
    let reader = (document.open)().unwrap();
    let mut whole = String::new();
    let facts = super::read(reader, Limits::default(), 100, &Cancel::new(), &mut |_, text| {
        whole.extend(text.chars().filter(|c| !c.is_whitespace()));
    });
    let Ok(facts) = facts else { panic!("cancelled") };
    (facts, whole)
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn typst_and_qpdf() {
    let renderer = Renderer::new(FontSource::System).unwrap();
    let data = serde_json::from_str(include_str!("../../../report/tests/data/bid.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for template in [Template::BidTechnical, Template::BidLetter] {
        let path = folder.path().join("made.pdf");
        std::fs::write(&path, renderer.render(template, &data).unwrap().0).unwrap();
        let (facts, text) = read(&path);
        assert_eq!(
            (facts.reach, facts.unmapped, facts.repaired),
            (Some(Reach::Whole), 0, false),
            "{facts:?}"
        );
        let expect = run(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&path).arg("-"));
        let expect: String = expect.chars().filter(|c| !c.is_whitespace()).collect();
        let sorted = |text: &str| {
            let mut characters: Vec<char> = text.chars().collect();
            characters.sort_unstable();
            characters.into_iter().collect::<String>()
        };
        assert!(text.contains("云州市城区供水管网水质在线监测设备采购项目"));
        assert_eq!(sorted(&text), sorted(&expect), "{template}");
        assert!(facts.meta.contains_key(&MetaKey::DocumentId), "{:?}", facts.meta);

        let other = folder.path().join("other.pdf");
        for options in [
            &["--object-streams=generate"][..],
            &["--object-streams=disable", "--qdf"],
            &["--linearize"],
            &["--compress-streams=n", "--decode-level=all"],
        ] {
            run(Command::new("qpdf").args(options).arg(&path).arg(&other));
            let (again, text_again) = read(&other);
            assert_eq!((again.reach, &text_again), (Some(Reach::Whole), &text), "{options:?}");
            assert!(!again.repaired);
        }
        for options in [
            &["--encrypt", "", "owner", "256", "--print=none", "--"][..],
            &["--encrypt", "user", "owner", "256", "--"],
        ] {
            run(Command::new("qpdf").args(options).arg(&path).arg(&other));
            let (facts, text) = read(&other);
            assert_eq!(text, "");
            assert_eq!(facts.reach, Some(Reach::Unread));
            assert_eq!(facts.troubles, [Trouble::Encrypted { handler: "Standard, V5".to_owned() }]);
        }
    }
}
