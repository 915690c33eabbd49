//! Which certificates count, and whose they are.
//!
//! A [`CaProfile`] says of one certificate authority what its certificates look like: roots, policies, where the unified
//! social credit code stands, how old its revocation lists may be. A [`RevocationBook`] keeps signed lists and OCSP
//! answers. A [`Judge`] answers with both for a certificate, a pair of certificates, or an account at a time:
//! [`Accepted`], or a [`Refusal`] that names the rule. One judge serves login, receiving, unlocking, custody, the
//! offline verifier and the bidder's tool.
//!
//! **An account is a credit code.** A certificate of any accepted authority that carries the code is a lock of that
//! account, so several locks work side by side, and a firm whose lock is lost comes back with a new certificate of the
//! same code from any accepted authority. Nothing is registered and nothing has to be recovered.
//!
//! **Architecture invariant.** Pure: no files, no network, no clock. Lists and answers come as bytes, the time as an
//! argument. It knows nothing of sessions, bids or what a certificate's holder may do.

mod book;
mod judge;
mod pattern;
mod place;
mod profile;
mod refusal;
mod sentence;
mod status;

pub use book::{BookEntry, ImportError, Imported, RevocationBook, Source};
pub use judge::{Accepted, Authority, Judge, Outside};
pub use pattern::{Pattern, PatternError};
pub use place::{CodePlace, KindPlace, LockKind};
pub use profile::{
    CaProfile, MissingRevocation, Names, Oid, ProfileError, Removal, RevocationRule, UsageName,
};
pub use refusal::Refusal;
pub use sentence::{certificate_code, certificate_sentence};
pub use status::{Revocation, age_text_en, age_text_zh};
