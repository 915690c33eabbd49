//! What bidders were asked and said: questions, corrections of prices, low prices.

use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{About, Answer, Clarification, Correction, Event, LowPrice, Rule};
use bidroom_report::paper as doc;

use crate::context::{Context, moment, price, short};
use crate::{facts, words};

/// The document; none where no bidder was asked anything.
pub(crate) fn clarifications(context: &Context<'_>) -> Option<doc::Clarifications> {
    let state = context.state;
    if state.clarifications.is_empty() && state.corrections.is_empty() && state.low_prices.is_empty() {
        return None;
    }
    let last = context.last(|event| {
        matches!(
            event,
            Event::ClarificationAsked(_)
                | Event::ClarificationAnswered(_)
                | Event::ClarificationLapsed(_)
                | Event::CorrectionProposed(_)
                | Event::CorrectionAnswered(_)
                | Event::CorrectionLapsed(_)
                | Event::LowPriceOpened(_)
                | Event::LowPriceExplained(_)
                | Event::LowPriceConcluded(_)
        )
    });
    Some(doc::Clarifications {
        head: context.head("clarifications", "CQ", last.map(|it| it.entry)),
        clause: context.plan.procedure.clause(Rule::Clarification).to_owned(),
        questions: questions(context),
        corrections: corrections(context),
        low_prices: low_prices(context),
        hands: hands(context),
    })
}

/// Who asked: each with its last question.
fn hands(context: &Context<'_>) -> Vec<doc::Hand> {
    let mut hands: Vec<doc::Hand> = Vec::new();
    for it in context.log().rev() {
        let statement = match &it.event {
            Event::ClarificationAsked(asked) => Some(&asked.statement),
            Event::CorrectionProposed(proposed) => Some(&proposed.statement),
            Event::LowPriceOpened(opened) => opened.statement.as_ref(),
            Event::LowPriceConcluded(concluded) => Some(&concluded.statement),
            _ => None,
        };
        let Some(statement) = statement else { continue };
        let hand = match &it.by {
            bidroom_domain::Actor::Expert { index } => {
                context.hand(*index, context.signed(statement, it.at, Some(*index)))
            }
            other => doc::Hand {
                role: match other.staff() {
                    Some((StaffRole::Tenderer, ..)) => {
                        context.t("采购人（招标人）代表", "Purchaser's representative")
                    }
                    _ => context.t("主持人", "Host"),
                },
                name: other.name().unwrap_or_default().to_owned(),
                sign: context.signed(statement, it.at, None),
            },
        };
        if !hands.iter().any(|known| known.name == hand.name && known.role == hand.role) {
            hands.push(hand);
        }
    }
    hands.reverse();
    hands
}

fn answer(context: &Context<'_>, it: &Answer) -> doc::Answer {
    doc::Answer {
        text: context.told(it.text.as_deref()),
        at: moment(it.at),
        documents: it.documents.iter().map(short).collect(),
        statement: short(&it.statement),
        entry: context.entry_of(&it.statement),
    }
}

pub(crate) fn questions(context: &Context<'_>) -> Vec<doc::Question> {
    context.state.clarifications.iter().map(|it| question(context, it)).collect()
}

fn question(context: &Context<'_>, it: &Clarification) -> doc::Question {
    let asked =
        context.last(|event| matches!(event, Event::ClarificationAsked(asked) if asked.number == it.number));
    let (bid, name) = match it.about {
        About::Bid(bid) => (context.t(format!("第 {bid} 家"), format!("bid {bid}")), context.bid(bid).name),
        About::Blind(label) => {
            let bid = facts::behind(context.state, bidroom_domain::evaluation::SheetPart::Blind, label);
            let name = bid.map(|bid| context.bid_text(bid)).unwrap_or_default();
            (context.t(format!("暗标 {label} 号"), format!("blind {label}")), name)
        }
    };
    doc::Question {
        number: it.number,
        bid,
        name,
        matter: context.word(words::matter(it.matter)),
        text: context.told(it.text.as_deref()),
        asked_at: moment(it.at),
        until: moment(it.until),
        answer: it.answer.as_ref().map(|it| answer(context, it)),
        lapsed_at: it.lapsed.map(moment),
        entry: asked.map(|it| it.entry),
    }
}

