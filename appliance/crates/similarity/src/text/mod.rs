//! Texts of bids: one form for all, what stands in the tender subtracted, and what two bids have in common.

pub(crate) mod body;
pub(crate) mod marks;
pub(crate) mod names;
pub(crate) mod normal;
pub(crate) mod passages;
pub(crate) mod prints;
pub(crate) mod rare;
pub(crate) mod shingle;
pub(crate) mod sketch;
