//! Runs cargo for wasm32 and wasm-bindgen over its result.

use crate::Options;
use crate::order::order;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// The two files a browser runs.
pub(crate) struct Built {
    /// The module `app_bg.wasm`.
    pub(crate) wasm: Vec<u8>,
    /// The glue `app.js`, an ES module.
    pub(crate) script: String,
    /// Further modules that the glue imports by these paths.
    pub(crate) modules: Vec<(String, String)>,
}

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles `bidroom-web-ui` and makes its glue.
pub(crate) fn build(web_ui: &Path, options: Options) -> Result<Built> {
    let profile = if options.dev { "dev" } else { "wasm" };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(web_ui).args(["build", "--lib", "--target", TARGET, "--profile", profile]);
    // Views are erased to one type per component: half the code for the same pages. SHA-2 is written as loops.
    // Places in sources are told without saying where this machine keeps them.
    let choices = ["--cfg", "erase_components", "--cfg", "sha2_backend_soft=\"compact\""];
    let flags = choices.into_iter().map(str::to_owned).chain(shorter_paths(web_ui));
    let flags: Vec<String> = flags.map(|flag| format!("'{flag}'")).collect();
    cargo.args(["--config", &format!("target.{TARGET}.rustflags=[{}]", flags.join(", "))]);
    if options.gallery {
        cargo.args(["--features", "gallery"]);
    }
    // The outer cargo's flags are for the host; they must not leak into the browser's build.
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let status = cargo.status().context("cargo does not start")?;
    ensure!(status.success(), "cargo build for {TARGET} ended with {status}");

    let folder = if options.dev { "debug" } else { "wasm" };
    let module = target_directory(web_ui)?.join(TARGET).join(folder).join("bidroom_web_ui.wasm");
    let mut output = Bindgen::new()
        .input_path(&module)
        .web(true)?
        .omit_default_module_path(false)
        .typescript(false)
        .remove_name_section(!(options.dev || options.names))
        .remove_producers_section(true)
        .debug(options.dev)
        .out_name("app")
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
    Ok(Built { wasm, script, modules })
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
