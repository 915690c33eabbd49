//! What the chair may do when it sees need for it.

use bidroom_domain::evaluation::{ChangeGround, CorrectionRule, Matter};
use bidroom_web_ui::catalogue;

catalogue! {
    /// What the chair may do when it sees need for it: the buttons, what each is for, why not now.
    pub enum Chairs {
        More => "需要时可以做的事", "When there is need for it";
        ToBidders => "向投标人书面提出", "To bidders, in writing";
        ToVote => "提请委员会表决", "To the committee's vote";
        Course => "程序", "Procedure";

        Ask => "要求澄清", "Ask for a clarification";
        AskWhat => "含义不明确、表述不一致或有明显文字和计算错误时，要求澄清、说明或补正。", "Where a bid is unclear, contradicts itself, or has plain slips of writing or sums.";
        AskWhen => "从审查到价格阶段可以提出。", "Possible from the reviews to the price stage.";
        Correct => "修正报价", "Correct a price";
        CorrectWhat => "报价自相矛盾时，按招标文件规定的顺序修正，经投标人确认后有效。", "Where a price contradicts itself: by the rules in their order; it counts once the bidder confirms.";
        CorrectWhen => "从符合性审查到价格阶段可以提出。", "Possible from the conformity review to the price stage.";
        Low => "要求说明低价", "Have a low price explained";
        LowWhat => "低于规定比例的，计算时由系统发出；委员会认为偏低的，在此启动审查。", "Prices below the legal share are asked about when prices are computed; what the committee finds low it asks about here.";
        LowWhen => "独立评分和价格阶段可以提出。", "Possible while scoring and in the price stage.";
        Abnormal => "认定评分畸高、畸低", "Abnormal score";
        AbnormalWhat => "分数公开后，对明显偏离的一项评分表决；认定后只由评分人本人更正。", "Once scores are revealed: a vote on one score that is far off; only its maker corrects it then.";
        Document => "招标文件有重大缺陷", "Defective tender document";
        DocumentWhat => "招标文件有歧义或重大缺陷，导致评审无法进行时，表决是否停止评审。", "Where it is ambiguous or so defective that the evaluation cannot go on: a vote on stopping.";
        Back => "申请退回", "Ask to go back";
        BackWhat => "前面的阶段需要重做时，经监督人员同意后退回。", "If an earlier stage has to be done again; the supervisor decides.";
        Resign => "辞去组长", "Resign from the chair";
        ResignWhat => "不能继续担任组长时辞任；仍是成员，随后重新推选。", "You stay a member; another chair is elected.";

        NotResult => "结果已确定，只能按 87 号令第六十四条的情形更改。", "A result stands; it changes on the grounds of Order 87 article 64 only.";
        NotMembers { who: String } => "须全部成员就位，还缺 {who}。", "All members have to be at their seats; missing: {who}.";
        NotSealed => "全部成员提交评分、分数公开后可以提出。", "Possible once scores are revealed.";
        NotVoted { number: u32 } => "第 {number} 号表决已对此作出决定或正在进行，见“表决情况”。", "Vote no. {number} is on this, see “Votes”.";
        NotSigned => "评标报告已全部签署；此后须由工作人员启动重新评审。", "The report is signed; a review after that is begun by the staff.";
        NotLow => "有效投标的报价都已启动过审查，见“异常低价审查”。", "Every price is or was under review, see “Abnormally low price”.";
        NotBack => "前面没有可以退回的阶段。", "There is no earlier stage to go back to.";

        WhichBid => "哪一家投标", "Which bid";
        Minutes => "答复时限（分钟）", "Time to answer (minutes)";
        MinutesLeast { least: u32, clause: String } => "不少于 {least} 分钟，从发出时起算（{clause}）", "At least {least} minutes from now ({clause})";
        MinutesWrong { least: u32 } => "请填不少于 {least} 的整数分钟。", "Whole minutes please, at least {least}.";
        SendGo => "签名发出", "Sign and send";

        AskTitle => "书面要求澄清、说明或补正", "Ask a bidder in writing";
        AskMatter => "属于哪种情形", "What it is about";
        AskText => "问题", "Question";
        AskHint => "写明文件名称、页码和原文，请投标人说明。", "Name document, page and wording, and ask the bidder to explain.";
        AskRule => "问题里不能带有答案", "A question never contains its answer";
        AskRuleNote => "不得暗示、诱导投标人作出澄清；答复不得超出投标文件范围或改变实质性内容。发出后不能更改或撤回，全体成员可见。", "Nothing is hinted at or led to; an answer stays within the bid and changes nothing of substance. Once sent it cannot be changed or taken back; all members see it.";
        AskBlind => "暗标评审中：问暗标文件的内容请按暗标编号提问，不要写出可能看出身份的内容。", "The blind holds: ask by blind number about blind documents, and write nothing that tells who it is.";
        AskLeads { words: String } => "“{words}”可能提示答案，请改为只问原文是什么意思。", "“{words}” may lead to an answer; ask only what the wording means.";
        AskDone => "问题已记入账本，并送达该投标人。", "The question is in the log and with the bidder.";

        CorrectTitle => "修正报价，请投标人确认", "Correct a price, to be confirmed by the bidder";
        CorrectRule => "按哪条规则修正（须按此顺序）", "By which rule (in this order)";
        CorrectTooLate { rule: String } => "{rule}（已按后面的规则修正过）", "{rule} (a later rule was applied)";
        CorrectBefore => "修正前（元）", "Before (CNY)";
        CorrectAfter => "修正后（元）", "After (CNY)";
        PriceMissing => "请填写金额，例如 5480000.00。", "An amount please, for example 5480000.00.";
        PriceNone => "不是金额。请只写数字，最多两位小数。", "No amount. Digits only, two decimals at most.";
        PriceNotLast { figures: String } => "应为上次修正后的 {figures} 元。", "It has to be {figures}, as last corrected.";
        PriceSame => "与修正前相同，不需要修正。", "The same as before; there is nothing to correct.";
        PriceMore { figures: String } => "比修正前多 {figures} 元", "CNY {figures} more than before";
        PriceLess { figures: String } => "比修正前少 {figures} 元", "CNY {figures} less than before";
        CorrectReason => "哪里与哪里不一致", "What contradicts what";
        CorrectReasonHint => "写到文件和页码；投标人会看到。", "With documents and pages; the bidder reads it.";
        CorrectRuleHead => "投标人确认后才有约束力", "It binds once the bidder confirms it";
        CorrectRuleNote => "投标人不确认，或到时限没有答复的，投标无效。发出后不能更改或撤回。", "If the bidder does not confirm it in time, the bid is invalid. Once sent it cannot be changed or taken back.";
        CorrectDone => "修正已记入账本，并送达该投标人确认。", "The correction is in the log and with the bidder.";

        LowTitle => "启动异常低价审查", "Begin the review of a low price";
        LowReason => "为什么认为偏低，需要说明什么", "Why it is found low, and what is to be explained";
        LowRule => "由委员会决定启动，理由写入评标报告", "The committee begins it; its reasons go into the report";
        LowRuleNote => "请投标人在时限内书面说明并附证明材料；说明之后由全体成员表决，不能证明报价合理的，投标无效。", "The bidder explains in writing, with evidence; then all members vote. If it is not proven reasonable the bid is invalid.";
        LowDone => "说明要求已记入账本，并送达该投标人。", "The request is in the log and with the bidder.";

        AbnormalTitle => "提请认定评分畸高、畸低", "Put an abnormal score to the vote";
        AbnormalPart => "哪一部分评分表", "Which sheet";
        AbnormalItem => "评分项", "Item";
        AbnormalWhose => "哪一位成员的评分（离平均最远的在前）", "Whose score (furthest from the mean first)";
        AbnormalScore { score: String, apart: String } => "{score} 分，离平均 {apart}", "{score} points, {apart} from the mean";
        AbnormalVoted { score: String, number: u32 } => "{score} 分，第 {number} 号表决已涉及", "{score} points, see vote no. {number}";
        AbnormalNone => "这一项还没有公开的分数，请换一项。", "No score of this item is revealed yet; choose another one.";
        AbnormalText => "为什么认为明显偏离", "Why it is found far off";
        AbnormalRule => "只认定是否畸高、畸低，不商量应给多少分", "The vote is on whether it is abnormal, never on what it should be";
        AbnormalRuleNote => "表决通过后，由评分人本人更正并写明理由；改前、改后的分数都保留并写入评标报告。", "If carried, its maker corrects it with reasons; both versions are kept and go into the report.";

        DocumentTitle => "提请表决：招标文件有重大缺陷", "Put to the vote: the tender document is defective";
        DocumentText => "哪一条有歧义或缺陷，为什么无法评审", "Which clause, and why the evaluation cannot go on";
        DocumentRule => "表决通过后，须停止评审", "If carried, the evaluation has to stop";
        DocumentRuleNote => "由工作人员书面告知采购人；采购人确认后修改招标文件、重新组织采购，不确认的恢复评审。", "The staff tells the purchaser in writing. If it confirms, the tender starts again; if not, the evaluation goes on.";

        ResignReason => "辞任理由", "Why you resign";
        ResignRule => "签名后立即生效", "It takes effect at once";
        ResignRuleNote => "您仍是评标委员会成员，已提交的意见和评分不变；全体成员重新推选组长后评审继续。", "You stay a member; verdicts and scores stay as they are. The evaluation goes on once another chair is elected.";
        ResignSign => "签名辞任", "Sign and resign";
        ResignDone => "辞任已记入账本，请参加重新推选。", "It is in the log. Please take part in the new election.";

        Again { ground: String, ground_en: String } => "评分已按“{ground}”更正：结果须重新计算，评标报告随后重新生成", "Scores were corrected ({ground_en}): the result is computed again, and the report printed again";
        AgainNote => "结果只因四种情形更改：合计算错、超出范围、客观分不一致、畸高畸低；改前、改后的结果都保留。", "A result changes on four grounds only: a wrong sum, a score out of range, objective scores that differ, abnormal scores. Both results are kept.";
        AgainGo => "重新计算", "Compute again";
        AgainReason => "更改结果的理由（记入账本和评标报告）", "Why the result changes (for log and report)";
        StopWhat => "委员会已认定招标文件有重大缺陷，须停止评审，由工作人员书面告知采购人", "The committee found the tender document defective: the evaluation has to stop, and the staff tells the purchaser in writing";
        StopGo => "签名停止评审", "Sign and stop";
        TextMissing => "请写明理由。", "Please write why.";
    }
}

