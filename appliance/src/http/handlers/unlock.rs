//! Officers' parts and bidders' lock shares.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Sm3Digest;
use bidroom_wire::{AuthoriseBody, ConsentBody, MismatchBody};

use super::json;
use crate::http::acknowledgement::accepted;
use crate::http::extract::{Here, TheApp, bidder, session, who};
use crate::http::server::Workers;
use crate::http::{Failure, body};

fn officer(app: &TheApp, here: &Here, request: &HttpRequest) -> Result<u8, Failure> {
    who(app, here, request)?.officer.ok_or_else(Failure::not_your_role)
}

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
    let (app, room) = (app.into_inner(), here.room);
    let (taking, taking_room) = (app.clone(), room.clone());
    let work = async move { crate::unlock::authorise(&taking, &taking_room, index, wanted).await };
    let done = workers.run(work).await??;
    Ok(json(&accepted(&app, &room, done, Some(statement)).await?))
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
    let bidder = bidder(&app, &here, &request)?;
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
    let bidder = bidder(&app, &here, &request)?;
    let wanted: ConsentBody = body::json(&request, payload).await?;
    let statement = Sm3Digest::of(&wanted.statement.0);
    let (app, room) = (app.into_inner(), here.room);
    let (taking, taking_room) = (app.clone(), room.clone());
    let work = async move { crate::unlock::consent(&taking, &taking_room, &bidder, wanted).await };
    let done = workers.run(work).await??;
    Ok(json(&accepted(&app, &room, done, Some(statement)).await?))
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
    let bidder = bidder(&app, &here, &request)?;
    let wanted: MismatchBody = body::json(&request, payload).await?;
    let (app, room) = (app.into_inner(), here.room);
    let (taking, taking_room) = (app.clone(), room.clone());
    let work = async move { crate::unlock::mismatch(&taking, &taking_room, &bidder, wanted).await };
    let done = workers.run(work).await??;
    Ok(json(&accepted(&app, &room, done, None).await?))
}
