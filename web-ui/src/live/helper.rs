//! The helper on the reader's computer, as a page reaches it: through the room, which only relays. A page posts numbered
//! requests and asks for what came back; a connection that breaks is asked again for the same number.
//!
//! Must not know: components. PIN and agreement are between the helper and its holder.

use super::hand::HandError;
use super::http::{self, HttpError};
use crate::browser;
use crate::deed::HelperLock;
use crate::text::{Both, Common, Lock as LockText, Say};
use bidroom_canon::{Base64Bytes, from_json, to_canonical};
use bidroom_domain::opening::Trouble;
use bidroom_wire::bridge::{
    Call, ClaimBody, Done, Heard, Invitation, LockList, PairingEnd, Peer, PinLeft, Post, Request, Stage,
    Told, What,
};
use bidroom_wire::{Answer, Ask, HolderKind, PinnedRoom};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How often a broken connection is tried again before the helper counts as out of reach.
const TRIES: u32 = 12;
/// How long one asking waits, seconds.
const WAIT: u32 = 20;
/// Between two tries, milliseconds.
const PAUSE: i32 = 1500;

/// A page's end of a pairing.
#[derive(Debug, Clone)]
pub struct Helper(Rc<End>);

#[derive(Debug)]
struct End {
    token: String,
    said: Cell<u64>,
    heard: Cell<u64>,
    calls: Cell<u32>,
    /// What was told without having been asked for.
    aside: RefCell<Vec<What>>,
}

impl From<HttpError> for HandError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Said(error) if error.code == "no_pairing" => Self::Ended,
            HttpError::Said(error) => Self::Declined(error),
            HttpError::Silent(detail) => Self::Unreachable(detail),
        }
    }
}

impl Helper {
    fn new(token: String) -> Self {
        let (said, heard, calls) = (Cell::new(0), Cell::new(0), Cell::new(0));
        Self(Rc::new(End { token, said, heard, calls, aside: RefCell::default() }))
    }

    /// Pairs with the helper that shows this code.
    ///
    /// # Errors
    /// [`HandError`].
    pub async fn by_code(code: String) -> Result<Self, HandError> {
        let end: PairingEnd = http::post("/bridge/claims", None, &ClaimBody { code }).await?;
        Ok(Self::new(end.token))
    }

    /// Asks for a link that starts a helper; also what to show meanwhile.
    ///
    /// # Errors
    /// [`HandError`].
    pub async fn by_link() -> Result<(Self, Invitation), HandError> {
        let invitation: Invitation = http::post("/bridge/invitations", None, &serde_json::json!({})).await?;
        Ok((Self::new(invitation.token.clone()), invitation))
    }

    /// Waits until a helper has come.
    ///
    /// # Errors
    /// [`HandError::Ended`] if none came in time.
    pub async fn comes(&self) -> Result<(), HandError> {
        while self.hear(WAIT).await?.0 == Peer::Awaited {}
        Ok(())
    }

    /// The locks of the helper's computer.
    ///
    /// # Errors
    /// [`HandError`].
    pub async fn locks(&self, told: &dyn Fn(Stage)) -> Result<LockList, HandError> {
        match self.request(Request::Locks, told).await? {
            Done::Locks(list) => Ok(list),
            _ => Err(another_answer()),
        }
    }

    /// Chooses a lock; it is asked for its PIN with the first act.
    ///
    /// # Errors
    /// [`HandError`].
    pub async fn choose(
        &self,
        lock: String,
        told: &dyn Fn(Stage),
    ) -> Result<bidroom_wire::PresentLock, HandError> {
        match self.request(Request::Choose { lock }, told).await? {
            Done::Chosen(chosen) => Ok(chosen.lock),
            _ => Err(another_answer()),
        }
    }

    /// Has one act done.
    ///
    /// # Errors
    /// [`HandError`]; then nothing was signed and nothing left the lock.
    pub async fn act(&self, ask: &Ask, told: &dyn Fn(Stage)) -> Result<Answer, HandError> {
        match self.request(Request::Act(Box::new(lightened(ask))), told).await? {
            Done::Act(answer) => Ok(answer),
            _ => Err(another_answer()),
        }
    }

    /// Something that needs no answer; if it is not heard, the helper helps itself.
    pub async fn tell(&self, request: Request) {
        drop(self.request(request, &|_| ()).await);
    }

