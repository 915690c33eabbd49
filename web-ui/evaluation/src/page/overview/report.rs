//! The report: its findings, its signatures, and the member's own.

use bidroom_domain::evaluation::{Command, MemberState, Signature};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::ui::{Button, Views as _, button, icon, redraw, t};
use leptos::prelude::*;

use crate::live::Known;
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

/// The panel; nothing before there is a report. It is drawn once for each report: who reads it stays where it was while others sign.
pub fn report() -> AnyView {
    let digits = known(|known| {
        let report = known.state.report.as_ref()?;
        Some(report.digest.to_string().chars().take(8).collect::<String>().to_uppercase())
    });
    redraw(move || digits.get().map(panel).into_any())
}

fn lines(known: &Known) -> Vec<Line> {
    let Some(report) = &known.state.report else { return Vec::new() };
    let sitting = known.state.committee.iter().flat_map(|committee| committee.sitting());
    let line = |(index, member): (u8, &MemberState)| {
        let (at, dissents) = match report.signatures.get(&index) {
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
    sitting.map(line).collect()
}

fn signer(line: Line) -> AnyView {
    let Line { index, name, chair, signed, dissents } = line;
    let state = match signed {
        Some(at) if dissents => Expert::SignedDissent { at },
        Some(at) => Expert::SignedAt { at },
        None => Expert::NotSigned,
    };
    view! {
        <li><b class="num">{format!("{index:02}")}</b><span lang="zh-CN">{name}</span>
            {chair.then(|| view! { <small>{t(Expert::ChairWord)}</small> })}<span class="grow"></span><span>{t(state)}</span></li>
    }
    .into_any()
}

/// What the check found, and whether the chair has answered it.
fn checked() -> AnyView {
    let found = known(|known| {
        let report = known.state.report.as_ref();
        let findings = report.iter().flat_map(|report| report.findings.iter().flatten());
        let texts: Vec<String> = findings.map(|finding| finding.text.clone()).collect();
        (texts, report.is_some_and(|report| report.is_answered()))
    });
    redraw(move || {
        let (findings, answered) = found.get();
        if findings.is_empty() {
            return view! { <p class="ok">{icon(Icon::OkCircle)}<span>{t(Expert::ReportClean)}</span></p> }
                .into_any();
        }
        let list = findings.into_iter().map(|finding| {
            view! { <li data-ok="no">{icon(Icon::Triangle)}<span lang="zh-CN">{finding}</span></li> }
        });
        view! {
            <h3>{t(Expert::ReportFindings)}</h3>
            <ul class="checks">{list.drawn()}</ul>
            {(!answered).then(|| view! { <p class="why">{t(Expert::ReportFindingsOpen)}</p> })}
        }
        .into_any()
    })
}

fn panel(digits: String) -> AnyView {
    let (open, dissent) = (RwSignal::new(false), RwSignal::new(String::new()));
    let signers = known(lines);
    let mine = known(|known| task(&known.plan, &known.state, known.me) == Task::Sign);
    view! {
        <section class="panel report" id="report">
            <header><h2>{t(Expert::ReportTitle)}</h2><span class="second mono">{t(Expert::ReportDigits { digits })}</span></header>
            <div class="body">
                {reader::papers()}
                {checked()}
                {redraw(move || view! { <ul class="signers">{signers.get().into_iter().map(signer).drawn()}</ul> }.into_any())}
            </div>
            {redraw(move || mine.get().then(|| view! {
                <footer><span class="why">{t(Expert::SignWhy)}</span><span class="grow"></span>
                {button(Button::new(Expert::SignReport).primary().large().icon(Icon::Pen).id("sign-report"), move || open.set(true))}</footer>
            }).into_any())}
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
