//! What the room signs while it receives: acknowledgements of heads, and receipts.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{At, Bidder, SessionId};
use bidroom_envelope::suite::cms::SignedData;
use bidroom_ledger::receipt::Receipt;
use bidroom_wire::ReceiptBody;
use bidroom_wire::promise::{RoomStatement, SubmissionAcknowledgement};

use super::head::Facts;
use super::{IntakeError, blocking, kinds};
use crate::app::App;
use crate::error::{Fault, fault};
use crate::room::RoomHandle;
use crate::store::{Record, Store};

/// The room has read and checked a submission; it counts only once the content is complete.
pub(super) fn acknowledgement(session: &SessionId, bidder: &Bidder, facts: &Facts, at: At) -> RoomStatement {
    RoomStatement::Submission(SubmissionAcknowledgement {
        at,
        bid: facts.bid,
        bidder: bidder.code.to_string(),
        packages: facts.packages,
        sequence: facts.sequence,
        session: session.clone(),
    })
}

/// The receipt of a bid that the log says was received; none if the log does not. A receipt names the entry's leaf, so
/// custody makes it after the entry is signed: a break between the two is mended here, when somebody asks.
///
/// # Errors
/// [`IntakeError::Fault`], if the log cannot be read; [`IntakeError::ReceiptOwed`], if custody does not sign or the disk
/// does not store.
pub async fn receipt_of(
    app: &App,
    room: &RoomHandle,
    bid: Sm3Digest,
) -> Result<Option<ReceiptBody>, IntakeError> {
    let (store, custodian, session) =
        (app.store.clone(), app.signer.custodian().clone(), room.session().clone());
    let kept = store.record(&session, kinds::RECEIPT, &bid.to_string()).map_err(Fault::from)?;
    if let Some(der) = kept {
        return Ok(Some(body(der)?));
    }
    let named = session.clone();
    let owed = |source| IntakeError::ReceiptOwed { bid, source };
    let made = room.ask_custody(move || custodian.receipt(&named, &bid, None)).await.map_err(owed)?;
    let Some(made) = made else {
        // The entry is durable and custody has not signed it yet: the receipt is owed.
        let stands = room.snapshot().state.standing.values().any(|standing| standing.bid == bid);
        let unsigned = || owed(fault("receipt", &"custody has not signed the entry yet"));
        return if stands { Err(unsigned()) } else { Ok(None) };
    };
    blocking(move || keep(&store, &session, bid.to_string(), made)).await?.map_err(owed)
}

/// The receipt of the key packages that replaced those in a bid; none where custody knows of no such packages.
///
/// # Errors
/// As [`receipt_of`].
pub async fn packages_receipt_of(
    app: &App,
    room: &RoomHandle,
    bid: Sm3Digest,
    packages: Sm3Digest,
) -> Result<Option<ReceiptBody>, IntakeError> {
    let (store, custodian, session) =
        (app.store.clone(), app.signer.custodian().clone(), room.session().clone());
    let kept = store.record(&session, kinds::RECEIPT, &packages.to_string()).map_err(Fault::from)?;
    if let Some(der) = kept {
        return Ok(Some(body(der)?));
    }
    let named = session.clone();
    let owed = |source| IntakeError::ReceiptOwed { bid, source };
    let made = room.ask_custody(move || custodian.receipt(&named, &bid, Some(packages))).await;
    let Some(made) = made.map_err(owed)? else { return Ok(None) };
    blocking(move || keep(&store, &session, packages.to_string(), made)).await?.map_err(owed)
}

fn keep(
    store: &Store,
    session: &SessionId,
    key: String,
    made: Vec<u8>,
) -> Result<Option<ReceiptBody>, Fault> {
    store.put_records(session, &[Record { kind: kinds::RECEIPT, key: key.clone(), bytes: made }])?;
    // Two at once: the first one stored is the receipt, for everybody and for ever.
    store.record(session, kinds::RECEIPT, &key)?.map(body).transpose()
}

fn body(der: Vec<u8>) -> Result<ReceiptBody, Fault> {
    let message = SignedData::parse_own(&der).map_err(|error| fault("receipt", &error))?;
    let receipt = Receipt::parse(message.content()).map_err(|error| fault("receipt", &error))?;
    let code = receipt.code().map_err(|error| fault("receipt", &error))?;
    Ok(ReceiptBody { receipt: Base64Bytes(der), code, at: At(receipt.at), bid: receipt.bid_digest })
}
