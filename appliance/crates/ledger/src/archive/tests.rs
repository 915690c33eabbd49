//! The container against itself, against a general zip library, and against every kind of damage.
#![expect(clippy::as_conversions, reason = "the numbers of these tests are small")]

use std::io::{Cursor, SeekFrom};

use proptest::prelude::*;

use super::*;

fn build(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new());
    for (name, body) in members {
        writer.add(name, body).unwrap();
    }
    writer.finish().unwrap()
}

fn open(bytes: &[u8]) -> Result<Archive<Cursor<&[u8]>>, ReadError> {
    Archive::open(Cursor::new(bytes))
}

fn open_and_verify(bytes: &[u8]) -> Result<(), ReadError> {
    open(bytes)?.verify()
}

fn rebuild(bytes: &[u8]) -> Vec<u8> {
    let mut archive = open(bytes).unwrap();
    let members: Vec<Member> = archive.members().cloned().collect();
    let mut writer = ArchiveWriter::new(Vec::new());
    for member in members {
        let mut body = archive.body(member.name()).unwrap();
        writer.add_measured(member, &mut body).unwrap();
    }
    writer.finish().unwrap()
}

const EXAMPLE: &[(&str, &[u8])] =
    &[("a.json", b"{}"), ("bids/empty", b""), ("bids/\u{7532}.bid", b"content of a bid"), ("z", b"\x00\xff")];

#[test]
fn what_is_written_is_read_and_written_again() {
    let bytes = build(EXAMPLE);
    assert_eq!(rebuild(&bytes), bytes);
    let mut archive = open(&bytes).unwrap();
    archive.verify().unwrap();
    for (name, body) in EXAMPLE {
        assert_eq!(archive.read(name, 100).unwrap(), *body);
    }
    assert_eq!(archive.members().len(), EXAMPLE.len());
    assert!(matches!(archive.read("absent", 1), Err(ReadError::Absent { .. })));
    assert!(matches!(archive.read("a.json", 1), Err(ReadError::TooLong { length: 2, limit: 1, .. })));
    assert_eq!(rebuild(&build(&[])).len(), 22);
}

#[test]
fn a_general_library_reads_the_same() {
    use std::io::Read as _;
    let mut theirs = zip::ZipArchive::new(Cursor::new(build(EXAMPLE))).unwrap();
    assert_eq!(theirs.len(), EXAMPLE.len());
    for (at, (name, body)) in EXAMPLE.iter().enumerate() {
        let mut file = theirs.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!((&*file.name().unwrap(), bytes.as_slice()), (*name, *body));
        assert_eq!(file.compression(), zip::CompressionMethod::Stored);
    }
}

#[test]
fn what_a_general_library_writes_is_not_canonical() {
    use std::io::Write as _;
    let mut theirs = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    theirs.start_file("a.json", options).unwrap();
    theirs.write_all(b"{}").unwrap();
    let bytes = theirs.finish().unwrap().into_inner();
    assert!(matches!(open(&bytes), Err(ReadError::Directory { index: 0 })));
}

#[test]
fn one_pass_and_two_passes_give_the_same_bytes() {
    let mut seeking = ArchiveWriter::new(Cursor::new(Vec::new()));
    for (name, body) in EXAMPLE {
        seeking.add_unmeasured(name, body.len() as u64, &mut &**body).unwrap();
    }
    assert_eq!(seeking.finish().unwrap().into_inner(), build(EXAMPLE));

    let mut measured = ArchiveWriter::new(Vec::new());
    for (name, body) in EXAMPLE {
        let member = Member::measure(name, &mut &**body).unwrap();
        measured.add_measured(member, &mut &**body).unwrap();
    }
    assert_eq!(measured.finish().unwrap(), build(EXAMPLE));
}

#[test]
fn the_writer_refuses_what_it_could_not_read() {
    let mut writer = ArchiveWriter::new(Vec::new());
    writer.add("b", b"1").unwrap();
    assert!(matches!(writer.add("a", b""), Err(WriteError::Order { .. })));
    assert!(matches!(writer.add("b", b""), Err(WriteError::Order { .. })));
    assert!(matches!(writer.add("../c", b""), Err(WriteError::Name(_))));
    writer.add("b-", b"").unwrap();
    assert!(matches!(writer.add("b/c", b""), Err(WriteError::Folder { folder, .. }) if folder == "b"));
    writer.add("c", b"").unwrap();
    assert!(open_and_verify(&writer.finish().unwrap()).is_ok());
}

