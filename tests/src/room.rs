//! A room for a story.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use bidroom::app::App;
use bidroom::archive::{Options, export};
use bidroom::clock::{BoxFuture, ManualClock};
use bidroom::config::{Config, CustodyPlace};
use bidroom::demo::firms::firms;
use bidroom::demo::play::{Pace, Play, Script, Told};
use bidroom::demo::site::{Site, SiteDevice, SiteOptions};
use bidroom::demo::world::{TenderPlan, World};
use bidroom::http::Server;
use bidroom::store::Store;
use bidroom_domain::{At, SessionId};

use crate::custody::CustodyProcess;
use crate::random::CountingRandom;
use crate::softhsm::SoftHsm;

/// When stories begin: twenty minutes before their deadline, sign-in being open.
pub const MORNING: At = At(1_773_798_000_000);
/// Their deadline: 2026-03-18 10:00:00 in China.
pub const DEADLINE: At = At(1_773_799_200_000);

/// Where a custody process of a story reads its time.
pub const CLOCK: &str = "clock";
/// Where it reads by how much its time of day is ahead of its clock since boot.
pub const BOOT: &str = "boot";

fn options() -> anyhow::Result<SiteOptions> {
    let any: SocketAddr = "127.0.0.1:0".parse()?;
    Ok(SiteOptions::embedded(any, Some(any)))
}

/// Sets the clock of a story's custody by so many milliseconds against its clock since boot, as an administrator would;
/// the room's own clock stays.
///
/// # Errors
/// Of the disk.
pub fn set_clock(folder: &Path, millis: i64) -> anyhow::Result<()> {
    let path = folder.join(BOOT);
    let before: i64 = std::fs::read_to_string(&path)?.parse()?;
    let part = path.with_extension("part");
    std::fs::write(&part, (before + millis).to_string())?;
    Ok(std::fs::rename(&part, &path)?)
}

/// Puts a time where a custody process reads it: the old one or the new one, never half of one.
pub(crate) fn tell(path: &Path, at: At) {
    let part = path.with_extension("part");
    // A story that cannot tell its time fails at the next thing it does.
    drop(std::fs::write(&part, at.0.to_string()).and_then(|()| std::fs::rename(&part, path)));
}

/// A room that serves, its clock and its people.
pub struct StoryRoom {
    /// Folder of everything.
    pub site: Site,
    /// The room's clock; only the story moves it.
    pub clock: Arc<ManualClock>,
    /// People and locks.
    pub world: World,
    /// The components, for looking; stories act through `url`.
    pub app: Arc<App>,
    /// Address of the plain server on loopback.
    pub url: String,
    server: Server,
}

impl StoryRoom {
    /// A fresh room with `bidders` bidders.
    ///
    /// # Errors
    /// Whatever kept the room from starting.
    pub async fn new(folder: &Path, bidders: usize) -> anyhow::Result<Self> {
        Self::on(folder, bidders, |store| store).await
    }

    /// A fresh room with these devices in its own process.
    ///
    /// # Errors
    /// Whatever kept it from starting.
    pub async fn with_devices(
        folder: &Path,
        bidders: usize,
        devices: Vec<SiteDevice>,
    ) -> anyhow::Result<Self> {
        Site::write(folder, &Self::people(bidders)?, SiteOptions { devices, ..options()? })?;
        Self::on(folder, bidders, |store| store).await
    }

    /// A fresh room whose custody is a process of its own, with these devices.
    ///
    /// # Errors
    /// Whatever kept one of the two from starting.
    pub async fn with_custody(
        folder: &Path,
        bidders: usize,
        devices: Vec<SiteDevice>,
    ) -> anyhow::Result<(Self, CustodyProcess)> {
        Self::apart(folder, bidders, devices, Vec::new()).await
    }

    /// A fresh room whose keys are in two tokens of SoftHSM2, behind a custody process of its own.
    ///
    /// # Errors
    /// Whatever kept one of them from starting.
    pub async fn with_hsm(folder: &Path, bidders: usize) -> anyhow::Result<(Self, CustodyProcess)> {
        let hsm = SoftHsm::new(&folder.join("hsm"), &["主机 main", "备机 standby"])?;
        Self::apart(folder, bidders, hsm.devices(), vec![hsm.environment()]).await
    }

    /// A fresh room behind a custody process with these devices and more in its environment.
    ///
    /// # Errors
    /// Whatever kept one of them from starting.
    pub async fn apart(
        folder: &Path,
        bidders: usize,
        devices: Vec<SiteDevice>,
        environment: Vec<(String, PathBuf)>,
    ) -> anyhow::Result<(Self, CustodyProcess)> {
        let options = SiteOptions { devices, custody_apart: true, ..options()? };
        Site::write(folder, &Self::people(bidders)?, options)?;
        let custody = CustodyProcess::start(folder, MORNING, environment)?;
        let room = Self::on(folder, bidders, |store| store).await?;
        // Time stands still between two steps of a story: whoever starts custody again lets it take effect.
        let app = room.app.clone();
        custody.when_started(move || app.rooms.tick());
        Ok((room, custody))
    }

