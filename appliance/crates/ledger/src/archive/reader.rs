//! Reads the container, and nothing but the container: what the writer would not have written is refused.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use super::name::{self, NameError, folders};
use super::{BUFFER_BYTES, MAX_MEMBERS, MAX_NAME_BYTES, Member, Sum, layout};

/// An archive whose directory and headers are checked; bodies are checked as they are read.
///
/// Memory: the directory, some hundred bytes for each member, and nothing of the bodies.
#[derive(Debug)]
pub struct Archive<R> {
    input: R,
    directory: Vec<(Member, u64)>,
}

/// Why a file is not an archive of ours.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("the archive cannot be read: {0}")]
    Input(#[from] io::Error),
    /// The last bytes are not the end of such a container: cut off, extended, or of another kind.
    #[error("the end of the archive is not canonical")]
    End,
    /// More than [`MAX_MEMBERS`].
    #[error("the archive claims {members} members, more than {MAX_MEMBERS}")]
    TooMany {
        /// How many it claims.
        members: u64,
    },
    /// An entry of the directory is not as it would have been written.
    #[error("entry {index} of the archive's directory is not canonical")]
    Directory {
        /// Which, from 0.
        index: u64,
    },
    /// A member's name is not one of an archive.
    #[error("entry {index} of the archive's directory: {source}")]
    Name {
        /// Which, from 0.
        index: u64,
        /// What is wrong with the name.
        source: NameError,
    },
    /// Members are not sorted by name, or one is there twice.
    #[error("member {name:?} stands after {previous:?}")]
    Order {
        /// The member.
        name: String,
        /// The one before it.
        previous: String,
    },
    /// A folder has the name of a member.
    #[error("member {name:?} lies in {folder:?}, which is a member itself")]
    Folder {
        /// The member.
        name: String,
        /// The member that is its folder.
        folder: String,
    },
    /// Bodies and directory do not lie side by side.
    #[error("there is a gap or an overlap before the archive's directory")]
    Gap,
    /// The header before a body does not say what the directory says.
    #[error("the header before the body of {name:?} is not canonical")]
    Header {
        /// The member.
        name: String,
    },
    /// A body is not what its checksum says.
    #[error("the body of {name:?} has CRC {computed:08x}, the archive says {stated:08x}")]
    Crc {
        /// The member.
        name: String,
        /// What the archive says.
        stated: u32,
        /// What the body gives.
        computed: u32,
    },
    /// No member of this name.
    #[error("the archive has no member {name:?}")]
    Absent {
        /// The name that was asked for.
        name: String,
    },
    /// The member is longer than the reader wants to hold.
    #[error("the body of {name:?} has {length} bytes, more than {limit}")]
    TooLong {
        /// The member.
        name: String,
        /// Its length.
        length: u64,
        /// What was allowed.
        limit: u64,
    },
    /// What was read could not be passed on.
    #[error("the body of {name:?} cannot be written out: {source}")]
    Output {
        /// The member.
        name: String,
        /// Why not.
        source: io::Error,
    },
}

impl<R: Read + Seek> Archive<R> {
    /// Reads directory and headers, builds them again from names, lengths and checksums, and compares. The container
    /// is all of `input`, from its first byte to its last.
    ///
    /// # Errors
    /// Any [`ReadError`].
    pub fn open(mut input: R) -> Result<Self, ReadError> {
        let length = input.seek(SeekFrom::End(0))?;
        let claim = read_end(&mut input, length)?;
        input.seek(SeekFrom::Start(claim.directory_at))?;
        let mut directory = BufReader::new((&mut input).take(claim.directory_bytes));
        let members = read_directory(&mut directory, &claim)?;
        for (member, offset) in &members {
            let expected = layout::local_header(member);
            let mut header = vec![0; expected.len()];
            input.seek(SeekFrom::Start(*offset))?;
            input.read_exact(&mut header)?;
            if header != expected {
                return Err(ReadError::Header { name: member.name.clone() });
            }
        }
        Ok(Self { input, directory: members })
    }

