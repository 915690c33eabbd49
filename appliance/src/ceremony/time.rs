//! Officers confirm the time after the room's clock was set.

use bidroom_domain::opening::Command;
use bidroom_domain::{Actor, At};
use bidroom_lock::{Statement, StatementKind};
use bidroom_tender::PreparedLot;

use super::{officer_of, statement_of_officer};
use crate::app::App;
use crate::room::{Done, RoomHandle};
use crate::store::Record;
use crate::unlock::{UnlockError, kinds};

/// Takes an officer's confirmation of the time.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn confirm_time(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    index: u8,
    statement: Vec<u8>,
) -> Result<Done, UnlockError> {
    let officer = officer_of(&room.snapshot().state, index)?;
    let signed = statement_of_officer(app, prepared, &officer, &statement, StatementKind::ConfirmTime)?;
    let Statement::ConfirmTime { step, at, .. } = signed.statement() else { return Err(UnlockError::Share) };
    let digest = signed.digest();
    let record = Record { kind: kinds::STATEMENT, key: digest.to_string(), bytes: statement };
    let command = Command::ConfirmTime {
        index,
        step: *step,
        said: At(*at),
        lock_tail: signed.certificate().tail(),
        statement: digest,
    };
    Ok(room.act(Actor::Officer { index, name: officer.name }, command, vec![record]).await?)
}
