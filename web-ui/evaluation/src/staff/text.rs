//! Every sentence of the page, in both languages side by side.

use bidroom_domain::evaluation::{CancelGround, ChangeGround, IdentityCheck, LeaveGround};
use bidroom_web_ui::catalogue;

catalogue! {
    /// What the page says.
    pub enum Office {
        Title => "评标", "Evaluation";
        PageTitle => "评标 · 开标室", "Evaluation, BidRoom";
        MisfitNote => "请不要继续操作。请监督人员到场，记录下面的内容，换一台电脑核对后再决定。", "Do not go on. Call the supervisor, note what is below, and compare on another computer before anything is decided.";
        Loading => "正在取得评标记录", "Fetching the evaluation";
        LoadingNote => "逐条与账本的承诺核对后显示。", "Each entry is compared with its commitment in the log before it is shown.";
        Elsewhere => "本包在其他系统评标", "This lot is evaluated elsewhere";
        ElsewhereNote => "招标包没有评标办法，开标结束后按归档包移交。", "Its package states no method; the archive is handed over after the opening.";
        SignInFirst => "请先插锁登录", "Sign in with your lock first";
        SignInFirstNote => "主持人、采购人代表、监督人员和投标人用各自的锁登录，看到的内容和能做的事各不相同。", "Host, purchaser, supervisor and bidders sign in with their own locks; each sees and does something else.";
        LockAgain => "签名前请重新打开您的锁", "Open your lock again before you sign";
        Lost { attempt: u32 } => "与评标室的连接中断，正在第 {attempt} 次重连。显示的是中断前的内容。", "The connection is lost; attempt {attempt} to reconnect. What you see is from before.";

        Rail => "评标阶段", "Stages";
        RailNow => "进行中", "under way";
        RailDone => "已完成", "done";
        RailBids { count: usize } => "有效投标 {count} 家", "{count} bids stand";
        Published => "公布结果", "Result published";
        ClosedStage => "评标结束", "Closed";

        Next => "下一步", "Next step";
        Todos { count: usize } => "还有 {count} 项可以办", "{count} more things can be done";
        NothingHost => "现在没有要主持人办的事", "Nothing for the host now";
        NothingHostNote => "评委会正在独立评审，进度见下表。需要工作人员时，表中会出现呼叫。", "The committee reviews independently; see its progress below. When staff is called, the table shows it.";
        NothingTenderer => "现在没有要采购人办的事", "Nothing for the purchaser now";
        NothingTendererNote => "资格性审查由采购人办理的，轮到时本页自动出现。", "Where the purchaser reviews the qualification it appears here when it is due.";
        NothingSupervisor => "现在没有要监督人员决定的事", "Nothing for the supervisor now";
        NothingSupervisorNote => "退回申请、揭开暗标和签署报告，轮到时本页自动出现。", "Requests to go back, lifting the blind and signing the report appear here when they are due.";
        NothingBidder => "现在没有要您答复的事项", "Nothing to answer now";
        NothingBidderNote => "评标期间请不要离开本页，也不要主动与评委会联系。要求澄清、确认修正或说明报价时，本页会出现并计时。", "Keep this page open and do not contact the committee yourself. When you are asked to clarify, to confirm a correction or to explain your price, it appears here with its time.";
        NotForYou => "您在本包没有评标职责", "You have no part in this evaluation";
        NotForYouNote => "请换一把锁登录，或到公开大厅查看开标记录。", "Sign in with another lock, or see the opening's record in the public hall.";
        WaitOpening => "等待开标结束", "Waiting for the opening to close";
        WaitOpeningNote => "开标记录签署、开标结束后才能开始评标。专家名单可以先导入，密封到评标开始。", "The evaluation begins once the opening is closed. The sealed list may be imported before; it stays sealed until then.";
        WaitReady => "等待成员签到、签承诺书、推选组长", "Waiting for members to sign in, commit and elect a chair";
        WaitReadyNote => "全部就位并选出组长后，可以进入评审。", "The review begins once all are there and a chair is elected.";
        Over => "评标已结束，结果已公布", "The evaluation is closed and the result is published";
        OverNote => "可以导出归档包，任何人可离线核验。", "The archive can be exported; anybody can check it offline.";
        CancelledTitle => "本包已终止评审", "The lot has ended without a result";
        CancelledBy { why: String } => "{why}。记录全部保留在账本中。", "{why}. Everything stays in the log.";

        ImportTitle => "导入密封的专家名单", "Import the sealed list of experts";
        ImportNote => "由代理机构封装，评标开始前任何人（包括本室）读不到内容。", "The agency sealed it; nobody, this room included, can read it before the evaluation begins.";
        ImportGo => "选择名单文件", "Choose the file";
        ImportDone => "名单已导入并记入账本，保持密封。", "The list is in, and in the log; it stays sealed.";
        StartTitle => "开始评标", "Begin the evaluation";
        StartNote => "记入账本并开始计时。", "It goes into the log, and the time runs.";
        StartDone => "评标已开始。", "The evaluation has begun.";
        ReviewTitle { count: usize } => "资格性审查：还有 {count} 家没有审查意见", "Qualification: {count} bids without an opinion";
        ReviewNote => "在下表逐家审查，签名提交。", "Go through the table below bid by bid and sign.";
        ConcludeTitle { count: usize } => "资格性审查：{count} 家可以汇总", "Qualification: {count} bids can be concluded";
        ConcludeGo => "汇总", "Conclude";
        ConcludeDone => "审查结论已记入账本。", "The conclusion is in the log.";
        FinishQualification => "结束资格性审查", "Finish the qualification review";
        FinishNote => "全部投标人已有结论，进入下一阶段。", "All bids are concluded; the next stage begins.";
        FinishEnds { left: u32, least: u32 } => "合格投标人只剩 {left} 家，不足 {least} 家：结束审查即终止本包评审，不能撤回", "{left} bids are left, {least} are needed: finishing ends the lot for good";
        FinishDone => "本阶段已结束。", "The stage is finished.";
        OpenList => "启封专家名单", "Open the sealed list";
        OpenListNote => "由本室加密机解封并与账本中的摘要核对，评委会随即组成。", "The room's device opens it and compares it with the digest in the log; with it the committee is composed.";
        OpenListDone => "名单已启封，与导入时一致。", "The list is open and the one that was imported.";
        SeatTodo { count: usize } => "{count} 位成员还没有登记席位", "{count} members have no seat yet";
        SeatTodoNote => "核验身份、收存手机后，在下表逐位登记。", "Check identity, take the phone, then register each in the table below.";
        ReplaceTodo { who: String } => "成员 {who} 已退出，需要补充", "Member {who} has left and must be replaced";
        ReplaceTodoNote => "在下表补充成员；补不齐的，停止评标另组评委会。", "Add a member in the table below; if nobody can be found, stop and form another committee.";
        FinishAssembly => "评委会就位，进入评审", "The committee is complete: begin the review";
        FinishAssemblyNote => "全部成员已签承诺书，组长已选出。", "All have signed the commitment, and a chair is elected.";
        Reopen { number: u32, stage: String, stage_en: String } => "第 {number} 号申请：退回“{stage}”", "Request {number}: back to “{stage_en}”";
        ReopenGo => "签名批准退回", "Sign and approve";
        ReopenNote => "该阶段起的审查结论作废，记录保留；已提交的评分不因此改变。不批准的，不必操作。", "Conclusions from that stage on become void and are kept; scores do not change by it. To refuse, do nothing.";
        ReopenDone => "已批准退回并记入账本。", "Approved, and in the log.";
        Lift => "揭开暗标", "Lift the blind";
        LiftNote => "全部暗标评分已封存。揭开后，评委会才能看到编号对应的投标人。", "All blind sheets are sealed. Only then the committee sees who is behind the numbers.";
        LiftGo => "签名揭开", "Sign and lift";
        LiftDone => "暗标已揭开。", "The blind is lifted.";
        Supervise { digits: String } => "签署评标报告（校验码 {digits}）", "Sign the report (check {digits})";
        SuperviseNote => "全部成员已签署。请先在右侧取得报告核对。", "All members have signed. Read the report at the right first.";
        SuperviseGo => "签名", "Sign";
        SuperviseDone => "评标报告已由监督人员签署。", "The report is signed by the supervisor.";
        Close => "结束评标", "Close the evaluation";
        CloseNote => "报告签署齐全。结束后材料封存。", "All signatures are there. The material is sealed with it.";
        CloseDone => "评标已结束。", "The evaluation is closed.";
        TellFinance => "记录报财政部门的书面报告", "Record the letter to the finance department";
        TellFinanceNote => "复核改变了评标结果，依 87 号令第六十四条须书面报告本级财政部门。请选择该报告的文件，本页只记录其摘要。", "The review changed the result; by Order 87 article 64 the finance department is told in writing. Choose the letter; only its digest is recorded.";
        TellFinanceDone => "书面报告的摘要已记入账本。", "The letter's digest is in the log.";
        Publish => "公布结果", "Publish the result";
        PublishNote => "公布候选人和评委名单，并分别告知每个投标人本人的得分、名次或未通过的原因。", "Candidates and members are published; each bidder is told its own score and rank, or why it was rejected.";
        PublishGo => "核对并公布", "Look through and publish";
        PublishDone => "结果已公布。", "The result is published.";
        PublishLead => "下面每一行只有该投标人本人能看到。请核对后公布。", "Each line below is read by that bidder alone. Look through them, then publish.";
        PublishScore => "得分", "Score";
        PublishRank => "名次", "Rank";
        PublishWhy => "未通过的原因", "Why rejected";
        Resume => "招标文件有疑义，评标已停止", "The document was found defective; the evaluation has stopped";
        ResumeNote => "采购人书面答复后：不认定存在缺陷的，恢复评标；认定的，终止本包。", "After the purchaser's answer in writing: if it does not confirm the defect, go on; if it does, end the lot.";
        ResumeGo => "恢复评标", "Go on";
        ResumeReason => "采购人的书面答复（摘要）", "The purchaser's answer, in short";
        ResumeDone => "评标已恢复。", "The evaluation goes on.";

        Committee => "评标委员会", "The committee";
        CommitteeOf { members: usize, experts: usize, least: u8 } => "{members} 人，专家 {experts} 人，不少于 {least} 人", "{members} members, {experts} experts, at least {least}";
        CommitteeSealed => "名单密封中", "The list is sealed";
        CommitteeSealedNote { at: String } => "{at} 导入；启封后这里列出成员。", "Imported at {at}; members are listed once it is open.";
        CommitteeNone => "名单尚未导入", "No list yet";
        CommitteeNoneNote => "导入代理机构密封的专家名单后，这里显示其状态。", "Import the agency's sealed list; its state is shown here.";
        Index => "编号", "No.";
        Name => "成员", "Member";
        Seat => "席位、终端", "Seat, terminal";
        State => "状态", "State";
        Work => "本阶段进度", "This stage";
        Acts => "操作", "Acts";
        Expert => "评审专家", "expert";
        Representative => "采购人代表", "purchaser's representative";
        ChairTag => "组长", "chair";
        SeatAt { seat: u8, terminal: String } => "{seat} 号席　{terminal}", "seat {seat}, {terminal}";
        NoSeat => "未登记", "none";
        StSeat => "待登记", "to register";
        StPin => "待签到", "to sign in";
        StPledge => "待签承诺书", "to sign the commitment";
        StElect => "待推选组长", "to elect the chair";
        StIn => "在席", "at the terminal";
        StOut => "终端未签到", "signed out";
        StCalls { at: String } => "{at} 起呼叫", "calls since {at}";
        StLeft => "已退出", "left";
        StReady => "已就位", "ready";
        WorkOf { done: usize, all: usize } => "{done} / {all}", "{done} / {all}";
        WorkIdle => "—", "—";
        WorkUnsigned => "未签报告", "report not signed";
        WorkSigned => "已签报告", "report signed";
        WorkDissent => "已签，附不同意见", "signed, with dissent";
        WorkAgreeing => "视为同意", "counts as agreeing";
        GiveSeat => "登记席位", "Register";
        GivePin => "发口令", "PIN";
        Move => "换终端", "Move";
        ReplaceGo => "补充成员", "Replace";
        Attend => "已到席处理", "Attended";
        Attended => "已记下：到席处理。", "Noted.";
        Refused => "拒签登记", "Refused to sign";

        SeatDialog { name: String } => "登记 {name} 的席位", "Register {name}";
        SeatNumber => "席位号", "Number of the seat";
        TerminalName => "终端名称", "Terminal";
        TerminalHint => "与终端上显示的名称一致，例如 终端3。", "As the terminal shows it, for example T3.";
        Identity => "身份核验", "Identity checked by";
        Phone => "通讯工具已收存", "The phone was handed in";
        PhoneHint => "87 号令第四十五条（一）：评审前统一保管通讯工具。", "Order 87 article 45(1): phones are kept during the review.";
        SeatGo => "签名登记", "Sign and register";
        SeatDone => "席位已登记。请发一次性口令。", "Registered. Hand over a one-time PIN next.";
        PinTitle { member: u8 } => "成员 {member:02} 号的一次性口令", "One-time PIN of member {member:02}";
        PinNote { until: String } => "请抄在口令条上当面交给本人。{until} 前有效，只能用一次；关闭后不再显示，可另发新的。", "Write it on a slip and hand it over in person. Good until {until}, once; after closing it is not shown again, another can be made.";
        PinClose => "已抄好，关闭", "Written down, close";
        MoveDialog { name: String } => "{name} 换终端", "Another terminal for {name}";
        MoveWhy => "换终端的原因", "Why";
        MoveGo => "登记换终端", "Move";
        MoveDone => "已换终端，原终端的签到即刻失效。请发新口令。", "Moved; the old terminal is signed out at once. Hand over another PIN.";
        ReplaceDialog { name: String } => "补充成员，接替 {name}", "A member in the place of {name}";
        ReplaceLead => "离开的成员已作出的意见作废，记录保留，由接替的成员重新评审。", "What the member had decided becomes void and is kept; the successor reviews again.";
        LeaveWhy => "离开的原因", "Why it leaves";
        InWords => "情况说明", "In words";
        NewName => "接替人姓名", "Successor's name";
        NewEmployer => "工作单位", "Employer";
        NewCode => "单位统一社会信用代码（没有则不填）", "Employer's credit code (leave empty if none)";
        NewCodeWrong => "信用代码应为 18 位，请核对。", "A credit code has 18 characters; check it.";
        NewSpecialty => "专业", "Speciality";
        ReplaceDone => "成员已补充。请登记其席位。", "The successor is in. Register its seat next.";
        RefusedDialog { name: String } => "登记：{name} 拒绝签署报告", "{name} refuses to sign the report";
        RefusedLead => "拒绝在评标报告上签字又不书面说明不同意见和理由的，视为同意评标结果。", "Whoever refuses to sign and writes no dissent counts as agreeing with the result.";
        RefusedDone => "已登记，视为同意。", "Recorded; it counts as agreeing.";

        Bids => "投标人资格性审查", "Qualification of the bidders";
        BidNo => "序号", "No.";
        Bidder => "投标人", "Bidder";
        Opinion => "审查意见", "Opinion";
        Conclusion => "结论", "Conclusion";
        OpinionNone => "未审查", "none";
        OpinionPass { count: usize } => "{count} 项全部符合", "all {count} items passed";
        OpinionFail { count: usize } => "{count} 项不符合", "{count} items not passed";
        Passed => "合格", "passed";
        Failed => "不合格", "not passed";
        NotConcluded => "未汇总", "open";
        ReviewGo => "审查", "Review";
        ReviewAgain => "重新审查", "Review again";
        AskGo => "要求澄清", "Ask";
        ReviewDialog { bid: u32, name: String } => "资格性审查：第 {bid} 家　{name}", "Qualification of bid {bid}, {name}";
        ReviewSign => "签名提交审查意见", "Sign the opinion";
        ReviewDone => "审查意见已记入账本。", "The opinion is in the log.";
        Yes => "符合", "Passed";
        No => "不符合", "Not passed";
        GroundLabel => "依据", "Ground";
        Choose => "请选择", "Choose";
        ReasonLabel => "理由", "Reason";
        AskDialog { name: String } => "要求 {name} 澄清", "Ask {name} to clarify";
        AskLead => "只问含义不明确、同类问题表述不一致或者明显的文字和计算错误；不得暗示或诱导答复，不得允许改变实质性内容。", "Ask only what is unclear, inconsistent, or plainly mistaken; never suggest an answer, and never let the substance change.";
        MatterLabel => "事项", "Matter";
        TextLabel => "问题正文（原样送投标人）", "The question, as the bidder reads it";
        MinutesLabel { least: u32 } => "答复时限（分钟，不少于 {least}）", "Minutes to answer, at least {least}";
        AskSign => "签名发出", "Sign and send";
        AskDone => "已发给投标人并开始计时。", "It is with the bidder, and the time runs.";

        Talks => "问与答", "Questions and answers";
        TalksNone => "还没有问题、报价修正或低价说明。", "No questions, corrections or price reviews yet.";
        Question { number: u32, about: String } => "第 {number} 问　{about}", "Question {number}, {about}";
        AboutBid { bid: u32 } => "第 {bid} 家", "bid {bid}";
        AboutBlind { number: u32 } => "暗标 {number} 号", "blind {number}";
        Correction { number: u32, bid: u32 } => "报价修正 {number}　第 {bid} 家", "Correction {number}, bid {bid}";
        LowPrice { bid: u32 } => "低价说明　第 {bid} 家", "Price review, bid {bid}";
        Answered { at: String } => "{at} 已答复", "answered {at}";
        Lapsed => "逾期未答复", "no answer in time";
        Until { left: String } => "剩 {left}", "{left} left";
        Confirmed { at: String } => "{at} 已确认", "confirmed {at}";
        Rejected { at: String } => "{at} 不予确认，投标无效", "not confirmed {at}, the bid is invalid";
        Proven => "证明合理", "proven";
        Unproven => "未能证明，投标无效", "not proven, the bid is invalid";

        Papers => "评标文件", "Documents";
        PapersNone => "评标开始后，这里可以取得各项文件。", "Documents can be had here once the evaluation has begun.";
        Save => "取得", "Get";
        Time => "评审时间", "Time";
        TimeUntil { at: String } => "预定 {at} 结束", "until {at} as planned";
        TimeLeft => "剩余", "left";
        TimeOver => "已超过预定时间", "past the planned time";
        TimeNote { share: String } => "超过 {share} 的成员认为时间不够的，依法延长。", "Extended where more than {share} of the members find it short.";

        More => "其他操作", "Other acts";
        BackGo => "申请退回前面的阶段", "Ask to go back";
        BackLead => "经监督人员签名批准后生效；该阶段起的结论作废，评分不变。", "It takes effect once the supervisor approves; conclusions from there become void, scores do not change.";
        BackStage => "退回到", "Back to";
        BackDone => "退回申请已提交监督人员。", "The request is with the supervisor.";
        StopGo => "补不齐成员，停止评标", "Stop: no successor can be found";
        StopLead => "依 87 号令第四十九条：封存投标文件和已作的意见，另组评标委员会；原评委会的意见全部作废。", "Order 87 article 49: bids and opinions are sealed and another committee is formed; all that this one decided is void.";
        StopDone => "评标已停止。可以导入新的密封名单。", "The evaluation has stopped. Import another sealed list.";
        CancelGo => "终止本包", "End the lot";
        CancelLead => "不产生结果，不能撤回。原因记入账本并对外公布。", "No result comes of it, for good. The reason goes into the public log.";
        CancelGround => "依据", "Ground";
        CancelDone => "本包已终止。", "The lot has ended.";
        RereviewGo => "组织原评委会复核", "Have the original committee review again";
        RereviewLead => "只限 87 号令第六十四条列明的四种情形；由原评标委员会复核，并报告财政部门。", "Only on the four grounds of Order 87 article 64, by the original committee; the finance department is told.";
        RereviewDone => "复核已开始，回到价格与汇总阶段。", "The review has begun, at prices and summary.";
        Need => "请写明情况", "Say why in words";
        NeedHint => "记入账本，500 字以内。", "It goes into the log; 500 characters at most.";

        AnswerTitle { number: u32 } => "第 {number} 问：评审委员会要求澄清", "Question {number}: you are asked to clarify";
        AnswerClause => "答复不得超出投标文件的范围，不得改变其实质性内容（87 号令第五十一条）。", "The answer must stay within your bid and must not change its substance (Order 87 article 51).";
        AnswerLabel => "您的书面答复", "Your answer in writing";
        AnswerGo => "签名提交", "Sign and submit";
        AnswerDone => "答复已签名提交，回执已核对。", "Your answer is in; the receipt was checked.";
        ConfirmTitle { number: u32 } => "报价修正 {number}：请确认", "Correction {number} of your price";
        ConfirmClause { clause: String } => "修正经投标人确认后有约束力；不确认的，投标无效（{clause}）。", "It binds once you confirm; without it the bid is invalid ({clause}).";
        PriceBefore => "修正前", "Before";
        PriceAfter => "修正后", "After";
        ConfirmGo => "签名确认", "Sign and confirm";
        DenyGo => "不予确认", "Do not confirm";
        DenySure => "确认不予确认：投标即无效", "Yes: the bid becomes invalid";
        ConfirmDone => "您的决定已签名提交，回执已核对。", "Your decision is in; the receipt was checked.";
        ExplainTitle => "请说明报价的合理性", "Explain your price";
        ExplainClause => "不能证明合理的，投标无效（87 号令第六十条）。请写明成本构成，并提供依据。", "If it is not proven reasonable the bid is invalid (Order 87 article 60). State your costs and what proves them.";
        ExplainDone => "说明已签名提交，回执已核对。", "Your explanation is in; the receipt was checked.";
        AnswerEmpty => "请写明答复后再提交。", "Write your answer first.";
        LeftToAnswer => "剩余时间", "Time left";
        OwnHistory => "您已提交的答复", "What you have answered";
        OwnResult => "您的评审结果", "Your result";
        OwnScore { score: String } => "得分 {score}", "score {score}";
        OwnRank { rank: u32 } => "名次 {rank}", "rank {rank}";
        OwnRejected { why: String } => "未通过：{why}", "rejected: {why}";
        RejReview { zh: String, en: String } => "未通过{zh}", "{en} not passed";
        RejCorrection => "报价修正未予确认", "a correction of the price was not confirmed";
        RejLowPrice => "异常低价未能证明合理", "an abnormally low price was not proven reasonable";
        Working => "正在办理", "Working";
        Cancel => "取消", "Cancel";
    }
}

