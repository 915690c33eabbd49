//! From data to PDF.
//!
//! Owns: the list of templates and the steps: parse the data, check it, make its text printable, lay out, write
//! PDF/A-2u. Must not know what a document says.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, WorldExt};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::bid::BidDocument;
use crate::error::ReportError;
use crate::fonts::{FontError, FontSource, Shelf};
use crate::moment::{Moment, UtcOffsetMinutes};
use crate::printable::make_printable;
use crate::qr;
use crate::record::OpeningRecord;
use crate::world::Desk;

/// The most bytes a document's data may have as JSON. Bounds the pages, and so memory and time.
pub const MAX_DATA: usize = 1024 * 1024;

/// A document the program can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// The opening record (开标记录表), from [`OpeningRecord`].
    OpeningRecord,
    /// A bidder's letter with schedule, price list and declarations (投标函及附件), from [`BidDocument`].
    BidLetter,
    /// A bidder's technical response (技术响应文件), from [`BidDocument`].
    BidTechnical,
}

impl Template {
    /// The template with what it imports, main file first.
    fn files(self) -> [(&'static str, &'static str); 3] {
        let common = ("common.typ", include_str!("../templates/common.typ"));
        let bid = ("bid-common.typ", include_str!("../templates/bid-common.typ"));
        let main = match self {
            Self::OpeningRecord => ("opening-record.typ", include_str!("../templates/opening-record.typ")),
            Self::BidLetter => ("bid-letter.typ", include_str!("../templates/bid-letter.typ")),
            Self::BidTechnical => ("bid-technical.typ", include_str!("../templates/bid-technical.typ")),
        };
        [main, common, bid]
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpeningRecord => "opening-record",
            Self::BidLetter => "bid-letter",
            Self::BidTechnical => "bid-technical",
        })
    }
}

/// A finished PDF/A-2u document.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf(pub Vec<u8>);

impl fmt::Debug for Pdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pdf({} bytes)", self.0.len())
    }
}

/// Makes documents. Costs about 75 MB for its fonts; one serves all threads.
pub struct Renderer {
    library: LazyHash<Library>,
    shelf: Shelf,
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renderer")
    }
}

/// Checked data on its way to the page.
struct Prepared {
    data: Value,
    qr: String,
    moment: Moment,
    offset: UtcOffsetMinutes,
}

impl Renderer {
    /// Loads the fonts.
    ///
    /// # Errors
    /// A face is missing or its file unusable: says which, and the package that has it.
    pub fn new(fonts: FontSource) -> Result<Self, FontError> {
        let shelf = Shelf::load(&fonts)?;
        Ok(Self { library: LazyHash::new(Library::default()), shelf })
    }

    /// Makes a document. The same data gives the same bytes.
    ///
    /// # Errors
    /// The data does not fit the template, is inconsistent or too large; or, our fault, the template failed.
    pub fn render(&self, template: Template, data: &Value) -> Result<Pdf, ReportError> {
        self.render_with_warnings(template, data).map(|(pdf, _)| pdf)
    }

    fn render_with_warnings(
        &self,
        template: Template,
        data: &Value,
    ) -> Result<(Pdf, Vec<String>), ReportError> {
        let mut prepared = match template {
            Template::OpeningRecord => prepare_record(data)?,
            Template::BidLetter | Template::BidTechnical => prepare_bid(template, data)?,
        };
        make_printable(&mut prepared.data, &|c| self.shelf.has_glyph(c));
        let result = self.typeset(template, &prepared);
        // typst remembers the parts of every document it made; a server must not.
        typst::comemo::evict(0);
        result
    }

    fn typeset(&self, template: Template, prepared: &Prepared) -> Result<(Pdf, Vec<String>), ReportError> {
        let layout = |messages| ReportError::Layout { template, messages };
        let json = prepared.data.to_string();
        let ident = format!("{template}\n{json}");
        let mut files = vec![("data.json", json.into_bytes())];
        if !prepared.qr.is_empty() {
            files.push(("qr.svg", qr::svg(&prepared.qr)?.into_bytes()));
        }
        let desk = Desk::new(&self.library, &self.shelf, &template.files(), files)
            .ok_or_else(|| layout(vec!["file names".to_owned()]))?;
        let describe = |diagnostics: &[SourceDiagnostic]| -> Vec<String> {
            diagnostics.iter().map(|diagnostic| describe(&desk, diagnostic)).collect()
        };

        let compiled = typst::compile(&desk);
        let warnings = describe(&compiled.warnings);
        let document = compiled.output.map_err(|errors| layout(describe(&errors)))?;

        let export = |messages| ReportError::Export { template, messages };
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some("BidRoom".to_owned())),
            timestamp: timestamp(prepared.moment, prepared.offset),
            page_ranges: None,
            // Kept for 15 years and more (政府采购法 42): an archive format with extractable text.
            standards: PdfStandards::new(&[PdfStandard::A_2u])
                .map_err(|error| export(vec![error.message().to_string()]))?,
            tagged: true,
            pretty: false,
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| export(describe(&errors)))?;
        Ok((Pdf(bytes), warnings))
    }
}

/// Parses the data strictly, and gives it back as the template reads it.
fn parse<T: DeserializeOwned + Serialize>(
    template: Template,
    data: &Value,
) -> Result<(T, Value), ReportError> {
    let wrong = |source| ReportError::Data { template, source };
    let parsed = T::deserialize(data).map_err(wrong)?;
    let value = serde_json::to_value(&parsed).map_err(wrong)?;
    let bytes = value.to_string().len();
    if bytes > MAX_DATA {
        return Err(ReportError::TooLarge { bytes, limit: MAX_DATA });
    }
    Ok((parsed, value))
}

fn prepare_record(data: &Value) -> Result<Prepared, ReportError> {
    let (record, data) = parse::<OpeningRecord>(Template::OpeningRecord, data)?;
    record.check()?;
    let qr = record.ledger.qr_text()?;
    Ok(Prepared { data, qr, moment: record.issued_at, offset: record.utc_offset_minutes })
}

fn prepare_bid(template: Template, data: &Value) -> Result<Prepared, ReportError> {
    let (bid, data) = parse::<BidDocument>(template, data)?;
    bid.check()?;
    Ok(Prepared { data, qr: String::new(), moment: bid.dated, offset: bid.utc_offset_minutes })
}

fn timestamp(moment: Moment, offset: UtcOffsetMinutes) -> Option<Timestamp> {
    let local = offset.local(moment)?;
    let (date, time) = (local.date(), local.time());
    let month = u8::from(date.month());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let datetime = Datetime::from_ymd_hms(date.year(), month, date.day(), hour, minute, second)?;
    Timestamp::new_local(datetime, i32::from(offset.minutes()))
}

fn describe(desk: &Desk<'_>, diagnostic: &SourceDiagnostic) -> String {
    let place = diagnostic.span.id().map(|id| id.get().vpath().get_without_slash().to_owned());
    let at = desk.range(diagnostic.span).map(|range| range.start);
    format!("{} ({}:{})", diagnostic.message, place.unwrap_or_default(), at.unwrap_or_default())
}

#[cfg(test)]
mod tests;
