//! The remedy key: a bidder asks, the supervisor agrees, trustees give their parts. The host's command is with the others.

use std::sync::Arc;

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Sm3Digest;
use bidroom_domain::CreditCode;
use bidroom_domain::opening::Command;
use bidroom_lock::{Statement, StatementError, StatementKind};
use bidroom_wire::{AskRemedyKeyBody, RemedyPartBody, StatementBody};

use super::json;
use crate::app::App;
use crate::auth::{staff_in, statement_of_staff};
use crate::error::Fault;
use crate::http::acknowledgement::{accepted, acknowledged};
use crate::http::extract::{TheApp, session, trustee, unlocker, who};
use crate::http::server::Workers;
use crate::http::{Failure, body};
use crate::room::RoomHandle;
use crate::store::Record;
use crate::unlock::kinds;

/// `POST /api/v1/sessions/{id}/remedy-key`: a bidder asks.
///
/// # Errors
/// A [`Failure`].
pub async fn ask(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let bidder = unlocker(&app, &here, &request)?;
    let wanted: AskRemedyKeyBody = body::json(&request, payload).await?;
    let statement = Sm3Digest::of(&wanted.statement.0);
    let work = move |app: Arc<App>, room: RoomHandle| async move {
        crate::unlock::ask_remedy_key(&app, &room, &bidder, wanted).await
    };
    acknowledged(app.into_inner(), &workers, here.room, Some(statement), work).await
}

/// `POST /api/v1/sessions/{id}/remedy-key/agree`: the supervisor agrees with a request that the host allowed.
///
/// # Errors
/// A [`Failure`].
pub async fn agree(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let who = who(&app, &here, &request)?;
    let by = staff_in(&who).ok_or_else(Failure::not_your_role)?;
    let StatementBody { statement } = body::json(&request, payload).await?;
    let (id, judge, now) = (here.room.session().clone(), app.judge(&here.prepared), app.now());
    let kind = StatementKind::AgreeRemedyKey;
    let signed =
        tokio::task::spawn_blocking(move || statement_of_staff(&statement.0, kind, &who, &id, &judge, now));
    let signed = signed.await.map_err(|_| Fault::Stopping)??;
    let Statement::AgreeRemedyKey { bidder, request, .. } = signed.statement() else {
        return Err(Failure::malformed(StatementError::Field("statement")));
    };
    let bidder: CreditCode =
        bidder.parse().map_err(|_| Failure::malformed(StatementError::Field("bidder")))?;
    let (digest, lock_tail) = (signed.digest(), signed.certificate().tail());
    let command = Command::AgreeRemedyKey { bidder, request: *request, lock_tail, statement: digest };
    let kept = Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: signed.der().to_vec() };
    let done = here.room.act(by, command, vec![kept]).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, Some(digest)).await?))
}

/// `GET /api/v1/sessions/{id}/remedy-key/parts`: requests that wait for the caller's part.
///
/// # Errors
/// A [`Failure`].
pub async fn waiting(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let (index, _) = trustee(&app, &here, &request)?;
    let app = app.into_inner();
    let work = async move { crate::unlock::remedy_parts(&app, &here.room, index) };
    Ok(json(&workers.run(work).await??))
}

/// `POST /api/v1/sessions/{id}/remedy-key/parts`: a trustee gives its part.
///
/// # Errors
/// A [`Failure`].
pub async fn give(
    app: TheApp,
    workers: Data<Workers>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let who = trustee(&app, &here, &request)?;
    let wanted: RemedyPartBody = body::json(&request, payload).await?;
    let statement = Sm3Digest::of(&wanted.statement.0);
    let work = move |app: Arc<App>, room: RoomHandle| async move {
        crate::unlock::give_remedy_part(&app, &room, who, wanted).await
    };
    acknowledged(app.into_inner(), &workers, here.room, Some(statement), work).await
}
