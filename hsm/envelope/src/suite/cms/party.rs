//! How a message names the holder of a certificate.

use core::fmt;

use der::Tag;

use crate::suite::asn1::{Asn1Error, Cursor, context_primitive};
use crate::suite::pki::{Certificate, serial_hex};

/// The name of a recipient or signer in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyId {
    /// By the certificate's issuer and serial number, as GB/T 35275 prescribes.
    IssuerAndSerial {
        /// DER of the issuer's name.
        issuer: Vec<u8>,
        /// The content of the DER INTEGER of the serial number.
        serial: Vec<u8>,
    },
    /// By the certificate's subject key identifier (RFC 5652), as some software writes.
    KeyId(Vec<u8>),
}

impl PartyId {
    pub(super) fn read(fields: &mut Cursor<'_>, what: &'static str) -> Result<Self, Asn1Error> {
        if let Some(id) = fields.take_if(context_primitive(0), what)? {
            return Ok(Self::KeyId(id.content.to_vec()));
        }
        let mut id = fields.take(Tag::Sequence, what)?.inside();
        let issuer = id.take(Tag::Sequence, what)?;
        let serial = id.take(Tag::Integer, what)?;
        id.end(what)?;
        Ok(Self::IssuerAndSerial { issuer: issuer.raw.to_vec(), serial: serial.content.to_vec() })
    }

    /// Whether this names `certificate`.
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial { issuer, serial } => {
                issuer == certificate.issuer().der() && serial == certificate.serial()
            }
            Self::KeyId(id) => certificate.subject_key_id() == Some(id.as_slice()),
        }
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IssuerAndSerial { serial, .. } => write!(f, "serial {}", serial_hex(serial)),
            Self::KeyId(id) => write!(f, "key identifier {}", hex::encode_upper(id)),
        }
    }
}
