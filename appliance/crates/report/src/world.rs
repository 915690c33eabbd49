//! What typst sees while it lays out one document: the templates, the data, the fonts. Nothing else exists.
//!
//! Owns: the virtual files. Must not know what the data says, any real file, the network or a clock.

use std::path::PathBuf;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World, WorldExt};

use crate::fonts::Shelf;

/// One document's world.
pub(crate) struct Desk<'a> {
    library: &'a LazyHash<Library>,
    shelf: &'a Shelf,
    main: FileId,
    sources: Vec<Source>,
    files: Vec<(FileId, Bytes)>,
}

impl<'a> Desk<'a> {
    /// A world of these templates, the first being the main one, and these data files.
    pub(crate) fn new(
        library: &'a LazyHash<Library>,
        shelf: &'a Shelf,
        templates: &[(&'static str, &str)],
        files: Vec<(&str, Vec<u8>)>,
    ) -> Option<Self> {
        let sources = templates
            .iter()
            .map(|(name, text)| Some(Source::new(file_id(name)?, (*text).to_owned())))
            .collect::<Option<Vec<_>>>()?;
        let files = files
            .into_iter()
            .map(|(name, bytes)| Some((file_id(name)?, Bytes::new(bytes))))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { library, shelf, main: sources.first()?.id(), sources, files })
    }

    /// The main template's name.
    pub(crate) fn main_name(&self) -> &str {
        self.main.get().vpath().get_without_slash()
    }

    /// Where a span stands: file, line and column, from 1.
    pub(crate) fn place(&self, span: impl Into<DiagSpan>) -> Option<(String, usize, usize)> {
        let span = span.into();
        let id = span.id()?;
        let name = id.get().vpath().get_without_slash().to_owned();
        let start = self.range(span).map(|range| range.start).unwrap_or_default();
        let source = self.sources.iter().find(|source| source.id() == id);
        let at = source.and_then(|source| source.lines().byte_to_line_column(start));
        let (line, column) = at.unwrap_or_default();
        Some((name, line.saturating_add(1), column.saturating_add(1)))
    }
}

/// The id of a virtual file. Names are the program's own and few, so the table of ids behind it stays small.
fn file_id(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.shelf.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.iter().find(|source| source.id() == id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let file = self.files.iter().find(|(name, _)| *name == id);
        file.map(|(_, bytes)| bytes.clone()).ok_or_else(|| absent(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shelf.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
