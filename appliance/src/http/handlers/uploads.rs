//! Bids on their way in.

use actix_web::http::header::HeaderName;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_wire::UploadState;

use super::json;
use crate::http::extract::{TheApp, bidder, bidder_anywhere, caller, session};
use crate::http::{Failure, body};
use crate::intake::MAX_HEAD;

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// `POST /api/v1/sessions/{id}/uploads`, the body being the head of a bid file.
///
/// # Errors
/// A [`Failure`].
pub async fn begin(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = bidder(&app, &here, &request)?;
    let head = body::read(&request, payload, MAX_HEAD).await?;
    Ok(json(&app.intake.begin(&app, &here.room, &bidder, head).await?))
}

fn answer(state: &UploadState) -> HttpResponse {
    HttpResponse::Ok().insert_header((OFFSET, state.offset)).json(state)
}

/// `GET /api/v1/uploads/{upload}`.
///
/// # Errors
/// A [`Failure`].
pub async fn state(app: TheApp, upload: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let caller = caller(&app, &request)?;
    let mine = |session: &_| bidder_anywhere(&app, &caller, session);
    Ok(answer(&app.intake.state(&upload, mine).await?))
}

/// `PATCH /api/v1/uploads/{upload}` with `Upload-Offset`.
///
/// # Errors
/// A [`Failure`].
pub async fn append(
    app: TheApp,
    upload: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let caller = caller(&app, &request)?;
    let offset = request.headers().get(OFFSET).and_then(|value| value.to_str().ok()?.parse().ok());
    let offset = offset.ok_or_else(|| Failure::malformed("header Upload-Offset: a number is needed"))?;
    let mine = |session: &_| bidder_anywhere(&app, &caller, session);
    Ok(answer(&app.intake.append(&app, &upload, mine, offset, payload).await?))
}

/// `POST /api/v1/uploads/{upload}/complete`.
///
/// # Errors
/// A [`Failure`].
pub async fn complete(
    app: TheApp,
    upload: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let caller = caller(&app, &request)?;
    let mine = |session: &_| bidder_anywhere(&app, &caller, session);
    Ok(json(&app.intake.complete(&app, &upload, mine).await?))
}
