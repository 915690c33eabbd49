//! Writes the container in one pass, or with one step back for each body.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::name::{NameError, folders};
use super::{BUFFER_BYTES, MAX_MEMBERS, Member, Sum, layout};

/// Writes an archive to `W`. Members must come sorted by name, by bytes.
///
/// Memory: one buffer of 64 KiB and the directory, some hundred bytes for each member.
#[derive(Debug)]
pub struct ArchiveWriter<W> {
    out: W,
    offset: u64,
    directory: Vec<(Member, u64)>,
    broken: bool,
}

/// Why an archive was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name is not one of an archive.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Members must come sorted by name, each once.
    #[error("member {name:?} does not come after {previous:?}")]
    Order {
        /// The name that was to be added.
        name: String,
        /// The name added last.
        previous: String,
    },
    /// A folder would have the name of a member.
    #[error("member {name:?} lies in {folder:?}, which is a member itself")]
    Folder {
        /// The name that was to be added.
        name: String,
        /// The member that would be its folder.
        folder: String,
    },
    /// More than [`MAX_MEMBERS`].
    #[error("an archive has at most {MAX_MEMBERS} members")]
    TooMany,
    /// The container would be longer than 2⁶³ bytes.
    #[error("the archive would be too long")]
    TooLong,
    /// The body is not as long as was said.
    #[error("the body of {name:?} has not the {expected} bytes that were announced (had {actual} so far)")]
    Length {
        /// The member.
        name: String,
        /// What was announced.
        expected: u64,
        /// What came before it ended, or one more than was announced.
        actual: u64,
    },
    /// The body is not what was measured: it changed in between.
    #[error("the body of {name:?} has CRC {actual:08x}, {expected:08x} was announced")]
    Crc {
        /// The member.
        name: String,
        /// What was announced.
        expected: u32,
        /// What came.
        actual: u32,
    },
    /// The body could not be read.
    #[error("the body of {name:?} cannot be read: {source}")]
    Body {
        /// The member.
        name: String,
        /// Why not.
        source: io::Error,
    },
    /// The archive could not be written.
    #[error("the archive cannot be written: {0}")]
    Output(#[source] io::Error),
    /// An earlier error left a half-written member; nothing can be added.
    #[error("an earlier error left the archive incomplete")]
    Broken,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins an archive.
    pub const fn new(out: W) -> Self {
        Self { out, offset: 0, directory: Vec::new(), broken: false }
    }

    /// Adds a body that is in memory.
    ///
    /// # Errors
    /// Any [`WriteError`].
    pub fn add(&mut self, name: &str, body: &[u8]) -> Result<(), WriteError> {
        let mut sum = Sum::new();
        sum.update(body);
        self.add_measured(Member::new(name, sum.length, sum.crc32())?, &mut &*body)
    }

    /// Adds a body whose length and checksum are known ([`Member::measure`]), streaming it.
    ///
    /// # Errors
    /// Any [`WriteError`]; if the body was not as announced the archive is lost.
    pub fn add_measured(&mut self, member: Member, body: &mut impl Read) -> Result<(), WriteError> {
        self.admit(&member)?;
        self.broken = true;
        self.put(&layout::local_header(&member))?;
        let actual = self.put_body(&member, body)?;
        if actual != member.crc32 {
            let Member { name, crc32: expected, .. } = member;
            return Err(WriteError::Crc { name, expected, actual });
        }
        self.register(member)
    }

    /// Writes the directory and gives the output back, flushed.
    ///
    /// # Errors
    /// [`WriteError::Output`] or [`WriteError::Broken`].
    pub fn finish(mut self) -> Result<W, WriteError> {
        if self.broken {
            return Err(WriteError::Broken);
        }
        let directory = core::mem::take(&mut self.directory);
        let begin = self.offset;
        for (member, offset) in &directory {
            self.put(&layout::central_header(member, *offset))?;
        }
        let members = u64::try_from(directory.len()).map_err(|_| WriteError::TooMany)?;
        let bytes = self.offset.saturating_sub(begin);
        self.put(&layout::end(members, begin, bytes))?;
        self.out.flush().map_err(WriteError::Output)?;
        Ok(self.out)
    }

    /// Whether the member may come next.
    fn admit(&self, member: &Member) -> Result<(), WriteError> {
        if self.broken {
            return Err(WriteError::Broken);
        }
        if u64::try_from(self.directory.len()).unwrap_or(u64::MAX) >= MAX_MEMBERS {
            return Err(WriteError::TooMany);
        }
        let name = || member.name.clone();
        if let Some((previous, _)) = self.directory.last()
            && previous.name >= member.name
        {
            return Err(WriteError::Order { name: name(), previous: previous.name.clone() });
        }
        let is_member =
            |folder: &&str| self.directory.binary_search_by(|(m, _)| m.name.as_str().cmp(folder)).is_ok();
        if let Some(folder) = folders(&member.name).find(is_member) {
            return Err(WriteError::Folder { name: name(), folder: folder.to_owned() });
        }
        // Half the range is left for the directory.
        match self.offset.checked_add(member.length) {
            Some(end) if end <= u64::MAX / 4 => Ok(()),
            _ => Err(WriteError::TooLong),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.out.write_all(bytes).map_err(WriteError::Output)?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.offset = self.offset.checked_add(length).ok_or(WriteError::TooLong)?;
        Ok(())
    }

    /// Copies exactly the announced length and returns the checksum of what passed.
    fn put_body(&mut self, member: &Member, body: &mut impl Read) -> Result<u32, WriteError> {
        let mut sum = Sum::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let count = match body.read(&mut buffer) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(WriteError::Body { name: member.name.clone(), source }),
            };
            let chunk = buffer.get(..count).unwrap_or(&[]);
            sum.update(chunk);
            let ended = count == 0;
            if sum.length > member.length || (ended && sum.length < member.length) {
                return Err(WriteError::Length {
                    name: member.name.clone(),
                    expected: member.length,
                    actual: sum.length,
                });
            }
            if ended {
                return Ok(sum.crc32());
            }
            self.put(chunk)?;
        }
    }

    fn register(&mut self, member: Member) -> Result<(), WriteError> {
        let header = u64::try_from(layout::local_header(&member).len()).unwrap_or(u64::MAX);
        let begin =
            self.offset.checked_sub(header.saturating_add(member.length)).ok_or(WriteError::TooLong)?;
        self.directory.push((member, begin));
        self.broken = false;
        Ok(())
    }
}

