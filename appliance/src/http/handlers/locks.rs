//! Locks before the opening: probes, and new key packages.

use std::sync::Arc;

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Sm3Digest;
use bidroom_wire::{PackagesAccepted, PackagesBody, ProbeAnswerBody, ProbeBody};

use super::json;
use crate::app::App;
use crate::http::acknowledgement::{accepted, acknowledged};
use crate::http::extract::{TheApp, bidder, session, who};
use crate::http::server::Workers;
use crate::http::{Failure, body};
use crate::intake::packages_receipt_of;
use crate::room::RoomHandle;

/// Longest body with key packages, bytes: a record of 256 KiB with its signature and certificates, in base64.
const MOST_PACKAGES: usize = 512 << 10;

/// `POST /api/v1/sessions/{id}/probe`.
///
/// # Errors
/// A [`Failure`].
pub async fn challenge(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let who = who(&app, &here, &request)?;
    let wanted: ProbeBody = body::json(&request, payload).await?;
    let app = app.into_inner();
    let work = async move { crate::locks::challenge(&app, &here.room, &here.prepared, &who, wanted).await };
    Ok(json(&workers.run(work).await??))
}

/// `POST /api/v1/sessions/{id}/probe-answer`.
///
/// # Errors
/// A [`Failure`].
pub async fn answer(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let who = who(&app, &here, &request)?;
    let wanted: ProbeAnswerBody = body::json(&request, payload).await?;
    let statement = Sm3Digest::of(&wanted.statement.0);
    let prepared = here.prepared;
    let work = move |app: Arc<App>, room: RoomHandle| async move {
        match (who.officer, &who.bidder) {
            (Some(index), _) => crate::locks::officer_answer(&app, &room, &prepared, index, wanted).await,
            (None, Some(bidder)) => crate::locks::bidder_answer(&app, &room, &prepared, bidder, wanted).await,
            (None, None) => {
                Err(crate::room::ActError::from(bidroom_domain::opening::Refusal::NotYourRole).into())
            }
        }
    };
    acknowledged(app.into_inner(), &workers, here.room, Some(statement), work).await
}

/// `GET /api/v1/sessions/{id}/packages`.
///
/// # Errors
/// A [`Failure`].
pub async fn packages(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = bidder(&app, &here, &request)?;
    Ok(json(&crate::locks::own_packages(&app, &here.room, &bidder).await?))
}

/// `POST /api/v1/sessions/{id}/packages`.
///
/// # Errors
/// A [`Failure`].
pub async fn rewrap(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = bidder(&app, &here, &request)?;
    let sent = body::read(&request, payload, MOST_PACKAGES).await?;
    let wanted: PackagesBody = serde_json::from_slice(&sent).map_err(Failure::malformed)?;
    let record = Sm3Digest::of(&wanted.record.0);
    let (app, room) = (app.into_inner(), here.room.clone());
    let taking = app.clone();
    let work =
        async move { crate::locks::rewrap(&taking, &here.room, &here.prepared, &bidder, wanted).await };
    let (done, packages) = workers.run(work).await??;
    let bid = done.events.iter().find_map(|event| match event {
        bidroom_domain::opening::Event::PackagesReplaced(replaced) => replaced.bid,
        _ => None,
    });
    let bid = bid.ok_or_else(Failure::not_found)?;
    let accepted = accepted(&app, &room, done, Some(record)).await?;
    let receipt = packages_receipt_of(&app, &room, bid, packages.0).await?;
    Ok(json(&PackagesAccepted { accepted, receipt: receipt.ok_or_else(Failure::not_found)? }))
}
