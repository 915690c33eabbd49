//! Statements: consents, authorisations, sign-ins, withdrawals, confirmations, objections, signatures under the record.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation;
use bidroom_domain::opening::Event;
use bidroom_judging::{ReceivedBid, check_signer, check_statement, statement_of};
use bidroom_lock::{SignedStatement, Statement};

use super::{Case, Shown};
use crate::contents::{self, Kind, MAX_PAPER, MAX_STATEMENT};
use crate::report::ClaimId;

const ID: ClaimId = ClaimId::Statements;

/// Checks the statement behind each event that names one.
pub(crate) fn check(case: &mut Case<impl Read + Seek>) {
    if case.events.is_empty() {
        return;
    }
    case.findings.checked(ID);
    let events = std::mem::take(&mut case.events);
    let judge = case.judge();
    let mut named = BTreeSet::new();
    let mut pictures = BTreeSet::new();
    for shown in &events {
        // What was signed holds what is sealed: it is not there either.
        if matches!(shown.event, Event::Evaluation(_)) && !shown.whole {
            continue;
        }
        let Some(digest) = statement_of(&shown.event) else { continue };
        named.insert(digest);
        let place = contents::statement(&digest);
        let bytes = case.archive.read(&place, MAX_STATEMENT);
        let Some(bytes) = case.findings.take(ID, &place, bytes) else { continue };
        case.findings.expect(ID, &place, "SM3", &Sm3Digest::of(&bytes), &digest);
        let signed = SignedStatement::verify_any(&bytes);
        let Some(signed) = case.findings.take(ID, &place, signed) else { continue };
        let known = case.known(&judge);
        let says = check_statement(&known, shown.index, &shown.event, &signed);
        let signer = match &shown.by {
            Some(by) => {
                let received = received_bid(case, shown);
                check_signer(&known, by, &signed, shown.at, received)
            }
            // An entry that does not show who did it is found with the rules.
            None => Ok(()),
        };
        if let Statement::Evaluate { handwriting: Some(picture), .. } = signed.statement() {
            pictures.insert(*picture);
            let place = contents::handwriting(picture);
            let bytes = case.archive.read(&place, MAX_STATEMENT * 4);
            if let Some(bytes) = case.findings.take(ID, &place, bytes) {
                case.findings.expect(ID, &place, "SM3", &Sm3Digest::of(&bytes), picture);
            }
        }
        case.findings.take(ID, &place, says);
        case.findings.take(ID, &place, signer);
    }
    let papers = papers(case, &events);
    for file in &case.index.files {
        if let Some(Kind::Paper(digest)) = Kind::of(&file.name)
            && !papers.contains(&digest)
        {
            case.findings.broken(ID, &file.name, "no entry names it");
        }
        if let Some(Kind::Statement(digest)) = Kind::of(&file.name)
            && !named.contains(&digest)
        {
            case.findings.broken(ID, &file.name, "no entry names it");
        }
        if let Some(Kind::Handwriting(digest)) = Kind::of(&file.name)
            && !pictures.contains(&digest)
        {
            case.findings.broken(ID, &file.name, "no statement names it");
        }
    }
    case.events = events;
}

/// The evaluation's reports that entries name: each is there, and is the one that was signed.
fn papers<R: Read + Seek>(case: &mut Case<R>, events: &[Shown]) -> BTreeSet<Sm3Digest> {
    let mut papers = BTreeSet::new();
    for shown in events {
        let Event::Evaluation(evaluation::Event::ReportChecked(checked)) = &shown.event else { continue };
        papers.insert(checked.report);
        let place = contents::paper(&checked.report);
        let bytes = case.archive.read(&place, MAX_PAPER);
        if let Some(bytes) = case.findings.take(ID, &place, bytes) {
            case.findings.expect(ID, &place, "SM3", &Sm3Digest::of(&bytes), &checked.report);
        }
    }
    papers
}

/// The bid that a consent or a request for the remedy key is for, if this is one: who signed it and when it was received.
fn received_bid<R>(case: &Case<R>, shown: &Shown) -> Option<ReceivedBid> {
    let bidder = match &shown.event {
        Event::ShareCollected(collected) => &collected.bidder,
        Event::RemedyAsked(asked) => &asked.bidder,
        _ => return None,
    };
    let row = &case.state.row(bidder)?.row;
    let signer = case.heads.get(&row.bid)?.submission().signer().digest();
    Some(ReceivedBid { signer, at: row.received_at })
}
