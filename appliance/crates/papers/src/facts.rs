//! What several documents state alike: members, criteria, items, votes.

use bidroom_domain::evaluation::{Criterion, Event, MemberState, Review, SheetPart, State, Vote};
use bidroom_report::paper as doc;

use crate::context::{Context, count, moment, points};
use crate::words;

/// A member as tables have it.
pub(crate) fn attendee(context: &Context<'_>, index: u8, member: &MemberState) -> doc::Attendee {
    let known = member.member.as_ref();
    let seated = context.last(|event| matches!(event, Event::MemberSeated(it) if it.member == index));
    let seated = seated.and_then(|it| match &it.event {
        Event::MemberSeated(seated) => Some(seated),
        _ => None,
    });
    let committed = context.last(|event| matches!(event, Event::CommitmentSigned(it) if it.member == index));
    let sign = match committed.map(|it| (&it.event, it.at)) {
        Some((Event::CommitmentSigned(signed), at)) => context.signed(&signed.statement, at, Some(index)),
        _ => doc::Sign::Open,
    };
    let handed_in = |handed: bool| match handed {
        true => context.t("手机已寄存", "phone handed in"),
        false => context.t("手机未寄存", "phone not handed in"),
    };
    doc::Attendee {
        index: index.into(),
        name: context.name(index),
        employer: context.told(known.map(|it| it.employer.as_str())),
        specialty: context.told(known.map(|it| it.specialty.as_str())),
        role: context.word(words::role(member.role)),
        is_chair: context.state.chair() == Some(index),
        identity: match (&member.seating, seated) {
            (None, _) => String::new(),
            (_, seated) => context.told(seated.map(|it| context.word(words::identity(it.identity)))),
        },
        phone: match (&member.seating, seated) {
            (None, _) => String::new(),
            (_, seated) => context.told(seated.map(|it| handed_in(it.phone_deposited))),
        },
        seat: member.seating.as_ref().map(|it| it.seat.into()),
        signed_in_at: member.seating.as_ref().map(|it| moment(it.at)),
        committed_at: member.committed.map(moment),
        left: left(context, index, member),
        sign,
    }
}

/// Why somebody is no member any more; empty where it is one.
pub(crate) fn left(context: &Context<'_>, index: u8, member: &MemberState) -> String {
    if let Some(left) = &member.left {
        let (zh, en) = words::leave(left.ground);
        return match left.successor {
            Some(by) => context
                .t(format!("已离开（{zh}），由 {by} 号接替"), format!("left ({en}), followed by no. {by}")),
            None => context.t(format!("已离开（{zh}）"), format!("left ({en})")),
        };
    }
    match context.state.committee.as_ref().is_some_and(|committee| committee.has(index)) {
        true => String::new(),
        false => context.t("属于已解散的评标委员会", "of a committee that was dissolved"),
    }
}

/// The plan's criteria, numbered.
pub(crate) fn criteria<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (doc::Criterion, &'a Criterion)> {
    (1..).zip(&context.plan.criteria).map(|(number, it)| {
        let criterion = doc::Criterion {
            number,
            name: it.name.clone(),
            part: context.word(words::criterion_part(it.part)),
            kind: context.word(words::criterion_kind(it)),
            max: points(it.max.into()),
            blind: it.blind,
        };
        (criterion, it)
    })
}

/// The plan's items of a review, numbered.
pub(crate) fn items(context: &Context<'_>, review: Review) -> Vec<doc::Item> {
    let numbered = (1..).zip(context.plan.items(review));
    numbered
        .map(|(number, it)| doc::Item { number, text: it.text.clone(), clause: it.clause.clone() })
        .collect()
}

/// A vote.
pub(crate) fn vote(context: &Context<'_>, vote: &Vote) -> doc::VoteRow {
    let number = vote.number;
    let logged = context.last(|event| match event {
        Event::VoteClosed(closed) => closed.vote == number,
        Event::VoteOpened(opened) => opened.vote == number,
        _ => false,
    });
    let outcome = match vote.closed {
        Some(tally) if tally.carried => context.t(
            format!("通过：同意 {}，不同意 {}", tally.yes, tally.no),
            format!("carried: {} to {}", tally.yes, tally.no),
        ),
        Some(tally) => context.t(
            format!("未通过：同意 {}，不同意 {}", tally.yes, tally.no),
            format!("not carried: {} to {}", tally.yes, tally.no),
        ),
        None => context.t(
            format!("表决中，已投 {} 票", vote.ballots.len()),
            format!("open, {} ballots", vote.ballots.len()),
        ),
    };
    let dissents = vote.dissents.iter().map(|(member, reason)| {
        let written = context.last(
            |event| matches!(event, Event::DissentWritten(it) if it.vote == number && it.member == *member),
        );
        doc::Remark {
            who: context.who(*member),
            text: context.told(reason.as_deref()),
            at: written.map(|it| moment(it.at)),
            entry: written.map(|it| it.entry),
        }
    });
    doc::VoteRow {
        number,
        subject: words::subject(context, &vote.subject),
        clause: vote.subject.clause(context.plan.procedure).to_owned(),
        outcome,
        at: moment(vote.closed.map_or(vote.at, |tally| tally.at)),
        entry: logged.map(|it| it.entry),
        dissents: dissents.chain(ballot_reasons(context, vote)).collect(),
        silent: vote.silent().map(|member| context.who(member)).collect(),
        void: vote.void.map(|(cause, _)| context.word(words::void(cause))).unwrap_or_default(),
    }
}

/// Reasons that outvoted members gave with their ballots, once the vote is closed.
fn ballot_reasons(context: &Context<'_>, vote: &Vote) -> Vec<doc::Remark> {
    let Some(tally) = vote.closed else { return Vec::new() };
    let outvoted = vote.ballots.iter().filter(|(member, ballot)| {
        ballot.agrees.is_some_and(|agrees| agrees != tally.carried) && !vote.dissents.contains_key(member)
    });
    let reasons = outvoted.filter_map(|(member, ballot)| {
        let text = ballot.reason.clone()?;
        Some(doc::Remark { who: context.who(*member), text, at: Some(moment(ballot.at)), entry: None })
    });
    reasons.collect()
}

/// Whether the scores of all sheets may be shown.
pub(crate) fn are_revealed(context: &Context<'_>) -> bool {
    let parts = context.plan.parts();
    !parts.is_empty() && parts.into_iter().all(|part| context.state.is_revealed(part))
}

/// How a blind sheet's bid is found, once the blind was lifted.
pub(crate) fn behind(state: &State, part: SheetPart, label: u32) -> Option<u32> {
    match part {
        SheetPart::Whole | SheetPart::Named => Some(label),
        SheetPart::Blind => {
            state.blind.lifted?;
            state.blind.numbers.iter().find(|(_, known)| **known == label).map(|(bid, _)| *bid)
        }
    }
}

/// How many bids were opened.
pub(crate) fn opened(context: &Context<'_>) -> u32 {
    count(context.opening.roster.iter().filter(|row| row.is_opened()).count())
}