impl<W: Write + Seek> ArchiveWriter<W> {
    /// Adds a body of which only the length is known, reading it once: the checksum is written into the header
    /// afterwards. The bytes are the same as those of [`ArchiveWriter::add_measured`].
    ///
    /// # Errors
    /// Any [`WriteError`]; if the body was not as long as announced the archive is lost.
    pub fn add_unmeasured(
        &mut self,
        name: &str,
        length: u64,
        body: &mut impl Read,
    ) -> Result<Member, WriteError> {
        let mut member = Member::new(name, length, 0)?;
        self.admit(&member)?;
        self.broken = true;
        let header_at = self.out.stream_position().map_err(WriteError::Output)?;
        self.put(&layout::local_header(&member))?;
        member.crc32 = self.put_body(&member, body)?;
        let crc_at = header_at.checked_add(layout::LOCAL_CRC_AT).ok_or(WriteError::TooLong)?;
        let end_at = self.out.stream_position().map_err(WriteError::Output)?;
        self.out.seek(SeekFrom::Start(crc_at)).map_err(WriteError::Output)?;
        self.out.write_all(&member.crc32.to_le_bytes()).map_err(WriteError::Output)?;
        self.out.seek(SeekFrom::Start(end_at)).map_err(WriteError::Output)?;
        self.register(member.clone())?;
        Ok(member)
    }
}
