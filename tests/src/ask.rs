//! What stories ask of a room: through its API as people do, or of its log and its archive.

use anyhow::{Context as _, ensure};
use bidroom::archive::read_trust;
use bidroom::demo::play::Play;
use bidroom::room::{RoomHandle, state_of};
use bidroom_bidder::client::{Client, ClientError, ClientOptions};
use bidroom_bidder::locks::AnyLock;
use bidroom_domain::opening::{Phase, State};
use bidroom_unlocking::PublishedRoom;
use bidroom_verifier::{Outcome, verify};

use crate::room::{MORNING, StoryRoom};

impl StoryRoom {
    /// A client that nobody has logged in with.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn client(&self) -> Result<Client, ClientError> {
        Client::new(&ClientOptions { server: self.url.clone(), trust: Vec::new() })
    }

    /// A client that the holder of a lock is logged in with.
    ///
    /// # Errors
    /// If the room does not let it in.
    pub async fn logged_in(&self, lock: &AnyLock) -> Result<Client, ClientError> {
        let mut client = self.client()?;
        client.log_in(lock, &self.app.config.origin).await?;
        Ok(client)
    }

    /// The room as it is published.
    ///
    /// # Errors
    /// If it is not published.
    pub async fn published(&self) -> anyhow::Result<PublishedRoom> {
        let der = self.client()?.publication(&Self::session()?).await?;
        Ok(PublishedRoom::open(&der, None, MORNING)?)
    }

    /// Has the host import the play's package; the room as it is published then. Whoever seals a bid in a way of its own
    /// does it after this and before the play goes on.
    ///
    /// # Errors
    /// If the room does not take it.
    pub async fn imported(&self, play: &Play<'_>) -> anyhow::Result<PublishedRoom> {
        let host = self.world.officers.first().context("no host")?;
        self.logged_in(&host.lock).await?.import(play.package.clone()).await?;
        self.handle()?.wait_for(|it| it.state.phase == Phase::Receive).await.context("the room stopped")?;
        self.published().await
    }

    /// The session's actor.
    ///
    /// # Errors
    /// If there is no session yet.
    pub fn handle(&self) -> anyhow::Result<RoomHandle> {
        self.app.rooms.get(&Self::session()?).ok_or_else(|| anyhow::anyhow!("there is no session"))
    }

    /// What the log comes to.
    ///
    /// # Errors
    /// Of the disk.
    pub fn state(&self) -> anyhow::Result<State> {
        Ok(state_of(&self.app.store.entries(&Self::session()?, 0, usize::MAX)?)?)
    }

    /// Exports the archive and has it verified against the anchors of the site.
    ///
    /// # Errors
    /// If anything in it does not hold.
    pub fn sound(&self) -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let archive = folder.path().join("archive.zip");
        self.export(&archive)?;
        let trust = read_trust(&self.site.trust)?;
        let report = verify(std::fs::File::open(archive)?, Some(&trust))?;
        ensure!(report.outcome() == Outcome::Sound, "{report:#?}");
        Ok(())
    }
}

/// The code of a refusal; of what was no refusal its text.
pub fn code<T>(done: Result<T, ClientError>) -> String {
    match done {
        Ok(_) => "done".to_owned(),
        Err(ClientError::Api { error, .. }) => error.code,
        Err(other) => other.to_string(),
    }
}
