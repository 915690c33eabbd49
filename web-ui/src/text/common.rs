//! Words that several pages share, and the troubles of the connection.

use super::catalogue;

catalogue! {
    /// Shared words.
    pub enum Common {
        Product => "开标室", "Bid opening room";
        Lot { number: u32 } => "第 {number} 包", "Lot {number}";
        OpenTender => "公开招标", "Open tender";
        InvitedTender => "邀请招标", "Invited tender";
        Consultation => "竞争性磋商", "Competitive consultation";
        HighContrast => "高对比", "High contrast";
        NormalContrast => "标准显示", "Standard display";
        OtherLanguage => "EN", "中文";
        OtherLanguageName => "EN: switch to English", "中文: switch to Chinese";
        Beside => "时限、唱标与账本", "Window, announcing and ledger";
        RoomClock => "本室时钟", "Room clock";
        RoomClockSource => "本室时钟（签名的时间）", "Room clock (signed time)";
        SourcesAgree { sources: usize, millis: u32 } => "{sources} 源一致 ±{millis} 毫秒", "{sources} sources agree ±{millis} ms";
        SourcesNamed { names: String, sources: usize, millis: u32 } => "{names}，{sources} 源一致，±{millis} 毫秒", "{names}: {sources} sources agree, ±{millis} ms";
        SingleSource { name: String } => "单一来源：{name}", "single source: {name}";
        ClockUnstated => "以本室时钟为准", "By the room's clock";
        Number => "序号", "No.";
        Bidder => "投标人", "Bidder";
        State => "状态", "State";
        UnlockState => "解密状态", "State";
        LockUsed => "所用的锁", "Lock used";
        HandedAt => "提交时间", "Handed in";
        ProofColumn => "核验", "Proof";
        MainLock => "主锁", "Main lock";
        SubLock => "副锁", "Sub lock";
        OfficerLock => "授权锁", "Officer's lock";
        LockTail { tail: String } => "尾号 {tail}", "ends {tail}";
        Yuan { figures: String } => "{figures} 元", "CNY {figures}";
        Close => "关闭", "Close";
        Cancel => "取消", "Cancel";
        LedgerEntry { number: u64 } => "账本第 {number} 条", "ledger entry {number}";
        Ledger => "账本", "Ledger";
        Host => "主持人", "Host";
        Supervisor => "监督人员", "Supervisor";
        Tenderer => "招标人代表", "Tenderer's representative";
        Drill => "演练，无法律效力　演练用锁仅供练习", "Drill, without legal effect. Drill locks are for practice only";
        Basis { clause: String } => "依据：{clause}。", "Basis: {clause}.";
        Loading => "正在打开本场次", "Opening this session";
        LoadingNote => "正在取得全部记录，并在您的浏览器里逐条核验。", "Fetching all entries and verifying each of them in your browser.";
        SkipToMain => "跳到主要内容", "Skip to main content";
        NotFound => "没有这个页面", "There is no such page";
        NotFoundNote { path: String } => "地址 {path} 不属于本室的任何页面。请从首页进入。", "The address {path} is no page of this room. Please start from the first page.";
        ToHome => "回到首页", "To the first page";
        SpokenHanded { number: u32 } => "第 {number} 家已提交解密。", "Bidder {number} handed in.";
        SpokenHandedMany { count: usize } => "又有 {count} 家提交了解密。", "{count} more bidders handed in.";
        SpokenOpened => "全部已提交的投标文件已同时开启，一览表已公布。", "All bids handed in were opened together; the schedules are published.";
        SpokenWithheld => "全部已提交的投标文件已同时开启，一览表不向公众公布。", "All bids handed in were opened together; the schedules are not public.";
        SpokenAnnouncing { number: u32 } => "正在唱第 {number} 家。", "Bidder {number} is being announced.";
        Today { year: i64, month: i64, day: i64 } => "{year} 年 {month} 月 {day} 日", "{year}-{month:02}-{day:02}";
        Monday => "星期一", "Monday";
        Tuesday => "星期二", "Tuesday";
        Wednesday => "星期三", "Wednesday";
        Thursday => "星期四", "Thursday";
        Friday => "星期五", "Friday";
        Saturday => "星期六", "Saturday";
        Sunday => "星期日", "Sunday";
        PageOf { now: usize, all: usize } => "第 {now} / {all} 页", "Page {now} / {all}";
    }
}

