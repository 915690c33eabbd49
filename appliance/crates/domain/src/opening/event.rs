//! Events: what happened, in the past tense.
//!
//! An event's private fields are `Private<T>`: always present in the room's own log, and present for a reader only
//! where the ledger disclosed them.

use std::collections::BTreeMap;

use bidroom_canon::{Hex32, ShapeError, Sm3Digest, from_tree, take_kind};
use serde::de::{self, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::{At, Bidder, CreditCode, LotFacts, StaffRole};

/// A field that stands in the log as a commitment; `None` for a reader to whom it was not disclosed.
pub type Private<T> = Option<T>;

/// The session exists: the signed tender package was imported. Always entry 0 of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCreated {
    /// SM3 of the signed tender package.
    pub package: Sm3Digest,
    /// Origin line of the log.
    pub origin: String,
    /// The lot's facts and policy.
    pub lot: Box<LotFacts>,
}

/// The keys of one custody device for this lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceKeys {
    /// `main` or `standby`.
    pub device: String,
    /// Where the private keys live, in Chinese, as custody described itself.
    pub level_zh: String,
    /// The same in English.
    pub level_en: String,
    /// SM3 of the tender key's certificate.
    pub tender_certificate: Sm3Digest,
    /// SM3 of the opening key's certificate.
    pub opening_certificate: Sm3Digest,
}

/// The room made its keys, dealt the officers' key and published both; receiving begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysPublished {
    /// SM3 of the signed publication.
    pub publication: Sm3Digest,
    /// Devices, main first.
    pub devices: Vec<DeviceKeys>,
    /// SM3 of the officers' key's certificate.
    pub officers_certificate: Sm3Digest,
}

/// A bid was wholly stored before the deadline; it replaces the bidder's earlier one, if any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidReceived {
    /// Whose bid.
    pub bidder: Private<Bidder>,
    /// Digest of the bid.
    pub bid: Private<Sm3Digest>,
    /// Digest of the key-package record.
    pub packages: Private<Sm3Digest>,
    /// The submission's sequence, from 1.
    pub sequence: Private<u32>,
    /// Length of the file in bytes.
    pub length: Private<u64>,
}

/// A bidder withdrew its bid before the deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidWithdrawn {
    /// Whose bid.
    pub bidder: Private<Bidder>,
    /// Digest of the bid.
    pub bid: Private<Sm3Digest>,
    /// SM3 of the signed statement.
    pub statement: Private<Sm3Digest>,
}

/// A bidder began to send a replacement of its bid, which stays unfinished unless [`BidReceived`] follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplacementStarted {
    /// Whose bid.
    pub bidder: Private<Bidder>,
    /// Digest of the bid that is to come.
    pub bid: Private<Sm3Digest>,
}

/// A bidder signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidderSignedIn {
    /// Who.
    pub bidder: Private<Bidder>,
    /// SM3 of the signed statement.
    pub statement: Private<Sm3Digest>,
}

/// The deadline passed; receiving is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlinePassed {
    /// The deadline as it stood in the tender package.
    pub deadline: At,
}

/// A bidder of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRow {
    /// Place in the roster, from 1, in the order of arrival.
    pub number: u32,
    /// Who.
    pub bidder: Bidder,
    /// Digest of the bid that stands.
    pub bid: Sm3Digest,
    /// When it was received.
    pub received_at: At,
    /// Whether the bidder signed in.
    pub signed_in: bool,
}

/// The roster was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterPublished {
    /// All bidders whose bids stand.
    pub rows: Vec<RosterRow>,
}

/// The opening was refused by a rule; bids stay sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningRefused {
    /// How many bidders there were (at the deadline) or unlocked (at the close).
    pub bidders: u32,
    /// How many the policy asks for.
    pub minimum: u32,
    /// The clause.
    pub clause: String,
}

/// An officer gave its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareAuthorised {
    /// Index of the share.
    pub index: u8,
    /// The officer's name.
    pub name: String,
    /// Last four digits of the lock's certificate serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The unlock window opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlockStarted {
    /// Attempt, from 1; part of every consent.
    pub attempt: u32,
    /// When the window ends, if the clock is not stopped.
    pub ends_at: At,
}

/// A lock as it is shown to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockTag {
    /// `main` or `sub`, as the certificate or the bidder's account says.
    pub kind: LockKind,
    /// Name of the CA.
    pub authority: String,
    /// Last four hexadecimal digits of the encryption certificate's serial.
    pub tail: String,
}

/// Main or sub lock 主锁/副锁.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockKind {
    /// 主锁.
    Main,
    /// 副锁.
    Sub,
}

/// A bidder tried with a lock to which its bid is not sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockMismatched {
    /// Who.
    pub bidder: CreditCode,
    /// The lock that was present.
    pub present: LockTag,
    /// Tails of the locks the bid is sealed to.
    pub sealed_to: Vec<String>,
}

