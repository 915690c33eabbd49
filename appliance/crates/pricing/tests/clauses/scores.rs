//! Scores, brands, ranks, candidates, and the check before signing.

use bidroom_pricing::{FindingKind, Severity, State, WaitingKind};
use serde_json::{Value, json};

use crate::lots::{bid, bids, goods, lowest, method, outcome, places, ranks, refused, shown, with};

#[test]
fn lowest_price_first_87_55() {
    // 100 ÷ 120 × 30 = 25; 100 ÷ 130 × 30 = 23.0769….
    let outcome = outcome(&goods(&[]), &bids(&[10_000, 12_000, 13_000], &["60", "65", "67.5"]));
    assert_eq!(shown(&outcome, |bid| bid.price_score.as_ref()), ["30.00", "25.00", "23.08"]);
    assert_eq!(shown(&outcome, |bid| bid.total.as_ref()), ["90", "90", "90.58"]);
    // Equal totals: the lower price.
    assert_eq!(ranks(&outcome), [Some(2), Some(3), Some(1)]);
    assert_eq!(places(&outcome), [(1, "B3"), (2, "B1"), (3, "B2")]);
    let own = outcome.own_result("B2").unwrap();
    assert_eq!((own.rank, own.total.as_deref(), own.items.len()), (Some(3), Some("90"), 1));
    assert!(!serde_json::to_string(&own).unwrap().contains("B1"));
}

#[test]
fn without_a_price() {
    let method = goods(&[
        ("/price", json!({ "none": { "basis": "国家统一定价" } })),
        ("/criteria/0/maximum", json!("100")),
    ]);
    let mut all = bids(&[1, 1, 1], &["60", "80.5", "60"]);
    for bid in all["bids"].as_array_mut().unwrap() {
        bid.as_object_mut().unwrap().remove("price");
    }
    let outcome = outcome(&method, &all);
    assert_eq!(ranks(&outcome), [Some(2), Some(1), Some(2)]);
    assert_eq!(places(&outcome), [(1, "B2"), (2, "B1"), (2, "B3")]);
}

/// Marks of three experts for B1 of three equal bids.
fn three(marks: [[&str; 2]; 3]) -> Value {
    let mut all = bids(&[10_000, 10_000, 10_000], &[]);
    all["experts"] = json!(["E1", "E2", "E3"]);
    let sheets = (1..=3).flat_map(|bid| {
        marks.iter().enumerate().map(move |(index, [a, b])| {
            json!({ "expert": format!("E{}", index + 1), "bid": format!("B{bid}"),
                "marks": [{ "item": "a", "mark": a }, { "item": "b", "mark": b }] })
        })
    });
    all["sheets"] = sheets.collect();
    all
}

fn two_items(aggregate: Value) -> Value {
    let item = |id: &str, maximum: &str, item: Value| json!({ "id": id, "name": { "zh": id, "en": id }, "maximum": maximum, "item": item });
    let mut method = goods(&[]);
    method["regime"] = json!("engineering");
    method["criteria"] = json!([{ "id": "g", "name": { "zh": "组", "en": "group" }, "maximum": "70", "parts": [
        item("a", "40", json!({ "kind": "subjective" })),
        item("b", "30", json!({ "kind": "subjective", "marked_out_of": "100" })) ] }]);
    method["aggregate"] = aggregate;
    method
}

#[test]
fn marks_become_one() {
    // a: 10, 20, 39; b out of 100: 90, 60, 30 (27, 18 and 9 of 30). Totals 37, 38, 48.
    let all = three([["10", "90"], ["20", "60"], ["39", "30"]]);
    for (aggregate, expect) in [
        (json!({}), [("g", "41"), ("a", "23"), ("b", "18")]),
        (json!({ "drop": { "highest": 1, "lowest": 1 } }), [("g", "38"), ("a", "20"), ("b", "18")]),
        (
            json!({ "over": "total", "drop": { "highest": 1, "lowest": 0 } }),
            [("g", "37.5"), ("a", "15"), ("b", "22.5")],
        ),
        (
            json!({ "over": "total", "drop": { "highest": 1, "lowest": 1 } }),
            [("g", "38"), ("a", "20"), ("b", "18")],
        ),
    ] {
        let outcome = outcome(&two_items(aggregate), &all);
        let items: Vec<(&str, &str)> = bid(&outcome, "B1")
            .items
            .iter()
            .map(|item| (item.item.as_str(), item.score.shown.as_str()))
            .collect();
        assert_eq!(items, expect);
    }
    refused(
        &two_items(json!({ "drop": { "highest": 2, "lowest": 1 } })),
        &all,
        "too_few_experts",
        "/experts",
    );
}

