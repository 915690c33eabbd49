//! Unlocking collects shares; the opening uses them, all at once.
//!
//! **Architecture invariant.** No share is unwrapped here: custody compares each with its commitment on arrival, and
//! gives the shares of a bid out only once it signed `opening.closed`. What is kept is the package. Failures of
//! cryptography look alike from outside.

mod authorise;
mod bodies;
mod consent;
mod keys;
mod opened;
mod opening;
mod received;
mod remedy;
mod remedy_key;
mod waiting;

use bidroom_canon::Sm3Digest;
use bidroom_custody::Problem;
use bidroom_domain::SessionId;
use bidroom_envelope::suite::pki::{Certificate, CertificateError};
use bidroom_judging::Objection;
use bidroom_ledger::entry::Entry;
use bidroom_lock::StatementError;
use bidroom_tender::RedealError;
use bidroom_trust::Refusal;

use crate::error::{Fault, fault};
use crate::room::ActError;
use crate::store::{Store, StoreError};

pub(crate) use authorise::{Dealt, officer_tail};
pub use authorise::{authorise, authorise_material};
pub use consent::{consent, material, mismatch};
pub(crate) use consent::{record_of, tail};
pub use opened::OpenedBid;
pub use opening::OpeningWorker;
pub use received::{bidder_of_received, signed_a_received_bid};
pub use remedy::remedy;
pub use remedy_key::{ask_remedy_key, give_remedy_part, remedy_parts};
pub use waiting::in_its_time;

/// Kinds of records that unlocking and opening use: custody asks for them by these names.
pub mod kinds {
    use bidroom_judging::EvidenceKind;

    /// The head of a bid file, by the bid's digest.
    pub const HEAD: &str = EvidenceKind::Head.as_str();
    /// A signed statement, by its SM3.
    pub const STATEMENT: &str = EvidenceKind::Statement.as_str();
    /// A lock share enveloped to an opening key, key `<consent's SM3>/<device, from 0>`.
    pub const CONSENT_PACKAGE: &str = EvidenceKind::ConsentPackage.as_str();
    /// An officer's part enveloped to an opening key, key `<authorisation's SM3>/<device, from 0>`.
    pub const OFFICER_PACKAGE: &str = EvidenceKind::OfficerPackage.as_str();
    /// A signed challenge to a lock, by its SM3.
    pub const CHALLENGE: &str = EvidenceKind::Challenge.as_str();
    /// A signed record of key packages that replaced the one in a bid's head, by the record's digest.
    pub const PACKAGES: &str = EvidenceKind::Packages.as_str();
    /// A certificate, by its SM3.
    pub const CERTIFICATE: &str = EvidenceKind::Certificate.as_str();
    /// A trustee's part enveloped to an opening key, key `<statement's SM3>/<device, from 0>`.
    pub const REMEDY_PACKAGE: &str = EvidenceKind::RemedyPackage.as_str();
}

