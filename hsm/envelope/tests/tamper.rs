//! No byte of a bid can change, vanish or be added without being noticed.

#![expect(clippy::as_conversions, reason = "a test fails by panicking, and its numbers are small")]

mod world;

use std::cell::Cell;

use bidroom_envelope::bid::header::{Header, HeaderError, PREAMBLE};
use bidroom_envelope::bid::open::{ContentCheck, Opening};
use bidroom_envelope::bid::share::Shares;
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::suite::pki::{Usage, verify_chain};
use proptest::prelude::*;
use world::{SealedBid, World, bytes};

const AT: i64 = 1_780_000_000_000;

fn world_and_bid() -> (World, SealedBid) {
    let world = World::new();
    let bid = world.seal(&[vec![bytes(1500)], vec![bytes(20)]], ChunkSize::SMALLEST, "tamper");
    (world, bid)
}

/// Everything a receiver without keys checks.
fn received(world: &World, file: &[u8]) -> Result<(), String> {
    let mut source = file;
    let header = Header::read(&mut source).map_err(|error| error.to_string())?;
    for signer in [header.submission().signer(), header.packages().signer()] {
        let anchors = [world.root.certificate.clone()];
        verify_chain(signer, &[], &anchors, AT, Usage::Sign).map_err(|error| error.to_string())?;
    }
    let mut check = ContentCheck::new(&header);
    check.push(source).map_err(|error| error.to_string())?;
    check.finish().map_err(|error| error.to_string())
}

/// Everything whoever opens checks, with the true shares and the true head, over a content that may be false.
fn opened(header: &Header, shares: &[Shares], mut content: &[u8]) -> Result<(), String> {
    for (envelope, shares) in header.envelopes().iter().zip(shares) {
        let mut opening =
            Opening::start(envelope, shares, &mut content).map_err(|error| error.to_string())?;
        while opening.next_document(&mut std::io::sink()).map_err(|error| error.to_string())?.is_some() {}
    }
    Ok(())
}

#[test]
fn every_byte_of_the_head_counts() {
    let world = World::new();
    // One package of each purpose, so that each try costs little.
    let contents = [vec![bytes(100)]];
    let mut plan = world.plan(&contents, ChunkSize::SMALLEST);
    plan.envelopes[0].recipients.lock.truncate(1);
    plan.envelopes[0].recipients.room.truncate(1);
    let bid = world.seal_plan(plan, &contents, "tamper");
    received(&world, &bid.file).unwrap();
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let length = header.submission().value().head_length as usize;
    let padding = length - bid.file[..length].iter().rev().take_while(|byte| **byte == 0).count();
    let mut file = bid.file.clone();
    // Padding is all alike: its ends and a part of the rest.
    for at in (0..padding + 8).chain((padding..length).step_by(61)).chain([length - 1]) {
        file[at] ^= 1 << (at % 8);
        assert!(received(&world, &file).is_err(), "byte {at} of the head");
        file[at] ^= 1 << (at % 8);
    }
}

#[test]
fn every_byte_of_the_content_counts_with_and_without_keys() {
    let (world, bid) = world_and_bid();
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let length = header.submission().value().head_length as usize;
    let shares: Vec<_> = header.envelopes().iter().map(|envelope| world.shares(&header, envelope)).collect();
    let mut content = bid.file[length..].to_vec();
    opened(&header, &shares, &content).unwrap();
    for at in 0..content.len() {
        content[at] ^= 1 << (at % 8);
        let mut check = ContentCheck::new(&header);
        assert!(check.push(&content).is_err(), "byte {at} of the content, received");
        assert!(opened(&header, &shares, &content).is_err(), "byte {at} of the content, opened");
        content[at] ^= 1 << (at % 8);
    }
}

#[test]
fn every_truncation_and_any_addition_is_noticed() {
    let (world, bid) = world_and_bid();
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let length = header.submission().value().head_length as usize;
    for end in 0..length {
        // The head's length is claimed in the preamble, so a shorter head is refused before anything is parsed.
        match Header::read(&mut &bid.file[..end]) {
            Err(HeaderError::Truncated { have, need }) => {
                assert_eq!((have, need), (end, if end < PREAMBLE { PREAMBLE } else { length }));
            }
            other => panic!("{end}: {other:?}"),
        }
    }
    for end in (length..bid.file.len()).step_by(7) {
        assert!(received(&world, &bid.file[..end]).is_err(), "{end}");
    }
    let mut longer = bid.file.clone();
    longer.push(0);
    assert!(received(&world, &longer).is_err());
}

/// Counts what is asked of it: a claim of a length must not be believed before the bytes are there.
struct Endless<'a> {
    begin: &'a [u8],
    read: &'a Cell<usize>,
}

impl std::io::Read for Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let from_begin = std::io::Read::read(&mut self.begin, out)?;
        if from_begin == 0 {
            out.fill(0);
        }
        let came = if from_begin == 0 { out.len() } else { from_begin };
        self.read.set(self.read.get() + came);
        Ok(came)
    }
}

#[test]
fn a_huge_claim_reads_and_keeps_little() {
    let (_, bid) = world_and_bid();
    let claim = |length: u32| {
        let mut begin = bid.file[..PREAMBLE].to_vec();
        begin[16..].copy_from_slice(&length.to_be_bytes());
        let read = Cell::new(0);
        let result = Header::read(&mut Endless { begin: &begin, read: &read });
        assert!(result.is_err());
        read.get()
    };
    assert!(claim(u32::MAX) <= PREAMBLE);
    assert!(claim(u32::MAX - 4095) <= PREAMBLE);
    assert!(claim(0) <= PREAMBLE);
    assert!(claim(1 << 20) <= (1 << 20));

    for at in [PREAMBLE, PREAMBLE + 1] {
        let mut file = bid.file.clone();
        file[at] = 0xff;
        assert!(matches!(Header::read(&mut file.as_slice()), Err(HeaderError::PartLength { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_the_reader_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..9000), magic in any::<bool>()) {
        if magic {
            let begin: Vec<u8> =
                [bidroom_envelope::bid::header::MAGIC.as_slice(), &8192_u32.to_be_bytes(), &[0, 0]].concat();
            for (byte, begin) in bytes.iter_mut().zip(begin) {
                *byte = begin;
            }
        }
        prop_assert!(Header::read(&mut bytes.as_slice()).is_err());
    }
}
