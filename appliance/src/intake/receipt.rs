//! What the room signs while it receives: acknowledgements of heads, and receipts.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::Event;
use bidroom_domain::{At, Bidder, SessionId};
use bidroom_envelope::suite::cms::SignedData;
use bidroom_ledger::receipt::{RECEIPT_FORMAT, Receipt};
use bidroom_ledger::tree::leaf_hashes;
use bidroom_wire::ReceiptBody;
use serde::Serialize;

use super::head::Facts;
use super::{IntakeError, blocking, kinds};
use crate::app::App;
use crate::error::{Fault, fault};
use crate::room::{RoomHandle, event_of};
use crate::signer::Signer;
use crate::store::{Record, Store};

/// The room has read and checked a submission; it counts only once the content is complete.
#[derive(Debug, Serialize)]
pub(super) struct SubmissionAcknowledgement {
    at: At,
    bid: Sm3Digest,
    bidder: String,
    format: &'static str,
    packages: Sm3Digest,
    sequence: u32,
    session: SessionId,
}

pub(super) fn acknowledgement(
    session: &SessionId,
    bidder: &Bidder,
    facts: &Facts,
    at: At,
) -> SubmissionAcknowledgement {
    SubmissionAcknowledgement {
        at,
        bid: facts.bid,
        bidder: bidder.code.to_string(),
        format: "bidroom/submission-acknowledgement/v1",
        packages: facts.packages,
        sequence: facts.sequence,
        session: session.clone(),
    }
}

/// The receipt of a bid that the log says was received; none if the log does not. A receipt names the entry's leaf, so
/// it is made after the entry is durable: a break between the two is mended here, when somebody asks.
///
/// # Errors
/// [`IntakeError::Fault`], if the log cannot be read; [`IntakeError::ReceiptOwed`], if custody does not sign or the disk
/// does not store.
pub async fn receipt_of(
    app: &App,
    room: &RoomHandle,
    bid: Sm3Digest,
) -> Result<Option<ReceiptBody>, IntakeError> {
    let (store, signer, session) = (app.store.clone(), app.signer.clone(), room.session().clone());
    let origin = room.snapshot().state.origin.clone();
    Ok(blocking(move || find_or_make(&store, &signer, &session, &origin, bid)).await??)
}

fn find_or_make(
    store: &Store,
    signer: &Signer,
    session: &SessionId,
    origin: &str,
    bid: Sm3Digest,
) -> Result<Option<ReceiptBody>, IntakeError> {
    let key = bid.to_string();
    let stored = || store.record(session, kinds::RECEIPT, &key).map_err(Fault::from);
    if let Some(der) = stored()? {
        return Ok(Some(body(der)?));
    }
    let Some(receipt) = from_log(store, signer, session, origin, bid)? else { return Ok(None) };
    let store_it = || -> Result<(), Fault> {
        let bytes = signer.statement(&receipt)?;
        Ok(store.put_records(session, &[Record { kind: kinds::RECEIPT, key: key.clone(), bytes }])?)
    };
    store_it().map_err(|source| IntakeError::ReceiptOwed { bid, source })?;
    // Two at once: the first one stored is the receipt, for everybody and for ever.
    Ok(stored()?.map(body).transpose()?)
}

fn from_log(
    store: &Store,
    signer: &Signer,
    session: &SessionId,
    origin: &str,
    bid: Sm3Digest,
) -> Result<Option<Receipt>, Fault> {
    const PAGE: usize = 200;
    let mut from = 0;
    loop {
        let page = store.entries(session, from, PAGE)?;
        if page.is_empty() {
            return Ok(None);
        }
        for stored in page {
            from += 1;
            let (at, event) =
                event_of(&stored).map_err(|error| fault(&format!("ledger of {session}"), &error))?;
            if let Event::BidReceived(received) = event
                && received.bid == Some(bid)
            {
                // Private fields are always there in the room's own log.
                let packages =
                    received.packages.ok_or_else(|| fault("receipt", &"the entry names no packages"))?;
                return Ok(Some(Receipt {
                    at: at.0,
                    bid_digest: bid,
                    format: RECEIPT_FORMAT.to_owned(),
                    leaf: leaf_hashes(&stored.bytes),
                    origin: origin.parse().map_err(|error| fault("origin", &error))?,
                    packages_digest: packages,
                    room_certificate: signer.certificate().digest(),
                    session: session.to_string(),
                }));
            }
        }
    }
}

fn body(der: Vec<u8>) -> Result<ReceiptBody, Fault> {
    let message = SignedData::parse_own(&der).map_err(|error| fault("receipt", &error))?;
    let receipt = Receipt::parse(message.content()).map_err(|error| fault("receipt", &error))?;
    let code = receipt.code().map_err(|error| fault("receipt", &error))?;
    Ok(ReceiptBody { receipt: Base64Bytes(der), code, at: At(receipt.at), bid: receipt.bid_digest })
}
