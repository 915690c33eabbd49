//! What speaks against an event.

use bidroom_domain::opening::Refusal;
use bidroom_trust::Refusal as CertificateRefusal;

use crate::EvidenceName;

/// Why an event may not stand in the log.
#[derive(Debug, thiserror::Error)]
pub enum Objection {
    /// A rule of the opening says no.
    #[error("{kind}: {refusal}")]
    Rule {
        /// Kind of the event.
        kind: &'static str,
        /// The rule's own words.
        refusal: Refusal,
    },
    /// It was not due, or it cannot happen by itself.
    #[error("{kind} {why}")]
    NotDue {
        /// Kind of the event.
        kind: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The rules give something else here.
    #[error("{kind} is not what the rules give here")]
    Other {
        /// Kind of the event that was shown.
        kind: &'static str,
    },
    /// Evidence that the event names is not there.
    #[error("{0} is missing")]
    Missing(EvidenceName),
    /// Evidence says something else than the event.
    #[error("{member}: says {said}, the log has {logged}")]
    Disagrees {
        /// About what.
        member: &'static str,
        /// What the evidence says.
        said: String,
        /// What the event, or the session, says.
        logged: String,
    },
    /// Evidence cannot be read, or its signature does not fit.
    #[error("{what}: {why}")]
    Unreadable {
        /// Which evidence.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// A certificate did not count at that time.
    #[error("certificate: {0}")]
    Certificate(Box<CertificateRefusal>),
    /// Somebody who is not named in the tender package.
    #[error("{name} is no {role} of this lot")]
    Stranger {
        /// Who.
        name: String,
        /// As what it acted.
        role: &'static str,
    },
}

impl From<CertificateRefusal> for Objection {
    fn from(refusal: CertificateRefusal) -> Self {
        Self::Certificate(Box::new(refusal))
    }
}

/// Compares what evidence says with what the log has.
pub(crate) fn same<T: PartialEq + core::fmt::Debug + ?Sized>(
    member: &'static str,
    said: &T,
    logged: &T,
) -> Result<(), Objection> {
    if said == logged {
        Ok(())
    } else {
        Err(Objection::Disagrees { member, said: format!("{said:?}"), logged: format!("{logged:?}") })
    }
}
