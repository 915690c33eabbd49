//! `verify`: what an archive proves, by the verifier that knows no server.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use bidroom_bidder::files::{FileError, read_bounded};
use bidroom_verifier::{Outcome, Report, Trust, Verdict, verify};

use super::args;
use super::fault::CliError;
use super::say::Say;

/// Longest file of a trust folder, bytes.
const MAX_ANCHOR: u64 = 64 << 10;
/// Most files of a trust folder.
const MOST_ANCHORS: usize = 256;

/// Verifies an archive and answers the exit code.
pub fn run(args: &args::Verify, say: Say) -> Result<u8, CliError> {
    let read = |source| FileError::Read { path: args.file.clone(), source };
    let archive = BufReader::with_capacity(1 << 20, File::open(&args.file).map_err(read)?);
    let trust = args.trust.as_deref().map(trust).transpose()?;
    let report = verify(archive, trust.as_ref())?;
    if args.json {
        #[derive(serde::Serialize)]
        struct Answer<'a> {
            outcome: Outcome,
            #[serde(flatten)]
            report: &'a Report,
        }
        let answer = Answer { outcome: report.outcome(), report: &report };
        let json =
            serde_json::to_string_pretty(&answer).map_err(|error| CliError::Json(error.to_string()))?;
        say.line(&json);
    } else {
        print(&report, say);
    }
    Ok(report.outcome().exit_code())
}

/// Reads a trust folder: its files and those of its folders, one level deep.
fn trust(folder: &Path) -> Result<Trust, CliError> {
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files)?;
    Ok(Trust::read(&files)?)
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), CliError> {
    let failed = |source| FileError::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // What desktops leave in folders is no anchor.
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() && prefix.is_empty() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            if files.len() >= MOST_ANCHORS {
                return Err(CliError::TooManyAnchors(folder.to_owned()));
            }
            files.insert(format!("{prefix}{name}"), read_bounded(&path, MAX_ANCHOR)?);
        }
    }
    Ok(())
}

fn print(report: &Report, say: Say) {
    let session = report.session.as_deref().unwrap_or("?");
    let entries = report.entries;
    say.out(&format!("场次 {session}，账本 {entries} 条"), &format!("Session {session}, {entries} entries"));
    for claim in &report.claims {
        let (mark, text) = match &claim.verdict {
            Verdict::Holds => (say.pick("成立　", "holds   "), String::new()),
            Verdict::Broken { .. } => (say.pick("不成立", "BROKEN  "), String::new()),
            Verdict::NotChecked { zh, en } => {
                (say.pick("未核验", "unchecked"), format!(" — {}", say.pick(zh, en)))
            }
        };
        let (what, who) = (say.pick(claim.zh, claim.en), say.pick(claim.vouched_by_zh, claim.vouched_by_en));
        say.line(&format!("{mark} {what}（{who}）{text}"));
        if let Verdict::Broken { breaks } = &claim.verdict {
            for found in breaks {
                say.line(&format!("       {}: {}", found.place, found.what));
            }
        }
    }
    match report.outcome() {
        Outcome::Sound => say.out("结论：核验全部成立，且有独立的信任依据。", "Result: sound, and anchored from outside."),
        Outcome::Tampered => say.out(
            "结论：证据互相矛盾，档案不可信。请保留原文件和本报告，交监督部门。",
            "Result: evidence disagrees; the archive is not to be believed. Keep it and this report for the supervisor.",
        ),
        Outcome::Unanchored => say.out(
            "结论：档案自身一致，但没有独立的信任依据；用 --trust 给出开标室公钥、根证书或招标包摘要。",
            "Result: consistent, but unanchored. Give the room's keys, root certificates or the package's digest by --trust.",
        ),
    }
}
