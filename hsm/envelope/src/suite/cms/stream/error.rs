//! Why a stream is not a message, or not this holder's.

use std::io;

use der::asn1::ObjectIdentifier;

use super::enveloped::Kind;
use crate::suite::asn1::Asn1Error;
use crate::suite::cms::{SignedParseError, VerifyError};
use crate::suite::sm2::UnwrapError;

/// Why a streamed message was not read, not opened or not verified.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The input could not be read: the file or device failed.
    #[error("reading the input: {0}")]
    Read(io::Error),
    /// The input ends inside an element: it was cut off.
    #[error("the input ends at byte {offset}, inside an element")]
    Short {
        /// Bytes that are there.
        offset: u64,
    },
    /// Not BER of the expected structure.
    #[error("{what} is missing or not of the expected kind, at byte {offset}")]
    Structure {
        /// What was expected.
        what: &'static str,
        /// Where, in bytes from the beginning.
        offset: u64,
    },
    /// A part that must be small is not.
    #[error("{what} is too long, at byte {offset}")]
    TooLong {
        /// Which part.
        what: &'static str,
        /// Where, in bytes from the beginning.
        offset: u64,
    },
    /// A small part is not of the expected structure.
    #[error(transparent)]
    Part(#[from] Asn1Error),
    /// Bytes follow the message.
    #[error("bytes follow the message, from byte {offset}")]
    Trailing {
        /// Where, in bytes from the beginning.
        offset: u64,
    },
    /// A message of another kind than was asked for.
    #[error("the message is of another kind: {found:?}")]
    Kind {
        /// What it is.
        found: Kind,
    },
    /// Not a message of GB/T 35275 or PKCS#7 that is known here.
    #[error("the message's type is {0}, which is not known")]
    UnknownKind(ObjectIdentifier),
    /// What the input itself, the content of another message, did not pass.
    #[error(transparent)]
    Outer(Box<Self>),
    /// The content is encrypted with something else than SM4-CBC.
    #[error("the content is encrypted with {0}, not with SM4-CBC")]
    ContentAlgorithm(ObjectIdentifier),
    /// No recipient, or more than are read.
    #[error("the message has {0} recipients")]
    Recipients(usize),
    /// The certificates, signers or attributes cannot be used.
    #[error(transparent)]
    Signed(#[from] SignedParseError),
    /// The message is for other certificates, and the key opens none of its content keys.
    #[error("the message is for {}; the key is that of serial {holder}", recipients.join(", "))]
    NotForHolder {
        /// Serial number of the certificate whose key was tried.
        holder: String,
        /// Whom the message names.
        recipients: Vec<String>,
    },
    /// The message names the holder, but its content key does not open: renewed key, other key, or changed.
    #[error("the message names serial {holder}, but the content key does not open with its key: {source}")]
    Unwrap {
        /// Serial number of the certificate whose key was tried.
        holder: String,
        /// Why.
        source: UnwrapError,
    },
    /// The content is not what was sealed. One error for padding, length, what is inside, and its signature, so that
    /// an answer tells nothing of the plaintext.
    #[error("the content does not fit the content key, or was changed")]
    Content,
    /// The signature of a message is not accepted.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The content that was read again is not the one that was written before.
    #[error("the content that was read again differs from what was written")]
    ContentDiffers,
}

impl StreamError {
    /// What this error is for somebody who only knows that the message came out of another one: what does not fit
    /// there looks the same, whether it is the padding, the structure or a signature.
    #[must_use]
    pub fn inside(self) -> Self {
        match self {
            Self::Outer(outer) => *outer,
            Self::Short { .. }
            | Self::Structure { .. }
            | Self::TooLong { .. }
            | Self::Part(_)
            | Self::Trailing { .. }
            | Self::UnknownKind(_)
            | Self::ContentAlgorithm(_)
            | Self::Recipients(_)
            | Self::Verify(VerifyError::ContentChanged | VerifyError::BadSignature(_)) => Self::Content,
            other => other,
        }
    }

    /// Whether the input is no such message at all; otherwise it is one that is refused.
    pub fn is_unusable(&self) -> bool {
        match self {
            Self::Outer(outer) => outer.is_unusable(),
            Self::NotForHolder { .. }
            | Self::Unwrap { .. }
            | Self::Content
            | Self::Verify(_)
            | Self::ContentDiffers => false,
            _ => true,
        }
    }

    /// An error of the input; if the input is another message's content, that message's error.
    pub(super) fn from_below(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(outer @ Self::Outer(_)) => outer,
            Ok(outer) => Self::Outer(Box::new(outer)),
            Err(error) => Self::Read(error),
        }
    }
}

impl From<StreamError> for io::Error {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Read(error) => error,
            other => Self::other(other),
        }
    }
}
