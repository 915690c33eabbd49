//! The server's surface: one route table, thin handlers, and everything that keeps a hostile network out.
//!
//! Owns sockets, TLS, limits, headers and the mapping of errors to answers ([`error`], the only place where they meet
//! HTTP). Must not know rules of an opening: a handler reads, calls and answers.

mod acknowledgement;
mod assets;
mod body;
pub mod error;
mod extract;
mod guard;
mod handlers;
mod limits;
mod range;
mod routes;
mod server;
mod tls;

pub use error::Failure;
pub(crate) use handlers::room::summary;
pub use limits::AddressLimits;
pub use routes::routes;
pub use server::{ServeError, Server, serve, serve_on};
pub use tls::{TlsError, server_config};
