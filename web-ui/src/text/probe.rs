//! A bidder's locks before the deadline, and whether computer and lock will do.

use super::catalogue;

catalogue! {
    /// Words around the locks to which the own bid is sealed.
    pub enum Probe {
        Title => "本单位的锁", "Your locks";
        SignInFirst => "打开锁并登录后，这里列出投标文件封给了哪几把锁，并可以验锁。", "Once you have opened your lock and signed in, this lists the locks your bid is sealed to, and probes them.";
        Ask => "请验锁：这把锁还能打开投标文件吗？", "Please probe your lock: does it still open your bid?";
        AskReceived => "投标文件已收到，请现在验一次。只证明锁能解密，什么内容都不交出。", "Your bid has been received; please probe it now. It proves that the lock decrypts and gives nothing away.";
        AskAgain { since: String } => "{since} 起应再验一次，还没有验过。只证明锁能解密，什么内容都不交出。", "It is due again since {since} and no lock was probed. It proves that the lock decrypts and gives nothing away.";
        Answered => "本单位的锁能打开这份投标文件", "Your lock still opens this bid";
        AnsweredNote { tail: String, at: String } => "尾号 {tail} 于 {at} 验过。", "…{tail} was probed {at}.";
        AnsweredNext { tail: String, at: String, next: String } => "尾号 {tail} 于 {at} 验过。{next} 起请再验一次。", "…{tail} was probed {at}. Please probe again from {next} on.";
        Probe => "验锁", "Probe the lock";
        Probing => "正在验锁…", "Probing…";
        OpenFirst => "要验哪一把，就先打开哪一把。", "Open the lock that is to be probed.";
        SealedTo => "投标文件封给这些锁，任一把都能解密", "The bid is sealed to these locks; any of them unlocks it";
        InHand { kind: String } => "现在打开：{kind}", "{kind} in hand";
        ProbedAt { at: String } => "{at} 验过", "probed {at}";
        NotProbed => "还没有验过", "not probed yet";
        OnlyOne => "只登记了一把锁。它丢失、损坏或换发后，投标文件就打不开：请在截止前再登记一把（打开另一把锁，按“登记这把锁”）。", "Only one lock is registered. If it is lost, broken or renewed the bid stays sealed: register another before the deadline (open it and press “Register this lock”).";
        Misfit { present: String } => "这把锁（尾号 {present}）打不开投标文件", "This lock (…{present}) does not open your bid";
        MisfitNote { registered: String } => "投标文件封给尾号 {registered} 的锁；这一把多半是换发过的。投标文件完好。截止前，用其中任一把把它登记进来；一把都不能用了，就重新封标替换。", "The bid is sealed to …{registered}; this one was probably renewed. Your bid is intact. Before the deadline register it with any of those locks; if none works any more, seal again and replace the bid.";
        Add => "登记这把锁", "Register this lock";
        AddTitle { tail: String } => "要登记的锁：尾号 {tail}", "Lock to be registered: …{tail}";
        AddNote => "请打开还能打开投标文件的锁（旧锁或副锁），再按“登记”。只换密钥包，投标文件和回执不变。", "Open a lock that still opens the bid (the old one or a sub lock), then register. Only key packages change; bid and receipt stay.";
        AddNow { tail: String } => "登记尾号 {tail}", "Register …{tail}";
        Adding => "正在登记…", "Registering…";
        Forget => "不登记", "Do not register";
        Added { tail: String } => "尾号 {tail} 已登记，也能打开这份投标文件。请打开它验一次。", "…{tail} is registered and opens this bid as well. Open it and probe it once.";
        EndsEarly { date: String } => "这把锁的证书 {date} 到期，早于开标", "This lock's certificate ends {date}, before the opening";
        EndsEarlyNote => "到期的证书不能登录和签名；只有签署投标文件的那一把，到期后仍可用来解密。请在截止前登记一把有效期更长的锁。", "An expired certificate cannot sign in or sign; only the very lock that signed the bid still unlocks it. Register a lock that lasts longer before the deadline.";
        EndsSoon { date: String } => "这把锁的证书 {date} 到期，开标时仍有效", "This lock's certificate ends {date}; it is valid at the opening";
        EndsSoonNote => "续期会换发证书，换发后的锁打不开以前封的标：如要续期，请在截止前把新锁登记进来。", "Renewing makes another certificate, and the renewed lock does not open what was sealed before: if you renew, register the new lock before the deadline.";
        QueueNote => "排队等待的时间由本室记录；因排队错过时限的，等待的时间会补回。", "The room records how long you wait; if the window ends meanwhile, the wait is given back.";
    }
}

