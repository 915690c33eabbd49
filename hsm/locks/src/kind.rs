//! Main lock or sub lock, where a certificate says so.
//!
//! No standard says how. Authorities write a word into the subject; which words, is configuration.

use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::{IdentityError, LockIdentity, LockKind};
use serde::Deserialize;

/// Words in a subject that tell main and sub locks apart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindWords {
    /// Any of these in the subject: a main lock.
    #[serde(default)]
    pub main: Vec<String>,
    /// Any of these in the subject: a sub lock.
    #[serde(default)]
    pub sub: Vec<String>,
}

impl Default for KindWords {
    /// 主锁, 法人锁; 副锁, 子锁, 业务锁.
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self { main: words(&["主锁", "法人锁"]), sub: words(&["副锁", "子锁", "业务锁"]) }
    }
}

impl KindWords {
    /// Puts a pair of certificates together. Answers also whether the kind stands in the certificate: without a word
    /// the lock of a firm is taken for a main lock, and who has no credit code is staff.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn identify(
        &self,
        signing: Certificate,
        encryption: Certificate,
    ) -> Result<(LockIdentity, bool), IdentityError> {
        let subject = signing.subject().to_string();
        let says = |words: &[String]| words.iter().any(|word| subject.contains(word.as_str()));
        let (kind, stated) = match (says(&self.sub), says(&self.main)) {
            (true, false) => (LockKind::Sub, true),
            (false, true) => (LockKind::Main, true),
            _ if signing.credit_code().is_none() => (LockKind::Officer, false),
            _ => (LockKind::Main, false),
        };
        // A word in a person's name makes no firm of her.
        let kind = if signing.credit_code().is_none() { LockKind::Officer } else { kind };
        Ok((LockIdentity::new(kind, signing, encryption)?, stated))
    }
}
