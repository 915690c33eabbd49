//! What was signed goes to the room; what the room acknowledges is checked by whoever holds the keys before a page says
//! that it is done.

use super::keys::{another_answer, ask, keep_receipt, lot};
use super::{ActError, with_watch};
use crate::live::{Live, http};
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use bidroom_wire::{Accepted, Answer, Ask, PinnedRoom};
use leptos::prelude::*;
use serde::Serialize;

/// The publication, with the digest by which the verified log names it. Before the log that names it is shown to this
/// reader: as the room hands it out. A helper does not read it; it has its own.
pub(super) async fn published(live: Live, session: &str) -> Result<PinnedRoom, ActError> {
    let path = format!("/sessions/{session}/publication");
    let publication = http::get_bytes(&path, Live::token().as_deref()).await?;
    let named = with_watch(live, |watch| watch.state().publication).flatten();
    let digest = named.unwrap_or_else(|| Sm3Digest::of(&publication));
    let at = live.page().map_or(At(0), |page| page.now.get_untracked());
    Ok(PinnedRoom { publication: Base64Bytes(publication), digest, at })
}

/// Has the room's acknowledgement of what was signed (`said`) checked, and keeps it for the reader.
pub(super) async fn check(
    live: Live,
    room: PinnedRoom,
    accepted: Accepted,
    said: &Base64Bytes,
) -> Result<(), ActError> {
    let statement = Sm3Digest::of(&said.0);
    let check = Ask::CheckAccepted { room, session: lot(live)?, accepted: accepted.clone(), statement };
    let Answer::Checked = ask(live, &check).await? else { return Err(another_answer()) };
    keep_receipt(live, accepted);
    Ok(())
}

/// Sends what was signed, and has the acknowledgement checked.
pub(super) async fn send(
    live: Live,
    room: PinnedRoom,
    path: &str,
    body: &impl Serialize,
    said: &Base64Bytes,
) -> Result<Accepted, ActError> {
    let accepted: Accepted = http::post(path, Live::token().as_deref(), body).await?;
    check(live, room, accepted.clone(), said).await?;
    Ok(accepted)
}
