//! The reading desk: a module of its own, fetched when a bid is read. Here it is told what may be read and which place is in front.

use std::sync::Arc;

use bidroom_web_ui::text::Lang;
use bidroom_web_ui::ui::{Views as _, mark, page, redraw};
use bidroom_wire::{BidDocuments, DocumentSide, PaperView};
use leptos::html;
use leptos::prelude::*;
use serde::Serialize;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::HtmlElement;

use super::desk::{Place, short};
use super::{desk, known, known_now};
use crate::text::Expert;

#[wasm_bindgen]
extern "C" {
    /// The module, fetched by whoever asks first.
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = bidroomReader)]
    async fn reader_module() -> Result<JsValue, JsValue>;

    type Module;
    #[wasm_bindgen(method)]
    fn mount(this: &Module, element: &HtmlElement, options: &JsValue) -> Reader;

    #[derive(Clone)]
    type Reader;
    #[wasm_bindgen(method)]
    fn update(this: &Reader, options: &JsValue);
    #[wasm_bindgen(method)]
    fn show(this: &Reader, place: &JsValue);
    #[wasm_bindgen(method)]
    fn destroy(this: &Reader);
    #[wasm_bindgen(method, setter)]
    fn set_onplace(this: &Reader, told: &JsValue);
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    language: &'static str,
    watermark: String,
    token: String,
    bids: Vec<Bid>,
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Bid {
    id: String,
    label: String,
    documents: Vec<Document>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    index: u32,
    name: String,
    media_type: String,
    bytes: u64,
    url: String,
}

/// Where a bid answers an item, by its own index.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Mark {
    criterion: String,
    title: String,
    bid: String,
    document: u32,
    page: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Shown {
    bid: String,
    document: u32,
    page: u32,
}

/// A value as JavaScript has it.
fn plain(value: &impl Serialize) -> JsValue {
    let text = serde_json::to_string(value).unwrap_or_default();
    js_sys::JSON::parse(&text).unwrap_or(JsValue::NULL)
}

fn id_of(side: DocumentSide, number: u32) -> String {
    format!("{}-{number}", side.as_str())
}

/// The number behind an id, if it is one of this side.
fn number_of(side: DocumentSide, id: &str) -> Option<u32> {
    id.strip_prefix(side.as_str())?.strip_prefix('-')?.parse().ok()
}

fn options(bids: Vec<Bid>, marks: Vec<Mark>) -> Options {
    let (desk, page) = (desk(), page());
    let who = desk.known.with(|known| {
        known.as_ref().map(|known| {
            let name = known.state.member(known.me).and_then(|member| member.member.as_ref());
            (known.me, name.map(|member| member.name.clone()).unwrap_or_default())
        })
    });
    let (index, name) = who.unwrap_or_default();
    let now = page.now.get_untracked();
    let time: String = now.clock_text().chars().take(5).collect();
    let lang = page.lang.get();
    Options {
        language: if lang == Lang::En { "en" } else { "zh" },
        watermark: format!("专家 {index:02} 号　{name}　{} {time}", now.date_text()),
        token: desk.token().unwrap_or_default(),
        bids,
        marks,
    }
}

