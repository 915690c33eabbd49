//! Plays every part of an opening through the public API.
//!
//! Every step looks at what stands and does what is missing, so that a play that was cut off anywhere goes on from
//! there: that is what a person would do, and how a room is tested that lost its power.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::client::{Client, ClientError, ClientOptions, Follower, RetryPolicy};
use bidroom_bidder::locks::AnyLock;
use bidroom_bidder::progress::{Progress, Silent};
use bidroom_bidder::seal::{Replaces, SealRequest, Signer, seal};
use bidroom_domain::opening::{Fate, Phase, State};
use bidroom_domain::{At, SessionId, StaffRole};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleField, ScheduleValue};
use bidroom_lock::{Lock as _, SoftLock};
use bidroom_unlocking::{PublishedRoom, Seen};
use bidroom_wire::HostCommand;

use super::firms::Firm;
use super::world::{BidderParty, World};
use crate::app::App;
use crate::clock::BoxFuture;
use crate::random::SystemRandom;
use crate::room::Snapshot;

/// How time passes for a play: it waits for it, or turns it.
pub trait Pace: Send + Sync {
    /// Ends when the room's clock has reached `at`.
    fn reach(&self, at: At) -> BoxFuture<()>;
}

/// What happens on the day, beside the ordinary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Script {
    /// The bidder (from 0) that replaces its bid.
    pub replaces: Option<usize>,
    /// The bidder that tries a wrong lock first.
    pub wrong_lock: Option<usize>,
    /// The bidder that objects.
    pub objects: Option<usize>,
    /// The bidder that never unlocks.
    pub absent: Option<usize>,
    /// The role whose person leaves before the record is signed.
    pub leaves: Option<StaffRole>,
}

/// Told after each step that the room acknowledged.
pub type Told = Arc<dyn Fn(&str) + Send + Sync>;

/// A play in a room.
pub struct Play<'a> {
    /// The room, for waiting only; everything is done through `url`.
    pub app: &'a App,
    /// Address of the room.
    pub url: String,
    /// Certificates (PEM) to trust beside the usual ones, for HTTPS.
    pub trust: Vec<Vec<u8>>,
    /// People.
    pub world: &'a World,
    /// The signed tender package.
    pub package: Vec<u8>,
    /// Session of its only lot.
    pub session: SessionId,
    /// Folder of sealed bids and documents.
    pub folder: PathBuf,
    /// Documents of each bidder.
    pub documents: Vec<Vec<PathBuf>>,
    /// Time.
    pub pace: &'a dyn Pace,
    /// What happens.
    pub script: Script,
    /// Told of each acknowledged step.
    pub told: Told,
}

/// The schedule of a firm's offer, with a discount in fen.
///
/// # Errors
/// Never for an invented firm.
pub fn schedule_of(firm: &Firm, discount: u64) -> anyhow::Result<Schedule> {
    let field = |key: &str, value| ScheduleField { key: key.to_owned(), value };
    Ok(Schedule::new(vec![
        field("price", ScheduleValue::Fen(firm.price.get().saturating_sub(discount))),
        field("delivery", ScheduleValue::Text(firm.days.to_string())),
        field("warranty", ScheduleValue::Text(firm.warranty.to_string())),
        field("manager", ScheduleValue::Text(firm.manager.clone())),
    ])?)
}

