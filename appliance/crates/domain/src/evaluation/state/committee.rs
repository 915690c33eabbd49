//! The committee as it stands.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;

use super::super::event::{Member, MemberRole};
use super::super::terms::LeaveGround;
use crate::At;

/// Where a member sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seating {
    /// Number of the seat.
    pub seat: u8,
    /// Name of the terminal, where it may be known.
    pub terminal: Option<String>,
    /// Since when.
    pub at: At,
}

/// Why somebody is no member any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Recused itself, or was found to have to; or replaced on a ground.
    pub ground: LeaveGround,
    /// When.
    pub at: At,
    /// Index of the successor, once there is one.
    pub successor: Option<u8>,
}

/// A member, or somebody who was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberState {
    /// In which role.
    pub role: MemberRole,
    /// Who, where it may be known.
    pub member: Option<Member>,
    /// Where it sits.
    pub seating: Option<Seating>,
    /// When it signed the commitment.
    pub committed: Option<At>,
    /// Why it is no member any more.
    pub left: Option<Departure>,
    /// When it said that the time is short.
    pub asked_time: Option<At>,
}

impl MemberState {
    pub(in super::super) const fn new(role: MemberRole, member: Option<Member>) -> Self {
        Self { role, member, seating: None, committed: None, left: None, asked_time: None }
    }

    /// Whether it belongs to the committee.
    pub const fn is_member(&self) -> bool {
        self.left.is_none()
    }

    /// Whether it may review: it belongs to the committee, signed in, and signed the commitment.
    pub const fn is_ready(&self) -> bool {
        self.is_member() && self.seating.is_some() && self.committed.is_some()
    }
}

/// The election of the chair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Election {
    /// Which ballot, from 1.
    pub round: u32,
    /// For whom each member voted, where it may be known.
    pub ballots: BTreeMap<u8, Option<u8>>,
}

/// A committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    /// Digest of the sealed list.
    pub list: Sm3Digest,
    /// When the list came in.
    pub imported: At,
    /// When it was opened.
    pub opened: Option<At>,
    /// Members and former members, by index.
    pub members: BTreeMap<u8, MemberState>,
    /// The chair.
    pub chair: Option<u8>,
    /// The election that runs, or ran last.
    pub election: Election,
}

impl Committee {
    pub(in super::super) const fn new(list: Sm3Digest, imported: At) -> Self {
        let election = Election { round: 1, ballots: BTreeMap::new() };
        Self { list, imported, opened: None, members: BTreeMap::new(), chair: None, election }
    }

    /// Those who belong to it.
    pub fn sitting(&self) -> impl Iterator<Item = (u8, &MemberState)> {
        self.members.iter().filter(|(_, member)| member.is_member()).map(|(index, member)| (*index, member))
    }

    /// Whether `index` belongs to it.
    pub fn has(&self, index: u8) -> bool {
        self.members.get(&index).is_some_and(MemberState::is_member)
    }
}
