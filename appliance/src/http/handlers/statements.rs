//! What bidders sign: withdrawing, signing in, confirming, objecting.

use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_domain::Actor;
use bidroom_domain::opening::Command;
use bidroom_lock::{SignedStatement, Statement, StatementError, StatementKind};
use bidroom_wire::StatementBody;

use super::json;
use crate::auth::statement_of_bidder;
use crate::error::Fault;
use crate::http::acknowledgement::accepted;
use crate::http::extract::{TheApp, bidder, session};
use crate::http::{Failure, body};
use crate::store::Record;
use crate::unlock::kinds;

/// `POST /api/v1/sessions/{id}/withdraw`.
///
/// # Errors
/// A [`Failure`].
pub async fn withdraw(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    take(app, &id, request, payload, StatementKind::Withdraw).await
}

/// `POST /api/v1/sessions/{id}/sign-in`.
///
/// # Errors
/// A [`Failure`].
pub async fn sign_in(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    take(app, &id, request, payload, StatementKind::SignIn).await
}

/// `POST /api/v1/sessions/{id}/confirm`.
///
/// # Errors
/// A [`Failure`].
pub async fn confirm(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    take(app, &id, request, payload, StatementKind::Confirm).await
}

/// `POST /api/v1/sessions/{id}/object`.
///
/// # Errors
/// A [`Failure`].
pub async fn object(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    take(app, &id, request, payload, StatementKind::Object).await
}

async fn take(
    app: TheApp,
    id: &str,
    request: HttpRequest,
    payload: Payload,
    kind: StatementKind,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, id)?;
    let bidder = bidder(&app, &here, &request)?;
    let StatementBody { statement } = body::json(&request, payload).await?;
    let (judge, said_by, id, now) =
        (app.judge(&here.prepared), bidder.clone(), here.room.session().clone(), app.now());
    let signed = tokio::task::spawn_blocking(move || {
        statement_of_bidder(&statement.0, kind, &said_by, &id, &judge, now)
    });
    let signed = signed.await.map_err(|_| Fault::Stopping)??;
    let command = command_of(&signed)?;
    let digest = signed.digest();
    let record = Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: signed.der().to_vec() };
    let done = here.room.act(Actor::bidder(&bidder), command, vec![record]).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, Some(digest)).await?))
}

fn command_of(signed: &SignedStatement) -> Result<Command, Failure> {
    let statement = signed.digest();
    match signed.statement() {
        Statement::Withdraw { bid_digest, .. } => Ok(Command::WithdrawBid { bid: *bid_digest, statement }),
        Statement::SignIn { .. } => Ok(Command::SignIn { statement }),
        Statement::Confirm { record, .. } => Ok(Command::ConfirmRecord { record: *record, statement }),
        Statement::Object { record, text, .. } => {
            Ok(Command::RaiseObjection { record: *record, text: text.clone(), statement })
        }
        Statement::Login { .. }
        | Statement::Consent(_)
        | Statement::Authorise { .. }
        | Statement::SignRecord { .. }
        | Statement::Probe { .. }
        | Statement::ReplaceOfficers { .. }
        | Statement::ConfirmTime { .. }
        | Statement::Remedy(_)
        | Statement::AgreeFate { .. }
        | Statement::AskRemedyKey { .. }
        | Statement::AgreeRemedyKey { .. }
        | Statement::RemedyPart { .. }
        | Statement::Evaluate { .. }
        | Statement::ContestFate { .. } => Err(Failure::malformed(StatementError::Field("statement"))),
    }
}
