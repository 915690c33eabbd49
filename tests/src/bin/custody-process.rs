//! Custody as a process of its own, in the time of a story.
//!
//! `custody-process FOLDER N` serves the site in FOLDER. With N > 0 it kills itself after it has made its N-th answer to
//! a question that changes or opens something, and before it gives it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bidroom_custody::config::ProcessConfig;
use bidroom_custody::socket::{Answering, SocketServer, serve};
use bidroom_custody::{Request, open_keeper};
use bidroom_tests::custody::StoryClock;
use bidroom_tests::room::CLOCK;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, dies_at] = arguments.as_slice() else { anyhow::bail!("FOLDER N") };
    let folder = PathBuf::from(folder);
    let dies_at: u64 = dies_at.parse()?;
    let config = ProcessConfig::load(&folder.join("custody.toml"))?;
    let socket = SocketServer::bind(&config.socket, config.server_uid)?;
    let keeper = open_keeper(&config, Arc::new(StoryClock(folder.join(CLOCK))))?;
    let answered = AtomicU64::new(0);
    let answering: Answering = Arc::new(move |request| {
        let counts = matches!(
            request,
            Request::Prepare { .. } | Request::Judge { .. } | Request::Sign { .. } | Request::Shares { .. }
        );
        let answer = keeper.answer(request);
        if counts && answered.fetch_add(1, Ordering::SeqCst) + 1 == dies_at {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
        answer
    });
    println!("ready");
    serve(&socket, &answering)?;
    Ok(())
}
