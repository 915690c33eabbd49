//! Opening a lock and signing in.

use super::catalogue;

catalogue! {
    /// Words around a lock.
    pub enum Lock {
        Title => "打开您的锁", "Open your lock";
        DrillTitle => "演练用锁", "Drill lock";
        DrillNote => "仅供演练：正式开标时，口令只在助手程序自己的窗口里输入，网页里没有输入框。", "Drill only: on the day the PIN is typed in the helper's own window, never in a page.";
        File => "锁文件", "Lock file";
        FileHint => "扩展名 .lock.json，只在本页打开，不上传。", "Ends in .lock.json; it is opened in this page and never uploaded.";
        ChooseFile => "选择锁文件", "Choose lock file";
        NoFile => "还没有选择锁文件。", "No lock file chosen yet.";
        Password => "口令（仅供演练）", "Password (drill only)";
        PasswordHint => "只用来在本页打开锁文件，不保存，不经过网络。", "Only opens the lock file in this page; not kept, not sent.";
        Open => "打开锁并登录", "Open lock and sign in";
        Opening => "正在打开…", "Opening…";
        WrongPassword => "口令不正确。锁文件完好，没有记入任何尝试次数；请再输一次。", "The password is not right. The lock file is intact; please type it again.";
        BadFile { detail: String } => "这不是可用的锁文件：{detail}。请选择封标时用的锁文件。", "This is no usable lock file: {detail}. Please choose the lock used when sealing.";
        NotForHere { holder: String } => "这把锁的持有人是 {holder}，不在本场次的名单里。请换一把锁。", "This lock belongs to {holder}, who takes no part in this session. Please use another lock.";
        Offered => "演练室提供的锁，按一下即可打开", "Locks of the demo, opened with one press";
        Opened => "锁已打开，可以签名", "The lock is open and can sign";
        OpenedNote { holder: String } => "{holder}。关闭本页即失效。", "{holder}. It closes with this page.";
        Holder => "持有人", "Holder";
        Authority => "发证机构", "Issued by";
        ValidUntil { date: String } => "有效期至 {date}", "valid until {date}";
        Serial => "序列号", "Serial";
        CloseLock => "换一把锁", "Use another lock";
        ReopenTitle => "请重新打开锁", "Please open the lock again";
        ReopenNote => "您已登录；锁只保存在原来的页面里，签名前请再打开一次。", "You are signed in; the lock lives only in the page that opened it. Please open it again before signing.";
        SignInFirst => "请先打开锁并登录。", "Please open your lock and sign in first.";
        LoginRefused => "没有登录", "Not signed in";
    }
}
