//! Locks: the holder's side of every signature and every unlocking. Typed statements, what a lock can do, and the
//! soft lock, a password-protected file for drills.
//!
//! **Architecture invariant.** A lock signs statements that it builds itself from typed values, never bytes that
//! somebody hands it as a statement. This crate knows no session, no server and no network; it reads no clock and
//! draws no randomness of its own.

mod file;
mod identity;
mod lock;
mod one_document;
mod soft;
mod statement;

pub use file::{KdfCost, LockFile, LockFileError};
pub use identity::{IdentityError, LockIdentity, LockKind};
pub use lock::{Lock, LockError};
pub use one_document::{OneDocument, OneDocumentRequest, proof_text};
pub use soft::{LockKeys, SoftLock};
pub use statement::{
    GivenShare, SignedStatement, Statement, StatementError, StatementKind, checkpoint_digest,
};
