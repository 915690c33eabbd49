//! Names, compresses and writes the files of the bundle.

use crate::compile::{Built, Bundle};
use crate::page;
use crate::reader;
use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use std::fs;
use std::path::Path;

/// The style sheets in the order in which they build on each other.
const STYLES: [&str; 7] =
    ["tokens.css", "components.css", "app.css", "hall.css", "phone.css", "wall.css", "console.css"];

/// One written file and what it weighs.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) plain: usize,
    pub(crate) compressed: usize,
    /// Who fetches it.
    pub(crate) fetched: Fetched,
}

/// Which pages fetch a file before they show anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fetched {
    /// All.
    Always,
    /// Those of this HTML file.
    With(&'static str),
    /// None: only when it is needed, or too small to count.
    Later,
}

impl Fetched {
    /// Whether the pages of this HTML file fetch it.
    pub(crate) fn by(self, html: &str) -> bool {
        match self {
            Self::Always => true,
            Self::With(page) => page == html,
            Self::Later => false,
        }
    }
}

/// All style sheets as one text.
pub(crate) fn styles(folder: &Path) -> Result<String> {
    let mut all = String::new();
    for name in STYLES {
        let path = folder.join(name);
        all.push_str(&fs::read_to_string(&path).with_context(|| path.display().to_string())?);
        all.push('\n');
    }
    Ok(page::minify_css(&all))
}

/// A file to be written.
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) fetched: Fetched,
}

/// Writes the bundle into `dist`, replacing what was there.
pub(crate) fn write(
    dist: &Path,
    bundle: &Bundle,
    desk: &Path,
    styles: &str,
    icon: &[u8],
    quality: i32,
) -> Result<Vec<Written>> {
    let mut files = Vec::new();
    let (_, drill) = module(&mut files, &bundle.drill, Fetched::Later, Ok)?;
    let reader = reader::reader(&mut files, desk)?;
    let styles_name = format!("styles-{}.css", tag(styles.as_bytes()));
    for pages in &bundle.pages {
        let fetched = Fetched::With(pages.html);
        let (wasm, script) =
            module(&mut files, &pages.module, fetched, |glue| page::entry(&glue, &drill, &reader))?;
        let html = page::index(&script, &wasm, &styles_name);
        files.push(Made { name: pages.html.to_owned(), bytes: html.into(), fetched: Fetched::Later });
    }
    files.extend([
        Made { name: styles_name, bytes: styles.into(), fetched: Fetched::Always },
        Made { name: "icon.svg".to_owned(), bytes: icon.to_vec(), fetched: Fetched::Later },
    ]);
    write_all(dist, files, quality)
}

/// Writes the reading desk alone and `reader.json` that names its entry, for tests of the desk by itself.
pub(crate) fn write_reader(dist: &Path, desk: &Path, styles: &str, quality: i32) -> Result<Vec<Written>> {
    let mut files = Vec::new();
    let entry = reader::reader(&mut files, desk)?;
    let styles_name = format!("styles-{}.css", tag(styles.as_bytes()));
    let names = format!("{{\"entry\":\"/{entry}\",\"styles\":\"/{styles_name}\"}}\n");
    files.push(Made { name: styles_name, bytes: styles.into(), fetched: Fetched::Later });
    files.push(Made { name: "reader.json".to_owned(), bytes: names.into(), fetched: Fetched::Later });
    write_all(dist, files, quality)
}

/// Writes files into `dist`, replacing what was there.
fn write_all(dist: &Path, files: Vec<Made>, quality: i32) -> Result<Vec<Written>> {
    if dist.exists() {
        fs::remove_dir_all(dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    fs::create_dir_all(dist).with_context(|| format!("cannot make {}", dist.display()))?;
    files.into_iter().map(|file| write_one(dist, file, quality)).collect()
}

/// The files of one module, which name each other by names with a hash of the content; returns the names of module and
/// glue.
fn module(
    files: &mut Vec<Made>,
    built: &Built,
    fetched: Fetched,
    start: impl FnOnce(String) -> Result<String>,
) -> Result<(String, String)> {
    let wasm = format!("{}_bg-{}.wasm", built.name, tag(&built.wasm));
    let script = start(page::glue(&built.script, built.name, &wasm)?)?;
    let script_name = format!("{}-{}.js", built.name, tag(script.as_bytes()));
    files.push(Made { name: wasm.clone(), bytes: built.wasm.clone(), fetched });
    files.push(Made { name: script_name.clone(), bytes: script.into(), fetched });
    let modules = built.modules.iter();
    files.extend(modules.map(|(path, text)| Made {
        name: path.clone(),
        bytes: text.as_bytes().into(),
        fetched,
    }));
    Ok((wasm, script_name))
}

fn write_one(dist: &Path, file: Made, quality: i32) -> Result<Written> {
    let Made { name, bytes, fetched } = file;
    if let Some(folder) = dist.join(&name).parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let packed = compress(&bytes, quality)?;
    fs::write(dist.join(&name), &bytes).with_context(|| format!("cannot write {name}"))?;
    fs::write(dist.join(format!("{name}.br")), &packed).with_context(|| format!("cannot write {name}.br"))?;
    Ok(Written { name, plain: bytes.len(), compressed: packed.len(), fetched })
}

/// Brotli, once here instead of at each request.
fn compress(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut std::io::Cursor::new(bytes), &mut packed, &parameters).context("brotli")?;
    Ok(packed)
}

/// Sixteen hexadecimal digits that change with the content, so that a name may be cached for ever. FNV-1a: this
/// distinguishes builds, it protects nothing.
pub(crate) fn tag(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_follow_the_content() {
        assert_eq!(tag(b""), "cbf29ce484222325");
        assert_eq!(tag(b"a"), "af63dc4c8601ec8c");
        assert_ne!(tag(b"ab"), tag(b"ba"));
    }

    #[test]
    fn compression_is_reversible() -> Result<()> {
        let text = "开标".repeat(1000);
        let packed = compress(text.as_bytes(), 11)?;
        assert!(packed.len() < text.len() / 10);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut std::io::Cursor::new(&packed), &mut back)?;
        assert_eq!(back, text.as_bytes());
        Ok(())
    }
}
