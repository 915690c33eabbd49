//! How long the helper waits, behind a trait, so that a test turns time instead of waiting.

use std::time::Duration;

use futures_util::future::BoxFuture;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// A lock that does not answer.
    Device,
    /// The signed acknowledgement of a share.
    Acknowledgement,
    /// The network, after so many failures in a row.
    Network(u32),
}

impl Wait {
    /// 60 s for a lock, 10 s for an acknowledgement, and for the network 1, 2, 4, then 8 s.
    pub const fn length(self) -> Duration {
        match self {
            Self::Device => Duration::from_secs(60),
            Self::Acknowledgement => Duration::from_secs(10),
            Self::Network(0 | 1) => Duration::from_secs(1),
            Self::Network(2) => Duration::from_secs(2),
            Self::Network(3) => Duration::from_secs(4),
            Self::Network(_) => Duration::from_secs(8),
        }
    }
}

/// Waits.
pub trait Pause: Send + Sync {
    /// Done when the time is over.
    fn wait(&self, what: Wait) -> BoxFuture<'static, ()>;
}

/// The computer's time.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealTime;

impl Pause for RealTime {
    fn wait(&self, what: Wait) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(what.length()))
    }
}
