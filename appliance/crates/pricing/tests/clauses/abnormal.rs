//! Abnormally low prices (财库〔2026〕2号) and the price of 0.

use bidroom_pricing::{State, Status, Trigger, WaitingKind};
use serde_json::{Value, json};

use crate::lots::{bid, bids, goods, outcome, refused, with};

const MARKS: [&str; 3] = ["60", "60", "60"];

#[track_caller]
fn check(prices: [u64; 3], lot: Value, abnormal: Value, expect: &[Trigger]) {
    let method = goods(&[("/abnormal", abnormal)]);
    let bids = with(bids(&prices, &MARKS), &[("/lot", lot)]);
    let outcome = outcome(&method, &bids);
    assert_eq!(bid(&outcome, "B1").triggers, expect, "{prices:?}");
    let provisional = if expect.is_empty() { State::Final } else { State::Provisional };
    assert_eq!((outcome.state, outcome.ready_to_sign), (provisional, expect.is_empty()));
}

#[test]
fn strictly_less() {
    use Trigger::{Ceiling, Mean, SecondLowest};
    let lot = |member: &str, fen: u64| json!({ "tender": "T-1", "lot": 1, member: fen });
    let none = || json!({ "tender": "T-1", "lot": 1 });
    let law = || json!({});
    // (100 + 200 + 300) ÷ 3 × 50 % = 100 and 200 × 50 % = 100: equal, so nothing begins.
    check([10_000, 20_000, 30_000], none(), law(), &[]);
    check([9_999, 20_000, 30_000], none(), law(), &[Mean, SecondLowest]);
    // (60 + 100 + 300) ÷ 3 × 50 % = 76.67 > 60; 100 × 50 % = 50 < 60.
    check([6_000, 10_000, 30_000], none(), law(), &[Mean]);
    // (49 + 100 + 100) ÷ 3 × 50 % = 41.5 < 49; 100 × 50 % = 50 > 49.
    check([4_900, 10_000, 10_000], none(), law(), &[SecondLowest]);
    for member in ["ceiling", "budget"] {
        check([4_500, 5_000, 5_000], lot(member, 10_000), law(), &[]);
        check([4_499, 5_000, 5_000], lot(member, 10_000), law(), &[Ceiling]);
    }
    // The ceiling goes before the budget: 45 % of 100, not of 200.
    let both = json!({ "tender": "T-1", "lot": 1, "ceiling": 10_000, "budget": 20_000 });
    check([4_500, 5_000, 5_000], both, law(), &[]);
    // Raised by the document up to 65 %.
    check([6_499, 10_000, 10_000], none(), json!({ "second_lowest": "65%" }), &[SecondLowest]);
    check([6_500, 10_000, 10_000], none(), json!({ "second_lowest": "65%" }), &[]);
    check([6_499, 9_000, 9_000], lot("budget", 10_000), json!({ "ceiling": "65%" }), &[Ceiling]);
}

#[test]
fn over_those_that_passed_conformity_with_prices_before_deduction() {
    let method = goods(&[("/deductions", json!({ "sme": { "rate": "20%" } }))]);
    let all = bids(&[10_000, 20_000, 20_000, 90_000], &["60", "60", "60", "60"]);
    // With the fourth the mean would be 350 and half of it 175; it did not pass, so half the mean is 83.33. 100 less 20 % is
    // below that, but the price offered counts.
    let rejected = json!({ "rejected": { "reason": { "zh": "无", "en": "none" }, "clause": "2.1" } });
    let all = with(all, &[("/bids/3/conformity", rejected), ("/bids/0/sme", json!("own"))]);
    let outcome = outcome(&method, &all);
    assert_eq!(bid(&outcome, "B1").triggers, []);
    assert_eq!(bid(&outcome, "B1").evaluated_price.as_ref().unwrap().shown, "80.00");
    let mean = outcome.figures.iter().find(|figure| figure.kind == "abnormal_mean").unwrap();
    assert_eq!((mean.exact.as_str(), mean.shown.as_str()), ("25000/3", "≈83.33333333"));
    assert!(outcome.notices.iter().any(|notice| notice.kind == "no_reference"));
}

fn low() -> Value {
    bids(&[4_000, 10_000, 10_100, 10_200], &["60", "60", "60", "60"])
}

const T: i64 = 1_790_000_000_000;
const MINUTE: i64 = 60_000;

