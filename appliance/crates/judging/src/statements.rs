//! Signed statements: consents, authorisations, sign-ins, withdrawals, confirmations, objections, signatures under the
//! record.

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::opening::{Event, RosterRow};
use bidroom_domain::{Actor, At};
use bidroom_envelope::suite::pki::{Certificate, Usage, verify_chain};
use bidroom_lock::{SignedStatement, Statement};

use crate::objection::same;
use crate::{Known, Objection};

/// SM3 of the signed statement behind an event, where there is one and the reader may know it.
pub fn statement_of(event: &Event) -> Option<Sm3Digest> {
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

/// Whether a statement says what its event, which is entry `index` of the log, records.
///
/// # Errors
/// [`Objection::Disagrees`].
pub fn check_statement(
    known: &Known<'_>,
    index: u64,
    event: &Event,
    signed: &SignedStatement,
) -> Result<(), Objection> {
    let (state, statement) = (known.state, signed.statement());
    same("session", statement.session().unwrap_or_default(), known.session.as_str())?;
    let table = state.opened.map(|(_, table)| table);
    match (event, statement) {
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
            let bid = state.row(&collected.bidder).map(|row| row.row.bid);
            same("bid", &Some(*bid_digest), &bid)?;
            same("attempt", attempt, &collected.attempt)?;
            same("share", share_package_digest, &collected.packages)?;
            devices(known, *envelope, opening_certificates)?;
            seen(known, checkpoint, index)
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
            same("attempt", attempt, &state.unlock.as_ref().map_or(*attempt, |clock| clock.attempt))?;
            let rows: Vec<&RosterRow> = state.roster.iter().map(|row| &row.row).collect();
            let roster = to_canonical(&rows)
                .map_err(|error| Objection::Unreadable { what: "roster", why: error.to_string() })?;
            same("roster", roster_digest, &Sm3Digest::of(&roster))?;
            devices(known, *envelope, opening_certificates)?;
            seen(known, deadline_checkpoint, index)
        }
        (Event::RecordConfirmed(_), Statement::Confirm { record, .. }) => {
            same("table", &Some(*record), &table)
        }
        (Event::ObjectionRaised(raised), Statement::Object { record, text, .. }) => {
            same("table", &Some(*record), &table)?;
            same("text", text.as_str(), raised.text.as_str())
        }
        (Event::RecordSigned(event), Statement::SignRecord { record, checkpoint, .. }) => {
            same("table", &Some(*record), &table)?;
            same("lock", signed.certificate().tail().as_str(), event.lock_tail.as_str())?;
            seen(known, checkpoint, index)?;
            match (known.notes.get(checkpoint), known.closed) {
                (Some(size), Some(closed)) if *size > closed => Ok(()),
                _ => Err(Objection::Disagrees {
                    member: "checkpoint",
                    said: checkpoint.to_string(),
                    logged: "a checkpoint from before the end of the session".to_owned(),
                }),
            }
        }
        (event, statement) => Err(Objection::Disagrees {
            member: "kind of statement",
            said: format!("{:?}", statement.kind()),
            logged: event.kind().to_owned(),
        }),
    }
}

/// Shares go to the published opening certificates and to no others.
fn devices(known: &Known<'_>, envelope: u32, certificates: &[Sm3Digest]) -> Result<(), Objection> {
    let published: Vec<_> = known.state.devices.iter().map(|device| device.opening_certificate).collect();
    same("opening certificates", certificates, published.as_slice())?;
    same("envelope", &envelope, &known.envelope)
}

/// The checkpoint that was seen is one of this log, signed before the event.
fn seen(known: &Known<'_>, checkpoint: &Sm3Digest, before: u64) -> Result<(), Objection> {
    let logged = match known.notes.get(checkpoint) {
        Some(size) if *size <= before => return Ok(()),
        Some(size) => format!("that checkpoint over {size} entries, after this event"),
        None => "no such checkpoint".to_owned(),
    };
    Err(Objection::Disagrees { member: "checkpoint", said: checkpoint.to_string(), logged })
}

/// Whether a statement was signed by whoever did it, with a certificate that counted then.
///
/// # Errors
/// [`Objection`].
pub fn check_signer(
    known: &Known<'_>,
    by: &Actor,
    certificate: &Certificate,
    at: At,
) -> Result<(), Objection> {
    match by {
        Actor::Bidder { code, .. } => {
            same("signer", &certificate.credit_code(), &Some(code.as_str()))?;
            verify_chain(certificate, &[], known.authorities, at.0, Usage::Sign)?;
            Ok(())
        }
        Actor::Officer { index, .. } => {
            let officers = known.lot.map(|lot| lot.officers.as_slice()).unwrap_or_default();
            let officer = officers.iter().find(|officer| officer.index == *index);
            same("signer", &Some(certificate.digest()), &officer.map(|officer| officer.certificate))
        }
        by if by.staff().is_some() => {
            // That the lot names this certificate in this role is judged with the rules.
            let named = by.staff().map(|(_, certificate, _)| certificate);
            same("signer", &Some(certificate.digest()), &named)?;
            verify_chain(certificate, &[], core::slice::from_ref(certificate), at.0, Usage::Sign)?;
            Ok(())
        }
        other => Err(Objection::Stranger {
            name: other.name().unwrap_or("the room").to_owned(),
            role: "maker of statements",
        }),
    }
}
