//! Bounds that the rules of the opening and of the evaluation share; each refuses in its own words.

/// Longest reason, objection, question or answer, in characters.
pub(crate) const MOST_TEXT: u32 = 2000;

/// So many.
pub(crate) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// Whether a text says something, and not too much.
pub(crate) fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && count(text.chars().count()) <= MOST_TEXT
}
