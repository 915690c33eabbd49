//! Bidders' locks before the deadline: probes, and new packages for other locks.

use bidroom_canon::Sm3Digest;

use super::super::event::{Event, LockProbed, PackagesReplaced};
use super::super::refusal::Refusal;
use super::super::state::{Standing, State};
use super::officers::PROBE_PAUSE;
use super::receiving::receiving;
use crate::{Actor, At, Bidder};

/// A lock that opened a challenge.
pub(super) struct Answered {
    pub(super) bid: Sm3Digest,
    pub(super) lock: Sm3Digest,
    pub(super) lock_tail: String,
    pub(super) challenge: Sm3Digest,
    pub(super) statement: Sm3Digest,
}

/// A record of key packages that would count.
pub(super) struct Rewrapped {
    pub(super) bid: Sm3Digest,
    pub(super) packages: Sm3Digest,
    pub(super) version: u32,
    pub(super) added: Vec<Sm3Digest>,
    pub(super) record: Sm3Digest,
}

/// The bidder and its bid that stands, which must be this one.
fn standing<'a>(
    state: &'a State,
    by: &Actor,
    bid: Sm3Digest,
    at: At,
) -> Result<(Bidder, &'a Standing), Refusal> {
    let bidder = receiving(state, by, at)?;
    let standing = state.standing.get(&bidder.code).ok_or(Refusal::NoBid)?;
    if standing.bid == bid {
        Ok((bidder, standing))
    } else {
        Err(Refusal::StaleReplacement { standing: Some(standing.bid), sequence: standing.sequence })
    }
}

pub(super) fn probe(state: &State, by: &Actor, answered: Answered, at: At) -> Result<Vec<Event>, Refusal> {
    let (bidder, _) = standing(state, by, answered.bid, at)?;
    let before = state.lock_probes.get(&bidder.code).and_then(|locks| locks.get(&answered.lock));
    let recent =
        before.is_some_and(|(bid, probed)| *bid == answered.bid && at.millis_since(probed.at) < PROBE_PAUSE);
    if recent {
        return Ok(Vec::new());
    }
    Ok(vec![
        LockProbed {
            bidder: Some(bidder),
            bid: Some(answered.bid),
            lock: Some(answered.lock),
            lock_tail: Some(answered.lock_tail),
            challenge: Some(answered.challenge),
            statement: Some(answered.statement),
        }
        .into(),
    ])
}

pub(super) fn rewrap(state: &State, by: &Actor, next: Rewrapped, at: At) -> Result<Vec<Event>, Refusal> {
    let (bidder, standing) = standing(state, by, next.bid, at)?;
    if standing.version.checked_add(1) != Some(next.version) {
        return Err(Refusal::OtherPackages { version: standing.version });
    }
    Ok(vec![
        PackagesReplaced {
            bidder: Some(bidder),
            bid: Some(next.bid),
            packages: Some(next.packages),
            version: Some(next.version),
            added: Some(next.added),
            record: Some(next.record),
        }
        .into(),
    ])
}
