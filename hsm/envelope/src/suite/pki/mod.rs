//! Certificates (GM/T 0015, RFC 5280), revocation lists and OCSP answers: reading them, checking chains of them, and
//! issuing those of SM2.
//!
//! Owns what a certificate says and whether a chain holds at a given time. It must not know who is a bidder or an
//! officer, reads no clock, and fetches no revocation list: the caller brings anchors and time.

mod certificate;
mod chain;
mod crl;
mod extensions;
mod issue;
mod issue_crl;
mod key;
mod name;
mod ocsp;
mod revocation;
mod time;
mod usage;
mod x509;

#[cfg(test)]
mod vectors;

pub use certificate::Certificate;
pub use chain::{CertificateRefusal, find_chain, verify_chain};
pub use crl::Crl;
pub use issue::{IssueError, Profile, Request, issue, self_sign};
pub use issue_crl::{CrlRequest, issue_crl};
pub use key::{KeyKind, SignatureRefusal};
pub use name::{Name, ORGANIZATION_IDENTIFIER};
pub use ocsp::{OcspAnswer, OcspResponse, OcspStatus};
pub use revocation::{Reason, RevocationError, RevocationRefusal, Revoked};
pub use usage::{KeyUsage, Usage};
pub use x509::{CertificateError, X509, serial_hex};
