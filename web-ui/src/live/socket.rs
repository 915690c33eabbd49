//! One WebSocket with its handlers; dropping it closes the connection and silences it.

use bidroom_wire::Frame;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// The subprotocol of the live stream; a token travels beside it, never in the address.
const PROTOCOL: &str = "bidroom.v1";

/// An open or opening connection.
pub struct Socket {
    socket: WebSocket,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Asks for all leaves of a session from `from` on. Nothing where the browser refuses to connect.
    pub fn open(
        session: &str,
        from: u64,
        token: Option<&str>,
        heard: impl Fn(Option<Frame>) + 'static,
        closed: impl Fn() + 'static,
    ) -> Option<Self> {
        let location = web_sys::window()?.location();
        let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
        let address =
            format!("{scheme}://{}/api/v1/sessions/{session}/live?from={from}", location.host().ok()?);
        let protocols = js_sys::Array::new();
        protocols.push(&PROTOCOL.into());
        if let Some(token) = token {
            protocols.push(&format!("bearer.{token}").into());
        }
        let socket = WebSocket::new_with_str_sequence(&address, &protocols).ok()?;
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let frame = event.data().as_string().and_then(|text| bidroom_canon::from_json(&text).ok());
            heard(frame);
        });
        let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |_| closed());
        socket.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _heard: heard, _closed: closed })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // A socket that is closed already is what is wanted.
        let _ = self.socket.close();
    }
}
