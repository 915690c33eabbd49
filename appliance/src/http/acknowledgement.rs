//! The room's signed answer to everything that became an event.

use std::sync::Arc;

use actix_web::HttpResponse;
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::Phase;
use bidroom_wire::Accepted;
use bidroom_wire::promise::{Acknowledgement, RoomStatement};

use super::Failure;
use super::server::Workers;
use crate::app::App;
use crate::room::{Done, RoomHandle};

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
    let said = RoomStatement::Acknowledgement(Acknowledgement {
        acknowledged,
        at: done.at,
        entry,
        events: done.events.iter().map(|event| event.kind().to_owned()).collect(),
        session: room.session().clone(),
    });
    let signer = app.signer.clone();
    let signed = room.ask_custody(move || signer.say(said.clone())).await;
    let signed = signed.map_err(Failure::unacknowledged)?;
    Ok(Accepted { at: done.at, entry, acknowledgement: Base64Bytes(signed) })
}

/// Has a worker do what becomes events, and answers with the room's acknowledgement.
///
/// # Errors
/// What kept it from being done; otherwise as [`accepted`].
pub async fn acknowledged<W, E>(
    app: Arc<App>,
    workers: &Workers,
    room: RoomHandle,
    statement: Option<Sm3Digest>,
    work: impl FnOnce(Arc<App>, RoomHandle) -> W,
) -> Result<HttpResponse, Failure>
where
    W: Future<Output = Result<Done, E>> + Send + 'static,
    E: Send + 'static,
    Failure: From<E>,
{
    let done = workers.run(work(Arc::clone(&app), room.clone())).await??;
    Ok(HttpResponse::Ok().json(accepted(&app, &room, done, statement).await?))
}
