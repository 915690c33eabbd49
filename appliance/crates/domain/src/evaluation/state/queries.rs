//! What may be asked of a state.

use std::collections::BTreeSet;

use super::super::plan::{CriterionKind, Plan};
use super::super::terms::{About, Difference, Review, SheetPart, Stage, Subject};
use super::{BidReview, Committee, MemberState, State, Voided, Vote};

/// Why a bid is not evaluated further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// It did not pass a review.
    Review(Review),
    /// A correction of its price was not confirmed.
    Correction(u32),
    /// Its price is abnormally low and not proven reasonable.
    LowPrice,
}

impl State {
    /// One review of one bid.
    pub fn review(&self, review: Review, bid: u32) -> Option<&BidReview> {
        self.reviews.get(&review)?.get(&bid)
    }

    /// Why a bid is not evaluated further, if it is not.
    pub fn rejection(&self, bid: u32) -> Option<Rejection> {
        for review in [Review::Qualification, Review::Conformity] {
            let concluded = self.review(review, bid).and_then(|it| it.concluded.as_ref());
            if concluded.is_some_and(|concluded| !concluded.failing.is_empty()) {
                return Some(Rejection::Review(review));
            }
        }
        let mut corrections = self.corrections.iter();
        if let Some(invalid) = corrections.find(|it| it.bid == bid && it.is_invalid()) {
            return Some(Rejection::Correction(invalid.number));
        }
        let low = self.low_prices.get(&bid).and_then(|low| low.concluded.as_ref());
        low.is_some_and(|concluded| !concluded.proven).then_some(Rejection::LowPrice)
    }

    /// Bids that are evaluated further, by roster number.
    pub fn standing_bids(&self) -> impl Iterator<Item = u32> {
        self.bids.iter().copied().filter(|bid| self.rejection(*bid).is_none())
    }

    /// Whether a bid is evaluated further.
    pub fn stands(&self, bid: u32) -> bool {
        self.bids.contains(&bid) && self.rejection(bid).is_none()
    }

    /// Bids whose review is not concluded, of those that are evaluated further.
    pub fn unconcluded(&self, review: Review) -> impl Iterator<Item = u32> {
        self.standing_bids()
            .filter(move |bid| self.review(review, *bid).is_none_or(|it| it.concluded.is_none()))
    }

    /// How a sheet names a bid; none where the bid has no blind number, or it may not be known.
    pub fn label(&self, part: SheetPart, bid: u32) -> Option<u32> {
        match part {
            SheetPart::Blind => self.blind.numbers.get(&bid).copied(),
            SheetPart::Whole | SheetPart::Named => Some(bid),
        }
    }

    /// Bids that a sheet has to cover, as it names them.
    pub fn labels(&self, part: SheetPart) -> BTreeSet<u32> {
        self.standing_bids().filter_map(|bid| self.label(part, bid)).collect()
    }

    /// The roster number behind what a question is about.
    pub fn bid_of(&self, about: About) -> Option<u32> {
        match about {
            About::Bid(bid) => Some(bid),
            About::Blind(label) => {
                self.blind.numbers.iter().find(|(_, known)| **known == label).map(|(bid, _)| *bid)
            }
        }
    }

    /// Bids that a member has still to score on a sheet, as the sheet names them.
    pub fn missing(&self, part: SheetPart, member: u8) -> BTreeSet<u32> {
        let mut missing = self.labels(part);
        if let Some(sheet) = self.sheets.get(&part).and_then(|sheets| sheets.get(&member)) {
            missing.retain(|bid| !sheet.committed.contains_key(bid));
        }
        missing
    }

    /// Members that belong to the committee and have not committed all of a sheet.
    pub fn awaited_sheets(&self, part: SheetPart) -> Vec<u8> {
        let sitting = self.committee.iter().flat_map(Committee::sitting);
        sitting.map(|(index, _)| index).filter(|index| !self.missing(part, *index).is_empty()).collect()
    }

