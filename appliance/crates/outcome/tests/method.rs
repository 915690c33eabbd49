//! Method and plan of one lot say the same, or the package is not taken.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use bidroom_domain::evaluation::{Criterion, CriterionKind, CriterionPart, Plan, Review, ReviewItem};
use bidroom_outcome::{OutcomeError, check_plan};
use serde_json::{Value, json};

fn method() -> Value {
    let item = |id: &str, kind: &str, maximum: &str| json!({"id": id, "name": {"zh": id, "en": id}, "maximum": maximum, "item": {"kind": kind}});
    json!({
        "format": "bidroom-method/1",
        "id": "goods",
        "name": {"zh": "综合评分法", "en": "scoring"},
        "clause": "招标文件 第六章",
        "regime": "government_procurement",
        "object": "goods",
        "full": "100",
        "price": {"low_price_first": {"maximum": "40"}},
        "criteria": [item("cases", "objective", "10"), item("design", "subjective", "50")],
    })
}

fn plan(method: Value) -> Plan {
    let criterion = |id: &str, part, kind, max| Criterion {
        id: id.into(),
        name: id.into(),
        part,
        kind,
        max,
        step: 50,
        blind: false,
        guide: String::new(),
        grades: Vec::new(),
    };
    Plan {
        reviews: vec![ReviewItem {
            id: "signed".into(),
            review: Review::Conformity,
            text: "签字盖章".into(),
            clause: "招标文件 第六章".into(),
        }],
        criteria: vec![
            criterion("design", CriterionPart::Technical, CriterionKind::Subjective, 5000),
            criterion("cases", CriterionPart::Commercial, CriterionKind::Objective, 1000),
            criterion("price", CriterionPart::Price, CriterionKind::Objective, 4000),
        ],
        method: Some(method),
        ..Plan::scored()
    }
}

#[track_caller]
fn differs(change: impl FnOnce(&mut Value), what: &str) {
    let mut changed = method();
    change(&mut changed);
    match check_plan(&plan(changed)) {
        Err(OutcomeError::Differs { what: found, .. }) => assert_eq!(found, what),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_method_that_says_the_same_is_taken_whatever_the_order() {
    check_plan(&plan(method())).unwrap();
    let mut without = plan(method());
    without.method = None;
    assert!(matches!(check_plan(&without), Err(OutcomeError::NoMethod)));
}

#[test]
fn every_difference_is_named() {
    differs(
        |method| {
            method["criteria"][0]["maximum"] = "20".into();
            method["criteria"][1]["maximum"] = "40".into();
        },
        "the items that are scored",
    );
    differs(
        |method| method["criteria"][0]["item"]["kind"] = "subjective".into(),
        "the items that are scored",
    );
    differs(|method| method["criteria"][0]["id"] = "references".into(), "the items that are scored");
    differs(
        |method| method["criteria"][0]["item"]["marked_out_of"] = "100".into(),
        "what cases is marked out of",
    );
    differs(|method| method["candidates"] = 2.into(), "the most candidates");
    differs(
        |method| method["correction"] = json!({"order": ["words_over_figures"], "clause": "招标文件"}),
        "the order of corrections",
    );
    differs(
        |method| method["minimum_responsive"] = json!({"value": 4, "clause": "招标文件"}),
        "the fewest bids",
    );
    differs(|method| method["abnormal"] = json!({"minutes": 45}), "the time to explain a low price");
    let mut services = plan(method());
    services.criteria.push(Criterion { id: "more".into(), ..services.criteria[2].clone() });
    assert!(matches!(check_plan(&services), Err(OutcomeError::Differs { .. })), "two prices weigh more");
}

#[test]
fn a_method_that_is_none_is_not_taken() {
    for broken in [json!({}), json!("综合评分法"), json!({"format": "bidroom-method/2"})] {
        assert!(matches!(check_plan(&plan(broken)), Err(OutcomeError::Method(_))));
    }
    let mut sum = method();
    sum["full"] = "90".into();
    assert!(
        matches!(check_plan(&plan(sum)), Err(OutcomeError::Method(no)) if &*no.code == "weights_do_not_sum")
    );
}