catalogue! {
    /// Will this computer and this lock do?
    pub enum Trial {
        Title => "锁与电脑检查", "Lock and computer check";
        Lead => "每一项都是绿的，这台电脑和这把锁就能用于本项目；不绿的写着怎么办。", "Where every line is green, this computer and this lock will do for this tender; the others say what to do.";
        Passed => "都可以了：这台电脑和这把锁能用于本项目", "All well: this computer and this lock will do for this tender";
        Open { count: usize } => "还有 {count} 项要办", "{count} to do";
        Back => "回到投标人页面", "Back to the bidder's page";
        BrowserOk => "浏览器可用", "The browser will do";
        BrowserBad => "浏览器不保存登录", "The browser keeps no sign-in";
        BrowserTodo => "请允许本站保存数据，不用无痕窗口；仍不行请换用新版浏览器。", "Allow this site to keep data and use no private window; otherwise use a newer browser.";
        RoomOk => "已连上开标室", "Connected to the room";
        RoomBad => "还没有连上开标室", "Not connected to the room";
        RoomTodo => "请检查网络；有代理或防火墙的，请放行 WebSocket。本页会自己重连。", "Check the network; a proxy or firewall must let WebSocket through. This page tries again by itself.";
        ClockOk => "本机时钟与开标室一致（相差不到 5 秒）", "The clocks agree within 5 s";
        ClockWait => "时钟：连上后核对", "Clock: compared when connected";
        ClockSlow { seconds: i64 } => "本机时钟比开标室慢 {seconds} 秒", "This computer's clock is {seconds} s behind the room's";
        ClockFast { seconds: i64 } => "本机时钟比开标室快 {seconds} 秒", "This computer's clock is {seconds} s ahead of the room's";
        ClockTodo => "截止和开标以开标室时钟为准。请在系统设置里打开自动校时。", "Deadlines go by the room's clock. Switch on automatic time in the system's settings.";
        HelperOk => "已与助手程序配对", "Paired with the helper";
        HelperDrill => "演练用锁不需要助手程序；正式开标要用", "A drill lock needs no helper; on the day you will need it";
        HelperBad => "还没有与助手程序配对", "Not paired with the helper";
        HelperTodo => "请启动 bidroom-bidder bridge，再输入它窗口里的配对码。", "Start bidroom-bidder bridge and type the code in its window.";
        LockOk { holder: String, tail: String } => "锁已打开：{holder}，尾号 {tail}", "The lock is open: {holder}, …{tail}";
        LockBad => "还没有打开锁", "No lock is open";
        LockTodo => "插好锁，选中并打开。没有找到的，请安装发锁机构的驱动，再按“重新查找”。", "Plug the lock in, choose and open it. If it is not found, install its issuer's driver and search again.";
        CertificateOk { date: String } => "本项目接受这把锁的证书，有效期至 {date}", "This tender accepts the lock's certificate, valid until {date}";
        CertificateBad => "本项目不接受这把锁的证书", "This tender does not accept the lock's certificate";
        CertificateTodo => "它不是投标人的锁，或不是招标文件认可的机构签发的。请换用认可的机构签发的本单位的锁；有疑问请问招标代理机构。", "It is no bidder's lock, or not of an authority that the tender documents accept. Use your firm's lock of an accepted one; if in doubt ask the agency.";
        CertificateWait => "证书：登录后核对", "Certificate: checked when signed in";
        ProbeOk { at: String } => "这把锁能打开投标文件，{at} 验过", "This lock opens your bid, probed {at}";
        ProbeOpen => "这把锁还没有验过", "This lock has not been probed";
        ProbeTodo => "请按“验锁”。", "Press “Probe the lock”.";
        ProbeNoBid => "还没有投标文件，递交后再来验锁", "No bid yet; come back to probe once it is in";
        ProbeWait => "验锁：登录后可验", "Probe: once signed in";
        ProbeLate => "截止后不再验锁", "No probes after the deadline";
    }
}
