//! The evaluation of the demo's lot: its method, and who sits on the committee. All people are invented.

use bidroom_canon::Hex32;
use bidroom_domain::evaluation::{
    CommitteeList, Criterion, CriterionKind, CriterionPart, Grade, Member, MemberRole, Plan, Review,
    ReviewItem,
};

/// A goods tender that is scored, its technical part openly.
pub fn plan() -> Plan {
    let item = |id: &str, review, text: &str| ReviewItem {
        id: id.into(),
        review,
        text: text.into(),
        clause: "招标文件 第六章".into(),
    };
    let criterion = |id: &str, name: &str, part, kind, max| Criterion {
        id: id.into(),
        name: name.into(),
        part,
        kind,
        max,
        step: 50,
        blind: false,
        guide: String::new(),
        grades: Vec::new(),
    };
    Plan {
        reviews: vec![
            item("licence", Review::Qualification, "营业执照"),
            item("signed", Review::Conformity, "签字盖章"),
            item("answers", Review::Conformity, "实质性响应"),
        ],
        criteria: vec![
            criterion("cases", "类似业绩", CriterionPart::Commercial, CriterionKind::Objective, 1000),
            Criterion {
                guide: "招标文件第六章表 3：看方案完整性、数据质量控制、断网恢复能力。".into(),
                grades: [("差", 0, 1000), ("一般", 1050, 2000), ("良", 2050, 3000), ("优", 3050, 4000)]
                    .map(|(name, from, to)| Grade { name: name.into(), from, to })
                    .into(),
                ..criterion("design", "技术方案", CriterionPart::Technical, CriterionKind::Subjective, 4000)
            },
            criterion("service", "售后服务", CriterionPart::Technical, CriterionKind::Subjective, 2000),
            criterion("price", "价格", CriterionPart::Price, CriterionKind::Objective, 3000),
        ],
        method: Some(method()),
        ..Plan::scored()
    }
}

/// The method of the same tender document, for the price engine.
pub fn method() -> serde_json::Value {
    let item = |id: &str, zh: &str, kind: &str, maximum: &str| {
        serde_json::json!({
            "id": id, "name": {"zh": zh, "en": id}, "maximum": maximum, "item": {"kind": kind}
        })
    };
    serde_json::json!({
        "format": "bidroom-method/1",
        "id": "goods-scored",
        "name": {"zh": "综合评分法", "en": "comprehensive scoring"},
        "clause": "招标文件 第六章",
        "regime": "government_procurement",
        "object": "goods",
        "full": "100",
        "price": {"low_price_first": {"maximum": "30"}},
        "criteria": [
            item("cases", "类似业绩", "objective", "10"),
            item("design", "技术方案", "subjective", "40"),
            item("service", "售后服务", "subjective", "20"),
        ],
        "rounding": {"price_score": {"rule": "half_up", "decimals": 2}, "total": {"rule": "half_up", "decimals": 2}},
    })
}

/// Four experts and the purchaser's representative.
pub fn list() -> CommitteeList {
    list_of(5)
}

/// So many members, the last of them the purchaser's representative.
pub fn list_of(members: u8) -> CommitteeList {
    let member = |index: u8| {
        let expert = index < members;
        Member {
            index,
            name: ["周明", "吴静", "郑涛", "王芳", "陈立"]
                .get(usize::from(index.saturating_sub(1)))
                .map_or_else(|| format!("评委{index:02}"), |name| (*name).to_owned()),
            employer: if expert {
                format!("省设计院第{index}所")
            } else {
                "云州市水务局".to_owned()
            },
            employer_code: None,
            specialty: "给排水".into(),
            role: if expert { MemberRole::Expert } else { MemberRole::Representative },
            certificate: None,
            relations: Vec::new(),
        }
    };
    CommitteeList { salt: Hex32([9; 32]), members: (1..=members).map(member).collect() }
}