catalogue! {
    /// What a question is about, rules of correction, grounds of a change.
    pub enum Terms {
        Unclear => "含义不明确", "Unclear";
        Inconsistent => "同类问题表述不一致", "The same said differently";
        Mistake => "明显文字和计算错误", "Plain slips of writing or sums";
        Price => "报价可能低于成本，影响履约", "The price may be below cost";

        RuleSchedule => "开标一览表与投标文件其他内容不一致：以开标一览表为准", "The schedule differs from the rest of the bid: the schedule counts";
        RuleWords => "大写与小写不一致：以大写为准", "Words differ from figures: words count";
        RuleDecimal => "单价小数点或百分比明显错位：以开标一览表总价为准，修改单价", "A plainly misplaced decimal point or percentage: the schedule's total counts";
        RuleUnit => "总价与按单价汇总不一致：以单价汇总为准", "The total differs from the sum of unit prices: the sum counts";

        WrongSum => "分值汇总计算错误", "a wrong sum";
        OutOfRange => "分项评分超出标准范围", "a score out of range";
        ObjectiveDiffers => "客观评审因素评分不一致", "objective scores that differ";
        FoundAbnormal => "评分畸高、畸低", "an abnormal score";
    }
}

/// What a question may be about, in the order in which it is offered.
pub const MATTERS: [Matter; 4] = [Matter::Unclear, Matter::Inconsistent, Matter::Mistake, Matter::Price];

impl Terms {
    /// The words for what a question is about.
    pub const fn matter(matter: Matter) -> Self {
        match matter {
            Matter::Unclear => Self::Unclear,
            Matter::Inconsistent => Self::Inconsistent,
            Matter::Mistake => Self::Mistake,
            Matter::Price => Self::Price,
        }
    }

    /// The words for a rule of correction.
    pub const fn rule(rule: CorrectionRule) -> Self {
        match rule {
            CorrectionRule::Schedule => Self::RuleSchedule,
            CorrectionRule::Words => Self::RuleWords,
            CorrectionRule::DecimalPoint => Self::RuleDecimal,
            CorrectionRule::UnitPrices => Self::RuleUnit,
        }
    }

    /// The words for a ground on which a score or a result changes.
    pub const fn ground(ground: ChangeGround) -> Self {
        match ground {
            ChangeGround::WrongSum => Self::WrongSum,
            ChangeGround::OutOfRange => Self::OutOfRange,
            ChangeGround::ObjectiveDiffers => Self::ObjectiveDiffers,
            ChangeGround::Abnormal => Self::FoundAbnormal,
        }
    }
}
