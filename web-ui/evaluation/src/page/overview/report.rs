//! The report: its findings, its signatures, and the member's own.

use bidroom_domain::evaluation::{Command, MemberState, Rule, Signature};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::Say as _;
use bidroom_web_ui::ui::{Button, Views as _, button, icon, redraw, t};
use leptos::prelude::*;

use crate::live::Known;
use crate::model::{Task, is_stale, task};
use crate::page::field::{rule, sentences, written};
use crate::page::sheet::{ToSign, opened_by, signing};
use crate::page::{known, known_now, member_name, reader};
use crate::text::{Expert, Read};

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    index: u8,
    name: String,
    chair: bool,
    state: Expert,
    /// What the chair wrote down of a refusal.
    refused: Option<(String, String)>,
    /// Whether the member may record that this one refuses.
    may_record: bool,
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
    let ready = report.is_answered() && !is_stale(&known.state) && known.sight().is_complete();
    let line = |(index, member): (u8, &MemberState)| {
        let signature = report.signatures.get(&index);
        let state = match signature {
            Some(Signature::Signed { at, dissent: Some(_), .. }) => {
                Expert::SignedDissent { at: at.clock_text() }
            }
            Some(Signature::Signed { at, .. }) => Expert::SignedAt { at: at.clock_text() },
            _ => Expert::NotSigned,
        };
        let refused = match signature {
            Some(Signature::CountsAsAgreeing { note, at }) => Some((at.clock_text(), note.clone())),
            _ => None,
        };
        Line {
            index,
            name: member.member.as_ref().map(|member| member.name.clone()).unwrap_or_default(),
            chair: known.state.chair() == Some(index),
            state,
            refused,
            may_record: ready && signature.is_none() && known.sight().is_chair() && index != known.me,
        }
    };
    sitting.map(line).collect()
}

fn signer(line: Line, refuses: RwSignal<Option<u32>>) -> AnyView {
    let Line { index, name, chair, state, refused, may_record } = line;
    let record = may_record.then(|| {
        button(Button::new(Read::Refuses).quiet().small().id("record-refusal"), move || {
            refuses.set(Some(index.into()))
        })
    });
    let state = match &refused {
        Some((at, _)) => Read::Refused { at: at.clone() }.both(),
        None => state.both(),
    };
    let note = refused.map(|(_, note)| view! { <q lang="zh-CN">{note}</q> });
    view! {
        <li data-member=index><b class="num">{format!("{index:02}")}</b><span lang="zh-CN">{name}</span>
            {chair.then(|| view! { <small>{t(Expert::ChairWord)}</small> })}{note}<span class="grow"></span><span>{t(state)}</span>{record}</li>
    }
    .into_any()
}

/// The window in which the chair records that a member refuses to sign and writes no reasons.
fn refusal(refuses: RwSignal<Option<u32>>) -> AnyView {
    let note = RwSignal::new(String::new());
    let body = move || {
        let (Some(known), Some(index)) =
            (known_now(), refuses.get_untracked().and_then(|it| it.try_into().ok()))
        else {
            return ().into_any();
        };
        view! {
            <p class="lead">{t(Read::RefusesTitle { who: member_name(&known, index) })}</p>
            {rule(Read::RefusesRule, Read::RefusesRuleNote, known.plan.procedure.clause(Rule::Signatures))}
            {sentences("refusal-note", Read::RefusesNote, Some(Read::RefusesHint.both()), note)}
        }
        .into_any()
    };
    let command = move || {
        let report = known_now()?.state.report.as_ref()?.digest;
        Some(Command::RecordUnsigned {
            member: refuses.get()?.try_into().ok()?,
            report,
            note: written(note)?,
        })
    };
    let what = ToSign::again(Read::Refuses, Read::RefusesSign, Read::RefusesDone).empties([note]);
    signing(opened_by(refuses), what, body, command)
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
    let refuses = RwSignal::new(None::<u32>);
    let signers = known(lines);
    let mine = known(|known| task(known.sight()) == Task::Sign);
    view! {
        <section class="panel report" id="report">
            <header><h2>{t(Expert::ReportTitle)}</h2><span class="second mono">{t(Expert::ReportDigits { digits })}</span></header>
            <div class="body">
                {reader::papers()}
                {checked()}
                {redraw(move || view! { <ul class="signers">{signers.get().into_iter().map(|line| signer(line, refuses)).drawn()}</ul> }.into_any())}
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
                {sentences("dissent", Expert::DissentLabel, Some(Expert::DissentHint.both()), dissent)}
            }.into_any(),
            move || {
                let report = known_now()?.state.report.as_ref()?.digest;
                Some(Command::SignReport { report, dissent: written(dissent) })
            },
        )}
        {refusal(refuses)}
    }
    .into_any()
}
