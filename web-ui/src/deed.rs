//! What a reader can do, and what came of it. Doing it is the connection's business.

use crate::text::Both;
use crate::ui::Kind;
use bidroom_domain::StaffRole;
use bidroom_domain::opening::Fate;

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
    /// Forget the open lock and the sign-in.
    CloseLock,
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
    /// The room's signed acknowledgement of what was done last.
    pub receipt: Option<Vec<u8>>,
    /// Drill locks that can be opened with one press; in the demo only.
    pub offered: Vec<Offered>,
}

impl Doing {
    /// Whether a deed like this is under way.
    pub fn is_busy(&self, like: fn(&Deed) -> bool) -> bool {
        self.busy.as_ref().is_some_and(like)
    }
}
