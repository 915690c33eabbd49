//! A page's acts, done by a lock: the one door through which pages reach keys.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use bidroom_domain::SessionId;
use bidroom_envelope::bid::package::OpenPackageError;
use bidroom_lock::{Lock, LockError, LockIdentity, LockKind, Statement};
use bidroom_wire::text::Sentence;
use bidroom_wire::{
    Accepted, Answer, ApiError, Ask, ErrorKind, HolderKind, PinnedRoom, PresentLock, StatementBody,
};

#[cfg(feature = "acts")]
use crate::{ActError, read_act};
use crate::{
    AuthoriseError, GiveShareError, ProbeError, PublishedRoom, ReplaceError, Rewrap, RewrapError, RoomError,
    Seen, SeenRecord, SignRecordError, Successor, agree, agree_remedy_key, answer_probe, ask_remedy_key,
    authorise, confirm_time, give_share, judge_fate, mismatch, read_rewrap, rewrap, sign_record,
};

/// A lock as its holder sees it.
pub fn present(identity: &LockIdentity) -> PresentLock {
    PresentLock {
        kind: match identity.kind() {
            LockKind::Main => HolderKind::Main,
            LockKind::Sub => HolderKind::Sub,
            LockKind::Officer => HolderKind::Officer,
        },
        holder: identity.holder().to_owned(),
        authority: identity.authority().to_owned(),
        serial: identity.signing_certificate().serial_hex(),
        tail: identity.serial_tail(),
        opens: identity.encryption_certificate().tail(),
        encryption_certificate: Base64Bytes(identity.encryption_certificate().der().to_vec()),
        not_after: At(identity.not_after()),
    }
}

/// Does one act.
///
/// # Errors
/// What the page shows; then nothing was signed and nothing left the lock. `code` is one of `room`, `probe`, `rewrap`,
/// `share`, `part`, `replacement`, `record`, `act`, `acknowledgement` and `lock`, for which check or step said no.
pub fn answer(lock: &dyn Lock, ask: &Ask) -> Result<Answer, Box<ApiError>> {
    let session = SessionId::to_string;
    match ask {
        Ask::LogIn(challenge) => say(
            lock,
            &Statement::Login {
                room: challenge.room.clone(),
                challenge: challenge.challenge,
                at: challenge.at.0,
            },
        ),
        Ask::SignIn { session: it } => say(lock, &Statement::SignIn { session: session(it) }),
        Ask::Confirm { session: it, record } => {
            say(lock, &Statement::Confirm { session: session(it), record: *record })
        }
        Ask::Object { session: it, record, text } => {
            let (session, text) = (session(it), text.clone());
            say(lock, &Statement::Object { session, record: *record, text })
        }
        Ask::Probe { room, material } => {
            answer_probe(&open(room)?, material, lock).map(Answer::Probed).map_err(|error| of_probe(&error))
        }
        Ask::Replace { room, material, successor } => {
            let agreed = |room| agree(&room, material, lock, &Successor::read(successor)?);
            let done = agreed(open(room)?).map_err(|error| of_replacement(&error))?;
            Ok(Answer::Agreed(Box::new(done)))
        }
        Ask::ConfirmTime { session, step, at } => say(lock, &confirm_time(session, *step, *at)),
        Ask::CheckAccepted { room, accepted, statement, .. } => {
            check_accepted(&open(room)?, accepted, *statement).map(|()| Answer::Checked)
        }
        Ask::Rewrap { room, material, add } => {
            wrap(lock, &open(room)?, (material, &add.0), room.at).map_err(|error| of_rewrap(&error))
        }
        Ask::HandIn { room, material } => match give_share(&open(room)?, material, lock, None) {
            Ok(body) => Ok(Answer::Share(body)),
            Err(GiveShareError::NotSealedTo { .. }) => {
                mismatch(lock).map(Answer::NotSealedTo).map_err(|error| of_share(&error))
            }
            Err(error) => Err(of_share(&error)),
        },
        Ask::Authorise { room, material, roster } => {
            let seen = Seen { roster: Some(*roster), checkpoint: None };
            authorise(&open(room)?, material, lock, seen).map(Answer::Part).map_err(|error| of_part(&error))
        }
        Ask::JudgeFate { session: it, decided, contested } => {
            let said = judge_fate(it, decided, contested.as_deref());
            say(lock, &said.map_err(|error| of_lock(&error.into()))?)
        }
        Ask::AskRemedyKey { room, material, reason } => ask_remedy_key(&open(room)?, material, lock, reason)
            .map(Answer::Requested)
            .map_err(|error| of_share(&error)),
        Ask::AgreeRemedyKey { session: it, bidder, request } => {
            say(lock, &agree_remedy_key(it, bidder, *request))
        }
        #[cfg(feature = "acts")]
        Ask::Evaluate { room, note, act, .. } => {
            say(lock, &read_act(&open(room)?, note, act).map_err(|error| of_act(&error))?)
        }
        Ask::SignRecord { room, material, record, closed, size } => {
            let seen = SeenRecord { record: *record, closed: *closed, size: *size };
            sign_record(&open(room)?, material, lock, seen)
                .map(Answer::Said)
                .map_err(|error| of_record(&error))
        }
    }
}

