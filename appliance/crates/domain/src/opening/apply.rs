//! Applying events. Nothing here can fail: an event that is in the log happened.

use std::collections::BTreeMap;

use super::event::Event;
use super::state::{
    Agreement, Authorised, ClockStep, Collected, GivenPart, Objection, Phase, Probed, RecordSignature,
    RemedyState, RowState, Standing, State, UnlockClock, Verdict,
};
use super::trouble::{DEVICES_SILENT, Fact, Side, Trouble, Voucher};
use crate::At;

/// The bidder's time since `since` was given back: what the centre did to it from then on cost it none.
fn make_up(row: &mut RowState, since: At) {
    for fact in row.facts.iter_mut().filter(|fact| fact.at >= since) {
        fact.made_up |= fact.trouble.side() == Side::Centre;
    }
}

impl State {
    /// Applies an event that happened at `at`. Fields that the reader may not know are simply not known.
    pub fn apply(&mut self, event: &Event, at: At) {
        self.last = Some(at);
        match event {
            Event::SessionCreated(created) => {
                self.phase = Phase::Prepare;
                self.origin.clone_from(&created.origin);
                self.package = Some(created.package);
                self.officers.clone_from(&created.lot.officers);
                self.lot = Some((*created.lot).clone());
            }
            Event::KeysPublished(published) => {
                self.phase = Phase::Receive;
                self.publication = Some(published.publication);
                self.draw = published.draw;
                self.devices.clone_from(&published.devices);
                self.dealing = 1;
            }
            Event::StandbyProved(_) | Event::StandbyMissing(_) => {}
            Event::DeviceLost(lost) => {
                self.lost.insert(lost.device.clone(), at);
            }
            Event::DeviceReturned(returned) => {
                self.lost.remove(&returned.device);
            }
            Event::OfficerProbed(probed) => {
                let (lock, lock_tail) = (probed.lock, probed.lock_tail.clone());
                self.probed.insert(probed.index, Probed { lock, lock_tail, at });
            }
            Event::ReplacementAgreed(agreed) => {
                let (officers, statement) = (agreed.officers.clone(), agreed.statement);
                self.agreements.insert(agreed.index, Agreement { officers, statement, at });
            }
            Event::OfficersRedealt(redealt) => {
                self.dealing = redealt.version;
                self.redeals.push(redealt.redeal);
                self.agreements.clear();
                let former = core::mem::replace(&mut self.officers, redealt.officers.clone());
                self.former_officers.push((at, former));
                let officers = &self.officers;
                self.probed.retain(|index, probed| {
                    officers.iter().any(|officer| {
                        officer.index == *index && officer.encryption_certificate == probed.lock
                    })
                });
            }
            Event::ClockSet(set) => {
                let (step, millis) = (set.step, set.millis);
                self.clock_step = Some(ClockStep { step, millis, at, confirmed: Default::default() });
            }
            Event::ClockConfirmed(confirmed) => {
                let needed = self.lot.as_ref().map(|lot| usize::from(lot.policy.officers_threshold.value));
                if let Some(step) = self.clock_step.as_mut().filter(|step| step.step == confirmed.step) {
                    step.confirmed.insert(confirmed.index, at);
                    if needed.is_some_and(|needed| step.confirmed.len() >= needed) {
                        self.clock_confirmed = step.step;
                    }
                }
            }
            Event::LockProbed(probed) => {
                if let (Some(bidder), Some(bid), Some(lock), Some(lock_tail)) =
                    (&probed.bidder, probed.bid, probed.lock, &probed.lock_tail)
                {
                    let probed = Probed { lock, lock_tail: lock_tail.clone(), at };
                    self.lock_probes.entry(bidder.code.clone()).or_default().insert(lock, (bid, probed));
                }
            }
            Event::PackagesReplaced(replaced) => {
                if let (Some(bidder), Some(packages), Some(version)) =
                    (&replaced.bidder, replaced.packages, replaced.version)
                    && let Some(standing) = self.standing.get_mut(&bidder.code)
                {
                    standing.packages = packages;
                    standing.version = version;
                }
            }
            Event::ReplacementStarted(started) => {
                if let (Some(bidder), Some(bid)) = (&started.bidder, started.bid) {
                    self.replacing.insert(bidder.code.clone(), bid);
                }
            }
            Event::BidReceived(received) => {
                if let (Some(bidder), Some(bid), Some(packages), Some(sequence), Some(length)) =
                    (&received.bidder, received.bid, received.packages, received.sequence, received.length)
                {
                    self.replacing.remove(&bidder.code);
                    self.sequences.insert(bidder.code.clone(), sequence);
                    self.standing.insert(
                        bidder.code.clone(),
                        Standing {
                            bidder: bidder.clone(),
                            bid,
                            packages,
                            version: 1,
                            sequence,
                            length,
                            received_at: at,
                        },
                    );
                }
            }
            Event::BidWithdrawn(withdrawn) => {
                if let Some(bidder) = &withdrawn.bidder {
                    // Whoever withdrew may begin again with a first bid.
                    self.standing.remove(&bidder.code);
                    self.lock_probes.remove(&bidder.code);
                    self.sequences.remove(&bidder.code);
                    self.replacing.remove(&bidder.code);
                }
            }
            Event::BidderSignedIn(signed_in) => {
                if let Some(bidder) = &signed_in.bidder {
                    self.signed_in.insert(bidder.code.clone(), (bidder.clone(), at));
                }
            }
            Event::DeadlinePassed(_) => self.deadline_passed = Some(at),
            Event::RosterPublished(published) => {
                self.phase = Phase::Authorise;
                self.roster_at = Some(at);
                self.roster = published.rows.iter().cloned().map(RowState::new).collect();
            }
            Event::OpeningRefused(refused) => {
                self.phase = Phase::Refused;
                self.refused = Some((refused.bidders, refused.minimum, refused.clause.clone(), at));
            }
            Event::ShareAuthorised(authorised) => {
                self.authorised.insert(
                    authorised.index,
                    Authorised {
                        name: authorised.name.clone(),
                        lock_tail: authorised.lock_tail.clone(),
                        at,
                        statement: authorised.statement,
                    },
                );
            }
            Event::UnlockStarted(started) => {
                self.phase = Phase::Unlock;
                self.unlock = Some(UnlockClock {
                    attempt: started.attempt,
                    started_at: at,
                    ends_at: started.ends_at,
                    stopped: None,
                    resumed_at: None,
                });
            }
            Event::LockMismatched(mismatched) => {
                if let Some(row) = self.row_mut(&mismatched.bidder) {
                    let times = row.mismatch.as_ref().map_or(0, |(_, _, times)| *times).saturating_add(1);
                    row.mismatch = Some((mismatched.clone(), at, times));
                    let (present, sealed_to) =
                        (mismatched.present.tail.clone(), mismatched.sealed_to.clone());
                    let trouble = Trouble::WrongLock { present, sealed_to };
                    row.facts.push(Fact { trouble, vouched: Voucher::Bidder, at, made_up: false });
                }
            }
            Event::ShareCollected(collected) => {
                if let Some(row) = self.row_mut(&collected.bidder) {
                    row.mismatch = None;
                    row.held = None;
                    row.collected = Some(Collected {
                        lock: collected.lock.clone(),
                        statement: collected.statement,
                        at,
                        remedy: collected.remedy,
                    });
                }
            }
            Event::RemedyAsked(asked) => {
                if let Some(row) = self.row_mut(&asked.bidder) {
                    row.remedy = Some(RemedyState {
                        statement: asked.statement,
                        lock: asked.lock.clone(),
                        reason: asked.reason.clone(),
                        at,
                        allowed: None,
                        agreed: None,
                        parts: BTreeMap::new(),
                    });
                }
            }
            Event::RemedyAllowed(allowed) => {
                if let Some(remedy) = self.remedy_mut(&allowed.bidder) {
                    remedy.allowed = Some((allowed.reason.clone(), at));
                }
            }
            Event::RemedyAgreed(agreed) => {
                if let Some(remedy) = self.remedy_mut(&agreed.bidder) {
                    remedy.agreed = Some((agreed.statement, at));
                }
            }
            Event::RemedyPartGiven(given) => {
                if let Some(remedy) = self.remedy_mut(&given.bidder) {
                    let (name, statement, packages) = (given.name.clone(), given.statement, given.packages);
                    remedy.parts.insert(given.index, GivenPart { name, statement, packages, at });
                }
            }
            Event::TroubleReported(reported) => {
                if let Some(row) = self.row_mut(&reported.bidder) {
                    let (trouble, vouched) = (reported.trouble.clone(), reported.vouched);
                    row.facts.push(Fact { trouble, vouched, at, made_up: false });
                }
            }
            Event::BidderHeld(held) => {
                if let Some(row) = self.row_mut(&held.bidder) {
                    row.held = Some((held.reason.clone(), held.remaining));
                    let trouble = Trouble::Held { reason: held.reason.clone() };
                    let vouched = if held.since.is_some() { Voucher::Room } else { Voucher::Host };
                    row.facts.push(Fact { trouble, vouched, at, made_up: false });
                }
            }
            Event::BidderReleased(released) => {
                if let Some(row) = self.row_mut(&released.bidder) {
                    row.held = None;
                    row.own_end = Some(released.ends_at);
                    row.released_at = Some(at);
                    make_up(row, At(i64::MIN));
                }
            }
            Event::ClockStopped(stopped) => {
                if let Some(clock) = &mut self.unlock {
                    clock.stopped = Some((stopped.reason.clone(), stopped.remaining));
                }
                let by_room = stopped.since.is_some() || stopped.reason == DEVICES_SILENT;
                let vouched = if by_room { Voucher::Room } else { Voucher::Host };
                for row in self.roster.iter_mut().filter(|row| row.collected.is_none()) {
                    if let Some(since) = stopped.since {
                        make_up(row, since);
                    }
                    let trouble = Trouble::ClockStopped { reason: stopped.reason.clone() };
                    row.facts.push(Fact { trouble, vouched, at, made_up: false });
                }
            }
            Event::ClockResumed(resumed) => {
                let mut longer = 0;
                if let Some(clock) = &mut self.unlock {
                    longer = resumed.ends_at.millis_since(clock.ends_at);
                    clock.stopped = None;
                    clock.resumed_at = Some(at);
                    clock.ends_at = resumed.ends_at;
                }
                for row in &mut self.roster {
                    row.own_end = row.own_end.map(|ends_at| ends_at.plus_millis(longer));
                    let stops = row.facts.iter_mut();
                    for stop in stops.filter(|fact| matches!(fact.trouble, Trouble::ClockStopped { .. })) {
                        stop.made_up = true;
                    }
                }
            }
            Event::OpeningClosed(closed) => {
                self.phase = Phase::Opening;
                self.closed = Some((at, closed.cause));
            }
            Event::OpeningOpened(opened) => {
                self.phase = Phase::Announce;
                self.opened = Some((at, opened.table));
                for outcome in &opened.outcomes {
                    let schedule = opened.rows.get(&outcome.number).cloned();
                    if let Some(row) = self.row_mut(&outcome.bidder) {
                        row.outcome = Some(outcome.outcome);
                        row.schedule = schedule;
                    }
                }
            }
            Event::BodyVerified(verified) => {
                if let Some(row) = self.row_mut(&verified.bidder) {
                    row.body = Some(Ok(verified.documents));
                }
            }
            Event::BodyFailed(failed) => {
                if let Some(row) = self.row_mut(&failed.bidder) {
                    row.body = Some(Err(failed.cause));
                }
            }
            Event::BidAttributed(attributed) => {
                if let Some(row) = self.row_mut(&attributed.bidder) {
                    row.decided = Some(attributed.clone());
                    row.verdict = None;
                }
            }
            Event::FateAgreed(agreed) => {
                if let Some(row) = self.row_mut(&agreed.bidder) {
                    row.verdict = Some(Verdict { name: agreed.name.clone(), at, contested: None });
                }
            }
            Event::FateContested(contested) => {
                if let Some(row) = self.row_mut(&contested.bidder) {
                    let (name, reason) = (contested.name.clone(), contested.reason.clone());
                    row.verdict = Some(Verdict { name, at, contested: Some(reason) });
                }
            }
            Event::BidAnnounced(announced) => {
                self.announcing = Some(announced.number);
                if let Some(row) = self.roster.iter_mut().find(|row| row.row.number == announced.number) {
                    row.announced = Some(at);
                }
            }
            Event::AnnouncingFinished(finished) => {
                self.phase = Phase::Confirm;
                self.announcing = None;
                self.confirm_until = Some(finished.confirm_until);
            }
            Event::RecordConfirmed(confirmed) => {
                if let Some(row) = self.row_mut(&confirmed.bidder) {
                    row.confirmed = Some(at);
                }
            }
            Event::ObjectionRaised(raised) => self.objections.push(Objection {
                number: raised.objection,
                bidder: raised.bidder.clone(),
                text: raised.text.clone(),
                at,
                answer: None,
            }),
            Event::ObjectionAnswered(answered) => {
                if let Some(objection) =
                    self.objections.iter_mut().find(|objection| objection.number == answered.objection)
                {
                    objection.answer = Some((answered.text.clone(), at));
                }
            }
            Event::SessionClosed(_) => {
                self.phase = Phase::Closed;
                self.session_closed = Some(at);
            }
            Event::RecordSigned(signed) => self.signatures.push(RecordSignature {
                role: signed.role,
                name: signed.name.clone(),
                certificate: signed.certificate,
                lock_tail: signed.lock_tail.clone(),
                at,
            }),
            Event::SignatureMissed(missed) => {
                self.absences.insert(missed.role, (missed.reason.clone(), at));
            }
            Event::Evaluation(event) => self.evaluation.get_or_insert_default().apply(event, at),
        }
    }
}
