//! Signed and enveloped messages of GB/T 35275.
//!
//! Owns the encoding that BidRoom writes (one) and the encodings that it reads (those met in the field). It must not know what a message is for, nor whether a certificate in it
//! is to be believed.

mod enveloped;
mod oid;
mod party;
mod signed;
pub mod stream;
mod verify;

pub use enveloped::{EncryptedKey, EnvelopedData, EnvelopedError, OpenError, Recipient, SealError};
pub use party::PartyId;
pub use signed::{SignedData, SignedError, SignedParseError};
pub use verify::{SignedBy, VerifyError};
