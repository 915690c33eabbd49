//! The remedy key in a real browser: a bidder without its locks asks on its page, the host allows it on the console, the
//! supervisor agrees on the officers' page, and two of three trustees give their parts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom_domain::opening::{Phase, Remedy};
use bidroom_tests::browser::Browser;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_tests::trustees::{announce, package, trustees};
use bidroom_wire::Demo;

const PAGE: (u32, u32) = (1280, 720);
const DESK: (u32, u32) = (1440, 900);
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
/// The bidder that has none of the locks its bid is sealed to.
const LOCKLESS: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_remedy_key_on_the_pages() {
    Box::pin(play()).await.unwrap();
}

async fn play() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut room = StoryRoom::new(folder.path(), 3).await?;
    let trustees = trustees(&mut room)?;
    announce(&room, package(&room, &trustees)?)?;
    let session = StoryRoom::session()?;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?;
    let published = room.imported(&play).await?;
    play.seal_with_remedy(&published, LOCKLESS, &play.folder.join(format!("bid-{}-1.bid", LOCKLESS + 1)))?;
    play.prepare().await?;
    let locks = room.site.write_locks(&room.world)?;
    drop(room.app.demo.set(Demo { session: session.clone(), locks }));
    let handle = room.handle()?;
    room.clock.set(DEADLINE);
    handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
    play.authorise().await?;
    for number in [0, 1] {
        let lock = &room.world.bidders[number].main;
        room.logged_in(lock).await?.unlock(&published, lock, None).await?;
    }
    let at = |page: &str| format!("{}/{page}/{session}", room.url);
    let mut found = Vec::new();
    let name = room.world.bidders[LOCKLESS].firm.name.clone();

    // The bidder's lock is another one: its page says so, and what can still be done.
    let browser = Browser::start().await?;
    let bidder = browser.open(&at("bid"), PAGE).await?;
    browser.click(&format!("{name}　换发前的旧锁")).await?;
    browser.click("提交解密").await?;
    browser.shows("解密遇到问题").await?;
    browser.shows("申请启用补救密钥的原因").await?;
    // Nothing is asked without a reason.
    browser.press("ask-remedy").await?;
    browser.shows("请写明原因").await?;
    browser.look("remedy-ask", &mut found).await?;
    browser.fill("#ask-remedy-reason", "主锁和副锁均已损坏，柜台已核实").await?;
    browser.press("ask-remedy").await?;
    handle.wait_for(|it| it.state.roster[LOCKLESS].remedy.is_some()).await.unwrap();
    browser.shows("等待主持人允许").await?;
    browser.look("remedy-asked", &mut found).await?;

    // The supervisor reads it, and has to wait for the host.
    let supervisor = browser.open(&at("officer"), DESK).await?;
    browser.click("罗毅").await?;
    browser.shows("补救密钥申请").await?;
    browser.shows("等待主持人允许").await?;
    browser.look("remedy-officer-waits", &mut found).await?;

    let host = browser.open(&at("console"), DESK).await?;
    browser.click("沈若兰").await?;
    browser.shows("处理补救密钥申请").await?;
    browser.click("处理补救密钥申请").await?;
    browser.press("allow-remedy").await?;
    browser.fill("#allow-reason", "柜台核实，两把锁均已损坏").await?;
    browser.look("remedy-allow", &mut found).await?;
    browser.click_in("dialog[@open]", "允许启用补救密钥").await?;
    handle.wait_for(|it| it.state.roster[LOCKLESS].remedy.as_ref().unwrap().allowed.is_some()).await.unwrap();
    browser.shows("等待监督人员同意").await?;

    browser.turn_to(&supervisor).await?;
    browser.shows("主持人已允许").await?;
    browser.look("remedy-agree", &mut found).await?;
    browser.press("agree-remedy").await?;
    handle.wait_for(|it| it.state.roster[LOCKLESS].remedy.as_ref().unwrap().agreed.is_some()).await.unwrap();
    browser.shows("受托人已交 0 份，需要 2 份").await?;

    // The trustees, outside.
    for (given, trustee) in trustees.iter().take(2).enumerate() {
        let client = room.logged_in(trustee).await?;
        let waiting = client.remedy_parts(&session).await?;
        client.give_remedy_part(&published, trustee, &waiting[0]).await?;
        if given == 0 {
            browser.shows("受托人已交 1 份，需要 2 份").await?;
            browser.turn_to(&host).await?;
            browser.shows("受托人已交 1 份，需要 2 份").await?;
            browser.look("remedy-parts", &mut found).await?;
            browser.turn_to(&supervisor).await?;
        }
    }
    browser.shows_no_more("补救密钥申请").await?;
    let collected = room.state()?.roster[LOCKLESS].collected.clone().unwrap();
    assert_eq!(collected.remedy, Some(Remedy::RemedyKey));
    browser.turn_to(&bidder).await?;
    browser.shows("已提交").await?;
    browser.close().await?;

    play.whole().await?;
    assert!(room.state()?.roster.iter().all(bidroom_domain::opening::RowState::is_opened));
    room.sound()?;
    room.stop().await?;
    assert!(found.is_empty(), "{found:#?}");
    Ok(())
}
