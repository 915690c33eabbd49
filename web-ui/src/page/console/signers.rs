//! Who signs the record, in the officers' place once it is fixed.

use super::dialogs::Dialogs;
use crate::model::Icon;
use crate::model::officer::role;
use crate::model::signing::{SignLine, Signing};
use crate::text::{Both, Common, Console, Lang, Say};
use crate::ui::{Button, button, icon, page, redraw, t, tag};
use leptos::prelude::*;

/// The panel of the signatures.
pub(super) fn signers_panel(dialogs: Dialogs) -> AnyView {
    let page = page();
    let lines = page.part(|scene| scene.signing.clone());
    view! {
        <section class="panel off">
            <header>
                <h2>{t(Console::SignersTitle)}</h2><span class="grow"></span>
                {record_link()}
            </header>
            <div class="body">
                <ul>{redraw(move || lines.get().into_iter().map(|line| signer(line, dialogs)).collect_view().into_any())}</ul>
            </div>
        </section>
    }
    .into_any()
}

/// The ways to the record as a document, in the reader's language, and to the evaluation; where the record is published.
pub(crate) fn record_link() -> AnyView {
    let page = page();
    let public = page.part(|scene| scene.record_public);
    let route = crate::route::current();
    let link = move || {
        let route = route.clone();
        let evaluation = format!("/evaluation/{}", route.session().unwrap_or_default());
        view! {
            <a class="btn" data-size="sm" href=evaluation>{t(Console::Evaluation)}</a>
            <a class="btn" data-size="sm" href=move || route.record(page.lang.get())>{icon(Icon::Doc)}{t(Console::RecordPdf)}</a>
        }
    };
    view! { {redraw(move || (public.get().then(&link)).into_any())} }.into_any()
}

fn signer(line: SignLine, dialogs: Dialogs) -> AnyView {
    let SignLine { role: of_role, name, signing, mine } = line;
    let under = match &signing {
        Signing::Awaited => None,
        Signing::Signed { tail, at, .. } => {
            let line = |lang: Lang| {
                format!("{}　{}", at.clock_text(), Common::LockTail { tail: tail.clone() }.say(lang))
            };
            Some(Both { zh: line(Lang::Zh), en: line(Lang::En) })
        }
        Signing::Missed { reason, .. } => Some(Both::same(reason.clone())),
    };
    let called = name.clone();
    let open = move || dialogs.absence.set(Some((of_role, called.clone())));
    // The host signs by itself; a reason is for those who are not here.
    let act =
        (signing == Signing::Awaited && !mine).then(|| button(Button::new(Console::Absence).small(), open));
    view! {
        <li>
            <span class="av">{icon(Icon::User)}</span>
            <span><span lang="zh-CN">{name}</span>"　"{t(role(of_role))}<small>{under.map(t)}</small>{act}</span>
            {tag(move || signing.tag())}
        </li>
    }
    .into_any()
}
