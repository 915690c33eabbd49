//! What staff signs once the opening is closed: the record.

use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_domain::Actor;
use bidroom_domain::opening::{Command, Refusal};
use bidroom_lock::{Statement, StatementError, StatementKind, checkpoint_digest};
use bidroom_wire::{SignRecordMaterial, StatementBody, Who};

use super::json;
use crate::auth::{StatementRefusal, staff_in, statement_of_staff};
use crate::error::{Fault, fault};
use crate::http::acknowledgement::accepted;
use crate::http::extract::{Here, TheApp, session, who};
use crate::http::{Failure, body};
use crate::room::ActError;
use crate::store::{Record, Store};
use crate::unlock::{checkpoint_of, kinds};

fn staff(app: &TheApp, here: &Here, request: &HttpRequest) -> Result<(Who, Actor), Failure> {
    let who = who(app, here, request)?;
    let actor = staff_in(&who).ok_or_else(Failure::not_your_role)?;
    Ok((who, actor))
}

/// What is signed: the published table, and the checkpoint that first covers the end of the session.
fn to_be_signed(store: &Store, here: &Here) -> Result<SignRecordMaterial, ActError> {
    let snapshot = here.room.snapshot();
    let state = &snapshot.state;
    let wrong_phase = || ActError::from(Refusal::WrongPhase { phase: state.phase });
    state.session_closed.ok_or_else(wrong_phase)?;
    let (_, record) = state.opened.ok_or_else(wrong_phase)?;
    let session = here.room.session().clone();
    let checkpoint = checkpoint_of(store, &session, "session.closed")?
        .ok_or_else(|| fault("checkpoint", &"it is not signed yet; try again in a second"))?;
    Ok(SignRecordMaterial { session, record, checkpoint })
}

/// `GET /api/v1/sessions/{id}/sign-record`.
///
/// # Errors
/// A [`Failure`].
pub async fn material(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    staff(&app, &here, &request)?;
    Ok(json(&to_be_signed(&app.store, &here)?))
}

/// `POST /api/v1/sessions/{id}/sign-record`.
///
/// # Errors
/// A [`Failure`].
pub async fn sign(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let (who, by) = staff(&app, &here, &request)?;
    let StatementBody { statement } = body::json(&request, payload).await?;
    let material = to_be_signed(&app.store, &here)?;
    let (id, judge, now) = (here.room.session().clone(), app.judge(&here.prepared), app.now());
    let signed = tokio::task::spawn_blocking(move || {
        statement_of_staff(&statement.0, StatementKind::SignRecord, &who, &id, &judge, now)
    });
    let signed = signed.await.map_err(|_| Fault::Stopping)??;
    let Statement::SignRecord { record, checkpoint, .. } = signed.statement() else {
        return Err(Failure::malformed(StatementError::Field("statement")));
    };
    let closing = checkpoint_digest(material.checkpoint.as_bytes());
    if *checkpoint != closing {
        return Err(StatementRefusal::OtherCheckpoint { named: *checkpoint, closing }.into());
    }
    let digest = signed.digest();
    let command =
        Command::SignRecord { record: *record, lock_tail: signed.certificate().tail(), statement: digest };
    let kept = Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: signed.der().to_vec() };
    let done = here.room.act(by, command, vec![kept]).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, Some(digest)).await?))
}
