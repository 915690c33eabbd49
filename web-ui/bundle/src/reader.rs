//! The experts' reading desk: modules of `web-ui/reader` and the files of PDF.js that they use.
//!
//! Owns: which files are delivered, their names with a hash of the content, and that modules import each other by these
//! names. Must not know: what the modules do.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::files::{Fetched, Made, tag};
use crate::page;

/// The module that others import to mount the desk.
const ENTRY: &str = "reader.js";
/// The module that names all other files; made here.
const ASSETS: &str = "assets.js";
/// PDF.js itself, imported under this name.
const PDF: &str = "pdf.js";
/// The terms under which others gave what is delivered here; a name that stays, for people to open.
const LICENCES: &str = "reader-licences.txt";
/// Where they stand in the package.
const LICENCE_FILES: [&str; 7] = [
    "LICENSE",
    "cmaps/LICENSE",
    "standard_fonts/LICENSE_FOXIT",
    "standard_fonts/LICENSE_LIBERATION",
    "wasm/LICENSE_OPENJPEG",
    "wasm/LICENSE_PDFJS_OPENJPEG",
    "wasm/LICENSE_JBIG2",
];
/// Decoders of images: JPEG 2000 and JBIG2 are what scanners write.
const DECODERS: [&str; 2] = ["openjpeg.wasm", "jbig2.wasm"];

/// Adds the files of the desk; returns the name of its entry.
pub(crate) fn reader(files: &mut Vec<Made>, folder: &Path) -> Result<String> {
    let pdf = folder.join("node_modules/pdfjs-dist");
    ensure!(
        pdf.is_dir(),
        "{} is missing: run `npm ci` in {} (make ui does)",
        pdf.display(),
        folder.display()
    );
    let mut modules = sources(folder)?;
    modules.insert(ASSETS.to_owned(), assets(files, folder, &pdf)?);
    modules.insert(PDF.to_owned(), script(&pdf.join("build/pdf.min.mjs"))?);

    let mut named = BTreeMap::new();
    while named.len() + 1 < modules.len() {
        let before = named.len();
        for (name, text) in &modules {
            if name != ENTRY && !named.contains_key(name) && imports(text).all(|it| named.contains_key(it)) {
                let stem = name.trim_end_matches(".js");
                let file = add(files, &format!("reader-{stem}"), "js", link(text, &named).into());
                named.insert(name.clone(), file);
            }
        }
        ensure!(
            named.len() > before,
            "modules of the reader import each other in a circle, or one that is not there"
        );
    }
    let entry = modules.get(ENTRY).with_context(|| format!("{ENTRY} is missing"))?;
    // All modules are asked for at once, not one after another as imports are discovered.
    let mut text: String = named.values().fold(String::new(), |mut all, file| {
        let _ = writeln!(all, "import '/{file}';");
        all
    });
    text.push_str(&link(entry, &named));
    Ok(add(files, "reader", "js", text.into()))
}

/// The modules of the folder, by file name.
fn sources(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut modules = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".js") {
            let text = fs::read_to_string(folder.join(&name)).with_context(|| name.clone())?;
            modules.insert(name, text);
        }
    }
    Ok(modules)
}

/// Adds what is no module; returns the module that names it.
fn assets(files: &mut Vec<Made>, folder: &Path, pdf: &Path) -> Result<String> {
    let css = fs::read_to_string(folder.join("reader.css")).context("reader.css")?;
    let style = add(files, "reader", "css", page::minify_css(&css).into());
    let worker = add(files, "reader-worker", "js", script(&pdf.join("build/pdf.worker.min.mjs"))?.into());

    let licences = Made { name: LICENCES.to_owned(), bytes: licences(pdf)?.into(), fetched: Fetched::Later };
    files.push(licences);

    let mut named = BTreeMap::new();
    for name in DECODERS {
        named.insert(name.to_owned(), read(&pdf.join("wasm").join(name))?);
    }
    let fonts = pdf.join("standard_fonts");
    for name in names(&fonts, &[".pfb", ".ttf"])? {
        let bytes = read(&fonts.join(&name))?;
        named.insert(name, bytes);
    }
    let mut list = String::new();
    for (name, bytes) in named {
        let (stem, ending) = name.rsplit_once('.').context("a file without an ending")?;
        let file = add(files, &format!("reader-{}", stem.to_lowercase()), ending, bytes);
        writeln!(list, "  '{name}': '/{file}',")?;
    }
    let (packs, cmaps) = character_maps(files, &pdf.join("cmaps"))?;
    Ok(format!(
        "export const style = '/{style}';\nexport const worker = '/{worker}';\nexport const files = {{\n{list}}};\n\
         export const packs = [{packs}];\nexport const cmaps = {{\n{cmaps}}};\n"
    ))
}

