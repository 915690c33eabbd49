//! The documents of evaluations as they are played: each in both languages, sound, and saying what happened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod played;

use bidroom_papers::Papers;
use bidroom_report::record::Language;
use played::{RENDERER, made, says, story, texts};

fn ids(papers: &Papers) -> Vec<&str> {
    papers.papers.iter().map(|paper| paper.id.as_str()).collect()
}

/// These documents alone: laying out takes time.
fn only(mut papers: Papers, ids: &[&str]) -> Papers {
    papers.papers.retain(|paper| ids.contains(&paper.id.as_str()));
    papers
}

#[test]
fn a_full_evaluation_has_all_documents() {
    let (room, computed) = story::full();
    let papers = made(&room, Some(&computed), Language::Zh);
    let expect = [
        "sign-in",
        "commitment-1",
        "commitment-2",
        "commitment-3",
        "commitment-4",
        "commitment-5",
        "commitment-6",
        "qualification",
        "conformity",
        "scores-1",
        "scores-2",
        "scores-3",
        "scores-4",
        "scores-5",
        "scores-6",
        "clarifications",
        "summary",
        "report",
    ];
    assert_eq!(ids(&papers), expect);
    let zh = texts("full-zh", &papers);
    says(
        &zh,
        "sign-in",
        &[
            "评标委员会签到表",
            "评审成员6",
            "设计院2",
            "核验身份证",
            "内部证据",
            "评审成员4（4 号）更换为评审成员6（6 号）",
        ],
    );
    says(&zh, "commitment-4", &["承诺书", "已离开（健康等原因不能继续评标），由 6 号接替", "独立评审"]);
    says(
        &zh,
        "qualification",
        &["资格性审查表", "第 7 家 第7家公司", "招标文件 6.licence", "采购人或者采购代理机构", "顾明远"],
    );
    says(
        &zh,
        "conformity",
        &[
            "符合性审查表",
            "第6家公司",
            "未提供检测报告，不满足 6.4",
            "检测报告附在第118页",
            "通过：同意 2，不同意 3",
            "87号令 第五十条",
        ],
    );
    says(
        &zh,
        "scores-2",
        &["评委评分表", "21.50", "经认定评分畸高、畸低", "87号令 第六十四条（四）", "按评分标准第2档"],
    );
    says(&zh, "scores-4", &["因成员离开而作废"]);
    says(
        &zh,
        "clarifications",
        &[
            "第37页与第52页的流量不一致",
            "以第52页为准",
            "未答复",
            "10,968,524.00",
            "壹仟零玖拾陆万捌仟伍佰贰拾肆元整",
            "能够证明报价合理",
        ],
    );
    says(&zh, "summary", &["评分汇总表", "伍佰肆拾捌万元整", "40.00", "各评委评分合计", "评标基准价"]);
    says(
        &zh,
        "report",
        &[
            "评标报告",
            "中国政府采购网",
            "云州市水务局",
            "第7家公司",
            "资格性审查不通过",
            "中标候选人",
            "复核第 6 家检测报告",
            "监督人员罗毅批准（锁尾号 7D12）",
            "复核发现评分畸低",
            "第 5 家业绩不应得满分",
            "拒绝签字，未说明理由",
            "经复核维持",
            "评审成员4（4 号）更换为评审成员6（6 号）",
            "87号令 第五十九条",
            "锁尾号 7D12",
            "演练",
        ],
    );

    let one_each = [
        "sign-in",
        "commitment-1",
        "qualification",
        "conformity",
        "scores-2",
        "clarifications",
        "summary",
        "report",
    ];
    let en = texts("full-en", &only(made(&room, Some(&computed), Language::En), &one_each));
    says(&en, "sign-in", &["Committee Sign-in Sheet", "评审成员6", "internal evidence", "identity card"]);
    says(&en, "commitment-1", &["Commitment of a Committee Member", "chair"]);
    says(&en, "qualification", &["Qualification Review", "no response in substance"]);
    says(&en, "conformity", &["Conformity Review", "not carried: 2 to 3"]);
    says(&en, "scores-2", &["Score Sheet", "21.50"]);
    says(&en, "clarifications", &["proven reasonable", "words beat figures"]);
    says(&en, "summary", &["Summary of Scores", "10,968,524.00"]);
    says(
        &en,
        "report",
        &["Evaluation Report", "Candidates", "Dissents under the report", "DRILL", "Page 1 of"],
    );
}

