//! What is sealed opens to what was sealed, at every size that matters and in bounded steps.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test fails by panicking, and its numbers are small"
)]

mod world;

use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::open::{ContentCheck, Opening, check_kept};
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::bid::seal::SealError;
use bidroom_envelope::content::stream::ChunkSize;
use proptest::prelude::*;
use world::{Seeded, World, bytes};

#[track_caller]
fn check(world: &World, contents: &[Vec<Vec<u8>>], chunk_size: ChunkSize) {
    let bid = world.seal(contents, chunk_size, "check");
    let opened = world.open(&bid.file);
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    assert_eq!(header.bid_digest(), bid.digest);
    assert_eq!(header.file_length(), bid.file.len() as u64);
    for (envelope, documents) in (1_u32..).zip(contents) {
        for (place, document) in documents.iter().enumerate() {
            assert!(opened[&(envelope, place)] == *document, "envelope {envelope}, document {place}");
        }
    }
}

#[test]
fn one_and_two_envelopes_with_any_number_of_documents() {
    let world = World::new();
    check(&world, &[vec![]], ChunkSize::SMALLEST);
    check(&world, &[vec![vec![]]], ChunkSize::SMALLEST);
    check(&world, &[vec![bytes(10), vec![], bytes(3000)]], ChunkSize::SMALLEST);
    check(&world, &[vec![bytes(5000)], vec![bytes(1), bytes(2)]], ChunkSize::SMALLEST);
    check(&world, &[vec![bytes(10); 256]], ChunkSize::SMALLEST);
    check(&world, &[vec![bytes((2 << 20) + 12_345)]], ChunkSize::STANDARD);
}

