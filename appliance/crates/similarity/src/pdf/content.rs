//! What a page shows: its text in the order of its operators, and the images it places (ISO 32000-2, 8 and 9.4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::file::File;
use super::filter::State;
use super::font::Font;
use super::lex::{Lexer, Token, is_space};
use super::object::{Dict, Object};
use super::source::Fault;

/// Deepest nesting of forms.
const FORMS: usize = 8;
/// Operands that are kept for an operator.
const OPERANDS: usize = 64;
/// Fonts kept.
const FONTS: usize = 256;
/// A gap between glyphs, in thousandths of the font's size, from which on a word ends.
const GAP: i64 = -250_000;

/// What was found in a document's contents, beside the text.
#[derive(Default)]
pub(crate) struct Found {
    /// Numbers of image objects, with the page where each stands first.
    pub(crate) images: BTreeMap<u32, u32>,
    pub(crate) fonts: BTreeSet<String>,
    pub(crate) unmapped: u64,
    pub(crate) too_large: bool,
}

/// Reads contents; keeps fonts between pages.
#[derive(Default)]
pub(crate) struct Interpreter {
    pub(crate) found: Found,
    fonts: BTreeMap<u32, Arc<Font>>,
}

/// Where text is being shown.
#[derive(Clone, Default)]
struct Place {
    font: Option<Arc<Font>>,
}

impl Interpreter {
    /// Appends the page's text to `out`; false where its contents are damaged.
    pub(crate) fn page(
        &mut self,
        file: &mut File<'_>,
        page: &Dict,
        resources: &Dict,
        number: u32,
        out: &mut String,
    ) -> Result<bool, Fault> {
        let contents = match page.get(b"Contents") {
            None => return Ok(true),
            Some(Object::Array(items)) => items.clone(),
            Some(object) => match file.resolve(Some(object))? {
                Object::Array(items) => items,
                _ => vec![object.clone()],
            },
        };
        let mut whole = true;
        let mut data = Vec::new();
        for part in contents.iter().take(4096) {
            match self.unpacked(file, Some(part))? {
                Some((part, so)) => {
                    whole &= so;
                    data.extend_from_slice(&part);
                    data.push(b'\n');
                }
                None => whole &= matches!(part, Object::Null),
            }
            if super::source::to_u64(data.len()) > file.limits.stream {
                self.found.too_large = true;
                return Ok(false);
            }
        }
        self.run(file, &data, resources, number, FORMS, out)?;
        Ok(whole)
    }

    fn unpacked(
        &mut self,
        file: &mut File<'_>,
        object: Option<&Object>,
    ) -> Result<Option<(Vec<u8>, bool)>, Fault> {
        let Some(stored) = file.stream(object)? else { return Ok(None) };
        let Some(unpacked) = file.unpacked(&stored)? else { return Ok(None) };
        self.found.too_large |= unpacked.state == State::TooLarge;
        Ok(Some((unpacked.data, unpacked.state == State::Whole)))
    }

    fn run(
        &mut self,
        file: &mut File<'_>,
        data: &[u8],
        resources: &Dict,
        page: u32,
        depth: usize,
        out: &mut String,
    ) -> Result<(), Fault> {
        let room = super::source::to_usize(file.limits.page_characters).saturating_mul(4);
        let mut lexer = Lexer::new(data, 0);
        let mut operands: Vec<Object> = Vec::new();
        let mut place = Place::default();
        let mut saved: Vec<Place> = Vec::new();
        let mut before = 0;
        while let Some(token) = lexer.token() {
            let word = match token {
                Token::Object(object) => {
                    if operands.len() < OPERANDS {
                        operands.push(object);
                    }
                    continue;
                }
                Token::Word(word) => word,
            };
            file.source.meter().charge(lexer.position() - before)?;
            before = lexer.position();
            if out.len() > room {
                return Ok(());
            }
            match word.as_slice() {
                b"q" if saved.len() < 256 => saved.push(place.clone()),
                b"Q" => place = saved.pop().unwrap_or(place),
                b"Tf" => {
                    let name = operands.iter().find_map(Object::as_name);
                    place.font = match name {
                        Some(name) => self.font(file, resources, name)?,
                        None => None,
                    };
                }
                b"Tj" => self.show(&place, operands.last(), out),
                b"TJ" => self.show(&place, operands.last(), out),
                b"'" | b"\"" => {
                    out.push('\n');
                    self.show(&place, operands.last(), out);
                }
                b"Td" | b"TD" => {
                    let down = operands.last().and_then(Object::as_milli).unwrap_or(0);
                    out.push(if down == 0 { ' ' } else { '\n' });
                }
                b"Tm" | b"T*" | b"ET" => out.push('\n'),
                b"Do" => {
                    if let Some(name) = operands.iter().find_map(Object::as_name) {
                        let name = name.to_vec();
                        self.place(file, resources, &name, page, depth, out)?;
                    }
                }
                b"BI" => skip_inline_image(&mut lexer),
                _ => {}
            }
            operands.clear();
        }
        out.push('\n');
        Ok(())
    }

