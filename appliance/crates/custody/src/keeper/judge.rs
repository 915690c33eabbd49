//! Judging entries before they are appended, and signing them after.
//!
//! A batch is judged against the log that custody signed; what was judged is put down durably before the answer, so
//! that after a crash of either side the same batch is known again. The head moves only when the room asks for the
//! signature, which it does after the batch is durable: custody's head never leads the store's.

use std::collections::BTreeMap;
use std::sync::Arc;

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{Event, Remedy};
use bidroom_domain::{Actor, At, Bidder, SessionId};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::bid::record::{KeyPackageRecord, RecordDigest};
use bidroom_envelope::bid::signed::Signed;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_judging::{
    EvidenceKind, EvidenceName, Objection, ReceivedBid, check_created, check_host, check_lock_of,
    check_opted, check_rewrap, check_signer, check_statement, decided_again, recorded_bid, sealed_schedule,
    signers_of, statement_of, table_digest,
};
use bidroom_ledger::checkpoint::{Checkpoint, Origin};
use bidroom_ledger::entry::Entry;
use bidroom_ledger::tree::{LeafHashes, leaf_hashes};
use bidroom_lock::{SignedStatement, Statement};
use bidroom_outcome::Judged;

use super::docket::{Docket, Folded};
use super::shares::Handed;
use super::{Keeper, lock};
use crate::heads::Head;
use crate::protocol::{Answer, EntryBytes, Evidence, Problem};

/// An entry, read.
struct Read {
    at: At,
    by: Actor,
    event: Event,
    leaf: LeafHashes,
}

/// Evidence by its name.
pub(super) struct Bundle<'a>(BTreeMap<&'a EvidenceName, &'a [u8]>);

impl<'a> Bundle<'a> {
    pub(super) fn of(evidence: &'a [Evidence]) -> Self {
        Self(evidence.iter().map(|it| (&it.name, it.bytes.0.as_slice())).collect())
    }

    pub(super) fn find(&self, name: &EvidenceName) -> Result<&'a [u8], Problem> {
        Ok(self.0.get(name).copied().ok_or_else(|| Objection::Missing(name.clone()))?)
    }

    /// A statement that has this SM3, its signature verified.
    pub(super) fn statement(&self, digest: &Sm3Digest) -> Result<SignedStatement, Problem> {
        let bytes = self.find(&EvidenceName::statement(digest))?;
        if Sm3Digest::of(bytes) != *digest {
            return Err(unreadable("statement", &"it has another digest"));
        }
        SignedStatement::verify_any(bytes).map_err(|error| unreadable("statement", &error))
    }

    /// The head of the bid with this digest; both its signatures are verified by reading it.
    pub(super) fn head(&self, bid: &Sm3Digest) -> Result<Header, Problem> {
        let head = Header::parse(self.find(&EvidenceName::head(bid))?)
            .map_err(|error| unreadable("head of a bid", &error))?;
        if head.bid_digest().0 == *bid {
            Ok(head)
        } else {
            Err(unreadable("head of a bid", &"it is of another bid"))
        }
    }

    /// Bytes that have this SM3.
    fn exact(&self, name: &EvidenceName, digest: &Sm3Digest) -> Result<&'a [u8], Problem> {
        let bytes = self.find(name)?;
        if Sm3Digest::of(bytes) == *digest { Ok(bytes) } else { Err(unreadable("evidence", name)) }
    }

    /// The signed challenge that has this SM3.
    pub(super) fn challenge(&self, digest: &Sm3Digest) -> Result<&'a [u8], Problem> {
        self.exact(&EvidenceName::challenge(digest), digest)
    }

    /// The certificate (DER) that has this SM3.
    pub(super) fn certificate(&self, digest: &Sm3Digest) -> Result<&'a [u8], Problem> {
        self.exact(&EvidenceName::certificate(digest), digest)
    }

    /// A signed record of key packages by its digest; its signature is verified by reading it.
    fn record(&self, digest: &Sm3Digest) -> Result<Signed<KeyPackageRecord>, Problem> {
        let record = Signed::<KeyPackageRecord>::parse(self.find(&EvidenceName::packages(digest))?)
            .map_err(|error| unreadable("key packages", &error))?;
        if RecordDigest::of(record.json()).0 == *digest {
            Ok(record)
        } else {
            Err(unreadable("key packages", &"they are another record"))
        }
    }

    /// The record of key packages that counts for a bidder's bid.
    fn record_of(&self, log: &Folded, bidder: Option<&Bidder>) -> Result<KeyPackageRecord, Problem> {
        let standing = bidder.and_then(|bidder| log.state.standing.get(&bidder.code));
        let standing = standing.ok_or_else(|| unreadable("key packages", &"no bid stands"))?;
        if standing.version > 1 {
            return Ok(self.record(&standing.packages)?.value().clone());
        }
        let head = self.head(&standing.bid)?;
        if head.packages_digest().0 == standing.packages {
            Ok(head.packages().value().clone())
        } else {
            Err(unreadable("key packages", &"they are another record"))
        }
    }

    /// An officer's part that came with a statement, one package for each device.
    pub(super) fn officer_packages(
        &self,
        statement: &Sm3Digest,
        devices: usize,
    ) -> Result<Vec<&'a [u8]>, Problem> {
        self.packages(EvidenceKind::OfficerPackage, statement, devices)
    }

    /// The packages that came with a statement, one for each device.
    pub(super) fn packages(
        &self,
        kind: EvidenceKind,
        statement: &Sm3Digest,
        devices: usize,
    ) -> Result<Vec<&'a [u8]>, Problem> {
        (0..devices).map(|device| self.find(&EvidenceName::package(kind, statement, device))).collect()
    }
}

