//! A whole opening in a real browser: host, officers, bidders, hall and wall, with the mouse alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use anyhow::Context as _;
use bidroom::archive::read_trust;
use bidroom::demo::play::Script;
use bidroom_domain::opening::Phase;
use bidroom_envelope::bid::schedule::{Schedule, ScheduleValue};
use bidroom_tests::browser::Browser;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_verifier::{Outcome, verify};
use bidroom_wire::Demo;

const WALL: (u32, u32) = (1920, 1080);
const DESK: (u32, u32) = (1440, 900);
const HALL: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (390, 844);

/// Shoots the wall in both languages and has it checked in both: nobody presses anything there, so its address says
/// the language. `words` are what it shows when it is ready, in Chinese and in English.
async fn look_at_wall(
    browser: &Browser,
    url: &str,
    name: &str,
    words: [&str; 2],
    found: &mut Vec<String>,
) -> anyhow::Result<()> {
    let [zh, en] = words;
    // Chinese last: a page opened after this one begins in the language of the one before.
    for (lang, tag, words) in [("en", "en", en), ("zh-CN", "zh", zh)] {
        browser.go(&format!("{url}?lang={lang}")).await?;
        browser.shows(words).await?;
        browser.screenshot(&format!("{name}-{tag}")).await?;
        found.extend(browser.accessibility(&format!("{name} ({tag})")).await?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opening_with_the_mouse_alone() {
    play().await.unwrap();
}

async fn play() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let room = StoryRoom::new(folder.path(), 5).await?;
    let session = StoryRoom::session()?;
    let pace = Turned(room.clock.clone());
    let script = Script { replaces: Some(1), ..Script::default() };
    let play = room.play(&pace, script, Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    let locks = room.site.write_locks(&room.world)?;
    drop(room.app.demo.set(Demo { session: session.clone(), locks }));
    let names: Vec<String> = room.world.bidders.iter().map(|bidder| bidder.firm.name.clone()).collect();
    let at = |page: &str| format!("{}/{page}/{session}", room.url);

    let browser = Browser::start().await?;
    let home = browser.open(&format!("{}/", room.url), HALL).await?;
    browser.shows("本室的开标场次").await?;
    let mut found = Vec::new();
    browser.look("home", &mut found).await?;

    let wall_url = at("wall");
    let wall = browser.open(&wall_url, WALL).await?;
    let before = ["投标人名单将在", "The roster will be published"];
    look_at_wall(&browser, &wall_url, "wall-before", before, &mut found).await?;
    let words = browser.words().await?;
    assert!(names.iter().all(|name| !words.contains(name)), "a name before the deadline: {words}");

    let hall = browser.open(&at("hall"), HALL).await?;
    browser.shows("投标人名单将在").await?;
    browser.look("hall-before", &mut found).await?;

    let console = browser.open(&at("console"), DESK).await?;
    browser.click("沈若兰").await?;
    browser.look("console-before", &mut found).await?;

    let bidders = bidder_pages(&browser, &at("bid"), &names).await?;
    browser.turn_to(&bidders[1]).await?;
    browser.look("bid-before", &mut found).await?;

    // The deadline: the roster, then the officers.
    room.clock.set(DEADLINE);
    browser.turn_to(&wall).await?;
    browser.shows(&names[4]).await?;
    let roster = ["名单已公布", "Roster published"];
    look_at_wall(&browser, &wall_url, "wall-roster", roster, &mut found).await?;
    for (number, officer) in ["沈若兰", "顾明远"].into_iter().enumerate() {
        browser.open(&at("officer"), DESK).await?;
        browser.click(officer).await?;
        if number == 1 {
            browser.look("officer", &mut found).await?;
        }
        browser.press("authorise").await?;
        browser.shows("已授权").await?;
    }
    browser.turn_to(&console).await?;
    browser.next_step().await?;
    browser.shows("解密剩余时间").await?;

    // One brings the wrong lock, and comes back with the right one.
    browser.turn_to(&bidders[3]).await?;
    browser.click("换一把锁").await?;
    browser.click(&format!("{}　换发前的旧锁", names[3])).await?;
    browser.press("hand-in").await?;
    browser.shows("锁不符").await?;
    browser.look("bid-wrong-lock", &mut found).await?;
    browser.turn_to(&wall).await?;
    browser.shows("锁不符").await?;
    look_at_wall(&browser, &wall_url, "wall-unlock", ["锁不符", "Wrong lock"], &mut found).await?;
    browser.turn_to(&console).await?;
    browser.look("console-unlock", &mut found).await?;
    browser.turn_to(&bidders[3]).await?;
    browser.click("换一把锁").await?;
    browser.click(&format!("{}　副锁", names[3])).await?;
    browser.press("hand-in").await?;
    browser.shows("已提交解密").await?;

    // Two pages lose their connection while the others hand in.
    for window in [&hall, &bidders[4]] {
        browser.turn_to(window).await?;
        browser.go("about:blank").await?;
    }
    for window in &bidders[0..3] {
        browser.turn_to(window).await?;
        browser.press("hand-in").await?;
        browser.shows("已提交解密").await?;
    }
    browser.turn_to(&bidders[4]).await?;
    browser.go(&at("bid")).await?;
    browser.click(&format!("{}　主锁", names[4])).await?;
    browser.press("hand-in").await?;
    browser.shows("已提交解密").await?;

    // All open together; the wall shows what the ledger has.
    browser.turn_to(&console).await?;
    browser.next_step().await?;
    browser.shows("应唱").await?;
    browser.next_step().await?;
    browser.turn_to(&wall).await?;
    browser.shows("正在唱标").await?;
    look_at_wall(&browser, &wall_url, "wall-announce", ["正在唱标", "Being announced"], &mut found).await?;
    // On any wall: nothing is cut off, and nothing has to be scrolled.
    for (size, name) in [((3840, 2160), "4k"), ((1280, 720), "small"), (WALL, "")] {
        browser.resize(size).await?;
        let (across, down) = browser.overflow().await?;
        assert!(across <= 0 && down <= 0, "{size:?}: {across} across, {down} down");
        if !name.is_empty() {
            browser.screenshot(&format!("wall-announce-{name}-zh")).await?;
        }
    }
    let state = play.state().await?;
    assert!(state.phase >= Phase::Announce);
    let words = browser.words().await?;
    for row in &state.roster {
        let schedule = row.schedule.as_ref().context("a row without a schedule")?;
        let schedule: Schedule = serde_json::from_str(&schedule.schedule)?;
        let Some(ScheduleValue::Fen(fen)) = schedule.value("price") else { panic!("no price") };
        let price = bidroom_domain::Fen::try_from(*fen)?;
        assert!(words.contains(&price.figures()), "{} is not on the wall: {words}", price.figures());
        assert!(words.contains(&price.words()), "{} is not on the wall: {words}", price.words());
        assert!(words.contains(&row.row.bidder.name));
    }
    browser.turn_to(&hall).await?;
    browser.go(&at("hall")).await?;
    browser.shows("已自行核验").await?;
    browser.look("hall-announce", &mut found).await?;

    browser.turn_to(&console).await?;
    for row in 2..=5 {
        browser.next_step().await?;
        browser.shows(&format!("正在唱第 {row} 家")).await?;
    }
    browser.look("console-announce", &mut found).await?;
    browser.next_step().await?;

    // One objects and is answered; all confirm.
    browser.turn_to(&bidders[2]).await?;
    browser.click("提出异议").await?;
    browser.fill("textarea", "本单位一览表中的质保期请核对。").await?;
    browser.screenshot("bid-object-zh").await?;
    browser.click("签名并提交").await?;
    browser.shows("异议待答复").await?;
    browser.turn_to(&console).await?;
    browser.click("答复").await?;
    browser.fill("textarea", "已核对，以一览表为准。").await?;
    browser.click("记入并公布").await?;
    for (number, window) in bidders.iter().enumerate() {
        browser.turn_to(window).await?;
        if number == 1 {
            browser.look("bid-confirm", &mut found).await?;
        }
        browser.press("confirm-record").await?;
        browser.shows("已确认开标记录").await?;
    }
    browser.turn_to(&console).await?;
    browser.look("console-confirm", &mut found).await?;
    browser.next_step().await?;

    // The record is signed: by the host at its console, by the supervisor at its page; the tenderer has left.
    browser.shows("签署开标记录").await?;
    browser.look("console-sign", &mut found).await?;
    browser.next_step().await?;
    browser.shows("等待签署开标记录").await?;
    browser.click("记明未签署").await?;
    browser.fill("textarea", "唱标后因公务提前离场。").await?;
    browser.click("记入并公布").await?;
    browser.shows("顾明远 未签署：唱标后因公务提前离场。").await?;
    browser.open(&at("officer"), DESK).await?;
    browser.click("罗毅").await?;
    browser.shows("还有 1 方待签署").await?;
    browser.look("officer-sign", &mut found).await?;
    browser.press("sign-record").await?;
    browser.shows("各方都已签署，或已记明原因").await?;
    browser.turn_to(&console).await?;
    browser.shows("开标已结束").await?;
    browser.turn_to(&wall).await?;
    browser.shows("开标已结束").await?;
    let closed = ["开标已结束", "The opening has ended"];
    look_at_wall(&browser, &wall_url, "wall-closed", closed, &mut found).await?;
    browser.open(&at("hall"), PHONE).await?;
    browser.shows(&names[0]).await?;
    browser.look("hall-phone", &mut found).await?;
    browser.turn_to(&home).await?;

    let archive = folder.path().join("archive.zip");
    room.export(&archive)?;
    let trust = read_trust(&room.site.trust)?;
    assert_eq!(verify(std::fs::File::open(&archive)?, Some(&trust))?.outcome(), Outcome::Sound);
    browser.close().await?;
    assert!(found.is_empty(), "not accessible: {found:#?}");
    room.stop().await
}

/// One window for each bidder, with its main lock open in it.
async fn bidder_pages(
    browser: &Browser,
    url: &str,
    names: &[String],
) -> anyhow::Result<Vec<fantoccini::wd::WindowHandle>> {
    let mut windows = Vec::new();
    for name in names {
        windows.push(browser.open(url, HALL).await?);
        browser.click(&format!("{name}　主锁")).await?;
        browser.shows("换一把锁").await?;
    }
    Ok(windows)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bids_that_are_not_unlocked() {
    Box::pin(fates()).await.unwrap();
}

/// One bidder's lock is the wrong one, and its window stands still for a fault of the centre's; it never hands in. Host
/// and supervisor settle what becomes of its bid.
async fn fates() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let room = StoryRoom::new(folder.path(), 4).await?;
    let session = StoryRoom::session()?;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    let locks = room.site.write_locks(&room.world)?;
    drop(room.app.demo.set(Demo { session: session.clone(), locks }));
    let names: Vec<String> = room.world.bidders.iter().map(|bidder| bidder.firm.name.clone()).collect();
    let at = |page: &str| format!("{}/{page}/{session}", room.url);
    let mut found = Vec::new();
    room.clock.set(DEADLINE);
    play.authorise().await?;

    let browser = Browser::start().await?;
    let console = browser.open(&at("console"), DESK).await?;
    browser.click("沈若兰").await?;
    let bidders = bidder_pages(&browser, &at("bid"), &names).await?;
    for window in &bidders[..3] {
        browser.turn_to(window).await?;
        browser.press("hand-in").await?;
        browser.shows("已提交解密").await?;
    }
    browser.turn_to(&bidders[3]).await?;
    browser.click("换一把锁").await?;
    browser.click(&format!("{}　换发前的旧锁", names[3])).await?;
    browser.press("hand-in").await?;
    browser.shows("锁不符").await?;

    browser.turn_to(&console).await?;
    browser.click("办法").await?;
    browser.shows("建议").await?;
    browser.look("console-case", &mut found).await?;
    browser.click("停这一家的表").await?;
    browser.click_in("dialog[@open]", "停这一家的表").await?;
    browser.shows("请写明停表原因").await?;
    browser.fill("#hold-reason", "柜台电脑故障").await?;
    browser.screenshot("console-hold-zh").await?;
    browser.click_in("dialog[@open]", "停这一家的表").await?;
    browser.shows("恢复这一家的计时").await?;
    browser.look("console-held", &mut found).await?;
    browser.turn_to(&bidders[3]).await?;
    browser.shows("本单位的时限停着").await?;
    browser.look("bid-held", &mut found).await?;
    browser.turn_to(&console).await?;
    browser.click("恢复这一家的计时").await?;
    browser.shows("停这一家的表").await?;

    // The window ends without it; the others are opened, and it is settled what becomes of its bid.
    room.clock.set(DEADLINE.plus_seconds(2 * 3600));
    browser.shows("应唱").await?;
    browser.click("认定原因").await?;
    browser.shows("视为撤销").await?;
    browser.screenshot("console-attribute-zh").await?;
    found.extend(browser.accessibility("console-attribute").await?);
    browser.fill("#attribute-reason", "两次插入的都是换发前的旧锁，柜台电脑故障的时间已补回。").await?;
    browser.click("投标人原因，视为撤销").await?;
    browser.open(&at("officer"), DESK).await?;
    browser.click("罗毅").await?;
    browser.shows("未开启投标的认定").await?;
    browser.shows("签署的是这一项认定的全部内容").await?;
    browser.look("officer-fates", &mut found).await?;
    browser.press("agree-fate").await?;
    browser.shows("罗毅 已于").await?;
    browser.close().await?;
    assert!(found.is_empty(), "not accessible: {found:#?}");
    room.stop().await
}
