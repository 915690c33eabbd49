//! Abnormally low prices (财库〔2026〕2号; 87号令 第六十条): what begins a review, and how far it went.
//!
//! Thresholds are strict, over all bids that passed conformity, with the prices offered, before any deduction.

use num_traits::Zero as _;

use crate::bids::{Lot, VerdictKind};
use crate::derivation::{Op, Quantity, Unit, What, Worksheet};
use crate::engine::{Entry, reject};
use crate::law::Law;
use crate::method::{Method, PriceRule, Regime};
use crate::outcome::{NamedFigure, Notice, Status, Trigger, Waiting, WaitingKind};
use crate::refusal::{Refusal, Text};

/// What the reviews left for the outcome.
#[derive(Debug, Default)]
pub(crate) struct Reviews {
    pub(crate) figures: Vec<NamedFigure>,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) notices: Vec<Notice>,
}

/// Finds what begins a review, and applies the verdicts: unproven bids are rejected.
///
/// # Errors
/// [`Refusal`] for a review that nothing began, or a price of 0 that was found proven.
pub(crate) fn review(
    sheet: &mut Worksheet,
    method: &Method,
    lot: &Lot,
    entries: &mut [Entry<'_>],
) -> Result<Reviews, Refusal> {
    let law = method.law();
    let mut out = Reviews::default();
    let thresholds = thresholds(sheet, method, &law, lot, entries, &mut out);
    for entry in entries.iter_mut().filter(|entry| entry.stands()) {
        let mut triggers = Vec::new();
        if let Some(price) = &entry.price {
            for (trigger, threshold) in &thresholds {
                if price.value < threshold.value {
                    triggers.push(*trigger);
                }
            }
            if price.value.is_zero() && !matches!(method.price, PriceRule::None(_)) {
                triggers.push(Trigger::Zero);
            }
        }
        let review = entry.bid.review.as_ref();
        if review.is_some_and(|review| review.by_committee.is_some()) {
            triggers.push(Trigger::Committee);
        }
        entry.triggers = triggers;
        decide(entry, method, &law, &mut out.waiting)?;
    }
    Ok(out)
}

fn decide(
    entry: &mut Entry<'_>,
    method: &Method,
    law: &Law,
    waiting: &mut Vec<Waiting>,
) -> Result<(), Refusal> {
    let id = &entry.bid.id;
    let clause = clause(method, law);
    let review = entry.bid.review.as_ref();
    if entry.triggers.is_empty() {
        return match review {
            None => Ok(()),
            Some(_) => Err(Refusal::bids(
                "review_without_cause",
                format!("/bids[{id}]/review"),
                format!("投标 {id} 的报价没有触及任何一项异常低价标准。评审委员会自行认定的，请填写 by_committee 及理由。"),
                format!(
                    "no figure begins a review of bid {id:?}; where the committee does, give its reason in by_committee."
                ),
            )
            .under(&clause)),
        };
    }
    let zero = entry.triggers.contains(&Trigger::Zero);
    let minutes = method.abnormal.as_ref().and_then(|a| a.minutes).unwrap_or(law.abnormal_minutes.value);
    let (kind, zh, en) = match review.and_then(|review| review.verdict.as_ref()) {
        Some(verdict) if verdict.kind == VerdictKind::Unproven => {
            let zh = format!("报价异常低，不能证明其合理性：{}", verdict.opinion);
            let en = format!("the abnormally low price was not proven: {}", verdict.opinion);
            reject(entry, Status::Unproven, Text::new(zh, en), &clause);
            return Ok(());
        }
        Some(_) if zero => {
            return Err(Refusal::bids(
                "zero_price_proven",
                format!("/bids[{id}]/review/verdict"),
                format!("投标 {id} 报价为 0，任何价格公式都没有意义，不能认定合理后计分。请复核结论，或停止评标并与采购人、代理机构沟通。"),
                format!(
                    "bid {id:?} has the price 0, with which no price formula means anything; reconsider the verdict, or stop \
                     and talk to the purchaser."
                ),
            )
            .under("87号令 第六十五条"));
        }
        Some(_) => return Ok(()),
        None => match review {
            Some(review) if review.answered_at.is_some() => (
                WaitingKind::ReviewAnswered,
                format!("投标 {id} 已说明报价，请评审委员会作出结论"),
                format!("bid {id} has explained its price; the committee decides"),
            ),
            Some(review) if review.asked_at.is_some() => (
                WaitingKind::ReviewAsked,
                format!("已要求投标 {id} 说明报价，等待答复或者时限届满"),
                format!(
                    "bid {id} was asked to explain its price; wait for the answer or the end of the time"
                ),
            ),
            _ => (
                WaitingKind::ReviewToAsk,
                format!("投标 {id} 报价异常低，请书面要求其在不少于 {minutes} 分钟内说明"),
                format!(
                    "the price of bid {id} is abnormally low; ask in writing and give at least {minutes} minutes"
                ),
            ),
        },
    };
    entry.status = if zero { Status::Unpriced } else { Status::UnderReview };
    waiting.push(Waiting { kind, bids: vec![id.clone()], text: Text::new(zh, en), clause });
    Ok(())
}

fn clause(method: &Method, law: &Law) -> String {
    match method.regime {
        Regime::Engineering => "实施条例 第五十一条（五）；发改法规规〔2022〕1117号（十三）".to_owned(),
        _ => format!("87号令 第六十条；{}", law.abnormal_minutes.clause),
    }
}

fn thresholds(
    sheet: &mut Worksheet,
    method: &Method,
    law: &Law,
    lot: &Lot,
    entries: &[Entry<'_>],
    out: &mut Reviews,
) -> Vec<(Trigger, Quantity)> {
    let unscored = matches!(method.price, PriceRule::None(_));
    if unscored || (method.regime == Regime::Engineering && method.abnormal.is_none()) {
        return Vec::new();
    }
    let stated = method.abnormal.clone().unwrap_or_default();
    let prices: Vec<Quantity> =
        entries.iter().filter(|entry| entry.stands()).filter_map(|entry| entry.price.clone()).collect();
    let prices: Vec<&Quantity> = prices.iter().collect();
    let fen = |zh: &str, en: &str| What::new(zh, en, Unit::Fen);
    let mean = sheet.compute(
        fen("通过符合性审查的全部报价平均值", "mean of the prices that passed conformity")
            .under(&law.abnormal_mean.clause),
        Op::Mean,
        &prices,
    );
    let second = sheet.compute(
        fen("通过符合性审查的次低报价", "second lowest price that passed conformity")
            .under(&law.abnormal_second_lowest.clause),
        Op::SecondLowest,
        &prices,
    );
    let limit = match (lot.ceiling, lot.budget) {
        (Some(ceiling), _) => Some(sheet.fen(fen("最高限价", "ceiling price"), ceiling, "bids:/lot/ceiling")),
        (None, Some(budget)) => Some(sheet.fen(fen("采购预算", "budget"), budget, "bids:/lot/budget")),
        (None, None) => {
            out.notices.push(Notice {
                kind: "no_reference".to_owned(),
                text: Text::new(
                    "标段既无最高限价也无预算，未按其比例审查异常低价",
                    "the lot has neither ceiling nor budget, so no price was compared with a share of it",
                ),
                clause: Some(law.abnormal_ceiling.clause.clone()),
            });
            None
        }
    };
    let mut thresholds = Vec::new();
    for (trigger, name, base, figure, stated) in [
        (Trigger::Mean, "mean", mean, &law.abnormal_mean, &stated.mean),
        (Trigger::SecondLowest, "second_lowest", second, &law.abnormal_second_lowest, &stated.second_lowest),
        (Trigger::Ceiling, "ceiling", limit, &law.abnormal_ceiling, &stated.ceiling),
    ] {
        let Some(base) = base else { continue };
        let source = match stated {
            Some(_) => format!("method:/abnormal/{name}"),
            None => format!("law:abnormal_{name}"),
        };
        let share = stated.as_ref().unwrap_or(&figure.value);
        let what = What::new("异常低价比例", "share below which a price is abnormally low", Unit::Rate);
        let share = sheet.given(what.under(&figure.clause), share.value().clone(), source);
        let what = fen("异常低价界限（低于即启动审查）", "below this a review begins").under(&figure.clause);
        let Some(threshold) = sheet.compute(what, Op::Product, &[&base, &share]) else { continue };
        let figured = sheet.figured(&threshold);
        out.figures.push(NamedFigure {
            kind: format!("abnormal_{name}"),
            node: figured.node,
            exact: figured.exact,
            shown: figured.shown,
        });
        thresholds.push((trigger, threshold));
    }
    thresholds
}