fn say(lock: &dyn Lock, statement: &Statement) -> Result<Answer, Box<ApiError>> {
    let signed = lock.sign_statement(statement).map_err(|error| of_lock(&error))?;
    Ok(Answer::Said(StatementBody { statement: Base64Bytes(signed.der().to_vec()) }))
}

/// Checks the room's acknowledgement of a statement that a page's holder made.
///
/// # Errors
/// What the page shows, of kind tamper and with the code `acknowledgement`.
pub fn check_accepted(
    room: &PublishedRoom,
    accepted: &Accepted,
    statement: Sm3Digest,
) -> Result<(), Box<ApiError>> {
    match room.check_acknowledgement(accepted, Some(statement)) {
        Ok(_) => Ok(()),
        Err(error) => {
            Err(declined(ErrorKind::Tamper, "acknowledgement", error.sentence(), error.to_string()))
        }
    }
}

/// Key packages for one more lock.
fn wrap(
    lock: &dyn Lock,
    room: &PublishedRoom,
    (material, add): (&str, &[u8]),
    at: At,
) -> Result<Answer, RewrapError> {
    let (material, add) = read_rewrap(material, add)?;
    let change = Rewrap { add: &[add], remove: &[], own: None, at };
    rewrap(room, &material, lock, &change).map(Answer::Packages)
}

/// The room as published, if the publication is the one that the verified log names.
fn open(pinned: &PinnedRoom) -> Result<PublishedRoom, Box<ApiError>> {
    let room =
        PublishedRoom::open(&pinned.publication.0, None, pinned.at).map_err(|error| of_room(&error))?;
    let found = room.publication().digest();
    if found != pinned.digest {
        return Err(declined(
            ErrorKind::Tamper,
            "room",
            other_publication(),
            format!("{found} ≠ {}", pinned.digest),
        ));
    }
    Ok(room)
}

fn other_publication() -> Sentence {
    Sentence::new(
        "系统给出的公布文件不是账本里记载的那一份",
        "没有签名，也没有交出任何密钥。请停止操作，把详情告诉主持人或监督人员，改到柜台插锁办理。",
        "The publication offered is not the one named in the ledger",
        "Nothing was signed and no key was given. Stop here, tell the host or the supervisor the details, and come to \
         the counter with your lock.",
    )
}

fn declined(kind: ErrorKind, code: &str, sentence: Sentence, detail: String) -> Box<ApiError> {
    Box::new(ApiError { kind, code: code.to_owned(), sentence, detail: Some(detail) })
}

fn of_room(error: &RoomError) -> Box<ApiError> {
    declined(ErrorKind::Tamper, "room", error.sentence(), error.to_string())
}

fn of_share(error: &GiveShareError) -> Box<ApiError> {
    let kind = match error {
        GiveShareError::NotABidder(_)
        | GiveShareError::NotSealedTo { .. }
        | GiveShareError::TooEarly { .. } => ErrorKind::Refusal,
        GiveShareError::Package(OpenPackageError::Device(_)) | GiveShareError::Lock(_) => ErrorKind::Fault,
        GiveShareError::Session { .. }
        | GiveShareError::Attempt { .. }
        | GiveShareError::Bid { .. }
        | GiveShareError::Core(_)
        | GiveShareError::Scope { .. }
        | GiveShareError::OpeningCertificates
        | GiveShareError::Checkpoint(_)
        | GiveShareError::Package(_)
        | GiveShareError::Envelope(_) => ErrorKind::Tamper,
    };
    declined(kind, "share", error.sentence(), error.to_string())
}

