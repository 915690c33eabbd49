//! Opening a lock and signing in.

use super::catalogue;

catalogue! {
    /// Words around a lock.
    pub enum Lock {
        Title => "打开您的锁", "Open your lock";
        HelperTitle => "电子锁", "Your lock";
        HelperNote => "锁插在本机，由助手程序使用；PIN 只在助手程序自己的窗口里输入。", "The lock is plugged into this computer and used by the helper; the PIN is typed in the helper's own window only.";
        Code => "助手程序窗口里的配对码（8 位数字）", "Code in the helper's window (eight digits)";
        Pair => "配对", "Pair";
        Pairing => "正在配对…", "Pairing…";
        StartHelper => "启动助手程序", "Start the helper";
        Starting => "正在等助手程序…", "Waiting for the helper…";
        CompareCode => "请与助手程序窗口里的对照，一样才继续", "Compare it with the helper's window; go on only if they are the same";
        PairingCode => "配对码", "Pairing code";
        OpenLink => "打开助手程序", "Open the helper";
        NotInstalled => "没有反应：先运行一次 bidroom-bidder bridge --install-link，或用 --room 启动后输入配对码。", "Nothing happens: run bidroom-bidder bridge --install-link once, or start it with --room and type the code.";
        Paired => "已与助手程序配对。请选一把锁", "Paired with the helper. Choose a lock";
        NoLocks => "没有找到锁。请插好锁，再按“重新查找”。", "No lock was found. Plug it in and search again.";
        FindAgain => "重新查找", "Search again";
        Finding => "正在查找…", "Searching…";
        EndPairing => "结束配对", "End the pairing";
        InWindow => "请看助手程序的窗口", "Look at the helper's window";
        AtWork => "锁正在工作，请不要拔出", "The lock is at work; leave it plugged in";
        Checking => "助手程序正在核验开标室", "The helper is checking the room";
        PairingEnded => "与助手程序的配对已结束", "The pairing with the helper has ended";
        PairingEndedNote => "没有签名，锁没有被使用。请重新配对；助手程序还开着时，会给出新的配对码。", "Nothing was signed and the lock was not used. Pair again; a helper that is still open shows a new code.";
        Delivered => "助手程序已替您提交，已得签名回执", "The helper has handed it in for you; the receipt is signed";
        Undelivered => "没有收到签名回执：请立即带锁到柜台插锁提交", "No signed receipt came: come to the counter with your lock now";
        UndeliveredNote => "助手程序已重试并换过线路。重复提交不会重复计入；投标文件完好。", "The helper has tried again and by other paths. Submitting twice does no harm; your bid is intact.";
        TriesLeft { left: u32 } => "PIN 还可试 {left} 次", "PIN tries left: {left}";
        TriesLow => "PIN 曾输错", "PIN was wrong before";
        TriesEnough => "PIN 未曾输错", "PIN not entered wrongly";
        TriesNone => "PIN 已锁死，请用另一把锁", "PIN locked; use your other lock";
        TriesDrill => "演练软锁", "drill lock";
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
        Offered => "演练室提供的锁，按一下即可打开", "Locks of the demo, opened with one press";
        Opened => "锁已打开，可以签名", "The lock is open and can sign";
        Holder => "持有人", "Holder";
        Authority => "发证机构", "Issued by";
        ValidUntil { date: String } => "有效期至 {date}", "valid until {date}";
        Serial => "序列号", "Serial";
        CloseLock => "换一把锁", "Use another lock";
        ReopenTitle => "请重新打开锁", "Please open the lock again";
        ReopenNote => "您已登录；锁只保存在原来的页面里，签名前请再打开一次。", "You are signed in; the lock lives only in the page that opened it. Please open it again before signing.";
        SignInFirst => "请先打开锁并登录。", "Please open your lock and sign in first.";
    }
}
