//! The evaluation for those who do not read it: its events are told from what no version knows, and kept as they are; they change
//! nothing here. A page that shows an opening fetches no rules of an evaluation.

use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::evaluation_kinds::with_evaluation_kinds;
use crate::events::EventError;
use crate::{Actor, At, ProcurementKind, ReaderClass, opening};

macro_rules! kinds {
    ($(#[$outer:meta])* otherwise $otherwise:path; $($kind:literal => $name:ident [$($private:literal),*],)*) => {
        /// All kinds, in the order of a session.
        const KINDS: &[&str] = &[$($kind),*];
    };
}

with_evaluation_kinds!(kinds);

/// An event of an evaluation, as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    kind: &'static str,
    fields: Map<String, Value>,
}

impl Event {
    /// The event's kind as it stands in the ledger.
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The event's fields, as far as the reader has them.
    ///
    /// # Errors
    /// Never.
    pub fn fields(&self) -> Result<Map<String, Value>, serde_json::Error> {
        Ok(self.fields.clone())
    }

    /// Takes an event by its kind.
    ///
    /// # Errors
    /// [`EventError::Kind`] for one that no version of the evaluation knows.
    pub fn from_parts(kind: &str, fields: Map<String, Value>) -> Result<Self, EventError> {
        let known = KINDS.iter().find(|known| **known == kind);
        known.map(|kind| Self { kind, fields }).ok_or_else(|| EventError::Kind(kind.to_owned()))
    }

    /// None: whoever does not read events makes none.
    pub(crate) const fn private_names(&self) -> &'static [&'static str] {
        &[]
    }

    /// None: whoever does not read events makes none.
    pub(crate) const fn private_paths(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The plan of an evaluation, unread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan(Value);

/// Somewhere in an evaluation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State;

impl State {
    /// Nothing changes for who does not read it.
    pub(crate) const fn apply(&mut self, _: &Event, _: At) {}
}

/// Nothing is said here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said;

impl Said {
    /// Time went on.
    pub(crate) const fn tick() -> Self {
        Self
    }
}

/// There is none: nothing is decided here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

/// Decides nothing.
pub(crate) const fn decide(_: &opening::State, _: &Actor, _: Said, _: At) -> Result<Vec<Event>, Refusal> {
    Ok(Vec::new())
}

/// Whoever imports a package reads its plan.
pub(crate) const fn check_plan(_: &Plan, _: ProcurementKind) -> Result<(), String> {
    Ok(())
}

/// Nothing is handed out by those who do not read it.
pub(crate) const fn may_know(_: ReaderClass, _: &Event, _: &State) -> bool {
    false
}

/// Nothing is handed out by those who do not read it.
pub(crate) const fn is_blind(_: &crate::LotFacts) -> bool {
    false
}

/// Nothing is handed out by those who do not read it.
pub(crate) const fn may_read(_: ReaderClass, _: &Event, _: &str, _: &State) -> bool {
    false
}