fn branded(prices: &[u64], marks: &[&str], brands: &[&str]) -> Value {
    let mut all = bids(prices, marks);
    for (index, brand) in brands.iter().enumerate() {
        all["bids"][index]["brands"] = json!([{ "product": "机", "brand": brand }]);
    }
    all
}

#[test]
fn one_brand_in_comprehensive_scoring_87_31() {
    let rule =
        |tie: &str| goods(&[("/same_brand", json!({ "core_products": ["机"], "match": "all", "tie": tie }))]);
    let brands = ["甲", "甲", "乙", "丙"];
    // B1 and B2 are of one brand; B2 has more points, so B1 is no candidate and keeps score and rank.
    let outcome_one = outcome(&rule("draw"), &branded(&[10_000; 4], &["60", "61", "50", "40"], &brands));
    assert_eq!(ranks(&outcome_one), [Some(2), Some(1), Some(3), Some(4)]);
    assert_eq!(places(&outcome_one), [(1, "B2"), (2, "B3"), (3, "B4")]);
    assert_eq!(bid(&outcome_one, "B1").represented_by.as_deref(), Some("B2"));
    // Equal: drawn; until then provisional. 30 + 60 against 25 + 65.
    let equal = branded(&[10_000, 12_000, 10_000, 10_000], &["60", "65", "50", "40"], &brands);
    let waits = outcome(&rule("draw"), &equal);
    assert_eq!((waits.state, waits.waiting[0].kind), (State::Provisional, WaitingKind::SameBrandDraw));
    let drawn =
        with(equal.clone(), &[("/choices", json!([{ "purpose": "same_brand", "order": ["B2", "B1"] }]))]);
    let drawn_outcome = outcome(&rule("draw"), &drawn);
    assert_eq!(
        (drawn_outcome.state, places(&drawn_outcome)),
        (State::Final, vec![(1, "B2"), (2, "B3"), (3, "B4")])
    );
    // The document's way: the lower price; then a draw is not needed and not allowed.
    assert_eq!(places(&outcome(&rule("lower_price"), &equal))[0], (1, "B1"));
    refused(&rule("lower_price"), &drawn, "choice_unused", "/choices/0");
    let unnamed = bids(&[10_000, 10_000, 10_000], &["60", "60", "60"]);
    refused(&rule("draw"), &unnamed, "brand_missing", "/bids/0/brands");
}

#[test]
fn one_brand_under_lowest_price_87_31() {
    let rule = |matches: &str| {
        lowest(&[("/same_brand", json!({ "core_products": ["机"], "match": matches, "tie": "draw" }))])
    };
    let all = branded(&[10_000, 9_000, 9_500, 9_600], &[], &["甲", "甲", "乙", "丙"]);
    let outcome_lowest = outcome(&rule("all"), &all);
    assert_eq!(ranks(&outcome_lowest), [None, Some(1), Some(2), Some(3)]);
    assert_eq!(bid(&outcome_lowest, "B1").grounds.as_ref().unwrap().clause, "87号令 第三十一条");
    let equal = branded(&[9_000, 9_000, 9_500, 9_600], &[], &["甲", "甲", "乙", "丙"]);
    assert_eq!(outcome(&rule("all"), &equal).waiting[0].bids, ["B1", "B2"]);
    let drawn = with(equal, &[("/choices", json!([{ "purpose": "same_brand", "order": ["B2", "B1"] }]))]);
    assert_eq!(ranks(&outcome(&rule("all"), &drawn)), [None, Some(1), Some(2), Some(3)]);
    // One core product is enough: B1 – B2 by 机, B2 – B3 by 柜, so the three are one; with B4 and B5 three are left.
    let two =
        lowest(&[("/same_brand", json!({ "core_products": ["机", "柜"], "match": "any", "tie": "draw" }))]);
    let mut chained = bids(&[9_000, 9_100, 9_200, 9_300, 9_400], &[]);
    for (index, (a, b)) in
        [("甲", "甲"), ("甲", "乙"), ("丙", "乙"), ("丁", "丁"), ("戊", "戊")].iter().enumerate()
    {
        chained["bids"][index]["brands"] =
            json!([{ "product": "机", "brand": a }, { "product": "柜", "brand": b }]);
    }
    assert_eq!(ranks(&outcome(&two, &chained)), [Some(1), None, None, Some(2), Some(3)]);
}