    /// Ends the pairing.
    pub async fn end(&self) {
        // If the room does not hear it, the pairing ends by itself.
        drop(http::tell("/bridge/end", Some(&self.0.token), &serde_json::json!({})).await);
    }

    /// Says that the page is still there, and hears what was told meanwhile.
    ///
    /// # Errors
    /// [`HandError::Ended`].
    pub async fn stay(&self) -> Result<(), HandError> {
        match self.hear_once(0).await {
            Err(error @ HandError::Ended) => Err(error),
            _ => Ok(()),
        }
    }

    /// What was told without having been asked for.
    pub fn aside(&self) -> Vec<What> {
        self.0.aside.take()
    }

    /// What of it went wrong with a lock, and whether the helper has told the room itself.
    pub fn troubles(&self) -> Vec<(Trouble, bool)> {
        let (mut troubles, mut others) = (Vec::new(), Vec::new());
        for what in self.aside() {
            match what {
                What::Trouble { trouble, reported } => troubles.push((trouble, reported)),
                other => others.push(other),
            }
        }
        self.0.aside.borrow_mut().append(&mut others);
        troubles
    }

    async fn request(&self, request: Request, told: &dyn Fn(Stage)) -> Result<Done, HandError> {
        let number = self.0.calls.get().saturating_add(1);
        self.0.calls.set(number);
        self.post(&Call { number, request }).await?;
        loop {
            for news in self.hear(WAIT).await?.1 {
                match news.what {
                    What::Stage(stage) if news.number == number => told(stage),
                    What::Done(done) if news.number == number => return Ok(*done),
                    What::Refused(error) if news.number == number => return Err(HandError::Declined(error)),
                    other => self.0.aside.borrow_mut().push(other),
                }
            }
        }
    }

