//! Finds a file's objects: by its tables and streams of references, or, where those are broken, by searching all of it.

use std::collections::BTreeSet;

use super::file::{File, Place};
use super::lex::Lexer;
use super::object::{Dict, Object};
use super::source::{Fault, to_u64};

/// Sections that a file may chain.
const SECTIONS: usize = 1024;
/// How far from its end a file may say where its table is.
const TAIL: u64 = 2048;

/// Fills the table of objects as the file states it. False where it states nothing usable.
pub(crate) fn load(file: &mut File<'_>) -> Result<bool, Fault> {
    let Some(start) = start(file)? else { return Ok(false) };
    let mut seen = BTreeSet::new();
    let mut ahead = vec![start];
    while let Some(at) = ahead.pop() {
        if !seen.insert(at) || seen.len() > SECTIONS {
            continue;
        }
        let Some(trailer) = section(file, at)? else {
            if seen.len() == 1 {
                return Ok(false);
            }
            continue;
        };
        let offset =
            |key: &[u8]| trailer.get(key).and_then(Object::as_int).and_then(|at| u64::try_from(at).ok());
        // What is pushed last is read first: the stream that belongs to this table, then the older section.
        ahead.extend(offset(b"Prev"));
        ahead.extend(offset(b"XRefStm"));
        for (key, value) in trailer.0 {
            if file.trailer.get(&key).is_none() {
                file.trailer.0.push((key, value));
            }
        }
    }
    Ok(file.trailer.get(b"Root").is_some())
}

fn start(file: &mut File<'_>) -> Result<Option<u64>, Fault> {
    let from = file.source.length().saturating_sub(TAIL);
    let tail = file.source.window(from, usize::try_from(TAIL).unwrap_or(0))?;
    let word = b"startxref";
    let Some(found) = tail.windows(word.len()).rposition(|here| here == word) else { return Ok(None) };
    let at = Lexer::new(tail, found + word.len()).int();
    Ok(at.and_then(|at| u64::try_from(at).ok()))
}

/// Reads one section, of either kind; gives its trailer.
fn section(file: &mut File<'_>, at: u64) -> Result<Option<Dict>, Fault> {
    if at >= file.source.length() {
        return Ok(None);
    }
    let limit = file.limits.objects;
    let table = file.parse_at(at, |lexer| {
        if !lexer.word(b"xref") {
            return None;
        }
        let mut entries = Vec::new();
        loop {
            if lexer.word(b"trailer") {
                break;
            }
            let (first, count) = (lexer.int()?, lexer.int()?);
            for index in 0..count {
                let (offset, _generation) = (lexer.int()?, lexer.int()?);
                let used = lexer.word(b"n");
                if !used && !lexer.word(b"f") {
                    return None;
                }
                if to_u64(entries.len()) > limit {
                    return None;
                }
                entries.push((first.saturating_add(index), offset, used));
            }
        }
        match lexer.object()? {
            Object::Dict(trailer) => Some((entries, trailer)),
            _ => None,
        }
    })?;
    if let Some((entries, trailer)) = table {
        for (number, offset, used) in entries {
            if let (Ok(number), Ok(offset)) = (u32::try_from(number), u64::try_from(offset)) {
                let place = if used { Place::At(offset) } else { Place::Free };
                first_wins(file, number, place)?;
            }
        }
        return Ok(Some(trailer));
    }
    stream(file, at)
}

fn first_wins(file: &mut File<'_>, number: u32, place: Place) -> Result<(), Fault> {
    if file.places.contains_key(&number) { Ok(()) } else { file.place(number, place) }
}

/// A stream of references.
fn stream(file: &mut File<'_>, at: u64) -> Result<Option<Dict>, Fault> {
    let Some((_, stored)) = file.object_at(at)? else { return Ok(None) };
    let Some(dict) = stored.dict().filter(|dict| dict.is_type(b"XRef")).cloned() else { return Ok(None) };
    let Some(unpacked) = file.unpacked(&stored)? else { return Ok(None) };
    let ints = |key: &[u8]| -> Vec<usize> {
        let items = dict.get(key).and_then(Object::as_array).unwrap_or_default();
        items.iter().filter_map(|item| usize::try_from(item.as_int()?).ok()).collect()
    };
    let widths = ints(b"W");
    let &[kind_width, second_width, third_width] = widths.as_slice() else { return Ok(None) };
    let row = kind_width.saturating_add(second_width).saturating_add(third_width);
    if row == 0 || row > 32 {
        return Ok(None);
    }
    let mut ranges = ints(b"Index");
    if ranges.is_empty() {
        ranges = vec![0, ints_one(&dict, b"Size").unwrap_or(0)];
    }
    let mut rows = unpacked.data.chunks_exact(row);
    for range in ranges.chunks_exact(2) {
        let &[first, count] = range else { continue };
        for offset in 0..count {
            let Some(row) = rows.next() else { return Ok(Some(dict)) };
            let (kind, rest) = row.split_at_checked(kind_width).unwrap_or_default();
            let (second, third) = rest.split_at_checked(second_width).unwrap_or_default();
            let place = match if kind_width == 0 { 1 } else { number(kind) } {
                0 => Place::Free,
                1 => Place::At(number(second)),
                2 => Place::In {
                    container: u32::try_from(number(second)).unwrap_or(u32::MAX),
                    index: u32::try_from(number(third)).unwrap_or(u32::MAX),
                },
                _ => continue,
            };
            if let Ok(number) = u32::try_from(first.saturating_add(offset)) {
                first_wins(file, number, place)?;
            }
        }
    }
    Ok(Some(dict))
}

