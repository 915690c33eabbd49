//! Whether a certificate is to be believed at a given time, for a given use, by the caller's anchors
//! (RFC 5280 section 6, without name constraints, policies and revocation).

use core::cell::Cell;

use super::certificate::{Certificate, SM2_WITH_SM3};
use super::usage::Usage;

/// More certificates than any chain has; bounds the search over hostile intermediates.
const MAX_DEPTH: usize = 6;
/// Intermediates that are looked at.
const MAX_INTERMEDIATES: usize = 32;
/// Signatures that are checked for one answer: hostile authorities that certify one another make many paths.
const MAX_CHECKS: u16 = 64;

/// Why a certificate is not accepted. `subject` is the name of the certificate at fault, which may be an issuer's;
/// times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefusal {
    /// Its validity is over.
    #[error("the certificate of {subject} has expired (since {since} ms)")]
    Expired {
        /// Who is named.
        subject: String,
        /// The last valid moment.
        since: i64,
    },
    /// Its validity has not begun.
    #[error("the certificate of {subject} is not valid before {from} ms")]
    NotYetValid {
        /// Who is named.
        subject: String,
        /// The first valid moment.
        from: i64,
    },
    /// Nobody by the issuer's name is among intermediates and anchors.
    #[error("the issuer of {subject} is not known: {issuer}")]
    UnknownIssuer {
        /// Who is named.
        subject: String,
        /// The issuer's name.
        issuer: String,
    },
    /// The issuer is known, but did not sign this.
    #[error("the signature of {issuer} on the certificate of {subject} does not verify")]
    BadSignature {
        /// Who is named.
        subject: String,
        /// The issuer's name.
        issuer: String,
    },
    /// Its key may not be used for this.
    #[error("the certificate of {subject} is not for {wanted:?} (key usage: {has})")]
    WrongUsage {
        /// Who is named.
        subject: String,
        /// The use that was asked for.
        wanted: Usage,
        /// The bits that are set, in words.
        has: String,
    },
    /// It is signed with another algorithm than SM2 with SM3.
    #[error("the certificate of {subject} is signed with {algorithm}, not with SM2")]
    NotSm2 {
        /// Who is named.
        subject: String,
        /// The algorithm's object identifier.
        algorithm: String,
    },
    /// It issued a certificate without being a certificate authority.
    #[error("{subject} is not a certificate authority")]
    NotAuthority {
        /// Who is named.
        subject: String,
    },
    /// More authorities stand under it than it allows.
    #[error("{subject} allows only {allowed} further authorities under it")]
    PathLength {
        /// Who is named.
        subject: String,
        /// basicConstraints' pathLenConstraint.
        allowed: u8,
    },
    /// A critical extension is not understood.
    #[error("the certificate of {subject} has the critical extension {extension}, which is not understood")]
    CriticalExtension {
        /// Who is named.
        subject: String,
        /// The extension's object identifier.
        extension: String,
    },
    /// The chain is longer than any in use, or there are more intermediates or paths than are looked at.
    #[error("too many certificates")]
    TooMany,
}

/// Accepts `certificate` for `usage` at the time `at` (milliseconds since 1970) if a chain over `intermediates`
/// reaches one of `anchors`. A certificate that is itself an anchor needs no issuer, but still validity and usage.
///
/// # Errors
/// [`CertificateRefusal`]; if several chains were tried, that of the one that came nearest to an anchor.
pub fn verify_chain(
    certificate: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    at: i64,
    usage: Usage,
) -> Result<(), CertificateRefusal> {
    if intermediates.len() > MAX_INTERMEDIATES {
        return Err(CertificateRefusal::TooMany);
    }
    check_itself(certificate, at, usage)?;
    Search { intermediates, anchors, at, checks: Cell::new(MAX_CHECKS) }.reach_anchor(certificate, 0)
}

struct Search<'a> {
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: i64,
    /// Signatures that may still be checked.
    checks: Cell<u16>,
}

impl Search<'_> {
    /// `below` authorities stand between `certificate` and the end of the chain.
    fn reach_anchor(&self, certificate: &Certificate, below: u8) -> Result<(), CertificateRefusal> {
        if self.anchors.contains(certificate) {
            return Ok(());
        }
        if usize::from(below) >= MAX_DEPTH {
            return Err(CertificateRefusal::TooMany);
        }
        let subject = certificate.subject().to_string();
        if certificate.signature_algorithm != SM2_WITH_SM3 {
            let algorithm = certificate.signature_algorithm.to_string();
            return Err(CertificateRefusal::NotSm2 { subject, algorithm });
        }
        let issuer = certificate.issuer().to_string();
        let mut nearest =
            CertificateRefusal::UnknownIssuer { subject: subject.clone(), issuer: issuer.clone() };
        for candidate in self.anchors.iter().chain(self.intermediates) {
            if !names_as_issuer(certificate, candidate) || candidate == certificate {
                continue;
            }
            let left = self.checks.get().checked_sub(1).ok_or(CertificateRefusal::TooMany)?;
            self.checks.set(left);
            if certificate.verify_signed_by(candidate.public_key()).is_err() {
                if matches!(nearest, CertificateRefusal::UnknownIssuer { .. }) {
                    let (subject, issuer) = (subject.clone(), issuer.clone());
                    nearest = CertificateRefusal::BadSignature { subject, issuer };
                }
                continue;
            }
            match self.accept_issuer(candidate, below) {
                Ok(()) => return Ok(()),
                Err(refusal) => nearest = refusal,
            }
        }
        Err(nearest)
    }

    fn accept_issuer(&self, issuer: &Certificate, below: u8) -> Result<(), CertificateRefusal> {
        let subject = || issuer.subject().to_string();
        let Some(authority) = issuer.extensions().authority else {
            return Err(CertificateRefusal::NotAuthority { subject: subject() });
        };
        if let Some(allowed) = authority.path_length.filter(|allowed| below > *allowed) {
            return Err(CertificateRefusal::PathLength { subject: subject(), allowed });
        }
        check_itself(issuer, self.at, Usage::Issue)?;
        self.reach_anchor(issuer, below.saturating_add(1))
    }
}

fn check_itself(certificate: &Certificate, at: i64, wanted: Usage) -> Result<(), CertificateRefusal> {
    let subject = || certificate.subject().to_string();
    if at < certificate.not_before() {
        return Err(CertificateRefusal::NotYetValid { subject: subject(), from: certificate.not_before() });
    }
    // Dates have whole seconds, and the last second is valid throughout.
    if at > certificate.not_after().saturating_add(999) {
        return Err(CertificateRefusal::Expired { subject: subject(), since: certificate.not_after() });
    }
    if !certificate.allows(wanted) {
        let has = certificate.key_usage().unwrap_or_default().to_string();
        return Err(CertificateRefusal::WrongUsage { subject: subject(), wanted, has });
    }
    if let Some(extension) = certificate.extensions().unknown_critical {
        let extension = extension.to_string();
        return Err(CertificateRefusal::CriticalExtension { subject: subject(), extension });
    }
    Ok(())
}

fn names_as_issuer(certificate: &Certificate, candidate: &Certificate) -> bool {
    let key_ids = (&certificate.extensions().authority_key_id, &candidate.extensions().subject_key_id);
    let key_id_fits = !matches!(key_ids, (Some(wanted), Some(has)) if wanted != has);
    certificate.issuer() == candidate.subject() && key_id_fits
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
