//! The response index of a bid (响应索引): where in its documents a bidder answers which item of the tender document.
//!
//! It is a document of the bid like any other, under the name [`NAME`]. It only leads readers to places: nothing of the evaluation
//! depends on it, and a bid without one, or with one that cannot be read, loses nothing but the marks.

use bidroom_canon::{CanonError, from_json};
use serde::{Deserialize, Serialize};

/// The name of the document.
pub const NAME: &str = "响应索引.json";
/// The format.
pub const FORMAT: &str = "bidroom-index/1";
/// Longest index, bytes.
pub const MAX_BYTES: u64 = 256 * 1024;
/// Most marks.
pub const MAX_MARKS: usize = 2000;
/// Longest title, characters.
pub const MAX_TITLE: usize = 100;
/// Highest number of a page.
pub const MAX_PAGE: u32 = 100_000;

/// Why something is no index of a bid.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// More than [`MAX_BYTES`].
    #[error("{0} bytes, more than {MAX_BYTES}")]
    Long(usize),
    /// Not text, or not the JSON of an index.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Another format.
    #[error("format {0:?}, not {FORMAT:?}")]
    Format(String),
    /// More than [`MAX_MARKS`].
    #[error("{0} marks, more than {MAX_MARKS}")]
    Many(usize),
    /// A mark (counted from 1) leads nowhere.
    #[error("mark {mark}: {why}")]
    Mark {
        /// Which.
        mark: usize,
        /// Why.
        why: String,
    },
}

impl From<CanonError> for IndexError {
    fn from(error: CanonError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// A place where an item is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The item's id in the method of the tender package: a criterion, or an item of a review.
    pub item: String,
    /// The name of the document.
    pub document: String,
    /// The page, from 1.
    pub page: u32,
    /// What is found there, where it is more than the item's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseIndex {
    /// [`FORMAT`].
    pub format: String,
    /// The places, in the bidder's order.
    pub marks: Vec<Mark>,
}

impl ResponseIndex {
    /// Reads an index. `documents` are the names of the bid's documents.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn read<'a>(bytes: &[u8], documents: impl IntoIterator<Item = &'a str>) -> Result<Self, IndexError> {
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
            return Err(IndexError::Long(bytes.len()));
        }
        let text = core::str::from_utf8(bytes).map_err(|error| IndexError::Unreadable(error.to_string()))?;
        // Editors of some systems begin a text with a mark of its byte order.
        let index: Self = from_json(text.trim_start_matches('\u{feff}'))?;
        if index.format != FORMAT {
            return Err(IndexError::Format(index.format));
        }
        if index.marks.len() > MAX_MARKS {
            return Err(IndexError::Many(index.marks.len()));
        }
        let documents: Vec<&str> = documents.into_iter().collect();
        for (place, mark) in index.marks.iter().enumerate() {
            if let Some(why) = mark.wrong(&documents) {
                return Err(IndexError::Mark { mark: place.saturating_add(1), why });
            }
        }
        Ok(index)
    }
}

impl Mark {
    fn wrong(&self, documents: &[&str]) -> Option<String> {
        let plain = |text: &str, most: usize| {
            !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
        };
        if !plain(&self.item, 64) {
            return Some("the item has no usable id".to_owned());
        }
        if self.document == NAME || !documents.contains(&self.document.as_str()) {
            return Some(format!("the bid has no document {:?} to read", self.document));
        }
        if self.page == 0 || self.page > MAX_PAGE {
            return Some(format!("page {}", self.page));
        }
        let title = self.title.as_deref().is_none_or(|title| plain(title, MAX_TITLE));
        (!title).then(|| format!("the title is empty, or longer than {MAX_TITLE} characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTS: [&str; 2] = ["技术文件.pdf", NAME];

    fn read(text: &str) -> Result<ResponseIndex, String> {
        ResponseIndex::read(text.as_bytes(), DOCUMENTS).map_err(|error| error.to_string())
    }

    fn mark(members: &str) -> String {
        format!(r#"{{"format":"bidroom-index/1","marks":[{{{members}}}]}}"#)
    }

    #[test]
    fn an_index_names_items_and_places() {
        let good = mark(r#""item":"design","document":"技术文件.pdf","page":12,"title":"总体方案""#);
        let index = read(&format!("\u{feff}{good}")).unwrap();
        assert_eq!(index.marks[0].page, 12);
        assert_eq!(index.marks[0].title.as_deref(), Some("总体方案"));
        assert_eq!(read(r#"{"format":"bidroom-index/1","marks":[]}"#).unwrap().marks, []);
    }

    #[test]
    fn what_leads_nowhere_is_named() {
        for (text, expect) in [
            (String::new(), "cannot be read"),
            ("{}".to_owned(), "cannot be read"),
            (r#"{"format":"bidroom-index/2","marks":[]}"#.to_owned(), "format"),
            (mark(r#""item":"design","document":"别的.pdf","page":1"#), "mark 1: the bid has no document"),
            (
                mark(r#""item":"design","document":"响应索引.json","page":1"#),
                "mark 1: the bid has no document",
            ),
            (mark(r#""item":"design","document":"技术文件.pdf","page":0"#), "mark 1: page 0"),
            (mark(r#""item":"design","document":"技术文件.pdf","page":100001"#), "mark 1: page"),
            (mark(r#""item":"","document":"技术文件.pdf","page":1"#), "mark 1: the item"),
            (mark(r#""item":"a","document":"技术文件.pdf","page":1,"title":"\u0007""#), "mark 1: the title"),
            (mark(r#""item":"a","document":"技术文件.pdf","page":1,"more":1"#), "cannot be read"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.contains(expect), "{text}: {error}");
        }
        let long = vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 1];
        assert!(matches!(ResponseIndex::read(&long, DOCUMENTS), Err(IndexError::Long(_))));
    }
}
