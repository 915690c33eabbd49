//! `bidroom-web-ui-bundle`: makes `web-ui/dist` from the modules of pages.
//!
//! Owns: the cargo call for wasm32, the glue, names with a hash of their content, compression, and the size budget.
//! Must not know: what the pages show.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

mod compile;
mod files;
mod order;
mod page;
mod reader;

/// The most bytes a browser may have to fetch for a page, compressed: wasm, script and styles together.
const WIRE_BUDGET: usize = 400 * 1024;
/// The same for the pages of an evaluation.
const EVALUATION_BUDGET: usize = 512 * 1024;

/// What the command line asks for.
#[derive(Debug, Clone, Copy, Default)]
struct Options {
    /// Build with debug assertions and names instead of the small `wasm` profile.
    dev: bool,
    /// Keep the names of functions, for looking at what weighs.
    names: bool,
    /// Fail when the bundle is over its budget instead of only saying so.
    strict: bool,
    /// Write the reading desk only, without compiling the pages.
    reader: bool,
}

fn main() -> Result<()> {
    let mut options = Options::default();
    let mut dist = web_ui()?.join("dist");
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dev" => options.dev = true,
            "--names" => options.names = true,
            "--strict" => options.strict = true,
            "--reader" => options.reader = true,
            "--out" => dist = PathBuf::from(arguments.next().context("--out needs a folder")?),
            other => anyhow::bail!(
                "unknown argument {other}; known: --dev (readable, unoptimised), --names (names of functions kept, to see what weighs), --strict (fail over the size budget), --reader (the reading desk only, into DIR of --out), --out DIR"
            ),
        }
    }
    let styles = files::styles(&web_ui()?.join("styles"))?;
    let desk = web_ui()?.join("reader");
    if options.reader {
        ensure!(
            dist != web_ui()?.join("dist"),
            "--reader would leave the server without pages: name a folder with --out"
        );
        say(&files::write_reader(&dist, &desk, &styles, 3)?);
        return Ok(());
    }
    let built = compile::build(&web_ui()?, options)?;
    let icon = std::fs::read(web_ui()?.join("styles/icon.svg")).context("styles/icon.svg")?;
    let written = files::write(&dist, &built, &desk, &styles, &icon, if options.dev { 3 } else { 11 })?;
    say(&written);
    let mut over = false;
    for (page, budget) in built.pages.iter().map(|pages| (pages.html, pages.budget)) {
        let total: usize =
            written.iter().filter(|file| file.fetched.by(page)).map(|file| file.compressed).sum();
        println!(
            "{page} on the wire: {total} B ({} KiB) of at most {} KiB",
            total.div_ceil(1024),
            budget / 1024
        );
        over |= total >= budget;
    }
    if over && !options.dev {
        println!("over the budget");
        ensure!(!options.strict, "a page is over its budget");
    }
    Ok(())
}

/// Says what each file weighs.
fn say(written: &[files::Written]) {
    for file in written {
        println!("{:>9} B  {:>8} B br  {}", file.plain, file.compressed, file.name);
    }
}

/// The folder of the crate `bidroom-web-ui`: this crate's parent.
fn web_ui() -> Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .context("the bundle crate has no parent folder")
}
