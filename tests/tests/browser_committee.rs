//! The evaluation's page for everybody but the committee, in a real browser: the host seats the members, the purchaser reviews, the
//! supervisor approves and signs, bidders answer, and the result is published.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom::demo::site::SiteDevice;
use bidroom::demo::world::TenderPlan;
use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{
    About, Command, CorrectionRule, Matter, Review, SheetPart, Stage, Subject, Verdict,
};
use bidroom_tests::browser::Browser;
use bidroom_tests::committee::{Committee, blind_plan, list};
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_wire::{Demo, TerminalBody};
use fantoccini::wd::WindowHandle;

const DESK: (u32, u32) = (1440, 900);
const SMALL: (u32, u32) = (1280, 720);
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_evaluation_as_staff_purchaser_and_bidders_see_it() {
    Box::pin(story()).await.unwrap();
}

struct Story<'a> {
    browser: Browser,
    committee: Committee<'a>,
    room: &'a StoryRoom,
    host: WindowHandle,
    tenderer: WindowHandle,
    supervisor: WindowHandle,
    found: Vec<String>,
}

async fn story() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, _custody) = StoryRoom::with_custody(folder.path(), 3, devices).await?;
    let plan = TenderPlan { evaluation: Some(Box::new(blind_plan())), ..StoryRoom::plan() };
    room.write_package(&plan)?;
    let pace = Turned(room.clock.clone());
    room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?.whole().await?;
    let session = StoryRoom::session()?;
    let locks = room.site.write_locks(&room.world)?;
    drop(room.app.demo.set(Demo { session: session.clone(), locks }));
    let url = format!("{}/evaluation/{session}", room.url);

    let browser = Browser::start().await?;
    let mut found = Vec::new();
    let host = browser.open(&url, DESK).await?;
    browser.shows("请先插锁登录").await?;
    browser.look("evaluation-nobody", &mut found).await?;
    let name = |role: StaffRole| room.world.officers.iter().find(|it| it.role == role).unwrap().name.clone();
    browser.click(&name(StaffRole::Host)).await?;
    browser.shows("导入密封的专家名单").await?;
    browser.look("evaluation-host-begins", &mut found).await?;
    let tenderer = browser.open(&url, SMALL).await?;
    browser.click(&name(StaffRole::Tenderer)).await?;
    browser.shows("现在没有要采购人办的事").await?;
    let supervisor = browser.open(&url, SMALL).await?;
    browser.click(&name(StaffRole::Supervisor)).await?;
    browser.shows("现在没有要监督人员决定的事").await?;
    let committee = Committee::of(&room).await?;
    let mut story = Story { browser, committee, room: &room, host, tenderer, supervisor, found };
    story.qualification().await?;
    story.seats().await?;
    story.scoring().await?;
    story.prices(&url).await?;
    story.report(&url).await?;
    let Story { browser, found, .. } = story;
    browser.close().await?;
    assert!(found.is_empty(), "{found:#?}");
    room.sound()?;
    room.stop().await?;
    Ok(())
}

