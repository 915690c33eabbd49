//! A profile as a file: TOML, with certificates as files beside it (`docs/ca-profiles.md`).

use std::path::{Path, PathBuf};

use bidroom_domain::At;
use bidroom_envelope::suite::pki::X509;
use bidroom_trust::{
    CaProfile, CodePlace, KindPlace, Names, Oid, ProfileError, Removal, RevocationRule, UsageName,
};
use serde::Deserialize;
use toml::value::{Datetime, Offset};

use crate::trust::{TrustError, read_x509};

/// Longest profile, bytes.
const MAX_FILE: u64 = 64 * 1024;

/// Why a file is no profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileFileError {
    /// The file could not be read.
    #[error("{0}")]
    File(std::io::Error),
    /// Longer than any profile.
    #[error("{0} bytes are too long for a profile")]
    TooLong(u64),
    /// Not TOML, an unknown key, a missing key or a value of another kind.
    #[error("{0}")]
    Form(Box<toml::de::Error>),
    /// A certificate that the profile names.
    #[error(transparent)]
    Certificate(#[from] TrustError),
    /// What the profile says cannot be.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// `removed.at` is no moment.
    #[error("`removed.at` needs a date, with or without a time of day")]
    Moment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: Names,
    roots: Vec<PathBuf>,
    #[serde(default)]
    intermediates: Vec<PathBuf>,
    #[serde(default)]
    policies: Vec<Oid>,
    #[serde(default)]
    credit_code: CodePlace,
    lock_kind: Option<KindPlace>,
    #[serde(default)]
    signing_usages: Vec<UsageName>,
    #[serde(default)]
    encryption_usages: Vec<UsageName>,
    #[serde(default)]
    crl: Vec<String>,
    #[serde(default)]
    ocsp: Vec<String>,
    #[serde(default)]
    revocation: RevocationRule,
    removed: Option<RawRemoval>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRemoval {
    at: Datetime,
    reason: Names,
}

/// Reads and checks a profile; its certificates' paths start from its folder.
///
/// # Errors
/// [`ProfileFileError`].
pub fn read_profile(path: &Path) -> Result<CaProfile, ProfileFileError> {
    let bytes = std::fs::metadata(path).map_err(ProfileFileError::File)?.len();
    if bytes > MAX_FILE {
        return Err(ProfileFileError::TooLong(bytes));
    }
    let text = std::fs::read_to_string(path).map_err(ProfileFileError::File)?;
    let raw: Raw = toml::from_str(&text).map_err(|error| ProfileFileError::Form(Box::new(error)))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let certificates = |paths: &[PathBuf]| -> Result<Vec<X509>, TrustError> {
        paths.iter().map(|path| read_x509(&folder.join(path))).collect()
    };
    let removed = raw.removed.map(|removed| {
        let at = moment(&removed.at).ok_or(ProfileFileError::Moment)?;
        Ok::<_, ProfileFileError>(Removal { at, reason: removed.reason })
    });
    let profile = CaProfile {
        name: raw.name,
        roots: certificates(&raw.roots)?,
        intermediates: certificates(&raw.intermediates)?,
        policies: raw.policies,
        credit_code: raw.credit_code,
        lock_kind: raw.lock_kind,
        signing_usages: raw.signing_usages,
        encryption_usages: raw.encryption_usages,
        crl: raw.crl,
        ocsp: raw.ocsp,
        revocation: raw.revocation,
        removed: removed.transpose()?,
    };
    profile.check()?;
    Ok(profile)
}

/// A moment as people write it; without an offset in China Standard Time, without a time of day at its beginning.
fn moment(text: &Datetime) -> Option<At> {
    let date = text.date?;
    let midnight = At::of_china_date(date.year.into(), date.month.into(), date.day.into())?;
    let seconds = text.time.map_or(0, |time| {
        i64::from(time.hour) * 3600 + i64::from(time.minute) * 60 + i64::from(time.second.unwrap_or(0))
    });
    let minutes = match text.offset {
        None => 8 * 60,
        Some(Offset::Z) => 0,
        Some(Offset::Custom { minutes }) => i64::from(minutes),
    };
    Some(midnight.plus_millis((seconds + (8 * 60 - minutes) * 60) * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let at = moment(&text.parse().unwrap()).unwrap();
        assert_eq!(format!("{} {}", at.date_text(), at.clock_text()), expect);
    }

    #[test]
    fn moments_are_chinas_unless_they_say_otherwise() {
        check("2026-03-18", "2026-03-18 00:00:00");
        check("2026-03-18T10:00:05", "2026-03-18 10:00:05");
        check("2026-03-18T10:00:00Z", "2026-03-18 18:00:00");
        check("2024-02-29T23:30:00-01:00", "2024-03-01 08:30:00");
        check("2026-01-01", "2026-01-01 00:00:00");
        assert!(moment(&"10:00:00".parse().unwrap()).is_none());
    }
}
