//! The evaluation: terminals, certificates made on the spot, signed acts, and the log.

use std::time::Duration;

use actix_web::web::{Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_canon::Base64Bytes;
use bidroom_domain::evaluation::{ChangeGround, Reader, State};
use bidroom_domain::opening::Command;
use bidroom_domain::{Actor, ReaderClass, StaffRole};
use bidroom_lock::{OneDocumentRequest, SignedStatement, StatementKind};
use bidroom_wire::{ActBody, MemberCertificate, TerminalBody};
use serde::Deserialize;
use serde_json::Value;

use super::json;
use crate::app::App;
use crate::auth::{reader_class, staff_in, statement_of_bidder, statement_of_staff};
use crate::error::Fault;
use crate::evaluation::{act_of, ask_result, command_of, handwriting_of};
use crate::http::acknowledgement::accepted;
use crate::http::extract::{Here, TheApp, session, token, who};
use crate::http::{Failure, body};
use crate::store::Record;
use crate::unlock::kinds;

/// On which ground a result that stands is changed, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeResultBody {
    ground: ChangeGround,
    reason: String,
}

/// The evaluation as it stands; before its first event as it waits.
pub(super) fn state_of(here: &Here) -> (u64, State) {
    let snapshot = here.room.snapshot();
    (snapshot.size, snapshot.state.evaluation.as_deref().cloned().unwrap_or_default())
}

/// The member of the committee that asks, if it is one at its terminal.
pub(super) fn member(app: &App, here: &Here, request: &HttpRequest) -> Option<u8> {
    let (_, state) = state_of(here);
    app.seats.member(here.room.session(), &state, token(request)?, app.now())
}

/// The member of the committee that asks.
pub(super) fn seated(app: &App, here: &Here, request: &HttpRequest) -> Result<u8, Failure> {
    member(app, here, request).ok_or_else(Failure::not_logged_in)
}

pub(super) fn host(app: &App, here: &Here, request: &HttpRequest) -> Result<Actor, Failure> {
    let who = who(app, here, request)?;
    let by = staff_in(&who).filter(|_| who.staff == Some(StaffRole::Host));
    by.ok_or_else(Failure::not_your_role)
}

/// `POST /api/v1/sessions/{id}/evaluation/seats/{member}/pin`: a one-time PIN for a member who has its seat.
///
/// # Errors
/// A [`Failure`].
pub async fn pin(
    app: TheApp,
    path: Path<(String, u8)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, member) = path.into_inner();
    let here = session(&app, &id)?;
    host(&app, &here, &request)?;
    let (_, state) = state_of(&here);
    Ok(json(&app.seats.hand_out(here.room.session(), &state, member, app.now())?))
}

/// `POST /api/v1/sessions/{id}/evaluation/terminal`: a member signs in at its terminal.
///
/// # Errors
/// A [`Failure`].
pub async fn sign_in(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let body: TerminalBody = body::json(&request, payload).await?;
    let (_, state) = state_of(&here);
    Ok(json(&app.seats.sign_in(here.room.session(), &state, &body, app.now())?))
}

/// `POST /api/v1/sessions/{id}/evaluation/certificates`: the room's own CA certifies a member's key for one document.
///
/// # Errors
/// A [`Failure`].
pub async fn certify(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let member = seated(&app, &here, &request)?;
    let asked: OneDocumentRequest = body::json(&request, payload).await?;
    asked.proven().map_err(Failure::malformed)?;
    let (custodian, session) = (app.signer.custodian().clone(), here.room.session().clone());
    let now = app.now();
    let ask = move || custodian.certify_member(&session, now, member, asked.clone());
    let certificate = here.room.ask_custody(ask).await?;
    Ok(json(&MemberCertificate { certificate: Base64Bytes(certificate) }))
}

