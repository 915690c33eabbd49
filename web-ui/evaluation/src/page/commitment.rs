//! 承诺书: read, checked against the bidders, signed; or an interest is declared.

use bidroom_domain::evaluation::Command;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::ui::{Button, Part, Views as _, button, redraw, t};
use bidroom_wire::DocumentSide;
use leptos::prelude::*;

use super::sheet::{ToSign, signing};
use super::{desk, recusal};
use crate::text::{Expert, Pledge};

/// The page.
pub fn commitment() -> AnyView {
    let desk = desk();
    let bidders = Part::new(move || {
        let named = |bids: &[bidroom_wire::BidDocuments]| -> Vec<(u32, String)> {
            let named = bids.iter().filter(|bid| bid.side == DocumentSide::Named);
            named.map(|bid| (bid.number, bid.name.clone().unwrap_or_default())).collect()
        };
        desk.bids.with(|bids| named(bids))
    });
    let (signs, recuses) = (RwSignal::new(false), RwSignal::new(false));
    let pledges = [
        Pledge::Law,
        Pledge::Independent,
        Pledge::Secret,
        Pledge::NoInterest,
        Pledge::NoCopies,
        Pledge::Liable,
    ];
    view! {
        <main class="page paper-page" id="main" tabindex="0">
            <section class="panel pledge">
                <header><h1>{t(Expert::PledgeTitle)}</h1></header>
                <div class="body">
                    <p class="lead">{t(Expert::PledgeLead)}</p>
                    <ol>{pledges.into_iter().map(|pledge| view! { <li>{t(pledge)}</li> }).drawn()}</ol>
                    <h2>{t(Expert::PledgeBidders)}</h2>
                    <p class="why">{t(Expert::PledgeBiddersNote)}</p>
                    {redraw(move || view! {
                        <ul class="firms" lang="zh-CN">
                            {bidders.get().into_iter().map(|(number, name)| view! { <li><b class="num">{number}</b><span>{name}</span></li> }).drawn()}
                        </ul>
                    }.into_any())}
                    <p class="clause">{t(Expert::PledgeClause)}</p>
                </div>
                <footer>
                    {button(Button::new(Expert::Recuse).large().icon(Icon::Flag).id("recuse"), move || recuses.set(true))}
                    <span class="grow"></span>
                    {button(Button::new(Expert::PledgeSign).primary().large().icon(Icon::Pen).id("pledge"), move || signs.set(true))}
                </footer>
            </section>
        </main>
        {signing(
            signs,
            ToSign::anew(Expert::PledgeTitle, Expert::PledgeSign, Expert::PledgeDone),
            || view! { <p>{t(Expert::PledgeSignNote)}</p> }.into_any(),
            || Some(Command::SignCommitment),
        )}
        {recusal::window(recuses)}
    }
    .into_any()
}
