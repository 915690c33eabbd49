//! The similarity analysis: what there is of it, and the tender's own documents that it subtracts.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_wire::ErrorKind;
use bidroom_wire::text::Sentence;

use super::evaluation::host;
use super::json;
use super::review_desk::paper_reader;
use crate::error::Fault;
use crate::evaluation::{BaselineRefusal, MOST_BASELINE, keep_baseline};
use crate::http::extract::{TheApp, session};
use crate::http::{Failure, body};

/// `GET /api/v1/sessions/{id}/evaluation/similarity`: hints about the opened bids, for members that signed the commitment, host and
/// supervisor.
///
/// # Errors
/// A [`Failure`].
pub async fn view(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    paper_reader(&app, &here, &request)?;
    let (session, prepared) = (here.room.session().clone(), here.prepared.clone());
    let snapshot = here.room.snapshot();
    let look = move || app.analyses.view(&app.lot(&session, &prepared, &snapshot));
    let view = tokio::task::spawn_blocking(look).await.map_err(|_| Fault::Stopping)??;
    Ok(json(&view))
}

/// `POST /api/v1/sessions/{id}/evaluation/similarity/baseline`: the host brings one of the tender's documents.
///
/// # Errors
/// A [`Failure`].
pub async fn baseline(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    host(&app, &here, &request)?;
    let bytes = body::read(&request, payload, MOST_BASELINE).await?;
    let prepared = here.prepared.clone();
    let keep = move || keep_baseline(&app.store, &prepared, &bytes);
    tokio::task::spawn_blocking(keep).await.map_err(|_| Fault::Stopping)??;
    Ok(HttpResponse::NoContent().finish())
}

impl From<BaselineRefusal> for Failure {
    fn from(no: BaselineRefusal) -> Self {
        match no {
            BaselineRefusal::Room(fault) => fault.into(),
            BaselineRefusal::NotTheTenders(_) => Self::new(
                StatusCode::CONFLICT,
                ErrorKind::Refusal,
                "not_the_tenders",
                Sentence::new(
                    "没有收下：这份文件不是招标包列明的招标文件",
                    "什么都没有改变。只收招标包里按摘要列明的文件，一字不差；请选择随招标包发布的原文件。",
                    "Not taken: the tender package names no such document",
                    "Nothing has changed. Only documents that the package names by digest are taken, to the byte; choose the \
                     original that was published with it.",
                ),
            )
            .with_detail(no),
        }
    }
}
