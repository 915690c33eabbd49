//! Evaluations as they are played, step by step as the rules allow, and the documents made of them.

#![allow(dead_code, reason = "each test file uses its part")]

#[path = "../../../domain/tests/committee_room/mod.rs"]
pub mod committee_room;
pub mod large;
pub mod png;
pub mod story;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::statement_of;
use bidroom_domain::{Actor, At};
use bidroom_outcome::Computed;
use bidroom_papers::{Checkpoint, Facts, Logged, Papers, Signer, papers};
use bidroom_report::fonts::FontSource;
use bidroom_report::record::Language;
use bidroom_report::{Pdf, Renderer};
use committee_room::Room;

pub static RENDERER: LazyLock<Renderer> = LazyLock::new(|| Renderer::new(FontSource::System).unwrap());

/// The first entry of the evaluation in the logs played here.
pub const FIRST: u64 = 251;

/// The log of a room.
pub fn log(room: &Room) -> Vec<Logged> {
    let numbered = (FIRST..).zip(&room.log);
    numbered
        .map(|(entry, (at, by, event))| Logged { entry, at: *at, by: by.clone(), event: event.clone() })
        .collect()
}

/// Members sign with handwriting and the room's keys, others with locks.
pub fn signers(log: &[Logged]) -> BTreeMap<Sm3Digest, Signer> {
    let signed = log.iter().filter_map(|it| {
        let signer = match it.by {
            Actor::Expert { index: 5 } => Signer {
                by_rooms_ca: true,
                certificate: String::new(),
                handwriting: Some(b"not a picture".to_vec()),
            },
            Actor::Expert { index } => Signer {
                by_rooms_ca: true,
                certificate: String::new(),
                handwriting: Some(png::stroke(u32::from(index))),
            },
            _ => Signer { by_rooms_ca: false, certificate: "31C8".into(), handwriting: None },
        };
        Some((statement_of(&it.event)?, signer))
    });
    signed.collect()
}

/// The documents of a room.
pub fn made(room: &Room, computed: Option<&Computed>, lang: Language) -> Papers {
    let log = log(room);
    let signers = signers(&log);
    let checkpoint = Checkpoint {
        entries: FIRST + u64::try_from(log.len()).unwrap(),
        at: Some(room.now),
        sm3_root: Some(Sm3Digest::of(b"root")),
    };
    papers(&Facts {
        opening: &room.opening,
        log: &log,
        outcome: computed.map(|computed| &computed.outcome),
        signers: &signers,
        checkpoint: &checkpoint,
        address: "https://room.example/s/T-2026-1-1/papers/",
        media: Some("中国政府采购网"),
        matters: &["核对第 2 家的报价修正".to_owned()],
        issued_at: At(room.now.0 + 60_000),
        lang,
    })
}

/// Writes a document to the build's own folder, where one may look at it.
pub fn keep(name: &str, pdf: &Pdf) -> PathBuf {
    let path =
        Path::new(option_env!("CARGO_TARGET_TMPDIR").unwrap_or("target/tmp")).join(format!("{name}.pdf"));
    fs::write(&path, &pdf.0).unwrap();
    path
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {out}{err}");
    out.into_owned()
}

/// Fails unless the file is sound; qpdf answers warnings with another exit code, too.
#[track_caller]
pub fn check_sound(path: &Path) {
    run(Command::new("qpdf").arg("--check").arg(path));
}

/// All text in the order of writing, without spaces and line breaks.
#[track_caller]
pub fn text(path: &Path) -> String {
    let text = run(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(path).arg("-"));
    text.split_whitespace().collect()
}

/// Renders, keeps and checks all documents; gives each one's text by its id.
#[track_caller]
pub fn texts(name: &str, papers: &Papers) -> BTreeMap<String, String> {
    let rendered = papers.papers.iter().map(|paper| {
        let pdf = RENDERER.render_paper(&paper.data, &papers.pictures).unwrap();
        let path = keep(&format!("{name}-{}", paper.id), &pdf);
        check_sound(&path);
        (paper.id.clone(), text(&path))
    });
    rendered.collect()
}

#[track_caller]
pub fn says(texts: &BTreeMap<String, String>, id: &str, expect: &[&str]) {
    let text = &texts[id];
    for part in expect {
        let part: String = part.split_whitespace().collect();
        assert!(text.contains(&part), "{part:?} is not in {id}: {text}");
    }
}
