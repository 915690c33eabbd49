//! The signed tender package and the room's publication.

use std::io::{Read, Seek};

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::Event;
use bidroom_tender::{
    Publication, Redeal, SignedDocument, TenderPackage, certificates_by_digest, check_new_officers,
};

use super::Case;
use crate::contents::{self, Kind, MAX_DOCUMENT, PACKAGE, PUBLICATION};
use crate::report::ClaimId;

/// Reads the package: its signature, and that it does not contradict itself and has this session's lot.
pub(crate) fn package(case: &mut Case<impl Read + Seek>) {
    const ID: ClaimId = ClaimId::Tender;
    let read = case.archive.read(PACKAGE, MAX_DOCUMENT);
    let Some(der) = case.findings.take(ID, PACKAGE, read) else { return };
    let parsed = SignedDocument::<TenderPackage>::parse(&der);
    let Some(document) = case.findings.take(ID, PACKAGE, parsed) else { return };
    if case.findings.take(ID, PACKAGE, document.value().check()).is_none() {
        return;
    }
    case.issuer = document.value().room_issuer().ok();
    case.package = Some(document);
    if case.lot().is_none() {
        case.findings.broken(ID, PACKAGE, format!("it has no lot of session {}", case.index.session));
    }
}

/// Compares the publication with the log and with the package.
pub(crate) fn publication(case: &mut Case<impl Read + Seek>) {
    const ID: ClaimId = ClaimId::Publication;
    let logged = case.events.iter().find_map(|shown| match &shown.event {
        Event::KeysPublished(published) => Some((shown.at, published.clone())),
        _ => None,
    });
    let Some((at, logged)) = logged else {
        let (zh, en) = ("账本中没有公布密钥的记录", "the log has no publication");
        return case.findings.not_checked(ID, zh, en);
    };
    let read = case.archive.read(PUBLICATION, MAX_DOCUMENT);
    let Some(der) = case.findings.take(ID, PUBLICATION, read) else { return };
    let Some((document, package)) = case.findings.take(ID, PUBLICATION, Publication::open(&der, None, at.0))
    else {
        return;
    };
    case.findings.expect(ID, PUBLICATION, "SM3", &document.digest(), &logged.publication);
    let own = case.package.as_ref().map(SignedDocument::digest);
    if own != Some(package.digest()) {
        case.findings.broken(ID, PUBLICATION, "it is for another tender package");
    }
    let published = document.value();
    let digests = |certificates: Result<Vec<_>, _>| -> Vec<_> {
        let certificates: Vec<bidroom_envelope::suite::pki::Certificate> = certificates.unwrap_or_default();
        certificates.iter().map(|certificate| certificate.digest()).collect()
    };
    let tender = digests(published.tender_certificates().map_err(drop));
    let opening = digests(published.opening_certificates().map_err(drop));
    let same = published.devices.len() == logged.devices.len()
        && logged.devices.iter().zip(&published.devices).zip(tender.iter().zip(&opening)).all(
            |((logged, published), (tender, opening))| {
                logged.device == published.device
                    && logged.tender_certificate == *tender
                    && logged.opening_certificate == *opening
            },
        );
    if !same {
        case.findings.broken(ID, PUBLICATION, "the devices' certificates are not those in the log");
    }
    let officers = published.officers_certificate().map(|certificate| certificate.digest());
    if officers.ok() != Some(logged.officers_certificate) {
        case.findings.broken(ID, PUBLICATION, "the officers' certificate is not the one in the log");
    }
    if published.draw.as_ref().map(|draw| draw.commitment) != logged.draw {
        case.findings.broken(ID, PUBLICATION, "its commitment to draws is not the one in the log");
    }
    if case.lot().is_none_or(|lot| lot.lot != published.lot) {
        case.findings.broken(ID, PUBLICATION, "it is for another lot");
    }
    case.publication = Some(published.clone());
    redeals(case, document.digest(), published);
}

/// Each dealing of the officers' key after the published one: signed by the room, of the same public key, following the
/// one before, to the officers that the log names, whose certificates count.
fn redeals(case: &mut Case<impl Read + Seek>, publication: Sm3Digest, published: &Publication) {
    const ID: ClaimId = ClaimId::Publication;
    let logged = case.events.iter().filter_map(|shown| match &shown.event {
        Event::OfficersRedealt(redealt) => Some((shown.at, redealt.clone())),
        _ => None,
    });
    let logged: Vec<_> = logged.collect();
    let room = case.package.as_ref().and_then(|package| package.value().room_certificates().ok());
    let named = case.package.as_ref().and_then(|package| package.value().certificates_by_digest().ok());
    let (room, named, judge) = (room.unwrap_or_default(), named.unwrap_or_default(), case.judge());
    let mut before = published.officers.deal.digest().0;
    for (at, logged) in &logged {
        let place = contents::redeal(&logged.redeal);
        let der = case.archive.read(&place, MAX_DOCUMENT);
        let Some(der) = case.findings.take(ID, &place, der) else { continue };
        let opened = Redeal::open(&der, &room, &publication, &published.officers.deal);
        let Some(document) = case.findings.take(ID, &place, opened) else { continue };
        let redeal = document.value();
        case.findings.expect(ID, &place, "SM3", &document.digest(), &logged.redeal);
        case.findings.expect(ID, &place, "version", &redeal.version, &logged.version);
        case.findings.expect(ID, &place, "dealing before", &redeal.from, &before);
        case.findings.expect(ID, &place, "dealing before in the log", &logged.from, &before);
        before = redeal.deal.digest().0;
        case.findings.expect(ID, &place, "dealing", &before, &logged.deal);
        let session = case.index.session.to_string();
        case.findings.expect(ID, &place, "session", &redeal.session.as_str(), &session.as_str());
        if redeal.officers != logged.officers {
            case.findings.broken(ID, &place, "its officers are not those in the log");
        }
        let known = certificates_by_digest(&redeal.certificates);
        let Some(known) = case.findings.take(ID, &place, known) else { continue };
        let counts = check_new_officers(&redeal.officers, &named, &known, &judge, *at);
        case.findings.take(ID, &place, counts);
    }
    let files = case.index.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    for name in files {
        if let Some(Kind::Redeal(digest)) = Kind::of(&name)
            && !logged.iter().any(|(_, redealt)| redealt.redeal == digest)
        {
            case.findings.broken(ID, name, "no entry names it");
        }
    }
}
