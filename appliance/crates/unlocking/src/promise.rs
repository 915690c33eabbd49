//! What the room signs for a holder: receipts and acknowledgements. Each is checked before anybody is told it is there.

use bidroom_canon::{CanonError, Sm3Digest, from_canonical};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::bid::record::RecordDigest;
use bidroom_envelope::suite::cms::{SignedData, SignedParseError, VerifyError};
use bidroom_ledger::receipt::{Receipt, ReceiptError};
use bidroom_wire::{Accepted, ReceiptBody};
use serde::{Deserialize, Serialize};

use crate::PublishedRoom;

const ACKNOWLEDGEMENT: &str = "bidroom/acknowledgement/v1";
const SUBMISSION: &str = "bidroom/submission-acknowledgement/v1";

/// Why something the room signed does not hold it to its word.
#[derive(Debug, thiserror::Error)]
pub enum PromiseError {
    /// Not a message in the one encoding.
    #[error(transparent)]
    Message(#[from] SignedParseError),
    /// The signature does not fit.
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// Signed with another key than the one the tender package pins for the room.
    #[error("signed by {signer}, not by the room that the tender package names")]
    Signer {
        /// Who signed.
        signer: String,
    },
    /// The content is no acknowledgement.
    #[error("the acknowledgement: {0}")]
    Content(#[from] CanonError),
    /// The content is no receipt.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// It is about something else.
    #[error("its {member} is {found}; expected is {expected}")]
    Other {
        /// Which member.
        member: &'static str,
        /// What it says.
        found: String,
        /// What it should say.
        expected: String,
    },
}

/// The room's answer to everything that became an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// SM3 of the statement that caused it; none for a command of a logged-in host.
    pub acknowledged: Option<Sm3Digest>,
    /// When.
    pub at: At,
    /// Number of the entry; none before the deadline.
    pub entry: Option<u64>,
    /// Kinds of the events.
    pub events: Vec<String>,
    /// `bidroom/acknowledgement/v1`.
    pub format: String,
    /// The session.
    pub session: SessionId,
}

/// The room's answer to a submission: it was read and checked, and counts once the content is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmissionAcknowledgement {
    /// When.
    pub at: At,
    /// The bid.
    pub bid: Sm3Digest,
    /// Credit code of the bidder.
    pub bidder: String,
    /// `bidroom/submission-acknowledgement/v1`.
    pub format: String,
    /// The record of key packages.
    pub packages: Sm3Digest,
    /// Sequence of the bid.
    pub sequence: u32,
    /// The session.
    pub session: SessionId,
}

impl PublishedRoom {
    /// Checks a receipt: the pinned room signed it, for this lot's log, this bid and these key packages, and time and
    /// code beside it are its own.
    ///
    /// # Errors
    /// [`PromiseError`].
    pub fn check_receipt(
        &self,
        body: &ReceiptBody,
        bid: Sm3Digest,
        packages: Option<RecordDigest>,
    ) -> Result<Receipt, PromiseError> {
        let receipt = self.read_receipt(&body.receipt.0)?;
        same("bid_digest", receipt.bid_digest, bid)?;
        if let Some(packages) = packages {
            same("packages_digest", receipt.packages_digest, packages.0)?;
        }
        same("bid", body.bid, bid)?;
        same("at", body.at.0, receipt.at)?;
        same("code", body.code.clone(), receipt.code()?)?;
        Ok(receipt)
    }

    /// Reads a receipt as a file (SignedData DER): the pinned room signed it for this lot.
    ///
    /// # Errors
    /// [`PromiseError`].
    pub fn read_receipt(&self, der: &[u8]) -> Result<Receipt, PromiseError> {
        let receipt = Receipt::parse(&self.signed(der)?)?;
        same("room_certificate", receipt.room_certificate, self.certificate().digest())?;
        same("session", receipt.session.clone(), self.session().to_string())?;
        same("origin", receipt.origin.to_string(), self.origin().to_string())?;
        Ok(receipt)
    }

    /// Checks the acknowledgement of a statement, by its SM3, or of a command.
    ///
    /// # Errors
    /// [`PromiseError`].
    pub fn check_acknowledgement(
        &self,
        accepted: &Accepted,
        statement: Option<Sm3Digest>,
    ) -> Result<Acknowledgement, PromiseError> {
        let said: Acknowledgement = from_canonical(&self.signed(&accepted.acknowledgement.0)?)?;
        same("format", said.format.as_str(), ACKNOWLEDGEMENT)?;
        same("session", said.session.clone(), self.session())?;
        same("at", said.at.0, accepted.at.0)?;
        let text =
            |digest: Option<Sm3Digest>| digest.map_or_else(|| "none".to_owned(), |digest| digest.to_string());
        same("acknowledged", text(said.acknowledged), text(statement))?;
        Ok(said)
    }

    /// Checks the acknowledgement of a submission.
    ///
    /// # Errors
    /// [`PromiseError`].
    pub fn check_submission(
        &self,
        der: &[u8],
        bid: Sm3Digest,
    ) -> Result<SubmissionAcknowledgement, PromiseError> {
        let said: SubmissionAcknowledgement = from_canonical(&self.signed(der)?)?;
        same("format", said.format.as_str(), SUBMISSION)?;
        same("session", said.session.clone(), self.session())?;
        same("bid", said.bid, bid)?;
        Ok(said)
    }

    fn signed(&self, der: &[u8]) -> Result<Vec<u8>, PromiseError> {
        let message = SignedData::parse_own(der)?;
        let signer = message.verify()?.certificate;
        if signer.digest() != self.certificate().digest() {
            return Err(PromiseError::Signer { signer: signer.holder().to_owned() });
        }
        Ok(message.content().to_vec())
    }
}

fn same<T: PartialEq + std::fmt::Display>(
    member: &'static str,
    found: T,
    expected: T,
) -> Result<(), PromiseError> {
    if found == expected {
        Ok(())
    } else {
        Err(PromiseError::Other { member, found: found.to_string(), expected: expected.to_string() })
    }
}
