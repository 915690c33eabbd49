//! A modal dialog: the browser's own, with its focus trap, its Esc and its return of focus to the opener.

use super::redraw;
use leptos::html;
use leptos::prelude::*;

/// A dialog that is open while `open` holds. `close` is called for Esc and must make `open` false.
pub fn dialog(
    open: Signal<bool>,
    label: Signal<String>,
    close: impl Fn() + Send + Sync + 'static,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    draw(open, label, Box::new(close), Box::new(content))
}

fn draw(
    open: Signal<bool>,
    label: Signal<String>,
    close: Box<dyn Fn() + Send + Sync>,
    content: Box<dyn Fn() -> AnyView + Send + Sync>,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Refused only for a dialog that is open or gone; both are what is wanted.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-label=label
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                close();
            }
        >
            {redraw(move || (open.get().then(&content)).into_any())}
        </dialog>
    }
    .into_any()
}
