//! Who may know of an event, and who may read which private field of it, as things stand.
//!
//! What a member scores or votes is sealed from everybody, the supervisor included, until all have done so; who is
//! behind a blind number is sealed from everybody until the supervisor lifts the blind.

use super::event::{BlindNumbered, Event, SheetCommitted};
use super::state::{State, Voided};
use super::terms::{About, Review, SheetPart, Stage};
use crate::ReaderClass;

/// Somebody who reads, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// Anybody.
    Public,
    /// Bidders together, as they share frames.
    Bidders,
    /// One bidder, by roster number.
    Bidder(u32),
    /// Officers: staff that does not organise the evaluation.
    Staff,
    /// The purchaser's representative, whose own review it may be (87号令 第四十四条).
    Tenderer,
    /// The host, who organises it (87号令 第四十五条).
    Host,
    /// The supervisor.
    Supervisor,
    /// A member of the committee, by index.
    Expert(u8),
}

/// Whether anything of a lot's bids is reviewed without the bidder's identity.
pub(crate) fn is_blind(lot: &crate::LotFacts) -> bool {
    lot.evaluation.as_deref().is_some_and(super::Plan::is_blind)
}

impl From<ReaderClass> for Reader {
    fn from(class: ReaderClass) -> Self {
        match class {
            ReaderClass::Public => Self::Public,
            ReaderClass::Bidder => Self::Bidders,
            ReaderClass::Staff => Self::Staff,
            ReaderClass::Supervisor => Self::Supervisor,
        }
    }
}

impl Reader {
    /// Whether the reader is inside the evaluation: host, supervisor, or somebody who belongs to the committee.
    fn is_inside(self, state: &State) -> bool {
        match self {
            Self::Host | Self::Supervisor => true,
            Self::Expert(index) => state.committee.as_ref().is_some_and(|committee| committee.has(index)),
            _ => false,
        }
    }
}

/// Whether `reader` may know that `event` happened. Others get its leaf's hashes only. `state` is the state as it stands.
pub fn may_know(reader: Reader, event: &Event, state: &State) -> bool {
    let own = |bid: Option<u32>| bid.is_some_and(|bid| reader == Reader::Bidder(bid));
    let question = |number: u32| {
        let asked = state.clarifications.iter().find(|it| it.number == number);
        asked.and_then(|it| state.bid_of(it.about))
    };
    let correction = |number: u32| state.corrections.iter().find(|it| it.number == number).map(|it| it.bid);
    match event {
        Event::CommitteeImported(_)
        | Event::EvaluationStarted(_)
        | Event::EvaluationStopped(_)
        | Event::EvaluationResumed(_)
        | Event::EvaluationClosed(_)
        | Event::ResultPublished(_)
        | Event::LotCancelled(_) => true,
        _ if reader.is_inside(state) => true,
        _ if reader == Reader::Tenderer => is_purchasers(event, state),
        Event::ClarificationAsked(it) => own(state.bid_of(it.about)),
        Event::ClarificationAnswered(it) => own(question(it.number)),
        Event::ClarificationLapsed(it) => own(question(it.number)),
        Event::CorrectionProposed(it) => own(Some(it.bid)),
        Event::CorrectionAnswered(it) => own(correction(it.number)),
        Event::CorrectionLapsed(it) => own(correction(it.number)),
        Event::LowPriceOpened(it) => own(Some(it.bid)),
        Event::LowPriceExplained(it) => own(Some(it.bid)),
        _ => false,
    }
}

/// Whether an event belongs to the review that the purchaser makes itself: its opinions and conclusions, what it asked before there was a
/// committee, and where that stage begins and ends. Of what the committee does it learns nothing.
fn is_purchasers(event: &Event, state: &State) -> bool {
    let reviewed = |review: Review, bid: u32| {
        state.review(review, bid).is_some_and(|it| it.opinions.contains_key(&None))
    };
    let asked = |number: u32| {
        let opened = state.committee.as_ref().and_then(|committee| committee.opened);
        let asked = state.clarifications.iter().find(|it| it.number == number);
        asked.is_some_and(|asked| opened.is_none_or(|opened| asked.at < opened))
    };
    match event {
        Event::ReviewGiven(it) => it.member.is_none(),
        Event::ReviewConcluded(it) => reviewed(it.review, it.bid),
        Event::ClarificationAsked(it) => asked(it.number),
        Event::ClarificationAnswered(it) => asked(it.number),
        Event::ClarificationLapsed(it) => asked(it.number),
        Event::StageFinished(it) => it.stage == Stage::Qualification,
        Event::StageReopened(it) => it.stage == Stage::Qualification,
        _ => false,
    }
}

