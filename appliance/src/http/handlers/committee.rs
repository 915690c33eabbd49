//! The sealed list of experts: sent in, and opened.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_tender::{MOST_SEALED_LIST, SealedList, SealedListError};
use bidroom_wire::ErrorKind;

use super::evaluation::host;
use super::json;
use crate::evaluation::{ListRefusal, import_list, open_list};
use crate::http::acknowledgement::accepted;
use crate::http::extract::{TheApp, session};
use crate::http::{Failure, body};

/// `POST /api/v1/sessions/{id}/evaluation/committee`: the host brings the sealed list.
///
/// # Errors
/// A [`Failure`].
pub async fn import(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let by = host(&app, &here, &request)?;
    let sent = body::read(&request, payload, MOST_SEALED_LIST).await;
    let bytes = sent.map_err(|no| {
        if no.body().code == "too_long" { ListRefusal::from(SealedList::too_long()).into() } else { no }
    })?;
    let done = import_list(&here.room, app.signer.custodian(), &here.prepared, by, bytes).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, None).await?))
}

/// `POST /api/v1/sessions/{id}/evaluation/committee/open`: the host has the list opened.
///
/// # Errors
/// A [`Failure`].
pub async fn open(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let by = host(&app, &here, &request)?;
    let done = open_list(&here.room, app.signer.custodian(), &app.store, by).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, None).await?))
}

impl From<ListRefusal> for Failure {
    fn from(no: ListRefusal) -> Self {
        let (no, code) = match (no.code(), no) {
            (_, ListRefusal::Act(error)) => return error.into(),
            (code, no) => (no, code.unwrap_or("refused")),
        };
        let (status, kind) = match &no {
            ListRefusal::Sealed(SealedListError::TooLong { .. }) => {
                (StatusCode::PAYLOAD_TOO_LARGE, ErrorKind::Request)
            }
            ListRefusal::Sealed(SealedListError::Form) => {
                (StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::Request)
            }
            ListRefusal::Sealed(SealedListError::Damaged | SealedListError::OtherList) => {
                (StatusCode::CONFLICT, ErrorKind::Tamper)
            }
            _ => (StatusCode::CONFLICT, ErrorKind::Refusal),
        };
        let failure = Self::new(status, kind, code, no.sentence()).with_detail(&no);
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            // The rest of the body is not read.
            return failure.with_header(header::CONNECTION, HeaderValue::from_static("close"));
        }
        failure
    }
}
