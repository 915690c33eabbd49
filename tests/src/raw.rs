//! A client that sends what it is given, without the tool's checks and patience.

use anyhow::{Context as _, ensure};
use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_bidder::locks::AnyLock;
use bidroom_wire::UploadOpened;
use serde::Serialize;
use serde_json::Value;

use crate::room::StoryRoom;

/// Asks as somebody who is logged in.
pub struct Raw {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Raw {
    /// Logs in with a lock.
    ///
    /// # Errors
    /// If the room does not let it in.
    pub async fn new(room: &StoryRoom, lock: &AnyLock) -> anyhow::Result<Self> {
        let options = ClientOptions { server: room.url.clone(), trust: Vec::new() };
        let token = Client::new(&options)?.log_in(lock, &room.app.config.origin).await?.token;
        Ok(Self { http: reqwest::Client::new(), url: room.url.clone(), token })
    }

    /// Asks with a token.
    pub fn with(room: &StoryRoom, token: &str) -> Self {
        Self { http: reqwest::Client::new(), url: room.url.clone(), token: token.to_owned() }
    }

    /// Status and bytes of what stands at `path`, of a range of it if one is given, and how long the whole of it is said to be.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn bytes(&self, path: &str, range: Option<&str>) -> anyhow::Result<(u16, Vec<u8>, String)> {
        let mut request = self.http.get(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        let answer = request.send().await?;
        let said =
            answer.headers().get("content-range").and_then(|said| said.to_str().ok()).unwrap_or_default();
        let said = said.to_owned();
        Ok((answer.status().as_u16(), answer.bytes().await?.to_vec(), said))
    }

    /// Status and said length of what stands at `path`, without its content.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn length(&self, path: &str) -> anyhow::Result<(u16, String)> {
        let answer =
            self.http.head(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token).send().await?;
        let said =
            answer.headers().get("content-length").and_then(|said| said.to_str().ok()).unwrap_or_default();
        Ok((answer.status().as_u16(), said.to_owned()))
    }

    /// Status and body of the answer to a value that is put in place of another; no body where there is none.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn put_json(&self, path: &str, body: &impl Serialize) -> anyhow::Result<(u16, Value)> {
        let request = self.http.put(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
        let answer = request.body(serde_json::to_vec(body)?).send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await.unwrap_or_default()))
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> anyhow::Result<(u16, Value)> {
        let answer = request.bearer_auth(&self.token).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Status and body of the answer to bytes.
    ///
    /// # Errors
    /// If there is no answer in JSON.
    pub async fn post(&self, path: &str, body: Vec<u8>) -> anyhow::Result<(u16, Value)> {
        self.answer(self.http.post(format!("{}/api/v1/{path}", self.url)).body(body)).await
    }

    /// Status and body of the answer to a value.
    ///
    /// # Errors
    /// If there is no answer in JSON.
    pub async fn post_json(&self, path: &str, body: &impl Serialize) -> anyhow::Result<(u16, Value)> {
        self.post(path, serde_json::to_vec(body)?).await
    }

    /// Status and body of what stands at `path`.
    ///
    /// # Errors
    /// If there is no answer in JSON.
    pub async fn get(&self, path: &str) -> anyhow::Result<(u16, Value)> {
        self.answer(self.http.get(format!("{}/api/v1/{path}", self.url))).await
    }

    /// Sends head and content, up to where only the end is missing; the path that ends it.
    ///
    /// # Errors
    /// If the room does not take them.
    pub async fn send(&self, bid: &BidFile) -> anyhow::Result<String> {
        let session = StoryRoom::session()?;
        let (status, opened) = self.post(&format!("sessions/{session}/uploads"), bid.head().to_vec()).await?;
        ensure!(status == 200, "{opened}");
        let opened: UploadOpened = serde_json::from_value(opened)?;
        let whole = std::fs::read(bid.path())?;
        let content = whole.get(bid.head().len()..).context("a bid shorter than its head")?;
        let request = self
            .http
            .patch(format!("{}/api/v1/uploads/{}", self.url, opened.state.upload))
            .header("upload-offset", "0")
            .body(content.to_vec());
        let (status, state) = self.answer(request).await?;
        ensure!(status == 200 && state.get("offset") == state.get("length"), "{state}");
        Ok(format!("uploads/{}/complete", opened.state.upload))
    }
}
