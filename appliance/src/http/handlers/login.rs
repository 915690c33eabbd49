//! Login and logout.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_wire::{LoggedIn, LoginBody, Who};

use super::json;
use crate::auth::{Anchors, Standing, bidder_in};
use crate::error::Fault;
use crate::http::extract::{TheApp, may_import, token};
use crate::http::{Failure, body};
use crate::unlock;

/// `POST /api/v1/login/challenge`.
pub async fn challenge(app: TheApp) -> HttpResponse {
    json(&app.logins.challenge(&app.signer.keys().name, app.now()))
}

/// `POST /api/v1/login`.
///
/// # Errors
/// A [`Failure`].
pub async fn log_in(app: TheApp, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Failure> {
    let LoginBody { statement } = body::json(&request, payload).await?;
    let app = app.into_inner();
    // Signatures and chains take milliseconds: not on a thread that serves others.
    let work = tokio::task::spawn_blocking(move || {
        let (anchors, now) = (Anchors::of(&app), app.now());
        // What happened to a certificate after its bid was received does not keep the bid closed.
        let accept = |certificate: &Certificate| match anchors.check(certificate, now) {
            Ok(()) => Ok(Standing::Full),
            Err(no) if no.came_later() && unlock::signed_a_received_bid(&app, certificate, now) => {
                Ok(Standing::ReceivedBid)
            }
            Err(no) => Err(no),
        };
        let room = app.signer.keys().name.clone();
        let (token, expires, caller) = app.logins.log_in(&statement.0, &room, accept, now)?;
        // Which bidder it is in a session is for the session to say; here any that accepts the certificate does.
        let bidder = app.rooms.list().into_iter().find_map(|(session, _)| {
            let (room, prepared) = app.rooms.get(&session).zip(app.tenders.get(&session))?;
            let judge = app.judge(&prepared);
            let of_received = || unlock::bidder_of_received(&app, &room, &judge, &caller.certificate, now);
            bidder_in(&caller, &judge, now).ok().or_else(of_received)
        });
        let who = Who {
            name: caller.name.clone(),
            certificate: caller.digest,
            bidder,
            staff: None,
            officer: None,
            trustee: None,
            may_import: may_import(&app, &caller),
        };
        Ok::<_, Failure>(LoggedIn { token: token.to_string(), expires, who })
    });
    Ok(json(&work.await.map_err(|_| Fault::Stopping)??))
}

/// `POST /api/v1/logout`: ends the token of the request. Repeating it is harmless.
pub async fn log_out(app: TheApp, request: HttpRequest) -> HttpResponse {
    if let Some(token) = token(&request) {
        app.logins.log_out(token);
    }
    HttpResponse::NoContent().finish()
}