impl Play<'_> {
    /// Up to the deadline: the package is imported, bids are sealed and received, bidders signed in.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub async fn prepare(&self) -> anyhow::Result<()> {
        self.import().await?;
        for number in 0..self.world.bidders.len() {
            self.submit(number).await?;
        }
        Ok(())
    }

    /// The whole day.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub async fn whole(&self) -> anyhow::Result<()> {
        self.prepare().await?;
        let deadline = self.publication().await?.facts().deadline;
        self.pace.reach(deadline).await;
        self.authorise().await?;
        self.unlock().await?;
        self.announce().await?;
        self.confirm().await?;
        self.close().await?;
        self.sign().await
    }

    async fn wait(&self, what: &str, ready: impl FnMut(&Snapshot) -> bool) -> anyhow::Result<()> {
        let room = self.app.rooms.get(&self.session).context("no such session")?;
        room.wait_for(ready)
            .await
            .map(|_| ())
            .with_context(|| format!("the room stopped while waiting: {what}"))
    }

    fn client(&self) -> anyhow::Result<Client> {
        Ok(Client::new(&ClientOptions { server: self.url.clone(), trust: self.trust.clone() })?)
    }

    async fn logged_in(&self, lock: &AnyLock) -> anyhow::Result<Client> {
        let mut client = self.client()?;
        client.log_in(lock, &self.app.config.origin).await?;
        Ok(client)
    }

    /// The room's publication for the lot, as the agency's root vouches for it.
    ///
    /// # Errors
    /// If the room does not answer, or the publication does not stand.
    pub async fn publication(&self) -> anyhow::Result<PublishedRoom> {
        let der = self.client()?.publication(&self.session).await?;
        let root = self.world.agency_ca.root.clone();
        Ok(PublishedRoom::open(&der, Some(&[root]), self.app.now())?)
    }

    /// The state as anybody can check it, with everything that was acknowledged.
    ///
    /// # Errors
    /// Whatever keeps the log from being followed.
    pub async fn state(&self) -> anyhow::Result<State> {
        let mut follower = Follower::new(&self.publication().await?);
        let client = self.client()?;
        let durable =
            self.app.rooms.get(&self.session).map(|room| room.snapshot()).context("no such session")?;
        loop {
            client.catch_up(&mut follower).await?;
            // What was acknowledged is shown within the next tens of milliseconds, and before the deadline not at all.
            if durable.state.roster_at.is_none() || follower.size() >= durable.size {
                return Ok(follower.state().clone());
            }
        }
    }

    fn host(&self) -> anyhow::Result<&SoftLock> {
        Ok(&self.world.officers.first().context("no host")?.lock)
    }

    fn supervisor(&self) -> anyhow::Result<&SoftLock> {
        let mut staff = self.world.officers.iter();
        let supervisor = staff.find(|person| person.role == StaffRole::Supervisor);
        Ok(&supervisor.context("no supervisor")?.lock)
    }

    async fn import(&self) -> anyhow::Result<()> {
        let known = self.client()?.room().await?.sessions.iter().any(|known| known.session == self.session);
        if !known {
            let client = self.logged_in(self.host()?).await?;
            client.import(self.package.clone()).await?;
            (self.told)("import");
        }
        // A room that lost its power in the middle goes on by itself when it starts.
        self.wait("发布密钥", |snapshot| snapshot.state.phase > Phase::Prepare).await
    }

    fn bidder(&self, number: usize) -> anyhow::Result<&BidderParty> {
        self.world.bidders.get(number).context("no such bidder")
    }

    /// Seals and sends the bid of one bidder, the replacement where the script has one, and signs in.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub async fn submit(&self, number: usize) -> anyhow::Result<()> {
        let bidder = self.bidder(number)?;
        let room = self.publication().await?;
        if self.app.now() >= room.facts().deadline {
            return Ok(());
        }
        let client = self.logged_in(&bidder.main).await?;
        let wanted = if self.script.replaces == Some(number) { 2 } else { 1 };
        loop {
            let mine = client.mine(&room).await?;
            if mine.sequence >= wanted {
                if mine.signed_in.is_none() {
                    client.sign_in(&room, &bidder.main).await?;
                    (self.told)(&format!("sign-in {number}"));
                }
                return Ok(());
            }
            let sequence = mine.sequence + 1;
            let file = self.folder.join(format!("bid-{}-{sequence}.bid", number + 1));
            if !file.exists() {
                let replaces = mine.receipt.as_ref().map(|receipt| Replaces {
                    bid: bidroom_envelope::bid::submission::BidDigest(receipt.bid),
                    sequence: mine.sequence,
                });
                self.seal(&room, number, replaces, &file)?;
            }
            let bid = Arc::new(BidFile::open(&file)?);
            let progress: Arc<dyn Progress> = Arc::new(Silent);
            let receipt = client.upload(&room, &bid, RetryPolicy::default(), &progress).await?;
            std::fs::write(file.with_extension("receipt"), &receipt.receipt.0)?;
            (self.told)(&format!("receipt {number} {sequence} {}", receipt.bid));
        }
    }

    /// Seals the bid of one bidder into `out`.
    ///
    /// # Errors
    /// Of the disk, or a document that cannot be sealed.
    pub fn seal(
        &self,
        room: &PublishedRoom,
        number: usize,
        replaces: Option<Replaces>,
        out: &Path,
    ) -> anyhow::Result<()> {
        self.seal_and_keep(room, number, replaces, out, None)
    }

    /// Seals the bid of one bidder into `out` and keeps what belongs into its safe.
    ///
    /// # Errors
    /// Of the disk, or a document that cannot be sealed.
    pub fn seal_and_keep(
        &self,
        room: &PublishedRoom,
        number: usize,
        replaces: Option<Replaces>,
        out: &Path,
        keep: Option<&Path>,
    ) -> anyhow::Result<()> {
        self.seal_as(room, number, replaces, out, (keep, false))
    }

    /// Seals the bid of one bidder into `out`, which opts for the remedy key.
    ///
    /// # Errors
    /// Of the disk, or a document that cannot be sealed.
    pub fn seal_with_remedy(&self, room: &PublishedRoom, number: usize, out: &Path) -> anyhow::Result<()> {
        self.seal_as(room, number, None, out, (None, true))
    }

    fn seal_as(
        &self,
        room: &PublishedRoom,
        number: usize,
        replaces: Option<Replaces>,
        out: &Path,
        (keep, remedy): (Option<&Path>, bool),
    ) -> anyhow::Result<()> {
        let bidder = self.bidder(number)?;
        // The first try of the one who replaces is dearer.
        let discount = if self.script.replaces == Some(number) && replaces.is_none() { 0 } else { 100 };
        let locks = [&bidder.main, &bidder.sub].map(|lock| lock.identity().encryption_certificate().clone());
        let request = SealRequest {
            room,
            schedule: &schedule_of(&bidder.firm, discount)?,
            documents: self.documents.get(number).context("no documents")?,
            locks: &locks,
            signer: Signer { certificate: bidder.main.identity().signing_certificate(), key: &bidder.main },
            replaces,
            out,
            keep,
            remedy,
            now: self.app.now(),
        };
        seal(&request, &mut SystemRandom, &Silent)?;
        Ok(())
    }

    /// Once the deadline has passed: two officers authorise; the host opens the unlock window.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub fn authorise(&self) -> Pin<Box<impl Future<Output = anyhow::Result<()>>>> {
        Box::pin(self.officers_authorise())
    }

    async fn officers_authorise(&self) -> anyhow::Result<()> {
        self.wait("公布名单", |snapshot| {
            snapshot.state.phase > Phase::Receive && snapshot.note.is_some()
        })
        .await?;
        let room = self.publication().await?;
        let state = self.state().await?;
        ensure!(state.refused.is_none(), "the opening was refused");
        for (index, person) in (1_u8..).zip(&self.world.officers).take(2) {
            if !state.authorised.contains_key(&index) && state.phase == Phase::Authorise {
                let client = self.logged_in(&person.lock).await?;
                client.authorise(&room, &person.lock, Seen::default()).await?;
                (self.told)(&format!("authorise {index}"));
            }
        }
        self.host_does(Phase::Authorise, HostCommand::StartUnlock, "start").await
    }

    async fn host_does(&self, phase: Phase, command: HostCommand, step: &str) -> anyhow::Result<()> {
        if self.state().await?.phase == phase {
            let client = self.logged_in(self.host()?).await?;
            client.command(&self.publication().await?, &command).await?;
            (self.told)(step);
        }
        Ok(())
    }

    /// Every bidder gives its share; the host ends collecting; the room opens.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub fn unlock(&self) -> Pin<Box<impl Future<Output = anyhow::Result<()>>>> {
        Box::pin(self.bidders_unlock())
    }

    async fn bidders_unlock(&self) -> anyhow::Result<()> {
        let room = self.publication().await?;
        for number in 0..self.world.bidders.len() {
            if self.script.absent == Some(number) {
                continue;
            }
            let bidder = self.bidder(number)?;
            let state = self.state().await?;
            let row = state.row(&bidder.firm.code);
            if state.phase != Phase::Unlock || row.is_none_or(|row| row.collected.is_some()) {
                continue;
            }
            let client = self.logged_in(&bidder.main).await?;
            if self.script.wrong_lock == Some(number) && row.is_some_and(|row| row.mismatch.is_none()) {
                match client.unlock(&room, &bidder.old, None).await {
                    Err(ClientError::WrongLockRecorded(_)) => (self.told)(&format!("mismatch {number}")),
                    other => bail!("a wrong lock was answered with {other:?}"),
                }
            }
            // The one with the wrong lock in its hand comes back with the sub lock.
            let lock = if self.script.wrong_lock == Some(number) { &bidder.sub } else { &bidder.main };
            client.unlock(&room, lock, None).await?;
            (self.told)(&format!("share {number}"));
        }
        if self.script.absent.is_some() {
            let ends = self.state().await?.unlock.filter(|_| true).map(|clock| clock.ends_at);
            if let Some(ends) = ends {
                self.pace.reach(ends).await;
            }
        }
        self.host_does(Phase::Unlock, HostCommand::CloseUnlock, "close unlock").await?;
        self.wait("同时开启", |snapshot| snapshot.state.phase >= Phase::Announce).await
    }

    /// The host has row after row read, and decides the fate of who was absent, with which the supervisor agrees.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub async fn announce(&self) -> anyhow::Result<()> {
        let room = self.publication().await?;
        let client = self.logged_in(self.host()?).await?;
        loop {
            let state = self.state().await?;
            if state.phase != Phase::Announce {
                return Ok(());
            }
            let undecided = state.roster.iter().find(|row| row.needs_fate());
            let awaits = state.roster.iter().find(|row| state.awaits_verdict(row));
            if let Some(decided) = awaits.and_then(|row| row.decided.as_ref()) {
                let supervisor = self.supervisor()?;
                let watching = self.logged_in(supervisor).await?;
                watching.judge_fate(&room, supervisor, decided, None).await?;
                (self.told)(&format!("agreed {}", decided.bidder));
                continue;
            }
            let command = match (undecided, state.next_row()) {
                (Some(row), _) => HostCommand::AttributeBid {
                    bidder: row.row.bidder.code.clone(),
                    fate: Fate::Revoked,
                    reason: "解密时限内没有提交，系统记录显示中心一侧无故障".to_owned(),
                },
                (None, Some(number)) => HostCommand::AnnounceBid { number },
                (None, None) => HostCommand::FinishAnnouncing,
            };
            client.command(&room, &command).await?;
            (self.told)(&format!("{command:?}"));
        }
    }

    /// Every bidder confirms; who objects gets an answer first.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub async fn confirm(&self) -> anyhow::Result<()> {
        let room = self.publication().await?;
        for number in 0..self.world.bidders.len() {
            let bidder = self.bidder(number)?;
            let code = &bidder.firm.code;
            let mut follower = Follower::new(&room);
            let client = self.logged_in(&bidder.main).await?;
            client.catch_up(&mut follower).await?;
            let state = follower.state();
            if state.phase != Phase::Confirm || state.row(code).is_none_or(|row| row.confirmed.is_some()) {
                continue;
            }
            let record = follower.record()?;
            let objected = state.objections.iter().any(|objection| objection.bidder == *code);
            if self.script.objects == Some(number) && !objected {
                let text = "本单位一览表中的质保期请核对：投标函写的是 4 年。";
                client.object(&room, &bidder.main, record, text).await?;
                (self.told)(&format!("objection {number}"));
            }
            if let Some(objection) = self.state().await?.open_objection(code) {
                let command = HostCommand::AnswerObjection {
                    objection: objection.number,
                    text: "已核对：一览表封存的质保期如屏幕所示，以一览表为准（招标文件 5.4）。".to_owned(),
                };
                self.logged_in(self.host()?).await?.command(&room, &command).await?;
                (self.told)("answer");
            }
            client.confirm(&room, &bidder.main, record).await?;
            (self.told)(&format!("confirm {number}"));
        }
        Ok(())
    }

    /// The host closes the opening once all bodies are verified.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub async fn close(&self) -> anyhow::Result<()> {
        self.wait("核对正文", |snapshot| {
            snapshot.state.roster.iter().all(|row| !row.is_opened() || row.body.is_some())
        })
        .await?;
        self.host_does(Phase::Confirm, HostCommand::CloseSession, "close").await?;
        ensure!(self.state().await?.phase == Phase::Closed, "the session is not closed");
        Ok(())
    }

    /// Staff signs the record; for whoever the script has away the host records the absence.
    ///
    /// # Errors
    /// The first thing that did not go as in the script.
    pub async fn sign(&self) -> anyhow::Result<()> {
        let room = self.publication().await?;
        for person in &self.world.officers {
            let away = self.script.leaves == Some(person.role);
            let client = self.logged_in(if away { self.host()? } else { &person.lock }).await?;
            let mut follower = Follower::new(&room);
            client.catch_up(&mut follower).await?;
            if !follower.state().awaited_roles().any(|role| role == person.role) {
                continue;
            }
            if away {
                let reason = "唱标后因公务提前离场，已电话告知开标记录内容".to_owned();
                let command = HostCommand::RecordAbsence { role: person.role, reason };
                client.command(&room, &command).await?;
                (self.told)(&format!("absent {:?}", person.role));
            } else {
                client.sign_record(&room, &person.lock, follower.seen_record()?).await?;
                (self.told)(&format!("signature {:?}", person.role));
            }
        }
        Ok(())
    }
}
