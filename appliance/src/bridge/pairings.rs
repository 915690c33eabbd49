//! The table behind its lock, with tokens, codes and waiting.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bidroom_canon::{Hex32, Sm3Digest, labelled_sm3};
use bidroom_wire::bridge::{
    BridgeRefusal, CODE_DIGITS, Heard, Invitation, LONGEST_WAIT, PairingCode, PairingEnd, Post,
};
use rand_core::Rng as _;
use zeroize::Zeroizing;

use super::table::{Door, End, Table, WAITING};
use crate::random::SystemRandom;

/// The pairings of the room.
#[derive(Debug)]
pub struct Pairings {
    table: Mutex<Table>,
    start: Instant,
}

impl Default for Pairings {
    fn default() -> Self {
        Self { table: Mutex::default(), start: Instant::now() }
    }
}

/// A fresh token and the digest by which it is known.
fn token() -> (String, Sm3Digest) {
    let mut bytes = Zeroizing::new([0; 32]);
    SystemRandom.fill_bytes(bytes.as_mut_slice());
    (Hex32(*bytes).to_string(), labelled_sm3("bidroom/bridge-token/v1", &[bytes.as_slice()]))
}

/// The digest of a token as it was sent; of anything else, of nothing that exists.
fn name_of(text: &str) -> Sm3Digest {
    let read = serde_json::from_value::<Hex32>(serde_json::Value::String(text.to_owned()));
    let bytes = Zeroizing::new(read.map_or([0; 32], |token| token.0));
    labelled_sm3("bidroom/bridge-token/v1", &[bytes.as_slice()])
}

impl Pairings {
    /// Milliseconds since the room began: no deadline depends on them.
    pub fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A code that nobody else shows now.
    fn fresh_code(table: &Table) -> String {
        let modulus = 10_u64.pow(u32::try_from(CODE_DIGITS).unwrap_or(8));
        loop {
            let code = format!("{:0width$}", SystemRandom.next_u64() % modulus, width = CODE_DIGITS);
            if !table.shows(&code) {
                return code;
            }
        }
    }

    fn seconds() -> u32 {
        u32::try_from(WAITING / 1000).unwrap_or(u32::MAX)
    }

    /// A helper waits for a page that types its code.
    ///
    /// # Errors
    /// [`BridgeRefusal::Crowded`].
    pub fn offer(&self, address: IpAddr, now: u64) -> Result<PairingCode, BridgeRefusal> {
        let mut table = self.lock();
        let ((token, name), code) = (token(), Self::fresh_code(&table));
        table.open(End::Helper, name, Door::Code(code.clone()), address, now)?;
        Ok(PairingCode { token, code, seconds: Self::seconds() })
    }

    /// A page waits for a helper that is started by a link.
    ///
    /// # Errors
    /// [`BridgeRefusal::Crowded`].
    pub fn invite(&self, address: IpAddr, now: u64) -> Result<Invitation, BridgeRefusal> {
        let mut table = self.lock();
        let ((token, name), (link, link_name)) = (self::token(), self::token());
        let code = Self::fresh_code(&table);
        table.open(End::Page, name, Door::Link(link_name, code.clone()), address, now)?;
        Ok(Invitation { token, link, code, seconds: Self::seconds() })
    }

    /// A page typed a code.
    ///
    /// # Errors
    /// [`BridgeRefusal::CodeWrong`] or [`BridgeRefusal::TriesSpent`].
    pub fn claim(&self, typed: &str, address: IpAddr, now: u64) -> Result<PairingEnd, BridgeRefusal> {
        let code: String = typed.chars().filter(char::is_ascii_digit).take(CODE_DIGITS + 1).collect();
        let (token, name) = token();
        self.lock().claim(&code, name, address, now)?;
        Ok(PairingEnd { token })
    }

    /// A helper was started by a link.
    ///
    /// # Errors
    /// [`BridgeRefusal::LinkSpent`].
    pub fn accept(&self, link: &str, now: u64) -> Result<PairingCode, BridgeRefusal> {
        let (token, name) = token();
        let code = self.lock().accept(name_of(link), name, now)?;
        Ok(PairingCode { token, code, seconds: Self::seconds() })
    }

    /// Takes a message for the other end.
    ///
    /// # Errors
    /// [`BridgeRefusal::NoPairing`], [`BridgeRefusal::Gap`], [`BridgeRefusal::Unread`].
    pub fn post(&self, token: &str, post: Post, now: u64) -> Result<(), BridgeRefusal> {
        self.lock().post(&name_of(token), post, now)
    }

    /// What came after a number; waits for news up to `wait` seconds.
    ///
    /// # Errors
    /// [`BridgeRefusal::NoPairing`].
    pub async fn heard(&self, token: &str, after: u64, wait: u32) -> Result<Heard, BridgeRefusal> {
        let name = name_of(token);
        let (heard, quiet, news) = self.lock().heard(&name, after, self.now())?;
        if !quiet || wait == 0 {
            return Ok(heard);
        }
        // News that came between looking and waiting must not be slept over: register first, look again.
        let waiting = news.notified();
        tokio::pin!(waiting);
        waiting.as_mut().enable();
        let (again, quiet, _) = self.lock().heard(&name, after, self.now())?;
        if !quiet || again.peer != heard.peer {
            return Ok(again);
        }
        let within = Duration::from_secs(u64::from(wait.min(LONGEST_WAIT)));
        // Whether news came or time ran out: what there is, is told.
        let _ = tokio::time::timeout(within, waiting).await;
        Ok(self.lock().heard(&name, after, self.now())?.0)
    }

    /// An end ends its pairing. Repeating it is harmless.
    pub fn end(&self, token: &str, now: u64) {
        self.lock().end(&name_of(token), now);
    }

    /// Bytes, pairings and ends that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> (usize, usize, usize) {
        self.lock().kept()
    }

    /// What came, at a time of the test's choosing.
    #[cfg(test)]
    pub(super) fn heard_at(&self, token: &str, after: u64, now: u64) -> Result<Heard, BridgeRefusal> {
        self.lock().heard(&name_of(token), after, now).map(|(heard, ..)| heard)
    }
}
