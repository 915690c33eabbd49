//! The sentence of each refusal.

use bidroom_domain::At;
use bidroom_domain::opening::{Phase, Refusal};

use super::Sentence;

/// What people read when a rule said no.
pub fn refusal(refusal: &Refusal) -> Sentence {
    let (clause, sentence) = match refusal {
        Refusal::NotYourRole => (
            None,
            Sentence::new(
                "没有执行：这一步不归您的角色",
                "什么都没有改变。请由有权的人登录后操作，各角色的权限见招标包中的人员名单。",
                "Not done: this step is not yours",
                "Nothing has changed. Ask the person with this role to log in; the roles are listed in the tender package.",
            ),
        ),
        Refusal::WrongPhase { phase } => (
            None,
            Sentence::new(
                &format!("现在不能做这一步：当前是“{}”", phase_zh(*phase)),
                "什么都没有改变。请看页面上的阶段，等到相应阶段再操作。",
                &format!("Not possible now: the session is in “{}”", phase_en(*phase)),
                "Nothing has changed. Wait for the phase in which this step belongs.",
            ),
        ),
        Refusal::SessionExists => (
            None,
            Sentence::new(
                "没有重复导入：这个标段已经导入",
                "原有的场次没有改变。请在场次列表中打开它。",
                "Not imported again: this lot is here already",
                "The existing session has not changed. Open it from the list.",
            ),
        ),
        Refusal::DeadlineInPast { deadline } => (
            None,
            Sentence::new(
                &format!("没有导入：开标时间 {} {} 已过", deadline.date_text(), deadline.clock_text()),
                "请核对招标包的开标时间；需要更改时，由招标代理机构重新签发招标包。",
                &format!(
                    "Not imported: the opening time {} {} has passed",
                    deadline.date_text(),
                    deadline.clock_text()
                ),
                "Check the package's opening time. If it has to change, the agency signs a new package.",
            ),
        ),
        Refusal::StandbyMissing { clause } => (
            Some(clause.clone()),
            Sentence::new(
                "还不能接收：缺少备用加密机",
                "本项目要求主、备两台加密机各存一份密钥。请接好备用机后再发布。",
                "Not ready to receive: there is no standby device",
                "This tender requires its keys in two devices. Connect the standby device and publish again.",
            ),
        ),
        Refusal::UnusableLot { what } => (
            None,
            Sentence::new(
                "没有导入：招标包的参数互相矛盾",
                &format!("矛盾之处：{what}。请由招标代理机构更正后重新签发。"),
                "Not imported: the package contradicts itself",
                &format!("The contradiction: {what}. The agency has to correct and sign it again."),
            ),
        ),
        Refusal::TooLate { deadline, arrived, late_millis, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("没有接收：到达时间 {}，晚于截止时间", millis_text(*arrived)),
                &format!(
                    "晚了 {} 秒，截止时间是 {}。以本室时钟为准，截止已记入账本；此前已收到的投标文件不受影响。",
                    seconds_text(*late_millis),
                    deadline.clock_text()
                ),
                &format!("Not received: it arrived at {}, after the deadline", millis_text(*arrived)),
                &format!(
                    "It was {} s late; the deadline was {}. The room's clock decides, and the deadline is in the ledger. \
                 A bid received earlier is not affected.",
                    seconds_text(*late_millis),
                    deadline.clock_text()
                ),
            ),
        ),
        Refusal::StaleReplacement { standing, sequence } => {
            (Some("电子招标投标办法 第二十七条".into()), {
                let zh = standing.map_or("目前没有有效的投标文件".to_owned(), |bid| {
                    format!("目前有效的是第 {sequence} 份，编号 {}", bidroom_canon::group4(bid.as_bytes(), 4))
                });
                let en = standing.map_or("No bid stands at present".to_owned(), |bid| {
                    format!("Bid {sequence} stands, digest {}", bidroom_canon::group4(bid.as_bytes(), 4))
                });
                Sentence::new(
                    "没有接收：它替换的不是现在有效的那一份",
                    &format!("{zh}，没有改变。请用投标工具以现在有效的回执重新封存后上传。"),
                    "Not received: it does not replace the bid that stands",
                    &format!("{en}; it has not changed. Seal again on the receipt of the bid that stands."),
                )
            })
        }
        Refusal::AlreadyReceived { at } => (
            None,
            Sentence::new(
                &format!("这份投标文件已在 {} 收到", at.clock_text()),
                "没有重复计入，原回执有效。",
                &format!("This bid was received at {}", at.clock_text()),
                "It is not counted twice; its receipt stands.",
            ),
        ),
        Refusal::ClockInDoubt { millis, confirmed, needed } => (
            None,
            Sentence::new(
                &format!(
                    "暂停：本室时钟被改动过 {} 秒，时间还没有重新确认",
                    seconds_text(millis.saturating_abs())
                ),
                &format!(
                    "已有 {confirmed} 位授权人确认时间，需要 {needed} 位。什么都没有改变，投标文件仍然封存。请授权人各自核对时间后运行 bidroom ceremony confirm-time。"
                ),
                &format!(
                    "Waiting: the room's clock was set by {} s and the time is not confirmed",
                    seconds_text(millis.saturating_abs())
                ),
                &format!(
                    "{confirmed} of {needed} officers have confirmed the time. Nothing has changed, bids stay sealed. Each \
                     officer compares the time and runs bidroom ceremony confirm-time."
                ),
            ),
        ),
        Refusal::NothingToConfirm => (
            None,
            Sentence::new(
                "没有需要确认的时间改动",
                "时间已经确认，或者又有一次新的改动。请用 bidroom ceremony status 查看后再操作。",
                "There is no step of the clock to confirm",
                "The time is confirmed, or the clock was set once more. Look with bidroom ceremony status.",
            ),
        ),
        Refusal::TimeConfirmed { name, at } => (
            None,
            Sentence::new(
                &format!("{name} 已在 {} 确认过时间", at.clock_text()),
                "没有重复计入。请由其他授权人确认。",
                &format!("{name} confirmed the time at {}", at.clock_text()),
                "It is not counted twice. Another officer has to confirm.",
            ),
        ),
        Refusal::StaleTime { said, now } => (
            None,
            Sentence::new(
                "没有收下：确认的时间与本室时钟相差太多",
                &format!(
                    "确认写的是 {}，收到时本室时钟是 {}。什么都没有改变；请重新核对时间后再确认。",
                    said.clock_text(),
                    now.clock_text()
                ),
                "Not taken: the confirmed time is too far from the room's clock",
                &format!(
                    "It says {}; the room's clock was {} when it arrived. Nothing has changed; compare the time and \
                     confirm again.",
                    said.clock_text(),
                    now.clock_text()
                ),
            ),
        ),
        Refusal::OtherLock { tail } => (
            None,
            Sentence::new(
                &format!("这把锁（尾号 {tail}）不是登记的那一把"),
                "什么都没有改变。请换用登记的锁；锁已遗失或换发的，请在截止前办理更换。",
                &format!("This lock (…{tail}) is not the one that is registered"),
                "Nothing has changed. Use the registered lock; one that was lost or renewed is replaced before the deadline.",
            ),
        ),
        Refusal::ReplacementClosed { deadline } => (
            None,
            Sentence::new(
                &format!("不能更换授权人：投标截止时间 {} 已过", deadline.clock_text()),
                "什么都没有改变。截止后只能由现有授权人授权；人数不足时请按规程暂停开标。",
                &format!("Officers cannot be replaced: the deadline {} has passed", deadline.clock_text()),
                "Nothing has changed. After the deadline only the present officers authorise; if there are too few, the \
                 opening is suspended by its rules.",
            ),
        ),
        Refusal::OtherDealing { version } => (
            None,
            Sentence::new(
                "没有收下：授权份额已经重新分发过",
                &format!(
                    "现在有效的是第 {version} 次分发，之前的签名作废。请用 bidroom ceremony status 查看后重新办理。"
                ),
                "Not taken: the officers' key has been dealt again",
                &format!(
                    "Dealing {version} counts; what was signed for an earlier one is void. Look with bidroom ceremony \
                     status and begin again."
                ),
            ),
        ),
        Refusal::UnusableOfficers { what } => (
            None,
            Sentence::new(
                "没有收下：更换后的授权人名单不成立",
                &format!("问题：{what}。什么都没有改变；请核对新授权人的证书后重新办理。"),
                "Not taken: the officers as they would be do not fit together",
                &format!(
                    "The problem: {what}. Nothing has changed; check the new officer's certificates and begin again."
                ),
            ),
        ),
        Refusal::AlreadyAgreed { name, at } => (
            None,
            Sentence::new(
                &format!("{name} 已在 {} 同意这次更换", at.clock_text()),
                "没有重复计入。请由其他授权人同意。",
                &format!("{name} agreed to this replacement at {}", at.clock_text()),
                "It is not counted twice. Another officer has to agree.",
            ),
        ),
        Refusal::TooFewAgreed { agreed, needed, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("同意更换的授权人不足：{agreed} 位，需要 {needed} 位"),
                "什么都没有改变，原来的分发仍然有效。请由其他授权人同意同一份名单。",
                &format!("Too few officers agreed to the replacement: {agreed} of {needed}"),
                "Nothing has changed; the dealing before still counts. Other officers have to agree to the same list.",
            ),
        ),
        Refusal::OtherPackages { version } => (
            None,
            Sentence::new(
                "没有收下：密钥包已经更换过",
                &format!("现在有效的是第 {version} 版，投标文件没有改变。请重新取得现在的密钥包后再更换。"),
                "Not taken: the key packages have been replaced since",
                &format!(
                    "Version {version} counts; the bid has not changed. Fetch the packages that count and begin again."
                ),
            ),
        ),
        Refusal::UnknownDevice { device } => (
            None,
            Sentence::new(
                &format!("本场次没有名为 {device} 的设备"),
                "什么都没有改变。请核对设备配置。",
                &format!("This session's keys are in no device called {device}"),
                "Nothing has changed. Check the configuration of the devices.",
            ),
        ),
        Refusal::NoBid => (
            None,
            Sentence::new(
                "没有可以撤回的投标文件",
                "本单位目前没有有效的投标文件。",
                "There is no bid to withdraw",
                "No bid of yours stands at present.",
            ),
        ),
        Refusal::SignInClosed { opens, closes } => (
            Some("招标文件 5.1".into()),
            Sentence::new(
                "现在不在签到时间内",
                &format!(
                    "签到时间 {} 至 {}。没有签到不影响提交解密。",
                    opens.clock_text(),
                    closes.clock_text()
                ),
                "Sign-in is not open",
                &format!(
                    "It is open from {} to {}. Unlocking does not depend on it.",
                    opens.clock_text(),
                    closes.clock_text()
                ),
            ),
        ),
        Refusal::AlreadySignedIn { at } => (
            None,
            Sentence::new(
                &format!("已在 {} 签到", at.clock_text()),
                "不用重复签到。",
                &format!("Signed in at {}", at.clock_text()),
                "There is no need to do it again.",
            ),
        ),
        Refusal::TooEarly { opening, now } => (
            None,
            Sentence::new(
                &format!("还不能解密：开标时间 {} 未到", opening.clock_text()),
                &format!(
                    "还有 {}。没有人可以提前，投标文件仍然封存。",
                    span_text(opening.millis_since(*now))
                ),
                &format!("Not yet: the opening time is {}", opening.clock_text()),
                &format!(
                    "{} to go. Nobody can open early; all bids are sealed.",
                    span_text(opening.millis_since(*now))
                ),
            ),
        ),
        Refusal::TooFewBidders { bidders, minimum, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("不能开标：投标人只有 {bidders} 家"),
                &format!("少于 {minimum} 家按规定不得开标，投标文件仍然封存。请办理重新招标。"),
                &format!("No opening: there are only {bidders} bidders"),
                &format!(
                    "With fewer than {minimum} the law forbids it; all bids stay sealed. Invite tenders again."
                ),
            ),
        ),
        Refusal::UnknownOfficer { index } => (
            None,
            Sentence::new(
                &format!("没有第 {index} 份授权人份额"),
                "什么都没有改变。授权人名单在招标包中，请用登记的锁。",
                &format!("There is no officers' share {index}"),
                "Nothing has changed. The officers are listed in the tender package.",
            ),
        ),
        Refusal::AlreadyAuthorised { name, at } => (
            None,
            Sentence::new(
                "没有重复授权：同一人不能授权两次",
                &format!("已授权：{name} {}。请由另一名授权人插锁。", at.clock_text()),
                "Not counted again: one person cannot authorise twice",
                &format!("{name} authorised at {}. Another officer is needed.", at.clock_text()),
            ),
        ),
        Refusal::TooFewOfficers { authorised, needed, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("还差 {} 名授权人", needed.saturating_sub(*authorised)),
                &format!("已授权 {authorised} 名，需要 {needed} 名。同一人不能授权两次。"),
                &format!("{} more officer(s) needed", needed.saturating_sub(*authorised)),
                &format!("{authorised} authorised, {needed} are needed. One person cannot authorise twice."),
            ),
        ),
        Refusal::AlreadyStarted { at } => (
            None,
            Sentence::new(
                &format!("解密已在 {} 开始", at.clock_text()),
                "没有重新计时。",
                &format!("Unlocking began at {}", at.clock_text()),
                "The window was not started again.",
            ),
        ),
        Refusal::NotOnRoster { .. } => (
            None,
            Sentence::new(
                "本单位不在这个标段的投标人名单上",
                "什么都没有改变。如已在截止前取得回执，请当面出示给主持人和监督人员。",
                "You are not on the roster of this lot",
                "Nothing has changed. If you hold a receipt from before the deadline, show it to host and supervisor.",
            ),
        ),
        Refusal::WindowEnded { ended, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("没有收下：解密时限已在 {} 截止", ended.clock_text()),
                "投标文件完好，仍然封存。如果原因在中心一侧，请立即告知主持人，由主持人和监督人员认定。",
                &format!("Not taken: the window ended at {}", ended.clock_text()),
                "Your bid is intact and sealed. If the cause was the centre's, tell the host at once.",
            ),
        ),
        Refusal::OtherBidOrAttempt { .. } => (
            None,
            Sentence::new(
                "没有收下：这份同意书是给另一份投标文件或另一次解密的",
                "什么都没有改变。请刷新页面，用锁重新提交解密。",
                "Not taken: this consent is for another bid or attempt",
                "Nothing has changed. Reload the page and submit again.",
            ),
        ),
        Refusal::AlreadyCollected { at } => (
            None,
            Sentence::new(
                &format!("已在 {} 提交解密", at.clock_text()),
                "没有重复计入，可以拔锁。全部投标文件将同时开启。",
                &format!("Submitted at {}", at.clock_text()),
                "It is not counted twice; you may remove your lock. All bids open at the same time.",
            ),
        ),
        Refusal::StillCollecting { missing, remaining_millis, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("还不能开启：还有 {missing} 家没有提交"),
                &format!(
                    "时限还剩 {}。全部投标文件同时开启，此前报价对任何人都不可见。",
                    span_text(*remaining_millis)
                ),
                &format!("Not yet: {missing} bidder(s) have not submitted"),
                &format!(
                    "{} left. All bids open together; until then nobody sees a price.",
                    span_text(*remaining_millis)
                ),
            ),
        ),
        Refusal::ClockIsStopped { reason } => (
            None,
            Sentence::new(
                "已停表，有事项未处理完",
                &format!("停表原因：{reason}。处理完后请恢复计时，剩余时间原样保留。"),
                "The clock is stopped: something is unsettled",
                &format!("Reason: {reason}. Resume the clock when it is settled; the time left is kept."),
            ),
        ),
        Refusal::BiddersHeld { bidders, reason } => (
            None,
            Sentence::new(
                &format!("还不能开启：{bidders} 家投标人的解密时限停着"),
                &format!("停表原因：{reason}。原因消除后请逐家恢复计时，剩余时间原样保留。"),
                &format!("Not yet: the windows of {bidders} bidder(s) stand still"),
                &format!("Reason: {reason}. Let each run on once it is settled; the time left is kept."),
            ),
        ),
        Refusal::WindowStands { held } => (
            None,
            if *held {
                Sentence::new(
                    "这家投标人的时限已经停着",
                    "没有重复停表。另一位主持人可能刚刚操作过。",
                    "This bidder's window stands still already",
                    "It was not stopped twice; another host may just have done it.",
                )
            } else {
                Sentence::new(
                    "这家投标人的时限没有停",
                    "什么都没有改变。另一位主持人可能刚刚恢复了计时。",
                    "This bidder's window is running",
                    "Nothing has changed; another host may just have let it run on.",
                )
            },
        ),
        Refusal::UnusableReport { what } => (
            None,
            Sentence::new(
                "没有记录：这条故障说明不能用",
                &format!("不符合要求的内容：{what}。请在页面上重新检测，或到柜台说明情况。"),
                "Not recorded: this report cannot be used",
                &format!("What is wrong: {what}. Check again on the page, or tell the counter."),
            ),
        ),
        Refusal::RemedyNotDeclared => (
            None,
            Sentence::new(
                "没有收下：招标文件没有规定这种补救方案",
                "投标文件完好，仍然封存。请在时限内换用登记的另一把锁，或把情况告诉主持人。",
                "Not taken: the tender document does not name this remedy",
                "Your bid is intact and sealed. Use another lock it was sealed to, in time, or tell the host.",
            ),
        ),
        Refusal::RemedyAsked { at } => (
            None,
            Sentence::new(
                "已经申请过启用补救密钥",
                &format!("申请于 {} 记入账本，不必重复申请。请等待主持人和监督人员答复。", at.clock_text()),
                "The remedy key was asked for already",
                &format!("The request was recorded at {}. Wait for host and supervisor.", at.clock_text()),
            ),
        ),
        Refusal::RemedyNotAsked => (
            None,
            Sentence::new(
                "没有执行：投标人没有这样的补救申请",
                "什么都没有改变。补救密钥只在投标人签名申请后启用；请刷新，按账本中的申请办理。",
                "Not done: there is no such request of the bidder",
                "Nothing has changed. The remedy key is used only on the bidder's signed request: reload and take the \
                 request in the log.",
            ),
        ),
        Refusal::RemedyNotAgreed => (
            None,
            Sentence::new(
                "还不能启用补救密钥：主持人和监督人员没有都同意",
                "什么都没有改变。主持人允许、监督人员签名同意之后，受托人才能交出份额。",
                "Not yet: host and supervisor have not both agreed",
                "Nothing has changed. The host allows and the supervisor agrees with a signature before trustees give parts.",
            ),
        ),
        Refusal::RemedyAnswered { at } => (
            None,
            Sentence::new(
                "这项补救申请已经答复",
                &format!("已于 {} 记入账本，没有重复记录。", at.clock_text()),
                "The request was answered already",
                &format!("It was recorded at {} and not recorded twice.", at.clock_text()),
            ),
        ),
        Refusal::PartGiven { name, at } => (
            None,
            Sentence::new(
                &format!("{name} 的补救份额已经收下"),
                &format!("已于 {} 记入账本。还缺的份额须由其他受托人交出。", at.clock_text()),
                &format!("The part of {name} is held already"),
                &format!(
                    "It was recorded at {}. What is missing other trustees have to give.",
                    at.clock_text()
                ),
            ),
        ),
        Refusal::TrusteeBids => (
            None,
            Sentence::new(
                "没有接收：补救密钥的受托人不能投标",
                "招标包把本单位列为补救密钥受托人，受托人在本项目中不得有其他身份。请与招标代理机构联系，更换受托人须重新签发招标包。",
                "Not taken: a trustee of the remedy key cannot bid",
                "The tender package names your organisation as a trustee, who has no other part in the tender. Ask the \
                 agency: another trustee needs another package.",
            ),
        ),
        Refusal::OtherDecision => (
            None,
            Sentence::new(
                "没有记录：主持人的认定已经改变",
                "请刷新页面，看过现在的认定和理由后再表态。",
                "Not recorded: the decision is another one by now",
                "Reload the page and read the decision that stands before you answer.",
            ),
        ),
        Refusal::ClockIsRunning => (
            None,
            Sentence::new("计时正在进行", "什么都没有改变。", "The clock is running", "Nothing has changed."),
        ),
        Refusal::Text { most } => (
            None,
            Sentence::new(
                "请写明内容",
                &format!("需要 1 到 {most} 个字，什么都没有提交。"),
                "A text is needed",
                &format!("Write 1 to {most} characters; nothing was submitted."),
            ),
        ),
        Refusal::OutcomesDisagree { what } => (
            None,
            Sentence::new(
                "开启结果与账本不符，没有记入",
                &format!("不符之处：{what}。投标文件没有改变，请通知监督人员。"),
                "The outcomes disagree with the ledger and were not recorded",
                &format!("What disagrees: {what}. The bids have not changed; tell the supervisor."),
            ),
        ),
        Refusal::AlreadyRecorded => (
            None,
            Sentence::new("已经记录过", "没有重复计入。", "Recorded already", "It is not counted twice."),
        ),
        Refusal::NotNextRow { next } => (Some("招标投标法 第三十六条".into()), {
            let (zh, en) = next
                .map_or(("各家都已唱标".to_owned(), "All rows were read".to_owned()), |next| {
                    (format!("下一家是第 {next} 家"), format!("Row {next} is next"))
                });
            Sentence::new(
                "没有改变唱标：不是下一家",
                &format!("{zh}。另一位主持人可能刚刚操作过。"),
                "Not announced: this row is not next",
                &format!("{en}. Another host may have acted a moment ago."),
            )
        }),
        Refusal::RowsLeft { left, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("还不能结束唱标：还有 {left} 家没有唱"),
                "截止前收到的投标文件都应当众宣读。",
                &format!("Not yet: {left} row(s) are left to read"),
                "Every bid received in time is read aloud.",
            ),
        ),
        Refusal::NothingToAttribute => (
            None,
            Sentence::new(
                "没有需要认定的事项",
                "这份投标文件已开启，或已经认定。",
                "There is nothing to decide",
                "This bid was opened, or its fate is decided.",
            ),
        ),
        Refusal::ConfirmWindowEnded { ended, clause } => (
            Some(clause.clone()),
            Sentence::new(
                &format!("没有收下：确认与异议已在 {} 截止", ended.clock_text()),
                "未操作的按招标文件处理。之后的意见请按招标文件规定的渠道提出。",
                &format!("Not taken: the window ended at {}", ended.clock_text()),
                "Silence counts as the tender document says. Use its channels for anything later.",
            ),
        ),
        Refusal::OtherRecord { .. } => (
            None,
            Sentence::new(
                "没有收下：您签的不是本次公布的开标一览表",
                "请刷新页面，核对后重新签名。",
                "Not taken: you signed another record",
                "Reload the page, check the table, and sign again.",
            ),
        ),
        Refusal::AlreadyAnswered => (
            None,
            Sentence::new(
                "已经确认，或异议正在等待答复",
                "没有重复计入。",
                "Confirmed already, or an objection awaits its reply",
                "It is not counted twice.",
            ),
        ),
        Refusal::NoOpenObjection { objection } => (
            None,
            Sentence::new(
                &format!("第 {objection} 号异议不存在或已答复"),
                "没有重复答复。",
                &format!("Objection {objection} does not exist or was answered"),
                "It was not answered twice.",
            ),
        ),
        Refusal::AlreadySigned { name, at } => (
            None,
            Sentence::new(
                &format!("{name} 已在 {} 签署开标记录", at.clock_text()),
                "没有重复计入，原签名有效。",
                &format!("{name} signed the record at {}", at.clock_text()),
                "It is not counted twice; the signature stands.",
            ),
        ),
        Refusal::NotAwaited { role } => (
            None,
            Sentence::new(
                &format!("没有记录：{}的签名不在待签之列", role.zh()),
                "已经签署，或缺席原因已经记入账本，或本标段没有登记这一角色的人。什么都没有改变。",
                &format!("Not recorded: no signature of the {} is awaited", role.en()),
                "It was given, or the absence is in the ledger, or the lot names nobody in this role. Nothing has changed.",
            ),
        ),
        Refusal::NotReadyToClose { objections, waiting, fates, unagreed, bodies } => (
            None,
            Sentence::new(
                "还不能结束开标",
                &format!(
                    "待答复异议 {objections} 项，可确认的投标人 {waiting} 家，未认定原因 {fates} 家，待监督人员同意的认定 {unagreed} 家，正文待核对 {bodies} 份。"
                ),
                "The opening cannot be closed yet",
                &format!(
                    "{objections} objection(s) open, {waiting} bidder(s) may still confirm, {fates} cause(s) undecided, \
                 {unagreed} decision(s) the supervisor has not agreed with, \
                 {bodies} body(ies) being checked."
                ),
            ),
        ),
        #[cfg(feature = "evaluation")]
        Refusal::Evaluation(refused) => return super::evaluation::refusal(refused),
        // Only a room that evaluates answers so, and it has the sentences; this one is for whoever does without them.
        #[cfg(not(feature = "evaluation"))]
        Refusal::Evaluation(refused) => (
            None,
            Sentence::new(
                "评标规则不允许这一步",
                &format!("什么都没有改变。请在评标页面上查看原因后再办理（{refused}）。"),
                "The rules of the evaluation do not allow this step",
                &format!("Nothing has changed. See the reason on the evaluation's pages first ({refused})."),
            ),
        ),
    };
    Sentence { clause, ..sentence }
}

