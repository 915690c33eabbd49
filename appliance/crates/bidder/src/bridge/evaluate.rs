//! Acts of the evaluation: the helper reads the command itself and shows what it says.

use bidroom_canon::to_canonical;
use bidroom_domain::SessionId;
use bidroom_domain::evaluation::{
    About, Command, IdentityCheck, Matter, Procedure, Review, Stage as Place, Verdict,
};
use bidroom_unlocking::read_act;
use bidroom_wire::Answer;
use bidroom_wire::bridge::{BridgeRefusal, Stage};

use super::hand::{Hand, Stages};
use super::refused::Refused;
use super::sheet::Sheet;
use super::words::Tongue;

impl Hand {
    /// Acts in the evaluation, over a checkpoint that the pinned keys signed.
    pub(super) async fn evaluate(
        &mut self,
        session: &SessionId,
        note: &str,
        act: &str,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let room = self.room(session, stages).await?;
        let statement = read_act(&room, note, act).map_err(|error| Refused::act(&error))?;
        // What this helper does not know it cannot show, and does not sign.
        let command: Command =
            serde_json::from_str(act).map_err(|error| Refused::detailed(BridgeRefusal::Unreadable, error))?;
        let again = to_canonical(&command).ok();
        if again.as_deref() != Some(act.as_bytes()) {
            return Err(BridgeRefusal::Unreadable.into());
        }
        stages.tell(Stage::Evidence);
        let sheet = self.tongue.evaluate(&command, room.facts());
        self.say(sheet, statement, stages).await
    }
}

/// Most rows of one text.
const LINES: usize = 8;
/// Characters of a row.
const WIDE: usize = 56;