    /// The members, sorted by name.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.directory.iter().map(|(member, _)| member)
    }

    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.find(name).map(|(member, _)| member)
    }

    /// A body to stream from. Its last bytes are given out only if the checksum is right; a reader that needs all of
    /// it right before using any of it must read it twice.
    ///
    /// # Errors
    /// [`ReadError::Absent`], [`ReadError::Crc`] for an empty body, [`ReadError::Input`].
    pub fn body(&mut self, name: &str) -> Result<Body<'_, R>, ReadError> {
        let (member, offset) =
            self.find(name).cloned().ok_or_else(|| ReadError::Absent { name: name.to_owned() })?;
        let header = u64::try_from(layout::local_header(&member).len()).map_err(|_| ReadError::Gap)?;
        self.input.seek(SeekFrom::Start(offset.checked_add(header).ok_or(ReadError::Gap)?))?;
        let body = Body { input: &mut self.input, member, sum: Sum::new() };
        if body.member.length == 0 {
            body.check()?;
        }
        Ok(body)
    }

    /// A whole body that is not longer than `limit` bytes.
    ///
    /// # Errors
    /// Any [`ReadError`].
    pub fn read(&mut self, name: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        let mut body = self.body(name)?;
        if body.member.length > limit {
            let Member { name, length, .. } = body.member;
            return Err(ReadError::TooLong { name, length, limit });
        }
        body.read_to_end(&mut bytes).map_err(from_body)?;
        Ok(bytes)
    }

    /// Streams a body to `out` and returns its length.
    ///
    /// # Errors
    /// Any [`ReadError`]; then what went to `out` is worthless.
    pub fn copy(&mut self, name: &str, out: &mut impl Write) -> Result<u64, ReadError> {
        let mut body = self.body(name)?;
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let count = match body.read(&mut buffer) {
                Ok(0) => return Ok(body.member.length),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(from_body(error)),
            };
            out.write_all(buffer.get(..count).unwrap_or(&[]))
                .map_err(|source| ReadError::Output { name: name.to_owned(), source })?;
        }
    }

    /// Reads every body and checks it. After this the file is byte for byte what the writer makes of its members.
    ///
    /// # Errors
    /// Any [`ReadError`].
    pub fn verify(&mut self) -> Result<(), ReadError> {
        let names: Vec<String> = self.members().map(|member| member.name.clone()).collect();
        for name in names {
            self.copy(&name, &mut io::sink())?;
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Option<&(Member, u64)> {
        let at = self.directory.binary_search_by(|(member, _)| member.name.as_str().cmp(name)).ok()?;
        self.directory.get(at)
    }
}

/// One body, streamed and checked. An error of the checksum is an [`io::Error`] that holds a [`ReadError::Crc`].
#[derive(Debug)]
pub struct Body<'a, R> {
    input: &'a mut R,
    member: Member,
    sum: Sum,
}

impl<R> Body<'_, R> {
    /// What the archive says of it.
    pub const fn member(&self) -> &Member {
        &self.member
    }

    fn check(&self) -> Result<(), ReadError> {
        let (stated, computed) = (self.member.crc32, self.sum.crc32());
        if stated == computed {
            Ok(())
        } else {
            Err(ReadError::Crc { name: self.member.name.clone(), stated, computed })
        }
    }
}

impl<R: Read> Read for Body<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.member.length.saturating_sub(self.sum.length);
        let most = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let count = self.input.read(buffer.get_mut(..most).unwrap_or(&mut []))?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.sum.update(buffer.get(..count).unwrap_or(&[]));
        if self.sum.length == self.member.length {
            self.check().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        }
        Ok(count)
    }
}

/// Gives back the [`ReadError`] that [`Body`] had to hide in an [`io::Error`].
fn from_body(error: io::Error) -> ReadError {
    match error.downcast::<ReadError>() {
        Ok(inner) => inner,
        Err(error) => ReadError::Input(error),
    }
}

