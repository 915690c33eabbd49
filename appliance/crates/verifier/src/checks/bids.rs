//! Bids: heads, signatures, certificates, schedules, and contents where they are attached.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};

use bidroom_canon::Sm3Digest;
use bidroom_domain::At;
use bidroom_domain::opening::{BidReceived, Event, OpeningOpened, PackagesReplaced, ScheduleRow};
use bidroom_envelope::bid::header::{Header, MAX_HEAD};
use bidroom_envelope::bid::open::ContentCheck;
use bidroom_envelope::bid::record::{KeyPackageRecord, RecordDigest};
use bidroom_envelope::bid::signed::Signed;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_judging::{check_opted, check_rewrap, recorded_bid, sealed_schedule, signers_of, table_digest};

use super::Case;
use crate::contents::{self, Kind, MAX_DOCUMENT};
use crate::report::ClaimId;

/// Checks every bid the log shows as received, and the published schedules.
pub(crate) fn check(case: &mut Case<impl Read + Seek>) {
    if case.events.is_empty() {
        return;
    }
    case.findings.checked(ClaimId::Bids);
    case.findings.checked(ClaimId::BidderCertificates);
    let received: Vec<(At, BidReceived)> = case
        .events
        .iter()
        .filter_map(|shown| match &shown.event {
            Event::BidReceived(received) => Some((shown.at, received.clone())),
            _ => None,
        })
        .collect();
    let mut standing: BTreeMap<String, Sm3Digest> = BTreeMap::new();
    for (at, received) in &received {
        received_bid(case, *at, received, &mut standing);
    }
    nothing_else(case, &received);
    rewrapped(case);
    opted(case);
    bodies(case);
    let opened = case.events.iter().find_map(|shown| match &shown.event {
        Event::OpeningOpened(opened) => Some(opened.clone()),
        _ => None,
    });
    match opened {
        Some(opened) => schedules(case, &opened),
        None => case.findings.not_checked(ClaimId::Schedules, "没有开标", "nothing was opened"),
    }
}

fn received_bid(
    case: &mut Case<impl Read + Seek>,
    at: At,
    received: &BidReceived,
    standing: &mut BTreeMap<String, Sm3Digest>,
) {
    const ID: ClaimId = ClaimId::Bids;
    let Some(bid) = received.bid else { return };
    let place = contents::head(&bid);
    let bytes = case.archive.read(&place, MAX_HEAD.into());
    let Some(bytes) = case.findings.take(ID, &place, bytes) else { return };
    // Parsing verifies both signatures and that the signer is the bidder.
    let Some(header) = case.findings.take(ID, &place, Header::parse(&bytes)) else { return };
    let Some(lot) = case.lot().cloned() else { return };
    case.findings.take(ID, &place, recorded_bid(received, &header, &lot));
    let submission = header.submission().value().clone();
    let replaced = standing.insert(submission.bidder.to_string(), bid);
    if let (Some(before), Some(replaces)) = (replaced, submission.replaces)
        && before != replaces.0
        && case.findings_complete()
    {
        let what = format!("it replaces {}, but {before} stood", replaces.0);
        case.findings.broken(ID, &place, what);
    }
    let signers = signers_of(&header, &case.judge(), at);
    case.findings.take(ClaimId::BidderCertificates, &place, signers);
    case.heads.insert(bid, header);
}

/// Key packages that replaced those in a bid: signed by the bidder, nothing changed but packages for locks, and those for
/// certificates of the same firm.
fn rewrapped(case: &mut Case<impl Read + Seek>) {
    const ID: ClaimId = ClaimId::Bids;
    let replaced = case.events.iter().filter_map(|shown| match &shown.event {
        Event::PackagesReplaced(replaced) => Some((shown.at, replaced.clone())),
        _ => None,
    });
    let replaced: Vec<(At, PackagesReplaced)> = replaced.collect();
    let mut current: BTreeMap<Sm3Digest, KeyPackageRecord> = BTreeMap::new();
    for (at, replaced) in &replaced {
        let (Some(bidder), Some(bid), Some(digest)) = (&replaced.bidder, replaced.bid, replaced.packages)
        else {
            continue;
        };
        let place = contents::packages(&digest);
        let der = case.archive.read(&place, MAX_DOCUMENT);
        let Some(der) = case.findings.take(ID, &place, der) else { continue };
        let parsed = Signed::<KeyPackageRecord>::parse(&der);
        let Some(next) = case.findings.take(ID, &place, parsed) else { continue };
        case.findings.expect(ID, &place, "digest", &RecordDigest::of(next.json()).0, &digest);
        if replaced.record != Some(Sm3Digest::of(&der)) || replaced.version != Some(next.value().version) {
            case.findings.broken(ID, &place, "the log records another version or signature");
        }
        let mut certificates = Vec::new();
        for added in replaced.added.iter().flatten() {
            let place = contents::certificate(added);
            let bytes = case.archive.read(&place, MAX_DOCUMENT);
            let Some(bytes) = case.findings.take(ID, &place, bytes) else { continue };
            certificates.extend(case.findings.take(ID, &place, Certificate::from_der(&bytes)));
        }
        let before = current.get(&bid).or_else(|| case.heads.get(&bid).map(|head| head.packages().value()));
        let Some(before) = before.cloned() else {
            case.findings.broken(ID, &place, "the bid it belongs to is not there");
            continue;
        };
        let fits = check_rewrap(&before, &next, &certificates, &bidder.code, &case.judge(), *at);
        if let Some(added) = case.findings.take(ID, &place, fits)
            && Some(added) != replaced.added
        {
            case.findings.broken(ID, &place, "the log names other new locks");
        }
        current.insert(bid, next.value().clone());
    }
    let names: Vec<String> = case.index.files.iter().map(|file| file.name.clone()).collect();
    for name in names {
        let named = match Kind::of(&name) {
            Some(Kind::Packages(digest)) => replaced.iter().any(|(_, it)| it.packages == Some(digest)),
            Some(Kind::Certificate(digest)) => {
                replaced.iter().any(|(_, it)| it.added.iter().flatten().any(|added| *added == digest))
            }
            _ => true,
        };
        if !named {
            case.findings.broken(ID, name, "no entry names it");
        }
    }
}

