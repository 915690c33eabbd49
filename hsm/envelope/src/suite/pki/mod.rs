//! SM2 certificates (GM/T 0015, RFC 5280): reading them, checking chains of them, and issuing them.
//!
//! Owns what a certificate says and whether a chain holds at a given time. It must not know who is a bidder or an
//! officer, reads no clock, and fetches no revocation list: the caller brings anchors and time.

mod certificate;
mod chain;
mod issue;
mod name;
mod usage;

pub(crate) use certificate::serial_hex;
pub use certificate::{Certificate, CertificateError};
pub use chain::{CertificateRefusal, verify_chain};
pub use issue::{IssueError, Profile, Request, issue, self_sign};
pub use name::{Name, ORGANIZATION_IDENTIFIER};
pub use usage::{KeyUsage, Usage};
