//! Will this computer and this lock work for this tender? One line per question, each good or with what to do.
//!
//! Owns the questions and their answers in words. Whether a PIN is asked for, and how it is shown, is the caller's.

mod locks;
mod room;
mod trial;

use bidroom_wire::text::Sentence;
use serde::Serialize;

pub use locks::{Computer, Locks, check_locks};
pub use room::check_room;
pub use trial::try_lock;

/// How an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It works.
    Good,
    /// It works, and something is worth knowing.
    Note,
    /// It does not work; the sentence says what to do.
    Problem,
    /// It was not tried.
    Skipped,
}

/// One question's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which question: stable, for programs.
    pub what: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// The answer, and what to do.
    pub sentence: Sentence,
    /// For a technician.
    pub detail: Option<String>,
}

impl Finding {
    fn new(what: &'static str, standing: Standing, (zh, en): (&str, &str)) -> Self {
        Self { what, standing, sentence: Sentence::new(zh, "", en, ""), detail: None }
    }

    /// It works.
    pub fn good(what: &'static str, zh: &str, en: &str) -> Self {
        Self::new(what, Standing::Good, (zh, en))
    }

    /// It does not.
    pub fn problem(what: &'static str, zh: &str, en: &str) -> Self {
        Self::new(what, Standing::Problem, (zh, en))
    }

    /// It was not tried.
    pub fn skipped(what: &'static str, zh: &str, en: &str) -> Self {
        Self::new(what, Standing::Skipped, (zh, en))
    }

    /// Worth knowing.
    pub fn note(what: &'static str, zh: &str, en: &str) -> Self {
        Self::new(what, Standing::Note, (zh, en))
    }

    /// The same with what to do.
    #[must_use]
    pub fn todo(mut self, zh: &str, en: &str) -> Self {
        zh.clone_into(&mut self.sentence.zh.body);
        en.clone_into(&mut self.sentence.en.body);
        self
    }

    /// The same with what a technician reads.
    #[must_use]
    pub fn detailed(self, detail: impl std::fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..self }
    }
}

/// All answers, in the order of the questions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Whether nothing stands in the way.
    pub passed: bool,
    /// The answers.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Puts answers together.
    pub fn new(findings: Vec<Finding>) -> Self {
        let passed = !findings.iter().any(|finding| finding.standing == Standing::Problem);
        Self { passed, findings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_problem_is_enough() {
        let good = Finding::good("locks", "有", "yes");
        let note = Finding::note("clock", "差", "off").todo("请校时。", "Set it.");
        assert!(Report::new(vec![good.clone(), note]).passed);
        let problem = Finding::problem("room", "不通", "no").detailed("why");
        let report = Report::new(vec![good, problem]);
        assert!(!report.passed);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["findings"][1]["standing"], "problem");
        assert_eq!(json["findings"][1]["detail"], "why");
    }
}
