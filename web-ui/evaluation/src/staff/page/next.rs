//! What the reader can do now: the most pressing thing first, or what is waited for.

use bidroom_domain::evaluation::{Command, Review, Stage, StopGround};
use bidroom_web_ui::model::{Icon, Stage as Opening, Tone};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Part, Views as _, blank, button, icon, page as ui_page, redraw, t};
use leptos::html;
use leptos::prelude::*;

use super::{asking, fields, known_now, lock, more};
use crate::staff::model::{Todo, Viewer, todo};
use crate::staff::office::{Known, office};
use crate::staff::text::{Choice, Office as Words};
use crate::text::stage_name;

/// The panel of the next step, and beside it what else there is.
pub fn next() -> AnyView {
    let known = office().known;
    let closed = ui_page().part(|scene| scene.stage == Opening::Closed);
    let todos = Part::new(move || {
        let closed = closed.get();
        known.with(|known| {
            known
                .as_ref()
                .map(|known| todo(&known.plan, &known.state, known.viewer, closed))
                .unwrap_or_default()
        })
    });
    let (resume, reopen) = (RwSignal::new(None), RwSignal::new(None));
    view! {
        <div class="tops">
            <section class="panel next">
                <header>
                    <h2>{t(Words::Next)}</h2><span class="grow"></span>
                    {redraw(move || {
                        let count = todos.with(Vec::len);
                        (count > 1).then(|| view! { <span class="second">{t(Words::Todos { count: count.saturating_sub(1) })}</span> }).into_any()
                    })}
                </header>
                <div class="body">
                    {redraw(move || match todos.with(Vec::is_empty) {
                        true => waits(closed.get()),
                        false => view! { <ul class="todos">{todos.get().into_iter().map(move |todo| one(todo, resume)).drawn()}</ul> }.into_any(),
                    })}
                </div>
            </section>
            <section class="panel off">
                <header><h2>{t(Words::More)}</h2></header>
                <div class="body">{more::more(reopen)}{lock()}</div>
            </section>
        </div>
        {resume_dialog(resume)}
        {more::dialogs(reopen)}
    }
    .into_any()
}

/// What is waited for, while there is nothing to do.
fn waits(closed: bool) -> AnyView {
    let Some(known) = known_now() else { return ().into_any() };
    let (head, text) = waiting(&known, closed);
    let symbol = if known.state.closed.is_some() { Icon::OkCircle } else { Icon::Clock };
    let tone = if known.state.closed.is_some() { Tone::Ok } else { Tone::Wait };
    blank(tone, symbol, head, text)
}

fn waiting(known: &Known, closed: bool) -> (Both, Both) {
    let state = &known.state;
    if let Some((ground, ..)) = &state.cancelled {
        let why = Choice::cancel(*ground).both();
        let text = Both::new(
            Words::CancelledBy { why: why.zh.clone() }.both().zh,
            Words::CancelledBy { why: why.en }.both().en,
        );
        return (Words::CancelledTitle.both(), text);
    }
    if state.published.is_some() && state.stage == Stage::Closed {
        return (Words::Over.both(), Words::OverNote.both());
    }
    if state.stage == Stage::Waiting && !closed {
        return (Words::WaitOpening.both(), Words::WaitOpeningNote.both());
    }
    match known.viewer {
        Viewer::Host if state.stage == Stage::Assembly => {
            (Words::WaitReady.both(), Words::WaitReadyNote.both())
        }
        Viewer::Host => (Words::NothingHost.both(), Words::NothingHostNote.both()),
        Viewer::Tenderer => (Words::NothingTenderer.both(), Words::NothingTendererNote.both()),
        Viewer::Supervisor => (Words::NothingSupervisor.both(), Words::NothingSupervisorNote.both()),
        Viewer::Bidder | Viewer::Nobody | Viewer::Other => {
            (Words::NothingBidder.both(), Words::NothingBidderNote.both())
        }
    }
}

/// One thing to do: what it is, what comes of it, and its button.
fn one(todo: Todo, resume: RwSignal<Option<u32>>) -> AnyView {
    let (head, note) = words(&todo);
    let act = act(todo, resume);
    view! { <li><div><h3>{t(head)}</h3><p class="second">{t(note)}</p></div>{act}</li> }.into_any()
}

