//! A reader of PDF files that takes what the analysis needs and nothing else: text by page, images by digest, and what
//! the file says of its making.
//!
//! It reads from a file by position; memory depends on [`Limits`](crate::limits::Limits), not on the file. Nothing here
//! indexes, unwraps or recurses without a bound, and every loop pays for its steps. Encrypted files are named as such and
//! not opened.
//!
//! **Architecture invariant.** It knows nothing of bids and compares nothing.

mod content;
mod file;
mod filter;
mod font;
#[cfg(test)]
mod genuine;
mod lex;
mod meta;
mod object;
mod pages;
mod source;
#[cfg(test)]
mod tests;
mod xref;

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use sm3::Digest as _;

use crate::document::{ImageFact, MetaKey};
use crate::input::ReadSeek;
use crate::limits::Limits;
use crate::outcome::{Reach, Trouble};
use crate::progress::Cancel;
use content::Interpreter;
use file::File;
use source::{Fault, Meter, Source, to_u64};

/// What was read of one file.
#[derive(Debug, Default)]
pub(crate) struct PdfFacts {
    pub(crate) reach: Option<Reach>,
    pub(crate) pages: u64,
    pub(crate) pages_without_text: u64,
    pub(crate) damaged_pages: u64,
    pub(crate) unmapped: u64,
    pub(crate) repaired: bool,
    pub(crate) images: Vec<ImageFact>,
    pub(crate) fonts: Vec<String>,
    pub(crate) meta: BTreeMap<MetaKey, String>,
    pub(crate) troubles: Vec<Trouble>,
}

/// The run was cancelled.
pub(crate) struct Cancelled;

/// Reads a file; gives each page's text to `on_page`, pages in order from 1. `images` is how many digests are still wanted.
pub(crate) fn read(
    reader: Box<dyn ReadSeek>,
    limits: Limits,
    images: u64,
    cancel: &Cancel,
    on_page: &mut dyn FnMut(u32, &str),
) -> Result<PdfFacts, Cancelled> {
    let mut facts = PdfFacts::default();
    let ended = gather(reader, limits, images, cancel, on_page, &mut facts);
    match ended {
        Ok(()) => {}
        Err(Fault::Cancelled) => return Err(Cancelled),
        Err(Fault::Io(error)) => facts.troubles.push(Trouble::ReadFailed { error }),
        Err(Fault::Work) => facts.troubles.push(Trouble::TooMuchWork { limit: limits.work }),
        Err(Fault::Objects) => facts.troubles.push(Trouble::TooManyObjects { limit: limits.objects }),
    }
    facts.troubles.sort();
    facts.troubles.dedup();
    facts.reach = Some(if facts.pages == 0 {
        Reach::Unread
    } else if facts.troubles.is_empty() {
        Reach::Whole
    } else {
        Reach::Partly
    });
    Ok(facts)
}

fn gather(
    reader: Box<dyn ReadSeek>,
    limits: Limits,
    images: u64,
    cancel: &Cancel,
    on_page: &mut dyn FnMut(u32, &str),
    facts: &mut PdfFacts,
) -> Result<(), Fault> {
    let mut source = Source::new(reader, Meter::new(u64::MAX, cancel))?;
    let length = source.length();
    *source.meter() = Meter::new(limits.work.saturating_add(length.saturating_mul(3)), cancel);
    let head = source.window(0, 1024)?.to_vec();
    if head.is_empty() {
        facts.troubles.push(Trouble::Empty);
        return Ok(());
    }
    if !head.windows(5).any(|here| here == b"%PDF-") {
        facts.troubles.push(Trouble::NotPdf { looks_like: looks_like(&head).to_owned() });
        return Ok(());
    }
    let mut file = File::new(source, limits);
    let stated = xref::load(&mut file)?;
    if encrypted(&mut file, facts)? {
        return Ok(());
    }
    facts.meta = meta::read(&mut file)?;
    let mut interpreter = Interpreter::default();
    let walked = walk(&mut file, stated, &mut interpreter, on_page, facts);
    // What was seen before a limit was reached counts, too.
    let found = interpreter.found;
    facts.repaired = file.repaired;
    facts.unmapped = found.unmapped;
    facts.fonts = found.fonts.into_iter().collect();
    if found.unmapped > 0 {
        facts.troubles.push(Trouble::UnmappedCharacters);
    }
    if facts.damaged_pages > 0 {
        facts.troubles.push(Trouble::DamagedPages);
    }
    if found.too_large {
        facts.troubles.push(Trouble::StreamTooLarge { limit: limits.stream });
    }
    walked?;
    if facts.pages == 0 && facts.troubles.is_empty() {
        facts.troubles.push(Trouble::NoPages);
    }
    for (number, page) in found.images {
        if to_u64(facts.images.len()) >= images {
            facts.troubles.push(Trouble::TooManyImages { limit: limits.bid_images });
            break;
        }
        facts.images.extend(image(&mut file, number, page)?);
    }
    Ok(())
}

