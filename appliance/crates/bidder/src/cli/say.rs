//! Printing for people.

use std::io::Write as _;

use bidroom_wire::text::Sentence;

use super::args::Lang;

/// Prints in one language.
#[derive(Debug, Clone, Copy)]
pub struct Say {
    lang: Lang,
}

impl Say {
    /// In `lang`.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of the language.
    pub fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// What was done, on standard output.
    pub fn out(&self, zh: &str, en: &str) {
        self.line(self.pick(zh, en));
    }

    /// A line of a result, whatever the language. A reader that went away is no fault of what was done.
    pub fn line(&self, text: &str) {
        drop(writeln!(std::io::stdout().lock(), "{text}"));
    }

    /// Something to be noticed, on standard error.
    pub fn notice(&self, zh: &str, en: &str) {
        let (mark, text) = (self.pick("注意：", "Note: "), self.pick(zh, en));
        drop(writeln!(std::io::stderr().lock(), "{mark}{text}"));
    }

    /// What did not happen, what did not change, what to do; then the details.
    pub fn error(&self, sentence: &Sentence, detail: &str) {
        let words = match self.lang {
            Lang::Zh => &sentence.zh,
            Lang::En => &sentence.en,
        };
        let mut text = format!("{}\n{}\n", words.title, words.body);
        if let (Some(clause), Lang::Zh) = (&sentence.clause, self.lang) {
            text.push_str(&format!("依据：{clause}\n"));
        }
        text.push_str(&format!("{}{detail}\n", self.pick("详情：", "Details: ")));
        drop(std::io::stderr().lock().write_all(text.as_bytes()));
    }
}
