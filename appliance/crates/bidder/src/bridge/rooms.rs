//! The room that the helper dials, the ways to it, and what vouches for its publications.

use std::collections::BTreeMap;
use std::sync::Arc;

use bidroom_domain::{At, SessionId};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::bridge::BridgeRefusal;

use super::keep::Keep;
use super::refused::Refused;
use crate::client::{Client, ClientError, Follower};

/// A room's publication.
pub(super) enum Found {
    /// Something vouches for it: a file of the holder's, an agency's root, the holder's own comparison.
    Pinned(Arc<PublishedRoom>),
    /// Nothing does; the room handed it out.
    Unvouched(Arc<PublishedRoom>),
}

/// One room and the ways to it.
pub struct Rooms {
    address: String,
    paths: Vec<Client>,
    pinned: BTreeMap<SessionId, Arc<PublishedRoom>>,
    agency_roots: Vec<Certificate>,
    keep: Option<Keep>,
    /// Names this room has by its own word, for want of a publication.
    own_word: Option<(String, String)>,
    logs: BTreeMap<SessionId, Follower>,
    now: fn() -> At,
}

impl Rooms {
    /// The room at `address`. `paths` are connections to it, the usual one first; `keep` remembers what the holder has
    /// vouched for; `now` is this computer's clock, by which certificates are judged.
    pub fn new(address: &str, paths: Vec<Client>, keep: Option<Keep>, now: fn() -> At) -> Self {
        Self {
            address: address.to_owned(),
            paths,
            pinned: BTreeMap::new(),
            agency_roots: Vec::new(),
            keep,
            own_word: None,
            logs: BTreeMap::new(),
            now,
        }
    }

    /// The same with a publication that the holder gave.
    #[must_use]
    pub fn with_publication(mut self, room: PublishedRoom) -> Self {
        self.pinned.insert(room.session(), Arc::new(room));
        self
    }

    /// The same with roots that vouch for agencies, and so for every package that one of them signed.
    #[must_use]
    pub fn with_agency_roots(mut self, roots: Vec<Certificate>) -> Self {
        self.agency_roots = roots;
        self
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// This computer's clock.
    pub(super) fn now(&self) -> At {
        (self.now)()
    }

    /// The ways to it, the usual one first.
    pub(super) fn paths(&self) -> Vec<Client> {
        self.paths.clone()
    }

    /// Whether a login may name this room: the one that the publications name; without any, the one that answers.
    /// Answers what it is called for people.
    pub(super) async fn admits_name(&mut self, named: &str) -> Result<String, Refused> {
        if let Some(room) = self.pinned.values().find(|room| room.keys().name == named) {
            let facts = room.facts();
            return Ok(format!("{} {} ({named})", facts.centre, facts.room));
        }
        if !self.pinned.is_empty() {
            return Err(Refused::detailed(BridgeRefusal::OtherRoom, named));
        }
        if self.own_word.is_none() {
            let info = self.ask(async |path| path.room().await).await?;
            self.own_word = Some((info.keys.name, format!("{} {}", info.centre, info.room)));
        }
        match &self.own_word {
            Some((name, shown)) if name == named => Ok(format!("{shown} ({named})")),
            _ => Err(Refused::detailed(BridgeRefusal::OtherRoom, named)),
        }
    }

    /// The publication of a session.
    pub(super) async fn of(&mut self, session: &SessionId) -> Result<Found, Refused> {
        if let Some(room) = self.pinned.get(session) {
            return Ok(Found::Pinned(room.clone()));
        }
        let kept = self.keep.as_ref().and_then(|keep| keep.publication(&self.address, session));
        let kept = kept.and_then(|der| PublishedRoom::open(&der, None, (self.now)()).ok());
        if let Some(room) = kept.filter(|room| room.session() == *session) {
            let room = Arc::new(room);
            self.pinned.insert(session.clone(), room.clone());
            return Ok(Found::Pinned(room));
        }
        let der = self.ask(async |path| path.publication(session).await).await?;
        let roots = (!self.agency_roots.is_empty()).then_some(self.agency_roots.as_slice());
        let opened = PublishedRoom::open(&der, roots, (self.now)());
        let room = Arc::new(opened.map_err(|error| Refused::detailed(BridgeRefusal::Unpinned, error))?);
        if room.session() != *session {
            return Err(Refused::detailed(BridgeRefusal::OtherRoom, room.session()));
        }
        // Lots of one tender stand in one package.
        let package = room.package().digest();
        let of_a_known_package = self.pinned.values().any(|known| known.package().digest() == package);
        if roots.is_some() || of_a_known_package {
            return Ok(Found::Pinned(self.vouch(room)));
        }
        // Publications that were given are of another room: a login of this one would be refused as well.
        let other = self.pinned.values().any(|known| known.keys() != room.keys());
        if other { Err(BridgeRefusal::OtherRoom.into()) } else { Ok(Found::Unvouched(room)) }
    }

    /// Something vouches for it from now on.
    pub(super) fn vouch(&mut self, room: Arc<PublishedRoom>) -> Arc<PublishedRoom> {
        if let Some(keep) = &self.keep {
            keep.put_publication(&self.address, &room.session(), room.publication().der());
        }
        self.pinned.insert(room.session(), room.clone());
        room
    }

    /// The checked log of a session as it stands now.
    pub(super) async fn log(&mut self, room: &PublishedRoom) -> Result<Follower, Refused> {
        let session = room.session();
        let mut log = self.logs.remove(&session).unwrap_or_else(|| Follower::new(room));
        let mut last = None;
        for path in self.paths.clone() {
            match path.catch_up(&mut log).await {
                Ok(_) => {
                    self.logs.insert(session, log.clone());
                    return Ok(log);
                }
                Err(error) => last = Some(error),
            }
        }
        self.logs.insert(session, log);
        Err(failed(last))
    }

    /// Asks by one way after the other.
    async fn ask<T>(&self, question: impl AsyncFn(&Client) -> Result<T, ClientError>) -> Result<T, Refused> {
        let mut last = None;
        for path in &self.paths {
            match question(path).await {
                Ok(answer) => return Ok(answer),
                Err(error) => last = Some(error),
            }
        }
        Err(failed(last))
    }
}

fn failed(error: Option<ClientError>) -> Refused {
    match error {
        // A log that does not stand is no trouble of the network.
        Some(ClientError::Follow(error)) => Refused::detailed(BridgeRefusal::OtherRecord, error),
        Some(error) => Refused::detailed(BridgeRefusal::NoEvidence, error),
        None => BridgeRefusal::NoEvidence.into(),
    }
}
