//! What an open lock does: it builds typed statements, checks that the room has proven what it asks for, and
//! envelopes shares to the certificates that the verified log published, never to others.
//!
//! Must not know: sockets, components.

use super::watch::Watch;
use crate::deed::Trouble as Problem;
use crate::text::{Both, Common, Say, Trouble};
use crate::ui::Kind;
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use bidroom_domain::opening::LockKind as DomainKind;
use bidroom_envelope::bid::core::Core;
use bidroom_envelope::bid::package::{PackageContext, Purpose, open_share, packages_digest, seal_package};
use bidroom_envelope::officers::{Deal, open_officer_share, seal_officer_share};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_ledger::checkpoint::verify;
use bidroom_lock::{Lock, LockKind, SoftLock, Statement, checkpoint_digest};
use bidroom_wire::{
    AuthoriseBody, AuthoriseMaterial, Challenge, ConsentBody, LoginBody, MismatchBody, SignRecordMaterial,
    StatementBody, UnlockMaterial,
};

/// Why a lock did not do it.
#[derive(Debug)]
pub enum HandError {
    /// The lock or its material failed.
    Lock(String),
    /// The room offered what the verified log does not say.
    Room(Trouble),
    /// The bid is not sealed to this lock; the room is told which lock was present.
    Mismatch(Box<MismatchBody>),
}

impl HandError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self::Lock(error.to_string())
    }

    /// As it is shown.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Lock(detail) => Problem {
                kind: Kind::Fault,
                head: Trouble::LockFailed.both(),
                text: Trouble::LockFailedNote.both(),
                clause: Some(Trouble::ServerSays { detail: detail.clone() }.both()),
            },
            Self::Room(what) => Problem {
                kind: Kind::Tamper,
                head: what.both(),
                text: Trouble::LockFailedNote.both(),
                clause: None,
            },
            Self::Mismatch(_) => Problem {
                kind: Kind::Fault,
                head: crate::text::State::WrongLock.both(),
                text: crate::text::Reason::UseRegistered.both(),
                clause: None,
            },
        }
    }
}

/// Answers a login challenge.
///
/// # Errors
/// [`HandError::Lock`].
pub fn log_in(lock: &SoftLock, challenge: &Challenge) -> Result<LoginBody, HandError> {
    let statement =
        Statement::Login { room: challenge.room.clone(), challenge: challenge.challenge, at: challenge.at.0 };
    Ok(LoginBody { statement: sign(lock, &statement)? })
}

/// Signs a statement that needs nothing from the room.
///
/// # Errors
/// [`HandError::Lock`].
pub fn say(lock: &SoftLock, statement: &Statement) -> Result<StatementBody, HandError> {
    Ok(StatementBody { statement: sign(lock, statement)? })
}

fn sign(lock: &SoftLock, statement: &Statement) -> Result<Base64Bytes, HandError> {
    lock.sign_statement(statement).map(|signed| Base64Bytes(signed.der().to_vec())).map_err(HandError::of)
}

/// The opening certificates, if they are those the verified log published, in their order.
fn opening_certificates(offered: &[Base64Bytes], watch: &Watch) -> Result<Vec<Certificate>, HandError> {
    let certificates: Vec<Certificate> = offered
        .iter()
        .map(|der| Certificate::from_der(&der.0))
        .collect::<Result<_, _>>()
        .map_err(|_| HandError::Room(Trouble::ForeignCertificate))?;
    let published = watch.state().devices.iter().map(|device| device.opening_certificate);
    if certificates.is_empty() || !certificates.iter().map(Certificate::digest).eq(published) {
        return Err(HandError::Room(Trouble::ForeignCertificate));
    }
    Ok(certificates)
}

/// Whether the room has proven, under its pinned keys, that collecting began after the opening time.
fn collecting_is_proven(note: &str, watch: &Watch) -> Result<(), HandError> {
    let wrong = || HandError::Room(Trouble::EarlyCheckpoint);
    let checkpoint = verify(note, watch.keys()).map_err(|_| wrong())?.checkpoint;
    let began = watch.state().unlock.as_ref().map(|unlock| unlock.started_at).ok_or_else(wrong)?;
    let right = checkpoint.origin == *watch.replica().origin()
        && At(checkpoint.at) >= watch.lot().deadline
        && At(checkpoint.at) >= began
        && checkpoint.size <= watch.size();
    if right { Ok(()) } else { Err(wrong()) }
}

