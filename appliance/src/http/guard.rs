//! What every request passes: a number, the limit of its address, and on the way out the security headers.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use tracing::Instrument as _;

use super::{AddressLimits, Failure};

/// Pages load from the room only, run no inline script, and stand in no frame. WebAssembly needs its own word.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

const HEADERS: [(&str, &str); 8] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware around all routes.
///
/// # Errors
/// Those of the routes; the guard's own refusals are answers like any other.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request_id();
    let secure = request.app_config().secure();
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.path());
    let refused = match (request.peer_addr(), request.app_data::<Data<AddressLimits>>()) {
        (Some(peer), Some(limits)) => limits.take(peer.ip(), 1).err(),
        _ => None,
    };
    let mut response = match refused {
        Some(seconds) => request.error_response(Failure::too_many_requests(seconds)).map_into_right_body(),
        // A handler's error is an answer already. The request must not be held here: routing needs it alone.
        None => next.call(request).instrument(span.clone()).await?.map_into_left_body(),
    };
    let _entered = span.enter();
    let status = response.status().as_u16();
    if response.status().is_server_error() {
        tracing::warn!(status, "answered");
    } else {
        tracing::debug!(status, "answered");
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    Ok(response)
}

/// Sixteen random digits: unlike a counter they tell nobody how many requests, and so bidders, there are.
fn request_id() -> String {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => format!("{:016x}", u64::from_be_bytes(bytes)),
        Err(_) => "none".to_owned(),
    }
}
