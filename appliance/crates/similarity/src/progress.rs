//! How far a run is, and how it is stopped.

use std::sync::atomic::{AtomicBool, Ordering};

/// Stops a run from another thread.
#[derive(Debug, Default)]
pub struct Cancel(AtomicBool);

impl Cancel {
    /// Not cancelled.
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// The run ends soon, with [`crate::AnalysisError::Cancelled`].
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Was it cancelled?
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far a run is. Reported often, from several threads, in no particular order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Documents that are read, of all.
    Documents {
        /// So many are done.
        done: usize,
        /// Of so many.
        of: usize,
        /// Pages read so far.
        pages: u64,
    },
    /// Pairs of bids whose texts are compared, of all.
    Pairs {
        /// So many are done.
        done: usize,
        /// Of so many.
        of: usize,
    },
}
