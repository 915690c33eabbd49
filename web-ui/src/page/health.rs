//! The room's health, for staff: what is to be done first, then devices, clock, disk, certificates and sessions.

use crate::deed::Deed;
use crate::model::health::{self as logic, ago, bytes_text, device_name};
use crate::model::{Icon, Tone};
use crate::text::{Both, Health, Say};
use crate::ui::{
    Button, Kind, Views as _, blank, busy_blank, button, chip, icon, lock_card, lock_pane, notice, page,
    redraw, t, trouble,
};
use bidroom_domain::At;
use bidroom_wire::{HealthDevice, HealthView};
use leptos::prelude::*;
use std::time::Duration;

/// How often it is looked at anew: a look asks every device.
const AGAIN: Duration = Duration::from_secs(15);

/// Draws the page.
pub fn health() -> AnyView {
    let page = page();
    let who = page.doing_part(|doing| doing.signed_in.clone());
    Effect::new(move |_| {
        who.with(|_| ());
        page.act.run(Deed::LookAtHealth);
    });
    set_interval(move || page.act.run(Deed::LookAtHealth), AGAIN);
    let lock = page.doing_part(|doing| doing.lock.clone());
    let view = page.doing_part(|doing| doing.health.clone());
    let unseen = page.doing_part(|doing| doing.unseen.clone());
    let waiting = page
        .doing_part(|doing| doing.signed_in.is_some() && doing.health.is_none() && doing.unseen.is_none());
    let locks = move || match lock.get() {
        Some(lock) => lock_card(&lock),
        None if view.with(Option::is_some) => ().into_any(),
        None => view! { {blank(Tone::Wait, Icon::Usb, Health::SignIn, Health::SignInNote)}{lock_pane()} }
            .into_any(),
    };
    let failed = move || {
        let Some(why) = unseen.get() else { return ().into_any() };
        let text = Both::new(
            format!("{}。{}", why.head.zh, why.text.zh),
            format!("{}. {}", why.head.en, why.text.en),
        );
        notice(Kind::Fault, Health::LookFailed, text, why.clause, ().into_any())
    };
    let shown = move || {
        if waiting.get() {
            let busy = busy_blank(Health::Loading, Health::LoadingNote);
            return view! { <section class="panel">{busy}</section> }.into_any();
        }
        view.get().map_or_else(|| ().into_any(), |view| whole(&view))
    };
    view! {
        <div class="page home hlth">
            {super::home::bar()}
            <main class="wrap" id="main" tabindex="-1">
                <div><h1>{t(Health::Title)}</h1><p class="lead">{t(Health::Lead)}</p></div>
                {trouble()}
                {redraw(failed)}
                {redraw(shown)}
                <section class="panel"><div class="body">{redraw(locks)}</div></section>
            </main>
        </div>
    }
    .into_any()
}

fn moment(at: At) -> String {
    format!("{} {}", at.date_text(), at.clock_text())
}

fn whole(view: &HealthView) -> AnyView {
    view! {
        {todo(view)}
        <div class="devs">{view.devices.iter().map(device).drawn()}</div>
        <div class="devs">{clock_and_disk(view)}{certificates(view)}</div>
        {sessions(view)}
    }
    .into_any()
}

/// What is to be done, and the self-check.
fn todo(view: &HealthView) -> AnyView {
    let page = page();
    let problems = logic::problems(view);
    let done = page.doing_part(|doing| doing.done.clone());
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::CheckHealth));
    let head = match problems.len() {
        0 => chip(Tone::Ok, Icon::OkCircle, Health::AllWell),
        count => chip(Tone::Fault, Icon::Triangle, Health::Problems { count }),
    };
    let list = problems.into_iter().map(|problem| {
        let kind = match problem.tone {
            Tone::Tamper => Kind::Tamper,
            Tone::Stop => Kind::Stop,
            Tone::Rule => Kind::Rule,
            _ => Kind::Fault,
        };
        notice(kind, problem.head, problem.todo, None, ().into_any())
    });
    let list = list.drawn();
    view! {
        <section class="panel">
            <header>
                <h2>{head}</h2><span class="second num">{t(Health::At { at: moment(view.now) })}</span><span class="grow"></span>
                {button(Button::new(Health::RunCheck).icon(Icon::Shield).busy(busy, Health::Checking).id("check-health"), move || page.act.run(Deed::CheckHealth))}
            </header>
            <div class="body probs">
                {list}
                {redraw(move || done.get().map(|done| view! { <p role="status">{icon(Icon::OkCircle)}" "{t(done)}</p> }).into_any())}
                <p class="why">{t(Health::CheckWhy)}</p>
            </div>
        </section>
    }
    .into_any()
}

