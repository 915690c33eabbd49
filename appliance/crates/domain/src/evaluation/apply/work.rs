//! Reviews, questions, prices, votes and sheets.

use super::super::event::{Event, ReopeningAsked};
use super::super::state::{
    Answer, Ballot, Clarification, Conclusion, Correction, Draw, Opinion, Reopening, State, Tally, VoidCause,
    Voided, Vote,
};
use super::super::terms::{Review, Stage, Subject};
use crate::At;

impl State {
    pub(super) fn apply_to_work(&mut self, event: &Event, at: At) {
        match event {
            Event::ReviewGiven(given) => {
                let (review, bid, member) = (given.review, given.bid, given.member);
                let opinion = Opinion { verdicts: given.verdicts.clone(), statement: given.statement, at };
                let state = self.reviews.entry(review).or_default().entry(bid).or_default();
                if let Some(opinion) = state.opinions.insert(member, opinion) {
                    let said = Voided::Opinion { review, bid, member, opinion };
                    self.put_away(VoidCause::SaidAgain, at, said);
                }
            }
            Event::ReviewConcluded(concluded) => {
                let bids = self.reviews.entry(concluded.review).or_default();
                bids.entry(concluded.bid).or_default().concluded = Some(Conclusion {
                    failing: concluded.failing.clone(),
                    votes: concluded.votes.clone(),
                    at,
                });
            }
            Event::ClarificationAsked(asked) => self.clarifications.push(Clarification {
                number: asked.number,
                about: asked.about,
                matter: asked.matter,
                text: asked.text.clone(),
                at,
                until: asked.until,
                answer: None,
                lapsed: None,
            }),
            Event::ClarificationAnswered(answered) => {
                let asked = self.clarifications.iter_mut().find(|it| it.number == answered.number);
                if let Some(asked) = asked {
                    asked.answer = Some(Answer {
                        text: answered.text.clone(),
                        documents: answered.documents.clone(),
                        statement: answered.statement,
                        at,
                    });
                }
            }
            Event::ClarificationLapsed(lapsed) => {
                if let Some(asked) = self.clarifications.iter_mut().find(|it| it.number == lapsed.number) {
                    asked.lapsed = Some(at);
                }
            }
            Event::CorrectionProposed(proposed) => self.corrections.push(Correction {
                number: proposed.number,
                bid: proposed.bid,
                rule: proposed.rule,
                prices: proposed.before.zip(proposed.after),
                clause: proposed.clause.clone(),
                until: proposed.until,
                answer: None,
                lapsed: None,
            }),
            Event::CorrectionAnswered(answered) => {
                if let Some(asked) = self.corrections.iter_mut().find(|it| it.number == answered.number) {
                    asked.answer = Some((answered.confirmed, at));
                }
            }
            Event::CorrectionLapsed(lapsed) => {
                if let Some(asked) = self.corrections.iter_mut().find(|it| it.number == lapsed.number) {
                    asked.lapsed = Some(at);
                }
            }
            Event::LowPriceExplained(explained) => {
                if let Some(low) = self.low_prices.get_mut(&explained.bid) {
                    low.explanation = Some(Answer {
                        text: explained.text.clone(),
                        documents: explained.documents.clone(),
                        statement: explained.statement,
                        at,
                    });
                }
            }
            Event::VoteOpened(opened) => self.votes.push(Vote {
                number: opened.vote,
                subject: opened.subject.clone(),
                text: opened.text.clone(),
                at,
                ballots: Default::default(),
                closed: None,
                dissents: Default::default(),
                void: None,
            }),
            Event::VoteBalloted(balloted) => {
                if let Some(vote) = self.vote_mut(balloted.vote) {
                    let (agrees, reason) = (balloted.agrees, balloted.reason.clone());
                    vote.ballots.insert(balloted.member, Ballot { agrees, reason, at });
                }
            }
            Event::VoteClosed(closed) => {
                if let Some(vote) = self.vote_mut(closed.vote) {
                    let (yes, no, carried) = (closed.yes, closed.no, closed.carried);
                    vote.closed = Some(Tally { yes, no, carried, at });
                }
            }
            Event::DissentWritten(written) => {
                if let Some(vote) = self.vote_mut(written.vote) {
                    vote.dissents.insert(written.member, written.reason.clone());
                }
            }
            Event::SheetCommitted(committed) => {
                let sheets = self.sheets.entry(committed.part).or_default();
                let sheet = sheets.entry(committed.member).or_default();
                sheet.committed.extend(committed.bids.iter().map(|bid| (*bid, at)));
                sheet.statements.push(committed.statement);
                if let Some(scores) = &committed.sheet {
                    sheet.scores.get_or_insert_default().extend(scores.clone());
                    sheet.original.get_or_insert_default().extend(scores.clone());
                }
            }
            Event::SheetsRevealed(revealed) => {
                for sheet in self.sheets.entry(revealed.part).or_default().values_mut() {
                    sheet.revealed = sheet.committed.keys().copied().collect();
                }
            }
            Event::SheetCorrected(corrected) => {
                let sheets = self.sheets.entry(corrected.part).or_default();
                if let Some(sheet) = sheets.get_mut(&corrected.member) {
                    for change in corrected.changes.iter().flatten() {
                        let row = sheet.scores.as_mut().and_then(|scores| scores.get_mut(&change.bid));
                        if let Some(row) = row {
                            row.insert(change.item.clone(), change.to);
                        }
                    }
                    sheet.corrected.push((corrected.ground, corrected.changes.clone(), at));
                    sheet.statements.push(corrected.statement);
                }
            }
            Event::DrawRecorded(recorded) => {
                self.draws_made = self.draws_made.max(recorded.number);
                self.draws.push(Draw {
                    purpose: recorded.purpose,
                    order: recorded.order.clone(),
                    draw: recorded.draw,
                    at,
                });
            }
            _ => {}
        }
    }

    fn vote_mut(&mut self, number: u32) -> Option<&mut Vote> {
        self.votes.iter_mut().find(|vote| vote.number == number)
    }

    pub(super) fn ask_reopening(&mut self, asked: &ReopeningAsked, at: At) {
        self.reopenings.push(Reopening {
            number: asked.number,
            stage: asked.stage,
            reason: asked.reason.clone(),
            at,
            approved: None,
        });
    }

    /// Opens a stage again. What was concluded in it and after it is void; sheets stay as they were committed, because
    /// going back is no ground to change a score.
    pub(super) fn reopen(&mut self, stage: Stage, at: At) {
        let cause = VoidCause::Reopened;
        let again: &[Review] = match stage {
            Stage::Qualification => &[Review::Qualification, Review::Conformity],
            Stage::Conformity => &[Review::Conformity],
            _ => &[],
        };
        for review in again {
            self.void_conclusions(cause, at, *review, |_| true);
        }
        self.void_votes(cause, at, |vote| match &vote.subject {
            Subject::Review { review, .. } => again.contains(review),
            Subject::Competition { .. } | Subject::LowPrice { .. } => stage != Stage::Price,
            Subject::Abnormal { .. } | Subject::Document {} => false,
        });
        self.void_result(cause, at);
        self.stage = stage;
    }
}
