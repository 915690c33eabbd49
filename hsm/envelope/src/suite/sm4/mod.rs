//! SM4 (GB/T 32907) in the two modes that are used: CBC for enveloped messages, GCM for contents.
//!
//! Owns the modes; the block cipher and GHASH are crates. It must not know what is encrypted.

mod cbc;
mod gcm;

pub use cbc::{CbcDecryptor, CbcError, cbc_decrypt, cbc_encrypt, unpadded};
pub use gcm::{GcmError, Sm4Gcm};
