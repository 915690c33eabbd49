//! From a request to the session it is about and the person who asks.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Data;
use bidroom_canon::Sm3Digest;
use bidroom_domain::{Actor, Bidder, SessionId};
use bidroom_wire::Who;

use super::Failure;
use crate::app::App;
use crate::auth::{Caller, StatementRefusal, actor_in, bidder_in, who_in};
use crate::room::{RoomHandle, Snapshot};
use crate::unlock;
use bidroom_tender::PreparedLot;
use bidroom_trust::Refusal;

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

/// Refuses whoever is neither staff nor officer of a session of the room, and may not import packages.
///
/// # Errors
/// A [`Failure`] if nobody is logged in, or somebody else.
pub fn is_staff_anywhere(app: &App, request: &HttpRequest) -> Result<(), Failure> {
    let caller = caller(app, request)?;
    let takes_part = |(session, snapshot): (SessionId, Arc<Snapshot>)| {
        let officers = &snapshot.state.officers;
        let prepared = app.tenders.get(&session);
        let staff = prepared.iter().flat_map(|prepared| &prepared.lot.staff);
        staff.map(|staff| staff.certificate).any(|it| it == caller.digest)
            || officers.iter().any(|officer| officer.certificate == caller.digest)
    };
    let may = may_import(app, &caller) || app.rooms.list().into_iter().any(takes_part);
    if may { Ok(()) } else { Err(Failure::not_your_role()) }
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
    let mut who = as_who(app, here, &caller);
    if who.bidder.is_none() && who.staff.is_none() && who.officer.is_none() && who.trustee.is_none() {
        let judge = app.judge(&here.prepared);
        // Its page shows the bid that is to be unlocked; everything else is refused where it is asked for.
        who.bidder = unlock::bidder_of_received(app, &here.room, &judge, &caller.certificate, app.now());
    }
    Ok(who)
}

fn as_who(app: &App, here: &Here, caller: &Caller) -> Who {
    let (judge, snapshot) = (app.judge(&here.prepared), here.room.snapshot());
    let officers = &snapshot.state.officers;
    who_in(caller, &here.prepared, &judge, officers, may_import(app, caller), app.now())
}

/// The caller as a bidder of a session.
///
/// # Errors
/// A [`Failure`] if nobody is logged in, or somebody who is no bidder of it; if its certificate counted before, what
/// happened to it.
pub fn bidder(app: &App, here: &Here, request: &HttpRequest) -> Result<Bidder, Failure> {
    let caller = caller(app, request)?;
    let who = as_who(app, here, &caller);
    who.bidder.clone().ok_or_else(|| no_bidder(app, here, &caller, &who))
}

/// The caller as the bidder who unlocks its bid: also with the very certificate that signed the bid, whatever happened to
/// that certificate after the bid was received.
///
/// # Errors
/// As [`bidder`].
pub fn unlocker(app: &App, here: &Here, request: &HttpRequest) -> Result<Bidder, Failure> {
    let caller = caller(app, request)?;
    let who = as_who(app, here, &caller);
    if let Some(bidder) = who.bidder.clone() {
        return Ok(bidder);
    }
    if who.trustee.is_some() {
        return Err(Failure::not_your_role());
    }
    let judge = app.judge(&here.prepared);
    let of_received = unlock::bidder_of_received(app, &here.room, &judge, &caller.certificate, app.now());
    of_received.ok_or_else(|| no_bidder(app, here, &caller, &who))
}

fn no_bidder(app: &App, here: &Here, caller: &Caller, who: &Who) -> Failure {
    if who.staff.is_some() || who.officer.is_some() || who.trustee.is_some() {
        return Failure::not_your_role();
    }
    match bidder_in(caller, &app.judge(&here.prepared), app.now()) {
        Err(no) if no.came_later() => StatementRefusal::from(no).into(),
        _ => Failure::not_your_role(),
    }
}

/// The caller as an officer of a session: index of the share.
///
/// # Errors
/// A [`Failure`] if nobody is logged in, or somebody else.
pub fn officer(app: &App, here: &Here, request: &HttpRequest) -> Result<u8, Failure> {
    who(app, here, request)?.officer.ok_or_else(Failure::not_your_role)
}

/// The caller as a trustee of a session's remedy key: index of the part, and SM3 of the signing certificate.
///
/// # Errors
/// A [`Failure`] if nobody is logged in, or somebody else.
pub fn trustee(app: &App, here: &Here, request: &HttpRequest) -> Result<(u8, Sm3Digest), Failure> {
    let who = who(app, here, request)?;
    Ok((who.trustee.ok_or_else(Failure::not_your_role)?, who.certificate))
}

/// The caller as one who acts in a session.
///
/// # Errors
/// A [`Failure`] if nobody is logged in, or somebody who may only look.
pub fn actor(app: &App, here: &Here, request: &HttpRequest) -> Result<Actor, Failure> {
    let caller = caller(app, request)?;
    actor_in(&as_who(app, here, &caller)).ok_or_else(Failure::not_your_role)
}

/// Which bidder a caller is in any session: for addresses that name an upload and no session.
///
/// # Errors
/// What happened to a certificate that counted before.
pub fn bidder_anywhere(
    app: &App,
    caller: &Caller,
    session: &SessionId,
) -> Result<Option<Bidder>, Box<Refusal>> {
    let Some((prepared, room)) = app.tenders.get(session).zip(app.rooms.get(session)) else {
        return Ok(None);
    };
    let (judge, now) = (app.judge(&prepared), app.now());
    let who = who_in(caller, &prepared, &judge, &room.snapshot().state.officers, false, now);
    match bidder_in(caller, &judge, now) {
        Err(no) if who.staff.is_none() && who.officer.is_none() && no.came_later() => Err(Box::new(no)),
        _ => Ok(who.bidder),
    }
}
