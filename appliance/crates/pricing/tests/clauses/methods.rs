//! What the law allows a method to say.

use serde_json::{Value, json};

use crate::lots::{bids, engineering, goods, lowest, method, outcome, refused};

fn good() -> Value {
    bids(&[10_000, 12_000, 12_500], &["60", "60", "60"])
}

#[test]
fn weight_of_the_price_87_55() {
    for (object, price, rest, fits) in [
        ("goods", "30", "70", true),
        ("goods", "29.99999999", "70.00000001", false),
        ("services", "10", "90", true),
        ("services", "9.5", "90.5", false),
    ] {
        let method = goods(&[
            ("/object", json!(object)),
            ("/price/low_price_first/maximum", json!(price)),
            ("/criteria/0/maximum", json!(rest)),
        ]);
        if fits {
            outcome(&method, &good());
        } else {
            let refusal = refused(&method, &good(), "price_weight", "/price/low_price_first/maximum");
            assert_eq!(refusal.clause.as_deref(), Some("87号令 第五十五条"));
        }
    }
}

#[test]
fn weight_of_the_price_in_a_consultation_214_24() {
    for (object, price, fits) in [
        ("goods", 30, true),
        ("goods", 60, true),
        ("goods", 61, false),
        ("goods", 29, false),
        ("services", 10, true),
        ("services", 30, true),
        ("services", 31, false),
        ("services", 9, false),
    ] {
        let with = |approval: Option<&str>| {
            let mut method = goods(&[
                ("/regime", json!("competitive_consultation")),
                ("/object", json!(object)),
                ("/price/low_price_first/maximum", json!(price.to_string())),
                ("/criteria/0/maximum", json!((100 - price).to_string())),
            ]);
            if let Some(approval) = approval {
                method["approval"] = json!(approval);
            }
            method
        };
        if fits {
            outcome(&with(None), &good());
        } else {
            refused(&with(None), &good(), "price_weight", "/price/low_price_first/maximum");
            outcome(&with(Some("云财采〔2026〕7号")), &good());
        }
    }
}

#[test]
fn weights_that_do_not_sum_are_refused_with_both_sums() {
    let refusal = refused(
        &goods(&[("/criteria/0/maximum", json!("69.5"))]),
        &good(),
        "weights_do_not_sum",
        "/criteria",
    );
    assert!(refusal.reason.zh.contains("99.5") && refusal.reason.zh.contains("100"), "{refusal}");
    let part = json!({ "id": "p", "name": { "zh": "分项", "en": "part" }, "maximum": "71", "item": { "kind": "objective" } });
    let group = goods(&[("/criteria/0/item", Value::Null), ("/criteria/0/parts", json!([part]))]);
    let refusal = refused(&group, &good(), "weights_do_not_sum", "/criteria/0/parts");
    assert!(refusal.reason.en.contains("71") && refusal.reason.en.contains("70"), "{refusal}");
    let neither = goods(&[("/criteria/0/item", Value::Null)]);
    refused(&neither, &good(), "group_or_item", "/criteria/0");
}

#[test]
fn no_benchmark_formula_in_government_procurement() {
    for (mean, word) in [
        (json!({ "trim_count": { "highest": 1, "lowest": 1, "from": 5 } }), "最高报价和最低报价"),
        (json!({ "all": {} }), "低价优先法"),
    ] {
        let mut method = engineering(json!({
            "mean": mean, "deduct": { "above": "1", "below": "1", "per": "1%", "steps": "interpolated" }, "floor": "0" }));
        method["regime"] = json!("government_procurement");
        method["object"] = json!("goods");
        let refusal = refused(&method, &good(), "benchmark_not_allowed", "/price/benchmark");
        assert!(refusal.reason.zh.contains(word), "{refusal}");
    }
}

#[test]
fn other_limits_of_law() {
    let g = "gp-goods-comprehensive";
    let all = good();
    refused(&goods(&[("/object", json!("works"))]), &all, "works", "/object");
    refused(
        &goods(&[("/aggregate", json!({ "drop": { "highest": 1, "lowest": 1 } }))]),
        &all,
        "drops_experts",
        "/aggregate/drop",
    );
    for (rate, at) in
        [("9.99%", "rate"), ("20.01%", "rate"), ("3.9%", "partner_rate"), ("6.1%", "partner_rate")]
    {
        let path = format!("/deductions/sme/{at}");
        let refusal = refused(&method(g, &[(&path, json!(rate))]), &all, "deduction_rate", &path);
        assert_eq!(refusal.clause.as_deref(), Some("财库〔2022〕19号"));
    }
    refused(
        &method(g, &[("/deductions/domestic", json!("10%"))]),
        &all,
        "deduction_rate",
        "/deductions/domestic",
    );
    let works = "engineering-lowest-price";
    refused(
        &method(works, &[("/deductions/sme/rate", json!("6%"))]),
        &all,
        "deduction_rate",
        "/deductions/sme/rate",
    );
    refused(
        &method(works, &[("/deductions/sme/partner_rate", json!("1%"))]),
        &all,
        "deduction_without_law",
        "/deductions/sme/partner_rate",
    );
    refused(&method(g, &[("/abnormal/mean", json!("49%"))]), &all, "abnormal_share", "/abnormal/mean");
    refused(
        &method(g, &[("/abnormal/ceiling", json!("65.1%"))]),
        &all,
        "abnormal_share",
        "/abnormal/ceiling",
    );
    refused(&method(g, &[("/abnormal/minutes", json!(29))]), &all, "abnormal_minutes", "/abnormal/minutes");
    refused(&method(g, &[("/candidates", json!(4))]), &all, "candidates", "/candidates");
    let minimum = |value: u32| json!({ "value": value, "clause": "采购文件 2.3" });
    refused(
        &goods(&[("/minimum_responsive", minimum(2))]),
        &all,
        "minimum_responsive",
        "/minimum_responsive/value",
    );
    let consultation = [("/regime", json!("competitive_consultation")), ("/minimum_responsive", minimum(2))];
    outcome(&goods(&consultation), &all);
    refused(
        &lowest(&[("/regime", json!("competitive_consultation"))]),
        &all,
        "consultation_scores",
        "/price",
    );
    refused(&lowest(&[("/full", json!("100"))]), &all, "lowest_price_alone", "/full");
}

#[test]
fn figures_of_law_are_data() {
    let mut law = serde_json::to_value(bidroom_pricing::Law::default()).unwrap();
    law["goods_price_weight_least"] = json!({ "value": "25%", "clause": "某规定 第一条" });
    let cheap = [
        ("/price/low_price_first/maximum", json!("25")),
        ("/criteria/0/maximum", json!("75")),
        ("/law", law),
    ];
    let outcome = outcome(&goods(&cheap), &good());
    assert_eq!(outcome.notices.iter().filter(|notice| notice.kind == "law_differs").count(), 1);
}