fn words(todo: &Todo) -> (Both, Both) {
    let who =
        |members: &[u8]| members.iter().map(|index| format!("{index:02}")).collect::<Vec<_>>().join("、");
    match todo {
        Todo::Import => (Words::ImportTitle.both(), Words::ImportNote.both()),
        Todo::Start => (Words::StartTitle.both(), Words::StartNote.both()),
        Todo::Review(bids) => (Words::ReviewTitle { count: bids.len() }.both(), Words::ReviewNote.both()),
        Todo::Conclude(bids) => (Words::ConcludeTitle { count: bids.len() }.both(), Words::ReviewNote.both()),
        Todo::FinishQualification(None) => (Words::FinishQualification.both(), Words::FinishNote.both()),
        Todo::FinishQualification(Some((left, least))) => {
            (Words::FinishQualification.both(), Words::FinishEnds { left: *left, least: *least }.both())
        }
        Todo::OpenList => (Words::OpenList.both(), Words::OpenListNote.both()),
        Todo::Seat(members) => (Words::SeatTodo { count: members.len() }.both(), Words::SeatTodoNote.both()),
        Todo::Replace(members) => {
            (Words::ReplaceTodo { who: who(members) }.both(), Words::ReplaceTodoNote.both())
        }
        Todo::FinishAssembly => (Words::FinishAssembly.both(), Words::FinishAssemblyNote.both()),
        Todo::Reopen(number, stage) => {
            let stage = stage_name(*stage).both();
            let head = Words::Reopen { number: *number, stage: stage.zh, stage_en: stage.en };
            (head.both(), reopening_note(*number))
        }
        Todo::Lift => (Words::Lift.both(), Words::LiftNote.both()),
        Todo::Supervise(digest) => {
            let digits: String = digest.to_string().chars().take(8).collect();
            (Words::Supervise { digits: digits.to_uppercase() }.both(), Words::SuperviseNote.both())
        }
        Todo::Close => (Words::Close.both(), Words::CloseNote.both()),
        Todo::TellFinance => (Words::TellFinance.both(), Words::TellFinanceNote.both()),
        Todo::Publish => (Words::Publish.both(), Words::PublishNote.both()),
        Todo::Resume => (Words::Resume.both(), Words::ResumeNote.both()),
        // A bidder's page draws these itself.
        Todo::Answer(_) | Todo::Confirm(_) | Todo::Explain(_) => (Both::same(""), Both::same("")),
    }
}

/// Why going back was asked for, before what comes of it.
fn reopening_note(number: u32) -> Both {
    let note = Words::ReopenNote.both();
    let reason = known_now().and_then(|known| {
        known.state.reopenings.iter().find(|it| it.number == number).and_then(|it| it.reason.clone())
    });
    match reason {
        Some(reason) => Both::new(format!("“{reason}”。{}", note.zh), format!("“{reason}” {}", note.en)),
        None => note,
    }
}

fn go(button_: Button, press: impl Fn() + Send + Sync + 'static) -> AnyView {
    let office = office();
    button(button_.primary().large().busy(office.busy, Words::Working), press)
}

