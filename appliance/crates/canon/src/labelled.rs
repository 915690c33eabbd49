//! Labelled, length-prefixed hashing.

use sm3::Digest as _;

use crate::digest::Sm3Digest;

/// Builds SM3 over length-prefixed fields, the first of which is the label that names the purpose.
///
/// Every field is preceded by its length as eight bytes, big-endian, so that no two different lists of fields
/// give the same bytes.
#[derive(Clone)]
pub struct Labelled {
    hash: sm3::Sm3,
}

impl Labelled {
    /// Starts a hash for the purpose `label`.
    pub fn new(label: &str) -> Self {
        Self { hash: sm3::Sm3::new() }.field(label.as_bytes())
    }

    /// Adds one field.
    #[must_use]
    pub fn field(mut self, bytes: &[u8]) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.hash.update(length.to_be_bytes());
        self.hash.update(bytes);
        self
    }

    /// The digest over everything added.
    pub fn finish(self) -> Sm3Digest {
        Sm3Digest::from_bytes(self.hash.finalize().into())
    }
}

/// SM3(len(label) ‖ label ‖ len(field₁) ‖ field₁ ‖ …).
pub fn labelled_sm3(label: &str, fields: &[&[u8]]) -> Sm3Digest {
    fields.iter().fold(Labelled::new(label), |hash, field| hash.field(field)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_fields_changes_the_digest() {
        assert_ne!(labelled_sm3("a", &[b"bc", b""]), labelled_sm3("a", &[b"b", b"c"]));
        assert_ne!(labelled_sm3("ab", &[b"c"]), labelled_sm3("a", &[b"bc"]));
    }
}
