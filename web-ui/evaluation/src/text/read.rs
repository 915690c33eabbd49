//! What members read of the evaluation: questions and answers, verdicts, votes, the committee's time; and what they do of themselves.

use bidroom_web_ui::catalogue;

catalogue! {
    /// What is read, and what members do of themselves.
    pub enum Read {
        AskedTitle => "澄清与报价修正", "Questions and corrections";
        AskedHere => "向该投标人提出的澄清与修正", "Asked of this bidder";
        AskHere => "要求该投标人澄清", "Ask this bidder";
        Question { number: u32 } => "第 {number} 问", "Question {number}";
        Correction { number: u32 } => "第 {number} 次报价修正", "Correction {number}";
        Sent { at: String, until: String } => "{at} 发出，{until} 截止", "sent {at}, until {until}";
        Until { until: String } => "{until} 截止", "until {until}";
        WaitsAnswer => "等待答复", "Waiting for an answer";
        TimeEnds => "时限已到", "Time is over";
        Answered { at: String } => "{at} 已答复", "Answered {at}";
        Lapsed { at: String } => "{at} 到时限，没有答复", "No answer by {at}";
        Evidence { count: usize } => "附 {count} 份材料", "with {count} documents";
        WaitsConfirm => "等待投标人确认", "Waiting for the bidder";
        Confirmed { at: String } => "投标人 {at} 已确认，修正有效", "Confirmed {at}, it counts";
        Denied { at: String } => "投标人 {at} 不确认，投标无效", "Not confirmed {at}, the bid is invalid";
        NotConfirmed { at: String } => "{at} 到时限没有确认，投标无效", "Not confirmed by {at}, the bid is invalid";
        FromTo { before: String, after: String } => "{before} 元 → {after} 元", "CNY {before} → {after}";

        ReviewsTitle => "审查意见", "Verdicts";
        ReviewAwaits { who: String } => "还没有提交：{who}。全部提交前互相看不到意见。", "Not in yet: {who}. Nobody reads anybody's before all are in.";
        ReviewAgreed => "全部成员认为各项通过", "All members pass all items";
        ReviewDoubted { count: usize } => "{count} 项有成员认为不通过", "Items with a no: {count}";
        ReviewPassed => "已汇总：通过", "Concluded: passes";
        ReviewFailed { items: String } => "已汇总：不通过（{items}）", "Concluded: does not pass ({items})";
        Disputed { nos: usize, passes: usize } => "意见不一致：{nos} 人认为不通过，{passes} 人认为通过", "Members differ: {nos} no, {passes} yes";
        AllNo => "全部成员认为不通过", "All members say no";
        PurchaserWord => "采购人", "Purchaser";
        GivenTitle => "您已提交对该投标人的意见", "You have handed in your verdicts on this bid";
        Revise => "修改本人意见", "Revise your verdicts";
        ReviseNote => "汇总之前可以修改；改前的意见作废，记录保留在账本中。", "Until the bid is concluded you may revise; the earlier verdicts become void and stay in the log.";
        ReviseStop => "不修改", "Leave as it is";
        ReviseGo => "签名提交修改后的意见", "Sign the revised verdicts";
        ReviseDone => "修改后的意见已记入账本，改前的作废并保留。", "The revised verdicts are in the log; the earlier ones are void and kept.";

        VotesTitle => "表决情况", "Votes";
        VoteRuns { cast: usize, of: usize } => "进行中，{cast} / {of} 人已投票；全部投完才公开", "Open, {cast} of {of} have voted; revealed when all have";
        VoteCarried { yes: u32, no: u32 } => "通过：同意 {yes}，不同意 {no}", "Carried: {yes} yes, {no} no";
        VoteLost { yes: u32, no: u32 } => "未通过：同意 {yes}，不同意 {no}", "Not carried: {yes} yes, {no} no";
        VoteVoid => "已作废，记录保留", "Void, kept in the log";
        DissentWritten => "表决后补充", "written afterwards";
        DissentGo => "写明不同意见", "Write your dissent";
        DissentTitle { number: u32 } => "对第 {number} 号表决的不同意见", "Dissent from vote no. {number}";
        DissentRule => "您的一票与多数意见不同", "You were outvoted";
        DissentRuleNote => "可以写明不同意见和理由，写入评标报告；不写的视为同意表决结果。报告签署完毕前可以写一次，写后不能更改。", "You may write your reasons; they go into the report. Whoever writes none counts as agreeing. Once, before the report is signed; it cannot be changed.";
        DissentText => "不同意见和理由", "Your dissent and reasons";
        DissentSign => "签名记入", "Sign";
        DissentDone => "不同意见已记入账本和评标报告。", "Your dissent is in the log and in the report.";

        TimeUntil { until: String } => "评标至 {until}", "Until {until}";
        TimeExtended { until: String } => "评标时间已延长至 {until}", "Extended until {until}";
        TimeLeft { left: String } => "还有 {left}", "{left} left";
        TimeOver => "时间已到", "Time is over";
        TimeAsked { asked: u32, needed: u32, minutes: u32 } => "{asked} 人认为时间不够；满 {needed} 人即延长 {minutes} 分钟。", "{asked} find it short; with {needed} it is extended by {minutes} minutes.";
        TimeGo => "评标时间不够", "The time is short";
        TimeMine => "您已提出时间不够，等待其他成员。", "You said so already; it is for others to say.";
        TimeWhat => "认为时间不够的成员超过规定比例时，评标时间自动延长。", "When more than the share of the members say so, the time is extended.";
        TimeTitle => "提出评标时间不够", "Say that the time is short";
        TimeReason => "还有哪些工作需要时间", "What still needs time";
        TimeSign => "签名提出", "Sign";
        TimeDone => "已记入账本。", "It is in the log.";

        Personal => "本人事项", "For yourself";
        PersonalOpen { count: usize } => "本人事项（{count}）", "For yourself ({count})";
        CodeWhat => "换终端时，用草稿码接着填写。", "With it you go on at another terminal.";
        RecuseWhat => "发现与任何一家投标人有利害关系的，随时应当回避。", "Whoever finds an interest in a bidder steps back, at any time.";
        OutWhat => "离席前退出；已填写的内容加密保存。", "When you leave; what you wrote is kept, encrypted.";
        ToOverview => "评标情况", "Where it stands";
        ToWork => "回到评审", "Back to work";
        WorkLeft => "您还有评审工作没有完成", "Your own work is not done yet";
        WorkLeftNote => "已填写的内容都在，随时可以回去。", "What you wrote is there; go back whenever you want.";

        Refuses => "记录拒签", "Record a refusal";
        RefusesTitle { who: String } => "记录拒绝签署：{who}", "Record a refusal to sign: {who}";
        RefusesRule => "拒绝签署又不书面说明理由的，视为同意评标结论", "Whoever refuses and writes no reasons counts as agreeing";
        RefusesRuleNote => "请先当面告知：有不同意见可以在签署时写明并随报告存档。记录后不能撤回，该成员不能再签署这份报告。", "Tell the member first: dissent can be written when signing and goes with the report. It cannot be taken back; the member cannot sign this report any more.";
        RefusesNote => "情况记录", "What happened";
        RefusesHint => "写明何时告知、该成员怎样表示。", "When it was told, and what the member said.";
        RefusesSign => "签名记录", "Sign the record";
        RefusesDone => "已记入账本：该成员视为同意。", "It is in the log: the member counts as agreeing.";
        Refused { at: String } => "{at} 拒绝签署，视为同意", "refused {at}, counts as agreeing";

        AgainTitle => "需要重新核对的评分", "Scores to be looked at again";
        FoundAbnormal { who: String, bid: String, item: String, scores: String } => "委员会认定评委 {who} 对 {bid}“{item}”的评分畸高或畸低　{scores}", "Found abnormal: member {who}, {bid}, “{item}”: {scores}";
        FoundOut { who: String, bid: String, item: String, scores: String } => "评委 {who} 对 {bid}“{item}”的评分超出标准范围　{scores}", "Out of range: member {who}, {bid}, “{item}”: {scores}";
        AwaitsMaker { who: String } => "等待评委 {who} 更正本人评分。", "Waiting for member {who} to correct its score.";
    }
}
