//! The officers' key of an envelope: an SM2 pair whose private half exists only as N parts with N officers, M of which
//! open.
//!
//! [`deal`] makes the pair, envelopes each part to its officer's lock and erases the private scalar and the polynomial;
//! what it publishes lets anybody check a part, so that a wrong one is named on arrival. [`combine`] gives the key back
//! for the moment of the opening, or of dealing it to other officers ([`deal_again`]). Must not know who may ask for that: custody does.

mod deal;
pub(crate) mod shamir;

pub use deal::{
    CombineError, Deal, DealDigest, DealError, DealFormat, DealScope, Dealing, DealtOfficer, MAX_OFFICERS,
    OfficerShare, OpenOfficerShareError, combine, deal, deal_again, open_officer_share, seal_officer_share,
};
