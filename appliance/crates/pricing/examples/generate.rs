//! Writes made-up lots with what the engine says of them, one JSON object a line, for a second implementation:
//!
//! ```text
//! cargo run --release -p bidroom-pricing --example generate -- --lots 100000 --seed 1 | python tests/interop/price.py
//! ```
//!
//! With `--replay` it reads such lines and compares each with what the engine says now, for whoever changes the engine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "the lots of the tests; a failure is reported by stopping"
)]

#[path = "../tests/generator/mod.rs"]
mod generator;

use std::io::{BufWriter, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, default: u64| {
        let place = arguments.iter().position(|argument| argument == name);
        place.map_or(Some(default), |place| arguments.get(place + 1)?.parse().ok())
    };
    let (Some(lots), Some(seed), Some(from)) =
        (number("--lots", 1000), number("--seed", 1), number("--from", 0))
    else {
        eprintln!("usage: generate [--lots N] [--seed N] [--from N]");
        return ExitCode::FAILURE;
    };
    if arguments.iter().any(|argument| argument == "--replay") {
        return replay();
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    for lot in from..from + lots {
        // Whoever reads may stop at the first difference.
        if writeln!(out, "{}", generator::lot(seed, lot).line()).is_err() {
            return ExitCode::FAILURE;
        }
    }
    if out.flush().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every line again: the same text, or the place of the first that is not.
fn replay() -> ExitCode {
    let mut lots = 0;
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let entry: serde_json::Value = serde_json::from_str(&line).unwrap();
        lots += 1;
        if generator::Generated::of(entry["method"].clone(), entry["bids"].clone()).line() != line {
            eprintln!("lot {lots} differs");
            return ExitCode::FAILURE;
        }
    }
    println!("{lots} lots, 0 differences");
    ExitCode::SUCCESS
}
