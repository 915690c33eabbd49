//! What a bidder does on its page.

use super::keys::{self, another_answer, ask, lot, prepared, say};
use super::sent::send;
use super::{ActError, Acting, locks, not_here, sentence, with_watch};
use crate::deed::Deed;
use crate::live::hand;
use crate::live::{Live, http};
use crate::text::Lock as LockText;
use crate::ui::{Kind, Page};
use bidroom_canon::Sm3Digest;
use bidroom_wire::{Accepted, Answer, Ask};
use leptos::prelude::*;

/// Does a bidder's deed.
pub(crate) fn bid_acts(live: Live, page: Page, session: String, deed: Deed) -> Acting {
    Box::pin(act(live, page, session, deed))
}

async fn act(live: Live, page: Page, session: String, deed: Deed) -> Result<(), ActError> {
    let Some(deed) = keys::act(live, page, deed).await? else { return Ok(()) };
    match deed {
        Deed::Probe => locks::probe(live, page, &session).await,
        Deed::AddLock => {
            locks::add(live, page).await;
            Ok(())
        }
        Deed::ForgetLock => {
            page.doing.update(|doing| doing.newcomer = None);
            Ok(())
        }
        Deed::Rewrap => locks::rewrap(live, page, &session).await,
        Deed::HandIn => hand_in(live, &session).await,
        Deed::AskRemedyKey(reason) => ask_remedy_key(live, &session, reason).await,
        Deed::SignIn => {
            let ask = Ask::SignIn { session: lot(live)? };
            say(live, &session, "sign-in", &ask).await?;
            live.refresh_own().await;
            Ok(())
        }
        Deed::Confirm => {
            let ask = Ask::Confirm { session: lot(live)?, record: table(live)? };
            say(live, &session, "confirm", &ask).await
        }
        Deed::Object(text) => {
            let ask = Ask::Object { session: lot(live)?, record: table(live)?, text };
            say(live, &session, "object", &ask).await
        }
        _ => Err(not_here()),
    }
}

/// The digest of the table that all confirm.
fn table(live: Live) -> Result<Sm3Digest, ActError> {
    with_watch(live, |watch| watch.state().opened.map(|(_, table)| table))
        .flatten()
        .ok_or_else(|| sentence(Kind::Rule, &LockText::SignInFirst, &LockText::ReopenNote))
}

/// Asks for the remedy key, with whatever lock of the firm is open.
async fn ask_remedy_key(live: Live, session: &str, reason: String) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/unlock");
    let (room, offered) = prepared(live, session, &path, hand::hand_in).await?;
    let Ask::HandIn { room: checked, material } = offered else { return Err(another_answer()) };
    let act = Ask::AskRemedyKey { room: checked, material, reason };
    let Answer::Requested(body) = ask(live, &act).await? else { return Err(another_answer()) };
    send(live, room, &format!("/sessions/{session}/remedy-key"), &body, &body.statement).await.map(drop)
}

async fn hand_in(live: Live, session: &str) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/unlock");
    let (room, act) = prepared(live, session, &path, hand::hand_in).await?;
    let given = ask(live, &act).await;
    let told = locks::tell_trouble(live, session, &given).await;
    match given? {
        Answer::Share(body) => {
            let accepted = send(live, room, &path, &body, &body.statement).await?;
            let holder = live.0.with_value(|inner| inner.holder.clone());
            if let Some(holder) = holder {
                holder.acknowledged(Sm3Digest::of(&body.statement.0), &accepted);
            }
            Ok(())
        }
        Answer::NotSealedTo(_) if told => Ok(()),
        Answer::NotSealedTo(body) => {
            // Recorded, and told to everybody by the log: the page says it when the entry arrives.
            let path = format!("/sessions/{session}/mismatch");
            let _: Accepted = http::post(&path, Live::token().as_deref(), &body).await?;
            Ok(())
        }
        _ => Err(another_answer()),
    }
}