/// Why a share was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// Refused by a rule, or failed.
    #[error(transparent)]
    Act(ActError),
    /// The statement is not one of this kind, or not signed.
    #[error("the statement: {0}")]
    Statement(#[from] StatementError),
    /// The certificate of the lock that was present cannot be read.
    #[error("the lock's certificate: {0}")]
    LockCertificate(CertificateError),
    /// The statement speaks of something else: which of its members, and what it should be.
    #[error("the statement's {member} is not {expected}")]
    Speaks {
        /// Member of the statement.
        member: &'static str,
        /// What it should be.
        expected: String,
    },
    /// The signer is somebody else.
    #[error("signed by {signer}, not by {expected}")]
    Signer {
        /// Who signed.
        signer: String,
        /// Who should have.
        expected: String,
    },
    /// The signer's certificate is not accepted.
    #[error("the certificate: {0}")]
    Certificate(Box<Refusal>),
    /// The share does not fit, in a way that is not told apart outside.
    #[error("the share does not fit what was sealed")]
    Share,
    /// The lock is none of those the bid was sealed to.
    #[error("the bid is not sealed to this lock")]
    OtherLock,
    /// The lock is not the one that is registered for the officer.
    #[error("the officer's registered lock is …{registered}, not …{present}")]
    OfficerLock {
        /// Last four digits of the serial of the lock that is present.
        present: String,
        /// Those of the registered one.
        registered: String,
    },
    /// The lock is none of those the bid is sealed to, and there is time to change that.
    #[error("the bid is sealed to …{}, not to …{present}", .sealed_to.join(", …"))]
    LockChanged {
        /// Last four digits of the serial of the lock that is present.
        present: String,
        /// Those of the locks to which the bid is sealed.
        sealed_to: Vec<String>,
    },
    /// The key packages do not replace those that count.
    #[error("the key packages: {0}")]
    Packages(Objection),
    /// A new officer's certificates are not accepted.
    #[error("the officers: {0}")]
    Officers(RedealError),
    /// The challenge or its answer does not count; the lock is to be asked again.
    #[error("the answer to the challenge does not count: {0}")]
    Probe(String),
    /// The bid was sealed without parts for the trustees.
    #[error("the bid was sealed without the remedy key")]
    NotOpted,
    /// The trustees' parts do not give the share that was committed to: the bidder dealt them so.
    #[error("the trustees' parts do not give the committed share")]
    Dealt,
    /// The lock is one of those the bid was sealed to, so there is no mismatch.
    #[error("the bid is sealed to this very lock")]
    SameLock,
}

impl From<Refusal> for UnlockError {
    fn from(no: Refusal) -> Self {
        Self::Certificate(Box::new(no))
    }
}

impl From<ActError> for UnlockError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Custody(Problem::Share) => Self::Share,
            ActError::Custody(Problem::Dealt) => Self::Dealt,
            ActError::Custody(Problem::Probe { why }) => Self::Probe(why),
            other => Self::Act(other),
        }
    }
}

impl From<Fault> for UnlockError {
    fn from(fault: Fault) -> Self {
        Self::Act(ActError::Fault(fault))
    }
}

impl From<StoreError> for UnlockError {
    fn from(error: StoreError) -> Self {
        Fault::from(error).into()
    }
}

/// The first entry of a kind, with its number.
///
/// # Errors
/// A [`Fault`] if the log cannot be read.
pub fn first_of_kind(store: &Store, session: &SessionId, kind: &str) -> Result<Option<(u64, Entry)>, Fault> {
    let mut from = 0;
    loop {
        let page = store.entries(session, from, 200)?;
        if page.is_empty() {
            return Ok(None);
        }
        for stored in page {
            let entry = Entry::parse(&stored.bytes)
                .map_err(|error| fault(&format!("ledger entry {from}"), &error))?;
            if entry.kind() == kind {
                return Ok(Some((from, entry)));
            }
            from += 1;
        }
    }
}

/// The signed checkpoint that first covers an event of a kind: what statements of that phase name.
pub(crate) fn checkpoint_of(store: &Store, session: &SessionId, kind: &str) -> Result<Option<String>, Fault> {
    let Some((number, _)) = first_of_kind(store, session, kind)? else { return Ok(None) };
    Ok(store.note_from(session, number + 1)?.map(|(_, note)| note))
}

pub(crate) fn note_digest(note: &str) -> Sm3Digest {
    Sm3Digest::of(note.as_bytes())
}

/// Compares a member of a statement with what it should be.
pub(crate) fn speaks<T: PartialEq + std::fmt::Display + ?Sized>(
    member: &'static str,
    said: &T,
    expected: &T,
) -> Result<(), UnlockError> {
    if said == expected {
        Ok(())
    } else {
        Err(UnlockError::Speaks { member, expected: expected.to_string() })
    }
}

/// Checks that a statement lists the opening certificates that were published, in their order.
pub(crate) fn speaks_of_devices(said: &[Sm3Digest], published: &[Certificate]) -> Result<(), UnlockError> {
    if said.iter().copied().eq(published.iter().map(Certificate::digest)) {
        return Ok(());
    }
    let expected: Vec<String> =
        published.iter().map(|certificate| certificate.digest().to_string()).collect();
    Err(UnlockError::Speaks { member: "opening_certificates", expected: expected.join(", ") })
}
