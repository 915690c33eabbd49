//! Taking a lock in hand: finding it, telling what is known of it, getting its PIN.

use std::path::Path;

use anyhow::{Context as _, bail};
use bidroom_bidder::bridge::pinentry::Pinentry;
use bidroom_bidder::bridge::{Sheet, Tongue, Window as _};
use bidroom_bidder::locks::{AnyLock, open_lock};
use bidroom_custody::config::{credential, first_line};
use bidroom_custody::credentials_folder;
use bidroom_lock::SoftLock;
use bidroom_locks::{Drivers, FoundLock, HeldLock, PinEntry};
use zeroize::Zeroizing;

use super::arguments::LockArguments;
use super::say;

/// A lock in hand.
pub(super) enum Held {
    Soft(Box<SoftLock>),
    Device(Box<HeldLock>),
}

impl Held {
    pub(super) fn lock(&self) -> &AnyLock {
        match self {
            Self::Soft(lock) => &**lock,
            Self::Device(lock) => &**lock,
        }
    }
}

/// Finds the lock and opens it with its PIN.
pub(super) async fn take(arguments: &LockArguments) -> anyhow::Result<Held> {
    let held = match (&arguments.lock, &arguments.locks) {
        (Some(path), _) => {
            let holder = bidroom_bidder::locks::read_lock(path)?.identity().holder().to_owned();
            let pin = pin(arguments, &format!("{holder} 的演练锁 / drill lock of {holder}"), "").await?;
            Held::Soft(Box::new(open_lock(path, &pin)?))
        }
        (None, Some(folder)) => {
            let (drivers, failed) = bidroom_locks::config::load(bidroom_locks::config::read_folder(folder)?);
            for unreadable in failed {
                say(
                    &format!("锁驱动 {} 不可用：{}", unreadable.at, unreadable.why.zh()),
                    &format!("driver {} cannot be used: {}", unreadable.at, unreadable.why.en()),
                );
            }
            Held::Device(Box::new(device(arguments, &drivers).await?))
        }
        (None, None) => bail!("请给出 --lock 或 --locks / give --lock or --locks"),
    };
    let identity = held.lock().identity();
    say(
        &format!("锁：{}，{}，尾号 {}", identity.holder(), identity.authority(), identity.serial_tail()),
        &format!("Lock of {}, {}, …{}", identity.holder(), identity.authority(), identity.serial_tail()),
    );
    Ok(held)
}

async fn device(arguments: &LockArguments, drivers: &Drivers) -> anyhow::Result<HeldLock> {
    let listing = drivers.list();
    for unreadable in &listing.unreadable {
        say(
            &format!("{}：{}", unreadable.at, unreadable.why.zh()),
            &format!("{}: {}", unreadable.at, unreadable.why.en()),
        );
    }
    let meant = |lock: &&FoundLock| {
        arguments.tail.as_ref().is_none_or(|tail| lock.identity.serial_tail().eq_ignore_ascii_case(tail))
    };
    let mut found = listing.locks.iter().filter(meant);
    let lock = match (found.next(), found.next()) {
        (Some(lock), None) => lock,
        (None, _) => bail!("没有找到锁，请插好后再试 / no lock was found: plug it in and try again"),
        (Some(_), Some(_)) => {
            bail!("插着不止一把锁，请用 --tail 指明尾号 / several locks are there: name one by --tail")
        }
    };
    let holder = lock.identity.holder();
    let pin =
        pin(arguments, &format!("{holder}，尾号 {}", lock.identity.serial_tail()), &lock.tries.zh()).await?;
    let entry = PinEntry { pin, last_try: arguments.last_try };
    drivers
        .open(lock, entry)
        .map_err(|trouble| anyhow::anyhow!("{}\n  {}\n详情 / details: {trouble}", trouble.zh(), trouble.en()))
}

/// The PIN, from where the arguments say; otherwise from whoever sits at the terminal, through pinentry.
async fn pin(arguments: &LockArguments, whose: &str, tries: &str) -> anyhow::Result<Zeroizing<String>> {
    let path = match (&arguments.pin_file, &arguments.pin_credential) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(name)) => Some(credential(name, credentials_folder().as_deref())?),
        (None, None) => None,
    };
    match path {
        Some(path) => Ok(first_line(&path)?),
        None => asked(&arguments.pinentry, whose, tries).await.with_context(|| {
            format!(
                "没有得到 PIN：请安装 pinentry（当前为 {}），或用 --pin-file / no PIN: install pinentry or give --pin-file",
                arguments.pinentry.display()
            )
        }),
    }
}

/// Asks for the PIN in a window of its own: it passes neither through this program's arguments nor through a page.
async fn asked(program: &Path, whose: &str, tries: &str) -> anyhow::Result<Zeroizing<String>> {
    let sheet = Sheet {
        head: whose.to_owned(),
        note: tries.to_owned(),
        prompt: "PIN".to_owned(),
        yes: "确定 OK".to_owned(),
        no: "取消 Cancel".to_owned(),
        ..Sheet::default()
    };
    let window = Pinentry::new(program, Tongue::Chinese);
    match window.pin(&sheet).await? {
        Some(pin) if !pin.is_empty() => Ok(pin),
        _ => bail!("没有输入 PIN / no PIN was entered"),
    }
}