    /// The room of a folder: a fresh one, or the one that was there, as after a power cut. `observe` may watch the
    /// store.
    ///
    /// # Errors
    /// Whatever kept the room from starting.
    pub async fn on(
        folder: &Path,
        bidders: usize,
        observe: impl FnOnce(Store) -> Store,
    ) -> anyhow::Result<Self> {
        let world = Self::people(bidders)?;
        let site =
            if folder.join("room.toml").exists() { Site::at(folder) } else { Self::lay_out(folder, &world)? };
        let mut config = Config::load(&site.config)?;
        // How full the disk of the machine is that plays the story has no part in it.
        (config.limits.bid_bytes, config.limits.disk_reserve_bytes) = (64 << 20, 1 << 20);
        let store = observe(Store::open(&config.data_dir)?);
        let mut last = MORNING;
        for session in store.sessions()? {
            let state = bidroom::room::state_of(&store.entries(&session, 0, usize::MAX)?)?;
            last = state.last.map_or(last, |at| at.max(last));
        }
        let told = folder.join(CLOCK);
        let clock = ManualClock::new(last);
        // A custody process has the story's time from a file.
        let clock = Arc::new(if matches!(config.custody, CustodyPlace::Socket(_)) {
            clock.telling(move |at| tell(&told, at))
        } else {
            clock
        });
        let app = bidroom::start::open_on(store, config, clock.clone()).await?;
        let server = bidroom::http::serve(app.clone(), false)?;
        let address = server.http.context("no plain server")?;
        Ok(Self { url: format!("http://{address}"), site, clock, world, app, server })
    }

    /// The same people in every run, so that a room can be taken up by another process.
    ///
    /// # Errors
    /// Never; everybody is invented.
    pub fn people(bidders: usize) -> anyhow::Result<World> {
        Ok(World::new(firms(bidders), MORNING, &mut CountingRandom::new("people"))?)
    }

    /// Writes the folder that a room starts from, for a story that changes something in it first.
    ///
    /// # Errors
    /// Of the disk.
    pub fn lay_out(folder: &Path, world: &World) -> anyhow::Result<Site> {
        Ok(Site::write(folder, world, options()?)?)
    }

    /// Stops serving.
    ///
    /// # Errors
    /// Whatever the server ended with.
    pub async fn stop(self) -> anyhow::Result<()> {
        Ok(self.server.stop().await?)
    }

    /// Writes and signs the tender package of a play, for a story with a plan of its own.
    ///
    /// # Errors
    /// Of the disk.
    pub fn write_package(&self, plan: &TenderPlan) -> anyhow::Result<()> {
        let signed = self.world.package(self.app.signer.identity(), plan)?;
        self.site.write_trust(self.app.signer.identity(), &signed.digest())?;
        Ok(std::fs::write(self.site.folder.join("package.tender"), signed.der())?)
    }

    /// A play in this room, with small documents.
    ///
    /// # Errors
    /// Of the disk.
    pub fn play<'a>(&'a self, pace: &'a dyn Pace, script: Script, told: Told) -> anyhow::Result<Play<'a>> {
        let package = self.site.folder.join("package.tender");
        if !package.exists() {
            self.write_package(&Self::plan())?;
        }
        let mut documents = Vec::new();
        for (number, bidder) in self.world.bidders.iter().enumerate() {
            // What the committee of a blind review reads by its number, where there is one.
            let own = self.site.folder.join(format!("documents-{number}"));
            let path = own.join("技术文件.pdf");
            if !path.exists() {
                std::fs::create_dir_all(&own)?;
                std::fs::write(&path, format!("%PDF-1.7\n% {} 的投标文件\n", bidder.firm.name).repeat(50))?;
            }
            documents.push(vec![path]);
        }
        let folder = self.site.folder.join("bids");
        std::fs::create_dir_all(&folder)?;
        Ok(Play {
            app: &self.app,
            url: self.url.clone(),
            trust: Vec::new(),
            world: &self.world,
            package: std::fs::read(&package)?,
            session: Self::session()?,
            folder,
            documents,
            pace,
            script,
            told,
        })
    }

    /// Exports the session and verifies it against the trust folder.
    ///
    /// # Errors
    /// If it cannot be exported or used.
    pub fn export(&self, out: &Path) -> anyhow::Result<()> {
        let options = Options { readers: bidroom_domain::ReaderClass::Supervisor, with_bodies: false };
        Ok(export(&self.app.store, &Self::session()?, options, out)?)
    }

    /// The plan of a story's tender.
    pub fn plan() -> TenderPlan {
        TenderPlan {
            evaluation: None,
            deadline: DEADLINE,
            unlock_window_seconds: 1800,
            opening_grace_seconds: 60,
            confirm_window_seconds: 900,
            standby_required: true,
        }
    }

    /// The session of the story's only lot.
    ///
    /// # Errors
    /// Never; the id is a constant.
    pub fn session() -> anyhow::Result<SessionId> {
        Ok("YZZC-2026-G0117-1".parse()?)
    }
}

/// Turns the clock instead of waiting.
pub struct Turned(pub Arc<ManualClock>);

impl Pace for Turned {
    fn reach(&self, at: At) -> BoxFuture<()> {
        self.0.set(at);
        Box::pin(std::future::ready(()))
    }
}
