//! A bidder's lock share: what its lock needs, and what it gives.

use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::{Command, LockTag, Phase, Refusal, RowState};
use bidroom_domain::{Actor, Bidder};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::ids::EnvelopeIndex;
use bidroom_envelope::bid::package::{Purpose, packages_digest};
use bidroom_envelope::bid::record::KeyPackage;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::{SignedStatement, Statement, StatementKind};
use bidroom_tender::{PreparedLot, Published};
use bidroom_wire::{ConsentBody, LockPackage, MismatchBody, UnlockMaterial};

use super::{UnlockError, accepted, checkpoint_of, kinds, note_digest, speaks, speaks_of_devices};
use crate::app::App;
use crate::error::fault;
use crate::room::{ActError, Done, RoomHandle, Snapshot};
use crate::store::Record;

/// Everything about one bidder's bid that unlocking needs.
struct Unlocking {
    prepared: std::sync::Arc<PreparedLot>,
    head: Header,
    attempt: u32,
    checkpoint: String,
}

impl Unlocking {
    fn of(app: &App, room: &RoomHandle, bidder: &Bidder) -> Result<Self, UnlockError> {
        let snapshot = room.snapshot();
        let row = row(&snapshot, bidder)?;
        let attempt = snapshot.state.unlock.as_ref().map_or(0, |clock| clock.attempt);
        let session = room.session();
        let prepared = app.tenders.get(session).ok_or_else(|| fault("tender package", &"it is missing"))?;
        let head = app
            .store
            .record(session, kinds::HEAD, &row.row.bid.to_string())?
            .ok_or_else(|| fault("head of the bid", &"it is missing"))?;
        let head = Header::parse(&head).map_err(|error| fault("head of the bid", &error))?;
        let checkpoint = checkpoint_of(&app.store, session, "unlock.started")?
            .ok_or_else(|| fault("checkpoint", &"it is not signed yet; try again in a second"))?;
        Ok(Self { prepared, head, attempt, checkpoint })
    }

    fn published(&self) -> Result<&Published, UnlockError> {
        Ok(self.prepared.publication.as_ref().ok_or_else(|| fault("publication", &"it is missing"))?)
    }

    fn lock_packages(&self) -> impl Iterator<Item = &KeyPackage> {
        let packages = self.head.packages().value().of_envelope(EnvelopeIndex::FIRST);
        packages.filter(|package| package.purpose == Purpose::Lock)
    }

    fn tails(&self) -> Vec<String> {
        self.lock_packages().map(|package| tail(&package.serial)).collect()
    }
}

/// The last four digits of a serial number, as locks are told apart by people.
fn tail(serial: &str) -> String {
    let digits: Vec<char> = serial.chars().collect();
    digits.iter().skip(digits.len().saturating_sub(4)).map(char::to_ascii_uppercase).collect()
}

fn row(snapshot: &Snapshot, bidder: &Bidder) -> Result<RowState, UnlockError> {
    let state = &snapshot.state;
    if let (Phase::Prepare | Phase::Receive, Some(lot)) = (state.phase, &state.lot) {
        let now = state.last.unwrap_or(lot.deadline);
        return Err(ActError::from(Refusal::TooEarly { opening: lot.deadline, now }).into());
    }
    if state.phase != Phase::Unlock {
        return Err(ActError::from(Refusal::WrongPhase { phase: state.phase }).into());
    }
    let row = state.row(&bidder.code).cloned();
    Ok(row.ok_or_else(|| ActError::from(Refusal::NotOnRoster { bidder: bidder.code.clone() }))?)
}

/// What a bidder's lock needs to give its share. Only once collecting has opened: before, nothing is handed out.
///
/// # Errors
/// [`UnlockError`].
pub async fn material(app: &App, room: &RoomHandle, bidder: &Bidder) -> Result<UnlockMaterial, UnlockError> {
    let unlocking = Unlocking::of(app, room, bidder)?;
    let envelope = unlocking
        .head
        .envelope(EnvelopeIndex::FIRST)
        .ok_or_else(|| fault("head of the bid", &"no first envelope"))?;
    let certificates = &unlocking.published()?.opening;
    Ok(UnlockMaterial {
        session: room.session().clone(),
        envelope: EnvelopeIndex::FIRST.number(),
        attempt: unlocking.attempt,
        bid: unlocking.head.bid_digest().0,
        core: String::from_utf8_lossy(&envelope.core_json).into_owned(),
        packages: unlocking
            .lock_packages()
            .map(|package| LockPackage {
                recipient: package.recipient,
                tail: tail(&package.serial),
                package: package.der.clone(),
            })
            .collect(),
        opening_certificates: certificates.iter().map(|it| Base64Bytes(it.der().to_vec())).collect(),
        checkpoint: unlocking.checkpoint,
    })
}

