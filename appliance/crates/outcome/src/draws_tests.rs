#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::Draw;
use bidroom_domain::{At, Fen};
use bidroom_pricing::{BIDS_FORMAT, Bid, Lot, Mark, Review, Sheet, State as Settled};
use serde_json::json;

use super::*;
use crate::method::mark;

/// One candidate, 60 points for the design, 40 for the price.
fn method() -> Method {
    let item = json!({
        "id": "design", "name": {"zh": "设计", "en": "design"}, "maximum": "60", "item": {"kind": "subjective"},
    });
    let method = json!({
        "format": "bidroom-method/1",
        "id": "goods",
        "name": {"zh": "综合评分法", "en": "scoring"},
        "clause": "招标文件 第六章",
        "regime": "government_procurement",
        "object": "goods",
        "full": "100",
        "candidates": 1,
        "price": {"low_price_first": {"maximum": "40"}},
        "criteria": [item],
    });
    Method::from_json(&serde_json::to_vec(&method).unwrap()).unwrap()
}

/// Bids of one price, with so many hundredths of a point for the design of each.
fn bids(scores: &[u32]) -> Bids {
    let numbers: Vec<u32> = (1..).take(scores.len()).collect();
    let bid = |number: &u32| Bid {
        id: bid_id(*number),
        name: format!("公司{number}"),
        price: Some(Fen::try_from(100_000_000_u64).unwrap()),
        qualification: Review::Passed,
        conformity: Review::Passed,
        statement: None,
        sme: None,
        products: Vec::new(),
        brands: Vec::new(),
        review: None,
    };
    let experts: Vec<String> = (1..=5).map(|expert| expert.to_string()).collect();
    let sheet = |expert: &String| {
        let scored = numbers.iter().zip(scores).map(|(number, score)| Sheet {
            expert: expert.clone(),
            bid: bid_id(*number),
            marks: vec![Mark { item: "design".into(), mark: mark(*score).unwrap() }],
            total: None,
        });
        scored.collect::<Vec<_>>()
    };
    Bids {
        format: BIDS_FORMAT.to_owned(),
        lot: Lot { tender: "YZ-1".into(), lot: 1, budget: None, ceiling: None, set_aside: false },
        bids: numbers.iter().map(bid).collect(),
        sheets: experts.iter().flat_map(sheet).collect(),
        experts,
        draws: Vec::new(),
        choices: Vec::new(),
    }
}

fn drawn(orders: &[&[u32]]) -> State {
    let draw = |order: &&[u32]| Draw {
        purpose: DrawPurpose::EqualCandidates,
        order: order.to_vec(),
        draw: Sm3Digest::of(b"draw"),
        at: At(0),
    };
    State { draws: orders.iter().map(draw).collect(), ..State::default() }
}

#[track_caller]
fn check(scores: &[u32], orders: &[&[u32]], due: Option<&[u32]>, candidate: Option<u32>) {
    let outcome = evaluate_drawn(&method(), bids(scores), &drawn(orders)).unwrap();
    let due = due.map(|among| (DrawPurpose::EqualCandidates, among.to_vec()));
    assert_eq!(wanted(&outcome), due, "{scores:?} {orders:?}");
    assert_eq!(outcome.state == Settled::Final, due.is_none());
    if let Some(candidate) = candidate {
        let found: Vec<u32> = outcome.candidates.iter().map(|it| number_of(&it.bid)).collect();
        assert_eq!(found, [candidate], "{scores:?} {orders:?}");
    }
}

#[test]
fn a_draw_is_asked_for_where_more_are_equal_than_there_are_places() {
    check(&[3000, 3000, 3000], &[], Some(&[1, 2, 3]), None);
    check(&[3000, 3000, 2000], &[], Some(&[1, 2]), None);
    check(&[3000, 2000, 2000], &[], None, Some(1));
}

#[test]
fn a_draw_decides_only_where_its_very_bids_are_equal() {
    check(&[3000, 3000, 3000], &[&[2, 3, 1]], None, Some(2));
    // Among others nothing was drawn.
    check(&[3000, 3000, 3000], &[&[2, 1]], Some(&[1, 2, 3]), None);
    // Scores were corrected: what was drawn stays, decides nothing, and is no ground to refuse the result.
    check(&[3000, 3000, 4000], &[&[2, 3, 1]], None, Some(3));
    check(&[3000, 3000, 2000], &[&[2, 3, 1]], Some(&[1, 2]), None);
    check(&[3000, 3000, 2000], &[&[2, 3, 1], &[1, 2]], None, Some(1));
    // Equal again, it counts again.
    check(&[3000, 3000, 3000], &[&[2, 3, 1], &[1, 2]], None, Some(2));
}
