//! How many requests of one login wait for news at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bidroom_canon::Sm3Digest;

/// Most requests of a login that wait at once: a terminal has one, and one more while a page is loaded anew.
const MOST: u8 = 4;

/// Requests that wait, by SM3 of what the login asks with.
#[derive(Debug, Default)]
pub struct Polls {
    waiting: Mutex<BTreeMap<Sm3Digest, u8>>,
}

/// The place of a request that waits; given back when it is dropped, also because whoever asked is gone.
#[derive(Debug)]
pub struct Waits {
    polls: Arc<Polls>,
    login: Sm3Digest,
}

impl Polls {
    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Sm3Digest, u8>> {
        // Each change is one step: a panic elsewhere leaves no half of it.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a request of this login; none while too many of them wait.
    pub fn enter(self: &Arc<Self>, token: &str) -> Option<Waits> {
        let login = Sm3Digest::of(token.as_bytes());
        let mut waiting = self.waiting();
        let count = waiting.entry(login).or_default();
        if *count >= MOST {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Waits { polls: Arc::clone(self), login })
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        let mut waiting = self.polls.waiting();
        if let Some(count) = waiting.get_mut(&self.login) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                waiting.remove(&self.login);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_has_so_many_places_and_gets_them_back() {
        let polls = Arc::new(Polls::default());
        let mut places: Vec<Waits> = (0..MOST).map(|_| polls.enter("one").unwrap()).collect();
        assert!(polls.enter("one").is_none());
        assert!(polls.enter("another").is_some(), "others are not affected");
        places.pop();
        assert!(polls.enter("one").is_some());
        drop(places);
        assert!(polls.waiting().is_empty(), "nothing is kept of logins that do not wait");
    }
}