/// A bidder's lock share was handed in, checked and is held; nothing is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareCollected {
    /// Who.
    pub bidder: CreditCode,
    /// With which lock.
    pub lock: LockTag,
    /// Attempt it was given for.
    pub attempt: u32,
    /// SM3 of the signed consent.
    pub statement: Sm3Digest,
    /// SM3 over the enveloped share's packages.
    pub packages: Sm3Digest,
}

/// The clock of the unlock window stands still; the cause is the centre's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockStopped {
    /// Why, as the host or the room wrote it.
    pub reason: String,
    /// Milliseconds left in the window.
    pub remaining: i64,
}

/// The clock runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockResumed {
    /// New end of the window.
    pub ends_at: At,
}

/// Why collecting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCause {
    /// All shares were in.
    AllCollected,
    /// The window had ended.
    WindowEnded,
}

/// Collecting is closed: bids, shares and attempt are fixed. From here on decryption is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningClosed {
    /// Attempt.
    pub attempt: u32,
    /// Why now.
    pub cause: CloseCause,
    /// Officers whose shares are used.
    pub officers: Vec<u8>,
    /// Bids to be opened, with the digest of the consent for each.
    pub opens: Vec<FixedBid>,
    /// Bidders that handed in no share.
    pub missing: Vec<CreditCode>,
}

/// One bid that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedBid {
    /// Whose.
    pub bidder: CreditCode,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// SM3 of the signed consent.
    pub consent: Sm3Digest,
}

/// Why a bid could not be opened although its share was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCause {
    /// A package or share disagrees with what the bidder committed to.
    BidderMaterial,
    /// The room's device or key failed.
    RoomDevice,
    /// The content or the schedule is damaged or disagrees with its commitment.
    Content,
}

/// What became of a bid at the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// Opened; its schedule is a row of the table.
    Opened,
    /// No share was handed in.
    NotUnlocked,
    /// It could not be opened.
    Failed {
        /// Why.
        cause: FailureCause,
    },
}

// By hand, as every page carries it: see `LeafView` of the ledger.
impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Failed {
            cause: FailureCause,
        }
        let read = |tree| {
            let (kind, rest) = take_kind(tree, "is")?;
            match kind.as_str() {
                "opened" => from_tree(rest).map(|Nothing {}| Self::Opened),
                "not_unlocked" => from_tree(rest).map(|Nothing {}| Self::NotUnlocked),
                "failed" => from_tree(rest).map(|Failed { cause }| Self::Failed { cause }),
                other => Err(ShapeError::unknown_variant(other, &["opened", "not_unlocked", "failed"])),
            }
        };
        read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The outcome of one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidOutcome {
    /// Place in the roster.
    pub number: u32,
    /// Whose.
    pub bidder: CreditCode,
    /// What became of it.
    pub outcome: Outcome,
}

/// A bid's schedule as it was sealed, with the salt that proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRow {
    /// Canonical JSON of the schedule, exactly as it was sealed.
    pub schedule: String,
    /// The salt of its commitment in the core.
    pub salt: Hex32,
    /// The commitment in the core.
    pub commitment: Sm3Digest,
}

/// All bids were opened together; all schedules are published in this one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningOpened {
    /// Attempt.
    pub attempt: u32,
    /// Outcome of each bid of the roster, in its order.
    pub outcomes: Vec<BidOutcome>,
    /// Digest of the table: what confirmations refer to.
    pub table: Sm3Digest,
    /// Schedules by roster number; each a private field of its own, `rows.<number>`.
    #[serde(default)]
    pub rows: BTreeMap<u32, ScheduleRow>,
}

/// A bid's whole content was decrypted and agreed with all its commitments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyVerified {
    /// Whose.
    pub bidder: CreditCode,
    /// How many documents.
    pub documents: u32,
}

/// A bid's content disagreed with its commitments after its schedule had been published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyFailed {
    /// Whose.
    pub bidder: CreditCode,
    /// Why.
    pub cause: FailureCause,
}

/// What the law makes of a bid that was not unlocked (电子招标投标办法 第三十一条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// 视为撤销: by the bidder's own cause.
    Revoked,
    /// 视为撤回: by another cause; the bidder may claim its direct loss.
    Withdrawn,
}

/// The fate of a bid that was not unlocked was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidAttributed {
    /// Whose.
    pub bidder: CreditCode,
    /// Revoked or withdrawn.
    pub fate: Fate,
    /// The reason, for the record.
    pub reason: String,
}

/// A row is read aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidAnnounced {
    /// Roster number.
    pub number: u32,
}

/// All rows were read; bidders may confirm or object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnouncingFinished {
    /// Until when.
    pub confirm_until: At,
}