/// Whether `reader` may read the private field at `path` (or `by`) of an event it may know of, as things stand.
pub fn may_read(reader: Reader, event: &Event, path: &str, state: &State) -> bool {
    if !may_know(reader, event, state) {
        return false;
    }
    let inside = reader.is_inside(state);
    if reader == Reader::Tenderer {
        return path != "by" && is_purchasers(event, state);
    }
    let own = |member: u8| reader == Reader::Expert(member);
    let is_bidder = matches!(reader, Reader::Bidder(_));
    let organises = matches!(reader, Reader::Host | Reader::Supervisor);
    let is_over = matches!(state.stage, Stage::Closed | Stage::Cancelled) && reader == Reader::Supervisor;
    match event {
        // Who answered would say whose blind number was asked.
        Event::ClarificationAnswered(it) if path == "by" => {
            let named =
                state.clarifications.iter().find(|asked| asked.number == it.number).is_some_and(|asked| {
                    matches!(asked.about, About::Bid(_)) || state.blind.lifted.is_some()
                });
            is_bidder || inside && named
        }
        // Outside nobody learns who acts in the evaluation; a bidder learns that it did.
        Event::CorrectionAnswered(_) | Event::LowPriceExplained(_) if path == "by" => true,
        _ if path == "by" => inside,
        Event::SheetCommitted(it) => own(it.member) || is_over || sheet_is_open(reader, it, state),
        Event::SheetCorrected(it) => own(it.member) || peers(reader, it.part, state),
        Event::VoteBalloted(it) => {
            let closed = state.votes.iter().any(|vote| vote.number == it.vote && vote.closed.is_some());
            let organiser = reader != Reader::Host || state.result.is_some();
            own(it.member) || is_over || inside && closed && organiser
        }
        Event::ChairBalloted(it) => own(it.member) || is_over || ballot_is_over(reader, it.round, state),
        Event::BlindNumbered(it) => inside && is_lifted(it, state),
        Event::ReviewGiven(it) => {
            let reviewed = state.review(it.review, it.bid);
            let all = reviewed.is_some_and(|reviewed| {
                let sitting = state.committee.iter().flat_map(|committee| committee.sitting());
                let has = |index: u8| reviewed.opinions.contains_key(&Some(index));
                reviewed.concluded.is_some()
                    || it.member.is_some() && sitting.into_iter().all(|(index, _)| has(index))
            });
            let by_purchaser = it.member.is_none() && reader == Reader::Host;
            it.member.is_some_and(own) || reader == Reader::Supervisor || by_purchaser || inside && all
        }
        Event::RecusalFound(it) => own(it.member) || organises,
        Event::RecusalDeclared(it) => own(it.member) || organises,
        Event::MemberSeated(it) => own(it.member) || organises,
        Event::MemberMoved(it) => own(it.member) || organises,
        Event::MemberReplaced(_) => organises || inside && path == "successor",
        Event::ResultPublished(_) => {
            let number = path.strip_prefix("own.").and_then(|number| number.parse().ok());
            organises || number.is_some_and(|number| reader == Reader::Bidder(number))
        }
        Event::ClarificationAsked(_)
        | Event::ClarificationAnswered(_)
        | Event::CorrectionProposed(_)
        | Event::LowPriceOpened(_)
        | Event::LowPriceExplained(_) => inside || is_bidder,
        _ => inside,
    }
}

/// Whether the supervisor lifted the blind over these numbers, or a later one: the value of a later draw gives those before it.
fn is_lifted(numbered: &BlindNumbered, state: &State) -> bool {
    let former = state.void.iter().filter_map(|void| match &void.what {
        Voided::Blind(blind) => Some(blind),
        _ => None,
    });
    let mut all = former.chain([&state.blind]);
    all.any(|blind| blind.lifted.is_some() && blind.drawn >= numbered.first)
}

/// Whether somebody other than its maker may read a sheet: it was revealed, and the reader's own is committed.
fn sheet_is_open(reader: Reader, committed: &SheetCommitted, state: &State) -> bool {
    let all =
        |revealed: &std::collections::BTreeSet<u32>| committed.bids.iter().all(|bid| revealed.contains(bid));
    let (part, member) = (committed.part, committed.member);
    let stands = state.sheets.get(&part).and_then(|sheets| sheets.get(&member));
    let revealed = stands.is_some_and(|sheet| all(&sheet.revealed))
        || state.void.iter().any(|void| match &void.what {
            Voided::Sheet { part: of, member: whose, sheet } => {
                *of == part && *whose == member && all(&sheet.revealed)
            }
            _ => false,
        });
    revealed && peers(reader, part, state)
}

/// Who reads other members' scores after they were revealed: the supervisor, members whose own sheet is committed, and
/// the host, who checks the result, once there is one.
fn peers(reader: Reader, part: SheetPart, state: &State) -> bool {
    match reader {
        Reader::Supervisor => true,
        Reader::Host => state.result.is_some(),
        Reader::Expert(index) => {
            let sheet = state.sheets.get(&part).and_then(|sheets| sheets.get(&index));
            reader.is_inside(state)
                && sheet.is_some_and(|sheet| !sheet.committed.is_empty())
                && state.missing(part, index).is_empty()
        }
        _ => false,
    }
}

/// The supervisor sees who voted for whom once the ballot is over; nobody else does.
fn ballot_is_over(reader: Reader, round: u32, state: &State) -> bool {
    let over = state.committee.as_ref().is_some_and(|committee| {
        committee.election.round > round || committee.election.round == round && committee.chair.is_some()
    });
    reader == Reader::Supervisor && over
}