pub(crate) fn corrections(context: &Context<'_>) -> Vec<doc::PriceCorrection> {
    context.state.corrections.iter().map(|it| correction(context, it)).collect()
}

fn correction(context: &Context<'_>, it: &Correction) -> doc::PriceCorrection {
    let logged =
        context.last(|event| matches!(event, Event::CorrectionProposed(known) if known.number == it.number));
    let proposed = logged.and_then(|it| match &it.event {
        Event::CorrectionProposed(proposed) => Some(proposed),
        _ => None,
    });
    let (answer, answered_at) = match (it.answer, it.lapsed) {
        (Some((true, at)), _) => {
            (context.t("投标人已确认，修正有效", "confirmed by the bidder, binding"), Some(at))
        }
        (Some((false, at)), _) => {
            (context.t("投标人不确认，投标无效", "not confirmed: the bid is invalid"), Some(at))
        }
        (None, Some(at)) => {
            (context.t("逾期未确认，投标无效", "not answered in time: the bid is invalid"), Some(at))
        }
        (None, None) => (context.t("等待投标人确认", "waiting for the bidder"), None),
    };
    doc::PriceCorrection {
        number: it.number,
        bid: context.bid(it.bid),
        rule: context.word(words::correction(it.rule)),
        clause: it.clause.clone(),
        before: it.prices.map(|(before, _)| price(before)),
        after: it.prices.map(|(_, after)| price(after)),
        reason: context.told(proposed.and_then(|it| it.reason.as_deref())),
        at: logged.map(|it| moment(it.at)),
        until: moment(it.until),
        answer,
        answered_at: answered_at.map(moment),
        entry: logged.map(|it| it.entry),
    }
}

pub(crate) fn low_prices(context: &Context<'_>) -> Vec<doc::LowPrice> {
    context.state.low_prices.iter().map(|(bid, it)| low_price(context, *bid, it)).collect()
}

fn low_price(context: &Context<'_>, bid: u32, it: &LowPrice) -> doc::LowPrice {
    let opened = context.last(|event| matches!(event, Event::LowPriceOpened(opened) if opened.bid == bid));
    let concluded = it.concluded.as_ref();
    let vote = concluded.and_then(|it| context.state.votes.iter().find(|vote| vote.number == it.vote));
    let by_figures = opened.is_some_and(|it| it.by == bidroom_domain::Actor::Room);
    doc::LowPrice {
        bid: context.bid(bid),
        price: context.corrected(bid).or_else(|| context.announced(bid)).map(price),
        triggers: it.triggers.iter().map(|trigger| context.word(words::trigger(*trigger))).collect(),
        reason: match (&it.reason, by_figures) {
            (None, true) => context.t(
                "按规定比例启动，要求书面说明报价合理性，必要时提交证明材料",
                "begun by the figures: to explain in writing that the price is reasonable, with evidence where needed",
            ),
            (reason, _) => context.told(reason.as_deref()),
        },
        at: moment(it.at),
        until: moment(it.until),
        explanation: it.explanation.as_ref().map(|it| answer(context, it)),
        conclusion: match concluded.map(|it| it.proven) {
            Some(true) => context.t("能够证明报价合理，继续评审", "proven reasonable, evaluated further"),
            Some(false) => context.t("不能证明报价合理，作为无效投标处理", "not proven reasonable: the bid is invalid"),
            None => String::new(),
        },
        opinion: concluded.map(|it| context.told(it.opinion.as_deref())).unwrap_or_default(),
        concluded_at: concluded.map(|it| moment(it.at)),
        vote: vote.map(|vote| facts::vote(context, vote)),
        entry: opened.map(|it| it.entry),
    }
}
