//! The second implementation (`tests/interop/price.py`, Python's fractions, written from `docs/price.md`) over made-up lots,
//! and another reader of the schemas.
//!
//! `BIDROOM_PRICE_LOTS=1000000` compares so many; the default is a short run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod generator;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use generator::lot;

const REMEDY: &str = "Python with jsonschema is needed: run tests/interop/setup.sh, or name the interpreter in \
                      BIDROOM_INTEROP_PYTHON";

fn python(arguments: &[&Path]) -> Command {
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/interop");
    let python = std::env::var_os("BIDROOM_INTEROP_PYTHON")
        .unwrap_or_else(|| interop.join("../../target/interop/bin/python").into_os_string());
    let mut command = Command::new(python);
    command.arg(interop.join("price.py")).args(arguments);
    command
}

#[test]
fn a_second_implementation_agrees_on_made_up_lots() {
    let lots: u64 = std::env::var("BIDROOM_PRICE_LOTS").map_or(2_200, |lots| lots.parse().unwrap());
    let mut child = python(&[])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect(REMEDY);
    let mut input = child.stdin.take().unwrap();
    for number in 0..lots {
        // It stops at the first difference, and says which.
        if writeln!(input, "{}", lot(2026, number).line()).is_err() {
            break;
        }
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let (said, complaint) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complaint}\n{REMEDY}");
    assert!(said.starts_with(&format!("{lots} lots")) && said.contains(" 0 differences"), "{said}");
    print!("{said}");
}

#[test]
fn another_reader_finds_examples_and_methods_of_their_schemas() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = crate_folder.join("../../../docs/price");
    let output =
        python(&[Path::new("--schemas"), &docs, &crate_folder.join("catalogue")]).output().expect(REMEDY);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}\n{REMEDY}");
}
