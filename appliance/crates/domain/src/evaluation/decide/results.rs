//! The result: computed elsewhere, taken only if it was computed of exactly what stands; and what comes after it.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::{Sm3Digest, parse_canonical};

use super::super::event::{
    EvaluationClosed, Event, FinanceTold, OwnResult, RereviewOpened, ResultFixed, ResultPublished,
};
use super::super::plan::Rule;
use super::super::refusal::Refusal;
use super::super::state::{Fixed, State};
use super::super::terms::{ChangeGround, Stage};
use super::case::{Case, checked_text, count, fits};
use super::stages::settled;

/// A result as it comes in.
pub(super) struct Outcome {
    pub(super) inputs: Sm3Digest,
    pub(super) outcome: Sm3Digest,
    pub(super) table: String,
    pub(super) candidates: Vec<u32>,
    pub(super) ground: Option<ChangeGround>,
    pub(super) reason: Option<String>,
}

fn inputs(state: &State) -> Result<Sm3Digest, Refusal> {
    let unusable = |what: String| Refusal::UnusableResult { what };
    state.inputs().digest().map_err(|error| unusable(error.to_string()))
}

/// All sheets are in and revealed, no objective item differs, and no bid is a number any more.
pub(super) fn sheets_done(case: &Case<'_>) -> Result<(), Refusal> {
    for part in case.plan.parts() {
        let members = case.state.awaited_sheets(part);
        if !members.is_empty() || !case.state.is_revealed(part) {
            let clause = case.clause(Rule::Independence);
            return Err(Refusal::SheetsMissing { part, members, clause });
        }
        let items = case.state.differences(case.plan, part);
        if !items.is_empty() {
            let clause = ChangeGround::ObjectiveDiffers.clause().to_owned();
            return Err(Refusal::ObjectiveDiffers { part, items, clause });
        }
    }
    if case.plan.is_blind() && case.state.blind.lifted.is_none() {
        return Err(Refusal::StillBlind);
    }
    Ok(())
}

/// The result that stands, if it was computed of what stands.
pub(super) fn fresh<'a>(case: &Case<'a>) -> Result<&'a Fixed, Refusal> {
    let result = case.state.result.as_ref().ok_or(Refusal::NoResult)?;
    if result.inputs == inputs(case.state)? { Ok(result) } else { Err(Refusal::NoResult) }
}

pub(super) fn fix(case: &Case<'_>, fixed: Outcome) -> Result<Vec<Event>, Refusal> {
    case.by_room()?;
    case.in_stage(&[Stage::Price, Stage::Report])?;
    if case.state.is_signed() {
        return Err(Refusal::ReportSigned { clause: case.clause(Rule::ResultStands) });
    }
    case.quorum()?;
    sheets_done(case)?;
    settled(case)?;
    let minimum = &case.plan.minimum_responsive;
    if case.enough(minimum)?.is_some() {
        let bids = count(case.state.standing_bids().count());
        return Err(Refusal::TooFewBids { bids, minimum: minimum.value, clause: minimum.clause.clone() });
    }
    let Outcome { inputs: computed, outcome, table, candidates, ground, reason } = fixed;
    let stands = inputs(case.state)?;
    if computed != stands {
        return Err(Refusal::StaleInputs { inputs: stands });
    }
    changed(case, stands, ground, reason.as_deref())?;
    let unusable = |what: &str| Refusal::UnusableResult { what: what.to_owned() };
    fits(&table)?;
    if parse_canonical(table.as_bytes()).is_err() {
        return Err(unusable("the table is no canonical JSON"));
    }
    if Sm3Digest::of(table.as_bytes()) != outcome {
        return Err(unusable("the digest is not the table's"));
    }
    let different: BTreeSet<u32> = candidates.iter().copied().collect();
    if candidates.is_empty()
        || different.len() != candidates.len()
        || count(candidates.len()) > case.plan.candidates.value
    {
        return Err(unusable("the candidates are none, too many, or one of them twice"));
    }
    if let Some(out) = candidates.iter().find(|bid| !case.state.stands(**bid)) {
        return Err(Refusal::BidOut { bid: *out });
    }
    let number = case.state.results.saturating_add(1);
    let (table, candidates) = (Some(table), Some(candidates));
    Ok(vec![ResultFixed { number, inputs: stands, outcome, table, candidates, ground, reason }.into()])
}

