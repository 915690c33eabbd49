//! The officers' authorisation.

use super::catalogue;

catalogue! {
    /// Words of the officers' page.
    pub enum Officer {
        Title => "授权与签署", "Authorise and sign";
        GateReached => "开标时间已到，可以授权", "The opening time has come: officers may authorise";
        GateReachedNote => "由加密机的保管程序按签名的招标包核对；此前任何人插锁都不起作用。", "Custody checked it against the signed tender package; no lock has any effect before.";
        GateRefused => "依法不予开标，不需要授权", "The opening was refused by rule: nothing is to be authorised";
        GateRefusedNote => "投标文件仍然封存；授权份额没有使用。", "The bids stay sealed; no officer's share was used.";
        GateUnlock => "授权已满足，正在收取各家的解密", "Authorised: the bidders are handing in";
        GateUnlockNote => "只收取，不开启；时限截止或全部提交后同时开启。", "Collected, not opened; all open together when the window ends or all have handed in.";
        GateOpened => "已同时开启，授权已用于本次开标", "All were opened together: the authorisation has been used";
        GateOpenedNote => "授权份额用后已毁，不能再用。", "The officers' share was erased after use and cannot be used again.";
        GateClosed { left: String } => "开标时间未到，还有 {left}", "Not yet: {left} until the opening";
        GateClosedNote => "没有人可以提前。到时本页自动变为可以授权。", "Nobody can do it earlier. This page changes by itself when the time comes.";
        CheckpointTag { size: u64 } => "截止检查点 第 {size} 条", "deadline checkpoint, entry {size}";
        Shares => "三份密钥", "Three shares";
        ShareBidder => "投标人的锁", "Bidder's lock";
        ShareBidderNote => "开始解密以后，每家用自己的主锁或副锁交出一份，只收取，不开启。", "Once unlocking starts each bidder gives one with its main or sub lock; collected, not opened.";
        ShareRoom => "本室加密机", "The room's HSM";
        ShareRoomMain => "主机", "Main";
        ShareRoomStandby => "备机", "Standby";
        ShareRoomKey { digits: String } => "密钥 {digits}", "key {digits}";
        ShareOfficers => "授权人", "Officers";
        ShareOfficersNote { all: usize, needed: usize } => "{all} 人中任意 {needed} 人。凑满以后，保管程序才拼得出授权份额，用后即毁。", "Any {needed} of {all}. Only then custody can put the officers' share together; it is erased after use.";
        Panel { all: usize, needed: usize } => "授权人 {all} 名，需 {needed} 名", "{all} officers, {needed} needed";
        MeterLabel { needed: usize, done: usize } => "需 {needed} 名，已授权 {done} 名", "{needed} needed, {done} authorised";
        NotTwice => "同一人不能授权两次", "Nobody counts twice";
        You => "您", "You";
        Time => "时间", "Time";
        LockLabel => "锁", "Lock";
        ShareLabel => "份额", "Share";
        ShareIndex { index: u8 } => "第 {index} 份，与登记一致", "No. {index}, as registered";
        EntryLabel => "账本", "Ledger";
        SpareNote => "前面的人不能授权时，由您代替", "In place of another who cannot";
        Act => "授权", "Authorise";
        Acting => "正在签名…", "Signing…";
        ActWhy => "按下后用您的锁签名。授权之后仍然不开启任何文件。", "Your lock signs when you press. Authorising still opens nothing.";
        NeedLock => "先打开您的授权锁。", "Open your officer's lock first.";
        OtherPage => "请本人在自己的页面授权。", "To be done by the person, on their own page.";
        Done => "您已授权", "You have authorised";
        Enough => "授权已满足，等待主持人开始解密", "Enough officers: the host may start unlocking";
        Used => "授权已满足，并已用于本次开标", "Enough officers authorised, and it was used for this opening";
        Missing { missing: usize } => "还差 {missing} 名授权人。授权之后仍然不开启任何文件：要等解密时限截止或全部提交，各家同时开启。", "{missing} more needed. Nothing opens yet: all open together when the window ends or all have handed in.";
        StatementTitle => "授权人签的是这句话", "What an officer signs";
        Statement { tender: String, lot: u32, date: String, at: String, digits: String } => "本人授权对 {tender} 第 {lot} 包启用授权人份额，仅用于 {date} {at} 以后、解密时限截止或全部提交时同时开启。截止检查点 {digits}。", "I authorise the use of my officer's share for {tender} lot {lot}, only after {date} {at} and only for the opening of all bids together when the window ends or all have handed in. Deadline checkpoint {digits}.";
        RecordTitle => "签署开标记录", "Sign the opening record";
        RecordFixed => "记录在结束开标时固定，不再改变", "Fixed when the opening was closed; it does not change any more";
        RecordSign => "签署", "Sign";
        RecordWhy => "先看一遍开标记录。按下后用您的锁签名，签署不改变记录。", "Read the record first. Your lock signs when you press; signing does not change the record.";
        RecordOtherPage => "请本人在自己的页面签署。", "To be signed by the person, on their own page.";
        RecordMissed { reason: String } => "主持人记明：{reason}", "Recorded by the host: {reason}";
        RecordLate => "现在仍可补签。", "It may still be signed now.";
        RecordAll => "各方都已签署，或已记明原因", "All have signed, or it is recorded why not";
        RecordAwaited { count: usize } => "还有 {count} 方待签署", "{count} yet to sign";
        RecordStatementTitle => "签署的是这句话", "What is signed";
        RecordStatement { tender: String, lot: u32, digits: String } => "本人签署 {tender} 第 {lot} 包的开标记录：公布的一览表 {digits}，连同到结束开标为止的账本。", "I sign the opening record of {tender} lot {lot}: the published table {digits}, together with the ledger up to the close.";
        FaultTitle => "加密机出故障时", "If an HSM fails";
        FaultText => "主机没有响应，就换用备机：同一份密钥封标时已各封一份，不用重新封标。换机只要几秒，记入账本。时钟跳变超过限度时，时间闸关闭，须授权人确认时间。", "If the main device fails the standby takes over: each bid was sealed to both, nothing is sealed again. The change takes seconds and is recorded. If the clock jumps beyond its limit, the gate closes until officers confirm the time.";
    }
}
