//! Acts of the evaluation by those who have a lock, and what the host does without one.

use super::keys::{another_answer, ask, lot};
use super::sent::{published, send};
use super::{ActError, sentence};
use crate::live::{Live, http};
use crate::text::{Lock as LockText, Trouble};
use crate::ui::Kind;
use bidroom_wire::{Accepted, Answer, Ask};
use leptos::prelude::*;
use serde::Serialize;

/// Has the reader's lock sign a command of the evaluation (canonical JSON), over this checkpoint, and hands it in; done once the
/// room's acknowledgement was checked.
///
/// # Errors
/// [`ActError`]; then nothing was handed in, or it is not known whether it was.
pub async fn evaluate(live: Live, session: &str, note: Option<String>, act: String) -> Result<(), ActError> {
    let note = note.ok_or_else(|| sentence(Kind::Fault, &Trouble::NoAnswer, &Trouble::NoAnswerNote))?;
    if live.0.with_value(|inner| inner.holder.is_none()) {
        return Err(sentence(Kind::Rule, &LockText::ReopenTitle, &LockText::ReopenNote));
    }
    let room = published(live, session).await?;
    let act = Ask::Evaluate { room: room.clone(), session: lot(live)?, note, act };
    let Answer::Said(body) = ask(live, &act).await? else { return Err(another_answer()) };
    let path = format!("/sessions/{session}/evaluation/acts");
    send(live, room, &path, &body, &body.statement).await.map(drop)
}

/// Has the room do what the host may have done without a signature.
///
/// # Errors
/// [`ActError`].
pub async fn command(session: &str, command: &impl Serialize) -> Result<(), ActError> {
    let path = format!("/sessions/{session}/evaluation/commands");
    let _: Accepted = http::post(&path, Live::token().as_deref(), command).await?;
    Ok(())
}
