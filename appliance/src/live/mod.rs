//! The live stream: what everybody in and outside the room sees of a session, while it happens.
//!
//! One [`Hub`] per session. The session's actor gives it each batch of events once it is durable ([`Hub::publish`])
//! and the clock about once per second ([`Hub::tick`]); viewers take frames from it. A frame is encoded once for each
//! class of readers and shared by all viewers of the class. A viewer that is behind (new, slow, back after a break)
//! gets the leaves it has not from the store and then goes on live, without a gap and without a repetition.
//!
//! **Architecture invariant.** Before `deadline.passed` nothing of the log leaves the hub: no leaf, no size, no note,
//! no number of viewers, no waiting requests. What a class may not know leaves the hub as two hashes. No viewer can
//! slow the room or another viewer: what a viewer holds in memory is a number and the frame it is being sent.

mod board;
mod encode;
mod history;
mod hub;
mod inbound;
mod refusal;
mod seats;
mod source;
mod start;
mod websocket;

pub use hub::{Hub, PublishedEntry, Update};
pub use refusal::LiveRefusal;
pub use start::HubParts;
pub use websocket::{drop_stalled_peers, frame_once, websocket};

#[cfg(test)]
mod tests;