catalogue! {
    /// Words for choices.
    pub enum Choice {
        IdCard => "居民身份证", "identity card";
        Certificate => "数字证书", "certificate";
        Letter => "授权函", "letter of authority";
        Absent => "缺席", "absent";
        Recused => "应当回避", "interest";
        Health => "健康等原因", "health or the like";
        LeftPost => "擅离职守", "left its post";
        TooFew => "有效投标不足法定家数", "too few bids are left";
        AllRejected => "全部投标被否决", "all bids are rejected";
        Document => "招标文件存在缺陷", "the tender document is defective";
        Unlawful => "出现影响公正的违法违规行为", "unlawful acts that affect fairness";
        AboveBudget => "报价均超过采购预算", "all prices are above the budget";
        TaskDropped => "因重大变故取消任务", "the task is dropped for a grave reason";
        WrongSum => "分值汇总计算错误", "sums are wrong";
        OutOfRange => "分项评分超出范围", "a score is out of range";
        ObjectiveDiffers => "客观分不一致", "objective scores differ";
        Abnormal => "评分畸高、畸低", "a score is abnormally high or low";
    }
}

impl Choice {
    /// By what an identity was checked.
    pub const fn identity(check: IdentityCheck) -> Self {
        match check {
            IdentityCheck::IdCard => Self::IdCard,
            IdentityCheck::Certificate => Self::Certificate,
            IdentityCheck::Letter => Self::Letter,
        }
    }

