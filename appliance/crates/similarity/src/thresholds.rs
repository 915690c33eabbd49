//! From which degree on something is worth a hint. Data, recorded in every analysis; none of it stands in a law.

use serde::{Deserialize, Serialize};

/// The figures, each with why its default is what it is. `docs/similarity.md` has the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Characters of a shingle. Measured over statutes of one field, which share terms as honest bids do: with 4 or 6
    /// their terms alone look alike, from 10 on what stays in common is quotation; longer shingles lose copied text
    /// with small edits.
    pub shingle: usize,
    /// Smallest hashes kept of a bid: the estimate's standard error is at most 1/(2·√1024) = 1.6 %.
    pub sketch: usize,
    /// Own characters from which on a common passage is shown: two lines of a page.
    pub passage: u64,
    /// Characters that may differ between two parts of one passage: a page's foot, a changed name.
    pub passage_gap: u32,
    /// Passages that are shown of a pair.
    pub passages_shown: usize,
    /// Common own characters from which on a pair's text is a weak, medium, strong hint. All bids answer the same
    /// questions: below a page nothing is said.
    pub text_characters: [u64; 3],
    /// Share of the smaller bid's own text (in 1/10,000) that must be common as well, for the same three.
    pub text_share: [u32; 3],
    /// A text that stands in more bids than this, and in more than half of them, is common knowledge (a standard, a
    /// statute) and is counted as such instead of as a hint. Never below three bids.
    pub common_bids: usize,
    /// Rare common errors of a pair from which on they are a weak, medium, strong hint. One alone happens by chance.
    pub rare_errors: [usize; 3],
    /// Bids that must have the usual writing, unless the tender has it, before another is called rare.
    pub usual_bids: usize,
    /// Rare errors that are shown of a pair.
    pub rare_errors_shown: usize,
    /// Common images of a pair from which on they are a medium, strong hint (fewer are weak): certificates of a common
    /// manufacturer are the same in honest bids.
    pub images: [usize; 2],
    /// Uploads from one address within so many minutes of each other: more than a shared line.
    pub upload_minutes: u32,
    /// Bids that a series of totals must have. Two points are always a series.
    pub series_bids: usize,
    /// How far, in fen, a total may be off a series: roundings to a yuan.
    pub series_tolerance: u64,
    /// A series is a hint only where chance makes one in fewer than one of so many tenders like this.
    pub series_one_in: u64,
    /// Lines that two priced bills must have in the same ratio, difference or price before it is a hint at all.
    pub items: usize,
    /// Share of the lines in common (in 1/10,000), for a weak, medium, strong hint.
    pub items_share: [u32; 3],
    /// How far, in fen, a unit price may be off a ratio: rounding of both.
    pub item_tolerance: u64,
    /// Unit prices below this, in fen, are no evidence of a ratio: rounding lets them fit any.
    pub item_floor: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            shingle: 10,
            sketch: 1024,
            passage: 60,
            passage_gap: 24,
            passages_shown: 20,
            text_characters: [400, 1500, 5000],
            text_share: [100, 500, 2000],
            common_bids: 5,
            rare_errors: [2, 4, 8],
            usual_bids: 3,
            rare_errors_shown: 20,
            images: [2, 5],
            upload_minutes: 30,
            series_bids: 3,
            series_tolerance: 100,
            series_one_in: 100,
            items: 10,
            items_share: [2000, 5000, 8000],
            item_tolerance: 1,
            item_floor: 1000,
        }
    }
}

impl Thresholds {
    /// Are the figures usable at all?
    ///
    /// # Errors
    /// Which is not.
    pub fn check(&self) -> Result<(), &'static str> {
        let rising = |ok: bool, name| if ok { Ok(()) } else { Err(name) };
        rising((4..=64).contains(&self.shingle), "shingle: 4 to 64")?;
        rising((64..=65_536).contains(&self.sketch), "sketch: 64 to 65536")?;
        rising(self.passage >= 20, "passage: at least 20")?;
        rising(self.text_characters.is_sorted(), "text_characters: rising")?;
        rising(self.text_share.is_sorted(), "text_share: rising")?;
        rising(self.rare_errors.is_sorted(), "rare_errors: rising")?;
        rising(self.images.is_sorted(), "images: rising")?;
        rising(self.items_share.is_sorted(), "items_share: rising")?;
        rising(self.common_bids >= 3, "common_bids: at least 3")?;
        rising(self.series_bids >= 3, "series_bids: at least 3, since two points are always a series")?;
        rising(self.items >= 3, "items: at least 3")
    }
}
