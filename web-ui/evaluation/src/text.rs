//! Every sentence of the page, in both languages side by side.

mod chairs;
mod read;

use bidroom_domain::evaluation::{CriterionKind, CriterionPart, Ground, SheetPart, Stage};
use bidroom_web_ui::catalogue;

pub use chairs::{Chairs, MATTERS, Terms};
pub use read::Read;

catalogue! {
    /// What the page says.
    pub enum Expert {
        PageTitle => "评标席", "Evaluation seat";
        Loading => "正在打开评标席", "Opening the seat";
        LoadingNote => "正在取得评标记录，并逐条与账本的承诺核对。", "Fetching the evaluation's entries and comparing each with its commitment in the log.";
        Lost { attempt: u32 } => "与评标室的连接中断，正在第 {attempt} 次重连", "The connection to the room is lost; attempt {attempt} to reconnect";
        LostNote => "您已填写的内容留在本页，连接恢复后自动保存。请不要关闭本页。", "What you have written stays on this page and is kept once the connection is back. Do not close this page.";
        Misfit => "评标记录与账本的承诺不符，本页已停止更新", "An entry does not match its commitment in the log; this page has stopped";
        MisfitNote => "请不要继续评审。请工作人员和监督人员到场，记录下面的内容，再换一台终端核对。", "Do not go on. Call staff and supervisor, note what is below, and compare at another terminal.";
        MisfitDetail { entry: u64, why: String } => "账本第 {entry} 条：{why}", "Ledger entry {entry}: {why}";
        Ended => "本终端的签到已结束", "You are signed out at this terminal";
        EndedNote => "您已换到另一台终端，或已退出评标委员会，或本室重新启动过。已填写的内容已加密保存；仍在委员会的，请工作人员发放新的口令后重新签到。", "You went on at another terminal, left the committee, or the room was started anew. What you wrote is kept, encrypted; if you still belong to the committee, ask the staff for a new PIN and sign in again.";

        SignInTitle => "评标席签到", "Sign in at your seat";
        SignInLead => "请在工作人员核验身份、收存手机之后，用发给您的一次性口令签到。", "After the staff has checked your identity and taken your phone, sign in with the one-time PIN you were given.";
        Terminal { name: String } => "本终端：{name}", "This terminal: {name}";
        NoTerminal => "这台终端还没有名称。请工作人员用带 terminal 参数的地址打开一次本页，例如 ?terminal=终端 1。", "This terminal has no name yet. The staff opens this page once with it in the address, for example ?terminal=T1.";
        MemberLabel => "成员编号", "Member's number";
        MemberHint => "在口令条上，1 到 2 位数字。", "On the slip with your PIN: one or two digits.";
        PinLabel => "一次性口令", "One-time PIN";
        PinHint => "6 位数字，十分钟内有效，只能用一次。", "Six digits, good for ten minutes and for one sign-in.";
        SignIn => "签到", "Sign in";
        SigningIn => "正在签到", "Signing in";

        CodeTitle => "接着您的草稿", "Go on with your draft";
        CodeLead => "您在另一台终端上写过内容，已加密保存，评标室也读不到。请输入您抄下的草稿码。", "You have written something at another terminal. It is kept encrypted; the room cannot read it. Enter the draft code you took down.";
        CodeLabel => "草稿码", "Draft code";
        CodeWrong => "草稿码不对。请核对 12 个字符；字母 O 与数字 0、字母 I、L 与数字 1 不作区分。", "This is not the code. Check its 12 characters; O counts as 0, I and L count as 1.";
        CodeGo => "接着填写", "Go on";
        CodeLost => "没有草稿码？已提交的评分表和意见都在账本里，只有未提交的草稿要重写。", "No code? Sheets and opinions that you handed in are in the log; only the unfinished draft has to be written again.";
        CodeDrop => "不用草稿，重新填写", "Begin anew without the draft";
        CodeDropSure => "确认放弃草稿", "Yes, drop the draft";
        CodeShow => "草稿码", "Draft code";
        CodeOwn => "您的草稿码", "Your draft code";
        CodeOwnNote => "请抄在纸上随身保管。换终端时用它接着填写；没有它，任何人（包括本室）都读不到您的草稿。", "Take it down and keep it with you. At another terminal you go on with it; without it nobody, this room included, can read your draft.";
        SignOut => "退出本终端", "Sign out here";

        Seat { room: String, seat: u8 } => "{room}　{seat} 号席", "{room}, seat {seat}";
        Member { index: u8, name: String } => "评委 {index:02} 号　{name}", "Member {index:02}, {name}";
        Chair { index: u8, name: String } => "评委 {index:02} 号　{name}（组长）", "Member {index:02}, {name} (chair)";
        ChairWord => "组长", "chair";
        Project { tender: String, lot: u32, method: String } => "{tender}　第 {lot} 包　{method}", "{tender}, lot {lot}, {method}";
        BlindHolds => "暗标：投标人身份已隐藏", "Blind: bidders are hidden";
        Saving => "正在保存", "Saving";
        SavedAt { at: String } => "{at} 已自动保存", "Saved at {at}";
        NotSaved => "尚未保存，请勿离席", "Not saved yet, please stay";
        Call => "请工作人员", "Call staff";
        Called => "已呼叫工作人员", "Staff was called";

        PledgeTitle => "评审承诺书", "Commitment";
        PledgeLead => "请阅读承诺书，并核对下面的投标人名单。签署之后才能阅读投标文件。", "Read the commitment and look through the bidders below. Bids can be read once you have signed.";
        PledgeBidders => "本包投标人", "Bidders of this lot";
        PledgeBiddersNote => "与其中任何一家有利害关系的，必须回避。", "Whoever has an interest in any of them must step back.";
        PledgeClause => "依据：招标投标法第三十七条、招标投标法实施条例第四十六条、政府采购法第十二条、87 号令第六十二条。", "Basis: Bidding Law 37, its Regulation 46, Government Procurement Law 12, Order 87 article 62.";
        PledgeSign => "签署承诺书", "Sign the commitment";
        PledgeSignNote => "请在下面的方框内手写签名。在本终端推选、审查和表决时沿用此签名，也可以随时重签；评分表和评标报告须另行签名。", "Write your name in the box. For ballots and verdicts at this terminal it counts again, or you write it anew; sheets and report are signed anew.";
        PledgeDone => "承诺书已签署，现在可以阅读投标文件。", "The commitment is signed; bids can be read now.";
        Recuse => "声明回避", "Declare an interest";
        RecuseSign => "签署回避声明", "Sign the declaration";
        RecuseNote => "签署后您即退出本评标委员会，已作出的意见作废，由后补成员重新评审。", "With it you leave the committee; what you have decided becomes void and your successor reviews again.";
        RecuseReason => "与哪一家、有什么利害关系", "Which bidder, and which interest";
        RecuseDone => "回避声明已记入账本。请到工作人员处领回手机。", "The declaration is in the log. Please collect your phone.";

        ElectTitle { round: u32 } => "推选组长（第 {round} 轮）", "Electing the chair (ballot {round})";
        ElectLead => "请推选一位成员担任评标委员会组长。", "Choose the member who shall chair the committee.";
        ElectSecret => "得票最多者当选；并列时再推选一轮。推选结束前，任何人看不到各人的选择。", "Most votes win; a tie is voted on again. Nobody sees a choice before the ballot is over.";
        ElectGo => "提交推选", "Hand in the choice";
        ElectSignNote => "提交后不能更改。", "It cannot be changed afterwards.";
        ElectDone => "推选已提交。", "The choice is handed in.";
        MayNotChair => "采购人代表不得担任组长", "A purchaser's representative may not chair";

        NavLabel => "投标文件与评审项", "Bids and items";
        Bids => "投标文件（投标人序号）", "Bids (by number)";
        BlindBids => "投标文件（暗标编号）", "Bids (by blind number)";
        ReaderLabel => "投标文件", "Bid";
        BidProgress => "该投标人已审", "Items of this bid";
        BidsLeft { count: usize } => "还有 {count} 家待提交。每家提交后记入账本，全部成员提交前互相看不到。", "{count} bids are left. Each goes into the log; members see each other's verdicts once all are in.";
        Qualification => "资格性审查", "Qualification review";
        Conformity => "符合性审查", "Conformity review";
        Passes => "通过", "Passes";
        Fails => "不通过", "Does not pass";
        PassAll => "其余各项通过", "All other items pass";
        GroundLabel => "不通过的情形", "On which ground";
        GroundChoose => "请选择", "Choose";
        ReasonLabel => "理由", "Reason";
        NoNeedsReason => "不通过须选情形并写明理由，写到页码最好。", "A no needs a ground and a reason; best with the page.";
        HandInReview => "签名提交对该投标人的意见", "Sign and hand in for this bid";
        ReviewDone => "对该投标人的审查意见已记入账本。", "The verdicts on this bid are in the log.";
        ReviewSignNote => "提交后记入账本，汇总前可以修改；全部成员提交前，别人看不到。", "It goes into the log and can be revised until the bid is concluded; nobody sees it before all are in.";

        Subjective => "主观分", "Subjective";
        Objective => "客观分", "Objective";
        PricePart { most: String } => "价格部分　{most} 分", "Price, {most} points";
        PriceComputed => "由系统计算", "computed";
        PriceLater => "价格阶段可见", "shown later";
        ItemPlace { at: usize, count: usize, max: String } => "第 {at} 项，共 {count} 项　满分 {max} 分", "Item {at} of {count}, at most {max}";
        ItemRange { max: String, step: String } => "0–{max} 分，步长 {step}", "0–{max}, in steps of {step}";
        Grades => "档次", "Grades";
        ScoreLabel => "分数", "Score";
        Less { step: String } => "减 {step}", "{step} less";
        More { step: String } => "加 {step}", "{step} more";
        WrongNumber { typed: String } => "“{typed}”不是分数。", "“{typed}” is no score.";
        WrongAbove { typed: String } => "{typed} 超出范围。", "{typed} is out of range.";
        WrongStep { typed: String } => "{typed} 不合步长。", "{typed} is not in the steps.";
        WrongHint { max: String, step: String } => "请填 0 到 {max} 之间、步长 {step} 的数。", "A number from 0 to {max} in steps of {step}, please.";
        Notes => "笔记　仅本人可见", "Notes, for you alone";
        Previous => "上一项", "Previous";
        Next => "下一项", "Next";
        OwnSheet => "本人评分表", "Your sheet";
        SheetFull => "已全部填完。提交前，任何人看不到您的分数；提交后，改分须有法定情形并保留原分。", "All filled in. Nobody sees your scores before you hand them in; afterwards they change on a legal ground only, and both versions are kept.";
        SheetMissing { missing: usize } => "还差 {missing} 项。提交前，任何人看不到您的分数；提交后，改分须有法定情形并保留原分。", "{missing} are missing. Nobody sees your scores before you hand them in; afterwards they change on a legal ground only, and both versions are kept.";
        SheetWrong { missing: usize, wrong: usize } => "还差 {missing} 项，其中 {wrong} 项超出范围或不合步长。提交前，任何人看不到您的分数。", "{missing} are missing, {wrong} of them typed wrongly. Nobody sees your scores before you hand them in.";
        ShowGap => "查看缺项", "Show a gap";
        HandInSheet => "提交并签名", "Sign and hand in";
        SheetTitle { part: String, part_en: String } => "提交本人评分表（{part}）", "Hand in your sheet ({part_en})";
        SheetDone => "评分表已封存并记入账本；全部成员提交后一起公开。", "Your sheet is sealed and in the log; all are revealed together.";
        SheetIncomplete => "评分表还有缺项，请返回补齐。", "The sheet is not complete. Go back and fill it in.";
        ItemAndMost => "评分项与满分", "Item and maximum";
        SubTotal { most: String } => "小计　{most}，不含价格", "Sum of {most}, without the price";
        SubTotalWord => "小计", "Sum";
        SheetSealed => "提交后，本表立即封存并记入账本；全部成员提交后，分数才一起公开。", "Your sheet is sealed and goes into the log at once; scores are revealed when all have handed in.";
        SheetFour => "提交后只有四种情形可以改分：合计算错、超出范围、客观分不一致、畸高畸低。改前、改后两个版本都保留。", "After that a score changes on four grounds only: a wrong sum, out of range, objective scores that differ, abnormally high or low. Both versions are kept.";
        SheetClause => "87 号令第六十四条", "Order 87, article 64";
        FarOff { bid: String, item: String } => "{bid}“{item}”与您给其他家的分数相差较大，请再看一眼。这只是提醒，不影响提交。", "{bid}, “{item}”: far from what you gave the others. Please look once more. Only a hint; you may hand it in.";

        PadLabel => "手写签名", "Signature by hand";
        PadHint => "请在此手写签名", "Write your name here";
        PadClear => "清除签名", "Clear";
        PadAgain => "重新签名", "Write again";

        VoteTitle { number: u32 } => "表决（第 {number} 号）", "Vote no. {number}";
        VoteReview { bid: u32, item: String } => "第 {bid} 家通过“{item}”这一项。", "Bid {bid} passes the item “{item}”.";
        VoteCompetition { bids: u32 } => "只剩 {bids} 家有效投标，明显缺乏竞争，否决全部投标。", "Only {bids} bids are left; competition is plainly missing, and all bids are rejected.";
        VoteLowPrice { bid: u32 } => "第 {bid} 家的说明能够证明其报价合理。", "The explanation of bid {bid} proves its price reasonable.";
        VoteAbnormal { member: u8, bid: String, item: String } => "评委 {member:02} 号对 {bid}“{item}”的评分畸高或畸低。", "The score of member {member:02} for {bid}, “{item}”, is abnormally high or low.";
        VoteDocument => "招标文件存在歧义或重大缺陷，应当停止评标。", "The tender document is ambiguous or defective, and the evaluation has to stop.";
        Agree => "同意", "Yes";
        Disagree => "不同意", "No";
        VoteReason => "理由（可不填）", "Reason (optional)";
        VoteReasonHint => "与多数意见不同的，写明理由后记入评标报告；不写理由的视为同意。", "Whoever is outvoted and gave reasons has them in the report; without reasons they count as agreeing.";
        VoteGo => "签名投票", "Sign and vote";
        VoteDone => "您的一票已记入账本，表决结束前不公开。", "Your vote is in the log and stays secret until the vote is over.";
        VoteWaits => "有一项表决等您投票。", "A vote waits for you.";
        VoteNow => "去投票", "Vote";

        WaitStaff { stage: String, stage_en: String } => "{stage}：等待工作人员或采购人", "{stage_en}: staff or purchaser are at work";
        WaitStaffNote => "现在没有需要您做的事。到您时本页自动更新，不必刷新。", "There is nothing for you to do now. This page updates by itself.";
        WaitMembers { who: String } => "等待成员签到和签署承诺书：{who}", "Waiting for members to sign in and sign the commitment: {who}";
        WaitMembersNote => "全部成员就位后推选组长。", "The chair is elected when all are there.";
        WaitBallots { who: String } => "等待成员推选：{who}", "Waiting for ballots: {who}";
        WaitSecretNote => "全部成员提交前，任何人看不到各人的选择。", "Nobody sees a choice before all are in.";
        WaitOpinions { who: String } => "等待其他成员的审查意见：{who}", "Waiting for verdicts: {who}";
        WaitOpinionsNote => "全部成员提交后，由组长逐家汇总；意见不一致的项目先表决。", "When all are in the chair concludes bid by bid; items on which members differ are voted on first.";
        WaitNumbers => "正在抽取暗标编号", "Blind numbers are being drawn";
        WaitNumbersNote => "编号由本室按事先承诺的随机数抽取，事后任何人可以重算。", "The room draws them from values it committed to; anybody can draw again afterwards.";
        WaitSheets { who: String } => "您的评分表已封存。等待其他成员提交：{who}", "Your sheet is sealed. Waiting for: {who}";
        WaitSheetsNote => "全部成员提交后，分数一起公开。", "Scores are revealed when all have handed in.";
        WaitDiffers => "成员之间的客观分不一致", "Objective scores differ";
        WaitDiffersNote => "请各自核对；打错的成员在下面更正本人评分表，改前、改后都保留。", "Each member looks again; whoever was wrong corrects its own sheet below. Both versions are kept.";
        DiffersTitle => "客观分不一致的评分项", "Objective items on which members differ";
        DiffersNote => "客观分应当一致。核对后，只由打错的成员更正。", "Objective scores should agree. After looking again only the member who was wrong corrects.";
        Differs { bid: String, item: String, scores: String } => "{bid}“{item}”　{scores}", "{bid}, “{item}”: {scores}";
        Corrected => "更正后的分数", "Corrected score";
        CorrectGo => "更正本人评分", "Correct your score";
        CorrectDone => "更正已记入账本，改前、改后都保留。", "The correction is in the log; both versions are kept.";
        WaitLift => "等待监督人员揭开暗标", "Waiting for the supervisor to lift the blind";
        WaitLiftNote => "全部暗标评分已封存；揭开后才能看到编号对应的投标人。", "All blind sheets are sealed; then the numbers get their names.";
        WaitChair => "等待组长", "Waiting for the chair";
        WaitChairNote => "现在没有需要您做的事，本页自动更新。", "There is nothing for you to do now; this page updates by itself.";
        WaitSignatures { who: String } => "等待签署评标报告：{who}", "Waiting for signatures: {who}";
        WaitSignaturesNote => "组长最后签署。拒绝签署又不写明理由的，视为同意。", "The chair signs last. Whoever refuses without reasons counts as agreeing.";
        WaitSupervisor => "等待监督人员签署评标报告", "Waiting for the supervisor's signature";
        WaitSupervisorNote => "全部成员已签署。", "All members have signed.";
        Over => "评标已结束", "The evaluation is over";
        OverNote => "请退出本终端，到工作人员处领回手机。评审情况和资料不得带离或向他人透露。", "Sign out here and collect your phone. Take nothing away and tell nobody of the review.";
        Cancelled => "本包已终止评审", "The lot has ended without a result";
        Stopped => "评标已停止", "The evaluation has stopped";
        StoppedNote => "请留在席位上等候工作人员说明。", "Please stay until the staff tells you how it goes on.";
        Left => "您已不在本评标委员会", "You do not belong to the committee any more";
        LeftNote => "已作出的意见作废，记录保留在账本中。请退出本终端，到工作人员处领回手机。", "What you decided is void and stays in the log. Sign out here and collect your phone.";

        ChairTitle => "组长可以做的事", "What the chair can do";
        ChairNothing => "现在没有需要组长做的事；要等的人见上。", "Nothing for the chair now; see above who is waited for.";
        ChairConclude { bid: u32 } => "第 {bid} 家：全部成员已提交意见，可以汇总", "Bid {bid}: all verdicts are in, conclude it";
        ChairEnd { stage: String, stage_en: String, left: u32, least: u32 } => "{stage}：有效投标只剩 {left} 家，不足 {least} 家。签名结束本阶段，本包即终止评审，不能撤回；结论有误的，请先申请退回", "{stage_en}: {left} bids are left, {least} are needed. Finishing the stage ends the lot for good; if a conclusion is wrong, ask to go back first";
        ChairEndGo => "签名，终止本包评审", "Sign and end the lot";
        ChairCompetition { bids: u32 } => "有效投标只剩 {bids} 家，由委员会表决是否因明显缺乏竞争否决全部投标", "{bids} bids are left: the committee votes whether all are rejected for lack of competition";
        ChairConcludeGo => "签名汇总", "Sign and conclude";
        ChairDispute { bid: u32, item: String } => "第 {bid} 家的“{item}”意见不一致，须先表决", "Members differ on “{item}” of bid {bid}: put it to the vote";
        ChairVoteGo => "提交表决", "Put to the vote";
        ChairFinish { stage: String, stage_en: String } => "结束本阶段：{stage}", "Finish the stage: {stage_en}";
        ChairFinishGo => "签名结束本阶段", "Sign and finish";
        ChairResult => "由系统计算价格分与汇总；低于法定比例的报价会自动发出说明要求", "Have the room compute prices and sums; prices below the legal share are asked to be explained";
        ChairResultGo => "计算", "Compute";
        Computing => "正在计算", "Computing";
        ResultFixed => "结果已确定并记入账本。", "The result is fixed and in the log.";
        ResultOpen => "已计算，但还有待决事项，见下。", "Computed; something is still to be decided, see below.";
        ChairLowPriceVote { bid: u32 } => "第 {bid} 家的报价说明已提交，或逾期未说明：提交表决", "Bid {bid} has explained its price, or its time is over: put it to the vote";
        ChairLowPrice { bid: u32 } => "按表决结果对第 {bid} 家的异常低价审查作出结论", "Conclude the price review of bid {bid} as voted";
        ChairFindings => "报告校验有提示，须由组长代表委员会答复", "The report's check has findings; the chair answers for the committee";
        ChairFindingsGo => "答复", "Answer";
        ChairText => "说明（记入账本和评标报告）", "In words (for log and report)";
        ChairDone => "已记入账本。", "It is in the log.";
        BackNote => "退回后，该阶段起的审查结论作废，记录保留；已提交的评分不因此改变。", "Conclusions from that stage on become void and are kept; scores that were handed in do not change by it.";
        BackStage => "退回到", "Back to";
        BackDone => "退回申请已提交监督人员。", "The request is with the supervisor.";
        BackAsked => "退回申请已提交，等待监督人员决定。", "The request to go back waits for the supervisor.";

        LowTitle => "异常低价审查", "Abnormally low price";
        LowWaits { until: String } => "等待投标人书面说明，{until} 截止", "The bidder has until {until} to explain";
        LowExplained { at: String } => "投标人 {at} 已说明", "Explained at {at}";
        LowSilent => "投标人在时限内没有说明；没有说明的，不能认定报价合理。", "The bidder explained nothing in time; without an explanation nothing is proven.";
        LowProven => "已证明合理", "Proven reasonable";
        LowUnproven => "未能证明合理，投标无效", "Not proven, the bid is invalid";
        LowClause => "依据：财库〔2026〕2 号、87 号令第六十条。", "Basis: Caiku [2026] 2, Order 87 article 60.";
        TriggerMean => "低于全部有效报价平均值的规定比例", "Below the share of the mean of all valid prices";
        TriggerSecond => "低于次低报价的规定比例", "Below the share of the second lowest price";
        TriggerCeiling => "低于最高限价的规定比例", "Below the share of the ceiling";
        TriggerCommittee => "评标委员会认为偏低", "The committee finds it low";

        SumsTitle => "评分汇总", "Scores";
        MadeOf => "得分构成，按小计从高到低", "What points are made of, highest sum first";
        Apart => "成员之间的离散，技术部分合计", "How far members are apart, technical sum";
        ApartKey => "竖线为平均；离平均超过满分八分之一的标出编号，仅作提示。", "The bar is the mean; whoever is more than an eighth of the maximum away is numbered, as a hint only.";
        TechnicalWord => "技术", "Technical";
        CommercialWord => "商务", "Commercial";
        DotLabel { member: u8, sum: String } => "评委 {member:02} 号：{sum}", "Member {member:02}: {sum}";
        ResultTitle => "评标结果", "Result";
        ResultNumber { number: u32 } => "第 {number} 次确定", "result no. {number}";
        Rank => "名次", "Rank";
        BidderWord => "投标人", "Bidder";
        EvaluatedPrice => "评审价（元）", "Evaluated price (CNY)";
        PriceScore => "价格分", "Price score";
        Total => "总分", "Total";
        Candidate { place: usize } => "第 {place} 候选人", "candidate {place}";

        ReportTitle => "评标报告", "Evaluation report";
        ReportDigits { digits: String } => "校验码 {digits}", "check {digits}";
        ReportClean => "报告校验没有提示：客观分一致，合计无误，没有偏离的评分。", "The check found nothing: objective scores agree, sums are right, no score deviates.";
        ReportFindings => "报告校验的提示", "What the check found";
        ReportFindingsOpen => "组长答复之后才能签署。", "It can be signed once the chair has answered.";
        SignedAt { at: String } => "{at} 已签署", "signed at {at}";
        SignedDissent { at: String } => "{at} 已签署，附不同意见", "signed at {at}, with dissent";
        NotSigned => "未签署", "not signed";
        SignReport => "签署评标报告", "Sign the report";
        SignWhy => "请先阅读上面的评标报告和本人评分表。", "Read the report and your own sheet above first.";
        SignNote => "您的签名与这份报告的校验码绑定；报告有任何改动，签名即失效。", "Your signature is bound to this very report; with any change of it the signature is void.";
        DissentLabel => "不同意见和理由（没有则不填）", "Dissent and reasons (leave empty if none)";
        DissentHint => "对报告有不同意见的，在此写明，随报告存档。", "Whoever disagrees writes it here; it goes with the report.";
        SignDone => "评标报告已签署。", "The report is signed.";
    }
}

