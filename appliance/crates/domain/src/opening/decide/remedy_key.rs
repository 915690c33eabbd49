//! The remedy key: a bidder asks, the host allows, the supervisor agrees, and enough trustees give their parts.

use bidroom_canon::{Sm3Digest, labelled_sm3};

use super::super::command::bidder_of;
use super::super::event::{
    Event, LockTag, RemedyAgreed, RemedyAllowed, RemedyAsked, RemedyPartGiven, ShareCollected,
};
use super::super::proposal::Remedy;
use super::super::refusal::Refusal;
use super::super::state::{RemedyState, RowState, State};
use super::collecting::{clock, open_row};
use super::officers::time_stands;
use super::{checked_text, lot};
use crate::{Actor, At, CreditCode, RemedyKey, StaffRole};

/// A bidder's request.
pub(super) struct Asked {
    pub(super) attempt: u32,
    pub(super) bid: Sm3Digest,
    pub(super) lock: LockTag,
    pub(super) reason: String,
    pub(super) statement: Sm3Digest,
}

/// A trustee's part with the statement it came with.
pub(super) struct Part {
    pub(super) bidder: CreditCode,
    pub(super) index: u8,
    pub(super) attempt: u32,
    pub(super) bid: Sm3Digest,
    pub(super) request: Sm3Digest,
    pub(super) lock_tail: String,
    pub(super) statement: Sm3Digest,
    pub(super) packages: Sm3Digest,
}

fn declared(state: &State) -> Result<&RemedyKey, Refusal> {
    lot(state)?.policy.declared_remedy_key().ok_or(Refusal::RemedyNotDeclared)
}

/// The row of a bidder whose window is open and whose share is missing.
fn waiting<'a>(state: &'a State, bidder: &CreditCode, at: At) -> Result<&'a RowState, Refusal> {
    let row = open_row(state, bidder, at)?;
    time_stands(state)?;
    match &row.collected {
        Some(collected) => Err(Refusal::AlreadyCollected { at: collected.at }),
        None => Ok(row),
    }
}

/// The row and its request, if it is the one that is spoken of.
fn requested<'a>(
    state: &'a State,
    bidder: &CreditCode,
    request: Sm3Digest,
    at: At,
) -> Result<(&'a RowState, &'a RemedyState), Refusal> {
    declared(state)?;
    let row = waiting(state, bidder, at)?;
    let remedy = row.remedy.as_ref().ok_or(Refusal::RemedyNotAsked)?;
    if remedy.statement == request { Ok((row, remedy)) } else { Err(Refusal::RemedyNotAsked) }
}

pub(super) fn ask(state: &State, by: &Actor, asked: Asked, at: At) -> Result<Vec<Event>, Refusal> {
    let attempt = clock(state)?.attempt;
    declared(state)?;
    let bidder = bidder_of(by).ok_or(Refusal::NotYourRole)?.code;
    let row = waiting(state, &bidder, at)?;
    if asked.attempt != attempt || asked.bid != row.row.bid {
        return Err(Refusal::OtherBidOrAttempt { attempt, bid: row.row.bid });
    }
    if let Some(remedy) = &row.remedy {
        return Err(Refusal::RemedyAsked { at: remedy.at });
    }
    checked_text(&asked.reason)?;
    let Asked { attempt, bid, lock, reason, statement } = asked;
    Ok(vec![RemedyAsked { bidder, bid, attempt, lock, reason, statement }.into()])
}

pub(super) fn allow(
    state: &State,
    bidder: CreditCode,
    request: Sm3Digest,
    reason: String,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let (_, remedy) = requested(state, &bidder, request, at)?;
    if let Some((_, at)) = &remedy.allowed {
        return Err(Refusal::RemedyAnswered { at: *at });
    }
    checked_text(&reason)?;
    Ok(vec![RemedyAllowed { bidder, request, reason }.into()])
}

pub(super) fn agree(
    state: &State,
    by: &Actor,
    bidder: CreditCode,
    request: Sm3Digest,
    (lock_tail, statement): (String, Sm3Digest),
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let supervisor = by.staff().filter(|(role, ..)| *role == StaffRole::Supervisor);
    let (_, certificate, name) = supervisor.ok_or(Refusal::NotYourRole)?;
    let named = lot(state)?.staff.iter().any(|person| {
        person.role == StaffRole::Supervisor && person.certificate == certificate && person.name == name
    });
    if !named {
        return Err(Refusal::NotYourRole);
    }
    let (_, remedy) = requested(state, &bidder, request, at)?;
    if remedy.allowed.is_none() {
        return Err(Refusal::RemedyNotAgreed);
    }
    if let Some((_, at)) = &remedy.agreed {
        return Err(Refusal::RemedyAnswered { at: *at });
    }
    Ok(vec![RemedyAgreed { bidder, request, name: name.to_owned(), lock_tail, statement }.into()])
}

/// Takes a part. With the last that is needed the lock share is there, in the same batch.
pub(super) fn give(state: &State, by: &Actor, part: Part, at: At) -> Result<Vec<Event>, Refusal> {
    let attempt = clock(state)?.attempt;
    let key = declared(state)?;
    let trustee = key.trustees.iter().find(|trustee| trustee.index == part.index);
    let trustee = trustee.filter(|trustee| by.name() == Some(trustee.name.as_str()));
    let name = trustee.ok_or(Refusal::NotYourRole)?.name.clone();
    let (row, remedy) = requested(state, &part.bidder, part.request, at)?;
    if part.attempt != attempt || part.bid != row.row.bid {
        return Err(Refusal::OtherBidOrAttempt { attempt, bid: row.row.bid });
    }
    if remedy.agreed.is_none() {
        return Err(Refusal::RemedyNotAgreed);
    }
    if let Some(given) = remedy.parts.get(&part.index) {
        return Err(Refusal::PartGiven { name, at: given.at });
    }
    let Part { bidder, index, request, lock_tail, statement, packages, .. } = part;
    let mut events: Vec<Event> = Vec::new();
    let mut all: std::collections::BTreeMap<u8, Sm3Digest> =
        remedy.parts.iter().map(|(index, given)| (*index, given.packages)).collect();
    all.insert(index, packages);
    let given = RemedyPartGiven {
        bidder: bidder.clone(),
        request,
        attempt,
        index,
        name,
        lock_tail,
        statement,
        packages,
    };
    events.push(given.into());
    if all.len() >= usize::from(key.threshold) {
        let parts: Vec<&[u8]> = all.values().map(|digest| digest.as_bytes().as_slice()).collect();
        let collected = ShareCollected {
            bidder,
            lock: remedy.lock.clone(),
            attempt,
            statement: remedy.statement,
            packages: labelled_sm3("bidroom/remedy-parts/v1", &parts),
            remedy: Some(Remedy::RemedyKey),
        };
        events.push(collected.into());
    }
    Ok(events)
}
