//! How many bids are left.

use bidroom_pricing::State;
use serde_json::{Value, json};

use crate::lots::{bids, engineering, goods, lowest, outcome, places, ranks, with};

fn rejected() -> Value {
    json!({ "rejected": { "reason": { "zh": "未提交声明函", "en": "no declaration" }, "clause": "招标文件 2.1" } })
}

fn formula() -> Value {
    engineering(
        json!({ "mean": { "all": {} }, "deduct": { "above": "1", "below": "1", "per": "1%", "steps": "interpolated" }, "floor": "0" }),
    )
}

#[test]
fn government_procurement_is_cancelled_below_3() {
    let all = bids(&[10_000, 11_000, 12_000], &["60", "60", "60"]);
    for member in ["qualification", "conformity"] {
        let fewer = with(all.clone(), &[(&format!("/bids/0/{member}"), rejected())]);
        let outcome = outcome(&goods(&[]), &fewer);
        let ended = outcome.ended.as_ref().unwrap();
        assert_eq!(
            (outcome.state, ended.kind.as_str(), ended.clause.as_str()),
            (State::Cancelled, "too_few", "政府采购法 第三十六条")
        );
        assert_eq!((ranks(&outcome), places(&outcome)), (vec![None; 3], vec![]));
    }
    let few = with(all.clone(), &[("/lot/budget", json!(9_999))]);
    assert_eq!(outcome(&goods(&[]), &few).ended.unwrap().kind, "all_above_limit");
    let few = with(all, &[("/lot/budget", json!(9_999)), ("/bids/0/conformity", rejected())]);
    assert_eq!(outcome(&goods(&[]), &few).ended.unwrap().kind, "all_above_limit");
    for one in [goods(&[]), lowest(&[])] {
        let marks: &[&str] = if one["criteria"].is_array() { &["60"] } else { &[] };
        assert_eq!(outcome(&one, &bids(&[10_000], marks)).state, State::Cancelled);
    }
}

#[test]
fn a_price_at_the_limit_is_not_above_it() {
    let all = bids(&[10_000, 11_000, 12_000, 12_001], &["60", "60", "60", "60"]);
    for member in ["budget", "ceiling"] {
        let outcome = outcome(&goods(&[]), &with(all.clone(), &[(&format!("/lot/{member}"), json!(12_000))]));
        assert_eq!(ranks(&outcome), [Some(1), Some(2), Some(3), None]);
        assert_eq!(outcome.bids[3].grounds.as_ref().unwrap().clause, "87号令 第六十三条（四）");
    }
    // In engineering the ceiling binds, the budget does not.
    let works = with(bids(&[10_000, 13_000, 11_000], &[]), &[("/lot/budget", json!(12_000))]);
    assert_eq!(outcome(&formula(), &works).state, State::Final);
    let works = with(works, &[("/lot/ceiling", json!(12_999))]);
    assert_eq!(
        outcome(&formula(), &works).bids[1].grounds.as_ref().unwrap().clause,
        "实施条例 第五十一条（五）"
    );
}

#[test]
fn in_engineering_the_committee_may_reject_all() {
    let two = bids(&[10_000, 12_000], &[]);
    let outcome_of_two = outcome(&formula(), &two);
    assert_eq!(outcome_of_two.state, State::Final);
    assert_eq!(outcome_of_two.notices[0].kind, "may_reject_all");
    assert!(outcome_of_two.notices[0].text.zh.contains("可以否决全部投标"));
    let one = outcome(&formula(), &bids(&[10_000], &[]));
    assert_eq!((one.state, crate::lots::benchmark(&one).as_str()), (State::Final, "100.00"));
    let none = with(bids(&[10_000], &[]), &[("/bids/0/qualification", rejected())]);
    let none = outcome(&formula(), &none);
    assert_eq!((none.state, none.ended.unwrap().kind.as_str()), (State::AllRejected, "all_rejected"));
}

#[test]
fn one_brand_counts_once() {
    let brand = json!({ "core_products": ["机"], "match": "all", "tie": "draw" });
    let of = |brands: [&str; 4]| {
        let mut all = bids(&[10_000, 10_100, 10_200, 10_300], &["60", "60", "60", "60"]);
        for (index, name) in brands.iter().enumerate() {
            all["bids"][index]["brands"] = json!([{ "product": "机", "brand": name }]);
        }
        all
    };
    let method = goods(&[("/same_brand", brand.clone())]);
    assert_eq!(outcome(&method, &of(["甲", "甲", "乙", "丙"])).state, State::Final);
    assert_eq!(outcome(&method, &of(["甲", "甲", "乙", "乙"])).state, State::Cancelled);
    let mut unmarked = of(["甲", "甲", "乙", "乙"]);
    unmarked["experts"] = json!([]);
    unmarked["sheets"] = json!([]);
    assert_eq!(outcome(&lowest(&[("/same_brand", brand)]), &unmarked).state, State::Cancelled);
}
