//! The remedy key: requests of bidders, and trustees' parts. Custody compares each part with what was sealed, and what
//! enough of them give with the bid's commitment.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_custody::Problem;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{Command, Phase, Refusal as Rule, Trouble};
use bidroom_domain::{Actor, Bidder, Trustee};
use bidroom_envelope::bid::package::{Purpose, packages_digest};
use bidroom_envelope::suite::pki::Usage;
use bidroom_judging::check_opted;
use bidroom_lock::{SignedStatement, Statement, StatementKind};
use bidroom_wire::{AskRemedyKeyBody, LockPackage, RemedyPartBody, RemedyPartMaterial};

use super::consent::{Unlocking, check_signer, material_with, shown, tail};
use super::{UnlockError, kinds, note_digest, speaks, speaks_of_devices};
use crate::app::App;
use crate::error::fault;
use crate::room::{ActError, Done, RoomHandle};
use crate::store::Record;

/// Takes a bidder's request.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn ask_remedy_key(
    app: &App,
    room: &RoomHandle,
    bidder: &Bidder,
    body: AskRemedyKeyBody,
) -> Result<Done, UnlockError> {
    let unlocking = Unlocking::of(app, room, bidder)?;
    let signed = SignedStatement::verify(&body.statement.0, StatementKind::AskRemedyKey)?;
    let accepted = check_signer(app, &unlocking, signed.certificate(), bidder)?;
    let Statement::AskRemedyKey { session, envelope, attempt, bid_digest, text } = signed.statement() else {
        return Err(UnlockError::Share);
    };
    speaks("session", session.as_str(), room.session().as_str())?;
    speaks("envelope", envelope, &EnvelopeIndex::FIRST.number())?;
    let lot = &unlocking.prepared.lot;
    if lot.policy.declared_remedy_key().is_none() {
        return Err(ActError::from(Rule::RemedyNotDeclared).into());
    }
    if check_opted(&unlocking.head, lot, EnvelopeIndex::FIRST.number()).is_err() {
        return Err(UnlockError::NotOpted);
    }
    let command = Command::AskRemedyKey {
        attempt: *attempt,
        bid: *bid_digest,
        lock: shown(body.kind, &accepted, signed.certificate().tail()),
        reason: text.clone(),
        statement: signed.digest(),
    };
    Ok(room.act(Actor::bidder(bidder), command, vec![said(&signed)]).await?)
}

/// The requests that wait for a trustee's part, with what its lock needs.
///
/// # Errors
/// [`UnlockError`].
pub fn remedy_parts(app: &App, room: &RoomHandle, index: u8) -> Result<Vec<RemedyPartMaterial>, UnlockError> {
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    if state.phase != Phase::Unlock {
        return Ok(Vec::new());
    }
    let mut waiting = Vec::new();
    for row in &state.roster {
        let Some(remedy) = row.remedy.as_ref().filter(|_| row.collected.is_none()) else { continue };
        let Some((agreement, _)) = remedy.agreed.filter(|_| !remedy.parts.contains_key(&index)) else {
            continue;
        };
        let unlocking = Unlocking::of(app, room, &row.row.bidder)?;
        let trustee = trustee_of(&unlocking, index)?;
        let record = unlocking.head.packages().value();
        let sealed = record.find(EnvelopeIndex::FIRST, Purpose::Remedy, &trustee.encryption_certificate);
        let sealed = sealed.ok_or(UnlockError::NotOpted)?;
        let package = LockPackage {
            recipient: sealed.recipient,
            tail: tail(&sealed.serial),
            package: sealed.der.clone(),
        };
        let statement = |digest: &Sm3Digest| {
            let der = app.store.record(room.session(), kinds::STATEMENT, &digest.to_string())?;
            Ok::<_, UnlockError>(Base64Bytes(der.ok_or_else(|| fault("statement", &"it is missing"))?))
        };
        waiting.push(RemedyPartMaterial {
            bidder: row.row.bidder.clone(),
            index,
            request: statement(&remedy.statement)?,
            agreement: statement(&agreement)?,
            material: material_with(room, unlocking, vec![package])?,
        });
    }
    Ok(waiting)
}

