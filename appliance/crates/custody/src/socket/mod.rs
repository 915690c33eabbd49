//! Custody over a Unix socket: frames of a length and JSON, one question and one answer at a time on a connection.
//!
//! Owns framing, the peer's identity and limits. Must not know what is asked. A buffer that may hold shares is erased
//! when it is dropped, and big enough from the beginning that it never leaves a copy behind by growing.

mod client;
mod frame;
mod server;

pub use client::SocketClient;
pub use server::{Answering, ServeError, SocketServer, serve};
