//! Replacing an officer: a proposal to agree with, or a new lock's two certificates to propose.

use crate::deed::{CeremonyDeed, Deed};
use crate::model::Icon;
use crate::model::ceremony::{self as logic, Proposal};
use crate::text::{Both, Ceremony, Common, Officer, Say};
use crate::ui::{Button, Part, Views as _, button, dialog, icon, page, redraw, said, t};
use bidroom_canon::Base64Bytes;
use bidroom_wire::SuccessorFiles;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Draws the panel, for an officer before the deadline; for others what is proposed.
pub(super) fn replace() -> AnyView {
    let page = page();
    let open = RwSignal::new(false);
    let view = page.doing_part(|doing| doing.ceremony.clone());
    let ended = Part::new(move || {
        view.with(|view| view.as_ref().is_none_or(|view| !logic::may_replace(view, page.now.get())))
    });
    let panel = move || {
        let Some(view) = view.get().filter(|_| !ended.get()) else { return ().into_any() };
        let proposed = logic::proposal(&view).map(|it| proposal(&it, view.threshold, view.own.is_some()));
        let is_officer = view.own.is_some();
        if proposed.is_none() && !is_officer {
            return ().into_any();
        }
        view! {
            {proposed}
            {is_officer.then(|| view! {
                <section class="panel guide">
                    <div><h2>{icon(Icon::Key)}{t(Ceremony::ReplaceTitle)}</h2><p>{t(Ceremony::ReplaceNote { needed: view.threshold })}</p></div>
                    <div class="fl">{button(Button::new(Ceremony::Replace).icon(Icon::Pen).id("replace-officer"), move || open.set(true))}</div>
                </section>
            })}
        }
        .into_any()
    };
    view! { {redraw(panel)}{form(open)} }.into_any()
}

fn proposal(it: &Proposal, needed: u8, officer: bool) -> AnyView {
    let page = page();
    let can = page.doing_part(|doing| doing.lock.is_some());
    let change = if it.from == it.to {
        Ceremony::ProposalSame { name: it.to.clone(), tail: it.tail.clone() }
    } else {
        Ceremony::ProposalChange { from: it.from.clone(), to: it.to.clone(), tail: it.tail.clone() }
    };
    let agreed = Ceremony::ProposalAgreed { names: it.agreed.clone(), needed };
    let files = it.files.clone();
    let acts = if it.own {
        view! { <span class="why" role="status">{t(Ceremony::OwnAgreed)}</span> }.into_any()
    } else if officer {
        let press = move || page.act.run(Deed::Ceremony(CeremonyDeed::Replace(files.clone())));
        view! {
            {button(Button::new(Ceremony::Agree).primary().large().icon(Icon::Check).can(can).busy(busy(), Ceremony::Agreeing).id("agree-replacement"), press)}
            <span class="why">{said(move || if can.get() { Ceremony::AgreeWhy.both() } else { Officer::NeedLock.both() })}</span>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <section class="panel guide" data-now=(officer && !it.own).then_some("")>
            <div>
                <h2>{icon(Icon::Pen)}{t(Ceremony::ProposalTitle { index: it.index })}</h2>
                <p class="strong">{t(change)}</p>
                <p>{t(agreed)}</p>
                <p>{t(Ceremony::ProposalCheck)}</p>
            </div>
            <div class="fl">{acts}</div>
        </section>
    }
    .into_any()
}

fn busy() -> Part<bool> {
    page().doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::Ceremony(CeremonyDeed::Replace(_)))))
}

/// A certificate file to choose.
#[derive(Clone, Copy)]
struct Chosen {
    input: NodeRef<html::Input>,
    name: RwSignal<Option<String>>,
}

impl Chosen {
    fn new() -> Self {
        Self { input: NodeRef::new(), name: RwSignal::new(None) }
    }

    fn file(self) -> Option<web_sys::File> {
        self.input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0))
    }

    fn field(self, id: &'static str, label: Ceremony) -> AnyView {
        let Self { input, name } = self;
        let label_id = format!("{id}-label");
        view! {
            <div class="field">
                <span class="strong" id=label_id.clone()>{t(label)}</span>
                <div class="file">
                    <input type="file" id=id accept=".pem,.crt,.cer,.der" node_ref=input aria-labelledby=label_id
                        on:change=move |_| name.set(self.file().map(|file| file.name()))/>
                    <label class="btn" for=id>{icon(Icon::Doc)}{t(Ceremony::ChooseFile)}</label>
                    <span class="name">{redraw(move || name.get().into_any())}</span>
                </div>
            </div>
        }
        .into_any()
    }
}

async fn bytes(file: &web_sys::File) -> Option<Base64Bytes> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Base64Bytes(js_sys::Uint8Array::new(&buffer).to_vec()))
}

/// The dialog in which a replacement is proposed.
fn form(open: RwSignal<bool>) -> AnyView {
    let page = page();
    let label = Ceremony::Replace.both();
    let label = Signal::derive(move || label.say(page.lang.get()));
    let officers = page.doing_part(|doing| {
        let view = doing.ceremony.as_ref();
        view.map(|view| view.officers.iter().map(|it| (it.index, it.name.clone())).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    dialog(
        open.into(),
        label,
        move || open.set(false),
        move || {
            let who = RwSignal::new(None::<u8>);
            let (signing, encryption) = (Chosen::new(), Chosen::new());
            let missing = RwSignal::new(false);
            let can = page.doing_part(|doing| doing.lock.is_some());
            let choices = officers.get_untracked().into_iter().map(|(index, name)| {
            let text = Both::same(format!("{index}　{name}"));
            view! {
                <label class="tick"><input type="radio" name="replaced" value=index.to_string() on:change=move |_| who.set(Some(index))/><span lang="zh-CN">{t(text)}</span></label>
            }
        });
            let choices = choices.drawn();
            let submit = move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                let (Some(index), Some(one), Some(other)) =
                    (who.get_untracked(), signing.file(), encryption.file())
                else {
                    return missing.set(true);
                };
                missing.set(false);
                leptos::task::spawn_local(async move {
                    if let (Some(signing), Some(encryption)) = (bytes(&one).await, bytes(&other).await) {
                        let files = SuccessorFiles { index, signing, encryption };
                        page.act.run(Deed::Ceremony(CeremonyDeed::Replace(files)));
                        open.set(false);
                    }
                });
            };
            view! {
            <form on:submit=submit>
                <div class="head">{icon(Icon::Pen)}<h2>{t(Ceremony::Replace)}</h2></div>
                <div class="body lockform">
                    <fieldset class="choices"><legend>{t(Ceremony::Who)}</legend>{choices}</fieldset>
                    {signing.field("successor-sign", Ceremony::SignCertificate)}
                    {encryption.field("successor-encrypt", Ceremony::EncryptCertificate)}
                    <span class="hint">{t(Ceremony::FilesHint)}</span>
                    {redraw(move || missing.get().then(|| view! { <p class="err" role="alert">{icon(Icon::Triangle)}{t(Ceremony::Incomplete)}</p> }).into_any())}
                </div>
                <div class="foot">
                    <span class="why">{said(move || if can.get() { Ceremony::AgreeWhy.both() } else { Officer::NeedLock.both() })}</span>
                    <span class="grow"></span>
                    {button(Button::new(Common::Cancel).large(), move || open.set(false))}
                    {button(Button::new(Ceremony::Propose).primary().large().icon(Icon::Key).can(can).busy(busy(), Ceremony::Agreeing).submit().id("propose-replacement"), || ())}
                </div>
            </form>
        }
        .into_any()
        },
    )
}
