//! Key packages that replace those in a bid's head: what may change, and for whom.

use std::collections::BTreeSet;

use bidroom_canon::Sm3Digest;
use bidroom_domain::{At, CreditCode};
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::bid::record::KeyPackageRecord;
use bidroom_envelope::bid::signed::Signed;
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_trust::Judge;

use crate::Objection;
use crate::objection::same;

/// Whether `next` may follow `current`: the next version for the same bid, signed by the bidder with a certificate that
/// counts at `at`, other packages for locks at most, those that stay unchanged, and new ones only for encryption
/// certificates of the same credit code that count too. `added` are the certificates that are new; answers their digests,
/// ascending.
///
/// That a new package holds the right share only its lock can tell: the bidder's own tool tries it, and a probe asks for
/// the key.
///
/// # Errors
/// [`Objection`].
pub fn check_rewrap(
    current: &KeyPackageRecord,
    next: &Signed<KeyPackageRecord>,
    added: &[Certificate],
    bidder: &CreditCode,
    judge: &Judge,
    at: At,
) -> Result<Vec<Sm3Digest>, Objection> {
    let wrong = |why: String| Objection::Unreadable { what: "key packages", why };
    let record = next.value();
    same("bidder", record.bidder.as_str(), bidder.as_str())?;
    judge.account(next.signer(), bidder, Usage::Sign, at)?;
    current.check_rewrap(record).map_err(|error| wrong(error.to_string()))?;
    let mut new = BTreeSet::new();
    for package in record.packages.iter().filter(|package| package.purpose == Purpose::Lock) {
        let before = current.packages.iter().filter(|before| before.recipient == package.recipient);
        let mut before = before.filter(|before| before.purpose == Purpose::Lock).peekable();
        if before.peek().is_some() {
            // A package has one form only: for the same lock it is the same package.
            if before.any(|before| before == package) {
                continue;
            }
            return Err(wrong(format!(
                "the package for the lock with serial {} was changed",
                package.serial
            )));
        }
        let certificate = added.iter().find(|certificate| certificate.digest() == package.recipient);
        let certificate = certificate.ok_or_else(|| {
            wrong(format!("the certificate with serial {} did not come with them", package.serial))
        })?;
        same("serial number", package.serial.as_str(), certificate.serial_hex().as_str())?;
        judge.account(certificate, bidder, Usage::Encrypt, at)?;
        new.insert(package.recipient);
    }
    let named: BTreeSet<Sm3Digest> = added.iter().map(Certificate::digest).collect();
    if named != new {
        return Err(wrong("a certificate came with them that no new package is for".to_owned()));
    }
    Ok(new.into_iter().collect())
}

/// Whether a bid is sealed to a lock, as its record of key packages says.
///
/// # Errors
/// [`Objection::Unreadable`].
pub fn check_lock_of(record: &KeyPackageRecord, lock: &Sm3Digest) -> Result<(), Objection> {
    let mut locks = record.packages.iter().filter(|package| package.purpose == Purpose::Lock);
    if locks.any(|package| package.recipient == *lock) {
        return Ok(());
    }
    Err(Objection::Unreadable { what: "lock", why: "the bid is not sealed to it".to_owned() })
}
