//! Small lots to change one thing of.

use bidroom_pricing::{BidOutcome, Bids, Method, Outcome, Refusal, catalogue, evaluate};
use serde_json::{Value, json};

/// A ready method with members changed, by JSON pointer; null takes a member away.
#[track_caller]
pub(crate) fn method(id: &str, changes: &[(&str, Value)]) -> Value {
    changed(serde_json::from_str(catalogue::find(id).unwrap().json).unwrap(), changes)
}

/// A price of 30 points and one subjective item of 70, nothing rounded but scores, in government procurement of goods.
pub(crate) fn goods(changes: &[(&str, Value)]) -> Value {
    let base = json!({
        "format": "bidroom-method/1", "id": "goods", "name": { "zh": "货物", "en": "goods" }, "clause": "招标文件 3",
        "regime": "government_procurement", "object": "goods", "full": "100",
        "price": { "low_price_first": { "maximum": "30" } },
        "criteria": [{ "id": "t", "name": { "zh": "技术", "en": "technical" }, "maximum": "70", "item": { "kind": "subjective" } }],
        "rounding": { "price_score": { "rule": "half_up", "decimals": 2 } }
    });
    changed(base, changes)
}

/// An engineering method with this formula, price 100 points of 100.
pub(crate) fn engineering(formula: Value) -> Value {
    let mut formula = formula;
    formula["maximum"] = json!("100");
    json!({
        "format": "bidroom-method/1", "id": "works", "name": { "zh": "工程", "en": "works" }, "clause": "招标文件 3",
        "regime": "engineering", "object": "works", "full": "100", "price": { "benchmark": formula }
    })
}

/// Lowest price, government procurement of goods.
pub(crate) fn lowest(changes: &[(&str, Value)]) -> Value {
    let base = json!({
        "format": "bidroom-method/1", "id": "lowest", "name": { "zh": "最低价", "en": "lowest" }, "clause": "招标文件 3",
        "regime": "government_procurement", "object": "goods", "price": { "lowest": {} }
    });
    changed(base, changes)
}

fn changed(mut value: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, change) in changes {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let parent = value.pointer_mut(parent).unwrap_or_else(|| panic!("no {pointer}"));
        if change.is_null() {
            parent.as_object_mut().unwrap().remove(member);
        } else {
            parent[member] = change.clone();
        }
    }
    value
}

/// Bids B1, B2, … with these prices, marked by one expert with `marks` for item `t`.
pub(crate) fn bids(prices: &[u64], marks: &[&str]) -> Value {
    let bids: Vec<Value> = prices
        .iter()
        .enumerate()
        .map(|(index, price)| {
            json!({ "id": format!("B{}", index + 1), "name": "投标人", "price": price, "qualification": "passed", "conformity": "passed" })
        })
        .collect();
    let sheets: Vec<Value> = marks
        .iter()
        .enumerate()
        .map(|(index, mark)| {
            json!({ "expert": "E1", "bid": format!("B{}", index + 1), "marks": [{ "item": "t", "mark": mark }] })
        })
        .collect();
    let experts: Vec<&str> = if marks.is_empty() { Vec::new() } else { vec!["E1"] };
    json!({ "format": "bidroom-bids/1", "lot": { "tender": "T-1", "lot": 1 }, "bids": bids, "experts": experts, "sheets": sheets })
}

/// The bids with members changed, by JSON pointer.
pub(crate) fn with(bids: Value, changes: &[(&str, Value)]) -> Value {
    changed(bids, changes)
}

pub(crate) fn run(method: &Value, bids: &Value) -> Result<Outcome, Refusal> {
    let method = Method::from_json(method.to_string().as_bytes())?;
    evaluate(&method, &Bids::from_json(bids.to_string().as_bytes())?)
}

#[track_caller]
pub(crate) fn outcome(method: &Value, bids: &Value) -> Outcome {
    run(method, bids).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// Refused with this code, at this place; every reason speaks both languages.
#[track_caller]
pub(crate) fn refused(method: &Value, bids: &Value, code: &str, path: &str) -> Refusal {
    let refusal = run(method, bids).expect_err("it is usable");
    assert_eq!((&*refusal.code, &*refusal.path), (code, path), "{refusal}");
    assert!(!refusal.reason.zh.is_ascii() && !refusal.reason.en.is_empty(), "{refusal}");
    refusal
}

pub(crate) fn bid<'a>(outcome: &'a Outcome, id: &str) -> &'a BidOutcome {
    outcome.bids.iter().find(|bid| bid.bid == id).unwrap()
}

/// What is shown of each bid by `of`, in order of ids.
pub(crate) fn shown(
    outcome: &Outcome,
    of: fn(&BidOutcome) -> Option<&bidroom_pricing::Figured>,
) -> Vec<String> {
    outcome.bids.iter().map(|bid| of(bid).map_or_else(|| "—".to_owned(), |f| f.shown.clone())).collect()
}

pub(crate) fn ranks(outcome: &Outcome) -> Vec<Option<u32>> {
    outcome.bids.iter().map(|bid| bid.rank).collect()
}

pub(crate) fn places(outcome: &Outcome) -> Vec<(u32, &str)> {
    outcome.candidates.iter().map(|candidate| (candidate.place, candidate.bid.as_str())).collect()
}

pub(crate) fn benchmark(outcome: &Outcome) -> String {
    outcome.figures.iter().find(|figure| figure.kind == "benchmark").unwrap().shown.clone()
}
