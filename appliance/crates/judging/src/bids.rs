//! Bids: what the log says of one against its signed head, and published schedules against what was sealed.

use std::collections::BTreeMap;

use bidroom_canon::{Sm3Digest, from_canonical, labelled_sm3, to_canonical};
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{BidOutcome, BidReceived, ScheduleRow};
use bidroom_domain::{At, LotFacts};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::schedule::Schedule;
use bidroom_envelope::suite::pki::Usage;
use bidroom_trust::Judge;
use serde::Serialize;

use crate::Objection;
use crate::objection::same;

/// Whether `header` is the head of the bid that an event records. Reading it has verified both signatures and that the
/// signer is the bidder.
///
/// # Errors
/// [`Objection::Disagrees`] with the first member that differs.
pub fn recorded_bid(received: &BidReceived, header: &Header, lot: &LotFacts) -> Result<(), Objection> {
    let submission = header.submission().value();
    if let Some(bid) = &received.bid {
        same("bid digest", &header.bid_digest().0, bid)?;
    }
    if let Some(bidder) = &received.bidder {
        same("bidder", submission.bidder.as_str(), bidder.code.as_str())?;
    }
    if let Some(packages) = &received.packages {
        same("key packages", &header.packages_digest().0, packages)?;
    }
    if let Some(length) = &received.length {
        same("length", &header.file_length(), length)?;
    }
    if let Some(sequence) = &received.sequence {
        same("sequence", &submission.sequence, sequence)?;
    }
    same("tender", &submission.tender, &lot.tender)?;
    same("lot", &submission.lot, &lot.lot)
}

/// Whether the certificates of both signers of a head counted at `at`, and were the bidder's.
///
/// # Errors
/// [`Objection::Certificate`].
pub fn signers_of(header: &Header, judge: &Judge, at: At) -> Result<(), Objection> {
    let unreadable =
        |error: bidroom_domain::IdError| Objection::Unreadable { what: "bid", why: error.to_string() };
    let bidder = header.submission().value().bidder.as_str().parse().map_err(unreadable)?;
    for signer in [header.submission().signer(), header.packages().signer()] {
        judge.account(signer, &bidder, Usage::Sign, at)?;
    }
    Ok(())
}

/// Whether a published row is what the bidder sealed: the commitment is the signed core's, and schedule and salt give it.
///
/// # Errors
/// [`Objection`].
pub fn sealed_schedule(row: &ScheduleRow, header: &Header, envelope: u32) -> Result<(), Objection> {
    let unreadable = |why: String| Objection::Unreadable { what: "schedule", why };
    let envelope = EnvelopeIndex::try_from(envelope).map_err(|error| unreadable(error.to_string()))?;
    let core =
        &header.envelope(envelope).ok_or_else(|| unreadable("its bid has no such envelope".to_owned()))?.core;
    same("commitment to the schedule", &row.commitment, &core.schedule.0)?;
    let schedule: Schedule =
        from_canonical(row.schedule.as_bytes()).map_err(|error| unreadable(error.to_string()))?;
    if core.schedule.admits(&schedule, &row.salt, &core.scope()) {
        Ok(())
    } else {
        Err(unreadable("schedule and salt do not give the commitment the bidder signed".to_owned()))
    }
}

/// What bidders confirm: outcomes and rows together.
#[derive(Serialize)]
struct Table<'a> {
    outcomes: &'a [BidOutcome],
    rows: &'a BTreeMap<u32, ScheduleRow>,
}

/// Digest of the whole table of opened bids: what bidders confirm.
///
/// # Errors
/// [`Objection::Unreadable`] if it has no canonical form.
pub fn table_digest(
    outcomes: &[BidOutcome],
    rows: &BTreeMap<u32, ScheduleRow>,
) -> Result<Sm3Digest, Objection> {
    let table = to_canonical(&Table { outcomes, rows })
        .map_err(|error| Objection::Unreadable { what: "table", why: error.to_string() })?;
    Ok(labelled_sm3("bidroom/table/v1", &[&table]))
}
