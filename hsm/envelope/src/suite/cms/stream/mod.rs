//! Messages of any length, as other platforms make them: opened and verified as they stream by, in one buffer.
//!
//! Owns reading SignedData, EnvelopedData and SignedAndEnvelopedData of GB/T 35275 in every encoding met in the field:
//! DER and BER (indefinite lengths, contents in segments), object identifiers of GB/T 35275 and of PKCS#7, recipients
//! and signers by issuer and serial number or by key identifier, content keys as DER or raw in both orders.
//!
//! CBC proves nothing: what [`Opened`] hands out may be used only when its end was reached without an error, and even
//! then only a signature inside says that it is whole. Callers write to a temporary file.

mod ber;
mod enveloped;
mod error;
mod signed;

pub use enveloped::{Envelope, KeyForm, Kind, LegacyRecipient, Opened, OpenedWith};
pub use error::StreamError;
pub use signed::{SignedMessage, Signers};

/// The kind of the message that `start`, some of its first bytes, begins; for telling people what a file is.
pub fn kind_of(start: &[u8]) -> Option<Kind> {
    let mut ber = ber::Ber::new(start);
    ber.enter(ber::SEQUENCE, "a message").ok()?;
    enveloped::read_kind(&mut ber).ok()
}

#[cfg(test)]
mod tests;
