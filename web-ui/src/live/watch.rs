//! What a page holds of a session: the verified copy of its log, the state folded from it, and what is shown of both.
//!
//! Nothing enters the state that did not verify: keys against the signed tender package, leaves against the signed
//! checkpoint, the first entry against the package, schedules against their commitments, the clock against its key.
//! Must not know: sockets, components.

use super::log::line;
use crate::model::{ClockQuality, Facts, Ledger, Link, LogLine, Marks, Readiness, Scene, Tamper, derive};
use crate::text::{Both, Say, Trouble};
use bidroom_canon::{from_canonical, group4, to_canonical};
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{Event, OpeningOpened, Phase, State};
use bidroom_domain::{At, LotFacts};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleCommitment};
use bidroom_envelope::bid::scope::BidScope;
use bidroom_ledger::checkpoint::RoomKeys;
use bidroom_ledger::replay::{Disclosed, Evidence, LeafView, Replica};
use bidroom_ledger::tree::{LeafHashes, Leaves, leaf_hashes};
use bidroom_tender::{SignedDocument, TenderPackage};
use bidroom_wire::{Frame, SessionInfo, SignedClock, Who};
use ed25519_dalek::{Signature, VerifyingKey};

/// Lines of the log that a page keeps to show.
const LINES: usize = 60;
/// Most bytes of evidence that a page keeps.
const EVIDENCE: usize = 1 << 20;

/// Why a frame was not taken.
#[derive(Debug)]
pub enum Stop {
    /// Evidence disagrees: the page stops.
    Tamper(Box<Tamper>),
    /// The frame does not follow what the page has: ask for the rest.
    Gap,
    /// The page does not understand an event: it is older than the server.
    Outdated,
}

/// A page's knowledge of a session.
#[derive(Debug, Clone)]
pub struct Watch {
    info: SessionInfo,
    keys: RoomKeys,
    replica: Replica,
    leaves: Leaves,
    state: State,
    facts: Facts,
    opened_leaf: Option<(u64, LeafView)>,
}

/// What is known of a session before its log may be read.
fn beginning(info: &SessionInfo) -> State {
    State {
        phase: Phase::Receive,
        lot: Some(info.lot.clone()),
        devices: info.devices.clone(),
        publication: info.publication,
        ..State::default()
    }
}

fn tamper(what: &impl Say, detail: &str, seen: Option<At>, evidence: &str) -> Stop {
    let mut what = what.both();
    if !detail.is_empty() {
        what.zh.push_str(&format!("（{detail}）"));
        what.en.push_str(&format!(" ({detail})"));
    }
    let evidence = format!("{what:?}\n{detail}\n{evidence}").chars().take(EVIDENCE).collect();
    Stop::Tamper(Box::new(Tamper { what, seen, evidence }))
}

impl Watch {
    /// Begins to watch a session whose keys the signed tender package names.
    ///
    /// # Errors
    /// [`Stop::Tamper`] where server, package and keys disagree.
    pub fn new(info: SessionInfo, keys: RoomKeys) -> Result<Self, Stop> {
        let wrong = |what: Trouble, detail: &str| tamper(&what, detail, None, "");
        let package = SignedDocument::<TenderPackage>::parse(&info.signed_package.0)
            .map_err(|error| wrong(Trouble::WrongPackage, &error.to_string()))?;
        if package.value().room.keys != keys {
            return Err(wrong(Trouble::WrongRoom, ""));
        }
        if package.digest() != info.package || package.value().lot(info.lot.lot) != Some(&info.lot) {
            return Err(wrong(Trouble::WrongPackage, ""));
        }
        let origin = info.origin.parse().map_err(|_| wrong(Trouble::WrongPackage, &info.origin))?;
        let state = beginning(&info);
        let replica = Replica::new(keys.clone(), origin);
        let facts = Facts { readiness: readiness(&info), ..Facts::default() };
        Ok(Self { info, keys, replica, leaves: Leaves::new(), state, facts, opened_leaf: None })
    }

