//! What the supervisor says to the fate of a bid that was not opened.

use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_domain::CreditCode;
use bidroom_domain::opening::{Command, Refusal};
use bidroom_lock::{SignedStatement, Statement, StatementError, StatementKind};
use bidroom_wire::StatementBody;

use super::json;
use crate::auth::{staff_in, statement_of_staff};
use crate::error::Fault;
use crate::http::acknowledgement::accepted;
use crate::http::extract::{TheApp, session, who};
use crate::http::{Failure, body};
use crate::room::ActError;
use crate::store::Record;
use crate::unlock::kinds;

/// `POST /api/v1/sessions/{id}/fates`: the supervisor agrees with a decision, or contests it.
///
/// # Errors
/// A [`Failure`].
pub async fn judge(
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
    let signed = tokio::task::spawn_blocking(move || {
        let kind = match SignedStatement::verify_any(&statement.0)?.statement().kind() {
            StatementKind::ContestFate => StatementKind::ContestFate,
            _ => StatementKind::AgreeFate,
        };
        statement_of_staff(&statement.0, kind, &who, &id, &judge, now)
    });
    let signed = signed.await.map_err(|_| Fault::Stopping)??;
    let (digest, lock_tail) = (signed.digest(), signed.certificate().tail());
    let (bidder, decision, contested) = match signed.statement() {
        Statement::AgreeFate { bidder, decision, .. } => (bidder, *decision, None),
        Statement::ContestFate { bidder, decision, text, .. } => (bidder, *decision, Some(text.clone())),
        _ => return Err(Failure::malformed(StatementError::Field("statement"))),
    };
    let bidder: CreditCode =
        bidder.parse().map_err(|_| Failure::malformed(StatementError::Field("bidder")))?;
    decision_stands(&here.room.snapshot().state, &bidder, signed.statement())?;
    let command = match contested {
        None => Command::AgreeFate { bidder, decision, lock_tail, statement: digest },
        Some(reason) => Command::ContestFate { bidder, decision, reason, lock_tail, statement: digest },
    };
    let kept = Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: signed.der().to_vec() };
    let done = here.room.act(by, command, vec![kept]).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, Some(digest)).await?))
}

/// The word for the fate in the statement is that of the decision it names; the rules compare the rest.
fn decision_stands(
    state: &bidroom_domain::opening::State,
    bidder: &CreditCode,
    statement: &Statement,
) -> Result<(), ActError> {
    let (Statement::AgreeFate { fate, .. } | Statement::ContestFate { fate, .. }) = statement else {
        return Ok(());
    };
    let decided = state.row(bidder).and_then(|row| row.decided.as_ref());
    match decided {
        Some(decided) if decided.fate.word() != fate => Err(Refusal::OtherDecision.into()),
        _ => Ok(()),
    }
}
