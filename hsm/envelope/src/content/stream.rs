//! SM4-GCM in chunks, STREAM style: a chunk is released when it is verified, and no chunk can be dropped, moved,
//! repeated or appended.
//!
//! Chunk i of n is encrypted under the envelope's key with the nonce prefix(7) ‖ i as four bytes, big-endian ‖ 1 for the
//! last chunk, 0 for the others, and the core's hash as associated data; what is written is ciphertext ‖ tag(16). All
//! chunks but the last hold exactly the chunk size; the last holds 1 to chunk size bytes. Both directions work in one
//! buffer of one chunk, whatever the length.

use core::fmt;
use std::io::{Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::tree::{CiphertextRoot, RootHasher};
use crate::bid::core::CoreHash;
use crate::bid::share::ContentKeys;
use crate::suite::sm4::Sm4Gcm;

/// Bytes of a tag.
pub const TAG: usize = 16;

/// Plaintext bytes in each chunk but the last: a power of two from 1 KiB to 1 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct ChunkSize(u32);

/// A number that is no chunk size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no chunk size: a power of two from 1024 to 1048576")]
pub struct ChunkSizeError(pub u32);

impl ChunkSize {
    /// 1 MiB, what a sealer uses.
    pub const STANDARD: Self = Self(1 << 20);
    /// 1 KiB, the smallest.
    pub const SMALLEST: Self = Self(1 << 10);

    /// The size in bytes.
    pub const fn bytes(self) -> u32 {
        self.0
    }

    fn as_usize(self) -> usize {
        // At most 2²⁰: fits everywhere this is compiled for.
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The length of the ciphertext of `plain` bytes; none for no bytes, or for more than 2³² chunks.
    pub fn sealed_length(self, plain: u64) -> Option<u64> {
        let chunks = plain.div_ceil(u64::from(self.0));
        u32::try_from(chunks).ok().filter(|chunks| *chunks > 0)?;
        chunks.checked_mul(TAG_LENGTH)?.checked_add(plain)
    }

    /// The length of the plaintext of `sealed` bytes; none if no plaintext has such a ciphertext.
    pub fn plain_length(self, sealed: u64) -> Option<u64> {
        let chunks = sealed.div_ceil(u64::from(self.0).checked_add(TAG_LENGTH)?);
        let plain = sealed.checked_sub(chunks.checked_mul(TAG_LENGTH)?)?;
        (self.sealed_length(plain) == Some(sealed)).then_some(plain)
    }
}

const TAG_LENGTH: u64 = 16;

impl TryFrom<u32> for ChunkSize {
    type Error = ChunkSizeError;

    fn try_from(bytes: u32) -> Result<Self, ChunkSizeError> {
        let accepted = bytes.is_power_of_two() && (Self::SMALLEST..=Self::STANDARD).contains(&Self(bytes));
        if accepted { Ok(Self(bytes)) } else { Err(ChunkSizeError(bytes)) }
    }
}

impl From<ChunkSize> for u32 {
    fn from(size: ChunkSize) -> Self {
        size.0
    }
}

/// Why a stream could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The ciphertext could not be read or written.
    #[error("reading or writing the content: {0}")]
    Io(#[from] std::io::Error),
    /// There is no ciphertext of this length.
    #[error("no content has a ciphertext of {0} bytes")]
    Length(u64),
    /// The ciphertext ends within this chunk, counted from 0.
    #[error("the content ends within chunk {0}")]
    Truncated(u32),
    /// This chunk, counted from 0, is not what was sealed in its place.
    #[error("chunk {0} of the content is not what was sealed there")]
    Chunk(u32),
    /// More is asked for than there is, or more chunks than can be numbered.
    #[error("the content ends before what should be in it")]
    Short,
}

/// Key, nonces and associated data of one envelope's chunks.
struct ChunkCipher {
    gcm: Sm4Gcm,
    prefix: [u8; 7],
    core: CoreHash,
    next: u32,
}

impl ChunkCipher {
    fn new(keys: &ContentKeys, core: CoreHash) -> Self {
        Self { gcm: Sm4Gcm::new(&keys.key), prefix: keys.prefix, core, next: 0 }
    }

    fn nonce(&self, last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        let (prefix, rest) = nonce.split_at_mut(7);
        prefix.copy_from_slice(&self.prefix);
        let (counter, flag) = rest.split_at_mut(4);
        counter.copy_from_slice(&self.next.to_be_bytes());
        flag.fill(u8::from(last));
        nonce
    }

    /// Encrypts `buffer` in place and appends the tag.
    fn seal(&mut self, last: bool, buffer: &mut Vec<u8>) -> Result<(), StreamError> {
        let tag = self
            .gcm
            .seal_in_place(&self.nonce(last), self.core.0.as_bytes(), buffer)
            .map_err(|_| StreamError::Chunk(self.next))?;
        buffer.extend_from_slice(&tag);
        self.advance(last)
    }

    /// Verifies and decrypts `buffer`, which ends with the tag, in place and takes the tag off.
    fn open(&mut self, last: bool, buffer: &mut Vec<u8>) -> Result<(), StreamError> {
        let refused = StreamError::Chunk(self.next);
        let Some((body, tag)) = buffer.split_last_chunk_mut::<TAG>() else { return Err(refused) };
        let length = body.len();
        let tag = *tag;
        let nonce = self.nonce(last);
        self.gcm.open_in_place(&nonce, self.core.0.as_bytes(), body, &tag).map_err(|_| refused)?;
        buffer.truncate(length);
        self.advance(last)
    }

    fn advance(&mut self, last: bool) -> Result<(), StreamError> {
        match self.next.checked_add(1) {
            Some(next) => self.next = next,
            None if last => {}
            None => return Err(StreamError::Short),
        }
        Ok(())
    }
}

/// Encrypts a plaintext given in parts of any size and writes the ciphertext.
pub struct ChunkSealer<W> {
    cipher: ChunkCipher,
    size: usize,
    buffer: Zeroizing<Vec<u8>>,
    root: RootHasher,
    out: W,
}

impl<W: Write> ChunkSealer<W> {
    /// A sealer that writes to `out`.
    pub fn new(keys: &ContentKeys, core: CoreHash, size: ChunkSize, out: W) -> Self {
        let size = size.as_usize();
        let buffer = Zeroizing::new(Vec::with_capacity(size.saturating_add(TAG)));
        Self { cipher: ChunkCipher::new(keys, core), size, buffer, root: RootHasher::new(), out }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`StreamError::Io`], or [`StreamError::Short`] beyond 2³² chunks.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), StreamError> {
        while !bytes.is_empty() {
            self.make_room()?;
            let take = bytes.len().min(self.size.saturating_sub(self.buffer.len()));
            let (now, rest) = bytes.split_at(take);
            self.buffer.extend_from_slice(now);
            bytes = rest;
        }
        Ok(())
    }

    /// Takes everything `source` gives, up to `limit` bytes, straight into the chunk; answers how many bytes came.
    /// `observe` sees them.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn pull(
        &mut self,
        source: &mut impl Read,
        limit: u64,
        mut observe: impl FnMut(&[u8]),
    ) -> Result<u64, StreamError> {
        let mut left = limit;
        while left > 0 {
            self.make_room()?;
            let filled = self.buffer.len();
            let room = u64::try_from(self.size.saturating_sub(filled)).unwrap_or(u64::MAX);
            let came = source.by_ref().take(room.min(left)).read_to_end(&mut self.buffer)?;
            if came == 0 {
                break;
            }
            observe(self.buffer.get(filled..).unwrap_or_default());
            left = left.saturating_sub(u64::try_from(came).unwrap_or(u64::MAX));
        }
        Ok(limit.saturating_sub(left))
    }

    /// Seals the last chunk and answers root and length of what was written.
    ///
    /// # Errors
    /// [`StreamError::Io`]; [`StreamError::Length`] if nothing was pushed.
    pub fn finish(mut self) -> Result<(CiphertextRoot, u64), StreamError> {
        if self.buffer.is_empty() {
            return Err(StreamError::Length(0));
        }
        self.seal(true)?;
        self.out.flush()?;
        let length = self.root.length();
        Ok((self.root.finish(), length))
    }

    /// Seals a full chunk; called only when more bytes follow it.
    fn make_room(&mut self) -> Result<(), StreamError> {
        if self.buffer.len() == self.size { self.seal(false) } else { Ok(()) }
    }

    fn seal(&mut self, last: bool) -> Result<(), StreamError> {
        self.cipher.seal(last, &mut self.buffer)?;
        self.root.push(&self.buffer);
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl<W> fmt::Debug for ChunkSealer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkSealer").field("chunk", &self.cipher.next).finish_non_exhaustive()
    }
}

