//! What officers and the supervisor do: the steps of the ceremony, the record, what becomes of a bid.

use super::keys::{self, another_answer, ask, lot, prepared, say, sign_record};
use super::sent::{published, send};
use super::{ActError, Acting, not_here, remedy_asked, sentence, with_watch};
use crate::browser;
use crate::deed::{CeremonyDeed, Deed};
use crate::live::watch::clock_stands;
use crate::live::{Live, hand, http};
use crate::model::ceremony as logic;
use crate::text::{Ceremony, Say};
use crate::ui::{Kind, Page};
use bidroom_canon::Base64Bytes;
use bidroom_wire::{Answer, Ask, CeremonyView, ProbeBody, ReplaceMaterial, RoomInfo, SuccessorFiles};
use leptos::prelude::*;

/// Does a deed of an officer or of the supervisor.
pub(crate) fn officer_acts(live: Live, page: Page, session: String, deed: Deed) -> Acting {
    Box::pin(act(live, page, session, deed))
}

async fn act(live: Live, page: Page, session: String, deed: Deed) -> Result<(), ActError> {
    let Some(deed) = keys::act(live, page, deed).await? else { return Ok(()) };
    match deed {
        Deed::Authorise => authorise(live, &session).await,
        Deed::Sign => sign_record(live, &session).await,
        Deed::LookAtCeremony => {
            look(page, &session).await;
            Ok(())
        }
        Deed::Ceremony(step) => ceremony(live, page, &session, step).await,
        Deed::JudgeFate(number, contested) => {
            let decided =
                with_watch(live, |watch| watch.state().numbered(number).and_then(|row| row.decided.clone()));
            let Some(decided) = decided.flatten() else { return Ok(()) };
            let ask = Ask::JudgeFate { session: lot(live)?, decided: Box::new(decided), contested };
            say(live, &session, "fates", &ask).await
        }
        Deed::AgreeRemedyKey(number) => {
            let Some((bidder, request)) = remedy_asked(live, number) else { return Ok(()) };
            let ask = Ask::AgreeRemedyKey { session: lot(live)?, bidder, request };
            say(live, &session, "remedy-key/agree", &ask).await
        }
        _ => Err(not_here()),
    }
}

async fn authorise(live: Live, session: &str) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/authorise");
    let (room, act) = prepared(live, session, &path, hand::authorise).await?;
    let Answer::Part(body) = ask(live, &act).await? else { return Err(another_answer()) };
    send(live, room, &path, &body, &body.statement).await.map(drop)
}

/// Looks where the ceremony stands. What went wrong is shown beside what was learnt last.
async fn look(page: Page, session: &str) {
    let Some(token) = Live::token() else {
        return page.doing.update(|doing| (doing.ceremony, doing.unseen) = (None, None));
    };
    let seen = http::get::<CeremonyView>(&format!("/sessions/{session}/ceremony"), Some(&token)).await;
    page.doing.update(|doing| match seen {
        Ok(view) => (doing.ceremony, doing.unseen) = (Some(view), None),
        Err(error) => doing.unseen = Some(error.problem()),
    });
}

/// Does a step, and looks again.
async fn ceremony(live: Live, page: Page, session: &str, deed: CeremonyDeed) -> Result<(), ActError> {
    let dealing = page.doing.with_untracked(|doing| doing.ceremony.as_ref().map(|view| view.dealing));
    let done = match deed {
        CeremonyDeed::Probe => probe(live, page, session).await.map(|()| Ceremony::ProbeDone),
        CeremonyDeed::ConfirmTime { step, far } => {
            confirm_time(live, session, step, far).await.map(|()| Ceremony::TimeDone)
        }
        CeremonyDeed::Replace(files) => replace(live, session, files).await.map(|()| Ceremony::ReplaceAgreed),
    };
    look(page, session).await;
    let said = match done? {
        Ceremony::ReplaceAgreed => {
            let now = page.doing.with_untracked(|doing| doing.ceremony.as_ref().map(|view| view.dealing));
            if now > dealing { Ceremony::ReplaceDone } else { Ceremony::ReplaceAgreed }
        }
        said => said,
    };
    page.doing.update(|doing| doing.done = Some(said.both()));
    Ok(())
}

async fn probe(live: Live, page: Page, session: &str) -> Result<(), ActError> {
    let certificate =
        page.doing.with_untracked(|doing| doing.lock.as_ref().map(|lock| lock.certificate.clone()));
    let certificate = Base64Bytes(certificate.unwrap_or_default());
    let path = format!("/sessions/{session}/probe");
    let material = http::post(&path, Live::token().as_deref(), &ProbeBody { certificate }).await?;
    let room = published(live, session).await?;
    let act = Ask::Probe { room: room.clone(), material };
    let Answer::Probed(body) = ask(live, &act).await? else { return Err(another_answer()) };
    send(live, room, &format!("{path}-answer"), &body, &body.statement).await.map(drop)
}

async fn confirm_time(live: Live, session: &str, step: u64, far: bool) -> Result<(), ActError> {
    // What is signed is the room's time of this moment, and not that of the page's last frame.
    let info: RoomInfo = http::get("/room", None).await?;
    let stands = with_watch(live, |watch| clock_stands(watch.keys(), &info.clock));
    if stands != Some(true) {
        return Err(sentence(Kind::Tamper, &Ceremony::NoClock, &Ceremony::NoClockNote));
    }
    let at = info.clock.at;
    if !far && logic::is_far(at, browser::time_of_day()) {
        return Err(sentence(Kind::Rule, &Ceremony::FarTitle, &Ceremony::FarNote));
    }
    let act = Ask::ConfirmTime { session: lot(live)?, step, at };
    let Answer::Said(body) = ask(live, &act).await? else { return Err(another_answer()) };
    let room = published(live, session).await?;
    let path = format!("/sessions/{session}/confirm-time");
    send(live, room, &path, &body, &body.statement).await.map(drop)
}

async fn replace(live: Live, session: &str, successor: SuccessorFiles) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/replace");
    let material: ReplaceMaterial = http::get(&path, Live::token().as_deref()).await?;
    let room = published(live, session).await?;
    let act = Ask::Replace { room: room.clone(), material: Box::new(material), successor };
    let Answer::Agreed(body) = ask(live, &act).await? else { return Err(another_answer()) };
    send(live, room, &path, &*body, &body.statement).await.map(drop)
}