    /// Whether everything that was committed of a sheet, for bids that are evaluated further, may be read by the others.
    pub fn is_revealed(&self, part: SheetPart) -> bool {
        let labels = self.labels(part);
        let sitting = || self.committee.iter().flat_map(Committee::sitting);
        let all = |index: u8| {
            let sheet = self.sheets.get(&part).and_then(|sheets| sheets.get(&index));
            sheet.is_some_and(|sheet| labels.iter().all(|bid| sheet.revealed.contains(bid)))
        };
        !labels.is_empty() && sitting().next().is_some() && sitting().all(|(index, _)| all(index))
    }

    /// Objective items in which members differ, among bids that are evaluated further.
    pub fn differences(&self, plan: &Plan, part: SheetPart) -> Vec<Difference> {
        let mut differences = Vec::new();
        let Some(committee) = &self.committee else { return differences };
        for bid in self.labels(part) {
            for item in plan.sheet(part).filter(|item| item.kind == CriterionKind::Objective) {
                let scores: BTreeSet<u32> = committee
                    .sitting()
                    .filter_map(|(member, _)| self.score(part, member, bid, &item.id))
                    .collect();
                if scores.len() > 1 {
                    differences.push(Difference { bid, item: item.id.clone() });
                }
            }
        }
        differences
    }

    /// A score as it stands.
    pub fn score(&self, part: SheetPart, member: u8, bid: u32, item: &str) -> Option<u32> {
        let sheet = self.sheets.get(&part)?.get(&member)?;
        sheet.scores.as_ref()?.get(&bid)?.get(item).copied()
    }

    /// The vote on a subject that counts, open or closed.
    pub fn vote_on(&self, subject: &Subject) -> Option<&Vote> {
        self.votes.iter().rev().find(|vote| vote.void.is_none() && vote.subject == *subject)
    }

    /// Whether a vote on a subject was carried.
    pub fn is_carried(&self, subject: &Subject) -> bool {
        self.vote_on(subject).and_then(Vote::carried) == Some(true)
    }

    /// A member or former member, also of a committee that was dissolved: nobody else ever gets an index.
    pub fn member(&self, index: u8) -> Option<&MemberState> {
        let former = self.void.iter().filter_map(|void| match &void.what {
            Voided::Committee(committee) => Some(committee.as_ref()),
            _ => None,
        });
        self.committee.iter().chain(former).find_map(|committee| committee.members.get(&index))
    }

    /// The chair.
    pub fn chair(&self) -> Option<u8> {
        self.committee.as_ref()?.chair
    }

    /// Members of the committee whose signature the report lacks.
    pub fn unsigned(&self) -> Vec<u8> {
        let signed =
            |index: &u8| self.report.as_ref().is_some_and(|report| report.signatures.contains_key(index));
        let sitting = self.committee.iter().flat_map(Committee::sitting);
        sitting.map(|(index, _)| index).filter(|index| !signed(index)).collect()
    }

    /// Whether the report has everything under it that it needs.
    pub fn is_signed(&self) -> bool {
        self.report.as_ref().is_some_and(|report| report.supervised.is_some()) && self.unsigned().is_empty()
    }

    /// Questions without an answer whose time runs, corrections without one, low prices without a conclusion: so many.
    pub fn unsettled(&self) -> (usize, usize, usize) {
        let standing = |bid: Option<u32>| bid.is_none_or(|bid| self.stands(bid));
        let questions =
            self.clarifications.iter().filter(|it| !it.is_settled() && standing(self.bid_of(it.about)));
        let corrections = self.corrections.iter().filter(|it| it.is_pending() && standing(Some(it.bid)));
        let low =
            self.low_prices.iter().filter(|(bid, low)| low.concluded.is_none() && standing(Some(**bid)));
        (questions.count(), corrections.count(), low.count())
    }

    /// From which stage on work is done again when a member leaves: the first in which the committee reviews, if it
    /// got that far.
    pub fn resumes(&self, plan: &Plan) -> Option<Stage> {
        let stages = plan.stages();
        let first = stages.iter().skip_while(|stage| **stage != Stage::Assembly).nth(1).copied()?;
        (plan.place(self.stage)? > plan.place(first)?).then_some(first)
    }
}
