//! Measures sealing and opening against the two ciphers they are made of, in the same run.
//!
//! `cargo run --release -p bidroom-envelope --example speed -- [MiB]` prints megabytes of documents a second, and the
//! ratio to SM4-GCM over all bytes and then SM3 over all bytes, done in one buffer of the same size. The ratio of
//! sealing counts both of its passes, measuring and sealing. The last line is the process's peak memory where the
//! system tells it.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a measurement, not the product"
)]

use std::io::{Read, Seek, SeekFrom, Write};
use std::time::Instant;

use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::open::{ContentCheck, Opening};
use bidroom_envelope::bid::seal::{Draft, measure};
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::suite::sm4::Sm4Gcm;
use sm3::Digest as _;

#[path = "../tests/world/mod.rs"]
mod world;

use world::{Seeded, World};

const CHUNK: usize = 1 << 20;

/// A document of any length that costs next to nothing to read.
struct Pattern(u64);

impl Read for Pattern {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let take = out.len().min(usize::try_from(self.0).unwrap_or(usize::MAX));
        out[..take].fill(0x5a);
        self.0 -= take as u64;
        Ok(take)
    }
}

fn rate(what: &str, bytes: u64, run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    let rate = bytes as f64 / 1e6 / start.elapsed().as_secs_f64();
    println!("{what:<44}{rate:>10.1} MB/s");
    rate
}

fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find(|line| line.starts_with("VmHWM")).map(str::to_owned)
}

fn main() {
    let mebibytes: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(128);
    let length = mebibytes << 20;
    let world = World::new();
    let file_path = std::env::temp_dir().join(format!("bidroom-speed-{}.bid", std::process::id()));
    println!("{mebibytes} MiB; {}", peak().unwrap_or_default());

    let gcm_rate = rate("SM4-GCM", length, || {
        let gcm = Sm4Gcm::new(&[1; 16]);
        let mut buffer = vec![0x5a; CHUNK];
        for number in 0..mebibytes {
            let mut nonce = [0; 12];
            nonce[4..].copy_from_slice(&number.to_be_bytes());
            gcm.seal_in_place(&nonce, b"", &mut buffer).unwrap();
        }
    });
    let sm3_rate = rate("SM3", length, || {
        let mut hash = sm3::Sm3::new();
        let buffer = vec![0x5a; CHUNK];
        (0..mebibytes).for_each(|_| hash.update(&buffer));
        std::hint::black_box(hash.finalize());
    });
    let series = 1.0 / (1.0 / gcm_rate + 1.0 / sm3_rate);
    println!("{:<44}{series:>10.1} MB/s", "both in series");

    let mut document = None;
    let measured = rate("measuring (first pass)", length, || {
        document = Some(measure(&mut Pattern(length)).unwrap());
    });
    let (document_length, digest) = document.unwrap();
    let mut plan = world.plan(&[vec![vec![]]], ChunkSize::STANDARD);
    plan.envelopes[0].documents[0].length = document_length;
    plan.envelopes[0].documents[0].digest = digest;
    let draft = Draft::new(plan, &mut Seeded::new("speed")).unwrap();
    let mut sealer = draft.sign_packages(&world.sign.certificate, &world.sign.key).unwrap();
    let mut file = std::fs::File::create(&file_path).unwrap();
    file.write_all(&vec![0; sealer.head_length() as usize]).unwrap();
    let written = rate("sealing (second pass, to a file)", length, || {
        sealer.seal_content(|_, _| Ok(Pattern(length)), &mut file).unwrap();
    });
    let head = sealer.finish(&world.sign.key).unwrap();
    drop(file);
    let sealing = 1.0 / (1.0 / measured + 1.0 / written);
    println!("{:<44}{sealing:>10.1} MB/s, ratio {:.2}", "sealing, both passes", sealing / series);

    let header = Header::parse(&head.bytes).unwrap();
    let skip_head = || {
        let mut file = std::fs::File::open(&file_path).unwrap();
        file.seek(SeekFrom::Start(head.bytes.len() as u64)).unwrap();
        file
    };
    let received = rate("receiving (root without keys)", length, || {
        let mut file = skip_head();
        let mut check = ContentCheck::new(&header);
        let mut buffer = vec![0; CHUNK];
        loop {
            let came = file.read(&mut buffer).unwrap();
            if came == 0 {
                break;
            }
            check.push(&buffer[..came]).unwrap();
        }
        check.finish().unwrap();
    });
    let envelope = &header.envelopes()[0];
    let shares = world.shares(&header, envelope);
    let start = Instant::now();
    let mut opening = Opening::start(envelope, &shares, skip_head()).unwrap();
    println!("{:<44}{:>10.1} ms", "to the schedule", start.elapsed().as_secs_f64() * 1e3);
    let opened = rate("opening", length, || {
        assert!(opening.next_document(&mut std::io::sink()).unwrap().is_some());
    });
    println!("{:<44}{:>10.2} of SM3 alone", "receiving, ratio", received / sm3_rate);
    println!("{:<44}{:>10.2} of both in series", "opening, ratio", opened / series);
    println!("{}", peak().unwrap_or_default());
    std::fs::remove_file(&file_path).unwrap();
}
