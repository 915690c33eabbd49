//! Why the helper did not do what a page asked, as the page is told.
//!
//! Owns what the outside may learn: of a failed opening nothing but that it failed, whatever the reason.

use bidroom_domain::opening::Trouble;
use bidroom_lock::LockError;
use bidroom_locks::{ErrorKind as TroubleKind, LockTrouble, Notice};
use bidroom_unlocking::{
    ActError, AuthoriseError, GiveShareError, ProbeError, ReplaceError, RewrapError, SignRecordError,
};
use bidroom_wire::bridge::BridgeRefusal;
use bidroom_wire::text::{Sentence, Words};
use bidroom_wire::{ApiError, ErrorKind};

use super::report::{fact_in, fact_of};

/// A refusal with what the helper makes of it.
#[derive(Debug)]
pub(super) struct Refused {
    /// As the page is told.
    pub(super) error: Box<ApiError>,
    /// Only a page or relay that is not honest asks for this.
    pub(super) suspicious: bool,
    /// What the room learns of it where a share was asked for.
    pub(super) fact: Option<Trouble>,
}

impl From<BridgeRefusal> for Refused {
    fn from(refusal: BridgeRefusal) -> Self {
        let suspicious = matches!(
            refusal,
            BridgeRefusal::OtherRoom | BridgeRefusal::OtherRecord | BridgeRefusal::Unreadable
        );
        Self { error: Box::new(refusal.error(None)), suspicious, fact: fact_in(refusal) }
    }
}

impl Refused {
    /// A refusal with its details.
    pub(super) fn detailed(refusal: BridgeRefusal, detail: impl std::fmt::Display) -> Self {
        let mut refused = Self::from(refusal);
        refused.error.detail = Some(detail.to_string());
        refused
    }

    /// Trouble of a lock that has nothing to do with what it was given: the holder must learn it.
    pub(super) fn lock(trouble: &LockTrouble) -> Self {
        let Notice { kind, zh, en, detail } = trouble.notice();
        let kind = match kind {
            TroubleKind::Refusal => ErrorKind::Refusal,
            TroubleKind::Fault => ErrorKind::Fault,
            TroubleKind::Tamper => ErrorKind::Tamper,
        };
        let sentence = Sentence { zh: words(&zh, '。'), en: words(&en, '.'), clause: None };
        let error = ApiError { kind, code: code(trouble).to_owned(), sentence, detail: Some(detail) };
        Self { error: Box::new(error), suspicious: false, fact: fact_of(trouble) }
    }

    /// What the room offered does not stand.
    fn room(code: &str, kind: ErrorKind, sentence: Sentence, detail: String, suspicious: bool) -> Self {
        let error = ApiError { kind, code: code.to_owned(), sentence, detail: Some(detail) };
        Self { error: Box::new(error), suspicious, fact: None }
    }

    /// A share that is not given. Everything that happens with a key looks the same.
    pub(super) fn share(error: &GiveShareError) -> Self {
        let (code, kind, suspicious) = match error {
            GiveShareError::Package(_) | GiveShareError::Envelope(_) | GiveShareError::Lock(_) => {
                return BridgeRefusal::LockFailed.into();
            }
            GiveShareError::NotABidder(_) => ("not_a_bidder", ErrorKind::Refusal, false),
            GiveShareError::NotSealedTo { .. } => ("wrong_lock", ErrorKind::Refusal, false),
            GiveShareError::TooEarly { .. } => ("too_early", ErrorKind::Refusal, true),
            GiveShareError::Session { .. }
            | GiveShareError::Attempt { .. }
            | GiveShareError::Bid { .. }
            | GiveShareError::Core(_)
            | GiveShareError::Scope { .. }
            | GiveShareError::OpeningCertificates
            | GiveShareError::Checkpoint(_) => ("material_wrong", ErrorKind::Tamper, true),
        };
        Self::room(code, kind, error.sentence(), error.to_string(), suspicious)
    }

