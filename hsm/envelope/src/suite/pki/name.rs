//! Distinguished names: kept as DER, read as text.
//!
//! Owns the attributes' encodings. It must not know which attribute identifies a firm; callers pass its identifier.

use core::fmt;

use der::Tag;
use der::asn1::ObjectIdentifier;

use crate::suite::asn1::{self, Asn1Error, Cursor};

/// organizationIdentifier (X.520), where the unified social credit code stands unless a policy says otherwise.
pub const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// Short names for display (RFC 4514), in no particular order.
const SHORT: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("1.2.840.113549.1.9.1", "E"),
];

/// A distinguished name; equal only if the DER is equal.
#[derive(Clone)]
pub struct Name {
    der: Vec<u8>,
    attributes: Vec<(ObjectIdentifier, String)>,
}

impl Name {
    /// A name for a firm or a person of it: country CN, organisation, credit code (in [`ORGANIZATION_IDENTIFIER`])
    /// if it has one, common name.
    pub fn new(organisation: &str, credit_code: Option<&str>, common_name: &str) -> Self {
        let mut attributes = vec![(COUNTRY, "CN".to_owned()), (ORGANIZATION, organisation.to_owned())];
        attributes.extend(credit_code.map(|code| (ORGANIZATION_IDENTIFIER, code.to_owned())));
        attributes.push((COMMON_NAME, common_name.to_owned()));
        Self::of(attributes)
    }

    /// A name of any attributes, in their order; those that X.520 wants otherwise than in UTF-8 must fit.
    pub fn from_attributes(attributes: &[(ObjectIdentifier, &str)]) -> Self {
        Self::of(attributes.iter().map(|(oid, value)| (*oid, (*value).to_owned())).collect())
    }

    fn of(attributes: Vec<(ObjectIdentifier, String)>) -> Self {
        let encode = |(oid, value): &(ObjectIdentifier, String)| {
            // X.520 wants countryName as PrintableString; everything else may be UTF-8.
            let tag = if *oid == COUNTRY { Tag::PrintableString } else { Tag::Utf8String };
            let value = asn1::element(tag, &[value.as_bytes()]);
            asn1::set_of_one(&asn1::sequence(&[&asn1::oid(oid), &value]))
        };
        let parts: Vec<u8> = attributes.iter().flat_map(encode).collect();
        Self { der: asn1::sequence(&[&parts]), attributes }
    }

    /// Reads a DER name. Attributes of other string types than the usual five are kept in the DER but have no text.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, Asn1Error> {
        const WHAT: &str = "a distinguished name";
        let mut sets = Cursor::only(der, Tag::Sequence, WHAT)?.inside();
        let mut attributes = Vec::new();
        while !sets.is_empty() {
            let mut set = sets.take(Tag::Set, WHAT)?.inside();
            while !set.is_empty() {
                let mut pair = set.take(Tag::Sequence, WHAT)?.inside();
                let oid = pair.oid(WHAT)?;
                let value = pair.next(WHAT)?;
                pair.end(WHAT)?;
                if let Some(text) = text_of(value.tag, value.content) {
                    attributes.push((oid, text));
                }
            }
        }
        Ok(Self { der: der.to_vec(), attributes })
    }

    /// The DER, as it came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// commonName.
    pub fn common_name(&self) -> Option<&str> {
        self.attribute(&COMMON_NAME)
    }

    /// organizationName.
    pub fn organisation(&self) -> Option<&str> {
        self.attribute(&ORGANIZATION)
    }

    /// All attributes that have a text.
    pub fn attributes(&self) -> impl Iterator<Item = (&ObjectIdentifier, &str)> {
        self.attributes.iter().map(|(oid, text)| (oid, text.as_str()))
    }

    /// The first attribute of this type.
    pub fn attribute(&self, wanted: &ObjectIdentifier) -> Option<&str> {
        self.attributes.iter().find(|(oid, _)| oid == wanted).map(|(_, text)| text.as_str())
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Name {}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (oid, text)) in self.attributes.iter().enumerate() {
            let dotted = oid.to_string();
            let short = SHORT.iter().find(|(known, _)| *known == dotted).map_or(dotted.as_str(), |(_, s)| s);
            write!(f, "{}{short}={text}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text of a directory string; control characters are shown as U+FFFD, so that a name cannot forge a screen.
pub(super) fn text_of(tag: Tag, content: &[u8]) -> Option<String> {
    let text = match tag {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            core::str::from_utf8(content).ok()?.to_owned()
        }
        // In practice Latin-1, or UTF-8 by mistake.
        Tag::TeletexString => match core::str::from_utf8(content) {
            Ok(text) => text.to_owned(),
            Err(_) => content.iter().map(|byte| char::from(*byte)).collect(),
        },
        Tag::BmpString => {
            let (units, []) = content.as_chunks::<2>() else { return None };
            let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()?
        }
        _ => return None,
    };
    Some(text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_built_name_reads_back() {
        let name = Name::new("湘潭建设有限公司", Some("91430300MA4L1A2B3C"), "湘潭建设 副锁");
        let read = Name::from_der(name.der()).unwrap();
        assert_eq!(read, name);
        assert_eq!(read.common_name(), Some("湘潭建设 副锁"));
        assert_eq!(read.organisation(), Some("湘潭建设有限公司"));
        assert_eq!(read.attribute(&ORGANIZATION_IDENTIFIER), Some("91430300MA4L1A2B3C"));
        assert_eq!(
            read.to_string(),
            "C=CN, O=湘潭建设有限公司, 2.5.4.97=91430300MA4L1A2B3C, CN=湘潭建设 副锁"
        );
    }

    #[track_caller]
    fn check(tag: Tag, content: &[u8], expect: Option<&str>) {
        assert_eq!(text_of(tag, content).as_deref(), expect);
    }

    #[test]
    fn directory_strings_are_read_as_text() {
        check(Tag::Utf8String, "开".as_bytes(), Some("开"));
        check(Tag::Utf8String, &[0xff], None);
        check(Tag::BmpString, &[0x5f, 0x00], Some("开"));
        check(Tag::BmpString, &[0x5f], None);
        check(Tag::TeletexString, &[0xe9], Some("é"));
        check(Tag::Utf8String, b"a\nb", Some("a\u{fffd}b"));
        check(Tag::Integer, b"1", None);
    }
}
