//! Bids of all kinds of fates for a method.

use serde_json::{Map, Value, json};

use super::method::items;
use super::{Dice, decimal};

const NOON: u64 = 1_790_000_000_000;

pub fn bids(dice: &mut Dice, method: &Value) -> Value {
    let priced = method["price"].get("none").is_none();
    let count = match dice.within(0, 9) {
        0 => dice.within(1, 2),
        1 => dice.within(8, 14),
        _ => dice.within(3, 7),
    };
    // Mostly real amounts, sometimes so small that rounding shows.
    let base = dice.one_of(&[1_000_000_000, 300_000_000, 54_800_000, 1_000_000, 2_000, 30]);
    let mut lot = json!({ "tender": "YZ2026-0001", "lot": dice.within(1, 9) });
    let blended = method["price"]["benchmark"]["blend"].is_object();
    if blended || dice.percent(50) {
        lot["ceiling"] = json!(base * dice.within(100, 130) / 100);
    }
    if dice.percent(60) {
        lot["budget"] = json!(base * dice.within(105, 140) / 100);
    }
    if dice.percent(15) {
        lot["set_aside"] = json!(true);
    }
    let all: Vec<Value> = (1..=count)
        .map(|number| {
            let mut bid = json!({
                "id": format!("B{number:02}"), "name": format!("第{number}投标人"),
                "qualification": review(dice, 4), "conformity": review(dice, 5),
            });
            if priced {
                price(dice, &mut bid, base);
            }
            policy(dice, &mut bid);
            if let Some(rule) = method.get("same_brand") {
                let products = rule["core_products"].as_array().unwrap().iter();
                let brands = products.map(
                    |product| json!({ "product": product, "brand": dice.one_of(&["松", "柏", "竹", "梅"]) }),
                );
                bid["brands"] = brands.collect();
            }
            bid
        })
        .collect();
    let mut out = json!({ "format": "bidroom-bids/1", "lot": lot, "bids": dice.shuffled(all) });
    draws(dice, method, &mut out);
    sheets(dice, method, &mut out);
    if priced {
        reviews(dice, method, &mut out);
    }
    if dice.percent(1) {
        out["choices"] = json!([{ "purpose": "equal_candidates", "order": ["B01"] }]);
    }
    out
}

fn review(dice: &mut Dice, chance: u64) -> Value {
    if dice.percent(chance) {
        json!({ "rejected": { "reason": { "zh": "不符合招标文件", "en": "not as the tender document asks" }, "clause": "招标文件 2.1" } })
    } else {
        json!("passed")
    }
}

fn price(dice: &mut Dice, bid: &mut Value, base: u64) {
    let share = match dice.within(0, 19) {
        0 => dice.within(20, 60),
        1 => dice.within(101, 150),
        _ => dice.within(75, 100),
    };
    // Equal prices are common in what is made up, so that ties are.
    let noise = if dice.percent(60) { 0 } else { dice.within(0, base / 50) };
    let fen = if dice.percent(1) { 0 } else { base * share / 100 + noise };
    bid["price"] = json!(fen);
    if !dice.percent(12) {
        return;
    }
    let mut statement = json!({});
    let near = |dice: &mut Dice| if dice.percent(50) { fen } else { fen + dice.within(0, base / 20 + 1) };
    if dice.percent(50) {
        statement["words"] = json!(near(dice));
    }
    if dice.percent(50) {
        statement["body"] = json!(near(dice));
    }
    if dice.percent(50) {
        // Lines that sum to the price, more or less: one for the whole yuan, one for the rest.
        let quantity = dice.one_of(&[1u64, 4, 8]);
        let mut first = json!({ "name": "甲项", "quantity": quantity.to_string(),
            "unit_price": decimal(fen / 100 * 1000 / quantity, 3) });
        if dice.percent(20) {
            first["shift"] = json!(dice.one_of(&[-2, -1, 1]));
        }
        let rest = json!({ "name": "乙项", "quantity": "1", "unit_price": decimal(fen % 100 + dice.within(0, 1), 2) });
        statement["lines"] = json!([first, rest]);
    }
    if dice.percent(80) {
        statement["confirmed"] = json!(dice.percent(85));
    }
    bid["statement"] = statement;
}

fn policy(dice: &mut Dice, bid: &mut Value) {
    match dice.within(0, 5) {
        0 | 1 => bid["sme"] = json!("own"),
        2 => bid["sme"] = json!({ "consortium": { "share": format!("{}%", dice.within(25, 45)) } }),
        3 => {
            bid["sme"] =
                json!({ "subcontract": { "share": format!("{}%", decimal(dice.within(290, 310), 1)) } })
        }
        _ => {}
    }
    let products = (0..dice.within(0, 3)).map(|number| {
        json!({ "name": format!("产品{number}"), "cost": dice.within(1, 100) * 1000, "domestic": dice.percent(75) })
    });
    bid["products"] = products.collect();
}

