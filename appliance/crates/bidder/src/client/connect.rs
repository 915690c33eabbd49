//! The connection: addresses, TLS, tokens, bounded answers.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bidroom_wire::ApiError;
use reqwest::header::{self, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::ClientError;

/// Longest answer that is read, bytes: a frame of the log.
const MAX_ANSWER: usize = 64 * 1024 * 1024;
/// How long a small request may take in all.
const WITHIN: Duration = Duration::from_secs(60);
/// A connection that is not made by then is not made.
const CONNECT: Duration = Duration::from_secs(10);
/// How often a question that changes nothing is asked again after a broken connection.
const ASK_AGAIN: u32 = 3;

/// How to reach a room.
#[derive(Debug, Clone, Default)]
pub struct ClientOptions {
    /// Its address: `https://room.example.cn`; plain `http` only on this computer.
    pub server: String,
    /// Root certificates (PEM) to trust beside those of the system: the room's own CA.
    pub trust: Vec<Vec<u8>>,
}

/// A connection to a room, logged in or not.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<Arc<Zeroizing<String>>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let logged_in = self.token.is_some();
        f.debug_struct("Client").field("base", &self.base.as_str()).field("logged_in", &logged_in).finish()
    }
}

impl Client {
    /// Prepares a connection; nothing is sent.
    ///
    /// # Errors
    /// [`ClientError::Address`] or [`ClientError::Tls`].
    pub fn new(options: &ClientOptions) -> Result<Self, ClientError> {
        let wrong = |why: &str| ClientError::Address { address: options.server.clone(), why: why.to_owned() };
        let mut base: Url = options.server.parse().map_err(|error| wrong(&format!("{error}")))?;
        let plain = match base.scheme() {
            "https" => false,
            "http" if is_loopback(&base) => true,
            "http" => return Err(wrong("plain http is for this computer only; use https")),
            _ => return Err(wrong("it must begin with https://")),
        };
        if !base.username().is_empty() || base.password().is_some() {
            return Err(wrong("names and passwords have no place in an address"));
        }
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let tls = |error: &dyn fmt::Display| ClientError::Tls(error.to_string());
        let roots = roots(&options.trust)?;
        let provider = rustls::crypto::ring::default_provider();
        // Whoever installed a provider before keeps it: it is the only one this workspace is built with.
        drop(provider.install_default());
        let builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .tcp_keepalive(Duration::from_secs(20))
            .user_agent(concat!("bidroom-bidder/", env!("CARGO_PKG_VERSION")));
        #[cfg(target_os = "linux")]
        let builder = builder.tcp_user_timeout(Duration::from_secs(30));
        let builder = if plain {
            // No TLS is spoken, so that a computer without any root certificates will do; and no proxy stands between
            // a computer and itself.
            builder.no_proxy().tls_certs_only(roots)
        } else {
            builder.https_only(true).tls_certs_merge(roots)
        };
        let http = builder.build().map_err(|error| tls(&error))?;
        Ok(Self { http, base, token: None })
    }

    /// Whether somebody is logged in.
    pub const fn is_logged_in(&self) -> bool {
        self.token.is_some()
    }

    pub(super) fn set_token(&mut self, token: Option<String>) {
        self.token = token.map(|token| Arc::new(Zeroizing::new(token)));
    }

