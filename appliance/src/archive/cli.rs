//! `bidroom export` and `bidroom verify`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use bidroom_domain::{ReaderClass, SessionId};
use bidroom_verifier::{Outcome, Report, Trust, Verdict, verify};
use bidroom_wire::text::Sentence;
use clap::{Args, ValueEnum};

use super::{ExportError, Options, export};
use crate::config::Config;
use crate::store::Store;

/// Arguments of `bidroom export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// 场次编号。 The session.
    #[arg(long)]
    session: SessionId,
    /// 输出文件。 The archive to write.
    #[arg(long)]
    out: PathBuf,
    /// 附上投标密文。 Attaches the sealed contents.
    #[arg(long)]
    with_bodies: bool,
    /// 供谁阅读。 For whom.
    #[arg(long, value_enum, default_value = "supervisor")]
    readers: Readers,
    /// 配置文件。 The room's configuration.
    #[arg(long, required_unless_present = "data", conflicts_with = "data")]
    config: Option<PathBuf>,
    /// 数据目录。 The room's data folder, instead of a configuration.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Arguments of `bidroom verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// 档案文件。 The archive.
    archive: PathBuf,
    /// 信任文件目录：room.json、package.sm3、agency-roots/*.pem、ca-roots/*.pem。 Folder of trust files.
    #[arg(long)]
    trust: Option<PathBuf>,
    /// 以 JSON 输出。 Prints JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Readers {
    Public,
    Bidder,
    Staff,
    Supervisor,
}

impl From<Readers> for ReaderClass {
    fn from(readers: Readers) -> Self {
        match readers {
            Readers::Public => Self::Public,
            Readers::Bidder => Self::Bidder,
            Readers::Staff => Self::Staff,
            Readers::Supervisor => Self::Supervisor,
        }
    }
}

/// Exports; may run beside the server.
///
/// # Errors
/// If the configuration or the store cannot be read, or the export fails.
pub fn run_export(arguments: ExportArguments) -> anyhow::Result<()> {
    let data = match (arguments.config, arguments.data) {
        (Some(config), _) => Config::load(&config)?.data_dir,
        (None, data) => data.context("--config or --data is needed")?,
    };
    // Opening makes what is not there, which a typing error must not.
    anyhow::ensure!(data.join("room.sqlite").is_file(), "{}: not a data folder of a room", data.display());
    let options = Options { readers: arguments.readers.into(), with_bodies: arguments.with_bodies };
    let exported = Store::open(&data)
        .map_err(ExportError::from)
        .and_then(|store| export(&store, &arguments.session, options, &arguments.out));
    exported.map_err(|error| {
        let Sentence { zh, en, .. } = error.sentence();
        let said = format!("{}。{} / {}. {}", zh.title, zh.body, en.title, en.body);
        anyhow::Error::from(error).context(said)
    })
}

/// Verifies and prints the report. Exit code 0: sound and anchored; 1: tampered; 2: unusable; 3: consistent, but
/// not anchored.
pub fn run_verify(arguments: &VerifyArguments) -> ExitCode {
    let checked = arguments
        .trust
        .as_deref()
        .map(read_trust)
        .transpose()
        .and_then(|trust| {
            let file =
                File::open(&arguments.archive).with_context(|| arguments.archive.display().to_string())?;
            Ok(verify(BufReader::new(file), trust.as_ref())?)
        })
        .and_then(|report| {
            let text = if arguments.json { serde_json::to_string_pretty(&report)? } else { text_of(&report) };
            writeln!(std::io::stdout(), "{text}")?;
            Ok(report.outcome())
        });
    match checked {
        Ok(outcome) => outcome.exit_code().into(),
        Err(error) => {
            tracing::error!("{error:#}");
            2.into()
        }
    }
}

/// Reads all files of a trust folder, two levels deep.
///
/// # Errors
/// If a file cannot be read or is not what its name says.
pub fn read_trust(folder: &Path) -> anyhow::Result<Trust> {
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files)?;
    Ok(Trust::read(&files)?)
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let place = || folder.display().to_string();
    for item in std::fs::read_dir(folder).with_context(place)? {
        let item = item.with_context(place)?;
        let name = format!("{prefix}{}", item.file_name().to_string_lossy());
        let path = item.path();
        if path.is_dir() && prefix.is_empty() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.insert(name, std::fs::read(&path).with_context(|| path.display().to_string())?);
        }
    }
    Ok(())
}

/// The report as people read it, both languages.
pub fn text_of(report: &Report) -> String {
    let mut lines = Vec::new();
    if let Some(session) = &report.session {
        lines.push(format!("场次 {session}，账本 {} 条 / {} entries", report.entries, report.entries));
    }
    for claim in &report.claims {
        let (mark, notes): (&str, Vec<String>) = match &claim.verdict {
            Verdict::Holds => {
                let by =
                    format!("由谁保证：{} / vouched for by {}", claim.vouched_by_zh, claim.vouched_by_en);
                ("✓", vec![by])
            }
            Verdict::Broken { breaks } => {
                ("✗", breaks.iter().map(|found| format!("{}: {}", found.place, found.what)).collect())
            }
            Verdict::NotChecked { zh, en } => ("–", vec![format!("未核验：{zh} / not checked: {en}")]),
        };
        lines.push(format!("{mark} {} / {}", claim.zh, claim.en));
        lines.extend(notes.iter().map(|note| format!("    {note}")));
    }
    let (zh, en) = match report.outcome() {
        Outcome::Sound => ("结论：真实完整", "Sound, and anchored in what you trust"),
        Outcome::Tampered => {
            ("结论：证据不符，见上面标 ✗ 的各项", "Evidence disagrees: see the items marked ✗")
        }
        Outcome::Unanchored => (
            "结论：自身一致，但没有外部信任依据",
            "Consistent with itself, but anchored in nothing from outside",
        ),
    };
    lines.push(format!("{zh} / {en}"));
    lines.join("\n")
}
