//! The reviewers' desk: documents of opened bids, drafts of sheets, calls for staff.

use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bidroom_canon::Base64Bytes;
use bidroom_domain::evaluation::Reader;
use bidroom_papers::Papers;
use bidroom_report::record::Language;
use bidroom_wire::{DocumentSide, Draft, PaperView, SeatViews};
use futures_util::stream;
use serde::Deserialize;

use super::evaluation::{host, member, reader, seated, state_of};
use super::json;
use crate::app::App;
use crate::error::Fault;
use crate::evaluation::{DocumentRefusal, Found, PAPER, Shelf, papers_for, read_part};
use crate::http::extract::{Here, TheApp, session, who};
use crate::http::range::{Range, range};
use crate::http::{Failure, body};
use crate::room::Snapshot;

/// Most bytes of a draft: a sheet of 30 bids by 60 criteria with notes is a tenth of it.
const MOST_DRAFT: usize = 160 * 1024;
/// The document that is signed.
const REPORT: &str = "report";
/// Pieces of a document that wait for a slow reader.
const PIECES: usize = 2;

/// Whether the asker may read documents: a member that signed the commitment, or staff. Members that have not signed it yet may
/// only know whose bids there are.
fn may_read(app: &App, here: &Here, request: &HttpRequest) -> Result<bool, Failure> {
    let (_, state) = state_of(here);
    if let Some(index) = member(app, here, request) {
        return Ok(state.member(index).is_some_and(|member| member.is_ready()));
    }
    match who(app, here, request)?.staff {
        Some(_) if state.started.is_some() => Ok(true),
        _ => Err(Failure::not_your_role()),
    }
}

/// Looks into the opened bids on a thread that may block.
async fn look<T: Send + 'static>(
    app: TheApp,
    here: &Here,
    look: impl FnOnce(&App, Shelf<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let snapshot: Arc<Snapshot> = here.room.snapshot();
    let (app, session) = (app.into_inner(), here.room.session().clone());
    let looked = tokio::task::spawn_blocking(move || {
        let shelf = Shelf {
            store: &app.store,
            custodian: app.signer.custodian(),
            session: &session,
            opening: &snapshot.state,
        };
        look(&app, shelf)
    });
    looked.await.map_err(|_| Fault::Stopping)?
}

/// `GET /api/v1/sessions/{id}/evaluation/bids`: bids with the documents that may be read now.
///
/// # Errors
/// A [`Failure`].
pub async fn bids(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let may_read = may_read(&app, &here, &request)?;
    let mut list = look(app, &here, |app, shelf| Ok(app.library.list(shelf)?)).await?;
    if !may_read {
        list.retain(|bid| bid.side == DocumentSide::Named);
        list.iter_mut().for_each(|bid| bid.documents.clear());
    }
    Ok(json(&list))
}

/// `GET /api/v1/sessions/{id}/evaluation/bids/{side}/{number}/documents/{index}`: a document, or a range of its bytes.
///
/// # Errors
/// A [`Failure`].
pub async fn document(
    app: TheApp,
    path: Path<(String, DocumentSide, u32, usize)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, side, number, index) = path.into_inner();
    let here = session(&app, &id)?;
    if !may_read(&app, &here, &request)? {
        return Err(Failure::commitment_first());
    }
    let found =
        look(app.clone(), &here, move |app, shelf| Ok(app.library.document(shelf, side, number, index)?));
    let Found { bid, place, kind, length } = found.await?;
    let mut response = HttpResponse::Ok();
    let (from, until) = asked_for(&request, &mut response, &kind, length)?;
    if request.method() == Method::HEAD {
        // Nothing is read for it, and yet its length is said.
        let nothing = stream::empty::<Result<Bytes, actix_web::Error>>();
        return Ok(response.body(SizedStream::new(length, nothing)));
    }
    let sending = app.sending.clone().try_acquire_owned().map_err(|_| Failure::too_many_requests(1))?;
    let (sender, receiver) = tokio::sync::mpsc::channel::<Bytes>(PIECES);
    let app = app.into_inner();
    tokio::task::spawn_blocking(move || {
        let take = |piece: Vec<u8>| sender.blocking_send(piece.into()).is_ok();
        if let Err(error) = read_part(&app.store, &bid, place, (from, until), take) {
            tracing::error!(%error, "a document could not be read to its end");
        }
        drop(sending);
    });
    let pieces = stream::unfold(receiver, |mut receiver| async move {
        let piece = receiver.recv().await?;
        Some((Ok::<_, actix_web::Error>(piece), receiver))
    });
    // A document that breaks off is noticed by its length.
    Ok(response.no_chunking(until.saturating_sub(from)).streaming(pieces))
}

