//! Two hundred bidders hand in at once, with the keys in two tokens of SoftHSM2 behind a custody process: how long all
//! of it takes, what one unwrap takes, and whether those who waited were told the truth.
//!
//! `cargo run --release --example unlocks -- BIDDERS`. A figure to print, not a test: it depends on the machine.

#![allow(clippy::as_conversions, clippy::print_stdout, reason = "a measurement")]

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bidroom::demo::play::Script;
use bidroom::demo::site::{SiteDevice, SitePin};
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_envelope::suite::sm2::encrypt;
use bidroom_hsm::pkcs11::{Pkcs11Config, Pkcs11Custody, TokenSelector};
use bidroom_hsm::{Custody as _, KeyName, KeyPurpose, Role};
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_tests::softhsm::SoftHsm;
use bidroom_unlocking::{PublishedRoom, give_share};
use bidroom_wire::LiveStatus;
use tokio::task::JoinSet;

/// How often the room is asked what it tells those who wait.
const LOOK: Duration = Duration::from_millis(250);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let bidders = match arguments.as_slice() {
        [what, folder] if what == "unwraps" => return measure_unwraps(Path::new(folder)),
        [count] => count.parse()?,
        _ => 200,
    };
    let folder = tempfile::tempdir()?;
    let (room, _custody) = StoryRoom::with_hsm(folder.path(), bidders).await?;
    let pace = Turned(room.clock.clone());
    let script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
    let play = room.play(&pace, script, Arc::new(|_: &str| {}))?;
    println!("{bidders} bids are sealed and sent");
    play.prepare().await?;
    room.clock.set(DEADLINE);
    play.authorise().await?;

    let options = ClientOptions { server: room.url.clone(), trust: Vec::new() };
    let publication = Client::new(&options)?.publication(&StoryRoom::session()?).await?;
    let published = PublishedRoom::open(&publication, None, DEADLINE)?;
    // What bidders' computers do is done beforehand: here they would share the room's two cores.
    let mut ready = Vec::new();
    for party in &room.world.bidders {
        let mut client = Client::new(&options)?;
        let token = client.log_in(&party.main, &room.app.config.origin).await?.token;
        let material = client.unlock_material(&StoryRoom::session()?).await?;
        let consent = give_share(&published, &material, &party.main, None)?;
        ready.push((token, serde_json::to_vec(&consent)?, party.firm.code.to_string()));
    }

    let ended = Arc::new(AtomicBool::new(false));
    let watcher = tokio::spawn(watch(room.url.clone(), ended.clone()));
    let begun = Instant::now();
    let mut handing = JoinSet::new();
    let address = format!("{}/api/v1/sessions/{}/unlock", room.url, StoryRoom::session()?);
    let sender = reqwest::Client::new();
    for (token, consent, code) in ready {
        let request =
            sender.post(&address).bearer_auth(token).header("content-type", "application/json").body(consent);
        handing.spawn(async move {
            request.send().await?.error_for_status()?;
            anyhow::Ok((code, Instant::now()))
        });
    }
    let mut done = BTreeMap::new();
    while let Some(one) = handing.join_next().await {
        let (code, at) = one??;
        done.insert(code, at);
    }
    let took = begun.elapsed();
    ended.store(true, Ordering::SeqCst);
    println!("{} handed in within {:.1} s, goal 60 s", done.len(), took.as_secs_f64());
    told(&watcher.await??, &done)?;
    room.stop().await?;
    unwraps(folder.path())
}

/// What the room told, and when.
type Seen = Vec<(Instant, LiveStatus)>;

async fn watch(url: String, ended: Arc<AtomicBool>) -> anyhow::Result<Seen> {
    let mut seen = Vec::new();
    let mut size = 0;
    while !ended.load(Ordering::SeqCst) {
        let address = format!("{url}/api/v1/sessions/{}/frames?from={size}", StoryRoom::session()?);
        let frame: serde_json::Value = reqwest::get(address).await?.error_for_status()?.json().await?;
        let leaves = frame.get("leaves").and_then(|leaves| leaves.as_array()).map_or(0, Vec::len);
        size += leaves;
        let status = frame.get("status").context("no status")?;
        seen.push((Instant::now(), serde_json::from_value(status.clone())?));
        tokio::time::sleep(LOOK).await;
    }
    Ok(seen)
}

/// How far the promised waits were from the true ones, for waits of a second and more. What is shown is up to half a
/// second old, which weighs for short waits only.
fn told(seen: &Seen, done: &BTreeMap<String, Instant>) -> anyhow::Result<()> {
    let mut waits = Vec::new();
    for (at, status) in seen {
        let Some(pace) = status.pace_millis else { continue };
        for (place, code) in (1_u32..).zip(&status.queue) {
            let promised = f64::from(pace) * f64::from(place) / 1000.0;
            if let Some(served) = done.get(code) {
                waits.push((promised, served.saturating_duration_since(*at).as_secs_f64()));
            }
        }
    }
    for (from, until) in [(1.0, 2.0), (2.0, 4.0), (4.0, 60.0)] {
        let of_length = waits.iter().filter(|(_, truth)| (from..until).contains(truth));
        let mut ratios: Vec<f64> = of_length.map(|(promised, truth)| promised / truth).collect();
        let within = ratios.iter().filter(|ratio| (0.8..=1.2).contains(*ratio)).count();
        println!(
            "waits of {from} to {until} s: {} promised, {:.0} % within 20 %, promised / true {:.2} at the median",
            ratios.len(),
            within as f64 / ratios.len().max(1) as f64 * 100.0,
            median(&mut ratios).unwrap_or(f64::NAN)
        );
    }
    Ok(())
}

/// Unwraps of 16 bytes, the key of a package, with the main token: this program again, since a process finds the tokens
/// by its environment.
fn unwraps(folder: &Path) -> anyhow::Result<()> {
    let hsm = folder.join("hsm");
    let made = Command::new(std::env::current_exe()?)
        .env("SOFTHSM2_CONF", hsm.join("softhsm2.conf"))
        .arg("unwraps")
        .arg(&hsm)
        .status()?;
    ensure!(made.success(), "unwraps were not measured");
    Ok(())
}

fn measure_unwraps(hsm: &Path) -> anyhow::Result<()> {
    let token = SoftHsm::at(hsm, &["主机 main"]);
    let Some(SiteDevice::Pkcs11 { module, label, pin: SitePin::File(pin_file) }) =
        token.devices().into_iter().next()
    else {
        anyhow::bail!("no token");
    };
    let pin = std::fs::read_to_string(pin_file)?.into();
    let custody = Pkcs11Custody::open(&Pkcs11Config { module, token: TokenSelector::Label(label), pin })?;
    let name = KeyName::tender("BENCH-1".parse()?, "1".parse()?, NonZeroU16::MIN, Role::Opening);
    let made = custody.create_key(&name, KeyPurpose::Decrypt)?;
    let key = made.sm2().context("no SM2 key")?;
    let mut times = Vec::new();
    for number in 1..=200_u8 {
        let ciphertext = encrypt(key, &[number; 16], &[[number; 32]])?;
        let begun = Instant::now();
        let opened = custody.unwrap(&name, &ciphertext)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        ensure!(opened.as_slice() == [number; 16], "another key");
    }
    println!("one unwrap by SoftHSM2: {:.1} ms at the median, goal 20 ms", median(&mut times)?);
    Ok(())
}

fn median(values: &mut [f64]) -> anyhow::Result<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().context("nothing was measured")
}
