//! The pairings that exist, as a table; every method takes the time.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use bidroom_canon::Sm3Digest;
use bidroom_wire::bridge::{BridgeRefusal, Ended, Heard, Peer, Post};
use tokio::sync::Notify;

use super::guesses::Guesses;
use super::mailbox::Mailbox;

/// Pairings in all.
const MOST: usize = 2048;
/// Pairings of one network address that are not made yet: an office behind one address has several bidders.
const MOST_WAITING: usize = 16;
/// Pairings of one network address in all.
const MOST_OF_ADDRESS: usize = 256;
/// Bytes that wait in all.
const MOST_BYTES: usize = 32 << 20;
/// Until then the other end must have come, milliseconds.
pub(super) const WAITING: u64 = 300_000;
/// An end that has not asked for so long is called away: longer than one waiting takes.
const AWAY: u64 = 40_000;
/// An end that has not asked for so long has ended it.
const SILENT: u64 = 600_000;
/// No pairing lasts longer, milliseconds: a working day.
const LONGEST: u64 = 12 * 3_600_000;
/// How long is told why a pairing is over.
const REMEMBERED: u64 = 120_000;

/// Which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Page,
    Helper,
}

impl End {
    const fn other(self) -> Self {
        match self {
            Self::Page => Self::Helper,
            Self::Helper => Self::Page,
        }
    }
}

/// How the other end finds a pairing that waits.
#[derive(Debug, Clone)]
pub(super) enum Door {
    /// A page types the code.
    Code(String),
    /// A helper brings the token of a link, of which this is the digest; both show the code.
    Link(Sm3Digest, String),
}

#[derive(Debug)]
struct Side {
    /// Digest of its token; none while it is awaited.
    token: Option<Sm3Digest>,
    mailbox: Mailbox,
    asked: u64,
}

#[derive(Debug)]
struct Pairing {
    address: IpAddr,
    began: u64,
    /// None once both ends are there.
    door: Option<Door>,
    page: Side,
    helper: Side,
    ended: Option<(Why, u64)>,
}

#[derive(Debug, Clone, Copy)]
enum Why {
    By(End),
    Silent,
    Late,
}

impl Pairing {
    fn side(&mut self, end: End) -> &mut Side {
        match end {
            End::Page => &mut self.page,
            End::Helper => &mut self.helper,
        }
    }

    /// Forgets all that waits; the number of bytes.
    fn empty(&mut self) -> usize {
        self.page.mailbox.clear() + self.helper.mailbox.clear()
    }

    fn finish(&mut self, why: Why, now: u64) -> usize {
        if self.ended.is_some() {
            return 0;
        }
        self.ended = Some((why, now));
        self.door = None;
        // What an end said before it ended it still reaches the other.
        let bytes = match why {
            Why::By(end) => self.side(end).mailbox.clear(),
            Why::Silent | Why::Late => self.empty(),
        };
        self.page.mailbox.news.notify_waiters();
        self.helper.mailbox.news.notify_waiters();
        bytes
    }

    /// Why it is over by now, if it is.
    fn over(&self, now: u64) -> Option<Why> {
        let since = |at: u64| now.saturating_sub(at);
        if self.door.is_some() {
            return (since(self.began) >= WAITING).then_some(Why::Late);
        }
        let silent = since(self.page.asked).max(since(self.helper.asked)) >= SILENT;
        (silent || since(self.began) >= LONGEST).then_some(Why::Silent)
    }
}

/// All pairings.
#[derive(Debug, Default)]
pub(super) struct Table {
    pairings: BTreeMap<u64, Pairing>,
    ends: BTreeMap<Sm3Digest, (u64, End)>,
    next: u64,
    bytes: usize,
    swept: u64,
    guesses: Guesses,
}

impl Table {
    /// Opens a pairing that waits for its other end.
    pub(super) fn open(
        &mut self,
        end: End,
        token: Sm3Digest,
        door: Door,
        address: IpAddr,
        now: u64,
    ) -> Result<(), BridgeRefusal> {
        self.sweep(now);
        if self.pairings.len() >= MOST {
            // Why something is over is told as long as there is room for it.
            self.forget(|_| true);
        }
        let own = self.pairings.values().filter(|it| it.address == address && it.ended.is_none());
        let (all, waiting) = own
            .fold((0, 0), |(all, waiting), pairing| (all + 1, waiting + usize::from(pairing.door.is_some())));
        if self.pairings.len() >= MOST || all >= MOST_OF_ADDRESS || waiting >= MOST_WAITING {
            return Err(BridgeRefusal::Crowded);
        }
        let side =
            |here: bool| Side { token: here.then_some(token), mailbox: Mailbox::default(), asked: now };
        let number = self.next;
        self.next = number.wrapping_add(1);
        let pairing = Pairing {
            address,
            began: now,
            door: Some(door),
            page: side(end == End::Page),
            helper: side(end == End::Helper),
            ended: None,
        };
        self.pairings.insert(number, pairing);
        self.ends.insert(token, (number, end));
        Ok(())
    }

    /// Whether a helper waits with this code, or a page compares it.
    pub(super) fn shows(&self, code: &str) -> bool {
        self.pairings.values().any(|pairing| match &pairing.door {
            Some(Door::Code(known) | Door::Link(_, known)) => known == code,
            None => false,
        })
    }

    /// A page typed a code.
    pub(super) fn claim(
        &mut self,
        code: &str,
        token: Sm3Digest,
        address: IpAddr,
        now: u64,
    ) -> Result<(), BridgeRefusal> {
        self.sweep(now);
        self.guesses.may_try(address, now).map_err(|seconds| BridgeRefusal::TriesSpent { seconds })?;
        let found = self.find(|door| matches!(door, Door::Code(known) if known == code));
        match found {
            Some(number) => {
                self.enter(number, End::Page, token, now);
                Ok(())
            }
            None => {
                self.guesses.wrong(address);
                Err(BridgeRefusal::CodeWrong)
            }
        }
    }

