//! Custody's end of the socket.

use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::frame;
use crate::protocol::{Answer, Problem, Request};

/// Connections at once: the room keeps a few, everything else is not the room.
const MOST_CONNECTIONS: usize = 64;

/// Why custody does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process listens there.
    #[error("{0}: another custody answers there")]
    Taken(PathBuf),
    /// The socket cannot be made.
    #[error("{path}: {source}")]
    Socket {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A socket on which custody is asked; it is made before privileges are given up.
pub struct SocketServer {
    listener: UnixListener,
    server_uid: u32,
}

impl SocketServer {
    /// Makes the socket at `path` for processes of user `server_uid`. A socket that a process left behind is replaced.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn bind(path: &Path, server_uid: u32) -> Result<Self, ServeError> {
        let failed = |source| ServeError::Socket { path: path.to_owned(), source };
        if path.exists() {
            if UnixStream::connect(path).is_ok() {
                return Err(ServeError::Taken(path.to_owned()));
            }
            std::fs::remove_file(path).map_err(failed)?;
        }
        let listener = UnixListener::bind(path).map_err(failed)?;
        // Whoever reaches the folder may connect; who is answered is decided by the peer's user below.
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).map_err(failed)?;
        Ok(Self { listener, server_uid })
    }

    /// Answers on a socket that somebody else made, such as a service manager.
    pub const fn on(listener: UnixListener, server_uid: u32) -> Self {
        Self { listener, server_uid }
    }
}

/// What answers a question.
pub type Answering = Arc<dyn Fn(Request) -> Result<Answer, Problem> + Send + Sync>;

/// Answers for ever, each connection on a thread of its own.
///
/// # Errors
/// [`ServeError`] if the socket breaks.
pub fn serve(server: &SocketServer, answering: &Answering) -> Result<(), ServeError> {
    let connections = Arc::new(AtomicUsize::new(0));
    for stream in server.listener.incoming() {
        let stream = match stream {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not taken");
                continue;
            }
        };
        if !is_allowed(&stream, server.server_uid) {
            continue;
        }
        if connections.fetch_add(1, Ordering::AcqRel) >= MOST_CONNECTIONS {
            connections.fetch_sub(1, Ordering::AcqRel);
            tracing::warn!("too many connections; one was closed");
            continue;
        }
        let (answering, counted) = (answering.clone(), Counted(connections.clone()));
        let thread = std::thread::Builder::new().name("custody".to_owned());
        if let Err(error) = thread.spawn(move || talk(stream, &answering, &counted)) {
            tracing::error!(%error, "no thread for a connection");
        }
    }
    Ok(())
}

/// Gives a place back when the connection ends, however it ends.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Only the room's own user, and custody's, is answered: the kernel says who connected.
fn is_allowed(stream: &UnixStream, server_uid: u32) -> bool {
    match rustix::net::sockopt::socket_peercred(stream.as_fd()) {
        Ok(peer) => {
            let uid = peer.uid.as_raw();
            let allowed = uid == server_uid || uid == rustix::process::geteuid().as_raw();
            if !allowed {
                tracing::warn!(uid, "a process of another user asked custody and was not answered");
            }
            allowed
        }
        Err(error) => {
            tracing::warn!(%error, "it cannot be told who connected");
            false
        }
    }
}

fn talk(mut stream: UnixStream, answering: &Answering, _counted: &Counted) {
    loop {
        match frame::read::<Request>(&mut stream) {
            Ok(Some(request)) => {
                let answer = answering(request);
                if let Err(error) = frame::write(&mut stream, &answer) {
                    tracing::warn!(%error, "an answer could not be given");
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "a question could not be read");
                return;
            }
        }
    }
}
