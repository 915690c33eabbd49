#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn session() -> SessionId {
    "YZ-2026-017-1".parse().unwrap()
}

fn numbers(bids: &[u32], first: u32) -> DrawOf {
    DrawOf::Numbers { bids: bids.to_vec(), first }
}

/// A draw without the state that it is made in.
fn made(number: u32, of: &DrawOf, value: &Hex32, salts: &[(u32, Hex32)]) -> Drawn {
    made_in(&session(), number, of, value, salts)
}

fn made_in(session: &SessionId, number: u32, of: &DrawOf, value: &Hex32, salts: &[(u32, Hex32)]) -> Drawn {
    let seed = seed(session, &to_canonical(&Subject { number, of }).unwrap(), value, salts);
    let mut order = of.bids().to_vec();
    shuffle(&mut order, &mut Words { seed: &seed, counter: 0 });
    Drawn { order, digest: Sm3Digest::of(seed.as_bytes()) }
}

/// A draw of `tests/vectors/draw`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    session: SessionId,
    secret: Hex32,
    number: u32,
    of: DrawOf,
    salts: Vec<(u32, Hex32)>,
    commitment: Sm3Digest,
    value: Hex32,
    draw: Sm3Digest,
    order: Vec<u32>,
}

#[test]
fn a_second_implementation_draws_the_same() {
    let text = include_str!("../../../../../tests/vectors/draw/draws.json");
    let vectors: Vec<Vector> = serde_json::from_str(text).unwrap();
    assert!(vectors.len() >= 9);
    for vector in vectors {
        assert_eq!(commitment(&vector.session, &vector.secret), vector.commitment, "{}", vector.name);
        let value = value_of(&vector.session, &vector.secret, vector.number);
        assert_eq!(value, Some(vector.value), "{}", vector.name);
        let drawn = made_in(&vector.session, vector.number, &vector.of, &vector.value, &vector.salts);
        assert_eq!(drawn, Drawn { order: vector.order, digest: vector.draw }, "{}", vector.name);
    }
}

#[test]
fn values_follow_from_later_ones_only_and_all_fit_the_commitment() {
    let (session, secret) = (session(), Hex32([9; 32]));
    let committed = commitment(&session, &secret);
    for number in [1, 2, 100, DRAWS] {
        let value = value_of(&session, &secret, number).unwrap();
        assert_eq!(linked(&session, &value, number).0, *committed.as_bytes());
    }
    assert_eq!(value_of(&session, &secret, DRAWS), Some(secret));
    assert_eq!(value_of(&session, &secret, 0), None);
    assert_eq!(value_of(&session, &secret, DRAWS + 1), None);
    let value = |number| value_of(&session, &secret, number).unwrap();
    assert_eq!(linked(&session, &value(3), 1), value(2));
    assert_ne!(commitment(&"YZ-2026-017-2".parse().unwrap(), &secret), committed);
}

#[test]
fn words_that_would_favour_small_numbers_are_passed_over() {
    #[track_caller]
    fn check(bound: u32, words: &[u32], expect: u32) {
        assert_eq!(below(bound, &mut words.iter().copied()), expect);
    }
    check(3, &[7], 1);
    // 2^32 = 3 · 1431655765 + 1: the last word has no fair remainder.
    check(3, &[u32::MAX, 5], 2);
    check(3, &[u32::MAX - 1, 5], 2);
    check(1 << 31, &[u32::MAX], (1 << 31) - 1);
    check(u32::MAX, &[u32::MAX, 8], 8);
}

#[test]
fn each_part_makes_another_draw() {
    let salts = [(1, Hex32([1; 32])), (2, Hex32([2; 32])), (5, Hex32([3; 32]))];
    let value = Hex32([4; 32]);
    let purpose = DrawPurpose::EqualCandidates;
    let order = |purpose| DrawOf::Order { purpose, among: vec![1, 2, 5] };
    let mut swapped = salts;
    (swapped[0].1, swapped[1].1) = (salts[1].1, salts[0].1);
    let all = [
        made(1, &numbers(&[1, 2, 5], 1), &value, &salts),
        made(2, &numbers(&[1, 2, 5], 1), &value, &salts),
        made(1, &numbers(&[1, 2, 5], 4), &value, &salts),
        made(1, &numbers(&[1, 2], 1), &value, &salts),
        made(1, &order(purpose), &value, &salts),
        made(1, &order(DrawPurpose::SameBrand), &value, &salts),
        made(1, &numbers(&[1, 2, 5], 1), &Hex32([5; 32]), &salts),
        made(1, &numbers(&[1, 2, 5], 1), &value, &salts[..2]),
        made(1, &numbers(&[1, 2, 5], 1), &value, &swapped),
    ];
    let different: BTreeSet<Sm3Digest> = all.iter().map(|drawn| drawn.digest).collect();
    assert_eq!(different.len(), all.len());
}

#[test]
fn every_order_of_four_is_as_likely_as_the_others() {
    let bids = [1, 2, 3, 4];
    let mut seen: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    let rounds = 24_000_u32;
    for round in 0..rounds {
        let mut value = [0; 32];
        value[..4].copy_from_slice(&round.to_be_bytes());
        let drawn = made(1, &numbers(&bids, 1), &Hex32(value), &[]);
        *seen.entry(drawn.order).or_default() += 1;
    }
    assert_eq!(seen.len(), 24);
    // χ² with 23 degrees of freedom is below 58 but for one in 10 000; the values are fixed, so it holds always or never.
    let expected = i64::from(rounds / 24);
    let squares: i64 = seen.values().map(|n| (i64::from(*n) - expected).pow(2)).sum();
    assert!(squares < 58 * expected, "{squares} {seen:?}");
}

proptest! {
    #[test]
    fn an_order_holds_each_bid_once(count in 0_u32..60, value: [u8; 32], first in 1_u32..1000) {
        let bids: Vec<u32> = (1..=count).collect();
        let of = numbers(&bids, first);
        let drawn = made(1, &of, &Hex32(value), &[(1, Hex32(value))]);
        prop_assert_eq!(drawn.order.iter().copied().collect::<BTreeSet<u32>>(), bids.iter().copied().collect());
        prop_assert_eq!(drawn.order.len(), bids.len());
        let drawn = drawn.numbers(first);
        prop_assert!(drawn.keys().eq(&bids));
        let labels: BTreeSet<u32> = drawn.into_values().collect();
        prop_assert!(labels.into_iter().eq(first..first + count));
    }
}
