//! Signing an act: a key is made for this one statement, certified by the room for it, used once and forgotten.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::evaluation::Command;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::OneDocument;
use bidroom_unlocking::{ActedBy, PublishedRoom, act_statement};
use bidroom_web_ui::live::http::{self, HttpError};
use bidroom_wire::{Accepted, ActBody, MemberCertificate};
use rand_core::UnwrapErr;

fn silent(error: &impl core::fmt::Display) -> HttpError {
    HttpError::Silent(error.to_string())
}

/// Signs a command with a picture of the member's signature and hands it in; answers once the room's signed
/// acknowledgement was checked.
///
/// # Errors
/// [`HttpError`]; then nothing was handed in, or it is not known whether it was.
pub async fn act(
    room: &PublishedRoom,
    (token, note): (&str, &str),
    member: u8,
    picture: Vec<u8>,
    command: &Command,
) -> Result<(), HttpError> {
    let path = format!("/sessions/{}/evaluation", room.session());
    let by = ActedBy { member: Some(member), handwriting: Some(Sm3Digest::of(&picture)) };
    let act = serde_json::to_value(command).map_err(|error| silent(&error))?;
    let statement = act_statement(room, note, by, act).map_err(|error| silent(&error))?;
    let key =
        OneDocument::new(statement, &mut UnwrapErr(getrandom::SysRng)).map_err(|error| silent(&error))?;
    let request = key.request().map_err(|error| silent(&error))?;
    let made: MemberCertificate = http::post(&format!("{path}/certificates"), Some(token), &request).await?;
    let certificate = Certificate::from_der(&made.certificate.0).map_err(|error| silent(&error))?;
    let signed = key.sign(&certificate).map_err(|error| silent(&error))?;
    let body =
        ActBody { statement: Base64Bytes(signed.der().to_vec()), handwriting: Some(Base64Bytes(picture)) };
    let accepted: Accepted = http::post(&format!("{path}/acts"), Some(token), &body).await?;
    room.check_acknowledgement(&accepted, Some(signed.digest())).map(drop).map_err(|error| silent(&error))
}
