//! The package against what is known from outside.

use std::io::{Read, Seek};

use bidroom_canon::Sm3Digest;
use bidroom_envelope::suite::pki::{Usage, X509, verify_chain};

use super::Case;
use crate::contents::PACKAGE;
use crate::report::ClaimId;
use crate::trust::Trust;

const ID: ClaimId = ClaimId::Anchor;

/// Compares the package, on which everything in the archive rests, with the anchors.
pub(crate) fn check(case: &mut Case<impl Read + Seek>, trust: Option<&Trust>) {
    let Some(trust) = trust.filter(|trust| trust.anchors()) else {
        return case.findings.not_checked(
            ID,
            "没有给出外部信任文件：档案自身一致，但无从确认出自本开标室和本项目",
            "no trust files were given: consistent, but nothing says that it is of this room and tender",
        );
    };
    let Some(document) = &case.package else { return };
    let package = document.value().clone();
    let (digest, agency) = (document.digest(), document.signer().clone());
    // The agency's certificate counts at the time of the log's first entry: the room imported the package then.
    let imported = case.events.first().map(|shown| shown.at);
    case.findings.checked(ID);
    if let Some(known) = trust.package {
        case.findings.expect(ID, PACKAGE, "SM3", &digest, &known);
    }
    if !trust.agency_roots.is_empty()
        && let Some(at) = imported
    {
        let chain = verify_chain(&agency, &[], &trust.agency_roots, at.0, Usage::Sign);
        case.findings.take(ID, PACKAGE, chain);
    }
    if trust.room.as_ref().is_some_and(|room| *room != package.room.keys) {
        case.findings.broken(ID, PACKAGE, "the room's keys are not the known ones");
    }
    if !trust.ca_roots.is_empty() {
        let known: Vec<Sm3Digest> = trust.ca_roots.iter().map(X509::digest).collect();
        for (name, root) in package.authority_roots().unwrap_or_default() {
            if !known.contains(&root.digest()) {
                case.findings.broken(ID, PACKAGE, format!("the root of CA {name} is not a known one"));
            }
        }
    }
}