/// Visits the pages by the file's own table; where that leads to none, by searching the file.
fn walk(
    file: &mut File<'_>,
    stated: bool,
    interpreter: &mut Interpreter,
    on_page: &mut dyn FnMut(u32, &str),
    facts: &mut PdfFacts,
) -> Result<(), Fault> {
    if stated && pages::walk(file, interpreter, on_page, facts)? > 0 {
        return Ok(());
    }
    xref::search(file)?;
    if encrypted(file, facts)? {
        return Ok(());
    }
    if facts.meta.is_empty() {
        facts.meta = meta::read(file)?;
    }
    pages::walk(file, interpreter, on_page, facts)?;
    Ok(())
}

fn encrypted(file: &mut File<'_>, facts: &mut PdfFacts) -> Result<bool, Fault> {
    let Some(encrypt) = file.trailer.get(b"Encrypt").cloned() else { return Ok(false) };
    let dict = file.dict(Some(&encrypt))?.unwrap_or_default();
    let handler = dict.get(b"Filter").and_then(object::Object::as_name).map(meta::text);
    let version = dict.get(b"V").and_then(object::Object::as_int).unwrap_or(0);
    let handler: String = handler.unwrap_or_else(|| "?".to_owned()).chars().take(64).collect();
    facts.troubles.push(Trouble::Encrypted { handler: format!("{handler}, V{version}") });
    Ok(true)
}

/// Digest of an image's bytes as they stand in the file; none for small ones.
fn image(file: &mut File<'_>, number: u32, page: u32) -> Result<Option<ImageFact>, Fault> {
    const STEP: u64 = 256 << 10;
    let Some(stored) = file.stored(number)? else { return Ok(None) };
    let Some(dict) = stored.dict() else { return Ok(None) };
    let width = file.int(dict.get(b"Width"))?.and_then(|value| u64::try_from(value).ok()).unwrap_or(0);
    let height = file.int(dict.get(b"Height"))?.and_then(|value| u64::try_from(value).ok()).unwrap_or(0);
    if width < file.limits.image_pixels || height < file.limits.image_pixels {
        return Ok(None);
    }
    let Some((from, length)) = file.extent(&stored)? else { return Ok(None) };
    let mut hash = sm3::Sm3::new();
    let mut done = 0;
    while done < length {
        let step = STEP.min(length - done);
        let chunk = file.source.bytes(from.saturating_add(done), source::to_usize(step))?;
        hash.update(&chunk);
        done = done.saturating_add(step);
    }
    let sm3 = Sm3Digest::from_bytes(hash.finalize().into());
    Ok(Some(ImageFact { sm3, width, height, bytes: length, page }))
}

fn looks_like(head: &[u8]) -> &'static str {
    match head {
        [b'P', b'K', 3 | 5, ..] => "zip",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "ole",
        [0xff, 0xd8, 0xff, ..]
        | [0x89, b'P', b'N', b'G', ..]
        | [b'I', b'I', 42, 0, ..]
        | [b'M', b'M', 0, 42, ..] => "image",
        _ if std::str::from_utf8(head.get(..head.len().min(512)).unwrap_or(head)).is_ok() => "text",
        _ => "unknown",
    }
}
