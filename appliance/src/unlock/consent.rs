//! A bidder's lock share: what its lock needs, and what it gives.

use bidroom_canon::Base64Bytes;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{
    Command, LockKind, LockTag, Phase, Refusal as Rule, Remedy, RowState, Standing,
};
use bidroom_domain::{Actor, At, Bidder, SessionId};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::{Purpose, packages_digest};
use bidroom_envelope::bid::record::{KeyPackage, KeyPackageRecord};
use bidroom_envelope::bid::signed::Signed;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::{GivenShare, SignedStatement, Statement, StatementKind};
use bidroom_tender::{PreparedLot, Published};
use bidroom_trust::{Accepted, Refusal};
use bidroom_wire::{ConsentBody, LockPackage, MismatchBody, UnlockMaterial};

use super::{UnlockError, checkpoint_of, kinds, note_digest, speaks, speaks_of_devices};
use crate::app::App;
use crate::error::{Fault, fault};
use crate::room::{ActError, Done, RoomHandle, Snapshot};
use crate::store::{Record, Store};

/// Everything about one bidder's bid that unlocking needs.
pub(super) struct Unlocking {
    pub(super) prepared: std::sync::Arc<PreparedLot>,
    pub(super) head: Header,
    packages: KeyPackageRecord,
    pub(super) attempt: u32,
    pub(super) checkpoint: String,
    received_at: At,
}

impl Unlocking {
    pub(super) fn of(app: &App, room: &RoomHandle, bidder: &Bidder) -> Result<Self, UnlockError> {
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
        let standing = snapshot.state.standing.get(&bidder.code);
        let standing = standing.ok_or_else(|| fault("the bid", &"it does not stand"))?;
        let packages = record_of(&app.store, session, standing, &head)?;
        let checkpoint = checkpoint_of(&app.store, session, "unlock.started")?
            .ok_or_else(|| fault("checkpoint", &"it is not signed yet; try again in a second"))?;
        let received_at = row.row.received_at;
        Ok(Self { prepared, head, packages, attempt, checkpoint, received_at })
    }

    pub(super) fn published(&self) -> Result<&Published, UnlockError> {
        Ok(self.prepared.publication.as_ref().ok_or_else(|| fault("publication", &"it is missing"))?)
    }

    fn lock_packages(&self) -> impl Iterator<Item = &KeyPackage> {
        let packages = self.packages.of_envelope(EnvelopeIndex::FIRST);
        packages.filter(|package| package.purpose == Purpose::Lock)
    }

    fn tails(&self) -> Vec<String> {
        self.lock_packages().map(|package| tail(&package.serial)).collect()
    }
}

/// The record of key packages that counts for a bid: the one in its head, or the last that replaced it.
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) fn record_of(
    store: &Store,
    session: &SessionId,
    standing: &Standing,
    head: &Header,
) -> Result<KeyPackageRecord, Fault> {
    if standing.packages == head.packages_digest().0 {
        return Ok(head.packages().value().clone());
    }
    let der = store.record(session, kinds::PACKAGES, &standing.packages.to_string())?;
    let der = der.ok_or_else(|| fault("key packages", &"they are missing"))?;
    let record = Signed::<KeyPackageRecord>::parse(&der).map_err(|error| fault("key packages", &error))?;
    Ok(record.value().clone())
}

/// The last four digits of a serial number, as locks are told apart by people.
pub(crate) fn tail(serial: &str) -> String {
    let digits: Vec<char> = serial.chars().collect();
    digits.iter().skip(digits.len().saturating_sub(4)).map(char::to_ascii_uppercase).collect()
}

fn row(snapshot: &Snapshot, bidder: &Bidder) -> Result<RowState, UnlockError> {
    let state = &snapshot.state;
    if let (Phase::Prepare | Phase::Receive, Some(lot)) = (state.phase, &state.lot) {
        let now = state.last.unwrap_or(lot.deadline);
        return Err(ActError::from(Rule::TooEarly { opening: lot.deadline, now }).into());
    }
    if state.phase != Phase::Unlock {
        return Err(ActError::from(Rule::WrongPhase { phase: state.phase }).into());
    }
    let row = state.row(&bidder.code).cloned();
    Ok(row.ok_or_else(|| ActError::from(Rule::NotOnRoster { bidder: bidder.code.clone() }))?)
}

/// What a bidder's lock needs to give its share. Only once collecting has opened: before, nothing is handed out.
///
/// # Errors
/// [`UnlockError`].
pub async fn material(app: &App, room: &RoomHandle, bidder: &Bidder) -> Result<UnlockMaterial, UnlockError> {
    let unlocking = Unlocking::of(app, room, bidder)?;
    let packages = unlocking.lock_packages().map(|package| LockPackage {
        recipient: package.recipient,
        tail: tail(&package.serial),
        package: package.der.clone(),
    });
    let packages = packages.collect();
    material_with(room, unlocking, packages)
}

