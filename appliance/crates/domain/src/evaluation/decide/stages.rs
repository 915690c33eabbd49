//! The way through the stages: forwards when the work is done, back with the supervisor's approval, and out.

use super::super::event::{
    EvaluationResumed, EvaluationStarted, EvaluationStopped, Event, LotCancelled, ReopeningAsked,
    StageFinished, StageReopened,
};
use super::super::plan::{Procedure, Rule};
use super::super::refusal::Refusal;
use super::super::terms::{CancelGround, Review, Stage, StopGround, Subject};
use super::case::{Case, checked_text, count};
use super::results::{fresh, sheets_done};
use crate::opening::Phase;

pub(super) fn start(case: &Case<'_>) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.in_stage(&[Stage::Waiting])?;
    if case.opening.phase != Phase::Closed {
        return Err(Refusal::OpeningNotClosed);
    }
    let bids = case.opening.roster.iter().filter(|row| row.is_opened()).map(|row| row.row.number).collect();
    let stage = case.plan.stages().first().copied().unwrap_or(Stage::Assembly);
    let until = case.at.plus_seconds(case.plan.committee.minutes.value.saturating_mul(60));
    Ok(vec![EvaluationStarted { stage, bids, until }.into()])
}

/// Finishes the stage in which the evaluation is. Where too few bids are left, the lot ends instead.
pub(super) fn finish(case: &Case<'_>, stage: Stage) -> Result<Vec<Event>, Refusal> {
    if stage == Stage::Qualification && case.plan.is_purchasers(Review::Qualification) {
        case.by_purchaser()?;
        case.in_stage(&[stage])?;
    } else if stage == Stage::Assembly {
        case.by_host()?;
        case.in_stage(&[stage])?;
        let committee = case.quorum()?;
        if committee.chair.is_none() {
            return Err(Refusal::NoChair { clause: case.clause(Rule::Chair) });
        }
    } else {
        case.chair()?;
        case.in_stage(&[stage])?;
        case.quorum()?;
    }
    let plan = case.plan;
    let ended = match stage {
        Stage::Assembly => None,
        Stage::Qualification => {
            concluded(case, Review::Qualification)?;
            case.enough(&plan.minimum_qualified)?
        }
        Stage::Conformity => {
            concluded(case, Review::Conformity)?;
            case.enough(&plan.minimum_responsive)?
        }
        Stage::Scoring => {
            let ended = case.enough(&plan.minimum_responsive)?;
            if ended.is_none() {
                sheets_done(case)?;
            }
            ended
        }
        Stage::Price => {
            settled(case)?;
            let ended = case.enough(&plan.minimum_responsive)?;
            if ended.is_none() {
                fresh(case)?;
            }
            ended
        }
        stage => return Err(Refusal::WrongStage { stage }),
    };
    if let Some(cancelled) = ended {
        return Ok(vec![cancelled]);
    }
    let stages = plan.stages();
    let next = plan.place(stage).and_then(|place| stages.get(place.saturating_add(1))).copied();
    let next = next.ok_or(Refusal::WrongStage { stage })?;
    Ok(vec![
        StageFinished { stage, next, bids: case.state.standing_bids().collect(), statement: case.given()? }
            .into(),
    ])
}

/// Nothing waits for a bidder or for the committee.
pub(super) fn settled(case: &Case<'_>) -> Result<(), Refusal> {
    let (questions, corrections, low_prices) = case.state.unsettled();
    if questions > 0 || corrections > 0 || low_prices > 0 {
        return Err(Refusal::Unsettled {
            questions: count(questions),
            corrections: count(corrections),
            low_prices: count(low_prices),
            clause: case.clause(Rule::Clarification),
        });
    }
    Ok(())
}

fn concluded(case: &Case<'_>, review: Review) -> Result<(), Refusal> {
    let bids: Vec<u32> = case.state.unconcluded(review).collect();
    if !bids.is_empty() {
        return Err(Refusal::Unconcluded { review, bids });
    }
    let (questions, ..) = case.state.unsettled();
    if questions > 0 {
        let clause = case.clause(Rule::Clarification);
        return Err(Refusal::Unsettled {
            questions: count(questions),
            corrections: 0,
            low_prices: 0,
            clause,
        });
    }
    Ok(())
}

