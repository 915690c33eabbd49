//! 推选组长: the members, one of whom is chosen.

use bidroom_domain::evaluation::{Command, MemberRole};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::ui::{Button, Views as _, button, icon, mark, redraw, t};
use leptos::prelude::*;

use super::known;
use super::sheet::{ToSign, signing};
use crate::text::Expert;

/// A member who may be chosen or not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    index: u8,
    name: String,
    employer: String,
    may: bool,
}

/// The page, for a ballot.
pub fn elect(round: u32) -> AnyView {
    let members = known(|known| {
        let may = known.plan.committee.representative_may_chair.value;
        let sitting = known.state.committee.iter().flat_map(|committee| committee.sitting());
        let candidate = |(index, state): (u8, &bidroom_domain::evaluation::MemberState)| {
            let member = state.member.as_ref();
            Candidate {
                index,
                name: member.map(|member| member.name.clone()).unwrap_or_default(),
                employer: member.map(|member| member.employer.clone()).unwrap_or_default(),
                may: may || state.role == MemberRole::Expert,
            }
        };
        sitting.map(candidate).collect::<Vec<_>>()
    });
    let (choice, open) = (RwSignal::new(None::<u8>), RwSignal::new(false));
    let can = Signal::derive(move || choice.get().is_some());
    let card = move |member: Candidate| {
        let Candidate { index, name, employer, may } = member;
        view! {
            <li role="presentation">
                <button type="button" class="choice" role="radio" data-member=index
                    aria-disabled=(!may).then_some("true")
                    aria-checked=mark(move || Some(if choice.get() == Some(index) { "true" } else { "false" }))
                    on:click=move |_| if may { choice.set(Some(index)) }>
                    <span class="av">{icon(Icon::User)}</span>
                    <span lang="zh-CN"><b>{name}</b><small>{employer}</small></span>
                    {(!may).then(|| view! { <small class="no">{t(Expert::MayNotChair)}</small> })}
                </button>
            </li>
        }
    };
    view! {
        <main class="page paper-page" id="main" tabindex="-1">
            <section class="panel">
                <header><h1>{t(Expert::ElectTitle { round })}</h1></header>
                <div class="body">
                    <p class="lead">{t(Expert::ElectLead)}</p>
                    {redraw(move || view! { <ul class="choices" role="radiogroup" aria-label=t(Expert::ElectTitle { round })>{members.get().into_iter().map(card).drawn()}</ul> }.into_any())}
                </div>
                <footer>
                    <span class="why">{t(Expert::ElectSecret)}</span>
                    <span class="grow"></span>
                    {button(Button::new(Expert::ElectGo).primary().large().icon(Icon::Pen).can(can).id("elect"), move || open.set(true))}
                </footer>
            </section>
        </main>
        {signing(
            open,
            ToSign::again(Expert::ElectTitle { round }, Expert::ElectGo, Expert::ElectDone),
            || view! { <p>{t(Expert::ElectSignNote)}</p> }.into_any(),
            move || choice.get().map(|choice| Command::VoteChair { round, choice }),
        )}
    }
    .into_any()
}
