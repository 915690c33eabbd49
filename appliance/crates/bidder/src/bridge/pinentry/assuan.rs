//! The Assuan protocol, as much of it as a pinentry speaks: a line each way, data in `D` lines.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use zeroize::Zeroizing;

use super::super::sheet::WindowError;

/// A line has at most 1000 bytes with its end.
const LINE: usize = 1000;
/// A PIN is no longer than this, bytes.
const DATA: usize = 1024;

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// `OK`, with the data before it.
    Done(Zeroizing<String>),
    /// `ERR`.
    Error {
        /// Code of libgpg-error: source ‖ code.
        code: u32,
        /// Its words.
        text: String,
    },
}

/// A conversation.
pub(super) struct Assuan<R, W> {
    from: R,
    to: W,
}

fn protocol(what: impl std::fmt::Display) -> WindowError {
    WindowError::Protocol(what.to_string())
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Assuan<R, W> {
    pub(super) const fn new(from: R, to: W) -> Self {
        Self { from, to }
    }

    /// Byte by byte: no buffer keeps a PIN that nobody erases.
    async fn line(&mut self) -> Result<Zeroizing<Vec<u8>>, WindowError> {
        let mut line = Zeroizing::new(Vec::with_capacity(LINE));
        loop {
            match self.from.read_u8().await.map_err(protocol)? {
                b'\n' => return Ok(line),
                _ if line.len() >= LINE => return Err(protocol("a line is too long")),
                byte => line.push(byte),
            }
        }
    }

    /// Reads the greeting.
    pub(super) async fn greeting(&mut self) -> Result<(), WindowError> {
        match self.answer().await? {
            Answer::Done(_) => Ok(()),
            Answer::Error { text, .. } => Err(protocol(text)),
        }
    }

    /// Says something and reads the answer.
    pub(super) async fn command(&mut self, line: &str) -> Result<Answer, WindowError> {
        self.send(line).await?;
        self.answer().await
    }

    /// Says goodbye; whether it is heard makes no difference.
    pub(super) async fn bye(&mut self) {
        drop(self.send("BYE").await);
    }

    async fn send(&mut self, line: &str) -> Result<(), WindowError> {
        if line.len() >= LINE || line.contains(['\n', '\r']) {
            return Err(protocol("a line that cannot be said"));
        }
        self.to.write_all(line.as_bytes()).await.map_err(protocol)?;
        self.to.write_all(b"\n").await.map_err(protocol)?;
        self.to.flush().await.map_err(protocol)
    }

    async fn answer(&mut self) -> Result<Answer, WindowError> {
        let mut data = Zeroizing::new(Vec::with_capacity(DATA));
        loop {
            let line = self.line().await?;
            let (word, rest) = split(&line);
            match word {
                b"OK" => {
                    let text = std::str::from_utf8(&data).map_err(|_| protocol("data that is no text"))?;
                    return Ok(Answer::Done(Zeroizing::new(text.to_owned())));
                }
                b"ERR" => return Ok(error(rest)),
                b"D" => unescape(rest, &mut data)?,
                // Questions of its own are not answered: CAN says so.
                b"INQUIRE" => self.send("CAN").await?,
                b"S" | b"#" => {}
                other if other.starts_with(b"#") => {}
                _ => return Err(protocol("an answer that is none")),
            }
        }
    }
}

fn split(line: &[u8]) -> (&[u8], &[u8]) {
    match line.iter().position(|byte| *byte == b' ') {
        Some(at) => line
            .split_at_checked(at)
            .map_or((line, &[][..]), |(word, rest)| (word, rest.strip_prefix(b" ").unwrap_or(rest))),
        None => (line, &[]),
    }
}

fn error(rest: &[u8]) -> Answer {
    let (code, text) = split(rest);
    let code = std::str::from_utf8(code).ok().and_then(|code| code.parse().ok()).unwrap_or_default();
    Answer::Error { code, text: String::from_utf8_lossy(text).chars().take(200).collect() }
}

/// Appends the data of a `D` line.
fn unescape(line: &[u8], to: &mut Zeroizing<Vec<u8>>) -> Result<(), WindowError> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = line.iter();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => match (digit(bytes.next()), digit(bytes.next())) {
                (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or_default(),
                _ => return Err(protocol("data that is not escaped right")),
            },
            other => *other,
        };
        // Within the capacity, so that it is never moved and left behind.
        if to.len() >= DATA {
            return Err(protocol("too much data"));
        }
        to.push(byte);
    }
    Ok(())
}

/// A text on one line.
pub(super) fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
