//! The report: its findings, its signatures, and the member's own.

use bidroom_domain::evaluation::{Command, Signature};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::ui::{Button, Views as _, button, icon, redraw, t};
use leptos::prelude::*;

use crate::model::{Task, task};
use crate::page::sheet::{ToSign, signing};
use crate::page::{known, known_now, reader};
use crate::text::Expert;

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    index: u8,
    name: String,
    chair: bool,
    signed: Option<String>,
    dissents: bool,
}

/// What is shown of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    digits: String,
    findings: Vec<String>,
    answered: bool,
    lines: Vec<Line>,
    mine: bool,
}

/// The panel; nothing before there is a report.
pub fn report() -> AnyView {
    let shown = known(|known| {
        let report = known.state.report.as_ref()?;
        let findings = report.findings.iter().flatten().map(|finding| finding.text.clone());
        let sitting = known.state.committee.iter().flat_map(|committee| committee.sitting());
        let line = |(index, member): (u8, &bidroom_domain::evaluation::MemberState)| {
            let signature = report.signatures.get(&index);
            let (at, dissents) = match signature {
                Some(Signature::Signed { at, dissent, .. }) => (Some(at), dissent.is_some()),
                Some(Signature::CountsAsAgreeing { at, .. }) => (Some(at), false),
                None => (None, false),
            };
            Line {
                index,
                name: member.member.as_ref().map(|member| member.name.clone()).unwrap_or_default(),
                chair: known.state.chair() == Some(index),
                signed: at.map(|at| at.clock_text()),
                dissents,
            }
        };
        Some(Shown {
            digits: report.digest.to_string().chars().take(8).collect::<String>().to_uppercase(),
            findings: findings.collect(),
            answered: report.is_answered(),
            lines: sitting.map(line).collect(),
            mine: task(&known.plan, &known.state, known.me) == Task::Sign,
        })
    });
    redraw(move || shown.get().map(panel).into_any())
}

fn panel(shown: Shown) -> AnyView {
    let Shown { digits, findings, answered, lines, mine } = shown;
    let (open, dissent) = (RwSignal::new(false), RwSignal::new(String::new()));
    let clean = findings.is_empty();
    let findings = findings.into_iter().map(
        |finding| view! { <li data-ok="no">{icon(Icon::Triangle)}<span lang="zh-CN">{finding}</span></li> },
    );
    let findings = findings.drawn();
    let lines = lines.into_iter().map(|line| {
        let Line { index, name, chair, signed, dissents } = line;
        let state = match signed {
            Some(at) if dissents => Expert::SignedDissent { at },
            Some(at) => Expert::SignedAt { at },
            None => Expert::NotSigned,
        };
        view! { <li><b class="num">{format!("{index:02}")}</b><span lang="zh-CN">{name}</span>{chair.then(|| view! { <small>{t(Expert::ChairWord)}</small> })}<span class="grow"></span><span>{t(state)}</span></li> }
    });
    let lines = lines.drawn();
    view! {
        <section class="panel report" id="report">
            <header><h2>{t(Expert::ReportTitle)}</h2><span class="second mono">{t(Expert::ReportDigits { digits })}</span></header>
            <div class="body">
                {reader::papers()}
                {if clean {
                    view! { <p class="ok">{icon(Icon::OkCircle)}<span>{t(Expert::ReportClean)}</span></p> }.into_any()
                } else {
                    view! { <h3>{t(Expert::ReportFindings)}</h3><ul class="checks">{findings}</ul>{(!answered).then(|| view! { <p class="why">{t(Expert::ReportFindingsOpen)}</p> })} }.into_any()
                }}
                <ul class="signers">{lines}</ul>
            </div>
            {mine.then(|| view! {
                <footer><span class="why">{t(Expert::SignWhy)}</span><span class="grow"></span>
                {button(Button::new(Expert::SignReport).primary().large().icon(Icon::Pen).id("sign-report"), move || open.set(true))}</footer>
            })}
        </section>
        {signing(
            open,
            ToSign::anew(Expert::SignReport, Expert::SignReport, Expert::SignDone),
            move || view! {
                <p>{t(Expert::SignNote)}</p>
                <div class="field">
                    <label for="dissent">{t(Expert::DissentLabel)}</label>
                    <textarea class="input" id="dissent" rows="3" maxlength="500" prop:value=move || dissent.get()
                        on:input=move |event| dissent.set(event_target_value(&event))></textarea>
                    <span class="hint">{t(Expert::DissentHint)}</span>
                </div>
            }.into_any(),
            move || {
                let report = known_now()?.state.report.as_ref()?.digest;
                let text = dissent.get().trim().to_owned();
                Some(Command::SignReport { report, dissent: (!text.is_empty()).then_some(text) })
            },
        )}
    }
    .into_any()
}
