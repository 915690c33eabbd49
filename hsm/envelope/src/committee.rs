//! A list of experts that is sealed to the room's own devices.
//!
//! One secret enters the packages and the key of the content, so that whoever opens a package knows all others, and the
//! content has one form: the same list under the same secret gives the same bytes. Owns packages and content; must not know
//! what a list says, nor when it may be opened.

use bidroom_canon::{Sm3Digest, labelled_sm3};
use zeroize::Zeroizing;

use crate::bid::package::{
    OpenPackageError, PackageContext, Purpose, SealPackageError, is_package_of, open_package, seal_package,
};
use crate::bid::share::Share;
use crate::derive::derive;
use crate::suite::pki::Certificate;
use crate::suite::sm2::Unwrap;
use crate::suite::sm4::{GcmError, Sm4Gcm};

const CONTENT: &[u8] = b"bidroom/committee/v1/content";
const SCOPE: &str = "bidroom/committee/v1/scope";
/// The content is filled up to a multiple of so many bytes: its length tells little of names and employers.
const FILLED: usize = 4096;
const TAG: usize = 16;

/// To what a sealed list is bound.
#[derive(Debug, Clone, Copy)]
pub struct ListScope<'a> {
    /// The session.
    pub session: &'a str,
    /// SM3 of the publication whose opening certificates it is enveloped to.
    pub publication: &'a Sm3Digest,
    /// The commitment to the list.
    pub list: &'a Sm3Digest,
}

impl ListScope<'_> {
    fn package<'a>(&'a self, recipient: &'a Certificate) -> PackageContext<'a> {
        PackageContext { subject: self.list, purpose: Purpose::Committee, attempt: 0, recipient }
    }

    /// The associated data of the content.
    fn digest(&self) -> Sm3Digest {
        let fields = [self.session.as_bytes(), self.publication.as_bytes(), self.list.as_bytes()];
        labelled_sm3(SCOPE, &fields)
    }

    fn cipher(&self, secret: &[u8; 32]) -> (Sm4Gcm, [u8; 12]) {
        let out = derive::<28>(secret, self.list.as_bytes(), CONTENT);
        let mut key = Zeroizing::new([0; 16]);
        let mut nonce = [0; 12];
        let (left, right) = out.split_at(16);
        key.copy_from_slice(left);
        nonce.copy_from_slice(right);
        (Sm4Gcm::new(&key), nonce)
    }
}

/// Why a content was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListContentError {
    /// The tag disagrees: another secret, session, publication or list, or changed bytes.
    #[error("the sealed list does not open")]
    Tag,
    /// It opened, and is not length, list and zeros: its maker's fault.
    #[error("the sealed list opened, but is not of its form")]
    Form,
    /// Longer than anything that can be sealed in one piece.
    #[error("the list is too long to be sealed")]
    TooLong,
}

impl From<GcmError> for ListContentError {
    fn from(error: GcmError) -> Self {
        match error {
            GcmError::Tag => Self::Tag,
            GcmError::TooLong => Self::TooLong,
        }
    }
}

/// Envelopes the secret, 32 random bytes, to an opening certificate.
///
/// # Errors
/// [`SealPackageError`] if the certificate is not one to envelope to.
pub fn seal_list_secret(
    secret: &[u8; 32],
    scope: &ListScope<'_>,
    recipient: &Certificate,
) -> Result<Vec<u8>, SealPackageError> {
    seal_package(secret, &scope.package(recipient))
}

/// Opens such a package.
///
/// # Errors
/// [`OpenPackageError`].
pub fn open_list_secret(
    der: &[u8],
    scope: &ListScope<'_>,
    recipient: &Certificate,
    key: &(impl Unwrap + ?Sized),
) -> Result<Share, OpenPackageError> {
    open_package(der, &scope.package(recipient), key)
}

/// Whether `der` is the package of this secret for this recipient: whoever opened one knows whether the others open.
pub fn is_list_package(der: &[u8], secret: &Share, scope: &ListScope<'_>, recipient: &Certificate) -> bool {
    is_package_of(der, secret.expose(), &scope.package(recipient))
}

/// Encrypts a list: SM4-GCM over u32(length) ‖ list ‖ zeros up to a multiple of 4096 bytes; the tag follows. Key(16) ‖
/// nonce(12) = HKDF-SM3(secret, salt = commitment, `bidroom/committee/v1/content`); the associated data is a labelled hash of
/// session, publication and commitment.
///
/// # Errors
/// [`ListContentError::TooLong`].
pub fn seal_list(secret: &[u8; 32], scope: &ListScope<'_>, list: &[u8]) -> Result<Vec<u8>, ListContentError> {
    let length = u32::try_from(list.len()).map_err(|_| ListContentError::TooLong)?;
    let filled = filled(list);
    // All at once: a vector that grows leaves copies of what it held.
    let mut content = Zeroizing::new(Vec::with_capacity(filled.saturating_add(TAG)));
    content.extend_from_slice(&length.to_be_bytes());
    content.extend_from_slice(list);
    content.resize(filled, 0);
    let (cipher, nonce) = scope.cipher(secret);
    let tag = cipher.seal_in_place(&nonce, scope.digest().as_bytes(), &mut content)?;
    // What stands there now is the ciphertext: nothing of it needs to be erased.
    let mut sealed = core::mem::take(&mut *content);
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Decrypts a list.
///
/// # Errors
/// [`ListContentError`].
pub fn open_list(
    secret: &Share,
    scope: &ListScope<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ListContentError> {
    let (content, tag) = sealed.split_last_chunk::<TAG>().ok_or(ListContentError::Tag)?;
    let mut content = Zeroizing::new(content.to_vec());
    let (cipher, nonce) = scope.cipher(secret.expose());
    cipher.open_in_place(&nonce, scope.digest().as_bytes(), &mut content, tag)?;
    let (length, rest) = content.split_first_chunk::<4>().ok_or(ListContentError::Form)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| ListContentError::Form)?;
    let (list, filling) = rest.split_at_checked(length).ok_or(ListContentError::Form)?;
    if content.len() != filled(list) || filling.iter().any(|byte| *byte != 0) {
        return Err(ListContentError::Form);
    }
    Ok(Zeroizing::new(list.to_vec()))
}

/// How long the content of a list is.
const fn filled(list: &[u8]) -> usize {
    list.len().saturating_add(4).next_multiple_of(FILLED)
}
