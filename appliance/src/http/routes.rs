//! Every address of the server, in one table.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource, Route};

use super::Failure;
use super::assets::asset;
use super::handlers::{
    bridge, ceremony, commands, committee, evaluation, fates, health, live, locks, login, record, remedy_key,
    review_desk, room, sessions, signing, similarity, statements, tenders, unlock, uploads,
};

/// Adds all addresses to a server.
pub fn routes(config: &mut ServiceConfig) {
    let api = web::scope("/api/v1")
        .service(get("/room", web::get().to(room::room)))
        .service(
            web::resource("/health")
                .route(web::get().to(health::view))
                .route(web::post().to(health::check))
                .default_service(other("GET, POST")),
        )
        .service(post("/login/challenge", web::post().to(login::challenge)))
        .service(post("/login", web::post().to(login::log_in)))
        .service(post("/logout", web::post().to(login::log_out)))
        .service(post("/tenders", web::post().to(tenders::import)))
        .service(get("/sessions/{id}", web::get().to(sessions::session_info)))
        .service(get("/sessions/{id}/publication", web::get().to(sessions::publication)))
        .service(get("/sessions/{id}/record.pdf", web::get().to(record::record)))
        .service(get("/sessions/{id}/me", web::get().to(sessions::me)))
        .service(get("/sessions/{id}/mine", web::get().to(sessions::mine)))
        .service(get("/sessions/{id}/live", web::get().to(live::live)))
        .service(get("/sessions/{id}/frames", web::get().to(live::frames)))
        .service(post("/sessions/{id}/uploads", web::post().to(uploads::begin)))
        .service(
            web::resource("/uploads/{upload}")
                .route(web::get().to(uploads::state))
                .route(web::patch().to(uploads::append))
                .default_service(other("GET, PATCH")),
        )
        .service(post("/uploads/{upload}/complete", web::post().to(uploads::complete)))
        .service(get("/sessions/{id}/ceremony", web::get().to(ceremony::view)))
        .service(
            web::resource("/sessions/{id}/replace")
                .route(web::get().to(ceremony::replace_material))
                .route(web::post().to(ceremony::replace))
                .default_service(other("GET, POST")),
        )
        .service(post("/sessions/{id}/confirm-time", web::post().to(ceremony::confirm_time)))
        .service(post("/sessions/{id}/probe", web::post().to(locks::challenge)))
        .service(post("/sessions/{id}/probe-answer", web::post().to(locks::answer)))
        .service(
            web::resource("/sessions/{id}/packages")
                .route(web::get().to(locks::packages))
                .route(web::post().to(locks::rewrap))
                .default_service(other("GET, POST")),
        )
        .service(post("/sessions/{id}/withdraw", web::post().to(statements::withdraw)))
        .service(post("/sessions/{id}/sign-in", web::post().to(statements::sign_in)))
        .service(post("/sessions/{id}/confirm", web::post().to(statements::confirm)))
        .service(post("/sessions/{id}/object", web::post().to(statements::object)))
        .service(
            web::resource("/sessions/{id}/sign-record")
                .route(web::get().to(signing::material))
                .route(web::post().to(signing::sign))
                .default_service(other("GET, POST")),
        )
        .service(post("/sessions/{id}/commands", web::post().to(commands::command)))
        .service(
            web::resource("/sessions/{id}/authorise")
                .route(web::get().to(unlock::authorise_material))
                .route(web::post().to(unlock::authorise))
                .default_service(other("GET, POST")),
        )
        .service(
            web::resource("/sessions/{id}/unlock")
                .route(web::get().to(unlock::material))
                .route(web::post().to(unlock::consent))
                .default_service(other("GET, POST")),
        )
        .service(post("/sessions/{id}/remedy", web::post().to(unlock::remedy)))
        .service(post("/sessions/{id}/remedy-key", web::post().to(remedy_key::ask)))
        .service(post("/sessions/{id}/remedy-key/agree", web::post().to(remedy_key::agree)))
        .service(
            web::resource("/sessions/{id}/remedy-key/parts")
                .route(web::get().to(remedy_key::waiting))
                .route(web::post().to(remedy_key::give))
                .default_service(other("GET, POST")),
        )
        .service(post("/sessions/{id}/trouble", web::post().to(unlock::trouble)))
        .service(post("/sessions/{id}/fates", web::post().to(fates::judge)))
        .service(post("/sessions/{id}/mismatch", web::post().to(unlock::mismatch)))
        .service(post("/sessions/{id}/evaluation/committee", web::post().to(committee::import)))
        .service(post("/sessions/{id}/evaluation/committee/open", web::post().to(committee::open)))
        .service(post("/sessions/{id}/evaluation/seats/{member}/pin", web::post().to(evaluation::pin)))
        .service(post(
            "/sessions/{id}/evaluation/seats/{member}/attended",
            web::post().to(review_desk::attended),
        ))
        .service(get("/sessions/{id}/evaluation/seats", web::get().to(review_desk::seats)))
        .service(post("/sessions/{id}/evaluation/help", web::post().to(review_desk::call)))
        .service(get("/sessions/{id}/evaluation/bids", web::get().to(review_desk::bids)))
        .service(
            web::resource("/sessions/{id}/evaluation/bids/{side}/{number}/documents/{index}")
                .route(web::get().to(review_desk::document))
                .route(web::head().to(review_desk::document))
                .default_service(other("GET, HEAD")),
        )
        .service(get("/sessions/{id}/evaluation/similarity", web::get().to(similarity::view)))
        .service(post("/sessions/{id}/evaluation/similarity/baseline", web::post().to(similarity::baseline)))
        .service(get("/sessions/{id}/evaluation/papers", web::get().to(review_desk::papers)))
        .service(
            web::resource("/sessions/{id}/evaluation/papers/{paper}")
                .route(web::get().to(review_desk::paper))
                .route(web::head().to(review_desk::paper))
                .default_service(other("GET, HEAD")),
        )
        .service(
            web::resource("/sessions/{id}/evaluation/draft")
                .route(web::get().to(review_desk::draft))
                .route(web::put().to(review_desk::keep_draft))
                .default_service(other("GET, PUT")),
        )
        .service(post("/sessions/{id}/evaluation/terminal", web::post().to(evaluation::sign_in)))
        .service(post("/sessions/{id}/evaluation/certificates", web::post().to(evaluation::certify)))
        .service(post("/sessions/{id}/evaluation/acts", web::post().to(evaluation::act)))
        .service(post("/sessions/{id}/evaluation/commands", web::post().to(evaluation::command)))
        .service(post("/sessions/{id}/evaluation/result", web::post().to(evaluation::result)))
        .service(get("/sessions/{id}/evaluation/log", web::get().to(evaluation::log)))
        .service(post("/bridge/offers", web::post().to(bridge::offer)))
        .service(post("/bridge/invitations", web::post().to(bridge::invite)))
        .service(post("/bridge/claims", web::post().to(bridge::claim)))
        .service(post("/bridge/acceptances", web::post().to(bridge::accept)))
        .service(
            web::resource("/bridge/messages")
                .route(web::get().to(bridge::heard))
                .route(web::post().to(bridge::post))
                .default_service(other("GET, POST")),
        )
        .service(post("/bridge/end", web::post().to(bridge::end)))
        .default_service(web::to(nothing_here));
    config
        .service(api)
        .service(web::scope("/api").default_service(web::to(nothing_here)))
        .default_service(web::to(asset));
}

fn get(path: &str, route: Route) -> Resource {
    web::resource(path.to_owned()).route(route).default_service(other("GET"))
}

fn post(path: &str, route: Route) -> Resource {
    web::resource(path.to_owned()).route(route).default_service(other("POST"))
}

fn other(allowed: &'static str) -> Route {
    web::to(move || async move { Err::<HttpResponse, _>(Failure::wrong_method(allowed)) })
}

async fn nothing_here() -> Result<HttpResponse, Failure> {
    Err(Failure::not_found())
}
