//! The head of a bid: what it must be to count in this session.

use bidroom_canon::{Sm3Digest, labelled_sm3};
use bidroom_domain::{At, Bidder, CreditCode, SessionId};
use bidroom_envelope::bid::header::{Header, MAGIC};
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::bid::submission::SubmittedEnvelope;
use bidroom_envelope::suite::pki::{Certificate, Usage};

use super::error::{Foreign, HeadRefusal, IntakeError};
use bidroom_judging::trustee_recipients;
use bidroom_tender::{PreparedLot, Published};
use bidroom_trust::Judge;

/// Longest head, bytes.
pub const MAX_HEAD: usize = 1 << 20;

/// What an upload needs to know of its bid; small, whatever the bid's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) bidder: CreditCode,
    pub(super) bid: Sm3Digest,
    pub(super) packages: Sm3Digest,
    pub(super) sequence: u32,
    pub(super) replaces: Option<Sm3Digest>,
    pub(super) envelopes: Vec<SubmittedEnvelope>,
    pub(super) head_length: u64,
    pub(super) content_length: u64,
    /// SM3 of the head's bytes.
    pub(super) head: Sm3Digest,
}

impl Facts {
    /// What a head that holds together says.
    ///
    /// # Errors
    /// [`HeadRefusal::OtherBidder`] never; a code that the domain spells differently is no head's.
    pub(super) fn of(header: &Header, bytes: &[u8]) -> Option<Self> {
        let submission = header.submission().value();
        Some(Self {
            bidder: submission.bidder.clone(),
            bid: submission.bid_digest().0,
            packages: submission.packages.0,
            sequence: submission.sequence,
            replaces: submission.replaces.map(|bid| bid.0),
            envelopes: submission.envelopes.clone(),
            head_length: u64::from(submission.head_length),
            content_length: submission.content_length(),
            head: Sm3Digest::of(bytes),
        })
    }

    pub(super) const fn file_length(&self) -> u64 {
        self.head_length.saturating_add(self.content_length)
    }

    /// The upload's name: the same head in the same session is the same upload.
    pub(super) fn upload_id(&self, session: &SessionId) -> String {
        let name = labelled_sm3("bidroom/upload/v1", &[session.as_str().as_bytes(), self.head.as_bytes()]);
        name.to_string().chars().take(32).collect()
    }
}

/// A head that may count in this session.
#[derive(Debug)]
pub(super) struct CheckedHead {
    pub(super) facts: Facts,
    pub(super) bytes: Vec<u8>,
}

impl CheckedHead {
    /// Checks a head that `bidder` sent at `now`.
    pub(super) fn check(
        bytes: Vec<u8>,
        prepared: &PreparedLot,
        judge: &Judge,
        bidder: &Bidder,
        most: u64,
        now: At,
    ) -> Result<Self, IntakeError> {
        if let Some(foreign) = foreign(&bytes) {
            return Err(IntakeError::NotSealed(foreign));
        }
        let header = Header::parse(&bytes).map_err(HeadRefusal::from)?;
        let published = prepared.publication.as_ref().ok_or(IntakeError::NotPublished)?;
        check_names(&header, prepared, bidder)?;
        check_signers(&header, judge, bidder, now)?;
        check_recipients(&header, prepared, published)?;
        let facts = Facts::of(&header, &bytes).ok_or_else(|| HeadRefusal::OtherBidder {
            of: header.submission().value().bidder.to_string(),
            caller: bidder.code.to_string(),
        })?;
        let length = facts.file_length();
        if length > most {
            return Err(IntakeError::TooLong { length, most });
        }
        Ok(Self { facts, bytes })
    }

    pub(super) fn upload_id(&self, session: &SessionId) -> String {
        self.facts.upload_id(session)
    }
}