/// Takes a part of the trustee with this index, who is logged in with this certificate.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn give_remedy_part(
    app: &App,
    room: &RoomHandle,
    (index, certificate): (u8, Sm3Digest),
    body: RemedyPartBody,
) -> Result<Done, UnlockError> {
    let RemedyPartBody { statement, packages } = body;
    let signed = SignedStatement::verify(&statement.0, StatementKind::RemedyPart)?;
    let Statement::RemedyPart { request, share_index, given } = signed.statement() else {
        return Err(UnlockError::Share);
    };
    speaks("session", given.session.as_str(), room.session().as_str())?;
    let snapshot = room.snapshot();
    if snapshot.state.phase != Phase::Unlock {
        return Err(ActError::from(Rule::WrongPhase { phase: snapshot.state.phase }).into());
    }
    let row = snapshot.state.roster.iter().find(|row| row.row.bid == given.bid_digest);
    let bidder = row.map(|row| row.row.bidder.clone()).ok_or(UnlockError::Share)?;
    let unlocking = Unlocking::of(app, room, &bidder)?;
    let trustee = trustee_of(&unlocking, index)?;
    if signed.certificate().digest() != certificate {
        let signer = signed.certificate().holder().to_owned();
        return Err(UnlockError::Signer { signer, expected: trustee.name });
    }
    app.judge(&unlocking.prepared).named(signed.certificate(), Usage::Sign, app.now())?;
    speaks("share_index", share_index, &u32::from(index))?;
    speaks("envelope", &given.envelope, &EnvelopeIndex::FIRST.number())?;
    speaks("attempt", &given.attempt, &unlocking.attempt)?;
    speaks("checkpoint", &given.checkpoint, &note_digest(&unlocking.checkpoint))?;
    let opening = &unlocking.published()?.opening;
    speaks_of_devices(&given.opening_certificates, opening)?;
    let sent = packages_digest(packages.iter().map(|package| package.0.as_slice()));
    speaks("share_package_digest", &given.share_package_digest, &sent)?;
    if packages.len() != opening.len() {
        return Err(UnlockError::Share);
    }
    let digest = signed.digest();
    let code = bidder.code;
    let command = Command::GiveRemedyPart {
        bidder: code.clone(),
        index,
        attempt: given.attempt,
        bid: given.bid_digest,
        request: *request,
        lock_tail: signed.certificate().tail(),
        statement: digest,
        packages: sent,
    };
    let packages = packages.into_iter().enumerate().map(|(device, package)| Record {
        kind: kinds::REMEDY_PACKAGE,
        key: format!("{digest}/{device}"),
        bytes: package.0,
    });
    let records = std::iter::once(said(&signed)).chain(packages).collect();
    let given = room.act(Actor::Trustee { index, name: trustee.name }, command, records).await;
    if let Err(ActError::Custody(Problem::Dealt)) = &given {
        // For the fate of the bid it counts that the bidder dealt so; that it could not be recorded changes nothing.
        let report = Command::ReportTrouble { bidder: code, trouble: Trouble::DealtWrongly {} };
        if let Err(error) = room.act(Actor::Room, report, Vec::new()).await {
            tracing::warn!(session = %room.session(), %error, "wrongly dealt parts were not recorded");
        }
    }
    Ok(given?)
}

fn trustee_of(unlocking: &Unlocking, index: u8) -> Result<Trustee, UnlockError> {
    let key = unlocking.prepared.lot.policy.declared_remedy_key();
    let trustee = key.and_then(|key| key.trustees.iter().find(|trustee| trustee.index == index)).cloned();
    Ok(trustee.ok_or_else(|| ActError::from(Rule::RemedyNotDeclared))?)
}

fn said(signed: &SignedStatement) -> Record {
    Record { kind: kinds::STATEMENT, key: signed.digest().to_string(), bytes: signed.der().to_vec() }
}
