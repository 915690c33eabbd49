//! Runs cargo for wasm32 and wasm-bindgen over its results.

use crate::order::order;
use crate::{EVALUATION_BUDGET, Options, WIRE_BUDGET};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// One module and what a browser needs to run it.
pub(crate) struct Built {
    /// Its name, which begins those of its files.
    pub(crate) name: &'static str,
    /// The module `<name>_bg.wasm`.
    pub(crate) wasm: Vec<u8>,
    /// The glue `<name>.js`, an ES module.
    pub(crate) script: String,
    /// Further modules that the glue imports by these paths.
    pub(crate) modules: Vec<(String, String)>,
}

/// A module of pages and the file that names it.
pub(crate) struct Pages {
    /// The only HTML file of its pages; they are routes inside it.
    pub(crate) html: &'static str,
    /// The module.
    pub(crate) module: Built,
    /// A style sheet of its own, beside the common one.
    pub(crate) styles: Option<&'static str>,
    /// Whether bids are read there.
    pub(crate) reads: bool,
    /// The most bytes a browser may have to fetch for them, compressed.
    pub(crate) budget: usize,
}

/// The pages, and what they fetch only when it is needed.
pub(crate) struct Bundle {
    /// A module for those who look, one for bidders, one for those who run the session.
    pub(crate) pages: Vec<Pages>,
    /// The drill's soft lock.
    pub(crate) drill: Built,
}

const TARGET: &str = "wasm32-unknown-unknown";
const DRILL: &str = "bidroom-web-drill";

/// Compiles the modules and makes their glue.
pub(crate) fn build(web_ui: &Path, options: Options) -> Result<Bundle> {
    let pages = [
        ("index.html", "hall", "bidroom-web-hall"),
        ("bid.html", "bid", "bidroom-web-bid"),
        ("desk.html", "desk", "bidroom-web-desk"),
        ("officer.html", "officer", "bidroom-web-officer"),
        ("expert.html", "expert", "bidroom-web-terminal"),
        ("committee.html", "committee", "bidroom-web-committee"),
    ];
    // What is built together has the same features: the rules of an evaluation weigh too much for pages that do without.
    let of_an_evaluation =
        |package: &&str| ["bidroom-web-terminal", "bidroom-web-committee"].contains(package);
    let (evaluation, others): (Vec<&str>, Vec<&str>) =
        pages.iter().map(|(_, _, package)| *package).partition(of_an_evaluation);
    for together in [others, evaluation, vec![DRILL]] {
        compile(web_ui, &together, options)?;
    }
    let pages = pages.into_iter().map(|(html, name, package)| {
        let reads = name == "expert";
        let styles = match name {
            "expert" => Some("expert.css"),
            "committee" => Some("committee.css"),
            _ => None,
        };
        // The rules of an evaluation weigh more, and most who need them are in the room, on its own network.
        let budget = if styles.is_some() { EVALUATION_BUDGET } else { WIRE_BUDGET };
        Ok(Pages { html, module: module(web_ui, name, package, options)?, styles, reads, budget })
    });
    Ok(Bundle { pages: pages.collect::<Result<_>>()?, drill: module(web_ui, "drill", DRILL, options)? })
}

/// Has cargo build these modules.
fn compile(web_ui: &Path, packages: &[&str], options: Options) -> Result<()> {
    let profile = if options.dev { "dev" } else { "wasm" };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(web_ui).args(["build", "--lib", "--target", TARGET, "--profile", profile]);
    cargo.args(packages.iter().flat_map(|package| ["-p", package]));
    // Views are erased to one type per component: half the code for the same pages. SHA-2 is written as loops.
    // Places in sources are told without saying where this machine keeps them.
    let choices = ["--cfg", "erase_components", "--cfg", "sha2_backend_soft=\"compact\""];
    let flags = choices.into_iter().map(str::to_owned).chain(shorter_paths(web_ui));
    let flags: Vec<String> = flags.map(|flag| format!("'{flag}'")).collect();
    cargo.args(["--config", &format!("target.{TARGET}.rustflags=[{}]", flags.join(", "))]);
    // The outer cargo's flags are for the host; they must not leak into the browser's build.
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let status = cargo.status().context("cargo does not start")?;
    ensure!(status.success(), "cargo build of {} for {TARGET} ended with {status}", packages.join(", "));
    Ok(())
}

/// Makes the glue of a module that was built.
fn module(web_ui: &Path, name: &'static str, package: &str, options: Options) -> Result<Built> {
    let folder = if options.dev { "debug" } else { "wasm" };
    let file = format!("{}.wasm", package.replace('-', "_"));
    let module = target_directory(web_ui)?.join(TARGET).join(folder).join(file);
    let mut output = Bindgen::new()
        .input_path(&module)
        .web(true)?
        .omit_default_module_path(false)
        .typescript(false)
        .remove_name_section(!(options.dev || options.names))
        .remove_producers_section(true)
        .debug(options.dev)
        .out_name(name)
        .generate_output()
        .with_context(|| format!("wasm-bindgen refuses {}", module.display()))?;
    let script = output.js().to_owned();
    let mut modules: Vec<(String, String)> = Vec::new();
    for (name, list) in output.snippets() {
        for (number, text) in list.iter().enumerate() {
            modules.push((format!("snippets/{name}/inline{number}.js"), text.clone()));
        }
    }
    for (path, text) in output.local_modules() {
        modules.push((format!("snippets/{path}"), text.clone()));
    }
    // What the glue does not import need not be delivered.
    modules.retain(|(path, _)| script.contains(path.as_str()));
    modules.sort();
    let wasm = output.wasm_mut().emit_wasm();
    let wasm = if options.dev { wasm } else { order(&wasm).context("ordering the functions")? };
    Ok(Built { name, wasm, script, modules })
}

/// Compiler flags that take this machine's folders out of the places in sources that end up in the module.
fn shorter_paths(web_ui: &Path) -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("HOME")?;
        Some(PathBuf::from(home).join(".cargo"))
    });
    let sources = home.map(|home| home.join("registry").join("src"));
    let folders = [(web_ui.parent().map(Path::to_path_buf), "bidroom"), (sources, "crates")];
    folders
        .into_iter()
        .filter_map(|(folder, name)| {
            folder.map(|folder| format!("--remap-path-prefix={}={name}", folder.display()))
        })
        .collect()
}

/// Where cargo puts what it builds, as cargo itself says.
fn target_directory(web_ui: &Path) -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CARGO_TARGET_DIR") {
        return Ok(PathBuf::from(folder));
    }
    let workspace = web_ui.parent().context("web-ui has no parent folder")?;
    Ok(workspace.join("target"))
}
