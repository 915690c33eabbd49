//! 回避: a member that finds an interest in a bidder steps back, before the commitment as after it.

use bidroom_domain::evaluation::{Command, Rule};
use bidroom_web_ui::ui::t;
use leptos::prelude::*;

use super::field::{sentences, written};
use super::known_now;
use super::sheet::{ToSign, signing};
use crate::text::Expert;

/// The window in which an interest is declared.
pub fn window(open: RwSignal<bool>) -> AnyView {
    let reason = RwSignal::new(String::new());
    let body = move || {
        let clause = known_now().map(|known| known.plan.procedure.clause(Rule::Recusal));
        view! {
            <p>{t(Expert::RecuseNote)}</p>
            {sentences("recusal", Expert::RecuseReason, None, reason)}
            <p class="clause">{clause}</p>
        }
        .into_any()
    };
    signing(open, ToSign::anew(Expert::Recuse, Expert::RecuseSign, Expert::RecuseDone), body, move || {
        Some(Command::DeclareRecusal { reason: written(reason)? })
    })
}
