//! Handwriting under a document: pictures that came from a tablet, so foreign bytes.
//!
//! Owns: which pictures are used. Must not know whose they are.

use std::collections::BTreeMap;

use serde_json::Value;
use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage};

/// Pictures by the name under which the data has them.
pub type Pictures = BTreeMap<String, Vec<u8>>;

/// No handwriting is larger, in bytes (`docs/evaluation.md` section 6).
const LARGEST: usize = 128 * 1024;

/// No handwriting is wider or higher, in pixels: a small file can hold a picture that fills the memory.
const WIDEST: u32 = 2048;

/// No document has more signatures.
const MOST: usize = 64;

/// Replaces each `picture` of the data by the name of its virtual file, or by null where there is none to be used. Gives
/// the files.
pub(crate) fn place(data: &mut Value, pictures: &Pictures) -> Vec<(String, Vec<u8>)> {
    let mut used: Vec<(&str, Vec<u8>)> = Vec::new();
    visit(data, pictures, &mut used);
    (0..).zip(used).map(|(n, (_, bytes))| (file_name(n), bytes)).collect()
}

fn visit<'a>(value: &mut Value, pictures: &'a Pictures, used: &mut Vec<(&'a str, Vec<u8>)>) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| visit(element, pictures, used)),
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "picture" {
                    *field = field.as_str().and_then(|wanted| file(wanted, pictures, used)).into();
                } else {
                    visit(field, pictures, used);
                }
            }
        }
        _ => {}
    }
}

fn file<'a>(wanted: &str, pictures: &'a Pictures, used: &mut Vec<(&'a str, Vec<u8>)>) -> Option<String> {
    if let Some(place) = used.iter().position(|(known, _)| *known == wanted) {
        return Some(file_name(place));
    }
    let (name, bytes) = pictures.get_key_value(wanted)?;
    if used.len() >= MOST || !is_usable(bytes) {
        return None;
    }
    used.push((name, bytes.clone()));
    Some(file_name(used.len().saturating_sub(1)))
}

fn file_name(place: usize) -> String {
    format!("hand-{place}.png")
}

/// Whether it is a PNG that decodes, of a sane size.
fn is_usable(bytes: &[u8]) -> bool {
    let Some((head, _)) = bytes.split_first_chunk::<24>() else { return false };
    let [
        0x89,
        b'P',
        b'N',
        b'G',
        0x0D,
        0x0A,
        0x1A,
        0x0A,
        _,
        _,
        _,
        _,
        b'I',
        b'H',
        b'D',
        b'R',
        w @ ..,
        _,
        _,
        _,
        _,
    ] = *head
    else {
        return false;
    };
    let height = head.last_chunk::<4>().map_or(0, |it| u32::from_be_bytes(*it));
    let sane = |pixels| (1..=WIDEST).contains(&pixels);
    bytes.len() <= LARGEST
        && sane(u32::from_be_bytes(w))
        && sane(height)
        && RasterImage::plain(Bytes::new(bytes.to_vec()), ExchangeFormat::Png).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A grey pixel.
    const DOT: [u8; 67] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00,
        0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00,
        0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81,
        0x77, 0xCD, 0x72, 0xB6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ];

    #[test]
    fn only_pictures_that_decode_are_used() {
        let good = DOT.to_vec();
        let mut huge = good.clone();
        huge.splice(16..20, [0, 1, 0, 0]);
        let pictures: Pictures = [
            ("a".to_owned(), good),
            ("broken".to_owned(), DOT[..40].to_vec()),
            ("huge".to_owned(), huge),
            ("text".to_owned(), b"<svg/>".to_vec()),
        ]
        .into();
        let mut data = json!([
            {"picture": "a"}, {"picture": "broken"}, {"picture": "huge"}, {"picture": "text"},
            {"picture": "none"}, {"picture": null}, {"x": [{"picture": "a"}]}
        ]);
        let files = place(&mut data, &pictures);
        let expect = json!([
            {"picture": "hand-0.png"}, {"picture": null}, {"picture": null}, {"picture": null},
            {"picture": null}, {"picture": null}, {"x": [{"picture": "hand-0.png"}]}
        ]);
        assert_eq!((data, files.len()), (expect, 1));
    }
}
