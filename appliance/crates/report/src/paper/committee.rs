//! The committee: its sign-in sheet and its members' commitments.

use serde::{Deserialize, Serialize};

use super::{Hand, Head, Remark, Sign};
use crate::moment::Moment;

/// The committee's sign-in sheet 签到表 (87号令 45, 47; 12号令 9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// What all documents have.
    pub head: Head,
    /// Fewest members.
    pub minimum: u32,
    /// The clause of that figure.
    pub clause: String,
    /// The digest of the sealed list of members; empty where none came in.
    pub list: String,
    /// When the list came in, sealed.
    pub imported_at: Option<Moment>,
    /// When it was opened.
    pub opened_at: Option<Moment>,
    /// Members and former members, by index.
    pub members: Vec<Attendee>,
    /// Who left, who took the place, which committee this is.
    pub notes: Vec<Remark>,
    /// Who stands for the sheet: host and supervisor.
    pub hands: Vec<Hand>,
}

/// A member of the committee, or somebody who was one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// Its index in the committee.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Where it works.
    pub employer: String,
    /// What it is an expert of.
    pub specialty: String,
    /// 评审专家 or 采购人代表.
    pub role: String,
    /// Whether it is the chair 组长.
    pub is_chair: bool,
    /// By what its identity was checked; empty before it signed in.
    pub identity: String,
    /// Whether its phone is in the locker; empty before it signed in.
    pub phone: String,
    /// Its seat.
    pub seat: Option<u32>,
    /// When it signed in.
    pub signed_in_at: Option<Moment>,
    /// When it signed the commitment.
    pub committed_at: Option<Moment>,
    /// Why it is no member any more; empty where it is one.
    pub left: String,
    /// Its signature under the sign-in.
    pub sign: Sign,
}

/// A member's commitment 承诺书.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// What all documents have.
    pub head: Head,
    /// Who commits itself.
    pub member: Attendee,
    /// To what, paragraph by paragraph.
    pub clauses: Vec<String>,
    /// Why it does not count any more; empty where it does.
    pub void: String,
    /// The signature.
    pub hand: Hand,
}
