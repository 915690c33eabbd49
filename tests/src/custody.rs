//! Custody as a process of its own, in the time of a story, started again whenever it dies.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use bidroom_custody::clock::Clock;
use bidroom_domain::At;

use crate::room::{CLOCK, tell};

/// The time that a story told.
#[derive(Debug)]
pub struct StoryClock(pub PathBuf);

impl Clock for StoryClock {
    fn now(&self) -> At {
        let told = std::fs::read_to_string(&self.0).ok().and_then(|text| text.parse().ok());
        At(told.unwrap_or_default())
    }

    fn since_boot(&self) -> Option<i64> {
        None
    }
}

/// A custody process, and whoever starts it again when it dies, as a service manager does.
pub struct CustodyProcess {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    pid: AtomicU32,
    deadly: Mutex<VecDeque<u64>>,
    deaths: AtomicU64,
    stops: AtomicBool,
    started: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl CustodyProcess {
    /// Starts custody for the site in `folder`, and waits until it answers.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(folder: &Path, now: At) -> anyhow::Result<Self> {
        tell(&folder.join(CLOCK), now);
        let shared = Arc::new(Shared::default());
        let mut child = spawn(folder, &shared)?;
        let (watched, folder) = (shared.clone(), folder.to_owned());
        std::thread::Builder::new().name("custody's keeper".to_owned()).spawn(move || {
            loop {
                let _ = child.wait();
                if watched.stops.load(Ordering::SeqCst) {
                    return;
                }
                watched.deaths.fetch_add(1, Ordering::SeqCst);
                let Ok(next) = spawn(&folder, &watched) else { return };
                child = next;
                if let Some(started) = &*watched.started.lock().unwrap_or_else(PoisonError::into_inner) {
                    started();
                }
            }
        })?;
        Ok(Self { shared })
    }

    /// Called whenever custody answers again.
    pub fn when_started(&self, started: impl Fn() + Send + 'static) {
        *self.shared.started.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(started));
    }

    /// Kills the process as a power cut would. Each of the next ones kills itself when it has made as many answers as the
    /// list says, and before it gives the last of them; the one after the list lives.
    pub fn kill(&self, deadly: impl IntoIterator<Item = u64>) {
        self.shared.deadly.lock().unwrap_or_else(PoisonError::into_inner).extend(deadly);
        self.shared.kill();
    }

    /// How often it has died.
    pub fn deaths(&self) -> u64 {
        self.shared.deaths.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn kill(&self) {
        let pid = i32::try_from(self.pid.load(Ordering::SeqCst)).ok();
        if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for CustodyProcess {
    fn drop(&mut self) {
        self.shared.stops.store(true, Ordering::SeqCst);
        self.shared.kill();
    }
}

/// Starts the process and returns once it says that it listens.
fn spawn(folder: &Path, shared: &Shared) -> anyhow::Result<Child> {
    use std::io::BufRead as _;
    let dies_at = shared.deadly.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(0);
    let program = std::env::current_exe()?;
    let programs = program.ancestors().find(|path| path.join("custody-process").is_file());
    let mut child = Command::new(programs.context("custody-process was not built")?.join("custody-process"))
        .arg(folder)
        .arg(dies_at.to_string())
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    shared.pid.store(child.id(), Ordering::SeqCst);
    let said = child.stdout.take().context("no output")?;
    let mut line = String::new();
    std::io::BufReader::new(said).read_line(&mut line)?;
    anyhow::ensure!(line.trim() == "ready", "custody did not start: {line:?}");
    Ok(child)
}
