//! The helper's own window, as a trait: what it shows, and the three things it does.

use futures_util::future::BoxFuture;
use zeroize::Zeroizing;

/// One window's content, laid out as in the mock-up `unlock-dialog`. All texts are clean: see [`Sheet::row`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// The pairing code in two groups, which the holder compares with the page.
    pub code: Option<String>,
    /// What is asked or told, in one line.
    pub head: String,
    /// Label and value.
    pub rows: Vec<(String, String)>,
    /// What goes with it: what it leads to, what is not done.
    pub note: String,
    /// What went wrong before, shown apart.
    pub trouble: Option<String>,
    /// Label of the field for the PIN, with the tries left.
    pub prompt: String,
    /// The button that agrees.
    pub yes: String,
    /// The button that does not.
    pub no: String,
}

/// Longest value of a row, characters.
const VALUE: usize = 60;

/// A text from outside on one line and of bounded length: it must not look like a row of its own.
pub(super) fn clean(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if is_plain(c) { c } else { ' ' }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= most {
        return plain;
    }
    plain.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Neither a control character nor one that changes the direction of what follows or is not seen.
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Sheet {
    /// The same with one more row. The value may come from outside.
    #[must_use]
    pub fn row(mut self, label: &str, value: &str) -> Self {
        self.rows.push((label.to_owned(), clean(value, VALUE)));
        self
    }

    /// As plain text of at most `most` bytes. Rows come first: they are what is agreed to.
    pub fn text(&self, code_label: &str, most: usize) -> String {
        let mut lines = Vec::new();
        if let Some(code) = &self.code {
            lines.push(format!("{code_label} {code}"));
        }
        lines.push(self.head.clone());
        lines.extend(self.rows.iter().map(|(label, value)| format!("{label}  {value}")));
        if !self.note.is_empty() {
            lines.push(self.note.clone());
        }
        let mut text = lines.join("\n");
        if text.len() > most {
            let end = (0..=most.saturating_sub(3)).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(end.unwrap_or_default());
            text.push('…');
        }
        text
    }
}

/// Why a window was not shown.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// The program that shows it did not start.
    #[error("{program}: {source}")]
    Start {
        /// Which.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// It ended, or spoke what is not its protocol.
    #[error("the window's program: {0}")]
    Protocol(String),
    /// It cannot show anything here: neither display nor terminal.
    #[error("the window's program has no display and no terminal: {0}")]
    NoDisplay(String),
}

/// What showing gives.
pub type Shown<'a, T> = BoxFuture<'a, Result<T, WindowError>>;

/// The helper's own window. A window that is open is closed when its future is dropped.
pub trait Window: Send + Sync {
    /// Shows something until the holder closes it.
    fn show<'a>(&'a self, sheet: &'a Sheet) -> Shown<'a, ()>;

    /// Asks whether the holder agrees.
    fn ask<'a>(&'a self, sheet: &'a Sheet) -> Shown<'a, bool>;

    /// Asks for the PIN; none if the holder does not agree.
    fn pin<'a>(&'a self, sheet: &'a Sheet) -> Shown<'a, Option<Zeroizing<String>>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_stays_on_its_line() {
        for (text, expect) in [
            ("第 1 包", "第 1 包"),
            ("a\nPIN  123", "a PIN 123"),
            ("a\r\n\tb\u{0}c", "a b c"),
            ("\u{202e}txt.exe", "txt.exe"),
            ("零\u{200b}宽", "零 宽"),
            ("", ""),
        ] {
            assert_eq!(clean(text, 60), expect, "{text:?}");
        }
        assert_eq!(clean(&"长".repeat(100), 5), "长长长长…");
    }

    #[test]
    fn a_sheet_is_cut_behind_what_is_agreed_to() {
        let mut sheet = Sheet { head: "同意吗？".to_owned(), ..Sheet::default() }.row("项目", "YZ-1");
        sheet.code = Some("4719 0238".to_owned());
        sheet.note = "说明".repeat(500);
        let text = sheet.text("配对码", 200);
        assert!(text.len() <= 200 && text.ends_with('…'));
        assert!(text.starts_with("配对码 4719 0238\n同意吗？\n项目  YZ-1\n"), "{text}");
        assert_eq!(Sheet { head: "x".to_owned(), ..Sheet::default() }.text("", 200), "x");
    }
}
