//! Officers' parts and bidders' lock shares.

use std::sync::Arc;

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::Command;
use bidroom_domain::{Actor, Bidder};
use bidroom_wire::{AuthoriseBody, ConsentBody, MismatchBody, RemedyBody, TroubleBody};

use super::json;
use crate::app::App;
use crate::http::acknowledgement::{accepted, acknowledged};
use crate::http::extract::{Here, TheApp, officer, session, unlocker};
use crate::http::server::Workers;
use crate::http::{Failure, body};
use crate::room::RoomHandle;

/// `GET /api/v1/sessions/{id}/authorise`.
///
/// # Errors
/// A [`Failure`].
pub async fn authorise_material(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let index = officer(&app, &here, &request)?;
    let app = app.into_inner();
    let work = async move { crate::unlock::authorise_material(&app, &here.room, index).await };
    Ok(json(&workers.run(work).await??))
}

/// `POST /api/v1/sessions/{id}/authorise`.
///
/// # Errors
/// A [`Failure`].
pub async fn authorise(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let index = officer(&app, &here, &request)?;
    let wanted: AuthoriseBody = body::json(&request, payload).await?;
    let statement = Sm3Digest::of(&wanted.statement.0);
    let work = move |app: Arc<App>, room: RoomHandle| async move {
        crate::unlock::authorise(&app, &room, index, wanted).await
    };
    acknowledged(app.into_inner(), &workers, here.room, Some(statement), work).await
}

/// `GET /api/v1/sessions/{id}/unlock`.
///
/// # Errors
/// A [`Failure`].
pub async fn material(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = unlocker(&app, &here, &request)?;
    let app = app.into_inner();
    let work = async move { crate::unlock::material(&app, &here.room, &bidder).await };
    Ok(json(&workers.run(work).await??))
}

/// `POST /api/v1/sessions/{id}/unlock`.
///
/// # Errors
/// A [`Failure`].
pub async fn consent(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = unlocker(&app, &here, &request)?;
    let wanted = body::json(&request, payload).await?;
    in_turn(app, &workers, here, bidder, Handed::Consent(wanted)).await
}

/// `POST /api/v1/sessions/{id}/remedy`.
///
/// # Errors
/// A [`Failure`].
pub async fn remedy(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = unlocker(&app, &here, &request)?;
    let wanted = body::json(&request, payload).await?;
    in_turn(app, &workers, here, bidder, Handed::Remedy(wanted)).await
}

/// A share of a bid, as it came.
#[derive(Clone)]
enum Handed {
    Consent(ConsentBody),
    Remedy(RemedyBody),
}

/// Has custody check a share when its turn has come; until it is acknowledged its bidder stands in the queue.
async fn in_turn(
    app: TheApp,
    workers: &Workers,
    here: Here,
    bidder: Bidder,
    handed: Handed,
) -> Result<HttpResponse, Failure> {
    let statement = Sm3Digest::of(match &handed {
        Handed::Consent(body) => &body.statement.0,
        Handed::Remedy(body) => &body.statement.0,
    });
    let (app, room) = (app.into_inner(), here.room);
    let came = app.now();
    let mut place = room.queue_up(&bidder.code);
    let work = async move {
        place.turn().await;
        let take = || async {
            match handed.clone() {
                Handed::Consent(body) => crate::unlock::consent(&app, &room, &bidder, body).await,
                Handed::Remedy(body) => crate::unlock::remedy(&app, &room, &bidder, body).await,
            }
        };
        let done = crate::unlock::in_its_time(&app, &room, &bidder, came, take).await?;
        let said = accepted(&app, &room, done, Some(statement)).await?;
        place.served();
        Ok::<_, Failure>(said)
    };
    Ok(json(&workers.run(work).await??))
}

/// `POST /api/v1/sessions/{id}/trouble`.
///
/// # Errors
/// A [`Failure`].
pub async fn trouble(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = unlocker(&app, &here, &request)?;
    let TroubleBody { trouble } = body::json(&request, payload).await?;
    let by = Actor::bidder(&bidder);
    let command = Command::ReportTrouble { bidder: bidder.code, trouble };
    let done = here.room.act(by, command, Vec::new()).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, None).await?))
}

/// `POST /api/v1/sessions/{id}/mismatch`.
///
/// # Errors
/// A [`Failure`].
pub async fn mismatch(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = unlocker(&app, &here, &request)?;
    let wanted: MismatchBody = body::json(&request, payload).await?;
    let work = move |app: Arc<App>, room: RoomHandle| async move {
        crate::unlock::mismatch(&app, &room, &bidder, wanted).await
    };
    acknowledged(app.into_inner(), &workers, here.room, None, work).await
}