impl Tongue {
    /// What the act is, and all that it says.
    fn acted(self, command: &Command) -> (&'static str, Vec<(&'static str, String)>) {
        let pick = |zh: &'static str, en: &'static str| self.pick(zh, en);
        let bid = |bid: u32| (pick("投标人序号", "Bid"), bid.to_string());
        let reason = |text: &str| (pick("理由", "Reason"), text.to_owned());
        let text = |text: &str| (pick("正文", "Text"), text.to_owned());
        let number = |number: u32| (pick("编号", "Number"), number.to_string());
        match command {
            Command::SeatMember { member, seat, terminal, identity, phone_deposited } => (
                pick("登记评委签到", "Sign a member in"),
                vec![
                    (pick("评委", "Member"), member.to_string()),
                    (pick("席位、终端", "Seat, terminal"), format!("{seat} · {terminal}")),
                    (pick("身份核验", "Identity"), self.identity_by(*identity).to_owned()),
                    (pick("手机已存放", "Phone handed in"), self.yes_or_no(*phone_deposited).to_owned()),
                ],
            ),
            Command::GiveReview { review, bid: of, verdicts } => {
                let mut rows = vec![bid(*of)];
                let passed = verdicts.values().filter(|verdict| verdict.passes).count();
                let passed = format!("{passed} / {}", verdicts.len());
                rows.push((pick("符合的条款", "Items passed"), passed));
                let failed = verdicts.iter().filter(|(_, verdict)| !verdict.passes);
                rows.extend(
                    failed.map(|(item, verdict)| (pick("不符合", "Not passed"), failing(item, verdict))),
                );
                (self.review_title(*review), rows)
            }
            Command::AskClarification { about, matter, text: asked, minutes } => {
                let of = match about {
                    About::Bid(number) => bid(*number),
                    About::Blind(number) => (pick("暗标编号", "Blind number"), number.to_string()),
                };
                let rows = vec![
                    of,
                    (pick("事项", "Matter"), self.matter(*matter).to_owned()),
                    text(asked),
                    (pick("答复时限（分钟）", "Minutes to answer"), minutes.to_string()),
                ];
                (pick("要求投标人澄清", "Ask a bidder to clarify"), rows)
            }
            Command::AnswerClarification { number: to, text: answer, documents } => {
                let attached = (pick("附件", "Documents"), documents.len().to_string());
                (pick("书面澄清", "Answer in writing"), vec![number(*to), text(answer), attached])
            }
            Command::AnswerCorrection { number: to, confirmed } => {
                let confirmed = (
                    pick("确认修正后的报价", "Corrected price confirmed"),
                    self.yes_or_no(*confirmed).to_owned(),
                );
                (pick("答复报价修正", "Answer a correction of the price"), vec![number(*to), confirmed])
            }
            Command::ExplainLowPrice { bid: of, text: said, documents } => {
                let attached = (pick("附件", "Documents"), documents.len().to_string());
                (pick("说明报价合理性", "Explain the price"), vec![bid(*of), text(said), attached])
            }
            Command::ReopenStage { number: of, .. } => {
                (pick("批准退回前一环节", "Approve going back"), vec![number(*of)])
            }
            Command::LiftBlind { .. } => (pick("揭开暗标", "Lift the blind"), Vec::new()),
            Command::SuperviseReport { report, .. } => {
                let report = (pick("评标报告", "Report"), Self::digest(report));
                (pick("监督人员签署评标报告", "Sign the report as supervisor"), vec![report])
            }
            Command::AskReopening { stage, reason: why } => {
                let stage = (pick("退回到", "Back to"), self.place(*stage).to_owned());
                (pick("申请退回前一环节", "Ask to go back"), vec![stage, reason(why)])
            }
            // Everything else as it stands in the statement.
            other => {
                (pick("评标操作", "Act of the evaluation"), vec![(pick("内容", "Content"), json(other))])
            }
        }
    }

    /// The sheet of an act.
    pub(super) fn evaluate(self, command: &Command, facts: &bidroom_domain::LotFacts) -> Sheet {
        let (title, rows) = self.acted(command);
        let sheet = self.sheet(
            ("签署这一评标操作吗？", "Sign this act of the evaluation?"),
            (
                "签名记入账本，不能收回。请逐项核对；不是您要做的，就按“取消”。",
                "The signature goes into the log and cannot be taken back. Check each line; if it is not what you mean to \
                 do, cancel.",
            ),
            ("签名", "Sign"),
        );
        let sheet = self.lot(sheet, facts).row(self.pick("操作", "Act"), title);
        rows.into_iter().fold(sheet, |sheet, (label, value)| lines(sheet, label, &value))
    }

    const fn yes_or_no(self, yes: bool) -> &'static str {
        match (self, yes) {
            (Self::Chinese, true) => "是",
            (Self::Chinese, false) => "否",
            (Self::English, true) => "yes",
            (Self::English, false) => "no",
        }
    }

    const fn identity_by(self, identity: IdentityCheck) -> &'static str {
        match identity {
            IdentityCheck::IdCard => self.pick("身份证", "identity card"),
            IdentityCheck::Certificate => self.pick("数字证书", "certificate"),
            IdentityCheck::Letter => self.pick("授权函", "letter of authority"),
        }
    }

    const fn review_title(self, review: Review) -> &'static str {
        match review {
            Review::Qualification => self.pick("资格性审查意见", "Opinion on the qualification"),
            Review::Conformity => self.pick("符合性审查意见", "Opinion on the conformity"),
        }
    }

    const fn matter(self, matter: Matter) -> &'static str {
        match matter {
            Matter::Unclear => self.pick("含义不明确", "unclear meaning"),
            Matter::Inconsistent => self.pick("同类问题表述不一致", "inconsistent statements"),
            Matter::Mistake => self.pick("明显文字和计算错误", "plain mistakes of text or calculation"),
            Matter::Price => self.pick("报价可能影响履约", "a price that may endanger performance"),
        }
    }

    const fn place(self, stage: Place) -> &'static str {
        match stage {
            Place::Qualification => self.pick("资格性审查", "qualification review"),
            Place::Assembly => self.pick("委员会组成", "the committee sits down"),
            Place::Conformity => self.pick("符合性审查", "conformity review"),
            Place::Scoring => self.pick("评分", "scoring"),
            Place::Price => self.pick("价格与汇总", "prices and summary"),
            Place::Report => self.pick("评标报告", "report"),
            Place::Waiting | Place::Closed | Place::Stopped | Place::Cancelled => {
                self.pick("其他", "elsewhere")
            }
        }
    }
}

fn failing(item: &str, verdict: &Verdict) -> String {
    let clause = verdict.ground.and_then(|ground| ground.clause(Procedure::Scored)).unwrap_or_default();
    [item, clause, verdict.reason.as_deref().unwrap_or_default()].join(" ")
}

fn json(command: &Command) -> String {
    to_canonical(command).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// A text over as many rows as it needs; of a very long one its beginning, and how long it is.
fn lines(sheet: Sheet, label: &str, value: &str) -> Sheet {
    let all: Vec<char> = value.chars().collect();
    if all.len() <= WIDE {
        return sheet.row(label, value);
    }
    let mut sheet = sheet;
    for (place, line) in all.chunks(WIDE).take(LINES).enumerate() {
        sheet = sheet.row(if place == 0 { label } else { "" }, &line.iter().collect::<String>());
    }
    if all.len() > WIDE.saturating_mul(LINES) {
        sheet = sheet.row("", &format!("… ({} 字 characters)", all.len()));
    }
    sheet
}
