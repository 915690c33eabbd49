//! Questions to bidders: only the committee asks, only who was asked answers, and what was said stands.

use bidroom_canon::Sm3Digest;

use super::super::event::{
    ClarificationAnswered, ClarificationAsked, ClarificationLapsed, CorrectionLapsed, Event,
};
use super::super::plan::Rule;
use super::super::refusal::Refusal;
use super::super::terms::{About, Matter, Review, Stage};
use super::case::{Case, checked_text, count, fits};

pub(super) fn ask(
    case: &Case<'_>,
    about: About,
    matter: Matter,
    text: String,
    minutes: u32,
) -> Result<Vec<Event>, Refusal> {
    if case.state.stage == Stage::Qualification && case.plan.is_purchasers(Review::Qualification) {
        case.by_purchaser()?;
    } else {
        case.chair()?;
        case.quorum()?;
    }
    case.in_stage(&[Stage::Qualification, Stage::Conformity, Stage::Scoring, Stage::Price])?;
    case.before_result()?;
    let bid = case.state.bid_of(about).ok_or(Refusal::UnknownAbout { matter })?;
    case.standing(bid)?;
    checked_text(&text)?;
    let until = case.until(minutes, &case.plan.clarify_minutes)?;
    let number = count(case.state.clarifications.len()).saturating_add(1);
    Ok(vec![
        ClarificationAsked {
            number,
            about,
            matter,
            text: Some(text),
            minutes,
            until,
            statement: case.signed()?,
        }
        .into(),
    ])
}

/// Takes an answer to a question that was put to this bidder; nothing that was not asked is taken.
pub(super) fn answer(
    case: &Case<'_>,
    number: u32,
    text: String,
    documents: Vec<Sm3Digest>,
) -> Result<Vec<Event>, Refusal> {
    let bid = case.bidder()?;
    let mut own = case.state.clarifications.iter().filter(|it| case.state.bid_of(it.about) == Some(bid));
    let clause = case.clause(Rule::Clarification);
    let Some(asked) = own.find(|it| it.number == number) else {
        return Err(Refusal::NotAsked { clause });
    };
    case.at_work()?;
    if let Some(answer) = &asked.answer {
        return Err(Refusal::AlreadyAnswered { at: answer.at });
    }
    if asked.lapsed.is_some() || case.at >= asked.until {
        let clause = case.plan.clarify_minutes.clause.clone();
        return Err(Refusal::TimeEnded { ended: asked.until, clause });
    }
    fits(&documents)?;
    checked_text(&text)?;
    Ok(vec![ClarificationAnswered { number, text: Some(text), documents, statement: case.signed()? }.into()])
}

/// What the time alone makes happen: times to answer end.
pub(super) fn tick(case: &Case<'_>) -> Result<Vec<Event>, Refusal> {
    case.by_room()?;
    if !case.state.stage.is_at_work() && case.state.stage != Stage::Stopped {
        return Ok(Vec::new());
    }
    let questions = case.state.clarifications.iter().filter(|it| !it.is_settled() && case.at >= it.until);
    let corrections = case.state.corrections.iter().filter(|it| it.is_pending() && case.at >= it.until);
    let mut events: Vec<Event> =
        questions.map(|it| ClarificationLapsed { number: it.number }.into()).collect();
    events.extend(corrections.map(|it| Event::from(CorrectionLapsed { number: it.number })));
    Ok(events)
}
