//! What every decision looks at, and the questions that most of them ask first.

use bidroom_canon::Sm3Digest;
use serde::Serialize;

use super::super::event::{Event, LotCancelled, MemberRole};
use super::super::plan::Plan;
use super::super::plan::{BelowMinimum, Rule};
use super::super::refusal::Refusal;
use super::super::state::{Committee, MemberState, State};
use super::super::terms::{CancelGround, Stage, Subject};
use super::MOST_BYTES;
pub(super) use crate::bounds::count;
use crate::bounds::{MOST_TEXT, is_text};
use crate::{Actor, At, Figure, LotFacts, StaffRole, opening};

pub(super) struct Case<'a> {
    pub(super) opening: &'a opening::State,
    pub(super) lot: &'a LotFacts,
    pub(super) plan: &'a Plan,
    pub(super) state: &'a State,
    pub(super) by: &'a Actor,
    pub(super) statement: Option<Sm3Digest>,
    pub(super) at: At,
}

impl<'a> Case<'a> {
    /// What was signed, where it has to be.
    pub(super) fn signed(&self) -> Result<Sm3Digest, Refusal> {
        self.statement.ok_or(Refusal::Unsigned)
    }

    /// What was signed. The host and the room need not sign what they do; everybody else does.
    pub(super) fn given(&self) -> Result<Option<Sm3Digest>, Refusal> {
        match self.by {
            Actor::Room | Actor::Host { .. } => Ok(self.statement),
            _ => self.signed().map(Some),
        }
    }

    pub(super) fn clause(&self, rule: Rule) -> String {
        self.plan.procedure.clause(rule).to_owned()
    }

    pub(super) fn in_stage(&self, stages: &[Stage]) -> Result<(), Refusal> {
        let stage = self.state.stage;
        if stages.contains(&stage) { Ok(()) } else { Err(Refusal::WrongStage { stage }) }
    }

    pub(super) fn at_work(&self) -> Result<(), Refusal> {
        let stage = self.state.stage;
        if stage.is_at_work() { Ok(()) } else { Err(Refusal::WrongStage { stage }) }
    }

    pub(super) fn by_host(&self) -> Result<(), Refusal> {
        if matches!(self.by, Actor::Host { .. }) { Ok(()) } else { Err(Refusal::NotYourRole) }
    }

    pub(super) fn by_room(&self) -> Result<(), Refusal> {
        if *self.by == Actor::Room { Ok(()) } else { Err(Refusal::NotYourRole) }
    }

    /// Purchaser or agency: the host runs the procedure for the agency, the tenderer's representative is the purchaser's.
    pub(super) fn by_purchaser(&self) -> Result<(), Refusal> {
        self.by_host().or_else(|_| self.named(StaffRole::Tenderer).map(drop))
    }

    /// The supervisor's name, if a supervisor whom the lot names acts.
    pub(super) fn supervisor(&self) -> Result<String, Refusal> {
        self.named(StaffRole::Supervisor)
    }

    fn named(&self, wanted: StaffRole) -> Result<String, Refusal> {
        let (role, certificate, name) = self.by.staff().ok_or(Refusal::NotYourRole)?;
        let named =
            self.lot.staff.iter().any(|person| {
                person.role == wanted && person.certificate == certificate && person.name == name
            });
        if role == wanted && named { Ok(name.to_owned()) } else { Err(Refusal::NotYourRole) }
    }

    /// The roster number of the bidder that acts, if its bid is evaluated.
    pub(super) fn bidder(&self) -> Result<u32, Refusal> {
        let Actor::Bidder { code, .. } = self.by else { return Err(Refusal::NotYourRole) };
        let number = self.opening.row(code).map(|row| row.row.number).ok_or(Refusal::NotYourRole)?;
        if self.state.bids.contains(&number) { Ok(number) } else { Err(Refusal::BidOut { bid: number }) }
    }

