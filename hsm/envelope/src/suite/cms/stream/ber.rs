//! A BER reader over any [`Read`] with a buffer of one size: definite and indefinite lengths, lengths written longer
//! than needed, and octet strings in segments.
//!
//! Owns tags, lengths and nesting. It must not know what a field means. Small parts come out as DER (segments joined,
//! lengths definite), so that [`Cursor`] reads them; long octet strings are handed on piece by piece.

use std::io::{self, Read};

use sm3::{Digest as _, Sm3};
use zeroize::Zeroizing;

use super::error::StreamError;
use crate::suite::asn1::Cursor;

pub(super) const OCTETS: u8 = 0x04;
pub(super) const OCTETS_CONSTRUCTED: u8 = 0x24;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]`, primitive.
pub(super) const CONTEXT_0_PRIMITIVE: u8 = 0x80;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// `[1]`, constructed.
pub(super) const CONTEXT_1: u8 = 0xa1;

const CONSTRUCTED: u8 = 0x20;
/// Bytes that are read at once.
const BUFFER: usize = 64 * 1024;
/// Elements inside one another.
const MAX_DEPTH: usize = 24;

/// Tag and length of an element; no length is the indefinite form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) identifier: u8,
    length: Option<u64>,
}

impl Head {
    const fn is_constructed(self) -> bool {
        self.identifier & CONSTRUCTED != 0
    }
}

/// How far an element that was entered reaches.
#[derive(Debug, Clone, Copy)]
enum Extent {
    /// To this offset of the input.
    To(u64),
    /// To the two zero bytes.
    Open,
    /// The two zero bytes were read.
    Closed,
}

/// Where the reader is in an octet string.
#[derive(Debug)]
pub(super) struct Octets {
    /// Elements around the string.
    depth: usize,
    /// Bytes left of the segment.
    left: u64,
    what: &'static str,
}

/// Reads elements one after the other.
pub(super) struct Ber<R> {
    input: R,
    buffer: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
    /// Bytes of the input before `start`.
    offset: u64,
    entered: Vec<Extent>,
    /// A head that was looked at and not yet taken.
    head: Option<Head>,
    tap: Option<Sm3>,
}

impl<R: Read> Ber<R> {
    pub(super) fn new(input: R) -> Self {
        let buffer = Zeroizing::new(vec![0; BUFFER]);
        Self { input, buffer, start: 0, end: 0, offset: 0, entered: Vec::new(), head: None, tap: None }
    }

    /// The head of the next element of the one that was entered; none at its end.
    pub(super) fn peek(&mut self) -> Result<Option<Head>, StreamError> {
        if let Some(head) = self.head {
            return Ok(Some(head));
        }
        if self.entered.is_empty() && self.at_end()? {
            return Ok(None);
        }
        match self.entered.last() {
            Some(Extent::To(end)) if self.offset == *end => return Ok(None),
            Some(Extent::Closed) => return Ok(None),
            _ => {}
        }
        let head = self.read_head()?;
        if head == (Head { identifier: 0, length: Some(0) }) {
            return match self.entered.last_mut() {
                Some(extent @ Extent::Open) => {
                    *extent = Extent::Closed;
                    Ok(None)
                }
                _ => Err(self.wrong("an element instead of the end of contents")),
            };
        }
        self.head = Some(head);
        Ok(Some(head))
    }

    /// Whether the next element has this tag.
    pub(super) fn next_is(&mut self, identifier: u8) -> Result<bool, StreamError> {
        Ok(self.peek()?.is_some_and(|head| head.identifier == identifier))
    }

    /// Goes into a constructed element.
    pub(super) fn enter(&mut self, identifier: u8, what: &'static str) -> Result<(), StreamError> {
        let head = self.take_head(what)?;
        if head.identifier != identifier {
            return Err(self.wrong(what));
        }
        self.push(head, what)
    }

    /// Comes out of it again; nothing may be left in it.
    pub(super) fn leave(&mut self, what: &'static str) -> Result<(), StreamError> {
        if self.peek()?.is_some() {
            return Err(self.wrong(what));
        }
        self.entered.pop();
        Ok(())
    }

    /// Nothing may follow what was read.
    pub(super) fn end(&mut self) -> Result<(), StreamError> {
        if self.at_end()? { Ok(()) } else { Err(StreamError::Trailing { offset: self.offset }) }
    }

    /// The next element as DER of at most `limit` bytes.
    pub(super) fn element(&mut self, what: &'static str, limit: usize) -> Result<Vec<u8>, StreamError> {
        let (mut out, mut left) = (Vec::new(), limit);
        self.collect(&mut out, &mut left, what)?;
        Ok(out)
    }

    /// The next element as DER if it has this tag.
    pub(super) fn element_if(
        &mut self,
        identifier: u8,
        what: &'static str,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, StreamError> {
        if self.next_is(identifier)? { Ok(Some(self.element(what, limit)?)) } else { Ok(None) }
    }

    /// Reads over the next element if it has this tag, however long it is.
    pub(super) fn skip_if(&mut self, identifier: u8, what: &'static str) -> Result<(), StreamError> {
        if self.next_is(identifier)? { self.skip(what) } else { Ok(()) }
    }

    fn skip(&mut self, what: &'static str) -> Result<(), StreamError> {
        let head = self.take_head(what)?;
        if head.is_constructed() {
            self.push(head, what)?;
            while self.peek()?.is_some() {
                self.skip(what)?;
            }
            self.entered.pop();
            return Ok(());
        }
        let (mut left, mut scratch) = (head.length.unwrap_or(0), [0; 512]);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(scratch.len());
            let came = self.bytes(scratch.get_mut(..most).unwrap_or_default())?;
            left = left.saturating_sub(u64::try_from(came).unwrap_or(left));
        }
        Ok(())
    }

    /// Begins an octet string that has one of two tags: in one piece, or in segments.
    pub(super) fn begin_octets(
        &mut self,
        primitive: u8,
        constructed: u8,
        what: &'static str,
    ) -> Result<Octets, StreamError> {
        let head = self.take_head(what)?;
        let depth = self.entered.len();
        match head.length {
            Some(left) if head.identifier == primitive => Ok(Octets { depth, left, what }),
            _ if head.identifier == constructed => {
                self.push(head, what)?;
                Ok(Octets { depth, left: 0, what })
            }
            _ => Err(self.wrong(what)),
        }
    }

    /// The next bytes of an octet string; 0 at its end.
    pub(super) fn octets(&mut self, string: &mut Octets, out: &mut [u8]) -> Result<usize, StreamError> {
        if out.is_empty() {
            return Ok(0);
        }
        while string.left == 0 {
            if self.entered.len() <= string.depth {
                return Ok(0);
            }
            let Some(head) = self.peek()? else {
                self.entered.pop();
                continue;
            };
            self.head = None;
            match head {
                Head { identifier: OCTETS, length: Some(length) } => string.left = length,
                Head { identifier: OCTETS_CONSTRUCTED, .. } => self.push(head, string.what)?,
                _ => return Err(self.wrong(string.what)),
            }
        }
        let most = usize::try_from(string.left).unwrap_or(usize::MAX).min(out.len());
        let came = match out.get_mut(..most) {
            Some(out) => self.bytes(out)?,
            None => 0,
        };
        string.left = string.left.saturating_sub(u64::try_from(came).unwrap_or(u64::MAX));
        Ok(came)
    }

    /// Begins to hash what is read, byte for byte. Nothing may have been looked at.
    pub(super) fn start_tap(&mut self) {
        self.tap = Some(Sm3::new());
    }

    /// SM3 of what was read since.
    pub(super) fn stop_tap(&mut self) -> [u8; 32] {
        self.tap.take().unwrap_or_default().finalize().into()
    }

    pub(super) fn wrong(&self, what: &'static str) -> StreamError {
        StreamError::Structure { what, offset: self.offset }
    }

    fn collect(
        &mut self,
        out: &mut Vec<u8>,
        left: &mut usize,
        what: &'static str,
    ) -> Result<(), StreamError> {
        let head = self.take_head(what)?;
        let too_long = StreamError::TooLong { what, offset: self.offset };
        if head.is_constructed() {
            *left = left.checked_sub(2).ok_or(too_long)?;
            self.push(head, what)?;
            let mut inner = Vec::new();
            while self.peek()?.is_some() {
                self.collect(&mut inner, left, what)?;
            }
            self.entered.pop();
            if head.identifier == OCTETS_CONSTRUCTED {
                let whole = join(&inner).ok_or_else(|| self.wrong(what))?;
                write(out, OCTETS, &whole);
            } else {
                write(out, head.identifier, &inner);
            }
            return Ok(());
        }
        let length = head.length.and_then(|length| usize::try_from(length).ok());
        let Some(length) = length.filter(|length| length.saturating_add(2) <= *left) else {
            return Err(too_long);
        };
        *left -= length + 2;
        let mut content = vec![0; length];
        let mut rest = content.as_mut_slice();
        while !rest.is_empty() {
            let came = self.bytes(rest)?;
            rest = rest.get_mut(came..).unwrap_or_default();
        }
        write(out, head.identifier, &content);
        Ok(())
    }

    fn push(&mut self, head: Head, what: &'static str) -> Result<(), StreamError> {
        if !head.is_constructed() || self.entered.len() >= MAX_DEPTH {
            return Err(self.wrong(what));
        }
        self.entered.push(match head.length {
            Some(length) => Extent::To(self.offset.saturating_add(length)),
            None => Extent::Open,
        });
        Ok(())
    }

    fn take_head(&mut self, what: &'static str) -> Result<Head, StreamError> {
        let head = self.peek()?.ok_or_else(|| self.wrong(what))?;
        self.head = None;
        Ok(head)
    }

    fn read_head(&mut self) -> Result<Head, StreamError> {
        const WHAT: &str = "a tag and a length";
        let identifier = self.byte()?;
        // Tags of 31 and more take more bytes; no message here has any.
        if identifier & 0x1f == 0x1f {
            return Err(self.wrong(WHAT));
        }
        let length = match self.byte()? {
            short @ 0..0x80 => Some(u64::from(short)),
            0x80 => None,
            long => {
                let (count, mut length) = (long & 0x7f, 0_u64);
                for _ in 0..count {
                    if length >> 56 != 0 {
                        return Err(self.wrong(WHAT));
                    }
                    length = length << 8 | u64::from(self.byte()?);
                }
                Some(length)
            }
        };
        let head = Head { identifier, length };
        if length.is_none() && !head.is_constructed() {
            return Err(self.wrong(WHAT));
        }
        // An element ends where the one around it ends, or before.
        let around = self.entered.iter().rev().find_map(|extent| match extent {
            Extent::To(end) => Some(*end),
            _ => None,
        });
        let end = self.offset.checked_add(length.unwrap_or(0)).ok_or_else(|| self.wrong(WHAT))?;
        if around.is_some_and(|around| end > around) {
            return Err(self.wrong(WHAT));
        }
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, StreamError> {
        let mut one = [0];
        self.bytes(&mut one)?;
        let [byte] = one;
        Ok(byte)
    }

    /// At least one of the next bytes.
    fn bytes(&mut self, out: &mut [u8]) -> Result<usize, StreamError> {
        if self.at_end()? {
            return Err(StreamError::Short { offset: self.offset });
        }
        let ready = self.buffer.get(self.start..self.end).unwrap_or_default();
        let count = ready.len().min(out.len());
        for (to, from) in out.iter_mut().zip(ready) {
            *to = *from;
        }
        if let (Some(tap), Some(read)) = (&mut self.tap, ready.get(..count)) {
            tap.update(read);
        }
        self.start += count;
        self.offset = self.offset.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }

    fn at_end(&mut self) -> Result<bool, StreamError> {
        while self.start >= self.end {
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Ok(true),
                Ok(came) => (self.start, self.end) = (0, came.min(BUFFER)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StreamError::from_below(error)),
            }
        }
        Ok(false)
    }
}

/// The contents of DER octet strings, one behind the other.
fn join(segments: &[u8]) -> Option<Vec<u8>> {
    let (mut segments, mut whole) = (Cursor::new(segments), Vec::new());
    while !segments.is_empty() {
        whole.extend_from_slice(segments.take(der::Tag::OctetString, "a segment").ok()?.content);
    }
    Some(whole)
}

fn write(out: &mut Vec<u8>, identifier: u8, content: &[u8]) {
    out.push(identifier);
    let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let digits = bytes.iter().skip_while(|byte| **byte == 0);
            out.push(0x80 | u8::try_from(digits.clone().count()).unwrap_or(8));
            out.extend(digits);
        }
    }
    out.extend_from_slice(content);
}

#[cfg(test)]
#[path = "ber_tests.rs"]
mod tests;
