//! Why a bid is not received.

use bidroom_canon::Sm3Digest;
use bidroom_envelope::bid::header::HeaderError;
use bidroom_trust::Refusal;

use crate::error::Fault;
use crate::room::ActError;

/// What a file is that is no sealed bid, as its first bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Nothing at all.
    Empty,
    /// A PDF document.
    Pdf,
    /// A zip archive, or an office document, which is one.
    Zip,
    /// A sealed bid whose ends of lines a transfer has changed.
    ChangedLines,
    /// Anything else.
    Other,
}

/// Why a head is no head of a bid for this session.
#[derive(Debug, thiserror::Error)]
pub enum HeadRefusal {
    /// It does not hold together.
    #[error("{}: {source}", source.layer())]
    Form {
        /// What does not hold.
        #[from]
        source: HeaderError,
    },
    /// For another tender or lot.
    #[error("the bid is for tender {tender}, lot {lot}")]
    OtherLot {
        /// The tender it names.
        tender: String,
        /// The lot it names.
        lot: u32,
    },
    /// Of another bidder than the one who is logged in.
    #[error("the bid is of {of}, logged in is {caller}")]
    OtherBidder {
        /// Whose bid.
        of: String,
        /// Who is logged in.
        caller: String,
    },
    /// The signer's certificate is not accepted.
    #[error("{part}: {refusal}")]
    Certificate {
        /// Which signed part.
        part: &'static str,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// Another number of envelopes than the lot has.
    #[error("the bid has {has} envelopes, the lot has {wanted}")]
    Envelopes {
        /// In the bid.
        has: usize,
        /// In the publication.
        wanted: usize,
    },
    /// Sealed to other keys than the published ones: to an older publication, or to another room.
    #[error("envelope {envelope}: the packages for {purpose} are for {found:?}, published are {published:?}")]
    Recipients {
        /// Which envelope.
        envelope: u32,
        /// Which share.
        purpose: &'static str,
        /// Certificates the bid is sealed to.
        found: Vec<Sm3Digest>,
        /// Certificates that the room published.
        published: Vec<Sm3Digest>,
    },
    /// A package for a remedy key, which this tender does not have.
    #[error("envelope {0} has a package for a remedy key, which this tender does not have")]
    Remedy(u32),
    /// Parts for others than the trustees that the tender names.
    #[error("envelope {0} has parts for others than the tender's trustees")]
    Trustees(u32),
}

/// Why something of an upload did not happen.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The room has not published this lot's keys.
    #[error("the room has not published the keys of this lot")]
    NotPublished,
    /// Not a sealed bid.
    #[error("not a sealed bid ({0:?})")]
    NotSealed(Foreign),
    /// The head is refused.
    #[error(transparent)]
    Head(#[from] HeadRefusal),
    /// Longer than this room takes.
    #[error("the bid has {length} bytes, this room takes {most}")]
    TooLong {
        /// Its length.
        length: u64,
        /// The limit.
        most: u64,
    },
    /// Not enough space on the disk.
    #[error("the disk has {free} bytes for bids, {need} are needed")]
    NoSpace {
        /// Bytes that are needed.
        need: u64,
        /// Bytes there are.
        free: u64,
        /// Where a begun upload stands.
        offset: Option<u64>,
    },
    /// No such upload of this bidder.
    #[error("no such upload")]
    NoUpload,
    /// The bytes that come are not the next ones.
    #[error("content from {came} came, {offset} bytes are stored")]
    Offset {
        /// Where the sender began.
        came: u64,
        /// Where it has to go on.
        offset: u64,
    },
    /// More content than the submission signs.
    #[error("more content came than the {length} bytes that are signed")]
    Overrun {
        /// Bytes that are signed.
        length: u64,
        /// Where it stands.
        offset: u64,
    },
    /// The sender sent nothing for too long.
    #[error("nothing came for {seconds} s; {offset} bytes are stored")]
    Idle {
        /// How long, seconds.
        seconds: u64,
        /// Where it stands.
        offset: u64,
    },
    /// The connection broke.
    #[error("the transfer broke off ({reason}); {offset} bytes are stored")]
    Broken {
        /// Why.
        reason: String,
        /// Where it stands.
        offset: u64,
    },
    /// A newer transfer of the same upload took its place.
    #[error("a newer transfer of the same upload goes on")]
    Superseded {
        /// Where it stands.
        offset: u64,
    },
    /// The content is not complete.
    #[error("{offset} of {length} bytes are stored")]
    Incomplete {
        /// Where it stands.
        offset: u64,
        /// Bytes in all.
        length: u64,
    },
    /// The content is complete and is not what was signed.
    #[error("envelope {envelope}: the content has root {computed}, signed is {signed}")]
    Damaged {
        /// Which envelope.
        envelope: u32,
        /// The signed root.
        signed: Sm3Digest,
        /// The root of what came.
        computed: Sm3Digest,
    },
    /// The bid is in the log; its receipt could not be signed or stored yet.
    #[error("the bid {bid} is received, its receipt is owed: {source}")]
    ReceiptOwed {
        /// Which bid.
        bid: Sm3Digest,
        /// What failed.
        source: Fault,
    },
    /// Refused by a rule, or the room failed.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The room failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl IntakeError {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPublished => "not_published",
            Self::NotSealed(_) => "not_sealed",
            Self::Head(HeadRefusal::Form { .. }) => "bid_head",
            Self::Head(HeadRefusal::OtherLot { .. }) => "other_lot",
            Self::Head(HeadRefusal::OtherBidder { .. }) => "other_bidder",
            Self::Head(HeadRefusal::Certificate { refusal, .. }) => refusal.code(),
            Self::Head(HeadRefusal::Envelopes { .. }) => "envelopes",
            Self::Head(HeadRefusal::Recipients { .. }) => "other_keys",
            Self::Head(HeadRefusal::Remedy(_)) => "no_remedy",
            Self::Head(HeadRefusal::Trustees(_)) => "other_trustees",
            Self::TooLong { .. } => "bid_too_long",
            Self::NoSpace { .. } => "no_space",
            Self::NoUpload => "no_upload",
            Self::Offset { .. } => "wrong_offset",
            Self::Overrun { .. } => "overrun",
            Self::Idle { .. } => "idle",
            Self::Broken { .. } => "broken_off",
            Self::Superseded { .. } => "superseded",
            Self::Incomplete { .. } => "incomplete",
            Self::Damaged { .. } => "content_damaged",
            Self::ReceiptOwed { .. } => "receipt_owed",
            Self::Act(_) | Self::Fault(_) => "room",
        }
    }

    /// Where the upload goes on, if it does.
    pub const fn offset(&self) -> Option<u64> {
        match self {
            Self::Offset { offset, .. }
            | Self::Overrun { offset, .. }
            | Self::Idle { offset, .. }
            | Self::Broken { offset, .. }
            | Self::Superseded { offset }
            | Self::Incomplete { offset, .. } => Some(*offset),
            Self::NoSpace { offset, .. } => *offset,
            Self::Damaged { .. } => Some(0),
            _ => None,
        }
    }
}
