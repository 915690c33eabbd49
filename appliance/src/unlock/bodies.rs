//! Bodies: the whole content of each opened bid, after the schedules are out.

use std::io;

use bidroom_domain::Actor;
use bidroom_domain::opening::{BodyFailed, BodyVerified, Command, FailureCause, Phase};

use super::keys::{Keyring, ShareError};
use super::opening::{WorkerParts, cause_of, fixed_bids, start};
use crate::error::{Fault, fault};
use crate::room::RoomHandle;

/// Verifies one body after the other and records each, until none is left.
pub(super) fn verify_all(parts: &WorkerParts, room: &RoomHandle) -> Result<(), Fault> {
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    if !matches!(state.phase, Phase::Announce | Phase::Confirm) {
        return Ok(());
    }
    let total = state.roster.iter().filter(|row| row.is_opened()).count();
    let mut done = state.roster.iter().filter(|row| row.body.is_some()).count();
    if done == total {
        room.hub().set_bodies(None);
        return Ok(());
    }
    let keyring = Keyring::open(&parts.store, &parts.custodian, room.session(), state)?;
    for (number, bid) in fixed_bids(state) {
        let row = state.numbered(number);
        if !row.is_some_and(|row| row.is_opened() && row.body.is_none()) {
            continue;
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        room.hub().set_bodies(Some((count(done), count(total))));
        let head = keyring.head(&bid.bid)?;
        let body = match keyring.shares(&bid) {
            Err(ShareError::Room(fault)) => return Err(fault),
            Err(ShareError::Bid(cause, _)) => Err(cause),
            Ok(shares) => match start(&parts.store, &head, &shares)? {
                Err(error) => Err(cause_of(&error)),
                Ok(mut opening) => read_through(&mut opening),
            },
        };
        let body = match body {
            Ok(documents) => Ok(BodyVerified { bidder: bid.bidder, documents }),
            Err(cause) => Err(BodyFailed { bidder: bid.bidder, cause }),
        };
        room.act_blocking(Actor::Room, Command::RecordBody(body))
            .map_err(|error| fault("recording a body", &error))?;
        done += 1;
    }
    room.hub().set_bodies(None);
    Ok(())
}

fn read_through<R: io::Read>(
    opening: &mut bidroom_envelope::bid::open::Opening<R>,
) -> Result<u32, FailureCause> {
    let mut documents = 0_u32;
    loop {
        match opening.next_document(&mut io::sink()) {
            Ok(Some(_)) => documents = documents.saturating_add(1),
            Ok(None) => return Ok(documents),
            Err(error) => return Err(cause_of(&error)),
        }
    }
}
