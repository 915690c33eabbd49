//! The archive container: a zip file of which there is exactly one for given names and contents.
//!
//! Owns the canonical layout: bodies stored as they are, members sorted by name, one fixed time, no comments, no
//! extra fields but those of zip64 where a number does not fit, nothing between or behind the parts. Any zip program
//! can read it; [`Archive`] refuses what [`ArchiveWriter`] would not have written. Bodies are streamed both ways.
//! Must not know what the members mean, nor of files: it works on `std::io` traits.
//!
//! Written by itself and not with a general zip library, because it promises every byte.

mod layout;
mod name;
mod reader;
mod writer;

pub use name::{MAX_NAME_BYTES, NameError};
pub use reader::{Archive, Body, ReadError};
pub use writer::{ArchiveWriter, WriteError};

use std::io::{self, Read};

/// Most members of an archive.
pub const MAX_MEMBERS: u64 = 200_000;

/// How much of a body is held at a time, in bytes.
const BUFFER_BYTES: usize = 64 * 1024;

/// What the container says of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    name: String,
    length: u64,
    crc32: u32,
}

impl Member {
    /// Describes a body that is known: its name, its length in bytes and its CRC-32.
    ///
    /// # Errors
    /// [`NameError`] if the name is not one of an archive.
    pub fn new(name: &str, length: u64, crc32: u32) -> Result<Self, NameError> {
        name::check(name)?;
        Ok(Self { name: name.to_owned(), length, crc32 })
    }

    /// Describes a body by reading it once, in constant memory.
    ///
    /// # Errors
    /// [`WriteError::Name`] or [`WriteError::Body`].
    pub fn measure(name: &str, body: &mut impl Read) -> Result<Self, WriteError> {
        name::check(name)?;
        let mut sum = Sum::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            match body.read(&mut buffer) {
                Ok(0) => return Ok(Self { name: name.to_owned(), length: sum.length, crc32: sum.crc32() }),
                Ok(count) => sum.update(buffer.get(..count).unwrap_or(&[])),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(WriteError::Body { name: name.to_owned(), source: error }),
            }
        }
    }

    /// The name: UTF-8, parts divided by `/`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The body's length in bytes.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The body's CRC-32 (ISO 3309), as zip has it. It finds accidents; what proves the content is in the log.
    pub const fn crc32(&self) -> u32 {
        self.crc32
    }
}

/// Length and CRC-32 of what has passed.
#[derive(Debug, Clone)]
struct Sum {
    length: u64,
    crc: crc32fast::Hasher,
}

impl Sum {
    fn new() -> Self {
        Self { length: 0, crc: crc32fast::Hasher::new() }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.crc.update(bytes);
        self.length = self.length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    fn crc32(&self) -> u32 {
        self.crc.clone().finalize()
    }
}

#[cfg(test)]
mod tests;