#[test]
fn equal_candidates_87_57_and_68() {
    let equal = bids(&[10_000; 4], &["60", "60", "60", "50"]);
    let of = |candidates: u32| goods(&[("/candidates", json!(candidates))]);
    let three = outcome(&of(3), &equal);
    assert_eq!(ranks(&three), [Some(1), Some(1), Some(1), Some(4)]);
    assert_eq!(places(&three), [(1, "B1"), (1, "B2"), (1, "B3")]);
    assert_eq!(
        (three.state, three.notices.last().unwrap().kind.as_str()),
        (State::Final, "equal_candidates")
    );
    // Three for two places: their order must be drawn.
    let two = outcome(&of(2), &equal);
    assert_eq!((two.state, two.waiting[0].kind), (State::Provisional, WaitingKind::EqualCandidatesDraw));
    let drawn =
        with(equal, &[("/choices", json!([{ "purpose": "equal_candidates", "order": ["B3", "B1", "B2"] }]))]);
    assert_eq!(places(&outcome(&of(2), &drawn)), [(1, "B3"), (2, "B1")]);
    assert_eq!(places(&outcome(&of(3), &drawn)), [(1, "B3"), (2, "B1"), (3, "B2")]);
    // The document's way before the draw: more points for the item; ranks stay equal.
    let method = goods(&[
        ("/criteria/0/maximum", json!("40")),
        ("/price/low_price_first/maximum", json!("30")),
        ("/equal_candidates", json!({ "criteria": ["s"] })),
    ]);
    let mut method = method;
    let item = json!({ "id": "s", "name": { "zh": "服务", "en": "service" }, "maximum": "30", "item": { "kind": "subjective" } });
    method["criteria"].as_array_mut().unwrap().push(item);
    let mut all = bids(&[10_000; 3], &["30", "20", "10"]);
    for (index, mark) in ["10", "20", "30"].iter().enumerate() {
        all["sheets"][index]["marks"].as_array_mut().unwrap().push(json!({ "item": "s", "mark": mark }));
    }
    let ordered = outcome(&method, &all);
    assert_eq!(
        (ranks(&ordered), places(&ordered)),
        (vec![Some(1); 3], vec![(1, "B3"), (2, "B2"), (3, "B1")])
    );
}

#[test]
fn the_check_before_signing_87_64() {
    let base = method("gp-services-fixed-price", &[("/deviation", json!({ "total": "20%", "item": "50%" }))]);
    let mut all = bids(&[1, 1, 1], &[]);
    for bid in all["bids"].as_array_mut().unwrap() {
        bid.as_object_mut().unwrap().remove("price");
    }
    all["experts"] = json!(["E1", "E2", "E3"]);
    let sheet = |bid: &str, expert: &str, marks: [&str; 3], total: &str| {
        json!({ "expert": expert, "bid": bid, "total": total, "marks": [
            { "item": "plan", "mark": marks[0] }, { "item": "team", "mark": marks[1] }, { "item": "references", "mark": marks[2] } ] })
    };
    all["sheets"] = json!([
        // plan 40, 40, 10: mean 30, half of it 15 away at most: 10 deviates. Totals 65, 65, 35: mean 55, 11 away at most.
        sheet("B1", "E1", ["40", "15", "10"], "65"),
        sheet("B1", "E2", ["40", "15", "10"], "65"),
        sheet("B1", "E3", ["10", "15", "10"], "35"),
        // The team is objective and must be equal; a sum is wrong.
        sheet("B2", "E1", ["40", "15", "10"], "65"),
        sheet("B2", "E2", ["40", "16", "10"], "66"),
        sheet("B2", "E3", ["40", "15", "10"], "66"),
        // 61 of 60, and less than nothing.
        sheet("B3", "E1", ["61", "15", "10"], "86"),
        sheet("B3", "E2", ["59", "15", "-1"], "73"),
        sheet("B3", "E3", ["59", "15", "-1"], "73")
    ]);
    let outcome = outcome(&base, &all);
    let found: Vec<(&str, FindingKind, Option<&str>)> =
        outcome.findings.iter().map(|f| (f.bid.as_str(), f.kind, f.expert.as_deref())).collect();
    assert_eq!(
        found,
        [
            ("B1", FindingKind::ItemDeviates, Some("E3")),
            ("B1", FindingKind::TotalDeviates, Some("E3")),
            ("B2", FindingKind::ObjectiveDiffers, None),
            ("B2", FindingKind::WrongSum, Some("E3")),
            ("B3", FindingKind::OutOfRange, Some("E1")),
            ("B3", FindingKind::OutOfRange, Some("E2")),
            ("B3", FindingKind::OutOfRange, Some("E3")),
            ("B3", FindingKind::ObjectiveDiffers, None),
        ]
    );
    assert_eq!(outcome.findings[3].clause, "87号令 第六十四条（一）");
    let grave = outcome.findings.iter().filter(|f| f.severity == Severity::MustCorrect).count();
    assert_eq!((outcome.state, outcome.ready_to_sign, grave), (State::Final, false, 6));
}