fn unreadable(what: &'static str, why: &impl core::fmt::Display) -> Problem {
    Objection::Unreadable { what, why: why.to_string() }.into()
}

fn read(stored: &EntryBytes) -> Result<Read, Problem> {
    let wrong = |why: &dyn core::fmt::Display| unreadable("entry", &why.to_string());
    let entry = Entry::parse(&stored.entry.0).map_err(|error| wrong(&error))?;
    let disclosure = entry.disclose(&stored.openings).map_err(|error| wrong(&error))?;
    let withheld =
        entry.commitments().keys().find(|path| !stored.openings.iter().any(|it| it.path == **path));
    if let Some(path) = withheld {
        return Err(wrong(&format!("{path} is withheld")));
    }
    let by = disclosure.by.ok_or_else(|| wrong(&"who did it is withheld"))?;
    Ok(Read {
        at: At(entry.at()),
        by: serde_json::from_value(by).map_err(|error| wrong(&error))?,
        event: Event::from_parts(entry.kind(), disclosure.fields).map_err(|error| wrong(&error))?,
        leaf: leaf_hashes(&stored.entry.0),
    })
}

impl Keeper {
    /// Judges entries that follow the first `from`.
    pub(super) fn judge(
        &self,
        session: &SessionId,
        from: u64,
        entries: &[EntryBytes],
        evidence: &[Evidence],
    ) -> Result<Answer, Problem> {
        let docket = self.docket(session)?;
        let mut docket = lock(&docket);
        let size = docket.settled.size();
        if from != size {
            return Err(Problem::OtherLog { what: format!("entries from {from} on, custody has {size}") });
        }
        let entries = entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        if docket.is_reading() {
            self.read_again(&mut docket, &entries)?;
            return Ok(Answer::Admissible);
        }
        let next = if self.was_judged(&docket, &entries)? {
            folded(&docket, &entries)?
        } else {
            self.judged(&docket, &entries, &Bundle::of(evidence))?
        };
        self.heads.put_judged(session, &next.head())?;
        docket.judged = Some(next);
        Ok(Answer::Admissible)
    }

    /// Reads entries that were signed before custody was started: they are only compared with what was signed.
    fn read_again(&self, docket: &mut Docket, entries: &[Read]) -> Result<(), Problem> {
        let signed = docket.signed.map_or(0, |head| head.size);
        let next = folded(docket, entries)?;
        if next.size() > signed {
            let what = format!("{} entries at once, custody has signed {signed}", next.size());
            return Err(Problem::OtherLog { what });
        }
        if next.size() == signed && docket.signed != Some(next.head()) {
            docket.settled = Folded::default();
            return Err(other_head(docket.signed, &next));
        }
        docket.settled = next;
        Ok(())
    }

