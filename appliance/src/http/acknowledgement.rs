//! The room's signed answer to everything that became an event.

use std::sync::Arc;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::Phase;
use bidroom_domain::{At, SessionId};
use bidroom_wire::Accepted;
use serde::Serialize;

use super::Failure;
use crate::app::App;
use crate::error::Fault;
use crate::room::{Done, RoomHandle};

/// What is signed: canonical JSON, members in the order of their names.
#[derive(Serialize)]
struct Acknowledgement {
    /// SM3 of the statement that caused it; none for a command of a logged-in host.
    acknowledged: Option<Sm3Digest>,
    at: At,
    /// Number of the entry; none before the deadline, when the log's size is nobody's business.
    entry: Option<u64>,
    /// Kinds of the events.
    events: Vec<&'static str>,
    format: &'static str,
    session: SessionId,
}

/// Signs what became of a command.
///
/// # Errors
/// A [`Failure`] if custody does not sign; the events stand all the same, and repeating the command says so.
pub async fn accepted(
    app: &Arc<App>,
    room: &RoomHandle,
    done: Done,
    acknowledged: Option<Sm3Digest>,
) -> Result<Accepted, Failure> {
    let receiving = matches!(room.snapshot().state.phase, Phase::Prepare | Phase::Receive);
    let entry = (!receiving && !done.events.is_empty()).then_some(done.first);
    let said = Acknowledgement {
        acknowledged,
        at: done.at,
        entry,
        events: done.events.iter().map(|event| event.kind()).collect(),
        format: "bidroom/acknowledgement/v1",
        session: room.session().clone(),
    };
    let signer = app.signer.clone();
    let signed = tokio::task::spawn_blocking(move || signer.statement(&said)).await;
    let signed = signed.map_err(|_| Fault::Stopping).flatten().map_err(Failure::unacknowledged)?;
    Ok(Accepted { at: done.at, entry, acknowledgement: Base64Bytes(signed) })
}
