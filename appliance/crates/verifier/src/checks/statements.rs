//! Statements: consents, authorisations, sign-ins, withdrawals, confirmations, objections, signatures under the record.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::opening::{Event, RosterRow};
use bidroom_domain::{Actor, At};
use bidroom_envelope::suite::pki::{Certificate, Usage, verify_chain};
use bidroom_lock::{SignedStatement, Statement};

use super::{Case, Shown};
use crate::contents::{self, Kind, MAX_STATEMENT};
use crate::report::ClaimId;

const ID: ClaimId = ClaimId::Statements;

/// Checks the statement behind each event that names one.
pub(crate) fn check(case: &mut Case<impl Read + Seek>) {
    if case.events.is_empty() {
        return;
    }
    case.findings.checked(ID);
    let events = std::mem::take(&mut case.events);
    let mut named = BTreeSet::new();
    let closed = events.iter().find(|it| matches!(it.event, Event::SessionClosed(_))).map(|it| it.index);
    for shown in &events {
        let Some(digest) = statement_of(&shown.event) else { continue };
        named.insert(digest);
        let place = contents::statement(&digest);
        let bytes = case.archive.read(&place, MAX_STATEMENT);
        let Some(bytes) = case.findings.take(ID, &place, bytes) else { continue };
        case.findings.expect(ID, &place, "SM3", &Sm3Digest::of(&bytes), &digest);
        let signed = SignedStatement::verify_any(&bytes);
        let Some(signed) = case.findings.take(ID, &place, signed) else { continue };
        if let Err(what) = says(case, shown, &signed, closed) {
            case.findings.broken(ID, &place, what);
        }
        if let Err(what) = signer(case, shown.by.as_ref(), signed.certificate(), shown.at) {
            case.findings.broken(ID, &place, what);
        }
    }
    for file in &case.index.files {
        if let Some(Kind::Statement(digest)) = Kind::of(&file.name)
            && !named.contains(&digest)
        {
            case.findings.broken(ID, &file.name, "no entry names it");
        }
    }
    case.events = events;
}

fn statement_of(event: &Event) -> Option<Sm3Digest> {
    match event {
        Event::BidWithdrawn(withdrawn) => withdrawn.statement,
        Event::BidderSignedIn(signed_in) => signed_in.statement,
        Event::ShareAuthorised(authorised) => Some(authorised.statement),
        Event::ShareCollected(collected) => Some(collected.statement),
        Event::RecordConfirmed(confirmed) => Some(confirmed.statement),
        Event::ObjectionRaised(raised) => Some(raised.statement),
        Event::RecordSigned(signed) => Some(signed.statement),
        _ => None,
    }
}

fn same<T: PartialEq + core::fmt::Debug>(what: &str, said: &T, logged: &T) -> Result<(), String> {
    if said == logged { Ok(()) } else { Err(format!("{what}: says {said:?}, the log has {logged:?}")) }
}

