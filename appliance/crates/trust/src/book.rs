//! The revocation book: signed lists and OCSP answers, checked when they come in, with their age.
//!
//! Of each issuer the newest list counts, of each certificate the newest answer. Older ones are refused: whoever could
//! bring back last week's list would bring back a stolen lock.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::At;
use bidroom_envelope::suite::pki::{
    Crl, OcspResponse, OcspStatus, RevocationError, RevocationRefusal, Revoked, X509, serial_hex,
};

/// How far the clock of an issuer may run ahead, milliseconds.
const MOST_AHEAD: i64 = 10 * 60_000;
/// Most OCSP answers that are kept; the oldest make room.
const MOST_ANSWERS: usize = 10_000;

/// Why a list or answer was not taken; the book is as before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Not one that can be used.
    #[error("{0}")]
    Form(#[from] RevocationError),
    /// None of the known authorities made it.
    #[error("none of the known authorities made it; it names {issuer}")]
    UnknownIssuer {
        /// Whom it names.
        issuer: String,
    },
    /// It names a known authority, but does not count.
    #[error("{0}")]
    Unbelieved(#[from] RevocationRefusal),
    /// The one that is there is newer.
    #[error("it was made at {} {}; the one that is there is of {} {}", came.date_text(), came.clock_text(), have.date_text(), have.clock_text())]
    Older {
        /// When it was made.
        came: At,
        /// When the one that is there was.
        have: At,
    },
    /// It was made later than now.
    #[error("it was made at {} {}, which is still to come", made.date_text(), made.clock_text())]
    Future {
        /// When it was made.
        made: At,
    },
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Whose it is.
    pub issuer: String,
    /// When it was made.
    pub made: At,
    /// When the next one is due, if it says so.
    pub until: Option<At>,
    /// Revoked certificates that it names.
    pub revoked: usize,
    /// Whether the very same was there already.
    pub known: bool,
    /// A name for its file: of a list the SM3 of its issuer's certificate, so that a newer one takes its place; of an
    /// answer the SM3 of its DER.
    pub name: Sm3Digest,
}

/// Which kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A revocation list.
    List,
    /// An OCSP answer.
    Answer,
}

/// What the book holds, for a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookEntry {
    /// Whose.
    pub issuer: String,
    /// Which kind.
    pub source: Source,
    /// When it was made.
    pub made: At,
    /// When the next one is due.
    pub until: Option<At>,
    /// For a list how many are revoked, for an answer 0 or 1.
    pub revoked: usize,
    /// For an answer the serial number it is about.
    pub serial: Option<String>,
}

#[derive(Debug, Clone)]
struct List {
    issuer: X509,
    crl: Crl,
}

#[derive(Debug, Clone)]
struct Answer {
    issuer: X509,
    status: OcspStatus,
    made: i64,
    until: Option<i64>,
}

/// What the book says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It is revoked; from when and why.
    Revoked(Revoked),
    /// Its issuer says that it never issued it.
    NotIssued,
    /// It is not revoked, by data of this time that lasts until then.
    Good { made: At, until: Option<At> },
}

/// Signed lists and answers.
#[derive(Debug, Clone, Default)]
pub struct RevocationBook {
    lists: Vec<List>,
    /// By issuer's certificate and serial number.
    answers: BTreeMap<(Sm3Digest, Vec<u8>), Answer>,
}

impl RevocationBook {
    /// Takes a list (DER or PEM) that one of `issuers` signed.
    ///
    /// # Errors
    /// [`ImportError`].
    pub fn import_list(
        &mut self,
        bytes: &[u8],
        issuers: &[X509],
        now: At,
    ) -> Result<(Imported, Crl), ImportError> {
        let crl = match core::str::from_utf8(bytes) {
            Ok(text) if text.contains("-----BEGIN") => Crl::from_pem(text)?,
            _ => Crl::from_der(bytes)?,
        };
        let issuer = issuer_of(
            issuers.iter().filter(|it| crl.is_of(it)),
            |it| crl.verify(it),
            || crl.issuer().to_string(),
        )?;
        let made = At(crl.this_update());
        not_future(made, now)?;
        let name = issuer.digest();
        let place = self.lists.iter().position(|list| list.issuer.is_same_authority(&issuer));
        let have = place.and_then(|place| self.lists.get(place));
        let known = have.is_some_and(|have| have.crl.der() == crl.der());
        if let Some(have) = have
            && !known
            && !is_newer(&crl, &have.crl)
        {
            return Err(ImportError::Older { came: made, have: At(have.crl.this_update()) });
        }
        let imported = Imported {
            issuer: issuer.subject().to_string(),
            made,
            until: crl.next_update().map(At),
            revoked: crl.len(),
            known,
            name,
        };
        let list = List { issuer, crl: crl.clone() };
        match place.and_then(|place| self.lists.get_mut(place)) {
            Some(have) => *have = list,
            None => self.lists.push(list),
        }
        Ok((imported, crl))
    }

