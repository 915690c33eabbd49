//! What the room asks of custody and what custody answers; the same values in one process and over a socket.

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_domain::evaluation::{CommitteeList, DrawOf};
use bidroom_domain::opening::{KeysPublished, OfficersRedealt};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::bid::share::{Share, Shares};
use bidroom_judging::{EvidenceName, Objection};
use bidroom_ledger::entry::Opening;
use bidroom_lock::OneDocumentRequest;
use bidroom_tender::{RoomIdentity, SealedListError};
use bidroom_wire::promise::RoomStatement;
use bidroom_wire::{ClockQuality, CustodyView, HealthDevice, SignedClock};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// An entry with the openings of all its commitments: custody reads everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryBytes {
    /// The entry: canonical JSON, the leaf's bytes.
    pub entry: Base64Bytes,
    /// Openings of all its commitments.
    pub openings: Vec<Opening>,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Which.
    pub name: EvidenceName,
    /// Its bytes.
    pub bytes: Base64Bytes,
}

/// A question to custody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Who the room is: its keys and certificates.
    Identity,
    /// The devices and whether they answer.
    Devices,
    /// How the devices are doing; with `check` each uses every key once first.
    Health {
        /// Whether keys are used.
        check: bool,
    },
    /// What has happened to devices and clock, as far as it concerns a session; asked every second.
    Condition {
        /// The session.
        session: SessionId,
    },
    /// Takes up a session: the signed package, and the publication if there is one. Answers where its log stands.
    Open {
        /// The session.
        session: SessionId,
        /// The signed tender package (DER).
        package: Base64Bytes,
        /// The signed publication (DER) that the log names.
        publication: Option<Base64Bytes>,
        /// The signed documents (DER) by which the officers' key was dealt again, as the log names them.
        redeals: Vec<Base64Bytes>,
    },
    /// Makes the lot's keys in every device, deals the officers' key, signs the publication. Only before
    /// `keys.published`; asked again it makes new ones.
    Prepare {
        /// The session.
        session: SessionId,
        /// Now, for the certificates; checked against custody's clock.
        at: At,
    },
    /// Makes a challenge to the holder of an encryption certificate, and signs it.
    Probe {
        /// The session.
        session: SessionId,
        /// Now; checked against custody's clock.
        at: At,
        /// The certificate (DER).
        certificate: Base64Bytes,
    },
    /// Deals the officers' key again to the officers to whom enough officers agreed. Only before the deadline; asked again
    /// it deals anew.
    Redeal {
        /// The session.
        session: SessionId,
        /// Now; checked against custody's clock.
        at: At,
        /// The parts of those who agreed, and the certificates of the new officers.
        evidence: Vec<Evidence>,
    },
    /// Judges entries that follow the first `from`. Those that custody signed before are only compared with what it
    /// signed; later ones must be admissible, with their evidence.
    Judge {
        /// The session.
        session: SessionId,
        /// How many entries come before these.
        from: u64,
        /// The entries.
        entries: Vec<EntryBytes>,
        /// What they rest on.
        evidence: Vec<Evidence>,
    },
    /// Signs the checkpoint over the first `size` entries, which were judged and are durable in the room's store.
    Sign {
        /// The session.
        session: SessionId,
        /// How many entries.
        size: u64,
    },
    /// The three shares of a bid, once `opening.closed` is signed.
    Shares {
        /// The session.
        session: SessionId,
        /// The bid.
        bid: Sm3Digest,
        /// Its head, the consent with its packages, and those of the officers.
        evidence: Vec<Evidence>,
    },
    /// The receipt of a bid that a signed entry records, or of later key packages for it.
    Receipt {
        /// The session.
        session: SessionId,
        /// The bid.
        bid: Sm3Digest,
        /// The record of key packages that replaced the first one; none for the bid itself.
        packages: Option<Sm3Digest>,
    },
    /// Certifies a key that a member of the committee made for one document. Only from the member's sign-in on, while it
    /// belongs to the committee.
    CertifyMember {
        /// The session.
        session: SessionId,
        /// Now; checked against custody's clock.
        at: At,
        /// Index of the member.
        member: u8,
        /// The key, the document, and the proof that whoever asks has the key.
        request: OneDocumentRequest,
    },
    /// The room's value for a draw, once the signed log says that it is due.
    Draw {
        /// The session.
        session: SessionId,
        /// Now; checked against custody's clock.
        at: At,
        /// What is drawn.
        of: DrawOf,
    },
    /// Looks into a sealed list of experts: whether it opens and makes a committee. With `open` answers the list, once the
    /// signed log says that this very list is to be opened.
    Committee {
        /// The session.
        session: SessionId,
        /// The sealed list.
        sealed: Base64Bytes,
        /// Whether it is opened.
        open: bool,
    },
    /// Signs an acknowledgement.
    Say {
        /// What is said.
        statement: RoomStatement,
    },
    /// Signs the room's time.
    Clock {
        /// The time; checked against custody's clock.
        at: At,
        /// How good it is.
        quality: ClockQuality,
    },
}

