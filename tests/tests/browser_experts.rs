//! The committee's members at their terminals, in a real browser: from the one-time PIN to the signed report.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod seats;

use std::sync::Arc;

use bidroom::archive::read_trust;
use bidroom::demo::documents::write_documents;
use bidroom::demo::play::Script;
use bidroom::demo::site::SiteDevice;
use bidroom::demo::world::TenderPlan;
use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{Command, SheetPart, Stage, Subject};
use bidroom_report::Renderer;
use bidroom_report::fonts::FontSource;
use bidroom_tests::browser::Browser;
use bidroom_tests::committee::{Committee, blind_plan};
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_verifier::{Outcome, verify};
use fantoccini::wd::WindowHandle;

const SEAT: (u32, u32) = (1920, 1080);
const SMALL: (u32, u32) = (1280, 720);
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

/// Writes a name on the open pad: three strokes of a mouse.
const WRITE: &str = "
    const pads = document.querySelectorAll('dialog[open] .pad canvas');
    if (!pads.length) return false;
    const pad = pads[0], box = pad.getBoundingClientRect();
    const at = (kind, x, y) => pad.dispatchEvent(new PointerEvent(kind, {
        bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse', isPrimary: true,
        clientX: box.left + x * box.width, clientY: box.top + y * box.height,
    }));
    pad.setPointerCapture = () => {};
    for (const [from, to] of [[[.2, .3], [.45, .3]], [[.3, .2], [.25, .8]], [[.5, .25], [.8, .75]]]) {
        at('pointerdown', ...from);
        for (let i = 1; i <= 8; i++) at('pointermove', from[0] + (to[0] - from[0]) * i / 8, from[1] + (to[1] - from[1]) * i / 8);
        at('pointerup', ...to);
    }
    return true;";

struct Story<'a> {
    browser: Browser,
    committee: Committee<'a>,
    seats: Vec<WindowHandle>,
    found: Vec<String>,
}

