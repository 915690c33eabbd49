//! Deeds: each becomes a request, its answer a sentence. One deed at a time.

use super::hand::HandError;
use super::http::HttpError;
use super::{Live, TOKEN, Watch};
use crate::browser;
use crate::deed::{Deed, Password, Trouble as Problem};
use crate::model::Scene;
use crate::route::Route;
use crate::text::{Say, Trouble};
use crate::ui::{Kind, Page};
use bidroom_canon::Sm3Digest;
use bidroom_domain::CreditCode;
use leptos::prelude::*;
use std::pin::Pin;
use std::time::Duration;

mod bid;
mod desk;
#[cfg(feature = "acts")]
mod evaluation;
mod health;
mod keys;
mod locks;
mod officer;
mod sent;

pub(crate) use bid::bid_acts;
pub(crate) use desk::desk_acts;
#[cfg(feature = "acts")]
pub use evaluation::{command, evaluate};
pub(super) use keys::{keep_receipt, log_in};
pub(crate) use officer::officer_acts;

/// What is done on the pages of one side, beside what every page does.
pub type Acts = fn(Live, Page, String, Deed) -> Acting;

/// A deed under way.
pub type Acting = Pin<Box<dyn Future<Output = Result<(), ActError>>>>;

/// Why a deed was not done.
pub enum ActError {
    /// The room was not reached, or declined.
    Http(HttpError),
    /// The reader's keys did not do it.
    Hand(HandError),
    /// Said already.
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
    /// As it is shown.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Http(error) => error.problem(),
            Self::Hand(error) => error.problem(),
            Self::Said(problem) => (**problem).clone(),
        }
    }
}

/// What this page does not do.
fn not_here() -> ActError {
    sentence(Kind::Fault, &Trouble::NoAnswer, &Trouble::NoAnswerNote)
}

/// What is done with a lock on every page: opening it, signing in with it, putting it away.
pub fn lock_acts(live: Live, page: Page, _: String, deed: Deed) -> Acting {
    Box::pin(async move {
        match keys::act(live, page, deed).await? {
            None => Ok(()),
            Some(_) => Err(not_here()),
        }
    })
}

/// What those do who only look: nothing.
pub(crate) fn hall_acts(_: Live, _: Page, _: String, _: Deed) -> Acting {
    Box::pin(std::future::ready(Err(not_here())))
}

pub(super) fn sentence(kind: Kind, head: &impl Say, text: &impl Say) -> ActError {
    ActError::Said(Box::new(Problem { kind, head: head.both(), text: text.both(), clause: None }))
}

/// Does a deed, if none is under way.
pub(super) fn run(live: Live, route: &Route, acts: Acts, deed: Deed) {
    let Some(page) = live.page() else { return };
    match &deed {
        Deed::SaveEvidence => return save_evidence(page),
        Deed::SaveProof(_) => return save_proof(live),
        Deed::SaveReceipt => return save_receipt(page),
        _ => {}
    }
    let session = route.session().unwrap_or_default().to_owned();
    if matches!(deed, Deed::CloseLock | Deed::LookAtCeremony | Deed::LookAtHealth) {
        // Also while a device lets the reader wait.
        leptos::task::spawn_local(async move {
            let _ = acts(live, page, session, deed).await;
        });
        return;
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
                let done = acts(live, page, session, deed).await;
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

fn with_watch<T>(live: Live, read: impl FnOnce(&Watch) -> T) -> Option<T> {
    live.0.with_value(|inner| inner.watch.as_ref().map(read))
}

/// Whose request for the remedy key stands in a row, and SM3 of it.
fn remedy_asked(live: Live, number: u32) -> Option<(CreditCode, Sm3Digest)> {
    let asked = |watch: &Watch| {
        let row = watch.state().numbered(number)?;
        Some((row.row.bidder.code.clone(), row.remedy.as_ref()?.statement))
    };
    with_watch(live, asked).flatten()
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