#[test]
fn the_review_step_by_step() {
    let of = |review: Value| with(low(), &[("/bids/0/review", review)]);
    let verdict = |kind: &str, at: i64| json!({ "kind": kind, "at": at, "opinion": "意见" });
    let asked = || json!({ "asked_at": T, "due_at": T + 30 * MINUTE });
    let and = |mut review: Value, member: &str, value: Value| {
        review[member] = value;
        review
    };
    let answered = || and(asked(), "answered_at", json!(T + 10 * MINUTE));
    for (review, kind) in [
        (Value::Null, WaitingKind::ReviewToAsk),
        (json!({}), WaitingKind::ReviewToAsk),
        (asked(), WaitingKind::ReviewAsked),
        (answered(), WaitingKind::ReviewAnswered),
    ] {
        let outcome = outcome(&goods(&[]), &of(review));
        assert_eq!(outcome.waiting.iter().map(|waiting| waiting.kind).collect::<Vec<_>>(), [kind]);
        assert_eq!((outcome.state, bid(&outcome, "B1").status), (State::Provisional, Status::UnderReview));
        assert_eq!(bid(&outcome, "B1").rank, Some(1));
    }
    // Proven, right after the answer; unproven without an answer, at the end of the time.
    let proven = and(answered(), "verdict", verdict("proven", T + 10 * MINUTE));
    assert_eq!(outcome(&goods(&[]), &of(proven)).state, State::Final);
    let unproven = and(asked(), "verdict", verdict("unproven", T + 30 * MINUTE));
    let settled = outcome(&goods(&[]), &of(unproven));
    assert_eq!((settled.state, bid(&settled, "B1").status), (State::Final, Status::Unproven));
    assert!(bid(&settled, "B1").grounds.as_ref().unwrap().clause.contains("财库〔2026〕2号"));
    assert_eq!(bid(&settled, "B1").rank, None);
    let short = json!({ "asked_at": T, "due_at": T + 30 * MINUTE - 1 });
    refused(&goods(&[]), &of(short), "review_too_short", "/bids/0/review/due_at");
    for (review, path) in [
        (json!({ "verdict": verdict("unproven", T) }), "asked_at"),
        (json!({ "asked_at": T }), "due_at"),
        (and(asked(), "answered_at", json!(T - 1)), "answered_at"),
        (and(asked(), "verdict", verdict("unproven", T + 30 * MINUTE - 1)), "verdict/at"),
        (and(answered(), "verdict", verdict("unproven", T + 10 * MINUTE - 1)), "verdict/at"),
        (and(asked(), "verdict", verdict("proven", T + 31 * MINUTE)), "verdict"),
    ] {
        refused(&goods(&[]), &of(review), "review_order", &format!("/bids/0/review/{path}"));
    }
    let without = with(low(), &[("/bids/1/review", asked())]);
    refused(&goods(&[]), &without, "review_without_cause", "/bids[B2]/review");
    let by_committee = and(asked(), "by_committee", json!("低于行业平均成本"));
    let outcome = outcome(&goods(&[]), &with(low(), &[("/bids/1/review", by_committee)]));
    assert_eq!(bid(&outcome, "B2").triggers, [Trigger::Committee]);
}

#[test]
fn a_price_of_0() {
    let of = |verdict: &str| {
        let review = json!({ "asked_at": T, "due_at": T + 30 * MINUTE, "answered_at": T,
            "verdict": { "kind": verdict, "at": T + 31 * MINUTE, "opinion": "意见" } });
        with(bids(&[0, 10_000, 12_000, 12_000], &["60", "60", "60", "60"]), &[("/bids/0/review", review)])
    };
    let undecided = outcome(&goods(&[]), &with(of("proven"), &[("/bids/0/review", Value::Null)]));
    assert_eq!(bid(&undecided, "B1").status, Status::Unpriced);
    assert!(bid(&undecided, "B1").triggers.contains(&Trigger::Zero));
    assert_eq!((bid(&undecided, "B1").total.as_ref(), undecided.state), (None, State::Provisional));
    assert_eq!(crate::lots::benchmark(&undecided), "100.00");
    assert_eq!(bid(&outcome(&goods(&[]), &of("unproven")), "B1").status, Status::Unproven);
    refused(&goods(&[]), &of("proven"), "zero_price_proven", "/bids[B1]/review/verdict");
}
