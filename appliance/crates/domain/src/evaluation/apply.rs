//! Applying events. Nothing here can fail: an event that is in the log happened.

mod members;
mod results;
mod work;

use super::event::Event;
use super::retrace::statement_of;
use super::state::{Committee, LowPrice, LowPriceConclusion, Rereview, State, Void, VoidCause, Voided};
use super::terms::{Stage, StopGround, Subject};
use crate::At;

impl State {
    /// Applies an event that happened at `at`. Fields that the reader may not know are simply not known.
    pub fn apply(&mut self, event: &Event, at: At) {
        self.said.extend(statement_of(event));
        match event {
            Event::CommitteeImported(imported) => {
                if self.stage == Stage::Stopped {
                    self.stage = Stage::Assembly;
                    self.stopped = None;
                }
                self.attempt = self.attempt.saturating_add(1);
                self.committee = Some(Committee::new(imported.list, at));
            }
            Event::EvaluationStarted(started) => {
                self.stage = started.stage;
                self.started = Some(at);
                self.until = Some(started.until);
                self.bids.clone_from(&started.bids);
            }
            Event::StageFinished(finished) => self.stage = finished.next,
            Event::ReopeningAsked(asked) => self.ask_reopening(asked, at),
            Event::StageReopened(reopened) => {
                if let Some(asked) = self.reopenings.iter_mut().find(|it| it.number == reopened.number) {
                    asked.approved = Some(at);
                }
                self.reopen(reopened.stage, at);
            }
            Event::EvaluationStopped(stopped) => {
                self.stopped = Some((stopped.ground, stopped.from, at));
                self.stage = Stage::Stopped;
                if stopped.ground == StopGround::NoReplacement {
                    self.dissolve(at);
                }
            }
            Event::EvaluationResumed(resumed) => {
                self.stage = resumed.stage;
                self.stopped = None;
                let documents = self.votes.iter_mut().filter(|vote| vote.subject == Subject::Document {});
                for vote in documents.filter(|vote| vote.void.is_none()) {
                    vote.void = Some((VoidCause::Stopped, at));
                }
            }
            Event::LotCancelled(cancelled) => {
                self.stage = Stage::Cancelled;
                self.cancelled = Some((cancelled.ground, cancelled.clause.clone(), at));
            }
            Event::LowPriceOpened(opened) => {
                self.low_prices.insert(
                    opened.bid,
                    LowPrice {
                        triggers: opened.triggers.clone(),
                        reason: opened.reason.clone(),
                        at,
                        until: opened.until,
                        explanation: None,
                        concluded: None,
                    },
                );
            }
            Event::LowPriceConcluded(concluded) => {
                if let Some(low) = self.low_prices.get_mut(&concluded.bid) {
                    let (proven, vote) = (concluded.proven, concluded.vote);
                    let opinion = concluded.opinion.clone();
                    low.concluded = Some(LowPriceConclusion { proven, vote, opinion, at });
                }
            }
            Event::BlindNumbered(numbered) => {
                self.draws_made = self.draws_made.max(numbered.number);
                self.blind.drawn = self.blind.drawn.saturating_add(numbered.count);
                self.blind.numbers.extend(numbered.numbers.iter().flatten());
            }
            Event::BlindLifted(_) => self.blind.lifted = Some(at),
            Event::EvaluationClosed(_) => {
                self.stage = Stage::Closed;
                self.closed = Some(at);
            }
            Event::ResultPublished(it) => {
                self.published = Some(at);
                self.own.clone_from(&it.own);
            }
            Event::RereviewOpened(opened) => {
                self.stage = Stage::Price;
                self.closed = None;
                self.rereviews = opened.number;
                self.rereview = Some(Rereview {
                    number: opened.number,
                    ground: opened.ground,
                    reason: opened.reason.clone(),
                    outcome: opened.outcome,
                    at,
                    told: None,
                });
                self.void_report(VoidCause::Rereview, at);
            }
            Event::FinanceTold(told) => {
                if let Some(rereview) = &mut self.rereview {
                    rereview.told = Some((told.document, at));
                }
            }
            event => {
                self.apply_to_committee(event, at);
                self.apply_to_work(event, at);
                self.apply_to_result(event, at);
            }
        }
    }

    fn put_away(&mut self, cause: VoidCause, at: At, what: Voided) {
        self.void.push(Void { cause, at, what });
    }

    fn void_report(&mut self, cause: VoidCause, at: At) {
        if let Some(report) = self.report.take() {
            self.put_away(cause, at, Voided::Report(Box::new(report)));
        }
    }

    fn void_result(&mut self, cause: VoidCause, at: At) {
        self.void_report(cause, at);
        if let Some(result) = self.result.take() {
            self.put_away(cause, at, Voided::Result(Box::new(result)));
        }
    }

    fn void_votes(&mut self, cause: VoidCause, at: At, which: impl Fn(&super::state::Vote) -> bool) {
        for vote in self.votes.iter_mut().filter(|vote| vote.void.is_none() && which(vote)) {
            vote.void = Some((cause, at));
        }
        // What a vote decided does not outlive it.
        let votes = &self.votes;
        let stands = |number: u32| votes.iter().any(|vote| vote.number == number && vote.void.is_none());
        let mut fallen = Vec::new();
        for (bid, low) in &mut self.low_prices {
            if let Some(conclusion) = low.concluded.take_if(|conclusion| !stands(conclusion.vote)) {
                fallen.push((*bid, conclusion));
            }
        }
        for (bid, conclusion) in fallen {
            self.put_away(cause, at, Voided::LowPrice { bid, conclusion });
        }
    }

    /// Conclusions of a review, of the bids that `which` names.
    fn void_conclusions(
        &mut self,
        cause: VoidCause,
        at: At,
        review: super::terms::Review,
        which: impl Fn(&super::state::BidReview) -> bool,
    ) {
        let mut fallen = Vec::new();
        for (bid, state) in self.reviews.entry(review).or_default() {
            if which(state)
                && let Some(conclusion) = state.concluded.take()
            {
                fallen.push((*bid, conclusion));
            }
        }
        for (bid, conclusion) in fallen {
            self.put_away(cause, at, Voided::Conclusion { review, bid, conclusion });
        }
    }
}
