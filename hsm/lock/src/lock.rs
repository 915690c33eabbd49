//! What a lock can do, whatever it is made of.

use bidroom_envelope::suite::cms::{EnvelopedData, OpenError};
use bidroom_envelope::suite::sm2::{Sign, Unwrap};
use zeroize::Zeroizing;

use crate::file::LockFileError;
use crate::identity::{IdentityError, LockIdentity};
use crate::statement::{SignedStatement, Statement, StatementError};

/// Why a lock did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The password is not that of the lock file.
    #[error("the password is wrong")]
    WrongPassword,
    /// The password is too short or too long to be set.
    #[error("a password must have 6 to 256 characters")]
    PasswordLength,
    /// The lock file cannot be used.
    #[error(transparent)]
    File(#[from] LockFileError),
    /// The certificates do not make a lock.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A private key is not that of its certificate.
    #[error("the private key is not that of the {0} certificate")]
    KeyMismatch(&'static str),
    /// The statement was not made or not signed.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The message is enveloped to somebody else.
    #[error("the message is not enveloped to the lock with serial ending {0}")]
    NotAddressed(String),
    /// The message did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// A pair of private keys with their certificates.
///
/// [`Sign`] and [`Unwrap`] are the raw abilities; a page or a tool uses the two methods here, which take typed
/// values.
pub trait Lock: Sign + Unwrap {
    /// Whose lock this is.
    fn identity(&self) -> &LockIdentity;

    /// Signs a statement with the signing key.
    ///
    /// # Errors
    /// [`LockError::Statement`].
    fn sign_statement(&self, statement: &Statement) -> Result<SignedStatement, LockError> {
        Ok(SignedStatement::sign(statement, self.identity().signing_certificate(), self)?)
    }

    /// Opens a message that is enveloped to the encryption certificate.
    ///
    /// # Errors
    /// [`LockError::NotAddressed`] or [`LockError::Open`].
    fn open_envelope(&self, message: &EnvelopedData) -> Result<Zeroizing<Vec<u8>>, LockError> {
        let certificate = self.identity().encryption_certificate();
        let not_addressed = || LockError::NotAddressed(certificate.tail());
        let recipient = message.recipient(certificate).ok_or_else(not_addressed)?;
        let key = recipient.encrypted_key().unwrap_key(self)?;
        Ok(message.open(&key)?)
    }
}
