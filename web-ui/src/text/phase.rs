//! Phases of an opening and the notes beside them on the console.

use super::catalogue;

catalogue! {
    /// Names of phases, and of the windows of time that belong to them.
    pub enum Phase {
        SignIn => "签到", "Sign-in";
        Roster => "公布名单", "Roster";
        Authorise => "授权", "Authorise";
        Unlock => "解密", "Unlock";
        Open => "开启与唱标", "Open, announce";
        Confirm => "确认与异议", "Confirm or object";
        Record => "开标记录", "Record";
        StepOf { now: usize, all: usize } => "第 {now} 步，共 {all} 步", "Step {now} of {all}";
        LeftBefore => "距开标", "Until opening";
        LeftUnlock => "解密剩余时间", "Time to unlock";
        LeftOwn => "本单位解密剩余时间", "Your time to unlock";
        OwnStopped => "本单位已停表，剩余时间保留", "Your window stands still, time kept";
        LeftConfirm => "确认剩余时间", "Time to confirm";
        LastMinutes => "最后 5 分钟", "Last 5 minutes";
        Stopped => "已停表，剩余时间保留", "Clock stopped, time kept";
        Ended { at: String } => "时限已截止　{at}", "Window ended at {at}";
        SpokenLeft { minutes: i64 } => "还剩 {minutes} 分钟。", "{minutes} minutes left.";
        SpokenStopped => "已停表，剩余时间保留。", "The clock is stopped; the remaining time is kept.";
        SpokenResumed => "已恢复计时。", "The clock is running again.";
        Phases => "阶段", "Phases";
    }
}

catalogue! {
    /// Notes under the phases of the console's rail.
    pub enum Note {
        SignInWindow { from: String, until: String } => "{from}–{until}", "{from}–{until}";
        RosterAt { count: usize, at: String } => "{count} 家，{at}", "{count} bidders, {at}";
        Authorised { done: usize, needed: usize } => "{done} / {needed}", "{done} / {needed}";
        AuthorisedMissing { done: usize, needed: usize, missing: usize } => "{done} / {needed}，还差 {missing} 人", "{done} / {needed}, {missing} to go";
        Handed { done: usize, all: usize } => "{done} / {all} 家已提交", "{done} / {all} handed in";
        WindowMinutes { minutes: u32 } => "时限 {minutes} 分钟", "{minutes} minutes";
        OpenOnce => "一次公布，逐家唱标", "all at once, then row by row";
        OpenedAt { at: String } => "{at} 同时开启", "all opened {at}";
        RecordTodo => "生成、签名、公布", "made, signed, published";
        ClosedAt { at: String } => "{at} 结束", "closed {at}";
    }
}
