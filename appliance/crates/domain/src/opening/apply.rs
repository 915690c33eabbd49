//! Applying events. Nothing here can fail: an event that is in the log happened.

use super::event::Event;
use super::state::{
    Authorised, Collected, Objection, Phase, RecordSignature, RowState, Standing, State, UnlockClock,
};
use crate::At;

impl State {
    /// Applies an event that happened at `at`. Fields that the reader may not know are simply not known.
    pub fn apply(&mut self, event: &Event, at: At) {
        self.last = Some(at);
        match event {
            Event::SessionCreated(created) => {
                self.phase = Phase::Prepare;
                self.origin.clone_from(&created.origin);
                self.package = Some(created.package);
                self.lot = Some((*created.lot).clone());
            }
            Event::KeysPublished(published) => {
                self.phase = Phase::Receive;
                self.publication = Some(published.publication);
                self.devices.clone_from(&published.devices);
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
                        Standing { bidder: bidder.clone(), bid, packages, sequence, length, received_at: at },
                    );
                }
            }
            Event::BidWithdrawn(withdrawn) => {
                if let Some(bidder) = &withdrawn.bidder {
                    // Whoever withdrew may begin again with a first bid.
                    self.standing.remove(&bidder.code);
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
                });
            }
            Event::LockMismatched(mismatched) => {
                if let Some(row) = self.row_mut(&mismatched.bidder) {
                    let times = row.mismatch.as_ref().map_or(0, |(_, _, times)| *times).saturating_add(1);
                    row.mismatch = Some((mismatched.clone(), at, times));
                }
            }
            Event::ShareCollected(collected) => {
                if let Some(row) = self.row_mut(&collected.bidder) {
                    row.mismatch = None;
                    row.collected =
                        Some(Collected { lock: collected.lock.clone(), statement: collected.statement, at });
                }
            }
            Event::ClockStopped(stopped) => {
                if let Some(clock) = &mut self.unlock {
                    clock.stopped = Some((stopped.reason.clone(), stopped.remaining));
                }
            }
            Event::ClockResumed(resumed) => {
                if let Some(clock) = &mut self.unlock {
                    clock.stopped = None;
                    clock.ends_at = resumed.ends_at;
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
                    row.fate = Some((attributed.fate, attributed.reason.clone()));
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
        }
    }
}
