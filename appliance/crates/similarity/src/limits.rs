//! What one document and one bid may cost: bounds that turn a hostile or enormous file into an outcome with a name.
//!
//! All bounds count bytes, objects or pages, none counts seconds: the same file has the same outcome on a slow machine
//! and on a fast one. The time that a document takes follows from its `work`.

use serde::{Deserialize, Serialize};

/// Bounds of reading. All are recorded in the analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes that a document may make the reader look at, decode or interpret, beside its own length three times
    /// (once for the digest, once for images, once for a search of a broken file). Text of 10,000 pages takes well
    /// below 1 GiB; a stream that unpacks without end is stopped here.
    pub work: u64,
    /// Bytes that one stream may unpack to.
    pub stream: u64,
    /// Objects that a document may list.
    pub objects: u64,
    /// Pages that are read of a document.
    pub pages: u64,
    /// Characters that are kept of all documents of a bid; two bytes each.
    pub bid_characters: u64,
    /// Characters that are kept of one page.
    pub page_characters: u64,
    /// Images whose digest is kept, for a bid.
    pub bid_images: u64,
    /// An image narrower or lower than this many pixels is a line, a bullet or a stamp's corner and is left out.
    pub image_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            work: 2 << 30,
            stream: 64 << 20,
            objects: 1_000_000,
            pages: 20_000,
            bid_characters: 4_000_000,
            page_characters: 200_000,
            bid_images: 20_000,
            image_pixels: 32,
        }
    }
}
