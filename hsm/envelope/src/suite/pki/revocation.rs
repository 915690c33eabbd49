//! What revocation lists and OCSP answers have in common: revocations, reasons, and why neither is believed.

use der::Tag;
use der::asn1::ObjectIdentifier;
use serde::{Deserialize, Serialize};

use super::extensions::ExtensionError;
use super::key::SignatureRefusal;
use crate::suite::asn1::{Asn1Error, Cursor};

/// Why a certificate was revoked (RFC 5280 section 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Reason {
    Unspecified,
    KeyCompromise,
    AuthorityCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
    /// Suspended: it may come back, and does not count meanwhile.
    Hold,
    PrivilegeWithdrawn,
    AttributeAuthorityCompromise,
}

impl Reason {
    /// By its number; none for removeFromCRL, which stands in delta lists only, and for numbers that do not exist.
    pub(super) const fn numbered(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Unspecified,
            1 => Self::KeyCompromise,
            2 => Self::AuthorityCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::Hold,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AttributeAuthorityCompromise,
            _ => return None,
        })
    }

    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::AuthorityCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::Hold => 6,
            Self::PrivilegeWithdrawn => 9,
            Self::AttributeAuthorityCompromise => 10,
        }
    }

    /// In Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Unspecified => "未说明原因",
            Self::KeyCompromise => "密钥泄露",
            Self::AuthorityCompromise => "发证机构密钥泄露",
            Self::AffiliationChanged => "单位信息变更",
            Self::Superseded => "已换发新证书",
            Self::CessationOfOperation => "停止使用",
            Self::Hold => "暂停使用",
            Self::PrivilegeWithdrawn => "权限被收回",
            Self::AttributeAuthorityCompromise => "属性机构密钥泄露",
        }
    }

    /// In English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Unspecified => "no reason given",
            Self::KeyCompromise => "key compromise",
            Self::AuthorityCompromise => "compromise of the CA's key",
            Self::AffiliationChanged => "the holder's particulars changed",
            Self::Superseded => "replaced by a new certificate",
            Self::CessationOfOperation => "no longer in use",
            Self::Hold => "suspended",
            Self::PrivilegeWithdrawn => "privilege withdrawn",
            Self::AttributeAuthorityCompromise => "compromise of an attribute authority",
        }
    }

    /// Reads an ENUMERATED.
    pub(super) fn read(der: &[u8]) -> Result<Self, Asn1Error> {
        const WHAT: &str = "the reason of a revocation";
        match Cursor::only(der, Tag::Enumerated, WHAT)?.content {
            [number] => Self::numbered(*number).ok_or(Asn1Error(WHAT)),
            _ => Err(Asn1Error(WHAT)),
        }
    }
}

/// That a certificate no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// From when, milliseconds since 1970.
    pub at: i64,
    /// Why.
    pub reason: Reason,
}

/// Why bytes are no revocation list or OCSP answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// Longer than any that is read.
    #[error("{0} bytes are too long")]
    TooLong(usize),
    /// Not the structure of RFC 5280 or RFC 6960.
    #[error(transparent)]
    Structure(#[from] Asn1Error),
    /// Not PEM with the label X509 CRL.
    #[error("not a PEM revocation list")]
    NotPem,
    /// The algorithm outside the signed part is another than inside.
    #[error("the signature algorithm outside differs from the one inside")]
    AlgorithmMismatch,
    /// An extension occurs twice.
    #[error("the extension {0} occurs twice")]
    RepeatedExtension(ObjectIdentifier),
    /// A serial number occurs twice.
    #[error("serial {0} is revoked twice")]
    RepeatedSerial(String),
    /// A list of changes to another list.
    #[error("a delta list: it holds only what changed since another list")]
    Delta,
    /// A list that speaks for other issuers, too.
    #[error("an indirect list: it speaks of certificates of other issuers")]
    Indirect,
    /// A list of some of its issuer's certificates only.
    #[error("a partial list: it speaks of some of its issuer's certificates only")]
    Partial,
    /// A critical extension is not understood.
    #[error("the critical extension {0} is not understood")]
    CriticalExtension(ObjectIdentifier),
    /// The responder has no answer.
    #[error("the responder answered with status {0} instead of an answer")]
    Unsuccessful(u8),
    /// An answer of another type than id-pkix-ocsp-basic.
    #[error("the answer's type is {0}, which is not known")]
    UnknownType(ObjectIdentifier),
}

impl From<ExtensionError> for RevocationError {
    fn from(error: ExtensionError) -> Self {
        match error {
            ExtensionError::Structure(error) => Self::Structure(error),
            ExtensionError::Repeated(oid) => Self::RepeatedExtension(oid),
        }
    }
}

/// Why a revocation list or OCSP answer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationRefusal {
    /// It names another issuer.
    #[error("it is of {found}, not of {wanted}")]
    OtherIssuer {
        /// Whom it names.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// The issuer's certificate is not for signing lists.
    #[error("the certificate of {0} is not for signing revocation lists")]
    NotForLists(String),
    /// The signature.
    #[error(transparent)]
    Signature(#[from] SignatureRefusal),
    /// Nobody in the answer may sign for this issuer.
    #[error("the responder is neither {0} nor one that it certified for signing OCSP answers")]
    Responder(String),
    /// The responder's certificate did not count when it answered.
    #[error("the responder's certificate was not valid when it answered")]
    ResponderDates,
}
