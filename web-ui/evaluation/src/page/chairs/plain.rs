//! Acts of the chair for which a reason is all that is written.

use bidroom_domain::evaluation::{Command, Rule, Subject};
use bidroom_web_ui::ui::t;
use leptos::prelude::*;

use crate::model::earlier;
use crate::page::field::{Choice, choose, rule, sentences, written};
use crate::page::known_now;
use crate::page::sheet::{ToSign, signing};
use crate::text::{Chairs, Expert, stage_name};

/// Putting to the vote whether the tender document is defective.
pub fn document(open: RwSignal<bool>) -> AnyView {
    let text = RwSignal::new(String::new());
    let body = move || {
        let clause = known_now().map(|known| known.plan.procedure.clause(Rule::DefectiveDocument));
        view! {
            {rule(Chairs::DocumentRule, Chairs::DocumentRuleNote, clause.unwrap_or_default())}
            {sentences("document-text", Chairs::DocumentText, None, text)}
        }
        .into_any()
    };
    let command = move || Some(Command::OpenVote { subject: Subject::Document {}, text: written(text)? });
    let what = ToSign::again(Chairs::DocumentTitle, Expert::ChairVoteGo, Expert::ChairDone).empties([text]);
    signing(open, what, body, command)
}

/// Resigning from the chair.
pub fn resign(open: RwSignal<bool>) -> AnyView {
    let text = RwSignal::new(String::new());
    let body = move || {
        let clause = known_now().map(|known| known.plan.procedure.clause(Rule::Chair));
        view! {
            {rule(Chairs::ResignRule, Chairs::ResignRuleNote, clause.unwrap_or_default())}
            {sentences("resign-text", Chairs::ResignReason, None, text)}
        }
        .into_any()
    };
    let command = move || Some(Command::ResignChair { reason: written(text)? });
    signing(
        open,
        ToSign::again(Chairs::Resign, Chairs::ResignSign, Chairs::ResignDone).empties([text]),
        body,
        command,
    )
}

/// Asking the supervisor to go back to an earlier stage.
pub fn back(open: RwSignal<bool>) -> AnyView {
    let (reason, choice) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let stages = || known_now().map(|known| earlier(known.sight())).unwrap_or_default();
    let body = move || {
        let list = stages().into_iter().enumerate();
        let list = list.map(|(place, stage)| Choice::new(place, stage_name(stage)));
        view! {
            <p>{t(Expert::BackNote)}</p>
            {choose("back-stage", Expert::BackStage, list.collect(), choice)}
            {sentences("back-reason", Expert::ReasonLabel, None, reason)}
        }
        .into_any()
    };
    let command = move || {
        let stage = choice.get().parse::<usize>().ok().and_then(|place| stages().get(place).copied())?;
        Some(Command::AskReopening { stage, reason: written(reason)? })
    };
    let what = ToSign::again(Chairs::Back, Chairs::Back, Expert::BackDone).empties([reason]);
    signing(open, what, body, command)
}
