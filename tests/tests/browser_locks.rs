//! A bidder looks after its locks in a real browser: before the deadline it has computer and lock checked, probes the lock,
//! registers one that was renewed; on the day its own window stands still.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom_domain::opening::Phase;
use bidroom_tests::browser::Browser;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_wire::{Demo, HostCommand};

const HALL: (u32, u32) = (1280, 720);
const DESK: (u32, u32) = (1440, 900);
const PHONE: (u32, u32) = (390, 844);
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bidder_looks_after_its_locks() {
    Box::pin(play()).await.unwrap();
}

async fn play() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let room = StoryRoom::new(folder.path(), 3).await?;
    let session = StoryRoom::session()?;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    let locks = room.site.write_locks(&room.world)?;
    drop(room.app.demo.set(Demo { session: session.clone(), locks }));
    let published = room.published().await?;
    let own = &room.world.bidders[0];
    let name = own.firm.name.clone();
    let at = |page: &str| format!("{}/{page}/{session}", room.url);
    let mut found = Vec::new();

    // Will this computer and this lock do? Asked before anybody has signed in.
    let browser = Browser::start().await?;
    browser.open(&at("check"), HALL).await?;
    browser.shows("还没有打开锁").await?;
    // A story's clock is its own.
    browser.shows("本机时钟比开标室").await?;
    browser.look("check-before", &mut found).await?;
    browser.click(&format!("{name}　主锁")).await?;
    browser.shows("本项目接受这把锁的证书").await?;
    browser.shows("这把锁还没有验过").await?;
    browser.press("probe").await?;
    browser.shows("这把锁能打开投标文件").await?;
    browser.look("check-probed", &mut found).await?;

    // The bidder's own page: which locks the bid is sealed to, and which of them has shown that it opens it.
    browser.open(&at("bid"), HALL).await?;
    browser.shows("打开锁并登录后").await?;
    browser.look("bid-locks-closed", &mut found).await?;
    browser.click(&format!("{name}　副锁")).await?;
    browser.shows("本单位的锁能打开这份投标文件").await?;
    browser.shows("现在打开：副锁").await?;
    browser.shows("还没有验过").await?;
    browser.press("probe").await?;
    browser.shows_no_more("还没有验过").await?;
    browser.look("bid-locks-probed", &mut found).await?;
    let client = room.logged_in(&own.main).await?;
    let mine = client.mine(&published).await?;
    assert!(mine.locks.len() == 2 && mine.locks.iter().all(|lock| lock.probed.is_some()), "{mine:?}");

    // A lock with another certificate is found in time; any lock that opens the bid registers it.
    browser.click("换一把锁").await?;
    browser.click(&format!("{name}　换发前的旧锁")).await?;
    browser.shows("打不开投标文件").await?;
    browser.look("bid-locks-misfit", &mut found).await?;
    browser.press("add-lock").await?;
    browser.shows("要登记的锁").await?;
    browser.click(&format!("{name}　主锁")).await?;
    browser.shows("登记尾号").await?;
    browser.look("bid-locks-newcomer", &mut found).await?;
    browser.press("rewrap").await?;
    browser.shows("已登记，也能打开这份投标文件").await?;
    browser.look("bid-locks-registered", &mut found).await?;
    browser.click("换一把锁").await?;
    browser.click(&format!("{name}　换发前的旧锁")).await?;
    browser.press("probe").await?;
    browser.shows_no_more("还没有验过").await?;
    let mine = client.mine(&published).await?;
    assert_eq!((mine.packages_version, mine.locks.len()), (2, 3));
    assert!(mine.locks.iter().all(|lock| lock.probed.is_some()), "{mine:?}");
    // The registered one ends soon; the page says what a renewal means.
    browser.shows("开标时仍有效").await?;
    browser.open(&at("bid"), PHONE).await?;
    browser.click(&format!("{name}　主锁")).await?;
    browser.shows("现在打开：主锁").await?;
    browser.look("bid-locks-phone", &mut found).await?;
    browser.open(&at("check"), PHONE).await?;
    browser.shows("锁与电脑检查").await?;
    browser.look("check-phone", &mut found).await?;

    // On the day: its own window stands still, and ends later than the others'.
    room.clock.set(DEADLINE);
    let handle = room.handle()?;
    let ready = |it: &bidroom::room::Snapshot| it.state.phase == Phase::Authorise && it.note.is_some();
    handle.wait_for(ready).await.unwrap();
    play.authorise().await?;
    let page = browser.open(&at("bid"), DESK).await?;
    browser.click(&format!("{name}　主锁")).await?;
    browser.shows("解密剩余时间").await?;
    let host = room.logged_in(&room.world.officers[0].lock).await?;
    let bidder = own.firm.code.clone();
    let hold = HostCommand::HoldBidder { bidder: bidder.clone(), reason: "柜台电脑故障".into() };
    host.command(&published, &hold).await?;
    browser.shows("本单位已停表").await?;
    let left = "return document.querySelector('.countdown').textContent";
    assert_eq!(browser.run(left).await?, "30:00");
    room.clock.set(DEADLINE.plus_seconds(300));
    browser.shows("10:05:0").await?;
    assert_eq!(browser.run(left).await?, "30:00");
    browser.look("bid-own-window-held", &mut found).await?;
    let phone = browser.open(&at("bid"), PHONE).await?;
    browser.click(&format!("{name}　主锁")).await?;
    browser.shows("原因在中心一侧").await?;
    assert_eq!(browser.run(left).await?, "30:00");
    browser.look("bid-own-window-held-phone", &mut found).await?;
    host.command(&published, &HostCommand::ReleaseBidder { bidder }).await?;
    browser.shows("10:35:00").await?;
    browser.turn_to(&page).await?;
    browser.shows("本单位解密剩余时间").await?;
    let running = browser.run(left).await?;
    assert!(running == "30:00" || running.as_str().unwrap().starts_with("29:"), "{running}");
    browser.look("bid-own-window", &mut found).await?;
    browser.press("hand-in").await?;
    browser.shows("已提交解密").await?;
    drop(phone);
    browser.close().await?;
    assert!(found.is_empty(), "not accessible: {found:#?}");
    room.stop().await
}
