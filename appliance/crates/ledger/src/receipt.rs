//! The room's promise to a bidder that a bid was received and stands in the log.
//!
//! Owns the receipt's members and the code people compare. The room signs the canonical bytes as a message of
//! GB/T 35275, which is not this module's business; nor is what a bid is. A receipt names no index: before the
//! deadline nobody outside learns how many entries there are. From the deadline on all leaf hashes are public, so a
//! receipt whose leaf is missing convicts the room.

use bidroom_canon::{CanonError, Labelled, Sm3Digest, from_canonical, group4, to_canonical};
use serde::{Deserialize, Serialize};

use crate::checkpoint::Origin;
use crate::tree::LeafHashes;

/// The only format of receipts.
pub const RECEIPT_FORMAT: &str = "bidroom/receipt/v1";

/// The label under which the code is hashed.
pub const RECEIPT_CODE_LABEL: &str = "bidroom/receipt-code/v1";

/// Largest receipt that is read, in bytes.
pub const MAX_RECEIPT_BYTES: usize = 4096;

const MAX_SESSION_BYTES: usize = 200;

/// What the room signs when a bid counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// When it was received, in milliseconds since 1970 of the room's clock.
    pub at: i64,
    /// The bid digest.
    pub bid_digest: Sm3Digest,
    /// [`RECEIPT_FORMAT`].
    pub format: String,
    /// The leaf of the entry that records the reception.
    pub leaf: LeafHashes,
    /// Which log.
    pub origin: Origin,
    /// The digest of the record of key packages that came with the bid.
    pub packages_digest: Sm3Digest,
    /// The certificate under which the room signs: SM3 of its DER.
    pub room_certificate: Sm3Digest,
    /// The session.
    pub session: String,
}

/// Why bytes are not a receipt.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// Longer than [`MAX_RECEIPT_BYTES`].
    #[error("the receipt has {bytes} bytes, more than {MAX_RECEIPT_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not canonical, or not the members of a receipt.
    #[error("the receipt is not canonical: {0}")]
    Canon(#[from] CanonError),
    /// Another format.
    #[error("{format:?} is not the format {RECEIPT_FORMAT:?}")]
    Format {
        /// The format it names.
        format: String,
    },
    /// The time lies before 1970.
    #[error("the receipt's time {at} is negative")]
    Time {
        /// The time it carries, in milliseconds.
        at: i64,
    },
    /// The session is empty or too long.
    #[error("the receipt's session has {bytes} bytes")]
    Session {
        /// The length of the session's name.
        bytes: usize,
    },
}

impl Receipt {
    /// Reads a receipt strictly.
    ///
    /// # Errors
    /// Any [`ReceiptError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > MAX_RECEIPT_BYTES {
            return Err(ReceiptError::TooLong { bytes: bytes.len() });
        }
        let receipt: Self = from_canonical(bytes)?;
        receipt.check()?;
        Ok(receipt)
    }

    /// The canonical bytes, which the room signs.
    ///
    /// # Errors
    /// Any [`ReceiptError`]: what is written can be read back.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ReceiptError> {
        self.check()?;
        let bytes = to_canonical(self)?;
        if bytes.len() > MAX_RECEIPT_BYTES {
            return Err(ReceiptError::TooLong { bytes: bytes.len() });
        }
        Ok(bytes)
    }

    /// The eight digits by which people know the receipt, such as `7C2E 90B4`: the beginning of a hash over all of
    /// it. The leaf depends on random salts, so the code tells nothing about the bid or about how many there are.
    ///
    /// # Errors
    /// Any [`ReceiptError`].
    pub fn code(&self) -> Result<String, ReceiptError> {
        let digest = Labelled::new(RECEIPT_CODE_LABEL).field(&self.to_bytes()?).finish();
        Ok(group4(digest.as_bytes(), 2))
    }

    fn check(&self) -> Result<(), ReceiptError> {
        if self.format != RECEIPT_FORMAT {
            return Err(ReceiptError::Format { format: self.format.clone() });
        }
        if self.at < 0 {
            return Err(ReceiptError::Time { at: self.at });
        }
        if !(1..=MAX_SESSION_BYTES).contains(&self.session.len()) {
            return Err(ReceiptError::Session { bytes: self.session.len() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::leaf_hashes;

    fn example() -> Receipt {
        Receipt {
            at: 1_700_000_000_000,
            bid_digest: Sm3Digest::of(b"bid"),
            format: RECEIPT_FORMAT.into(),
            leaf: leaf_hashes(b"entry"),
            origin: "room/T-1/2".parse().unwrap(),
            packages_digest: Sm3Digest::of(b"packages"),
            room_certificate: Sm3Digest::of(b"certificate"),
            session: "T-1-2".into(),
        }
    }

    #[test]
    fn a_receipt_comes_back() {
        let bytes = example().to_bytes().unwrap();
        assert_eq!(Receipt::parse(&bytes).unwrap(), example());
    }

    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let text = String::from_utf8(example().to_bytes().unwrap()).unwrap();
        let changed = text.replacen(from, to, 1);
        assert_ne!(text, changed);
        let error = Receipt::parse(changed.as_bytes()).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error:?} does not contain {expect:?}");
    }

    #[test]
    fn what_is_not_a_receipt_is_refused() {
        check("receipt/v1", "receipt/v2", "is not the format");
        check("\"at\":1", "\"at\":-1", "negative");
        check("\"at\":1", "\"at\":1.", "canonical");
        check("T-1-2", "", "session");
        check("room/T-1/2", "room/T 1/2", "origin");
        check("{\"at\"", "{ \"at\"", "spelling");
        check("{\"at\"", "{\"aa\":1,\"at\"", "unknown field");
        check("T-1-2", &"x".repeat(MAX_RECEIPT_BYTES), "more than");
    }

    #[test]
    fn the_code_covers_everything() {
        let code = example().code().unwrap();
        assert_eq!(code.len(), 9);
        assert!(code.chars().enumerate().all(|(at, c)| if at == 4 {
            c == ' '
        } else {
            c.is_ascii_digit() || c.is_ascii_uppercase()
        }));
        let others = [
            Receipt { at: 1, ..example() },
            Receipt { bid_digest: Sm3Digest::of(b"x"), ..example() },
            Receipt { leaf: leaf_hashes(b"x"), ..example() },
            Receipt { session: "x".into(), ..example() },
        ];
        for other in others {
            assert_ne!(other.code().unwrap(), code);
        }
    }
}
