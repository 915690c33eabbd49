//! Challenges to locks, and their answers.

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::Command;
use bidroom_domain::{Actor, Bidder};
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_lock::{SignedStatement, Statement, StatementKind};
use bidroom_tender::{PreparedLot, ProbeChallenge};
use bidroom_trust::Refusal;
use bidroom_wire::{ProbeAnswerBody, ProbeBody, ProbeMaterial, Who};

use super::OwnBid;
use crate::app::App;
use crate::ceremony::{officer_of, statement_of_officer};
use crate::room::{Done, RoomHandle};
use crate::store::Record;
use crate::unlock::{UnlockError, kinds, officer_tail, speaks, tail};

/// A challenge to the lock that asks for it: an officer's registered one, or one of those to which the bidder's bid is
/// sealed. Another one is told so before anything is asked of it.
///
/// # Errors
/// [`UnlockError`].
pub async fn challenge(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    who: &Who,
    body: ProbeBody,
) -> Result<ProbeMaterial, UnlockError> {
    let certificate = Certificate::from_der(&body.certificate.0).map_err(UnlockError::LockCertificate)?;
    match (who.officer, &who.bidder) {
        (Some(index), _) => {
            let officer = officer_of(&room.snapshot().state, index)?;
            if officer.encryption_certificate != certificate.digest() {
                return Err(UnlockError::OfficerLock {
                    present: certificate.tail(),
                    registered: officer_tail(app, room, prepared, &officer.encryption_certificate)?,
                });
            }
        }
        (None, Some(bidder)) => {
            let own = OwnBid::of(&app.store, room, bidder)?;
            if !own.locks().any(|package| package.recipient == certificate.digest()) {
                return Err(UnlockError::LockChanged {
                    present: certificate.tail(),
                    sealed_to: own.locks().map(|package| tail(&package.serial)).collect(),
                });
            }
            // A certificate that ended does not keep a lock from opening, but its CA may: say it while there is time.
            app.judge(prepared).person(&certificate, Usage::Encrypt, app.now())?;
        }
        (None, None) => {
            return Err(crate::room::ActError::from(bidroom_domain::opening::Refusal::NotYourRole).into());
        }
    }
    let (custodian, session, now) = (app.signer.custodian().clone(), room.session().clone(), app.now());
    let challenge =
        room.ask_custody(move || custodian.probe(&session, now, body.certificate.0.clone())).await?;
    Ok(ProbeMaterial { challenge: bidroom_canon::Base64Bytes(challenge) })
}

/// Reads a challenge that comes back, and compares it with the statement that answers it.
fn answered(
    signed: &SignedStatement,
    body: &ProbeAnswerBody,
) -> Result<(Sm3Digest, Vec<Record>), UnlockError> {
    let Statement::Probe { challenge, .. } = signed.statement() else { return Err(UnlockError::Share) };
    speaks("challenge", challenge, &Sm3Digest::of(&body.challenge.0))?;
    let document =
        ProbeChallenge::read(&body.challenge.0).map_err(|error| UnlockError::Probe(error.to_string()))?;
    let digest = signed.digest();
    let records = vec![
        Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: body.statement.0.clone() },
        Record { kind: kinds::CHALLENGE, key: challenge.to_string(), bytes: body.challenge.0.clone() },
    ];
    Ok((document.value().recipient, records))
}

/// Takes the answer of an officer's lock.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn officer_answer(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    index: u8,
    body: ProbeAnswerBody,
) -> Result<Done, UnlockError> {
    let officer = officer_of(&room.snapshot().state, index)?;
    let signed = statement_of_officer(app, prepared, &officer, &body.statement.0, StatementKind::Probe)?;
    let (lock, records) = answered(&signed, &body)?;
    let command = Command::ProbeOfficer {
        index,
        lock,
        lock_tail: officer_tail(app, room, prepared, &lock)?,
        challenge: Sm3Digest::of(&body.challenge.0),
        statement: signed.digest(),
    };
    Ok(room.act(Actor::Officer { index, name: officer.name }, command, records).await?)
}

/// Takes the answer of a bidder's lock.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn bidder_answer(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    bidder: &Bidder,
    body: ProbeAnswerBody,
) -> Result<Done, UnlockError> {
    let own = OwnBid::of(&app.store, room, bidder)?;
    let signed = SignedStatement::verify(&body.statement.0, StatementKind::Probe)?;
    match app.judge(prepared).account(signed.certificate(), &bidder.code, Usage::Sign, app.now()) {
        Ok(_) => {}
        Err(Refusal::OtherHolder { holder, .. }) => {
            return Err(UnlockError::Signer { signer: holder, expected: bidder.name.clone() });
        }
        Err(no) => return Err(no.into()),
    }
    speaks("session", signed.statement().session().unwrap_or_default(), room.session().as_str())?;
    let (lock, records) = answered(&signed, &body)?;
    let package = own.locks().find(|package| package.recipient == lock).ok_or(UnlockError::OtherLock)?;
    let command = Command::ProbeLock {
        bid: own.standing.bid,
        lock,
        lock_tail: tail(&package.serial),
        challenge: Sm3Digest::of(&body.challenge.0),
        statement: signed.digest(),
    };
    Ok(room.act(Actor::bidder(bidder), command, records).await?)
}
