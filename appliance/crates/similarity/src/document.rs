//! One document of a bid: what was read of it, and reading it so that nothing in it can harm the run.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};
use sm3::Digest as _;

use crate::input::{Document, ReadSeek};
use crate::limits::Limits;
use crate::outcome::{Reach, Trouble};
use crate::pdf::{self, Cancelled, PdfFacts};
use crate::progress::Cancel;

/// A property that a file states of its making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetaKey {
    /// Author, as the program's user is called.
    Author,
    /// Who saved it last.
    LastModifiedBy,
    /// Company, as some programs add.
    Company,
    /// Program that made the source.
    Creator,
    /// Program that made the PDF.
    Producer,
    /// Title.
    Title,
    /// When it was made.
    Created,
    /// When it was changed.
    Modified,
    /// When the source was changed, as Word adds.
    SourceModified,
    /// XMP: identifier of the document.
    DocumentId,
    /// XMP: identifier of this version.
    InstanceId,
    /// XMP: identifier of the document that this one was made from.
    OriginalDocumentId,
    /// First part of the file's own identifier, kept when a file is changed.
    FileId,
}

/// An image as it stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFact {
    /// Over the image's packed bytes.
    pub sm3: Sm3Digest,
    /// Pixels across.
    pub width: u64,
    /// Pixels down.
    pub height: u64,
    /// Length of the packed bytes.
    pub bytes: u64,
    /// Page where it stands first, from 1.
    pub page: u32,
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentOutcome {
    /// As the bid names it.
    pub name: String,
    /// Length in bytes; 0 where it could not be read at all.
    pub bytes: u64,
    /// Digest of the whole file; none where the medium failed.
    pub sm3: Option<Sm3Digest>,
    /// How far it was read.
    pub reach: Reach,
    /// Why not further.
    pub troubles: Vec<Trouble>,
    /// Pages that were read.
    pub pages: u64,
    /// Of these, pages without any text: scans, for the most part. Their images are compared, their words are not.
    pub pages_without_text: u64,
    /// Of these, pages whose contents are damaged.
    pub damaged_pages: u64,
    /// Characters without a meaning in Unicode.
    pub unmapped_characters: u64,
    /// The file's table of objects was broken and its objects were found by searching.
    pub repaired: bool,
    /// Properties.
    pub meta: BTreeMap<MetaKey, String>,
    /// Fonts by name.
    pub fonts: Vec<String>,
    /// Images that are compared.
    pub images: u64,
}

/// A document's outcome and what the comparison needs beside it.
pub(crate) struct ReadDocument {
    pub(crate) outcome: DocumentOutcome,
    pub(crate) images: Vec<ImageFact>,
}

/// Reads one document.
///
/// **Boundary.** The reader is written not to panic. Should it do so all the same, the panic ends here: the document
/// counts as unread, with [`Trouble::ReaderFailed`], and the run goes on. Nothing of the reader's state is used after
/// that; what `on_page` was given before stays, and the outcome says that it is not all.
pub(crate) fn read(
    document: &Document,
    limits: Limits,
    images: u64,
    cancel: &Cancel,
    on_page: &mut dyn FnMut(u32, &str),
) -> Result<ReadDocument, Cancelled> {
    let mut sum = None;
    let mut pages = 0_u64;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let opened = (document.open)().and_then(|mut reader| {
            sum = Some(digest(&mut *reader, cancel)?);
            Ok(reader)
        });
        let reader = match opened {
            Ok(reader) => reader,
            Err(_) if cancel.is_cancelled() => return Err(Cancelled),
            Err(error) => return Ok(unread(Trouble::ReadFailed { error: error.to_string() })),
        };
        pdf::read(reader, limits, images, cancel, &mut |page, text| {
            pages = pages.saturating_add(1);
            on_page(page, text);
        })
    }));
    let facts = match ended {
        Ok(facts) => facts?,
        Err(_) => PdfFacts { pages, ..unread(Trouble::ReaderFailed) },
    };
    let (sm3, bytes) = sum.map_or((None, 0), |(sm3, bytes)| (Some(sm3), bytes));
    let outcome = DocumentOutcome {
        name: document.name.clone(),
        bytes,
        sm3,
        reach: facts.reach.unwrap_or(Reach::Unread),
        troubles: facts.troubles,
        pages: facts.pages,
        pages_without_text: facts.pages_without_text,
        damaged_pages: facts.damaged_pages,
        unmapped_characters: facts.unmapped,
        repaired: facts.repaired,
        meta: facts.meta,
        fonts: facts.fonts,
        images: u64::try_from(facts.images.len()).unwrap_or(u64::MAX),
    };
    Ok(ReadDocument { outcome, images: facts.images })
}

fn unread(trouble: Trouble) -> PdfFacts {
    PdfFacts { reach: Some(Reach::Unread), troubles: vec![trouble], ..PdfFacts::default() }
}

/// SM3 of the whole file, and its length.
fn digest(reader: &mut dyn ReadSeek, cancel: &Cancel) -> std::io::Result<(Sm3Digest, u64)> {
    let mut hash = sm3::Sm3::new();
    let mut buffer = vec![0; 256 << 10];
    let mut length = 0_u64;
    reader.seek(std::io::SeekFrom::Start(0))?;
    loop {
        if cancel.is_cancelled() {
            return Err(std::io::Error::other("cancelled"));
        }
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(buffer.get(..read).unwrap_or_default());
        length = length.saturating_add(u64::try_from(read).unwrap_or(0));
    }
    Ok((Sm3Digest::from_bytes(hash.finalize().into()), length))
}