fn draws(dice: &mut Dice, method: &Value, out: &mut Value) {
    let mut drawn = Vec::new();
    for draw in method["draws"].as_array().into_iter().flatten() {
        if dice.percent(1) {
            continue;
        }
        let values = draw["values"].as_array().unwrap();
        let value = if dice.percent(1) { json!("0.123") } else { dice.one_of(values) };
        drawn.push(json!({ "name": draw["name"], "value": value }));
    }
    out["draws"] = Value::Array(drawn);
}

fn sheets(dice: &mut Dice, method: &Value, out: &mut Value) {
    let items = items(method);
    if items.is_empty() {
        return;
    }
    let count = dice.one_of(&[3, 5, 5, 7]);
    let experts: Vec<String> = dice.shuffled((1..=count).map(|number| format!("专家{number:02}")).collect());
    let mut all = Vec::new();
    let bids: Vec<Value> = out["bids"].as_array().unwrap().clone();
    // Equal sheets make equal scores.
    let same_for_all = dice.percent(15);
    let clean = dice.percent(70);
    for bid in &bids {
        let mut objective: Map<String, Value> = Map::new();
        for expert in &experts {
            let mut sum = 0;
            let mut marks = Vec::new();
            for item in &items {
                let (most, is_objective) = maximum(&method["criteria"], item).unwrap();
                let mut quarters = if same_for_all { most * 3 } else { dice.within(most * 2, most * 4) };
                if is_objective {
                    quarters = objective.entry(item).or_insert(json!(quarters)).as_u64().unwrap();
                }
                if !clean && dice.percent(3) {
                    quarters = dice.within(0, most * 4 + 3);
                }
                sum += quarters * 25;
                marks.push(json!({ "item": item, "mark": decimal(quarters * 25, 2) }));
            }
            if dice.percent(1) && dice.percent(5) {
                marks.pop();
            }
            let mut sheet = json!({ "expert": expert, "bid": bid["id"], "marks": dice.shuffled(marks) });
            if dice.percent(40) {
                let error = u64::from(!clean && dice.percent(5));
                sheet["total"] = json!(decimal(sum + error, 2));
            }
            if !(dice.percent(1) && dice.percent(5)) {
                all.push(sheet);
            }
        }
    }
    out["experts"] = json!(experts);
    out["sheets"] = Value::Array(dice.shuffled(all));
}

/// What marks of an item are out of, and whether it is objective.
fn maximum(criteria: &Value, id: &str) -> Option<(u64, bool)> {
    criteria.as_array().into_iter().flatten().find_map(|criterion| {
        if criterion["id"] != id {
            return maximum(&criterion["parts"], id);
        }
        let most = criterion["item"].get("marked_out_of").unwrap_or(&criterion["maximum"]);
        Some((most.as_str()?.parse().ok()?, criterion["item"]["kind"] == "objective"))
    })
}

/// Reviews where the outcome without any asks for them; now and then where nothing does.
fn reviews(dice: &mut Dice, method: &Value, out: &mut Value) {
    let asked: Vec<String> = match super::run(method, out) {
        Ok(outcome) => {
            outcome.bids.iter().filter(|bid| !bid.triggers.is_empty()).map(|bid| bid.bid.clone()).collect()
        }
        Err(_) => Vec::new(),
    };
    for bid in out["bids"].as_array_mut().unwrap() {
        let triggered = asked.iter().any(|id| bid["id"] == id.as_str());
        let by_committee = dice.percent(3);
        let begun = by_committee || (triggered && dice.percent(75));
        let without_cause = dice.percent(1) && dice.percent(20);
        if !begun && !without_cause {
            continue;
        }
        let zero = bid["price"] == 0;
        let mut review = json!({});
        if by_committee {
            review["by_committee"] = json!("明显低于市场价");
        }
        if dice.percent(85) {
            let minutes = if dice.percent(1) { 29 } else { 60 };
            review["asked_at"] = json!(NOON);
            review["due_at"] = json!(NOON + minutes * 60_000);
            let answered = dice.percent(70);
            if answered {
                review["answered_at"] = json!(NOON + 20 * 60_000);
            }
            if dice.percent(80) {
                let proven = answered && dice.percent(if zero { 5 } else { 50 });
                review["verdict"] = json!({ "kind": if proven { "proven" } else { "unproven" },
                    "at": NOON + 61 * 60_000, "opinion": "评审委员会意见" });
            }
        }
        bid["review"] = review;
    }
}
