//! How long all documents of a large evaluation take: 9 experts, 30 bids, 60 criteria. Writes them to the folder named by the
//! first argument, if there is one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a tool for looking and measuring"
)]

#[path = "../tests/played/mod.rs"]
mod played;

use std::time::Instant;

use bidroom_report::record::Language;
use played::large::{Size, played};
use played::{RENDERER, made};

fn main() {
    let room = played(&Size { bids: 30, criteria: 60, items: 40, experts: 9, text: "" });
    let folder = std::env::args().nth(1);
    drop(RENDERER.render_paper(&made(&room, None, Language::Zh).papers[0].data, &Default::default()));
    let all = Instant::now();
    let papers = made(&room, None, Language::Zh);
    println!("data {} ms", all.elapsed().as_millis());
    for paper in &papers.papers {
        let one = Instant::now();
        let pdf = RENDERER.render_paper(&paper.data, &papers.pictures).unwrap();
        println!("{:<16} {:>6} ms {:>8} bytes", paper.id, one.elapsed().as_millis(), pdf.0.len());
        if let Some(folder) = &folder {
            std::fs::write(format!("{folder}/{}.pdf", paper.id), pdf.0).unwrap();
        }
    }
    println!("all {} ms", all.elapsed().as_millis());
}
