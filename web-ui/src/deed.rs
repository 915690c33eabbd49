//! What a reader can do, and what came of it. Doing it is the connection's business.

use crate::text::Both;
use crate::ui::Kind;
use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::Fate;
use bidroom_domain::{At, StaffRole};
use bidroom_wire::{CeremonyView, HealthView, SuccessorFiles};

/// Something a reader wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Open the lock in this file with this password and sign in.
    OpenLock {
        /// The file's bytes.
        file: Vec<u8>,
        /// The password; the page forgets it at once.
        password: Password,
    },
    /// Open the drill lock that the room offers at this place.
    OpenOffered(usize),
    /// Pair with the helper that shows this code.
    PairHelper(String),
    /// Have a link made that starts a helper, and wait for it.
    StartHelper,
    /// Ask the helper again which locks are there.
    FindLocks,
    /// Use this lock of the helper's computer and sign in.
    UseLock(String),
    /// End the pairing with the helper.
    EndHelper,
    /// Forget the open lock and the sign-in.
    CloseLock,
    /// 验锁: the open lock shows that it opens the own bid.
    Probe,
    /// Remember the open lock as one that shall open the own bid, and put it away for one that does.
    AddLock,
    /// Do not.
    ForgetLock,
    /// Have the open lock wrap the bid's lock share to the one that is remembered.
    Rewrap,
    /// A bidder signs in to the session 签到.
    SignIn,
    /// Hand in the lock's share.
    HandIn,
    /// Confirm the record.
    Confirm,
    /// Object.
    Object(String),
    /// An officer gives its share.
    Authorise,
    /// See where the officers' ceremony stands; done beside whatever is under way.
    LookAtCeremony,
    /// An officer's step before the opening.
    Ceremony(CeremonyDeed),
    /// See how the room is doing; done beside whatever is under way.
    LookAtHealth,
    /// Staff: have every device use each of its keys once.
    CheckHealth,
    /// Host: open the unlock window.
    StartUnlock,
    /// Host: end collecting, open all together.
    Open,
    /// Host: have this row read aloud.
    Announce(u32),
    /// Host: end the reading.
    FinishAnnouncing,
    /// Host: close the opening.
    Close,
    /// A member of staff signs the record.
    Sign,
    /// Host: record why nobody signs in this role.
    Absence(StaffRole, String),
    /// Host: stop the clock, for this reason.
    StopClock(String),
    /// Host: let the clock run on.
    ResumeClock,
    /// Host: reply to the objection with this number.
    Answer(u32, String),
    /// Host: stop the window of this row's bidder, for this reason.
    Hold(u32, String),
    /// Host: let the window of this row's bidder run on.
    Release(u32),
    /// Supervisor: agree with the fate of this row, or contest it for this reason.
    JudgeFate(u32, Option<String>),
    /// A bidder: ask for the remedy key, for this reason.
    AskRemedyKey(String),
    /// Host: allow the request of this row for the remedy key, for this reason.
    AllowRemedyKey(u32, String),
    /// Supervisor: agree with the request of this row for the remedy key.
    AgreeRemedyKey(u32),
    /// Host: settle why the bid of this row was not handed in.
    Attribute(u32, Fate, String),
    /// Host: import a tender package.
    Import(Vec<u8>),
    /// Keep the evidence that disagrees.
    SaveEvidence,
    /// Keep the room's signed acknowledgement of what was done last.
    SaveReceipt,
    /// Keep the raw proof of a row.
    SaveProof(u32),
}

/// A step of the officers' ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CeremonyDeed {
    /// Have the own lock challenged.
    Probe,
    /// Confirm the time after a step of the room's clock.
    ConfirmTime {
        /// Number of the step.
        step: u64,
        /// Another source shows that the room is right, although this computer's clock is far off.
        far: bool,
    },
    /// Agree that this lock takes an officer's place.
    Replace(SuccessorFiles),
}

/// A password on its way from the field to the lock; never shown, never compared.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What a deed ran into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Refusal, fault, tamper.
    pub kind: Kind,
    /// What happened.
    pub head: Both,
    /// What stays safe, what to do.
    pub text: Both,
    /// The clause, or details.
    pub clause: Option<Both>,
}

/// An open lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLock {
    /// 主锁, 副锁 or 授权锁.
    pub kind: Both,
    /// Holder.
    pub holder: String,
    /// Certificate authority.
    pub authority: String,
    /// Serial in groups of four.
    pub serial: String,
    /// Last four digits.
    pub tail: String,
    /// Last four digits of the encryption certificate, to which bids are sealed.
    pub opens: String,
    /// Valid until, as a date.
    pub valid_until: String,
    /// The same moment.
    pub not_after: At,
    /// The encryption certificate (DER).
    pub certificate: Vec<u8>,
    /// SM3 of it: how the room names the locks a bid is sealed to.
    pub recipient: Sm3Digest,
}

/// The helper, as the page shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Helper {
    /// No pairing.
    #[default]
    Absent,
    /// A link was made: the code to compare, and the link.
    Invited {
        /// Eight digits in two groups.
        code: String,
        /// The link.
        href: String,
    },
    /// Paired: the locks of its computer.
    Paired(Vec<HelperLock>),
}

/// A lock of the helper's computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelperLock {
    /// How it is chosen; none where it cannot be used.
    pub id: Option<String>,
    /// Whose, which.
    pub name: Both,
    /// Authority, validity and PIN tries; or why it cannot be used.
    pub note: Both,
}

/// A drill lock that the demo's room offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its place in the room's list.
    pub place: usize,
    /// Whose, which.
    pub name: Both,
    /// A bidder's.
    pub bidder: bool,
    /// An officer's.
    pub officer: bool,
    /// The host's.
    pub host: bool,
}

/// What the reader of this page is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doing {
    /// The deed under way.
    pub busy: Option<Deed>,
    /// What the last deed ran into.
    pub trouble: Option<Trouble>,
    /// A sentence about what was done last.
    pub done: Option<Both>,
    /// Name of the person signed in.
    pub signed_in: Option<String>,
    /// The open lock.
    pub lock: Option<OpenLock>,
    /// The lock that shall open the own bid as well, until another has wrapped the share to it.
    pub newcomer: Option<OpenLock>,
    /// The room's signed acknowledgement of what was done last.
    pub receipt: Option<Vec<u8>>,
    /// Where the officers' ceremony stands, as far as it was told.
    pub ceremony: Option<CeremonyView>,
    /// How the room is doing, as far as it was told.
    pub health: Option<HealthView>,
    /// Why the latest of the two could not be learnt.
    pub unseen: Option<Trouble>,
    /// The helper.
    pub helper: Helper,
    /// What the helper waits for.
    pub stage: Option<Both>,
    /// The room is in a drill: soft locks may be used.
    pub drill: bool,
    /// Drill locks that can be opened with one press; in the demo only.
    pub offered: Vec<Offered>,
}

impl Doing {
    /// Whether a deed like this is under way.
    pub fn is_busy(&self, like: fn(&Deed) -> bool) -> bool {
        self.busy.as_ref().is_some_and(like)
    }
}
