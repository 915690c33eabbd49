//! `bidroom similarity`: a run over folders of opened bids, by a manifest.

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context as _, ensure};
use bidroom_canon::to_canonical;
use clap::Args;
use serde::Deserialize;

use crate::analysis::Run;
use crate::input::{Baseline, Bid, Document, Input, Prices, Traces};
use crate::limits::Limits;
use crate::progress::{Cancel, Progress};
use crate::render;
use crate::thresholds::Thresholds;

/// Arguments of `bidroom similarity`.
#[derive(Debug, Args)]
pub struct SimilarityArguments {
    /// 清单（JSON，见 docs/similarity.md）。 The manifest.
    #[arg(long)]
    bids: PathBuf,
    /// 输出目录：similarity.json 和 similarity.txt。 Folder for both files.
    #[arg(long, required_unless_present = "json")]
    out: Option<PathBuf>,
    /// 在标准输出打印规范 JSON。 Prints canonical JSON.
    #[arg(long)]
    json: bool,
    /// 线程数。 Threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// What is compared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(default)]
    baseline: ManifestBaseline,
    #[serde(default)]
    thresholds: Thresholds,
    #[serde(default)]
    limits: Limits,
    bids: Vec<ManifestBid>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ManifestBaseline {
    documents: Vec<PathBuf>,
    shared_addresses: Vec<String>,
    fixed_items: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestBid {
    id: String,
    name: String,
    /// A folder of which every file is a document, or one file; relative to the manifest.
    documents: Vec<PathBuf>,
    #[serde(default)]
    traces: Traces,
    #[serde(default)]
    prices: Prices,
}

/// Longest manifest: priced bills of thirty bids are some megabytes.
const MANIFEST: u64 = 256 << 20;
/// Documents in one folder.
const FILES: usize = 10_000;

/// Does it.
///
/// # Errors
/// What is wrong with which file. What is wrong with a bid's document is no error: it stands in the analysis.
pub fn run(arguments: SimilarityArguments) -> anyhow::Result<()> {
    let SimilarityArguments { bids, out, json, threads } = arguments;
    let (input, thresholds, limits) = read(&bids)?;
    let shown = Mutex::new(0);
    let progress = |progress: Progress| tell(&shown, progress);
    let run = Run { thresholds, limits, threads, progress: &progress, cancel: &Cancel::new() };
    let analysis = run.analyse(input)?;
    let canonical = to_canonical(&analysis)?;
    if let Some(out) = out {
        std::fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
        let write = |name: &str, bytes: &[u8]| {
            let path = out.join(name);
            std::fs::write(&path, bytes).with_context(|| path.display().to_string())
        };
        write("similarity.json", &canonical)?;
        write("similarity.txt", render::text(&analysis).as_bytes())?;
    }
    if json {
        std::io::stdout().write_all(&canonical)?;
    }
    Ok(())
}

/// One line on standard error for each twentieth.
fn tell(shown: &Mutex<usize>, progress: Progress) {
    let (part, done, of) = match progress {
        Progress::Documents { done, of, .. } => (0, done, of),
        Progress::Pairs { done, of } => (20, done, of),
    };
    let step = part + (done * 20).checked_div(of).unwrap_or(20);
    let mut shown = shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if step > *shown {
        *shown = step;
        match progress {
            Progress::Documents { done, of, pages } => {
                eprintln!("文件 / documents {done}/{of}, {pages} 页 / pages")
            }
            Progress::Pairs { done, of } => eprintln!("比对 / pairs {done}/{of}"),
        }
    }
}

fn read(path: &Path) -> anyhow::Result<(Input, Thresholds, Limits)> {
    let named = || path.display().to_string();
    let length = std::fs::metadata(path).with_context(named)?.len();
    ensure!(length <= MANIFEST, "{}: {length} bytes, more than {MANIFEST}", path.display());
    let manifest: Manifest =
        serde_json::from_slice(&std::fs::read(path).with_context(named)?).with_context(named)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut bids = Vec::new();
    for bid in manifest.bids {
        ensure!(
            !bid.id.is_empty() && bid.id.len() <= 128,
            "{:?}: 标识为空或过长 / no or too long an id",
            bid.id
        );
        let documents = documents(folder, &bid.documents).with_context(|| bid.id.clone())?;
        bids.push(Bid { id: bid.id, name: bid.name, traces: bid.traces, prices: bid.prices, documents });
    }
    let ManifestBaseline { documents: own, shared_addresses, fixed_items } = manifest.baseline;
    let baseline = Baseline { documents: documents(folder, &own)?, shared_addresses, fixed_items };
    Ok((Input { bids, baseline }, manifest.thresholds, manifest.limits))
}

/// Files as they are, folders by their files at any depth; named by their paths. Links are not followed.
fn documents(base: &Path, paths: &[PathBuf]) -> anyhow::Result<Vec<Document>> {
    let mut documents = Vec::new();
    for path in paths {
        let plain = path.components().all(|part| !matches!(part, Component::ParentDir));
        ensure!(plain, "{}: 路径不得含 .. / no .. in a path", path.display());
        let mut ahead = vec![base.join(path)];
        while let Some(at) = ahead.pop() {
            let kind = std::fs::symlink_metadata(&at).with_context(|| at.display().to_string())?.file_type();
            if kind.is_dir() {
                for entry in std::fs::read_dir(&at).with_context(|| at.display().to_string())? {
                    ahead.push(entry.with_context(|| at.display().to_string())?.path());
                }
            } else if kind.is_file() {
                let name = at.strip_prefix(base).unwrap_or(&at).to_string_lossy().into_owned();
                documents.push(Document::file(name, at));
            }
            ensure!(documents.len() + ahead.len() <= FILES, "{}: more than {FILES} files", path.display());
        }
    }
    Ok(documents)
}
