//! Benchmark formulas of engineering, by hand: 90, 100, 110, 120 and 130 yuan have the mean 110.

use serde_json::{Value, json};

use crate::lots::{benchmark, bids, engineering, outcome, refused, shown, with};

fn five() -> Value {
    with(bids(&[13_000, 9_000, 11_000, 10_000, 12_000], &[]), &[("/lot/ceiling", json!(14_000))])
}

fn deduct(steps: &str) -> Value {
    json!({ "above": "1", "below": "0.5", "per": "1%", "steps": steps })
}

#[track_caller]
fn check(formula: Value, expect: &str) {
    let mut formula = formula;
    formula["deduct"] = deduct("interpolated");
    formula["floor"] = json!("0");
    assert_eq!(benchmark(&outcome(&engineering(formula), &five())), expect);
}

#[test]
fn benchmarks() {
    let trim_count = |highest, lowest, from| json!({ "trim_count": { "highest": highest, "lowest": lowest, "from": from } });
    let trim_share = |highest: &str, lowest: &str, rounding: &str, from: u32| json!({ "trim_share": { "highest": highest, "lowest": lowest, "rounding": rounding, "from": from } });
    check(json!({ "mean": { "all": {} } }), "110.00");
    // 100, 110, 120; 90, 100, 110; 90 … 130 where six were needed.
    check(json!({ "mean": trim_count(1, 1, 5) }), "110.00");
    check(json!({ "mean": trim_count(2, 0, 5) }), "100.00");
    check(json!({ "mean": trim_count(2, 0, 6) }), "110.00");
    // 30 % of 5 is 1.5: two, one or two are left out.
    check(json!({ "mean": trim_share("30%", "0%", "half_up", 5) }), "100.00");
    check(json!({ "mean": trim_share("30%", "0%", "truncate", 5) }), "105.00");
    check(json!({ "mean": trim_share("30%", "0%", "half_even", 5) }), "100.00");
    check(json!({ "mean": trim_share("10%", "10%", "ceiling", 5) }), "110.00");
    // 49 % and 50 % up to the next whole number are 3 and 3 of 5: nothing would be left, so nothing is left out.
    check(json!({ "mean": trim_share("49%", "50%", "ceiling", 5) }), "110.00");
    // (110 + (90 + 100 + 110) ÷ 3) ÷ 2.
    check(json!({ "mean": { "second": {} } }), "105.00");
    // 0.6 × 110 + 0.4 × 140 = 122; × 0.95 = 115.9; × 0.98 = 113.582.
    let blend = json!({ "weight": { "fixed": "0.6" }, "with": "ceiling" });
    check(json!({ "mean": { "all": {} }, "blend": blend }), "122.00");
    check(json!({ "mean": { "all": {} }, "blend": blend, "factor": { "fixed": "0.95" } }), "115.90");
    let all = json!({ "mean": { "all": {} }, "blend": blend, "factor": { "fixed": "0.95" }, "reduction": { "fixed": "0.02" } });
    check(all, "113.582");
}

#[test]
fn points_off() {
    // Deviations from 110: 130 → 18.18…%, 90 → −18.18…%, 110 → 0, 100 → −9.09…%, 120 → 9.09…%.
    for (steps, floor, rounding, expect) in [
        (
            "interpolated",
            "0",
            json!({}),
            ["≈81.81818182", "≈90.90909091", "100", "≈95.45454545", "≈90.90909091"],
        ),
        (
            "interpolated",
            "0",
            json!({ "deviation": { "rule": "half_up", "decimals": 2 }, "price_score": { "rule": "half_up", "decimals": 2 } }),
            ["81.82", "90.91", "100.00", "95.46", "90.91"],
        ),
        ("started", "0", json!({}), ["81", "90.5", "100", "95", "90"]),
        ("completed", "0", json!({}), ["82", "91", "100", "95.5", "91"]),
        ("completed", "90", json!({}), ["90", "91", "100", "95.5", "91"]),
    ] {
        let mut method =
            engineering(json!({ "mean": { "all": {} }, "deduct": deduct(steps), "floor": floor }));
        method["rounding"] = rounding;
        let outcome = outcome(&method, &five());
        assert_eq!(shown(&outcome, |bid| bid.price_score.as_ref()), expect, "{steps}");
    }
}

#[test]
fn draws() {
    let mut method = engineering(
        json!({ "mean": { "all": {} }, "factor": { "drawn": "K" }, "deduct": deduct("interpolated"), "floor": "0" }),
    );
    refused(&method, &five(), "draw_unmatched", "/draws");
    method["draws"] = json!([{ "name": "K", "values": ["0.95", "0.98"] }]);
    let drawn = |value: &str| with(five(), &[("/draws", json!([{ "name": "K", "value": value }]))]);
    assert_eq!(benchmark(&outcome(&method, &drawn("0.98"))), "107.80");
    let refusal = refused(&method, &five(), "draw_missing", "/draws");
    assert!(refusal.reason.zh.contains("公开抽取"), "{refusal}");
    refused(&method, &drawn("0.97"), "draw_not_in_list", "/draws/0/value");
    method["draws"][0]["values"] = json!(["0.95", "0.950"]);
    refused(&method, &drawn("0.95"), "draw_values", "/draws/0/values");
    method["draws"][0]["values"] = json!(["0.95", "0"]);
    refused(&method, &drawn("0.95"), "out_of_range", "/price/benchmark/factor");
}

#[test]
fn nothing_is_divided_by_0() {
    let mut method =
        engineering(json!({ "mean": { "all": {} }, "deduct": deduct("interpolated"), "floor": "0" }));
    method["rounding"] = json!({ "benchmark": { "rule": "truncate", "decimals": 0 } });
    refused(&method, &bids(&[30, 40, 50], &[]), "benchmark_zero", "/rounding/benchmark");
    let blended = engineering(
        json!({ "mean": { "all": {} }, "blend": { "weight": { "fixed": "0.5" }, "with": "ceiling" },
        "deduct": deduct("interpolated"), "floor": "0" }),
    );
    refused(&blended, &bids(&[30, 40, 50], &[]), "ceiling_missing", "/lot/ceiling");
    // Equal prices: no deviation at all.
    method["rounding"] = json!({});
    let equal = outcome(&method, &bids(&[30, 30, 30], &[]));
    assert_eq!(shown(&equal, |bid| bid.total.as_ref()), ["100", "100", "100"]);
}