impl Story<'_> {
    /// Writes the name where a pad is open, and signs.
    async fn sign(&self) -> anyhow::Result<()> {
        self.browser.run(WRITE).await?;
        self.browser.press("sign").await?;
        Ok(())
    }

    async fn at(&self, member: u8) -> anyhow::Result<()> {
        self.browser.turn_to(&self.seats[usize::from(member) - 1]).await
    }

    /// The host registers a member's seat; the member signs in with its PIN.
    async fn sit_down(&mut self, member: u8, url: &str) -> anyhow::Result<()> {
        let terminal = self.committee.register(member).await?;
        let session = self.committee.published.session();
        let pin = self.committee.host.seat_pin(&session, member).await?.pin;
        let window = self
            .browser
            .open(&format!("{url}?terminal={terminal}"), if member == 5 { SMALL } else { SEAT })
            .await?;
        self.seats.push(window);
        self.browser.shows("评标席签到").await?;
        if member == 1 {
            self.browser.look("expert-sign-in", &mut self.found).await?;
            self.browser.fill("#member", "1").await?;
            self.browser.fill("#pin", "000000").await?;
            self.browser.press("sign-in").await?;
            self.browser.shows("一次性口令不对").await?;
            self.browser.run("document.querySelector('#member').value = ''; document.querySelector('#member').dispatchEvent(new Event('input'))").await?;
        }
        self.browser.fill("#member", &member.to_string()).await?;
        self.browser.fill("#pin", &pin).await?;
        self.browser.press("sign-in").await?;
        self.browser.shows("评审承诺书").await?;
        Ok(())
    }

    /// Fills in a sheet item by item, as the member sees it.
    async fn score(&self, apart: u8, bids: usize, items: usize) -> anyhow::Result<()> {
        for cell in 0..bids * items {
            let score = 5 + (cell + usize::from(apart)) % 4;
            self.browser.fill("#score", &score.to_string()).await?;
            if cell + 1 < bids * items {
                self.browser.press("next-item").await?;
            }
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_members_at_their_terminals() {
    Box::pin(story()).await.unwrap();
}

async fn story() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, _custody) = StoryRoom::with_custody(folder.path(), 3, devices).await?;
    let plan = TenderPlan { evaluation: Some(Box::new(blind_plan())), ..StoryRoom::plan() };
    room.write_package(&plan)?;
    let pace = Turned(room.clock.clone());
    let mut play = room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?;
    let renderer = Renderer::new(FontSource::System)?;
    for (number, bidder) in (0_u32..).zip(&room.world.bidders) {
        let own = folder.path().join(format!("bidder-{number}"));
        let lot = room.world.lot(&plan)?;
        play.documents[usize::try_from(number)?] =
            write_documents(&renderer, &own, &lot, &bidder.firm, number, 0)?;
    }
    play.whole().await?;

    let committee = Committee::of(&room).await?;
    committee.qualify().await?;
    let bids = committee.state()?.bids;

    let browser = Browser::start().await?;
    let mut story = Story { browser, committee, seats: Vec::new(), found: Vec::new() };
    let url = format!("{}/expert/{}", room.url, StoryRoom::session()?);
    for member in 1..=5 {
        story.sit_down(member, &url).await?;
        if member == 1 {
            story.browser.look("expert-commitment", &mut story.found).await?;
        }
        story.browser.press("pledge").await?;
        if member == 1 {
            story.browser.screenshot("expert-pad-zh").await?;
        }
        story.sign().await?;
        story.browser.shows("您的草稿码").await?;
        story.browser.press("close-code").await?;
        if member < 5 {
            story.browser.shows("等待成员签到和签署承诺书").await?;
        }
        if member == 1 {
            story.browser.look("expert-waits", &mut story.found).await?;
        }
    }
    for member in 1..=5 {
        story.at(member).await?;
        story.browser.shows("推选组长").await?;
        if member == 1 {
            story.browser.look("expert-chair", &mut story.found).await?;
        }
        story.click_on("[data-member='1']").await?;
        story.browser.press("elect").await?;
        story.sign().await?;
        story
            .browser
            .shows(if member < 5 {
                "等待成员推选"
            } else {
                "评标委员会组成：等待工作人员"
            })
            .await?;
    }
    assert_eq!(story.committee.state()?.chair(), Some(1));
    story.committee.commands(Command::FinishStage { stage: Stage::Assembly }).await?;

    // Conformity: one member finds a bid wanting; the committee votes on it.
    for member in 1..=5 {
        story.at(member).await?;
        story.browser.shows("符合性审查").await?;
        for (place, bid) in bids.iter().enumerate() {
            story.click_on(&format!(".nav [data-bid='{bid}']")).await?;
            if member == 2 && place == 0 {
                story.click_on("[data-item=answers] [data-value=no]").await?;
                story.browser.fill("#reason-answers", "第 12 页参数不满足要求").await?;
                story.browser.run("const s = document.querySelector('#ground-answers'); s.value = '0'; s.dispatchEvent(new Event('change'))").await?;
                story.browser.sees(".pdf canvas").await?;
                story.browser.look("expert-review", &mut story.found).await?;
            }
            if member == 3 && place == 1 {
                story.click_on("[data-item=answers] [data-value=no]").await?;
                story.browser.fill("#reason-answers", "缺检验报告").await?;
                story.browser.run("const s = document.querySelector('#ground-answers'); s.value = '0'; s.dispatchEvent(new Event('change'))").await?;
            }
            story.browser.press("pass-all").await?;
            story.browser.press("hand-in").await?;
            story.sign().await?;
            story.browser.shows("对该投标人的审查意见已记入账本").await?;
            story.browser.shows_no_more("取消").await?;
        }
    }
    // Who said no, to what and why, is read before anything is decided; one of them looks again.
    story.at(1).await?;
    story.browser.shows("第 12 页参数不满足要求").await?;
    story.browser.shows("缺检验报告").await?;
    story.browser.look("expert-chair-acts", &mut story.found).await?;
    story.revises(3, bids[1]).await?;
    story.clarified(bids[0]).await?;
    story.at(1).await?;
    story.browser.press("open-vote").await?;
    story.browser.fill("dialog[open] textarea", "第 12 页参数是否实质性响应").await?;
    story.sign().await?;
    story.all_vote(&[2], Some("expert-vote")).await?;
    story.dissents(2).await?;
    story.time_is_short().await?;
    story.at(1).await?;
    for _ in &bids {
        story.browser.press("conclude").await?;
        story.sign().await?;
        story.browser.shows_no_more("取消").await?;
    }
    story.browser.press("finish").await?;
    story.sign().await?;

    // Blind sheets: by numbers that nobody knows the bidders of.
    for member in 1..=5 {
        story.at(member).await?;
        story.browser.shows("暗标：投标人身份已隐藏").await?;
        if member == 1 {
            story.browser.fill("#score", "99").await?;
            story.browser.shows("超出范围").await?;
            story.browser.sees(".pdf canvas").await?;
            story.browser.look("expert-score", &mut story.found).await?;
            let words = story.browser.words().await?;
            for bidder in &room.world.bidders {
                assert!(!words.contains(&bidder.firm.name), "{words}");
            }
            story.asks_blind().await?;
            // The terminal breaks down in the middle: the member goes on at another one with its code.
            story.browser.shows("已自动保存").await?;
            story.browser.press("personal").await?;
            story.browser.press("show-code").await?;
            let code =
                story.browser.run("return document.querySelector('dialog[open] .code').textContent").await?;
            let code = code.as_str().unwrap().to_owned();
            story.browser.screenshot("expert-code-zh").await?;
            let moved =
                Command::MoveMember { member: 1, terminal: "终端9".into(), reason: "终端死机".into() };
            story.committee.commands(moved).await?;
            let session = story.committee.published.session();
            let pin = story.committee.host.seat_pin(&session, 1).await?.pin;
            story.seats[0] = story.browser.open(&format!("{url}?terminal=终端9"), SEAT).await?;
            story.browser.fill("#member", "1").await?;
            story.browser.fill("#pin", &pin).await?;
            story.browser.press("sign-in").await?;
            story.browser.shows("接着您的草稿").await?;
            story.browser.fill("#code", "0000-0000-0000").await?;
            story.browser.press("go-on").await?;
            story.browser.shows("草稿码不对").await?;
            story.browser.look("expert-code-asked", &mut story.found).await?;
            story.browser.run("const c = document.querySelector('#code'); c.value = ''; c.dispatchEvent(new Event('input'))").await?;
            story.browser.fill("#code", &code).await?;
            story.browser.press("go-on").await?;
            story.browser.press("close-code").await?;
            story.browser.shows("超出范围").await?;
            story.browser.run("const s = document.querySelector('#score'); s.value = ''; s.dispatchEvent(new Event('input'))").await?;
        }
        story.score(member, bids.len(), story.items(SheetPart::Blind)).await?;
        story.browser.press("hand-in").await?;
        if member == 2 {
            story.browser.run(WRITE).await?;
            story.browser.look("expert-hand-in", &mut story.found).await?;
        }
        story.sign().await?;
        story.browser.shows("商务部分").await?;
    }
    for member in 1..=5 {
        story.at(member).await?;
        story.browser.shows("商务部分").await?;
        story.score(0, bids.len(), story.items(SheetPart::Named)).await?;
        story.browser.press("hand-in").await?;
        story.sign().await?;
        story.browser.shows(if member < 5 { "等待其他成员提交" } else { "揭开暗标" }).await?;
    }
    let lift = Command::LiftBlind { lock_tail: story.supervisor_tail()? };
    story.committee.signs(StaffRole::Supervisor, lift).await?;
    story.at(1).await?;
    story.browser.press("finish").await?;
    story.sign().await?;
    story.browser.shows("由系统计算价格分与汇总").await?;
    story.browser.look("expert-summary", &mut story.found).await?;

    // Going back needs the supervisor; what was scored stays.
    story.browser.press("back").await?;
    story.browser.run("const s = document.querySelector('#back-stage'); s.value = '1'; s.dispatchEvent(new Event('change'))").await?;
    story.browser.fill("#back-reason", "核对一处客观分的依据").await?;
    story.browser.screenshot("expert-back-zh").await?;
    story.sign().await?;
    story.browser.shows("等待监督人员决定").await?;
    let back = Command::ReopenStage { number: 1, lock_tail: story.supervisor_tail()? };
    story.committee.signs(StaffRole::Supervisor, back).await?;
    assert_eq!(story.committee.state()?.stage, Stage::Scoring);
    story.browser.press("finish").await?;
    story.sign().await?;
    story.browser.shows("由系统计算价格分与汇总").await?;
    story.writes_a_correction().await?;
    story.finds_low(bids[2]).await?;
    story.browser.press("compute").await?;
    story.browser.shows("低于最高限价的规定比例").await?;
    story.browser.look("expert-low-price", &mut story.found).await?;

    let low: Vec<u32> = story.committee.state()?.low_prices.keys().copied().collect();
    for bid in low {
        let text = "设备为本厂自产，附成本明细。".to_owned();
        story.bidder(bid, &Command::ExplainLowPrice { bid, text, documents: Vec::new() }).await?;
        story.at(1).await?;
        story.browser.press("open-vote").await?;
        story.browser.fill("dialog[open] textarea", "说明是否成立").await?;
        story.sign().await?;
        story.all_vote(&[], None).await?;
        let subject = Subject::LowPrice { bid };
        assert!(story.committee.state()?.is_carried(&subject));
        story.at(1).await?;
        story.browser.press("conclude-price").await?;
        story.browser.fill("dialog[open] textarea", "成本构成合理").await?;
        story.sign().await?;
        story.browser.shows_no_more("取消").await?;
    }
    story.browser.press("compute").await?;
    story.browser.shows("第 1 候选人").await?;
    story.browser.look("expert-result", &mut story.found).await?;
    story.finds_abnormal(5).await?;
    story.browser.press("finish").await?;
    story.sign().await?;
    // The room prints the report and checks it; all read it and sign, the chair last.
    story.browser.sees("#report").await?;
    if story.committee.state()?.report.is_some_and(|report| report.count > 0) {
        story.browser.press("findings").await?;
        story.browser.fill("dialog[open] textarea", "经复核，评分依据充分").await?;
        story.sign().await?;
        story.browser.shows_no_more("取消").await?;
    }
    for member in [2, 3, 5, 1] {
        if member == 1 {
            story.refuses(4).await?;
        }
        story.at(member).await?;
        if member == 2 {
            story.browser.sees("#report canvas").await?;
            story.browser.look("expert-report", &mut story.found).await?;
        }
        story.browser.press("sign-report").await?;
        story.sign().await?;
        story.browser.shows("评标报告已签署").await?;
    }
    story.browser.shows("等待监督人员签署评标报告").await?;
    let report = story.committee.state()?.report.unwrap().digest;
    let lock_tail = story.supervisor_tail()?;
    story.committee.signs(StaffRole::Supervisor, Command::SuperviseReport { report, lock_tail }).await?;
    story.committee.commands(Command::Close).await?;
    story.browser.shows("评标已结束").await?;
    story.browser.look("expert-over", &mut story.found).await?;
    let archive = folder.path().join("evaluation.zip");
    room.export(&archive)?;
    let trust = read_trust(&room.site.trust)?;
    let verified = verify(std::fs::File::open(&archive)?, Some(&trust))?;
    assert_eq!(verified.outcome(), Outcome::Sound, "{verified:#?}");
    let bytes = std::fs::read(&archive)?;
    let paper = format!("papers/{report}.pdf");
    assert!(bytes.windows(paper.len()).any(|window| window == paper.as_bytes()));
    let Story { browser, found, .. } = story;
    browser.close().await?;
    assert!(found.is_empty(), "{found:#?}");
    room.sound()?;
    room.stop().await?;
    Ok(())
}

impl Story<'_> {
    fn items(&self, part: SheetPart) -> usize {
        let plan = self.committee.published.facts().evaluation.as_deref();
        plan.map_or(0, |plan| plan.sheet(part).count())
    }

    fn supervisor_tail(&self) -> anyhow::Result<String> {
        let lock = Committee::lock(self.committee.room, StaffRole::Supervisor)?;
        Ok(lock.identity().signing_certificate().tail())
    }
}
