//! Makes a table of the files of the web bundle, so that the server is one file and serves nothing else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let dist = here.join("../web-ui/dist");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut table = String::from("static FILES: &[Asset] = &[\n");
    for name in names(&dist)? {
        println!("cargo::rerun-if-changed={}", dist.join(&name).display());
        let path = dist.join(&name).canonicalize()?;
        let packed = dist.join(format!("{name}.br"));
        let packed = if packed.is_file() {
            format!("Some(include_bytes!({:?}))", packed.canonicalize()?.display().to_string())
        } else {
            "None".to_owned()
        };
        writeln!(table, "    ({name:?}, include_bytes!({:?}), {packed}),", path.display().to_string())?;
    }
    table.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("assets.rs");
    std::fs::write(out, table)?;
    Ok(())
}

/// Names of the plain files, sorted; none if the bundle was not built.
fn names(dist: &Path) -> std::io::Result<Vec<String>> {
    if !dist.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dist)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && !name.ends_with(".br") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
