//! The live stream: who asks decides which frames.

use actix_web::http::header::{self, ContentType, HeaderValue};
use actix_web::web::{Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_domain::ReaderClass;
use serde::Deserialize;

use crate::app::App;
use crate::auth::{reader_class, who_in};
use crate::http::Failure;
use crate::http::extract::{Here, LIVE_PROTOCOL, TheApp, caller_if_any, offers_live_protocol, session};

/// How many leaves the viewer has.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    from: u64,
}

fn class(app: &App, here: &Here, request: &HttpRequest) -> Result<ReaderClass, Failure> {
    let Some(caller) = caller_if_any(app, request)? else { return Ok(ReaderClass::Public) };
    let (judge, snapshot) = (app.judge(&here.prepared), here.room.snapshot());
    let who = who_in(&caller, &here.prepared, &judge, &snapshot.state.officers, false, app.now());
    Ok(reader_class(&who, &here.room.snapshot().state))
}

pub(super) fn from(query: Result<Query<From>, actix_web::Error>) -> Result<u64, Failure> {
    query.map(|query| query.from).map_err(Failure::malformed)
}

/// `GET /api/v1/sessions/{id}/live?from=N`, a WebSocket.
///
/// # Errors
/// A [`Failure`].
pub async fn live(
    app: TheApp,
    id: Path<String>,
    query: Result<Query<From>, actix_web::Error>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let class = class(&app, &here, &request)?;
    let mut response =
        crate::live::websocket(here.room.hub(), class, from(query)?, &request, payload).await?;
    if offers_live_protocol(&request) {
        let chosen = HeaderValue::from_static(LIVE_PROTOCOL);
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, chosen);
    }
    Ok(response)
}

/// `GET /api/v1/sessions/{id}/frames?from=N`: one frame; asked again until none comes.
///
/// # Errors
/// A [`Failure`].
pub async fn frames(
    app: TheApp,
    id: Path<String>,
    query: Result<Query<From>, actix_web::Error>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let class = class(&app, &here, &request)?;
    let frame = crate::live::frame_once(here.room.hub(), class, from(query)?).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(frame))
}