catalogue! {
    /// The commitment, sentence by sentence.
    pub enum Pledge {
        Law => "遵守法律、法规和评审纪律，按照招标文件规定的标准和方法评审。", "I follow the law and the discipline of the review, and evaluate by the criteria and method of the tender document.";
        Independent => "独立评审，对本人提出的评审意见承担个人责任；不与他人商量主观分。", "I evaluate independently and answer for my opinions; I do not discuss subjective scores with anybody.";
        Secret => "对评审情况和投标人的商业秘密保密；评审期间不与外界联系。", "I keep the review and bidders' secrets to myself and have no contact outside while it lasts.";
        NoInterest => "与下列投标人没有应当回避的利害关系。", "I have no interest in any of the bidders below.";
        NoCopies => "不记录、复制或带走任何评审资料。", "I take no notes away and copy nothing.";
        Liable => "违反上述承诺的，愿承担相应的法律责任。", "I answer by law if I break this commitment.";
    }
}

catalogue! {
    /// Grounds on which a bid does not pass.
    pub enum Grounds {
        NoResponse => "没有实质性响应招标文件", "No response in substance";
        Unsigned => "未按要求签署、盖章", "Not signed or sealed as required";
        NotQualified => "不具备资格条件", "Not qualified";
        NoBond => "未提交投标保证金", "No bid bond";
        AboveCeiling => "报价超过预算或最高限价", "Above budget or ceiling";
        Conditions => "附有不能接受的条件", "Conditions that cannot be accepted";
        TwoBids => "提交两个以上不同的投标文件或报价", "More than one bid or price";
        NoJointAgreement => "联合体没有共同投标协议", "Consortium without an agreement";
        BelowCost => "报价低于成本（须先要求说明）", "Below cost (a question comes first)";
        Unclear => "含义不明确或前后不一致（须先要求澄清）", "Unclear or contradictory (a question comes first)";
        Collusion => "串通投标、弄虚作假、行贿", "Collusion, fraud or bribery";
        Document => "招标文件规定的其他情形", "Another ground of the tender document";
    }
}

