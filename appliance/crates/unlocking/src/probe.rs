//! Answering a challenge of the room: the lock shows that it has its key, and gives nothing away.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::SessionId;
use bidroom_envelope::bid::package::OpenPackageError;
use bidroom_envelope::probe;
use bidroom_lock::{Lock, LockError, LockIdentity, SignedStatement, Statement, StatementError};
use bidroom_tender::{DocumentError, ProbeChallenge, SignedDocument};
use bidroom_wire::{ProbeAnswerBody, ProbeMaterial};

use crate::PublishedRoom;

/// Why a lock does not answer. Nothing was signed and nothing left the lock.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Not a challenge.
    #[error("the challenge: {0}")]
    Document(#[from] DocumentError),
    /// Signed with another key than those that the tender package pins for the room: it may be a package of a bid.
    #[error("the challenge is signed by {signer}, not by the room that the tender package names")]
    Signer {
        /// Who signed.
        signer: String,
    },
    /// For another session.
    #[error("the challenge is of session {named}; asked was for {asked}")]
    Session {
        /// The session it names.
        named: SessionId,
        /// The session asked for.
        asked: SessionId,
    },
    /// For another lock.
    #[error("the challenge is for another lock than the one with serial …{tail}")]
    Recipient {
        /// Tail of this lock's encryption certificate.
        tail: String,
    },
    /// What it envelopes is no challenge, or is not for this lock's key.
    #[error(transparent)]
    Package(#[from] OpenPackageError),
    /// The lock did not sign.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl From<StatementError> for ProbeError {
    fn from(error: StatementError) -> Self {
        Self::Lock(error.into())
    }
}

/// Answers a challenge. The lock opens nothing that the room has not signed as a challenge to this very lock in this
/// session; custody signs only challenges that it made itself, so whoever has taken over the web server or a relay gets no
/// package of a bid opened. What is opened is made again and compared before it is answered, and the answer is a MAC.
///
/// # Errors
/// [`ProbeError`].
pub fn answer_probe(
    room: &PublishedRoom,
    material: &ProbeMaterial,
    lock: &dyn Lock,
) -> Result<ProbeAnswerBody, ProbeError> {
    let document = check_probe(room, material, lock.identity())?;
    let (challenge, asked) = (document.value(), room.session());
    let certificate = lock.identity().encryption_certificate();
    let answer = probe::answer_probe(&challenge.package.0, &challenge.own_subject(), certificate, lock)?;
    let challenge = Sm3Digest::of(document.der());
    let statement = Statement::Probe { session: asked.to_string(), challenge, answer };
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    Ok(ProbeAnswerBody {
        challenge: material.challenge.clone(),
        statement: Base64Bytes(signed.der().to_vec()),
    })
}

/// All that [`answer_probe`] checks before it uses the lock; the challenge.
///
/// # Errors
/// [`ProbeError`].
pub fn check_probe(
    room: &PublishedRoom,
    material: &ProbeMaterial,
    identity: &LockIdentity,
) -> Result<SignedDocument<ProbeChallenge>, ProbeError> {
    let document = ProbeChallenge::read(&material.challenge.0)?;
    if !room.is_the_rooms(document.signer()) {
        return Err(ProbeError::Signer { signer: document.signer().holder().to_owned() });
    }
    let (challenge, asked) = (document.value(), room.session());
    if challenge.session != asked {
        return Err(ProbeError::Session { named: challenge.session.clone(), asked });
    }
    let certificate = identity.encryption_certificate();
    if challenge.recipient != certificate.digest() {
        return Err(ProbeError::Recipient { tail: certificate.tail() });
    }
    Ok(document)
}
