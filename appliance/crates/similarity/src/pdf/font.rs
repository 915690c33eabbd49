//! From the codes of a text-showing operator to Unicode (ISO 32000-2, 9.10): by the font's own map, by the predefined
//! Chinese, Japanese and Korean maps, or by glyph names.

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};

use super::file::File;
use super::object::{Dict, Object};
use super::source::Fault;

/// Longest map that is read.
const MAP: usize = 4 << 20;

/// How codes are cut.
enum Codes {
    One,
    Two,
    /// UTF-16 as such.
    Utf16,
    Mapped(Box<CMap>),
}

pub(crate) struct Font {
    codes: Codes,
    to_unicode: Option<CMap>,
    /// From CID to Unicode, for fonts of a known collection.
    collection: Option<CMap>,
    /// Names of a simple font's codes that differ from its encoding.
    differences: Vec<(u8, char)>,
    /// Codes below 128 mean ASCII where nothing else says so.
    latin: bool,
}

impl Font {
    /// Reads the font that `dict` describes.
    pub(crate) fn read(file: &mut File<'_>, dict: &Dict) -> Result<Self, Fault> {
        let to_unicode = map(file, dict.get(b"ToUnicode"))?;
        let composite = dict.get(b"Subtype").and_then(Object::as_name) == Some(b"Type0");
        if composite { Self::composite(file, dict, to_unicode) } else { Self::simple(file, dict, to_unicode) }
    }

    fn composite(file: &mut File<'_>, dict: &Dict, to_unicode: Option<CMap>) -> Result<Self, Fault> {
        let descendants = file.resolve(dict.get(b"DescendantFonts"))?;
        let descendant = file.dict(descendants.as_array().and_then(<[_]>::first))?.unwrap_or_default();
        let info = file.dict(descendant.get(b"CIDSystemInfo"))?.unwrap_or_default();
        let text = |value: Object| value.as_text().map(<[u8]>::to_vec).unwrap_or_default();
        let registry = text(file.resolve(info.get(b"Registry"))?);
        let ordering = text(file.resolve(info.get(b"Ordering"))?);
        let mut family = CidFamily::from_registry_ordering(&registry, &ordering);
        let encoding = file.resolve(dict.get(b"Encoding"))?;
        let codes = match encoding.as_name() {
            Some(b"Identity-H" | b"Identity-V") => Codes::Two,
            Some(name) if contains(name, b"UCS2-") || contains(name, b"UTF16-") => Codes::Utf16,
            Some(name) => match predefined(CMapName::from_bytes(name)) {
                Some(map) => {
                    if let Some(collection) = &map.metadata().character_collection {
                        family = collection.family.clone();
                    }
                    Codes::Mapped(Box::new(map))
                }
                None => Codes::Two,
            },
            None => match map(file, dict.get(b"Encoding"))? {
                Some(map) => Codes::Mapped(Box::new(map)),
                None => Codes::Two,
            },
        };
        let collection = if to_unicode.is_some() { None } else { family.ucs2_cmap().and_then(predefined) };
        Ok(Self { codes, to_unicode, collection, differences: Vec::new(), latin: false })
    }

    fn simple(file: &mut File<'_>, dict: &Dict, to_unicode: Option<CMap>) -> Result<Self, Fault> {
        let mut differences = Vec::new();
        let encoding = file.resolve(dict.get(b"Encoding"))?;
        if let Some(encoding) = encoding.as_dict() {
            let items = file.resolve(encoding.get(b"Differences"))?;
            let mut code = 0_i64;
            for item in items.as_array().unwrap_or_default().iter().take(1024) {
                match item {
                    Object::Int(next) => code = *next,
                    Object::Name(name) => {
                        if let (Ok(code), Some(meaning)) = (u8::try_from(code), glyph(name)) {
                            differences.push((code, meaning));
                        }
                        code = code.saturating_add(1);
                    }
                    _ => {}
                }
            }
        }
        // A subset whose glyphs were numbered anew says nothing by its codes.
        let type_3 = dict.get(b"Subtype").and_then(Object::as_name) == Some(b"Type3");
        Ok(Self { codes: Codes::One, to_unicode, collection: None, differences, latin: !type_3 })
    }

    /// Appends the text of `codes`; gives how many codes have no meaning.
    pub(crate) fn decode(&self, codes: &[u8], out: &mut String) -> u64 {
        let mut unmapped = 0;
        let mut rest = codes;
        while !rest.is_empty() {
            let (code, length) = self.code(rest);
            rest = rest.get(length..).unwrap_or_default();
            unmapped += u64::from(!self.meaning(code, length, out));
        }
        unmapped
    }

