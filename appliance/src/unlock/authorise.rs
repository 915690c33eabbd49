//! An officer's part of the officers' key: what its lock needs, and what it gives.

use bidroom_canon::{Base64Bytes, Sm3Digest, to_canonical};
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{Command, Phase, Refusal, RosterRow};
use bidroom_domain::{Actor, Officer};
use bidroom_envelope::bid::package::packages_digest;
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_lock::{SignedStatement, Statement, StatementKind};
use bidroom_tender::{PreparedLot, Published, Redeal, SignedDocument};
use bidroom_wire::{AuthoriseBody, AuthoriseMaterial};

use super::{UnlockError, checkpoint_of, kinds, note_digest, speaks, speaks_of_devices};
use crate::app::App;
use crate::error::{Fault, fault};
use crate::room::{ActError, Done, RoomHandle};
use crate::store::Record;
use crate::tenders::kinds as tender_kinds;

/// The attempt officers authorise: there is one window a lot.
const ATTEMPT: u32 = 1;

struct Authorising {
    prepared: std::sync::Arc<PreparedLot>,
    officer: Officer,
    roster: Sm3Digest,
    checkpoint: Sm3Digest,
}

impl Authorising {
    fn of(app: &App, room: &RoomHandle, index: u8) -> Result<Self, UnlockError> {
        let snapshot = room.snapshot();
        let state = &snapshot.state;
        let lot = state.lot.as_ref().ok_or(ActError::from(Refusal::WrongPhase { phase: state.phase }))?;
        let refusal = match (state.phase, &state.refused) {
            (Phase::Prepare | Phase::Receive, _) => {
                Some(Refusal::TooEarly { opening: lot.deadline, now: app.now() })
            }
            (_, Some((bidders, minimum, clause, _))) => {
                Some(Refusal::TooFewBidders { bidders: *bidders, minimum: *minimum, clause: clause.clone() })
            }
            (Phase::Authorise | Phase::Unlock, None) => None,
            (phase, None) => Some(Refusal::WrongPhase { phase }),
        };
        if let Some(refusal) = refusal {
            return Err(ActError::from(refusal).into());
        }
        let officer = state.officer(index).cloned();
        let officer = officer.ok_or(ActError::from(Refusal::UnknownOfficer { index }))?;
        let rows: Vec<RosterRow> = state.roster.iter().map(|row| row.row.clone()).collect();
        let roster = Sm3Digest::of(&to_canonical(&rows).map_err(|error| fault("roster", &error))?);
        let checkpoint = checkpoint_of(&app.store, room.session(), "roster.published")?
            .ok_or_else(|| fault("checkpoint", &"it is not signed yet; try again in a second"))?;
        let prepared =
            app.tenders.get(room.session()).ok_or_else(|| fault("tender package", &"it is missing"))?;
        Ok(Self { prepared, officer, roster, checkpoint: note_digest(&checkpoint) })
    }

    fn published(&self) -> Result<&Published, Fault> {
        self.prepared.publication.as_ref().ok_or_else(|| fault("publication", &"it is missing"))
    }
}

/// The last four digits of an officer's encryption certificate: of the tender package, or of an officer who came later.
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) fn officer_tail(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    digest: &Sm3Digest,
) -> Result<String, Fault> {
    let known = prepared.package.value().certificates_by_digest();
    let known = known.map_err(|error| fault("certificates of the tender package", &error))?;
    if let Some(certificate) = known.get(digest) {
        return Ok(certificate.tail());
    }
    let der = app.store.record(room.session(), kinds::CERTIFICATE, &digest.to_string())?;
    Ok(der.and_then(|der| Certificate::from_der(&der).ok()).map(|it| it.tail()).unwrap_or_default())
}

/// An officer's part as it was dealt last, and the dealing.
pub(crate) struct Dealt {
    pub(crate) part: Base64Bytes,
    /// Canonical JSON of the dealing.
    pub(crate) deal: String,
    /// The signed document, where it is not the published dealing.
    pub(crate) redeal: Option<Base64Bytes>,
}