/// Grounds in the order in which they are offered.
pub const GROUNDS: [Ground; 12] = [
    Ground::NoResponse,
    Ground::Unsigned,
    Ground::NotQualified,
    Ground::NoBond,
    Ground::AboveCeiling,
    Ground::Conditions,
    Ground::TwoBids,
    Ground::NoJointAgreement,
    Ground::BelowCost,
    Ground::Unclear,
    Ground::Collusion,
    Ground::Document,
];

impl Grounds {
    /// The words for a ground.
    pub const fn of(ground: Ground) -> Self {
        match ground {
            Ground::NoResponse => Self::NoResponse,
            Ground::Unsigned => Self::Unsigned,
            Ground::NotQualified => Self::NotQualified,
            Ground::NoBond => Self::NoBond,
            Ground::AboveCeiling => Self::AboveCeiling,
            Ground::Conditions => Self::Conditions,
            Ground::TwoBids => Self::TwoBids,
            Ground::NoJointAgreement => Self::NoJointAgreement,
            Ground::BelowCost => Self::BelowCost,
            Ground::Unclear => Self::Unclear,
            Ground::Collusion => Self::Collusion,
            Ground::Document => Self::Document,
        }
    }
}

catalogue! {
    /// Parts of a bid and of a sheet.
    pub enum Part {
        Whole => "全部评分项", "all items";
        Blind => "暗标部分", "blind part";
        Named => "明标部分", "named part";
        TechnicalSubjective { most: String } => "技术部分　主观分　{most} 分", "Technical, subjective, {most} points";
        TechnicalObjective { most: String } => "技术部分　客观分　{most} 分", "Technical, objective, {most} points";
        CommercialSubjective { most: String } => "商务部分　主观分　{most} 分", "Commercial, subjective, {most} points";
        CommercialObjective { most: String } => "商务部分　客观分　{most} 分", "Commercial, objective, {most} points";
    }
}

