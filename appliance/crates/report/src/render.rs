//! From data to PDF.
//!
//! Owns: the steps: parse the data, check it, make its text printable, lay out, write
//! PDF/A-2u. Must not know what a document says.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::bid::BidDocument;
use crate::error::ReportError;
use crate::fonts::{FontError, FontSource, Shelf};
use crate::moment::{Moment, UtcOffsetMinutes};
use crate::paper::PaperData;
use crate::picture::{self, Pictures};
use crate::printable::make_printable;
use crate::qr;
use crate::record::OpeningRecord;
use crate::template::{Centre, Template, TemplateError};
use crate::world::Desk;

/// The most bytes a document's data may have as JSON. Bounds the pages, and so memory and time.
pub const MAX_DATA: usize = 1024 * 1024;

/// The same for a document of an evaluation.
pub const MAX_PAPER: usize = 4 * 1024 * 1024;

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
    centre: Centre,
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
    pictures: Vec<(String, Vec<u8>)>,
}

impl Renderer {
    /// Loads the fonts.
    ///
    /// # Errors
    /// A face is missing or its file unusable: says which, and the package that has it.
    pub fn new(fonts: FontSource) -> Result<Self, FontError> {
        let shelf = Shelf::load(&fonts)?;
        Ok(Self { library: LazyHash::new(Library::default()), shelf, centre: Centre::default() })
    }

    /// Replaces templates by those of a centre: each file `NAME.typ` of the folder the built-in one of the same name.
    /// They are read once, here; what they may read is the data and the program's common files, nothing else.
    ///
    /// # Errors
    /// A file cannot be read, replaces nothing, or is no typst: says which, and the line.
    pub fn with_templates(self, folder: &Path) -> Result<Self, TemplateError> {
        Ok(Self { centre: Centre::read(folder)?, ..self })
    }

    /// Makes a document. The same data gives the same bytes.
    ///
    /// # Errors
    /// The data does not fit the template, is inconsistent or too large; or, our fault, the template failed.
    pub fn render(&self, template: Template, data: &Value) -> Result<Pdf, ReportError> {
        self.render_with_warnings(template, data, &Pictures::new()).map(|(pdf, _)| pdf)
    }

