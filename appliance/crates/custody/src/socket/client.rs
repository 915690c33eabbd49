//! The room's end of the socket.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::frame;
use crate::protocol::{Answer, Problem, Request};

/// How long an answer may take. A device that is asked for 200 bids answers for one of them in milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// Connections that are kept for the next question.
const KEPT: usize = 8;

/// Asks custody over a Unix socket; each question in progress has a connection of its own.
pub struct SocketClient {
    path: PathBuf,
    idle: Mutex<Vec<UnixStream>>,
}

impl SocketClient {
    /// A client of the socket at `path`.
    pub const fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()) }
    }

    /// Asks, and waits for the answer. A connection that was kept and is dead is replaced once.
    ///
    /// # Errors
    /// What custody answered, or a fault of the link.
    pub fn ask(&self, request: &Request) -> Result<Answer, Problem> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(stream) = kept
            && let Ok(answer) = self.talk(stream, request)
        {
            return answer;
        }
        // Every question may be asked twice: judging, signing and unwrapping are all repeatable.
        let link = |error: io::Error| Problem::fault(&format!("custody at {}", self.path.display()), &error);
        let stream = UnixStream::connect(&self.path).map_err(link)?;
        self.talk(stream, request).map_err(link)?
    }

    fn talk(&self, mut stream: UnixStream, request: &Request) -> io::Result<Result<Answer, Problem>> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        frame::write(&mut stream, request)?;
        let answer = frame::read::<Result<Answer, Problem>>(&mut stream)?;
        let answer = answer.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(stream);
        }
        Ok(answer)
    }
}
