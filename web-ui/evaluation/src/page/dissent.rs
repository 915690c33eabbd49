//! 不同意见: whoever was outvoted writes its reasons (87号令 第六十一条, 招标投标法实施条例 第五十三条).

use bidroom_domain::evaluation::{Command, Rule};
use bidroom_web_ui::text::Say as _;
use bidroom_web_ui::ui::t;
use leptos::prelude::*;

use super::field::{rule, sentences, written};
use super::sheet::{ToSign, opened_by, signing};
use super::vote::question;
use super::{desk, known_now};
use crate::text::Read;

/// The window, open for the vote that [`crate::live::Desk::dissents`] names.
pub fn window() -> AnyView {
    let which = desk().dissents;
    let text = RwSignal::new(String::new());
    let open = opened_by(which);
    let body = move || {
        let (Some(known), Some(number)) = (known_now(), which.get_untracked()) else { return ().into_any() };
        let vote = known.state.votes.iter().find(|vote| vote.number == number);
        view! {
            {rule(Read::DissentRule, Read::DissentRuleNote, known.plan.procedure.clause(Rule::Dispute))}
            <p class="lead">{t(Read::DissentTitle { number }.both())}</p>
            {vote.map(|vote| view! { <blockquote>{t(question(&known.plan, &vote.subject))}</blockquote> })}
            {sentences("dissent-text", Read::DissentText, None, text)}
        }
        .into_any()
    };
    let command = move || Some(Command::WriteDissent { vote: which.get()?, reason: written(text)? });
    signing(
        open,
        ToSign::again(Read::DissentGo, Read::DissentSign, Read::DissentDone).empties([text]),
        body,
        command,
    )
}
