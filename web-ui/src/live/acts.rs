//! Deeds: each becomes a request, its answer a sentence. One deed at a time.

use super::hand::{self, HandError};
use super::http::{self, HttpError};
use super::{Live, TOKEN, Watch};
use crate::browser;
use crate::deed::{Deed, Password, Trouble as Problem};
use crate::model::Scene;
use crate::route::Route;
use crate::text::{Home, Lock as LockText, Say};
use crate::ui::{Kind, Page};
use bidroom_lock::{LockError, SoftLock, Statement};
use bidroom_wire::{
    Accepted, AuthoriseMaterial, Challenge, HostCommand, ImportedTender, LoggedIn, SignRecordMaterial,
    UnlockMaterial,
};
use leptos::prelude::*;
use std::time::Duration;
use zeroize::Zeroizing;

/// Why a deed was not done.
enum ActError {
    Http(HttpError),
    Hand(HandError),
    Said(Box<Problem>),
}

impl From<HttpError> for ActError {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

impl From<HandError> for ActError {
    fn from(error: HandError) -> Self {
        Self::Hand(error)
    }
}

impl ActError {
    fn problem(&self) -> Problem {
        match self {
            Self::Http(error) => error.problem(),
            Self::Hand(error) => error.problem(),
            Self::Said(problem) => (**problem).clone(),
        }
    }
}

fn sentence(kind: Kind, head: &impl Say, text: &impl Say) -> ActError {
    ActError::Said(Box::new(Problem { kind, head: head.both(), text: text.both(), clause: None }))
}

/// Does a deed, if none is under way.
pub(super) fn run(live: Live, route: Route, deed: Deed) {
    let Some(page) = live.page() else { return };
    match &deed {
        Deed::SaveEvidence => return save_evidence(page),
        Deed::SaveProof(_) => return save_proof(live),
        Deed::SaveReceipt => return save_receipt(page),
        Deed::CloseLock => return close_lock(live, page),
        _ => {}
    }
    let busy = page.doing.read_untracked().busy.is_some();
    if busy {
        return;
    }
    page.doing.update(|doing| {
        // The password is not kept in the page's signals.
        doing.busy = Some(match &deed {
            Deed::OpenLock { .. } => Deed::OpenLock { file: Vec::new(), password: Password(String::new()) },
            Deed::Import(_) => Deed::Import(Vec::new()),
            other => other.clone(),
        });
        doing.trouble = None;
        doing.done = None;
    });
    // The page draws that it is busy before a lock takes the processor for a moment.
    set_timeout(
        move || {
            leptos::task::spawn_local(async move {
                let done = act(live, page, &route, deed).await;
                page.doing.update(|doing| {
                    doing.busy = None;
                    if let Err(error) = &done {
                        doing.trouble = Some(error.problem());
                    }
                });
                if matches!(&done, Err(ActError::Http(error)) if error.is_login()) {
                    browser::set_tab_value(TOKEN, None);
                    live.person_changed().await;
                }
            });
        },
        Duration::from_millis(40),
    );
}

async fn act(live: Live, page: Page, route: &Route, deed: Deed) -> Result<(), ActError> {
    let session = route.session().unwrap_or_default().to_owned();
    match deed {
        Deed::OpenLock { file, password } => open_lock(live, page, &file, password).await,
        Deed::OpenOffered(place) => {
            let offered = live.0.with_value(|inner| inner.demo.get(place).cloned());
            let Some(lock) = offered else { return Ok(()) };
            open_lock(live, page, &lock.file.0, Password(lock.password)).await
        }
        Deed::Import(package) => import(page, &package).await,
        Deed::HandIn => hand_in(live, &session).await,
        Deed::Authorise => authorise(live, &session).await,
        Deed::SignIn => {
            let statement = Statement::SignIn { session: session.clone() };
            say(live, &session, "sign-in", &statement).await?;
            live.refresh_own().await;
            Ok(())
        }
        Deed::Confirm => {
            let record = table(live)?;
            say(live, &session, "confirm", &Statement::Confirm { session: session.clone(), record }).await
        }
        Deed::Object(text) => {
            let record = table(live)?;
            say(live, &session, "object", &Statement::Object { session: session.clone(), record, text }).await
        }
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
            let bidder = with_watch(live, |watch| {
                watch.state().numbered(number).map(|row| row.row.bidder.code.clone())
            });
            let Some(bidder) = bidder.flatten() else { return Ok(()) };
            command(&session, &HostCommand::AttributeBid { bidder, fate, reason }).await
        }
        Deed::CloseLock | Deed::SaveEvidence | Deed::SaveReceipt | Deed::SaveProof(_) => Ok(()),
    }
}

fn with_watch<T>(live: Live, read: impl FnOnce(&Watch) -> T) -> Option<T> {
    live.0.with_value(|inner| inner.watch.as_ref().map(read))
}

fn with_lock<T>(live: Live, use_it: impl FnOnce(&SoftLock) -> Result<T, HandError>) -> Result<T, ActError> {
    let done = live.0.with_value(|inner| inner.lock.as_ref().map(use_it));
    let Some(done) = done else {
        return Err(sentence(Kind::Rule, &LockText::ReopenTitle, &LockText::ReopenNote));
    };
    Ok(done?)
}

/// The digest of the table that all confirm.
fn table(live: Live) -> Result<bidroom_canon::Sm3Digest, ActError> {
    with_watch(live, |watch| watch.state().opened.map(|(_, table)| table))
        .flatten()
        .ok_or_else(|| sentence(Kind::Rule, &LockText::SignInFirst, &LockText::ReopenNote))
}