/// Whoever asked for the remedy key had opted for it: the bid has a part for each trustee of the package.
fn opted(case: &mut Case<impl Read + Seek>) {
    let Some(lot) = case.lot().cloned() else { return };
    let asked = case.events.iter().filter_map(|shown| match &shown.event {
        Event::RemedyAsked(asked) => Some(asked.bid),
        _ => None,
    });
    for bid in asked.collect::<Vec<_>>() {
        let Some(header) = case.heads.get(&bid) else { continue };
        let fits = check_opted(header, &lot, case.envelope());
        case.findings.take(ClaimId::Bids, contents::head(&bid), fits);
    }
}

/// A head or a content that no event names does not belong here.
fn nothing_else(case: &mut Case<impl Read + Seek>, received: &[(At, BidReceived)]) {
    let names: Vec<String> = case.index.files.iter().map(|file| file.name.clone()).collect();
    for name in names {
        if let Some(Kind::Head(bid) | Kind::Body(bid)) = Kind::of(&name)
            && !received.iter().any(|(_, received)| received.bid == Some(bid))
        {
            case.findings.broken(ClaimId::Bids, name, "no entry records that it was received");
        }
    }
}

fn bodies(case: &mut Case<impl Read + Seek>) {
    const ID: ClaimId = ClaimId::Bodies;
    let heads = std::mem::take(&mut case.heads);
    let mut any = false;
    for (bid, header) in &heads {
        let place = contents::body(bid);
        if case.archive.member(&place).is_none() {
            continue;
        }
        any = true;
        let head = case.archive.read(&contents::head(bid), MAX_HEAD.into()).unwrap_or_default();
        let mut content = Content { head, at: 0, check: ContentCheck::new(header) };
        let copied = case.archive.copy(&place, &mut content);
        if case.findings.take(ID, &place, copied).is_some() {
            if content.at != content.head.len() {
                case.findings.broken(ID, &place, "it ends within its head");
            }
            case.findings.take(ID, &place, content.check.finish());
        }
    }
    if !any {
        let (zh, en) =
            ("档案未附投标密文（一览表的核验不需要它）", "no contents are attached; schedules need none");
        case.findings.not_checked(ID, zh, en);
    }
    case.heads = heads;
}

/// Compares a file with its head, and what follows with the signed roots.
struct Content {
    head: Vec<u8>,
    at: usize,
    check: ContentCheck,
}

impl Write for Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let wrong = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
        let left = self.head.get(self.at..).unwrap_or_default();
        let (now, rest) = bytes.split_at(left.len().min(bytes.len()));
        if !left.starts_with(now) {
            return Err(wrong("its head is not the one the log names".to_owned()));
        }
        self.at = self.at.saturating_add(now.len());
        self.check.push(rest).map_err(|error| wrong(error.to_string()))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn schedules(case: &mut Case<impl Read + Seek>, opened: &OpeningOpened) {
    const ID: ClaimId = ClaimId::Schedules;
    if opened.rows.is_empty() && case.state.roster.iter().any(|row| row.is_opened()) {
        let (zh, en) = ("这类读者不能读一览表", "these readers may not read the schedules");
        return case.findings.not_checked(ID, zh, en);
    }
    case.findings.checked(ID);
    if let Some(digest) =
        case.findings.take(ID, "opening.opened", table_digest(&opened.outcomes, &opened.rows))
    {
        case.findings.expect(ID, "opening.opened", "digest of the table", &digest, &opened.table);
    }
    for (number, row) in &opened.rows {
        let place = format!("row {number}");
        if let Err(what) = sealed(case, *number, row) {
            case.findings.broken(ID, place, what);
        }
    }
}

/// Whether a row is what its bidder sealed.
fn sealed(case: &Case<impl Read + Seek>, number: u32, row: &ScheduleRow) -> Result<(), String> {
    let bid = case.state.numbered(number).map(|row| row.row.bid).ok_or("not on the roster")?;
    let header = case.heads.get(&bid).ok_or("its bid's head is not there or does not hold")?;
    sealed_schedule(row, header, case.envelope()).map_err(|objection| objection.to_string())
}

impl<R> Case<R> {
    /// Whether no entry is hidden: between two bids that are shown, one may have been withdrawn.
    fn findings_complete(&self) -> bool {
        usize::try_from(self.size).is_ok_and(|size| size == self.events.len())
            && !self.events.iter().any(|shown| matches!(shown.event, Event::BidWithdrawn(_)))
    }
}
