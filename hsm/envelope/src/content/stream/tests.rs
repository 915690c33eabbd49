#![expect(clippy::as_conversions, reason = "the numbers of these tests are small")]
use bidroom_canon::Sm3Digest;
use proptest::prelude::*;

use super::*;
use crate::bid::share::{Share, Shares, content_keys};

const SIZE: usize = 1024;
const SEALED: usize = SIZE + TAG;

fn core() -> CoreHash {
    CoreHash(Sm3Digest::of(b"core"))
}

fn keys(byte: u8) -> ContentKeys {
    let share = || Share::from_bytes(&[byte; 32]);
    content_keys(&Shares { lock: share(), room: share(), officers: share() }, &core())
}

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n / 7) as u8).collect()
}

fn seal(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut sealer = ChunkSealer::new(&keys(1), core(), ChunkSize::SMALLEST, &mut out);
    sealer.push(plain).unwrap();
    let (root, length) = sealer.finish().unwrap();
    assert_eq!(length, out.len() as u64);
    let mut hasher = RootHasher::new();
    hasher.push(&out);
    assert_eq!(hasher.finish(), root);
    out
}

fn open_with(
    keys: &ContentKeys,
    core: CoreHash,
    length: usize,
    sealed: &[u8],
) -> Result<Vec<u8>, StreamError> {
    let mut opener = ChunkOpener::new(keys, core, ChunkSize::SMALLEST, length as u64, sealed)?;
    let mut out = Vec::new();
    while !opener.at_end() {
        out.extend_from_slice(opener.next(u64::MAX)?);
    }
    Ok(out)
}

fn open(sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
    open_with(&keys(1), core(), sealed.len(), sealed)
}

