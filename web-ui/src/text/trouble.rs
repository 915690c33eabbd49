//! What went wrong while a bidder unlocked, what is proposed, and what people say to it.

use super::catalogue;

catalogue! {
    /// One fact.
    pub enum Fact {
        NoLock => "没有检测到锁", "No lock was seen";
        WrongLock { present: String, sealed_to: String } => "插入的锁尾号 {present}，封标登记的是 {sealed_to}", "Lock ends {present}; the bid is sealed to {sealed_to}";
        Renewed { tail: String, date: String } => "尾号 {tail} 的证书已于 {date} 换发", "Certificate …{tail} was renewed on {date}";
        CertRevoked { tail: String, date: String } => "尾号 {tail} 的证书已于 {date} 吊销", "Certificate …{tail} was revoked on {date}";
        Expired { tail: String, date: String } => "尾号 {tail} 的证书已于 {date} 过期", "Certificate …{tail} expired on {date}";
        PinWrong => "PIN 输入错误", "A wrong PIN was entered";
        PinLeft { left: u32 } => "PIN 输入错误，还剩 {left} 次", "A wrong PIN was entered, {left} left";
        PinLocked => "PIN 已锁死", "The PIN is locked";
        Device { code: String } => "锁或驱动故障，代码 {code}", "Lock or driver failed, code {code}";
        DealtWrongly => "受托人份额核对无误，但合起来不是封标时承诺的份额", "The trustees' parts are genuine, but do not give the share that was sealed";
        Connection { seconds: i64 } => "与本室断开连接 {seconds} 秒", "No connection to the room for {seconds} s";
        Custody { seconds: i64 } => "请求遇到密钥保管故障，历时 {seconds} 秒", "A request met a fault of custody that lasted {seconds} s";
        Disk { seconds: i64 } => "请求遇到本室磁盘故障，历时 {seconds} 秒", "A request met a fault of the room's disk that lasted {seconds} s";
        Room { seconds: i64 } => "请求遇到本室故障，历时 {seconds} 秒", "A request met a fault of the room that lasted {seconds} s";
        QueueWait { seconds: i64 } => "请求排队等待 {seconds} 秒", "A request waited {seconds} s";
        AllStopped { reason: String } => "全场停表：{reason}", "All windows stood still: {reason}";
        OneStopped { reason: String } => "本家停表：{reason}", "This window stood still: {reason}";
    }
}

catalogue! {
    /// Whose word a fact is, and whether it decided.
    pub enum Word {
        Bidder => "投标人一方报告", "The bidder's side said so";
        Room => "本室记录", "Recorded by the room";
        Host => "主持人记录", "Recorded by the host";
        Decisive => "起决定作用", "Decisive";
        MadeUp => "时间已补回", "Time given back";
    }
}

catalogue! {
    /// What is proposed, and why.
    pub enum Advice {
        Wait => "建议：等待", "Proposal: wait";
        Remedy => "建议：先补救", "Proposal: a remedy first";
        Revoked => "建议：视为撤销", "Proposal: deemed revoked";
        Withdrawn => "建议：视为撤回", "Proposal: deemed withdrawn";
        OtherLock => "换用登记的另一把锁", "another registered lock";
        KeptShare => "用封标时留存的份额", "the share kept when sealing";
        RemedyKey => "启用补救密钥（封标时已选用的）", "the remedy key, if chosen when sealing";
        Standing => "时限停着，恢复后再看", "The window stands still; look again when it runs";
        TimeLeft => "时限未到，还来得及", "Time is left";
        Running => "时限未到，没有问题", "Time is left, nothing is wrong";
        RoomDevice => "份额已交，本室设备未能开启", "The share was in; the room's device failed";
        Material => "份额已交，投标人的材料与承诺不符", "The share was in; the bid's own material disagrees";
        CentreUnsettled => "中心一侧的故障影响了这一家，时间没有补回", "A fault of the centre's met this bidder; its time was not given back";
        BidderAfter => "中心一侧耽误的时间已补回，此后是投标人自己的原因", "The time was given back; afterwards the cause was the bidder's own";
        CentreLast => "中心一侧的故障之后，没有投标人自己的原因", "After a fault of the centre's there is no cause of the bidder's";
        BidderOnly => "只有投标人自己的原因", "Causes of the bidder's own only";
        NoAction => "没有提交，也没有任何故障记录", "Nothing was handed in and nothing was reported";
    }
}

