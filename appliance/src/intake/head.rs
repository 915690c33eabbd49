//! The head of a bid: what it must be to count in this session.

use bidroom_canon::{Sm3Digest, labelled_sm3};
use bidroom_domain::{At, Bidder, CreditCode, SessionId};
use bidroom_envelope::bid::header::{Header, MAGIC};
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::bid::submission::SubmittedEnvelope;
use bidroom_envelope::suite::pki::{Certificate, Usage, verify_chain};

use super::error::{Foreign, HeadRefusal, IntakeError};
use bidroom_tender::{PreparedLot, Published};

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
            bidder: submission.bidder.as_str().parse().ok()?,
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
        check_signers(&header, prepared, now)?;
        check_recipients(&header, published)?;
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
    let (tender, lot) = (submission.tender.as_str(), submission.lot.number());
    if tender != prepared.lot.tender.as_str() || lot != prepared.lot.lot.0 {
        return Err(HeadRefusal::OtherLot { tender: tender.to_owned(), lot });
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
fn check_signers(header: &Header, prepared: &PreparedLot, now: At) -> Result<(), HeadRefusal> {
    let roots = prepared.roots();
    let signers = [("submission", header.submission().signer()), ("packages", header.packages().signer())];
    signers.into_iter().try_for_each(|(part, signer)| {
        verify_chain(signer, &[], &roots, now.0, Usage::Sign)
            .map_err(|refusal| HeadRefusal::Certificate { part, refusal })
    })
}

/// A bid that is sealed to other keys than the published ones could never be opened here.
fn check_recipients(header: &Header, published: &Published) -> Result<(), HeadRefusal> {
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
        let recipients = |purpose: Purpose| -> Vec<Sm3Digest> {
            let packages = record.of_envelope(index).filter(|package| package.purpose == purpose);
            packages.map(|package| package.recipient).collect()
        };
        for (purpose, published) in [(Purpose::Room, &room), (Purpose::Officers, &officers)] {
            // The record is in ascending order of recipients.
            let found = recipients(purpose);
            if found != *published {
                let (envelope, published) = (index.number(), published.clone());
                return Err(HeadRefusal::Recipients { envelope, purpose: purpose.name(), found, published });
            }
        }
        if !recipients(Purpose::Remedy).is_empty() {
            return Err(HeadRefusal::Remedy(index.number()));
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
