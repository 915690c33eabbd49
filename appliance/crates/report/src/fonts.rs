//! The fonts of the documents: Noto CJK, as Debian's `fonts-noto-cjk` installs it.
//!
//! Owns: which faces are used and where they are looked for. Must not know any template.
//!
//! Only these faces are loaded, whatever else a machine has, so that a document does not depend on a machine's other
//! fonts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The Debian package that has all faces.
pub const PACKAGE: &str = "fonts-noto-cjk";

/// Where the machine's own fonts are. A user's fonts are left out on purpose.
const SYSTEM: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

/// How many folders deep a font may lie.
const DEPTH: u32 = 6;

/// No face of this family is larger; a file that is, is not read.
const LARGEST: u64 = 128 * 1024 * 1024;

/// Where fonts are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FontSource {
    /// The machine's font folders.
    System,
    /// One folder and those below it.
    Folder(PathBuf),
}

/// A face the documents need.
struct Face {
    family: &'static str,
    weight: u16,
    /// File names that hold it, without their endings: the collection and the language's own file.
    files: [&'static str; 2],
}

const FACES: [Face; 3] = [
    Face {
        family: "Noto Serif CJK SC",
        weight: 400,
        files: ["NotoSerifCJK-Regular", "NotoSerifCJKsc-Regular"],
    },
    Face { family: "Noto Serif CJK SC", weight: 700, files: ["NotoSerifCJK-Bold", "NotoSerifCJKsc-Bold"] },
    Face {
        family: "Noto Sans Mono CJK SC",
        weight: 400,
        files: ["NotoSansCJK-Regular", "NotoSansMonoCJKsc-Regular"],
    },
];

/// Fonts that cannot be had.
#[derive(Debug, Error)]
pub enum FontError {
    /// A face is in none of the folders.
    #[error(
        "缺少字体 {family}（字重 {weight}），已查找 {searched:?}；请安装软件包 {PACKAGE} / \
         font {family} (weight {weight}) not found; install {PACKAGE}"
    )]
    Missing {
        /// The family.
        family: &'static str,
        /// 400 regular, 700 bold.
        weight: u16,
        /// The folders.
        searched: Vec<PathBuf>,
    },
    /// The file that should hold a face cannot be read.
    #[error("字体文件 {path:?} 无法读取 / font file cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file that should hold a face does not hold it.
    #[error(
        "字体文件 {path:?} 中没有 {family}（字重 {weight}）；请重新安装软件包 {PACKAGE} / \
         no {family} (weight {weight}) in the font file; reinstall {PACKAGE}"
    )]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The family.
        family: &'static str,
        /// 400 regular, 700 bold.
        weight: u16,
    },
}

/// The loaded faces. About 75 MB, as the collections of Noto CJK are kept whole.
pub(crate) struct Shelf {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Shelf {
    /// Finds and loads all faces.
    pub(crate) fn load(source: &FontSource) -> Result<Self, FontError> {
        let folders: Vec<PathBuf> = match source {
            FontSource::System => SYSTEM.iter().map(PathBuf::from).collect(),
            FontSource::Folder(folder) => vec![folder.clone()],
        };
        let mut found = Vec::new();
        for folder in &folders {
            candidates(folder, DEPTH, &mut found);
        }
        let fonts = FACES.iter().map(|face| face.load(&found, &folders)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts })
    }

    /// What typst selects fonts by.
    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    /// The font of an index of the book.
    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// Whether the text face can print a character. Regular and bold have the same characters.
    pub(crate) fn has_glyph(&self, c: char) -> bool {
        self.fonts.first().is_some_and(|font| font.info().coverage.contains(u32::from(c)))
    }
}

impl Face {
    fn load(&self, found: &[PathBuf], folders: &[PathBuf]) -> Result<Font, FontError> {
        let path = self
            .files
            .iter()
            .find_map(|name| found.iter().find(|path| path.file_stem().is_some_and(|stem| stem == *name)))
            .ok_or_else(|| FontError::Missing {
                family: self.family,
                weight: self.weight,
                searched: folders.to_vec(),
            })?;
        let data = read(path).map_err(|source| FontError::Read { path: path.clone(), source })?;
        let data = if is_plausible(&data) { data } else { Vec::new() };
        Font::iter(Bytes::new(data))
            .find(|font| {
                font.info().family == self.family && font.info().variant.weight.to_number() == self.weight
            })
            .ok_or_else(|| FontError::Unusable {
                path: path.clone(),
                family: self.family,
                weight: self.weight,
            })
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len();
    if length > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{length} bytes")));
    }
    fs::read(path)
}

/// Whether the header is that of a font, or of a collection of a few: the parser takes a larger count at its word.
fn is_plausible(data: &[u8]) -> bool {
    matches!(
        data.first_chunk::<12>(),
        Some(
            [b't', b't', b'c', b'f', _, _, _, _, 0, 0, 0, 1..=64]
                | [b'O', b'T', b'T', b'O', ..]
                | [0, 1, 0, 0, ..]
        )
    )
}

/// The font files of interest below a folder, in a fixed order. Folders that cannot be listed have none.
fn candidates(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) {
    let Some(deeper) = depth.checked_sub(1) else { return };
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            candidates(&path, deeper, found);
        } else if is_font(&path) {
            found.push(path);
        }
    }
}

fn is_font(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    matches!(ending, Some("ttc" | "otc" | "otf" | "ttf"))
        && stem.is_some_and(|stem| FACES.iter().any(|face| face.files.contains(&stem)))
}
