//! The room's secret for draws, enveloped to its own devices.
//!
//! Like every package it is made of its secret alone, so that whoever opens one makes it again and compares. Owns the
//! package; must not know what the secret begins, nor when it may be opened.

use bidroom_canon::Sm3Digest;

use crate::bid::package::{
    OpenPackageError, PackageContext, Purpose, SealPackageError, open_package, seal_package,
};
use crate::bid::share::Share;
use crate::suite::pki::Certificate;
use crate::suite::sm2::Unwrap;

fn context<'a>(commitment: &'a Sm3Digest, recipient: &'a Certificate) -> PackageContext<'a> {
    PackageContext { subject: commitment, purpose: Purpose::Draw, attempt: 0, recipient }
}

/// Envelopes the secret, 32 random bytes, to an opening certificate. `commitment` is what is published of it.
///
/// # Errors
/// [`SealPackageError`] if the certificate is not one to envelope to.
pub fn seal_draw(
    secret: &[u8; 32],
    commitment: &Sm3Digest,
    recipient: &Certificate,
) -> Result<Vec<u8>, SealPackageError> {
    seal_package(secret, &context(commitment, recipient))
}

/// Opens such a package. Whether the secret gives the commitment is for the caller to see.
///
/// # Errors
/// [`OpenPackageError`].
pub fn open_draw(
    der: &[u8],
    commitment: &Sm3Digest,
    recipient: &Certificate,
    key: &(impl Unwrap + ?Sized),
) -> Result<Share, OpenPackageError> {
    open_package(der, &context(commitment, recipient), key)
}
