//! Who takes part, and in which class of readers.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use crate::CreditCode;

/// A bidder 投标人, as its certificate names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bidder {
    /// Unified social credit code.
    pub code: CreditCode,
    /// Legal name, always Chinese.
    pub name: String,
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// 主持人: runs the opening.
    Host,
    /// 监督人员: watches, approves exceptional steps, changes nothing.
    Supervisor,
    /// 招标人代表: represents the tenderer.
    Tenderer,
}

/// A member of staff, named in the tender package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// Name as in the certificate.
    pub name: String,
    /// What the person may do.
    pub role: StaffRole,
    /// SM3 of the signing certificate's DER.
    pub certificate: Sm3Digest,
}

/// An opening officer 授权人: one of N people of whom M together give the officers' share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// Index of the officer's share, from 1.
    pub index: u8,
    /// Name as in the certificate.
    pub name: String,
    /// In which role the person holds a share.
    pub role: StaffRole,
    /// SM3 of the signing certificate's DER.
    pub certificate: Sm3Digest,
    /// SM3 of the encryption certificate's DER, to which the share is dealt.
    pub encryption_certificate: Sm3Digest,
}

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    /// The room itself: its clock, its own work.
    Room,
    /// 主持人.
    Host {
        /// SM3 of the signing certificate.
        certificate: Sm3Digest,
        /// Name as in the certificate.
        name: String,
    },
    /// 监督人员.
    Supervisor {
        /// SM3 of the signing certificate.
        certificate: Sm3Digest,
        /// Name as in the certificate.
        name: String,
    },
    /// 授权人, with the index of the share.
    Officer {
        /// Share index.
        index: u8,
        /// Name as in the certificate.
        name: String,
    },
    /// 投标人.
    Bidder {
        /// Credit code.
        code: CreditCode,
        /// Legal name.
        name: String,
    },
}

impl Actor {
    /// The name shown to people; the room has none.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Room => None,
            Self::Host { name, .. }
            | Self::Supervisor { name, .. }
            | Self::Officer { name, .. }
            | Self::Bidder { name, .. } => Some(name),
        }
    }

    /// The actor of a bidder.
    pub fn bidder(bidder: &Bidder) -> Self {
        Self::Bidder { code: bidder.code.clone(), name: bidder.name.clone() }
    }
}

/// Classes of readers that get the same frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderClass {
    /// Anybody: the public hall, the wall.
    Public,
    /// Bidders of this lot.
    Bidder,
    /// Host, tenderer, officers.
    Staff,
    /// The supervisor: the whole log.
    Supervisor,
}

impl ReaderClass {
    /// All classes.
    pub const ALL: [Self; 4] = [Self::Public, Self::Bidder, Self::Staff, Self::Supervisor];
}