/// Takes a bidder's share: checks the consent word by word and hands it to custody, which compares the share with
/// its commitment; then the package is held.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn consent(
    app: &App,
    room: &RoomHandle,
    bidder: &Bidder,
    body: ConsentBody,
) -> Result<Done, UnlockError> {
    let unlocking = Unlocking::of(app, room, bidder)?;
    let ConsentBody { statement, packages, lock, kind } = body;
    let signed = SignedStatement::verify(&statement.0, StatementKind::Consent)?;
    check_signer(app, &unlocking, signed.certificate(), bidder)?;
    let Statement::Consent {
        session,
        envelope,
        attempt,
        bid_digest,
        share_package_digest,
        opening_certificates,
        checkpoint,
    } = signed.statement()
    else {
        return Err(UnlockError::Share);
    };
    speaks("session", session.as_str(), room.session().as_str())?;
    speaks("envelope", envelope, &EnvelopeIndex::FIRST.number())?;
    speaks("attempt", attempt, &unlocking.attempt)?;
    speaks("bid_digest", bid_digest, &unlocking.head.bid_digest().0)?;
    speaks("checkpoint", checkpoint, &note_digest(&unlocking.checkpoint))?;
    speaks_of_devices(opening_certificates, &unlocking.published()?.opening)?;
    let sent = packages_digest(packages.iter().map(|package| package.0.as_slice()));
    speaks("share_package_digest", share_package_digest, &sent)?;

    let used =
        unlocking.lock_packages().find(|package| package.recipient == lock).ok_or(UnlockError::OtherLock)?;
    let tag = LockTag {
        kind,
        authority: unlocking.prepared.authority_of(signed.certificate()),
        tail: tail(&used.serial),
    };
    if packages.len() != unlocking.published()?.opening.len() {
        return Err(UnlockError::Share);
    }
    // Custody compares the share itself with its commitment, before anything is appended.
    let digest = signed.digest();
    let mut records =
        vec![Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: statement.0.clone() }];
    records.extend(packages.iter().enumerate().map(|(device, package)| Record {
        kind: kinds::CONSENT_PACKAGE,
        key: format!("{digest}/{device}"),
        bytes: package.0.clone(),
    }));
    let command = Command::CollectShare {
        lock: tag,
        attempt: *attempt,
        bid: *bid_digest,
        statement: digest,
        packages: sent,
    };
    Ok(room.act(Actor::bidder(bidder), command, records).await?)
}

fn check_signer(
    app: &App,
    unlocking: &Unlocking,
    signer: &Certificate,
    bidder: &Bidder,
) -> Result<(), UnlockError> {
    accepted(&unlocking.prepared, signer, app.now().0)?;
    if signer.credit_code() != Some(bidder.code.as_str()) {
        return Err(UnlockError::Signer {
            signer: signer.holder().to_owned(),
            expected: bidder.name.clone(),
        });
    }
    Ok(())
}

/// Records that a lock was tried to which the bid is not sealed.
///
/// # Errors
/// [`UnlockError`].
pub async fn mismatch(
    app: &App,
    room: &RoomHandle,
    bidder: &Bidder,
    body: MismatchBody,
) -> Result<Done, UnlockError> {
    let unlocking = Unlocking::of(app, room, bidder)?;
    let certificate = Certificate::from_der(&body.certificate.0).map_err(UnlockError::LockCertificate)?;
    if unlocking.lock_packages().any(|package| package.recipient == certificate.digest()) {
        return Err(UnlockError::SameLock);
    }
    let present = LockTag {
        kind: body.kind,
        authority: unlocking.prepared.authority_of(&certificate),
        tail: certificate.tail(),
    };
    let command = Command::ReportLockMismatch { present, sealed_to: unlocking.tails() };
    Ok(room.act(Actor::bidder(bidder), command, Vec::new()).await?)
}