    pub(super) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, ClientError> {
        let url = self.base.join(&format!("api/v1/{path}"));
        let url =
            url.map_err(|error| ClientError::Address { address: path.to_owned(), why: error.to_string() })?;
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.token {
            let text = Zeroizing::new(format!("Bearer {}", token.as_str()));
            let mut value = HeaderValue::from_str(&text)
                .map_err(|_| ClientError::Address { address: path.to_owned(), why: "token".to_owned() })?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// Asks for something; asking again changes nothing, so a broken connection is tried again a few times.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
    ) -> Result<T, ClientError> {
        let mut asked = 0;
        loop {
            asked += 1;
            match self.get_once(what, path).await {
                Err(ClientError::Network { .. }) if asked < ASK_AGAIN => {
                    tokio::time::sleep(Duration::from_millis(200 << asked)).await;
                }
                other => return read(what, &other?),
            }
        }
    }

    pub(super) async fn get_bytes(&self, what: &'static str, path: &str) -> Result<Vec<u8>, ClientError> {
        self.get_once(what, path).await.map(|answer| answer.body)
    }

    async fn get_once(&self, what: &'static str, path: &str) -> Result<Answer, ClientError> {
        send(what, self.request(Method::GET, path)?.timeout(WITHIN)).await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        read(what, &send(what, self.request(Method::POST, path)?.timeout(WITHIN).json(body)).await?)
    }

    pub(super) async fn post_bytes<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
        body: Vec<u8>,
    ) -> Result<T, ClientError> {
        let request = self.request(Method::POST, path)?.timeout(WITHIN * 5);
        let request = request.header(header::CONTENT_TYPE, "application/octet-stream").body(body);
        read(what, &send(what, request).await?)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn roots(trust: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, ClientError> {
    let mut all = Vec::new();
    for pem in trust {
        let read =
            reqwest::Certificate::from_pem_bundle(pem).map_err(|error| ClientError::Tls(chain(&error)))?;
        if read.is_empty() {
            return Err(ClientError::Tls("no certificate (PEM) in the file to trust".to_owned()));
        }
        all.extend(read);
    }
    Ok(all)
}

/// A success, whole.
pub(super) struct Answer {
    status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// Sends a request and reads its answer; everything but a success is an error.
pub(super) async fn send(what: &'static str, request: RequestBuilder) -> Result<Answer, ClientError> {
    let network = |error: reqwest::Error| ClientError::Network {
        what,
        unsent: error.is_connect(),
        // The address is known to the caller; the error need not repeat it.
        why: chain(&error.without_url()),
    };
    let mut response = request.send().await.map_err(network)?;
    let (status, retry_after) = (response.status(), retry_after(&response));
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(network)? {
        if body.len().saturating_add(part.len()) > MAX_ANSWER {
            return Err(unreadable(what, status, "it is too long"));
        }
        body.extend_from_slice(&part);
    }
    if status.is_success() {
        return Ok(Answer { status, body });
    }
    match serde_json::from_slice::<ApiError>(&body) {
        Ok(error) => Err(ClientError::Api { status: status.as_u16(), error: Box::new(error), retry_after }),
        Err(_) => Err(unreadable(what, status, "no error of a room")),
    }
}

fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

pub(super) fn read<T: DeserializeOwned>(what: &'static str, answer: &Answer) -> Result<T, ClientError> {
    serde_json::from_slice(&answer.body).map_err(|error| unreadable(what, answer.status, &error.to_string()))
}

fn unreadable(what: &'static str, status: StatusCode, why: &str) -> ClientError {
    ClientError::Answer { what, status: status.as_u16(), why: why.to_owned() }
}

/// An error with its causes: the outermost of them says nothing.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(server: &str, expect: &str) {
        let options = ClientOptions { server: server.to_owned(), trust: vec![] };
        match Client::new(&options) {
            Ok(client) => assert_eq!(client.base.as_str(), expect),
            Err(error) => assert!(!expect.is_empty() && error.to_string().contains(expect), "{error}"),
        }
    }

    #[test]
    fn plain_http_is_for_this_computer_only() {
        check("http://127.0.0.1:8443", "http://127.0.0.1:8443/");
        check("http://localhost/room", "http://localhost/room/");
        check("http://[::1]:1/", "http://[::1]:1/");
        check("http://127.0.0.1.example.cn", "use https");
        check("http://192.168.1.10", "use https");
        check("ftp://room.example.cn", "must begin with https");
        check("http://me:secret@localhost", "no place in an address");
        check("room.example.cn", "address");
    }

    #[test]
    fn a_file_to_trust_must_hold_a_certificate() {
        let options = ClientOptions { server: "http://localhost".into(), trust: vec![b"nothing".to_vec()] };
        assert!(matches!(Client::new(&options), Err(ClientError::Tls(_))));
    }
}
