//! The dialog in which a bidder objects.

use crate::deed::Deed;
use crate::model::Icon;
use crate::text::{Common, Hall, Say};
use crate::ui::{Button, button, countdown, dialog, icon, mark, page, redraw, t};
use leptos::html;
use leptos::prelude::*;

/// Most characters of an objection or a reply.
pub(crate) const MOST: usize = 500;

/// Why a text cannot be sent.
pub(crate) fn wrong(text: &str, empty: Hall) -> Option<Hall> {
    let count = text.trim().chars().count();
    match count {
        0 => Some(empty),
        1..=MOST => None,
        _ => Some(Hall::ObjectionTooLong { count }),
    }
}

/// Draws the dialog; what was typed stays while it is closed.
pub(crate) fn object_dialog(open: RwSignal<bool>) -> AnyView {
    let page = page();
    let text = RwSignal::new(String::new());
    let told = RwSignal::new(None::<Hall>);
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::Object(_))));
    let close = move || open.set(false);
    let label = Signal::derive(move || Hall::ObjectionTitle.say(page.lang.get()));
    dialog(open.into(), label, close, move || {
        let field = NodeRef::<html::Textarea>::new();
        let send = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let typed = text.get_untracked();
            let problem = wrong(&typed, Hall::ObjectionEmpty);
            told.set(problem.clone());
            if problem.is_none() {
                page.act.run(Deed::Object(typed.trim().to_owned()));
                text.set(String::new());
                close();
            } else if let Some(field) = field.get_untracked() {
                // Focus goes where the text is missing; a browser that refuses leaves it where it is.
                let _ = field.focus();
            }
        };
        view! {
            <form on:submit=send>
                <div class="head">
                    {icon(Icon::Flag)}<h2>{t(Hall::ObjectionTitle)}</h2>
                    <div>{countdown("")}<small>{t(crate::text::Wall::ConfirmSub)}</small></div>
                </div>
                <div class="body">
                    <div class="field">
                        <label for="objection">{t(Hall::ObjectionField)}</label>
                        <textarea
                            class="input"
                            id="objection"
                            rows="5"
                            node_ref=field
                            prop:value=move || text.get()
                            aria-describedby="objection-hint"
                            aria-invalid=mark(move || told.with(Option::is_some).then_some("true"))
                            on:input=move |event| text.set(event_target_value(&event))
                        ></textarea>
                        <span class="hint" id="objection-hint">{t(Hall::ObjectionHint)}</span>
                        {redraw(move || (told.get().map(|problem| view! { <p class="err" role="alert">{icon(Icon::Triangle)}{t(problem)}</p> })).into_any())}
                    </div>
                </div>
                <div class="foot">
                    <span class="grow"></span>
                    {button(Button::new(Common::Cancel).large(), close)}
                    {button(Button::new(Hall::ObjectionSend).primary().large().icon(Icon::Pen).submit().busy(busy, Hall::Confirming), || ())}
                </div>
            </form>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_can_be_sent() {
        assert_eq!(wrong("", Hall::ObjectionEmpty), Some(Hall::ObjectionEmpty));
        assert_eq!(wrong("  \n", Hall::ObjectionEmpty), Some(Hall::ObjectionEmpty));
        assert_eq!(wrong("第 3 行质保期", Hall::ObjectionEmpty), None);
        assert_eq!(wrong(&"异".repeat(500), Hall::ObjectionEmpty), None);
        assert_eq!(
            wrong(&"异".repeat(501), Hall::ObjectionEmpty),
            Some(Hall::ObjectionTooLong { count: 501 })
        );
    }
}