/// Whether the statement says what the event records.
fn says<R>(
    case: &Case<R>,
    shown: &Shown,
    signed: &SignedStatement,
    closed: Option<u64>,
) -> Result<(), String> {
    let statement = signed.statement();
    let session = statement.session().unwrap_or_default();
    same("session", &session, &case.index.session.as_str())?;
    let table = case.state.opened.map(|(_, table)| table);
    match (&shown.event, statement) {
        (Event::BidderSignedIn(_), Statement::SignIn { .. }) => Ok(()),
        (Event::BidWithdrawn(withdrawn), Statement::Withdraw { bid_digest, .. }) => {
            same("bid", &Some(*bid_digest), &withdrawn.bid)
        }
        (
            Event::ShareCollected(collected),
            Statement::Consent {
                envelope,
                attempt,
                bid_digest,
                share_package_digest,
                opening_certificates,
                checkpoint,
                ..
            },
        ) => {
            let bid = case.state.row(&collected.bidder).map(|row| row.row.bid);
            same("bid", &Some(*bid_digest), &bid)?;
            same("attempt", attempt, &collected.attempt)?;
            same("share", share_package_digest, &collected.packages)?;
            devices(case, *envelope, opening_certificates)?;
            seen(case, checkpoint, shown.index)
        }
        (
            Event::ShareAuthorised(authorised),
            Statement::Authorise {
                envelope,
                attempt,
                share_index,
                opening_certificates,
                roster_digest,
                deadline_checkpoint,
                ..
            },
        ) => {
            same("share index", share_index, &u32::from(authorised.index))?;
            same("attempt", attempt, &case.state.unlock.as_ref().map_or(*attempt, |clock| clock.attempt))?;
            let rows: Vec<&RosterRow> = case.state.roster.iter().map(|row| &row.row).collect();
            let roster = to_canonical(&rows).map_err(|error| error.to_string())?;
            same("roster", roster_digest, &Sm3Digest::of(&roster))?;
            devices(case, *envelope, opening_certificates)?;
            seen(case, deadline_checkpoint, shown.index)
        }
        (Event::RecordConfirmed(_), Statement::Confirm { record, .. }) => {
            same("table", &Some(*record), &table)
        }
        (Event::ObjectionRaised(raised), Statement::Object { record, text, .. }) => {
            same("table", &Some(*record), &table)?;
            same("text", text, &raised.text)
        }
        (Event::RecordSigned(event), Statement::SignRecord { record, checkpoint, .. }) => {
            same("table", &Some(*record), &table)?;
            same("lock", &signed.certificate().tail(), &event.lock_tail)?;
            seen(case, checkpoint, shown.index)?;
            match (case.notes.get(checkpoint), closed) {
                (Some(size), Some(closed)) if *size > closed => Ok(()),
                _ => Err("names a checkpoint from before the end of the session".to_owned()),
            }
        }
        (event, statement) => Err(format!("{} with a statement of {:?}", event.kind(), statement.kind())),
    }
}

/// Shares go to the published opening certificates and to no others.
fn devices<R>(case: &Case<R>, envelope: u32, certificates: &[Sm3Digest]) -> Result<(), String> {
    let published: Vec<_> = case.state.devices.iter().map(|device| device.opening_certificate).collect();
    same("opening certificates", &certificates, &published.as_slice())?;
    match &case.publication {
        Some(publication) => same("envelope", &envelope, &publication.envelope),
        None => Ok(()),
    }
}

/// The checkpoint that was seen is one of this log, signed before the event.
fn seen<R>(case: &Case<R>, checkpoint: &Sm3Digest, before: u64) -> Result<(), String> {
    match case.notes.get(checkpoint) {
        Some(size) if *size <= before => Ok(()),
        Some(size) => Err(format!("names the checkpoint over {size} entries, which is later")),
        None => Err(format!("names checkpoint {checkpoint}, which is not one of this log")),
    }
}

/// Whether it was signed by whoever did it, with a certificate that counted then.
fn signer<R: Read + Seek>(
    case: &Case<R>,
    by: Option<&Actor>,
    certificate: &Certificate,
    at: At,
) -> Result<(), String> {
    match by {
        Some(Actor::Bidder { code, .. }) => {
            same("signer", &certificate.credit_code(), &Some(code.as_str()))?;
            verify_chain(certificate, &[], &case.authorities(), at.0, Usage::Sign)
                .map_err(|refusal| refusal.to_string())
        }
        Some(Actor::Officer { index, .. }) => {
            let officers = case.lot().map(|lot| lot.officers.as_slice()).unwrap_or_default();
            let officer = officers.iter().find(|officer| officer.index == *index);
            same("signer", &Some(certificate.digest()), &officer.map(|officer| officer.certificate))
        }
        Some(by) if by.staff().is_some() => {
            // That the lot names this certificate in this role is judged with the rules.
            let named = by.staff().map(|(_, certificate, _)| certificate);
            same("signer", &Some(certificate.digest()), &named)?;
            verify_chain(certificate, &[], std::slice::from_ref(certificate), at.0, Usage::Sign)
                .map_err(|refusal| refusal.to_string())
        }
        other => Err(format!("{other:?} makes no such statement")),
    }
}