/// In which language documents are set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    lang: Option<Language>,
}

/// As whom somebody reads the evaluation's documents: a member that signed the commitment, the host or the supervisor. Others know of
/// what is in them only after the result is published, from what is published.
pub(super) fn paper_reader(app: &App, here: &Here, request: &HttpRequest) -> Result<Reader, Failure> {
    if !may_read(app, here, request)? {
        return Err(Failure::commitment_first());
    }
    match reader(app, here, request)? {
        inside @ (Reader::Expert(_) | Reader::Host | Reader::Supervisor) => Ok(inside),
        _ => Err(Failure::not_your_role()),
    }
}

/// The evaluation's documents for a reader.
async fn papers_of(app: TheApp, here: &Here, reader: Reader, lang: Language) -> Result<Papers, Failure> {
    look(app, here, move |app, shelf| Ok(papers_for(&app.store, shelf.session, shelf.opening, reader, lang)?))
        .await
}

/// `GET /api/v1/sessions/{id}/evaluation/papers`: the evaluation's documents, as they can be read now.
///
/// # Errors
/// A [`Failure`].
pub async fn papers(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let reader = paper_reader(&app, &here, &request)?;
    let papers = papers_of(app, &here, reader, Language::Zh).await?.papers;
    let list = papers.into_iter().map(|paper| PaperView { id: paper.id, zh: paper.zh, en: paper.en });
    Ok(json(&list.collect::<Vec<PaperView>>()))
}

/// `GET /api/v1/sessions/{id}/evaluation/papers/{paper}?lang=zh|en`: one of them as PDF. The report is the one that is signed, once it is
/// there, in the language in which it is signed.
///
/// # Errors
/// A [`Failure`].
pub async fn paper(
    app: TheApp,
    path: Path<(String, String)>,
    query: Result<Query<Wanted>, actix_web::Error>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, wanted) = path.into_inner();
    let here = session(&app, &id)?;
    let lang = query.map_err(Failure::malformed)?.lang.unwrap_or(Language::Zh);
    let reader = paper_reader(&app, &here, &request)?;
    let (_, state) = state_of(&here);
    let signed = state.report.map(|report| report.digest).filter(|_| wanted == REPORT);
    let session = here.room.session().clone();
    let made = match signed {
        Some(digest) => {
            let store = app.store.clone();
            let kept = move || store.record(&session, PAPER, &digest.to_string());
            let kept = tokio::task::spawn_blocking(kept).await.map_err(|_| Fault::Stopping)?;
            kept.map_err(Fault::from)?.map(Arc::<[u8]>::from)
        }
        None => None,
    };
    let pdf = match made {
        Some(pdf) => pdf,
        None => {
            let papers = papers_of(app.clone(), &here, reader, lang).await?;
            let paper = papers.paper(&wanted).cloned().ok_or_else(Failure::no_paper)?;
            let print = move || app.printed.paper(&wanted, &paper.data, &papers.pictures);
            tokio::task::spawn_blocking(print).await.map_err(|_| Fault::Stopping)??
        }
    };
    let length = u64::try_from(pdf.len()).unwrap_or(u64::MAX);
    let mut response = HttpResponse::Ok();
    let (from, until) = asked_for(&request, &mut response, "application/pdf", length)?;
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    Ok(response.body(pdf.get(place(from)..place(until)).unwrap_or_default().to_vec()))
}

