//! The cryptography of the Chinese standards under the sealed-bid format: SM2 keys, signatures and encryption
//! (GB/T 32918, GB/T 35276), SM4 modes and HKDF over SM3, SM2 certificates, and GB/T 35275 messages.
//!
//! **Architecture invariant.** This module knows no bid, no share and no session. It reads no clock and draws no
//! randomness: time and random bytes are arguments. Private keys outside the process are behind [`sm2::Sign`] and
//! [`sm2::Unwrap`].

mod asn1;
pub mod cms;
pub mod kdf;
pub mod pki;
pub mod sm2;
pub mod sm4;

pub use asn1::Asn1Error;

#[cfg(test)]
mod fixtures;
