//! A small DER cursor and builder for messages and certificates whose bytes must be kept as they came.
//!
//! Owns tags and lengths only (by the `der` crate, so: definite, minimal, at most 256 MiB). It must not know what
//! a field means. Unlike derived types it lets a reader take a field's own bytes, which is what signatures cover.

use der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use der::{Decode as _, Encode as _, Header, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};

pub(crate) const NULL: &[u8] = &[0x05, 0x00];

/// Not the DER that was expected; where, in terms of the structure being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is missing or is not DER of the expected kind")]
pub struct Asn1Error(pub &'static str);

/// One element: its tag, its content and the whole with the header.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) content: &'a [u8],
    pub(crate) raw: &'a [u8],
}

/// Reads elements one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

pub(crate) const fn context(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

pub(crate) const fn context_primitive(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The whole input as one element of this tag, with nothing behind it.
    pub(crate) fn only(bytes: &'a [u8], tag: Tag, what: &'static str) -> Result<Element<'a>, Asn1Error> {
        let mut cursor = Self::new(bytes);
        let element = cursor.take(tag, what)?;
        cursor.end(what)?;
        Ok(element)
    }

    pub(crate) fn next(&mut self, what: &'static str) -> Result<Element<'a>, Asn1Error> {
        let wrong = |_| Asn1Error(what);
        let raw = SliceReader::new(self.rest).and_then(|mut reader| reader.tlv_bytes()).map_err(wrong)?;
        let any = AnyRef::from_der(raw).map_err(wrong)?;
        self.rest = self.rest.get(raw.len()..).ok_or(Asn1Error(what))?;
        Ok(Element { tag: any.tag(), content: any.value(), raw })
    }

    pub(crate) fn take(&mut self, tag: Tag, what: &'static str) -> Result<Element<'a>, Asn1Error> {
        let element = self.next(what)?;
        if element.tag == tag { Ok(element) } else { Err(Asn1Error(what)) }
    }

    /// The next element if it has this tag.
    pub(crate) fn take_if(&mut self, tag: Tag, what: &'static str) -> Result<Option<Element<'a>>, Asn1Error> {
        let mut ahead = *self;
        if self.is_empty() {
            return Ok(None);
        }
        let element = ahead.next(what)?;
        if element.tag != tag {
            return Ok(None);
        }
        *self = ahead;
        Ok(Some(element))
    }

    pub(crate) fn oid(&mut self, what: &'static str) -> Result<ObjectIdentifier, Asn1Error> {
        let element = self.take(Tag::ObjectIdentifier, what)?;
        ObjectIdentifier::from_bytes(element.content).map_err(|_| Asn1Error(what))
    }

    /// A small non-negative integer.
    pub(crate) fn small(&mut self, what: &'static str) -> Result<u8, Asn1Error> {
        let element = self.take(Tag::Integer, what)?;
        u8::from_der(element.raw).map_err(|_| Asn1Error(what))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn end(&self, what: &'static str) -> Result<(), Asn1Error> {
        if self.is_empty() { Ok(()) } else { Err(Asn1Error(what)) }
    }
}

impl<'a> Element<'a> {
    pub(crate) const fn inside(&self) -> Cursor<'a> {
        Cursor::new(self.content)
    }
}

/// Writes one element around `parts`.
pub(crate) fn element(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let header = der::Length::try_from(length).and_then(|length| Header::new(tag, length).to_der());
    // Only lengths beyond 256 MiB fail; an empty header makes bytes that every reader refuses.
    let mut out = header.unwrap_or_default();
    out.reserve(length);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(Tag::Sequence, parts)
}

/// A SET OF one element; more would have to be sorted.
pub(crate) fn set_of_one(part: &[u8]) -> Vec<u8> {
    element(Tag::Set, &[part])
}

pub(crate) fn octets(content: &[u8]) -> Vec<u8> {
    element(Tag::OctetString, &[content])
}

pub(crate) fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    element(Tag::ObjectIdentifier, &[oid.as_bytes()])
}

/// AlgorithmIdentifier with NULL parameters.
pub(crate) fn algorithm_null(algorithm: &ObjectIdentifier) -> Vec<u8> {
    sequence(&[&oid(algorithm), NULL])
}

/// An INTEGER from big-endian digits.
pub(crate) fn unsigned(digits: &[u8]) -> Vec<u8> {
    UintRef::new(digits).and_then(|integer| integer.to_der()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let inner = [octets(b"abc"), unsigned(&[0x80])].concat();
        let der = sequence(&[&inner]);
        let mut cursor = Cursor::only(&der, Tag::Sequence, "outer").unwrap().inside();
        assert!(cursor.take_if(Tag::Null, "null").unwrap().is_none());
        assert_eq!(cursor.take(Tag::OctetString, "text").unwrap().content, b"abc");
        assert_eq!(cursor.small("number"), Ok(0x80));
        assert!(cursor.end("outer").is_ok());
        assert!(cursor.take_if(Tag::Null, "null").unwrap().is_none());
    }

    #[track_caller]
    fn refused(bytes: &[u8]) {
        assert!(Cursor::only(bytes, Tag::OctetString, "text").is_err());
    }

    #[test]
    fn other_encodings_are_refused() {
        refused(&[]);
        refused(&[0x04]);
        refused(&[0x04, 0x02, 0x01]);
        refused(&[0x04, 0x01, 0x01, 0x00]);
        refused(&[0x04, 0x81, 0x01, 0x01]);
        refused(&[0x24, 0x80, 0x04, 0x01, 0x01, 0x00, 0x00]);
        refused(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]);
        refused(&[0x30, 0x00]);
    }
}
