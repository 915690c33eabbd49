//! `bidroom demo`.

use std::fs::File;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use bidroom_canon::to_canonical;
use bidroom_domain::{At, ReaderClass};
use bidroom_report::Renderer;
use bidroom_report::fonts::FontSource;
use bidroom_tender::SealedList;
use bidroom_verifier::{Outcome, verify};
use bidroom_wire::Demo;
use clap::Args;
use rand_core::Rng as _;
use zeroize::Zeroizing;

use super::documents::write_documents;
use super::firms::firms;
use super::play::{Pace, Play, Script};
use super::site::{PASSWORD, Site, SiteOptions};
use super::world::{TenderPlan, World};
use crate::app::App;
use crate::archive::{Options, export, read_trust, text_of};
use crate::clock::{BoxFuture, RoomClock, SystemClock};
use crate::config::Config;
use crate::random::SystemRandom;

/// Marks a folder that the demo may empty.
const MARKER: &str = "this-is-a-bidroom-demo";
/// The sealed list of experts in the demo's folder.
const LIST: &str = "专家名单.sealed.json";

/// How the demo is played.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// 目录；每次从头开始。 Folder; begun afresh each time.
    #[arg(long, default_value = "demo")]
    pub dir: PathBuf,
    /// HTTPS 地址。 Address of HTTPS.
    #[arg(long, default_value = "127.0.0.1:8443")]
    pub listen: SocketAddr,
    /// 本机 HTTP 地址，免去证书警告。 Address of HTTP, on loopback only.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub http: SocketAddr,
    /// 投标人家数。 Number of bidders.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub bidders: u16,
    /// 每份投标文件附件的大小（MiB）。 Attachments of each bid, MiB.
    #[arg(long, default_value_t = 2)]
    pub payload: u64,
    /// 几分钟后开标。 Minutes until the opening.
    #[arg(long, default_value_t = 3)]
    pub minutes: u32,
    /// 自动演完全部角色，导出并核验档案。 Plays every part, exports and verifies.
    #[arg(long)]
    pub auto: bool,
}

struct RealTime(Arc<SystemClock>);

impl Pace for RealTime {
    fn reach(&self, at: At) -> BoxFuture<()> {
        self.0.sleep_until(at)
    }
}

/// Plays the demo.
///
/// # Errors
/// What kept it from being played, with what to do.
pub async fn run(arguments: DemoArguments) -> anyhow::Result<()> {
    let clock = Arc::new(SystemClock::default());
    begin_afresh(&arguments.dir)?;
    say("准备：证书、锁、开标室 / people, locks, room");
    let bidders = usize::from(arguments.bidders);
    let world = World::new(firms(bidders), clock.now(), &mut SystemRandom)?;
    let options = SiteOptions::embedded(arguments.listen, Some(arguments.http));
    let site = Site::write(&arguments.dir, &world, options)?;
    let locks = site.write_locks(&world)?;
    let app = crate::start::open(Config::load(&site.config)?, clock.clone()).await?;
    let server = crate::http::serve(app.clone(), false).with_context(|| {
        format!(
            "{} 或 {} 不能使用，请用 --listen、--http 换一个 / choose other addresses",
            arguments.listen, arguments.http
        )
    })?;

    say("准备：投标人的文件 / the bidders' documents");
    let draft = world.lot(&plan(&arguments, clock.now()))?;
    let renderer = Renderer::new(FontSource::System)?;
    let mut documents = Vec::new();
    for (number, bidder) in (1_u32..).zip(&world.bidders) {
        let folder = arguments.dir.join(format!("documents/{number}"));
        documents.push(write_documents(&renderer, &folder, &draft, &bidder.firm, number, arguments.payload)?);
    }
    drop(renderer);
    let package = world.package(app.signer.identity(), &plan(&arguments, clock.now()))?;
    site.write_trust(app.signer.identity(), &package.digest())?;
    std::fs::write(arguments.dir.join("package.tender"), package.der())?;
    let lot = package.value().lots.first().context("no lot")?;

    say("准备：导入招标包，封存并上传投标文件 / package imported, bids sealed and sent");
    std::fs::create_dir_all(arguments.dir.join("bids"))?;
    let auto = arguments.auto;
    let https = server.https;
    let plain = server.http.map_or_else(|| format!("https://{https}"), |http| format!("http://{http}"));
    let pace = RealTime(clock);
    let play = Play {
        app: &app,
        url: plain.clone(),
        trust: Vec::new(),
        world: &world,
        package: package.der().to_vec(),
        session: lot.session(),
        folder: arguments.dir.join("bids"),
        documents,
        pace: &pace,
        script: Script {
            replaces: (bidders > 1).then_some(1),
            wrong_lock: (bidders > 3).then_some(3),
            objects: (bidders > 2).then_some(2),
            absent: None,
            leaves: None,
        },
        told: Arc::new(move |step| {
            if auto {
                say(step);
            }
        }),
    };
    play.prepare().await?;
    // Nobody sets it before: pages may offer the locks once there is something to do with them.
    drop(app.demo.set(Demo { session: lot.session(), locks }));

    let list = arguments.dir.join(LIST);
    seal_list(&play, &list).await?;

    if auto {
        play.whole().await?;
        finish(&app, &arguments.dir, &site, &play)?;
        return Ok(server.stop().await?);
    }
    invite(&plain, &format!("https://{https}"), &play.session.to_string(), lot.deadline);
    println!(
        "评标：开标结束后，主持人在评标页导入名单 {}，逐位登记席位、发口令；评标席在各自的标签页打开。",
        list.display()
    );
    tokio::signal::ctrl_c().await?;
    Ok(server.stop().await?)
}

