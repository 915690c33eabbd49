//! A whole opening with every part in a process of its own: a bidder seals with one, sends with another, unlocks with a
//! third; one `bidroom serve` receives and opens. Prints the peak resident memory of each and what the log says of time.
//!
//! `cargo run --release --example processes -- FOLDER MIB…`, with one number for each bidder: the length of its document.
//! FOLDER is made and, at the end, removed; it takes the length of all bids, and twice the largest. Staff act from here,
//! through the public API. `BENCH_RATE` is how many MiB a second this machine seals and sends, 20 by default: the
//! deadline has to be set before.

#![allow(clippy::as_conversions, clippy::print_stdout, reason = "a measurement")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use bidroom::clock::{RoomClock as _, SystemClock};
use bidroom::demo::documents::write_attachment;
use bidroom::demo::firms::firms;
use bidroom::demo::site::{PASSWORD, Site, SiteOptions};
use bidroom::demo::world::{TenderPlan, World};
use bidroom::random::SystemRandom;
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_domain::opening::Phase;
use bidroom_domain::{At, SessionId};
use bidroom_ledger::entry::Entry;
use bidroom_ledger::replay::LeafView;
use bidroom_tender::RoomIdentity;
use bidroom_unlocking::{PublishedRoom, Seen};
use bidroom_wire::HostCommand;

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// How often the room is asked.
const ASK: Duration = Duration::from_millis(200);

/// The most memory a process ever had, in KiB, as the kernel counts it.
fn peak_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Runs a command to its end: how long it took, and its peak in KiB.
fn run(command: &mut Command) -> anyhow::Result<(Duration, u64)> {
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let errors = child.stderr.take().context("no standard error")?;
    let errors = std::thread::spawn(move || std::io::read_to_string(errors));
    let mut peak = 0;
    let status = loop {
        peak = peak_of(child.id()).unwrap_or(0).max(peak);
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK),
        }
    };
    let said = errors.join().ok().and_then(Result::ok).unwrap_or_default();
    ensure!(status.success(), "{command:?}: {said}");
    Ok((begun.elapsed(), peak))
}

