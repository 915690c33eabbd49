//! Whether a certificate is to be believed at a given time, for a given use, by the caller's anchors
//! (RFC 5280 section 6, without name constraints, policies and revocation: critical name constraints are refused as not
//! understood, policies and revocation are a judge's question).

use core::cell::Cell;

use super::certificate::Certificate;
use super::key::{KeyKind, SignatureRefusal};
use super::usage::Usage;
use super::x509::X509;

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
    /// It is signed with an algorithm, or by a key, that is not accepted.
    #[error("the certificate of {subject} is signed with {algorithm}, which is not accepted")]
    Algorithm {
        /// Who is named.
        subject: String,
        /// The algorithm's object identifier.
        algorithm: String,
    },
    /// It says that it is signed with an algorithm of other keys than its issuer's.
    #[error("the certificate of {subject} is signed with {algorithm}, but the issuer's key is {key}")]
    AlgorithmMismatch {
        /// Who is named.
        subject: String,
        /// The algorithm's object identifier.
        algorithm: String,
        /// The issuer's key.
        key: KeyKind,
    },
    /// A browser cannot check RSA and ECDSA; the room can.
    #[error("the issuer of {subject} has a key of {key}, which cannot be checked in a browser")]
    NotCheckableHere {
        /// Who is named.
        subject: String,
        /// The issuer's key.
        key: KeyKind,
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
    let each = |list: &[Certificate]| -> Vec<X509> { list.iter().map(|it| X509::clone(it)).collect() };
    find_chain(certificate, &each(intermediates), &each(anchors), at, usage).map(drop)
}

/// The same for keys of any kind; answers the chain, from the certificate to the anchor.
///
/// # Errors
/// [`CertificateRefusal`], as [`verify_chain`].
pub fn find_chain<'a>(
    certificate: &'a X509,
    intermediates: &'a [X509],
    anchors: &'a [X509],
    at: i64,
    usage: Usage,
) -> Result<Vec<&'a X509>, CertificateRefusal> {
    if intermediates.len() > MAX_INTERMEDIATES {
        return Err(CertificateRefusal::TooMany);
    }
    check_itself(certificate, at, usage)?;
    let search = Search { intermediates, anchors, at, checks: Cell::new(MAX_CHECKS) };
    let mut chain = search.reach_anchor(certificate, 0)?;
    chain.reverse();
    Ok(chain)
}

struct Search<'a> {
    intermediates: &'a [X509],
    anchors: &'a [X509],
    at: i64,
    /// Signatures that may still be checked.
    checks: Cell<u16>,
}

impl<'a> Search<'a> {
    /// The chain from the anchor down to `certificate`. `below` authorities stand between it and the end of the chain.
    fn reach_anchor(&self, certificate: &'a X509, below: u8) -> Result<Vec<&'a X509>, CertificateRefusal> {
        if self.anchors.contains(certificate) {
            return Ok(vec![certificate]);
        }
        if usize::from(below) >= MAX_DEPTH {
            return Err(CertificateRefusal::TooMany);
        }
        let (subject, issuer) = (certificate.subject().to_string(), certificate.issuer().to_string());
        let mut nearest = CertificateRefusal::UnknownIssuer { subject, issuer };
        for candidate in self.anchors.iter().chain(self.intermediates) {
            if !certificate.names_as_issuer(candidate) || candidate == certificate {
                continue;
            }
            let left = self.checks.get().checked_sub(1).ok_or(CertificateRefusal::TooMany)?;
            self.checks.set(left);
            if let Err(refusal) = certificate.verify_issued_by(candidate) {
                if matches!(nearest, CertificateRefusal::UnknownIssuer { .. }) {
                    nearest = signature_refusal(certificate, refusal);
                }
                continue;
            }
            match self.accept_issuer(candidate, below) {
                Ok(mut chain) => {
                    chain.push(certificate);
                    return Ok(chain);
                }
                Err(refusal) => nearest = refusal,
            }
        }
        Err(nearest)
    }

    fn accept_issuer(&self, issuer: &'a X509, below: u8) -> Result<Vec<&'a X509>, CertificateRefusal> {
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

fn signature_refusal(certificate: &X509, refusal: SignatureRefusal) -> CertificateRefusal {
    let subject = certificate.subject().to_string();
    match refusal {
        SignatureRefusal::Wrong => {
            CertificateRefusal::BadSignature { subject, issuer: certificate.issuer().to_string() }
        }
        SignatureRefusal::Algorithm(algorithm) => {
            CertificateRefusal::Algorithm { subject, algorithm: algorithm.to_string() }
        }
        SignatureRefusal::Mismatch { algorithm, key } => {
            CertificateRefusal::AlgorithmMismatch { subject, algorithm: algorithm.to_string(), key }
        }
        SignatureRefusal::NotCheckableHere(key) => CertificateRefusal::NotCheckableHere { subject, key },
    }
}

fn check_itself(certificate: &X509, at: i64, wanted: Usage) -> Result<(), CertificateRefusal> {
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

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
