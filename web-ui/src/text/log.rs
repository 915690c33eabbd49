//! Lines of the ledger as the console lists them.

use super::catalogue;

catalogue! {
    /// What happened, in a few words.
    pub enum Log {
        Created => "导入招标包，建立本场次", "tender package imported";
        Keys => "本室密钥已生成并公布", "room keys made and published";
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
    }
}
