//! Deductions and prices that contradict themselves.

use bidroom_pricing::{CorrectionStep, State, Status};
use serde_json::{Value, json};

use crate::lots::{bid, bids, engineering, goods, outcome, refused, shown, with};

#[track_caller]
fn evaluated(method: &Value, first: &[(&str, Value)], expect: [&str; 3]) {
    let changes: Vec<(String, Value)> =
        first.iter().map(|(member, value)| (format!("/bids/0{member}"), value.clone())).collect();
    let changes: Vec<(&str, Value)> =
        changes.iter().map(|(pointer, value)| (pointer.as_str(), value.clone())).collect();
    let all = with(bids(&[10_000, 10_000, 12_000], &["60", "60", "60"]), &changes);
    assert_eq!(shown(&outcome(method, &all), |bid| bid.evaluated_price.as_ref()), expect);
}

fn products(domestic: u64, foreign: u64) -> Value {
    json!([{ "name": "国产", "cost": domestic, "domestic": true }, { "name": "进口", "cost": foreign, "domestic": false }])
}

#[test]
fn each_deduction_from_the_original_price() {
    let method = goods(&[(
        "/deductions",
        json!({ "sme": { "rate": "10%", "partner_rate": "4%" }, "domestic": "20%" }),
    )]);
    let share = |kind: &str, share: &str| json!({ kind: { "share": share } });
    evaluated(&method, &[], ["100.00", "100.00", "120.00"]);
    evaluated(&method, &[("/sme", json!("own"))], ["90.00", "100.00", "120.00"]);
    evaluated(&method, &[("/sme", share("consortium", "30%"))], ["96.00", "100.00", "120.00"]);
    evaluated(&method, &[("/sme", share("subcontract", "30%"))], ["96.00", "100.00", "120.00"]);
    evaluated(&method, &[("/sme", share("consortium", "29.99%"))], ["100.00", "100.00", "120.00"]);
    // A mixed lot: from 80 % of the cost the whole price; and both: 100 − 20 − 10, not 100 × 0.8 × 0.9.
    evaluated(&method, &[("/products", products(80, 20))], ["80.00", "100.00", "120.00"]);
    evaluated(&method, &[("/products", products(79_999, 20_001))], ["100.00", "100.00", "120.00"]);
    evaluated(
        &method,
        &[("/products", products(80, 20)), ("/sme", json!("own"))],
        ["70.00", "100.00", "120.00"],
    );
    // A third of a fen is rounded by the method's rule only.
    let third = goods(&[("/deductions", json!({ "sme": { "rate": "13.33333333%" } }))]);
    evaluated(&third, &[("/sme", json!("own"))], ["86.66666667", "100.00", "120.00"]);
    let mut rounded = third;
    rounded["rounding"]["evaluated_price"] = json!({ "rule": "truncate", "decimals": 1 });
    evaluated(&rounded, &[("/sme", json!("own"))], ["86.60", "100.00", "120.00"]);
}

#[test]
fn no_deduction_without_competition_or_in_a_set_aside_lot() {
    let method = goods(&[("/deductions", json!({ "sme": { "rate": "10%" }, "domestic": "20%" }))]);
    let mut all = bids(&[10_000, 10_000, 12_000], &["60", "60", "60"]);
    for index in 0..3 {
        all["bids"][index]["products"] = products(1, 0);
    }
    assert_eq!(
        shown(&outcome(&method, &all), |bid| bid.evaluated_price.as_ref()),
        ["100.00", "100.00", "120.00"]
    );
    all["bids"][2]["products"] = products(0, 1);
    assert_eq!(
        shown(&outcome(&method, &all), |bid| bid.evaluated_price.as_ref()),
        ["80.00", "80.00", "120.00"]
    );
    let set_aside = with(all.clone(), &[("/bids/0/sme", json!("own")), ("/lot/set_aside", json!(true))]);
    let outcome = outcome(&method, &set_aside);
    assert_eq!(shown(&outcome, |bid| bid.evaluated_price.as_ref()), ["80.00", "80.00", "120.00"]);
    assert!(outcome.notices.iter().any(|notice| notice.kind == "set_aside"));
    all["bids"][0]["products"] = products(0, 0);
    refused(&method, &all, "product_cost", "/bids[B1]/products");
}

fn line(quantity: &str, unit: &str, shift: Option<i32>) -> Value {
    let mut line = json!({ "name": "项", "quantity": quantity, "unit_price": unit });
    if let Some(shift) = shift {
        line["shift"] = json!(shift);
    }
    line
}

