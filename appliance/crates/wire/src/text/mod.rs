//! Sentences: what happened → what did not change → whose cause → what to do → clause.

#[cfg(feature = "evaluation")]
pub mod evaluation;
mod refusals;

use serde::{Deserialize, Serialize};

pub use refusals::{phase_en, phase_zh, refusal};

/// A message in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Chinese.
    pub zh: Words,
    /// English.
    pub en: Words,
    /// Clause or ledger entry, Chinese.
    pub clause: Option<String>,
}

/// A message in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What happened, in a few words.
    pub title: String,
    /// What did not change and what to do.
    pub body: String,
}

impl Sentence {
    /// A sentence of four texts.
    pub fn new(zh_title: &str, zh_body: &str, en_title: &str, en_body: &str) -> Self {
        Self {
            zh: Words { title: zh_title.to_owned(), body: zh_body.to_owned() },
            en: Words { title: en_title.to_owned(), body: en_body.to_owned() },
            clause: None,
        }
    }

    /// The same with its clause.
    #[must_use]
    pub fn with_clause(self, clause: &str) -> Self {
        Self { clause: Some(clause.to_owned()), ..self }
    }
}
