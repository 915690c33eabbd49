//! Lines of the ledger as the console lists them.

use super::catalogue;

catalogue! {
    /// What happened, in a few words.
    pub enum Log {
        Created => "导入招标包，建立本场次", "tender package imported";
        Keys => "本室密钥已生成并公布", "room keys made and published";
        StandbyProved => "主备设备均已验证能开启", "main and standby device proved";
        StandbyMissing => "单台设备，按规程允许", "one device only, as the policy accepts";
        DeviceLost { device: String } => "设备没有应答：{device}", "device lost: {device}";
        DeviceReturned { device: String } => "设备恢复：{device}", "device returned: {device}";
        OfficerProbed { name: String, tail: String } => "授权人验锁：{name}，锁尾号 {tail}", "officer probed: {name}, lock ends {tail}";
        ReplacementAgreed { name: String } => "同意更换授权人：{name}", "replacement agreed: {name}";
        OfficersRedealt { version: u32 } => "授权份额重新分发，第 {version} 次", "officers' key dealt again, no. {version}";
        ClockSet { millis: i64 } => "本室时钟被改动 {millis} 毫秒，暂停开启", "room clock set by {millis} ms, opening waits";
        ClockConfirmed { name: String } => "确认时间：{name}", "time confirmed: {name}";
        LockProbed { name: String } => "投标人验锁：{name}", "lock probed: {name}";
        PackagesReplaced { name: String } => "更换密钥包：{name}", "key packages replaced: {name}";
        ReplacementStarted { name: String } => "开始替换投标文件：{name}", "replacement started: {name}";
        Received { name: String } => "收到投标文件：{name}", "bid received: {name}";
        Withdrawn { name: String } => "撤回投标文件：{name}", "bid withdrawn: {name}";
        SignedIn { name: String } => "签到：{name}", "signed in: {name}";
        Deadline => "投标截止，停止接收", "deadline, receiving stopped";
        Roster { count: usize } => "公布投标人名单，{count} 家", "roster published, {count} bidders";
        Refused { bidders: u32, minimum: u32 } => "不予开标：{bidders} 家，不足 {minimum} 家", "opening refused: {bidders} of {minimum} bidders";
        Authorised { name: String, index: u8 } => "授权：{name}，第 {index} 份", "authorised: {name}, share {index}";
        UnlockStarted { until: String } => "开始解密，{until} 截止", "unlocking started, until {until}";
        Mismatch { row: u32, tail: String } => "锁不符：第 {row} 家，锁尾号 {tail}", "wrong lock: no. {row}, ends {tail}";
        Handed { row: u32, tail: String } => "已提交解密：第 {row} 家，锁尾号 {tail}", "handed in: no. {row}, lock ends {tail}";
        RemedyAsked { row: u32, reason: String } => "申请启用补救密钥：第 {row} 家，{reason}", "remedy key asked for: no. {row}, {reason}";
        RemedyAllowed { row: u32 } => "主持人允许启用补救密钥：第 {row} 家", "remedy key allowed by the host: no. {row}";
        RemedyAgreed { row: u32, name: String } => "监督人员同意启用补救密钥：第 {row} 家，{name}", "remedy key agreed: no. {row}, {name}";
        RemedyPart { row: u32, name: String } => "受托人交出补救份额：第 {row} 家，{name}", "trustee's part given: no. {row}, {name}";
        RemedyUsed { row: u32 } => "补救密钥已启用，份额齐备：第 {row} 家", "remedy key used, share complete: no. {row}";
        Trouble { row: u32 } => "解密遇到问题：第 {row} 家", "trouble with unlocking: no. {row}";
        Held { row: u32, reason: String } => "第 {row} 家停表：{reason}", "no. {row} held: {reason}";
        Released { row: u32, until: String } => "第 {row} 家恢复计时，{until} 截止", "no. {row} runs on, until {until}";
        FateAgreed { row: u32, name: String } => "同意认定：第 {row} 家，{name}", "fate agreed: no. {row}, {name}";
        FateContested { row: u32, name: String } => "不同意认定：第 {row} 家，{name}", "fate contested: no. {row}, {name}";
        Stopped { reason: String } => "停表：{reason}", "clock stopped: {reason}";
        Resumed { until: String } => "恢复计时，{until} 截止", "clock resumed, until {until}";
        Closed { opens: usize } => "结束解密，将同时开启 {opens} 家", "collecting closed, {opens} to open";
        Opened { count: usize } => "同时开启 {count} 家，公布全部一览表", "{count} opened together, schedules published";
        Body { row: u32 } => "正文已核对：第 {row} 家", "body verified: no. {row}";
        BodyFailed { row: u32 } => "正文与承诺不符：第 {row} 家", "body disagrees: no. {row}";
        Attributed { row: u32 } => "原因已认定：第 {row} 家", "cause settled: no. {row}";
        Announced { row: u32 } => "唱标：第 {row} 家", "announced: no. {row}";
        AnnouncingFinished { until: String } => "唱标完毕，确认至 {until}", "announcing finished, confirm until {until}";
        Confirmed { row: u32 } => "确认开标记录：第 {row} 家", "record confirmed: no. {row}";
        Objected { row: u32 } => "提出异议：第 {row} 家", "objection: no. {row}";
        Answered { number: u32 } => "答复异议第 {number} 件", "objection {number} answered";
        Signed { name: String, tail: String } => "签署开标记录：{name}，锁尾号 {tail}", "record signed: {name}, lock ends {tail}";
        Missed { name: String, reason: String } => "未签署开标记录：{name}，{reason}", "record not signed: {name}, {reason}";
        SessionClosed => "开标结束，记录固定", "opening closed, record fixed";
        CommitteeImported => "评标委员会名单已密封导入", "sealed list of the committee imported";
        EvaluationStarted => "评标开始", "evaluation begun";
        CommitteeOpened => "评标委员会名单已启封", "list of the committee opened";
        StageFinished => "评标进入下一阶段", "evaluation: next stage";
        StageReopened => "经监督人员批准，退回前一阶段重新评审", "earlier stage opened again, approved by the supervisor";
        MemberReplaced => "更换评标委员会成员，其评审意见无效", "member of the committee replaced, its opinions are void";
        EvaluationWork => "评标进行中", "evaluation going on";
        EvaluationStopped => "评标停止", "evaluation stopped";
        EvaluationResumed => "评标继续", "evaluation resumed";
        LotCancelled { reason: String, clause: String } => "本标段终止：{reason}（{clause}）", "lot ended without a result: {reason} ({clause})";
        EvaluationClosed => "评标结束，评标报告已签署", "evaluation closed, report signed";
        ResultPublished { count: usize } => "公布评标结果，中标候选人 {count} 名", "result published, {count} candidates";
        RereviewOpened => "组织原评标委员会重新评审", "original committee reviews again";
    }
}
