//! The similarity hints at a member's terminal, in a real browser: the matrix, and what a hint rests on, side by side.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::documents::write_documents;
use bidroom::demo::play::Script;
use bidroom::demo::world::TenderPlan;
use bidroom_report::Renderer;
use bidroom_report::fonts::FontSource;
use bidroom_tests::browser::Browser;
use bidroom_tests::committee::{Committee, plan};
use bidroom_tests::room::{StoryRoom, Turned};

const SEAT: (u32, u32) = (1920, 1080);
const SMALL: (u32, u32) = (1280, 720);
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_looks_at_who_is_like_whom() {
    Box::pin(story()).await.unwrap();
}

async fn story() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let room = StoryRoom::new(folder.path(), 6).await?;
    let plan = TenderPlan { evaluation: Some(Box::new(plan())), ..StoryRoom::plan() };
    room.write_package(&plan)?;
    let pace = Turned(room.clock.clone());
    let mut play = room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?;
    let renderer = Renderer::new(FontSource::System)?;
    let lot = room.world.lot(&plan)?;
    for (number, bidder) in (0_u32..).zip(&room.world.bidders) {
        let own = folder.path().join(format!("bidder-{number}"));
        // The second one wrote as the first one did, down to the telephone.
        let seed = if number == 1 { 0 } else { number };
        play.documents[usize::try_from(number)?] =
            write_documents(&renderer, &own, &lot, &bidder.firm, seed, 0)?;
    }
    // The fourth one has the technical part of the first one in its envelope.
    std::fs::copy(&play.documents[0][1], &play.documents[3][1])?;
    play.whole().await?;

    let committee = Committee::of(&room).await?;
    committee.qualify().await?;
    let terminal = committee.register(1).await?;
    let pin = committee.host.seat_pin(&committee.published.session(), 1).await?.pin;
    let number = |bidder: usize| {
        let state = room.state().unwrap();
        let name = &room.world.bidders[bidder].firm.name;
        state.roster.iter().find(|row| row.row.bidder.name == *name).unwrap().row.number
    };
    let (one, other) = (number(0).min(number(3)), number(0).max(number(3)));

    let browser = Browser::start().await?;
    let mut found = Vec::new();
    let url = format!("{}/expert/{}?terminal={terminal}", room.url, StoryRoom::session()?);
    browser.open(&url, SEAT).await?;
    browser.shows("评标席签到").await?;
    browser.fill("#member", "1").await?;
    browser.fill("#pin", &pin).await?;
    browser.press("sign-in").await?;
    browser.shows("评审承诺书").await?;
    // Nobody reads any of it before the commitment.
    assert!(!browser.words().await?.contains("雷同性线索"));
    browser.press("pledge").await?;
    browser.run(WRITE).await?;
    browser.press("sign").await?;
    browser.press("close-code").await?;

    browser.press("similarity").await?;
    browser.shows("不是认定结论").await?;
    browser.shows("共 ").await?;
    browser.look("expert-similarity", &mut found).await?;
    browser.run(&format!("document.querySelector('[data-pair=\"{one}-{other}\"]').click()")).await?;
    browser.shows("可能涉及的条款").await?;
    browser.shows("整份文件").await?;
    browser.look("expert-similarity-pair", &mut found).await?;
    browser.resize(SMALL).await?;
    browser.look("expert-similarity-small", &mut found).await?;
    let (wide, _) = browser.overflow().await?;
    assert!(wide <= 0, "the page is {wide} pixels too wide");
    browser.press("close-similarity").await?;
    assert_eq!(found, Vec::<String>::new(), "what the checker of accessibility finds");
    browser.close().await?;
    room.stop().await
}

/// Writes a name on the open pad: a stroke of a mouse.
const WRITE: &str = "
    const pad = document.querySelector('dialog[open] .pad canvas'), box = pad.getBoundingClientRect();
    pad.setPointerCapture = () => {};
    const at = (kind, x, y) => pad.dispatchEvent(new PointerEvent(kind, {
        bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse', isPrimary: true,
        clientX: box.left + x * box.width, clientY: box.top + y * box.height,
    }));
    at('pointerdown', .2, .3);
    for (let i = 1; i <= 8; i++) at('pointermove', .2 + i * .06, .3 + i * .05);
    at('pointerup', .7, .7);";
