//! What waits for one end.

use std::collections::VecDeque;
use std::sync::Arc;

use bidroom_wire::bridge::{BridgeRefusal, Post};
use tokio::sync::Notify;

/// Messages that wait for one end at most.
const MESSAGES: usize = 16;

/// The messages for one end, in order.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    waiting: VecDeque<Post>,
    /// Number of the last message that was taken.
    taken: u64,
    /// Wakes whoever waits for news of this end.
    pub(super) news: Arc<Notify>,
}

impl Mailbox {
    /// Takes a message. One that was taken before is taken again without effect. Answers how many bytes more wait now.
    ///
    /// # Errors
    /// [`BridgeRefusal::Gap`] or [`BridgeRefusal::Unread`].
    pub(super) fn put(&mut self, post: Post) -> Result<usize, BridgeRefusal> {
        let expected = self.taken.saturating_add(1);
        if post.number <= self.taken && post.number > 0 {
            return Ok(0);
        }
        if post.number != expected {
            return Err(BridgeRefusal::Gap { expected });
        }
        if self.waiting.len() >= MESSAGES {
            return Err(BridgeRefusal::Unread);
        }
        self.taken = expected;
        let bytes = post.body.len();
        self.waiting.push_back(post);
        self.news.notify_waiters();
        Ok(bytes)
    }

    /// Forgets what is known to have arrived. Answers how many bytes less wait now.
    pub(super) fn forget(&mut self, after: u64) -> usize {
        let mut bytes = 0;
        while let Some(first) = self.waiting.front().filter(|post| post.number <= after) {
            bytes += first.body.len();
            self.waiting.pop_front();
        }
        bytes
    }

    /// All that waits.
    pub(super) fn list(&self) -> Vec<Post> {
        self.waiting.iter().cloned().collect()
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Forgets everything; the number of bytes.
    pub(super) fn clear(&mut self) -> usize {
        self.forget(u64::MAX)
    }
}