/// Mounts the module in an element and keeps it told of what may be read.
fn mounted(
    node: NodeRef<html::Div>,
    bids: impl Fn() -> (Vec<Bid>, Vec<Mark>) + Clone + Send + Sync + 'static,
    wanted: impl Fn() -> Option<Shown> + Clone + Send + Sync + 'static,
    seen: impl Fn(String) + Clone + 'static,
) {
    let reader = StoredValue::new_local(None::<Reader>);
    let told = StoredValue::new_local(None::<Closure<dyn Fn(JsValue)>>);
    let gone = StoredValue::new(false);
    let begun = StoredValue::new(false);
    let current = StoredValue::new(String::new());
    let led = StoredValue::new(None::<Shown>);
    let ready = RwSignal::new(false);
    let first = wanted.clone();
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let (list, marks) = bids();
        let options = options(list, marks);
        if let Some(reader) = reader.get_value() {
            reader.update(&plain(&options));
            return;
        }
        if begun.get_value() || options.bids.is_empty() {
            return;
        }
        begun.set_value(true);
        let element: HtmlElement = element.unchecked_into();
        let (seen, first) = (seen.clone(), first.clone());
        leptos::task::spawn_local(async move {
            let Ok(module) = reader_module().await else {
                begun.try_set_value(false);
                return;
            };
            if gone.try_get_value() != Some(false) {
                return;
            }
            let mounted = module.unchecked_into::<Module>().mount(&element, &plain(&options));
            // Said at once: a moment later it begins with the first bid, and would bring that one to the front.
            if let Some(place) = untrack(&first) {
                current.set_value(place.bid.clone());
                mounted.show(&plain(&place));
            }
            let tell = Closure::<dyn Fn(JsValue)>::new(move |place: JsValue| {
                let bid = js_sys::Reflect::get(&place, &"bid".into()).ok().and_then(|bid| bid.as_string());
                if let Some(bid) = bid {
                    current.set_value(bid.clone());
                    seen(bid);
                }
            });
            mounted.set_onplace(tell.as_ref());
            told.set_value(Some(tell));
            reader.set_value(Some(mounted));
            ready.set(true);
        });
    });
    Effect::new(move |_| {
        let place = wanted();
        if !ready.get() {
            return;
        }
        // Turning pages is the reader's: it is led only to another bid, or to where another item is answered.
        let Some(place) = place.filter(|place| {
            led.with_value(|led| led.as_ref() != Some(place))
                && (place.page > 1 || current.with_value(|at| *at != place.bid))
        }) else {
            return;
        };
        current.set_value(place.bid.clone());
        led.set_value(Some(place.clone()));
        if let Some(reader) = reader.get_value() {
            reader.show(&plain(&place));
        }
    });
    on_cleanup(move || {
        gone.set_value(true);
        if let Some(reader) = reader.get_value() {
            reader.set_onplace(&JsValue::NULL);
            reader.destroy();
        }
    });
}

fn bids_of(list: &Arc<Vec<BidDocuments>>, path: &str) -> Vec<Bid> {
    let bid = |bid: &BidDocuments| {
        let id = id_of(bid.side, bid.number);
        let documents = bid.documents.iter().map(|document| Document {
            index: document.index,
            name: document.name.clone(),
            media_type: document.media_type.clone(),
            bytes: document.bytes,
            url: format!("{path}/bids/{}/{}/documents/{}", bid.side.as_str(), bid.number, document.index),
        });
        let name = bid.name.as_deref().unwrap_or_default();
        let label = format!("{} {name}", short(bid.side, bid.number));
        Bid { id, label: label.trim().to_owned(), documents: documents.collect() }
    };
    list.iter().filter(|bid| !bid.documents.is_empty()).map(bid).collect()
}

fn marks_of(list: &Arc<Vec<BidDocuments>>) -> Vec<Mark> {
    let plan = known_now();
    let name = |item: &str| {
        let plan = plan.as_ref().map(|known| &known.plan);
        let criterion =
            plan.and_then(|plan| plan.criteria.iter().find(|it| it.id == item).map(|it| it.name.clone()));
        let review =
            || plan.and_then(|plan| plan.reviews.iter().find(|it| it.id == item).map(|it| it.text.clone()));
        criterion.or_else(review).unwrap_or_else(|| item.to_owned())
    };
    let of_a_bid = |bid: &BidDocuments| {
        let id = id_of(bid.side, bid.number);
        let marks = bid.marks.iter().map(|mark| Mark {
            criterion: mark.item.clone(),
            title: mark.title.clone().unwrap_or_else(|| name(&mark.item)),
            bid: id.clone(),
            document: mark.document,
            page: mark.page,
        });
        marks.collect::<Vec<_>>()
    };
    list.iter().flat_map(of_a_bid).collect()
}

fn path() -> String {
    desk().session.with_value(|session| format!("/api/v1/sessions/{session}/evaluation"))
}