/// A bidder confirmed the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordConfirmed {
    /// Who.
    pub bidder: CreditCode,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// A bidder objected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRaised {
    /// Number of the objection, from 1.
    pub objection: u32,
    /// Who.
    pub bidder: CreditCode,
    /// What it says.
    pub text: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The host answered an objection on the spot (实施条例 第四十四条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswered {
    /// Number of the objection.
    pub objection: u32,
    /// The answer.
    pub text: String,
}

/// The opening is over and its record fixed; it is signed from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionClosed {
    /// Bidders that neither confirmed nor objected.
    pub silent: Vec<CreditCode>,
}

/// A member of staff signed the opening record (87号令 第四十二条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSigned {
    /// In which role.
    pub role: StaffRole,
    /// Name as in the tender package.
    pub name: String,
    /// SM3 of the signing certificate.
    pub certificate: Sm3Digest,
    /// Last four hexadecimal digits of the certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// Nobody signed the opening record in this role, and the host said why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureMissed {
    /// The role.
    pub role: StaffRole,
    /// The reason, for the record.
    pub reason: String,
}

macro_rules! events {
    ($($(#[$doc:meta])* $kind:literal => $name:ident [$($private:literal),*],)*) => {
        /// An event of an opening.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = concat!("`", $kind, "`")] $name($name),)*
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Self {
                Self::$name(event)
            }
        })*

        impl Event {
            /// All kinds, in the order of a session.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];

            /// The event's kind as it stands in the ledger.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind,)* }
            }

            /// The event's fields, public and private together.
            ///
            /// # Errors
            /// Never for an event this crate made; serde's signature allows it.
            pub fn fields(&self) -> Result<Map<String, Value>, serde_json::Error> {
                match self {
                    $(Self::$name(event) => serde_json::from_value(serde_json::to_value(event)?),)*
                }
            }

            /// Reads an event from its kind and the fields a reader has.
            ///
            /// # Errors
            /// [`EventError`] for an unknown kind, or unknown, missing or wrong fields.
            pub fn from_parts(kind: &str, fields: Map<String, Value>) -> Result<Self, EventError> {
                match kind {
                    $($kind => from_tree(Value::Object(fields)).map(Self::$name)
                        .map_err(|source| EventError::Fields { kind: kind.to_owned(), source }),)*
                    _ => Err(EventError::Kind(kind.to_owned())),
                }
            }

            /// Names of the fields that are private in every event of this kind.
            fn private_names(&self) -> &'static [&'static str] {
                match self { $(Self::$name(_) => &[$($private),*],)* }
            }
        }
    };
}

impl Event {
    /// Paths of the private fields, as the ledger commits to them.
    pub fn private_paths(&self) -> Vec<String> {
        match self {
            Self::OpeningOpened(opened) => {
                opened.rows.keys().map(|number| format!("rows.{number}")).collect()
            }
            event => event.private_names().iter().map(|&name| name.to_owned()).collect(),
        }
    }
}

/// Why kind and fields are no event.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A kind this version does not know.
    #[error("unknown kind of event {0:?}")]
    Kind(String),
    /// Unknown, missing or wrong fields.
    #[error("fields of {kind}: {source}")]
    Fields {
        /// The kind.
        kind: String,
        /// What is wrong.
        source: ShapeError,
    },
}

events! {
    "session.created" => SessionCreated [],
    "keys.published" => KeysPublished [],
    "bid.replacement_started" => ReplacementStarted ["bidder", "bid"],
    "bid.received" => BidReceived ["bidder", "bid", "packages", "sequence", "length"],
    "bid.withdrawn" => BidWithdrawn ["bidder", "bid", "statement"],
    "bidder.signed_in" => BidderSignedIn ["bidder", "statement"],
    "deadline.passed" => DeadlinePassed [],
    "roster.published" => RosterPublished [],
    "opening.refused" => OpeningRefused [],
    "share.authorised" => ShareAuthorised [],
    "unlock.started" => UnlockStarted [],
    "lock.mismatched" => LockMismatched [],
    "share.collected" => ShareCollected [],
    "clock.stopped" => ClockStopped [],
    "clock.resumed" => ClockResumed [],
    "opening.closed" => OpeningClosed [],
    "opening.opened" => OpeningOpened [],
    "body.verified" => BodyVerified [],
    "body.failed" => BodyFailed [],
    "bid.attributed" => BidAttributed [],
    "bid.announced" => BidAnnounced [],
    "announcing.finished" => AnnouncingFinished [],
    "record.confirmed" => RecordConfirmed [],
    "objection.raised" => ObjectionRaised [],
    "objection.answered" => ObjectionAnswered [],
    "session.closed" => SessionClosed [],
    "record.signed" => RecordSigned [],
    "signature.missed" => SignatureMissed [],
}
