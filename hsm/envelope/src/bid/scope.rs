//! What a bid is bound to.

use bidroom_canon::Labelled;
use bidroom_id::{CreditCode, EnvelopeIndex, LotNumber, TenderNumber};

/// What one envelope of one bid is bound to. Every commitment hashes it, so nothing sealed for one tender, lot,
/// envelope or bidder passes for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BidScope {
    /// The tender.
    pub tender: TenderNumber,
    /// The lot within the tender.
    pub lot: LotNumber,
    /// The envelope within the bid.
    pub envelope: EnvelopeIndex,
    /// The bidder.
    pub bidder: CreditCode,
}

impl BidScope {
    /// Adds tender, lot, envelope (both four bytes, big-endian) and bidder to a labelled hash, in this order.
    pub(crate) fn hashed(&self, hash: Labelled) -> Labelled {
        hash.field(self.tender.as_str().as_bytes())
            .field(&self.lot.number().to_be_bytes())
            .field(&self.envelope.number().to_be_bytes())
            .field(self.bidder.as_str().as_bytes())
    }
}
