//! The relay between pages and token bridges.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_wire::bridge::{AcceptBody, BridgeRefusal, ClaimBody, MESSAGE_BYTES, Post};
use serde::Deserialize;

use super::json;
use crate::bridge::Pairings;
use crate::http::extract::token;
use crate::http::limits::network;
use crate::http::{Failure, body};

/// A message in JSON, in which a quote may take two bytes and a control character six; ours hold neither many.
const POST_BYTES: usize = 2 * MESSAGE_BYTES + 1024;
/// A code or a link's token.
const SMALL_BYTES: usize = 1024;

type ThePairings = Data<Pairings>;

fn address(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| network(peer.ip()))
}

fn own(request: &HttpRequest) -> Result<String, Failure> {
    Ok(token(request).ok_or(BridgeRefusal::NoPairing)?.to_owned())
}

async fn small<T: serde::de::DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
) -> Result<T, Failure> {
    let bytes = body::read(request, payload, SMALL_BYTES).await?;
    serde_json::from_slice(&bytes).map_err(Failure::malformed)
}

/// `POST /api/v1/bridge/offers`.
///
/// # Errors
/// A [`Failure`].
pub async fn offer(pairings: ThePairings, request: HttpRequest) -> Result<HttpResponse, Failure> {
    Ok(json(&pairings.offer(address(&request), pairings.now())?))
}

/// `POST /api/v1/bridge/invitations`.
///
/// # Errors
/// A [`Failure`].
pub async fn invite(pairings: ThePairings, request: HttpRequest) -> Result<HttpResponse, Failure> {
    Ok(json(&pairings.invite(address(&request), pairings.now())?))
}

/// `POST /api/v1/bridge/claims`.
///
/// # Errors
/// A [`Failure`].
pub async fn claim(
    pairings: ThePairings,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let ClaimBody { code } = small(&request, payload).await?;
    Ok(json(&pairings.claim(&code, address(&request), pairings.now())?))
}

/// `POST /api/v1/bridge/acceptances`.
///
/// # Errors
/// A [`Failure`].
pub async fn accept(
    pairings: ThePairings,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let AcceptBody { link } = small(&request, payload).await?;
    Ok(json(&pairings.accept(&link, pairings.now())?))
}

/// `POST /api/v1/bridge/messages`.
///
/// # Errors
/// A [`Failure`].
pub async fn post(
    pairings: ThePairings,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let token = own(&request)?;
    let bytes = body::read(&request, payload, POST_BYTES).await?;
    let post: Post = serde_json::from_slice(&bytes).map_err(Failure::malformed)?;
    if post.body.len() > MESSAGE_BYTES {
        return Err(Failure::too_long(MESSAGE_BYTES));
    }
    pairings.post(&token, post, pairings.now())?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which messages, and how long to wait for them.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    after: u64,
    #[serde(default)]
    wait: u32,
}

/// `GET /api/v1/bridge/messages?after=N&wait=S`.
///
/// # Errors
/// A [`Failure`].
pub async fn heard(
    pairings: ThePairings,
    request: HttpRequest,
    which: Result<Query<Which>, actix_web::Error>,
) -> Result<HttpResponse, Failure> {
    let (token, which) = (own(&request)?, which.map_err(Failure::malformed)?);
    Ok(json(&pairings.heard(&token, which.after, which.wait).await?))
}

/// `POST /api/v1/bridge/end`. Repeating it is harmless.
///
/// # Errors
/// A [`Failure`] without a token.
pub async fn end(pairings: ThePairings, request: HttpRequest) -> Result<HttpResponse, Failure> {
    pairings.end(&own(&request)?, pairings.now());
    Ok(HttpResponse::NoContent().finish())
}