impl Part {
    /// The words for a sheet.
    pub const fn of(part: SheetPart) -> Self {
        match part {
            SheetPart::Whole => Self::Whole,
            SheetPart::Blind => Self::Blind,
            SheetPart::Named => Self::Named,
        }
    }

    /// The heading of a group of items, with their highest sum.
    pub const fn group(part: CriterionPart, kind: CriterionKind, most: String) -> Self {
        match (part, kind) {
            (CriterionPart::Technical, CriterionKind::Subjective) => Self::TechnicalSubjective { most },
            (CriterionPart::Technical, CriterionKind::Objective) => Self::TechnicalObjective { most },
            (_, CriterionKind::Subjective) => Self::CommercialSubjective { most },
            (_, CriterionKind::Objective) => Self::CommercialObjective { most },
        }
    }
}

catalogue! {
    /// What the page says of the similarity analysis. Hints, never a verdict.
    pub enum Alike {
        Title => "雷同性线索", "Similarity hints";
        Matrix => "两两比对：点一格看依据", "Every pair: press a cell for what it rests on";
        Strong => "强提示", "strong hint";
        Medium => "中提示", "medium hint";
        Weak => "弱提示", "weak hint";
        None => "没有线索", "no hint";
        WeightNote => "强弱只说明这类一致有多少属于正常原因，不是程度或结论。", "A weight says how often such an agreement has an innocent cause; it is no degree and no finding.";
        Cell { a: u32, b: u32, weight: String, weight_en: String, count: usize } => "{a} 号与 {b} 号：{weight}，{count} 条", "{a} and {b}: {weight_en}, hints: {count}";
        Choose { hints: usize } => "共 {hints} 条线索。请在左侧点一格，这里并排显示两份投标文件的依据。", "{hints} hints in all. Press a cell on the left; what it rests on is shown here, both bids side by side.";
        Resemblance { percent: String } => "扣除招标文件后，两份文字整体相似约 {percent}%（估算，不作为线索）。", "Without the tender's own words both texts are about {percent} % alike (estimated, no hint by itself).";
        NoHints => "这两份投标文件之间没有线索。没有线索不等于没有问题。", "There is no hint between these two bids. That does not mean that nothing is wrong.";
        Next => "下一步：", "Next:";
        Clauses => "可能涉及的条款", "Clauses that it may bear on";
        More { count: u64 } => "另有 {count} 处，未在此列出。", "{count} more are not listed here.";
        Unread { count: usize } => "未读取或未完整读取的文件：{count} 份，请人工核对", "Documents not read, or not wholly: {count}; look at them by eye";
        OfBid { bid: u32 } => "{bid} 号", "bid {bid}";
        TendersOwn => "招标文件", "tender document";
        Digest => "分析文件 SM3", "SM3 of the analysis";
        Nothing => "还没有可以比对的投标文件。开标结束、开始评标后自动进行。", "There is nothing to compare yet. It begins by itself with the evaluation.";
        Waits => "正在排队，很快开始。本页自动更新。", "Waiting for its turn; this page updates itself.";
        Reads { done: u32, of: u32 } => "正在读取投标文件：{done} / {of} 份。可以先去评审，完成后在这里查看。", "Reading documents: {done} of {of}. Go on reviewing; what comes of it is here then.";
        Compares { done: u32, of: u32 } => "正在两两比对：{done} / {of} 对。", "Comparing pairs: {done} of {of}.";
        BlindHolds => "暗标评审期间，这里只有按投标人序号阅读的文件，不含暗标文件和报价；揭示后自动补齐。", "While the blind holds, only documents that are read by bid number are compared, without blind documents and prices; the rest follows when it is lifted.";
        Missing { names: String } => "本室没有这些招标文件的原文，其中的文字没有扣除，照抄招标文件也会显得相似：{names}。可请工作人员补交。", "This room has not got these documents of the tender. Their words were not subtracted, so that quoting them looks alike: {names}. The staff can bring them.";
        Silent => "现在取不到分析", "The analysis is not to be had now";
        SilentNote => "评审不受影响。本页会自动再试；一直不行时请工作人员处理。", "Reviewing is not affected. This page tries again; if it stays so, call the staff.";
    }
}