#[test]
fn a_body_that_changed_since_it_was_measured_spoils_the_archive() {
    #[track_caller]
    fn check(length: u64, crc32: u32, body: &[u8], expect: impl Fn(&WriteError) -> bool) {
        let mut writer = ArchiveWriter::new(Vec::new());
        let member = Member::new("a", length, crc32).unwrap();
        let error = writer.add_measured(member, &mut &*body).unwrap_err();
        assert!(expect(&error), "{error:?}");
        assert!(matches!(writer.add("b", b""), Err(WriteError::Broken)));
        assert!(matches!(writer.finish(), Err(WriteError::Broken)));
    }
    let right = Member::measure("a", &mut &b"abc"[..]).unwrap();
    check(3, right.crc32() ^ 1, b"abc", |e| matches!(e, WriteError::Crc { .. }));
    check(3, right.crc32(), b"ab", |e| matches!(e, WriteError::Length { actual: 2, .. }));
    check(3, right.crc32(), b"abcd", |e| matches!(e, WriteError::Length { actual: 4, .. }));

    // What is refused before anything is written spoils nothing.
    let mut writer = ArchiveWriter::new(Vec::new());
    let endless = Member::new("a", u64::MAX, 0).unwrap();
    assert!(matches!(writer.add_measured(endless, &mut &b"abc"[..]), Err(WriteError::TooLong)));
    writer.add("a", b"abc").unwrap();
    assert_eq!(writer.finish().unwrap(), build(&[("a", b"abc")]));
}

#[test]
fn the_checksum_is_the_one_of_zip() {
    assert_eq!(Member::measure("a", &mut &b"123456789"[..]).unwrap().crc32(), 0xcbf4_3926);
}

#[test]
fn every_flipped_bit_and_every_cut_is_found() {
    let bytes = build(EXAMPLE);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            assert!(open_and_verify(&damaged).is_err(), "bit {bit} of byte {at}");
        }
        assert!(open_and_verify(&bytes[..at]).is_err(), "cut at {at}");
        assert!(open_and_verify(&bytes[at + 1..]).is_err(), "begun at {at}");
    }
    for extra in [&b"\0"[..], b"PK\x05\x06", &bytes] {
        assert!(open_and_verify(&[&bytes[..], extra].concat()).is_err());
        assert!(open_and_verify(&[extra, &bytes[..]].concat()).is_err());
    }
}

#[test]
fn a_damaged_body_is_named() {
    let mut bytes = build(&[("a", b"first"), ("b", b"second")]);
    let at = bytes.windows(6).position(|window| window == b"second").unwrap();
    bytes[at] ^= 1;
    let mut archive = open(&bytes).unwrap();
    assert_eq!(archive.read("a", 9).unwrap(), b"first");
    assert!(matches!(archive.read("b", 9), Err(ReadError::Crc { name, .. }) if name == "b"));
    assert!(matches!(archive.verify(), Err(ReadError::Crc { .. })));
}

/// Some bytes far apart in a file that is zero elsewhere.
struct Sparse {
    length: u64,
    pieces: Vec<(u64, Vec<u8>)>,
    at: u64,
}

impl io::Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(usize::try_from(self.length.saturating_sub(self.at)).unwrap());
        for (offset, byte) in buffer[..count].iter_mut().enumerate() {
            let place = self.at + offset as u64;
            let piece =
                self.pieces.iter().find(|(from, bytes)| (*from..from + bytes.len() as u64).contains(&place));
            *byte = piece.map_or(0, |(from, bytes)| bytes[(place - from) as usize]);
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl io::Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(by) => self.length.checked_add_signed(by).unwrap(),
            SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}

/// An archive of zeros with these lengths, without writing them; checksums are not right.
fn sparse(lengths: &[u64]) -> Sparse {
    let (mut at, mut pieces, mut directory) = (0, Vec::new(), Vec::new());
    for (index, length) in lengths.iter().enumerate() {
        let member = Member::new(&format!("{index:03}"), *length, 7).unwrap();
        let header = layout::local_header(&member);
        directory.extend(layout::central_header(&member, at));
        let next = at + header.len() as u64 + length;
        pieces.push((at, header));
        at = next;
    }
    let bytes = directory.len() as u64;
    directory.extend(layout::end(lengths.len() as u64, at, bytes));
    let length = at + directory.len() as u64;
    pieces.push((at, directory));
    Sparse { length, pieces, at: 0 }
}