    /// The first code, and its bytes.
    fn code(&self, bytes: &[u8]) -> (u32, usize) {
        let value =
            |length: usize| bytes.iter().take(length).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        match &self.codes {
            Codes::One => (value(1), 1),
            Codes::Two => (value(2), 2.min(bytes.len())),
            Codes::Utf16 => {
                let high = value(2);
                if (0xd800..0xdc00).contains(&high) && bytes.len() >= 4 {
                    (value(4), 4)
                } else {
                    (high, 2.min(bytes.len()))
                }
            }
            Codes::Mapped(map) => {
                let length = (1_u8..=4).find(|length| {
                    usize::from(*length) <= bytes.len()
                        && map.lookup_cid_code(value(usize::from(*length)), *length).is_some()
                });
                let length = length.map_or(2, usize::from).min(bytes.len());
                (value(length), length)
            }
        }
    }

    fn meaning(&self, code: u32, length: usize, out: &mut String) -> bool {
        if let Some(text) = self.to_unicode.as_ref().and_then(|map| map.lookup_bf_string(code)) {
            push(text, out);
            return true;
        }
        match &self.codes {
            Codes::One => {
                let byte = u8::try_from(code).unwrap_or(0);
                if let Some((_, meaning)) = self.differences.iter().find(|(at, _)| *at == byte) {
                    out.push(*meaning);
                    return true;
                }
                if self.latin {
                    let bytes = [byte];
                    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
                    out.push_str(&text);
                }
                self.latin
            }
            Codes::Utf16 => {
                let units =
                    [u16::try_from(code >> 16).unwrap_or(0), u16::try_from(code & 0xffff).unwrap_or(0)];
                let units = units.get(usize::from(length < 4)..).unwrap_or_default();
                let meanings = char::decode_utf16(units.iter().copied());
                let meanings: Vec<char> = meanings.filter_map(Result::ok).collect();
                out.extend(&meanings);
                !meanings.is_empty()
            }
            Codes::Two => self.collected(code, out),
            Codes::Mapped(map) => {
                let cid = map.lookup_cid_code(code, u8::try_from(length).unwrap_or(2));
                cid.is_some_and(|cid| self.collected(cid, out))
            }
        }
    }

    fn collected(&self, cid: u32, out: &mut String) -> bool {
        match self.collection.as_ref().and_then(|map| map.lookup_bf_string(cid)) {
            Some(text) => {
                push(text, out);
                true
            }
            None => false,
        }
    }
}

fn push(text: BfString, out: &mut String) {
    match text {
        BfString::Char(one) => out.push(one),
        BfString::String(several) => out.push_str(several.get(..64).unwrap_or(&several)),
    }
}

fn predefined(name: CMapName<'_>) -> Option<CMap> {
    CMap::parse(load_embedded(name)?, load_embedded)
}

/// The map in a stream of the file.
fn map(file: &mut File<'_>, object: Option<&Object>) -> Result<Option<CMap>, Fault> {
    if let Some(name) = object.and_then(Object::as_name) {
        return Ok(predefined(CMapName::from_bytes(name)));
    }
    let Some(stored) = file.stream(object)? else { return Ok(None) };
    let Some(unpacked) = file.unpacked(&stored)? else { return Ok(None) };
    if unpacked.data.len() > MAP {
        return Ok(None);
    }
    Ok(CMap::parse(&unpacked.data, load_embedded))
}

fn contains(name: &[u8], part: &[u8]) -> bool {
    name.windows(part.len()).any(|here| here == part)
}

/// What a glyph's name means: `uniXXXX`, `uXXXXX`, one letter, or one of the names of ASCII.
fn glyph(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    let name = name.split('.').next().unwrap_or(name);
    let mut letters = name.chars();
    if let (Some(one), None) = (letters.next(), letters.next()) {
        return Some(one);
    }
    let digits = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'));
    if let Some(value) = digits.filter(|digits| digits.len() >= 4)
        && let Ok(value) = u32::from_str_radix(value.get(..6.min(value.len()))?, 16)
    {
        return char::from_u32(value);
    }
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
}

const NAMES: [(&str, char); 49] = [
    ("space", ' '),
    ("exclam", '!'),
    ("quotedbl", '"'),
    ("numbersign", '#'),
    ("dollar", '$'),
    ("percent", '%'),
    ("ampersand", '&'),
    ("quotesingle", '\''),
    ("quoteright", '\''),
    ("quoteleft", '\''),
    ("parenleft", '('),
    ("parenright", ')'),
    ("asterisk", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("hyphen", '-'),
    ("minus", '-'),
    ("period", '.'),
    ("slash", '/'),
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("colon", ':'),
    ("semicolon", ';'),
    ("less", '<'),
    ("equal", '='),
    ("greater", '>'),
    ("question", '?'),
    ("at", '@'),
    ("bracketleft", '['),
    ("backslash", '\\'),
    ("bracketright", ']'),
    ("asciicircum", '^'),
    ("underscore", '_'),
    ("grave", '`'),
    ("braceleft", '{'),
    ("bar", '|'),
    ("braceright", '}'),
    ("asciitilde", '~'),
    ("endash", '-'),
    ("emdash", '-'),
    ("bullet", '·'),
];
