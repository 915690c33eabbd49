//! The room's health.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};

use super::json;
use crate::app::App;
use crate::error::Fault;
use crate::http::Failure;
use crate::http::extract::{TheApp, is_staff_anywhere};

/// `GET /api/v1/health`: for staff and officers of any session of the room, and for those who import packages.
///
/// # Errors
/// A [`Failure`].
pub async fn view(app: TheApp, request: HttpRequest) -> Result<HttpResponse, Failure> {
    told(app, &request, false).await
}

/// `POST /api/v1/health`: the same, after every device has used each of its keys once.
///
/// # Errors
/// A [`Failure`].
pub async fn check(app: TheApp, request: HttpRequest) -> Result<HttpResponse, Failure> {
    told(app, &request, true).await
}

async fn told(app: TheApp, request: &HttpRequest, check: bool) -> Result<HttpResponse, Failure> {
    is_staff_anywhere(&app, request)?;
    let app: Arc<App> = app.into_inner();
    // Devices take their time; the threads that serve connections must not wait for them.
    let view = tokio::task::spawn_blocking(move || crate::health::health_view(&app, check)).await;
    Ok(json(&view.map_err(|_| Fault::Stopping)?))
}