/// Character maps behind each other, and name, start and length of each.
#[derive(Default)]
struct Pack {
    pack: Vec<u8>,
    places: Vec<(String, usize, usize)>,
}

/// Character maps of fonts that are not embedded, one pack for each collection of characters: a document seldom needs
/// more than one. Returns the packs, and where each map lies.
fn character_maps(files: &mut Vec<Made>, folder: &Path) -> Result<(String, String)> {
    let mut packs: BTreeMap<&str, Pack> = BTreeMap::new();
    for name in names(folder, &[".bcmap"])? {
        let stem = name.trim_end_matches(".bcmap");
        let Pack { pack, places } = packs.entry(collection(stem)).or_default();
        let bytes = read(&folder.join(&name))?;
        places.push((stem.to_owned(), pack.len(), bytes.len()));
        pack.extend(bytes);
    }
    let (mut list, mut table) = (String::new(), String::new());
    for (number, (name, Pack { pack, places })) in packs.into_iter().enumerate() {
        let file = add(files, &format!("reader-cmaps-{name}"), "bin", pack);
        write!(list, "'/{file}',")?;
        for (stem, start, length) in places {
            writeln!(table, "  '{stem}': [{number}, {start}, {length}],")?;
        }
    }
    Ok((list, table))
}

/// The collection that a character map belongs to, by the names that Adobe gave them.
fn collection(name: &str) -> &'static str {
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if begins(&["Adobe-GB1", "GB", "UniGB"]) {
        "gb1"
    } else if begins(&["Adobe-CNS1", "B5", "CNS", "ETHK", "ETen", "HK", "UniCNS"]) {
        "cns1"
    } else if begins(&["Adobe-Korea1", "KSC", "UniKS"]) {
        "korea1"
    } else {
        "japan1"
    }
}

/// All licences as one text.
fn licences(pdf: &Path) -> Result<String> {
    let mut all = String::new();
    for name in LICENCE_FILES {
        let text = fs::read_to_string(pdf.join(name)).with_context(|| name.to_owned())?;
        writeln!(all, "pdfjs-dist/{name}\n\n{}\n", text.trim())?;
    }
    Ok(all)
}

/// A script of PDF.js without the address of its source map, which is not delivered.
fn script(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let kept = text.lines().filter(|line| !line.starts_with("//# sourceMappingURL"));
    Ok(kept.collect::<Vec<_>>().join("\n"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

/// File names with one of these endings, sorted.
fn names(folder: &Path, endings: &[&str]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if endings.iter().any(|ending| name.ends_with(ending)) {
            names.push(name);
        }
    }
    if names.is_empty() {
        bail!("{} has none of the expected files", folder.display());
    }
    names.sort();
    Ok(names)
}

/// Adds a file under a name with a hash of its content; returns the name.
fn add(files: &mut Vec<Made>, stem: &str, ending: &str, bytes: Vec<u8>) -> String {
    let name = format!("{stem}-{}.{ending}", tag(&bytes));
    files.push(Made { name: name.clone(), bytes, fetched: Fetched::Later });
    name
}

/// Names of the sibling modules that a module imports: `… from './name.js'` at the end of a line.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(imported)
}

fn imported(line: &str) -> Option<&str> {
    line.strip_suffix("';")?.rsplit_once(" from './").map(|(_, name)| name)
}

/// The module with its imports under their final names.
fn link(text: &str, named: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        match imported(line).and_then(|name| Some((name, named.get(name)?))) {
            Some((name, file)) => {
                out.push_str(&line.replace(&format!("'./{name}'"), &format!("'/{file}'")));
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_get_their_final_names() {
        let text = "// from './x.js';\nimport { a } from './a.js';\nimport {\n  b,\n} from './b.js';\nconst c = './a.js';\n";
        assert_eq!(imports(text).collect::<Vec<_>>(), ["x.js", "a.js", "b.js"]);
        let named = BTreeMap::from([
            ("a.js".to_owned(), "reader-a-1.js".to_owned()),
            ("b.js".to_owned(), "reader-b-2.js".to_owned()),
        ]);
        let linked = link(text, &named);
        assert!(linked.contains("import { a } from '/reader-a-1.js';"), "{linked}");
        assert!(
            linked.contains("} from '/reader-b-2.js';") && linked.contains("const c = './a.js';"),
            "{linked}"
        );
    }

    #[test]
    fn character_maps_lie_with_their_collection() {
        for (name, pack) in [
            ("UniGB-UCS2-H", "gb1"),
            ("GBK-EUC-V", "gb1"),
            ("ETenms-B5-H", "cns1"),
            ("HKscs-B5-H", "cns1"),
            ("KSCms-UHC-H", "korea1"),
            ("90ms-RKSJ-H", "japan1"),
            ("H", "japan1"),
            ("Hankaku", "japan1"),
        ] {
            assert_eq!(collection(name), pack, "{name}");
        }
    }
}
