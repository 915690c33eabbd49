//! The reader's keys: a lock that is opened or a helper that is paired, the sign-in with it, and what it is asked for.

use super::sent::{published, send};
use super::{ActError, sentence, with_watch};
use crate::browser;
use crate::deed::{Deed, Password};
use crate::live::hand::{self, HandError};
use crate::live::helper::Helper;
use crate::live::holder::Holder;
use crate::live::watch::Watch;
use crate::live::{Live, TOKEN, http, paired};
use crate::text::{Lock as LockText, Trouble};
use crate::ui::{Kind, Page};
use bidroom_domain::SessionId;
use bidroom_wire::{Accepted, Answer, Ask, Challenge, LoggedIn, LoginBody, PinnedRoom, PresentLock};
use leptos::prelude::*;
use zeroize::Zeroizing;

/// Does what concerns the reader's keys; a deed of another kind is given back.
pub(super) async fn act(live: Live, page: Page, deed: Deed) -> Result<Option<Deed>, ActError> {
    match deed {
        Deed::OpenLock { file, password } => open_lock(live, page, &file, password).await,
        Deed::OpenOffered(place) => {
            let offered = live.0.with_value(|inner| inner.demo.get(place).cloned());
            let Some(lock) = offered else { return Ok(None) };
            open_lock(live, page, &lock.file.0, Password(lock.password)).await
        }
        Deed::PairHelper(code) => {
            let helper = Helper::by_code(code).await?;
            paired::take(live, page, helper).await
        }
        Deed::StartHelper => paired::start(live, page).await,
        Deed::FindLocks => paired::find_locks(live, page).await,
        Deed::UseLock(id) => paired::use_lock(live, page, id).await,
        Deed::EndHelper => {
            if let Some(helper) = paired::forget(live, page) {
                helper.end().await;
            }
            Ok(())
        }
        Deed::CloseLock => {
            close_lock(live, page).await;
            Ok(())
        }
        other => return Ok(Some(other)),
    }
    .map(|()| None)
}

/// Has the reader's keys do an act.
pub(super) async fn ask(live: Live, ask: &Ask) -> Result<Answer, ActError> {
    let holder = live.0.with_value(|inner| inner.holder.clone());
    let Some(holder) = holder else {
        return Err(sentence(Kind::Rule, &LockText::ReopenTitle, &LockText::ReopenNote));
    };
    let done = holder.ask(ask).await;
    if let (Err(HandError::Ended), Some(page)) = (&done, live.page()) {
        drop(paired::forget(live, page));
    }
    Ok(done?)
}

/// What keys answer that do something else than they were asked.
pub(super) fn another_answer() -> ActError {
    sentence(Kind::Fault, &Trouble::NoKeys, &Trouble::NoKeysNote)
}

/// The session of this page.
pub(super) fn lot(live: Live) -> Result<SessionId, ActError> {
    with_watch(live, |watch| watch.lot().session())
        .ok_or_else(|| sentence(Kind::Fault, &Trouble::NoAnswer, &Trouble::NoAnswerNote))
}

/// Has the reader sign a statement, and sends it.
pub(super) async fn say(live: Live, session: &str, path: &str, act: &Ask) -> Result<(), ActError> {
    let Answer::Said(body) = ask(live, act).await? else { return Err(another_answer()) };
    let room = published(live, session).await?;
    send(live, room, &format!("/sessions/{session}/{path}"), &body, &body.statement).await.map(drop)
}

async fn open_lock(live: Live, page: Page, file: &[u8], password: Password) -> Result<(), ActError> {
    let password = Zeroizing::new(password.0);
    let (holder, lock) = Holder::drill(file, &password).await?;
    drop(password);
    log_in(live, page, holder, lock).await
}

/// Signs in with a lock that is open or chosen; then it answers this page.
pub(crate) async fn log_in(
    live: Live,
    page: Page,
    holder: Holder,
    lock: PresentLock,
) -> Result<(), ActError> {
    let challenge: Challenge = http::post("/login/challenge", None, &serde_json::json!({})).await?;
    let Answer::Said(said) = holder.ask(&Ask::LogIn(challenge)).await? else { return Err(another_answer()) };
    let logged_in: LoggedIn = http::post("/login", None, &LoginBody { statement: said.statement }).await?;
    browser::set_tab_value(TOKEN, Some(&logged_in.token));
    live.0.update_value(|inner| inner.holder = Some(holder));
    page.doing.update(|doing| {
        doing.lock = Some(hand::shown(lock));
        doing.signed_in = Some(logged_in.who.name.clone());
    });
    live.person_changed().await;
    Ok(())
}

pub(super) async fn close_lock(live: Live, page: Page) {
    live.0.update_value(|inner| {
        if let Some(holder) = inner.holder.take() {
            holder.close();
        }
    });
    let token = Live::token();
    browser::set_tab_value(TOKEN, None);
    page.doing.update(|doing| {
        doing.lock = None;
        doing.signed_in = None;
        doing.done = None;
        doing.trouble = None;
    });
    // The token ends on the room's side too; if the room cannot be reached it ends by itself.
    let _ = http::post::<serde_json::Value>("/logout", token.as_deref(), &serde_json::json!({})).await;
    live.person_changed().await;
}

/// What the room offers for an act, its publication, and the act as the verified log allows it.
pub(super) async fn prepared<T: serde::de::DeserializeOwned>(
    live: Live,
    session: &str,
    path: &str,
    prepare: fn(PinnedRoom, T, &Watch) -> Result<Ask, HandError>,
) -> Result<(PinnedRoom, Ask), ActError> {
    let material: T = http::get(path, Live::token().as_deref()).await?;
    let room = published(live, session).await?;
    let made = with_watch(live, |watch| prepare(room.clone(), material, watch));
    let act = made.ok_or_else(|| sentence(Kind::Fault, &Trouble::NoAnswer, &Trouble::NoAnswerNote))??;
    Ok((room, act))
}

pub(crate) fn keep_receipt(live: Live, done: Accepted) {
    if let Some(page) = live.page() {
        page.doing.update(|doing| doing.receipt = Some(done.acknowledgement.0));
    }
}

/// Signs the record in the reader's role.
pub(super) async fn sign_record(live: Live, session: &str) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/sign-record");
    let (room, act) = prepared(live, session, &path, hand::sign_record).await?;
    let Answer::Said(body) = ask(live, &act).await? else { return Err(another_answer()) };
    send(live, room, &path, &body, &body.statement).await.map(drop)
}
