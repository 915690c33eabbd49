//! A room that loses its power: plays a whole opening and kills its own process at the n-th append.
//!
//! `killed-room FOLDER BIDDERS N`; with N = 0 it plays to the end. Steps that the room acknowledged are written to
//! `FOLDER/acknowledged` before the next begins.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use bidroom::demo::play::Script;
use bidroom_domain::StaffRole;
use bidroom_tests::room::{StoryRoom, Turned};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, bidders, kill_at] = arguments.as_slice() else { anyhow::bail!("FOLDER BIDDERS N") };
    let folder = PathBuf::from(folder);
    let kill_at: u64 = kill_at.parse()?;
    let appended = AtomicU64::new(0);
    let room = StoryRoom::on(&folder, bidders.parse()?, |store| {
        store.observed_by(Arc::new(move |_| {
            if appended.fetch_add(1, Ordering::SeqCst) + 1 == kill_at {
                // As sudden as a power cut: no destructor, no flush, no answer.
                let _ =
                    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            }
        }))
    })
    .await?;
    let log = OpenOptions::new().create(true).append(true).open(folder.join("acknowledged"))?;
    let pace = Turned(room.clock.clone());
    let script = Script {
        replaces: Some(1),
        wrong_lock: Some(2),
        objects: Some(0),
        absent: None,
        leaves: Some(StaffRole::Tenderer),
    };
    let told = Arc::new(move |step: &str| {
        let mut log = &log;
        drop(writeln!(log, "{step}").and_then(|()| log.sync_all()));
    });
    let play = room.play(&pace, script, told)?;
    play.whole().await.context("the play")?;
    room.export(&folder.join("archive.zip"))?;
    room.stop().await
}