fn of_probe(error: &ProbeError) -> Box<ApiError> {
    let kind = match error {
        ProbeError::Recipient { .. } => ErrorKind::Refusal,
        ProbeError::Package(OpenPackageError::Device(_) | OpenPackageError::Check) | ProbeError::Lock(_) => {
            ErrorKind::Fault
        }
        ProbeError::Document(_)
        | ProbeError::Signer { .. }
        | ProbeError::Session { .. }
        | ProbeError::Package(_) => ErrorKind::Tamper,
    };
    declined(kind, "probe", error.sentence(), error.to_string())
}

fn of_rewrap(error: &RewrapError) -> Box<ApiError> {
    let kind = match error {
        RewrapError::NotABidder(_)
        | RewrapError::NotSealedTo { .. }
        | RewrapError::Stranger { .. }
        | RewrapError::Certificate { .. }
        | RewrapError::Nothing => ErrorKind::Refusal,
        RewrapError::Package(OpenPackageError::Device(_)) => ErrorKind::Fault,
        RewrapError::Unreadable(_)
        | RewrapError::Session { .. }
        | RewrapError::Bid { .. }
        | RewrapError::Record(_)
        | RewrapError::Core(_)
        | RewrapError::Other(_)
        | RewrapError::Package(_)
        | RewrapError::Envelope(_) => ErrorKind::Tamper,
    };
    declined(kind, "rewrap", error.sentence(), error.to_string())
}

#[cfg(feature = "acts")]
fn of_act(error: &ActError) -> Box<ApiError> {
    declined(ErrorKind::Tamper, "act", error.sentence(), error.to_string())
}

fn of_part(error: &AuthoriseError) -> Box<ApiError> {
    let kind = match error {
        AuthoriseError::Officer { .. } => ErrorKind::Refusal,
        AuthoriseError::Lock(_) | AuthoriseError::Part(_) => ErrorKind::Fault,
        AuthoriseError::Session { .. }
        | AuthoriseError::Attempt { .. }
        | AuthoriseError::Deal(_)
        | AuthoriseError::OpeningCertificates
        | AuthoriseError::Seen { .. }
        | AuthoriseError::Envelope(_) => ErrorKind::Tamper,
    };
    declined(kind, "part", error.sentence(), error.to_string())
}

fn of_replacement(error: &ReplaceError) -> Box<ApiError> {
    let kind = match error {
        ReplaceError::Officer(_) | ReplaceError::Certificates | ReplaceError::Canon(_) => ErrorKind::Refusal,
        ReplaceError::Lock(_) | ReplaceError::Part(_) => ErrorKind::Fault,
        ReplaceError::Session { .. }
        | ReplaceError::Version { .. }
        | ReplaceError::Deal(_)
        | ReplaceError::OpeningCertificates
        | ReplaceError::Envelope(_) => ErrorKind::Tamper,
    };
    declined(kind, "replacement", error.sentence(), error.to_string())
}

fn of_record(error: &SignRecordError) -> Box<ApiError> {
    let kind = match error {
        SignRecordError::Lock(_) => ErrorKind::Fault,
        SignRecordError::Session { .. }
        | SignRecordError::Record { .. }
        | SignRecordError::Checkpoint(_)
        | SignRecordError::Elsewhere { .. } => ErrorKind::Tamper,
    };
    declined(kind, "record", error.sentence(), error.to_string())
}

fn of_lock(error: &LockError) -> Box<ApiError> {
    let sentence = Sentence::new(
        "锁没有完成签名",
        "什么都没有提交。请拔出锁重新插入后再试；仍不行，请到柜台办理。",
        "The lock did not sign",
        "Nothing was handed in. Take the lock out and in again; if it goes on, come to the counter.",
    );
    declined(ErrorKind::Fault, "lock", sentence, error.to_string())
}
