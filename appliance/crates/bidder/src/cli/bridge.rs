//! `bridge`: the helper.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bidroom_bidder::bridge::keep::Keep;
use bidroom_bidder::bridge::link::{LinkError, PairLink};
use bidroom_bidder::bridge::pinentry::Pinentry;
use bidroom_bidder::bridge::{
    Hand, HandParts, Outcome, Pause, RealTime, Rooms, Tongue, Window, pair_by_code, pair_by_link, serve,
};
use bidroom_bidder::files::read_bounded;
use bidroom_locks::config::{LockConfig, load, read_folder};
use bidroom_locks::files::FileLocks;
use bidroom_locks::{Drivers, LockDriver, Unreadable};
use bidroom_wire::bridge::Ended;

use super::args;
use super::args::{Lang, Server};
use super::fault::CliError;
use super::inputs;
use super::say::Say;

/// Longest receipt, bytes.
const MAX_RECEIPT: u64 = 256 << 10;

/// The locks of this computer, how many libraries are configured and which did not load.
pub struct Found {
    pub drivers: Drivers,
    pub configured: usize,
    pub failed: Vec<Unreadable>,
}

pub const fn tongue(say: Say) -> Tongue {
    match say.lang() {
        Lang::Zh => Tongue::Chinese,
        Lang::En => Tongue::English,
    }
}

pub fn window(args: &args::Drivers, say: Say) -> Result<Pinentry, CliError> {
    match &args.pinentry {
        Some(program) => Ok(Pinentry::new(program, tongue(say))),
        None => Pinentry::find(tongue(say)).ok_or(CliError::NoPinentry),
    }
}

/// The folders that are looked into without `--locks`: the system's and the user's.
fn usual_folders() -> Vec<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folders = if cfg!(windows) {
        [variable("ProgramData").map(|it| it.join("BidRoom").join("locks")), None]
    } else {
        let user = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")));
        [Some(PathBuf::from("/etc/bidroom/locks")), user.map(|it| it.join("bidroom/locks"))]
    };
    folders.into_iter().flatten().filter(|folder| folder.is_dir()).collect()
}

pub fn drivers(args: &args::Drivers) -> Result<Found, CliError> {
    let folders = if args.locks.is_empty() { usual_folders() } else { args.locks.clone() };
    let configs: Vec<Vec<LockConfig>> =
        folders.iter().map(|folder| read_folder(folder)).collect::<Result<_, _>>()?;
    let configs: Vec<LockConfig> = configs.into_iter().flatten().collect();
    let configured = configs.len() + args.soft_locks.len();
    let (devices, failed) = load(configs);
    let soft =
        args.soft_locks.iter().map(|folder| -> Box<dyn LockDriver> { Box::new(FileLocks::new(folder)) });
    Ok(Found { drivers: devices.and(soft.collect()), configured, failed })
}

