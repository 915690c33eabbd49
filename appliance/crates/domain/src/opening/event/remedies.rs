//! The remedy key.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::collecting::LockTag;
use crate::CreditCode;

/// A bidder asked that the trustees give their parts of its lock share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyAsked {
    /// Who.
    pub bidder: CreditCode,
    /// Its bid.
    pub bid: Sm3Digest,
    /// Attempt it is asked for.
    pub attempt: u32,
    /// The lock that signed.
    pub lock: LockTag,
    /// Why none of its locks opens the bid.
    pub reason: String,
    /// SM3 of the signed request; later events name the request by it.
    pub statement: Sm3Digest,
}

/// The host allowed a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyAllowed {
    /// Whose.
    pub bidder: CreditCode,
    /// The request.
    pub request: Sm3Digest,
    /// Why.
    pub reason: String,
}

/// The supervisor agreed with a request that the host allowed: trustees may give their parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyAgreed {
    /// Whose.
    pub bidder: CreditCode,
    /// The request.
    pub request: Sm3Digest,
    /// The supervisor's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A trustee gave its part of a bidder's lock share; it was checked and is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyPartGiven {
    /// Whose lock share.
    pub bidder: CreditCode,
    /// The request.
    pub request: Sm3Digest,
    /// Attempt it was given for.
    pub attempt: u32,
    /// Index of the trustee's part.
    pub index: u8,
    /// The trustee's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
    /// SM3 over the enveloped part's packages.
    pub packages: Sm3Digest,
}
