//! The holder's side of unlocking and of everything the room promises: a bidder's lock share, an officer's part,
//! a signature under the record, receipts and acknowledgements.
//!
//! A lock gives something only for a room that it can hold to its word: every function here takes a
//! [`PublishedRoom`], which was checked against its signed tender package, and compares what the room hands out with it
//! before a key is used. The bidder's tool and the browser run this same code.
//!
//! **Architecture invariant.** No network, no files, no clock: messages in, messages out. Nothing here shows, stores or
//! returns a share; it exists only between opening one package and making the next.

mod authorise;
mod consent;
mod promise;
mod room;
mod sentence;
mod sign;

pub use authorise::{AuthoriseError, Seen, authorise};
pub use consent::{GiveShareError, give_share, mismatch};
pub use promise::{Acknowledgement, PromiseError, SubmissionAcknowledgement};
pub use room::{PublishedRoom, RoomError};
pub use sign::{SeenRecord, SignRecordError, sign_record};