    /// Takes an OCSP answer (DER) that one of `issuers`, or a responder it certified for this, signed.
    ///
    /// # Errors
    /// [`ImportError`].
    pub fn import_answer(&mut self, der: &[u8], issuers: &[X509], now: At) -> Result<Imported, ImportError> {
        let response = OcspResponse::from_der(der)?;
        let about = |it: &&X509| {
            !response.answers().is_empty() && response.answers().iter().all(|answer| answer.is_of(it))
        };
        let issuer = issuer_of(
            issuers.iter().filter(about),
            |it| response.verify(it),
            || {
                let serials = response.answers().iter().map(|answer| serial_hex(answer.serial()));
                format!("the issuer of serial {}", serials.collect::<Vec<_>>().join(", "))
            },
        )?;
        let made = At(response.answers().iter().map(|it| it.this_update()).min().unwrap_or_default());
        not_future(made, now)?;
        let of_issuer = issuer.digest();
        let key = |serial: &[u8]| (of_issuer, serial.to_vec());
        let mut known = true;
        for answer in response.answers() {
            if let Some(have) = self.answers.get(&key(answer.serial())) {
                if have.made > answer.this_update() {
                    let (came, have) = (At(answer.this_update()), At(have.made));
                    return Err(ImportError::Older { came, have });
                }
                known &= have.made == answer.this_update() && have.status == answer.status();
            } else {
                known = false;
            }
        }
        let mut revoked = 0;
        for answer in response.answers() {
            revoked += usize::from(matches!(answer.status(), OcspStatus::Revoked(_)));
            let (made, until) = (answer.this_update(), answer.next_update());
            let kept = Answer { issuer: issuer.clone(), status: answer.status(), made, until };
            self.answers.insert(key(answer.serial()), kept);
        }
        self.make_room();
        let until = response.answers().iter().filter_map(|it| it.next_update()).min().map(At);
        let name = Sm3Digest::of(der);
        Ok(Imported { issuer: issuer.subject().to_string(), made, until, revoked, known, name })
    }

    fn make_room(&mut self) {
        while self.answers.len() > MOST_ANSWERS {
            let oldest = self.answers.iter().min_by_key(|(_, answer)| answer.made);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { return };
            self.answers.remove(&oldest);
        }
    }

    /// What is known of a certificate of `issuer`; none without data. The newest data counts.
    pub(crate) fn find(&self, certificate: &X509, issuer: &X509) -> Option<Finding> {
        let list = self.lists.iter().find(|list| list.issuer.is_same_authority(issuer)).map(|list| {
            let made = list.crl.this_update();
            let good = Finding::Good { made: At(made), until: list.crl.next_update().map(At) };
            (made, list.crl.find(certificate.serial()).map_or(good, Finding::Revoked))
        });
        let of_certificate = |(key, answer): &(&(Sm3Digest, Vec<u8>), &Answer)| {
            key.1 == certificate.serial() && answer.issuer.is_same_authority(issuer)
        };
        let answer = self.answers.iter().filter(of_certificate).map(|(_, it)| it).max_by_key(|it| it.made);
        let answer = answer.map(|answer| {
            let finding = match answer.status {
                OcspStatus::Good => Finding::Good { made: At(answer.made), until: answer.until.map(At) },
                OcspStatus::Revoked(revoked) => Finding::Revoked(revoked),
                OcspStatus::Unknown => Finding::NotIssued,
            };
            (answer.made, finding)
        });
        match (list, answer) {
            // At the same moment the one that says more counts.
            (Some((of_list, listed)), Some((of_answer, answered))) => Some(if of_list > of_answer {
                listed
            } else if of_answer > of_list || !matches!(answered, Finding::Good { .. }) {
                answered
            } else {
                listed
            }),
            (list, answer) => list.or(answer).map(|(_, finding)| finding),
        }
    }

    /// Everything in the book: lists, then answers, each by issuer.
    pub fn entries(&self) -> Vec<BookEntry> {
        let lists = self.lists.iter().map(|list| BookEntry {
            issuer: list.issuer.subject().to_string(),
            source: Source::List,
            made: At(list.crl.this_update()),
            until: list.crl.next_update().map(At),
            revoked: list.crl.len(),
            serial: None,
        });
        let answers = self.answers.iter().map(|((_, serial), answer)| BookEntry {
            issuer: answer.issuer.subject().to_string(),
            source: Source::Answer,
            made: At(answer.made),
            until: answer.until.map(At),
            revoked: usize::from(matches!(answer.status, OcspStatus::Revoked(_))),
            serial: Some(serial_hex(serial)),
        });
        let mut entries: Vec<BookEntry> = lists.chain(answers).collect();
        entries.sort_by(|one, other| {
            (one.source, &one.issuer, &one.serial).cmp(&(other.source, &other.issuer, &other.serial))
        });
        entries
    }
}

/// The first of `candidates` that `verify` accepts; otherwise the last one's refusal.
fn issuer_of<'a>(
    candidates: impl Iterator<Item = &'a X509>,
    verify: impl Fn(&X509) -> Result<(), RevocationRefusal>,
    named: impl Fn() -> String,
) -> Result<X509, ImportError> {
    let mut refusal = None;
    for candidate in candidates {
        match verify(candidate) {
            Ok(()) => return Ok(candidate.clone()),
            Err(no) => refusal = Some(no),
        }
    }
    Err(refusal.map_or_else(|| ImportError::UnknownIssuer { issuer: named() }, ImportError::Unbelieved))
}

fn not_future(made: At, now: At) -> Result<(), ImportError> {
    if made.0 > now.0.saturating_add(MOST_AHEAD) { Err(ImportError::Future { made }) } else { Ok(()) }
}

/// By number where both have one (RFC 5280 section 5.2.3: it only grows), otherwise by time.
fn is_newer(came: &Crl, have: &Crl) -> bool {
    let (number, other) = (came.number(), have.number());
    if number.is_empty() || other.is_empty() || number == other {
        return came.this_update() > have.this_update();
    }
    (number.len(), number) > (other.len(), other) && came.this_update() >= have.this_update()
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
