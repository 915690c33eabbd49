//! Signing in at a terminal, and going on with the draft of another one.

use bidroom_web_ui::model::Icon;
use bidroom_web_ui::ui::{Button, button, icon, redraw, t, trouble};
use leptos::prelude::*;

use super::desk;
use super::top::display_buttons;
use crate::live::Desk;
use crate::text::Expert;

/// The form for index and one-time PIN.
pub fn sign_in() -> AnyView {
    let desk = desk();
    let (member, pin) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let can = Signal::derive(move || {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(&member.get()) && pin.get().len() == 6 && digits(&pin.get())
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Ok(member) = member.get_untracked().parse::<u8>()
            && can.get_untracked()
        {
            desk.sign_in(member, pin.get_untracked());
            pin.set(String::new());
        }
    };
    let form = move |terminal: String| {
        view! {
            <form class="seat" on:submit=submit>
                <p class="where">{icon(Icon::Server)}<span>{t(Expert::Terminal { name: terminal })}</span></p>
                <div class="field">
                    <label for="member">{t(Expert::MemberLabel)}</label>
                    <input class="input" id="member" inputmode="numeric" autocomplete="off" maxlength="2"
                        prop:value=move || member.get() on:input=move |event| member.set(event_target_value(&event)) />
                    <span class="hint">{t(Expert::MemberHint)}</span>
                </div>
                <div class="field">
                    <label for="pin">{t(Expert::PinLabel)}</label>
                    <input class="input pin" id="pin" inputmode="numeric" autocomplete="off" maxlength="6"
                        prop:value=move || pin.get() on:input=move |event| pin.set(event_target_value(&event)) />
                    <span class="hint">{t(Expert::PinHint)}</span>
                </div>
                {button(Button::new(Expert::SignIn).primary().large().icon(Icon::Key).can(can).busy(desk.busy, Expert::SigningIn).submit().id("sign-in"), || ())}
            </form>
        }
        .into_any()
    };
    view! {
        <main class="page centre seatpage" id="main" tabindex="-1">
            <section class="panel">
                <header><span class="mark" aria-hidden="true">"评"</span><h1>{t(Expert::SignInTitle)}</h1><span class="grow"></span>{display_buttons()}</header>
                <div class="body">
                    {trouble()}
                    <p class="lead">{t(Expert::SignInLead)}</p>
                    {match Desk::terminal() {
                        Some(terminal) => form(terminal),
                        None => view! { <p class="err">{icon(Icon::Triangle)}<span>{t(Expert::NoTerminal)}</span></p> }.into_any(),
                    }}
                </div>
            </section>
        </main>
    }
    .into_any()
}

/// The form for the code of a draft that was begun at another terminal.
pub fn ask_code() -> AnyView {
    let desk = desk();
    let (code, wrong, sure) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        wrong.set(!desk.give_code(&code.get_untracked()));
    };
    let can = Signal::derive(move || !code.get().trim().is_empty());
    view! {
        <main class="page centre seatpage" id="main" tabindex="-1">
            <section class="panel">
                <header><span class="mark" aria-hidden="true">"评"</span><h1>{t(Expert::CodeTitle)}</h1><span class="grow"></span>{display_buttons()}</header>
                <div class="body">
                    {trouble()}
                    <p class="lead">{t(Expert::CodeLead)}</p>
                    <form class="seat" on:submit=submit>
                        <div class="field">
                            <label for="code">{t(Expert::CodeLabel)}</label>
                            <input class="input pin" id="code" autocomplete="off" maxlength="20" aria-invalid=move || wrong.get().then_some("true")
                                prop:value=move || code.get() on:input=move |event| code.set(event_target_value(&event)) />
                            {redraw(move || wrong.get().then(|| view! {
                                <span class="err">{icon(Icon::Triangle)}<span>{t(Expert::CodeWrong)}</span></span>
                            }).into_any())}
                        </div>
                        {button(Button::new(Expert::CodeGo).primary().large().can(can).submit().id("go-on"), || ())}
                    </form>
                    <div class="other">
                        <p>{t(Expert::CodeLost)}</p>
                        {redraw(move || if sure.get() {
                            button(Button::new(Expert::CodeDropSure).danger().id("drop-draft"), move || desk.drop_draft())
                        } else {
                            button(Button::new(Expert::CodeDrop).quiet(), move || sure.set(true))
                        })}
                    </div>
                </div>
            </section>
        </main>
    }
    .into_any()
}
