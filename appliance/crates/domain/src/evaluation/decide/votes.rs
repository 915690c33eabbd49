//! Votes: the majority decides, each vote is secret until all are in, and who is outvoted may write why.

use super::super::event::{DissentWritten, Event, VoteBalloted, VoteClosed, VoteOpened};
use super::super::plan::{BelowMinimum, Rule};
use super::super::refusal::Refusal;
use super::super::state::Vote;
use super::super::terms::{ChangeGround, Stage, Subject};
use super::case::{Case, checked_text, count};
use super::prices::heard;

pub(super) fn open(case: &Case<'_>, subject: Subject, text: String) -> Result<Vec<Event>, Refusal> {
    case.chair()?;
    case.quorum()?;
    if let Some(vote) = case.state.vote_on(&subject) {
        return Err(Refusal::VoteThere { vote: vote.number });
    }
    let abnormal = matches!(subject, Subject::Abnormal { .. });
    let again = case.state.rereview.as_ref().map(|rereview| rereview.ground);
    if again.is_some_and(|ground| !abnormal || ground != ChangeGround::Abnormal) {
        return Err(Refusal::ResultStands { clause: case.clause(Rule::ResultStands) });
    }
    arises(case, &subject)?;
    checked_text(&text)?;
    let vote = count(case.state.votes.len()).saturating_add(1);
    Ok(vec![VoteOpened { vote, subject, text: Some(text), statement: case.signed()? }.into()])
}

/// Whether there is anything to decide.
fn arises(case: &Case<'_>, subject: &Subject) -> Result<(), Refusal> {
    let arises = match subject {
        Subject::Review { review, bid, item } => {
            case.in_stage(&[review.stage()])?;
            case.standing(*bid)?;
            let reviewed = case.state.review(*review, *bid);
            let reviewed = reviewed.filter(|it| it.concluded.is_none() && !case.plan.is_purchasers(*review));
            let all = |reviewed: &super::super::state::BidReview| {
                let sitting = case.quorum().into_iter().flat_map(|committee| committee.sitting());
                sitting.into_iter().all(|(index, _)| reviewed.opinions.contains_key(&Some(index)))
            };
            reviewed.is_some_and(|reviewed| all(reviewed) && reviewed.disputed().contains(item))
        }
        Subject::Competition { bids } => {
            let left = count(case.state.standing_bids().count());
            let (qualified, responsive) = (&case.plan.minimum_qualified, &case.plan.minimum_responsive);
            let minimum = if case.state.stage == Stage::Qualification { qualified } else { responsive }.value;
            let decides = case.plan.below_minimum.value == BelowMinimum::CommitteeDecides;
            decides && left == *bids && (1..minimum).contains(&left) && case.before_result().is_ok()
        }
        Subject::LowPrice { bid } => {
            heard(case, *bid)?;
            true
        }
        Subject::Abnormal { member, part, bid, item } => {
            let sheet = case.state.sheets.get(part).and_then(|sheets| sheets.get(member));
            let revealed = sheet.is_some_and(|sheet| sheet.revealed.contains(bid));
            revealed && case.state.score(*part, *member, *bid, item).is_some() && !case.state.is_signed()
        }
        Subject::Document {} => !case.state.is_signed(),
    };
    if arises { Ok(()) } else { Err(Refusal::NothingToVote) }
}

fn running<'a>(case: &Case<'a>, number: u32) -> Result<&'a Vote, Refusal> {
    let mut votes = case.state.votes.iter().filter(|vote| vote.void.is_none() && vote.closed.is_none());
    votes.find(|vote| vote.number == number).ok_or(Refusal::NoOpenVote { vote: number })
}

/// Takes a ballot. With the last one the vote is closed.
pub(super) fn cast(
    case: &Case<'_>,
    number: u32,
    agrees: bool,
    reason: Option<String>,
) -> Result<Vec<Event>, Refusal> {
    let member = case.reviewer()?;
    let vote = running(case, number)?;
    if let Some(ballot) = vote.ballots.get(&member) {
        return Err(Refusal::AlreadyVoted { at: ballot.at });
    }
    if let Some(reason) = &reason {
        checked_text(reason)?;
    }
    let committee = case.quorum()?;
    let mut events: Vec<Event> = vec![
        VoteBalloted { vote: number, member, agrees: Some(agrees), reason, statement: case.signed()? }.into(),
    ];
    let others = || committee.sitting().filter(|(index, _)| *index != member);
    if others().all(|(index, _)| vote.ballots.contains_key(&index)) {
        let said = |wanted: bool| {
            let ballots = others().filter_map(|(index, _)| vote.ballots.get(&index));
            let so_far = ballots.filter(|ballot| ballot.agrees == Some(wanted)).count();
            count(so_far).saturating_add(u32::from(agrees == wanted))
        };
        let (yes, no) = (said(true), said(false));
        events.push(VoteClosed { vote: number, yes, no, carried: yes > no }.into());
    }
    Ok(events)
}

pub(super) fn dissent(case: &Case<'_>, number: u32, reason: String) -> Result<Vec<Event>, Refusal> {
    let member = case.reviewer()?;
    let vote = case.state.votes.iter().find(|vote| vote.number == number && vote.carried().is_some());
    let vote = vote.ok_or(Refusal::NotOutvoted { vote: number })?;
    let own = vote.ballots.get(&member).and_then(|ballot| ballot.agrees);
    if own.is_none() || own == vote.carried() || vote.dissents.contains_key(&member) {
        return Err(Refusal::NotOutvoted { vote: number });
    }
    if case.state.is_signed() {
        return Err(Refusal::ReportSigned { clause: case.clause(Rule::ResultStands) });
    }
    checked_text(&reason)?;
    Ok(vec![DissentWritten { vote: number, member, reason: Some(reason), statement: case.signed()? }.into()])
}