#[track_caller]
fn chunk_refused(sealed: &[u8], expect: u32) {
    match open(sealed) {
        Err(StreamError::Chunk(index)) => assert_eq!(index, expect),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_length_around_the_ends_of_chunks() {
    for length in [1, 2, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE - 1, 2 * SIZE, 2 * SIZE + 1, 5 * SIZE] {
        let sealed = seal(&plain(length));
        assert_eq!(ChunkSize::SMALLEST.sealed_length(length as u64), Some(sealed.len() as u64));
        assert_eq!(ChunkSize::SMALLEST.plain_length(sealed.len() as u64), Some(length as u64));
        assert!(open(&sealed).unwrap() == plain(length), "{length}");
    }
}

#[test]
fn nothing_has_no_ciphertext() {
    let sealer = ChunkSealer::new(&keys(1), core(), ChunkSize::SMALLEST, Vec::new());
    assert!(matches!(sealer.finish(), Err(StreamError::Length(0))));
    for length in [0, 1, TAG, SEALED + 1, SEALED + TAG] {
        assert!(matches!(open(&vec![0; length]), Err(StreamError::Length(_))), "{length}");
        assert_eq!(ChunkSize::SMALLEST.plain_length(length as u64), None);
    }
    assert_eq!(ChunkSize::SMALLEST.plain_length(u64::MAX), None);
    assert_eq!(ChunkSize::SMALLEST.sealed_length(u64::MAX), None);
    assert_eq!(ChunkSize::SMALLEST.sealed_length(1 << 42), None);
}

#[test]
fn chunks_cannot_be_moved_dropped_repeated_or_appended() {
    let sealed = seal(&plain(3 * SIZE + 100));
    let (a, rest) = sealed.split_at(SEALED);
    let (b, rest) = rest.split_at(SEALED);
    let (c, last) = rest.split_at(SEALED);
    chunk_refused(&[b, a, c, last].concat(), 0);
    chunk_refused(&[a, c, b, last].concat(), 1);
    chunk_refused(&[a, b, last].concat(), 2);
    chunk_refused(&[a, a, b, c, last].concat(), 1);
    // Cut at the end of a chunk: the chunk before is not marked as the last one.
    chunk_refused(&[a, b, c].concat(), 2);
    chunk_refused(a, 0);
    // Something after the last chunk: the last one is not marked as one before the end.
    let full = seal(&plain(2 * SIZE));
    chunk_refused(&[full.as_slice(), last].concat(), 1);
}

#[test]
fn key_core_and_prefix_are_bound() {
    let sealed = seal(&plain(100));
    assert!(open_with(&keys(2), core(), sealed.len(), &sealed).is_err());
    let other = CoreHash(Sm3Digest::of(b"other"));
    assert!(open_with(&keys(1), other, sealed.len(), &sealed).is_err());
    let mut prefix = keys(1);
    prefix.prefix[6] ^= 1;
    assert!(open_with(&prefix, core(), sealed.len(), &sealed).is_err());
}

#[test]
fn a_source_that_ends_early_is_named_and_nothing_follows_a_refused_chunk() {
    let sealed = seal(&plain(2 * SIZE + 5));
    let result = open_with(&keys(1), core(), sealed.len(), &sealed[..SEALED + 9]);
    assert!(matches!(result, Err(StreamError::Truncated(1))), "{result:?}");

    // The first chunk is false and the right one follows it: asking again must not skip the false one.
    let mut stream = vec![0; SEALED];
    stream.extend_from_slice(&sealed);
    let mut opener =
        ChunkOpener::new(&keys(1), core(), ChunkSize::SMALLEST, sealed.len() as u64, stream.as_slice())
            .unwrap();
    assert!(opener.next(10).is_err());
    assert!(opener.next(10).is_err());
}

#[test]
fn chunk_sizes_are_powers_of_two() {
    for (bytes, accepted) in
        [(0, false), (512, false), (1024, true), (1025, false), (1 << 20, true), (1 << 21, false)]
    {
        assert_eq!(ChunkSize::try_from(bytes).is_ok(), accepted, "{bytes}");
    }
}

#[test]
fn exactly_gives_what_is_asked_for_or_says_that_there_is_less() {
    let sealed = seal(&plain(SIZE + 500));
    let length = sealed.len() as u64;
    let mut opener =
        ChunkOpener::new(&keys(1), core(), ChunkSize::SMALLEST, length, sealed.as_slice()).unwrap();
    assert_eq!(opener.exactly(4).unwrap(), plain(4));
    assert_eq!(opener.exactly(SIZE).unwrap(), plain(SIZE + 4)[4..]);
    assert!(matches!(opener.exactly(SIZE), Err(StreamError::Short)));
}

proptest! {
    #[test]
    fn any_flip_is_noticed(length in 1_usize..4000, at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let mut sealed = seal(&plain(length));
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(matches!(open(&sealed), Err(StreamError::Chunk(chunk)) if chunk as usize == at / SEALED));
    }

    #[test]
    fn any_place_can_be_gone_to(length in 1_usize..4200, places in prop::collection::vec((any::<prop::sample::Index>(), 1_u64..1500), 1..6), before in 0_usize..40) {
        let whole = plain(length);
        // The ciphertext stands somewhere in a file.
        let file = [vec![9; before], seal(&whole)].concat();
        let mut source = std::io::Cursor::new(&file);
        source.set_position(before as u64);
        let sealed = (file.len() - before) as u64;
        let mut opener = ChunkOpener::new(&keys(1), core(), ChunkSize::SMALLEST, sealed, source).unwrap();
        for (place, take) in places {
            let place = place.index(length + 1);
            opener.go_to(place as u64).unwrap();
            let expect = &whole[place..];
            let given = opener.next(take).unwrap();
            prop_assert_eq!(given, &expect[..given.len()]);
            prop_assert!(!given.is_empty() || expect.is_empty());
        }
        prop_assert!(matches!(opener.go_to(length as u64 + 1), Err(StreamError::Short)));
    }

    #[test]
    fn parts_of_any_size_seal_and_open_the_same(parts in prop::collection::vec(1_usize..2500, 1..8), step in 1_u64..3000) {
        let total: usize = parts.iter().sum();
        let all = plain(total);
        let mut out = Vec::new();
        let mut sealer = ChunkSealer::new(&keys(1), core(), ChunkSize::SMALLEST, &mut out);
        let mut rest = all.as_slice();
        for (number, part) in parts.iter().enumerate() {
            let (mut now, later) = rest.split_at(*part);
            if number % 2 == 0 {
                sealer.push(now).unwrap();
            } else {
                let mut seen = Vec::new();
                prop_assert_eq!(sealer.pull(&mut now, *part as u64, |bytes| seen.extend_from_slice(bytes)).unwrap(), *part as u64);
                prop_assert_eq!(&seen, &rest[..*part]);
            }
            rest = later;
        }
        sealer.finish().unwrap();
        prop_assert_eq!(&out, &seal(&all));
        let mut opener = ChunkOpener::new(&keys(1), core(), ChunkSize::SMALLEST, out.len() as u64, out.as_slice()).unwrap();
        let mut opened = Vec::new();
        while !opener.at_end() {
            opened.extend_from_slice(opener.next(step).unwrap());
        }
        prop_assert_eq!(opened, all);
    }
}
