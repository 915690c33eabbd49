//! The outcome as a table for people, in both languages.

use crate::method::Method;
use crate::outcome::{BidOutcome, Figured, Outcome, State, Status};

/// The outcome as text.
pub(crate) fn table(method: &Method, outcome: &Outcome) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("{}（{}）", method.name, method.clause));
    line(format!("标段 Lot {} / {}    {}", outcome.lot.tender, outcome.lot.lot, state(outcome.state)));
    for figure in &outcome.figures {
        line(format!("{}: {}  [#{}]", kind(&figure.kind), figure.shown, figure.node));
    }
    line(String::new());
    let header = [
        "投标 bid",
        "名称 name",
        "报价 price",
        "评审价 evaluated",
        "价格分 price pts",
        "总分 total",
        "名次 rank",
        "结果 status",
    ];
    let mut rows = vec![header.map(str::to_owned)];
    rows.extend(outcome.bids.iter().map(row));
    for text in aligned(&rows) {
        line(text);
    }
    for bid in &outcome.bids {
        if let Some(grounds) = &bid.grounds {
            line(format!("  {}: {}（{}）", bid.bid, grounds.reason, grounds.clause));
        }
        for correction in &bid.corrections {
            line(format!(
                "  {}: {} → {}（{}）",
                bid.bid, correction.text, correction.total.shown, correction.clause
            ));
        }
    }
    if let Some(ended) = &outcome.ended {
        line(format!("\n{}（{}）", ended.text, ended.clause));
    }
    if !outcome.candidates.is_empty() {
        line("\n中标候选人 Candidates".to_owned());
        for candidate in &outcome.candidates {
            line(format!("  {}. {}", candidate.place, candidate.bid));
        }
    }
    for (title, texts) in [
        (
            "待办 Still to be done",
            outcome.waiting.iter().map(|w| format!("{}（{}）", w.text, w.clause)).collect::<Vec<_>>(),
        ),
        ("提示 Notices", outcome.notices.iter().map(|n| n.text.to_string()).collect()),
        (
            "签署前检查 Findings before signing",
            outcome.findings.iter().map(|f| format!("{} {}（{}）", f.bid, f.text, f.clause)).collect(),
        ),
    ] {
        if !texts.is_empty() {
            line(format!("\n{title}"));
            texts.into_iter().for_each(|text| line(format!("  · {text}")));
        }
    }
    line(format!(
        "\n每个数值的推导见 --json 输出的 derivation，共 {} 项。 Every number's derivation is in --json: {} nodes.",
        outcome.derivation.len(),
        outcome.derivation.len()
    ));
    out
}

fn row(bid: &BidOutcome) -> [String; 8] {
    let shown =
        |figured: &Option<Figured>| figured.as_ref().map_or_else(|| "—".to_owned(), |f| f.shown.clone());
    [
        bid.bid.clone(),
        bid.name.clone(),
        shown(&bid.price),
        shown(&bid.evaluated_price),
        shown(&bid.price_score),
        shown(&bid.total),
        bid.rank.map_or_else(|| "—".to_owned(), |rank| rank.to_string()),
        status(bid.status).to_owned(),
    ]
}

fn aligned(rows: &[[String; 8]]) -> Vec<String> {
    let mut widths = [0; 8];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(columns(cell));
        }
    }
    let pad =
        |cell: &String, width: usize| format!("{cell}{}", " ".repeat(width.saturating_sub(columns(cell))));
    rows.iter()
        .map(|row| {
            row.iter().zip(widths).map(|(cell, width)| pad(cell, width)).collect::<Vec<_>>().join("  ")
        })
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// Columns of a terminal: characters from U+2E80 on take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) >= 0x2e80 { 2 } else { 1 }).sum()
}

fn state(state: State) -> &'static str {
    match state {
        State::Final => "结果 final",
        State::Provisional => "暂定结果（有待办事项）provisional",
        State::Cancelled => "废标 cancelled",
        State::AllRejected => "全部否决 all rejected",
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Evaluated => "已评审 evaluated",
        Status::UnderReview => "异常低价审查中 under review",
        Status::Unpriced => "零报价审查中 price of 0 under review",
        Status::Unqualified => "资格不合格 not qualified",
        Status::Nonconforming => "符合性不合格 not conforming",
        Status::AboveLimit => "超过限价 above the limit",
        Status::Unconfirmed => "不确认修正 correction not confirmed",
        Status::Unproven => "报价不合理 price not proven",
        Status::SameBrand => "同品牌 same brand",
    }
}

fn kind(kind: &str) -> &'static str {
    match kind {
        "benchmark" => "评标基准价 benchmark",
        "abnormal_mean" => "异常低价界限（平均值） abnormal-low by mean",
        "abnormal_second_lowest" => "异常低价界限（次低价） abnormal-low by second lowest",
        "abnormal_ceiling" => "异常低价界限（限价或预算） abnormal-low by ceiling or budget",
        _ => "数值 figure",
    }
}
