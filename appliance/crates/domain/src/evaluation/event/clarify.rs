//! Questions to bidders: written, asked by the committee, never led, never volunteered.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::super::terms::{About, Matter};
use crate::At;
use crate::opening::Private;

/// The chair sent a question of the committee; it cannot be changed or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationAsked {
    /// Number, from 1.
    pub number: u32,
    /// Of which bid.
    pub about: About,
    /// What it is about.
    pub matter: Matter,
    /// The question.
    pub text: Private<String>,
    /// Time for it, minutes.
    pub minutes: u32,
    /// Until when it may be answered.
    pub until: At,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The bidder answered, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationAnswered {
    /// Number of the question.
    pub number: u32,
    /// The answer.
    pub text: Private<String>,
    /// SM3 of the documents that came with it.
    pub documents: Vec<Sm3Digest>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The time to answer ended without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationLapsed {
    /// Number of the question.
    pub number: u32,
}
