//! What a page does with a helper: pairs, chooses a lock, stays in touch.

use super::Live;
use super::acts::{ActError, keep_receipt, log_in, sentence};
use super::hand::{self, HandError};
use super::helper::{self, Helper};
use super::holder::{Holder, Stages};
use crate::browser;
use crate::deed::Helper as Shown;
use crate::text::{Lock as LockText, Say};
use crate::ui::{Kind, Page};
use bidroom_wire::bridge::{Stage, What};
use leptos::prelude::*;

/// What a helper waits for, in words.
fn stages(page: Page) -> Stages {
    Stages(std::rc::Rc::new(move |stage| {
        let words = stage.map(|stage| match stage {
            Stage::Window => LockText::InWindow,
            Stage::Device => LockText::AtWork,
            Stage::Evidence => LockText::Checking,
        });
        page.doing.update(|doing| doing.stage = words.map(|words| words.both()));
    }))
}

/// A helper is paired with this page: which locks has it?
pub(super) async fn take(live: Live, page: Page, helper: Helper) -> Result<(), ActError> {
    live.0.update_value(|inner| {
        inner.helper = Some(helper);
        inner.stays = Some(stay);
        inner.stayed = browser::elapsed_millis();
    });
    page.doing.update(|doing| doing.helper = Shown::Paired(Vec::new()));
    find_locks(live, page).await
}

/// Makes a link that starts a helper, and waits for it.
pub(super) async fn start(live: Live, page: Page) -> Result<(), ActError> {
    let (helper, invitation) = Helper::by_link().await?;
    let code = bidroom_wire::bridge::grouped(&invitation.code);
    let href = helper::link(&invitation, &browser::origin());
    page.doing.update(|doing| doing.helper = Shown::Invited { code, href });
    if let Err(error) = helper.comes().await {
        page.doing.update(|doing| doing.helper = Shown::Absent);
        return Err(error.into());
    }
    take(live, page, helper).await
}

/// Which locks are there.
pub(super) async fn find_locks(live: Live, page: Page) -> Result<(), ActError> {
    let Some(helper) = live.0.with_value(|inner| inner.helper.clone()) else { return Ok(()) };
    let stages = stages(page);
    let found = helper.locks(&|stage| (stages.0)(Some(stage))).await;
    (stages.0)(None);
    let found = kept(live, page, found)?;
    page.doing.update(|doing| doing.helper = Shown::Paired(helper::shown(found)));
    Ok(())
}

/// Chooses a lock and signs in with it.
pub(super) async fn use_lock(live: Live, page: Page, id: String) -> Result<(), ActError> {
    let Some(helper) = live.0.with_value(|inner| inner.helper.clone()) else { return Ok(()) };
    let stages = stages(page);
    let chosen = helper.choose(id, &|stage| (stages.0)(Some(stage))).await;
    (stages.0)(None);
    let lock = kept(live, page, chosen)?;
    log_in(live, page, Holder::Helper(helper, stages), lock).await
}

/// A pairing that has ended is forgotten, so that the page offers a new one.
fn kept<T>(live: Live, page: Page, done: Result<T, HandError>) -> Result<T, ActError> {
    if matches!(done, Err(HandError::Ended)) {
        forget(live, page);
    }
    Ok(done?)
}

/// Forgets the helper and the lock behind it; the sign-in lasts.
pub(super) fn forget(live: Live, page: Page) -> Option<Helper> {
    let (helper, with_lock) = live
        .0
        .try_update_value(|inner| {
            let with_lock = matches!(inner.holder, Some(Holder::Helper(..)));
            if with_lock {
                inner.holder = None;
            }
            (inner.helper.take(), with_lock)
        })
        .unwrap_or_default();
    page.doing.update(|doing| {
        (doing.helper, doing.stage) = (Shown::Absent, None);
        if with_lock {
            doing.lock = None;
        }
    });
    helper
}

/// A helper that hears nothing of its page for ten minutes counts it as gone.
const STAY: i64 = 60_000;

/// Tells the helper now and then that the page is there, and shows what it has told without being asked.
fn stay(live: Live) {
    let Some(page) = live.page() else { return };
    let now = browser::elapsed_millis();
    let due = live.0.with_value(|inner| inner.helper.is_some() && now - inner.stayed >= STAY);
    if !due || page.doing.read_untracked().busy.is_some() {
        return;
    }
    let helper = live.0.try_update_value(|inner| {
        inner.stayed = now;
        inner.helper.clone()
    });
    let Some(helper) = helper.flatten() else { return };
    leptos::task::spawn_local(async move {
        let stayed = helper.stay().await;
        told_aside(live, page, &helper);
        if let Err(error) = kept(live, page, stayed) {
            page.doing.update(|doing| doing.trouble = Some(error.problem()));
        }
    });
}

/// What a helper has told without being asked.
fn told_aside(live: Live, page: Page, helper: &Helper) {
    for what in helper.aside() {
        match what {
            What::Delivered { accepted, .. } => {
                keep_receipt(live, accepted);
                page.doing.update(|doing| doing.done = Some(LockText::Delivered.both()));
            }
            What::Undelivered { .. } => {
                let problem = sentence(Kind::Fault, &LockText::Undelivered, &LockText::UndeliveredNote);
                page.doing.update(|doing| doing.trouble = Some(problem.problem()));
            }
            What::Refused(error) => {
                page.doing.update(|doing| doing.trouble = Some(hand::problem(&error)));
            }
            // Whoever asked for the share tells the room.
            What::Stage(_) | What::Done(_) | What::Trouble { .. } => {}
        }
    }
}
