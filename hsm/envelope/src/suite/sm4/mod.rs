//! SM4 (GB/T 32907) in the two modes that are used: CBC for small enveloped messages, GCM for contents.
//!
//! Owns the modes; the block cipher and GHASH are crates. It must not know what is encrypted.

mod cbc;
mod gcm;

pub use cbc::{CbcError, cbc_decrypt, cbc_encrypt};
pub use gcm::{GcmError, Sm4Gcm};
