//! How long a page takes to show something, and to show the session, in a real browser with an empty cache.
//!
//! A figure to print, not a test: it depends on the machine.

use std::sync::Arc;

use anyhow::Context as _;
use bidroom::demo::play::Script;
use bidroom_tests::browser::Browser;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_wire::Demo;

/// Visits to each page, each by a browser that was never here.
const VISITS: usize = 5;

/// What the browser itself noted: the first text or picture, and the last large one to appear, which is the session.
const TIMES: &str = "const done = arguments[arguments.length - 1]; \
     new PerformanceObserver(list => done([ \
         performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0], \
         Math.max(...list.getEntries().map(entry => entry.startTime)), \
     ])).observe({ type: 'largest-contentful-paint', buffered: true })";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let room = StoryRoom::new(folder.path(), 5).await?;
    let pace = Turned(room.clock.clone());
    let script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
    let play = room.play(&pace, script, Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    drop(
        room.app
            .demo
            .set(Demo { session: StoryRoom::session()?, locks: room.site.write_locks(&room.world)? }),
    );
    room.clock.set(DEADLINE);
    play.authorise().await?;
    play.unlock().await?;
    for (page, words, size) in [
        ("hall", "已自行核验", (1280, 800)),
        ("wall", "应唱", (1920, 1080)),
        ("console", "投标人 5 家", (1440, 900)),
    ] {
        let url = format!("{}/{page}/{}", room.url, StoryRoom::session()?);
        let (mut first, mut whole) = (Vec::new(), Vec::new());
        for _ in 0..VISITS {
            let browser = Browser::start().await?;
            browser.open(&url, size).await?;
            browser.shows(words).await?;
            let times = browser.run_until_done(TIMES).await?;
            let [shown, drawn] = serde_json::from_value::<[f64; 2]>(times)?;
            first.push(shown);
            whole.push(drawn);
            browser.close().await?;
        }
        println!(
            "{page}: first paint {:.0} ms, session drawn {:.0} ms (median of {VISITS})",
            median(&mut first)?,
            median(&mut whole)?
        );
    }
    room.stop().await
}

fn median(times: &mut [f64]) -> anyhow::Result<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().context("no visits")
}