async fn command(session: &str, command: &HostCommand) -> Result<(), ActError> {
    let _: Accepted =
        http::post(&format!("/sessions/{session}/commands"), Live::token().as_deref(), command).await?;
    Ok(())
}

async fn say(live: Live, session: &str, path: &str, statement: &Statement) -> Result<(), ActError> {
    let body = with_lock(live, |lock| hand::say(lock, statement))?;
    let _: Accepted =
        http::post(&format!("/sessions/{session}/{path}"), Live::token().as_deref(), &body).await?;
    Ok(())
}

async fn open_lock(live: Live, page: Page, file: &[u8], password: Password) -> Result<(), ActError> {
    let password = Zeroizing::new(password.0);
    let lock = SoftLock::open(file, &password).map_err(|error| match error {
        LockError::WrongPassword => sentence(Kind::Fault, &LockText::LoginRefused, &LockText::WrongPassword),
        other => {
            let text = LockText::BadFile { detail: other.to_string() };
            sentence(Kind::Fault, &LockText::LoginRefused, &text)
        }
    })?;
    drop(password);
    let challenge: Challenge = http::post("/login/challenge", None, &serde_json::json!({})).await?;
    let body = hand::log_in(&lock, &challenge)?;
    let logged_in: LoggedIn = http::post("/login", None, &body).await?;
    browser::set_tab_value(TOKEN, Some(&logged_in.token));
    let shown = hand::shown(&lock);
    live.0.update_value(|inner| inner.lock = Some(lock));
    page.doing.update(|doing| {
        doing.lock = Some(shown);
        doing.signed_in = Some(logged_in.who.name.clone());
    });
    live.person_changed().await;
    Ok(())
}

fn close_lock(live: Live, page: Page) {
    live.0.update_value(|inner| inner.lock = None);
    let token = Live::token();
    browser::set_tab_value(TOKEN, None);
    page.doing.update(|doing| {
        doing.lock = None;
        doing.signed_in = None;
        doing.done = None;
        doing.trouble = None;
    });
    leptos::task::spawn_local(async move {
        // The token ends on the room's side too; if the room cannot be reached it ends by itself.
        let _ = http::post::<serde_json::Value>("/logout", token.as_deref(), &serde_json::json!({})).await;
        live.person_changed().await;
    });
}

async fn hand_in(live: Live, session: &str) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/unlock");
    let token = Live::token();
    let material: UnlockMaterial = http::get(&path, token.as_deref()).await?;
    let made = with_lock(live, |lock| Ok(with_watch(live, |watch| hand::hand_in(lock, &material, watch))))?;
    let Some(made) = made else { return Ok(()) };
    match made {
        Ok(body) => {
            keep_receipt(live, http::post(&path, token.as_deref(), &body).await?);
            Ok(())
        }
        Err(HandError::Mismatch(body)) => {
            // Recorded, and told to everybody by the log: the page says it when the entry arrives.
            let path = format!("/sessions/{session}/mismatch");
            let _: Accepted = http::post(&path, token.as_deref(), &body).await?;
            Ok(())
        }
        Err(other) => Err(other.into()),
    }
}

async fn authorise(live: Live, session: &str) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/authorise");
    let token = Live::token();
    let material: AuthoriseMaterial = http::get(&path, token.as_deref()).await?;
    let made = with_lock(live, |lock| Ok(with_watch(live, |watch| hand::authorise(lock, &material, watch))))?;
    let Some(made) = made else { return Ok(()) };
    keep_receipt(live, http::post(&path, token.as_deref(), &made?).await?);
    Ok(())
}

async fn sign_record(live: Live, session: &str) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/sign-record");
    let token = Live::token();
    let material: SignRecordMaterial = http::get(&path, token.as_deref()).await?;
    let made =
        with_lock(live, |lock| Ok(with_watch(live, |watch| hand::sign_record(lock, &material, watch))))?;
    let Some(made) = made else { return Ok(()) };
    keep_receipt(live, http::post(&path, token.as_deref(), &made?).await?);
    Ok(())
}

fn keep_receipt(live: Live, done: Accepted) {
    if let Some(page) = live.page() {
        page.doing.update(|doing| doing.receipt = Some(done.acknowledgement.0));
    }
}

async fn import(page: Page, package: &[u8]) -> Result<(), ActError> {
    let imported: ImportedTender = http::post_bytes("/tenders", Live::token().as_deref(), package).await?;
    let number =
        imported.sessions.iter().map(|session| session.session.to_string()).collect::<Vec<_>>().join("、");
    page.doing.update(|doing| doing.done = Some(Home::Imported { number }.both()));
    Ok(())
}

fn save_evidence(page: Page) {
    let text = page
        .scene
        .with_untracked(|scene: &Scene| scene.tamper.as_ref().map(|tamper| tamper.evidence.clone()));
    if let Some(text) = text {
        browser::save("bidroom-evidence.txt", &text);
    }
}

fn save_receipt(page: Page) {
    if let Some(bytes) = page.doing.with_untracked(|doing| doing.receipt.clone()) {
        browser::save_bytes("bidroom-receipt.p7s", &bytes);
    }
}

fn save_proof(live: Live) {
    if let Some(Some(text)) = with_watch(live, Watch::proof) {
        browser::save("bidroom-proof.json", &browser::indented(&text));
    }
}
