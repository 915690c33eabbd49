//! Sheets: complete, in range, sealed until all are in; changed on the grounds of 87号令 第六十四条 only.

use std::collections::BTreeSet;

use super::super::event::{Event, ObjectiveDiffered, SheetCommitted, SheetCorrected, SheetsRevealed};
use super::super::plan::{Criterion, CriterionKind, Rule};
use super::super::refusal::Refusal;
use super::super::state::Sheet;
use super::super::terms::{Change, ChangeGround, Scores, SheetPart, Stage, Subject};
use super::case::{Case, checked_text, fits};

/// Takes a sheet. With the last one of its part all are revealed, and objective items in which members differ are found.
pub(super) fn commit(case: &Case<'_>, part: SheetPart, sheet: Scores) -> Result<Vec<Event>, Refusal> {
    let member = case.reviewer()?;
    case.in_stage(&[Stage::Scoring])?;
    if !case.plan.parts().contains(&part) {
        return Err(Refusal::NoSheet { part });
    }
    if part == SheetPart::Blind && !case.state.unnumbered().is_empty() {
        return Err(Refusal::NumbersFirst);
    }
    let missing = case.state.missing(part, member);
    if missing.is_empty() {
        return Err(Refusal::SheetCommitted { clause: case.clause(Rule::ResultStands) });
    }
    if sheet.keys().copied().collect::<BTreeSet<u32>>() != missing {
        return Err(Refusal::OtherBids { missing: missing.into_iter().collect() });
    }
    for (bid, scores) in &sheet {
        let items: Vec<&Criterion> = case.plan.sheet(part).collect();
        let lacking = items.iter().filter(|item| !scores.contains_key(&item.id));
        let lacking: Vec<String> = lacking.map(|item| item.id.clone()).collect();
        let known = |id: &String| items.iter().any(|item| item.id == *id);
        let unknown: Vec<String> = scores.keys().filter(|id| !known(id)).cloned().collect();
        if !lacking.is_empty() || !unknown.is_empty() {
            return Err(Refusal::IncompleteSheet { bid: *bid, missing: lacking, unknown });
        }
        for item in items {
            in_range(*bid, item, scores.get(&item.id).copied().unwrap_or(0))?;
        }
    }
    fits(&sheet)?;
    let bids = missing.into_iter().collect();
    let committed = SheetCommitted { part, member, bids, sheet: Some(sheet), statement: case.signed()? };
    let mut events: Vec<Event> = vec![committed.into()];
    let mut after = case.state.clone();
    for event in &events {
        after.apply(event, case.at);
    }
    // A committee that is not whole reveals nothing: who comes into it scores first.
    if case.quorum().is_ok() && after.awaited_sheets(part).is_empty() {
        events.push(SheetsRevealed { part }.into());
        let items = after.differences(case.plan, part);
        if !items.is_empty() {
            events.push(ObjectiveDiffered { part, items }.into());
        }
    }
    Ok(events)
}

fn in_range(bid: u32, item: &Criterion, score: u32) -> Result<(), Refusal> {
    let steps = score.checked_rem(item.step);
    if score > item.max || steps != Some(0) {
        let (max, step) = (item.max, item.step);
        return Err(Refusal::OutOfRange { bid, item: item.id.clone(), score, max, step });
    }
    Ok(())
}

pub(super) fn correct(
    case: &Case<'_>,
    (part, ground): (SheetPart, ChangeGround),
    changes: Vec<Change>,
    reason: String,
) -> Result<Vec<Event>, Refusal> {
    let member = case.reviewer()?;
    case.in_stage(&[Stage::Scoring, Stage::Price, Stage::Report])?;
    if case.state.is_signed() {
        return Err(Refusal::ReportSigned { clause: case.clause(Rule::ResultStands) });
    }
    let fails = || Refusal::GroundFails { ground, clause: ground.clause().to_owned() };
    if case.state.rereview.as_ref().is_some_and(|rereview| rereview.ground != ground) {
        return Err(fails());
    }
    let sheet = case.state.sheets.get(&part).and_then(|sheets| sheets.get(&member));
    let sheet = sheet.ok_or(Refusal::NoSheet { part })?;
    let places: BTreeSet<(u32, &str)> =
        changes.iter().map(|change| (change.bid, change.item.as_str())).collect();
    if changes.is_empty() || places.len() != changes.len() {
        return Err(fails());
    }
    for change in &changes {
        let Change { bid, item, from, to } = change;
        let stands = case.state.score(part, member, *bid, item);
        if stands != Some(*from) || from == to {
            return Err(Refusal::OtherScore { bid: *bid, item: item.clone(), stands });
        }
        // What nobody else can read yet nobody can have found to be wrong.
        if !sheet.revealed.contains(bid) {
            return Err(fails());
        }
        let criterion = case.plan.sheet(part).find(|criterion| criterion.id == *item).ok_or_else(fails)?;
        if !holds(case, (part, ground), member, criterion, change, sheet) {
            return Err(fails());
        }
        in_range(*bid, criterion, *to)?;
    }
    checked_text(&reason)?;
    fits(&changes)?;
    let (changes, reason) = (Some(changes), Some(reason));
    Ok(vec![SheetCorrected { part, member, ground, changes, reason, statement: case.signed()? }.into()])
}

/// Whether the ground holds for one change.
fn holds(
    case: &Case<'_>,
    (part, ground): (SheetPart, ChangeGround),
    member: u8,
    criterion: &Criterion,
    change: &Change,
    sheet: &Sheet,
) -> bool {
    match ground {
        // A wrong sum is no wrong score: the result is fixed again.
        ChangeGround::WrongSum => false,
        ChangeGround::OutOfRange => in_range(change.bid, criterion, change.from).is_err(),
        ChangeGround::ObjectiveDiffers => {
            let differ = case.state.differences(case.plan, part);
            criterion.kind == CriterionKind::Objective
                && differ.iter().any(|it| it.bid == change.bid && it.item == change.item)
        }
        ChangeGround::Abnormal => {
            let (bid, item) = (change.bid, change.item.clone());
            let vote = case.state.vote_on(&Subject::Abnormal { member, part, bid, item });
            let found = vote.filter(|vote| vote.carried() == Some(true)).and_then(|vote| vote.closed);
            // One finding, one change.
            let used = |since| {
                sheet.corrected.iter().any(|(ground, changes, at)| {
                    let here = |it: &Change| it.bid == change.bid && it.item == change.item;
                    *ground == ChangeGround::Abnormal && *at >= since && changes.iter().flatten().any(here)
                })
            };
            found.is_some_and(|tally| !used(tally.at))
        }
    }
}
