//! The summary of prices and scores.

use bidroom_domain::evaluation::{CriterionPart, Event, Procedure, Rejection, Review, Stage};
use bidroom_outcome::{ResultRow, ResultTable, bid_id};
use bidroom_pricing::BidOutcome;
use bidroom_report::paper as doc;

use crate::context::{Context, points, price};
use crate::{facts, report, words};

/// What it is called, Chinese and English.
pub(crate) fn title(context: &Context<'_>) -> (&'static str, &'static str) {
    match (context.plan.procedure == Procedure::Engineering, is_scored(context)) {
        (true, true) => ("综合评估比较表", "Comprehensive comparison"),
        (true, false) => ("标价比较表", "Comparison of prices"),
        (false, true) => ("评分汇总表", "Summary of scores"),
        (false, false) => ("评审价格汇总表", "Summary of prices"),
    }
}

/// Whether members score anything.
pub(crate) fn is_scored(context: &Context<'_>) -> bool {
    !context.plan.parts().is_empty()
}

pub(crate) fn summary(context: &Context<'_>) -> doc::Summary {
    let last = context.last(|event| matches!(event, Event::ResultFixed(_) | Event::LotCancelled(_)));
    let bids: Vec<u32> = context.state.standing_bids().collect();
    let scored = is_scored(context);
    let mut notes = vec![context.t(
        "名次按总分由高到低，总分相同的按评审价由低到高（87号令 第五十七条）；未通过审查的投标不参加排序。",
        "Ranked by total, then by the lower price (87号令 art. 57); bids that did not pass are not ranked.",
    )];
    if context.plan.procedure == Procedure::Engineering || !scored {
        notes = vec![context.t(
            "排序依据招标文件规定的评标方法；被否决的投标不参加排序。",
            "Ranked by the method of the tender document; rejected bids are not ranked.",
        )];
    }
    if scored && context.facts.outcome.is_none() {
        notes.push(context.t(
            "各项得分为评委评分的算术平均值，四舍五入至两位小数。",
            "Scores by criterion are arithmetic means, rounded to two decimals.",
        ));
    }
    if scored && !facts::are_revealed(context) {
        notes.push(
            context
                .t("评分表尚未全部公开，分值不予列示。", "Sheets are not revealed yet; no scores are shown."),
        );
    }
    doc::Summary {
        head: context.head("summary", "HZ", last.map(|it| it.entry)),
        engineering: context.plan.procedure == Procedure::Engineering,
        scored,
        state: report::state(context),
        rows: rows(context),
        bids: bids.iter().map(|bid| context.bid(*bid)).collect(),
        averages: averages(context, &bids),
        members: member_totals(context, &bids),
        figures: figures(context),
        notes,
        outcome: context.state.result.as_ref().map(|it| it.outcome.to_string()).unwrap_or_default(),
        hands: report::member_hands(context),
    }
}

/// What the result that stands says of a bid, or the price engine where none was fixed.
struct Computed {
    status: Option<bidroom_pricing::Status>,
    evaluated: String,
    price_score: String,
    total: String,
    rank: Option<u32>,
}

fn table(context: &Context<'_>) -> Option<ResultTable> {
    serde_json::from_str(context.state.result.as_ref()?.table.as_deref()?).ok()
}

fn of_engine<'a>(context: &Context<'a>, bid: u32) -> Option<&'a BidOutcome> {
    let id = bid_id(bid);
    context.facts.outcome?.bids.iter().find(|it| it.bid == id)
}

fn computed(context: &Context<'_>, table: Option<&ResultTable>, bid: u32) -> Option<Computed> {
    if let Some(table) = table {
        let ResultRow { status, evaluated_price, price_score, total, rank, .. } =
            table.rows.iter().find(|row| row.bid == bid)?.clone();
        return Some(Computed {
            status: Some(status),
            evaluated: evaluated_price.unwrap_or_default(),
            price_score: score(&price_score.unwrap_or_default()),
            total: score(&total.unwrap_or_default()),
            rank,
        });
    }
    let it = of_engine(context, bid)?;
    let shown = |figured: &Option<bidroom_pricing::Figured>| {
        figured.as_ref().map(|it| it.shown.clone()).unwrap_or_default()
    };
    Some(Computed {
        status: Some(it.status),
        evaluated: shown(&it.evaluated_price),
        price_score: score(&shown(&it.price_score)),
        total: score(&shown(&it.total)),
        rank: it.rank,
    })
}