/// A result that stands is changed on one of four grounds, which must be what happened since (87号令 第六十四条).
fn changed(
    case: &Case<'_>,
    stands: Sm3Digest,
    ground: Option<ChangeGround>,
    reason: Option<&str>,
) -> Result<(), Refusal> {
    let refused = || Refusal::ResultStands { clause: case.clause(Rule::ResultStands) };
    let Some(result) = &case.state.result else {
        return if ground.is_none() && reason.is_none() { Ok(()) } else { Err(Refusal::GroundNotHere) };
    };
    let ground = ground.ok_or_else(refused)?;
    if case.state.rereview.as_ref().is_some_and(|rereview| rereview.ground != ground) {
        return Err(refused());
    }
    let corrected = case.state.sheets.values().flat_map(BTreeMap::values).flat_map(|it| &it.corrected);
    let since =
        |wanted: ChangeGround| corrected.clone().any(|(ground, _, at)| *ground == wanted && *at >= result.at);
    let holds = match ground {
        // The scores are the same: only their sum was wrong.
        ChangeGround::WrongSum => result.inputs == stands,
        ground => result.inputs != stands && since(ground),
    };
    if !holds {
        return Err(refused());
    }
    checked_text(reason.unwrap_or_default())
}

/// The committee is dissolved once everything is signed; a changed result of a review is told to the finance department.
pub(super) fn close(case: &Case<'_>) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.in_stage(&[Stage::Report])?;
    let result = fresh(case)?;
    let Some(report) = case.state.report.as_ref().filter(|_| case.state.is_signed()) else {
        return Err(Refusal::SignaturesMissing {
            members: case.state.unsigned(),
            supervisor: true,
            clause: case.clause(Rule::Signatures),
        });
    };
    if case.state.rereview.as_ref().is_some_and(|it| it.outcome != result.outcome && it.told.is_none()) {
        return Err(Refusal::FinanceNotTold { clause: case.clause(Rule::ResultStands) });
    }
    Ok(vec![EvaluationClosed { report: report.digest, outcome: result.outcome }.into()])
}

/// Publishes the result and, with it, who the members were; each bidder gets its own score and rank.
pub(super) fn publish(case: &Case<'_>, own: BTreeMap<u32, OwnResult>) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.in_stage(&[Stage::Closed])?;
    let state = case.state;
    if let Some(at) = state.published.filter(|published| Some(*published) >= state.closed) {
        return Err(Refusal::AlreadyPublished { at });
    }
    let result = fresh(case)?;
    if own.keys().copied().collect::<Vec<u32>>() != state.bids {
        return Err(Refusal::OtherBidders { bids: state.bids.clone() });
    }
    for reason in own.values().filter_map(|own| own.rejected.as_ref()) {
        checked_text(reason)?;
    }
    fits(&own)?;
    let sitting = case.committee()?.sitting();
    let members = sitting.filter_map(|(_, member)| Some(member.member.as_ref()?.name.clone())).collect();
    let candidates = result.candidates.clone().unwrap_or_default();
    Ok(vec![ResultPublished { outcome: result.outcome, members, candidates, own }.into()])
}

pub(super) fn rereview(case: &Case<'_>, ground: ChangeGround, reason: String) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    let state = case.state;
    if state.stage != Stage::Closed && !(state.stage == Stage::Report && state.is_signed()) {
        return Err(Refusal::WrongStage { stage: state.stage });
    }
    let result = fresh(case)?;
    if state.rereview.as_ref().is_some_and(|it| it.outcome != result.outcome && it.told.is_none()) {
        return Err(Refusal::FinanceNotTold { clause: case.clause(Rule::ResultStands) });
    }
    checked_text(&reason)?;
    let (number, outcome) = (state.rereviews.saturating_add(1), result.outcome);
    Ok(vec![RereviewOpened { number, ground, reason: Some(reason), outcome }.into()])
}

pub(super) fn tell_finance(case: &Case<'_>, document: Sm3Digest) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.in_stage(&[Stage::Report, Stage::Closed])?;
    let result = fresh(case)?;
    let review = case.state.rereview.as_ref();
    let review = review.filter(|it| it.outcome != result.outcome && it.told.is_none());
    let number = review.ok_or(Refusal::NothingToTell)?.number;
    Ok(vec![FinanceTold { number, document }.into()])
}
