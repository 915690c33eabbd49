//! Custody as a process of its own, in the time of a story, started again whenever it dies.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use anyhow::Context as _;
use bidroom_custody::clock::{Clock, Reading};
use bidroom_domain::At;

use crate::room::{BOOT, CLOCK, tell};

/// The time that a story told.
#[derive(Debug)]
pub struct StoryClock(pub PathBuf);

impl Clock for StoryClock {
    fn read(&self) -> Reading {
        let number =
            |path: &Path| std::fs::read_to_string(path).ok().and_then(|text| text.parse::<i64>().ok());
        let at = number(&self.0).unwrap_or_default();
        let ahead = number(&self.0.with_file_name(BOOT));
        Reading { at: At(at), since_boot: ahead.and_then(|ahead| at.checked_sub(ahead)), slewed: None }
    }

    fn boot(&self) -> Option<String> {
        Some("the story's".to_owned())
    }
}

/// A custody process, and whoever starts it again when it dies, as a service manager does.
pub struct CustodyProcess {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    pid: AtomicU32,
    deadly: Mutex<VecDeque<String>>,
    deaths: AtomicU64,
    stops: AtomicBool,
    started: Mutex<Option<Box<dyn Fn() + Send>>>,
    away: Mutex<bool>,
    back: Condvar,
    environment: Vec<(String, PathBuf)>,
}

impl CustodyProcess {
    /// Starts custody for the site in `folder`, with more in its environment, and waits until it answers.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(folder: &Path, now: At, environment: Vec<(String, PathBuf)>) -> anyhow::Result<Self> {
        tell(&folder.join(CLOCK), now);
        std::fs::write(folder.join(BOOT), "0")?;
        let shared = Arc::new(Shared { environment, ..Shared::default() });
        let mut child = spawn(folder, &shared)?;
        let (watched, folder) = (shared.clone(), folder.to_owned());
        std::thread::Builder::new().name("custody's keeper".to_owned()).spawn(move || {
            loop {
                let _ = child.wait();
                if watched.stops.load(Ordering::SeqCst) {
                    return;
                }
                watched.deaths.fetch_add(1, Ordering::SeqCst);
                watched.wait_until_back();
                if watched.stops.load(Ordering::SeqCst) {
                    return;
                }
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
        let deadly = deadly.into_iter().map(|answers| answers.to_string());
        self.shared.deadly.lock().unwrap_or_else(PoisonError::into_inner).extend(deadly);
        self.shared.kill();
    }

    /// Kills the process as a power cut would. The next one kills itself when it has unwrapped a `part` of an officer, a
    /// `consent` of a bidder or the `shares` of a bid that opens, and before it says so; the one after that lives.
    pub fn kill_after_unwrapping(&self, what: &str) {
        self.shared.deadly.lock().unwrap_or_else(PoisonError::into_inner).push_back(what.to_owned());
        self.shared.kill();
    }

    /// Kills the process, and nobody starts it again before [`Self::come_back`].
    pub fn stay_away(&self) {
        *self.shared.away.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.kill();
    }

    /// It is started again.
    pub fn come_back(&self) {
        self.shared.come_back();
    }

    /// How often it has died.
    pub fn deaths(&self) -> u64 {
        self.shared.deaths.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn come_back(&self) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.back.notify_all();
    }

    fn wait_until_back(&self) {
        let away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.back.wait_while(away, |away| *away));
    }

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
        self.shared.come_back();
        self.shared.kill();
    }
}

/// Starts the process and returns once it says that it listens.
fn spawn(folder: &Path, shared: &Shared) -> anyhow::Result<Child> {
    use std::io::BufRead as _;
    let dies_at = shared.deadly.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let dies_at = dies_at.unwrap_or_else(|| "0".to_owned());
    let program = std::env::current_exe()?;
    let programs = program.ancestors().find(|path| path.join("custody-process").is_file());
    let mut child = Command::new(programs.context("custody-process was not built")?.join("custody-process"))
        .arg(folder)
        .arg(dies_at)
        .envs(shared.environment.iter().map(|(name, value)| (name, value)))
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    shared.pid.store(child.id(), Ordering::SeqCst);
    let said = child.stdout.take().context("no output")?;
    let mut line = String::new();
    std::io::BufReader::new(said).read_line(&mut line)?;
    anyhow::ensure!(line.trim() == "ready", "custody did not start: {line:?}");
    Ok(child)
}