#[test]
fn large_bodies_and_far_offsets_take_zip64() {
    const LIMIT: u64 = 0xffff_ffff;
    for lengths in [
        &[LIMIT - 1][..],
        &[LIMIT],
        &[LIMIT + 1, 1],
        &[LIMIT - 200, 1, 1],
        &[1, 40 << 30, 1],
        &[LIMIT - 33 - 33, 0],
        &[LIMIT - 33 - 34, 0],
        &[LIMIT - 33 - 1],
        &[LIMIT - 33],
    ] {
        let archive = Archive::open(sparse(lengths)).unwrap();
        assert_eq!(archive.members().map(Member::length).collect::<Vec<_>>(), lengths);
        // General software finds the same members at the same places.
        let mut theirs = zip::ZipArchive::new(sparse(lengths)).unwrap();
        assert_eq!(theirs.len(), lengths.len());
        for (at, length) in lengths.iter().enumerate() {
            assert_eq!(theirs.by_index_raw(at).unwrap().size(), *length);
        }
    }
}

#[test]
fn zip64_where_it_is_not_needed_is_refused() {
    let bytes = build(EXAMPLE);
    let claim = layout::read_end(&bytes[bytes.len() - 22..]).unwrap();
    // The same numbers, but in the wide records.
    let wide = layout::end(1 << 16, claim.directory_at, claim.directory_bytes);
    let mut tail = wide[..76].to_vec();
    tail[24..32].copy_from_slice(&claim.members.to_le_bytes());
    tail[32..40].copy_from_slice(&claim.members.to_le_bytes());
    let mut other = bytes[..bytes.len() - 22].to_vec();
    other.extend(tail);
    other.extend(&bytes[bytes.len() - 22..]);
    assert!(zip::ZipArchive::new(Cursor::new(other.clone())).is_ok());
    assert!(matches!(open(&other), Err(ReadError::End)));
}

#[test]
fn many_members_take_zip64_and_too_many_are_refused() {
    let mut writer = ArchiveWriter::new(Vec::new());
    for index in 0..65_536 {
        writer.add(&format!("{index:05}"), b"").unwrap();
    }
    let bytes = writer.finish().unwrap();
    assert_eq!(open(&bytes).unwrap().members().len(), 65_536);

    let claimed = layout::end(MAX_MEMBERS + 1, 0, 0);
    assert!(matches!(open(&claimed), Err(ReadError::TooMany { .. })));
}

#[test]
fn hostile_names_and_orders_are_refused() {
    #[track_caller]
    fn check(names: &[&str], expect: impl Fn(&ReadError) -> bool) {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for name in names {
            let member = Member { name: (*name).to_owned(), length: 0, crc32: 0 };
            directory.extend(layout::central_header(&member, bytes.len() as u64));
            bytes.extend(layout::local_header(&member));
        }
        let at = bytes.len() as u64;
        bytes.extend(&directory);
        bytes.extend(layout::end(names.len() as u64, at, directory.len() as u64));
        let error = open(&bytes).unwrap_err();
        assert!(expect(&error), "{error:?}");
    }
    check(&["../a"], |e| matches!(e, ReadError::Name { index: 0, .. }));
    check(&["a", "b\\c"], |e| matches!(e, ReadError::Name { index: 1, .. }));
    check(&["b", "a"], |e| matches!(e, ReadError::Order { .. }));
    check(&["a", "a"], |e| matches!(e, ReadError::Order { .. }));
    check(&["a", "a-", "a/b"], |e| matches!(e, ReadError::Folder { .. }));
    check(&[&"n".repeat(513)], |e| matches!(e, ReadError::Directory { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn archives_come_back(
        members in proptest::collection::btree_map("[a-c\u{7532}]{1,3}(/[a-c.]{1,2}x)?", proptest::collection::vec(any::<u8>(), 0..200), 0..6),
        damage in any::<(u32, u8)>(),
    ) {
        let mut writer = ArchiveWriter::new(Vec::new());
        let mut kept = Vec::new();
        for (name, body) in &members {
            match writer.add(name, body) {
                Ok(()) => kept.push((name, body)),
                Err(error) => prop_assert!(matches!(error, WriteError::Folder { .. }), "{error:?}"),
            }
        }
        let bytes = writer.finish().unwrap();
        prop_assert_eq!(&rebuild(&bytes), &bytes);
        let mut archive = open(&bytes).unwrap();
        for (name, body) in kept {
            prop_assert_eq!(&archive.read(name, 1000).unwrap(), body);
        }
        let mut damaged = bytes.clone();
        let at = damage.0 as usize % damaged.len();
        damaged[at] ^= damage.1 | 1;
        prop_assert!(open_and_verify(&damaged).is_err());
    }

    #[test]
    fn any_bytes_are_refused_or_canonical(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if open_and_verify(&bytes).is_ok() {
            prop_assert_eq!(rebuild(&bytes), bytes);
        }
    }
}
