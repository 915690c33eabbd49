//! Receiving bids: submission first, then the content, resumable; at the end a signed receipt.
//!
//! 1. `POST /api/v1/sessions/{id}/uploads`, body: the head of the bid file (all before the content) → [`UploadOpened`]
//! 2. `PATCH /api/v1/uploads/{upload}`, header `Upload-Offset: N`, body: content from N on → [`UploadState`]
//! 3. `GET /api/v1/uploads/{upload}` → [`UploadState`]: where to go on after a break
//! 4. `POST /api/v1/uploads/{upload}/complete` → [`ReceiptBody`]
//!
//! All four may be repeated: the same bid is the same upload, and a received bid answers with its receipt.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use serde::{Deserialize, Serialize};

use crate::OwnLock;

/// The submission was read, checked and counts once the content is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadOpened {
    /// Where the content goes.
    pub state: UploadState,
    /// Signed acknowledgement of the submission (SignedData DER over canonical JSON).
    pub acknowledgement: Base64Bytes,
    /// Receipt, where this bid was received before.
    pub receipt: Option<ReceiptBody>,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadState {
    /// Name of the upload.
    pub upload: String,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// Bytes of content that are durably stored.
    pub offset: u64,
    /// Bytes of content in all.
    pub length: u64,
}

/// A receipt, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptBody {
    /// SignedData DER over the receipt's canonical JSON (see the ledger's specification).
    pub receipt: Base64Bytes,
    /// The group of digits people read out: `7C2E 90B4`.
    pub code: String,
    /// When the bid was received.
    pub at: At,
    /// Digest of the bid.
    pub bid: Sm3Digest,
}

/// Body of `POST /api/v1/sessions/{id}/withdraw`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawBody {
    /// The signed statement (SignedData DER).
    pub statement: Base64Bytes,
}

/// `GET /api/v1/sessions/{id}/mine`: what a bidder may know of its own bid at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineView {
    /// The receipt of the bid that stands.
    pub receipt: Option<ReceiptBody>,
    /// Sequence of the bid that stands, 0 where there is none.
    pub sequence: u32,
    /// Tails of the locks the bid is sealed to.
    pub sealed_to: Vec<String>,
    /// The same locks, with when each showed last that it opens this bid.
    #[serde(default)]
    pub locks: Vec<OwnLock>,
    /// When the bidder is asked to show that: first and last time.
    #[serde(default)]
    pub probe_due: Vec<At>,
    /// Version of the key packages that count, 0 where there is no bid.
    #[serde(default)]
    pub packages_version: u32,
    /// The receipt of the key packages, where they replaced those in the bid.
    #[serde(default)]
    pub packages_receipt: Option<ReceiptBody>,
    /// An upload that is unfinished.
    pub upload: Option<UploadState>,
    /// When the bidder signed in.
    pub signed_in: Option<At>,
}
