//! Members: who signs in where, who has to leave, and whether the time is enough.

use super::super::event::{
    CommitmentSigned, Event, Member, MemberMoved, MemberReplaced, MemberRole, MemberSeated, RecusalDeclared,
    TimeAsked, TimeExtended,
};
use super::super::plan::Rule;
use super::super::refusal::Refusal;
use super::super::terms::{IdentityCheck, LeaveGround};
use super::case::{Case, checked_text, count, fits};
use super::committee::{eligible, related, size};

/// A member's sign-in at the counter.
pub(super) struct SignIn {
    pub(super) member: u8,
    pub(super) seat: u8,
    pub(super) terminal: String,
    pub(super) identity: IdentityCheck,
    pub(super) phone_deposited: bool,
}

pub(super) fn recuse(case: &Case<'_>, reason: String) -> Result<Vec<Event>, Refusal> {
    let (member, _) = case.member()?;
    checked_text(&reason)?;
    let resumes = case.state.resumes(case.plan);
    Ok(vec![RecusalDeclared { member, reason: Some(reason), statement: case.signed()?, resumes }.into()])
}

/// Whose terminal it is, if it is somebody's.
fn holder(case: &Case<'_>, terminal: &str) -> Result<Option<u8>, Refusal> {
    let of = |seating: &super::super::state::Seating| seating.terminal.as_deref() == Some(terminal);
    let mut sitting = case.committee()?.sitting();
    Ok(sitting.find(|(_, member)| member.seating.as_ref().is_some_and(of)).map(|(index, _)| index))
}

pub(super) fn seat(case: &Case<'_>, signed_in: SignIn) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.at_work()?;
    let SignIn { member, seat, terminal, identity, phone_deposited } = signed_in;
    let known = case.sitting(member)?;
    if let Some(seating) = &known.seating {
        // One person, one seat: whoever sits somewhere is moved, not seated again.
        return Err(Refusal::AlreadyDone { at: seating.at });
    }
    checked_text(&terminal)?;
    if !phone_deposited {
        return Err(Refusal::PhoneKept);
    }
    let on_it = |other: &super::super::state::Seating| other.seat == seat;
    let mut sitting = case.committee()?.sitting();
    if let Some((member, _)) = sitting.find(|(_, other)| other.seating.as_ref().is_some_and(on_it)) {
        return Err(Refusal::SeatTaken { seat, member });
    }
    if let Some(member) = holder(case, &terminal)? {
        return Err(Refusal::TerminalTaken { member });
    }
    let terminal = Some(terminal);
    Ok(vec![
        MemberSeated { member, seat, terminal, identity, phone_deposited, statement: case.signed()? }.into(),
    ])
}

pub(super) fn move_member(
    case: &Case<'_>,
    member: u8,
    terminal: String,
    reason: String,
) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.at_work()?;
    if case.sitting(member)?.seating.is_none() {
        return Err(Refusal::NotSeated { member });
    }
    checked_text(&terminal)?;
    checked_text(&reason)?;
    if let Some(member) = holder(case, &terminal)? {
        return Err(Refusal::TerminalTaken { member });
    }
    Ok(vec![MemberMoved { member, terminal: Some(terminal), reason: Some(reason) }.into()])
}

pub(super) fn commit(case: &Case<'_>) -> Result<Vec<Event>, Refusal> {
    let (member, known) = case.member()?;
    if known.seating.is_none() {
        return Err(Refusal::NotSeated { member });
    }
    if let Some(at) = known.committed {
        return Err(Refusal::AlreadyDone { at });
    }
    Ok(vec![CommitmentSigned { member, statement: case.signed()? }.into()])
}

pub(super) fn replace(
    case: &Case<'_>,
    member: u8,
    ground: LeaveGround,
    reason: String,
    successor: Member,
) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.at_work()?;
    if case.state.rereview.is_some() {
        return Err(Refusal::OriginalCommittee { clause: case.clause(Rule::ResultStands) });
    }
    let committee = case.committee()?;
    let known = committee.members.get(&member).ok_or(Refusal::NoSuchMember { member })?;
    if let Some(left) = known.left.as_ref().filter(|left| left.successor.is_some()) {
        let clause = case.clause(Rule::Replacement);
        return Err(Refusal::MemberLeft { member, at: left.at, clause });
    }
    checked_text(&reason)?;
    let unusable = |what: &str| Refusal::UnusableList { what: what.to_owned() };
    let former = case.state.void.iter().any(|void| match &void.what {
        super::super::state::Voided::Committee(former) => former.members.contains_key(&successor.index),
        _ => false,
    });
    if successor.index == 0 || former || committee.members.contains_key(&successor.index) {
        return Err(unusable("the index was another member's"));
    }
    let mut everybody = committee.members.values().filter_map(|it| it.member.as_ref());
    if successor.name.trim().is_empty() || everybody.any(|it| it.name == successor.name) {
        return Err(unusable("the name is missing or was another member's"));
    }
    fits(&successor)?;
    eligible(case, &successor)?;
    if related(case, &successor).is_some() {
        return Err(Refusal::RelatedToBidder { name: successor.name, clause: case.clause(Rule::Recusal) });
    }
    let replaced = MemberReplaced {
        member,
        ground,
        reason: Some(reason),
        index: successor.index,
        is_representative: successor.role == MemberRole::Representative,
        successor: Some(successor),
        resumes: case.state.resumes(case.plan),
    };
    Ok(vec![replaced.into()])
}

/// Takes a member's word that the time is short; once enough say so it is extended (实施条例 第四十八条).
pub(super) fn ask_time(case: &Case<'_>, reason: String) -> Result<Vec<Event>, Refusal> {
    let member = case.reviewer()?;
    if let Some(at) = case.sitting(member)?.asked_time {
        return Err(Refusal::AlreadyDone { at });
    }
    checked_text(&reason)?;
    let committee = case.committee()?;
    let before = committee.sitting().filter(|(_, member)| member.asked_time.is_some()).count();
    let (asked, of) = (count(before).saturating_add(1), size(committee));
    let mut events: Vec<Event> =
        vec![TimeAsked { member, reason: Some(reason), statement: case.signed()? }.into()];
    let plan = &case.plan.committee;
    if plan.extension_share.value.is_exceeded(asked, of) {
        // A time that is over is extended from now on.
        let from = case.state.until.map_or(case.at, |until| until.max(case.at));
        let until = from.plus_seconds(plan.extension_minutes.value.saturating_mul(60));
        events.push(TimeExtended { asked, of, until }.into());
    }
    Ok(events)
}
