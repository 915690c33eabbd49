//! The sealed list, its opening, and the chair.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::Sm3Digest;

use super::super::event::{
    ChairBalloted, ChairElected, ChairResigned, ChairTied, CommitteeImported, CommitteeList, CommitteeOpened,
    Event, Member, MemberRole, RecusalFound, Relation, RelationKind,
};
use super::super::plan::{Procedure, Rule};
use super::super::refusal::Refusal;
use super::super::terms::Stage;
use super::case::{Case, checked_text, count, fits};
use crate::Actor;
use crate::opening::Phase;

pub(super) fn import(case: &Case<'_>, list: Sm3Digest) -> Result<Vec<Event>, Refusal> {
    if !matches!(case.by, Actor::Host { .. } | Actor::Room) {
        return Err(Refusal::NotYourRole);
    }
    case.in_stage(&[Stage::Waiting, Stage::Qualification, Stage::Assembly, Stage::Stopped])?;
    if case.opening.phase == Phase::Refused {
        return Err(Refusal::OpeningNotClosed);
    }
    if let Some(committee) = &case.state.committee {
        return Err(Refusal::ListImported { at: committee.imported });
    }
    Ok(vec![CommitteeImported { list }.into()])
}

pub(super) fn open(case: &Case<'_>, list: CommitteeList) -> Result<Vec<Event>, Refusal> {
    case.by_host()?;
    case.in_stage(&[Stage::Assembly])?;
    let committee = case.state.committee.as_ref().ok_or(Refusal::NoList)?;
    if let Some(at) = committee.opened {
        return Err(Refusal::AlreadyDone { at });
    }
    if list.digest().ok() != Some(committee.list) {
        return Err(Refusal::OtherList { list: committee.list });
    }
    usable(case, &list)?;
    let indexes = list.members.iter().map(|member| member.index).collect::<BTreeSet<u8>>();
    let representatives = list.members.iter().filter(|member| member.role == MemberRole::Representative);
    let representatives = representatives.map(|member| member.index).collect();
    let found: Vec<Event> = list
        .members
        .iter()
        .filter_map(|member| {
            let relation = Some(related(case, member)?);
            Some(RecusalFound { member: member.index, relation, resumes: None }.into())
        })
        .collect();
    let opened =
        CommitteeOpened { list: Some(list), members: indexes.into_iter().collect(), representatives };
    let mut events = vec![opened.into()];
    events.extend(found);
    Ok(events)
}

/// Whether a list makes a committee for this lot; an interest in a bidder is another matter.
pub(super) fn usable(case: &Case<'_>, list: &CommitteeList) -> Result<(), Refusal> {
    fits(list)?;
    let unusable = |what: &str| Refusal::UnusableList { what: what.to_owned() };
    let indexes: BTreeSet<u8> = list.members.iter().map(|member| member.index).collect();
    let used = case.state.void.iter().any(|void| match &void.what {
        super::super::state::Voided::Committee(former) => {
            indexes.iter().any(|index| former.members.contains_key(index))
        }
        _ => false,
    });
    if used {
        return Err(unusable("an index of a former committee"));
    }
    if indexes.len() != list.members.len() || indexes.contains(&0) {
        return Err(unusable("indexes are not different numbers from 1"));
    }
    let names: BTreeSet<&str> = list.members.iter().map(|member| member.name.trim()).collect();
    if names.len() != list.members.len() || names.contains("") {
        return Err(unusable("a name is missing or stands twice"));
    }
    for member in &list.members {
        eligible(case, member)?;
    }
    case.composed(list.members.iter().map(|member| member.role))
}

/// Whether somebody may sit in this committee at all; an interest in a bidder is another matter.
pub(super) fn eligible(case: &Case<'_>, member: &Member) -> Result<(), Refusal> {
    let (name, clause) = (member.name.clone(), case.clause(Rule::Composition));
    if member.employer == case.lot.agency {
        return Err(Refusal::AgencyStaff { name, clause });
    }
    // What follows is the law of government procurement; an engineering tender has no such rule.
    if case.plan.procedure == Procedure::Engineering {
        return Ok(());
    }
    if member.employer == case.lot.tenderer && member.role == MemberRole::Expert {
        return Err(Refusal::PurchasersExpert { name, clause });
    }
    let at_opening = |certificate: Sm3Digest| {
        case.lot.staff.iter().any(|person| person.certificate == certificate)
            || case.lot.officers.iter().any(|officer| officer.certificate == certificate)
            || case.opening.officers.iter().any(|officer| officer.certificate == certificate)
    };
    if member.certificate.is_some_and(at_opening) {
        return Err(Refusal::AttendedOpening { name, clause: case.clause(Rule::Attendance) });
    }
    Ok(())
}

/// What somebody is to one of the bidders whose bids were opened, if anything is known of it.
pub(super) fn related(case: &Case<'_>, member: &Member) -> Option<Relation> {
    let opened = case.state.bids.iter().filter_map(|bid| case.opening.numbered(*bid));
    for bidder in opened.map(|row| &row.row.bidder) {
        if member.employer_code.as_ref() == Some(&bidder.code) || member.employer == bidder.name {
            return Some(Relation { firm: bidder.code.clone(), kind: RelationKind::Employer });
        }
        let given = member.relations.iter().find(|relation| relation.firm == bidder.code);
        if let Some(relation) = given {
            return Some(relation.clone());
        }
    }
    None
}

/// Takes a ballot. With the last one the chair is elected, or the ballot was tied and another one follows.
pub(super) fn vote_chair(case: &Case<'_>, round: u32, choice: u8) -> Result<Vec<Event>, Refusal> {
    let member = case.reviewer()?;
    let committee = case.quorum()?;
    if let Some(chair) = committee.chair {
        return Err(Refusal::ChairThere { chair });
    }
    let election = &committee.election;
    if election.round != round {
        return Err(Refusal::OtherRound { round: election.round });
    }
    if election.ballots.contains_key(&member) {
        return Err(Refusal::AlreadyVoted { at: case.at });
    }
    let elected = case.sitting(choice)?;
    let representative = &case.plan.committee.representative_may_chair;
    if elected.role == MemberRole::Representative && !representative.value {
        return Err(Refusal::RepresentativeAsChair { clause: representative.clause.clone() });
    }
    let mut events: Vec<Event> =
        vec![ChairBalloted { round, member, choice: Some(choice), statement: case.signed()? }.into()];
    let mut ballots = election.ballots.clone();
    ballots.insert(member, Some(choice));
    if committee.sitting().all(|(index, _)| ballots.contains_key(&index)) {
        let mut votes: BTreeMap<u8, u32> = BTreeMap::new();
        for choice in ballots.values().flatten() {
            let so_far = votes.entry(*choice).or_default();
            *so_far = so_far.saturating_add(1);
        }
        let most = votes.values().copied().max().unwrap_or(0);
        let first: Vec<u8> =
            votes.iter().filter(|(_, votes)| **votes == most).map(|(index, _)| *index).collect();
        events.push(match first.as_slice() {
            [chair] => ChairElected { round, chair: *chair, votes: most }.into(),
            _ => ChairTied { round, tied: first }.into(),
        });
    }
    Ok(events)
}

pub(super) fn resign_chair(case: &Case<'_>, reason: String) -> Result<Vec<Event>, Refusal> {
    let chair = case.chair()?;
    checked_text(&reason)?;
    Ok(vec![ChairResigned { chair, reason: Some(reason), statement: case.signed()? }.into()])
}

/// How many belong to a committee.
pub(super) fn size(committee: &super::super::state::Committee) -> u32 {
    count(committee.sitting().count())
}