/// Where the log of a session stands for custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionHead {
    /// How many entries custody has signed.
    pub signed: u64,
    /// How many of them it has read since it was started: the room sends the rest.
    pub read: u64,
}

/// What `Prepare` made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepared {
    /// The signed publication (DER).
    pub publication: Base64Bytes,
    /// The event that publishes it.
    pub event: KeysPublished,
    /// The officers' parts, enveloped to their locks, in the order of their indexes.
    pub dealt: Vec<Base64Bytes>,
}

/// What `Redeal` made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redealt {
    /// The signed document (DER).
    pub redeal: Base64Bytes,
    /// The event that publishes it.
    pub event: OfficersRedealt,
    /// The officers' parts, enveloped to their locks, in the order of their indexes.
    pub dealt: Vec<Base64Bytes>,
}

/// What has happened to devices and clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Names of the devices that do not answer.
    pub lost: Vec<String>,
    /// The last step of the machine's clock since the session began: its number, and by how many milliseconds.
    pub clock_step: Option<(u64, i64)>,
}

/// The three shares of a bid on their way to whoever decrypts its content.
#[derive(Clone)]
pub struct OpenedShares(pub Shares);

impl core::fmt::Debug for OpenedShares {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("OpenedShares(…)")
    }
}

impl Serialize for OpenedShares {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.0.lock.expose(), self.0.room.expose(), self.0.officers.expose()].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OpenedShares {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shares = Zeroizing::new(<[[u8; 32]; 3]>::deserialize(deserializer)?);
        let [lock, room, officers] = &*shares;
        Ok(Self(Shares {
            lock: Share::from_bytes(lock),
            room: Share::from_bytes(room),
            officers: Share::from_bytes(officers),
        }))
    }
}

/// The room's value for a draw: sealed where it numbers bids that are reviewed blind.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DrawValue(pub Hex32);

impl core::fmt::Debug for DrawValue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DrawValue(…)")
    }
}

/// A list of experts that was opened.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenedList(pub Box<CommitteeList>);

impl core::fmt::Debug for OpenedList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("OpenedList(…)")
    }
}

/// Custody's answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "answer", content = "with", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answer {
    /// To `Identity`.
    Identity(Box<RoomIdentity>),
    /// To `Devices`, main first.
    Devices(Vec<CustodyView>),
    /// To `Health`, main first.
    Health(Vec<HealthDevice>),
    /// To `Condition`.
    Condition(Condition),
    /// To `Open`.
    Head(SessionHead),
    /// To `Prepare`.
    Prepared(Box<Prepared>),
    /// To `Redeal`.
    Redealt(Box<Redealt>),
    /// To `Judge`: they may be appended.
    Admissible,
    /// To `Sign`: the finished note.
    Note(String),
    /// To `Shares`.
    Shares(OpenedShares),
    /// To `Shares`, where this bid alone cannot be opened, for good, by its bidder's cause: why.
    BidDoesNotOpen(String),
    /// To `Receipt`, `Say` and `Probe`: a signed statement (DER).
    Statement(Base64Bytes),
    /// To `CertifyMember`: the certificate (DER).
    Certificate(Base64Bytes),
    /// To `Draw`.
    Value(DrawValue),
    /// To `Committee`: it opens, and makes a committee; nothing is told of it.
    ListSealed,
    /// To `Committee`, opened.
    List(OpenedList),
    /// To `Committee`, where something is wrong with it: what.
    ListRefused(SealedListError),
    /// To `Receipt`, where no signed entry records that bid.
    NoSuchBid,
    /// To `Clock`.
    Clock(SignedClock),
}