fn read_end(input: &mut (impl Read + Seek), length: u64) -> Result<layout::EndClaim, ReadError> {
    let longest = u64::try_from(layout::ZIP64_END_BYTES).map_err(|_| ReadError::End)?;
    let tail_at = length.saturating_sub(longest);
    input.seek(SeekFrom::Start(tail_at))?;
    let mut tail = Vec::new();
    input.take(longest).read_to_end(&mut tail)?;
    let claim = layout::read_end(&tail).ok_or(ReadError::End)?;
    let end = layout::end(claim.members, claim.directory_at, claim.directory_bytes);
    let whole = u64::try_from(end.len())
        .ok()
        .and_then(|bytes| bytes.checked_add(claim.directory_at)?.checked_add(claim.directory_bytes));
    if !tail.ends_with(&end) || whole != Some(length) {
        return Err(ReadError::End);
    }
    if claim.members > MAX_MEMBERS {
        return Err(ReadError::TooMany { members: claim.members });
    }
    Ok(claim)
}

fn read_directory(input: &mut impl Read, claim: &layout::EndClaim) -> Result<Vec<(Member, u64)>, ReadError> {
    let mut directory: Vec<(Member, u64)> = Vec::new();
    let mut offset = 0_u64;
    for index in 0..claim.members {
        let member = read_member(input, index, offset)?;
        if let Some((previous, _)) = directory.last()
            && previous.name >= member.name
        {
            return Err(ReadError::Order { name: member.name, previous: previous.name.clone() });
        }
        let is_member =
            |folder: &&str| directory.binary_search_by(|(m, _)| m.name.as_str().cmp(folder)).is_ok();
        if let Some(folder) = folders(&member.name).find(is_member) {
            return Err(ReadError::Folder { name: member.name.clone(), folder: folder.to_owned() });
        }
        let header = u64::try_from(layout::local_header(&member).len()).map_err(|_| ReadError::Gap)?;
        let next = offset
            .checked_add(header)
            .and_then(|end| end.checked_add(member.length))
            .filter(|end| *end <= claim.directory_at)
            .ok_or(ReadError::Gap)?;
        directory.push((member, offset));
        offset = next;
    }
    // Both are used up, or something stands between.
    if offset != claim.directory_at || input.read(&mut [0])? != 0 {
        return Err(ReadError::Gap);
    }
    Ok(directory)
}

/// Reads one entry of the directory and compares it with what would have been written for a body at `offset`.
fn read_member(input: &mut impl Read, index: u64, offset: u64) -> Result<Member, ReadError> {
    let wrong = || ReadError::Directory { index };
    let cut_off = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => wrong(),
        _ => ReadError::Input(error),
    };
    let mut fixed = [0; layout::CENTRAL_BYTES];
    input.read_exact(&mut fixed).map_err(cut_off)?;
    let claim = layout::CentralClaim::read(&fixed).ok_or_else(wrong)?;
    if claim.name_bytes > MAX_NAME_BYTES || claim.extra_bytes > layout::MAX_CENTRAL_EXTRA {
        return Err(wrong());
    }
    let mut text = vec![0; claim.name_bytes];
    input.read_exact(&mut text).map_err(cut_off)?;
    let mut extra = vec![0; claim.extra_bytes];
    input.read_exact(&mut extra).map_err(cut_off)?;

    let text = String::from_utf8(text).map_err(|_| ReadError::Name { index, source: NameError::NotUtf8 })?;
    name::check(&text).map_err(|source| ReadError::Name { index, source })?;
    let length = claim.length(&extra).ok_or_else(wrong)?;
    let member = Member { name: text, length, crc32: claim.crc32 };
    let expected = layout::central_header(&member, offset);
    let same = expected.strip_prefix(&fixed).and_then(|rest| rest.strip_prefix(member.name.as_bytes()));
    if same == Some(extra.as_slice()) { Ok(member) } else { Err(wrong()) }
}