catalogue! {
    /// Stages.
    pub enum StageName {
        Waiting => "尚未开始", "not begun";
        Qualification => "资格性审查", "Qualification";
        Assembly => "评标委员会组成", "Committee";
        Conformity => "符合性审查", "Conformity";
        Scoring => "独立评分", "Scoring";
        Price => "价格与汇总", "Price and sums";
        Report => "评标报告", "Report";
        Closed => "评标结束", "Closed";
        Stopped => "评标停止", "Stopped";
        Cancelled => "评审终止", "Ended";
    }
}

/// The words for a stage.
pub const fn stage_name(stage: Stage) -> StageName {
    match stage {
        Stage::Waiting => StageName::Waiting,
        Stage::Qualification => StageName::Qualification,
        Stage::Assembly => StageName::Assembly,
        Stage::Conformity => StageName::Conformity,
        Stage::Scoring => StageName::Scoring,
        Stage::Price => StageName::Price,
        Stage::Report => StageName::Report,
        Stage::Closed => StageName::Closed,
        Stage::Stopped => StageName::Stopped,
        Stage::Cancelled => StageName::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<(&'static str, &'static str)> {
        [
            Expert::TEMPLATES,
            Chairs::TEMPLATES,
            Terms::TEMPLATES,
            Read::TEMPLATES,
            Pledge::TEMPLATES,
            Grounds::TEMPLATES,
            Part::TEMPLATES,
            StageName::TEMPLATES,
            Alike::TEMPLATES,
        ]
        .concat()
    }

    #[test]
    fn both_languages_are_there_and_shout_nowhere() {
        for (zh, en) in all() {
            assert!(!zh.is_empty() && !en.is_empty(), "{zh} | {en}");
            assert!(!zh.contains(['!', '！']) && !en.contains('!'), "{zh} | {en}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "Chinese in English: {en}");
        }
    }
}