impl Dealt {
    pub(crate) fn of(app: &App, room: &RoomHandle, published: &Published, index: u8) -> Result<Self, Fault> {
        let missing = |what: &str| fault(what, &"it is missing");
        let redeal = match room.snapshot().state.redeals.last() {
            None => None,
            Some(digest) => {
                let der = app.store.record(room.session(), tender_kinds::REDEAL, &digest.to_string())?;
                let der = der.ok_or_else(|| missing("the dealing of the officers' key"))?;
                let document = SignedDocument::<Redeal>::parse(&der)
                    .map_err(|error| fault("the dealing of the officers' key", &error))?;
                Some((*digest, document))
            }
        };
        let (named, deal) = match &redeal {
            None => (published.document.digest(), &published.document.value().officers.deal),
            Some((digest, document)) => (*digest, &document.value().deal),
        };
        let part = app.store.record(room.session(), tender_kinds::DEALT, &format!("{named}/{index}"))?;
        let part = part.ok_or_else(|| missing("the officer's part"))?;
        let deal = to_canonical(deal).map_err(|error| fault("deal", &error))?;
        Ok(Self {
            part: Base64Bytes(part),
            deal: String::from_utf8_lossy(&deal).into_owned(),
            redeal: redeal.map(|(_, document)| Base64Bytes(document.der().to_vec())),
        })
    }
}

/// What an officer's lock needs to give its part. Only once the roster is published.
///
/// # Errors
/// [`UnlockError`].
pub async fn authorise_material(
    app: &App,
    room: &RoomHandle,
    index: u8,
) -> Result<AuthoriseMaterial, UnlockError> {
    let authorising = Authorising::of(app, room, index)?;
    let published = authorising.published()?;
    let dealt = Dealt::of(app, room, published, index)?;
    Ok(AuthoriseMaterial {
        session: room.session().clone(),
        envelope: EnvelopeIndex::FIRST.number(),
        attempt: ATTEMPT,
        index,
        dealt: dealt.part,
        deal: dealt.deal,
        redeal: dealt.redeal,
        opening_certificates: published.opening.iter().map(|it| Base64Bytes(it.der().to_vec())).collect(),
        roster: authorising.roster,
        checkpoint: authorising.checkpoint,
    })
}

/// Takes an officer's part: checks the statement word by word and hands it to custody, which compares the part with the
/// published commitments; then the package is held.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn authorise(
    app: &App,
    room: &RoomHandle,
    index: u8,
    body: AuthoriseBody,
) -> Result<Done, UnlockError> {
    let authorising = Authorising::of(app, room, index)?;
    let AuthoriseBody { statement, packages } = body;
    let signed = SignedStatement::verify(&statement.0, StatementKind::Authorise)?;
    // The package names the certificate itself, whatever happens to its authority.
    app.judge(&authorising.prepared).named(signed.certificate(), Usage::Sign, app.now())?;
    if signed.certificate().digest() != authorising.officer.certificate {
        return Err(UnlockError::Signer {
            signer: signed.certificate().holder().to_owned(),
            expected: authorising.officer.name.clone(),
        });
    }
    let Statement::Authorise {
        session,
        envelope,
        attempt,
        share_index,
        package_digest,
        opening_certificates,
        roster_digest,
        deadline_checkpoint,
    } = signed.statement()
    else {
        return Err(UnlockError::Share);
    };
    speaks("session", session.as_str(), room.session().as_str())?;
    speaks("envelope", envelope, &EnvelopeIndex::FIRST.number())?;
    speaks("attempt", attempt, &ATTEMPT)?;
    speaks("share_index", share_index, &u32::from(index))?;
    speaks("roster_digest", roster_digest, &authorising.roster)?;
    speaks("deadline_checkpoint", deadline_checkpoint, &authorising.checkpoint)?;
    speaks_of_devices(opening_certificates, &authorising.published()?.opening)?;
    let sent = packages_digest(packages.iter().map(|package| package.0.as_slice()));
    speaks("package_digest", package_digest, &sent)?;

    if packages.len() != authorising.published()?.opening.len() {
        return Err(UnlockError::Share);
    }
    // Custody compares the part itself with the published commitments, before anything is appended.
    let lock = &authorising.officer.encryption_certificate;
    let lock_tail = officer_tail(app, room, &authorising.prepared, lock)?;
    let digest = signed.digest();
    let mut records =
        vec![Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: statement.0.clone() }];
    records.extend(packages.iter().enumerate().map(|(device, package)| Record {
        kind: kinds::OFFICER_PACKAGE,
        key: format!("{digest}/{device}"),
        bytes: package.0.clone(),
    }));
    let by = Actor::Officer { index, name: authorising.officer.name.clone() };
    let command = Command::AuthoriseShare { index, lock_tail, statement: digest };
    Ok(room.act(by, command, records).await?)
}