#[test]
fn identical_facts_give_identical_bytes() {
    let (room, computed) = story::full();
    let (first, again) =
        (made(&room, Some(&computed), Language::Zh), made(&room, Some(&computed), Language::Zh));
    assert_eq!(first, again);
    for id in ["sign-in", "scores-2", "report"] {
        let (paper, other) = (first.paper(id).unwrap(), again.paper(id).unwrap());
        let one = RENDERER.render_paper(&paper.data, &first.pictures).unwrap();
        assert!(one == RENDERER.render_paper(&other.data, &again.pictures).unwrap(), "{id}");
    }
}

#[test]
fn a_cancelled_lot_has_a_report_that_says_why() {
    let room = story::cancelled();
    let papers = made(&room, None, Language::Zh);
    assert_eq!(ids(&papers), ["sign-in", "qualification", "summary", "report"]);
    let zh = texts("cancelled-zh", &papers);
    says(
        &zh,
        "report",
        &["废标", "没有推荐中标候选人", "资格性审查不通过", "第2家公司", "87号令 第四十四条"],
    );
    says(&zh, "summary", &["废标", "未完成评审"]);
    let en = texts("cancelled-en", &made(&room, None, Language::En));
    says(&en, "report", &["No candidate is recommended", "too few bids"]);
}

#[test]
fn lowest_price_has_no_score_sheets() {
    let room = story::lowest();
    let papers = made(&room, None, Language::Zh);
    assert!(ids(&papers).iter().all(|id| !id.starts_with("scores")));
    let zh = texts("lowest-zh", &only(papers, &["clarifications", "summary", "report"]));
    says(&zh, "summary", &["评审价格汇总表", "9,000,000.00", "玖佰万元整"]);
    says(&zh, "report", &["最低评标价法", "报价与排序"]);
    texts("lowest-en", &only(made(&room, None, Language::En), &["summary", "report"]));
}

#[test]
fn engineering_has_its_own_tables() {
    let room = story::works();
    let zh = texts("works-zh", &only(made(&room, None, Language::Zh), &["sign-in", "summary", "report"]));
    says(&zh, "summary", &["综合评估比较表"]);
    says(
        &zh,
        "report",
        &[
            "综合评估比较表",
            "否决投标情况",
            "符合要求的投标 4 家",
            "核对第 2 家的报价修正",
            "招标投标法实施条例",
        ],
    );
}

#[test]
fn what_is_sealed_stays_out() {
    // The states hold everything; the documents do not say it.
    let room = story::blind(false);
    let zh = texts("blind-sealed-zh", &only(made(&room, None, Language::Zh), &["scores-1", "summary"]));
    says(&zh, "scores-1", &["暗标 1 号", "明标部分", "未披露"]);
    assert!(!zh["scores-1"].contains("暗标1号第"), "who is behind a number");
    says(&zh, "summary", &["评分表尚未全部公开", "过程稿"]);
    let room = story::blind(true);
    let zh = texts("blind-lifted-zh", &only(made(&room, None, Language::Zh), &["scores-1"]));
    says(&zh, "scores-1", &["暗标 1 号", "第 4 家 第4家公司"]);
    assert!(!zh["scores-1"].contains("未披露"));
}

#[test]
fn what_a_reader_does_not_know_is_not_disclosed() {
    let (room, _) = story::full();
    let mut hidden = room;
    // As a reader without private fields has it: names, scores, texts, prices are gone.
    for (_, _, event) in &mut hidden.log {
        let mut fields = event.fields().unwrap();
        for path in event.private_paths() {
            fields.remove(&path);
        }
        *event = bidroom_domain::evaluation::Event::from_parts(event.kind(), fields).unwrap();
    }
    let mut state = bidroom_domain::evaluation::State::default();
    for (at, _, event) in &hidden.log {
        state.apply(event, *at);
    }
    hidden.opening.evaluation = Some(Box::new(state));
    for row in &mut hidden.opening.roster {
        row.schedule = None;
    }
    for (lang, word) in [(Language::Zh, "未披露"), (Language::En, "notdisclosed")] {
        let all = made(&hidden, None, lang);
        assert!(all.papers.len() >= 10, "{:?}", ids(&all));
        let one_each =
            ["sign-in", "commitment-1", "conformity", "scores-2", "clarifications", "summary", "report"];
        let texts = texts(&format!("hidden-{word}"), &only(all, &one_each));
        for (id, text) in &texts {
            assert!(text.contains(word), "{id}: {text}");
            assert!(!text.contains("评审成员1"), "{id}");
        }
    }
}

#[test]
fn an_evaluation_that_has_just_begun_has_few_documents() {
    let room = story::early();
    let papers = made(&room, None, Language::Zh);
    assert_eq!(ids(&papers), ["sign-in", "commitment-1", "qualification", "summary", "report"]);
    let zh = texts("early-zh", &papers);
    says(&zh, "sign-in", &["未签到"]);
    says(&zh, "report", &["过程稿"]);
}
