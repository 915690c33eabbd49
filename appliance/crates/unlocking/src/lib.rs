//! The holder's side of unlocking and of everything the room promises: a bidder's lock share, an officer's part,
//! a signature under the record, receipts and acknowledgements; and of what happens before: probes, other locks, other
//! officers.
//!
//! A lock gives something only for a room that it can hold to its word: every function here takes a
//! [`PublishedRoom`], which was checked against its signed tender package, and compares what the room hands out with it
//! before a key is used. The bidder's tool and the browser run this same code; [`answer`] is its one door for pages.
//!
//! **Architecture invariant.** No network, no files, no clock: messages in, messages out. Nothing here shows, stores or
//! returns a share; it exists only between opening one package and making the next.

mod act;
mod authorise;
mod consent;
mod fate;
mod holder;
mod probe;
mod promise;
mod remedy;
mod remedy_key;
mod replace;
mod rewrap;
mod room;
mod sentence;
mod sign;
mod time;

pub use act::{ActError, ActedBy, act_statement, read_act};
pub use authorise::{AuthoriseError, Seen, authorise, check_part};
pub use consent::{GiveShareError, check_share, give_share, mismatch, mismatch_of};
pub use fate::judge_fate;
pub use holder::{answer, check_accepted, present};
pub use probe::{ProbeError, answer_probe, check_probe};
pub use promise::PromiseError;
pub use remedy::{KeptShareOf, RemedyError, give_kept_share};
pub use remedy_key::{
    RemedyKeyError, agree_remedy_key, ask_remedy_key, check_request_material, give_remedy_part,
};
pub use replace::{ReplaceError, Successor, agree, check_replacement};
pub use rewrap::{Rewrap, RewrapError, check_rewrap, read_rewrap, rewrap};
pub use room::{PublishedRoom, RoomError};
pub use sign::{SeenRecord, SignRecordError, check_record, sign_record};
pub use time::confirm_time;
