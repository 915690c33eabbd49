//! What holds for all lots, over made-up ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod generator;

use bidroom_pricing::{
    BidOutcome, Bids, Derivation, Figured, Method, Outcome, State, Status, Trigger, evaluate, fraction_text,
};
use generator::{Dice, Generated, lot, run};
use proptest::prelude::*;
use serde_json::{Value, json};

fn good(generated: &Generated) -> Option<&Outcome> {
    generated.result.as_ref().ok()
}

fn without_derivation(outcome: &Outcome) -> Value {
    let mut value = serde_json::to_value(outcome).unwrap();
    value.as_object_mut().unwrap().remove("derivation");
    value
}

fn node<'a>(outcome: &'a Outcome, figured: &Figured) -> &'a Derivation {
    &outcome.derivation[figured.node as usize]
}

fn number(text: &str) -> num_rational::BigRational {
    text.parse().unwrap()
}

fn scored(outcome: &Outcome) -> impl Iterator<Item = &BidOutcome> {
    outcome.bids.iter().filter(|bid| bid.rank.is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_bids_experts_and_sheets_makes_no_difference(number in 0u64..1 << 32) {
        let generated = lot(11, number);
        let mut dice = Dice::new(number);
        let mut shuffled = generated.bids.clone();
        for member in ["bids", "experts", "sheets", "draws", "choices"] {
            if let Some(list) = shuffled.get(member).and_then(Value::as_array).cloned() {
                shuffled[member] = Value::Array(dice.shuffled(list));
            }
        }
        match (&generated.result, run(&generated.method, &shuffled)) {
            (Ok(one), Ok(other)) => prop_assert_eq!(one, &other),
            // Of several things wrong another may be found first.
            (Err(_), Err(_)) => {}
            (one, other) => prop_assert!(false, "{one:?} against {other:?}"),
        }
    }

    #[test]
    fn parts_sum_to_the_total_and_every_number_has_its_node(number_of_lot in 0u64..1 << 32) {
        let generated = lot(12, number_of_lot);
        let Some(outcome) = good(&generated) else { return Ok(()) };
        for bid in scored(outcome) {
            let Some(total) = &bid.total else { continue };
            let parts = &node(outcome, total).inputs;
            let sum: num_rational::BigRational = parts.iter().map(|id| number(&outcome.derivation[*id as usize].exact)).sum();
            let sum = node(outcome, total).rounding.map_or(sum.clone(), |rounding| rounding.apply(&sum));
            prop_assert_eq!(fraction_text(&sum), total.exact.clone());
            let named = |id: u32| bid.items.iter().map(|item| &item.score).chain(&bid.price_score).any(|f| f.node == id);
            prop_assert!(parts.iter().all(|id| named(*id)));
        }
        let all = outcome.bids.iter().flat_map(|bid| {
            [&bid.price, &bid.evaluated_price, &bid.price_score, &bid.total].into_iter().flatten()
        });
        for figured in all {
            prop_assert_eq!(&node(outcome, figured).exact, &figured.exact);
        }
        for (index, node) in outcome.derivation.iter().enumerate() {
            prop_assert_eq!(node.id as usize, index);
            prop_assert!(node.inputs.iter().all(|input| *input < node.id));
            prop_assert_eq!(node.source.is_some(), node.op == bidroom_pricing::Op::Given);
        }
    }

    #[test]
    fn ranks_and_candidates_follow_scores(number_of_lot in 0u64..1 << 32) {
        let generated = lot(13, number_of_lot);
        let Some(outcome) = good(&generated) else { return Ok(()) };
        let lowest = generated.method["price"]["lowest"].is_object();
        let key = |bid: &BidOutcome| {
            let of = |figured: &Option<Figured>| figured.as_ref().map(|figured| number(&figured.exact));
            let price = of(&bid.evaluated_price);
            if lowest { (None, price) } else { (of(&bid.total).map(|total| -total), price) }
        };
        for bid in scored(outcome) {
            let better = scored(outcome).filter(|other| key(other) < key(bid)).count();
            prop_assert_eq!(bid.rank, Some(better as u32 + 1));
            prop_assert!(matches!(bid.status, Status::Evaluated | Status::UnderReview));
        }
        let ranks: Vec<u32> = outcome.candidates.iter()
            .map(|candidate| outcome.bids.iter().find(|bid| bid.bid == candidate.bid).unwrap().rank.unwrap())
            .collect();
        prop_assert!(ranks.is_sorted());
        let most = generated.method["candidates"].as_u64().unwrap() as usize;
        let undrawn = outcome.waiting.iter().any(|w| w.kind == bidroom_pricing::WaitingKind::EqualCandidatesDraw);
        prop_assert!(outcome.candidates.len() <= most || undrawn);
        let ended = matches!(outcome.state, State::Cancelled | State::AllRejected);
        prop_assert_eq!(ended, outcome.ended.is_some());
        prop_assert!(!ended || (scored(outcome).next().is_none() && outcome.candidates.is_empty()));
        prop_assert_eq!(outcome.state == State::Provisional, !outcome.waiting.is_empty());
    }

    #[test]
    fn a_lower_price_never_scores_lower(number_of_lot in 0u64..1 << 32, cut in 1u64..99) {
        // In comprehensive scoring by the lowest price, with nothing else changed and no review begun or fate changed by it.
        let generated = lot(14, number_of_lot);
        let Some(before) = good(&generated) else { return Ok(()) };
        if !generated.method["price"]["low_price_first"].is_object() { return Ok(()) }
        let Some(target) = scored(before).next().map(|bid| bid.bid.clone()) else { return Ok(()) };
        let mut cheaper = generated.bids.clone();
        for bid in cheaper["bids"].as_array_mut().unwrap() {
            if bid["id"] == target.as_str() && bid.get("statement").is_none() {
                let price = bid["price"].as_u64().unwrap();
                bid["price"] = json!((price - price * cut / 200).max(1));
            }
        }
        let Ok(after) = run(&generated.method, &cheaper) else { return Ok(()) };
        let statuses = |outcome: &Outcome| outcome.bids.iter().map(|bid| bid.status).collect::<Vec<_>>();
        if statuses(before) != statuses(&after) { return Ok(()) }
        let score = |outcome: &Outcome| {
            let bid = outcome.bids.iter().find(|bid| bid.bid == target).unwrap();
            bid.price_score.as_ref().map(|score| number(&score.exact))
        };
        prop_assert!(score(&after) >= score(before));
        // And nobody else gains by it.
        for bid in scored(before).filter(|bid| bid.bid != target) {
            let other = after.bids.iter().find(|other| other.bid == bid.bid).unwrap();
            prop_assert!(number(&other.price_score.as_ref().unwrap().exact) <= number(&bid.price_score.as_ref().unwrap().exact));
        }
    }

    #[test]
    fn ten_times_the_money_gives_the_same_scores(number_of_lot in 0u64..1 << 32) {
        // Where money itself is not rounded.
        let generated = lot(15, number_of_lot);
        let mut method = generated.method.clone();
        for name in ["evaluated_price", "mean", "benchmark"] {
            method["rounding"].as_object_mut().unwrap().remove(name);
        }
        let mut small = generated.bids.clone();
        for bid in small["bids"].as_array_mut().unwrap() {
            bid.as_object_mut().unwrap().remove("statement");
        }
        let mut large = small.clone();
        for pointer in ["/lot/ceiling", "/lot/budget"] {
            if let Some(fen) = large.pointer_mut(pointer) { *fen = json!(fen.as_u64().unwrap() * 10); }
        }
        for bid in large["bids"].as_array_mut().unwrap() {
            if let Some(fen) = bid.get_mut("price") { *fen = json!(fen.as_u64().unwrap() * 10); }
        }
        let (Ok(small), Ok(large)) = (run(&method, &small), run(&method, &large)) else { return Ok(()) };
        for (one, other) in small.bids.iter().zip(&large.bids) {
            prop_assert_eq!(one.rank, other.rank);
            prop_assert_eq!(&one.triggers, &other.triggers);
            let exact = |figured: &Option<Figured>| figured.as_ref().map(|figured| figured.exact.clone());
            prop_assert_eq!(exact(&one.price_score), exact(&other.price_score));
            prop_assert_eq!(exact(&one.total), exact(&other.total));
        }
    }

    #[test]
    fn a_zero_price_is_never_scored(number_of_lot in 0u64..1 << 32) {
        let generated = lot(16, number_of_lot);
        let mut bids = generated.bids.clone();
        bids["bids"][0]["price"] = json!(0);
        bids["bids"][0].as_object_mut().unwrap().remove("statement");
        bids["bids"][0].as_object_mut().unwrap().remove("review");
        if generated.method["price"]["none"].is_object() { return Ok(()) }
        let Ok(outcome) = run(&generated.method, &bids) else { return Ok(()) };
        let zero = outcome.bids.iter().find(|bid| bids["bids"][0]["id"] == bid.bid.as_str()).unwrap();
        prop_assert_eq!((&zero.total, zero.rank), (&None, None));
        prop_assert_eq!(zero.triggers.contains(&Trigger::Zero), zero.price.is_some());
    }

    #[test]
    fn nothing_foreign_makes_it_panic(number_of_lot in 0u64..1 << 32, edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let generated = lot(17, number_of_lot);
        for (value, is_method) in [(&generated.method, true), (&generated.bids, false)] {
            let mut bytes = value.to_string().into_bytes();
            for (place, byte) in &edits {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            if is_method {
                if let (Ok(method), Ok(bids)) = (Method::from_json(&bytes), Bids::from_json(generated.bids.to_string().as_bytes())) {
                    let _ = evaluate(&method, &bids);
                }
            } else if let (Ok(method), Ok(bids)) = (Method::from_json(generated.method.to_string().as_bytes()), Bids::from_json(&bytes)) {
                let _ = evaluate(&method, &bids);
            }
        }
    }
}

#[test]
fn the_same_lot_twice_is_the_same() {
    for number in 0..50 {
        let (one, other) = (lot(18, number), lot(18, number));
        assert_eq!(one.line(), other.line());
        if let Some(outcome) = good(&one) {
            let text = serde_json::to_string(outcome).unwrap();
            let read: Outcome = serde_json::from_str(&text).unwrap();
            assert_eq!(without_derivation(&read), without_derivation(outcome));
        }
    }
}
