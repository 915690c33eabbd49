//! A ready method with other numbers.

use serde_json::{Value, json};

use super::{Dice, decimal};

pub fn method(dice: &mut Dice, mut method: Value) -> Value {
    let engineering = method["regime"] == "engineering";
    let works = method["object"] == "works";
    method["rounding"] = rounding_table(dice);
    method["candidates"] = json!(dice.within(1, 3));
    if dice.percent(70) {
        let (least, most) = if works { (300, 500) } else { (1000, 2000) };
        let mut sme = json!({ "rate": format!("{}%", decimal(dice.within(least, most), 2)) });
        if !works && dice.percent(70) {
            sme["partner_rate"] = json!(format!("{}%", decimal(dice.within(40, 60), 1)));
        }
        method["deductions"]["sme"] = sme;
    }
    if !works && dice.percent(50) {
        method["deductions"]["domestic"] = json!("20%");
    }
    if dice.percent(50) {
        let mut abnormal = json!({});
        for (name, least) in [("mean", 500), ("second_lowest", 500), ("ceiling", 450)] {
            if dice.percent(60) {
                abnormal[name] = json!(format!("{}%", decimal(dice.within(least, 650), 1)));
            }
        }
        if dice.percent(30) {
            abnormal["minutes"] = json!(dice.within(30, 60));
        }
        method["abnormal"] = abnormal;
    }
    if method["same_brand"].is_object() {
        method["same_brand"] = if dice.percent(70) {
            let products = if dice.percent(50) { json!(["甲"]) } else { json!(["甲", "乙"]) };
            json!({ "core_products": products, "match": dice.one_of(&["any", "all"]), "tie": dice.one_of(&["draw", "lower_price"]) })
        } else {
            Value::Null
        };
    }
    if dice.percent(20) {
        let all = ["schedule_over_body", "words_over_figures", "misplaced_point", "units_over_total"];
        let mut order = dice.shuffled(all.to_vec());
        if dice.percent(10) {
            order.pop();
        }
        method["correction"] = json!({ "order": order, "clause": "招标文件 3.7", "line": rounding(dice) });
    }
    if method["price"]["benchmark"].is_object() {
        benchmark(dice, &mut method);
    }
    if engineering && method["criteria"].is_array() {
        method["aggregate"] = json!({
            "over": dice.one_of(&["item", "total"]),
            "drop": { "highest": dice.within(0, 1), "lowest": dice.within(0, 1) }
        });
    }
    if method["criteria"].is_array() {
        method["deviation"] = json!({});
        for name in ["total", "item"] {
            if dice.percent(50) {
                method["deviation"][name] = json!(format!("{}%", dice.within(5, 60)));
            }
        }
        method["equal_candidates"] = json!({});
        if dice.percent(30) {
            method["equal_candidates"]["criteria"] = json!([dice.one_of(&items(&method))]);
        }
        if dice.percent(1) {
            method["full"] = json!("99");
        }
        if dice.percent(10) {
            method["criteria"][0]["name"]["en"] = json!("first");
        }
    }
    if let Some(rule) = method["price"].get_mut("low_price_first")
        && dice.percent(1)
    {
        // Another weight, which may be outside the law, moved to the first item or group where that is an item.
        let old: u64 = rule["maximum"].as_str().unwrap().parse().unwrap();
        let new = dice.within(1, old + 20);
        rule["maximum"] = json!(new.to_string());
        if let Some(first) = method["criteria"].get_mut(0).filter(|first| first["item"].is_object()) {
            let points: u64 = first["maximum"].as_str().unwrap().parse().unwrap();
            if points + old > new {
                first["maximum"] = json!((points + old - new).to_string());
            }
        }
    }
    method.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    method
}

/// Ids of all items.
pub fn items(method: &Value) -> Vec<String> {
    fn walk(criteria: &Value, out: &mut Vec<String>) {
        for criterion in criteria.as_array().into_iter().flatten() {
            if criterion["item"].is_object() {
                out.push(criterion["id"].as_str().unwrap().to_owned());
            }
            walk(&criterion["parts"], out);
        }
    }
    let mut out = Vec::new();
    walk(&method["criteria"], &mut out);
    out
}

fn rounding(dice: &mut Dice) -> Value {
    let rule = dice.one_of(&["half_up", "half_even", "truncate", "ceiling"]);
    json!({ "rule": rule, "decimals": dice.within(0, 4) })
}

fn rounding_table(dice: &mut Dice) -> Value {
    let mut table = json!({});
    for name in
        ["evaluated_price", "mean", "benchmark", "price_ratio", "deviation", "price_score", "item", "total"]
    {
        if dice.percent(60) {
            table[name] = rounding(dice);
        }
    }
    table
}

fn benchmark(dice: &mut Dice, method: &mut Value) {
    let maximum: u64 = method["price"]["benchmark"]["maximum"].as_str().unwrap().parse().unwrap();
    let mut draws = Vec::new();
    let mut number = |dice: &mut Dice, name: &str, least: u64, most: u64| {
        if dice.percent(50) {
            return json!({ "fixed": decimal(dice.within(least, most), 3) });
        }
        let mut values: Vec<u64> = (0..dice.within(2, 6)).map(|_| dice.within(least, most)).collect();
        values.sort_unstable();
        values.dedup();
        if values.len() < 2 {
            return json!({ "fixed": decimal(least, 3) });
        }
        let values: Vec<String> = values.into_iter().map(|value| decimal(value, 3)).collect();
        draws.push(json!({ "name": name, "values": values }));
        json!({ "drawn": name })
    };
    let mut rule = json!({ "maximum": maximum.to_string() });
    if dice.percent(50) {
        rule["factor"] = number(dice, "K", 900, 1050);
    }
    if dice.percent(40) {
        rule["reduction"] = number(dice, "Δ", 0, 80);
    }
    if dice.percent(40) {
        rule["blend"] = json!({ "weight": number(dice, "w", 0, 1000), "with": "ceiling" });
    }
    let (highest, lowest) = (dice.within(0, 2), dice.within(0, 2));
    rule["mean"] = match dice.within(0, 3) {
        0 => json!({ "all": {} }),
        1 => json!({ "second": {} }),
        2 => {
            json!({ "trim_count": { "highest": highest, "lowest": lowest, "from": highest + lowest + dice.within(1, 3) } })
        }
        _ => json!({ "trim_share": {
            "highest": format!("{}%", dice.within(0, 49)), "lowest": format!("{}%", dice.within(0, 50)),
            "rounding": dice.one_of(&["half_up", "half_even", "truncate", "ceiling"]), "from": dice.within(0, 7) } }),
    };
    rule["deduct"] = json!({
        "above": decimal(dice.within(0, 300), 2), "below": decimal(dice.within(0, 300), 2),
        "per": format!("{}%", decimal(dice.within(1, 20), 1)),
        "steps": dice.one_of(&["interpolated", "started", "completed"])
    });
    rule["floor"] = json!(dice.within(0, maximum).to_string());
    method["price"]["benchmark"] = rule;
    method["draws"] = Value::Array(draws);
}
