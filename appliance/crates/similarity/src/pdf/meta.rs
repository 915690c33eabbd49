//! What a file says of its making: the information dictionary, XMP, and the file's identifier (ISO 32000-2, 14.3, 14.4).

use std::collections::BTreeMap;

use super::file::File;
use super::object::Object;
use super::source::Fault;
use crate::document::MetaKey;

/// Longest XMP packet that is read, longest value that is kept.
const PACKET: usize = 1 << 20;
const VALUE: usize = 256;

const INFO: [(&[u8], MetaKey); 9] = [
    (b"Author", MetaKey::Author),
    (b"Creator", MetaKey::Creator),
    (b"Producer", MetaKey::Producer),
    (b"Title", MetaKey::Title),
    (b"CreationDate", MetaKey::Created),
    (b"ModDate", MetaKey::Modified),
    (b"Company", MetaKey::Company),
    (b"LastModifiedBy", MetaKey::LastModifiedBy),
    (b"SourceModified", MetaKey::SourceModified),
];

const XMP: [(&str, MetaKey); 10] = [
    ("dc:creator", MetaKey::Author),
    ("xmp:CreatorTool", MetaKey::Creator),
    ("pdf:Producer", MetaKey::Producer),
    ("dc:title", MetaKey::Title),
    ("xmp:CreateDate", MetaKey::Created),
    ("xmp:ModifyDate", MetaKey::Modified),
    ("xmpMM:DocumentID", MetaKey::DocumentId),
    ("xmpMM:InstanceID", MetaKey::InstanceId),
    ("xmpMM:OriginalDocumentID", MetaKey::OriginalDocumentId),
    ("cp:lastModifiedBy", MetaKey::LastModifiedBy),
];

/// Reads all of it. Where the dictionary and XMP both say something, the dictionary counts.
pub(crate) fn read(file: &mut File<'_>) -> Result<BTreeMap<MetaKey, String>, Fault> {
    let mut found = BTreeMap::new();
    let info = file.trailer.get(b"Info").cloned();
    if let Some(info) = file.dict(info.as_ref())? {
        for (name, key) in INFO {
            if let Object::Text(value) = file.resolve(info.get(name))? {
                keep(&mut found, key, &text(&value));
            }
        }
    }
    let id = file.trailer.get(b"ID").cloned();
    if let Object::Array(items) = file.resolve(id.as_ref())?
        && let Some(Object::Text(first)) = items.first()
        && first.iter().any(|byte| *byte != 0)
    {
        let digits: String = first.iter().take(32).map(|byte| format!("{byte:02x}")).collect();
        keep(&mut found, MetaKey::FileId, &digits);
    }
    let root = file.trailer.get(b"Root").cloned();
    if let Some(root) = file.dict(root.as_ref())?
        && let Some(stored) = file.stream(root.get(b"Metadata"))?
        && let Some(unpacked) = file.unpacked(&stored)?
    {
        let packet = String::from_utf8_lossy(unpacked.data.get(..PACKET).unwrap_or(&unpacked.data));
        for (name, key) in XMP {
            if let Some(value) = property(&packet, name)
                && !found.contains_key(&key)
            {
                keep(&mut found, key, &value);
            }
        }
    }
    Ok(found)
}

fn keep(found: &mut BTreeMap<MetaKey, String>, key: MetaKey, value: &str) {
    let value: String = value.chars().filter(|c| !c.is_control()).take(VALUE).collect();
    let value = value.trim();
    if !value.is_empty() {
        found.insert(key, value.to_owned());
    }
}

/// A text string of the file: UTF-16 or UTF-8 by its mark, else UTF-8 or, as some Chinese programs write, GB 18030.
pub(crate) fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
        },
    }
}

/// The value of an XMP property, as an attribute or as an element (also the first of a list).
fn property(packet: &str, name: &str) -> Option<String> {
    for (at, _) in packet.match_indices(name).take(16) {
        let rest = packet.get(at + name.len()..)?;
        let value = if let Some(quoted) = rest.trim_start().strip_prefix('=') {
            let quoted = quoted.trim_start();
            let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            quoted.get(1..)?.split(quote).next()?
        } else if let Some(open) = rest.strip_prefix('>') {
            let end = open.find(&format!("</{name}"))?;
            open.get(..end)?
        } else {
            continue;
        };
        let mut plain = String::new();
        let mut inside = false;
        for c in value.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => plain.push(c),
                _ => {}
            }
        }
        let plain =
            plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        if !plain.trim().is_empty() {
            return Some(plain.trim().to_owned());
        }
    }
    None
}
