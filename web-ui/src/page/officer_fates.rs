//! Fates of bids that were not opened, for the supervisor: what the host decided, on which facts; agree or contest.

use super::case::{case_view, request_view};
use crate::deed::Deed;
use crate::model::case::{Case, Decision, RemedyRequest, RequestStage};
use crate::model::{Icon, Tone};
use crate::text::{Case as Words, Officer, Say, State};
use crate::ui::{Button, Views as _, Written, button, chip, page, redraw, said, t};
use bidroom_domain::opening::Fate;
use leptos::prelude::*;

/// Requests for the remedy key that have not come to their end; nothing where there is none.
pub(super) fn requests() -> AnyView {
    let page = page();
    let asked = page.part(|scene| {
        let rows = scene.rows.iter().filter_map(|row| {
            let request = row.case.as_ref()?.request.clone()?;
            Some((row.number, row.name.clone(), request))
        });
        rows.collect::<Vec<_>>()
    });
    let may = page.part(|scene| scene.may_judge);
    view! {
        {redraw(move || if asked.with(Vec::is_empty) { ().into_any() } else { view! {
            <section class="panel fates">
                <header><h2>{t(Words::RequestsTitle)}</h2><span class="grow"></span><span class="second">{t(Words::RequestsNote)}</span></header>
                {asked.get().into_iter().map(|(number, name, it)| request(number, &name, &it, may.get())).drawn()}
            </section>
        }.into_any() })}
    }
    .into_any()
}

fn request(number: u32, name: &str, asked: &RemedyRequest, may: bool) -> AnyView {
    let page = page();
    let now = may && asked.stage == RequestStage::Allowed;
    let can = page.doing_part(|doing| doing.lock.is_some());
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::AgreeRemedyKey(_))));
    let act = now.then(|| {
        let agree = Button::new(Words::AgreeRemedy).primary().large().icon(Icon::Check).can(can);
        view! {
            <div class="acts">
                {button(agree.busy(busy, Officer::Acting).id("agree-remedy"), move || {
                    page.act.run(Deed::AgreeRemedyKey(number));
                })}
                <span class="why">{said(move || if can.get() { Words::AgreeRemedyWhy.both() } else { Officer::NeedLock.both() })}</span>
            </div>
        }
    });
    view! {
        <article class="fate" data-now=now.then_some("")>
            <h3><span class="num">{number}</span>" "<span lang="zh-CN">{name.to_owned()}</span></h3>
            {request_view(asked)}
            {act}
        </article>
    }
    .into_any()
}

/// Draws the panel; nothing where no fate was decided.
pub(super) fn fates() -> AnyView {
    let page = page();
    let cases = page.part(|scene| {
        let decided = scene.rows.iter().filter_map(|row| {
            let case = row.case.clone().filter(|case| case.decision.is_some())?;
            Some((row.number, row.name.clone(), case))
        });
        decided.collect::<Vec<_>>()
    });
    let may = page.part(|scene| scene.may_judge);
    view! {
        {redraw(move || if cases.with(Vec::is_empty) { ().into_any() } else { view! {
            <section class="panel fates">
                <header><h2>{t(Words::FatesTitle)}</h2><span class="grow"></span><span class="second">{t(Words::FatesNote)}</span></header>
                {cases.get().into_iter().map(|(number, name, case)| fate(number, &name, &case, may.get())).drawn()}
            </section>
        }.into_any() })}
    }
    .into_any()
}

fn fate(number: u32, name: &str, case: &Case, may: bool) -> AnyView {
    let Some(decision) = &case.decision else { return ().into_any() };
    let (tone, symbol, words) = match decision.fate {
        Fate::Revoked => (Tone::Stop, Icon::NoEntry, State::Revoked),
        Fate::Withdrawn => (Tone::Rule, Icon::Rule, State::Withdrawn),
    };
    let follows = if decision.as_proposed { Words::AsProposed } else { Words::NotAsProposed };
    view! {
        <article class="fate" data-now=(may && decision.awaits).then_some("")>
            <h3><span class="num">{number}</span>" "<span lang="zh-CN">{name.to_owned()}</span>" "{chip(tone, symbol, words)}</h3>
            {case_view(case)}
            <p>{t(Words::Decided { reason: decision.reason.clone() })}</p>
            <p class="why">{t(follows)}</p>
            {verdict(number, decision, may)}
        </article>
    }
    .into_any()
}

fn verdict(number: u32, decision: &Decision, may: bool) -> AnyView {
    if !(may && decision.awaits) {
        return view! { <p class="why" role="status">{t(decision.verdict.clone())}</p> }.into_any();
    }
    let page = page();
    let written = Written::new();
    let can = page.doing_part(|doing| doing.lock.is_some());
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::JudgeFate(..))));
    let contest = move || {
        if let Some(reason) = written.checked(Words::ContestEmpty.both()) {
            page.act.run(Deed::JudgeFate(number, Some(reason)));
        }
    };
    let id = format!("contest-{number}");
    view! {
        {written.field(&id, "2", Words::ContestField.both(), Words::ContestHint.both())}
        <div class="acts">
            {button(Button::new(Words::Agree).primary().large().icon(Icon::Check).can(can).busy(busy, Officer::Acting).id("agree-fate"), move || {
                page.act.run(Deed::JudgeFate(number, None));
            })}
            {button(Button::new(Words::Contest).large().icon(Icon::Flag).can(can).id("contest-fate"), contest)}
            <span class="why">{said(move || if can.get() { Words::AgreeWhy.both() } else { Officer::NeedLock.both() })}</span>
        </div>
    }
    .into_any()
}