/// The bytes of something that a request asks for, from the first place to before the second, with the headers that say so. What is
/// read here is shown by the reading desk only, never by the browser itself.
fn asked_for(
    request: &HttpRequest,
    response: &mut HttpResponseBuilder,
    kind: &str,
    length: u64,
) -> Result<(u64, u64), Failure> {
    response.insert_header((header::ACCEPT_RANGES, "bytes"));
    response.insert_header((header::CONTENT_TYPE, kind));
    response.insert_header((header::CONTENT_DISPOSITION, "attachment"));
    match range(request, length) {
        Range::Whole => Ok((0, length)),
        Range::Part(from, until) => {
            response.status(StatusCode::PARTIAL_CONTENT);
            let said = format!("bytes {from}-{}/{length}", until.saturating_sub(1));
            response.insert_header((header::CONTENT_RANGE, said));
            Ok((from, until))
        }
        Range::Beyond => Err(Failure::no_range(length)),
    }
}

/// `GET /api/v1/sessions/{id}/evaluation/draft`: what the member's terminal kept of an unfinished sheet.
///
/// # Errors
/// A [`Failure`].
pub async fn draft(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let member = seated(&app, &here, &request)?;
    let session = here.room.session().clone();
    let kept = tokio::task::spawn_blocking(move || app.store.draft(&session, member));
    let (revision, bytes) = kept.await.map_err(|_| Fault::Stopping)?.map_err(Fault::from)?;
    Ok(json(&Draft { revision, bytes: Base64Bytes(bytes) }))
}

/// `PUT /api/v1/sessions/{id}/evaluation/draft`: keeps the newest.
///
/// # Errors
/// A [`Failure`].
pub async fn keep_draft(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let member = seated(&app, &here, &request)?;
    let Draft { revision, bytes } = body::json(&request, payload).await?;
    if i64::try_from(revision).is_err() {
        return Err(Failure::malformed("revision"));
    }
    if bytes.0.len() > MOST_DRAFT {
        return Err(Failure::too_long(MOST_DRAFT));
    }
    let session = here.room.session().clone();
    let kept = tokio::task::spawn_blocking(move || app.store.put_draft(&session, member, revision, &bytes.0));
    if !kept.await.map_err(|_| Fault::Stopping)?.map_err(Fault::from)? {
        return Err(Failure::older_draft());
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/v1/sessions/{id}/evaluation/help`: a member calls for staff.
///
/// # Errors
/// A [`Failure`].
pub async fn call(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let member = seated(&app, &here, &request)?;
    app.seats.call(here.room.session(), member, app.now());
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/v1/sessions/{id}/evaluation/seats`: who is signed in and who calls, for the host.
///
/// # Errors
/// A [`Failure`].
pub async fn seats(app: TheApp, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    host(&app, &here, &request)?;
    let (_, state) = state_of(&here);
    Ok(json(&SeatViews { seats: app.seats.view(here.room.session(), &state, app.now()) }))
}

/// `POST /api/v1/sessions/{id}/evaluation/seats/{member}/attended`: the host went to a member that called.
///
/// # Errors
/// A [`Failure`].
pub async fn attended(
    app: TheApp,
    path: Path<(String, u8)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, member) = path.into_inner();
    let here = session(&app, &id)?;
    host(&app, &here, &request)?;
    app.seats.attend(here.room.session(), member);
    Ok(HttpResponse::NoContent().finish())
}

impl From<DocumentRefusal> for Failure {
    fn from(no: DocumentRefusal) -> Self {
        match no {
            DocumentRefusal::None => Self::no_document(),
            DocumentRefusal::Room(fault) => fault.into(),
        }
    }
}
