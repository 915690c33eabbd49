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

impl StaffRole {
    /// All roles, in the order in which they sign the opening record.
    pub const ALL: [Self; 3] = [Self::Host, Self::Tenderer, Self::Supervisor];

    /// The role's name, Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Host => "主持人",
            Self::Supervisor => "监督人员",
            Self::Tenderer => "招标人代表",
        }
    }

    /// The role's name, English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Supervisor => "supervisor",
            Self::Tenderer => "tenderer's representative",
        }
    }
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

/// A trustee 补救密钥受托人: holds a part of the lock shares of bids that opted for the remedy, and no role in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trustee {
    /// Index of the part, from 1.
    pub index: u8,
    /// Name as in the certificate.
    pub name: String,
    /// Credit code of the organisation, where the certificates carry one: it cannot bid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CreditCode>,
    /// SM3 of the signing certificate's DER.
    pub certificate: Sm3Digest,
    /// SM3 of the encryption certificate's DER, to which bidders deal the part.
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
    /// 招标人代表, where the person acts in that role and not as an officer.
    Tenderer {
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
    /// 补救密钥受托人, with the index of the part.
    Trustee {
        /// Part index.
        index: u8,
        /// Name as in the certificate.
        name: String,
    },
    /// 评标委员会成员, by its index in the committee: who that is stays secret until the result is published.
    Expert {
        /// Index in the committee.
        index: u8,
    },
}

impl Actor {
    /// The name shown to people; the room has none, and a member of the committee has none here.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Room | Self::Expert { .. } => None,
            Self::Host { name, .. }
            | Self::Supervisor { name, .. }
            | Self::Tenderer { name, .. }
            | Self::Officer { name, .. }
            | Self::Bidder { name, .. }
            | Self::Trustee { name, .. } => Some(name),
        }
    }

    /// Role, certificate and name of a member of staff; none for anybody else.
    pub fn staff(&self) -> Option<(StaffRole, Sm3Digest, &str)> {
        match self {
            Self::Host { certificate, name } => Some((StaffRole::Host, *certificate, name)),
            Self::Supervisor { certificate, name } => Some((StaffRole::Supervisor, *certificate, name)),
            Self::Tenderer { certificate, name } => Some((StaffRole::Tenderer, *certificate, name)),
            Self::Room
            | Self::Officer { .. }
            | Self::Bidder { .. }
            | Self::Trustee { .. }
            | Self::Expert { .. } => None,
        }
    }

    /// The actor of a member of staff.
    pub fn of_staff(role: StaffRole, certificate: Sm3Digest, name: String) -> Self {
        match role {
            StaffRole::Host => Self::Host { certificate, name },
            StaffRole::Supervisor => Self::Supervisor { certificate, name },
            StaffRole::Tenderer => Self::Tenderer { certificate, name },
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
