//! Requests to the room. One place where answers become values or sentences.

use crate::deed::Trouble as Problem;
use crate::text::{Say, Trouble};
use crate::ui::Kind;
use bidroom_canon::{from_json, to_canonical};
use bidroom_wire::{ApiError, ErrorKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// Where the room's interface stands.
const API: &str = "/api/v1";

/// Why there is no answer.
#[derive(Debug)]
pub enum HttpError {
    /// Nothing came back, or nothing that is understood.
    Silent(String),
    /// The room said no, in its own words.
    Said(Box<ApiError>),
}

impl HttpError {
    /// Whether the login is not good any more.
    pub fn is_login(&self) -> bool {
        matches!(self, Self::Said(error) if error.kind == ErrorKind::Login)
    }

    /// As it is shown.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Silent(detail) => Problem {
                kind: Kind::Fault,
                head: Trouble::NoAnswer.both(),
                text: Trouble::NoAnswerNote.both(),
                clause: (!detail.is_empty()).then(|| super::hand::details(detail)),
            },
            Self::Said(error) => super::hand::problem(error),
        }
    }
}

fn silent(error: &JsValue) -> HttpError {
    HttpError::Silent(said(error))
}

/// What an exception of the browser says.
pub fn said(error: &JsValue) -> String {
    error.as_string().or_else(|| js_sys::Error::from(error.clone()).message().as_string()).unwrap_or_default()
}

/// Asks for a value.
///
/// # Errors
/// [`HttpError`].
pub async fn get<T: DeserializeOwned>(path: &str, token: Option<&str>) -> Result<T, HttpError> {
    read(send("GET", path, token, None).await?).await
}

/// Asks for a file.
///
/// # Errors
/// [`HttpError`].
pub async fn get_bytes(path: &str, token: Option<&str>) -> Result<Vec<u8>, HttpError> {
    let answer = send("GET", path, token, None).await?;
    let bytes = JsFuture::from(answer.array_buffer().map_err(|error| silent(&error))?)
        .await
        .map_err(|error| silent(&error))?;
    Ok(js_sys::Uint8Array::new(&bytes).to_vec())
}

/// How long a file is, bytes.
///
/// # Errors
/// [`HttpError`].
pub async fn length(path: &str, token: Option<&str>) -> Result<u64, HttpError> {
    let answer = send("HEAD", path, token, None).await?;
    let said = answer.headers().get("content-length").map_err(|error| silent(&error))?;
    said.and_then(|said| said.parse().ok()).ok_or_else(|| HttpError::Silent(String::new()))
}

/// Sends a value and reads the answer.
///
/// # Errors
/// [`HttpError`].
pub async fn post<T: DeserializeOwned>(
    path: &str,
    token: Option<&str>,
    body: &impl Serialize,
) -> Result<T, HttpError> {
    let text = to_canonical(body).map_err(|error| HttpError::Silent(error.to_string()))?;
    let body = Some((JsValue::from_str(&String::from_utf8_lossy(&text)), "application/json"));
    read(send("POST", path, token, body).await?).await
}

/// Sends a value; that it was taken is all there is to know.
///
/// # Errors
/// [`HttpError`].
pub async fn tell(path: &str, token: Option<&str>, body: &impl Serialize) -> Result<(), HttpError> {
    let text = to_canonical(body).map_err(|error| HttpError::Silent(error.to_string()))?;
    let body = Some((JsValue::from_str(&String::from_utf8_lossy(&text)), "application/json"));
    send("POST", path, token, body).await.map(drop)
}

/// Puts a value in place of another; that it was taken is all there is to know.
///
/// # Errors
/// [`HttpError`].
pub async fn put(path: &str, token: Option<&str>, body: &impl Serialize) -> Result<(), HttpError> {
    let text = to_canonical(body).map_err(|error| HttpError::Silent(error.to_string()))?;
    let body = Some((JsValue::from_str(&String::from_utf8_lossy(&text)), "application/json"));
    send("PUT", path, token, body).await.map(drop)
}

/// Sends bytes and reads the answer.
///
/// # Errors
/// [`HttpError`].
pub async fn post_bytes<T: DeserializeOwned>(
    path: &str,
    token: Option<&str>,
    body: &[u8],
) -> Result<T, HttpError> {
    let bytes: JsValue = js_sys::Uint8Array::from(body).into();
    read(send("POST", path, token, Some((bytes, "application/octet-stream"))).await?).await
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, HttpError> {
    from_json(&text(&answer).await?).map_err(|error| HttpError::Silent(error.to_string()))
}

async fn text(answer: &Response) -> Result<String, HttpError> {
    let text = JsFuture::from(answer.text().map_err(|error| silent(&error))?)
        .await
        .map_err(|error| silent(&error))?;
    Ok(text.as_string().unwrap_or_default())
}

/// A successful answer.
async fn send(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<(JsValue, &str)>,
) -> Result<Response, HttpError> {
    let headers = Headers::new().map_err(|error| silent(&error))?;
    let options = RequestInit::new();
    options.set_method(method);
    if let Some(token) = token {
        headers.append("authorization", &format!("Bearer {token}")).map_err(|error| silent(&error))?;
    }
    if let Some((body, kind)) = body {
        headers.append("content-type", kind).map_err(|error| silent(&error))?;
        options.set_body(&body);
    }
    options.set_headers(&headers);
    let window = web_sys::window().ok_or_else(|| HttpError::Silent(String::new()))?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(&format!("{API}{path}"), &options))
        .await
        .map_err(|error| silent(&error))?;
    let answer: Response = answer.dyn_into().map_err(|error| silent(&error))?;
    if answer.ok() {
        return Ok(answer);
    }
    match from_json::<ApiError>(&text(&answer).await?) {
        Ok(error) => Err(HttpError::Said(Box::new(error))),
        Err(_) => Err(HttpError::Silent(format!("HTTP {}", answer.status()))),
    }
}
