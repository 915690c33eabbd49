//! The token bridge: what a page and the helper on its user's computer say to each other, and how the room relays it.
//!
//! 1. Pairing. By hand: the helper asks for a place (`POST /api/v1/bridge/offers` → [`PairingCode`]) and shows its code,
//!    which the user types into the page (`POST …/bridge/claims` with [`ClaimBody`] → [`PairingEnd`]). By a link: the page
//!    asks (`POST …/bridge/invitations` → [`Invitation`]), the helper started by the link comes with the link's token
//!    (`POST …/bridge/acceptances` with [`AcceptBody`] → [`PairingCode`]), and both show the same code.
//! 2. Talking. Each end has a token of its own (`Authorization: Bearer`), numbers what it sends from 1 (`POST
//!    …/bridge/messages` with [`Post`]) and asks for what came (`GET …/bridge/messages?after=N&wait=S` → [`Heard`]). A
//!    number that was taken before is taken again without effect; what was asked for with `after` is forgotten.
//! 3. `POST …/bridge/end` ends it.
//!
//! The room reads no message. What is inside is typed here: the page sends [`Call`]s, the helper answers with [`Told`].

mod refusal;
mod talk;

use serde::{Deserialize, Serialize};

pub use refusal::BridgeRefusal;
pub use talk::{BridgeLock, Call, Done, LockList, OddLock, PinLeft, Request, Stage, Told, What};

/// Longest message that is relayed, bytes: the material of a bid with 256 documents is a third of it.
pub const MESSAGE_BYTES: usize = 96 * 1024;
/// Digits of a pairing code, shown in two groups of four.
pub const CODE_DIGITS: usize = 8;
/// Longest time that asking for messages waits, seconds.
pub const LONGEST_WAIT: u32 = 25;

/// What a helper gets: its end of a pairing and the code to show.
#[derive(Clone, Serialize, Deserialize)]
pub struct PairingCode {
    /// The helper's token.
    pub token: String,
    /// Eight digits.
    pub code: String,
    /// Seconds until the pairing must be made.
    pub seconds: u32,
}

/// What a page gets that typed a code: its end of the pairing.
#[derive(Clone, Serialize, Deserialize)]
pub struct PairingEnd {
    /// The page's token.
    pub token: String,
}

/// What a page gets that asks for a link.
#[derive(Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// The page's token.
    pub token: String,
    /// What goes into the link; good once.
    pub link: String,
    /// Eight digits, to be compared with the helper's window.
    pub code: String,
    /// Seconds until the helper must have come.
    pub seconds: u32,
}

macro_rules! hides_its_tokens {
    ($($name:ident),*) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

hides_its_tokens!(PairingCode, PairingEnd, Invitation);

/// Body of a claim: the code that the user typed. Anything but digits is left out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimBody {
    /// What was typed.
    pub code: String,
}

/// Body of an acceptance: the token of the link.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// The link's token.
    pub link: String,
}

hides_its_tokens!(AcceptBody);

/// One relayed message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Its number, from 1, of this direction.
    pub number: u64,
    /// JSON of a [`Call`] or a [`Told`]; at most [`MESSAGE_BYTES`].
    pub body: String,
}

/// Whether the other end is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// It never came.
    Awaited,
    /// It asked for messages lately.
    Here,
    /// It was there and has not asked for messages for a while; it may come back.
    Away,
}

/// Why a pairing is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// This end ended it.
    BySelf,
    /// The other end ended it.
    ByOther,
    /// An end was silent for too long.
    Silent,
    /// Nobody came in time.
    Late,
}

/// What came for an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The other end.
    pub peer: Peer,
    /// Set once it is over; then nothing more comes.
    pub ended: Option<Ended>,
    /// Messages after the asked number, in order.
    pub messages: Vec<Post>,
}

/// A code in two groups, as it is shown.
pub fn grouped(code: &str) -> String {
    let digits: Vec<char> = code.chars().collect();
    digits.chunks(CODE_DIGITS / 2).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_shown_in_two_groups_and_tokens_not_at_all() {
        assert_eq!(grouped("47190238"), "4719 0238");
        assert_eq!(grouped(""), "");
        let end = PairingEnd { token: "secret".to_owned() };
        assert!(!format!("{end:?}").contains("secret"));
    }
}
