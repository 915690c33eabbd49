//! A bidder in trouble: its facts, what is proposed, what was decided and what the supervisor said to it.

use super::tag::Icon;
use crate::text::{Advice, Both, Case as Words, Fact as Says, Say, Word};
use bidroom_domain::At;
use bidroom_domain::opening::{
    CertificateTrouble, Fate, Ground, Proposed, Remedy, RoomPart, RowState, State, Trouble, Voucher, proposal,
};

/// A fact as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactLine {
    /// Place among the bidder's facts, from 1.
    pub number: u32,
    /// What.
    pub what: Both,
    /// Whose word.
    pub word: Word,
    /// Its symbol.
    pub icon: Icon,
    /// When.
    pub at: At,
    /// Entry of the ledger, where the page knows it.
    pub entry: Option<u64>,
    /// It decided.
    pub decisive: bool,
    /// Its time was given back.
    pub made_up: bool,
}

/// A decision as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The fate.
    pub fate: Fate,
    /// The host's reason.
    pub reason: String,
    /// The facts propose the same.
    pub as_proposed: bool,
    /// What the supervisor said.
    pub verdict: Words,
    /// The supervisor has still to say something.
    pub awaits: bool,
}

/// How far a request for the remedy key has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestStage {
    /// The host has to allow it.
    Asked,
    /// The supervisor has to agree.
    Allowed,
    /// Trustees give their parts.
    Agreed,
}

/// A request for the remedy key as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemedyRequest {
    /// The lock that signed it, its reason, when.
    pub asked: Words,
    /// How far it has come.
    pub stage: RequestStage,
    /// The same in words.
    pub waits: Words,
}

/// A bidder whose bid is not handed in or not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What happened.
    pub facts: Vec<FactLine>,
    /// What is proposed.
    pub advice: Advice,
    /// Why.
    pub why: Advice,
    /// On which clauses.
    pub clauses: Vec<String>,
    /// What the bidder can still do.
    pub remedies: Vec<Remedy>,
    /// Its request for the remedy key, while no share is held.
    pub request: Option<RemedyRequest>,
    /// The proposed fate, once there is one.
    pub proposed: Option<Fate>,
    /// Why its window stands still by itself.
    pub held: Option<String>,
    /// The host has a fate to decide.
    pub needs_fate: bool,
    /// What was decided.
    pub decision: Option<Decision>,
}

/// The case of a row, if it is one. `entries` are those of its facts, as far as the page saw them, in their order.
pub fn case(row: &RowState, state: &State, entries: &[u64]) -> Option<Case> {
    let now = state.last?;
    let proposal = proposal(state, &row.row.bidder.code, now)?;
    let (advice, remedies, proposed) = match &proposal.what {
        Proposed::Wait => (Advice::Wait, Vec::new(), None),
        Proposed::Remedy(remedies) => (Advice::Remedy, remedies.clone(), None),
        Proposed::Fate(Fate::Revoked) => (Advice::Revoked, Vec::new(), Some(Fate::Revoked)),
        Proposed::Fate(Fate::Withdrawn) => (Advice::Withdrawn, Vec::new(), Some(Fate::Withdrawn)),
    };
    let facts = proposal.reasons.iter().enumerate().map(|(place, reason)| FactLine {
        number: reason.number,
        what: says(&reason.fact.trouble).both(),
        word: match reason.fact.vouched {
            Voucher::Bidder => Word::Bidder,
            Voucher::Room => Word::Room,
            Voucher::Host => Word::Host,
        },
        icon: match reason.fact.vouched {
            Voucher::Bidder => Icon::User,
            Voucher::Room => Icon::Server,
            Voucher::Host => Icon::Pen,
        },
        at: reason.fact.at,
        entry: entries.get(place).copied(),
        decisive: reason.decisive,
        made_up: reason.fact.made_up,
    });
    Some(Case {
        facts: facts.collect(),
        advice,
        why: why(proposal.ground),
        clauses: proposal.clauses.clone(),
        remedies,
        request: request(row, state),
        proposed,
        held: row.held.as_ref().map(|(reason, _)| reason.clone()),
        needs_fate: row.needs_fate(),
        decision: row.decided.as_ref().map(|decided| Decision {
            fate: decided.fate,
            reason: decided.reason.clone(),
            as_proposed: decided.fate == decided.proposed,
            verdict: verdict(row),
            awaits: state.awaits_verdict(row),
        }),
    })
}

