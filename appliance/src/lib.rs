//! The room's server and its command line.

pub mod app;
pub mod archive;
pub mod auth;
pub mod bridge;
pub mod ceremony;
pub mod ceremony_cli;
pub mod clock;
pub mod config;
pub mod crl_cli;
pub mod demo;
mod error;
pub mod evaluation;
pub mod files;
pub mod health;
pub mod http;
pub mod intake;
pub mod live;
pub mod locks;
pub mod price_cli;
mod printing;
pub mod random;
pub mod record;
pub mod room;
pub mod service;
pub mod signer;
pub mod similarity_cli;
pub mod start;
pub mod store;
pub mod tender_cli;
pub mod tenders;
pub mod unlock;

pub use error::Fault;
