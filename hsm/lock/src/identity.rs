//! Who a lock belongs to: its pair of certificates and what they say.
//!
//! Owns which pairs make a lock. Whether the certificates are to be believed is their chain's question.

use core::fmt;

use bidroom_envelope::suite::pki::{Certificate, Usage};
use serde::{Deserialize, Deserializer, Serialize, de};

/// Which lock of its holder this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LockKind {
    /// 主锁: seals, signs, decrypts.
    Main,
    /// 副锁: makes, encrypts, decrypts; carries no seal.
    Sub,
    /// Of an officer or another member of staff.
    Officer,
}

impl LockKind {
    /// What people call it, in Chinese.
    pub const fn label_zh(self) -> &'static str {
        match self {
            Self::Main => "主锁",
            Self::Sub => "副锁",
            Self::Officer => "人员锁",
        }
    }

    /// What people call it, in English.
    pub const fn label_en(self) -> &'static str {
        match self {
            Self::Main => "main lock",
            Self::Sub => "sub lock",
            Self::Officer => "staff lock",
        }
    }
}

/// Why two certificates do not make a lock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The first certificate may not sign.
    #[error("the certificate with serial ending {0} is not a signing certificate")]
    NotSigning(String),
    /// The second certificate may not be enveloped to.
    #[error("the certificate with serial ending {0} is not an encryption certificate")]
    NotEncryption(String),
    /// The two are for different subjects.
    #[error("the signing certificate is of {signing}, the encryption certificate of {encryption}")]
    DifferentHolders {
        /// Subject of the signing certificate.
        signing: String,
        /// Subject of the encryption certificate.
        encryption: String,
    },
    /// A bidder's lock must name the firm's unified social credit code.
    #[error("the signing certificate names no unified social credit code")]
    NoCreditCode,
}

/// A lock's public side.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct LockIdentity {
    kind: LockKind,
    signing: Certificate,
    encryption: Certificate,
}

#[derive(Deserialize)]
struct Raw {
    kind: LockKind,
    signing: Certificate,
    encryption: Certificate,
}

impl LockIdentity {
    /// Puts a pair of certificates together: same holder, one for signing, one for encryption; for bidders' locks
    /// with a credit code.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn new(kind: LockKind, signing: Certificate, encryption: Certificate) -> Result<Self, IdentityError> {
        if !signing.allows(Usage::Sign) {
            return Err(IdentityError::NotSigning(signing.tail()));
        }
        if !encryption.allows(Usage::Encrypt) {
            return Err(IdentityError::NotEncryption(encryption.tail()));
        }
        let person = |certificate: &Certificate| {
            let (code, subject) = (certificate.credit_code(), certificate.subject());
            (code.map(str::to_owned), subject.organisation().map(str::to_owned))
        };
        if person(&signing) != person(&encryption) {
            let (signing, encryption) = (signing.subject().to_string(), encryption.subject().to_string());
            return Err(IdentityError::DifferentHolders { signing, encryption });
        }
        if kind != LockKind::Officer && signing.credit_code().is_none() {
            return Err(IdentityError::NoCreditCode);
        }
        Ok(Self { kind, signing, encryption })
    }

    /// Which lock of its holder this is.
    pub fn kind(&self) -> LockKind {
        self.kind
    }

    /// The holder: for a bidder's lock the firm, for staff the person.
    pub fn holder(&self) -> &str {
        let subject = self.signing.subject();
        match self.kind {
            LockKind::Officer => self.signing.holder(),
            LockKind::Main | LockKind::Sub => subject.organisation().unwrap_or(self.signing.holder()),
        }
    }

    /// The firm's unified social credit code, as the certificate names it.
    pub fn credit_code(&self) -> Option<&str> {
        self.signing.credit_code()
    }

    /// The name by which the room knows the holder: a bidder's credit code, for staff the SM3 of the signing
    /// certificate in hexadecimal.
    pub fn party(&self) -> String {
        match (self.kind, self.credit_code()) {
            (LockKind::Main | LockKind::Sub, Some(code)) => code.to_owned(),
            _ => self.signing.digest().to_string(),
        }
    }

    /// The certificate authority's name.
    pub fn authority(&self) -> &str {
        let issuer = self.signing.issuer();
        issuer.organisation().or_else(|| issuer.common_name()).unwrap_or_default()
    }

    /// The last four digits of the signing certificate's serial number.
    pub fn serial_tail(&self) -> String {
        self.signing.tail()
    }

    /// Valid until, in milliseconds since 1970: the earlier end of the two certificates.
    pub fn not_after(&self) -> i64 {
        self.signing.not_after().min(self.encryption.not_after())
    }

    /// The certificate whose key signs.
    pub fn signing_certificate(&self) -> &Certificate {
        &self.signing
    }

    /// The certificate to which shares are enveloped.
    pub fn encryption_certificate(&self) -> &Certificate {
        &self.encryption
    }
}

impl fmt::Debug for LockIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LockIdentity({:?} of {}, serial …{})", self.kind, self.holder(), self.serial_tail())
    }
}

impl<'de> Deserialize<'de> for LockIdentity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Raw { kind, signing, encryption } = Raw::deserialize(deserializer)?;
        Self::new(kind, signing, encryption).map_err(de::Error::custom)
    }
}