#[track_caller]
fn corrected(method: &Value, statement: Value, price: &str, steps: &[CorrectionStep]) {
    let mut statement = statement;
    statement["confirmed"] = json!(true);
    let marks: &[&str] = if method["criteria"].is_array() { &["60", "60", "60"] } else { &[] };
    let all = with(bids(&[10_000, 10_000, 12_000], marks), &[("/bids/0/statement", statement)]);
    let outcome = outcome(method, &all);
    let first = bid(&outcome, "B1");
    assert_eq!(first.price.as_ref().unwrap().shown, price);
    assert_eq!(first.corrections.iter().map(|correction| correction.step).collect::<Vec<_>>(), steps);
}

#[test]
fn contradictions_in_the_order_of_87_59() {
    use CorrectionStep::{MisplacedPoint, ScheduleOverBody, UnitsOverTotal, WordsOverFigures};
    let goods = goods(&[]);
    corrected(&goods, json!({}), "100.00", &[]);
    corrected(
        &goods,
        json!({ "words": 10_000, "body": 10_000, "lines": [line("4", "25", None)] }),
        "100.00",
        &[],
    );
    corrected(&goods, json!({ "body": 9_000 }), "100.00", &[ScheduleOverBody]);
    corrected(&goods, json!({ "words": 11_000 }), "110.00", &[WordsOverFigures]);
    corrected(&goods, json!({ "lines": [line("4", "26", None)] }), "104.00", &[UnitsOverTotal]);
    // 4 × 2.5 is plainly 4 × 25: the total stands.
    corrected(&goods, json!({ "lines": [line("4", "2.5", Some(1))] }), "100.00", &[MisplacedPoint]);
    corrected(&goods, json!({ "lines": [line("4", "2500", Some(-2))] }), "100.00", &[MisplacedPoint]);
    // Everything at once: body noted, words stand, the point is put right, the sum of units goes last.
    corrected(
        &goods,
        json!({ "body": 9_000, "words": 11_000, "lines": [line("4", "2.5", Some(1)), line("3", "5", None)] }),
        "115.00",
        &[ScheduleOverBody, WordsOverFigures, MisplacedPoint, UnitsOverTotal],
    );
    // A line is rounded to the fen: 3 × 3.335 = 10.005 → 10.01.
    corrected(&goods, json!({ "lines": [line("3", "3.335", None)] }), "10.01", &[UnitsOverTotal]);
}

#[test]
fn engineering_12_19_has_no_schedule() {
    use CorrectionStep::{MisplacedPoint, UnitsOverTotal, WordsOverFigures};
    let works = engineering(
        json!({ "mean": { "all": {} }, "deduct": { "above": "1", "below": "1", "per": "1%", "steps": "interpolated" }, "floor": "0" }),
    );
    corrected(&works, json!({ "words": 11_000 }), "110.00", &[WordsOverFigures]);
    corrected(&works, json!({ "lines": [line("4", "26", None)] }), "104.00", &[UnitsOverTotal]);
    corrected(&works, json!({ "lines": [line("4", "2.5", Some(1))] }), "100.00", &[MisplacedPoint]);
    let all = with(bids(&[10_000, 10_000, 12_000], &[]), &[("/bids/0/statement", json!({ "body": 9_000 }))]);
    refused(&works, &all, "contradiction_unsettled", "/bids[B1]/statement/body");
    // Unless the document says otherwise.
    let mut otherwise = works;
    otherwise["correction"] =
        json!({ "order": ["units_over_total", "words_over_figures"], "clause": "招标文件 3.7" });
    corrected(
        &otherwise,
        json!({ "words": 11_000, "lines": [line("4", "26", None)] }),
        "110.00",
        &[UnitsOverTotal, WordsOverFigures],
    );
    let shifted =
        with(bids(&[10_000], &[]), &[("/bids/0/statement", json!({ "lines": [line("4", "2.5", Some(1))] }))]);
    refused(&otherwise, &shifted, "contradiction_unsettled", "/bids[B1]/statement/lines");
}

#[test]
fn a_correction_binds_once_it_is_confirmed() {
    let of = |confirmed: Value| {
        let statement = json!({ "words": 11_000, "confirmed": confirmed });
        with(
            bids(&[10_000, 10_000, 12_000, 12_100], &["60", "60", "60", "60"]),
            &[("/bids/0/statement", statement)],
        )
    };
    assert_eq!(outcome(&goods(&[]), &of(Value::Null)).state, State::Provisional);
    assert_eq!(outcome(&goods(&[]), &of(json!(true))).state, State::Final);
    let unconfirmed = outcome(&goods(&[]), &of(json!(false)));
    assert_eq!((unconfirmed.state, bid(&unconfirmed, "B1").status), (State::Final, Status::Unconfirmed));
    assert_eq!(bid(&unconfirmed, "B1").grounds.as_ref().unwrap().clause, "87号令 第五十九条");
}
