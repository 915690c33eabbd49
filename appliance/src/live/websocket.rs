//! The stream over HTTP: as a WebSocket, and a frame at a time.
//!
//! The response's body is the viewer itself: the server polls it when the socket takes more, it reads the client's
//! frames along the way, and nothing is queued or spawned per viewer.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::ws::handshake;
use actix_web::body::{BodyStream, MessageBody as _};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_domain::ReaderClass;
use futures_util::Stream;

use super::board::{Cursor, Next};
use super::encode::control_frame;
use super::hub::{Hub, Step, Viewer};
use super::inbound::{Heard, Inbound};
use super::refusal::LiveRefusal;

/// A frame is handed to the server in pieces of this length, so that its buffers stay small.
const PIECE: usize = 16 * 1024;

/// A ping goes out after so many ticks without a word from the client, and the connection ends after so many.
const PING_TICKS: u64 = 20;
const SILENT_TICKS: u64 = 75;

/// A socket that takes nothing for so long is closed by the kernel.
const STALLED: Duration = Duration::from_secs(30);

const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const CLOSE: u8 = 0x8;

/// Answers a WebSocket request with the live stream: all leaves from `from` on, then whatever happens.
///
/// # Errors
/// [`LiveRefusal`]; then nothing was changed and no seat is taken.
pub async fn websocket(
    hub: &Hub,
    class: ReaderClass,
    from: u64,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, LiveRefusal> {
    let mut response =
        handshake(request.head()).map_err(|error| LiveRefusal::NotWebSocket { reason: error.to_string() })?;
    check_from(hub, from).await?;
    let viewer = hub.join(class, from)?;
    let body = BodyStream::new(LiveBody::new(viewer, payload)).boxed();
    response
        .message_body(body)
        .map(HttpResponse::from)
        .map_err(|error| LiveRefusal::NotWebSocket { reason: error.to_string() })
}

/// One frame as JSON text, for clients without WebSockets: the leaves from `from` on as far as one frame carries
/// them, or none when there are no more. Ask again from the new size until none come.
///
/// # Errors
/// [`LiveRefusal`].
pub async fn frame_once(hub: &Hub, class: ReaderClass, from: u64) -> Result<Bytes, LiveRefusal> {
    check_from(hub, from).await?;
    // A second turn has what the first one loaded; more are only needed when other requests drive it out again.
    for _ in 0..8 {
        let mut cursor = Cursor { size: from, tick: None };
        match hub.next(class, &mut cursor) {
            Next::Frame(frame) => return Ok(frame.plain()),
            Next::Stopped => return Err(LiveRefusal::Stopped),
            Next::Failed => return Err(LiveRefusal::Fault),
            Next::Load | Next::Wait => blocking(hub, move |hub| hub.load(class, from)).await?,
        }
    }
    Err(LiveRefusal::Fault)
}

/// Has the kernel close connections of this listener whose peers take nothing for 30 seconds, though they
/// answer: a viewer that never reads.
///
/// # Errors
/// If the socket does not take the option.
pub fn drop_stalled_peers(listener: &TcpListener) -> std::io::Result<()> {
    // Accepted sockets inherit both options.
    let socket = socket2::SockRef::from(listener);
    socket.set_tcp_nodelay(true)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(STALLED))?;
    Ok(())
}

async fn check_from(hub: &Hub, from: u64) -> Result<(), LiveRefusal> {
    if from == 0 {
        return Ok(());
    }
    blocking(hub, move |hub| hub.check_from(from)).await?
}

async fn blocking<T: Send + 'static>(
    hub: &Hub,
    work: impl FnOnce(&Hub) -> T + Send + 'static,
) -> Result<T, LiveRefusal> {
    let hub = hub.clone();
    tokio::task::spawn_blocking(move || work(&hub)).await.map_err(|_| LiveRefusal::Fault)
}

/// The body of a viewer's response.
struct LiveBody {
    /// None once goodbye was said.
    viewer: Option<Viewer>,
    payload: Payload,
    inbound: Inbound,
    /// The rest of the frame that is being sent.
    frame: Bytes,
    /// Control frames; they go between frames.
    control: VecDeque<Bytes>,
    heard: u64,
    pinged: u64,
}

impl LiveBody {
    fn new(viewer: Viewer, payload: Payload) -> Self {
        let tick = viewer.tick();
        Self {
            viewer: Some(viewer),
            payload,
            inbound: Inbound::new(tick),
            frame: Bytes::new(),
            control: VecDeque::new(),
            heard: tick,
            pinged: tick,
        }
    }

    /// Says goodbye and gives the seat back.
    fn close(&mut self, code: u16) {
        self.viewer = None;
        self.control.clear();
        self.control.push_back(control_frame(CLOSE, &code.to_be_bytes()));
    }

    /// Reads what the client says. The answer to several pings is the last one's pong (RFC 6455 section 5.5.3), so
    /// a client cannot make answers pile up.
    fn listen(&mut self, tick: u64, context: &mut Context<'_>) {
        while self.viewer.is_some() {
            while let Some(heard) = self.inbound.next(tick) {
                self.heard = tick;
                match heard {
                    Heard::Alive => {}
                    Heard::Ping(payload) => {
                        self.control.clear();
                        self.control.push_back(control_frame(PONG, &payload));
                    }
                    Heard::Close(code) => return self.close(code),
                }
            }
            match Pin::new(&mut self.payload).poll_next(context) {
                Poll::Ready(Some(Ok(bytes))) => self.inbound.feed(&bytes),
                Poll::Ready(Some(Err(_)) | None) => {
                    // The client is gone, without a word.
                    self.viewer = None;
                    self.control.clear();
                    self.frame.clear();
                }
                Poll::Pending => return,
            }
        }
    }

    fn check_silence(&mut self, tick: u64) {
        let silent = tick.saturating_sub(self.heard);
        if silent > SILENT_TICKS {
            self.close(1008);
        } else if silent >= PING_TICKS && tick.saturating_sub(self.pinged) >= PING_TICKS {
            self.pinged = tick;
            self.control.push_back(control_frame(PING, b""));
        }
    }

    fn piece(&mut self) -> Option<Bytes> {
        (!self.frame.is_empty()).then(|| self.frame.split_to(self.frame.len().min(PIECE)))
    }
}

impl Stream for LiveBody {
    type Item = Result<Bytes, actix_web::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Some(tick) = this.viewer.as_ref().map(Viewer::tick) {
            this.listen(tick, context);
            this.check_silence(tick);
        }
        loop {
            // A frame is never interrupted: its length was sent with its first piece.
            if let Some(next) = this.piece().or_else(|| this.control.pop_front()) {
                return Poll::Ready(Some(Ok(next)));
            }
            let Some(viewer) = &mut this.viewer else { return Poll::Ready(None) };
            match viewer.step(context) {
                Step::Frame(frame) => this.frame = frame.framed(),
                Step::Wait => return Poll::Pending,
                Step::Close(code) => this.close(code),
                Step::Load(class, from) => {
                    let hub = viewer.hub().clone();
                    // Detached: it fills the hub's cache and wakes whoever waits for it, also if this viewer leaves.
                    drop(tokio::task::spawn_blocking(move || hub.load(class, from)));
                }
            }
        }
    }
}