#[test]
fn sizes_around_the_ends_of_chunks() {
    let world = World::new();
    // The plaintext before the first document: found once, then every size around the ends of the first four chunks.
    let before = {
        let bid = world.seal(&[vec![vec![]]], ChunkSize::SMALLEST, "check");
        bid.manifests[0].len() + 4
    };
    for end in [2_usize, 3] {
        for near in end * 1024 - 2..=end * 1024 + 2 {
            // The length has one digit more or less in the manifest: two tries around it.
            for digits in 0..=4 {
                check(&world, &[vec![bytes(near - before.min(near) - digits)]], ChunkSize::SMALLEST);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_documents(
        sizes in prop::collection::vec(0_usize..6000, 0..6),
        second in prop::option::of(prop::collection::vec(0_usize..3000, 0..3)),
        power in 10_u32..14,
    ) {
        let world = World::new();
        let of = |sizes: &[usize]| sizes.iter().map(|size| bytes(*size)).collect::<Vec<_>>();
        let mut contents = vec![of(&sizes)];
        contents.extend(second.map(|second| of(&second)));
        check(&world, &contents, ChunkSize::try_from(1 << power).unwrap());
    }
}

#[test]
fn the_same_randomness_gives_the_same_bid_and_another_gives_another() {
    let world = World::new();
    let contents = [vec![bytes(2000)]];
    let one = world.seal(&contents, ChunkSize::SMALLEST, "one");
    assert!(one.file == world.seal(&contents, ChunkSize::SMALLEST, "one").file);
    assert_ne!(one.digest, world.seal(&contents, ChunkSize::SMALLEST, "two").digest);
}

#[test]
fn nothing_of_the_content_shows_in_the_file() {
    let world = World::new();
    let bid = world.seal(&[vec![b"a very secret price".repeat(40)]], ChunkSize::SMALLEST, "hidden");
    for secret in
        ["a very secret price".as_bytes(), "投标文件".as_bytes(), "日历天".as_bytes(), b"1234567800"]
    {
        assert!(!bid.file.windows(secret.len()).any(|window| window == secret));
    }
}

#[test]
fn a_receiver_without_keys_checks_the_content_in_any_parts() {
    let world = World::new();
    let bid = world.seal(&[vec![bytes(200_000)], vec![bytes(70_000)]], ChunkSize::SMALLEST, "check");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let content = &bid.file[header.submission().value().head_length as usize..];
    for part in [1, 1000, 65_536, 300_000] {
        let mut check = ContentCheck::new(&header);
        content.chunks(part).for_each(|part| check.push(part).unwrap());
        assert_eq!(check.length(), content.len() as u64);
        check.finish().unwrap();
    }
    let mut check = ContentCheck::new(&header);
    check.push(content).unwrap();
    assert!(check.push(&[0]).is_err());
    let mut check = ContentCheck::new(&header);
    check.push(&content[..content.len() - 1]).unwrap();
    assert!(check.finish().is_err());
    let mut check = ContentCheck::new(&header);
    let mut changed = content.to_vec();
    changed[100] ^= 1;
    assert!(check.push(&changed).is_err());
}

#[test]
fn an_envelope_opens_from_its_offset_alone_and_its_schedule_needs_only_the_beginning() {
    let world = World::new();
    let contents = [vec![bytes(50_000)], vec![bytes(60_000)]];
    let bid = world.seal(&contents, ChunkSize::SMALLEST, "check");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let second = header.envelope(2.try_into().unwrap()).unwrap();
    let offset = header.content_offset(second.core.envelope).unwrap() as usize;
    let shares = world.shares(&header, second);
    let beginning = &bid.file[offset..offset + 4 * 1040];
    let mut opening = Opening::start(second, &shares, beginning).unwrap();
    assert_eq!(opening.manifest().schedule.schedule, world::schedule());
    assert!(opening.next_document(&mut Vec::new()).is_err());
    let mut opening = Opening::start(second, &shares, &bid.file[offset..]).unwrap();
    let mut out = Vec::new();
    opening.next_document(&mut out).unwrap();
    assert!(out == contents[1][0]);
}

#[test]
fn any_part_of_any_document_is_read_where_it_stands() {
    let world = World::new();
    let documents = vec![bytes(3_000), bytes(70_001), bytes(1)];
    let bid = world.seal(std::slice::from_ref(&documents), ChunkSize::SMALLEST, "check");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let envelope = &header.envelopes()[0];
    let shares = world.shares(&header, envelope);
    let mut source = std::io::Cursor::new(&bid.file);
    source.set_position(header.content_offset(envelope.core.envelope).unwrap());
    let mut opening = Opening::start(envelope, &shares, source).unwrap();
    for (index, from, length) in [
        (1, 69_000, 5_000),
        (0, 0, 3_000),
        (2, 0, 9),
        (1, 1_023, 2),
        (0, 2_999, 1),
        (1, 0, u64::MAX),
        (0, 3_000, 4),
        (9, 0, 1),
    ] {
        let mut out = Vec::new();
        let given = opening.part_of(index, from, length, &mut out).unwrap();
        let whole = documents.get(index).map_or(&[][..], Vec::as_slice);
        let until =
            whole.len().min((from as usize).saturating_add(usize::try_from(length).unwrap_or(usize::MAX)));
        let expect = &whole[(from as usize).min(whole.len())..until];
        assert!(out == expect && given == expect.len() as u64, "{index} {from} {length}");
    }
    // A chunk that is not what was sealed is not given, whichever part of it is asked for.
    let mut changed = bid.file.clone();
    let last = changed.len() - 20;
    changed[last] ^= 1;
    let mut source = std::io::Cursor::new(&changed);
    source.set_position(header.content_offset(envelope.core.envelope).unwrap());
    let mut opening = Opening::start(envelope, &shares, source).unwrap();
    assert!(opening.part_of(2, 0, 1, &mut Vec::new()).is_err());
    assert!(opening.part_of(0, 0, 1, &mut Vec::new()).is_err(), "and nothing after it");
}

#[test]
fn a_kept_manifest_is_admitted_as_a_remedy_and_a_changed_one_is_not() {
    let world = World::new();
    let bid = world.seal(&[vec![bytes(10)]], ChunkSize::SMALLEST, "check");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let core = &header.envelopes()[0].core;
    check_kept(core, &bid.manifests[0]).unwrap();
    let text = String::from_utf8(bid.manifests[0].clone()).unwrap();
    for (from, to) in [("1234567800", "1234567801"), ("合格", "优良"), ("文件 1.pdf", "文件 2.pdf")] {
        assert!(check_kept(core, text.replace(from, to).as_bytes()).is_err(), "{from}");
    }
}

#[test]
fn a_document_that_changes_while_it_is_sealed_is_noticed() {
    let world = World::new();
    let contents = [vec![bytes(3000)]];
    for changed in [bytes(2999), bytes(3001), vec![0; 3000]] {
        let draft = bidroom_envelope::bid::seal::Draft::new(
            world.plan(&contents, ChunkSize::SMALLEST),
            &mut Seeded::new("changed"),
        )
        .unwrap();
        let mut sealer = draft.sign_packages(&world.sign.certificate, &world.sign.key).unwrap();
        let result = sealer.seal_content(|_, _| Ok(changed.as_slice()), &mut Vec::new());
        assert!(matches!(result, Err(SealError::Changed(_))), "{result:?}");
        assert!(matches!(sealer.finish(&world.sign.key), Err(SealError::Order { sealed: 0, envelopes: 1 })));
    }
}

#[test]
fn every_package_of_the_head_opens_with_its_key() {
    let world = World::new();
    let mut plan = world.plan(&[vec![]], ChunkSize::SMALLEST);
    plan.envelopes[0].recipients.remedy = Some(world.remedy_trustees());
    let bid = world.seal_plan(plan, &[vec![]], "packages");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let envelope = &header.envelopes()[0];
    let officers = world::Holder {
        key: world.officers_key(envelope.core.envelope),
        certificate: world.officers[0].1.clone(),
    };
    let holders = [
        (Purpose::Lock, &world.locks[0]),
        (Purpose::Lock, &world.locks[1]),
        (Purpose::Room, &world.room[0]),
        (Purpose::Room, &world.room[1]),
        (Purpose::Officers, &officers),
    ];
    assert_eq!(header.packages().value().packages.len(), holders.len() + world.trustees.len());
    for (purpose, holder) in holders {
        let package = header
            .packages()
            .value()
            .find(envelope.core.envelope, purpose, &holder.certificate.digest())
            .unwrap_or_else(|| panic!("no package for {purpose}"));
        bidroom_envelope::bid::package::open_share(
            &package.der.0,
            &envelope.core,
            &envelope.hash,
            purpose,
            0,
            &holder.certificate,
            &holder.key,
        )
        .unwrap();
    }
}