fn ints_one(dict: &Dict, key: &[u8]) -> Option<usize> {
    dict.get(key).and_then(Object::as_int).and_then(|value| usize::try_from(value).ok())
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Searches the whole file for objects; the last of a number counts, as later changes stand later in a file.
pub(crate) fn search(file: &mut File<'_>) -> Result<(), Fault> {
    const STEP: usize = 1 << 20;
    const OVERLAP: usize = 64;
    file.forget();
    file.places.clear();
    file.repaired = true;
    let mut trailers = Vec::new();
    let mut at = 0;
    while at < file.source.length() {
        let chunk = file.source.bytes(at, STEP + OVERLAP)?;
        for found in positions(&chunk, b"obj") {
            if found < STEP.saturating_add(OVERLAP / 2)
                && let Some((number, from)) = header(chunk.get(..found).unwrap_or_default())
                // A number that is cut by the edge was found whole in the piece before.
                && (from > 0 || at == 0)
            {
                file.place(number, Place::At(at.saturating_add(to_u64(from))))?;
            }
        }
        trailers.extend(positions(&chunk, b"trailer").map(|found| at.saturating_add(to_u64(found) + 7)));
        trailers.truncate(10_000);
        at = at.saturating_add(to_u64(STEP));
    }
    for at in trailers {
        if let Some(Object::Dict(trailer)) = file.parse_at(at, |lexer| lexer.object())? {
            merge(file, trailer);
        }
    }
    // Object streams, and the catalogue where no trailer names it.
    let numbers: Vec<u32> = file.places.keys().copied().collect();
    let mut catalogue = None;
    for number in numbers {
        let Some(stored) = file.stored(number)? else { continue };
        let Some(dict) = stored.dict() else { continue };
        if dict.is_type(b"Catalog") {
            catalogue = Some(number);
        } else if dict.is_type(b"XRef") {
            merge(file, dict.clone());
        } else if dict.is_type(b"ObjStm") {
            for (index, packed) in (0_u32..).zip(file.packed_numbers(number)?) {
                if !matches!(file.places.get(&packed), Some(Place::At(_))) {
                    file.place(packed, Place::In { container: number, index })?;
                }
                let is_catalogue = file
                    .stored(packed)?
                    .is_some_and(|stored| stored.dict().is_some_and(|dict| dict.is_type(b"Catalog")));
                if is_catalogue {
                    catalogue = Some(packed);
                }
            }
        }
    }
    let root = file.trailer.get(b"Root").cloned();
    let usable = file.dict(root.as_ref())?.is_some_and(|root| root.get(b"Pages").is_some());
    if let (false, Some(number)) = (usable, catalogue) {
        file.trailer.0.push((b"Root".to_vec(), Object::Reference(number)));
    }
    Ok(())
}

fn merge(file: &mut File<'_>, trailer: Dict) {
    for (key, value) in trailer.0 {
        if matches!(key.as_slice(), b"Root" | b"Info" | b"ID" | b"Encrypt") {
            file.trailer.0.push((key, value));
        }
    }
}

fn positions<'b>(chunk: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    chunk.windows(word.len()).enumerate().filter(move |(_, here)| *here == word).map(|(at, _)| at)
}

/// `N G ` at the end of `before`: the number, and where it begins.
fn header(before: &[u8]) -> Option<(u32, usize)> {
    let space =
        |at: usize| before.get(..at)?.iter().rposition(|byte| !super::lex::is_space(*byte)).map(|at| at + 1);
    let digits = |at: usize| {
        let head = before.get(..at)?;
        let from = head.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
        (from < at && at - from <= 10).then_some(from)
    };
    let generation_end = space(before.len())?;
    let generation = digits(generation_end)?;
    let number_end = space(generation)?;
    if number_end == generation {
        return None;
    }
    let from = digits(number_end)?;
    let number = std::str::from_utf8(before.get(from..number_end)?).ok()?.parse().ok()?;
    Some((number, from))
}