    /// An officer's part that is not given.
    pub(super) fn part(error: &AuthoriseError) -> Self {
        let (code, kind, suspicious) = match error {
            AuthoriseError::Part(_) | AuthoriseError::Envelope(_) | AuthoriseError::Lock(_) => {
                return BridgeRefusal::LockFailed.into();
            }
            AuthoriseError::Officer { .. } => ("not_the_officer", ErrorKind::Refusal, false),
            AuthoriseError::Session { .. }
            | AuthoriseError::Attempt { .. }
            | AuthoriseError::Deal(_)
            | AuthoriseError::OpeningCertificates
            | AuthoriseError::Seen { .. } => ("material_wrong", ErrorKind::Tamper, true),
        };
        Self::room(code, kind, error.sentence(), error.to_string(), suspicious)
    }

    /// An agreement to a replacement that is not given.
    pub(super) fn replacement(error: &ReplaceError) -> Self {
        let (code, kind, suspicious) = match error {
            ReplaceError::Part(_) | ReplaceError::Envelope(_) | ReplaceError::Lock(_) => {
                return BridgeRefusal::LockFailed.into();
            }
            ReplaceError::Officer(_) => ("not_the_officer", ErrorKind::Refusal, false),
            ReplaceError::Certificates | ReplaceError::Canon(_) => {
                ("certificates", ErrorKind::Refusal, false)
            }
            ReplaceError::Session { .. }
            | ReplaceError::Version { .. }
            | ReplaceError::Deal(_)
            | ReplaceError::OpeningCertificates => ("material_wrong", ErrorKind::Tamper, true),
        };
        Self::room(code, kind, error.sentence(), error.to_string(), suspicious)
    }

    /// An acknowledgement that does not hold the room to its word.
    pub(super) fn acknowledgement(error: Box<ApiError>) -> Self {
        Self { error, suspicious: false, fact: None }
    }

    /// A challenge that is not answered.
    pub(super) fn probe(error: &ProbeError) -> Self {
        let (code, kind, suspicious) = match error {
            ProbeError::Package(_) | ProbeError::Lock(_) => return BridgeRefusal::LockFailed.into(),
            ProbeError::Recipient { .. } => ("wrong_lock", ErrorKind::Refusal, false),
            ProbeError::Document(_) | ProbeError::Signer { .. } | ProbeError::Session { .. } => {
                ("material_wrong", ErrorKind::Tamper, true)
            }
        };
        Self::room(code, kind, error.sentence(), error.to_string(), suspicious)
    }

    /// Key packages that are not made.
    pub(super) fn rewrap(error: &RewrapError) -> Self {
        let (code, kind, suspicious) = match error {
            RewrapError::Package(_) | RewrapError::Envelope(_) => return BridgeRefusal::LockFailed.into(),
            RewrapError::NotABidder(_) => ("not_a_bidder", ErrorKind::Refusal, false),
            RewrapError::NotSealedTo { .. } => ("wrong_lock", ErrorKind::Refusal, false),
            RewrapError::Certificate { .. } => ("certificate", ErrorKind::Refusal, false),
            RewrapError::Nothing => ("nothing_to_do", ErrorKind::Refusal, false),
            RewrapError::Stranger { .. } => ("stranger", ErrorKind::Refusal, true),
            // The record that came, or a lock that did not sign the new one.
            RewrapError::Record(_) => ("material_wrong", ErrorKind::Tamper, false),
            RewrapError::Unreadable(_)
            | RewrapError::Session { .. }
            | RewrapError::Bid { .. }
            | RewrapError::Core(_)
            | RewrapError::Other(_) => ("material_wrong", ErrorKind::Tamper, true),
        };
        Self::room(code, kind, error.sentence(), error.to_string(), suspicious)
    }

    /// An act of the evaluation that is not signed.
    pub(super) fn act(error: &ActError) -> Self {
        match error {
            ActError::Unreadable(detail) => Self::detailed(BridgeRefusal::Unreadable, detail),
            ActError::Checkpoint(_) => {
                Self::room("material_wrong", ErrorKind::Tamper, error.sentence(), error.to_string(), true)
            }
        }
    }