/// `POST /api/v1/sessions/{id}/evaluation/acts`: what somebody signed that it does.
///
/// # Errors
/// A [`Failure`].
pub async fn act(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let member = member(&app, &here, &request);
    let who = if member.is_none() { Some(who(&app, &here, &request)?) } else { None };
    let ActBody { statement, handwriting } = body::json(&request, payload).await?;
    let (id, judge, now) = (here.room.session().clone(), app.judge(&here.prepared), app.now());
    let checked = tokio::task::spawn_blocking(move || -> Result<(Actor, SignedStatement), Failure> {
        const KIND: StatementKind = StatementKind::Evaluate;
        match (member, who) {
            // Whether the key counts for the member is custody's question, which certified it.
            (Some(index), _) => {
                let signed = SignedStatement::verify(&statement.0, KIND).map_err(Failure::malformed)?;
                Ok((Actor::Expert { index }, signed))
            }
            (None, Some(who)) => match (staff_in(&who), &who.bidder) {
                (Some(by), _) => Ok((by, statement_of_staff(&statement.0, KIND, &who, &id, &judge, now)?)),
                (None, Some(bidder)) => {
                    let signed = statement_of_bidder(&statement.0, KIND, bidder, &id, &judge, now)?;
                    Ok((Actor::bidder(bidder), signed))
                }
                _ => Err(Failure::not_your_role()),
            },
            (None, None) => Err(Failure::not_logged_in()),
        }
    });
    let (by, signed) = checked.await.map_err(|_| Fault::Stopping)??;
    let said = act_of(&signed)?;
    let digest = signed.digest();
    let mut records: Vec<Record> = handwriting_of(&signed, handwriting.map(|it| it.0))?.into_iter().collect();
    let kept = Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: signed.der().to_vec() };
    records.push(kept);
    let done = here.room.act(by, Command::Evaluate(Box::new(said)), records).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, Some(digest)).await?))
}

/// `POST /api/v1/sessions/{id}/evaluation/commands`: what the host does without a signature.
///
/// # Errors
/// A [`Failure`].
pub async fn command(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let by = host(&app, &here, &request)?;
    let wanted: Value = body::json(&request, payload).await?;
    let said = command_of(&wanted)?.unsigned();
    let done = here.room.act(by, Command::Evaluate(Box::new(said)), Vec::new()).await?;
    let app = app.into_inner();
    Ok(json(&accepted(&app, &here.room, done, None).await?))
}

/// `POST /api/v1/sessions/{id}/evaluation/result`: the chair has the room compute the result; answered with the outcome. The host,
/// who checks it, may once there is one.
///
/// # Errors
/// A [`Failure`].
pub async fn result(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let (_, state) = state_of(&here);
    match member(&app, &here, &request) {
        Some(index) if state.chair() == Some(index) => {}
        None if state.result.is_some() => drop(host(&app, &here, &request)?),
        _ => return Err(Failure::not_your_role()),
    }
    let changed: Option<ChangeResultBody> = body::json(&request, payload).await?;
    let changed = changed.map(|changed| (changed.ground, changed.reason));
    let asked = ask_result(&here.room, app.signer.custodian(), &*app.clock, changed).await?;
    Ok(json(&asked.outcome))
}

/// Where a reader stands, and how long it waits for something new.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    from: u64,
    #[serde(default)]
    wait: u64,
}

/// Longest wait for something new, seconds: below what proxies and browsers take for a broken connection.
const MOST_WAIT: u64 = 25;

/// `GET /api/v1/sessions/{id}/evaluation/log?from=N&wait=S`: the evaluation's part of the log, as the reader may read it now.
///
/// # Errors
/// A [`Failure`].
pub async fn log(
    app: TheApp,
    id: Path<String>,
    query: Result<Query<Standing>, actix_web::Error>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let Standing { from, wait } = query.map_err(Failure::malformed)?.into_inner();
    // Who asks is known before the wait, and asked again after it: a login may end meanwhile.
    reader(&app, &here, &request)?;
    if wait > 0 {
        let asks_with = token(&request).ok_or_else(Failure::not_logged_in)?;
        let _place = app.polls.enter(asks_with).ok_or_else(Failure::too_many_wait)?;
        let new = here.room.wait_for(|snapshot| snapshot.size > from);
        let _ = tokio::time::timeout(Duration::from_secs(wait.min(MOST_WAIT)), new).await;
    }
    let reader = reader(&app, &here, &request)?;
    let (size, state) = state_of(&here);
    let (app, session) = (app.into_inner(), here.room.session().clone());
    let read = tokio::task::spawn_blocking(move || {
        app.logs.log_for(&app.store, &session, (size, &state), reader, from)
    });
    let log = read.await.map_err(|_| Fault::Stopping)?.map_err(Fault::from)?;
    Ok(json(&log))
}

/// As whom somebody reads the evaluation.
pub(super) fn reader(app: &App, here: &Here, request: &HttpRequest) -> Result<Reader, Failure> {
    if let Some(index) = member(app, here, request) {
        return Ok(Reader::Expert(index));
    }
    let who = who(app, here, request)?;
    let snapshot = here.room.snapshot();
    let number = who.bidder.as_ref().and_then(|bidder| snapshot.state.row(&bidder.code));
    Ok(match (who.staff, number) {
        (Some(StaffRole::Host), _) => Reader::Host,
        (Some(StaffRole::Tenderer), _) => Reader::Tenderer,
        (None, Some(row)) => Reader::Bidder(row.row.number),
        _ => match reader_class(&who, &snapshot.state) {
            ReaderClass::Bidder => Reader::Public,
            class => class.into(),
        },
    })
}