/// Whether there is anything in a stage that could be done again from where the evaluation stands.
fn earlier(case: &Case<'_>, stage: Stage) -> Result<(), Refusal> {
    let (there, here) = (case.plan.place(stage), case.plan.place(case.state.stage));
    let reviewed = matches!(stage, Stage::Qualification | Stage::Conformity);
    let earlier = there.zip(here).is_some_and(|(there, here)| there < here || there == here && reviewed);
    if earlier && stage != Stage::Assembly { Ok(()) } else { Err(Refusal::NotEarlier { stage }) }
}

pub(super) fn ask_reopening(case: &Case<'_>, stage: Stage, reason: String) -> Result<Vec<Event>, Refusal> {
    if case.by_host().is_err() {
        case.chair()?;
    }
    case.at_work()?;
    case.before_result()?;
    earlier(case, stage)?;
    checked_text(&reason)?;
    let number = count(case.state.reopenings.len()).saturating_add(1);
    Ok(vec![ReopeningAsked { number, stage, reason: Some(reason), statement: case.given()? }.into()])
}

pub(super) fn reopen(case: &Case<'_>, number: u32, lock_tail: String) -> Result<Vec<Event>, Refusal> {
    let name = case.supervisor()?;
    case.at_work()?;
    let mut asked = case.state.reopenings.iter().filter(|it| it.approved.is_none());
    let asked = asked.find(|it| it.number == number).ok_or(Refusal::NoRequest { number })?;
    case.before_result()?;
    earlier(case, asked.stage)?;
    let (stage, from) = (asked.stage, case.state.stage);
    Ok(vec![StageReopened { number, stage, from, name, lock_tail, statement: case.signed()? }.into()])
}

pub(super) fn stop(case: &Case<'_>, ground: StopGround, reason: String) -> Result<Vec<Event>, Refusal> {
    match ground {
        StopGround::NoReplacement => {
            case.by_host()?;
            case.at_work()?;
            if case.state.rereview.is_some() {
                return Err(Refusal::OriginalCommittee { clause: case.clause(Rule::ResultStands) });
            }
            // Only a committee that is not what the law asks for is dissolved.
            if case.composed(case.committee()?.sitting().map(|(_, member)| member.role)).is_ok() {
                return Err(Refusal::GroundNotHere);
            }
        }
        StopGround::Document => {
            case.chair()?;
            if !case.state.is_carried(&Subject::Document {}) {
                return Err(Refusal::VoteFirst { clause: case.clause(Rule::DefectiveDocument) });
            }
        }
    }
    checked_text(&reason)?;
    let from = case.state.stage;
    Ok(vec![EvaluationStopped { ground, reason: Some(reason), from, statement: case.given()? }.into()])
}

pub(super) fn resume(case: &Case<'_>, reason: String) -> Result<Vec<Event>, Refusal> {
    case.by_purchaser()?;
    case.in_stage(&[Stage::Stopped])?;
    let Some((StopGround::Document, stage, _)) = case.state.stopped else {
        return Err(Refusal::GroundNotHere);
    };
    checked_text(&reason)?;
    Ok(vec![EvaluationResumed { stage, reason: Some(reason), statement: case.given()? }.into()])
}

/// Ends the lot on a ground that is not for the committee to find. What follows from too few bids is not said by hand.
pub(super) fn cancel(case: &Case<'_>, ground: CancelGround, reason: String) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    let state = case.state;
    if state.started.is_none() || matches!(state.stage, Stage::Closed | Stage::Cancelled) {
        return Err(Refusal::WrongStage { stage: state.stage });
    }
    let government = case.plan.procedure != Procedure::Engineering;
    let document = matches!(state.stopped, Some((StopGround::Document, ..)));
    let clause = match ground {
        CancelGround::TooFew | CancelGround::AllRejected => return Err(Refusal::GroundNotHere),
        CancelGround::Document if document => case.plan.procedure.clause(Rule::DefectiveDocument),
        CancelGround::Document => return Err(Refusal::GroundNotHere),
        CancelGround::Unlawful if government => "政府采购法 第三十六条（二）",
        CancelGround::AboveBudget if government => "政府采购法 第三十六条（三）",
        CancelGround::TaskDropped if government => "政府采购法 第三十六条（四）",
        // Engineering law names neither; the tender document and the authority do.
        CancelGround::Unlawful | CancelGround::AboveBudget | CancelGround::TaskDropped => "招标文件",
    };
    checked_text(&reason)?;
    let bids = count(state.standing_bids().count());
    Ok(vec![
        LotCancelled {
            stage: state.stage,
            ground,
            reason,
            clause: clause.to_owned(),
            bids,
            statement: case.given()?,
        }
        .into(),
    ])
}