fn request(row: &RowState, state: &State) -> Option<RemedyRequest> {
    let remedy = row.remedy.as_ref().filter(|_| row.collected.is_none())?;
    let asked = Words::Asked {
        at: remedy.at.clock_text(),
        tail: remedy.lock.tail.clone(),
        reason: remedy.reason.clone(),
    };
    let needed =
        state.lot.as_ref().and_then(|lot| lot.policy.declared_remedy_key()).map_or(0, |key| key.threshold);
    let (stage, waits) = match (&remedy.allowed, remedy.agreed) {
        (None, _) => (RequestStage::Asked, Words::WaitsForHost),
        (Some((reason, _)), None) => {
            (RequestStage::Allowed, Words::WaitsForSupervisor { reason: reason.clone() })
        }
        (Some(_), Some(_)) => {
            (RequestStage::Agreed, Words::WaitsForTrustees { given: remedy.parts.len(), needed })
        }
    };
    Some(RemedyRequest { asked, stage, waits })
}

/// A remedy in few words.
pub const fn way(remedy: Remedy) -> Advice {
    match remedy {
        Remedy::OtherLock => Advice::OtherLock,
        Remedy::KeptShare => Advice::KeptShare,
        Remedy::RemedyKey => Advice::RemedyKey,
    }
}

fn verdict(row: &RowState) -> Words {
    match &row.verdict {
        None => Words::AwaitsVerdict,
        Some(verdict) => {
            let name = verdict.name.clone();
            match &verdict.contested {
                None => Words::Agreed { name, at: verdict.at.clock_text() },
                Some(reason) => Words::Contested { name, reason: reason.clone() },
            }
        }
    }
}

const fn why(ground: Ground) -> Advice {
    match ground {
        Ground::Standing => Advice::Standing,
        Ground::TimeLeft => Advice::TimeLeft,
        Ground::Running => Advice::Running,
        Ground::RoomDevice => Advice::RoomDevice,
        Ground::Material => Advice::Material,
        Ground::CentreUnsettled => Advice::CentreUnsettled,
        Ground::BidderAfter => Advice::BidderAfter,
        Ground::CentreLast => Advice::CentreLast,
        Ground::BidderOnly => Advice::BidderOnly,
        Ground::NoAction => Advice::NoAction,
    }
}

fn says(trouble: &Trouble) -> Says {
    let seconds = |millis: &i64| millis.saturating_add(999) / 1000;
    match trouble {
        Trouble::NoLock {} => Says::NoLock,
        Trouble::WrongLock { present, sealed_to } => {
            Says::WrongLock { present: present.clone(), sealed_to: sealed_to.join(" / ") }
        }
        Trouble::Certificate { state, tail, since } => {
            let (tail, date) = (tail.clone(), since.date_text());
            match state {
                CertificateTrouble::Renewed => Says::Renewed { tail, date },
                CertificateTrouble::Revoked => Says::CertRevoked { tail, date },
                CertificateTrouble::Expired => Says::Expired { tail, date },
            }
        }
        Trouble::PinWrong { left: None } => Says::PinWrong,
        Trouble::PinWrong { left: Some(left) } => Says::PinLeft { left: *left },
        Trouble::PinLocked {} => Says::PinLocked,
        Trouble::Device { code } => Says::Device { code: code.clone() },
        Trouble::DealtWrongly {} => Says::DealtWrongly,
        Trouble::Connection { millis } => Says::Connection { seconds: seconds(millis) },
        Trouble::RoomFault { part, millis } => {
            let seconds = seconds(millis);
            match part {
                RoomPart::Custody => Says::Custody { seconds },
                RoomPart::Disk => Says::Disk { seconds },
                RoomPart::Room => Says::Room { seconds },
            }
        }
        Trouble::QueueWait { millis } => Says::QueueWait { seconds: seconds(millis) },
        Trouble::ClockStopped { reason } => Says::AllStopped { reason: reason.clone() },
        Trouble::Held { reason } => Says::OneStopped { reason: reason.clone() },
    }
}
