//! A session: what is public of it, and what a person is and has in it.

use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Base64Bytes;
use bidroom_domain::Bidder;
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::Purpose;
use bidroom_wire::{MineView, SessionInfo};

use super::json;
use crate::app::App;
use crate::error::Fault;
use crate::http::Failure;
use crate::http::extract::{Here, TheApp, bidder, session, who};
use crate::intake::{IntakeError, receipt_of};

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
    let bidder = bidder(&app, &here, &request)?;
    Ok(json(&mine_of(&app, &here, &bidder).await?))
}

async fn mine_of(app: &App, here: &Here, bidder: &Bidder) -> Result<MineView, Failure> {
    let snapshot = here.room.snapshot();
    let state = &snapshot.state;
    let standing = state.standing.get(&bidder.code);
    let (receipt, sealed_to) = match standing {
        Some(standing) => {
            let receipt = receipt_of(app, &here.room, standing.bid).await?;
            let kind = crate::unlock::kinds::HEAD;
            let head = app
                .store
                .record(here.room.session(), kind, &standing.bid.to_string())
                .map_err(Fault::from)?;
            (receipt, head.map_or_else(Vec::new, |head| tails(&head)))
        }
        None => (None, Vec::new()),
    };
    Ok(MineView {
        receipt,
        sequence: standing.map_or(0, |standing| standing.sequence),
        sealed_to,
        upload: app.intake.unfinished(here.room.session(), &bidder.code),
        signed_in: state.signed_in.get(&bidder.code).map(|(_, at)| *at),
    })
}

/// Last four digits of the serials of the locks a bid is sealed to. A head says which certificates, not which of them
/// is in the main lock; the order is the record's.
fn tails(head: &[u8]) -> Vec<String> {
    let Ok(header) = Header::parse(head) else { return Vec::new() };
    let mut tails: Vec<String> = Vec::new();
    for package in
        header.packages().value().packages.iter().filter(|package| package.purpose == Purpose::Lock)
    {
        let tail =
            package.serial.get(package.serial.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        if !tails.contains(&tail) {
            tails.push(tail);
        }
    }
    tails
}
