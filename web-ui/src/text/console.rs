//! The host's console.

use super::catalogue;

catalogue! {
    /// Words of the console.
    pub enum Console {
        Title => "主持人控制台", "Host's console";
        NextTitle => "下一步", "Next";
        HealthHsm => "加密机 主、备", "HSM main, standby";
        HealthHalted => "本室暂停，先处理故障", "halted: mend the fault first";
        HealthOpen => "查看本室状况", "The room's health";
        HealthHsmOne => "加密机 只有一台可用", "HSM: one device only";
        HealthClock { millis: u32 } => "时钟 ±{millis} 毫秒", "clock ±{millis} ms";
        HealthLedger { size: u64 } => "账本 {size}", "ledger {size}";
        HealthOnline { count: u32 } => "在线 {count} 人", "{count} online";
        DoStartUnlock { minutes: u32 } => "开始解密，计时 {minutes} 分钟", "Start unlocking, {minutes} minutes";
        DoOpen => "结束解密并同时开启", "End unlocking, open all together";
        DoAnnounceFirst => "开始唱标", "Start announcing";
        DoAnnounceNext { row: u32 } => "唱下一家：第 {row} 家", "Announce next: no. {row}";
        DoFinishAnnouncing => "唱标完毕，请各家确认", "Done announcing, ask to confirm";
        DoClose => "结束开标，生成记录", "Close, make the record";
        DoSign => "签署开标记录", "Sign the record";
        SignNote => "开标记录已固定。您的锁签的是公布的一览表和到结束开标为止的整本账本；签署不改变记录。", "The record is fixed. Your lock signs the published table and the whole ledger up to the close; signing changes nothing in it.";
        HeadSigning => "等待签署开标记录", "Waiting for signatures";
        SigningNote => "监督人员、招标人代表在各自的页面签署；不能签署的，由您记明原因，之后本人仍可补签。", "Supervisor and tenderer sign at their pages; where one cannot, you record why, and the person may still sign later.";
        SignersTitle => "开标记录的签署", "Signatures";
        Evaluation => "评标", "Evaluation";
        RecordPdf => "查看开标记录", "Open the record";
        Absence => "记明未签署", "Record why not";
        AbsenceTitle { name: String } => "{name} 未签署开标记录的原因", "Why {name} does not sign";
        AbsenceHint => "写明情况，记入账本和开标记录，全场可见；本人之后仍可补签。", "Say what happened; it enters the ledger and the record, and all see it. The person may still sign later.";
        AbsenceEmpty => "请写明未签署的原因。", "Please say why.";
        AbsenceClause => "政府采购货物和服务招标投标管理办法 第四十二条", "Decree 87 of the Ministry of Finance, article 42";
        HeadBefore => "等待投标截止", "Waiting for the deadline";
        HeadBeforeNote => "到开标时间自动停止接收并公布名单；此前看不到投标人，也没有提前的办法。", "At the opening time receiving stops and the roster appears by itself; before that no bidder is visible and there is no earlier way.";
        HeadOpening => "正在同时开启", "Opening all together";
        HeadClosed => "开标已结束", "The opening has ended";
        HeadClosedNote => "开标记录已固定，可以导出归档包并移交评标。", "The record is fixed; the archive can be exported and handed to evaluation.";
        HeadRefused => "本场次不予开标", "This opening is refused";
        OpeningNote => "保管程序正在核对全部份额并同时开启，一览表一次公布。", "Custody checks all shares and opens everything together; schedules are published at once.";
        AllMet => "条件都已满足。", "All conditions are met.";
        Unmet { count: usize } => "还差 {count} 项，满足后可用，没有提前的办法。", "Conditions missing: {count}. There is no earlier way.";
        NoPriceYet => "开启之前，报价对您也不可见。", "Until the opening prices are hidden from you too.";
        OfficersTitle => "授权人份额", "Officers' shares";
        OfficersHeld => "由加密机保管，开启时才用", "held by custody, used at the opening";
        BiddersTitle { all: usize } => "投标人 {all} 家", "{all} bidders";
        UnhandedFirst => "未提交的排在前面", "those not handed in first";
        BeforeBidders => "名单在开标时间公布", "The roster appears at the opening time";
        BeforeBiddersNote => "截止前，投标人的名称和家数对您也不可见。", "Before the deadline names and number of bidders are hidden from you too.";
        ColReason => "情况与原因", "Circumstances";
        ColAct => "操作", "Actions";
        ChipWrong { count: usize } => "{count} 家有问题", "{count} with a problem";
        ChipWaiting { count: usize } => "{count} 家待解密", "{count} to unlock";
        ChipQueued { count: usize } => "{count} 家排队", "{count} queued";
        ChipHanded { count: usize } => "{count} 家已提交", "{count} handed in";
        ChipNotHanded { count: usize } => "{count} 家未提交", "{count} not handed in";
        ChipConfirmed { count: usize } => "{count} 家已确认", "{count} confirmed";
        Ways => "办法", "What to do";
        WaysHide => "收起办法", "Hide";
        StopClock => "停表", "Stop clock";
        ResumeClock => "恢复计时", "Resume clock";
        StopTitle => "停表", "Stop the clock";
        StopReason => "停表原因", "Reason";
        StopHint => "写明原因在中心一侧的情况，全场同时看到，并记入账本。", "Say what failed on the centre's side; everybody sees it and it is recorded.";
        StopEmpty => "请写明停表原因。", "Please give the reason.";
        StopWhy => "中心一侧故障时系统自动停表；人工停表要写明原因，监督人员同时看到。剩余时间原样保留。", "A fault on the centre's side stops the clock by itself; by hand a reason is needed and the supervisor sees it. The remaining time is kept.";
        ResumeWhy => "恢复后从保留的剩余时间继续，各投标人的时间不减少。", "The time continues from where it stopped; nobody loses any.";
        AnnounceTitle => "开启与唱标", "Open and announce";
        AnnounceLater => "尚未开始。届时同时开启，一次公布全部一览表，再逐家唱标。", "Not begun. All open together, all schedules appear at once, then row by row.";
        AnnounceNow { row: u32, name: String } => "正在唱第 {row} 家 {name}", "Announcing no. {row} {name}";
        AnnounceDone { all: usize } => "{all} 家已全部唱标", "all {all} announced";
        AnnounceReady { all: usize } => "已同时开启，应唱 {all} 家", "opened together, {all} to announce";
        LogTitle => "账本", "Ledger";
        LogBefore => "截止前不显示账本，也不显示它有多少条。", "Before the deadline the ledger and its length are not shown.";
        Answer => "答复", "Reply";
        AnswerTitle { name: String } => "答复 {name} 的异议", "Reply to {name}'s objection";
        AnswerField => "答复内容", "Reply";
        AnswerHint => "最多 500 字。答复记入开标记录，全场可见。", "At most 500 characters. It is recorded and visible to all.";
        AnswerEmpty => "请写明答复。", "Please write the reply.";
        AnswerSend => "记入并公布", "Record and publish";
        AttributeTitle { name: String } => "认定 {name} 未提交解密的原因", "Settle why {name} did not hand in";
        Attribute => "认定原因", "Settle cause";
        AttributeBidder => "投标人原因，视为撤销", "Bidder's cause: deemed revoked";
        AttributeOther => "非投标人原因，视为撤回", "Not the bidder's cause: deemed withdrawn";
        AttributeClause => "电子招标投标办法 第三十一条", "Electronic Tendering Measures, article 31";
        AttributeHint => "写明证据；其他投标人的投标文件照常开启。", "Name the evidence; the other bids go on.";
        ReasonField => "理由与证据", "Reason and evidence";
        AskOnce => "再按一次确认", "Press again to confirm";
        Working => "正在处理…", "Working…";
    }
}