/// A server of its own; it ends with this value.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(program: &Path, config: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--config"])
            .arg(config)
            .env("NO_COLOR", "1")
            .env_remove("BIDROOM_LOG")
            .stderr(Stdio::piped())
            .spawn()?;
        let mut log = BufReader::new(child.stderr.take().context("no standard error")?).lines();
        let mut seen = String::new();
        let address = log.by_ref().map_while(Result::ok).find_map(|line| {
            seen.push_str(&line);
            seen.push('\n');
            line.split_once("http=Some(")?.1.split_once(')')?.0.parse::<SocketAddr>().ok()
        });
        // Its messages are read to the end, so that it never waits for us.
        std::thread::spawn(move || log.for_each(drop));
        match address {
            Some(address) => Ok(Self { child, url: format!("http://{address}") }),
            None => bail!("the server did not start:\n{seen}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Bench {
    folder: PathBuf,
    tool: PathBuf,
    site: Site,
    world: World,
    server: Server,
    session: SessionId,
    clock: SystemClock,
}

impl Bench {
    async fn client(&self, officer: usize) -> anyhow::Result<Client> {
        let mut client = Client::new(&ClientOptions { server: self.server.url.clone(), trust: Vec::new() })?;
        let person = self.world.officers.get(officer).context("no such officer")?;
        client.log_in(&person.lock, "yunzhou-1").await?;
        Ok(client)
    }

    fn publication(&self) -> PathBuf {
        self.folder.join("lot.publication")
    }

    fn lock(&self, bidder: usize) -> PathBuf {
        self.site.folder.join(format!("locks/bidder-{}-main.lock", bidder + 1))
    }

    fn tool(&self, task: &str) -> Command {
        let mut command = Command::new(&self.tool);
        command.arg(task).arg("--tender").arg(self.publication());
        command.arg("--password-file").arg(self.site.folder.join("locks/password.txt"));
        command
    }

    /// Seals and sends one bid; peaks of both.
    fn submit(&self, bidder: usize, mib: u64) -> anyhow::Result<(u64, u64)> {
        let firm = &self.world.bidders.get(bidder).context("no such bidder")?.firm;
        let place = |name: &str| self.folder.join(format!("{name}-{}", bidder + 1));
        let (document, schedule, bid) = (place("document"), place("schedule"), place("bid"));
        write_attachment(&document, u32::try_from(bidder + 1)?, mib)?;
        let offered = serde_json::json!({
            "price": firm.price.figures(), "delivery": firm.days.to_string(),
            "warranty": firm.warranty.to_string(), "manager": firm.manager,
        });
        std::fs::write(&schedule, offered.to_string())?;
        let mut seal = self.tool("seal");
        seal.arg("--schedule").arg(&schedule).arg("--document").arg(&document);
        seal.arg("--lock").arg(self.lock(bidder)).arg("--out").arg(&bid);
        let (sealing, sealed) = run(&mut seal)?;
        std::fs::remove_file(&document)?;
        let mut send = self.tool("send");
        send.arg("--server").arg(&self.server.url).arg("--lock").arg(self.lock(bidder)).arg(&bid);
        let (sending, sent) = run(&mut send)?;
        std::fs::remove_file(&bid)?;
        println!(
            "bid {:>2}, {mib} MiB: sealed in {:.1} s by a process of {} MiB at most, sent in {:.1} s by one of {} MiB",
            bidder + 1,
            sealing.as_secs_f64(),
            sealed.div_ceil(1024),
            sending.as_secs_f64(),
            sent.div_ceil(1024)
        );
        Ok((sealed, sent))
    }

    fn unlock(&self, bidder: usize) -> anyhow::Result<u64> {
        let mut unlock = self.tool("unlock");
        unlock.arg("--server").arg(&self.server.url).arg("--session").arg(self.session.as_str());
        Ok(run(unlock.arg("--lock").arg(self.lock(bidder)))?.1)
    }

    /// Times of all entries of the log by kind, as anybody gets them.
    async fn log(&self, client: &Client) -> anyhow::Result<BTreeMap<String, Vec<i64>>> {
        let mut times: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        let mut size = 0;
        loop {
            let frame = client.frame(&self.session, size).await?;
            if frame.leaves.is_empty() {
                return Ok(times);
            }
            size += frame.leaves.len() as u64;
            for leaf in &frame.leaves {
                if let LeafView::Entry { bytes, .. } = leaf {
                    let entry = Entry::parse(bytes.as_bytes())?;
                    times.entry(entry.kind().to_owned()).or_default().push(entry.at());
                }
            }
        }
    }

    async fn wait(
        &self,
        client: &Client,
        kind: &str,
        count: usize,
    ) -> anyhow::Result<BTreeMap<String, Vec<i64>>> {
        loop {
            let log = self.log(client).await?;
            if log.get(kind).map_or(0, Vec::len) >= count {
                return Ok(log);
            }
            tokio::time::sleep(ASK).await;
        }
    }
}

/// Imports the tender; where the room publishes its keys, everything is ready for bids.
async fn set_up(folder: &Path, lengths: &[u64], rate: u64) -> anyhow::Result<Bench> {
    let programs = std::env::current_exe()?;
    let programs = programs.ancestors().nth(2).context("no folder of programs")?.to_owned();
    let clock = SystemClock::default();
    let world = World::new(firms(lengths.len()), clock.now(), &mut SystemRandom)?;
    let any: SocketAddr = "127.0.0.1:0".parse()?;
    let options = SiteOptions::embedded(any, Some(any));
    let site = Site::write(folder, &world, options)?;
    site.write_locks(&world)?;
    ensure!(
        std::fs::read_to_string(site.folder.join("locks/password.txt"))? == PASSWORD,
        "the locks' password"
    );
    let server = Server::start(&programs.join("bidroom"), &site.config)?;
    let seconds = lengths.iter().sum::<u64>() / rate.max(1) + 2 * lengths.len() as u64 + 10;
    let plan = TenderPlan {
        evaluation: None,
        deadline: clock.now().plus_seconds(u32::try_from(seconds)?),
        unlock_window_seconds: 600,
        opening_grace_seconds: 30,
        confirm_window_seconds: 600,
        standby_required: true,
    };
    let identity = std::fs::read(folder.join("room/data/identity.json"))?;
    let package = world.package(&bidroom_canon::from_canonical::<RoomIdentity>(&identity)?, &plan)?;
    let session = package.value().lots.first().context("no lot")?.session();
    let bench = Bench {
        folder: folder.to_owned(),
        tool: programs.join("bidroom-bidder"),
        site,
        world,
        server,
        session,
        clock,
    };
    let host = bench.client(0).await?;
    host.import(package.der().to_vec()).await?;
    std::fs::write(bench.publication(), host.publication(&bench.session).await?)?;
    Ok(bench)
}

async fn open(bench: &Bench, bidders: usize) -> anyhow::Result<(BTreeMap<String, Vec<i64>>, u64)> {
    let host = bench.client(0).await?;
    let published = PublishedRoom::open(&std::fs::read(bench.publication())?, None, bench.clock.now())?;
    let left = published.facts().deadline.millis_since(bench.clock.now());
    println!("{} s left until the deadline", left / 1000);
    while host.session(&bench.session).await?.phase < Phase::Authorise {
        tokio::time::sleep(ASK).await;
    }
    for officer in 0..2 {
        let person = bench.world.officers.get(officer).context("no such officer")?;
        bench.client(officer).await?.authorise(&published, &person.lock, Seen::default()).await?;
    }
    host.command(&published, &HostCommand::StartUnlock).await?;
    let mut peak = 0;
    for bidder in 0..bidders {
        peak = bench.unlock(bidder)?.max(peak);
    }
    host.command(&published, &HostCommand::CloseUnlock).await?;
    Ok((bench.wait(&host, "body.verified", bidders).await?, peak))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("FOLDER MIB…")?);
    let lengths = arguments.map(|mib| mib.parse()).collect::<Result<Vec<u64>, _>>()?;
    ensure!(lengths.len() >= 3, "an opening needs three bidders");
    ensure!(!folder.exists(), "{} exists already", folder.display());
    let rate = std::env::var("BENCH_RATE").ok().map_or(Ok(20), |rate| rate.parse())?;
    let bench = set_up(&folder, &lengths, rate).await?;
    let (mut sealed, mut sent) = (0, 0);
    for (bidder, mib) in lengths.iter().enumerate() {
        let peaks = bench.submit(bidder, *mib)?;
        (sealed, sent) = (sealed.max(peaks.0), sent.max(peaks.1));
    }
    let (log, unlocked) = open(&bench, lengths.len()).await?;
    let served = peak_of(bench.server.child.id()).context("the server is gone")?;
    let first = |kind: &str| log.get(kind).and_then(|times| times.first().copied()).context(kind.to_owned());
    let last = log.get("body.verified").and_then(|times| times.last().copied()).context("no body")?;
    let closed = At(first("opening.closed")?);
    println!(
        "from the close to all {} schedules: {} ms",
        lengths.len(),
        At(first("opening.opened")?).millis_since(closed)
    );
    println!("from the close to the last body: {} ms", At(last).millis_since(closed));
    for (what, peak) in
        [("sealing", sealed), ("sending", sent), ("unlocking", unlocked), ("the server", served)]
    {
        println!("peak memory, {what}: {} MiB", peak.div_ceil(1024));
    }
    drop(bench);
    Ok(std::fs::remove_dir_all(&folder)?)
}