/// All bids that were opened, by rank, those without one last.
pub(crate) fn rows(context: &Context<'_>) -> Vec<doc::SummaryRow> {
    let table = table(context);
    let places = places(context);
    let mut rows: Vec<doc::SummaryRow> = context
        .state
        .bids
        .iter()
        .map(|bid| {
            let computed = computed(context, table.as_ref(), *bid);
            let stands = context.state.stands(*bid);
            let undisclosed = || match (&context.state.result, stands) {
                (Some(_), true) => context.told(None::<String>),
                _ => String::new(),
            };
            let computed = computed.unwrap_or_else(|| Computed {
                status: None,
                evaluated: undisclosed(),
                price_score: undisclosed(),
                total: undisclosed(),
                rank: None,
            });
            doc::SummaryRow {
                bid: context.bid(*bid),
                status: status(context, *bid, computed.status),
                stands,
                price: context.announced(*bid).map(price),
                corrected: context.corrected(*bid).map(price),
                evaluated: computed.evaluated,
                price_score: computed.price_score,
                total: computed.total,
                rank: computed.rank,
                place: places.iter().find(|(_, known)| known == bid).map(|(place, _)| *place),
            }
        })
        .collect();
    rows.sort_by_key(|row| (row.rank.unwrap_or(u32::MAX), row.bid.number));
    rows
}

fn status(context: &Context<'_>, bid: u32, computed: Option<bidroom_pricing::Status>) -> String {
    match context.state.rejection(bid) {
        Some(Rejection::Review(Review::Qualification)) => context.t("资格性审查不通过", "not qualified"),
        Some(Rejection::Review(Review::Conformity)) => context.t("符合性审查不通过", "not conforming"),
        Some(Rejection::Correction(_)) => {
            context.t("未确认报价修正，投标无效", "correction not confirmed: invalid")
        }
        Some(Rejection::LowPrice) => {
            context.t("异常低价，未能证明合理，投标无效", "low price not proven: invalid")
        }
        None => match computed {
            Some(status) => context.word(words::status(status)),
            None if context.state.result.is_some() => context.t("有效", "evaluated"),
            None if context.state.cancelled.is_some() => context.t("未完成评审", "not evaluated"),
            None => context.t("参加评审", "under evaluation"),
        },
    }
}

/// Candidates of the result that stands, with their places; equal ones share one where the engine says so.
pub(crate) fn places(context: &Context<'_>) -> Vec<(u32, u32)> {
    let Some(result) = &context.state.result else { return Vec::new() };
    let candidates = result.candidates.clone().unwrap_or_default();
    let place_of = |bid: u32| {
        let id = bid_id(bid);
        let known = context.facts.outcome?.candidates.iter().find(|it| it.bid == id)?;
        Some(known.place)
    };
    (1..).zip(candidates).map(|(place, bid)| (place_of(bid).unwrap_or(place), bid)).collect()
}

fn averages(context: &Context<'_>, bids: &[u32]) -> Vec<doc::AverageRow> {
    if !is_scored(context) || !facts::are_revealed(context) {
        return Vec::new();
    }
    let inputs = context.state.inputs();
    let table = table(context);
    let mean = |bid: u32, item: &str| {
        let scores: Vec<u32> =
            inputs.scores.values().filter_map(|of| of.get(&bid)?.get(item).copied()).collect();
        let count = u64::try_from(scores.len()).unwrap_or(u64::MAX);
        let sum: u64 = scores.iter().map(|score| u64::from(*score)).sum();
        sum.saturating_mul(2).saturating_add(count).checked_div(count.saturating_mul(2)).map(points)
    };
    let rows = facts::criteria(context).map(|(criterion, it)| {
        let cells = bids.iter().map(|bid| {
            let shown = match it.part {
                CriterionPart::Price => computed(context, table.as_ref(), *bid)
                    .map(|computed| computed.price_score)
                    .filter(|score| !score.is_empty()),
                _ => of_engine(context, *bid)
                    .and_then(|known| known.items.iter().find(|item| item.item == it.id))
                    .map(|item| score(&item.score.shown))
                    .or_else(|| mean(*bid, &it.id)),
            };
            shown.unwrap_or_else(|| "—".to_owned())
        });
        doc::AverageRow { criterion, cells: cells.collect() }
    });
    rows.collect()
}

