//! Every byte of the container that is not a body, as functions of names, lengths, checksums and places.
//!
//! Field names and section numbers are those of PKWARE's APPNOTE 6.3.10. Reader and writer both go through here: the
//! reader builds what should be there and compares.

use super::Member;

/// "Version needed to extract": 2.0 for plain members, 4.5 where zip64 is used.
const VERSION_PLAIN: u16 = 20;
const VERSION_ZIP64: u16 = 45;
/// "Version made by": 4.5, with file attributes of no particular system.
const MADE_BY: u16 = 45;
/// General purpose bit 11: names are UTF-8.
const FLAGS: u16 = 0x0800;
const METHOD_STORED: u16 = 0;
/// 1980-01-01 00:00:00, the beginning of zip's time.
const TIME: u16 = 0;
const DATE: u16 = 0x0021;
/// "Extended information extra field" (section 4.5.3).
const ZIP64_EXTRA: u16 = 0x0001;

const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
const END_SIGNATURE: u32 = 0x0605_4b50;
const ZIP64_END_SIGNATURE: u32 = 0x0606_4b50;
const ZIP64_LOCATOR_SIGNATURE: u32 = 0x0706_4b50;

/// Where the checksum stands in a local header.
pub(super) const LOCAL_CRC_AT: u64 = 14;
/// Length of the fixed part of a central header.
pub(super) const CENTRAL_BYTES: usize = 46;
/// Longest extra field of a central header: both sizes and the offset.
pub(super) const MAX_CENTRAL_EXTRA: usize = 4 + 3 * 8;
/// Length of the last record.
pub(super) const END_BYTES: usize = 22;
/// Length of all that stands after the directory where zip64 is used.
pub(super) const ZIP64_END_BYTES: usize = 56 + 20 + END_BYTES;

/// Appends little-endian integers.
#[derive(Default)]
struct Record(Vec<u8>);

impl Record {
    fn u16(mut self, value: u16) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn u64(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

/// A number where it fits, all ones where zip64 holds it.
fn narrow16(value: u64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

fn narrow32(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// All ones mean "see zip64", so that value itself needs zip64 too.
fn is_wide32(value: u64) -> bool {
    value >= u64::from(u32::MAX)
}

fn len64(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn zip64_extra(values: &[u64]) -> Vec<u8> {
    if values.is_empty() {
        return Vec::new();
    }
    let body = values.iter().fold(Record::default(), |record, value| record.u64(*value)).0;
    Record::default().u16(ZIP64_EXTRA).u16(narrow16(len64(&body))).bytes(&body).0
}

/// The part of local and central headers that is the same: versions to name and extra lengths.
fn common(record: Record, member: &Member, extra: &[u8]) -> Record {
    let version = if extra.is_empty() { VERSION_PLAIN } else { VERSION_ZIP64 };
    record
        .u16(version)
        .u16(FLAGS)
        .u16(METHOD_STORED)
        .u16(TIME)
        .u16(DATE)
        .u32(member.crc32)
        .u32(narrow32(member.length))
        .u32(narrow32(member.length))
        .u16(narrow16(len64(member.name.as_bytes())))
        .u16(narrow16(len64(extra)))
}

/// The header before a body (section 4.3.7).
pub(super) fn local_header(member: &Member) -> Vec<u8> {
    let sizes = [member.length, member.length];
    let extra = zip64_extra(if is_wide32(member.length) { &sizes } else { &[] });
    common(Record::default().u32(LOCAL_SIGNATURE), member, &extra)
        .bytes(member.name.as_bytes())
        .bytes(&extra)
        .0
}

/// The entry of the directory for a member whose local header stands at `offset` (section 4.3.12).
pub(super) fn central_header(member: &Member, offset: u64) -> Vec<u8> {
    let mut wide = Vec::new();
    if is_wide32(member.length) {
        wide.extend([member.length, member.length]);
    }
    if is_wide32(offset) {
        wide.push(offset);
    }
    let extra = zip64_extra(&wide);
    common(Record::default().u32(CENTRAL_SIGNATURE).u16(MADE_BY), member, &extra)
        // Comment length, disk number, internal and external attributes.
        .u16(0)
        .u16(0)
        .u16(0)
        .u32(0)
        .u32(narrow32(offset))
        .bytes(member.name.as_bytes())
        .bytes(&extra)
        .0
}

/// What stands after the directory (sections 4.3.14 to 4.3.16): the zip64 records only where a number needs them.
pub(super) fn end(members: u64, directory_at: u64, directory_bytes: u64) -> Vec<u8> {
    let mut record = Record::default();
    if members >= u64::from(u16::MAX) || is_wide32(directory_at) || is_wide32(directory_bytes) {
        record = record
            .u32(ZIP64_END_SIGNATURE)
            .u64(44)
            .u16(MADE_BY)
            .u16(VERSION_ZIP64)
            .u32(0)
            .u32(0)
            .u64(members)
            .u64(members)
            .u64(directory_bytes)
            .u64(directory_at)
            .u32(ZIP64_LOCATOR_SIGNATURE)
            .u32(0)
            .u64(directory_at.saturating_add(directory_bytes))
            .u32(1);
    }
    record
        .u32(END_SIGNATURE)
        .u16(0)
        .u16(0)
        .u16(narrow16(members))
        .u16(narrow16(members))
        .u32(narrow32(directory_bytes))
        .u32(narrow32(directory_at))
        .u16(0)
        .0
}

/// The numbers an end claims; whether the end is right is found out by building it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EndClaim {
    pub(super) members: u64,
    pub(super) directory_at: u64,
    pub(super) directory_bytes: u64,
}

/// Reads the numbers from the last bytes of a container, [`ZIP64_END_BYTES`] of them or what there is.
pub(super) fn read_end(tail: &[u8]) -> Option<EndClaim> {
    let plain = tail.get(tail.len().checked_sub(END_BYTES)?..)?;
    let (members, bytes, at) = (u16_at(plain, 10)?, u32_at(plain, 12)?, u32_at(plain, 16)?);
    if members != u16::MAX && bytes != u32::MAX && at != u32::MAX {
        return Some(EndClaim {
            members: members.into(),
            directory_at: at.into(),
            directory_bytes: bytes.into(),
        });
    }
    let wide = tail.get(tail.len().checked_sub(ZIP64_END_BYTES)?..)?;
    Some(EndClaim {
        members: u64_at(wide, 32)?,
        directory_at: u64_at(wide, 48)?,
        directory_bytes: u64_at(wide, 40)?,
    })
}

/// The numbers an entry of the directory claims in its fixed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CentralClaim {
    pub(super) crc32: u32,
    length: u32,
    pub(super) name_bytes: usize,
    pub(super) extra_bytes: usize,
}

impl CentralClaim {
    pub(super) fn read(fixed: &[u8; CENTRAL_BYTES]) -> Option<Self> {
        Some(Self {
            crc32: u32_at(fixed, 16)?,
            length: u32_at(fixed, 24)?,
            name_bytes: u16_at(fixed, 28)?.into(),
            extra_bytes: u16_at(fixed, 30)?.into(),
        })
    }

    /// The body's length, from the extra field where the fixed part has no room for it.
    pub(super) fn length(&self, extra: &[u8]) -> Option<u64> {
        if self.length == u32::MAX { u64_at(extra, 4) } else { Some(self.length.into()) }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}
