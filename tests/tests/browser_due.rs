//! A bidder is asked to probe its lock when the bid is in, a day before the opening and an hour before; in a real browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom_domain::At;
use bidroom_tests::browser::Browser;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_tests::trustees::announce;
use bidroom_wire::Demo;

const PAGE: (u32, u32) = (1280, 720);
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
const HOUR: i64 = 3_600_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_asked_for_again_a_day_and_an_hour_before() {
    Box::pin(play()).await.unwrap();
}

async fn play() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let room = StoryRoom::new(folder.path(), 3).await?;
    // An opening two days later than in other stories: both moments are still to come.
    let deadline = DEADLINE.plus_millis(48 * HOUR);
    let signed = room.world.package(room.app.signer.identity(), &StoryRoom::plan())?;
    let mut package = signed.value().clone();
    package.lots[0].deadline = deadline;
    package.lots[0].policy.sign_in_seconds.value = 3 * 86_400;
    announce(&room, package)?;
    let session = StoryRoom::session()?;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    let published = room.published().await?;
    let locks = room.site.write_locks(&room.world)?;
    drop(room.app.demo.set(Demo { session: session.clone(), locks }));
    let own = &room.world.bidders[0];
    let name = own.firm.name.clone();
    let probed = async || -> anyhow::Result<Option<At>> {
        let mine = room.logged_in(&own.main).await?.mine(&published).await?;
        Ok(mine.locks.iter().filter_map(|lock| lock.probed).max())
    };
    let mut found = Vec::new();

    let browser = Browser::start().await?;
    let due = [
        ("投标文件已收到，请现在验一次", room.state()?.last.unwrap()),
        ("起应再验一次，还没有验过", deadline.plus_millis(-24 * HOUR + 1000)),
        ("起应再验一次，还没有验过", deadline.plus_millis(-HOUR + 1000)),
    ];
    for (round, (asked, at)) in due.into_iter().enumerate() {
        room.clock.set(at);
        room.app.rooms.tick();
        browser.open(&format!("{}/bid/{session}", room.url), PAGE).await?;
        browser.click(&format!("{name}　主锁")).await?;
        browser.shows(asked).await?;
        browser.look(&format!("bid-due-{round}"), &mut found).await?;
        let before = probed().await?;
        browser.press("probe").await?;
        browser.shows("本单位的锁能打开这份投标文件").await?;
        browser.shows_no_more(asked).await?;
        assert!(probed().await? > before);
        if round < 2 {
            browser.shows("起请再验一次").await?;
        } else {
            browser.shows_no_more("起请再验一次").await?;
        }
        browser.look(&format!("bid-due-{round}-done"), &mut found).await?;
    }
    browser.close().await?;
    room.stop().await?;
    assert!(found.is_empty(), "{found:#?}");
    Ok(())
}
