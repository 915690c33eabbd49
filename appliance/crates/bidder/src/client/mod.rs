//! A client for everything a holder of a lock does with a room.
//!
//! What the room hands out is checked against its [`PublishedRoom`] before a lock is used, and what it signs before it is
//! answered to the caller. Answers are read within bounds.
//!
//! [`PublishedRoom`]: bidroom_unlocking::PublishedRoom

mod acts;
mod bridge;
mod connect;
mod error;
mod evaluation;
mod follow;
mod locks;
mod upload;

pub use connect::{Client, ClientOptions};
pub use error::ClientError;
pub use follow::{FollowError, Follower, OwnRow};
pub use upload::{RetryPolicy, UploadError};