    /// The same session from its beginning, for a reader who may now read more or less.
    #[must_use]
    pub fn afresh(&self) -> Self {
        let origin = self.replica.origin().clone();
        Self {
            info: self.info.clone(),
            keys: self.keys.clone(),
            replica: Replica::new(self.keys.clone(), origin),
            leaves: Leaves::new(),
            state: beginning(&self.info),
            facts: Facts {
                link: self.facts.link,
                clock: self.facts.clock.clone(),
                readiness: self.facts.readiness.clone(),
                me: self.facts.me.clone(),
                officer: self.facts.officer,
                staff: self.facts.staff.clone(),
                own_bid: self.facts.own_bid.clone(),
                ..Facts::default()
            },
            opened_leaf: None,
        }
    }

    /// How many leaves it has: the number to name when asking for the rest.
    pub const fn size(&self) -> u64 {
        self.replica.size()
    }

    /// Whether another copy of the same log of the same length says the same.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.size() != other.size() || self.replica.tree().root() == other.replica.tree().root()
    }

    /// The folded state.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The lot.
    pub const fn lot(&self) -> &LotFacts {
        &self.info.lot
    }

    /// The keys that sign the log.
    pub const fn keys(&self) -> &RoomKeys {
        &self.keys
    }

    /// The log's copy.
    pub const fn replica(&self) -> &Replica {
        &self.replica
    }

    /// What is known beside the state.
    pub const fn facts(&mut self) -> &mut Facts {
        &mut self.facts
    }

    /// Who is at this page.
    pub fn set_person(&mut self, who: Option<&Who>) {
        self.facts.me = who.and_then(|who| who.bidder.as_ref()).map(|bidder| bidder.code.clone());
        self.facts.own_bid = None;
        self.facts.officer = who.and_then(|who| who.officer);
        self.facts.person = who.filter(|who| who.staff.is_some()).map(|who| who.certificate);
        self.facts.staff = who.and_then(|who| who.staff).map(|role| crate::model::officer::role(role).both());
    }

    /// What is seen.
    pub fn scene(&self) -> Scene {
        derive::scene(&self.state, &self.facts)
    }

    /// Takes a frame that verifies; says the room's time.
    ///
    /// # Errors
    /// [`Stop`]; then nothing of the frame was taken.
    pub fn take(&mut self, frame: &Frame) -> Result<At, Stop> {
        let seen = self.facts.seen;
        check_clock(&self.keys, &frame.clock).map_err(|what| tamper(&what, "", seen, ""))?;
        if frame.from != self.size() && !frame.leaves.is_empty() {
            return Err(Stop::Gap);
        }
        if let Some(note) = &frame.note
            && (!frame.leaves.is_empty() || self.replica.head().is_some())
        {
            self.take_leaves(&frame.leaves, note)?;
        }
        self.facts.seen = Some(frame.clock.at);
        self.facts.clock = quality(&frame.clock);
        self.facts.online = frame.status.online;
        self.facts.queue.clone_from(&frame.status.queue);
        self.facts.pace_millis = frame.status.pace_millis;
        self.facts.halted = frame.status.halted.as_ref().map(|sentence| {
            (
                Both::new(&sentence.zh.title, &sentence.en.title),
                Both::new(&sentence.zh.body, &sentence.en.body),
            )
        });
        Ok(frame.clock.at)
    }

    fn take_leaves(&mut self, leaves: &[LeafView], note: &str) -> Result<(), Stop> {
        let seen = self.facts.seen;
        let first = self.size();
        // Events are read before anything is changed: a page that does not understand one takes none of them.
        let mut replica = self.replica.clone();
        let disclosed = replica.extend(leaves, note).map_err(|evidence| {
            let raw = text_of(&(note, leaves)).unwrap_or_default();
            tamper(&Trouble::DoesNotAddUp, &short(&evidence), seen, &format!("{evidence}\n{raw}"))
        })?;
        let mut events = Vec::with_capacity(disclosed.len());
        for Disclosed { index, at, kind, fields, .. } in disclosed {
            let event = Event::from_parts(&kind, fields).map_err(|_| Stop::Outdated)?;
            events.push((index, At(at), event));
        }
        if first == 0 {
            self.check_first(events.first())?;
            self.state = State::default();
        }
        self.replica = replica;
        for (leaf, index) in leaves.iter().zip(first..) {
            self.leaves.push(match leaf {
                LeafView::Entry { bytes, .. } => leaf_hashes(bytes.as_bytes()),
                LeafView::Hidden { sha256, sm3 } => LeafHashes { sha256: *sha256, sm3: *sm3 },
            });
            if events
                .iter()
                .any(|(number, _, event)| *number == index && matches!(event, Event::OpeningOpened(_)))
            {
                self.opened_leaf = Some((index, leaf.clone()));
            }
        }
        for (index, at, event) in events {
            self.state.apply(&event, at);
            self.mark(index, at, &event);
        }
        self.show_ledger(note);
        Ok(())
    }

    /// Entry 0 must be the session that the signed package describes.
    fn check_first(&self, first: Option<&(u64, At, Event)>) -> Result<(), Stop> {
        match first {
            Some((0, _, Event::SessionCreated(created)))
                if created.package == self.info.package && *created.lot == self.info.lot =>
            {
                Ok(())
            }
            _ => Err(tamper(&Trouble::WrongPackage, "", self.facts.seen, "")),
        }
    }

    fn mark(&mut self, index: u64, at: At, event: &Event) {
        let marks: &mut Marks = &mut self.facts.marks;
        match event {
            Event::DeadlinePassed(_) => marks.deadline = Some(index),
            Event::OpeningOpened(opened) => {
                marks.opened = Some(index);
                self.facts.checked = check_schedules(opened, &self.state, &self.info.lot);
            }
            Event::ClockStopped(_) => {
                marks.stopped = Some((index, at));
                for row in self.state.roster.iter().filter(|row| row.collected.is_none()) {
                    marks.trouble(&row.row.bidder.code, index);
                }
            }
            Event::TroubleReported(it) => marks.trouble(&it.bidder, index),
            Event::BidderHeld(it) => marks.trouble(&it.bidder, index),
            Event::LockMismatched(it) => marks.trouble(&it.bidder, index),
            Event::AnnouncingFinished(_) => marks.announced = Some(at),
            Event::SessionClosed(_) => marks.closed = Some(index),
            Event::ShareAuthorised(share) => marks.authorised.push((share.index, index)),
            Event::RecordSigned(signed) => marks.signed.push((signed.certificate, index)),
            _ => {}
        }
        let text = line(event, &self.state);
        self.facts.log.insert(0, LogLine { number: index, at, text });
        self.facts.log.truncate(LINES);
    }

    fn show_ledger(&mut self, note: &str) {
        let Some(head) = self.replica.head() else { return };
        let checkpoint = &head.checkpoint;
        let root = group4(checkpoint.sm3_root.as_bytes(), 4);
        if self.facts.deadline_digits.is_none() && self.state.roster_at.is_some() {
            self.facts.deadline_digits =
                Some(group4(bidroom_canon::Sm3Digest::of(note.as_bytes()).as_bytes(), 2));
        }
        self.facts.ledger = Some(Ledger {
            size: checkpoint.size,
            at: At(checkpoint.at),
            root,
            witnesses: (0, 0),
            qr: format!("{}\n{}\n{}", checkpoint.origin.as_str(), checkpoint.size, checkpoint.sm3_root),
        });
    }

    /// The raw proof of the opening's entry: entry, openings, paths under both hashes, and the signed checkpoint.
    pub fn proof(&self) -> Option<String> {
        let (index, leaf) = self.opened_leaf.as_ref()?;
        let size = self.size();
        let sha256 = self.leaves.inclusion_proof::<bidroom_canon::Sha256>(*index, size).ok()?;
        let sm3 = self.leaves.inclusion_proof::<bidroom_canon::Sm3>(*index, size).ok()?;
        let note = self.replica.head()?.note.to_text();
        let proof = serde_json::json!({
            "format": "bidroom-page-proof/1",
            "leaf": leaf,
            "note": note,
            "sha256": sha256,
            "sm3": sm3,
        });
        text_of(&proof)
    }

    /// Sets the state of the connection.
    pub const fn set_link(&mut self, link: Link) {
        self.facts.link = link;
    }
}