/// A score as the engine shows it, in at least two and at most four decimals; `≈` where these are not all of it. What is no
/// number stays as it is.
fn score(shown: &str) -> String {
    let digits = shown.trim_start_matches('≈');
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let (Ok(_), true) = (whole.parse::<u32>(), decimals.bytes().all(|byte| byte.is_ascii_digit())) else {
        return shown.to_owned();
    };
    let Some(kept) = decimals.get(..4) else {
        let mark = if shown.starts_with('≈') { "≈" } else { "" };
        return format!("{mark}{whole}.{decimals:0<2}");
    };
    // Half up on the digits that are shown: the fifth decides.
    let up = decimals.get(4..5).is_some_and(|fifth| fifth >= "5");
    let Ok(scaled) = format!("{whole}{kept}").parse::<u64>() else { return shown.to_owned() };
    let scaled = scaled.saturating_add(up.into());
    let rest = decimals.get(4..).is_some_and(|rest| rest.bytes().any(|byte| byte != b'0'));
    let mark = if rest || shown.starts_with('≈') { "≈" } else { "" };
    let text = format!("{}.{:04}", scaled / 10_000, scaled % 10_000);
    let text = match mark {
        "" => text.strip_suffix("00").map(str::to_owned).unwrap_or(text),
        _ => text,
    };
    format!("{mark}{text}")
}

fn member_totals(context: &Context<'_>, bids: &[u32]) -> Vec<doc::MemberTotals> {
    if !facts::are_revealed(context) {
        return Vec::new();
    }
    let scores = context.state.inputs().scores;
    let totals = scores.iter().map(|(member, rows)| {
        let total = |bid: &u32| {
            let row = rows.get(bid)?;
            Some(points(row.values().map(|score| u64::from(*score)).sum()))
        };
        doc::MemberTotals {
            who: context.who(*member),
            cells: bids.iter().map(|bid| total(bid).unwrap_or_else(|| "—".to_owned())).collect(),
        }
    });
    totals.collect()
}

/// The engine's figures that concern all bids.
pub(crate) fn figures(context: &Context<'_>) -> Vec<doc::NamedFigure> {
    let Some(outcome) = context.facts.outcome else { return Vec::new() };
    let figure = |it: &bidroom_pricing::NamedFigure| {
        let node = outcome.derivation.iter().find(|node| node.id == it.node);
        let name = node.map(|node| context.t(node.name.zh.clone(), node.name.en.clone()));
        // The engine names its three thresholds alike.
        let of = match it.kind.as_str() {
            "abnormal_mean" => context.t("：平均报价", ": mean"),
            "abnormal_second_lowest" => context.t("：次低报价", ": second lowest"),
            "abnormal_ceiling" => context.t("：最高限价（预算）", ": ceiling or budget"),
            _ => String::new(),
        };
        doc::NamedFigure {
            name: name.map_or_else(|| it.kind.clone(), |name| format!("{name}{of}")),
            value: it.shown.clone(),
            clause: node.and_then(|node| node.clause.clone()).unwrap_or_default(),
        }
    };
    outcome.figures.iter().map(figure).collect()
}

/// Whether the evaluation is over with a result that stands.
pub(crate) fn is_settled(context: &Context<'_>) -> bool {
    context.state.result.is_some() && matches!(context.state.stage, Stage::Report | Stage::Closed)
}

#[cfg(test)]
mod tests {
    use super::score;

    #[track_caller]
    fn check(shown: &str, expect: &str) {
        assert_eq!(score(shown), expect);
    }

    #[test]
    fn scores_have_two_to_four_decimals() {
        check("40", "40.00");
        check("49.4", "49.40");
        check("29.555", "29.555");
        check("≈36.19060096", "≈36.1906");
        check("≈9.99995", "≈10.0000");
        check("9.12345", "≈9.1235");
        check("9.1200", "9.12");
        check("", "");
        check("未披露", "未披露");
        check("1.2.3", "1.2.3");
    }
}
