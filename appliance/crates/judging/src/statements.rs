//! Signed statements: consents, authorisations, sign-ins, withdrawals, confirmations, objections, signatures under the
//! record.

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::opening::{Event, Fate, Remedy, RosterRow};
use bidroom_domain::{Actor, At, CreditCode, Officer, evaluation};
use bidroom_envelope::suite::pki::{Certificate, Usage, verify_chain};
use bidroom_lock::{SignedStatement, Statement};
use serde_json::Value;

use crate::objection::same;
use crate::{Known, Objection};

/// SM3 of the signed statement behind an event, where there is one and the reader may know it.
pub fn statement_of(event: &Event) -> Option<Sm3Digest> {
    match event {
        Event::BidWithdrawn(withdrawn) => withdrawn.statement,
        Event::BidderSignedIn(signed_in) => signed_in.statement,
        Event::ShareAuthorised(authorised) => Some(authorised.statement),
        // The request behind it was judged when it was made.
        Event::ShareCollected(collected) if collected.remedy == Some(Remedy::RemedyKey) => None,
        Event::ShareCollected(collected) => Some(collected.statement),
        Event::RemedyAsked(asked) => Some(asked.statement),
        Event::RemedyAgreed(agreed) => Some(agreed.statement),
        Event::RemedyPartGiven(given) => Some(given.statement),
        Event::RecordConfirmed(confirmed) => Some(confirmed.statement),
        Event::ObjectionRaised(raised) => Some(raised.statement),
        Event::RecordSigned(signed) => Some(signed.statement),
        Event::OfficerProbed(probed) => Some(probed.statement),
        Event::ReplacementAgreed(agreed) => Some(agreed.statement),
        Event::ClockConfirmed(confirmed) => Some(confirmed.statement),
        Event::LockProbed(probed) => probed.statement,
        Event::FateAgreed(agreed) => Some(agreed.statement),
        Event::FateContested(contested) => Some(contested.statement),
        Event::Evaluation(event) => evaluation::statement_of(event),
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
        (Event::ShareCollected(collected), Statement::Consent(given) | Statement::Remedy(given)) => {
            let remedy = matches!(statement, Statement::Remedy(_)).then_some(Remedy::KeptShare);
            if collected.remedy != remedy {
                return Err(Objection::Disagrees {
                    member: "remedy",
                    said: format!("{remedy:?}"),
                    logged: format!("{:?}", collected.remedy),
                });
            }
            if remedy.is_some() {
                same("lock", signed.certificate().tail().as_str(), collected.lock.tail.as_str())?;
            }
            let bid = state.row(&collected.bidder).map(|row| row.row.bid);
            same("bid", &Some(given.bid_digest), &bid)?;
            same("attempt", &given.attempt, &collected.attempt)?;
            same("share", &given.share_package_digest, &collected.packages)?;
            devices(known, given.envelope, &given.opening_certificates)?;
            seen(known, &given.checkpoint, index)
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
        (Event::FateAgreed(agreed), Statement::AgreeFate { bidder, decision, fate, .. }) => {
            same("lock", signed.certificate().tail().as_str(), agreed.lock_tail.as_str())?;
            of_fate((&agreed.bidder, &agreed.decision, agreed.fate), (bidder, decision, fate))
        }
        (Event::FateContested(contested), Statement::ContestFate { bidder, decision, fate, text, .. }) => {
            same("lock", signed.certificate().tail().as_str(), contested.lock_tail.as_str())?;
            same("reason", text.as_str(), contested.reason.as_str())?;
            of_fate((&contested.bidder, &contested.decision, contested.fate), (bidder, decision, fate))
        }
        (Event::RemedyAsked(asked), Statement::AskRemedyKey { envelope, attempt, bid_digest, text, .. }) => {
            same("lock", signed.certificate().tail().as_str(), asked.lock.tail.as_str())?;
            same("envelope", envelope, &known.envelope)?;
            same("attempt", attempt, &asked.attempt)?;
            same("bid", bid_digest, &asked.bid)?;
            same("reason", text.as_str(), asked.reason.as_str())
        }
        (Event::RemedyAgreed(agreed), Statement::AgreeRemedyKey { bidder, request, .. }) => {
            same("lock", signed.certificate().tail().as_str(), agreed.lock_tail.as_str())?;
            same("bidder", bidder.as_str(), agreed.bidder.as_str())?;
            same("request", request, &agreed.request)
        }
        (Event::RemedyPartGiven(part), Statement::RemedyPart { request, share_index, given }) => {
            same("lock", signed.certificate().tail().as_str(), part.lock_tail.as_str())?;
            same("request", request, &part.request)?;
            same("share index", share_index, &u32::from(part.index))?;
            let bid = state.row(&part.bidder).map(|row| row.row.bid);
            same("bid", &Some(given.bid_digest), &bid)?;
            same("attempt", &given.attempt, &part.attempt)?;
            same("part", &given.share_package_digest, &part.packages)?;
            devices(known, given.envelope, &given.opening_certificates)?;
            seen(known, &given.checkpoint, index)
        }
        (Event::OfficerProbed(probed), Statement::Probe { challenge, .. }) => {
            same("challenge", challenge, &probed.challenge)
        }
        (Event::LockProbed(probed), Statement::Probe { challenge, .. }) => {
            same("challenge", &Some(*challenge), &probed.challenge)
        }
        (Event::ClockConfirmed(confirmed), Statement::ConfirmTime { step, at, .. }) => {
            same("lock", signed.certificate().tail().as_str(), confirmed.lock_tail.as_str())?;
            same("step of the clock", step, &confirmed.step)?;
            same("time", at, &confirmed.said.0)
        }
        (
            Event::ReplacementAgreed(agreed),
            Statement::ReplaceOfficers {
                envelope,
                version,
                share_index,
                package_digest,
                opening_certificates,
                officers,
                ..
            },
        ) => {
            same("lock", signed.certificate().tail().as_str(), agreed.lock_tail.as_str())?;
            same("share index", share_index, &u32::from(agreed.index))?;
            same("version", version, &agreed.version)?;
            same("part", package_digest, &agreed.packages)?;
            same("officers", officers, &officers_digest(&agreed.officers)?)?;
            devices(known, *envelope, opening_certificates)
        }
        (Event::Evaluation(event), Statement::Evaluate { checkpoint, act, .. }) => {
            seen(known, checkpoint, index)?;
            acted(event, signed.certificate(), act)
        }
        (event, statement) => Err(Objection::Disagrees {
            member: "kind of statement",
            said: format!("{:?}", statement.kind()),
            logged: event.kind().to_owned(),
        }),
    }
}

/// A supervisor's statement speaks of the decision that its event names; that this is the one that stands is judged with
/// the rules.
fn of_fate(
    (bidder, decision, fate): (&CreditCode, &Sm3Digest, Fate),
    (said_of, said, word): (&str, &Sm3Digest, &str),
) -> Result<(), Objection> {
    same("bidder", said_of, bidder.as_str())?;
    same("decision", said, decision)?;
    same("fate", word, fate.word())
}

/// What was signed is the very command that gave the event.
fn acted(event: &evaluation::Event, certificate: &Certificate, act: &Value) -> Result<(), Objection> {
    let unreadable = |why: String| Objection::Unreadable { what: "act", why };
    // What is not shown cannot be compared; that it is missing is found with the rules.
    let Some(command) = evaluation::command_of(event) else { return Ok(()) };
    if let Some(tail) = command.lock_tail() {
        same("lock", certificate.tail().as_str(), tail)?;
    }
    let logged = serde_json::to_value(&command).map_err(|error| unreadable(error.to_string()))?;
    if *act == logged {
        return Ok(());
    }
    let shown = |value: &Value| value.to_string().chars().take(200).collect();
    Err(Objection::Disagrees { member: "act", said: shown(act), logged: shown(&logged) })
}

/// A member of the committee signs with its own lock, where the list names one, or with a key made on the spot for this one
/// document, which the room's own CA certified.
fn check_member(known: &Known<'_>, index: u8, signed: &SignedStatement, at: At) -> Result<(), Objection> {
    let certificate = signed.certificate();
    let Statement::Evaluate { member, handwriting, .. } = signed.statement() else {
        return Err(Objection::Stranger {
            name: certificate.holder().to_owned(),
            role: "maker of this statement",
        });
    };
    same("member", member, &Some(index))?;
    let state = known.state.evaluation.as_deref();
    let stranger =
        || Objection::Stranger { name: certificate.holder().to_owned(), role: "member of the committee" };
    let listed = state.and_then(|state| state.member(index)).ok_or_else(stranger)?.member.as_ref();
    if let Some(own) = listed.and_then(|listed| listed.certificate) {
        same("signer", &certificate.digest(), &own)?;
        known.judge.named(certificate, Usage::Sign, at)?;
        return Ok(());
    }
    let issuer = known.issuer.ok_or_else(stranger)?;
    verify_chain(certificate, &[], core::slice::from_ref(issuer), at.0, Usage::Sign)
        .map_err(|error| Objection::Unreadable { what: "certificate of a member", why: error.to_string() })?;
    let content = signed.statement().to_canonical();
    let content =
        content.map_err(|error| Objection::Unreadable { what: "statement", why: error.to_string() })?;
    same("document", &certificate.document(), &Some(Sm3Digest::of(&content)))?;
    if let Some(listed) = listed {
        same("name", certificate.holder(), listed.name.as_str())?;
    }
    if handwriting.is_none() {
        return Err(Objection::Disagrees {
            member: "handwriting",
            said: "none".to_owned(),
            logged: "a key made on the spot signs with a signature by hand".to_owned(),
        });
    }
    Ok(())
}

/// By what a statement names the officers as they will be: SM3 of their canonical list.
///
/// # Errors
/// [`Objection::Unreadable`] if it has no canonical form.
pub fn officers_digest(officers: &[Officer]) -> Result<Sm3Digest, Objection> {
    let list = to_canonical(officers)
        .map_err(|error| Objection::Unreadable { what: "officers", why: error.to_string() })?;
    Ok(Sm3Digest::of(&list))
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

/// The bid for which a consent is given: it was received while its signer's certificate counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedBid {
    /// SM3 of the certificate that signed the bid.
    pub signer: Sm3Digest,
    /// When the room received it.
    pub at: At,
}

/// Whether a statement was signed by whoever did it, with a certificate that counted then. For the consent to open a bid,
/// `received` is that bid: what happened later to the certificate that signed it does not keep it closed.
///
/// # Errors
/// [`Objection`].
pub fn check_signer(
    known: &Known<'_>,
    by: &Actor,
    signed: &SignedStatement,
    at: At,
    received: Option<ReceivedBid>,
) -> Result<(), Objection> {
    let certificate = signed.certificate();
    match by {
        Actor::Bidder { code, .. } => {
            match received {
                Some(bid) => {
                    let signed_it = certificate.digest() == bid.signer;
                    known.judge.of_received_bid(certificate, code, signed_it, bid.at, at)?
                }
                None => known.judge.account(certificate, code, Usage::Sign, at)?,
            };
            Ok(())
        }
        Actor::Officer { index, .. } => {
            // Officers may have been replaced since: those count who were officers then.
            let signer = certificate.digest();
            let mut officers = known.state.officers_at(at).filter(|officer| officer.index == *index);
            if officers.any(|officer| officer.certificate == signer) {
                return Ok(());
            }
            let now = known.state.officer(*index).map(|officer| officer.certificate);
            same("signer", &Some(signer), &now)
        }
        Actor::Trustee { index, .. } => {
            let key = known.lot.and_then(|lot| lot.policy.declared_remedy_key());
            let trustee = key.and_then(|key| key.trustees.iter().find(|it| it.index == *index));
            same("signer", &Some(certificate.digest()), &trustee.map(|it| it.certificate))?;
            known.judge.named(certificate, Usage::Sign, at)?;
            Ok(())
        }
        Actor::Expert { index } => check_member(known, *index, signed, at),
        by if by.staff().is_some() => {
            // That the lot names this certificate in this role is judged with the rules.
            let named = by.staff().map(|(_, certificate, _)| certificate);
            same("signer", &Some(certificate.digest()), &named)?;
            known.judge.named(certificate, Usage::Sign, at)?;
            Ok(())
        }
        other => Err(Objection::Stranger {
            name: other.name().unwrap_or("the room").to_owned(),
            role: "maker of statements",
        }),
    }
}
