//! The dialog in which a bidder objects.

use crate::deed::Deed;
use crate::model::Icon;
use crate::text::{Hall, Say};
use crate::ui::{Asked, Button, countdown, icon, page, t, written_dialog};
use leptos::prelude::*;

/// Draws the dialog.
pub(crate) fn object_dialog(open: RwSignal<bool>) -> AnyView {
    let busy = page().doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::Object(_))));
    written_dialog(
        open.into(),
        move || open.set(false),
        Hall::ObjectionTitle.both(),
        move |written| {
            Some(Asked {
                head: view! {
                    {icon(Icon::Flag)}<h2>{t(Hall::ObjectionTitle)}</h2>
                    <div>{countdown("")}<small>{t(crate::text::Wall::ConfirmSub)}</small></div>
                }
                .into_any(),
                body: written.field(
                    "objection",
                    "5",
                    Hall::ObjectionField.both(),
                    Hall::ObjectionHint.both(),
                ),
                empty: Hall::ObjectionEmpty.both(),
                send: Button::new(Hall::ObjectionSend).icon(Icon::Pen).busy(busy, Hall::Confirming),
                deed: Box::new(Deed::Object),
            })
        },
    )
}