fn row(label: Health, value: AnyView) -> AnyView {
    view! { <dt>{t(label)}</dt><dd>{value}</dd> }.into_any()
}

fn words(value: impl Say) -> AnyView {
    view! { <span>{t(value)}</span> }.into_any()
}

fn device(device: &HealthDevice) -> AnyView {
    let state = match &device.lost {
        None => chip(Tone::Ok, Icon::OkCircle, Health::Answers),
        Some(_) => chip(Tone::Fault, Icon::Triangle, Health::NoAnswer),
    };
    let kind = match device.backend.as_deref() {
        Some("soft") => Health::KindSoft,
        Some("pkcs11") => Health::KindPkcs11,
        Some("sdf") => Health::KindSdf,
        _ => Health::KindUnknown,
    };
    let hardware = device.hardware.map(|it| if it { Health::Hardware } else { Health::NotHardware });
    let hardware = hardware.map(|it| view! { <small class="sub">{t(it)}</small> });
    let levels = device.levels.iter().map(|level| {
        let purpose = match level.purpose.as_str() {
            "decrypt" => Health::Decrypt,
            "sign-sm2" => Health::SignSm2,
            _ => Health::SignEd25519,
        };
        let purpose = purpose.both();
        let line =
            Both::new(format!("{}：{}", purpose.zh, level.zh), format!("{}: {}", purpose.en, level.en));
        view! { <span class="sub">{t(line)}</span> }
    });
    let check = match &device.check {
        None => Health::NotChecked,
        Some(check) => match check.keys {
            Some(keys) => Health::CheckPassed { at: moment(check.at), keys },
            None => Health::CheckFailed { at: moment(check.at) },
        },
    };
    let lots = device.lots.iter().map(|lot| {
        let session = lot.session.clone();
        let line = if lot.held { Health::Held { session } } else { Health::Missing { session } };
        view! { <span class="sub">{t(line)}</span> }
    });
    let lots = if device.lots.is_empty() { words(Health::NoLots) } else { lots.drawn() };
    let used = device.used_seconds.map_or(Health::NotUsed, ago);
    let keys = Health::KeyCount { count: device.keys };
    let trouble = device.trouble.as_ref().map(|trouble| {
        let text = Both::new(&trouble.zh, &trouble.en);
        view! { <p class="why">{icon(Icon::Wrench)}" "{t(text)}</p> }
    });
    let why = device.lost.clone().map(|why| view! { <p class="why mono wrap-any">{why}</p> });
    let mechanisms = (!device.mechanisms.is_empty()).then(|| {
        let names = device.mechanisms.join(" ");
        view! { <details><summary>{t(Health::Mechanisms { count: device.mechanisms.len() })}</summary><p class="mono wrap-any">{names}</p></details> }
    });
    let software = (!device.software.is_empty()).then(|| {
        row(Health::Software, view! { <span class="wrap-any">{device.software.join("；")}</span> }.into_any())
    });
    let name = device
        .name
        .clone()
        .map(|name| row(Health::Name, view! { <span class="wrap-any">{name}</span> }.into_any()));
    view! {
        <section class="panel">
            <header><h2>{icon(Icon::Server)}" "{t(device_name(&device.device))}</h2><span class="grow"></span>{state}</header>
            <div class="body">
                {why}
                <dl class="kv">
                    <dt>{t(Health::Kind)}</dt><dd>{t(kind)}{hardware}</dd>
                    {name}
                    {row(Health::Level, levels.drawn())}
                    {row(Health::Keys, words(keys))}
                    {row(Health::Lots, lots)}
                    {row(Health::SelfCheck, words(check))}
                    {row(Health::LastUse, words(used))}
                    {software}
                </dl>
                {mechanisms}
                {trouble}
            </div>
        </section>
    }
    .into_any()
}

