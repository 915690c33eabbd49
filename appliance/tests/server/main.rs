//! The server from outside: real sockets, real custody in software, a clock that stands still until it is moved.

mod bad_input;
mod client;
mod login;
mod receiving;
mod restart;
mod roles;
mod tls;
mod world;
