//! Replacing an officer before the deadline: M officers hand in their parts, custody deals the key again.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_custody::Evidence;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{Command, Phase, Refusal};
use bidroom_domain::{Actor, Officer};
use bidroom_envelope::bid::package::packages_digest;
use bidroom_envelope::officers::Deal;
use bidroom_judging::{EvidenceKind, EvidenceName, officers_digest};
use bidroom_lock::{Statement, StatementKind};
use bidroom_tender::{PreparedLot, Published, RedealError, certificates_by_digest, check_new_officers};
use bidroom_wire::{ReplaceBody, ReplaceMaterial};

use super::{officer_of, statement_of_officer};
use crate::app::App;
use crate::error::{Fault, fault};
use crate::room::{ActError, Done, RoomHandle};
use crate::store::Record;
use crate::tenders::kinds as tender_kinds;
use crate::unlock::{Dealt, UnlockError, kinds, speaks, speaks_of_devices};

/// How often the key is dealt anew because custody was started in between and forgot what it had made.
const MOST_DEALT: u32 = 3;

fn published(prepared: &PreparedLot) -> Result<&Published, Fault> {
    prepared.publication.as_ref().ok_or_else(|| fault("publication", &"it is missing"))
}

/// What an officer's lock needs to agree to a replacement. Only before the deadline.
///
/// # Errors
/// [`UnlockError`].
pub async fn replace_material(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    index: u8,
) -> Result<ReplaceMaterial, UnlockError> {
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    let deadline = prepared.lot.deadline;
    if state.phase > Phase::Receive || app.now() >= deadline {
        return Err(ActError::from(Refusal::ReplacementClosed { deadline }).into());
    }
    officer_of(state, index)?;
    let published = published(prepared)?;
    let dealt = Dealt::of(app, room, published, index)?;
    Ok(ReplaceMaterial {
        session: room.session().clone(),
        envelope: EnvelopeIndex::FIRST.number(),
        version: state.dealing.saturating_add(1),
        index,
        dealt: dealt.part,
        deal: dealt.deal,
        redeal: dealt.redeal,
        opening_certificates: published.opening.iter().map(|it| Base64Bytes(it.der().to_vec())).collect(),
        officers: state.officers.clone(),
    })
}

/// Takes an officer's agreement with its part, and has the key dealt again once enough officers agreed.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn agree(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    index: u8,
    body: ReplaceBody,
) -> Result<Done, UnlockError> {
    let officer = officer_of(&room.snapshot().state, index)?;
    let (command, records) = checked(app, room, prepared, &officer, &body)?;
    let by = Actor::Officer { index, name: officer.name };
    let done = room.act(by, command, records).await;
    // Also for whoever agreed before: the room may have been stopped between the last agreement and the dealing.
    if matches!(&done, Ok(_) | Err(ActError::Refusal(Refusal::AlreadyAgreed { .. })))
        && let Err(error) = redeal_due(app, room, prepared).await
    {
        tracing::error!(session = %room.session(), %error, "the officers' key is not dealt again yet");
    }
    Ok(done?)
}