fn clock_and_disk(view: &HealthView) -> AnyView {
    let names = (view.clock.sources_zh.join("、"), view.clock.sources_en.join(", "));
    let say = |name: String| match view.clock.within_millis {
        Some(millis) => Health::Agree { names: name, millis }.both(),
        None => Health::OneSource { name }.both(),
    };
    let quality = Both::new(say(names.0).zh, say(names.1).en);
    let steps = view.sessions.iter().filter(|session| session.clock_doubt.is_some());
    let steps = steps.map(|session| {
        let head = Health::Clock { session: session.summary.session.to_string() };
        view! { <span class="sub">{t(head)}</span> }
    });
    let steps: Vec<_> = steps.collect();
    let steps = if steps.is_empty() { words(Health::NoSteps) } else { steps.into_iter().drawn() };
    let disk = view.disk.map_or(Health::Unknown, |disk| Health::DiskFree {
        free: bytes_text(disk.free),
        total: bytes_text(disk.total),
    });
    view! {
        <section class="panel">
            <header><h2>{icon(Icon::Clock)}" "{t(Health::ClockPanel)}</h2></header>
            <div class="body"><dl class="kv">
                {row(Health::Quality, words(quality))}
                {row(Health::Steps, steps)}
                {row(Health::DiskPanel, words(disk))}
            </dl></div>
        </section>
    }
    .into_any()
}

fn certificates(view: &HealthView) -> AnyView {
    let now = view.now;
    let own = view.certificates.iter().map(|it| {
        let until = Health::Until { date: it.until.date_text() };
        view! { <li><span lang="zh-CN">{it.holder.clone()}</span>" "<span class="mono">{it.tail.clone()}</span>" "<span class="second">{t(until)}</span></li> }
    });
    let data = view.revocation.iter().map(|it| {
        let seconds = u64::try_from(now.millis_since(it.made) / 1000).unwrap_or_default();
        let (age, until) = (ago(seconds).both(), it.until.map_or_else(|| "—".to_owned(), moment));
        let line = Both::new(
            Health::RevocationLine { age: age.zh, until: until.clone() }.both().zh,
            Health::RevocationLine { age: age.en, until }.both().en,
        );
        view! { <li><span lang="zh-CN">{it.issuer.clone()}</span>" "<span class="mono">{it.serial.clone()}</span>" "<span class="second">{t(line)}</span></li> }
    });
    let none = view.revocation.is_empty().then(|| view! { <li class="why">{t(Health::NoRevocation)}</li> });
    view! {
        <section class="panel">
            <header><h2>{icon(Icon::Doc)}" "{t(Health::CertificatesPanel)}</h2></header>
            <div class="body"><ul class="lines">{own.drawn()}{data.drawn()}{none}</ul></div>
        </section>
    }
    .into_any()
}

fn sessions(view: &HealthView) -> AnyView {
    let lines = view.sessions.iter().map(|session| {
        let id = session.summary.session.to_string();
        let lost = session.lost.iter().map(|(device, at)| {
            let name = device_name(device).both();
            let line = |device: String| Health::LostSince { device, at: moment(*at) }.both();
            chip(Tone::Fault, Icon::Triangle, Both::new(line(name.zh).zh, line(name.en).en))
        });
        view! {
            <li>
                <a href=format!("/console/{id}")>{id.clone()}</a>" "<span lang="zh-CN">{session.summary.title.clone()}</span>" "
                <span class="second num">{moment(session.summary.deadline)}</span>" "{lost.drawn()}
            </li>
        }
    });
    let none = view.sessions.is_empty().then(|| view! { <li class="why">{t(Health::NoSessions)}</li> });
    view! {
        <section class="panel">
            <header><h2>{icon(Icon::List)}" "{t(Health::Sessions)}</h2></header>
            <div class="body"><ul class="lines">{lines.drawn()}{none}</ul></div>
        </section>
    }
    .into_any()
}
