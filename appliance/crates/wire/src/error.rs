//! Errors as they travel: a kind, a code, sentences in both languages.

use serde::{Deserialize, Serialize};

use crate::text::Sentence;

/// The three kinds of no, and the caller's own mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// A rule said no.
    Refusal,
    /// A device, the network or the room failed.
    Fault,
    /// Evidence disagrees.
    Tamper,
    /// The request is not what it should be.
    Request,
    /// Nobody, or nobody with this right, is logged in.
    Login,
}

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Kind.
    pub kind: ErrorKind,
    /// Stable code for programs: `too_late`, `wrong_lock`.
    pub code: String,
    /// Sentences for people.
    pub sentence: Sentence,
    /// What goes behind 详情 / details: figures, digests, device codes.
    pub detail: Option<String>,
}

impl core::fmt::Display for ApiError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {} {}", self.code, self.sentence.zh.title, self.sentence.zh.body)
    }
}

impl core::error::Error for ApiError {}
