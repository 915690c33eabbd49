//! A pad on which a member writes its name: by pen, finger or mouse.

use std::sync::Arc;

use bidroom_web_ui::ui::{Button, button, redraw, t};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, PointerEvent};

use super::from_base64;
use crate::text::Expert;

/// Pixels of the picture; the pad shows it smaller.
const SIZE: (u32, u32) = (840, 260);
/// Shorter lines are a touch by mistake, not a name; in pixels of the picture.
const SHORTEST: f64 = 120.0;

/// What was written.
#[derive(Clone, Copy)]
pub struct Pad {
    node: NodeRef<html::Canvas>,
    /// How long the lines are so far.
    written: RwSignal<f64>,
}

impl Pad {
    /// An empty pad.
    pub fn new() -> Self {
        Self { node: NodeRef::new(), written: RwSignal::new(0.0) }
    }

    /// Whether there is a name on it.
    pub fn is_written(self) -> Signal<bool> {
        Signal::derive(move || self.written.get() >= SHORTEST)
    }

    /// The picture as PNG; none while nothing is written.
    pub fn picture(self) -> Option<Vec<u8>> {
        if self.written.get_untracked() < SHORTEST {
            return None;
        }
        let address = self.canvas()?.to_data_url_with_type("image/png").ok()?;
        from_base64(address.strip_prefix("data:image/png;base64,")?)
    }

    /// Takes everything off it.
    pub fn clear(self) {
        if let Some(context) = self.canvas().as_ref().and_then(context) {
            context.clear_rect(0.0, 0.0, f64::from(SIZE.0), f64::from(SIZE.1));
        }
        self.written.set(0.0);
    }

    fn canvas(self) -> Option<HtmlCanvasElement> {
        self.node.get_untracked().map(|node| node.unchecked_into())
    }
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context: JsValue = canvas.get_context("2d").ok()??.into();
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    context.set_line_width(5.0);
    context.set_line_cap("round");
    context.set_line_join("round");
    context.set_stroke_style_str("#14212f");
    Some(context)
}

/// Where on the picture the pointer is.
fn place(canvas: &HtmlCanvasElement, event: &PointerEvent) -> (f64, f64) {
    let shown = canvas.get_bounding_client_rect();
    let scale = |at: f64, from: f64, shown: f64, size: u32| (at - from) / shown.max(1.0) * f64::from(size);
    (
        scale(f64::from(event.client_x()), shown.left(), shown.width(), SIZE.0),
        scale(f64::from(event.client_y()), shown.top(), shown.height(), SIZE.1),
    )
}

/// Draws the pad.
pub fn pad(pad: Pad) -> AnyView {
    let last = StoredValue::new(None::<(f64, f64)>);
    let down = move |event: PointerEvent| {
        let Some(canvas) = pad.canvas() else { return };
        event.prevent_default();
        let _ = canvas.set_pointer_capture(event.pointer_id());
        last.set_value(Some(place(&canvas, &event)));
    };
    let moved = move |event: PointerEvent| {
        let (Some(canvas), Some(from)) = (pad.canvas(), last.get_value()) else { return };
        let Some(context) = context(&canvas) else { return };
        let to = place(&canvas, &event);
        context.begin_path();
        context.move_to(from.0, from.1);
        context.line_to(to.0, to.1);
        context.stroke();
        last.set_value(Some(to));
        pad.written.update(|written| *written += (to.0 - from.0).hypot(to.1 - from.1));
    };
    let up = move |_: PointerEvent| last.set_value(None);
    view! {
        <div class="pad">
            <canvas node_ref=pad.node width=SIZE.0 height=SIZE.1 role="img" aria-label=t(Expert::PadLabel)
                on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up></canvas>
            <span aria-hidden="true">{t(Expert::PadHint)}</span>
            {button(Button::new(Expert::PadClear).quiet().small(), move || pad.clear())}
        </div>
    }
    .into_any()
}

/// A place to sign: a new pad, or the signature that was written at this terminal before.
pub fn signature(own: Pad, kept: Option<Vec<u8>>, again: RwSignal<bool>) -> AnyView {
    let shown = kept.map(|bytes| Arc::new(format!("data:image/png;base64,{}", super::to_base64(&bytes))));
    redraw(move || match shown.clone().filter(|_| !again.get()) {
        None => pad(own),
        Some(address) => view! {
            <div class="pad kept">
                <img src=address.as_str().to_owned() alt=t(Expert::PadLabel) />
                {button(Button::new(Expert::PadAgain).quiet().small(), move || again.set(true))}
            </div>
        }
        .into_any(),
    })
}
