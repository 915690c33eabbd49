//! The room's end of the socket.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::frame;
use crate::protocol::{Answer, Problem, Request};

/// How long an answer may take. A device that is asked for 200 bids answers for one of them in milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long custody may be away: it is started again within seconds when it dies.
const RETURNS_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait before looking for it again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Connections that are kept for the next question.
const KEPT: usize = 8;

/// Asks custody over a Unix socket; each question in progress has a connection of its own.
pub struct SocketClient {
    path: PathBuf,
    idle: Mutex<Vec<UnixStream>>,
    /// How often a connection broke: custody may have been started anew since.
    broken: AtomicU64,
}

impl SocketClient {
    /// A client of the socket at `path`.
    pub const fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()), broken: AtomicU64::new(0) }
    }

    /// How often the connection was lost so far.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Acquire)
    }

    /// Asks, and waits for the answer. Custody that dies meanwhile is asked again as soon as it is back: every question
    /// may be asked twice, since judging, signing and unwrapping are all repeatable.
    ///
    /// # Errors
    /// What custody answered, or a fault of the link.
    pub fn ask(&self, request: &Request) -> Result<Answer, Problem> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut stream = kept.map_or_else(|| UnixStream::connect(&self.path), Ok);
        let begun = Instant::now();
        loop {
            let failed = match stream.and_then(|stream| self.talk(stream, request)) {
                Ok(answer) => return answer,
                Err(error) => error,
            };
            self.broken.fetch_add(1, Ordering::AcqRel);
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
            if begun.elapsed() > RETURNS_WITHIN || failed.kind() == io::ErrorKind::InvalidData {
                return Err(Problem::fault(&format!("custody at {}", self.path.display()), &failed));
            }
            std::thread::sleep(LOOK_AGAIN);
            stream = UnixStream::connect(&self.path);
        }
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
