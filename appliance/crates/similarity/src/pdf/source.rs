//! Bytes of a file by position, with a small window, and what reading them may cost.

use std::io::{self, Read, Seek, SeekFrom};

use crate::input::ReadSeek;
use crate::progress::Cancel;

/// Why reading of a whole document ends. What is merely malformed is no fault: it reads as nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Io(String),
    Work,
    Objects,
    Cancelled,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

/// What a document may still cost.
pub(crate) struct Meter<'a> {
    left: u64,
    cancel: &'a Cancel,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(work: u64, cancel: &'a Cancel) -> Self {
        Self { left: work, cancel }
    }

    pub(crate) fn charge(&mut self, work: usize) -> Result<(), Fault> {
        if self.cancel.is_cancelled() {
            return Err(Fault::Cancelled);
        }
        let work = u64::try_from(work).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(work).ok_or(Fault::Work)?;
        Ok(())
    }
}

pub(crate) struct Source<'a> {
    reader: Box<dyn ReadSeek>,
    length: u64,
    meter: Meter<'a>,
    window: Vec<u8>,
    window_at: u64,
}

/// Bytes that are read at least when a position is not in the window.
const WINDOW: usize = 16 << 10;

impl<'a> Source<'a> {
    pub(crate) fn new(mut reader: Box<dyn ReadSeek>, meter: Meter<'a>) -> Result<Self, Fault> {
        let length = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader, length, meter, window: Vec::new(), window_at: 0 })
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn meter(&mut self) -> &mut Meter<'a> {
        &mut self.meter
    }

    /// Up to `wanted` bytes from `at`; fewer only at the end of the file.
    pub(crate) fn window(&mut self, at: u64, wanted: usize) -> Result<&[u8], Fault> {
        let inside = at
            .checked_sub(self.window_at)
            .and_then(|from| usize::try_from(from).ok())
            .filter(|from| *from < self.window.len())
            .filter(|from| {
                self.window.len() - from >= wanted
                    || self.window_at.saturating_add(to_u64(self.window.len())) >= self.length
            });
        let from = match inside {
            Some(from) => from,
            None => {
                let mut buffer = std::mem::take(&mut self.window);
                self.read_into(at, wanted.max(WINDOW), &mut buffer)?;
                self.window = buffer;
                self.window_at = at;
                0
            }
        };
        let until = from.saturating_add(wanted).min(self.window.len());
        Ok(self.window.get(from..until).unwrap_or_default())
    }

    /// Exactly what stands at `at`, at most `length` bytes, not by the window.
    pub(crate) fn bytes(&mut self, at: u64, length: usize) -> Result<Vec<u8>, Fault> {
        let mut buffer = Vec::new();
        self.read_into(at, length, &mut buffer)?;
        Ok(buffer)
    }

    fn read_into(&mut self, at: u64, length: usize, buffer: &mut Vec<u8>) -> Result<(), Fault> {
        buffer.clear();
        let length = to_u64(length).min(self.length.saturating_sub(at));
        self.meter.charge(usize::try_from(length).unwrap_or(usize::MAX))?;
        self.reader.seek(SeekFrom::Start(at))?;
        (&mut self.reader).take(length).read_to_end(buffer)?;
        Ok(())
    }
}

pub(crate) fn to_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

pub(crate) fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
