//! Makes PDF files: whole ones as programs write them, with Chinese text, images, properties and either kind of table.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "shared by tests and a measurement, which fail by panicking and use different parts"
)]

use std::fmt::Write as _;
use std::io::Write as _;

/// How a font tells what its codes mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FontKind {
    /// `UniGB-UCS2-H`: the codes are UTF-16.
    Utf16,
    /// `Identity-H` with a `ToUnicode` map, as programs with embedded fonts write.
    ToUnicode,
    /// `GBK-EUC-H` without a map.
    Gbk,
    /// `Identity-H` without a map.
    Unmapped,
}

/// An image; its bytes are not looked at.
#[derive(Clone)]
pub struct Image {
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

/// What a file is made of.
#[derive(Clone)]
pub struct Plan<'a> {
    pub pages: &'a [String],
    pub font: FontKind,
    pub images: &'a [Image],
    pub info: &'a [(&'a str, &'a str)],
    pub id: Option<&'a str>,
    pub xmp: Option<&'a str>,
    /// Objects in streams and a stream of references, as since PDF 1.5.
    pub packed: bool,
    pub compress: bool,
}

impl<'a> Plan<'a> {
    pub fn new(pages: &'a [String]) -> Self {
        Self {
            pages,
            font: FontKind::ToUnicode,
            images: &[],
            info: &[],
            id: None,
            xmp: None,
            packed: false,
            compress: true,
        }
    }
}

/// Characters of a line.
const LINE: usize = 38;

pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str) -> String {
    let mut out = String::from("<FEFF");
    text.encode_utf16().for_each(|unit| write!(out, "{unit:04X}").unwrap());
    out.push('>');
    out
}

fn stream(dict: &str, data: &[u8], compress: bool) -> Vec<u8> {
    let (data, filter) = if compress { (deflate(data), "/Filter/FlateDecode") } else { (data.to_vec(), "") };
    let mut out = format!("<<{dict}{filter}/Length {}>>stream\n", data.len()).into_bytes();
    out.extend_from_slice(&data);
    out.extend_from_slice(b"\nendstream");
    out
}

/// Codes of the used characters, for [`FontKind::ToUnicode`]: numbered anew, as in a subset.
fn codes(kind: FontKind, text: &str, used: &[char]) -> String {
    let mut out = String::from("<");
    match kind {
        FontKind::Gbk => {
            let (bytes, _, _) = encoding_rs::GBK.encode(text);
            bytes.iter().for_each(|byte| write!(out, "{byte:02X}").unwrap());
        }
        FontKind::Utf16 => text.encode_utf16().for_each(|unit| write!(out, "{unit:04X}").unwrap()),
        FontKind::ToUnicode | FontKind::Unmapped => {
            for character in text.chars() {
                write!(out, "{:04X}", used.binary_search(&character).unwrap() + 3).unwrap();
            }
        }
    }
    out.push('>');
    out
}

