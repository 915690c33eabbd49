//! The text of one bid over all its documents, with the way back from a position to document, page and words.

use serde::{Deserialize, Serialize};

use super::normal::normalise;

/// Where a passage stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// Document of the bid.
    pub document: String,
    /// Page, from 1.
    pub page: u32,
    /// Characters of the page before it, in the normal form.
    pub offset: u32,
}

#[derive(Debug, Clone, Copy)]
struct PageAt {
    from: usize,
    document: u32,
    page: u32,
}

/// A text in its normal form.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) units: Vec<u16>,
    pages: Vec<PageAt>,
    documents: Vec<String>,
    limit: usize,
    /// Characters were left out for the limit.
    pub(crate) cut: bool,
}

impl Body {
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit: usize::try_from(limit).unwrap_or(usize::MAX), ..Self::default() }
    }

    pub(crate) fn begin(&mut self, document: &str) {
        self.documents.push(document.to_owned());
    }

    /// Appends a page of the document that was begun last.
    pub(crate) fn page(&mut self, page: u32, raw: &str) {
        if self.units.len() >= self.limit {
            self.cut |= !raw.trim().is_empty();
            return;
        }
        let document = u32::try_from(self.documents.len().saturating_sub(1)).unwrap_or(u32::MAX);
        self.pages.push(PageAt { from: self.units.len(), document, page });
        normalise(raw, &mut self.units);
        if self.units.len() > self.limit {
            self.units.truncate(self.limit);
            self.cut = true;
        }
    }

    pub(crate) fn spot(&self, at: usize) -> Spot {
        let index = self.pages.partition_point(|page| page.from <= at).saturating_sub(1);
        let Some(page) = self.pages.get(index) else {
            return Spot { document: String::new(), page: 0, offset: 0 };
        };
        let document = usize::try_from(page.document).ok().and_then(|index| self.documents.get(index));
        Spot {
            document: document.cloned().unwrap_or_default(),
            page: page.page,
            offset: u32::try_from(at.saturating_sub(page.from)).unwrap_or(u32::MAX),
        }
    }

    /// Words from `from` on, at most `most` characters; an ellipsis says that there are more.
    pub(crate) fn words(&self, from: usize, until: usize, most: usize) -> String {
        let end = until.min(from.saturating_add(most)).min(self.units.len());
        let mut words = String::from_utf16_lossy(self.units.get(from..end).unwrap_or_default());
        if end < until {
            words.push('…');
        }
        words
    }
}

/// One bit for each position.
#[derive(Debug, Default, Clone)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn new(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    pub(crate) fn set(&mut self, from: usize, until: usize) {
        for at in from..until {
            if let Some(word) = self.0.get_mut(at / 64) {
                *word |= 1 << (at % 64);
            }
        }
    }

    pub(crate) fn get(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// How many bits are set here and not in `without`.
    pub(crate) fn count_without(&self, without: &Self) -> u64 {
        let other = without.0.iter().copied().chain(std::iter::repeat(0));
        self.0.iter().zip(other).map(|(here, other)| u64::from((here & !other).count_ones())).sum()
    }

    pub(crate) fn count(&self) -> u64 {
        self.count_without(&Self::default())
    }
}
