//! The officers' key: any M of N open, fewer do not, and a wrong part is named.

#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "a test fails by panicking, and its numbers are small"
)]

mod world;

use bidroom_envelope::bid::package::{OpenPackageError, Purpose};
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::officers::{
    CombineError, Deal, DealError, DealScope, OfficerShare, OpenOfficerShareError, combine, deal, deal_again,
    open_officer_share, seal_officer_share,
};
use bidroom_envelope::suite::pki::{Certificate, Profile};
use bidroom_envelope::suite::sm2::{SecretKey, Unwrap as _, encrypt};
use world::{Holder, Seeded, World, certify};

fn officers(world: &World, count: u32) -> Vec<Holder> {
    let mut rng = Seeded::new("officers");
    (0..count)
        .map(|number| {
            let key = SecretKey::generate(&mut rng);
            let name = format!("开标人员 {number}");
            let serial = 0x6000 + number;
            let certificate =
                certify(&world.root, &key, "交易中心", None, &name, Profile::Encryption, serial);
            Holder { key, certificate }
        })
        .collect()
}

fn scope() -> DealScope {
    DealScope {
        tender: world::TENDER.parse().unwrap(),
        lot: 1.try_into().unwrap(),
        envelope: 1.try_into().unwrap(),
    }
}

fn certificates(holders: &[Holder]) -> Vec<Certificate> {
    holders.iter().map(|holder| holder.certificate.clone()).collect()
}

fn parts(deal: &Deal, packages: &[Vec<u8>], holders: &[Holder]) -> Vec<OfficerShare> {
    (1..)
        .zip(packages)
        .zip(holders)
        .map(|((index, der), holder)| {
            open_officer_share(deal, index, der, Purpose::Deal, 0, &holder.certificate, &holder.key).unwrap()
        })
        .collect()
}

#[test]
fn a_key_that_is_dealt_again_stays_and_parts_of_two_dealings_do_not_mix() {
    let world = World::new();
    let (old, new) = (officers(&world, 3), officers(&world, 4));
    let mut rng = Seeded::new("redeal");
    let first = deal(scope(), 2, &certificates(&old), &mut rng).unwrap();
    let before = parts(&first.deal, &first.packages, &old);
    let key = combine(&first.deal, &before).unwrap();
    // The first officer's lock is lost; somebody else takes the place.
    let successors: Vec<Holder> = [&new[3], &old[1], &old[2]]
        .map(|holder| Holder { key: holder.key.clone(), certificate: holder.certificate.clone() })
        .into();
    let second = deal_again(&key, scope(), 2, &certificates(&successors), &mut rng).unwrap();
    assert_eq!(second.deal.public_key(), first.deal.public_key());
    assert_ne!(second.deal.digest(), first.deal.digest());
    let after = parts(&second.deal, &second.packages, &successors);
    assert_eq!(combine(&second.deal, &after[..2]).unwrap().to_bytes(), key.to_bytes());
    for old_part in &before {
        assert!(!second.deal.admits(old_part), "part {} of the first dealing", old_part.index);
    }
    let mixed = [before[0].clone(), after[1].clone()];
    assert!(matches!(combine(&second.deal, &mixed), Err(CombineError::Part(1))));
}

#[test]
fn any_m_of_n_open_and_fewer_do_not() {
    let world = World::new();
    for (threshold, total) in [(2, 3), (3, 5), (2, 9)] {
        let holders = officers(&world, total);
        let dealing = deal(scope(), threshold, &certificates(&holders), &mut Seeded::new("any")).unwrap();
        let all = parts(&dealing.deal, &dealing.packages, &holders);
        let public = dealing.deal.public_key().unwrap();
        let ciphertext = encrypt(public, b"officers' share", &[[7; 32]]).unwrap();
        for mask in 0_u32..1 << total {
            let chosen: Vec<_> =
                (0..total).filter(|bit| mask >> bit & 1 == 1).map(|bit| all[bit as usize].clone()).collect();
            match combine(&dealing.deal, &chosen) {
                Ok(key) => {
                    assert!(chosen.len() >= threshold);
                    if chosen.len() == threshold {
                        assert_eq!(key.unwrap(&ciphertext).unwrap().as_slice(), b"officers' share");
                    }
                }
                Err(error) => {
                    assert_eq!(error, CombineError::TooFew { have: chosen.len(), need: threshold });
                    assert!(chosen.len() < threshold);
                }
            }
        }
        // One part twice is one part.
        let twice = [all[0].clone(), all[0].clone()];
        assert!(matches!(combine(&dealing.deal, &twice), Err(CombineError::TooFew { have: 1, .. })));
    }
}

