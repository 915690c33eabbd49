//! Reading the body of a request: bounded in length and in time.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Payload;
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;

use super::Failure;

/// How long a small body may take to arrive. Nobody's decision depends on it: it only frees the connection.
const WITHIN: Duration = Duration::from_secs(20);

/// Longest JSON body, bytes: a statement with its packages is a few kilobytes.
pub const JSON: usize = 256 * 1024;

/// Reads a whole body of at most `limit` bytes.
///
/// # Errors
/// A [`Failure`]: too long, too slow, broken off.
pub async fn read(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Vec<u8>, Failure> {
    read_within(request, payload, limit, WITHIN).await
}

async fn read_within(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
    within: Duration,
) -> Result<Vec<u8>, Failure> {
    if declared(request)?.is_some_and(|length| length > u64::try_from(limit).unwrap_or(u64::MAX)) {
        return Err(Failure::too_long(limit));
    }
    let mut body = Vec::new();
    let all = async {
        while let Some(part) = payload.next().await {
            let part = part.map_err(Failure::malformed)?;
            if body.len().saturating_add(part.len()) > limit {
                return Err(Failure::too_long(limit));
            }
            body.extend_from_slice(&part);
        }
        Ok(())
    };
    tokio::time::timeout(within, all).await.map_err(|_| Failure::too_slow())??;
    Ok(body)
}

/// The length the request declares, if it does.
pub fn declared(request: &HttpRequest) -> Result<Option<u64>, Failure> {
    let Some(text) = request.headers().get(header::CONTENT_LENGTH) else { return Ok(None) };
    let length = text.to_str().ok().and_then(|text| text.parse().ok());
    length.map(Some).ok_or_else(|| Failure::malformed("Content-Length"))
}

/// Reads a JSON body.
///
/// # Errors
/// A [`Failure`], as for [`read`], or because the JSON is not the expected one.
pub async fn json<T: DeserializeOwned>(request: &HttpRequest, payload: Payload) -> Result<T, Failure> {
    let body = read(request, payload, JSON).await?;
    serde_json::from_slice(&body).map_err(Failure::malformed)
}
