//! A room for a story.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use bidroom::app::App;
use bidroom::clock::ManualClock;
use bidroom::config::Config;
use bidroom::demo::firms::firms;
use bidroom::demo::site::{Site, SiteOptions};
use bidroom::demo::world::{TenderPlan, World};
use bidroom::http::Server;
use bidroom_domain::{At, SessionId};

/// When stories begin: two hours before their deadline.
pub const MORNING: At = At(1_773_792_000_000);
/// Their deadline: 2026-03-18 10:00:00 in China.
pub const DEADLINE: At = At(1_773_799_200_000);

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
        let world = World::new(firms(bidders), MORNING)?;
        let any: SocketAddr = "127.0.0.1:0".parse()?;
        let options = SiteOptions { listen: any, plain_http: Some(any), standby: true };
        let site = Site::write(folder, &world, options)?;
        Self::start(site, world, Arc::new(ManualClock::new(MORNING))).await
    }

    /// Starts the room of a folder, as after a power cut.
    ///
    /// # Errors
    /// Whatever kept the room from starting.
    pub async fn start(site: Site, world: World, clock: Arc<ManualClock>) -> anyhow::Result<Self> {
        let app = bidroom::start::open(Config::load(&site.config)?, clock.clone()).await?;
        let server = bidroom::http::serve(app.clone(), false)?;
        let address = server.http.context("no plain server")?;
        Ok(Self { url: format!("http://{address}"), site, clock, world, app, server })
    }

    /// Stops the server and starts it again on the same folder.
    ///
    /// # Errors
    /// Whatever kept the room from starting.
    pub async fn restart(self) -> anyhow::Result<Self> {
        let Self { site, clock, world, app, server, .. } = self;
        server.stop().await?;
        drop(app);
        Self::start(site, world, clock).await
    }

    /// The plan of a story's tender.
    pub fn plan() -> TenderPlan {
        TenderPlan {
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

    /// Moves the clock to `at`, in steps small enough that nothing that time makes happen is skipped.
    pub fn turn_to(&self, at: At) {
        self.clock.set(at);
        self.app.rooms.tick();
    }
}