fn checked(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    officer: &Officer,
    body: &ReplaceBody,
) -> Result<(Command, Vec<Record>), UnlockError> {
    let signed =
        statement_of_officer(app, prepared, officer, &body.statement.0, StatementKind::ReplaceOfficers)?;
    let Statement::ReplaceOfficers {
        envelope,
        version,
        deal,
        share_index,
        package_digest,
        opening_certificates,
        officers,
        ..
    } = signed.statement()
    else {
        return Err(UnlockError::Share);
    };
    let published = published(prepared)?;
    let counts = Dealt::of(app, room, published, officer.index)?;
    let counts = Deal::parse(counts.deal.as_bytes()).map_err(|error| fault("deal", &error))?;
    speaks("envelope", envelope, &EnvelopeIndex::FIRST.number())?;
    speaks("share_index", share_index, &u32::from(officer.index))?;
    speaks("deal", deal, &counts.digest().0)?;
    speaks_of_devices(opening_certificates, &published.opening)?;
    let listed = officers_digest(&body.officers).map_err(|error| fault("officers", &error))?;
    speaks("officers", officers, &listed)?;
    let sent = packages_digest(body.packages.iter().map(|package| package.0.as_slice()));
    speaks("package_digest", package_digest, &sent)?;
    if body.packages.len() != published.opening.len() {
        return Err(UnlockError::Share);
    }
    let new = certificates_by_digest(&body.certificates).map_err(UnlockError::LockCertificate)?;
    let package = prepared.package.value();
    let named = package.certificates_by_digest().map_err(|error| fault("tender package", &error))?;
    let mut known = new.clone();
    for earlier in &room.snapshot().state.officers {
        for digest in [earlier.certificate, earlier.encryption_certificate] {
            let der = app.store.record(room.session(), kinds::CERTIFICATE, &digest.to_string())?;
            let certificates = certificates_by_digest(&der.map(Base64Bytes).into_iter().collect::<Vec<_>>());
            known.extend(certificates.map_err(UnlockError::LockCertificate)?);
        }
    }
    let (judge, now) = (app.judge(prepared), app.now());
    check_new_officers(&body.officers, &named, &known, &judge, now).map_err(UnlockError::Officers)?;
    let wanted = |digest: &Sm3Digest| {
        body.officers.iter().any(|it| it.certificate == *digest || it.encryption_certificate == *digest)
    };
    if !new.keys().all(wanted) {
        return Err(UnlockError::Officers(RedealError::Other("certificates")));
    }

    let digest = signed.digest();
    let mut records =
        vec![Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: body.statement.0.clone() }];
    records.extend(body.packages.iter().enumerate().map(|(device, package)| Record {
        kind: kinds::OFFICER_PACKAGE,
        key: format!("{digest}/{device}"),
        bytes: package.0.clone(),
    }));
    records.extend(new.iter().map(|(digest, certificate)| Record {
        kind: kinds::CERTIFICATE,
        key: digest.to_string(),
        bytes: certificate.der().to_vec(),
    }));
    let command = Command::AgreeReplacement {
        index: officer.index,
        version: *version,
        officers: body.officers.clone(),
        lock_tail: signed.certificate().tail(),
        packages: sent,
        statement: digest,
    };
    Ok((command, records))
}

/// Has custody deal the officers' key again where enough officers agreed, and publishes that. Answers whether it was due.
///
/// # Errors
/// [`ActError`]; then the dealing before still counts, and it is tried again with the next agreement or start.
pub async fn redeal_due(app: &App, room: &RoomHandle, prepared: &PreparedLot) -> Result<bool, ActError> {
    let mut tries = 1;
    loop {
        match redeal_once(app, room, prepared).await {
            Err(ActError::Custody(problem)) if tries < MOST_DEALT => {
                tracing::warn!(%problem, "the officers' key is dealt once more");
                tries += 1;
            }
            done => return done,
        }
    }
}

async fn redeal_once(app: &App, room: &RoomHandle, prepared: &PreparedLot) -> Result<bool, ActError> {
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    let Some((officers, agreed)) = state.due_replacement() else { return Ok(false) };
    if state.phase != Phase::Receive || app.now() >= prepared.lot.deadline {
        return Ok(false);
    }
    let session = room.session();
    let mut names = Vec::new();
    for index in &agreed {
        if let Some(agreement) = state.agreements.get(index) {
            let package =
                |device| EvidenceName::package(EvidenceKind::OfficerPackage, &agreement.statement, device);
            names.extend((0..state.devices.len()).map(package));
        }
    }
    let certificates = officers.iter().flat_map(|it| [it.certificate, it.encryption_certificate]);
    names.extend(certificates.map(|digest| EvidenceName::certificate(&digest)));
    let mut evidence = Vec::new();
    for name in names {
        let bytes = app.store.record(session, name.kind.as_str(), &name.key).map_err(Fault::from)?;
        // Certificates that the tender package has are not kept apart.
        evidence.extend(bytes.map(|bytes| Evidence { name, bytes: Base64Bytes(bytes) }));
    }
    let (custodian, id, now) = (app.signer.custodian().clone(), session.clone(), app.now());
    let made = room.ask_custody(move || custodian.redeal(&id, now, evidence.clone())).await?;
    let digest = made.event.redeal;
    let document = Record { kind: tender_kinds::REDEAL, key: digest.to_string(), bytes: made.redeal.0 };
    let dealt = (1..).zip(made.dealt).map(|(index, part): (u32, Base64Bytes)| Record {
        kind: tender_kinds::DEALT,
        key: format!("{digest}/{index}"),
        bytes: part.0,
    });
    let records = std::iter::once(document).chain(dealt).collect();
    room.act(Actor::Room, Command::RedealOfficers(made.event), records).await?;
    Ok(true)
}