/// A value as JSON.
fn text_of(value: &impl serde::Serialize) -> Option<String> {
    String::from_utf8(to_canonical(value).ok()?).ok()
}

/// Two copies of one length that differ.
pub fn forked() -> Stop {
    tamper(&Trouble::Forked, "", None, "")
}

/// A short form of the evidence for people; the whole stands in the evidence file.
fn short(evidence: &Evidence) -> String {
    evidence.to_string().chars().take(160).collect()
}

fn check_clock(keys: &RoomKeys, clock: &SignedClock) -> Result<(), Trouble> {
    let message =
        SignedClock::message(&keys.name, clock.at, &clock.quality).map_err(|_| Trouble::BadClock)?;
    let signature = Signature::from_slice(&clock.signature.0).map_err(|_| Trouble::BadClock)?;
    // Whichever of the room's devices answers signs.
    let stands = keys.pairs().any(|pair| {
        let key = VerifyingKey::from_bytes(&pair.ed25519.0);
        key.is_ok_and(|key| key.verify_strict(message.as_bytes(), &signature).is_ok())
    });
    if stands { Ok(()) } else { Err(Trouble::BadClock) }
}

/// Whether a signed clock stands; for pages without a session.
pub fn clock_stands(keys: &RoomKeys, clock: &SignedClock) -> bool {
    check_clock(keys, clock).is_ok()
}

