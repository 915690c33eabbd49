//! From a request to the session it is about and the person who asks.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Data;
use bidroom_domain::{Actor, Bidder, SessionId};
use bidroom_wire::Who;

use super::Failure;
use crate::app::App;
use crate::auth::{Caller, actor_in, who_in};
use crate::room::RoomHandle;
use bidroom_tender::PreparedLot;

/// The subprotocol of the live stream. A page offers it together with `bearer.<token>`: a browser cannot give a
/// WebSocket an `Authorization` header, and a token never stands in an address.
pub const LIVE_PROTOCOL: &str = "bidroom.v1";
const PROTOCOL_TOKEN: &str = "bearer.";

/// The server's components, as handlers get them.
pub type TheApp = Data<App>;

/// A session with what was signed for it.
pub struct Here {
    /// Its actor.
    pub room: RoomHandle,
    /// Its package and publication.
    pub prepared: Arc<PreparedLot>,
}

/// The session with this id.
///
/// # Errors
/// A [`Failure`], if there is none.
pub fn session(app: &App, id: &str) -> Result<Here, Failure> {
    let id: SessionId = id.parse().map_err(|_| Failure::no_session())?;
    let room = app.rooms.get(&id).filter(|room| room.snapshot().size > 0).ok_or_else(Failure::no_session)?;
    let prepared = app.tenders.get(&id).ok_or_else(Failure::no_session)?;
    Ok(Here { room, prepared })
}

/// The token of a request, if it carries one.
pub fn token(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn offered(request: &HttpRequest) -> impl Iterator<Item = &str> {
    let headers = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    headers.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether a WebSocket request offers our subprotocol, which must then be answered.
pub fn offers_live_protocol(request: &HttpRequest) -> bool {
    offered(request).any(|protocol| protocol == LIVE_PROTOCOL)
}

/// Who asks.
///
/// # Errors
/// A [`Failure`] if nobody is logged in.
pub fn caller(app: &App, request: &HttpRequest) -> Result<Arc<Caller>, Failure> {
    caller_if_any(app, request)?.ok_or_else(Failure::not_logged_in)
}

/// Who asks, if the request says so. A token that is no longer good is an error and not nobody: the page must learn it.
///
/// # Errors
/// A [`Failure`] for a token that is not good.
pub fn caller_if_any(app: &App, request: &HttpRequest) -> Result<Option<Arc<Caller>>, Failure> {
    let in_protocol = || offered(request).find_map(|protocol| protocol.strip_prefix(PROTOCOL_TOKEN));
    if !request.headers().contains_key(header::AUTHORIZATION) && in_protocol().is_none() {
        return Ok(None);
    }
    let token = token(request).or_else(in_protocol).ok_or_else(Failure::not_logged_in)?;
    app.logins.holder(token, app.now()).map(Some).ok_or_else(Failure::not_logged_in)
}

/// Whether a person may import tender packages.
pub fn may_import(app: &App, caller: &Caller) -> bool {
    app.importers.contains(&caller.certificate)
}

/// What the caller is in a session.
///
/// # Errors
/// A [`Failure`] if nobody is logged in.
pub fn who(app: &App, here: &Here, request: &HttpRequest) -> Result<Who, Failure> {
    let caller = caller(app, request)?;
    Ok(who_in(&caller, &here.prepared, may_import(app, &caller), app.now()))
}

/// The caller as a bidder of a session.
///
/// # Errors
/// A [`Failure`] if nobody is logged in, or somebody who is no bidder of it.
pub fn bidder(app: &App, here: &Here, request: &HttpRequest) -> Result<Bidder, Failure> {
    who(app, here, request)?.bidder.ok_or_else(Failure::not_your_role)
}

/// The caller as one who acts in a session.
///
/// # Errors
/// A [`Failure`] if nobody is logged in, or somebody who may only look.
pub fn actor(app: &App, here: &Here, request: &HttpRequest) -> Result<Actor, Failure> {
    actor_in(&who(app, here, request)?).ok_or_else(Failure::not_your_role)
}

/// Which bidder a caller is in any session: for addresses that name an upload and no session.
pub fn bidder_anywhere(app: &App, caller: &Caller, session: &SessionId) -> Option<Bidder> {
    let prepared = app.tenders.get(session)?;
    who_in(caller, &prepared, false, app.now()).bidder
}
