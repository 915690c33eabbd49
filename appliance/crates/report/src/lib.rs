//! PDF documents from data, by typst: the opening record, the documents of an evaluation, and a bidder's letter and
//! technical response.
//!
//! Owns: the templates (compiled into the program), the typed data of each document, the choice of fonts and the
//! way from data to PDF/A-2u. Identical data gives identical bytes, on any day and for any user of a machine that
//! has the same fonts.
//!
//! A centre may replace templates by files of its own ([`Renderer::with_templates`], `docs/documents.md`).
//!
//! Must not know: the server, the ledger's rules, files other than fonts and templates, clocks, random sources, the network. What a
//! document states comes from its data; nothing is worked out here but the layout.
//!
//! Text of foreign origin is never typst source: it reaches the templates as strings of a virtual `data.json`, and
//! characters that cannot be printed, or that would change how others print, appear as their number ([`printable`]).

pub mod bid;
pub mod fonts;
pub mod moment;
pub mod paper;
pub mod record;

mod error;
mod picture;
mod printable;
mod qr;
mod render;
mod template;
mod world;

pub use error::ReportError;
pub use picture::Pictures;
pub use printable::printable;
pub use render::{MAX_DATA, MAX_PAPER, Pdf, Renderer};
pub use template::{MAX_TEMPLATE, Template, TemplateError};