/// What the room says of its clock.
pub fn quality(clock: &SignedClock) -> ClockQuality {
    let names = Both::new(clock.quality.sources_zh.join("、"), clock.quality.sources_en.join(", "));
    match clock.quality.within_millis {
        Some(millis) => ClockQuality::Agree { names, sources: clock.quality.sources_zh.len(), millis },
        None if names.zh.is_empty() => ClockQuality::Unstated,
        None => ClockQuality::Single { name: names },
    }
}

/// Compares each published schedule with the commitment beside it: number and whether it fits.
fn check_schedules(opened: &OpeningOpened, state: &State, lot: &LotFacts) -> Vec<(u32, bool)> {
    opened
        .rows
        .iter()
        .map(|(number, row)| {
            let fits = || {
                let bidder = &state.numbered(*number)?.row.bidder.code;
                let scope = BidScope {
                    tender: lot.tender.clone(),
                    lot: lot.lot,
                    envelope: EnvelopeIndex::FIRST,
                    bidder: bidder.clone(),
                };
                let schedule: Schedule = from_canonical(row.schedule.as_bytes()).ok()?;
                Some(ScheduleCommitment(row.commitment).admits(&schedule, &row.salt, &scope))
            };
            (*number, fits().unwrap_or(false))
        })
        .collect()
}

/// What the session's own publication says of readiness; nothing that could not be checked.
fn readiness(info: &SessionInfo) -> Vec<Readiness> {
    let devices = info.devices.iter().map(|device| {
        let (zh, en) = if device.device == "standby" {
            ("备用加密机", "Standby HSM")
        } else {
            ("主加密机", "Main HSM")
        };
        Readiness {
            ready: true,
            name: Both::new(zh, en),
            value: Both::new(derive::first_line(&device.level_zh), derive::first_line(&device.level_en)),
        }
    });
    let officers = info.lot.officers.len();
    let needed = info.lot.policy.officers_threshold.value;
    let people = Readiness {
        ready: true,
        name: Both::new("授权人份额已分发", "Officers' shares dealt"),
        value: Both::new(format!("{officers} 人，需 {needed} 人"), format!("{officers}, {needed} needed")),
    };
    let keys = Readiness {
        ready: info.publication.is_some(),
        name: Both::new("本室密钥与证书", "Room keys and certificate"),
        value: if info.publication.is_some() {
            Both::new("已公布", "published")
        } else {
            Both::new("生成中", "being made")
        },
    };
    devices.chain([people, keys]).collect()
}

#[cfg(test)]
mod tests;
