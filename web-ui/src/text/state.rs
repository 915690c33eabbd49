//! Words of the state tags and the reasons beside them.

use super::catalogue;

catalogue! {
    /// State of a bidder's row, of a device, of the connection. Always shown with its icon.
    pub enum State {
        Waiting => "待解密", "To unlock";
        Queued => "解密请求排队", "Queued";
        HandedIn => "已提交解密", "Handed in";
        WrongLock => "锁不符", "Wrong lock";
        NoLock => "未见锁", "No lock seen";
        PinLeft { tries: u32 } => "PIN 剩 {tries} 次", "PIN: {tries} left";
        ClockStopped => "系统原因，已停表", "Clock stopped";
        NotHandedIn => "未提交解密", "Not handed in";
        Revoked => "视为撤销", "Deemed revoked";
        Withdrawn => "视为撤回", "Deemed withdrawn";
        Unreadable => "未能开启", "Not openable";
        Remedy => "补救核对中", "Remedy being checked";
        Opened => "已开启", "Opened";
        Announcing => "正在唱标", "Being announced";
        Announced => "已唱标", "Announced";
        ToConfirm => "待确认", "To confirm";
        Confirmed => "已确认", "Confirmed";
        DeemedAccepted => "视为认可", "Taken as accepted";
        ObjectionOpen => "异议待答复", "Objection open";
        ObjectionAnswered => "异议已答复", "Objection answered";
        Signed => "已签署", "Signed";
        ToSign => "待签署", "To sign";
        NotSigned => "未签署", "Not signed";
        Tampered => "证据不符", "Evidence disagrees";
        Live => "实时", "Live";
        Reconnecting => "重新连接中", "Reconnecting";
        CatchingUp => "正在补齐", "Catching up";
        Ready => "就绪", "Ready";
        SelfTestPassed => "自检通过", "Tested";
        NotStarted => "未开始", "Not started";
        Authorised => "已授权", "Authorised";
        ToAuthorise => "待授权", "To authorise";
        Authorising => "正在授权", "Authorising";
        Standby => "在场，备选", "Present, spare";
        NotNeeded => "未用到", "Not needed";
        Satisfied => "已满足", "Satisfied";
        LockMatches => "与封标登记一致", "Registered when sealing";
        PhaseNow => "进行中", "Under way";
        PhaseOver => "已结束", "Ended";
        PhaseRefused => "不予开标", "Opening refused";
        BeforeDeadline => "接收中", "Receiving";
    }
}

catalogue! {
    /// The reason or circumstance beside a state.
    pub enum Reason {
        None => "—", "—";
        HeldStill => "时限停着，剩余时间保留", "The window stands still, the time is kept";
        NotRegistered => "插入的锁不在封标登记之列", "This lock was not registered when sealing";
        UseRegistered => "请换用封标时登记的任一把锁", "Please use any lock registered when sealing";
        NotAmongRegistered => "不在封标登记之列", "Not among the registered locks";
        NoRequest => "未见请求", "No request yet";
        Place { place: usize } => "第 {place} 位", "Place {place}";
        PlaceWait { place: usize, seconds: u32 } => "第 {place} 位，约 {seconds} 秒", "Place {place}, about {seconds} s";
        Attributing => "原因认定中", "Cause being settled";
        StillSealed => "未开启，仍然封存", "Not opened, still sealed";
        NotOpened => "未开启", "Not opened";
        BidderCause => "属投标人原因", "Bidder's cause";
        OtherCause => "非投标人原因", "Not the bidder's cause";
        Tries { count: usize } => "已试 {count} 次", "attempts: {count}";
    }
}