/// Reads a ciphertext of known length and gives the plaintext, chunk by chunk, each only when verified.
pub struct ChunkOpener<R> {
    cipher: ChunkCipher,
    sealed_chunk: u64,
    length: u64,
    left: u64,
    buffer: Zeroizing<Vec<u8>>,
    given: usize,
    broken: bool,
    source: R,
}

impl<R: Read> ChunkOpener<R> {
    /// An opener of the next `length` bytes of `source`.
    ///
    /// # Errors
    /// [`StreamError::Length`] if no ciphertext is that long.
    pub fn new(
        keys: &ContentKeys,
        core: CoreHash,
        size: ChunkSize,
        length: u64,
        source: R,
    ) -> Result<Self, StreamError> {
        size.plain_length(length).ok_or(StreamError::Length(length))?;
        let sealed_chunk = u64::from(size.bytes()).saturating_add(TAG_LENGTH);
        // Never more than one chunk, and never more than there is to come.
        let capacity = usize::try_from(sealed_chunk.min(length)).unwrap_or(0);
        Ok(Self {
            cipher: ChunkCipher::new(keys, core),
            sealed_chunk,
            length,
            left: length,
            buffer: Zeroizing::new(Vec::with_capacity(capacity)),
            given: 0,
            broken: false,
            source,
        })
    }

