//! Probes: does the holder of an encryption certificate still have its key? A secret is enveloped to the certificate,
//! and whoever opens it answers with a MAC under it.
//!
//! A probe is a key package of a purpose of its own. So a package of a bid is no probe: whoever is asked makes the
//! package again and compares before it answers, and the answer tells nothing of the secret. Owns package and answer;
//! must not know who asks, nor when.

use bidroom_canon::{Hex32, Sm3Digest};
use subtle::ConstantTimeEq as _;

use crate::bid::package::{
    OpenPackageError, PackageContext, Purpose, SealPackageError, open_package, seal_package,
};
use crate::derive::derive;
use crate::suite::pki::Certificate;
use crate::suite::sm2::Unwrap;

const ANSWER: &[u8] = b"bidroom/probe/v1/answer";

fn context<'a>(subject: &'a Sm3Digest, recipient: &'a Certificate) -> PackageContext<'a> {
    PackageContext { subject, purpose: Purpose::Probe, attempt: 0, recipient }
}

/// Envelopes `secret`, 32 random bytes, to the certificate that is probed. `subject` names the challenge.
///
/// # Errors
/// [`SealPackageError`] if the certificate is not one to envelope to.
pub fn seal_probe(
    secret: &[u8; 32],
    subject: &Sm3Digest,
    recipient: &Certificate,
) -> Result<Vec<u8>, SealPackageError> {
    seal_package(secret, &context(subject, recipient))
}

/// Opens a probe and answers it. What is not a probe for this subject and certificate gives an error and no answer.
///
/// # Errors
/// [`OpenPackageError`].
pub fn answer_probe(
    der: &[u8],
    subject: &Sm3Digest,
    recipient: &Certificate,
    key: &(impl Unwrap + ?Sized),
) -> Result<Hex32, OpenPackageError> {
    let secret = open_package(der, &context(subject, recipient), key)?;
    Ok(probe_answer(secret.expose(), subject))
}

/// The answer of whoever knows the secret: HKDF-SM3(secret, subject, `bidroom/probe/v1/answer`, 32), which is HMAC-SM3
/// under HMAC-SM3(subject, secret).
pub fn probe_answer(secret: &[u8; 32], subject: &Sm3Digest) -> Hex32 {
    Hex32(*derive::<32>(secret, subject.as_bytes(), ANSWER))
}

/// Whether an answer is that of whoever knows the secret.
pub fn is_probe_answer(answer: &Hex32, secret: &[u8; 32], subject: &Sm3Digest) -> bool {
    probe_answer(secret, subject).0.ct_eq(&answer.0).into()
}
