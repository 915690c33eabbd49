//! `bidroom-web-ui-bundle`: makes `web-ui/dist` from the crate `bidroom-web-ui`.
//!
//! Owns: the cargo call for wasm32, the glue, names with a hash of their content, compression, and the size budget.
//! Must not know: what the pages show.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

mod compile;
mod files;
mod order;
mod page;

/// The most bytes a browser may have to fetch, compressed: wasm, script and styles together.
const WIRE_BUDGET: usize = 400 * 1024;

/// What the command line asks for.
#[derive(Debug, Clone, Copy, Default)]
struct Options {
    /// Build with debug assertions and names instead of the small `wasm` profile.
    dev: bool,
    /// Add the fixture pages under `/gallery/`.
    gallery: bool,
    /// Keep the names of functions, for looking at what weighs.
    names: bool,
    /// Fail when the bundle is over its budget instead of only saying so.
    strict: bool,
}

fn main() -> Result<()> {
    let mut options = Options::default();
    let mut dist = web_ui()?.join("dist");
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dev" => options.dev = true,
            "--gallery" => options.gallery = true,
            "--names" => options.names = true,
            "--strict" => options.strict = true,
            "--out" => dist = PathBuf::from(arguments.next().context("--out needs a folder")?),
            other => anyhow::bail!(
                "unknown argument {other}; known: --dev (readable, unoptimised), --gallery (fixture pages), --names (names of functions kept, to see what weighs), --strict (fail over the size budget), --out DIR"
            ),
        }
    }
    let built = compile::build(&web_ui()?, options)?;
    let styles = files::styles(&web_ui()?.join("styles"))?;
    let icon = std::fs::read(web_ui()?.join("styles/icon.svg")).context("styles/icon.svg")?;
    let written = files::write(&dist, &built, &styles, &icon, if options.dev { 3 } else { 11 })?;
    let mut total = 0;
    for file in &written {
        println!("{:>9} B  {:>8} B br  {}", file.plain, file.compressed, file.name);
        if file.counts {
            total += file.compressed;
        }
    }
    println!("on the wire: {total} B ({} KiB) of at most {} KiB", total.div_ceil(1024), WIRE_BUDGET / 1024);
    if !options.dev && total >= WIRE_BUDGET {
        println!("over the budget by {} KiB", (total - WIRE_BUDGET).div_ceil(1024));
        ensure!(!options.strict, "the bundle is over its budget of {WIRE_BUDGET} bytes");
    }
    Ok(())
}

/// The folder of the crate `bidroom-web-ui`: this crate's parent.
fn web_ui() -> Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .context("the bundle crate has no parent folder")
}
