//! What those do who run the session.

use super::keys::{self, sign_record};
use super::{ActError, Acting, health, not_here, remedy_asked, with_watch};
use crate::deed::Deed;
use crate::live::watch::Watch;
use crate::live::{Live, http};
use crate::text::{Home, Say};
use crate::ui::Page;
use bidroom_domain::CreditCode;
use bidroom_wire::{Accepted, HostCommand, ImportedTender};
use leptos::prelude::*;

/// Does a deed of the staff.
pub(crate) fn desk_acts(live: Live, page: Page, session: String, deed: Deed) -> Acting {
    Box::pin(act(live, page, session, deed))
}

async fn act(live: Live, page: Page, session: String, deed: Deed) -> Result<(), ActError> {
    let Some(deed) = keys::act(live, page, deed).await? else { return Ok(()) };
    match deed {
        Deed::Import(package) => import(page, &package).await,
        Deed::LookAtHealth => {
            health::look(page);
            Ok(())
        }
        Deed::CheckHealth => health::check(page).await,
        Deed::StartUnlock => command(&session, &HostCommand::StartUnlock).await,
        Deed::Open => command(&session, &HostCommand::CloseUnlock).await,
        Deed::Announce(number) => command(&session, &HostCommand::AnnounceBid { number }).await,
        Deed::FinishAnnouncing => command(&session, &HostCommand::FinishAnnouncing).await,
        Deed::Close => command(&session, &HostCommand::CloseSession).await,
        Deed::Sign => sign_record(live, &session).await,
        Deed::Absence(role, reason) => command(&session, &HostCommand::RecordAbsence { role, reason }).await,
        Deed::StopClock(reason) => command(&session, &HostCommand::StopClock { reason }).await,
        Deed::ResumeClock => command(&session, &HostCommand::ResumeClock).await,
        Deed::Answer(objection, text) => {
            command(&session, &HostCommand::AnswerObjection { objection, text }).await
        }
        Deed::Attribute(number, fate, reason) => {
            let Some(bidder) = bidder_of(live, number) else { return Ok(()) };
            command(&session, &HostCommand::AttributeBid { bidder, fate, reason }).await
        }
        Deed::AllowRemedyKey(number, reason) => {
            let Some((bidder, request)) = remedy_asked(live, number) else { return Ok(()) };
            command(&session, &HostCommand::AllowRemedyKey { bidder, request, reason }).await
        }
        Deed::Hold(number, reason) => {
            let Some(bidder) = bidder_of(live, number) else { return Ok(()) };
            command(&session, &HostCommand::HoldBidder { bidder, reason }).await
        }
        Deed::Release(number) => {
            let Some(bidder) = bidder_of(live, number) else { return Ok(()) };
            command(&session, &HostCommand::ReleaseBidder { bidder }).await
        }
        _ => Err(not_here()),
    }
}

/// The bidder of a row.
fn bidder_of(live: Live, number: u32) -> Option<CreditCode> {
    let row = |watch: &Watch| watch.state().numbered(number).map(|row| row.row.bidder.code.clone());
    with_watch(live, row).flatten()
}

async fn command(session: &str, command: &HostCommand) -> Result<(), ActError> {
    let _: Accepted =
        http::post(&format!("/sessions/{session}/commands"), Live::token().as_deref(), command).await?;
    Ok(())
}

async fn import(page: Page, package: &[u8]) -> Result<(), ActError> {
    let imported: ImportedTender = http::post_bytes("/tenders", Live::token().as_deref(), package).await?;
    let number =
        imported.sessions.iter().map(|session| session.session.to_string()).collect::<Vec<_>>().join("、");
    page.doing.update(|doing| doing.done = Some(Home::Imported { number }.both()));
    Ok(())
}
