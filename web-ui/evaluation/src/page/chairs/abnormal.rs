//! 畸高、畸低: one score of one member is put to the vote (87号令 第六十四条（四）).

use bidroom_domain::evaluation::{ChangeGround, Command, SheetPart, Subject};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Part, Views as _, mark, redraw, t};
use leptos::prelude::*;

use crate::model::{Given, given, points};
use crate::page::desk::{name_of, short, side_of};
use crate::page::field::{Choice, choose, rule, sentences, written};
use crate::page::sheet::{ToSign, signing};
use crate::page::{desk, known_now, member_name};
use crate::text::{Chairs, Expert, Part as PartName};

/// What is chosen so far.
#[derive(Clone, Copy)]
struct Chosen {
    part: RwSignal<String>,
    bid: RwSignal<String>,
    item: RwSignal<String>,
    whose: RwSignal<Option<u8>>,
}

impl Chosen {
    fn part(self) -> SheetPart {
        let place = self.part.get().parse::<usize>().unwrap_or_default();
        let known = known_now();
        let parts = known.map(|known| known.plan.parts()).unwrap_or_default();
        parts.get(place).copied().unwrap_or(SheetPart::Whole)
    }
}

/// The window.
pub fn window(open: RwSignal<bool>) -> AnyView {
    let fresh = || RwSignal::new(String::new());
    let chosen = Chosen { part: fresh(), bid: fresh(), item: fresh(), whose: RwSignal::new(None) };
    let text = fresh();
    let command = move || {
        let (part, item) = (chosen.part(), chosen.item.get());
        let (bid, member) = (chosen.bid.get().parse().ok()?, chosen.whose.get()?);
        let known = known_now()?;
        let mut there = given(known.sight(), part, bid, &item).into_iter();
        there.find(|it| it.member == member && it.voted.is_none())?;
        Some(Command::OpenVote {
            subject: Subject::Abnormal { member, part, bid, item },
            text: written(text)?,
        })
    };
    let what = ToSign::again(Chairs::AbnormalTitle, Expert::ChairVoteGo, Expert::ChairDone).then(move || {
        text.set(String::new());
        chosen.whose.set(None);
    });
    signing(open, what, move || body(chosen, text), command)
}

fn body(chosen: Chosen, text: RwSignal<String>) -> AnyView {
    let Some(known) = known_now() else { return ().into_any() };
    let parts = known.plan.parts();
    let list = parts.iter().enumerate().map(|(place, part)| Choice::new(place, PartName::of(*part)));
    let which =
        (parts.len() > 1).then(|| choose("abnormal-part", Chairs::AbnormalPart, list.collect(), chosen.part));
    let cell = redraw(move || {
        let part = chosen.part();
        let Some(known) = known_now() else { return ().into_any() };
        let bids = known.sight().labels(part).into_iter().map(|bid| {
            let name = name_of(side_of(part), bid).get_untracked();
            Choice::new(bid, Both::same(format!("{}　{name}", short(side_of(part), bid)).trim_end()))
        });
        let items = known.plan.sheet(part).map(|item| Choice::new(&item.id, Both::same(item.name.clone())));
        view! {
            {choose("abnormal-bid", Chairs::WhichBid, bids.collect(), chosen.bid)}
            {choose("abnormal-item", Chairs::AbnormalItem, items.collect(), chosen.item)}
        }
        .into_any()
    });
    let desk = desk();
    let scores = Part::new(move || {
        let (bid, item) = (chosen.bid.get().parse().unwrap_or_default(), chosen.item.get());
        let part = chosen.part();
        desk.known.with(|known| {
            let known = known.as_ref()?;
            let scores = given(known.sight(), part, bid, &item).into_iter();
            Some(scores.map(|it| (member_name(known, it.member), it)).collect::<Vec<(String, Given)>>())
        })
    });
    let picks = redraw(move || {
        let scores = scores.get().unwrap_or_default();
        if scores.is_empty() {
            return view! { <p class="hint">{t(Chairs::AbnormalNone)}</p> }.into_any();
        }
        let list = scores.into_iter().map(|(name, given)| pick(name, &given, chosen.whose));
        view! { <div class="picks" role="radiogroup" aria-label=t(Chairs::AbnormalWhose)>{list.drawn()}</div> }
            .into_any()
    });
    view! {
        {rule(Chairs::AbnormalRule, Chairs::AbnormalRuleNote, ChangeGround::Abnormal.clause())}
        <div class="side-by-side">{which}{cell}</div>
        <div class="field"><b>{t(Chairs::AbnormalWhose)}</b>{picks}</div>
        {sentences("abnormal-text", Chairs::AbnormalText, None, text)}
    }
    .into_any()
}

fn pick(name: String, given: &Given, whose: RwSignal<Option<u8>>) -> AnyView {
    let (member, can) = (given.member, given.voted.is_none());
    let score = points(given.score);
    let words = match given.voted {
        Some(number) => Chairs::AbnormalVoted { score, number }.both(),
        None => Chairs::AbnormalScore { score, apart: points(given.apart) }.both(),
    };
    view! {
        <button type="button" role="radio" data-member=member aria-disabled=(!can).then_some("true")
            aria-checked=mark(move || Some(if whose.get() == Some(member) { "true" } else { "false" }))
            on:click=move |_| if can { whose.set(Some(member)) }>
            <b lang="zh-CN">{name}</b><span>{t(words)}</span>
        </button>
    }
    .into_any()
}
