//! What a page puts before its reader's keys: the act, and what the verified log says of it. The keys check the rest.
//!
//! Must not know: sockets, components, where the keys are.

use super::watch::Watch;
use crate::deed::{OpenLock, Trouble as Problem};
use crate::text::{Both, Common, Say, Trouble};
use crate::ui::Kind;
use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::At;
use bidroom_ledger::checkpoint::verify;
use bidroom_wire::{
    ApiError, Ask, AuthoriseMaterial, ErrorKind, HolderKind, PinnedRoom, PresentLock, SignRecordMaterial,
    UnlockMaterial,
};

/// Why keys did nothing.
#[derive(Debug)]
pub enum HandError {
    /// The holder of the keys said no, in its own words.
    Declined(Box<ApiError>),
    /// The keys could not be asked.
    Unreachable(String),
    /// The pairing with the helper has ended.
    Ended,
    /// The room offered what the verified log does not say.
    Room(Trouble),
}

impl HandError {
    /// As it is shown.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Declined(error) => problem(error),
            Self::Unreachable(detail) => Problem {
                kind: Kind::Fault,
                head: Trouble::NoKeys.both(),
                text: Trouble::NoKeysNote.both(),
                clause: Some(details(detail)),
            },
            Self::Ended => Problem {
                kind: Kind::Fault,
                head: crate::text::Lock::PairingEnded.both(),
                text: crate::text::Lock::PairingEndedNote.both(),
                clause: None,
            },
            Self::Room(what) => Problem {
                kind: Kind::Tamper,
                head: what.both(),
                text: Trouble::LockFailedNote.both(),
                clause: None,
            },
        }
    }
}

/// An answer that is not a success, as it is shown.
pub fn problem(error: &ApiError) -> Problem {
    let sentence = &error.sentence;
    let clause = sentence.clause.as_ref().map(|clause| Common::Basis { clause: clause.clone() }.both());
    Problem {
        kind: match error.kind {
            ErrorKind::Fault => Kind::Fault,
            ErrorKind::Tamper => Kind::Tamper,
            ErrorKind::Refusal | ErrorKind::Request | ErrorKind::Login => Kind::Rule,
        },
        head: Both::new(&sentence.zh.title, &sentence.en.title),
        text: Both::new(&sentence.zh.body, &sentence.en.body),
        clause: clause.or_else(|| error.detail.as_deref().map(details)),
    }
}

/// What stands behind 详情, the same in both languages.
pub fn details(text: &str) -> Both {
    Trouble::ServerSays { detail: text.to_owned() }.both()
}

/// Only the publication that the verified log names will do.
fn named(room: &PinnedRoom, watch: &Watch) -> Result<(), HandError> {
    let named = watch.state().publication.is_some_and(|digest| digest == room.digest);
    if named { Ok(()) } else { Err(HandError::Room(Trouble::NotPublished)) }
}

/// Handing in, if the room has proven, under its pinned keys, that collecting began after the opening time.
///
/// # Errors
/// [`HandError::Room`].
pub fn hand_in(room: PinnedRoom, material: UnlockMaterial, watch: &Watch) -> Result<Ask, HandError> {
    let wrong = || HandError::Room(Trouble::EarlyCheckpoint);
    let checkpoint = verify(&material.checkpoint, watch.keys()).map_err(|_| wrong())?.checkpoint;
    let began = watch.state().unlock.as_ref().map(|unlock| unlock.started_at).ok_or_else(wrong)?;
    let right = checkpoint.origin == *watch.replica().origin()
        && At(checkpoint.at) >= watch.lot().deadline
        && At(checkpoint.at) >= began
        && checkpoint.size <= watch.size();
    if !right {
        return Err(wrong());
    }
    named(&room, watch)?;
    Ok(Ask::HandIn { room, material: Box::new(material) })
}

/// Authorising, for the roster of the verified log.
///
/// # Errors
/// [`HandError::Room`] where the log has no roster yet.
pub fn authorise(room: PinnedRoom, material: AuthoriseMaterial, watch: &Watch) -> Result<Ask, HandError> {
    if watch.state().roster_at.is_none() {
        return Err(HandError::Room(Trouble::EarlyCheckpoint));
    }
    let rows: Vec<_> = watch.state().roster.iter().map(|row| &row.row).collect();
    let roster = to_canonical(&rows)
        .map(|bytes| Sm3Digest::of(&bytes))
        .map_err(|_| HandError::Room(Trouble::DoesNotAddUp))?;
    named(&room, watch)?;
    Ok(Ask::Authorise { room, material: Box::new(material), roster })
}

/// Signing the record that the verified log closed with.
///
/// # Errors
/// [`HandError::Room`] where the log does not say that the session is closed.
pub fn sign_record(room: PinnedRoom, material: SignRecordMaterial, watch: &Watch) -> Result<Ask, HandError> {
    let state = watch.state();
    let (Some(closed), Some((_, record))) = (state.session_closed, state.opened) else {
        return Err(HandError::Room(Trouble::NotClosed));
    };
    named(&room, watch)?;
    Ok(Ask::SignRecord { room, material, record, closed, size: watch.size() })
}

/// An open lock as it is shown.
pub fn shown(lock: PresentLock) -> OpenLock {
    OpenLock {
        kind: match lock.kind {
            HolderKind::Main => Common::MainLock,
            HolderKind::Sub => Common::SubLock,
            HolderKind::Officer => Common::OfficerLock,
        }
        .both(),
        serial: groups(&lock.serial),
        holder: lock.holder,
        authority: lock.authority,
        tail: lock.tail,
        opens: lock.opens,
        valid_until: lock.not_after.date_text(),
        not_after: lock.not_after,
        recipient: Sm3Digest::of(&lock.encryption_certificate.0),
        certificate: lock.encryption_certificate.0,
    }
}

/// Digits in groups of four, the last twelve only: what people compare.
pub(super) fn groups(digits: &str) -> String {
    let tail: String = digits.chars().skip(digits.chars().count().saturating_sub(12)).collect();
    tail.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_read_in_groups() {
        assert_eq!(groups("001F3A88C20D47"), "1F3A 88C2 0D47");
        assert_eq!(groups("0D47"), "0D47");
        assert_eq!(groups(""), "");
    }
}
