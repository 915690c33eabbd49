//! Why a certificate does not count: exactly one rule, with what it found.

use bidroom_domain::{At, CreditCode};
use bidroom_envelope::suite::pki::{CertificateRefusal, Reason, Usage};

use crate::profile::Names;

/// Why a certificate, or a pair of them, does not count. `subject` is the name in the certificate at fault, which may be
/// an issuer's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No accepted authority issued it.
    #[error("no accepted authority issued the certificate of {holder}; it names {issuer}")]
    UnknownAuthority {
        /// Whose it is.
        holder: String,
        /// Whom it names as its issuer.
        issuer: String,
    },
    /// Dates, key usage, signature or chain.
    #[error(transparent)]
    Certificate(#[from] CertificateRefusal),
    /// A key usage is missing that the authority's profile asks for.
    #[error(
        "the certificate of {subject} lacks {missing}, which certificates of {authority} have for {usage:?}"
    )]
    MissingUsage {
        /// Who is named.
        subject: String,
        /// The authority.
        authority: String,
        /// For which use.
        usage: Usage,
        /// The bits that are missing.
        missing: String,
    },
    /// Issued under another policy than the accepted ones.
    #[error(
        "the certificate of {subject} names none of the policies {wanted} of {authority} (it names {has})"
    )]
    Policy {
        /// Who is named.
        subject: String,
        /// The authority.
        authority: String,
        /// The accepted policies.
        wanted: String,
        /// The certificate's policies.
        has: String,
    },
    /// No credit code stands where the profile says.
    #[error("the certificate of {subject} has no unified social credit code in {place}")]
    NoCreditCode {
        /// Who is named.
        subject: String,
        /// Where it should stand.
        place: String,
    },
    /// Several credit codes stand there.
    #[error("the certificate of {subject} has several credit codes: {codes}")]
    SeveralCreditCodes {
        /// Who is named.
        subject: String,
        /// The codes.
        codes: String,
    },
    /// Its credit code is somebody else's.
    #[error("the certificate is of {found} ({holder}), the account is of {expected}")]
    OtherHolder {
        /// Name in the certificate.
        holder: String,
        /// Its credit code.
        found: CreditCode,
        /// The account.
        expected: CreditCode,
    },
    /// The two certificates of a pair are of different holders.
    #[error("the signing certificate is of {signing}, the encryption certificate of {encryption}")]
    DifferentHolders {
        /// Credit code of the signing certificate.
        signing: CreditCode,
        /// Credit code of the encryption certificate.
        encryption: CreditCode,
    },
    /// The authority revoked it.
    #[error("{authority} revoked the certificate of {subject} (serial {serial}) at {} {}: {}", at.date_text(), at.clock_text(), reason.en())]
    Revoked {
        /// Who is named.
        subject: String,
        /// Serial number.
        serial: String,
        /// The authority.
        authority: String,
        /// From when.
        at: At,
        /// Why.
        reason: Reason,
    },
    /// The authority says that it never issued it.
    #[error("{authority} says that it never issued the certificate of {subject} (serial {serial})")]
    NotIssued {
        /// Who is named.
        subject: String,
        /// Serial number.
        serial: String,
        /// The authority.
        authority: String,
    },
    /// What is known of revocations is too old, and the profile refuses then.
    #[error("the revocation data of {authority} is {}", made.map_or_else(|| "missing".to_owned(), |made| format!("of {} {}", made.date_text(), made.clock_text())))]
    RevocationOutdated {
        /// The authority.
        authority: String,
        /// When the data was made; nothing, if there is none.
        made: Option<At>,
        /// How old it may be, hours.
        most_hours: u32,
    },
    /// The authority is no longer accepted here.
    #[error("{authority} is no longer accepted since {} {}: {}", since.date_text(), since.clock_text(), reason.en)]
    AuthorityRemoved {
        /// The authority.
        authority: String,
        /// Since when.
        since: At,
        /// Why.
        reason: Names,
    },
}

impl Refusal {
    /// Whether something happened to a certificate that counted before: it ended, was revoked, its authority was removed,
    /// or nobody knows because the data is old. What was done while it counted stands.
    pub const fn came_later(&self) -> bool {
        matches!(
            self,
            Self::Certificate(CertificateRefusal::Expired { .. })
                | Self::Revoked { .. }
                | Self::RevocationOutdated { .. }
                | Self::AuthorityRemoved { .. }
        )
    }

    /// What came later, in a few words that fit beside a name: Chinese.
    pub fn remark_zh(&self) -> String {
        match self {
            Self::Certificate(CertificateRefusal::Expired { since, .. }) => {
                format!("{} 过期", At(*since).date_text())
            }
            Self::Revoked { at, reason, .. } => format!("{} 吊销：{}", at.date_text(), reason.zh()),
            Self::AuthorityRemoved { since, .. } => format!("{} 停止受理", since.date_text()),
            Self::RevocationOutdated { .. } => "吊销数据已旧".to_owned(),
            other => other.sentence().zh.title,
        }
    }
}
