//! The opening record as a document.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use bidroom_domain::ScheduleReaders;
use bidroom_domain::opening::{Phase, Refusal};
use bidroom_report::Template;
use bidroom_report::record::Language;
use serde::Deserialize;

use crate::error::{Fault, fault};
use crate::http::Failure;
use crate::http::extract::{TheApp, session};
use crate::printing::print;
use crate::room::ActError;

/// The query of the address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    lang: Option<Language>,
}

/// `GET /api/v1/sessions/{id}/record.pdf?lang=zh|en`: the record of a closed or refused opening, published to everybody
/// (电子招标投标办法 第三十二条) unless schedules are not.
///
/// # Errors
/// A [`Failure`].
pub async fn record(
    app: TheApp,
    id: Path<String>,
    query: Result<Query<Wanted>, actix_web::Error>,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let lang = query.map_err(Failure::malformed)?.lang.unwrap_or(Language::Zh);
    let phase = here.room.snapshot().state.phase;
    if !matches!(phase, Phase::Closed | Phase::Refused) {
        return Err(ActError::from(Refusal::WrongPhase { phase }).into());
    }
    if here.prepared.lot.policy.schedule_readers.value != ScheduleReaders::Public {
        return Err(ActError::from(Refusal::NotYourRole).into());
    }
    let (store, session) = (app.store.clone(), here.room.session().clone());
    let name = format!("attachment; filename=\"{session}-record.pdf\"");
    let made = tokio::task::spawn_blocking(move || -> Result<Vec<u8>, Fault> {
        let record = crate::record::opening_record(&store, &session, lang)?;
        let data = serde_json::to_value(record).map_err(|error| fault("opening record", &error))?;
        print("opening record", |renderer| renderer.render(Template::OpeningRecord, &data))
    });
    let pdf = made.await.map_err(|error| fault("opening record", &error))??;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(pdf))
}
