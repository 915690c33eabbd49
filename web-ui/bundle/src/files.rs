//! Names, compresses and writes the files of the bundle.

use crate::compile::Built;
use crate::page;
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
    /// Whether the file is part of the wire budget.
    pub(crate) counts: bool,
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

/// Writes the bundle into `dist`, replacing what was there.
pub(crate) fn write(
    dist: &Path,
    built: &Built,
    styles: &str,
    icon: &[u8],
    quality: i32,
) -> Result<Vec<Written>> {
    if dist.exists() {
        fs::remove_dir_all(dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    fs::create_dir_all(dist).with_context(|| format!("cannot make {}", dist.display()))?;

    let wasm_name = format!("app_bg-{}.wasm", tag(&built.wasm));
    let script = page::entry(&built.script, &wasm_name)?;
    let script_name = format!("app-{}.js", tag(script.as_bytes()));
    let styles_name = format!("styles-{}.css", tag(styles.as_bytes()));
    let index = page::index(&script_name, &wasm_name, &styles_name);

    let modules = built.modules.iter().map(|(path, text)| (path.clone(), text.as_bytes(), true));
    let mut written = Vec::new();
    for (name, bytes, counts) in modules.chain([
        (wasm_name, built.wasm.as_slice(), true),
        (script_name, script.as_bytes(), true),
        (styles_name, styles.as_bytes(), true),
        ("icon.svg".to_owned(), icon, false),
        ("index.html".to_owned(), index.as_bytes(), false),
    ]) {
        if let Some(folder) = dist.join(&name).parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let packed = compress(bytes, quality)?;
        fs::write(dist.join(&name), bytes).with_context(|| format!("cannot write {name}"))?;
        fs::write(dist.join(format!("{name}.br")), &packed)
            .with_context(|| format!("cannot write {name}.br"))?;
        written.push(Written { name, plain: bytes.len(), compressed: packed.len(), counts });
    }
    Ok(written)
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
fn tag(bytes: &[u8]) -> String {
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