catalogue! {
    /// Conditions of the next step, shown whether met or not.
    pub enum Check {
        EnoughBidders { count: usize, minimum: u32 } => "投标人 {count} 家，不少于 {minimum} 家", "{count} bidders, at least {minimum}";
        DeadlinePassed { at: String } => "开标时间 {at} 已到", "The opening time {at} has come";
        OfficersEnough { done: usize, needed: usize } => "授权人 {done} / {needed} 已授权", "{done} / {needed} officers authorised";
        OfficersMissing { done: usize, needed: usize, missing: usize } => "授权人 {done} / {needed}，还差 {missing} 名", "{done} / {needed} officers, {missing} missing";
        AllHanded { all: usize } => "{all} 家已全部提交", "all {all} have handed in";
        WindowOver => "解密时限已截止", "The window has ended";
        WindowRunning { missing: usize, left: String } => "全部提交，或解密时限截止：还差 {missing} 家，剩 {left}", "All handed in or window ended: {missing} missing, {left} left";
        NotStopped => "没有停表、没有未处理完的补救", "No stopped clock, no remedy under way";
        IsStopped => "正在停表，恢复后才能继续", "The clock is stopped; resume it first";
        AllAnnounced { all: usize } => "{all} 家已全部唱标", "all {all} announced";
        AllSettled => "未开启的原因都已认定", "The cause of each bid not opened is settled";
        ToSettle { count: usize } => "还有 {count} 家未开启的原因没有认定", "{count} bids not opened whose cause is not settled";
        AllConfirmed => "各家已确认，或确认时限已截止", "All confirmed, or the window has ended";
        ToConfirm { missing: usize, left: String } => "还有 {missing} 家没有确认，剩 {left}", "{missing} have not confirmed, {left} left";
        AllAnswered => "异议都已答复", "All objections are answered";
        Signed { name: String, at: String } => "{name} 已签署，{at}", "{name} signed at {at}";
        ToSign { name: String } => "{name} 待签署", "{name} has yet to sign";
        Missed { name: String, reason: String } => "{name} 未签署：{reason}", "{name} did not sign: {reason}";
        ToAnswer { count: usize } => "还有 {count} 件异议没有答复", "{count} objections not answered";
    }
}

catalogue! {
    /// What can be done about a bidder that has not handed in.
    pub enum Way {
        ChangeLock => "换锁", "Another lock";
        ChangeLockText => "封标时登记的主锁、副锁，任一把都能提交。时限内可反复尝试。", "Any lock registered when sealing will do, as often as needed within the window.";
        Counter => "到柜台提交", "At the counter";
        CounterText => "网络或助手程序不能用时，可在柜台插锁提交，同样只收取密钥份额。", "If network or helper fail the lock can be used at the counter; only the share is collected there too.";
        Unsubmitted => "时限截止仍未提交", "Nothing by the end";
        UnsubmittedText => "其他各家照常开启；按证据认定为“视为撤销”或“视为撤回”，由您与监督人员认定（办法 31）。", "The others are opened as usual; by the evidence it is deemed revoked or withdrawn, settled by you and the supervisor (Measures, art. 31).";
    }
}
