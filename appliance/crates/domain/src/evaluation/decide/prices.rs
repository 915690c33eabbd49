//! Corrections of prices in their order, abnormally low prices. No price is computed here.

use std::collections::BTreeSet;

use bidroom_canon::Sm3Digest;

use super::super::event::{
    CorrectionAnswered, CorrectionProposed, Event, LowPriceConcluded, LowPriceExplained, LowPriceOpened,
};
use super::super::plan::{CorrectionRule, Rule};
use super::super::refusal::Refusal;
use super::super::terms::{Stage, Subject, Trigger};
use super::case::{Case, checked_text, count, fits};
use crate::{Actor, Fen};

pub(super) fn propose(
    case: &Case<'_>,
    (bid, rule): (u32, CorrectionRule),
    (before, after): (Fen, Fen),
    reason: String,
    minutes: u32,
) -> Result<Vec<Event>, Refusal> {
    case.chair()?;
    case.quorum()?;
    case.in_stage(&[Stage::Conformity, Stage::Scoring, Stage::Price])?;
    case.before_result()?;
    case.standing(bid)?;
    let figure = &case.plan.corrections;
    let order = || Refusal::CorrectionOrder { clause: figure.clause.clone() };
    let place = case.plan.correction_place(rule).ok_or_else(order)?;
    let last = case.state.corrections.iter().rev().find(|it| it.bid == bid);
    if let Some(last) = last {
        // Where there are several contradictions they are corrected in the order that the rules name.
        if case.plan.correction_place(last.rule).is_some_and(|last| last > place) {
            return Err(order());
        }
    }
    let corrected = last.and_then(|last| last.prices).map(|(_, after)| after);
    if before == after || corrected.is_some_and(|corrected| corrected != before) {
        return Err(Refusal::OtherPrice);
    }
    checked_text(&reason)?;
    let until = case.until(minutes, &case.plan.clarify_minutes)?;
    let number = count(case.state.corrections.len()).saturating_add(1);
    let (before, after, reason) = (Some(before), Some(after), Some(reason));
    let clause = figure.clause.clone();
    let statement = case.signed()?;
    Ok(vec![
        CorrectionProposed { number, bid, rule, before, after, reason, clause, minutes, until, statement }
            .into(),
    ])
}

pub(super) fn answer(case: &Case<'_>, number: u32, confirmed: bool) -> Result<Vec<Event>, Refusal> {
    let bid = case.bidder()?;
    let clause = case.clause(Rule::Correction);
    let mut own = case.state.corrections.iter().filter(|it| it.bid == bid);
    let Some(asked) = own.find(|it| it.number == number) else {
        return Err(Refusal::NotAsked { clause });
    };
    case.at_work()?;
    if let Some((_, at)) = asked.answer {
        return Err(Refusal::AlreadyAnswered { at });
    }
    if asked.lapsed.is_some() || case.at >= asked.until {
        return Err(Refusal::TimeEnded { ended: asked.until, clause });
    }
    Ok(vec![CorrectionAnswered { number, confirmed, statement: case.signed()? }.into()])
}

pub(super) fn open_low(
    case: &Case<'_>,
    bid: u32,
    triggers: Vec<Trigger>,
    reason: String,
    minutes: u32,
) -> Result<Vec<Event>, Refusal> {
    // The room compares figures; whether a price is too low beyond them is the committee's to say.
    let by_figures = *case.by == Actor::Room && !triggers.contains(&Trigger::Committee);
    if !by_figures {
        case.chair()?;
    }
    case.quorum()?;
    case.in_stage(&[Stage::Scoring, Stage::Price])?;
    let least = case.plan.low_price_minutes.as_ref().ok_or(Refusal::NoLowPriceReview)?;
    case.before_result()?;
    case.standing(bid)?;
    if let Some(low) = case.state.low_prices.get(&bid) {
        return Err(Refusal::AlreadyDone { at: low.at });
    }
    let different: BTreeSet<Trigger> = triggers.iter().copied().collect();
    // Figures are the room's to compare: whoever asks beyond them says that the committee does.
    let wanted = by_figures || triggers == [Trigger::Committee];
    if !wanted || triggers.is_empty() || different.len() != triggers.len() {
        return Err(Refusal::GroundNotHere);
    }
    checked_text(&reason)?;
    let until = case.until(minutes, least)?;
    Ok(vec![
        LowPriceOpened { bid, triggers, reason: Some(reason), minutes, until, statement: case.given()? }
            .into(),
    ])
}

pub(super) fn explain_low(
    case: &Case<'_>,
    bid: u32,
    text: String,
    documents: Vec<Sm3Digest>,
) -> Result<Vec<Event>, Refusal> {
    let own = case.bidder()?;
    let clause = case.clause(Rule::LowPrice);
    let Some(low) = case.state.low_prices.get(&bid).filter(|_| own == bid) else {
        return Err(Refusal::NotAsked { clause });
    };
    case.at_work()?;
    if let Some(explanation) = &low.explanation {
        return Err(Refusal::AlreadyAnswered { at: explanation.at });
    }
    if low.concluded.is_some() || case.at >= low.until {
        return Err(Refusal::TimeEnded { ended: low.until, clause });
    }
    fits(&documents)?;
    checked_text(&text)?;
    Ok(vec![LowPriceExplained { bid, text: Some(text), documents, statement: case.signed()? }.into()])
}

/// Whether the bidder has explained its price, or had its time to do so.
pub(super) fn heard(case: &Case<'_>, bid: u32) -> Result<(), Refusal> {
    let low = case.state.low_prices.get(&bid).filter(|low| low.concluded.is_none());
    let low = low.ok_or(Refusal::NoLowPrice { bid })?;
    if low.explanation.is_none() && case.at < low.until {
        let clause = case.plan.low_price_minutes.as_ref().map(|figure| figure.clause.clone());
        return Err(Refusal::StillExplaining { until: low.until, clause: clause.unwrap_or_default() });
    }
    Ok(())
}

pub(super) fn conclude_low(case: &Case<'_>, bid: u32, opinion: String) -> Result<Vec<Event>, Refusal> {
    case.chair()?;
    case.quorum()?;
    heard(case, bid)?;
    let vote = case.state.vote_on(&Subject::LowPrice { bid });
    let decided = vote.and_then(|vote| Some((vote.number, vote.carried()?)));
    let (vote, carried) =
        decided.ok_or_else(|| Refusal::VoteFirst { clause: case.clause(Rule::LowPrice) })?;
    checked_text(&opinion)?;
    // Who explained nothing proved nothing, however the committee voted.
    let explained = case.state.low_prices.get(&bid).is_some_and(|low| low.explanation.is_some());
    let proven = carried && explained;
    Ok(vec![
        LowPriceConcluded { bid, proven, vote, opinion: Some(opinion), statement: case.signed()? }.into(),
    ])
}