fn act(todo: Todo, resume: RwSignal<Option<u32>>) -> AnyView {
    let office = office();
    let signs = |label: Words, id: &'static str| Button::new(label).icon(Icon::Pen).id(id);
    let tail = move || {
        let lock = ui_page().doing.with_untracked(|doing| doing.lock.as_ref().map(|lock| lock.tail.clone()));
        lock.unwrap_or_default()
    };
    match todo {
        Todo::Import => pick("committee-list", Words::ImportGo, move |bytes| {
            office.import(bytes, Words::ImportDone.both(), || ());
        }),
        Todo::Start => go(Button::new(Words::StartTitle).id("start"), move || {
            office.order(Command::Start, Words::StartDone.both(), || ());
        }),
        Todo::Conclude(bids) => go(Button::new(Words::ConcludeGo).id("conclude"), move || {
            if let Some(bid) = bids.first() {
                let command = Command::ConcludeReview { review: Review::Qualification, bid: *bid };
                conclude_or_sign(command, Words::ConcludeDone);
            }
        }),
        Todo::FinishQualification(ends) => {
            let label = Button::new(Words::FinishQualification).id("finish");
            let finish = move || {
                conclude_or_sign(Command::FinishStage { stage: Stage::Qualification }, Words::FinishDone);
            };
            match ends {
                None => go(label, finish),
                Some(_) => button(label.danger().large().busy(office.busy, Words::Working), finish),
            }
        }
        Todo::OpenList => go(Button::new(Words::OpenList).icon(Icon::Open).id("open-list"), move || {
            office.open_list(Words::OpenListDone.both());
        }),
        Todo::FinishAssembly => go(Button::new(Words::FinishAssembly).id("finish"), move || {
            office.order(Command::FinishStage { stage: Stage::Assembly }, Words::FinishDone.both(), || ());
        }),
        Todo::Reopen(number, _) => go(signs(Words::ReopenGo, "reopen"), move || {
            let command = Command::ReopenStage { number, lock_tail: tail() };
            office.sign(command, Words::ReopenDone.both(), || ());
        }),
        Todo::Lift => go(signs(Words::LiftGo, "lift"), move || {
            office.sign(Command::LiftBlind { lock_tail: tail() }, Words::LiftDone.both(), || ());
        }),
        Todo::Supervise(report) => go(signs(Words::SuperviseGo, "supervise"), move || {
            let command = Command::SuperviseReport { report, lock_tail: tail() };
            office.sign(command, Words::SuperviseDone.both(), || ());
        }),
        Todo::Close => go(Button::new(Words::Close).id("close"), move || {
            office.order(Command::Close, Words::CloseDone.both(), || ());
        }),
        Todo::TellFinance => pick("letter", Words::ImportGo, move |bytes| {
            let document = bidroom_canon::Sm3Digest::of(&bytes);
            office.order(Command::TellFinance { document }, Words::TellFinanceDone.both(), || ());
        }),
        Todo::Publish => {
            go(Button::new(Words::PublishGo).id("publish"), move || office.publishing.set(Some(0)))
        }
        Todo::Resume => go(Button::new(Words::ResumeGo).id("resume"), move || resume.set(Some(0))),
        Todo::Review(_)
        | Todo::Seat(_)
        | Todo::Replace(_)
        | Todo::Answer(_)
        | Todo::Confirm(_)
        | Todo::Explain(_) => ().into_any(),
    }
}

/// The purchaser signs what it does; the host's acts of this kind need no signature.
pub fn conclude_or_sign(command: Command, said: Words) {
    let office = office();
    match known_now().map(|known| known.viewer) {
        Some(Viewer::Host) => office.order(command, said.both(), || ()),
        _ => office.sign(command, said.both(), || ()),
    }
}

/// A button that lets the reader choose a file, and does something with its bytes.
fn pick(id: &'static str, label: Words, then: impl Fn(Vec<u8>) + Clone + Send + Sync + 'static) -> AnyView {
    let office = office();
    let field = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let file = field.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        let Some(file) = file else { return };
        let then = then.clone();
        leptos::task::spawn_local(async move {
            if let Ok(buffer) = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await {
                then(js_sys::Uint8Array::new(&buffer).to_vec());
            }
            // The same file may be chosen again after a mistake.
            if let Some(input) = field.get_untracked() {
                input.set_value("");
            }
        });
    };
    view! {
        <div class="file">
            <input type="file" id=id node_ref=field on:change=chosen/>
            <label class="btn" for=id data-kind="primary" data-size="lg" data-busy=move || office.busy.get().then_some("")>{icon(Icon::Doc)}{t(label)}</label>
        </div>
    }
    .into_any()
}

fn resume_dialog(open: RwSignal<Option<u32>>) -> AnyView {
    let reason = RwSignal::new(String::new());
    asking::asking(
        open,
        |_| asking::Asking {
            title: Words::ResumeGo.both(),
            lead: Some(Words::ResumeNote.both()),
            go: Words::ResumeGo.both(),
            said: Words::ResumeDone.both(),
            signed: known_now().is_some_and(|known| known.viewer == Viewer::Tenderer),
            danger: false,
        },
        move |_| fields::area("resume-reason", Words::ResumeReason, Some(Words::NeedHint.both()), reason),
        move |_| Some(Command::Resume { reason: fields::written(reason)? }),
    )
}

/// Whether the committee may be dissolved for want of members.
pub fn may_stop(known: &Known) -> bool {
    let stopped = known.state.stopped.is_some_and(|(ground, ..)| ground == StopGround::NoReplacement);
    known.state.stage.is_at_work() && !stopped
}