#[test]
fn a_wrong_part_is_named_on_arrival() {
    let world = World::new();
    let holders = officers(&world, 3);
    let dealing = deal(scope(), 2, &certificates(&holders), &mut Seeded::new("wrong")).unwrap();
    let good = parts(&dealing.deal, &dealing.packages, &holders);
    let opening = &world.opening;

    let authorised = |share: &OfficerShare, index, attempt| {
        let der =
            seal_officer_share(&dealing.deal, share, Purpose::Authorise, 1, &opening.certificate).unwrap();
        let (certificate, key) = (&opening.certificate, &opening.key);
        open_officer_share(&dealing.deal, index, &der, Purpose::Authorise, attempt, certificate, key)
    };
    assert_eq!(authorised(&good[0], 1, 1).unwrap().part.expose(), good[0].part.expose());
    // An officer that sends another's part, another number, or a part that is none.
    assert!(matches!(authorised(&good[0], 2, 1), Err(OpenOfficerShareError::Part(2))));
    for bytes in [[0; 32], [1; 32], [0xff; 32]] {
        let false_part = OfficerShare { index: 3, part: Share::from_bytes(&bytes) };
        assert!(matches!(authorised(&false_part, 3, 1), Err(OpenOfficerShareError::Part(3))));
        assert!(!dealing.deal.admits(&false_part));
        assert_eq!(
            combine(&dealing.deal, &[good[0].clone(), false_part]).unwrap_err(),
            CombineError::Part(3)
        );
    }
    assert!(matches!(authorised(&good[0], 4, 1), Err(OpenOfficerShareError::NoOfficer(4))));
    assert!(matches!(authorised(&good[0], 0, 1), Err(OpenOfficerShareError::NoOfficer(0))));
    // An authorisation of another attempt.
    let result = authorised(&good[0], 1, 2);
    assert!(
        matches!(result, Err(OpenOfficerShareError::Package(OpenPackageError::NotReproduced))),
        "{result:?}"
    );
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    let world = World::new();
    let holders = certificates(&officers(&world, 3));
    for (threshold, total) in [(0, 3), (1, 3), (3, 3), (4, 3), (2, 2), (2, 0)] {
        let result = deal(scope(), threshold, &holders[..total], &mut Seeded::new("numbers"));
        assert!(matches!(result, Err(DealError::Numbers { .. })), "{threshold} of {total}");
    }
    let repeated = [holders[0].clone(), holders[1].clone(), holders[0].clone()];
    let result = deal(scope(), 2, &repeated, &mut Seeded::new("numbers"));
    assert!(matches!(result, Err(DealError::Repeated { first: 1, second: 3 })), "{result:?}");
}

#[test]
fn a_published_deal_is_read_strictly() {
    let world = World::new();
    let dealing = &world.officers[0].0;
    let bytes = dealing.deal.to_bytes().unwrap();
    let read = Deal::parse(&bytes).unwrap();
    assert_eq!(read, dealing.deal);
    assert_eq!(read.digest(), dealing.deal.digest());
    let text = String::from_utf8(bytes).unwrap();
    let point = dealing.deal.commitments[1].to_string();
    for (from, to) in [
        ("\"index\":1", "\"index\":2"),
        ("\"index\":3", "\"index\":4"),
        ("bidroom-deal/1", "bidroom-deal/2"),
        ("\"lot\":1", "\"lot\":0"),
        ("\"lot\":1", "\"lot\": 1"),
        (&point[..10], "0400000000"),
    ] {
        assert!(Deal::parse(text.replacen(from, to, 1).as_bytes()).is_err(), "{from}");
    }
    let one_less = text.replace(&format!(",\"{point}\""), "");
    assert!(Deal::parse(one_less.as_bytes()).is_err());
    // What is published does not tell the key, and no part shows.
    assert_eq!(
        format!("{:?}", OfficerShare { index: 1, part: Share::from_bytes(&[3; 32]) }),
        "OfficerShare { index: 1, part: Share(…) }"
    );
}
