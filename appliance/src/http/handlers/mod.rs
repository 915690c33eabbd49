//! One module per resource: read the request, call, answer.

pub mod bridge;
pub mod ceremony;
pub mod commands;
pub mod committee;
pub mod evaluation;
pub mod fates;
pub mod health;
pub mod live;
pub mod locks;
pub mod login;
pub mod record;
pub mod remedy_key;
pub mod review_desk;
pub mod room;
pub mod sessions;
pub mod signing;
pub mod similarity;
pub mod statements;
pub mod tenders;
pub mod unlock;
pub mod uploads;

use actix_web::HttpResponse;
use serde::Serialize;

fn json(value: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(value)
}