    /// The committee, once its list was opened.
    pub(super) fn committee(&self) -> Result<&'a Committee, Refusal> {
        let committee = self.state.committee.as_ref().filter(|committee| committee.opened.is_some());
        committee.ok_or(Refusal::WrongStage { stage: self.state.stage })
    }

    /// Somebody who belongs to the committee.
    pub(super) fn sitting(&self, member: u8) -> Result<&'a MemberState, Refusal> {
        let known = self.committee()?.members.get(&member).ok_or(Refusal::NoSuchMember { member })?;
        match &known.left {
            Some(left) => {
                Err(Refusal::MemberLeft { member, at: left.at, clause: self.clause(Rule::Replacement) })
            }
            None => Ok(known),
        }
    }

    /// The member that acts: it belongs to the committee, whatever else it has done.
    pub(super) fn member(&self) -> Result<(u8, &'a MemberState), Refusal> {
        let Actor::Expert { index } = self.by else { return Err(Refusal::NotYourRole) };
        self.at_work()?;
        Ok((*index, self.sitting(*index)?))
    }

    /// The member that acts, if it may review.
    pub(super) fn reviewer(&self) -> Result<u8, Refusal> {
        let (member, known) = self.member()?;
        if known.seating.is_none() {
            return Err(Refusal::NotSeated { member });
        }
        if known.committed.is_none() {
            return Err(Refusal::NotCommitted { member });
        }
        Ok(member)
    }

    /// The chair, if it acts.
    pub(super) fn chair(&self) -> Result<u8, Refusal> {
        let member = self.reviewer()?;
        let chair =
            self.state.chair().ok_or_else(|| Refusal::NoChair { clause: self.clause(Rule::Chair) })?;
        if member == chair { Ok(chair) } else { Err(Refusal::ChairOnly { chair }) }
    }

    /// The committee, if it may decide: composed as the law asks, and all its members ready.
    pub(super) fn quorum(&self) -> Result<&'a Committee, Refusal> {
        let committee = self.committee()?;
        self.composed(committee.sitting().map(|(_, member)| member.role))?;
        let missing: Vec<u8> =
            committee.sitting().filter(|(_, member)| !member.is_ready()).map(|(index, _)| index).collect();
        if missing.is_empty() { Ok(committee) } else { Err(Refusal::NotReady { members: missing }) }
    }

    /// Whether so many members in these roles make a committee.
    pub(super) fn composed(&self, roles: impl Iterator<Item = MemberRole>) -> Result<(), Refusal> {
        let (mut members, mut experts) = (0_u32, 0_u32);
        for role in roles {
            members = members.saturating_add(1);
            experts = experts.saturating_add(u32::from(role == MemberRole::Expert));
        }
        let (minimum, clause) = self.plan.committee.required();
        let (minimum, clause) = (u32::from(minimum), clause.to_owned());
        if members < minimum {
            return Err(Refusal::TooFewMembers { members, minimum, clause });
        }
        if members % 2 == 0 {
            return Err(Refusal::EvenCommittee { members, clause: self.clause(Rule::Composition) });
        }
        let share = &self.plan.committee.experts;
        if !share.value.is_reached(experts, members) {
            return Err(Refusal::TooFewExperts { experts, members, clause: share.clause.clone() });
        }
        Ok(())
    }

    /// A bid that is evaluated further.
    pub(super) fn standing(&self, bid: u32) -> Result<(), Refusal> {
        if self.state.stands(bid) { Ok(()) } else { Err(Refusal::BidOut { bid }) }
    }

    /// No result stands, and the original committee does not review again: what a result is made of may still change.
    pub(super) fn before_result(&self) -> Result<(), Refusal> {
        if self.state.result.is_some() || self.state.rereview.is_some() {
            return Err(Refusal::ResultStands { clause: self.clause(Rule::ResultStands) });
        }
        Ok(())
    }

    /// Whether enough bids are left. Where too few are and the lot ends by it, the event that says so.
    pub(super) fn enough(&self, minimum: &Figure<u32>) -> Result<Option<Event>, Refusal> {
        let bids = count(self.state.standing_bids().count());
        if bids >= minimum.value {
            return Ok(None);
        }
        let below = &self.plan.below_minimum;
        let subject = Subject::Competition { bids };
        let (ground, clause) = match below.value {
            _ if bids == 0 => (CancelGround::TooFew, &minimum.clause),
            BelowMinimum::Cancel => (CancelGround::TooFew, &minimum.clause),
            BelowMinimum::CommitteeDecides => {
                match self.state.vote_on(&subject).and_then(|it| it.carried()) {
                    Some(true) => (CancelGround::AllRejected, &below.clause),
                    Some(false) => return Ok(None),
                    None => {
                        let (minimum, clause) = (minimum.value, below.clause.clone());
                        return Err(Refusal::TooFewBids { bids, minimum, clause });
                    }
                }
            }
        };
        let reason = format!("有效投标 {bids} 家，不足 {} 家", minimum.value);
        Ok(Some(
            LotCancelled {
                stage: self.state.stage,
                ground,
                reason,
                clause: clause.clone(),
                bids,
                statement: self.given()?,
            }
            .into(),
        ))
    }

    /// The end of a time that is not shorter than the figure.
    pub(super) fn until(&self, minutes: u32, least: &Figure<u32>) -> Result<At, Refusal> {
        if minutes < least.value {
            let (minimum, clause) = (least.value, least.clause.clone());
            return Err(Refusal::TooShort { minutes, minimum, clause });
        }
        // Beyond a month it is a slip.
        if minutes > 30 * 24 * 60 {
            return Err(Refusal::GroundNotHere);
        }
        Ok(self.at.plus_seconds(minutes.saturating_mul(60)))
    }
}

pub(super) fn checked_text(text: &str) -> Result<(), Refusal> {
    if is_text(text) { Ok(()) } else { Err(Refusal::Text { most: MOST_TEXT }) }
}

/// Whether a field fits into an entry of the log.
pub(super) fn fits(field: &impl Serialize) -> Result<(), Refusal> {
    let bytes =
        serde_json::to_vec(field).map_or(u64::MAX, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    if bytes > MOST_BYTES { Err(Refusal::TooLarge { bytes, most: MOST_BYTES }) } else { Ok(()) }
}
