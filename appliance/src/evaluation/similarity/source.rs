//! A document of an opened bid by position: decrypted where it is asked for, never written in the clear, never held as a whole.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use bidroom_envelope::bid::open::Opening;
use bidroom_similarity::Document;

use crate::store::Store;
use crate::unlock::OpenedBid;

/// Bytes that are decrypted at once: a few chunks of a bid, each of which is decrypted as a whole.
const WINDOW: u64 = 4 << 20;
/// Windows that are kept: a reader of PDF files goes to and fro between a page, its fonts and the table of objects.
const WINDOWS: usize = 3;

/// A document for the analysis.
pub(super) fn document(store: &Arc<Store>, bid: &Arc<OpenedBid>, place: usize) -> Option<Document> {
    let listed = bid.documents().get(place)?;
    let (name, length) = (listed.name.as_str().to_owned(), listed.length);
    let (store, bid) = (Arc::clone(store), Arc::clone(bid));
    let open = move || -> io::Result<Box<dyn bidroom_similarity::input::ReadSeek>> {
        let content = bid.reader(&store).map_err(io::Error::other)?;
        Ok(Box::new(ByPosition { content, place, length, at: 0, windows: Vec::new() }))
    };
    Some(Document { name, open: Box::new(open) })
}

/// Reads by position.
struct ByPosition {
    content: Opening<BufReader<File>>,
    place: usize,
    length: u64,
    at: u64,
    /// What was decrypted last, the newest behind: where it begins, and its bytes.
    windows: Vec<(u64, Vec<u8>)>,
}

impl ByPosition {
    /// The window that begins at a multiple of [`WINDOW`].
    fn window(&mut self, begin: u64) -> io::Result<&[u8]> {
        match self.windows.iter().position(|(from, _)| *from == begin) {
            Some(kept) => {
                let window = self.windows.remove(kept);
                self.windows.push(window);
            }
            None => {
                let until = begin.saturating_add(WINDOW).min(self.length);
                // The oldest one makes room before, and its memory is used again.
                let full = self.windows.len() >= WINDOWS;
                let mut bytes = if full { self.windows.remove(0).1 } else { Vec::new() };
                bytes.clear();
                let wanted = until.saturating_sub(begin);
                self.content.part_of(self.place, begin, wanted, &mut bytes).map_err(io::Error::other)?;
                self.windows.push((begin, bytes));
            }
        }
        Ok(self.windows.last().map_or(&[], |(_, bytes)| bytes.as_slice()))
    }
}

impl Read for ByPosition {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || out.is_empty() {
            return Ok(0);
        }
        let begin = self.at - self.at % WINDOW;
        let skip = usize::try_from(self.at - begin).map_err(io::Error::other)?;
        let window = self.window(begin)?;
        let there = window.get(skip..).unwrap_or_default();
        let count = there.len().min(out.len());
        let (Some(to), Some(from)) = (out.get_mut(..count), there.get(..count)) else { return Ok(0) };
        to.copy_from_slice(from);
        self.at = self.at.saturating_add(u64::try_from(count).unwrap_or_default());
        Ok(count)
    }
}

impl Seek for ByPosition {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let wanted = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = wanted.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