/// The bid in front, in the middle of the desk.
pub fn pane(place: Place) -> AnyView {
    let node = NodeRef::<html::Div>::new();
    let (list, path) = (desk().bids, path());
    let bids = move || list.with(|list| (bids_of(list, &path), marks_of(list)));
    // Where the bid answers the item in front, else its first document.
    let wanted = move || {
        let (bid, item) = (place.bid.get(), place.item.get());
        list.with(|list| {
            let found = list.iter().find(|it| it.side == place.side && it.number == bid)?;
            let mark =
                found.marks.iter().find(|mark| mark.item == item).map(|mark| (mark.document, mark.page));
            let (document, page) = mark.or_else(|| found.documents.first().map(|it| (it.index, 1)))?;
            Some(Shown { bid: id_of(place.side, bid), document, page })
        })
    };
    // Called by the module, where nothing of the page can be asked for.
    let seen = move |id: String| {
        let known = |bid: &u32| {
            list.with_untracked(|list| list.iter().any(|it| it.side == place.side && it.number == *bid))
        };
        if let Some(bid) = number_of(place.side, &id).filter(known) {
            place.bid.set(bid);
        }
    };
    mounted(node, bids, wanted, seen);
    view! { <section class="pdf" aria-label=bidroom_web_ui::ui::t(Expert::ReaderLabel)><div class="mount" node_ref=node></div></section> }
        .into_any()
}

/// The committee's documents, to be read before they are signed: a list, and the one that was chosen below it.
pub fn papers() -> AnyView {
    let node = NodeRef::<html::Div>::new();
    let papers = RwSignal::new(Vec::<PaperView>::new());
    let chosen = RwSignal::new(None::<(String, u64)>);
    let asked = RwSignal::new(String::new());
    let report = known(|known| known.state.report.as_ref().map(|report| report.digest));
    let here = desk();
    let choose = move |id: String| {
        asked.set(id.clone());
        leptos::task::spawn_local(async move {
            let length = here.paper_length(&id).await;
            if asked.try_get_untracked().as_deref() == Some(&id) {
                chosen.set(length.map(|length| (id, length)));
            }
        });
    };
    Effect::new(move |_| {
        if report.get().is_some() {
            leptos::task::spawn_local(async move {
                if let Some(list) = here.papers().await {
                    papers.set(list);
                    if asked.try_with_untracked(String::is_empty) == Some(true) {
                        choose("report".to_owned());
                    }
                }
            });
        }
    });
    let (path, lang) = (path(), page().lang);
    let name =
        move |paper: &PaperView| if lang.get() == Lang::En { paper.en.clone() } else { paper.zh.clone() };
    let bids = move || {
        let Some((id, bytes)) = chosen.get() else { return (Vec::new(), Vec::new()) };
        let found = papers.with(|papers| papers.iter().find(|paper| paper.id == id).map(name));
        let document = Document {
            index: 0,
            name: found.clone().unwrap_or_default(),
            media_type: "application/pdf".to_owned(),
            bytes,
            url: format!("{path}/papers/{id}"),
        };
        // Another document, or the same one after something changed, is another place.
        let bid =
            Bid { id: format!("{id}-{bytes}"), label: found.unwrap_or_default(), documents: vec![document] };
        (vec![bid], Vec::new())
    };
    let wanted = move || {
        chosen.with(|chosen| {
            let (id, bytes) = chosen.as_ref()?;
            Some(Shown { bid: format!("{id}-{bytes}"), document: 0, page: 1 })
        })
    };
    mounted(node, bids, wanted, |_| ());
    let list = redraw(move || {
        let buttons = papers.get().into_iter().map(|paper| {
            let (id, shown) = (paper.id.clone(), name(&paper));
            let current = paper.id.clone();
            view! {
                <button type="button" class="btn" data-size="sm" data-paper=paper.id
                    aria-pressed=mark(move || Some(if asked.with(|asked| *asked == current) { "true" } else { "false" }))
                    on:click=move |_| choose(id.clone())>{shown}</button>
            }
        });
        view! { <div class="fl">{buttons.drawn()}</div> }.into_any()
    });
    view! { {list}<div class="papers"><div class="mount" node_ref=node></div></div> }.into_any()
}