/// Of which of the three kinds a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A rule said no; nothing was changed.
    Refusal,
    /// Something failed; it may work later.
    Fault,
    /// Evidence disagrees.
    Tamper,
}

/// Why custody did not do what it was asked. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Problem {
    /// The rules, or the evidence behind an event, say no.
    #[error("custody objects: {why}")]
    Objection {
        /// What speaks against it.
        why: String,
    },
    /// A share does not fit what was sealed; how is not told.
    #[error("the share does not fit what was sealed")]
    Share,
    /// The trustees' parts are those that the bidder sealed to them, and do not give the lock share that it committed to.
    #[error("the trustees' parts were dealt wrongly: they do not give the committed share")]
    Dealt,
    /// The answer to a challenge is not that of the lock, or the challenge does not count any more.
    #[error("the answer to the challenge does not count: {why}")]
    Probe {
        /// Why.
        why: String,
    },
    /// The time that an entry claims is not custody's time.
    #[error("the entry says {}, custody's clock says {}", .said.0, .now.0)]
    Time {
        /// The entry's time.
        said: At,
        /// Custody's.
        now: At,
    },
    /// The machine's clock was set, and nobody has confirmed the time since.
    #[error("the clock was set by {millis} ms; the time must be confirmed before anything is opened")]
    ClockSet {
        /// By how much.
        millis: i64,
    },
    /// It is not yet, or no longer, the time for this.
    #[error("{what} is not possible in this phase")]
    Phase {
        /// What was asked.
        what: String,
    },
    /// Custody does not know this session; `Open` comes first.
    #[error("custody has not taken up session {session}")]
    Unknown {
        /// Which.
        session: SessionId,
    },
    /// The log that the room shows is not the one that custody signed.
    #[error("the log is not the one custody signed: {what}")]
    OtherLog {
        /// What with what.
        what: String,
    },
    /// Custody's own disk is full.
    #[error("custody's disk is full")]
    Full,
    /// No device answers: nothing is signed and nothing is opened until one does.
    #[error("no device answers; the last one said: {why}")]
    Devices {
        /// What the last one said. Never a secret.
        why: String,
    },
    /// A device, a disk or the link failed.
    #[error("{what}: {why}")]
    Fault {
        /// What was done.
        what: String,
        /// What went wrong. Never a secret.
        why: String,
    },
}

impl Problem {
    /// A fault with its place and reason.
    pub fn fault(what: &str, why: &impl core::fmt::Display) -> Self {
        Self::Fault { what: what.to_owned(), why: why.to_string() }
    }

    /// Of which kind it is.
    pub const fn kind(&self) -> ProblemKind {
        match self {
            Self::Objection { .. }
            | Self::Share
            | Self::Dealt
            | Self::Probe { .. }
            | Self::Phase { .. }
            | Self::ClockSet { .. } => ProblemKind::Refusal,
            Self::Time { .. }
            | Self::Unknown { .. }
            | Self::Full
            | Self::Devices { .. }
            | Self::Fault { .. } => ProblemKind::Fault,
            Self::OtherLog { .. } => ProblemKind::Tamper,
        }
    }
}