/// What the bytes are if they are no head; none if they begin like one.
fn foreign(bytes: &[u8]) -> Option<Foreign> {
    let changed = MAGIC.iter().copied().filter(|b| *b != b'\r');
    if bytes.starts_with(MAGIC) {
        None
    } else if bytes.is_empty() {
        Some(Foreign::Empty)
    } else if bytes.starts_with(b"%PDF") {
        Some(Foreign::Pdf)
    } else if bytes.starts_with(b"PK") {
        Some(Foreign::Zip)
    } else if bytes.iter().copied().filter(|b| *b != b'\r').take(MAGIC.len() - 1).eq(changed) {
        Some(Foreign::ChangedLines)
    } else {
        Some(Foreign::Other)
    }
}

fn check_names(header: &Header, prepared: &PreparedLot, bidder: &Bidder) -> Result<(), HeadRefusal> {
    let submission = header.submission().value();
    if (&submission.tender, submission.lot) != (&prepared.lot.tender, prepared.lot.lot) {
        let (tender, lot) = (submission.tender.to_string(), submission.lot.number());
        return Err(HeadRefusal::OtherLot { tender, lot });
    }
    if submission.bidder.as_str() != bidder.code.as_str() {
        return Err(HeadRefusal::OtherBidder {
            of: submission.bidder.to_string(),
            caller: bidder.code.to_string(),
        });
    }
    Ok(())
}

/// Both signed parts name the bidder already ([`Header`] checks it); here their certificates are judged.
fn check_signers(header: &Header, judge: &Judge, bidder: &Bidder, now: At) -> Result<(), HeadRefusal> {
    let signers = [("submission", header.submission().signer()), ("packages", header.packages().signer())];
    signers.into_iter().try_for_each(|(part, signer)| {
        let accepted = judge.account(signer, &bidder.code, Usage::Sign, now);
        accepted.map(drop).map_err(|no| HeadRefusal::Certificate { part, refusal: Box::new(no) })
    })
}

/// The same for the bytes of a head that was checked when its upload began.
pub(super) fn check_signers_again(
    head: &[u8],
    judge: &Judge,
    bidder: &Bidder,
    now: At,
) -> Result<(), IntakeError> {
    let header = Header::parse(head).map_err(HeadRefusal::from)?;
    Ok(check_signers(&header, judge, bidder, now)?)
}

/// A bid that is sealed to other keys than the published ones could never be opened here.
fn check_recipients(
    header: &Header,
    prepared: &PreparedLot,
    published: &Published,
) -> Result<(), HeadRefusal> {
    let has = header.envelopes().len();
    if has != 1 {
        return Err(HeadRefusal::Envelopes { has, wanted: 1 });
    }
    let mut room: Vec<Sm3Digest> = published.tender.iter().map(Certificate::digest).collect();
    room.sort();
    let officers = vec![published.officers.digest()];
    let record = header.packages().value();
    for envelope in header.envelopes() {
        let index = envelope.core.envelope;
        for (purpose, published) in [(Purpose::Room, &room), (Purpose::Officers, &officers)] {
            // The record is in ascending order of recipients.
            let found = record.recipients(index, purpose);
            if found != *published {
                let (envelope, published) = (index.number(), published.clone());
                return Err(HeadRefusal::Recipients { envelope, purpose: purpose.name(), found, published });
            }
        }
        let (found, envelope) = (record.recipients(index, Purpose::Remedy), index.number());
        match trustee_recipients(&prepared.lot) {
            _ if found.is_empty() => {}
            None => return Err(HeadRefusal::Remedy(envelope)),
            Some(trustees) if found == trustees => {}
            Some(_) => return Err(HeadRefusal::Trustees(envelope)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_bid_is_recognised() {
        for (bytes, expect) in [
            (&b""[..], Some(Foreign::Empty)),
            (b"%PDF-1.7\n", Some(Foreign::Pdf)),
            (b"PK\x03\x04", Some(Foreign::Zip)),
            (b"bidroom-bid/1\n\x1a\0\0\0\0", Some(Foreign::ChangedLines)),
            (b"bidroom-bid/1\r\n\x1a\0\0\0\0", None),
            (b"bidroom", Some(Foreign::Other)),
            ("投标函".as_bytes(), Some(Foreign::Other)),
        ] {
            assert_eq!(foreign(bytes), expect, "{bytes:?}");
        }
    }
}
