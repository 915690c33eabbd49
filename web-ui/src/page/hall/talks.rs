//! Objections and replies, as they stand in the ledger.

use crate::model::scene::{Stage, Talk};
use crate::model::{Icon, Tone};
use crate::text::Hall;
use crate::ui::{Views as _, blank, page, redraw, t};
use leptos::prelude::*;

/// The panel.
pub(super) fn talks_panel() -> AnyView {
    let late = page().part(|scene| scene.stage >= Stage::Announce);
    view! {
        {redraw(move || (late.get().then(|| view! {
            <section class="panel chat">
                <header><h2>{t(Hall::Talks)}</h2></header>
                <div class="body" tabindex="0" role="region" aria-label=t(Hall::Talks)>{talk_list()}</div>
            </section>
        })).into_any())}
    }
    .into_any()
}

/// The list.
pub(crate) fn talk_list() -> AnyView {
    let talks = page().part(|scene| scene.talks.clone());
    view! {
        {redraw(move || ({
            let talks = talks.get();
            if talks.is_empty() {
                return blank(Tone::Wait, Icon::Chat, Hall::TalksEmpty, Hall::TalksEmptyNote);
            }
            talks.into_iter().map(one).drawn()
        }).into_any())}
    }
    .into_any()
}

fn one(talk: Talk) -> AnyView {
    let answer = talk.answer.map(|(text, at)| view! {
        <div class="msg" data-from="all">
            <header><span>{t(Hall::TalkAnswers { name: talk.name.clone() })}</span><time>{at.clock_text()}</time></header>
            <span lang="zh-CN">{text}</span>
        </div>
    });
    view! {
        <div class="talk">
            <div class="msg" data-from=if talk.mine { "me" } else { "other" }>
                <header><span>{t(Hall::TalkObjects { name: talk.name.clone() })}</span><time>{talk.at.clock_text()}</time></header>
                <span lang="zh-CN">{talk.text}</span>
            </div>
            {answer}
        </div>
    }
    .into_any()
}
