//! The price engine: what comes of the bids of a lot under the method of its tender document.
//!
//! A [`Method`] says how a lot is evaluated, as data that goes into the tender package ([`catalogue`] has ready ones).
//! [`Bids`] say what was offered, reviewed, marked and drawn. [`evaluate`] gives the [`Outcome`]: scores, ranking, reviews
//! begun, findings, and a [`Derivation`] for every number. `docs/price.md` has both formats and every formula.
//!
//! **Architecture invariant.** Pure: no file, clock, random source or network. No floating-point number and no arithmetic
//! outside a [`Worksheet`], so that no number can be without its derivation. It applies rules and names clauses; it decides
//! nothing that the law leaves to the committee: whether a low price is proven, whether all bids are rejected for want of
//! competition. It knows nothing of sessions, people or logs.

mod bids;
pub mod catalogue;
mod check;
pub mod cli;
mod decimal;
mod derivation;
mod engine;
mod exact;
mod law;
mod method;
mod outcome;
mod price;
mod rank;
mod read;
mod refusal;
pub mod schema;
mod score;
mod table;

pub use bids::{
    AbnormalReview, BIDS_FORMAT, Bid, Bids, Brand, Choice, Drawn, Grounds, Line, Lot, MOST_BIDS,
    MOST_EXPERTS, MOST_MARKS, Mark, Product, Purpose, Review, Share, Sheet, Sme, Statement, Verdict,
    VerdictKind,
};
pub use decimal::{Decimal, Percent};
pub use derivation::{Derivation, MarkUsed, NodeId, Op, Quantity, Unit, What, Worksheet};
pub use engine::evaluate;
pub use exact::{Exact, Rounding, RoundingRule, decimal_text, fraction_text};
pub use law::{Law, Range};
pub use method::{
    Abnormal, Aggregate, AggregateOver, Blend, BlendWith, BrandMatch, BrandTie, CorrectionRule,
    CorrectionStep, Criterion, Deduct, Deductions, Deviation, DrawList, Drop, EngineeringRule,
    EqualCandidates, Kind, Leaf, LowPriceFirst, METHOD_FORMAT, Mean, Method, NoPrice, Number, Object,
    PriceRule, Regime, RoundingTable, SameBrand, SmeDeduction, Steps, TrimCount, TrimShare,
};
pub use outcome::{
    BidOutcome, Candidate, Correction, Ended, Figured, Finding, FindingKind, ItemScore, NamedFigure, Notice,
    OUTCOME_FORMAT, Outcome, OwnResult, Severity, State, Status, Trigger, Waiting, WaitingKind,
};
pub use price::correction::{Corrected, correct};
pub use refusal::{Input, Refusal, Text};
