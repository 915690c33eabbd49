//! What a page asks of the helper and what the helper tells. Typed only: there is no message by which bytes could be
//! handed over to be signed or a package to be opened for its own sake.

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::Trouble;
use serde::{Deserialize, Serialize};

use crate::{Accepted, Answer, ApiError, Ask, PresentLock};

/// A page's request with its number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Chosen by the page; the answer names it.
    pub number: u32,
    /// The request.
    pub request: Request,
}

/// What a page can ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Which locks are there.
    Locks,
    /// Use this lock from now on. Its PIN is asked for with the first thing that needs it.
    Choose {
        /// [`BridgeLock::id`].
        lock: String,
    },
    /// Forget the lock and its PIN.
    PutAway,
    /// Do an act with the lock. What a page says of publication and log in it is not read: the helper has its own.
    Act(Box<Ask>),
    /// The room has acknowledged a share that was given: the helper stops worrying.
    Acknowledged {
        /// SM3 of the signed consent.
        statement: Sm3Digest,
        /// What the room answered.
        accepted: Accepted,
    },
}

/// How often a PIN may still be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinLeft {
    /// The device counts.
    Exact {
        /// Tries left.
        left: u32,
        /// Tries after a right PIN.
        of: u32,
    },
    /// No PIN was wrong lately; the device tells no number.
    Enough,
    /// A PIN was wrong since the last right one.
    Low,
    /// One more failure locks.
    Last,
    /// Locked.
    Locked,
    /// A drill's soft lock.
    Unlimited,
}

/// A lock as the page shows it. Everything is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeLock {
    /// Names it among the locks of this computer.
    pub id: String,
    /// The lock.
    pub lock: PresentLock,
    /// Whether a certificate says main or sub; otherwise it is assumed.
    pub kind_stated: bool,
    /// PIN tries.
    pub tries: PinLeft,
    /// It cannot sign here.
    pub cannot_sign: bool,
    /// It cannot decrypt here.
    pub cannot_open: bool,
    /// The device as it names itself.
    pub device: String,
}

/// Something that looks like a lock and cannot be used, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddLock {
    /// Where.
    pub at: String,
    /// Why, Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The locks of the computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockList {
    /// Usable ones.
    pub locks: Vec<BridgeLock>,
    /// Others.
    pub odd: Vec<OddLock>,
}

/// What the helper is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The holder reads the helper's window.
    Window,
    /// The lock works.
    Device,
    /// The room is asked for evidence.
    Evidence,
}

/// What the helper tells a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// Number of the [`Call`]; 0 where nobody asked.
    pub number: u32,
    /// What.
    pub what: What,
}

/// What is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It goes on.
    Stage(Stage),
    /// Done.
    Done(Box<Done>),
    /// Not done; nothing was signed and nothing left the lock.
    Refused(Box<ApiError>),
    /// What went wrong on this computer while a share was asked for, as the room learns it. The refusal follows.
    Trouble {
        /// What.
        trouble: Trouble,
        /// The helper has told the room itself; where it has not, the page does.
        reported: bool,
    },
    /// A share whose acknowledgement never came was handed in by the helper itself.
    Delivered {
        /// SM3 of the signed consent.
        statement: Sm3Digest,
        /// What the room answered; checked.
        accepted: Accepted,
    },
    /// A share whose acknowledgement never came could not be handed in; the holder was sent to the counter.
    Undelivered {
        /// SM3 of the signed consent.
        statement: Sm3Digest,
    },
}

/// What was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// [`Request::Locks`].
    Locks(LockList),
    /// [`Request::Choose`]: the lock that will be used.
    Chosen(BridgeLock),
    /// [`Request::PutAway`] and [`Request::Acknowledged`].
    Noted,
    /// [`Request::Act`].
    Act(Answer),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn unreadable(text: &str) {
        assert!(serde_json::from_str::<Call>(text).is_err(), "{text}");
    }

    #[test]
    fn there_is_no_way_to_hand_over_bytes() {
        let call: Call = serde_json::from_str(r#"{"number":1,"request":"locks"}"#).unwrap();
        assert!(matches!(call.request, Request::Locks));
        let act = r#"{"number":2,"request":{"act":{"sign_in":{"session":"YZ-1"}}}}"#;
        let call: Call = serde_json::from_str(act).unwrap();
        assert!(matches!(&call.request, Request::Act(ask) if matches!(**ask, Ask::SignIn { .. })));
        unreadable(r#"{"number":1,"request":{"act":{"sign":{"bytes":"AAAA"}}}}"#);
        unreadable(r#"{"number":1,"request":{"act":{"open":{"package":"AAAA"}}}}"#);
        unreadable(r#"{"number":1,"request":{"act":{"consent":{"session":"YZ-1"}}}}"#);
        unreadable(r#"{"number":1,"request":{"choose":{"lock":"a","pin":"123456"}}}"#);
        unreadable(r#"{"number":1,"request":"locks","statement":"bidroom/consent/v1"}"#);
        // A challenge is a challenge: what it carries besides has nowhere to go.
        unreadable(
            r#"{"number":1,"request":{"act":{"log_in":{"statement":"bidroom/consent/v1","session":"s","envelope":1}}}}"#,
        );
    }
}
