//! Receiving: bids, replacements, withdrawals, sign-in, and the deadline.

use bidroom_canon::Sm3Digest;

use super::super::command::bidder_of;
use super::super::event::{
    BidReceived, BidWithdrawn, BidderSignedIn, DeadlinePassed, Event, OpeningRefused, ReplacementStarted,
    RosterPublished, RosterRow,
};
use super::super::refusal::Refusal;
use super::super::state::{Phase, State};
use super::{count, in_phase, lot};
use crate::{Actor, At, Bidder, ReplacementAtDeadline};

const RECEIVING_CLAUSE: &str = "招标投标法 第二十八条；电子招标投标办法 第二十七条";

/// A bid that is wholly stored.
pub(super) struct Accepted {
    pub(super) bid: Sm3Digest,
    pub(super) packages: Sm3Digest,
    pub(super) sequence: u32,
    pub(super) length: u64,
}

/// The bidder behind a bidder's command, if receiving is open at `at`.
pub(super) fn receiving(state: &State, by: &Actor, at: At) -> Result<Bidder, Refusal> {
    let lot = lot(state)?;
    if at >= lot.deadline && state.phase != Phase::Prepare {
        return Err(Refusal::TooLate {
            deadline: lot.deadline,
            arrived: at,
            late_millis: at.millis_since(lot.deadline),
            clause: RECEIVING_CLAUSE.to_owned(),
        });
    }
    in_phase(state, &[Phase::Receive])?;
    let bidder = bidder_of(by).ok_or(Refusal::NotYourRole)?;
    let mut trustees = lot.policy.declared_remedy_key().into_iter().flat_map(|key| &key.trustees);
    if trustees.any(|trustee| trustee.code.as_ref() == Some(&bidder.code)) {
        return Err(Refusal::TrusteeBids);
    }
    Ok(bidder)
}

fn check_order(
    state: &State,
    bidder: &Bidder,
    bid: Sm3Digest,
    sequence: u32,
    replaces: Option<Sm3Digest>,
) -> Result<(), Refusal> {
    let standing = state.standing.get(&bidder.code);
    if let Some(standing) = standing.filter(|standing| standing.bid == bid) {
        return Err(Refusal::AlreadyReceived { at: standing.received_at });
    }
    let last = state.sequences.get(&bidder.code).copied().unwrap_or(0);
    if replaces != standing.map(|standing| standing.bid) || sequence <= last {
        return Err(Refusal::StaleReplacement {
            standing: standing.map(|standing| standing.bid),
            sequence: last,
        });
    }
    Ok(())
}

pub(super) fn start_bid(
    state: &State,
    by: &Actor,
    bid: Sm3Digest,
    sequence: u32,
    replaces: Option<Sm3Digest>,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let bidder = receiving(state, by, at)?;
    check_order(state, &bidder, bid, sequence, replaces)?;
    let known = state.replacing.get(&bidder.code) == Some(&bid);
    if known || !state.standing.contains_key(&bidder.code) {
        return Ok(Vec::new());
    }
    Ok(vec![ReplacementStarted { bidder: Some(bidder), bid: Some(bid) }.into()])
}

pub(super) fn receive_bid(
    state: &State,
    by: &Actor,
    accepted: Accepted,
    replaces: Option<Sm3Digest>,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let bidder = receiving(state, by, at)?;
    check_order(state, &bidder, accepted.bid, accepted.sequence, replaces)?;
    Ok(vec![
        BidReceived {
            bidder: Some(bidder),
            bid: Some(accepted.bid),
            packages: Some(accepted.packages),
            sequence: Some(accepted.sequence),
            length: Some(accepted.length),
        }
        .into(),
    ])
}

pub(super) fn withdraw_bid(
    state: &State,
    by: &Actor,
    bid: Sm3Digest,
    statement: Sm3Digest,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let bidder = receiving(state, by, at)?;
    let standing = state.standing.get(&bidder.code).ok_or(Refusal::NoBid)?;
    if standing.bid != bid {
        return Err(Refusal::StaleReplacement { standing: Some(standing.bid), sequence: standing.sequence });
    }
    Ok(vec![BidWithdrawn { bidder: Some(bidder), bid: Some(bid), statement: Some(statement) }.into()])
}

pub(super) fn sign_in(
    state: &State,
    by: &Actor,
    statement: Sm3Digest,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let lot = lot(state)?;
    in_phase(state, &[Phase::Receive])?;
    let (opens, closes) = (lot.sign_in_opens(), lot.deadline);
    if at < opens || at >= closes {
        return Err(Refusal::SignInClosed { opens, closes });
    }
    let bidder = bidder_of(by).ok_or(Refusal::NotYourRole)?;
    if let Some((_, at)) = state.signed_in.get(&bidder.code) {
        return Err(Refusal::AlreadySignedIn { at: *at });
    }
    Ok(vec![BidderSignedIn { bidder: Some(bidder), statement: Some(statement) }.into()])
}

/// At the deadline receiving ends, and either the roster is published or the opening is refused: one batch.
pub(super) fn deadline(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    let lot = lot(state)?;
    if at < lot.deadline {
        return Ok(Vec::new());
    }
    let earlier_stands = lot.policy.replacement_at_deadline.value == ReplacementAtDeadline::EarlierStands;
    let mut standing: Vec<_> = state
        .standing
        .values()
        .filter(|standing| earlier_stands || !state.replacing.contains_key(&standing.bidder.code))
        .collect();
    standing.sort_by(|a, b| (a.received_at, &a.bidder.code).cmp(&(b.received_at, &b.bidder.code)));

    let minimum = &lot.policy.minimum_bidders;
    let next = if count(standing.len()) < minimum.value {
        OpeningRefused {
            bidders: count(standing.len()),
            minimum: minimum.value,
            clause: minimum.clause.clone(),
        }
        .into()
    } else {
        let rows = (1..)
            .zip(standing)
            .map(|(number, standing)| RosterRow {
                number,
                bidder: standing.bidder.clone(),
                bid: standing.bid,
                received_at: standing.received_at,
                signed_in: state.signed_in.contains_key(&standing.bidder.code),
            })
            .collect();
        RosterPublished { rows }.into()
    };
    Ok(vec![DeadlinePassed { deadline: lot.deadline }.into(), next])
}
