//! Login by certificate challenge.

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_domain::{At, Bidder, StaffRole};
use serde::{Deserialize, Serialize};

/// Answer to `POST /api/v1/login/challenge`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Challenge {
    /// 32 random bytes, good once.
    pub challenge: Hex32,
    /// The room's name, part of the statement.
    pub room: String,
    /// The room's time, part of the statement.
    pub at: At,
    /// When the challenge ends.
    pub expires: At,
}

/// Body of `POST /api/v1/login`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoginBody {
    /// The signed login statement (SignedData DER).
    pub statement: Base64Bytes,
}

/// Answer to a login: a bearer token for the `Authorization` header.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoggedIn {
    /// The token; a page keeps it for its tab only.
    pub token: String,
    /// When it ends.
    pub expires: At,
    /// Who logged in.
    pub who: Who,
}

impl core::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LoggedIn").field("who", &self.who).finish_non_exhaustive()
    }
}

/// Who is logged in, and what the person is in the session asked for (`GET /api/v1/sessions/{id}/me`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Name as in the certificate.
    pub name: String,
    /// SM3 of the signing certificate.
    pub certificate: Sm3Digest,
    /// As a bidder, if the certificate is one of an accepted CA and carries a credit code.
    pub bidder: Option<Bidder>,
    /// As staff of the session.
    pub staff: Option<StaffRole>,
    /// As opening officer of the session: index of the share.
    pub officer: Option<u8>,
    /// As trustee of the session's remedy key: index of the part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trustee: Option<u8>,
    /// Whether the person may import tender packages.
    pub may_import: bool,
}
