//! Importing tender packages.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_domain::Actor;
use bidroom_wire::ImportedTender;

use super::json;
use super::room::summary;
use crate::http::extract::{TheApp, caller, may_import};
use crate::http::server::Workers;
use crate::http::{Failure, body};

/// Longest signed package, bytes.
const MOST: usize = 4 << 20;

/// `POST /api/v1/tenders`, the body being a signed package.
///
/// # Errors
/// A [`Failure`].
pub async fn import(
    app: TheApp,
    workers: Data<Workers>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let caller = caller(&app, &request)?;
    if !may_import(&app, &caller) {
        return Err(Failure::not_your_role());
    }
    let package = body::read(&request, payload, MOST).await?;
    let by = Actor::Host { certificate: caller.digest, name: caller.name.clone() };
    let app = app.into_inner();
    let importing = app.clone();
    let sessions =
        workers.run(async move { crate::tenders::import(&importing, by, &package).await }).await??;
    let summaries = sessions.iter().filter_map(|id| summary(id, &app.rooms.get(id)?.snapshot())).collect();
    Ok(json(&ImportedTender { sessions: summaries }))
}