    fn show(&mut self, place: &Place, operand: Option<&Object>, out: &mut String) {
        let Some(font) = &place.font else { return };
        match operand {
            Some(Object::Text(codes)) => self.found.unmapped += font.decode(codes, out),
            Some(Object::Array(items)) => {
                for item in items {
                    match item {
                        Object::Text(codes) => self.found.unmapped += font.decode(codes, out),
                        other if other.as_milli().is_some_and(|gap| gap < GAP) => out.push(' '),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn font(
        &mut self,
        file: &mut File<'_>,
        resources: &Dict,
        name: &[u8],
    ) -> Result<Option<Arc<Font>>, Fault> {
        let fonts = file.dict(resources.get(b"Font"))?.unwrap_or_default();
        let Some(object) = fonts.get(name) else { return Ok(None) };
        let number = match object {
            Object::Reference(number) => Some(*number),
            _ => None,
        };
        if let Some(font) = number.and_then(|number| self.fonts.get(&number)) {
            return Ok(Some(Arc::clone(font)));
        }
        let Some(dict) = file.dict(Some(object))? else { return Ok(None) };
        if let Some(base) = dict.get(b"BaseFont").and_then(Object::as_name)
            && self.found.fonts.len() < FONTS
        {
            self.found.fonts.insert(super::meta::text(base));
        }
        let font = Arc::new(Font::read(file, &dict)?);
        if let Some(number) = number {
            if self.fonts.len() >= FONTS {
                self.fonts.clear();
            }
            self.fonts.insert(number, Arc::clone(&font));
        }
        Ok(Some(font))
    }

    /// Places a form or an image.
    fn place(
        &mut self,
        file: &mut File<'_>,
        resources: &Dict,
        name: &[u8],
        page: u32,
        depth: usize,
        out: &mut String,
    ) -> Result<(), Fault> {
        let objects = file.dict(resources.get(b"XObject"))?.unwrap_or_default();
        let object = objects.get(name);
        let (Some(Object::Reference(number)), Some(stored)) = (object, file.stream(object)?) else {
            return Ok(());
        };
        let Some(dict) = stored.dict() else { return Ok(()) };
        match dict.get(b"Subtype").and_then(Object::as_name) {
            Some(b"Image") => {
                self.found.images.entry(*number).or_insert(page);
            }
            Some(b"Form") if depth > 0 => {
                let own = file.dict(dict.get(b"Resources"))?;
                let Some((data, _)) = self.unpacked(file, object)? else { return Ok(()) };
                self.run(file, &data, own.as_ref().unwrap_or(resources), page, depth - 1, out)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Steps over `BI … ID … EI`.
fn skip_inline_image(lexer: &mut Lexer<'_>) {
    let rest = lexer.rest();
    let begins = rest.windows(2).position(|here| here == b"ID").unwrap_or(rest.len());
    let data = rest.get(begins..).unwrap_or_default();
    let ends = data.windows(4).position(
        |here| matches!(here, [before, b'E', b'I', after] if is_space(*before) && is_space(*after)),
    );
    lexer.skip(begins.saturating_add(ends.map_or(data.len(), |at| at + 3)));
}