    /// A helper brought a link's token. Answers the code that both show.
    pub(super) fn accept(
        &mut self,
        link: Sm3Digest,
        token: Sm3Digest,
        now: u64,
    ) -> Result<String, BridgeRefusal> {
        self.sweep(now);
        let found = self.find(|door| matches!(door, Door::Link(known, _) if *known == link));
        let number = found.ok_or(BridgeRefusal::LinkSpent)?;
        let door = self.pairings.get(&number).and_then(|pairing| pairing.door.clone());
        let Some(Door::Link(_, code)) = door else { return Err(BridgeRefusal::LinkSpent) };
        self.enter(number, End::Helper, token, now);
        Ok(code)
    }

    fn find(&self, fits: impl Fn(&Door) -> bool) -> Option<u64> {
        let mut open = self.pairings.iter();
        open.find(|(_, pairing)| pairing.door.as_ref().is_some_and(&fits)).map(|(number, _)| *number)
    }

    fn enter(&mut self, number: u64, end: End, token: Sm3Digest, now: u64) {
        let Some(pairing) = self.pairings.get_mut(&number) else { return };
        pairing.door = None;
        let side = pairing.side(end);
        (side.token, side.asked) = (Some(token), now);
        let other = pairing.side(end.other());
        other.asked = now;
        other.mailbox.news.notify_waiters();
        self.ends.insert(token, (number, end));
    }

    /// Takes a message of an end for the other.
    pub(super) fn post(&mut self, token: &Sm3Digest, post: Post, now: u64) -> Result<(), BridgeRefusal> {
        self.sweep(now);
        let full = self.bytes.saturating_add(post.body.len()) > MOST_BYTES;
        let (number, end) = self.at(token)?;
        let pairing = self.pairings.get_mut(&number).ok_or(BridgeRefusal::NoPairing)?;
        if pairing.ended.is_some() {
            return Err(BridgeRefusal::NoPairing);
        }
        pairing.side(end).asked = now;
        if full || pairing.door.is_some() {
            return Err(BridgeRefusal::Unread);
        }
        let more = pairing.side(end.other()).mailbox.put(post)?;
        self.bytes += more;
        Ok(())
    }

    /// What came for an end after a number. Whether there is nothing to tell yet stands beside it, with what wakes.
    pub(super) fn heard(
        &mut self,
        token: &Sm3Digest,
        after: u64,
        now: u64,
    ) -> Result<(Heard, bool, Arc<Notify>), BridgeRefusal> {
        self.sweep(now);
        let (number, end) = self.at(token)?;
        let pairing = self.pairings.get_mut(&number).ok_or(BridgeRefusal::NoPairing)?;
        let awaited = pairing.door.is_some();
        let ended = pairing.ended.map(|(why, _)| match why {
            Why::By(by) if by == end => Ended::BySelf,
            Why::By(_) => Ended::ByOther,
            Why::Silent => Ended::Silent,
            Why::Late => Ended::Late,
        });
        let other = pairing.side(end.other());
        let away = now.saturating_sub(other.asked) >= AWAY;
        let peer = match (awaited, away) {
            (true, _) => Peer::Awaited,
            (false, true) => Peer::Away,
            (false, false) => Peer::Here,
        };
        let side = pairing.side(end);
        side.asked = now;
        let less = side.mailbox.forget(after);
        let quiet = ended.is_none() && side.mailbox.is_empty();
        let (messages, news) = (side.mailbox.list(), side.mailbox.news.clone());
        self.bytes = self.bytes.saturating_sub(less);
        Ok((Heard { peer, ended, messages }, quiet, news))
    }

    /// An end ends it.
    pub(super) fn end(&mut self, token: &Sm3Digest, now: u64) {
        let Ok((number, end)) = self.at(token) else { return };
        if let Some(pairing) = self.pairings.get_mut(&number) {
            self.bytes = self.bytes.saturating_sub(pairing.finish(Why::By(end), now));
        }
    }

    fn at(&self, token: &Sm3Digest) -> Result<(u64, End), BridgeRefusal> {
        self.ends.get(token).copied().ok_or(BridgeRefusal::NoPairing)
    }

    /// Ends what has run out, and forgets what ended a while ago. Once a second is often enough.
    fn sweep(&mut self, now: u64) {
        if now.saturating_sub(self.swept) < 1000 {
            return;
        }
        self.swept = now;
        for pairing in self.pairings.values_mut() {
            if let (None, Some(why)) = (pairing.ended, pairing.over(now)) {
                self.bytes = self.bytes.saturating_sub(pairing.finish(why, now));
            }
        }
        self.forget(|at| now.saturating_sub(at) >= REMEMBERED);
    }

    /// Forgets pairings that ended at such a time.
    fn forget(&mut self, long_ago: impl Fn(u64) -> bool) {
        let (ends, bytes) = (&mut self.ends, &mut self.bytes);
        self.pairings.retain(|_, pairing| {
            let keeps = pairing.ended.is_none_or(|(_, at)| !long_ago(at));
            if !keeps {
                *bytes = bytes.saturating_sub(pairing.empty());
                for token in [pairing.page.token, pairing.helper.token].into_iter().flatten() {
                    ends.remove(&token);
                }
            }
            keeps
        });
    }

    /// Bytes and pairings that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> (usize, usize, usize) {
        (self.bytes, self.pairings.len(), self.ends.len())
    }
}