catalogue! {
    /// Troubles of the connection and of the evidence, each with what is safe and what to do.
    pub enum Trouble {
        LinkLost => "与开标室的连接断了", "The connection to the room is lost";
        LinkLostNote { seen: String, attempt: u32 } => "您看到的是 {seen} 的内容。正在重连，第 {attempt} 次。您已做的操作都已保存。", "You see the room as of {seen}. Reconnecting, attempt {attempt}. What you did is saved.";
        LinkLostEarly { attempt: u32 } => "还没有取得本场次的内容。正在重连，第 {attempt} 次。", "Nothing of this session has arrived yet. Reconnecting, attempt {attempt}.";
        CatchingUp { from: u64, to: u64 } => "正在补齐第 {from}–{to} 条", "Catching up on entries {from}–{to}";
        CatchingUpNote => "网络中断期间的内容不会缺失。", "Nothing that happened meanwhile will be missing.";
        Tamper => "证据不符：服务器给出的账本不能与您见过的相互印证", "Evidence disagrees: the server's ledger does not fit what you have seen";
        TamperNote { seen: String } => "本页已停止更新，仍显示 {seen} 核验过的内容。请不要关闭本页；请下载证据包，并当面告知监督人员。", "This page has stopped updating and still shows what was verified at {seen}. Please do not close it; download the evidence and tell the supervisor in person.";
        Evidence => "证据包", "Evidence";
        Acknowledge => "已告知监督人员", "The supervisor has been told";
        ServerSays { detail: String } => "详情：{detail}", "Details: {detail}";
        NoAnswer => "没有收到开标室的回答", "The room did not answer";
        NoAnswerNote => "不确定这次操作是否已记入账本。重复提交不会重复计入，请看一眼状态再试一次。", "It is not certain whether this was recorded. Repeating does no harm; please look at the state, then try again.";
        Outdated => "本页版本较旧，读不懂新的记录", "This page is too old to understand new entries";
        OutdatedNote => "已核验的内容不受影响。请重新打开本页。", "What was verified stands. Please reload this page.";
        WrongRoom => "账本的签名密钥与招标包里登记的不同", "The ledger's keys are not those of the tender package";
        WrongPackage => "招标包与账本第 0 条记载的不同", "The tender package is not the one entry 0 names";
        BadClock => "时钟的签名不成立", "The clock's signature does not stand";
        Forked => "同一长度的账本有两种内容", "There are two different ledgers of one length";
        DoesNotAddUp => "记录与签名的检查点不符", "Entries and signed checkpoint disagree";
        NoKeys => "没有联系上您的锁", "Your lock cannot be reached";
        NoKeysNote => "没有签名，什么都没有提交，投标文件完好。请重新打开本页和锁，再试一次；仍不行，请到柜台办理。", "Nothing was signed or handed in, the bid is intact. Please reload this page, open the lock again and retry; if it still fails, go to the counter.";
        LockFailedNote => "什么都没有提交，投标文件完好。请再试一次；仍不行，请到柜台提交。", "Nothing was handed in, the bid is intact. Please try again; if it still fails, go to the counter.";
        NotPublished => "账本里还没有公布开启密钥", "The ledger has not published the opening keys yet";
        NotClosed => "账本里还没有结束开标，不能签署记录", "The ledger has not closed the opening yet; the record cannot be signed";
        EarlyCheckpoint => "开标室没有证明收取已经开始", "The room did not prove that collecting has begun";
    }
}