    async fn post(&self, call: &Call) -> Result<(), HandError> {
        let unreadable = |error: bidroom_canon::CanonError| HandError::Unreachable(error.to_string());
        let body = String::from_utf8_lossy(&to_canonical(call).map_err(unreadable)?).into_owned();
        let number = self.0.said.get().saturating_add(1);
        self.0.said.set(number);
        let post = Post { number, body };
        let mut tries = 0;
        loop {
            match http::tell("/bridge/messages", Some(&self.0.token), &post).await {
                Ok(()) => return Ok(()),
                Err(HttpError::Silent(_)) if tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
            browser::pause(PAUSE).await;
        }
    }

    async fn hear(&self, wait: u32) -> Result<(Peer, Vec<Told>), HandError> {
        let mut tries = 0;
        loop {
            match self.hear_once(wait).await {
                Err(HandError::Unreachable(_)) if tries < TRIES => tries += 1,
                other => return other,
            }
            browser::pause(PAUSE).await;
        }
    }

    async fn hear_once(&self, wait: u32) -> Result<(Peer, Vec<Told>), HandError> {
        let path = format!("/bridge/messages?after={}&wait={wait}", self.0.heard.get());
        let heard: Heard = http::get(&path, Some(&self.0.token)).await?;
        let mut news = Vec::new();
        for post in heard.messages {
            self.0.heard.set(post.number);
            // What a newer helper tells and this page does not know is passed over.
            if let Ok(told) = from_json::<Told>(&post.body) {
                news.push(told);
            }
        }
        if wait == 0 {
            self.0.aside.borrow_mut().extend(news.drain(..).map(|told| told.what));
        }
        if heard.ended.is_some() && news.is_empty() {
            return Err(HandError::Ended);
        }
        Ok((heard.peer, news))
    }
}

fn another_answer() -> HandError {
    HandError::Unreachable(String::new())
}

/// The same act without the publication: a helper has its own, and does not read a page's.
fn lightened(ask: &Ask) -> Ask {
    let mut ask = ask.clone();
    let lighten = |room: &mut PinnedRoom| room.publication = Base64Bytes(Vec::new());
    match &mut ask {
        Ask::Probe { room, .. }
        | Ask::Rewrap { room, .. }
        | Ask::HandIn { room, .. }
        | Ask::AskRemedyKey { room, .. }
        | Ask::Authorise { room, .. }
        | Ask::Replace { room, .. }
        | Ask::CheckAccepted { room, .. }
        | Ask::SignRecord { room, .. } => lighten(room),
        #[cfg(feature = "acts")]
        Ask::Evaluate { room, .. } => lighten(room),
        _ => {}
    }
    ask
}

/// The locks as they are shown.
pub fn shown(list: LockList) -> Vec<HelperLock> {
    let usable = list.locks.into_iter().map(|found| {
        let kind = match found.lock.kind {
            HolderKind::Main => Common::MainLock,
            HolderKind::Sub => Common::SubLock,
            HolderKind::Officer => Common::OfficerLock,
        };
        let (kind, tries) = (kind.both(), tries(found.tries));
        let (holder, tail) = (found.lock.holder, found.lock.tail);
        let until = found.lock.not_after.date_text();
        let authority = found.lock.authority;
        HelperLock {
            id: (found.tries != PinLeft::Locked).then_some(found.id),
            name: Both::new(format!("{holder}　{} {tail}", kind.zh), format!("{holder}, {} {tail}", kind.en)),
            note: Both::new(
                format!("{authority}，有效期至 {until}，{}", tries.zh),
                format!("{authority}, valid until {until}, {}", tries.en),
            ),
        }
    });
    let odd = list.odd.into_iter().map(|odd| HelperLock {
        id: None,
        name: Both::same(odd.at),
        note: Both::new(odd.zh, odd.en),
    });
    usable.chain(odd).collect()
}

fn tries(tries: PinLeft) -> Both {
    match tries {
        PinLeft::Exact { left: 0, .. } | PinLeft::Locked => LockText::TriesNone.both(),
        PinLeft::Exact { left, .. } => LockText::TriesLeft { left }.both(),
        PinLeft::Last => LockText::TriesLeft { left: 1 }.both(),
        PinLeft::Low => LockText::TriesLow.both(),
        PinLeft::Enough => LockText::TriesEnough.both(),
        PinLeft::Unlimited => LockText::TriesDrill.both(),
    }
}

/// The link that starts a helper.
pub fn link(invitation: &Invitation, origin: &str) -> String {
    format!(
        "bidroom://pair?room={}&token={}",
        origin.replace(':', "%3A").replace('/', "%2F"),
        invitation.link
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_domain::At;
    use bidroom_wire::PresentLock;
    use bidroom_wire::bridge::{BridgeLock, OddLock};

    #[test]
    fn a_link_names_the_room_and_a_token() {
        let invitation =
            Invitation { token: "t".into(), link: "0a".repeat(32), code: "47190238".into(), seconds: 300 };
        let text = link(&invitation, "https://room.example.cn:8443");
        let token = "0a".repeat(32);
        assert_eq!(text, format!("bidroom://pair?room=https%3A%2F%2Froom.example.cn%3A8443&token={token}"));
    }

    #[test]
    fn locks_say_whose_they_are_and_a_locked_one_cannot_be_chosen() {
        let found = |id: &str, tries| BridgeLock {
            id: id.to_owned(),
            lock: PresentLock {
                kind: HolderKind::Main,
                holder: "甲公司".into(),
                authority: "云州CA".into(),
                serial: "1F3A88C20D47".into(),
                tail: "0D47".into(),
                opens: "55B2".into(),
                encryption_certificate: Base64Bytes(Vec::new()),
                not_after: At(1_773_799_200_000),
            },
            kind_stated: true,
            tries,
            cannot_sign: false,
            cannot_open: false,
            device: String::new(),
        };
        let odd = OddLock { at: "usb".into(), zh: "读不了。".into(), en: "Unreadable.".into() };
        let list = LockList {
            locks: vec![found("a", PinLeft::Exact { left: 5, of: 5 }), found("b", PinLeft::Locked)],
            odd: vec![odd],
        };
        let [one, two, three] = shown(list).try_into().unwrap();
        assert_eq!((one.id.as_deref(), two.id, three.id), (Some("a"), None, None));
        assert_eq!(one.name.zh, "甲公司　主锁 0D47");
        assert!(
            one.note.zh.starts_with("云州CA，有效期至 2026-03-18，") && one.note.zh.contains('5'),
            "{}",
            one.note.zh
        );
        assert_eq!(three.note.en, "Unreadable.");
    }

    #[test]
    fn a_publication_does_not_travel_to_a_helper() {
        let sign_in = Ask::SignIn { session: "YZ-1".parse().unwrap() };
        assert!(matches!(lightened(&sign_in), Ask::SignIn { .. }));
    }
}