    /// Why a member leaves.
    pub const fn leave(ground: LeaveGround) -> Self {
        match ground {
            LeaveGround::Absent => Self::Absent,
            LeaveGround::Recused => Self::Recused,
            LeaveGround::Health => Self::Health,
            LeaveGround::LeftPost => Self::LeftPost,
        }
    }

    /// Why a lot ends.
    pub const fn cancel(ground: CancelGround) -> Self {
        match ground {
            CancelGround::TooFew => Self::TooFew,
            CancelGround::AllRejected => Self::AllRejected,
            CancelGround::Document => Self::Document,
            CancelGround::Unlawful => Self::Unlawful,
            CancelGround::AboveBudget => Self::AboveBudget,
            CancelGround::TaskDropped => Self::TaskDropped,
        }
    }

    /// Why a result is looked at again.
    pub const fn change(ground: ChangeGround) -> Self {
        match ground {
            ChangeGround::WrongSum => Self::WrongSum,
            ChangeGround::OutOfRange => Self::OutOfRange,
            ChangeGround::ObjectiveDiffers => Self::ObjectiveDiffers,
            ChangeGround::Abnormal => Self::Abnormal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_there_and_shout_nowhere() {
        for (zh, en) in [Office::TEMPLATES, Choice::TEMPLATES].concat() {
            assert!(!zh.is_empty(), "{zh} | {en}");
            assert!(!zh.contains(['!', '！']) && !en.contains('!'), "{zh} | {en}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "Chinese in English: {en}");
        }
    }
}
