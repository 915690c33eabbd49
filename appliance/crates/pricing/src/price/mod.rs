//! Everything that is computed from prices.

pub(crate) mod abnormal;
pub(crate) mod benchmark;
pub(crate) mod correction;
pub(crate) mod deduction;
pub(crate) mod score;
