//! The committee: its list, its seats, its chair, who leaves it, and its time.

use bidroom_canon::{CanonError, Hex32, Sm3Digest, labelled_sm3, to_canonical};
use serde::{Deserialize, Serialize};

use super::super::terms::{IdentityCheck, LeaveGround, Stage};
use crate::opening::Private;
use crate::{At, CreditCode};

/// What a member is to a bidder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Employed there, now or within the time the rules name.
    Employer,
    /// Holds a share of it.
    Shareholder,
    /// Related to somebody who runs it or bids for it.
    Relative,
}

/// A relation to a firm, as it was given with the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Credit code of the firm.
    pub firm: CreditCode,
    /// What the member is to it.
    pub kind: RelationKind,
}

/// In which role a member sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// 评审专家.
    Expert,
    /// 采购人代表.
    Representative,
}

/// A member of the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Index within the committee, from 1; nobody else ever gets it.
    pub index: u8,
    /// Name as in the identity card.
    pub name: String,
    /// Where the person works.
    pub employer: String,
    /// Credit code of the employer, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employer_code: Option<CreditCode>,
    /// 专业.
    pub specialty: String,
    /// Role.
    pub role: MemberRole,
    /// SM3 of the signing certificate, where the person has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Sm3Digest>,
    /// Relations to firms, as far as they were given.
    #[serde(default)]
    pub relations: Vec<Relation>,
}

/// The list of members, sealed until the opening of bids is closed. The salt keeps the digest from being guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeList {
    /// Salt.
    pub salt: Hex32,
    /// The members, by index.
    pub members: Vec<Member>,
}

impl CommitteeList {
    /// By what the list is known while it is sealed: SM3 of its label and canonical content.
    ///
    /// # Errors
    /// [`CanonError`] if a text cannot be written.
    pub fn digest(&self) -> Result<Sm3Digest, CanonError> {
        Ok(labelled_sm3("bidroom/committee/v1", &[&to_canonical(self)?]))
    }
}

/// The sealed list of members is in: its digest only. An earlier list ended with the evaluation it was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeImported {
    /// [`CommitteeList::digest`].
    pub list: Sm3Digest,
}

/// The list was opened, after the opening of bids was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeOpened {
    /// The list, as it was sealed.
    pub list: Private<CommitteeList>,
    /// Indexes of all members, ascending.
    pub members: Vec<u8>,
    /// Indexes of the purchaser's representatives among them.
    pub representatives: Vec<u8>,
}

/// The room found that a member has to recuse itself: what the list says of it names a bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecusalFound {
    /// Who.
    pub member: u8,
    /// What was found.
    pub relation: Private<Relation>,
    /// From which stage on its work is done again; none where it did none.
    pub resumes: Option<Stage>,
}

/// A member recused itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecusalDeclared {
    /// Who.
    pub member: u8,
    /// Why.
    pub reason: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
    /// From which stage on its work is done again; none where it did none.
    pub resumes: Option<Stage>,
}

/// A member signed in: its identity was checked, its phone handed in, and its seat bound to a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberSeated {
    /// Who.
    pub member: u8,
    /// Number of the seat.
    pub seat: u8,
    /// Name of the terminal.
    pub terminal: Private<String>,
    /// By what the identity was checked.
    pub identity: IdentityCheck,
    /// Whether the phone was handed in; always.
    pub phone_deposited: bool,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A member went on at another terminal, on the same seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberMoved {
    /// Who.
    pub member: u8,
    /// Name of the terminal.
    pub terminal: Private<String>,
    /// Why.
    pub reason: Private<String>,
}

/// A member signed the commitment 承诺书.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentSigned {
    /// Who.
    pub member: u8,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A member voted for a chair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChairBalloted {
    /// Which ballot, from 1.
    pub round: u32,
    /// Who.
    pub member: u8,
    /// For whom.
    pub choice: Private<u8>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The chair was elected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChairElected {
    /// In which ballot.
    pub round: u32,
    /// Who.
    pub chair: u8,
    /// With so many votes.
    pub votes: u32,
}

/// A ballot was tied: another one follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChairTied {
    /// Which ballot.
    pub round: u32,
    /// Who had equally many.
    pub tied: Vec<u8>,
}

/// The chair resigned from the chair, not from the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChairResigned {
    /// Who.
    pub chair: u8,
    /// Why.
    pub reason: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A member was replaced; what it found is void and is found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberReplaced {
    /// Who.
    pub member: u8,
    /// Why it left.
    pub ground: LeaveGround,
    /// The same in words.
    pub reason: Private<String>,
    /// Index of its successor, which no member had before.
    pub index: u8,
    /// Whether the successor is the purchaser's representative.
    pub is_representative: bool,
    /// The successor.
    pub successor: Private<Member>,
    /// From which stage on work is done again; none where none was done.
    pub resumes: Option<Stage>,
}

/// A member says that the time is short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeAsked {
    /// Who.
    pub member: u8,
    /// Why.
    pub reason: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// More members than the share in the plan said so: the time was extended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeExtended {
    /// So many said so,
    pub asked: u32,
    /// of so many.
    pub of: u32,
    /// Until when it is now.
    pub until: At,
}
