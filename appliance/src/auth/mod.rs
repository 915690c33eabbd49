//! Who is there: login by a signed challenge, tokens, and what a person is in a session.
//!
//! **Architecture invariant.** No HTTP here: bytes in, checked values or typed refusals out. A token proves a
//! certificate; what its holder is in a session is worked out anew for each request, from the session's own signed
//! documents and the room's time.

mod challenge;
mod login;
mod sentence;
mod statement;
mod token;
mod who;

#[cfg(test)]
pub(crate) mod testing;

pub use challenge::{CHALLENGE_MILLIS, ChallengeRefusal, Challenges};
pub use login::{Anchors, LoginRefusal, Logins};
pub use statement::{StatementRefusal, statement_of_bidder, statement_of_staff};
pub use token::{Caller, Standing, TOKEN_MILLIS, Tokens};
pub use who::{actor_in, bidder_in, bidder_of, reader_class, staff_in, who_in};