    /// A record that is not signed.
    pub(super) fn record(error: &SignRecordError) -> Self {
        match error {
            SignRecordError::Lock(_) => BridgeRefusal::LockFailed.into(),
            other => {
                Self::room("material_wrong", ErrorKind::Tamper, other.sentence(), other.to_string(), true)
            }
        }
    }

    /// A statement that is not made or not signed.
    pub(super) fn statement(error: &LockError) -> Self {
        match error {
            LockError::Statement(bidroom_lock::StatementError::Field(field)) => {
                Self::detailed(BridgeRefusal::Unreadable, field)
            }
            _ => BridgeRefusal::LockFailed.into(),
        }
    }
}

/// The first sentence is the title.
fn words(text: &str, end: char) -> Words {
    let split = text.char_indices().find(|(at, c)| {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        *c == end && (end == '。' || rest.starts_with(' '))
    });
    let (title, body) = split.map_or((text, ""), |(at, c)| {
        (text.get(..at).unwrap_or_default(), text.get(at + c.len_utf8()..).unwrap_or_default())
    });
    Words { title: title.to_owned(), body: body.trim_start().to_owned() }
}

/// Trouble that tells nothing of what the lock was given.
pub(super) const fn is_the_locks_own(trouble: &LockTrouble) -> bool {
    matches!(
        trouble,
        LockTrouble::Absent { .. }
            | LockTrouble::Removed { .. }
            | LockTrouble::Replaced { .. }
            | LockTrouble::WrongPin { .. }
            | LockTrouble::PinLocked { .. }
            | LockTrouble::LastTry { .. }
            | LockTrouble::PinRefusedBefore { .. }
            | LockTrouble::PinShape { .. }
            | LockTrouble::PinNotSet { .. }
            | LockTrouble::Cannot { .. }
    )
}

const fn code(trouble: &LockTrouble) -> &'static str {
    match trouble {
        LockTrouble::Absent { .. } => "lock_absent",
        LockTrouble::Removed { .. } => "lock_removed",
        LockTrouble::Replaced { .. } => "lock_replaced",
        LockTrouble::WrongPin { .. } => "pin_wrong",
        LockTrouble::PinLocked { .. } => "pin_locked",
        LockTrouble::LastTry { .. } => "pin_last_try",
        LockTrouble::PinRefusedBefore { .. } => "pin_refused_before",
        LockTrouble::PinShape { .. } => "pin_shape",
        LockTrouble::PinNotSet { .. } => "pin_not_set",
        LockTrouble::Cannot { .. } => "lock_cannot",
        _ => "lock_trouble",
    }
}

#[cfg(test)]
mod tests {
    use bidroom_envelope::bid::package::OpenPackageError;
    use bidroom_envelope::bid::share::ShareRole;
    use bidroom_envelope::suite::sm2::UnwrapError;

    use super::*;

    #[test]
    fn the_first_sentence_is_the_title() {
        for (text, end, title, body) in [
            ("PIN 不正确，还可再试 2 次。请核对。", '。', "PIN 不正确，还可再试 2 次", "请核对。"),
            ("No lock. Plug it in.", '.', "No lock", "Plug it in."),
            ("Version 1.2 is old. Update.", '.', "Version 1.2 is old", "Update."),
            ("无", '。', "无", ""),
            ("", '.', "", ""),
        ] {
            let Words { title: found, body: rest } = words(text, end);
            assert_eq!((found.as_str(), rest.as_str()), (title, body));
        }
    }

    #[test]
    fn whatever_happens_with_a_key_looks_the_same() {
        let failures = [
            OpenPackageError::Malformed("x".into()),
            OpenPackageError::Device(UnwrapError::Device("x".into())),
            OpenPackageError::Check,
            OpenPackageError::Inside,
            OpenPackageError::NotReproduced,
            OpenPackageError::Commitment(ShareRole::Lock),
        ];
        for failure in failures {
            let refused = Refused::share(&GiveShareError::Package(failure));
            assert_eq!(*refused.error, BridgeRefusal::LockFailed.error(None));
            assert!(!refused.suspicious);
        }
    }
}
