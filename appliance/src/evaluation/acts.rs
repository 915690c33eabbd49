//! From a signed statement to the command it holds.

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::{Command, Said};
use bidroom_lock::{SignedStatement, Statement};
use serde_json::Value;

use crate::store::Record;

/// Most bytes of the picture of a signature by hand.
const MOST_PICTURE: usize = 128 * 1024;
/// How a PNG begins (ISO/IEC 15948, 5.2).
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Under what a picture of a signature by hand is kept, by its SM3.
pub const HANDWRITING: &str = "handwriting";

/// Why a signed act is not taken to the rules.
#[derive(Debug, thiserror::Error)]
pub enum ActRefusal {
    /// It is no command of an evaluation, or has members that the command does not have.
    #[error("the act cannot be read: {0}")]
    Unreadable(String),
    /// A list of experts comes sealed and is opened by custody: nobody sends it in the clear.
    #[error("the list of experts is imported sealed, and opened by custody")]
    SealedList,
    /// The picture is not the one that was signed, is no PNG, or is too large.
    #[error("the picture of the signature by hand is not usable")]
    Handwriting,
}

/// Reads a command strictly: what it does not have must not be believed to be heard.
///
/// # Errors
/// [`ActRefusal::Unreadable`], [`ActRefusal::SealedList`].
pub fn command_of(act: &Value) -> Result<Command, ActRefusal> {
    let unreadable = |error: serde_json::Error| ActRefusal::Unreadable(error.to_string());
    let command: Command = serde_json::from_value(act.clone()).map_err(unreadable)?;
    match serde_json::to_value(&command).map_err(unreadable)? {
        again if again == *act => match command {
            Command::ImportCommittee { .. } | Command::OpenCommittee { .. } => Err(ActRefusal::SealedList),
            command => Ok(command),
        },
        _ => Err(ActRefusal::Unreadable("it has members that the command does not have".to_owned())),
    }
}

/// What a signed statement says is to be done.
///
/// # Errors
/// As [`command_of`].
pub fn act_of(signed: &SignedStatement) -> Result<Said, ActRefusal> {
    let Statement::Evaluate { act, .. } = signed.statement() else {
        return Err(ActRefusal::Unreadable("it is another statement".to_owned()));
    };
    Ok(command_of(act)?.signed(signed.digest()))
}

/// The picture that a statement names, as a record to keep.
///
/// # Errors
/// [`ActRefusal::Handwriting`].
pub fn handwriting_of(
    signed: &SignedStatement,
    picture: Option<Vec<u8>>,
) -> Result<Option<Record>, ActRefusal> {
    let Statement::Evaluate { handwriting, .. } = signed.statement() else { return Ok(None) };
    match (handwriting, picture) {
        (None, None) => Ok(None),
        (Some(named), Some(bytes))
            if Sm3Digest::of(&bytes) == *named && bytes.len() <= MOST_PICTURE && bytes.starts_with(PNG) =>
        {
            Ok(Some(Record { kind: HANDWRITING, key: named.to_string(), bytes }))
        }
        _ => Err(ActRefusal::Handwriting),
    }
}
