//! The wall screen.

use super::catalogue;

catalogue! {
    /// Words of the wall screen.
    pub enum Wall {
        BeforeHead => "距开标", "Until opening";
        BeforeSub => "投标截止同一时刻", "the bid deadline";
        SignInFrom { at: String } => "{at} 签到开始", "sign-in from {at}";
        OpeningAt { at: String } => "{at} 开标", "opening {at}";
        SignInRunning => "签到进行中", "Sign-in is open";
        SignInLater => "签到尚未开始", "Sign-in has not begun";
        Readiness => "开标前检查", "Readiness";
        BidderNotice => "投标人须知", "For bidders";
        BidderNotice1 => "请用封标时登记的任一把 CA 锁参加解密，主锁、副锁都可以。", "Unlock with any CA lock registered when sealing, main or sub lock.";
        BidderNotice2 => "解密时各家只提交密钥份额；全部投标文件在时限截止或全部提交后同时开启。", "Unlocking only collects key shares; all bids open together afterwards.";
        BidderNotice3 => "现在就可以用锁登录开标大厅，页面会说明这把锁能不能解密。", "Sign in to the hall with your lock now: the page says whether it unlocks your bid.";
        DeadlineCheckpoint => "截止检查点", "Deadline checkpoint";
        CheckpointAt { at: String } => "{at} 在这里公布，扫码即可核对自己的回执。", "Published here at {at}; scan it to check your receipt.";
        CheckpointNote => "此前不公布账本，也不公布它有多少条。", "Until then neither the ledger nor its length is shown.";
        PublishedAt { at: String } => "{at} 公布", "at {at}";
        RosterHead => "名单", "Roster";
        RosterSub => "等待授权人", "waiting for officers";
        RosterBand => "名单已公布，投标文件全部封存", "Roster published, all bids sealed";
        RosterBandNote => "授权人到齐后开始解密。三份密钥齐了才开：投标人的锁、本室加密机、授权人。", "Unlocking starts when the officers have authorised. Three shares open a bid: the bidder's lock, the room's HSM, the officers.";
        Officers { done: usize, needed: usize } => "授权 {done} / {needed}", "Authorised {done} / {needed}";
        UnlockHead => "解密", "Unlock";
        UnlockSub => "剩余时间", "time left";
        StoppedSub => "已停表，剩余时间保留", "clock stopped, time kept";
        LastSub => "最后 5 分钟", "last 5 minutes";
        EndedSub => "时限已截止", "window ended";
        WindowFrom { at: String } => "{at} 开始", "from {at}";
        WindowLength { minutes: i64 } => "时限 {minutes} 分钟", "{minutes} minutes";
        WindowUntil { at: String } => "{at} 截止", "until {at}";
        WindowMoved => "截止顺延", "end moves on";
        Handed { all: usize } => "/ {all} 家已提交", "/ {all} handed in";
        CellsLabel => "各家状态，按序号", "States by number";
        NoneOpened => "全部未开启", "Nothing opened";
        OnlyShares => "只收密钥份额", "collecting shares";
        TogetherNote => "在此之前任何人都看不到报价。开启时一次公布全部开标一览表，再逐家唱标。", "Until then nobody sees a price. At the opening all schedules are published at once, then announced one by one.";
        TogetherRestricted => "在此之前任何人都看不到报价。开启后，开标一览表也不向公众公布。", "Until then nobody sees a price. After the opening the schedules are not public either.";
        StoppedTag => "已停表", "Stopped";
        HaltedTag => "开标暂停", "Halted";
        StoppedSince { at: String } => "{at} 起", "since {at}";
        StoppedNote { left: String, done: usize } => "原因在中心一侧，剩余时间不减少，恢复后从 {left} 继续。已提交的 {done} 家不用再操作。", "The cause is on the centre's side; the time continues from {left}. The {done} who handed in need not do it again.";
        NothingOpened => "没有任何投标文件被开启", "no bid has been opened";
        AnnounceHead => "唱标", "Announcing";
        AnnounceSub { now: usize, all: usize } => "第 {now} 家，应唱 {all} 家", "{now} of {all}";
        AnnounceReady { all: usize } => "应唱 {all} 家", "{all} to announce";
        OpenedTogether { at: String } => "{at} 同时开启", "opened {at}";
        AllPublished { at: String } => "{at} 全部公布", "published {at}";
        SchedulesChecked { count: usize } => "一览表 {count} 份已全部核验", "all {count} schedules verified";
        BodiesChecking { done: u32, all: u32 } => "投标文件正文还在核对，{done} / {all} 份，不影响唱标", "bodies being checked, {done} / {all}; announcing goes on";
        BodiesChecked { all: u32 } => "投标文件正文 {all} 份已全部核对", "all {all} bodies checked";
        AnnouncingTag => "正在唱标", "Announcing";
        RowOf { row: u32 } => "第 {row} 家", "No. {row}";
        OpenedBand => "已同时开启，一览表已全部公布", "Opened together, all schedules published";
        OpenedBandNote => "即将逐家唱标。", "The announcement begins shortly.";
        OpenedOnly { at: String } => "{at} 开启完毕", "done {at}";
        OpenedCount { count: usize } => "已开启 {count} 份", "{count} bids opened";
        ConfirmHead => "确认", "Confirm";
        ConfirmSub => "剩余时间", "time left";
        Confirmed { all: usize } => "/ {all} 家已确认", "/ {all} confirmed";
        ConfirmBand => "请投标人在开标大厅确认或提出异议", "Bidders: please confirm or object in the hall";
        ConfirmBandNote { clause: String } => "异议当场答复，并记入开标记录。时限内未操作的，视为认可（{clause}）。", "Objections are answered on the spot and recorded. No action counts as acceptance ({clause}).";
        ConfirmTag => "确认与异议", "Confirm or object";
        ObjectionsOpen { open: usize } => "{open} 件异议待答复", "{open} objections open";
        ClosedHead => "开标结束", "Closed";
        ClosedBand => "开标已结束，开标记录已固定", "The opening has ended; the record is fixed";
        ClosedBandNote => "扫码核对检查点；凭归档包可离线重算上表每一行。", "Scan the checkpoint; with the archive every row above can be recomputed offline.";
        ClosedTag => "开标记录", "Record";
        LedgerIntact => "账本完整", "Ledger intact";
        LedgerChecking => "账本核验中", "Ledger being checked";
        LedgerLine { size: u64, at: String } => "第 {size} 条　{at}", "entry {size}  {at}";
        Signatures => "国密签名 ✓　Ed25519 ✓", "SM2 ✓  Ed25519 ✓";
        Witnesses { have: usize, all: usize } => "见证 {have} / {all}", "witnesses {have} / {all}";
        NoWitnesses => "未接入见证人", "no witnesses connected";
        QrLabel => "检查点二维码", "Checkpoint as QR code";
        RefusedTag => "不予开标", "Refused";
        RefusedHead => "不予开标", "No opening";
        StillVoid => "未开启，仍然封存", "not opened, still sealed";
    }
}
