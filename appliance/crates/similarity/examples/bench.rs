//! How long thirty bids of 100 MB take, and how much memory: real files of many pages with Chinese text and images on a
//! disk, some of them with copied passages. `bench [BIDS] [MEGABYTES] [THREADS]`; the files are made by a process of its
//! own, so that what is measured is the analysis alone.

#![expect(clippy::unwrap_used, clippy::as_conversions, reason = "a measurement fails by panicking")]

#[path = "../tests/support/pdf.rs"]
mod pdf;
#[path = "../tests/support/words.rs"]
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_similarity::{Baseline, Bid, Cancel, Document, Input, Kind, Limits, Run, Thresholds};
use pdf::{FontKind, Image, Plan, make};
use words::Dice;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [make, folder, bids, megabytes] = arguments.as_slice()
        && make == "make"
    {
        return make_all(Path::new(folder), bids.parse().unwrap(), megabytes.parse().unwrap());
    }
    let number =
        |index: usize, default: usize| arguments.get(index).map_or(default, |text| text.parse().unwrap());
    let (bids, megabytes, threads) = (number(0, 30), number(1, 100), number(2, 2));
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["make", &folder.path().to_string_lossy(), &bids.to_string(), &megabytes.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    measure(folder.path(), bids, threads);
}

/// Of the bytes, about one part in a hundred is text: a 300-page technical part, a 60-page commercial one.
fn make_all(folder: &Path, bids: usize, megabytes: usize) {
    std::fs::write(folder.join("tender.pdf"), make(&Plan::new(&words::tender(80)))).unwrap();
    let shared: Vec<Image> = images(&mut Dice(4242), 3, 200_000);
    for bid in 0..bids {
        let mut dice = Dice(bid as u64 * 1_000_003 + 17);
        let home = folder.join(format!("bid{bid:02}"));
        std::fs::create_dir_all(&home).unwrap();
        let font = if bid % 2 == 0 { FontKind::ToUnicode } else { FontKind::Utf16 };
        let mut commercial = words::tender(40);
        commercial.extend((0..20).map(|_| words::text(&mut dice, 800)));
        let mut technical: Vec<String> = (0..300).map(|_| words::text(&mut dice, 800)).collect();
        // The second and the third copy from the first; the third edits.
        if bid == 1 || bid == 2 {
            let mut first = Dice(17);
            (0..20).for_each(|_| drop(words::text(&mut first, 800)));
            for page in technical.iter_mut().skip(40).take(30) {
                let text = words::text(&mut first, 800);
                *page = if bid == 1 {
                    text
                } else {
                    text.replace("监理", "监里").replace("验收", "检验")
                };
            }
        }
        let mut pictures = images(&mut dice, 40, megabytes * 7_000);
        if bid == 5 || bid == 6 {
            pictures.extend(shared.clone());
        }
        let scans = images(&mut dice, 90, megabytes * 7_500);
        let blank = vec![String::new(); 90];
        let plans = [
            ("commercial.pdf", Plan { font, packed: true, ..Plan::new(&commercial) }),
            (
                "technical.pdf",
                Plan { font, images: &pictures, packed: bid % 3 == 0, ..Plan::new(&technical) },
            ),
            ("scans.pdf", Plan { images: &scans, ..Plan::new(&blank) }),
        ];
        for (name, plan) in plans {
            std::fs::write(home.join(name), make(&plan)).unwrap();
        }
    }
}

fn images(dice: &mut Dice, count: usize, bytes: usize) -> Vec<Image> {
    (0..count).map(|_| Image { width: 1654, height: 2339, bytes: dice.bytes(bytes) }).collect()
}

fn measure(folder: &Path, bids: usize, threads: usize) {
    let document = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        Document::file(name, path)
    };
    let bid = |index: usize| {
        let home = folder.join(format!("bid{index:02}"));
        let files = ["commercial.pdf", "technical.pdf", "scans.pdf"];
        Bid {
            id: format!("bid{index:02}"),
            name: format!("投标人{index:02}有限公司"),
            traces: Default::default(),
            prices: Default::default(),
            documents: files.iter().map(|file| document(home.join(file))).collect(),
        }
    };
    let baseline = Baseline { documents: vec![document(folder.join("tender.pdf"))], ..Baseline::default() };
    let input = Input { bids: (0..bids).map(bid).collect(), baseline };
    let (progress, cancel) = (|_| {}, Cancel::new());
    let run = Run {
        thresholds: Thresholds::default(),
        limits: Limits::default(),
        threads,
        progress: &progress,
        cancel: &cancel,
    };
    let before = peak();
    let start = Instant::now();
    let analysis = run.analyse(input).unwrap();
    let took = start.elapsed();
    let figures = analysis.figures;
    println!(
        "bids {bids}, threads {threads}: {:.1} s, peak {} MiB (before the run {} MiB)",
        took.as_secs_f64(),
        peak() / 1024,
        before / 1024
    );
    println!("{figures:?}");
    for finding in &analysis.findings {
        println!("{:?} {:?} {:?} {}", finding.weight, finding.kind, finding.bids, finding.en);
    }
    let honest = analysis.matrix.iter().filter(|cell| !cell.kinds.contains_key(&Kind::Text));
    println!(
        "greatest resemblance of a pair without a hint of text: {:?}",
        honest.map(|cell| cell.resemblance).max()
    );
    println!("SM3 of the analysis: {}", Sm3Digest::of(&to_canonical(&analysis).unwrap()));
}

/// Peak resident memory in KiB, as the system tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
