//! Why a method or the bids are unusable: one reason, where it stands, and what to do next.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The same thing in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// In which of the two inputs the reason stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// METHOD.json.
    Method,
    /// BIDS.json.
    Bids,
}

/// A method or bids that cannot be used. Nothing was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// A name for the reason that does not change: `weights_do_not_sum`.
    pub code: Box<str>,
    /// In which input.
    pub input: Input,
    /// Where, as a JSON pointer (RFC 6901): `/criteria/0/maximum`.
    pub path: Box<str>,
    /// Why, and what to do next.
    pub reason: Text,
    /// The clause that says so, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
}

impl Refusal {
    /// Of the method.
    pub fn method(code: &str, path: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::of(Input::Method, code, path, zh, en)
    }

    /// Of the bids.
    pub fn bids(code: &str, path: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::of(Input::Bids, code, path, zh, en)
    }

    /// Of either.
    pub fn of(
        input: Input,
        code: &str,
        path: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { code: code.into(), input, path: path.into().into(), reason: Text::new(zh, en), clause: None }
    }

    /// With the clause that says so.
    pub fn under(mut self, clause: &str) -> Self {
        self.clause = Some(clause.to_owned());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (zh, en) = match self.input {
            Input::Method => ("评标办法", "method"),
            Input::Bids => ("投标数据", "bids"),
        };
        let path = if self.path.is_empty() { "/" } else { &*self.path };
        write!(f, "{zh}不能使用（{path}）：{}", self.reason.zh)?;
        if let Some(clause) = &self.clause {
            write!(f, "依据：{clause}。")?;
        }
        write!(f, "\nThe {en} cannot be used ({path}): {}", self.reason.en)?;
        if let Some(clause) = &self.clause {
            write!(f, " [{clause}]")?;
        }
        Ok(())
    }
}

impl core::error::Error for Refusal {}
