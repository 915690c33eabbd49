//! A small HTTP client that can also misbehave.

use std::net::SocketAddr;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.status, String::from_utf8_lossy(&self.body))
        })
    }

    /// The answer as a success of this type.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// The answer as an error: status, kind and code, with sentences in both languages.
    #[track_caller]
    pub fn refused(&self, status: u16, kind: &str, code: &str) -> Value {
        let body: Value = self.json();
        assert_eq!(
            (self.status, body["kind"].as_str(), body["code"].as_str()),
            (status, Some(kind), Some(code)),
            "{body}"
        );
        for language in ["zh", "en"] {
            for part in ["title", "body"] {
                assert!(!body["sentence"][language][part].as_str().unwrap().is_empty(), "{body}");
            }
        }
        body
    }
}

/// Sends bytes as they are and reads the answer until the server closes, or its declared length is there.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that refuses early may have closed already; its answer is what counts.
    let _ = stream.write_all(bytes).await;
    read(&mut stream).await
}

pub async fn read(stream: &mut TcpStream) -> Answer {
    let mut all = Vec::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        if let Some(answer) = parse(&all, false) {
            return answer;
        }
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => {
                return parse(&all, true).unwrap_or(Answer { status: 0, head: String::new(), body: all });
            }
            Ok(came) => all.extend_from_slice(&part[..came]),
        }
    }
}

fn parse(all: &[u8], ended: bool) -> Option<Answer> {
    let end = all.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let body = all[end + 4..].to_vec();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let answer = Answer { status, head, body };
    let length: Option<usize> = answer.header("content-length").and_then(|text| text.parse().ok());
    let whole = length.is_some_and(|length| answer.body.len() >= length) || status == 204;
    (whole || ended).then_some(answer)
}

/// A client of one server, perhaps logged in.
#[derive(Debug, Clone)]
pub struct Client {
    pub address: SocketAddr,
    pub token: Option<String>,
}

impl Client {
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        raw(self.address, &self.request(method, path, headers, body)).await
    }

    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: room\r\ncontent-length: {}\r\n", body.len());
        if let Some(token) = &self.token {
            head.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"").await
    }

    pub async fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.send("POST", path, &[], body).await
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.post(path, body.to_string().as_bytes()).await
    }

    pub async fn patch(&self, upload: &str, offset: u64, body: &[u8]) -> Answer {
        self.send(
            "PATCH",
            &format!("/api/v1/uploads/{upload}"),
            &[("upload-offset", &offset.to_string())],
            body,
        )
        .await
    }
}
