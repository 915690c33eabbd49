//! The officers' ceremony before the opening: probing locks, the time, replacing an officer.

use super::catalogue;

catalogue! {
    /// Words of the ceremony.
    pub enum Ceremony {
        Title => "开标前：授权人与锁", "Before the opening: officers and their locks";
        Dealing { version: u32 } => "第 {version} 次分发", "dealing {version}";
        Needed { needed: u8, all: usize } => "{all} 名，需 {needed} 名", "{all}, of whom {needed} are needed";
        Loading => "正在取得授权人的情况", "Asking where the officers stand";
        LoadingNote => "来自本室，几秒内显示。", "From the room; a few seconds.";
        SignIn => "先打开您的授权锁", "Open your officer's lock first";
        SignInNote => "打开以后，这里一步一步提示您要做的事：验锁、需要时确认时间或更换授权人；到开标时间再授权。", "Then this page leads you step by step: probing the lock, confirming the time or replacing an officer if need be, and authorising when the time comes.";
        ProbeDue => "下一步：验您的授权锁", "Next: probe your officer's lock";
        ProbeDueNote { at: String, clause: String } => "{at} 起应完成（{clause}）。本室给这把锁出一道题，只有它的加密密钥解得开；什么内容都不交出。", "To be done from {at} on ({clause}). The room sends a challenge that only this lock's encryption key opens; nothing is given away.";
        ProbeEarly { at: String } => "{at} 起请验您的授权锁", "Probe your officer's lock from {at} on";
        ProbeEarlyNote => "届时本页会提示。现在也可以先试一次，到时仍须再验。", "This page will prompt you then. You can try it now; it has to be done again then.";
        Probed { at: String } => "您的锁 {at} 已验，开标时用得上", "Your lock was probed at {at} and will serve";
        ProbedNote => "没有别的要做。到开标时间，本页变为可以授权。", "There is nothing else to do. At the opening time this page lets you authorise.";
        Probe => "验锁", "Probe the lock";
        ProbeAgain => "再验一次", "Probe again";
        Probing => "正在验锁…", "Probing…";
        ProbeDone => "验锁通过，已记入账本；本室的签章已核验。", "The lock was probed and it is recorded; the room's signature was checked.";
        Watching => "您在这里只看，不持授权锁", "You hold no officer's lock here";
        WatchingNote => "标为“应验未验”的授权人，请提醒本人打开这一页验锁；到不了的，请其他授权人更换。", "Remind officers marked as missing to open this page and probe; if one cannot come, the others replace that officer.";
        TagProbed => "已验锁", "Probed";
        TagMissing => "应验未验", "Probe missing";
        TagEarly => "还不用验", "Not due yet";
        TagReplaced => "已更换", "Replaced";
        ProbedAt => "验锁", "Probed";
        NotProbed => "未验", "not yet";
        ClockTitle => "本室时钟被改动过：请授权人确认时间", "The room's clock was set: officers must confirm the time";
        ClockNote { at: String, millis: i64 } => "{at} 发现改动 {millis} 毫秒。确认以前，保管程序不开启任何文件；接收不受影响。", "Noticed at {at}: it was set by {millis} ms. Until it is confirmed custody opens nothing; receiving goes on.";
        RoomTime => "本室时间", "Room's time";
        OwnTime => "本机时间", "This computer";
        Apart => "相差", "Apart";
        ApartSeconds { seconds: i64 } => "{seconds} 秒", "{seconds} s";
        ClockConfirmed { names: String, needed: u8 } => "已确认：{names}；需 {needed} 名", "Confirmed by: {names}; {needed} needed";
        Nobody => "还没有人", "nobody yet";
        Compare => "请对照手表、电话报时或授时网站：本室时间对吗？", "Compare with a watch or a time service: is the room's time right?";
        TooFar => "相差超过一分钟，不能直接确认。请先校准有误的那一个；确有可靠时间来源证明本室时间正确的，勾选后确认。", "More than a minute apart: it cannot be confirmed like this. Correct whichever is wrong first; if another source shows that the room is right, tick this and confirm.";
        TooFarTick => "我已用可靠的时间来源核对，本室时间正确", "I have checked with another reliable source: the room is right";
        Confirm => "确认时间", "Confirm the time";
        Confirming => "正在签名…", "Signing…";
        ConfirmWhy => "按下后用您的锁签这一句：我核对过，现在是本室所示的时间。", "Your lock signs: I have compared, and it is the time that the room shows.";
        Confirmed => "您已确认，等其他授权人确认", "You have confirmed; the others have to confirm too";
        TimeDone => "时间已确认，已记入账本；本室的签章已核验。", "The time is confirmed and recorded; the room's signature was checked.";
        FarTitle => "没有确认：两个时钟相差超过一分钟", "Not confirmed: the clocks are more than a minute apart";
        FarNote => "什么都没有改变。请先校准有误的时钟；确有可靠时间来源时，勾选后再确认。", "Nothing has changed. Correct the wrong clock first, or tick the box if another source shows that the room is right.";
        NoClock => "本室没有给出可核验的时间", "The room gave no time that can be verified";
        NoClockNote => "没有签名。请刷新页面后再试；仍不行时告知监督人员。", "Nothing was signed. Reload the page and try again; if it goes on, tell the supervisor.";
        ReplaceTitle => "锁丢失，或授权人到不了", "A lock is lost, or an officer cannot come";
        ReplaceNote { needed: u8 } => "{needed} 名授权人同意同一份名单后，份额立即重新分发；公钥不变，已封存的投标文件不受影响。原锁对本标段作废。截止以后不能更换。", "When {needed} officers agree to the same list the key is dealt again at once; its public half stays, sealed bids are not affected. The old lock is void for this lot. Not possible after the deadline.";
        Replace => "更换授权人", "Replace an officer";
        Who => "更换哪一位", "Whose place";
        SignCertificate => "新锁的签名证书", "Signing certificate of the new lock";
        EncryptCertificate => "新锁的加密证书", "Encryption certificate of the new lock";
        ChooseFile => "选择文件", "Choose file";
        FilesHint => "PEM 或 DER 文件，由发锁机构提供；丢锁的是本人的新锁，换人的是接替的人的锁。", "PEM or DER files from the issuer: the same person's new lock, or the successor's.";
        Incomplete => "请选定授权人，并选择两个证书文件。", "Choose the officer and both certificate files.";
        Propose => "签名并提出更换", "Sign and propose";
        Agreeing => "正在签名…", "Signing…";
        ProposalTitle { index: u8 } => "有人提出更换第 {index} 份", "A replacement of part {index} is proposed";
        ProposalChange { from: String, to: String, tail: String } => "{from} 由 {to}（锁尾号 {tail}）接替。", "{to} (lock ending {tail}) takes the place of {from}.";
        ProposalSame { name: String, tail: String } => "{name} 换用新锁（尾号 {tail}）。", "{name} uses a new lock (ending {tail}).";
        ProposalAgreed { names: String, needed: u8 } => "已同意：{names}；需 {needed} 名", "Agreed: {names}; {needed} needed";
        ProposalCheck => "请当面或电话核对接替的人和锁的尾号，再同意。", "Check the person and the lock's digits face to face or by telephone before you agree.";
        Agree => "同意更换", "Agree";
        AgreeWhy => "按下后用您的锁签名，并交出您的份额，仅用于重新分发。", "Your lock signs and gives your part, for dealing again only.";
        OwnAgreed => "您已同意，等其他授权人同意", "You have agreed; the others have to agree too";
        ReplaceAgreed => "您已同意更换，已记入账本；等其他授权人同意。", "You agreed and it is recorded; the other officers have to agree.";
        ReplaceDone => "人数已够，份额已重新分发。请新授权人打开这一页验锁。", "Enough officers agreed; the key was dealt again. The new officer now opens this page and probes the lock.";
        LookFailed => "没有取得授权人的最新情况", "Where the officers stand could not be learnt";
    }
}