impl From<Objection> for Problem {
    fn from(objection: Objection) -> Self {
        Self::Objection { why: objection.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_wire::promise::SubmissionAcknowledgement;

    #[track_caller]
    fn check<T: Serialize + serde::de::DeserializeOwned>(value: &T) {
        let text = serde_json::to_string(value).unwrap();
        let again: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }

    #[test]
    fn questions_and_answers_are_read_back() {
        let session: SessionId = "T-1".parse().unwrap();
        let digest = Sm3Digest::of(b"bid");
        let evidence = Evidence { name: EvidenceName::head(&digest), bytes: Base64Bytes(vec![1, 2]) };
        let opening = Opening { path: "by".into(), salt: bidroom_canon::Hex32([7; 32]), value: 1.into() };
        let entry = EntryBytes { entry: Base64Bytes(b"{}".to_vec()), openings: vec![opening] };
        let quality =
            ClockQuality {
                sources_zh: vec!["本机".into()], sources_en: Vec::new(), within_millis: Some(1)
            };
        check(&Request::Identity);
        check(&Request::Devices);
        check(&Request::Health { check: true });
        check(&Request::Open {
            session: session.clone(),
            package: Base64Bytes(vec![0]),
            publication: None,
            redeals: vec![Base64Bytes(vec![1])],
        });
        check(&Request::Condition { session: session.clone() });
        let certificate = Base64Bytes(vec![3]);
        check(&Request::Probe { session: session.clone(), at: At(1), certificate });
        check(&Request::Redeal { session: session.clone(), at: At(1), evidence: Vec::new() });
        check(&Request::Receipt { session: session.clone(), bid: digest, packages: Some(digest) });
        let condition = Condition { lost: vec!["main".into()], clock_step: Some((2, -5000)) };
        check(&Ok::<_, Problem>(Answer::Condition(condition)));
        check(&Request::Judge {
            session: session.clone(),
            from: 7,
            entries: vec![entry],
            evidence: vec![evidence],
        });
        check(&Request::Sign { session: session.clone(), size: 1 });
        check(&Request::Clock { at: At(1_773_798_000_000), quality });
        let request =
            OneDocumentRequest { document: digest, key: Base64Bytes(vec![4]), proof: Base64Bytes(vec![5]) };
        check(&Request::CertifyMember { session: session.clone(), at: At(1), member: 3, request });
        check(&Ok::<_, Problem>(Answer::Certificate(Base64Bytes(vec![6]))));
        let of = DrawOf::Numbers { bids: vec![1, 3], first: 4 };
        check(&Request::Draw { session: session.clone(), at: At(1), of });
        check(&Ok::<_, Problem>(Answer::Value(DrawValue(Hex32([8; 32])))));
        check(&Request::Committee { session: session.clone(), sealed: Base64Bytes(vec![7]), open: true });
        check(&Ok::<_, Problem>(Answer::ListSealed));
        let list = CommitteeList { salt: Hex32([9; 32]), members: Vec::new() };
        check(&Ok::<_, Problem>(Answer::List(OpenedList(Box::new(list)))));
        let elsewhere = SealedListError::OtherSession { session: session.clone() };
        for refused in [elsewhere, SealedListError::Damaged, SealedListError::TooLong { most: 9 }] {
            check(&Ok::<_, Problem>(Answer::ListRefused(refused)));
        }
        let statement = RoomStatement::Submission(SubmissionAcknowledgement {
            at: At(1),
            bid: digest,
            bidder: "91370000MA3U99999X".into(),
            packages: digest,
            sequence: 1,
            session: session.clone(),
        });
        check(&Request::Say { statement });
        check(&Ok::<_, Problem>(Answer::Admissible));
        check(&Ok::<_, Problem>(Answer::Head(SessionHead { signed: 1, read: 0 })));
        check(&Err::<Answer, _>(Problem::Unknown { session }));
        check(&Err::<Answer, _>(Problem::Time { said: At(1), now: At(2) }));
        check(&Err::<Answer, _>(Problem::Share));
        check(&Err::<Answer, _>(Problem::Dealt));
        let share = |byte| Share::from_bytes(&[byte; 32]);
        let shares = Shares { lock: share(1), room: share(2), officers: share(3) };
        check(&Ok::<_, Problem>(Answer::Shares(OpenedShares(shares))));
    }
}
