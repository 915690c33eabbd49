//! The officers' ceremony and the room's health in a real browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::clock::RoomClock as _;
use bidroom::demo::play::Script;
use bidroom::demo::site::{PASSWORD, SiteDevice};
use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::Phase;
use bidroom_envelope::suite::pki::Name;
use bidroom_lock::{KdfCost, Lock as _, LockKind};
use bidroom_tests::browser::Browser;
use bidroom_tests::random::CountingRandom;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom, Turned, set_clock};
use bidroom_wire::{Demo, DemoLock, DemoRole};

const DESK: (u32, u32) = (1440, 900);
const SMALL: (u32, u32) = (1280, 720);
const DAY: i64 = 86_400_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officers_ceremony() {
    Box::pin(ceremony()).await.unwrap();
}

/// Officers probe, replace one of them, confirm the time after the clock was set, and authorise; staff look at the room's
/// health.
async fn ceremony() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, _custody) = StoryRoom::with_custody(folder.path(), 3, devices).await?;
    let session = StoryRoom::session()?;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    let mut locks = room.site.write_locks(&room.world)?;
    // The third officer's new lock, with its certificates as files.
    let mut again = StoryRoom::people(3)?;
    let subject = Name::new("云州市行政审批服务局", None, "周慎之");
    let valid = (MORNING.plus_millis(-DAY), MORNING.plus_millis(300 * DAY));
    let found = again.cas[0].lock(LockKind::Officer, &subject, valid, &mut CountingRandom::new("found"))?;
    let (sign, encrypt) = (folder.path().join("sign.pem"), folder.path().join("encrypt.pem"));
    std::fs::write(&sign, found.identity().signing_certificate().to_pem())?;
    std::fs::write(&encrypt, found.identity().encryption_certificate().to_pem())?;
    let file = found.to_file(PASSWORD, KdfCost::DRILL, &mut CountingRandom::new("file"))?;
    let new = locks.iter().find(|lock| lock.role == DemoRole::Supervisor).unwrap().clone();
    locks.push(DemoLock { holder: "周慎之".into(), file: Base64Bytes(file), ..new });
    drop(room.app.demo.set(Demo { session: session.clone(), locks }));
    let at = |page: &str| format!("{}/{page}/{session}", room.url);
    let mut found = Vec::new();

    let browser = Browser::start().await?;
    let first = browser.open(&at("officer"), DESK).await?;
    browser.shows("先打开您的授权锁").await?;
    browser.look("ceremony-closed", &mut found).await?;
    browser.click("沈若兰").await?;
    browser.shows("下一步：验您的授权锁").await?;
    browser.shows("应验未验").await?;
    browser.look("ceremony-probe", &mut found).await?;
    browser.press("probe-lock").await?;
    browser.shows("验锁通过，已记入账本；本室的签章已核验").await?;
    browser.shows("已验，开标时用得上").await?;
    assert!(room.state()?.probed.contains_key(&1));
    browser.look("ceremony-probed", &mut found).await?;

    // Nothing is proposed before officer and certificates are chosen.
    browser.press("replace-officer").await?;
    browser.press("propose-replacement").await?;
    browser.shows("请选定授权人，并选择两个证书文件").await?;
    browser.screenshot("ceremony-replace-zh").await?;
    found.extend(browser.accessibility("ceremony-replace").await?);
    browser.run("document.querySelectorAll('dialog[open] input[type=radio]')[2].click()").await?;
    browser.fill("#successor-sign", sign.to_str().unwrap()).await?;
    browser.fill("#successor-encrypt", encrypt.to_str().unwrap()).await?;
    browser.press("propose-replacement").await?;
    browser.shows("您已同意更换，已记入账本").await?;
    browser.shows("您已同意，等其他授权人同意").await?;
    assert_eq!(room.state()?.dealing, 1, "one agreement is not enough");
    browser.look("ceremony-proposed", &mut found).await?;

    let second = browser.open(&at("officer"), SMALL).await?;
    browser.click("顾明远").await?;
    browser.shows("由 周慎之").await?;
    browser.look("ceremony-agree", &mut found).await?;
    browser.press("agree-replacement").await?;
    browser.shows("人数已够，份额已重新分发").await?;
    assert_eq!((room.state()?.dealing, room.state()?.officers[2].name.as_str()), (2, "周慎之"));

    let third = browser.open(&at("officer"), DESK).await?;
    browser.click("周慎之").await?;
    browser.shows("已更换").await?;
    browser.press("probe-lock").await?;
    browser.shows("已验，开标时用得上").await?;
    assert!(room.state()?.probed.contains_key(&3));

    // The clock is set: this computer's clock is far off until the story sets it like the room's.
    set_clock(folder.path(), 60_000)?;
    room.app.rooms.tick();
    let handle = room.handle()?;
    handle.wait_for(|it| it.state.clock_in_doubt().is_some()).await.unwrap();
    browser.shows("本室时钟被改动过").await?;
    browser.shows("相差超过一分钟").await?;
    browser.look("ceremony-clock-far", &mut found).await?;
    let near = format!("Date.now = () => {} + performance.now()", room.clock.now().0);
    browser.turn_to(&first).await?;
    browser.shows("本室时钟被改动过").await?;
    browser.run(&near).await?;
    browser.press("confirm-time").await?;
    browser.shows("您已确认，等其他授权人确认").await?;
    browser.look("ceremony-clock-confirmed", &mut found).await?;
    assert_eq!(room.state()?.clock_confirmed, 0, "one confirmation is not enough");

    // Staff see it among the things to be done.
    let health = browser.open(&format!("{}/health", room.url), DESK).await?;
    browser.shows("请先打开工作人员的锁").await?;
    browser.look("health-closed", &mut found).await?;
    browser.click("沈若兰").await?;
    browser.shows("请授权人打开授权页确认时间").await?;
    browser.look("health-problem", &mut found).await?;

    browser.turn_to(&third).await?;
    browser.click("我已用可靠的时间来源核对").await?;
    browser.press("confirm-time").await?;
    browser.shows("时间已确认，已记入账本").await?;
    assert!(room.state()?.clock_in_doubt().is_none());
    browser.turn_to(&health).await?;
    browser.press("check-health").await?;
    browser.shows("自检已做完").await?;
    browser.shows("没有发现问题").await?;
    browser.look("health", &mut found).await?;

    // The day: the one who was replaced has no part any more, the new one authorises.
    room.clock.set(DEADLINE);
    room.app.rooms.tick();
    handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
    for (window, index) in [(&third, 3), (&second, 2)] {
        browser.turn_to(window).await?;
        browser.press("authorise").await?;
        // The page of one shows what the other did, too.
        handle.wait_for(|it| it.state.authorised.contains_key(&index)).await.unwrap();
        browser.shows("已授权").await?;
    }
    play.whole().await?;
    browser.close().await?;
    assert!(found.is_empty(), "not accessible: {found:#?}");
    room.stop().await
}
