//! What the host does.

use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bidroom_domain::opening::Command;
use bidroom_wire::HostCommand;
use serde_json::Value;

use super::json;
use crate::http::acknowledgement::accepted;
use crate::http::extract::{TheApp, actor, session};
use crate::http::{Failure, body};

/// `POST /api/v1/sessions/{id}/commands`.
///
/// # Errors
/// A [`Failure`].
pub async fn command(
    app: TheApp,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let here = session(&app, &id)?;
    let by = actor(&app, &here, &request)?;
    let wanted = strict(body::json(&request, payload).await?)?;
    let done = here.room.act(by, command_of(wanted), Vec::new()).await?;
    Ok(json(&accepted(&app, &here.room, done, None).await?))
}

/// Reads a command with nothing beside it: whoever sends `"force": true` must not believe that it was heard.
fn strict(said: Value) -> Result<HostCommand, Failure> {
    let wanted: HostCommand = serde_json::from_value(said.clone()).map_err(Failure::malformed)?;
    match serde_json::to_value(&wanted) {
        Ok(again) if again == said => Ok(wanted),
        _ => Err(Failure::malformed("members that the command does not have")),
    }
}

fn command_of(wanted: HostCommand) -> Command {
    match wanted {
        HostCommand::StartUnlock => Command::StartUnlock,
        HostCommand::StopClock { reason } => Command::StopClock { reason },
        HostCommand::ResumeClock => Command::ResumeClock,
        HostCommand::HoldBidder { bidder, reason } => Command::HoldBidder { bidder, reason },
        HostCommand::ReleaseBidder { bidder } => Command::ReleaseBidder { bidder },
        HostCommand::AllowRemedyKey { bidder, request, reason } => {
            Command::AllowRemedyKey { bidder, request, reason }
        }
        HostCommand::CloseUnlock => Command::CloseUnlock,
        HostCommand::AttributeBid { bidder, fate, reason } => Command::AttributeBid { bidder, fate, reason },
        HostCommand::AnnounceBid { number } => Command::AnnounceBid { number },
        HostCommand::FinishAnnouncing => Command::FinishAnnouncing,
        HostCommand::AnswerObjection { objection, text } => Command::AnswerObjection { objection, text },
        HostCommand::CloseSession => Command::CloseSession,
        HostCommand::RecordAbsence { role, reason } => Command::RecordAbsence { role, reason },
    }
}