    /// Makes a document of an evaluation, with the handwriting that its data names. A picture that is missing or cannot be
    /// decoded is left out: the name and the statement's digest are printed in any case.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_paper(&self, paper: &PaperData, pictures: &Pictures) -> Result<Pdf, ReportError> {
        let template = paper.template();
        let data = paper.to_value().map_err(|source| ReportError::Data { template, source })?;
        self.render_with_warnings(template, &data, pictures).map(|(pdf, _)| pdf)
    }

    fn render_with_warnings(
        &self,
        template: Template,
        data: &Value,
        pictures: &Pictures,
    ) -> Result<(Pdf, Vec<String>), ReportError> {
        let mut prepared = prepare(template, data)?;
        prepared.pictures = picture::place(&mut prepared.data, pictures);
        make_printable(&mut prepared.data, &|c| self.shelf.has_glyph(c));
        let result = self.typeset(template, &prepared);
        // typst remembers the parts of every document it made; a server must not.
        typst::comemo::evict(0);
        result
    }

    fn typeset(&self, template: Template, prepared: &Prepared) -> Result<(Pdf, Vec<String>), ReportError> {
        let layout = |messages| match self.centre.text(template) {
            Some((_, path)) => ReportError::CentreTemplate { path, messages },
            None => ReportError::Layout { template, messages },
        };
        let json = prepared.data.to_string();
        let mut ident = format!("{template}\n{json}");
        if let Some((text, _)) = self.centre.text(template) {
            ident.push_str(text);
        }
        let mut files = vec![("data.json", json.into_bytes())];
        if !prepared.qr.is_empty() {
            files.push(("qr.svg", qr::svg(&prepared.qr)?.into_bytes()));
        }
        for (name, bytes) in &prepared.pictures {
            ident.extend(bytes.iter().copied().map(char::from));
            files.push((name, bytes.clone()));
        }
        let desk = Desk::new(&self.library, &self.shelf, &template.files(&self.centre), files)
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

/// Parses and checks the data of a document.
fn prepare(template: Template, data: &Value) -> Result<Prepared, ReportError> {
    match template {
        Template::OpeningRecord => {
            let (record, data) = parse::<OpeningRecord>(template, data, MAX_DATA)?;
            record.check()?;
            let qr = record.ledger.qr_text()?;
            let (moment, offset) = (record.issued_at, record.utc_offset_minutes);
            Ok(Prepared { data, qr, moment, offset, pictures: Vec::new() })
        }
        Template::BidLetter | Template::BidTechnical => {
            let (bid, data) = parse::<BidDocument>(template, data, MAX_DATA)?;
            bid.check()?;
            let (moment, offset) = (bid.dated, bid.utc_offset_minutes);
            Ok(Prepared { data, qr: String::new(), moment, offset, pictures: Vec::new() })
        }
        Template::SignIn => prepare_paper(template, data, PaperData::SignIn),
        Template::Commitment => prepare_paper(template, data, PaperData::Commitment),
        Template::Review => prepare_paper(template, data, PaperData::Review),
        Template::Scores => prepare_paper(template, data, PaperData::Scores),
        Template::Clarifications => prepare_paper(template, data, PaperData::Clarifications),
        Template::Summary => prepare_paper(template, data, PaperData::Summary),
        Template::Report => prepare_paper(template, data, PaperData::Report),
    }
}

fn prepare_paper<T: DeserializeOwned + Serialize>(
    template: Template,
    data: &Value,
    paper: fn(Box<T>) -> PaperData,
) -> Result<Prepared, ReportError> {
    let (parsed, mut data) = parse::<T>(template, data, MAX_PAPER)?;
    let paper = paper(Box::new(parsed));
    paper.check()?;
    let head = paper.head();
    // What the common file reads stands at the top, as in the other documents.
    if let Some(fields) = data.as_object_mut() {
        fields.insert("utc_offset_minutes".to_owned(), head.utc_offset_minutes.minutes().into());
    }
    let (moment, offset) = (head.issued_at, head.utc_offset_minutes);
    Ok(Prepared { data, qr: head.mark.qr.clone(), moment, offset, pictures: Vec::new() })
}

/// Parses the data strictly, and gives it back as the template reads it.
fn parse<T: DeserializeOwned + Serialize>(
    template: Template,
    data: &Value,
    limit: usize,
) -> Result<(T, Value), ReportError> {
    let wrong = |source| ReportError::Data { template, source };
    let parsed = T::deserialize(data).map_err(wrong)?;
    let value = serde_json::to_value(&parsed).map_err(wrong)?;
    let bytes = value.to_string().len();
    if bytes > limit {
        return Err(ReportError::TooLarge { bytes, limit });
    }
    Ok((parsed, value))
}

fn timestamp(moment: Moment, offset: UtcOffsetMinutes) -> Option<Timestamp> {
    let local = offset.local(moment)?;
    let (date, time) = (local.date(), local.time());
    let month = u8::from(date.month());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let datetime = Datetime::from_ymd_hms(date.year(), month, date.day(), hour, minute, second)?;
    Timestamp::new_local(datetime, i32::from(offset.minutes()))
}

/// What typst says, where; and, where that is not in the main template, from where it was called.
fn describe(desk: &Desk<'_>, diagnostic: &SourceDiagnostic) -> String {
    let place = |(name, line, column): (String, usize, usize)| {
        format!("{name} 第 {line} 行第 {column} 列 / {name}:{line}:{column}")
    };
    let at = desk.place(diagnostic.span);
    let inside = at.as_ref().is_some_and(|(name, ..)| name == desk.main_name());
    let calls = || diagnostic.trace.iter().filter_map(|point| desk.place(point.span));
    let caller = if inside { None } else { calls().find(|(name, ..)| name == desk.main_name()) };
    let hints: String = diagnostic.hints.iter().map(|hint| format!("；{}", hint.v)).collect();
    let places = at.into_iter().chain(caller).map(place).collect::<Vec<_>>().join(" ← ");
    format!("{}{hints}（{places}）", diagnostic.message)
}

#[cfg(test)]
mod tests;
