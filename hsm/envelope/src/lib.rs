//! The sealed-bid format and the SM2/SM3/SM4 suite under it; pure and wasm32-clean.

pub mod bid;
pub mod committee;
pub mod content;
mod derive;
pub mod draw;
pub mod officers;
pub mod probe;
pub mod suite;
