//! The top bar, its switches, the keys of the hall, and the facts of the lot.

use super::Viewer;
use crate::deed::Doing;
use crate::model::Icon;
use crate::model::scene::Stage;
use crate::text::{Both, Common, Hall, Lang, Say};
use crate::ui::{Page, Theme, icon, mark, page, redraw, said, t};
use leptos::prelude::*;

/// Title of the project over its number and lot.
pub(crate) fn project_line(with_kind: bool) -> AnyView {
    let project = page().part(|scene| scene.project.clone());
    let line = move || {
        project.with(|project| {
            let Some(project) = project else { return Both::default() };
            let line = |lang: Lang| {
                let mut parts = vec![project.tender.clone(), Common::Lot { number: project.lot }.say(lang)];
                if with_kind {
                    parts.push(project.kind.say(lang));
                    if lang == Lang::Zh {
                        parts.push(project.method.clone());
                    }
                }
                parts.join(if lang == Lang::Zh { "　" } else { " · " })
            };
            Both { zh: line(Lang::Zh), en: line(Lang::En) }
        })
    };
    view! {
        <div class="project grow">
            <b lang="zh-CN">{redraw(move || (project.with(|p| p.as_ref().map(|p| p.title.clone()))).into_any())}</b>
            <span>{said(line)}</span>
        </div>
    }
    .into_any()
}

/// Switches of contrast and language.
pub(crate) fn display_buttons() -> AnyView {
    let page = page();
    let contrast = move || page.theme.get() == Theme::Contrast;
    let name = said(move || if contrast() { Common::NormalContrast } else { Common::HighContrast });
    let label = name;
    view! {
        <button
            class="btn"
            data-size="sm"
            type="button"
            aria-label=label
            aria-pressed=mark(move || Some(if contrast() { "true" } else { "false" }))
            on:click=move |_| page.theme.update(|theme| *theme = if *theme == Theme::Contrast { Theme::Light } else { Theme::Contrast })
        >
            {icon(Icon::Contrast)}<span>{name}</span>
        </button>
        <button
            class="btn"
            data-size="sm"
            type="button"
            aria-label=t(Common::OtherLanguageName)
            lang=mark(move || Some(page.lang.get().other().tag()))
            on:click=move |_| page.lang.update(|lang| *lang = lang.other())
        >
            {t(Common::OtherLanguage)}
        </button>
    }
    .into_any()
}

pub(super) fn top_bar(viewer: Viewer) -> AnyView {
    let page = page();
    let centre = page.part(|scene| scene.project.as_ref().map(|project| project.centre.clone()));
    view! {
        <header class="topbar">
            <span class="mark" aria-hidden="true">"开"</span>
            <div class="org"><b lang="zh-CN">{redraw(move || (centre.get()).into_any())}</b>{super::hall_name()}</div>
            <span class="sep"></span>
            {project_line(false)}
            {(viewer.who)()}
            {display_buttons()}
        </header>
    }
    .into_any()
}

/// Anybody.
pub(super) fn public() -> AnyView {
    view! { <div class="org me"><span>{t(Hall::PublicViewer)}</span></div> }.into_any()
}

/// Who has signed in.
pub(super) fn signed_in() -> AnyView {
    let page = page();
    let name = page.doing_part(|doing: &Doing| doing.signed_in.clone());
    view! {
        <div class="org me">
            <b lang="zh-CN">{redraw(move || (name.get()).into_any())}</b>
            <span>{said(move || if name.with(Option::is_some) { Hall::SignedInAs } else { Hall::NotSignedIn })}</span>
        </div>
    }
    .into_any()
}

/// Alt+1 goes to the confirmation, Alt+2 opens the objection; neither signs anything.
pub(super) fn shortcut(event: &leptos::ev::KeyboardEvent, page: Page, object: RwSignal<bool>) {
    if !event.alt_key() || event.ctrl_key() || event.meta_key() {
        return;
    }
    let confirming = page.scene.read_untracked().stage == Stage::Confirm;
    match event.code().as_str() {
        "Digit1" => {
            event.prevent_default();
            crate::browser::focus("#confirm-record");
        }
        "Digit2" if confirming && page.doing.read_untracked().lock.is_some() => {
            event.prevent_default();
            object.set(true);
        }
        _ => {}
    }
}

/// The facts of the lot and how this page checks what it shows; for the public.
pub(super) fn facts_panel() -> AnyView {
    let page = page();
    let project = page.part(|scene| scene.project.clone());
    let facts = move || {
        project.get().map(|project| {
            let ceiling = project.ceiling;
            let readers = project.restricted.as_ref().map(|restricted| restricted.line());
            let opening = format!("{} {}", project.deadline.date_text(), project.deadline.clock_text());
            view! {
                <dl class="kv">
                    <dt>{t(Hall::TendererLabel)}</dt><dd lang="zh-CN">{project.tenderer}</dd>
                    <dt>{t(Hall::AgencyLabel)}</dt><dd lang="zh-CN">{project.agency}</dd>
                    <dt>{t(Hall::DeadlineLabel)}</dt><dd class="num">{opening}</dd>
                    {ceiling.map(|ceiling| view! {
                        <dt>{t(Hall::CeilingLabel)}</dt><dd class="num">{t(Common::Yuan { figures: ceiling.figures() })}</dd>
                    })}
                    {readers.map(|readers| view! { <dt>{t(Hall::ReadersLabel)}</dt><dd>{t(readers)}</dd> })}
                </dl>
            }
        })
    };
    view! {
        <section class="panel my">
            <header><h2>{t(Hall::SessionFacts)}</h2></header>
            <div class="body">
                {facts}
                <p class="strong">{t(Hall::HowToVerify)}</p>
                <p class="why">{t(Hall::HowToVerifyNote)}</p>
            </div>
        </section>
    }
    .into_any()
}
