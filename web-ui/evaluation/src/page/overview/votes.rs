//! Votes: what was asked, how it went, who said what; and reasons of whoever was outvoted.

use bidroom_domain::evaluation::Vote;
use bidroom_web_ui::model::{Icon, Tone};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Views as _, button, icon, redraw, t};
use leptos::prelude::*;

use crate::live::Known;
use crate::model::may_dissent;
use crate::page::vote::question;
use crate::page::{desk, known, member_name};
use crate::text::{Expert, Read};

/// What a member said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ballot {
    who: String,
    agrees: bool,
    reason: Option<String>,
    dissent: Option<String>,
}

/// A vote, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    number: u32,
    question: Both,
    text: String,
    tone: Tone,
    symbol: Icon,
    state: Both,
    ballots: Vec<Ballot>,
    may_dissent: bool,
}

fn line(known: &Known, vote: &Vote) -> Line {
    let (tone, symbol, state) = match (vote.void, vote.closed) {
        (Some(_), _) => (Tone::Wait, Icon::Wait, Read::VoteVoid.both()),
        (None, None) => {
            let (cast, of) = (vote.ballots.len(), known.sight().sitting().len());
            (Tone::Busy, Icon::Clock, Read::VoteRuns { cast, of }.both())
        }
        (None, Some(tally)) => {
            let (yes, no) = (tally.yes, tally.no);
            if tally.carried {
                (Tone::Ok, Icon::OkCircle, Read::VoteCarried { yes, no }.both())
            } else {
                (Tone::Stop, Icon::NoEntry, Read::VoteLost { yes, no }.both())
            }
        }
    };
    let ballot = |(member, ballot): (&u8, &bidroom_domain::evaluation::Ballot)| {
        Some(Ballot {
            who: member_name(known, *member),
            agrees: ballot.agrees.filter(|_| vote.closed.is_some())?,
            reason: ballot.reason.clone(),
            dissent: vote.dissents.get(member).cloned().flatten(),
        })
    };
    Line {
        number: vote.number,
        question: question(&known.plan, &vote.subject),
        text: vote.text.clone().unwrap_or_default(),
        tone,
        symbol,
        state,
        ballots: vote.ballots.iter().filter_map(ballot).collect(),
        may_dissent: may_dissent(&known.state, vote, known.me),
    }
}

/// The panel, the newest vote first; nothing before there was one.
pub fn votes() -> AnyView {
    let lines =
        known(|known| known.state.votes.iter().rev().map(|vote| line(known, vote)).collect::<Vec<Line>>());
    redraw(move || {
        let lines = lines.get();
        if lines.is_empty() {
            return ().into_any();
        }
        view! {
            <section class="panel" id="votes">
                <header><h2>{t(Read::VotesTitle)}</h2></header>
                <ul class="said">{lines.into_iter().map(one).drawn()}</ul>
            </section>
        }
        .into_any()
    })
}

fn one(line: Line) -> AnyView {
    let desk = desk();
    let Line { number, question, text, tone, symbol, state, ballots, may_dissent } = line;
    let dissent = may_dissent.then(|| {
        button(Button::new(Read::DissentGo).icon(Icon::Pen).id("dissent"), move || {
            desk.dissents.set(Some(number))
        })
    });
    let ballots = ballots.into_iter().map(|Ballot { who, agrees, reason, dissent }| {
        let (symbol, word) =
            if agrees { (Icon::Check, Expert::Agree) } else { (Icon::NoEntry, Expert::Disagree) };
        view! {
            <li data-ok=if agrees { "yes" } else { "no" }>{icon(symbol)}<b lang="zh-CN">{who}</b><span>{t(word)}</span>
                {reason.map(|reason| view! { <q lang="zh-CN">{reason}</q> })}
                {dissent.map(|dissent| view! { <q lang="zh-CN">{dissent}</q><small>{t(Read::DissentWritten)}</small> })}</li>
        }
    });
    view! {
        <li data-vote=number>
            <p class="h"><b>{t(Expert::VoteTitle { number })}</b><span>{t(question)}</span>
                <span class="state" data-tone=tone.name()>{icon(symbol)}{t(state)}</span><span class="grow"></span>{dissent}</p>
            {(!text.is_empty()).then(|| view! { <blockquote lang="zh-CN">{text}</blockquote> })}
            <ul class="ballots">{ballots.drawn()}</ul>
        </li>
    }
    .into_any()
}