    /// Whether these entries are the batch that was judged last, perhaps before a crash.
    fn was_judged(&self, docket: &Docket, entries: &[Read]) -> Result<bool, Problem> {
        let Some(judged) = self.heads.judged(&docket.session)? else { return Ok(false) };
        let mut tree = docket.settled.tree.clone();
        for entry in entries {
            tree.append(&entry.leaf).map_err(|error| Problem::fault("ledger", &error))?;
        }
        Ok(judged == Head { size: tree.size(), roots: tree.root() })
    }

    fn judged(&self, docket: &Docket, entries: &[Read], evidence: &Bundle<'_>) -> Result<Folded, Problem> {
        let mut next = docket.settled.clone();
        let mut rest = entries.iter();
        while let Some(first) = rest.as_slice().first() {
            self.is_now(first.at)?;
            let decided = decided_again(&next.state, &first.by, &first.event, first.at)?;
            for expected in decided {
                let Some(shown) = rest.next() else {
                    return Err(Objection::NotDue { kind: expected.kind(), why: "had to follow" }.into());
                };
                if expected != shown.event || shown.at != first.at || shown.by != first.by {
                    return Err(Objection::Other { kind: shown.event.kind() }.into());
                }
                check_host(Some(&docket.documents.lot), &shown.by, &shown.event)?;
                self.check_evidence(docket, &next, shown, evidence)?;
                take(docket, &mut next, shown)?;
            }
        }
        Ok(next)
    }

