//! Statements: consents, authorisations, sign-ins, withdrawals, confirmations, objections, signatures under the record.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use bidroom_canon::Sm3Digest;
use bidroom_judging::{check_signer, check_statement, statement_of};
use bidroom_lock::SignedStatement;

use super::Case;
use crate::contents::{self, Kind, MAX_STATEMENT};
use crate::report::ClaimId;

const ID: ClaimId = ClaimId::Statements;

/// Checks the statement behind each event that names one.
pub(crate) fn check(case: &mut Case<impl Read + Seek>) {
    if case.events.is_empty() {
        return;
    }
    case.findings.checked(ID);
    let events = std::mem::take(&mut case.events);
    let authorities = case.authorities();
    let mut named = BTreeSet::new();
    for shown in &events {
        let Some(digest) = statement_of(&shown.event) else { continue };
        named.insert(digest);
        let place = contents::statement(&digest);
        let bytes = case.archive.read(&place, MAX_STATEMENT);
        let Some(bytes) = case.findings.take(ID, &place, bytes) else { continue };
        case.findings.expect(ID, &place, "SM3", &Sm3Digest::of(&bytes), &digest);
        let signed = SignedStatement::verify_any(&bytes);
        let Some(signed) = case.findings.take(ID, &place, signed) else { continue };
        let known = case.known(&authorities);
        let says = check_statement(&known, shown.index, &shown.event, &signed);
        let signer = match &shown.by {
            Some(by) => check_signer(&known, by, signed.certificate(), shown.at),
            // An entry that does not show who did it is found with the rules.
            None => Ok(()),
        };
        case.findings.take(ID, &place, says);
        case.findings.take(ID, &place, signer);
    }
    for file in &case.index.files {
        if let Some(Kind::Statement(digest)) = Kind::of(&file.name)
            && !named.contains(&digest)
        {
            case.findings.broken(ID, &file.name, "no entry names it");
        }
    }
    case.events = events;
}
