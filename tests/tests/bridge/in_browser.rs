//! A bidder in a real browser whose lock is a device: pairs, chooses the lock, types the PIN in the helper's window, and
//! hands in.

use std::sync::Arc;

use bidroom_tests::browser::Browser;
use bidroom_tests::helper::Helper;
use bidroom_tests::room::Turned as Clock;

use crate::world::{PIN, PLAIN, Site};

const HALL: (u32, u32) = (1280, 800);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bidder_unlocks_with_a_device_and_types_its_pin_outside_of_the_page() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let browser = Browser::start().await.unwrap();
    browser.open(&format!("{}/bid/{}", site.room.url, play.session), HALL).await.unwrap();
    let mut found = Vec::new();
    browser.shows("电子锁").await.unwrap();
    browser.screenshot("helper-pair-zh").await.unwrap();
    found.extend(browser.accessibility("helper-pair").await.unwrap());

    let mut helper = Helper::start(&site.room, site.publication().await, site.driver()).unwrap();
    helper.pair(&browser).await.unwrap();
    browser.shows("PIN 还可试 8 次").await.unwrap();
    browser.screenshot("helper-locks-zh").await.unwrap();
    found.extend(browser.accessibility("helper-locks").await.unwrap());
    browser.click(&site.room.world.bidders[0].firm.name).await.unwrap();
    browser.shows("请看助手程序的窗口").await.unwrap();
    browser.screenshot("helper-window-zh").await.unwrap();
    helper.types_pin(PIN).await.unwrap();
    browser.shows("换一把锁").await.unwrap();
    browser.press("hand-in").await.unwrap();
    helper.agree("同意提交解密吗").await.unwrap();
    browser.shows("已提交解密").await.unwrap();
    assert!(site.is_collected());
    browser.close().await.unwrap();
    assert!(found.is_empty(), "not accessible: {found:#?}");
    site.room.stop().await.unwrap();
}
