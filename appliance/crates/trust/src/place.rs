//! Where in a certificate something stands: the credit code, and whether it is a main or a sub lock.

use std::collections::BTreeSet;

use bidroom_domain::CreditCode;
use bidroom_envelope::suite::pki::X509;
use serde::{Deserialize, Serialize};

use crate::pattern::Pattern;
use crate::profile::{Oid, ProfileError};

/// Where the unified social credit code stands: in an attribute of the subject or in an extension, written as one of the
/// patterns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodePlace {
    /// Attribute of the subject: `2.5.4.97`, `2.5.4.11` (OU), `2.5.4.5` (serialNumber) …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<Oid>,
    /// Extension; exactly one of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
    /// How it is written there; the first that fits counts. Nothing but the code, if none is given.
    #[serde(default = "just_the_code", skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<Pattern>,
}

fn just_the_code() -> Vec<Pattern> {
    "{code}".parse::<Pattern>().into_iter().collect()
}

impl Default for CodePlace {
    /// organizationIdentifier, with or without `NTRCN-` (ETSI EN 319 412-1).
    fn default() -> Self {
        let pattern = |text: &str| text.parse::<Pattern>().into_iter();
        Self {
            attribute: Some(Oid::ORGANIZATION_IDENTIFIER),
            extension: None,
            patterns: pattern("NTRCN-{code}").chain(pattern("{code}")).collect(),
        }
    }
}

impl CodePlace {
    pub(crate) fn check(&self) -> Result<(), ProfileError> {
        one_of(self.attribute, self.extension)?;
        if self.patterns.is_empty() || !self.patterns.iter().all(Pattern::has_code) {
            return Err(ProfileError::PatternWithoutCode);
        }
        Ok(())
    }

    /// The codes that stand there: one, in a certificate as it should be.
    pub fn codes(&self, certificate: &X509) -> BTreeSet<CreditCode> {
        let in_pattern =
            |text: &String| self.patterns.iter().find_map(|pattern| pattern.code_in(text.as_str()));
        texts(self.attribute, self.extension, certificate).iter().filter_map(in_pattern).collect()
    }

    /// The place in words, for people who look into the certificate.
    pub fn label(&self) -> String {
        match (self.attribute, self.extension) {
            (Some(oid), _) => format!("subject {oid}"),
            (None, Some(oid)) => format!("extension {oid}"),
            (None, None) => "—".to_owned(),
        }
    }
}

/// Which lock of its holder a certificate stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LockKind {
    /// 主锁.
    Main,
    /// 副锁.
    Sub,
}

/// Where it stands whether a lock is the main lock or a sub lock, if it stands anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindPlace {
    /// Attribute of the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<Oid>,
    /// Extension; exactly one of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
    /// Texts of main locks.
    pub main: Vec<Pattern>,
    /// Texts of sub locks.
    pub sub: Vec<Pattern>,
}

impl KindPlace {
    pub(crate) fn check(&self) -> Result<(), ProfileError> {
        one_of(self.attribute, self.extension)
    }

    /// Which kind a certificate names; none if it names none, or both.
    pub fn kind(&self, certificate: &X509) -> Option<LockKind> {
        let texts = texts(self.attribute, self.extension, certificate);
        let any =
            |patterns: &[Pattern]| texts.iter().any(|text| patterns.iter().any(|pattern| pattern.fits(text)));
        match (any(&self.main), any(&self.sub)) {
            (true, false) => Some(LockKind::Main),
            (false, true) => Some(LockKind::Sub),
            _ => None,
        }
    }
}

fn one_of(attribute: Option<Oid>, extension: Option<Oid>) -> Result<(), ProfileError> {
    if attribute.is_some() == extension.is_some() { Err(ProfileError::Place) } else { Ok(()) }
}

fn texts(attribute: Option<Oid>, extension: Option<Oid>, certificate: &X509) -> Vec<String> {
    let subject = certificate.subject();
    let of_subject = subject.attributes().filter(|(oid, _)| attribute.is_some_and(|it| it.0 == **oid));
    let of_extension = extension.and_then(|oid| certificate.extension_text(&oid.0));
    of_subject.map(|(_, text)| text.to_owned()).chain(of_extension).collect()
}
