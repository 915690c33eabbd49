//! The committee's events, and what becomes void when a member or a committee leaves.

use super::super::event::{Event, MemberReplaced, MemberRole};
use super::super::state::{Blind, Departure, MemberState, Seating, State, VoidCause, Voided};
use super::super::terms::{LeaveGround, Review, Stage, Subject};
use crate::At;

impl State {
    pub(super) fn apply_to_committee(&mut self, event: &Event, at: At) {
        match event {
            Event::CommitteeOpened(opened) => {
                let Some(committee) = &mut self.committee else { return };
                committee.opened = Some(at);
                for index in &opened.members {
                    let known = opened.list.iter().flat_map(|list| &list.members);
                    let member = known.clone().find(|member| member.index == *index).cloned();
                    let role = role(opened.representatives.contains(index));
                    committee.members.insert(*index, MemberState::new(role, member));
                }
            }
            Event::RecusalFound(found) => self.recuse(found.member, found.resumes, at),
            Event::RecusalDeclared(declared) => self.recuse(declared.member, declared.resumes, at),
            Event::MemberReplaced(replaced) => self.replace(replaced, at),
            Event::MemberSeated(seated) => {
                let (seat, terminal) = (seated.seat, seated.terminal.clone());
                if let Some(member) = self.member_mut(seated.member) {
                    member.seating = Some(Seating { seat, terminal, at });
                }
            }
            Event::MemberMoved(moved) => {
                if let Some(seating) = self.member_mut(moved.member).and_then(|it| it.seating.as_mut()) {
                    seating.terminal.clone_from(&moved.terminal);
                    seating.at = at;
                }
            }
            Event::CommitmentSigned(signed) => {
                if let Some(member) = self.member_mut(signed.member) {
                    member.committed = Some(at);
                }
            }
            Event::ChairBalloted(balloted) => {
                if let Some(committee) = &mut self.committee {
                    committee.election.ballots.insert(balloted.member, balloted.choice);
                }
            }
            Event::ChairElected(elected) => {
                if let Some(committee) = &mut self.committee {
                    committee.chair = Some(elected.chair);
                    committee.election.ballots.clear();
                }
            }
            Event::ChairTied(_) | Event::ChairResigned(_) => {
                if let Some(committee) = &mut self.committee {
                    committee.chair = None;
                    committee.election.round = committee.election.round.saturating_add(1);
                    committee.election.ballots.clear();
                }
            }
            Event::TimeAsked(asked) => {
                if let Some(member) = self.member_mut(asked.member) {
                    member.asked_time = Some(at);
                }
            }
            Event::TimeExtended(extended) => {
                self.until = Some(extended.until);
                for member in self.committee.iter_mut().flat_map(|committee| committee.members.values_mut()) {
                    member.asked_time = None;
                }
            }
            _ => {}
        }
    }

    fn member_mut(&mut self, index: u8) -> Option<&mut MemberState> {
        self.committee.as_mut()?.members.get_mut(&index)
    }

    fn recuse(&mut self, index: u8, resumes: Option<Stage>, at: At) {
        if let Some(member) = self.member_mut(index) {
            member.left = Some(Departure { ground: LeaveGround::Recused, at, successor: None });
        }
        self.leave(index, resumes, at);
    }

    fn replace(&mut self, replaced: &MemberReplaced, at: At) {
        if let Some(member) = self.member_mut(replaced.member) {
            let ground = replaced.ground;
            let left = member.left.get_or_insert(Departure { ground, at, successor: None });
            left.successor = Some(replaced.index);
        }
        let role = role(replaced.is_representative);
        if let Some(committee) = &mut self.committee {
            committee.members.insert(replaced.index, MemberState::new(role, replaced.successor.clone()));
        }
        self.leave(replaced.member, replaced.resumes, at);
    }

    /// What a member that left had found is void (实施条例 第四十八条, 87号令 第四十九条), and all that was built on it.
    fn leave(&mut self, index: u8, resumes: Option<Stage>, at: At) {
        let cause = VoidCause::MemberLeft;
        if let Some(committee) = &mut self.committee {
            if committee.chair == Some(index) {
                committee.chair = None;
            }
            if committee.chair.is_none() && !committee.election.ballots.is_empty() {
                committee.election.ballots.clear();
                committee.election.round = committee.election.round.saturating_add(1);
            }
        }
        for review in [Review::Qualification, Review::Conformity] {
            self.void_conclusions(cause, at, review, |state| state.opinions.contains_key(&Some(index)));
            let mut opinions = Vec::new();
            for (bid, state) in self.reviews.entry(review).or_default() {
                opinions.extend(state.opinions.remove(&Some(index)).map(|opinion| (*bid, opinion)));
            }
            for (bid, opinion) in opinions {
                let member = Some(index);
                self.put_away(cause, at, Voided::Opinion { review, bid, member, opinion });
            }
        }
        self.void_votes(cause, at, |vote| {
            let of_its_sheet = matches!(&vote.subject, Subject::Abnormal { member, .. } if *member == index);
            vote.ballots.contains_key(&index) || of_its_sheet
        });
        let mut sheets = Vec::new();
        for (part, known) in &mut self.sheets {
            sheets.extend(known.remove(&index).map(|sheet| (*part, sheet)));
        }
        for (part, sheet) in sheets {
            self.put_away(cause, at, Voided::Sheet { part, member: index, sheet });
        }
        self.void_result(cause, at);
        if let Some(stage) = resumes {
            self.stage = stage;
        }
    }

    /// All that a committee found is void (87号令 第四十九条); what the purchaser found of the qualification, and what
    /// bidders said, stays.
    pub(super) fn dissolve(&mut self, at: At) {
        let cause = VoidCause::Stopped;
        for review in [Review::Qualification, Review::Conformity] {
            let of_members = |state: &super::super::state::BidReview| {
                state.opinions.keys().any(Option::is_some) || state.opinions.is_empty()
            };
            self.void_conclusions(cause, at, review, of_members);
            let mut opinions = Vec::new();
            for (bid, state) in self.reviews.entry(review).or_default() {
                let (void, stay) = core::mem::take(&mut state.opinions)
                    .into_iter()
                    .partition::<std::collections::BTreeMap<_, _>, _>(|(member, _)| member.is_some());
                state.opinions = stay;
                opinions.extend(void.into_iter().map(|(member, opinion)| (*bid, member, opinion)));
            }
            for (bid, member, opinion) in opinions {
                self.put_away(cause, at, Voided::Opinion { review, bid, member, opinion });
            }
        }
        self.void_votes(cause, at, |_| true);
        for (part, sheets) in core::mem::take(&mut self.sheets) {
            for (member, sheet) in sheets {
                self.put_away(cause, at, Voided::Sheet { part, member, sheet });
            }
        }
        self.void_result(cause, at);
        // Numbers go on: a question about an old one must never be taken for one about another bid.
        let drawn = self.blind.drawn;
        let blind = core::mem::replace(&mut self.blind, Blind { drawn, ..Blind::default() });
        let before = self.void.iter().rev().find_map(|void| match &void.what {
            Voided::Blind(blind) => Some(blind.drawn),
            _ => None,
        });
        if drawn > before.unwrap_or_default() {
            self.put_away(cause, at, Voided::Blind(blind));
        }
        if let Some(committee) = self.committee.take() {
            self.put_away(cause, at, Voided::Committee(Box::new(committee)));
        }
    }
}

const fn role(is_representative: bool) -> MemberRole {
    if is_representative { MemberRole::Representative } else { MemberRole::Expert }
}