fn to_unicode(used: &[char]) -> Vec<u8> {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n",
    );
    for (chunk, characters) in used.chunks(100).enumerate() {
        writeln!(map, "{} beginbfchar", characters.len()).unwrap();
        for (index, character) in characters.iter().enumerate() {
            let units: String =
                character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{unit:04X}")).collect();
            writeln!(map, "<{:04X}> <{units}>", chunk * 100 + index + 3).unwrap();
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap end end");
    map.into_bytes()
}

/// Writes the file.
pub fn make(plan: &Plan<'_>) -> Vec<u8> {
    let mut used: Vec<char> = plan.pages.iter().flat_map(|page| page.chars()).collect();
    used.sort_unstable();
    used.dedup();
    // 1 catalogue, 2 pages, 3 font, 4 descendant, 5 map, 6 properties, 7 XMP, then pages and contents, then images.
    let first_page = 8;
    let first_image = first_page + 2 * plan.pages.len();
    let count = first_image + plan.images.len();
    let mut objects: Vec<Vec<u8>> = vec![Vec::new(); count];
    let metadata = if plan.xmp.is_some() { "/Metadata 7 0 R" } else { "" };
    objects[1] = format!("<</Type/Catalog/Pages 2 0 R{metadata}>>").into_bytes();
    let kids: String = (0..plan.pages.len()).map(|page| format!("{} 0 R ", first_page + 2 * page)).collect();
    let images: String =
        (0..plan.images.len()).map(|index| format!("/I{index} {} 0 R", first_image + index)).collect();
    objects[2] = format!(
        "<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>/XObject<<{images}>>>>>>",
        plan.pages.len()
    )
    .into_bytes();
    let (encoding, map, ordering) = match plan.font {
        FontKind::Utf16 => ("UniGB-UCS2-H", "", "GB1"),
        FontKind::ToUnicode => ("Identity-H", "/ToUnicode 5 0 R", "Identity"),
        FontKind::Gbk => ("GBK-EUC-H", "", "GB1"),
        FontKind::Unmapped => ("Identity-H", "", "Identity"),
    };
    objects[3] = format!(
        "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/{encoding}/DescendantFonts[4 0 R]{map}>>"
    )
    .into_bytes();
    objects[4] = format!(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 0>>>>"
    )
    .into_bytes();
    objects[5] = stream("", &to_unicode(&used), plan.compress);
    let info: String = plan.info.iter().map(|(key, value)| format!("/{key} {}", utf16(value))).collect();
    objects[6] = format!("<<{info}>>").into_bytes();
    objects[7] = stream("/Type/Metadata/Subtype/XML", plan.xmp.unwrap_or("").as_bytes(), false);
    for (page, text) in plan.pages.iter().enumerate() {
        let mut content = String::from("BT /F1 10.5 Tf 1 0 0 1 60 780 Tm\n");
        let characters: Vec<char> = text.chars().collect();
        for line in characters.chunks(LINE) {
            let line: String = line.iter().collect();
            writeln!(content, "{} Tj 0 -16 Td", codes(plan.font, &line, &used)).unwrap();
        }
        content.push_str("ET\n");
        for index in (page..plan.images.len()).step_by(plan.pages.len()) {
            writeln!(content, "q 400 0 0 300 60 60 cm /I{index} Do Q").unwrap();
        }
        let number = first_page + 2 * page;
        objects[number] = format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", number + 1).into_bytes();
        objects[number + 1] = stream("", content.as_bytes(), plan.compress);
    }
    for (index, image) in plan.images.iter().enumerate() {
        let dict = format!(
            "/Type/XObject/Subtype/Image/Width {}/Height {}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
            image.width, image.height
        );
        objects[first_image + index] = stream(&dict, &image.bytes, false);
    }
    let id = plan.id.map(|id| format!("/ID[<{id}><{id}>]")).unwrap_or_default();
    write_file(&objects, plan.packed, &format!("/Root 1 0 R/Info 6 0 R{id}"))
}

/// Writes objects (the first is none) with a table, or packed with a stream of references.
pub fn write_file(objects: &[Vec<u8>], packed: bool, trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    // Kind and two fields of each object.
    let mut places = vec![(0_u8, 0_usize, 0_usize); objects.len() + usize::from(packed) * 2];
    let is_stream = |object: &Vec<u8>| object.ends_with(b"endstream");
    for (number, object) in objects.iter().enumerate().skip(1) {
        if !packed || is_stream(object) {
            places[number] = (1, out.len(), 0);
            writeln!(out, "{number} 0 obj").unwrap();
            out.extend_from_slice(object);
            out.extend_from_slice(b"\nendobj\n");
        }
    }
    if packed {
        let container = objects.len();
        let (mut index, mut data) = (String::new(), Vec::new());
        let plain = objects.iter().enumerate().skip(1).filter(|(_, object)| !is_stream(object));
        for (position, (number, object)) in plain.enumerate() {
            write!(index, "{number} {} ", data.len()).unwrap();
            data.extend_from_slice(object);
            data.push(b' ');
            places[number] = (2, container, position);
        }
        let count = objects.iter().skip(1).filter(|object| !is_stream(object)).count();
        let body = [index.as_bytes(), &data].concat();
        places[container] = (1, out.len(), 0);
        writeln!(out, "{container} 0 obj").unwrap();
        out.extend_from_slice(&stream(&format!("/Type/ObjStm/N {count}/First {}", index.len()), &body, true));
        out.extend_from_slice(b"\nendobj\n");
        let at = out.len();
        places[container + 1] = (1, at, 0);
        let mut rows = Vec::new();
        for (kind, second, third) in &places {
            rows.push(*kind);
            rows.extend_from_slice(&(*second as u32).to_be_bytes());
            rows.extend_from_slice(&(*third as u16).to_be_bytes());
        }
        writeln!(out, "{} 0 obj", container + 1).unwrap();
        let dict = format!("/Type/XRef/Size {}/W[1 4 2]{trailer}", places.len());
        out.extend_from_slice(&stream(&dict, &rows, true));
        writeln!(out, "\nendobj\nstartxref\n{at}\n%%EOF").unwrap();
        return out;
    }
    let at = out.len();
    writeln!(out, "xref\n0 {}\n0000000000 65535 f ", objects.len()).unwrap();
    for (_, offset, _) in places.iter().skip(1) {
        writeln!(out, "{offset:010} 00000 n ").unwrap();
    }
    writeln!(out, "trailer\n<</Size {}{trailer}>>\nstartxref\n{at}\n%%EOF", objects.len()).unwrap();
    out
}