catalogue! {
    /// Words around facts and fates.
    pub enum Case {
        Facts => "事实", "Facts";
        NoFacts => "账本里没有这一家的故障记录", "The ledger has no trouble of this bidder";
        Hold => "停这一家的表", "Stop this window";
        Release => "恢复这一家的计时", "Let this window run on";
        HoldTitle { name: String } => "停 {name} 的表", "Stop the window of {name}";
        HoldHint => "只用于原因在中心一侧、只影响这一家的情况。原因全场可见，并记入账本。", "Only where the cause is the centre's and meets this bidder alone. Everybody sees the reason and it is recorded.";
        HoldWhy => "其他各家照常计时；这一家剩余的时间原样保留。没有恢复之前不能开启。", "The others run on; what is left to this bidder is kept. Nothing opens before it runs on.";
        HoldEmpty => "请写明停表原因。", "Please give the reason.";
        Deviates => "与建议不同时，请写明依据", "If you decide otherwise, say on what evidence";
        MineHeld { reason: String } => "原因在中心一侧，本单位的时限停着：{reason}", "The cause is the centre's; your window stands still: {reason}";
        MineHeldNote => "剩余时间原样保留。停表期间也可以提交解密，提交后即收下。", "What is left is kept. You may hand in while it stands; it is taken at once.";
        MineTrouble => "解密遇到问题", "Trouble with unlocking";
        MineOtherLock => "换用封标时登记的任一把锁，重新提交。", "Use any lock registered when sealing and hand in again.";
        MineKept => "没有可用的锁时，可用封标时 --keep 留存的文件：bidroom-bidder remedy --keep 文件。招标文件允许，交出的份额须与封标承诺一致。", "With no lock at hand use the file kept when sealing: bidroom-bidder remedy --keep FILE. The tender document allows it; the share must fit what was sealed.";
        MineRemedyKey => "封标时选用了补救密钥的，打开本单位任一把锁即可在这里申请启用。主持人允许、监督人员同意后，由受托人交出份额。", "If you chose the remedy key when sealing, open any lock of your firm and ask for it here. Once host and supervisor agree, the trustees give their parts.";
        AskField => "申请启用补救密钥的原因", "Why the remedy key is needed";
        AskHint => "最多 500 字，用打开的锁签名后公开记入账本。", "At most 500 characters; signed with the open lock and entered in the public log.";
        AskEmpty => "请写明原因。", "Please say why.";
        Ask => "申请启用补救密钥", "Ask for the remedy key";
        Asked { at: String, tail: String, reason: String } => "{at} 申请启用补救密钥（尾号 {tail} 的锁签名）：{reason}", "Remedy key asked for at {at} (signed by lock …{tail}): {reason}";
        WaitsForHost => "等待主持人允许", "Awaits the host";
        WaitsForSupervisor { reason: String } => "主持人已允许（{reason}），等待监督人员同意", "Allowed by the host ({reason}), awaits the supervisor";
        WaitsForTrustees { given: usize, needed: u8 } => "已同意，受托人已交 {given} 份，需要 {needed} 份", "Agreed; {given} of {needed} trustees' parts are in";
        Answer => "处理补救密钥申请", "Answer its request";
        Allow => "允许启用补救密钥", "Allow the remedy key";
        AllowTitle { name: String } => "允许 {name} 启用补救密钥", "Allow {name} the remedy key";
        AllowClause => "招标文件规定的补救方案", "As the tender document allows";
        AllowField => "允许的理由", "Why it is allowed";
        AllowHint => "最多 500 字，公开记入账本；监督人员签名同意后才生效。", "At most 500 characters, entered in the public log; it takes effect once the supervisor has agreed with a signature.";
        RequestsTitle => "补救密钥申请", "Requests for the remedy key";
        RequestsNote => "主持人允许后由监督人员同意；同意后受托人才能交出份额", "The host allows, the supervisor agrees; only then do trustees give their parts";
        AgreeRemedy => "同意启用", "Agree";
        AgreeRemedyWhy => "用监督人员的锁签署，只对这一份申请有效。", "Signed with the supervisor's lock, for this request only.";
        FatesTitle => "未开启投标的认定", "Fates of bids not opened";
        FatesNote => "主持人认定，监督人员同意后才能结束开标（电子招标投标办法 第三十一条）", "The host decides; the opening ends only when the supervisor agrees (Measures, art. 31)";
        Decided { reason: String } => "主持人的认定理由：{reason}", "The host's reason: {reason}";
        AsProposed => "与账本事实的建议一致", "As the facts in the ledger propose";
        NotAsProposed => "与账本事实的建议不同", "Other than the facts in the ledger propose";
        Agree => "同意认定", "Agree";
        Contest => "不同意，退回主持人", "Contest, back to the host";
        ContestField => "不同意的理由", "Why not";
        ContestHint => "最多 500 字，记入开标记录，主持人据此重新认定。", "At most 500 characters; it is recorded and the host decides again.";
        ContestEmpty => "请写明不同意的理由。", "Please say why not.";
        AgreeWhy => "用监督人员的锁签署，签署的是这一项认定的全部内容。", "Signed with the supervisor's lock: the whole decision, word by word.";
        Agreed { name: String, at: String } => "{name} 已于 {at} 同意", "{name} agreed at {at}";
        Contested { name: String, reason: String } => "{name} 不同意：{reason}。请重新认定", "{name} contested: {reason}. Decide again";
        AwaitsVerdict => "等待监督人员同意", "Awaits the supervisor";
    }
}
