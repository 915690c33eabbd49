//! Shared by the tests of the documents: the data, one renderer, and Debian's PDF tools.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use bidroom_report::fonts::FontSource;
use bidroom_report::{Pdf, Renderer};
use serde_json::Value;

/// Loading the fonts takes longer than a page: once is enough.
pub static RENDERER: LazyLock<Renderer> = LazyLock::new(|| Renderer::new(FontSource::System).unwrap());

pub fn record() -> Value {
    serde_json::from_str(include_str!("../data/opening-record.json")).unwrap()
}

pub fn bid() -> Value {
    serde_json::from_str(include_str!("../data/bid.json")).unwrap()
}

/// Writes the document to the build's own folder, where one may look at it.
pub fn keep(name: &str, pdf: &Pdf) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
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

#[track_caller]
pub fn pages(path: &Path) -> usize {
    run(Command::new("qpdf").arg("--show-npages").arg(path)).trim().parse().unwrap()
}

/// All text in the order of writing, without spaces and line breaks: what a search finds.
#[track_caller]
pub fn text(path: &Path) -> String {
    let text = run(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(path).arg("-"));
    text.split_whitespace().collect()
}

/// The text of one page, from 1.
#[track_caller]
pub fn page_text(path: &Path, page: usize) -> String {
    let page = page.to_string();
    let arguments = ["-raw", "-enc", "UTF-8", "-f", &page, "-l", &page];
    let text = run(Command::new("pdftotext").args(arguments).arg(path).arg("-"));
    text.split_whitespace().collect()
}
