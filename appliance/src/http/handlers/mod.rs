//! One module per resource: read the request, call, answer.

pub mod commands;
pub mod live;
pub mod login;
pub mod record;
pub mod room;
pub mod sessions;
pub mod signing;
pub mod statements;
pub mod tenders;
pub mod unlock;
pub mod uploads;

use actix_web::HttpResponse;
use serde::Serialize;

fn json(value: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(value)
}
