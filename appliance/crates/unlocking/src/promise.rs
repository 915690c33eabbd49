//! What the room signs for a holder: receipts and acknowledgements. Each is checked before anybody is told it is there.

use bidroom_canon::{CanonError, Sm3Digest, from_canonical};
use bidroom_envelope::bid::record::RecordDigest;
use bidroom_envelope::suite::cms::{SignedData, SignedParseError, VerifyError};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_ledger::receipt::{Receipt, ReceiptError};
use bidroom_wire::promise::{Acknowledgement, RoomStatement, SubmissionAcknowledgement};
use bidroom_wire::{Accepted, ReceiptBody};

use crate::PublishedRoom;

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
    /// An acknowledgement of another kind.
    #[error("the room acknowledges something else than was sent")]
    Kind,
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
        let (content, signer) = self.signed_by(der)?;
        let receipt = Receipt::parse(&content)?;
        same("room_certificate", receipt.room_certificate, signer.digest())?;
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
        let RoomStatement::Acknowledgement(said) = self.said(&accepted.acknowledgement.0)? else {
            return Err(PromiseError::Kind);
        };
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
        let RoomStatement::Submission(said) = self.said(der)? else { return Err(PromiseError::Kind) };
        same("session", said.session.clone(), self.session())?;
        same("bid", said.bid, bid)?;
        Ok(said)
    }

    fn said(&self, der: &[u8]) -> Result<RoomStatement, PromiseError> {
        Ok(from_canonical(&self.signed(der)?)?)
    }

    pub(crate) fn signed(&self, der: &[u8]) -> Result<Vec<u8>, PromiseError> {
        self.signed_by(der).map(|(content, _)| content)
    }

    /// The content of something that one of the room's devices signed, and the certificate of its key.
    fn signed_by(&self, der: &[u8]) -> Result<(Vec<u8>, Certificate), PromiseError> {
        let message = SignedData::parse_own(der)?;
        let signer = message.verify()?.certificate;
        if !self.is_the_rooms(&signer) {
            return Err(PromiseError::Signer { signer: signer.holder().to_owned() });
        }
        Ok((message.content().to_vec(), signer))
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