impl Story<'_> {
    async fn at(&self, window: &WindowHandle) -> anyhow::Result<()> {
        self.browser.turn_to(window).await
    }

    /// Does what an open window asks for.
    async fn agree(&self) -> anyhow::Result<()> {
        self.browser.press("do-it").await?;
        self.browser.shows_no_more("取消").await
    }

    /// A bidder's page.
    async fn bidder(&self, url: &str, bid: u32, size: (u32, u32)) -> anyhow::Result<()> {
        let row = self.room.state()?.numbered(bid).unwrap().row.clone();
        self.browser.open(url, size).await?;
        self.browser.click(&format!("{}　主锁", row.bidder.name)).await
    }

    /// The purchaser goes through the bids on its page; one is asked first.
    async fn qualification(&mut self) -> anyhow::Result<()> {
        self.at(&self.host.clone()).await?;
        self.import().await?;
        self.browser.press("start").await?;
        self.browser.shows("评标已开始").await?;
        let bids = self.committee.state()?.bids;
        self.at(&self.tenderer.clone()).await?;
        self.browser.shows("没有审查意见").await?;
        self.browser.look("evaluation-tenderer", &mut self.found).await?;
        self.browser
            .run(&format!("document.querySelector('[data-bid=\"{}\"] .btn').click()", bids[0]))
            .await?;
        self.browser.fill("#ask-text", "营业执照副本第 2 页印章不清，请说明出具机关。").await?;
        self.browser.screenshot("evaluation-ask-zh").await?;
        self.agree().await?;
        self.browser.shows("第 1 问").await?;
        let url = format!("{}/evaluation/{}", self.room.url, StoryRoom::session()?);
        self.bidder(&url, bids[0], (390, 844)).await?;
        self.browser.shows("要求澄清").await?;
        self.browser.look("evaluation-bidder-asked-phone", &mut self.found).await?;
        self.browser.fill("#answer", "由云州市市场监督管理局出具。").await?;
        self.browser.press("answer-go").await?;
        self.browser.shows("答复已签名提交").await?;
        self.browser.shows("您已提交的答复").await?;
        self.at(&self.tenderer.clone()).await?;
        self.browser.shows("由云州市市场监督管理局出具").await?;
        for (place, bid) in bids.iter().enumerate() {
            // The last button of a row is the one that goes on: review, then conclude.
            let open = format!("[...document.querySelectorAll('[data-bid=\"{bid}\"] .btn')].pop().click()");
            self.browser.run(&open).await?;
            self.browser.shows("营业执照").await?;
            if place == 0 {
                self.browser
                    .run("document.querySelector('[data-item=licence] [data-value=no]').click()")
                    .await?;
                self.browser.sees("#reason-licence").await?;
                self.browser.look("evaluation-review", &mut self.found).await?;
            }
            self.browser
                .run("document.querySelector('[data-item=licence] [data-value=yes]').click()")
                .await?;
            self.agree().await?;
            self.browser.shows("审查意见已记入账本").await?;
            self.browser.sees(&format!("[data-bid='{bid}'] .btn:nth-child(3)")).await?;
            self.browser.run(&open).await?;
            self.browser.shows("审查结论已记入账本").await?;
        }
        self.browser.press("finish").await?;
        self.browser.shows("本阶段已结束").await?;
        assert_eq!(self.committee.state()?.stage, Stage::Assembly);
        Ok(())
    }

    /// A file that is no list is refused and changes nothing; then the agency's.
    async fn import(&self) -> anyhow::Result<()> {
        let file = self.room.site.folder.join("committee.sealed");
        std::fs::write(&file, b"{}")?;
        self.browser.fill("#committee-list", &file.display().to_string()).await?;
        self.browser.shows("这不是密封的专家名单").await?;
        std::fs::write(&file, self.committee.sealed_list(&list())?)?;
        self.browser.fill("#committee-list", &file.display().to_string()).await?;
        self.browser.shows("名单密封中").await?;
        self.browser.shows("名单已导入").await
    }

    /// The host opens the list, seats the members, hands out PINs, moves one, and goes to one that calls.
    async fn seats(&mut self) -> anyhow::Result<()> {
        self.at(&self.host.clone()).await?;
        self.browser.press("open-list").await?;
        self.browser.shows("名单已启封").await?;
        self.browser.shows("还没有登记席位").await?;
        for member in 1..=5_u8 {
            let row = format!("document.querySelectorAll('.mem tbody tr')[{}]", member - 1);
            self.browser.run(&format!("{row}.querySelector('.btn').click()")).await?;
            self.browser.fill("#seat-terminal", &format!("终端{member}")).await?;
            if member == 1 {
                // Without the phone nobody is seated; the rules say so, and nothing is lost of what was written.
                self.browser.press("do-it").await?;
                self.browser.shows("通讯工具").await?;
                self.browser.look("evaluation-seat", &mut self.found).await?;
            }
            self.browser.run("document.querySelector('#seat-phone').click()").await?;
            self.agree().await?;
            self.browser.shows("席位已登记").await?;
            let pin = format!(
                "[...{row}.querySelectorAll('.btn')].find(it => it.textContent.includes('发口令')).click()"
            );
            self.browser.run(&pin).await?;
            self.browser.sees("#pin-digits").await?;
            if member == 1 {
                self.browser.look("evaluation-pin", &mut self.found).await?;
            }
            let digits = self.browser.run("return document.querySelector('#pin-digits').textContent").await?;
            let pin = digits.as_str().unwrap().replace(' ', "");
            self.browser.press("pin-close").await?;
            let session = self.committee.published.session();
            let body = TerminalBody { member, terminal: format!("终端{member}"), pin };
            let mut client = self.room.client()?;
            let signed_in = client.sign_in_at_terminal(&session, &body).await?;
            self.committee.tokens.insert(member, signed_in.token);
            self.committee.members.insert(member, client);
            self.committee.member(member, Command::SignCommitment).await?;
        }
        for member in 1..=5 {
            self.committee.member(member, Command::VoteChair { round: 1, choice: 1 }).await?;
        }
        self.browser.shows("评委会就位").await?;
        self.browser.look("evaluation-host-ready", &mut self.found).await?;
        self.browser.press("finish").await?;
        self.browser.shows("本阶段已结束").await?;

        // A member calls, the host goes there; another one gets another terminal.
        self.room.app.seats.call(&self.committee.published.session(), 3, self.room.app.now());
        self.browser.shows("起呼叫").await?;
        self.browser.screenshot("evaluation-call-zh").await?;
        self.browser.click("已到席处理").await?;
        self.browser.shows_no_more("起呼叫").await?;
        let moving = "[...document.querySelectorAll('.mem tbody tr')[4].querySelectorAll('.btn')].find(it => it.textContent.includes('换终端')).click()";
        self.browser.run(moving).await?;
        self.browser.fill("#move-terminal", "终端9").await?;
        self.browser.fill("#move-reason", "屏幕故障").await?;
        self.agree().await?;
        self.browser.shows("终端未签到").await?;
        Ok(self.committee.sign_in(5, "终端9").await?)
    }

    /// The supervisor approves going back and lifts the blind.
    async fn scoring(&mut self) -> anyhow::Result<()> {
        let bids = self.committee.state()?.bids;
        let review = Review::Conformity;
        for bid in &bids {
            for member in 1..=5 {
                let passes = || Verdict { passes: true, ground: None, reason: None };
                let verdicts = ["signed", "answers"].map(|item| (item.to_owned(), passes())).into();
                self.committee.member(member, Command::GiveReview { review, bid: *bid, verdicts }).await?;
            }
        }
        self.browser.shows(&format!("{0} / {0}", bids.len())).await?;
        self.browser.look("evaluation-host-progress", &mut self.found).await?;
        for bid in &bids {
            self.committee.member(1, Command::ConcludeReview { review, bid: *bid }).await?;
        }
        self.browser.press("back").await?;
        self.browser.fill("#more-reason", "核对一处资格材料").await?;
        self.browser.look("evaluation-back", &mut self.found).await?;
        self.agree().await?;
        self.at(&self.supervisor.clone()).await?;
        self.browser.shows("核对一处资格材料").await?;
        self.browser.look("evaluation-supervisor", &mut self.found).await?;
        self.browser.press("reopen").await?;
        self.browser.shows("已批准退回").await?;
        assert_eq!(self.committee.state()?.stage, Stage::Qualification);
        self.at(&self.tenderer.clone()).await?;
        for bid in &bids {
            self.browser.sees(&format!("[data-bid='{bid}'] .btn:nth-child(3)")).await?;
            self.browser
                .run(&format!("[...document.querySelectorAll('[data-bid=\"{bid}\"] .btn')].pop().click()"))
                .await?;
            self.browser.shows_no_more("正在办理").await?;
        }
        self.browser.press("finish").await?;
        self.browser.shows("本阶段已结束").await?;
        self.at(&self.host.clone()).await?;
        self.browser.press("finish").await?;
        self.browser.shows("本阶段已结束").await?;
        self.committee.conform().await?;
        for member in 1..=5 {
            self.committee.member(member, self.committee.level_sheet(member, SheetPart::Blind)?).await?;
        }
        self.at(&self.supervisor.clone()).await?;
        self.browser.press("lift").await?;
        self.browser.shows("暗标已揭开").await?;
        for member in 1..=5 {
            self.committee.member(member, self.committee.level_sheet(member, SheetPart::Named)?).await?;
        }
        self.committee.member(1, Command::FinishStage { stage: Stage::Scoring }).await?;
        Ok(())
    }

    /// A bidder confirms a correction, another one explains its price.
    async fn prices(&mut self, url: &str) -> anyhow::Result<()> {
        let session = self.committee.published.session();
        self.committee.members[&1].ask_result(&session).await?;
        let [low] = self.committee.state()?.low_prices.keys().copied().collect::<Vec<_>>()[..] else {
            anyhow::bail!("one price is low");
        };
        self.bidder(url, low, SMALL).await?;
        self.browser.shows("请说明报价的合理性").await?;
        self.browser.look("evaluation-bidder-low-price", &mut self.found).await?;
        self.browser.fill("#explain", "设备为本厂自产，附成本明细。").await?;
        self.browser.press("answer-go").await?;
        self.browser.shows("说明已签名提交").await?;
        let subject = Subject::LowPrice { bid: low };
        self.committee.member(1, Command::OpenVote { subject, text: "说明是否成立".into() }).await?;
        let vote = self.committee.state()?.votes.last().unwrap().number;
        for member in 1..=5 {
            let ballot = Command::CastBallot { vote, agrees: true, reason: None };
            self.committee.member(member, ballot).await?;
        }
        self.committee
            .member(1, Command::ConcludeLowPrice { bid: low, opinion: "成本构成合理".into() })
            .await?;
        let other = self.committee.state()?.bids.into_iter().find(|bid| *bid != low).unwrap();
        let matter = Matter::Mistake;
        let ask = Command::AskClarification {
            about: About::Bid(other),
            matter,
            text: "大写与小写金额不一致，以哪一个为准？".into(),
            minutes: 30,
        };
        self.committee.member(1, ask).await?;
        let bids = bidroom_outcome::bids_of(&self.room.state()?)?.bids;
        let priced = (1_u32..).zip(&bids).find(|(_, bid)| bid.id.parse() == Ok(other));
        let before = priced.and_then(|(_, bid)| bid.price).unwrap();
        let after = bids.iter().filter_map(|bid| bid.price).max().unwrap();
        let (rule, reason) = (CorrectionRule::Schedule, "以开标一览表为准".to_owned());
        let propose = Command::ProposeCorrection { bid: other, rule, before, after, reason, minutes: 30 };
        self.committee.member(1, propose).await?;
        self.bidder(url, other, SMALL).await?;
        self.browser.shows("请确认").await?;
        self.browser.look("evaluation-bidder-correction", &mut self.found).await?;
        self.browser.press("confirm-go").await?;
        self.browser.shows("您的决定已签名提交").await?;
        self.browser.fill("#answer", "以开标一览表为准。").await?;
        self.browser.press("answer-go").await?;
        self.browser.shows("答复已签名提交").await?;
        self.at(&self.host.clone()).await?;
        self.browser.shows("以开标一览表为准").await?;
        self.committee.members[&1].ask_result(&session).await?;
        self.committee.member(1, Command::FinishStage { stage: Stage::Price }).await?;
        Ok(())
    }

    /// The report is signed by all but one who refuses, by the supervisor on its page; the host closes and publishes.
    async fn report(&mut self, url: &str) -> anyhow::Result<()> {
        let report = self.report_due().await?;
        for member in [2, 3, 4] {
            self.committee.member(member, Command::SignReport { report, dissent: None }).await?;
        }
        self.at(&self.host.clone()).await?;
        self.browser.shows("未签报告").await?;
        let refuses = "[...document.querySelectorAll('.mem tbody tr')[4].querySelectorAll('.btn')].find(it => it.textContent.includes('拒签登记')).click()";
        self.browser.run(refuses).await?;
        self.browser.fill("#refused-note", "拒绝签字，未写明理由。").await?;
        self.agree().await?;
        self.browser.shows("视为同意").await?;
        self.committee.member(1, Command::SignReport { report, dissent: None }).await?;
        self.at(&self.supervisor.clone()).await?;
        self.browser.shows("签署评标报告").await?;
        self.browser.look("evaluation-supervisor-report", &mut self.found).await?;
        self.browser.press("supervise").await?;
        self.browser.shows("评标报告已由监督人员签署").await?;
        self.at(&self.host.clone()).await?;
        self.browser.press("close").await?;
        self.browser.shows("公布结果").await?;
        self.browser.press("publish").await?;
        self.browser.shows("只有该投标人本人能看到").await?;
        self.browser.look("evaluation-publish", &mut self.found).await?;
        self.agree().await?;
        self.browser.shows("评标已结束，结果已公布").await?;
        self.browser.look("evaluation-over", &mut self.found).await?;
        let state = self.committee.state()?;
        assert!(state.published.is_some());
        assert_eq!(state.own.len(), state.bids.len());
        self.bidder(url, state.bids[0], SMALL).await?;
        self.browser.shows("您的评审结果").await?;
        self.browser.look("evaluation-bidder-result", &mut self.found).await
    }

    /// The report that the room printed, its findings answered.
    async fn report_due(&self) -> anyhow::Result<bidroom_canon::Sm3Digest> {
        let handle = self.room.handle()?;
        let has = |state: &bidroom_domain::opening::State| {
            state.evaluation.as_ref().is_some_and(|state| state.report.is_some())
        };
        drop(handle.wait_for(|snapshot| has(&snapshot.state)).await);
        let report = self.committee.state()?.report.unwrap();
        if report.count > 0 {
            let text = "经复核，评分依据充分".to_owned();
            self.committee.member(1, Command::AcknowledgeFindings { report: report.digest, text }).await?;
        }
        Ok(report.digest)
    }
}
