//! Statements of a logged-in bidder, signed by a lock of the same firm, and of a logged-in member of staff, signed by
//! the very lock that the tender package names; for this session.

use bidroom_canon::Sm3Digest;
use bidroom_domain::{At, Bidder, SessionId};
use bidroom_envelope::suite::pki::Usage;
use bidroom_lock::{SignedStatement, StatementError, StatementKind};
use bidroom_trust::{Judge, Refusal};
use bidroom_wire::Who;

/// Why a signed statement does not count.
#[derive(Debug, thiserror::Error)]
pub enum StatementRefusal {
    /// It cannot be read, its signature does not fit, or it is of another kind.
    #[error(transparent)]
    Form(#[from] StatementError),
    /// Signed by another firm than the one that is logged in.
    #[error("signed by {signer}, logged in is {bidder}")]
    OtherBidder {
        /// Who signed.
        signer: String,
        /// Who is logged in.
        bidder: String,
    },
    /// Signed with another lock than the one that the tender package names for the person.
    #[error("signed by {signer}, logged in is {person}")]
    OtherPerson {
        /// Who signed.
        signer: String,
        /// Who is logged in.
        person: String,
    },
    /// It names another checkpoint than the one with which the session was closed.
    #[error("the statement names checkpoint {named}, the session was closed with {closing}")]
    OtherCheckpoint {
        /// SM3 of the checkpoint it names.
        named: Sm3Digest,
        /// SM3 of the checkpoint that closed the session.
        closing: Sm3Digest,
    },
    /// The signing certificate is not accepted.
    #[error(transparent)]
    Certificate(Box<Refusal>),
    /// For another session.
    #[error("the statement is for session {named}, not for {this}")]
    OtherSession {
        /// The session it names.
        named: String,
        /// This session.
        this: SessionId,
    },
}

impl From<Refusal> for StatementRefusal {
    fn from(no: Refusal) -> Self {
        match no {
            Refusal::OtherHolder { found, expected, .. } => {
                Self::OtherBidder { signer: found.to_string(), bidder: expected.to_string() }
            }
            other => Self::Certificate(Box::new(other)),
        }
    }
}

/// Reads a statement of `bidder` for `session`: the signature, that its certificate counts at
/// `at` and is the firm's, the session. Any lock of the firm may sign, not only the one that logged in.
///
/// # Errors
/// [`StatementRefusal`].
pub fn statement_of_bidder(
    der: &[u8],
    kind: StatementKind,
    bidder: &Bidder,
    session: &SessionId,
    judge: &Judge,
    at: At,
) -> Result<SignedStatement, StatementRefusal> {
    let signed = SignedStatement::verify(der, kind)?;
    judge.account(signed.certificate(), &bidder.code, Usage::Sign, at)?;
    of_session(signed, session)
}

/// Reads a statement of the member of staff `who` for `session`: the signature, the certificate itself and that it is
/// valid at `at`, the session.
///
/// # Errors
/// [`StatementRefusal`].
pub fn statement_of_staff(
    der: &[u8],
    kind: StatementKind,
    who: &Who,
    session: &SessionId,
    judge: &Judge,
    at: At,
) -> Result<SignedStatement, StatementRefusal> {
    let signed = SignedStatement::verify(der, kind)?;
    let certificate = signed.certificate();
    if certificate.digest() != who.certificate {
        let signer = certificate.holder().chars().take(80).collect();
        return Err(StatementRefusal::OtherPerson { signer, person: who.name.clone() });
    }
    // The package names the certificate itself, so it is its own anchor, as for a login.
    judge.named(certificate, Usage::Sign, at)?;
    of_session(signed, session)
}

fn of_session(signed: SignedStatement, session: &SessionId) -> Result<SignedStatement, StatementRefusal> {
    match signed.statement().session() {
        Some(named) if named == session.as_str() => Ok(signed),
        named => Err(StatementRefusal::OtherSession {
            named: named.unwrap_or_default().to_owned(),
            this: session.clone(),
        }),
    }
}
