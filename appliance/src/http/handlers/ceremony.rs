//! The officers' ceremony.

use std::sync::Arc;

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Sm3Digest;
use bidroom_wire::{ReplaceBody, StatementBody};

use super::json;
use crate::app::App;
use crate::http::acknowledgement::acknowledged;
use crate::http::extract::{TheApp, officer, session, who};
use crate::http::server::Workers;
use crate::http::{Failure, body};
use crate::room::RoomHandle;

/// `GET /api/v1/sessions/{id}/ceremony`: for staff and officers.
///
/// # Errors
/// A [`Failure`].
pub async fn view(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let who = who(&app, &here, &request)?;
    if who.officer.is_none() && who.staff.is_none() {
        return Err(Failure::not_your_role());
    }
    let view = crate::ceremony::ceremony_view(&app, &here.room, who.officer)?;
    Ok(json(&view.ok_or_else(Failure::no_session)?))
}

/// `GET /api/v1/sessions/{id}/replace`.
///
/// # Errors
/// A [`Failure`].
pub async fn replace_material(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let index = officer(&app, &here, &request)?;
    Ok(json(&crate::ceremony::replace_material(&app, &here.room, &here.prepared, index).await?))
}

/// `POST /api/v1/sessions/{id}/replace`.
///
/// # Errors
/// A [`Failure`].
pub async fn replace(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let index = officer(&app, &here, &request)?;
    let wanted: ReplaceBody = body::json(&request, payload).await?;
    let statement = Sm3Digest::of(&wanted.statement.0);
    let prepared = here.prepared;
    let work = move |app: Arc<App>, room: RoomHandle| async move {
        crate::ceremony::agree(&app, &room, &prepared, index, wanted).await
    };
    acknowledged(app.into_inner(), &workers, here.room, Some(statement), work).await
}

/// `POST /api/v1/sessions/{id}/confirm-time`.
///
/// # Errors
/// A [`Failure`].
pub async fn confirm_time(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let index = officer(&app, &here, &request)?;
    let StatementBody { statement } = body::json(&request, payload).await?;
    let digest = Sm3Digest::of(&statement.0);
    let prepared = here.prepared;
    let work = move |app: Arc<App>, room: RoomHandle| async move {
        crate::ceremony::confirm_time(&app, &room, &prepared, index, statement.0).await
    };
    acknowledged(app.into_inner(), &workers, here.room, Some(digest), work).await
}
