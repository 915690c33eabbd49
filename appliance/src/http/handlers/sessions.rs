//! A session: what is public of it, and what a person is and has in it.

use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Base64Bytes;
use bidroom_domain::Bidder;
use bidroom_envelope::bid::record::KeyPackage;
use bidroom_wire::{MineView, OwnLock, SessionInfo};

use super::json;
use crate::app::App;
use crate::http::Failure;
use crate::http::extract::{Here, TheApp, session, unlocker, who};
use crate::intake::{IntakeError, packages_receipt_of, receipt_of};
use crate::locks::OwnBid;
use crate::unlock::tail;

/// `GET /api/v1/sessions/{id}`.
///
/// # Errors
/// A [`Failure`].
pub async fn session_info(app: TheApp, id: Path<String>) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let snapshot = here.room.snapshot();
    let state = &snapshot.state;
    Ok(json(&SessionInfo {
        session: here.room.session().clone(),
        origin: state.origin.clone(),
        lot: here.prepared.lot.clone(),
        package: here.prepared.package.digest(),
        publication: state.publication,
        devices: state.devices.clone(),
        phase: state.phase,
        signed_package: Base64Bytes(here.prepared.package.der().to_vec()),
    }))
}

/// `GET /api/v1/sessions/{id}/publication`: the signed publication, all a bidder needs to seal.
///
/// # Errors
/// A [`Failure`].
pub async fn publication(app: TheApp, id: Path<String>) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let published = here.prepared.publication.as_ref().ok_or(IntakeError::NotPublished)?;
    let name = format!("attachment; filename=\"{}.publication\"", here.room.session());
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(published.document.der().to_vec()))
}

/// `GET /api/v1/sessions/{id}/me`.
///
/// # Errors
/// A [`Failure`].
pub async fn me(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    Ok(json(&who(&app, &here, &request)?))
}

/// `GET /api/v1/sessions/{id}/mine`.
///
/// # Errors
/// A [`Failure`].
pub async fn mine(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = unlocker(&app, &here, &request)?;
    Ok(json(&mine_of(&app, &here, &bidder).await?))
}

async fn mine_of(app: &App, here: &Here, bidder: &Bidder) -> Result<MineView, Failure> {
    let snapshot = here.room.snapshot();
    let state = &snapshot.state;
    let standing = state.standing.get(&bidder.code);
    let (mut receipt, mut packages_receipt, mut locks) = (None, None, Vec::new());
    if let Some(standing) = standing {
        receipt = receipt_of(app, &here.room, standing.bid).await?;
        if standing.version > 1 {
            packages_receipt = packages_receipt_of(app, &here.room, standing.bid, standing.packages).await?;
        }
        locks = own_locks(app, here, bidder)?;
    }
    let lot = &here.prepared.lot;
    Ok(MineView {
        receipt,
        sequence: standing.map_or(0, |standing| standing.sequence),
        sealed_to: locks.iter().map(|lock| lock.tail.clone()).collect(),
        locks,
        probe_due: lot.locks_probe_due().to_vec(),
        packages_version: standing.map_or(0, |standing| standing.version),
        packages_receipt,
        upload: app.intake.unfinished(here.room.session(), &bidder.code),
        signed_in: state.signed_in.get(&bidder.code).map(|(_, at)| *at),
    })
}

/// The locks to which the bid that stands is sealed, in the record's order: a record says which certificates, not which of
/// them is in the main lock.
fn own_locks(app: &App, here: &Here, bidder: &Bidder) -> Result<Vec<OwnLock>, Failure> {
    let own = OwnBid::of(&app.store, &here.room, bidder)?;
    let snapshot = here.room.snapshot();
    let probes = snapshot.state.lock_probes.get(&bidder.code);
    let lock = |package: &KeyPackage| {
        let probe = probes.and_then(|probes| probes.get(&package.recipient));
        // A probe before a replacement says that the key is there; that it opens this bid was not asked.
        let probe = probe.filter(|(bid, _)| *bid == own.standing.bid);
        OwnLock {
            recipient: package.recipient,
            serial: package.serial.clone(),
            tail: tail(&package.serial),
            probed: probe.map(|(_, probed)| probed.at),
        }
    };
    Ok(own.locks().map(lock).collect())
}
