//! A lock share dealt to trustees: any so many parts give it back, fewer or others do not.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod world;

use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::{OpenPackageError, Purpose};
use bidroom_envelope::bid::remedy::{
    JoinError, MAX_TRUSTEES, RemedyPart, Trustees, TrusteesError, is_sealed_part, join_parts,
    open_given_part, open_sealed_part, seal_given_part,
};
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::suite::pki::Certificate;
use proptest::prelude::*;
use world::World;

const THRESHOLD: usize = 2;

/// A sealed bid with its trustees' parts, as each opened its own.
struct Sealed {
    world: World,
    header: Header,
    parts: Vec<RemedyPart>,
}

impl Sealed {
    fn new(seed: &str) -> Self {
        let world = World::new();
        let mut plan = world.plan(&[vec![]], ChunkSize::SMALLEST);
        plan.envelopes[0].recipients.remedy = Some(world.remedy_trustees());
        let bid = world.seal_plan(plan, &[vec![]], seed);
        let header = Header::read(&mut bid.file.as_slice()).unwrap();
        let mut parts = Vec::new();
        for index in 1_u32..=3 {
            parts.push(Self::open(&world, &header, index, index).unwrap());
        }
        Self { world, header, parts }
    }

    /// Opens the package of one trustee with the key of another.
    fn open(world: &World, header: &Header, of: u32, by: u32) -> Result<RemedyPart, OpenPackageError> {
        let holder = |index: u32| &world.trustees[usize::try_from(index).unwrap() - 1];
        let envelope = &header.envelopes()[0];
        let certificate = &holder(of).certificate;
        let record = header.packages().value();
        let sealed = record.find(envelope.core.envelope, Purpose::Remedy, &certificate.digest()).unwrap();
        open_sealed_part(&sealed.der.0, &envelope.hash, of, certificate, &holder(by).key)
    }

    fn join(&self, parts: &[RemedyPart]) -> Result<[u8; 32], JoinError> {
        let core = &self.header.envelopes()[0].core;
        join_parts(parts, THRESHOLD, core).map(|share| *share.expose())
    }

    fn lock_share(&self) -> [u8; 32] {
        let envelope = &self.header.envelopes()[0];
        *self.world.shares(&self.header, envelope).lock.expose()
    }
}

#[test]
fn any_two_of_three_give_the_lock_share_and_one_does_not() {
    let sealed = Sealed::new("remedy");
    let [one, two, three] = [0, 1, 2].map(|at| sealed.parts[at].clone());
    for pair in [[&one, &two], [&three, &one], [&two, &three]] {
        assert_eq!(sealed.join(&pair.map(Clone::clone)), Ok(sealed.lock_share()));
    }
    assert_eq!(sealed.join(&sealed.parts), Ok(sealed.lock_share()));
    assert_eq!(sealed.join(&[]), Err(JoinError::TooFew { have: 0, need: 2 }));
    assert_eq!(sealed.join(std::slice::from_ref(&two)), Err(JoinError::TooFew { have: 1, need: 2 }));
    assert_eq!(sealed.join(&[one.clone(), one.clone()]), Err(JoinError::Repeated(1)));
    // The part itself is not the share, and parts in each other's places are other parts.
    assert!(sealed.parts.iter().all(|part| *part.part.expose() != sealed.lock_share()));
    let swapped = [RemedyPart { index: 2, ..one }, RemedyPart { index: 1, ..two }];
    assert_eq!(sealed.join(&swapped), Err(JoinError::Commitment));
}

#[test]
fn parts_of_two_bids_do_not_mix() {
    let (first, second) = (Sealed::new("first"), Sealed::new("second"));
    let mixed = [first.parts[0].clone(), second.parts[1].clone()];
    assert_eq!(first.join(&mixed), Err(JoinError::Commitment));
    assert_eq!(second.join(&mixed), Err(JoinError::Commitment));
}

#[test]
fn a_part_opens_for_its_trustee_only_and_is_known_by_its_package() {
    let sealed = Sealed::new("remedy");
    let other = Sealed::open(&sealed.world, &sealed.header, 1, 2);
    assert!(matches!(other, Err(OpenPackageError::Check)), "{other:?}");
    let envelope = &sealed.header.envelopes()[0];
    let record = sealed.header.packages().value();
    for (place, trustee) in sealed.world.trustees.iter().enumerate() {
        let certificate = &trustee.certificate;
        let package = record.find(envelope.core.envelope, Purpose::Remedy, &certificate.digest()).unwrap();
        for (at, part) in sealed.parts.iter().enumerate() {
            let is = is_sealed_part(&package.der.0, part, &envelope.hash, certificate);
            assert_eq!(is, at == place, "part {at} in the package of {place}");
        }
    }
}

#[test]
fn a_given_part_is_bound_to_bid_attempt_and_recipient() {
    let sealed = Sealed::new("remedy");
    let (opening, part) = (&sealed.world.opening, &sealed.parts[0]);
    let hash = sealed.header.envelopes()[0].hash;
    let der = seal_given_part(part, &hash, 1, &opening.certificate).unwrap();
    let open = |hash, attempt, certificate: &Certificate| {
        open_given_part(&der, hash, 1, attempt, certificate, &opening.key)
    };
    assert_eq!(open(&hash, 1, &opening.certificate).unwrap().part.expose(), part.part.expose());
    let other = Sealed::new("other").header.envelopes()[0].hash;
    for result in [
        open(&hash, 2, &opening.certificate),
        open(&other, 1, &opening.certificate),
        open(&hash, 1, &sealed.world.room[0].certificate),
    ] {
        assert!(matches!(result, Err(OpenPackageError::NotReproduced)), "{result:?}");
    }
}

#[test]
fn numbers_of_trustees_are_bounded() {
    let world = World::new();
    let certificates: Vec<Certificate> = world.trustees.iter().map(|it| it.certificate.clone()).collect();
    let refused = |threshold, certificates: &[Certificate]| {
        Trustees::new(threshold, certificates.to_vec()).unwrap_err()
    };
    for threshold in [0, 1, 3, 4] {
        assert_eq!(refused(threshold, &certificates), TrusteesError::Numbers { threshold, total: 3 });
    }
    let total = MAX_TRUSTEES + 1;
    let many = vec![certificates[0].clone(); total];
    assert_eq!(refused(2, &many), TrusteesError::Numbers { threshold: 2, total });
    let twice = [certificates[0].clone(), certificates[1].clone(), certificates[0].clone()];
    assert_eq!(refused(2, &twice), TrusteesError::Repeated { first: 1, second: 3 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever is drawn, any two parts give the share, and a part that was changed does not.
    #[test]
    fn parts_give_the_share_of_every_bid(seed in "[a-z]{8}", left_out in 0_usize..3, flip in 0_usize..256) {
        let sealed = Sealed::new(&seed);
        let mut parts = sealed.parts.clone();
        parts.remove(left_out);
        prop_assert_eq!(sealed.join(&parts), Ok(sealed.lock_share()));
        let mut changed = *parts[0].part.expose();
        changed[flip / 8] ^= 1 << (flip % 8);
        parts[0].part = bidroom_envelope::bid::share::Share::from_bytes(&changed);
        prop_assert_eq!(sealed.join(&parts), Err(JoinError::Commitment));
    }
}
