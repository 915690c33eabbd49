//! Receipts: each is signed by the room and names an entry of the log.

use std::io::{Read, Seek};

use bidroom_domain::opening::Event;
use bidroom_ledger::receipt::Receipt;
use bidroom_tender::SignedDocument;

use super::Case;
use crate::contents::{self, Kind, MAX_STATEMENT};
use crate::report::ClaimId;

const ID: ClaimId = ClaimId::Receipts;

/// Checks all receipts that are there.
pub(crate) fn check(case: &mut Case<impl Read + Seek>) {
    if case.events.is_empty() {
        return;
    }
    let bids: Vec<_> = case
        .index
        .files
        .iter()
        .filter_map(|file| match Kind::of(&file.name) {
            Some(Kind::Receipt(bid)) => Some(bid),
            _ => None,
        })
        .collect();
    if bids.is_empty() {
        return case.findings.not_checked(ID, "档案中没有回执", "there are no receipts");
    }
    for bid in bids {
        let place = contents::receipt(&bid);
        let bytes = case.archive.read(&place, MAX_STATEMENT);
        let Some(bytes) = case.findings.take(ID, &place, bytes) else { continue };
        let document = SignedDocument::<Receipt>::parse(&bytes);
        let Some(document) = case.findings.take(ID, &place, document) else { continue };
        let receipt = document.value();
        // Writing checks format and bounds.
        case.findings.take(ID, &place, receipt.to_bytes());
        let room = case.package.as_ref().and_then(|package| package.value().room_certificates().ok());
        let signer = document.signer().digest();
        let rooms = room.unwrap_or_default().iter().any(|certificate| certificate.digest() == signer);
        if !rooms || signer != receipt.room_certificate {
            case.findings.broken(ID, &place, "it is not signed by the room");
        }
        if bid != receipt.bid_digest && bid != receipt.packages_digest {
            case.findings.broken(ID, &place, "it is of another bid or of other key packages");
        }
        let session = case.index.session.to_string();
        case.findings.expect(ID, &place, "session", &receipt.session, &session);
        let origin = case.state.origin.clone();
        case.findings.expect(ID, &place, "origin", &receipt.origin.as_str(), &origin.as_str());
        let entry = case.leaves.iter().position(|leaf| *leaf == receipt.leaf);
        let named = case.events.iter().find(|shown| usize::try_from(shown.index).ok() == entry);
        match named.map(|shown| (shown.at, &shown.event)) {
            Some((at, Event::BidReceived(received))) => {
                if received.bid != Some(receipt.bid_digest)
                    || bid != receipt.bid_digest
                    || received.packages != Some(receipt.packages_digest)
                    || at.0 != receipt.at
                {
                    case.findings.broken(ID, &place, "the entry it names records another bid or time");
                }
            }
            Some((at, Event::PackagesReplaced(replaced))) => {
                if replaced.bid != Some(receipt.bid_digest)
                    || replaced.packages != Some(receipt.packages_digest)
                    || at.0 != receipt.at
                {
                    case.findings.broken(ID, &place, "the entry it names records other key packages or time");
                }
            }
            Some((_, event)) => {
                let what = format!("the entry it names is {}", event.kind());
                case.findings.broken(ID, &place, what);
            }
            None => case.findings.broken(ID, &place, "the entry it names is not in the log"),
        }
    }
}