/// The phase's name, Chinese.
pub fn phase_zh(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "准备",
        Phase::Receive => "接收与签到",
        Phase::Authorise => "授权",
        Phase::Unlock => "解密",
        Phase::Opening => "开启",
        Phase::Announce => "唱标",
        Phase::Confirm => "确认与异议",
        Phase::Closed => "已结束",
        Phase::Refused => "不得开标",
    }
}

/// The phase's name, English.
pub fn phase_en(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "preparation",
        Phase::Receive => "receiving and sign-in",
        Phase::Authorise => "authorisation",
        Phase::Unlock => "unlocking",
        Phase::Opening => "opening",
        Phase::Announce => "announcing",
        Phase::Confirm => "confirm or object",
        Phase::Closed => "closed",
        Phase::Refused => "refused",
    }
}

fn millis_text(at: At) -> String {
    let (.., millis) = at.china_time();
    format!("{}.{millis:03}", at.clock_text())
}

fn seconds_text(millis: i64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

fn span_text(millis: i64) -> String {
    let seconds = millis.max(0).saturating_add(999) / 1000;
    if seconds >= 3600 {
        format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    } else {
        format!("{:02}:{:02}", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_carry_their_figures_and_clause() {
        let late = refusal(&Refusal::TooLate {
            deadline: At(1_773_799_200_000),
            arrived: At(1_773_799_200_412),
            late_millis: 412,
            clause: "招标投标法 第二十八条".into(),
        });
        assert_eq!(late.zh.title, "没有接收：到达时间 10:00:00.412，晚于截止时间");
        assert!(late.zh.body.contains("0.412 秒") && late.en.body.contains("0.412 s"), "{late:?}");
        assert_eq!(late.clause.as_deref(), Some("招标投标法 第二十八条"));

        let early =
            refusal(&Refusal::TooEarly { opening: At(1_773_799_200_000), now: At(1_773_799_008_000) });
        assert!(early.zh.body.contains("03:12"), "{early:?}");
    }
}
