//! The order of the checks.

use std::io::{Read, Seek, SeekFrom};

use bidroom_ledger::archive::{Archive, ReadError};

use crate::checks::{Case, anchor, bids, draws, files, log, receipts, signatures, statements, story, tender};
use crate::report::{ClaimId, Findings, Report};
use crate::trust::Trust;

/// The input is no archive at all, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read.
    #[error("the archive cannot be read: {0}")]
    Input(#[from] std::io::Error),
    /// It does not begin like an archive.
    #[error("this is not an archive: it does not begin like a zip file")]
    NotAnArchive,
}

/// Checks everything in an archive that can be checked with what is known beforehand.
///
/// # Errors
/// [`Unusable`]. Evidence that disagrees is not an error but a [`Report`] that says where and what.
pub fn verify(mut input: impl Read + Seek, trust: Option<&Trust>) -> Result<Report, Unusable> {
    let mut magic = [0; 4];
    input.seek(SeekFrom::Start(0))?;
    input.read_exact(&mut magic).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Unusable::NotAnArchive,
        _ => Unusable::Input(error),
    })?;
    if magic != *b"PK\x03\x04" {
        return Err(Unusable::NotAnArchive);
    }

    let mut findings = Findings::default();
    let opened = Archive::open(input).and_then(|mut archive| archive.verify().map(|()| archive));
    let archive = match opened {
        Ok(archive) => archive,
        Err(ReadError::Input(error)) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            return Err(error.into());
        }
        Err(error) => {
            findings.broken(ClaimId::Container, "archive", error);
            return Ok(findings.into_report(None, 0));
        }
    };
    findings.checked(ClaimId::Container);
    let mut archive = archive;
    let Some(index) = files::check(&mut archive, &mut findings) else {
        return Ok(findings.into_report(None, 0));
    };
    let session = index.session.to_string();
    let mut case = Case::new(archive, index, findings);
    tender::package(&mut case);
    log::replay(&mut case);
    story::judge(&mut case);
    tender::publication(&mut case);
    bids::check(&mut case);
    draws::check(&mut case);
    statements::check(&mut case);
    signatures::check(&mut case);
    receipts::check(&mut case);
    anchor::check(&mut case, trust);
    let entries = case.size;
    Ok(case.findings.into_report(Some(session), entries))
}