/// What a lock needs to give a share, or a part of one, that is in one of these packages.
pub(super) fn material_with(
    room: &RoomHandle,
    unlocking: Unlocking,
    packages: Vec<LockPackage>,
) -> Result<UnlockMaterial, UnlockError> {
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
        packages,
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
    let (accepted, given) = checked(app, room, &unlocking, bidder, &signed, &packages)?;
    let used =
        unlocking.lock_packages().find(|package| package.recipient == lock).ok_or(UnlockError::OtherLock)?;
    let tag = shown(kind, &accepted, tail(&used.serial));
    take(room, &unlocking, bidder, Handed { signed: &signed, given, packages: &packages }, tag, None).await
}

/// The share that a statement gives, if it was signed by this bidder and speaks of this bid, attempt and room, and of
/// these packages.
pub(super) fn checked<'a>(
    app: &App,
    room: &RoomHandle,
    unlocking: &Unlocking,
    bidder: &Bidder,
    signed: &'a SignedStatement,
    packages: &[Base64Bytes],
) -> Result<(Accepted, &'a GivenShare), UnlockError> {
    let accepted = check_signer(app, unlocking, signed.certificate(), bidder)?;
    let (Statement::Consent(given) | Statement::Remedy(given)) = signed.statement() else {
        return Err(UnlockError::Share);
    };
    speaks("session", given.session.as_str(), room.session().as_str())?;
    speaks("envelope", &given.envelope, &EnvelopeIndex::FIRST.number())?;
    speaks("attempt", &given.attempt, &unlocking.attempt)?;
    speaks("bid_digest", &given.bid_digest, &unlocking.head.bid_digest().0)?;
    speaks("checkpoint", &given.checkpoint, &note_digest(&unlocking.checkpoint))?;
    speaks_of_devices(&given.opening_certificates, &unlocking.published()?.opening)?;
    let sent = packages_digest(packages.iter().map(|package| package.0.as_slice()));
    speaks("share_package_digest", &given.share_package_digest, &sent)?;
    Ok((accepted, given))
}

/// A share that was handed in and checked.
pub(super) struct Handed<'a> {
    pub(super) signed: &'a SignedStatement,
    pub(super) given: &'a GivenShare,
    pub(super) packages: &'a [Base64Bytes],
}

/// Has the room take a share: custody compares it with its commitment before anything is appended.
pub(super) async fn take(
    room: &RoomHandle,
    unlocking: &Unlocking,
    bidder: &Bidder,
    handed: Handed<'_>,
    lock: LockTag,
    remedy: Option<Remedy>,
) -> Result<Done, UnlockError> {
    let Handed { signed, given, packages } = handed;
    if packages.len() != unlocking.published()?.opening.len() {
        return Err(UnlockError::Share);
    }
    let command = Command::CollectShare {
        lock,
        attempt: given.attempt,
        bid: given.bid_digest,
        statement: signed.digest(),
        packages: given.share_package_digest,
        remedy,
    };
    Ok(room.act(Actor::bidder(bidder), command, records_of(signed, packages)).await?)
}

/// What is kept of a share that was handed in: the statement and the packages.
fn records_of(signed: &SignedStatement, packages: &[Base64Bytes]) -> Vec<Record> {
    let digest = signed.digest();
    let packages = packages.iter().enumerate().map(|(device, package)| Record {
        kind: kinds::CONSENT_PACKAGE,
        key: format!("{digest}/{device}"),
        bytes: package.0.clone(),
    });
    let said = Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: signed.der().to_vec() };
    std::iter::once(said).chain(packages).collect()
}

/// A lock as everybody is shown it: of which authority, and what happened to its certificate since the bid was received.
/// The supervisor reads it beside the bid.
pub(super) fn shown(kind: LockKind, accepted: &Accepted, tail: String) -> LockTag {
    let authority = match &accepted.despite {
        None => accepted.authority.clone(),
        Some(no) => format!("{}（{}）", accepted.authority, no.remark_zh()),
    };
    LockTag { kind, authority, tail }
}

pub(super) fn check_signer(
    app: &App,
    unlocking: &Unlocking,
    signer: &Certificate,
    bidder: &Bidder,
) -> Result<Accepted, UnlockError> {
    let signed_it = unlocking.head.submission().signer() == signer;
    let judge = app.judge(&unlocking.prepared);
    match judge.of_received_bid(signer, &bidder.code, signed_it, unlocking.received_at, app.now()) {
        Ok(accepted) => Ok(accepted),
        Err(Refusal::OtherHolder { holder, .. }) => {
            Err(UnlockError::Signer { signer: holder, expected: bidder.name.clone() })
        }
        Err(no) => Err(no.into()),
    }
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
