//! What a bidder does with its locks before the deadline, and what is told of a lock that fails on the day.

use super::ActError;
use super::keys::{another_answer, ask, close_lock};
use super::sent::{check, published, send};
use crate::live::hand::HandError;
use crate::live::{Live, http};
use crate::text::{Probe as Words, Say};
use crate::ui::Page;
use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::Trouble;
use bidroom_wire::{
    Accepted, Answer, Ask, ErrorKind, PackagesAccepted, ProbeBody, ProbeMaterial, TroubleBody,
};
use leptos::prelude::*;

/// 验锁: has the room challenge the open lock, and answers.
pub(super) async fn probe(live: Live, page: Page, session: &str) -> Result<(), ActError> {
    let lock = page.doing.with_untracked(|doing| doing.lock.as_ref().map(|lock| lock.certificate.clone()));
    let body = ProbeBody { certificate: Base64Bytes(lock.unwrap_or_default()) };
    let path = format!("/sessions/{session}/probe");
    let material: ProbeMaterial = http::post(&path, Live::token().as_deref(), &body).await?;
    let room = published(live, session).await?;
    let Answer::Probed(body) = ask(live, &Ask::Probe { room: room.clone(), material }).await? else {
        return Err(another_answer());
    };
    send(live, room, &format!("{path}-answer"), &body, &body.statement).await?;
    live.refresh_own().await;
    Ok(())
}

/// Remembers the open lock as the one that shall open the bid as well, and puts it away for one that does.
pub(super) async fn add(live: Live, page: Page) {
    page.doing.update(|doing| doing.newcomer = doing.lock.clone());
    close_lock(live, page).await;
}

/// Has the open lock wrap the bid's lock share to the one that is remembered.
pub(super) async fn rewrap(live: Live, page: Page, session: &str) -> Result<(), ActError> {
    let Some(newcomer) = page.doing.with_untracked(|doing| doing.newcomer.clone()) else { return Ok(()) };
    let token = Live::token();
    let path = format!("/sessions/{session}/packages");
    let material = http::get_bytes(&path, token.as_deref()).await?;
    let material = String::from_utf8_lossy(&material).into_owned();
    let room = published(live, session).await?;
    let act = Ask::Rewrap { room: room.clone(), material, add: Base64Bytes(newcomer.certificate) };
    let Answer::Packages(body) = ask(live, &act).await? else { return Err(another_answer()) };
    let done: PackagesAccepted = http::post(&path, token.as_deref(), &body).await?;
    check(live, room, done.accepted, &body.record).await?;
    page.doing.update(|doing| {
        doing.newcomer = None;
        doing.done = Some(Words::Added { tail: newcomer.opens }.both());
    });
    live.refresh_own().await;
    Ok(())
}

/// Tells the room why a share was not given: it counts when the fate of the bid is decided. A helper says what it was, and
/// what it has told itself; of keys in this page it is only known that they failed. That the room was not told changes
/// nothing for the reader. Whether the helper has told it.
pub(super) async fn tell_trouble(live: Live, session: &str, given: &Result<Answer, ActError>) -> bool {
    let helper = live.0.with_value(|inner| inner.helper.clone());
    let told = helper.map(|helper| helper.troubles()).unwrap_or_default();
    if told.is_empty() {
        if let Err(ActError::Hand(HandError::Declined(error))) = given
            && error.kind == ErrorKind::Fault
        {
            tell(session, Trouble::Device { code: error.code.clone() }).await;
        }
        return false;
    }
    let mut reported = false;
    for (trouble, by_helper) in told {
        reported |= by_helper;
        // A lock to which the bid is not sealed is told with its certificate, by who asked.
        if !by_helper && !matches!(trouble, Trouble::WrongLock { .. }) {
            tell(session, trouble).await;
        }
    }
    reported
}

async fn tell(session: &str, trouble: Trouble) {
    let path = format!("/sessions/{session}/trouble");
    let _ = http::post::<Accepted>(&path, Live::token().as_deref(), &TroubleBody { trouble }).await;
}
