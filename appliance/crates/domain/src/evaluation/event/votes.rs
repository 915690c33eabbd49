//! Votes: opened, balloted in secret, closed with the tally. Who dissents writes reasons.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::super::terms::Subject;
use crate::opening::Private;

/// The chair put a question to the vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteOpened {
    /// Number, from 1.
    pub vote: u32,
    /// What is decided.
    pub subject: Subject,
    /// What is said with it.
    pub text: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A member voted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteBalloted {
    /// Number of the vote.
    pub vote: u32,
    /// Who.
    pub member: u8,
    /// Yes or no.
    pub agrees: Private<bool>,
    /// Why, where it said so.
    pub reason: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// All members voted; more than half decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteClosed {
    /// Number of the vote.
    pub vote: u32,
    /// So many said yes.
    pub yes: u32,
    /// So many said no.
    pub no: u32,
    /// Whether it was carried.
    pub carried: bool,
}

/// A member that was outvoted wrote its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DissentWritten {
    /// Number of the vote.
    pub vote: u32,
    /// Who.
    pub member: u8,
    /// Why.
    pub reason: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}