pub async fn run(args: &args::Bridge, say: Say) -> Result<u8, CliError> {
    if args.install_link {
        return install_link(say).map(|()| 0);
    }
    let link = args.link.as_deref().map(PairLink::parse).transpose()?;
    let address = match (&link, &args.room) {
        (Some(link), _) => link.room.clone(),
        (None, Some(room)) => room.trim_end_matches('/').to_owned(),
        // The arguments' parser asks for one of the two.
        (None, None) => return Err(LinkError::MISSING.into()),
    };
    let client = |address: &str| inputs::client(&Server { server: address.to_owned(), ca: args.ca.clone() });
    let mut paths = vec![client(&address)?];
    for other in &args.also {
        paths.push(client(other)?);
    }
    let first = client(&address)?;
    let keep = args.keep.clone().map(Keep::new).or_else(Keep::usual);
    let window: Arc<dyn Window> = Arc::new(window(&args.drivers, say)?);
    let Found { drivers, failed, .. } = drivers(&args.drivers)?;
    for driver in failed {
        say.notice(
            &format!("驱动没有装载：{}。用不到它就不必理会。", driver.at),
            &format!("A driver did not load: {}. It does not matter unless you need it.", driver.at),
        );
    }
    let mut rooms = Rooms::new(&address, paths, keep.clone(), inputs::now)
        .with_agency_roots(inputs::certificates(&args.agency_root)?);
    let mut own = BTreeMap::new();
    let mut publications = Vec::new();
    for path in &args.publication {
        publications.push(inputs::publication(path, &args.agency_root)?);
    }
    for path in &args.receipt {
        let receipt = receipt(path, &publications)?;
        own.insert(receipt.0, receipt.1);
    }
    for room in publications {
        rooms = rooms.with_publication(room);
    }
    let pause: Arc<dyn Pause> = Arc::new(RealTime);
    let tongue = tongue(say);
    let parts = HandParts { drivers, window: window.clone(), rooms, own, tongue, pause: pause.clone() };
    let mut hand = Hand::new(parts);
    if let Some(link) = link {
        let paired = pair_by_link(&first, &link, &*window, tongue, keep.as_ref()).await?;
        told_paired(say);
        return ended(serve(&mut hand, &paired).await, say);
    }
    loop {
        let said = |code: &str| {
            say.out(
                &format!("配对码 {code}：请输入网页的“电子锁”一栏。"),
                &format!("Pairing code {code}: type it into the page, under “Lock”."),
            );
        };
        let paired = pair_by_code(&first, &address, &*window, tongue, &pause, &said).await?;
        if let Some(keep) = &keep {
            keep.remember(&address);
        }
        told_paired(say);
        match serve(&mut hand, &paired).await {
            // Started by hand the helper waits for the next page; the lock and its PIN are forgotten.
            Outcome::Ended(Ended::ByOther | Ended::Silent) => say.out(
                "配对已结束，锁和 PIN 已忘记。等待下一个网页。",
                "The pairing has ended; lock and PIN are forgotten. Waiting for the next page.",
            ),
            other => return ended(other, say),
        }
    }
}

fn told_paired(say: Say) {
    say.out("已与网页配对。请不要关闭助手程序。", "Paired with the page. Leave the helper open.");
}

fn ended(outcome: Outcome, say: Say) -> Result<u8, CliError> {
    match outcome {
        Outcome::Ended(Ended::ByOther | Ended::BySelf) => {
            say.out("配对已结束，锁和 PIN 已忘记。", "The pairing has ended; lock and PIN are forgotten.");
            Ok(0)
        }
        Outcome::Ended(ended) => Err(CliError::PairingEnded(format!("{ended:?}"))),
        Outcome::Lost(error) => Err((*error).into()),
        Outcome::Abused => Err(CliError::Abused),
    }
}

type Own = (bidroom_domain::SessionId, bidroom_canon::Sm3Digest);

/// A receipt is of one of the publications.
fn receipt(path: &Path, rooms: &[bidroom_unlocking::PublishedRoom]) -> Result<Own, CliError> {
    let bytes = read_bounded(path, MAX_RECEIPT)?;
    let mut last = None;
    for room in rooms {
        match room.read_receipt(&bytes) {
            Ok(receipt) => return Ok((room.session(), receipt.bid_digest)),
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) => Err(error.into()),
        None => Err(CliError::ReceiptAlone(path.to_owned())),
    }
}

fn install_link(say: Say) -> Result<(), CliError> {
    let program = std::env::current_exe().map_err(CliError::InstallLink)?;
    let place = register(&program).map_err(CliError::InstallLink)?;
    say.out(
        &format!("已登记 bidroom:// 链接：{place}。网页可以启动助手程序了。"),
        &format!("bidroom:// links are registered: {place}. Pages can start the helper."),
    );
    Ok(())
}

#[cfg(windows)]
fn register(program: &Path) -> std::io::Result<String> {
    bidroom_bidder::bridge::windows::install_link(program)?;
    Ok("HKCU".to_owned())
}

#[cfg(not(windows))]
fn register(program: &Path) -> std::io::Result<String> {
    use bidroom_bidder::bridge::link::{desktop_entry, desktop_file};
    let nowhere = || std::io::Error::other("neither HOME nor XDG_DATA_HOME is set");
    let file = desktop_file().ok_or_else(nowhere)?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&file, desktop_entry(program))?;
    // The default is written where the desktop looks for it; a desktop without this tool asks the user once.
    let set = std::process::Command::new("xdg-mime")
        .args(["default", "bidroom-bridge.desktop", "x-scheme-handler/bidroom"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    drop(set);
    Ok(file.display().to_string())
}