fn plan(arguments: &DemoArguments, now: At) -> TenderPlan {
    // Sealing and sending all bids has to be over before the deadline: about 40 MB/s for both together, and a moment
    // for each bidder (three times as long in a build without optimisation).
    let slow = if cfg!(debug_assertions) { 3 } else { 1 };
    let sealing = (arguments.payload.saturating_mul(arguments.bidders.into()) / 20)
        .saturating_add(u64::from(arguments.bidders))
        .saturating_add(8)
        .saturating_mul(slow);
    let waiting = if arguments.auto { 0 } else { arguments.minutes.saturating_mul(60) };
    let deadline = now.plus_seconds(u32::try_from(sealing).unwrap_or(u32::MAX).saturating_add(waiting));
    TenderPlan {
        evaluation: Some(Box::new(super::evaluation::plan())),
        deadline,
        unlock_window_seconds: 600,
        opening_grace_seconds: 30,
        confirm_window_seconds: 600,
        standby_required: true,
    }
}

/// The list of experts, as the agency seals it for this room: the host imports it on the evaluation's page.
async fn seal_list(play: &Play<'_>, out: &Path) -> anyhow::Result<()> {
    let room = play.publication().await?;
    let mut secret = Zeroizing::new([0; 32]);
    SystemRandom.fill_bytes(secret.as_mut_slice());
    let sealed = SealedList::seal(room.publication(), room.facts(), &super::evaluation::list(), &secret)?;
    std::fs::write(out, to_canonical(&sealed)?).with_context(|| out.display().to_string())
}

/// Empties the demo's own folder; refuses any other that is not empty.
fn begin_afresh(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        if folder.join(MARKER).exists() {
            std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        } else if std::fs::read_dir(folder)?.next().is_some() {
            bail!(
                "{} 不是空目录，也不是演练留下的；请另选一个 / is not empty and not a demo's: choose another",
                folder.display()
            );
        }
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    std::fs::write(folder.join(MARKER), "bidroom demo empties this folder when it begins.\n")?;
    Ok(())
}

/// Exports the archive and verifies it against the trust folder.
fn finish(app: &App, folder: &Path, site: &Site, play: &Play<'_>) -> anyhow::Result<()> {
    let out = folder.join("archive.zip");
    say("导出档案 / exporting the archive");
    let options = Options { readers: ReaderClass::Supervisor, with_bodies: false };
    export(&app.store, &play.session, options, &out)?;
    say("核验档案 / verifying it");
    let trust = read_trust(&site.trust)?;
    let file = File::open(&out).with_context(|| out.display().to_string())?;
    let report = verify(BufReader::new(file), Some(&trust))?;
    println!("{}", text_of(&report));
    match report.outcome() {
        Outcome::Sound => Ok(()),
        outcome => bail!("档案没有通过核验 / the archive did not verify: {outcome:?}"),
    }
}

fn invite(plain: &str, secure: &str, session: &str, deadline: At) {
    println!();
    println!("开标室已就绪，{} 开标。各角色的页面（同一浏览器的不同标签页即可）：", deadline.clock_text());
    for (role, path) in [
        ("主持人 host      ", format!("/console/{session}")),
        ("授权人 officer   ", format!("/officer/{session}")),
        ("投标人 bidder    ", format!("/bid/{session}")),
        ("大厅   public hall", format!("/hall/{session}")),
        ("大屏   wall      ", format!("/wall/{session}")),
        ("评标   evaluation", format!("/evaluation/{session}")),
        ("评标席 terminals ", format!("/expert/{session}?terminal=终端1")),
        ("全部   start here", "/".to_owned()),
    ] {
        println!("  {role}  {plain}{path}");
    }
    println!("  HTTPS（自签证书）：{secure}/");
    println!("先打开 {plain}/ ，点“大屏”和“主持人”，主持人页右上角点“用演练锁登录”。");
    println!(
        "开标时间一到，按主持人页“下一步”的提示，依次在授权人页、投标人页点一下演练锁即可演完。锁口令：{PASSWORD}。Ctrl-C 结束。"
    );
}

fn say(what: &str) {
    eprintln!("· {what}");
}