    /// Whether the signed evidence behind an event says what the event says.
    fn check_evidence(
        &self,
        docket: &Docket,
        before: &Folded,
        shown: &Read,
        evidence: &Bundle<'_>,
    ) -> Result<(), Problem> {
        let judge = self.judge_of(docket);
        let known = docket.known(before, &judge);
        let signed = match statement_of(&shown.event) {
            None => None,
            Some(digest) => {
                let signed = evidence.statement(&digest)?;
                check_statement(&known, before.size(), &shown.event, &signed)?;
                let received = received_bid(before, &shown.event, evidence)?;
                check_signer(&known, &shown.by, &signed, shown.at, received)?;
                Some(signed)
            }
        };
        if opens_something(&shown.event) {
            self.time_stands(docket, &before.state)?;
        }
        let statement = signed.as_ref().map(SignedStatement::statement);
        let lot = &docket.documents.lot;
        match &shown.event {
            Event::SessionCreated(created) => {
                let room = &self.voice.identity().keys.name;
                check_created(created, &docket.documents.package.digest(), lot, room)?;
            }
            Event::KeysPublished(published) => {
                let made = docket.made.as_ref().filter(|made| made.event == *published);
                made.ok_or(Objection::Other { kind: shown.event.kind() })?;
            }
            Event::BidReceived(received) => {
                let head = evidence.head(&received.bid.unwrap_or(Sm3Digest::from_bytes([0; 32])))?;
                recorded_bid(received, &head, lot)?;
                signers_of(&head, &judge, shown.at)?;
            }
            Event::ShareAuthorised(authorised) => {
                if let Some(Statement::Authorise { package_digest, .. }) = statement {
                    let handed = Handed {
                        index: authorised.index,
                        statement: &authorised.statement,
                        sent: package_digest,
                        purpose: Purpose::Authorise,
                        attempt: super::shares::ATTEMPT,
                    };
                    self.check_part(docket, before, &handed, evidence)?;
                }
            }
            Event::StandbyProved(_) | Event::StandbyMissing(_) => {
                // Custody offers keys for publication only after it has proved them.
                docket.made.as_ref().ok_or(Objection::Other { kind: shown.event.kind() })?;
            }
            Event::DeviceLost(_) | Event::DeviceReturned(_) | Event::ClockSet(_) => {
                self.check_condition(docket, &shown.event)?;
            }
            Event::ClockConfirmed(confirmed) => self.is_now(confirmed.said)?,
            Event::OfficerProbed(probed) => {
                let session = &docket.session;
                self.check_probe(session, &probed.lock, &probed.challenge, statement, evidence)?;
            }
            Event::LockProbed(probed) => {
                let record = evidence.record_of(before, probed.bidder.as_ref())?;
                if let (Some(lock), Some(challenge)) = (&probed.lock, &probed.challenge) {
                    check_lock_of(&record, lock)?;
                    self.check_probe(&docket.session, lock, challenge, statement, evidence)?;
                }
            }
            Event::PackagesReplaced(replaced) => {
                let nothing = || Objection::Other { kind: shown.event.kind() };
                let (bidder, packages) =
                    replaced.bidder.as_ref().zip(replaced.packages.as_ref()).ok_or_else(nothing)?;
                let current = evidence.record_of(before, Some(bidder))?;
                let next = evidence.record(packages)?;
                if replaced.record != Some(Sm3Digest::of(next.der())) {
                    return Err(nothing().into());
                }
                let added = replaced.added.as_deref().unwrap_or_default();
                let certificates = added.iter().map(|digest| {
                    Certificate::from_der(evidence.certificate(digest)?)
                        .map_err(|error| unreadable("certificate", &error))
                });
                let certificates = certificates.collect::<Result<Vec<_>, Problem>>()?;
                let code = &bidder.code;
                let new = check_rewrap(&current, &next, &certificates, code, &judge, shown.at)?;
                if new != added {
                    return Err(nothing().into());
                }
            }
            Event::ReplacementAgreed(agreed) => {
                if let Some(Statement::ReplaceOfficers { deal, .. }) = statement {
                    self.check_agreement(docket, before, agreed, deal, evidence, shown.at)?;
                }
            }
            Event::OfficersRedealt(redealt) => {
                let made = docket.made_redeal.as_ref().filter(|made| made.event == *redealt);
                made.ok_or(Objection::Other { kind: shown.event.kind() })?;
            }
            Event::RemedyAsked(asked) => check_opted(&evidence.head(&asked.bid)?, lot, known.envelope)?,
            Event::RemedyPartGiven(given) => self.check_remedy_part(docket, before, given, evidence)?,
            Event::ShareCollected(collected) if collected.remedy == Some(Remedy::RemedyKey) => {
                self.check_joined(docket, before, collected, evidence)?;
            }
            Event::ShareCollected(collected) => self.check_share(docket, before, collected, evidence)?,
            Event::Evaluation(event) => computed(&before.state, &shown.by, event)?,
            Event::OpeningOpened(opened) => {
                for (number, row) in &opened.rows {
                    let bid = before.state.numbered(*number).map(|row| row.row.bid);
                    let bid = bid.ok_or(Objection::Other { kind: shown.event.kind() })?;
                    sealed_schedule(row, &evidence.head(&bid)?, known.envelope)?;
                }
                if table_digest(&opened.outcomes, &opened.rows)? != opened.table {
                    return Err(Objection::Other { kind: shown.event.kind() }.into());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether devices and clock are as an event of the room says.
    fn check_condition(&self, docket: &Docket, event: &Event) -> Result<(), Problem> {
        let lost = |name: &str| {
            let device = self.devices.devices().iter().find(|device| device.name == name);
            device.map(|device| device.lost().is_some())
        };
        let holds = match event {
            Event::DeviceLost(it) => lost(&it.device) == Some(true),
            Event::DeviceReturned(it) => lost(&it.device) == Some(false),
            Event::ClockSet(it) => self.step_since(docket) == Some((it.step, it.millis)),
            _ => true,
        };
        if holds { Ok(()) } else { Err(Objection::Other { kind: event.kind() }.into()) }
    }

    /// Signs the checkpoint over what was judged and is durable by now; the same head may be signed again.
    pub(super) fn sign(&self, session: &SessionId, size: u64) -> Result<Answer, Problem> {
        let docket = self.docket(session)?;
        let mut docket = lock(&docket);
        let judged = docket.judged.as_ref().filter(|judged| judged.size() == size).cloned();
        let next = match judged {
            Some(judged) => judged,
            None if size > 0 && docket.settled.size() == size && !docket.is_reading() => {
                docket.settled.clone()
            }
            None => return Err(Problem::Phase { what: format!("signing {size} entries") }),
        };
        let head = next.head();
        let origin: Origin = next.state.origin.parse().map_err(|error| Problem::fault("origin", &error))?;
        let at = next.state.last.unwrap_or(At(0));
        let note = self.voice.checkpoint(&Checkpoint::new(origin, size, &head.roots, at.0))?;
        let digest = Sm3Digest::of(note.as_bytes());
        self.heads.put_signed(session, &head, at, &digest)?;
        if next.state.clock_confirmed > docket.settled.state.clock_confirmed {
            self.heads.put_clock_settled(next.state.clock_confirmed)?;
        }
        docket.notes.insert(digest, size);
        docket.signed = Some(head);
        docket.settled = next;
        docket.judged = None;
        if docket.settled.publication.is_some() {
            docket.made = None;
        }
        if docket.settled.redeal.is_some() && docket.settled.state.agreements.is_empty() {
            docket.made_redeal = None;
        }
        docket.forget_officers();
        Ok(Answer::Note(note))
    }
}

/// The bid that a consent or a request for the remedy key is for, if this is one.
fn received_bid(
    before: &Folded,
    event: &Event,
    evidence: &Bundle<'_>,
) -> Result<Option<ReceivedBid>, Problem> {
    let bidder = match event {
        Event::ShareCollected(collected) => &collected.bidder,
        Event::RemedyAsked(asked) => &asked.bidder,
        _ => return Ok(None),
    };
    let Some(row) = before.state.row(bidder) else { return Ok(None) };
    let signer = evidence.head(&row.row.bid)?.submission().signer().digest();
    Ok(Some(ReceivedBid { signer, at: row.row.received_at }))
}

/// A result that the room fixes, or a review that it begins by figures, is what the method of the package gives.
fn computed(
    before: &bidroom_domain::opening::State,
    by: &Actor,
    event: &bidroom_domain::evaluation::Event,
) -> Result<(), Problem> {
    let why = match bidroom_outcome::judge(before, by, event) {
        Ok(Judged::NotComputed | Judged::Agrees) => return Ok(()),
        Ok(Judged::Differs(why)) => why.to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Problem::Objection { why })
}

/// What these entries make of the log, taken as they are.
fn folded(docket: &Docket, entries: &[Read]) -> Result<Folded, Problem> {
    let mut next = docket.settled.clone();
    for entry in entries {
        take(docket, &mut next, entry)?;
    }
    Ok(next)
}

fn take(docket: &Docket, next: &mut Folded, entry: &Read) -> Result<(), Problem> {
    if let Event::SessionCreated(created) = &entry.event
        && created.package != docket.documents.package.digest()
    {
        return Err(Problem::OtherLog { what: "it begins with another tender package".to_owned() });
    }
    if let Event::KeysPublished(published) = &entry.event {
        let made = docket.made.as_ref().map(|made| made.published.clone());
        let offered = docket.documents.publication.clone().map(Arc::new);
        let is_named = |it: &Arc<_>| publication_digest(it) == published.publication;
        let publication = made.into_iter().chain(offered).find(is_named);
        next.publication = Some(publication.ok_or_else(|| Problem::OtherLog {
            what: "the publication that the log names was not handed over".to_owned(),
        })?);
    }
    if let Event::OfficersRedealt(redealt) = &entry.event {
        let made = docket.made_redeal.as_ref().map(|made| made.document.clone());
        let offered = docket.redeals.iter().cloned();
        let redeal = made.into_iter().chain(offered).find(|it| it.digest() == redealt.redeal);
        next.redeal = Some(redeal.ok_or_else(|| Problem::OtherLog {
            what: "the dealing that the log names was not handed over".to_owned(),
        })?);
    }
    next.take(&entry.event, entry.at, entry.leaf)
}

fn publication_digest(published: &Arc<bidroom_tender::Published>) -> Sm3Digest {
    published.document.digest()
}

fn other_head(signed: Option<Head>, shown: &Folded) -> Problem {
    let root = |head: Head| format!("{} entries with root {}", head.size, head.roots.sm3);
    let what = format!(
        "custody signed {}, the room shows {}",
        signed.map(root).unwrap_or_default(),
        root(shown.head())
    );
    Problem::OtherLog { what }
}

/// Events after which something may be opened, or which are possible before the deadline only because of what they
/// open: they wait while the time is in doubt.
const fn opens_something(event: &Event) -> bool {
    matches!(
        event,
        Event::DeadlinePassed(_)
            | Event::ShareAuthorised(_)
            | Event::UnlockStarted(_)
            | Event::ShareCollected(_)
            | Event::RemedyPartGiven(_)
            | Event::OpeningClosed(_)
            | Event::ReplacementAgreed(_)
            | Event::OfficersRedealt(_)
    )
}