/// Opens the lock share of the bid and envelopes it to the opening certificates.
///
/// # Errors
/// [`HandError`]; then nothing left the page.
pub fn hand_in(lock: &SoftLock, material: &UnlockMaterial, watch: &Watch) -> Result<ConsentBody, HandError> {
    let identity = lock.identity();
    let own = identity.encryption_certificate();
    let recipient = own.digest();
    let kind = match identity.kind() {
        LockKind::Main => DomainKind::Main,
        LockKind::Sub | LockKind::Officer => DomainKind::Sub,
    };
    let Some(package) = material.packages.iter().find(|package| package.recipient == recipient) else {
        let certificate = Base64Bytes(own.der().to_vec());
        return Err(HandError::Mismatch(Box::new(MismatchBody { certificate, kind })));
    };
    collecting_is_proven(&material.checkpoint, watch)?;
    let openers = opening_certificates(&material.opening_certificates, watch)?;
    let core = Core::parse(material.core.as_bytes()).map_err(HandError::of)?;
    let hash = Core::hash(material.core.as_bytes());
    let share =
        open_share(&package.package.0, &core, &hash, Purpose::Lock, 0, own, lock).map_err(HandError::of)?;
    let packages: Vec<Vec<u8>> = openers
        .iter()
        .map(|recipient| {
            let context = PackageContext {
                subject: &hash.0,
                purpose: Purpose::Consent,
                attempt: material.attempt,
                recipient,
            };
            seal_package(share.expose(), &context)
        })
        .collect::<Result<_, _>>()
        .map_err(HandError::of)?;
    let statement = Statement::Consent {
        session: material.session.to_string(),
        envelope: material.envelope,
        attempt: material.attempt,
        bid_digest: material.bid,
        share_package_digest: packages_digest(packages.iter().map(Vec::as_slice)),
        opening_certificates: openers.iter().map(Certificate::digest).collect(),
        checkpoint: checkpoint_digest(material.checkpoint.as_bytes()),
    };
    Ok(ConsentBody {
        statement: sign(lock, &statement)?,
        packages: packages.into_iter().map(Base64Bytes).collect(),
        lock: recipient,
        kind,
    })
}

/// Opens an officer's part and envelopes it to the opening certificates.
///
/// # Errors
/// [`HandError`]; then nothing left the page.
pub fn authorise(
    lock: &SoftLock,
    material: &AuthoriseMaterial,
    watch: &Watch,
) -> Result<AuthoriseBody, HandError> {
    let own = lock.identity().encryption_certificate();
    let openers = opening_certificates(&material.opening_certificates, watch)?;
    if watch.state().roster_at.is_none() {
        return Err(HandError::Room(Trouble::EarlyCheckpoint));
    }
    let rows: Vec<_> = watch.state().roster.iter().map(|row| row.row.clone()).collect();
    let roster =
        bidroom_canon::to_canonical(&rows).map(|bytes| Sm3Digest::of(&bytes)).map_err(HandError::of)?;
    if roster != material.roster {
        return Err(HandError::Room(Trouble::DoesNotAddUp));
    }
    let deal = Deal::parse(material.deal.as_bytes()).map_err(HandError::of)?;
    let index = u32::from(material.index);
    let part = open_officer_share(&deal, index, &material.dealt.0, Purpose::Deal, 0, own, lock)
        .map_err(HandError::of)?;
    let packages: Vec<Vec<u8>> = openers
        .iter()
        .map(|recipient| seal_officer_share(&deal, &part, Purpose::Authorise, material.attempt, recipient))
        .collect::<Result<_, _>>()
        .map_err(HandError::of)?;
    let statement = Statement::Authorise {
        session: material.session.to_string(),
        envelope: material.envelope,
        attempt: material.attempt,
        share_index: index,
        package_digest: packages_digest(packages.iter().map(Vec::as_slice)),
        opening_certificates: openers.iter().map(Certificate::digest).collect(),
        roster_digest: material.roster,
        deadline_checkpoint: material.checkpoint,
    };
    Ok(AuthoriseBody {
        statement: sign(lock, &statement)?,
        packages: packages.into_iter().map(Base64Bytes).collect(),
    })
}

/// Signs the record, if the room offers the table of the verified log and a checkpoint that covers its end.
///
/// # Errors
/// [`HandError`]; then nothing left the page.
pub fn sign_record(
    lock: &SoftLock,
    material: &SignRecordMaterial,
    watch: &Watch,
) -> Result<StatementBody, HandError> {
    let wrong = || HandError::Room(Trouble::OtherRecord);
    let state = watch.state();
    let closed = state.session_closed.ok_or_else(wrong)?;
    let checkpoint = verify(&material.checkpoint, watch.keys()).map_err(|_| wrong())?.checkpoint;
    let right = material.session == watch.lot().session()
        && state.opened.is_some_and(|(_, table)| table == material.record)
        && checkpoint.origin == *watch.replica().origin()
        && At(checkpoint.at) >= closed
        && checkpoint.size <= watch.size();
    if !right {
        return Err(wrong());
    }
    let statement = Statement::SignRecord {
        session: material.session.to_string(),
        record: material.record,
        checkpoint: checkpoint_digest(material.checkpoint.as_bytes()),
    };
    say(lock, &statement)
}

/// An open lock as it is shown.
pub fn shown(lock: &SoftLock) -> crate::deed::OpenLock {
    let identity = lock.identity();
    let serial = identity.signing_certificate().serial_hex();
    crate::deed::OpenLock {
        kind: match identity.kind() {
            LockKind::Main => Common::MainLock,
            LockKind::Sub => Common::SubLock,
            LockKind::Officer => Common::OfficerLock,
        }
        .both(),
        holder: identity.holder().to_owned(),
        authority: identity.authority().to_owned(),
        serial: groups(&serial),
        tail: identity.serial_tail(),
        opens: identity.encryption_certificate().tail(),
        valid_until: At(identity.not_after()).date_text(),
    }
}

/// Digits in groups of four, the last twelve only: what people compare.
fn groups(digits: &str) -> String {
    let tail: String = digits.chars().skip(digits.chars().count().saturating_sub(12)).collect();
    tail.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// A sentence that is the same in both languages; for details.
pub fn detail(text: &str) -> Both {
    Trouble::ServerSays { detail: text.to_owned() }.both()
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