    /// Up to `limit` bytes of verified plaintext, not empty unless `limit` is 0 or the content is at its end.
    ///
    /// # Errors
    /// [`StreamError::Io`], [`StreamError::Truncated`] or [`StreamError::Chunk`].
    pub fn next(&mut self, limit: u64) -> Result<&[u8], StreamError> {
        if self.given == self.buffer.len() && limit > 0 && self.left > 0 {
            self.open_chunk()?;
        }
        let available = self.buffer.get(self.given..).unwrap_or_default();
        let take = usize::try_from(limit).unwrap_or(usize::MAX).min(available.len());
        self.given = self.given.saturating_add(take);
        Ok(available.split_at(take).0)
    }

    /// Exactly `length` bytes into a new buffer, which grows only as bytes are verified.
    ///
    /// # Errors
    /// As [`Self::next`], and [`StreamError::Short`].
    pub fn exactly(&mut self, length: usize) -> Result<Vec<u8>, StreamError> {
        let mut out = Vec::new();
        while out.len() < length {
            let missing = u64::try_from(length.saturating_sub(out.len())).unwrap_or(u64::MAX);
            let part = self.next(missing)?;
            if part.is_empty() {
                return Err(StreamError::Short);
            }
            out.extend_from_slice(part);
        }
        Ok(out)
    }

    /// Whether all of the plaintext was given.
    pub fn at_end(&self) -> bool {
        self.left == 0 && self.given == self.buffer.len()
    }

    fn open_chunk(&mut self) -> Result<(), StreamError> {
        // After a chunk that was refused nothing more is given, whatever follows it.
        if self.broken {
            return Err(StreamError::Chunk(self.cipher.next));
        }
        self.broken = true;
        let take = self.sealed_chunk.min(self.left);
        self.buffer.clear();
        self.given = 0;
        let came = self.source.by_ref().take(take).read_to_end(&mut self.buffer)?;
        if u64::try_from(came) != Ok(take) {
            self.buffer.clear();
            return Err(StreamError::Truncated(self.cipher.next));
        }
        let last = take == self.left;
        if let Err(error) = self.cipher.open(last, &mut self.buffer) {
            self.buffer.clear();
            return Err(error);
        }
        self.left = self.left.saturating_sub(take);
        self.broken = false;
        Ok(())
    }
}

impl<R: Read + Seek> ChunkOpener<R> {
    /// Goes to a place of the plaintext, in bytes from its beginning: what is given next begins there. Chunks between are neither
    /// read nor verified; each that is given from is. The end of the plaintext is a place too, behind which nothing comes.
    ///
    /// # Errors
    /// [`StreamError::Io`]; [`StreamError::Short`] beyond the end; [`StreamError::Chunk`] after one that was refused.
    pub fn go_to(&mut self, place: u64) -> Result<(), StreamError> {
        if self.broken {
            return Err(StreamError::Chunk(self.cipher.next));
        }
        let plain_chunk = self.sealed_chunk.saturating_sub(TAG_LENGTH).max(1);
        let chunks = self.length.div_ceil(self.sealed_chunk);
        let plain = self.length.saturating_sub(chunks.saturating_mul(TAG_LENGTH));
        if place > plain {
            return Err(StreamError::Short);
        }
        // The end of a full last chunk lies in that chunk.
        let chunk = (place / plain_chunk).min(chunks.saturating_sub(1));
        let within = place.saturating_sub(chunk.saturating_mul(plain_chunk));
        let before = chunk.saturating_mul(self.sealed_chunk);
        let behind = self.length.saturating_sub(self.left);
        let start = self.source.stream_position()?.saturating_sub(behind);
        self.source.seek(SeekFrom::Start(start.saturating_add(before)))?;
        self.cipher.next = u32::try_from(chunk).map_err(|_| StreamError::Short)?;
        self.left = self.length.saturating_sub(before);
        self.buffer.clear();
        self.given = 0;
        if within > 0 {
            self.open_chunk()?;
            self.given = usize::try_from(within).unwrap_or(usize::MAX).min(self.buffer.len());
        }
        Ok(())
    }
}

impl<R> fmt::Debug for ChunkOpener<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkOpener")
            .field("chunk", &self.cipher.next)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
