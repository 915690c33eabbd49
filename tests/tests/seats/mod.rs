//! What members and chair do at their terminals when there is need for it: questions, revised verdicts, dissent, time, a price that the
//! committee finds low, a score that is far off, a member that does not sign.

use anyhow::Context as _;
use bidroom_domain::evaluation::{
    About, ChangeGround, Command, Matter, SheetPart, Signature, Subject, Trigger, VoidCause, Voided,
};
use bidroom_tests::committee::json;

use super::{SEAT, SMALL, Story};

impl Story<'_> {
    /// Chooses a value of a list.
    async fn choose(&self, id: &str, value: &str) -> anyhow::Result<()> {
        self.browser.sees(&format!("#{id} option[value='{value}']")).await?;
        let script = format!(
            "const s = document.querySelector('#{id}'); s.value = '{value}'; s.dispatchEvent(new Event('change'))"
        );
        self.browser.run(&script).await?;
        Ok(())
    }

    /// Clicks what this selector finds, once it is there.
    pub(crate) async fn click_on(&self, css: &str) -> anyhow::Result<()> {
        self.browser.sees(css).await?;
        self.browser.run(&format!("document.querySelector(\"{css}\").click()")).await?;
        Ok(())
    }

    /// Shoots a page in the smallest size in which it is used; nothing may stand beyond its edge.
    async fn look_small(&mut self, name: &str) -> anyhow::Result<()> {
        self.browser.resize(SMALL).await?;
        self.browser.look(name, &mut self.found).await?;
        assert_eq!(self.browser.overflow().await?.0, 0, "{name} is wider than its window");
        self.browser.resize(SEAT).await
    }

    /// What a bidder signs.
    pub(crate) async fn bidder(&self, bid: u32, command: &Command) -> anyhow::Result<()> {
        let room = self.committee.room;
        let row = room.state()?.numbered(bid).context("no such bid")?.row.clone();
        let firm = room.world.bidders.iter().find(|it| it.firm.name == row.bidder.name);
        let firm = firm.context("no such bidder")?;
        let client = room.logged_in(&firm.main).await?;
        client.act(&self.committee.published, &firm.main, None, json(command)).await?;
        Ok(())
    }

    /// All members vote on what is open; those named say no.
    pub(crate) async fn all_vote(&mut self, no: &[u8], picture: Option<&str>) -> anyhow::Result<()> {
        for member in 1..=5 {
            self.at(member).await?;
            self.browser.shows("签名投票").await?;
            if let Some(name) = picture.filter(|_| member == 2) {
                self.browser.look(name, &mut self.found).await?;
            }
            let choice = if no.contains(&member) { "no" } else { "yes" };
            self.click_on(&format!("dialog[open] [data-value={choice}]")).await?;
            self.sign().await?;
            self.browser.shows_no_more("签名投票").await?;
        }
        Ok(())
    }

    /// The chair asks a bidder; all members read question and answer.
    pub(crate) async fn clarified(&mut self, bid: u32) -> anyhow::Result<()> {
        self.at(1).await?;
        self.browser.press("offer-ask").await?;
        self.choose("ask-bid", &format!("bid-{bid}")).await?;
        self.choose("ask-matter", "0").await?;
        self.browser.fill("#ask-text", "第 12 页参数没有单位，是否应为毫秒？").await?;
        self.browser.shows("可能提示答案").await?;
        self.look_small("expert-ask").await?;
        self.browser.run("const t = document.querySelector('#ask-text'); t.value = ''; t.dispatchEvent(new Event('input'))").await?;
        self.browser.fill("#ask-text", "第 12 页参数没有单位，请说明。").await?;
        self.browser.run("const m = document.querySelector('#ask-minutes'); m.value = '29'; m.dispatchEvent(new Event('input'))").await?;
        self.browser.shows("请填不少于 30 的整数分钟").await?;
        self.browser.run("const m = document.querySelector('#ask-minutes'); m.value = '45'; m.dispatchEvent(new Event('input'))").await?;
        self.sign().await?;
        self.browser.shows("等待答复").await?;
        let asked = self.committee.state()?.clarifications;
        let [asked] = asked.as_slice() else { anyhow::bail!("one question: {asked:?}") };
        assert_eq!((asked.about, asked.matter), (About::Bid(bid), Matter::Unclear));
        let answer = Command::AnswerClarification {
            number: 1,
            text: "单位为毫秒，见第 9 页表 2。".to_owned(),
            documents: Vec::new(),
        };
        self.at(5).await?;
        self.browser.shows("等待答复").await?;
        self.bidder(bid, &answer).await?;
        self.browser.shows("单位为毫秒").await?;
        self.browser.look("expert-asked", &mut self.found).await?;
        Ok(())
    }

    /// A member revises what it handed in.
    pub(crate) async fn revises(&mut self, member: u8, bid: u32) -> anyhow::Result<()> {
        self.at(member).await?;
        self.click_on(&format!(".reviews li[data-bid='{bid}'] #revise")).await?;
        self.browser.shows("改前的意见作废").await?;
        self.click_on("[data-item=answers] [data-value=yes]").await?;
        self.browser.look("expert-revise", &mut self.found).await?;
        self.browser.press("hand-in").await?;
        self.sign().await?;
        self.browser.shows("修改后的意见已记入账本").await?;
        let state = self.committee.state()?;
        let said_again = state.void.iter().any(|void| {
            let whose = matches!(void.what, Voided::Opinion { bid: of, member: Some(by), .. } if of == bid && by == member);
            void.cause == VoidCause::SaidAgain && whose
        });
        assert!(said_again, "the earlier verdicts are kept");
        Ok(())
    }

    /// Whoever was outvoted writes why.
    pub(crate) async fn dissents(&mut self, member: u8) -> anyhow::Result<()> {
        self.at(member).await?;
        self.browser.press("personal").await?;
        self.browser.look("expert-personal", &mut self.found).await?;
        self.browser.press("menu-dissent").await?;
        self.browser.fill("#dissent-text", "答复没有改变第 12 页的参数，仍不满足要求。").await?;
        self.browser.look("expert-dissent", &mut self.found).await?;
        self.sign().await?;
        self.browser.shows("不同意见已记入账本").await?;
        let votes = self.committee.state()?.votes;
        assert!(votes.iter().any(|vote| vote.dissents.contains_key(&member)), "{votes:?}");
        Ok(())
    }

    /// Two of five find the time short: more than a third.
    pub(crate) async fn time_is_short(&mut self) -> anyhow::Result<()> {
        let before = self.committee.state()?.until;
        self.at(4).await?;
        self.browser.press("personal").await?;
        self.browser.press("ask-time").await?;
        self.browser.fill("#time-reason", "技术文件篇幅较长").await?;
        self.sign().await?;
        self.at(5).await?;
        self.browser.shows("1 人认为时间不够").await?;
        self.look_small("expert-small").await?;
        self.browser.press("time-short").await?;
        self.browser.fill("#time-reason", "需要逐页核对").await?;
        self.browser.look("expert-time", &mut self.found).await?;
        self.sign().await?;
        self.browser.shows("评标时间已延长至").await?;
        let state = self.committee.state()?;
        assert!(state.until > before, "{:?}", state.until);
        Ok(())
    }

    /// Looks at a window in the smallest size, and leaves it without signing.
    async fn looks_only(&mut self, name: &str) -> anyhow::Result<()> {
        self.look_small(name).await?;
        self.browser.click_in("dialog[@open]", "取消").await?;
        self.browser.shows_no_more("签名发出").await
    }

    /// The window in which a price is corrected: what is typed is checked at once, and the amount is said in words.
    pub(crate) async fn writes_a_correction(&mut self) -> anyhow::Result<()> {
        self.at(1).await?;
        self.browser.press("offer-correct").await?;
        self.choose("correct-rule", "1").await?;
        self.browser.fill("#correct-before", "5480000").await?;
        self.browser.shows("伍佰肆拾捌万元整").await?;
        self.browser.fill("#correct-after", "5480000.00").await?;
        self.browser.shows("与修正前相同").await?;
        self.browser.fill("#correct-after", "0").await?;
        self.browser.shows("不是金额").await?;
        self.browser.run("const s = document.querySelector('#correct-after'); s.value = '5408000'; s.dispatchEvent(new Event('input'))").await?;
        self.browser.shows("比修正前少 72,000.00 元").await?;
        self.browser.fill("#correct-reason", "第 3 页大写与小写不一致").await?;
        self.looks_only("expert-correct").await
    }

    /// While the blind holds a question beside the sheet names its bid by number.
    pub(crate) async fn asks_blind(&mut self) -> anyhow::Result<()> {
        self.browser.press("ask-here").await?;
        self.browser.sees("#ask-bid option[value^='blind-']").await?;
        self.browser.shows("请按暗标编号提问").await?;
        self.looks_only("expert-ask-blind").await
    }

    /// The chair has a bidder explain a price that no figure calls low.
    pub(crate) async fn finds_low(&mut self, bid: u32) -> anyhow::Result<()> {
        self.at(1).await?;
        self.browser.press("offer-low").await?;
        self.choose("low-bid", &bid.to_string()).await?;
        self.browser.fill("#low-reason", "安装费明显低于同类项目，请说明人工构成。").await?;
        self.look_small("expert-find-low").await?;
        self.sign().await?;
        self.browser.shows("评标委员会认为偏低").await?;
        let low = self.committee.state()?.low_prices;
        assert_eq!(low.get(&bid).map(|low| low.triggers.as_slice()), Some([Trigger::Committee].as_slice()));
        Ok(())
    }

    /// A score is found abnormal after the sums; its maker corrects it, and the result is computed again.
    pub(crate) async fn finds_abnormal(&mut self, member: u8) -> anyhow::Result<()> {
        self.at(1).await?;
        self.browser.press("offer-abnormal").await?;
        self.choose("abnormal-part", "0").await?;
        self.click_on(&format!("dialog[open] .picks [data-member='{member}']")).await?;
        self.browser.fill("#abnormal-text", "与其他成员和投标内容明显不符").await?;
        self.look_small("expert-abnormal").await?;
        self.sign().await?;
        // The chair votes as well: its own ballot comes up as soon as the vote is in the log.
        self.browser.shows("签名投票").await?;
        self.all_vote(&[member], Some("expert-vote-abnormal")).await?;
        let state = self.committee.state()?;
        let found = state.votes.iter().rev().find(|vote| vote.carried() == Some(true)).context("carried")?;
        let Subject::Abnormal { member: whose, part: SheetPart::Blind, bid, item } = found.subject.clone()
        else {
            anyhow::bail!("{found:?}")
        };
        assert_eq!(whose, member);
        let before = state.score(SheetPart::Blind, member, bid, &item);
        self.at(member).await?;
        self.browser.press("correct").await?;
        self.browser.run("const s = document.querySelector('#corrected'); s.value = ''; s.dispatchEvent(new Event('input'))").await?;
        self.browser.fill("#corrected", "9.5").await?;
        self.browser.fill("#correct-reason", "复核后按评分标准第三档更正").await?;
        self.sign().await?;
        self.browser.shows("更正已记入账本").await?;
        let state = self.committee.state()?;
        assert_ne!(state.score(SheetPart::Blind, member, bid, &item), before);
        self.at(1).await?;
        self.browser.press("again").await?;
        self.browser.fill("#again-reason", "一项评分经认定畸低，已由评分人更正").await?;
        self.browser.look("expert-again", &mut self.found).await?;
        self.browser.press("compute-again").await?;
        self.browser.shows("第 2 次确定").await?;
        let corrected = state.sheets.get(&SheetPart::Blind).and_then(|sheets| sheets.get(&member));
        let grounds = corrected.map(|sheet| sheet.corrected.iter().map(|it| it.0).collect::<Vec<_>>());
        assert_eq!(grounds, Some(vec![ChangeGround::Abnormal]));
        Ok(())
    }

    /// A member does not sign the report and writes no reasons: the chair records it.
    pub(crate) async fn refuses(&mut self, member: u8) -> anyhow::Result<()> {
        self.at(1).await?;
        self.click_on(&format!(".signers [data-member='{member}'] #record-refusal")).await?;
        self.browser.fill("#refusal-note", "11 时 20 分当面告知，该成员拒绝签署，未写明理由。").await?;
        self.look_small("expert-refusal").await?;
        self.sign().await?;
        self.browser.shows("拒绝签署，视为同意").await?;
        let report = self.committee.state()?.report.context("no report")?;
        assert!(matches!(report.signatures.get(&member), Some(Signature::CountsAsAgreeing { .. })));
        Ok(())
    }
}
