//! What people are told of an error: what happened, what did not change, what to do.

use bidroom_bidder::bidfile::{BidFileError, Foreign};
use bidroom_bidder::client::{ClientError, FollowError, UploadError};
use bidroom_bidder::files::FileError;
use bidroom_bidder::kept::KeptError;
use bidroom_bidder::locks::LockFilesError;
use bidroom_bidder::schedule::ScheduleFileError;
use bidroom_bidder::seal::{Place, SealFilesError};
use bidroom_envelope::suite::sm2::KeyError;
use bidroom_lock::LockError;
use bidroom_wire::text::Sentence;

use super::fault::CliError;

pub(super) fn unchanged(zh: &str, zh_do: &str, en: &str, en_do: &str) -> Sentence {
    Sentence::new(zh, &format!("什么都没有改变。{zh_do}"), en, &format!("Nothing has changed. {en_do}"))
}

impl CliError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Client(error) => client(error),
            Self::Seal(error) => seal(error),
            Self::Schedule(error) => schedule(error),
            Self::Bid(error) => bid(error),
            Self::Kept(error) => kept(error),
            Self::Locks(error) => locks(error),
            Self::File(error) => file(error),
            Self::Room(error) => error.sentence(),
            Self::Promise(error) => error.sentence(),
            Self::Follow(error) => follow(error),
            Self::KeyMismatch(_) => unchanged(
                "没有封标：私钥与签名证书不是一对",
                "请核对 --sign-cert 与 --sign-key。",
                "Not sealed: the private key is not that of the signing certificate",
                "Check --sign-cert and --sign-key.",
            ),
            Self::NoSuchLock { sealed_to, .. } => unchanged(
                "没有更换：--remove 给出的尾号不是登记的锁，或不止一把",
                &format!("投标文件封给尾号 {} 的锁。", sealed_to.join("、")),
                "Not re-wrapped: --remove names no lock of the bid, or more than one",
                &format!("The bid is sealed to …{}.", sealed_to.join(", …")),
            ),
            Self::NoSigner => unchanged(
                "没有封标：没有签名的锁或证书",
                "请给出 --lock 与 --password-file，或 --sign-cert 与 --sign-key。",
                "Not sealed: nothing to sign with",
                "Give --lock and --password-file, or --sign-cert and --sign-key.",
            ),
            Self::NoSequence(_) => unchanged(
                "没有封标：不知道被替换投标的序号",
                "请把原封标文件放在回执旁（FILE.bid 与 FILE.bid.receipt），或用 --replaced-sequence 给出；status 可查询序号。",
                "Not sealed: the sequence of the replaced bid is not known",
                "Keep the sealed file beside its receipt (FILE.bid, FILE.bid.receipt), or give --replaced-sequence; \
                 status shows it.",
            ),
            Self::OtherSession { publication, asked } => unchanged(
                &format!("公布文件属于场次 {publication}，不是 {asked}"),
                "请换用本标段的公布文件。",
                &format!("The publication is for session {publication}, not for {asked}"),
                "Use the publication of this lot.",
            ),
            Self::ReceiptNotKept { code, .. } => Sentence::new(
                &format!("投标已收到（回执编号 {code}），但回执文件没有写成"),
                "投标有效。请腾出空间或换一个 --receipt 位置，再次运行 send 即可重新取得同一份回执。",
                &format!("The bid was received (receipt {code}), but the receipt was not written"),
                "The bid stands. Make room or give another --receipt, and run send again to get the same receipt.",
            ),
            Self::NoRemedyRequest(_) => unchanged(
                "没有这家投标人等待办理的补救申请",
                "请核对统一社会信用代码。受托人在主持人允许、监督人员同意之后才能看到申请。",
                "No request of this bidder waits here",
                "Check the credit code. Trustees see a request once the host has allowed it and the supervisor agreed.",
            ),
            Self::NothingToWithdraw => unchanged(
                "没有可撤回的投标",
                "开标室没有本单位在该标段的有效投标。",
                "There is no bid to withdraw",
                "No bid of yours stands in this lot.",
            ),
            Self::Archive(_) => unchanged(
                "这不是可核验的开标档案",
                "请核对文件；没有得出任何核验结论。",
                "This is no archive that can be verified",
                "Check the file; nothing was concluded.",
            ),
            Self::Trust(_) | Self::TooManyAnchors(_) => unchanged(
                "信任依据目录不能使用",
                "请按详情核对目录里的文件；没有得出任何核验结论。",
                "The trust folder cannot be used",
                "Check its files as the details say; nothing was concluded.",
            ),
            Self::LockConfig(_) => unchanged(
                "锁的配置文件不能使用",
                "请按详情更正，示例见 docs/locks.md。",
                "A lock's configuration file cannot be used",
                "Correct it as the details say; docs/locks.md has examples.",
            ),
            Self::Link(_) => unchanged(
                "这不是开标室网页给出的启动链接",
                "请回到网页重新按“启动助手程序”，或用 --room 加地址启动。",
                "This is no link of a room's page",
                "Go back to the page and start the helper again, or start it with --room and the address.",
            ),
            Self::InstallLink(_) => unchanged(
                "bidroom:// 链接没有登记成",
                "可以不登记：用 --room 加地址启动助手程序，用配对码配对。",
                "bidroom:// links were not registered",
                "It works without: start the helper with --room and the address, and pair by the code.",
            ),
            Self::ReceiptAlone(_) => unchanged(
                "回执无从核验",
                "请用 --publication 同时给出该标段的公布文件。",
                "The receipt cannot be checked",
                "Give the publication of its lot too, with --publication.",
            ),
            Self::NoPinentry => unchanged(
                "没有找到输入 PIN 的窗口程序 pinentry",
                "请安装 pinentry（Debian、Ubuntu：pinentry-gnome3 或 pinentry-curses），或用 --pinentry 指出。",
                "No pinentry was found, the program that asks for the PIN",
                "Install it (Debian, Ubuntu: pinentry-gnome3 or pinentry-curses), or name it with --pinentry.",
            ),
            Self::Window(_) | Self::Pair(bidroom_bidder::bridge::PairError::Window(_)) => {
                bidroom_wire::bridge::BridgeRefusal::NoWindow.sentence()
            }
            Self::Pair(bidroom_bidder::bridge::PairError::Client(error)) => client(error),
            Self::Pair(bidroom_bidder::bridge::PairError::Declined) => unchanged(
                "没有配对：您说那不是您的网页",
                "锁没有被使用。请告诉主持人；需要时请重新启动助手程序。",
                "Not paired: it was not your page",
                "The lock was not used. Tell the host, and start the helper again when you need it.",
            ),
            Self::Pair(bidroom_bidder::bridge::PairError::Ended(_)) | Self::PairingEnded(_) => {
                bidroom_wire::bridge::BridgeRefusal::NoPairing.sentence()
            }
            Self::Abused => bidroom_wire::bridge::BridgeRefusal::Abused.sentence(),
            Self::Legacy(error) => super::cms::sentence(error),
            Self::Pairs { .. } => unchanged(
                "--key 与 --cert 的个数不同",
                "请为每个私钥给出它的证书，次序一致。",
                "There are not as many --key as --cert",
                "Give each private key its certificate, in the same order.",
            ),
            Self::Json(_) | Self::Runtime(_) => unchanged(
                "本机无法完成",
                "请把详情告诉技术支持。",
                "This computer could not do it",
                "Tell your support the details.",
            ),
        }
    }
}

fn kept(error: &KeptError) -> Sentence {
    match error {
        KeptError::File(error) => file(error),
        KeptError::Unreadable { .. } => unchanged(
            "这不是封标时留存的文件",
            "请给出封标时 --keep 写下的文件；没有向开标室提交任何内容。",
            "This is not a file that was kept when a bid was sealed",
            "Give the file that seal --keep wrote; nothing was sent to the room.",
        ),
        KeptError::NoShare(_) => unchanged(
            "这份留存文件里没有解密份额",
            "它由旧版本工具留存，只能用来核对内容，不能补救解密。请换用登记的另一把锁，或把情况告诉主持人。",
            "The kept file holds no lock share",
            "An older version wrote it: it proves what was sealed and cannot unlock. Use another lock the bid was sealed \
             to, or tell the host.",
        ),
    }
}

fn client(error: &ClientError) -> Sentence {
    match error {
        ClientError::Api { error, .. } => error.sentence.clone(),
        ClientError::GiveShare(error) => error.sentence(),
        ClientError::WrongLockRecorded(error) => {
            let mut sentence = error.sentence();
            sentence.zh.body.push_str("本次换锁情况已告知开标室。");
            sentence.en.body.push_str(" The room was told that this lock was tried.");
            sentence
        }
        ClientError::Remedy(error) => error.sentence(),
        ClientError::RemedyKey(error) => error.sentence(),
        ClientError::Authorise(error) => error.sentence(),
        ClientError::Probe(error) => error.sentence(),
        ClientError::Replace(error) => error.sentence(),
        ClientError::Rewrap(error) => error.sentence(),
        ClientError::Act(error) => error.sentence(),
        ClientError::SignRecord(error) => error.sentence(),
        ClientError::Promise(error) => error.sentence(),
        ClientError::Follow(error) => follow(error),
        ClientError::Upload(error) => upload(error),
        ClientError::Address { .. } => unchanged(
            "开标室地址不能使用",
            "地址应以 https:// 开头；http:// 只用于本机。",
            "The room's address cannot be used",
            "It begins with https://; http:// is for this computer only.",
        ),
        ClientError::Tls(_) => unchanged(
            "无法建立安全连接的设置",
            "请核对 --ca 给出的根证书文件（PEM）。",
            "TLS cannot be set up",
            "Check the root certificates given by --ca (PEM).",
        ),
        ClientError::Network { unsent: true, .. } => unchanged(
            "连接不上开标室",
            "请检查网络、地址和根证书后再试；来不及时请到柜台办理。",
            "The room was not reached",
            "Check network, address and root certificates, or come to the counter.",
        ),
        ClientError::Network { .. } | ClientError::Answer { .. } => Sentence::new(
            "连接中断，或答复读不懂",
            "开标室可能已经办理，也可能没有。请用 status 查询，或再次运行同一命令：重复不会造成重复办理。",
            "The connection broke, or the answer cannot be read",
            "The room may have done it or not. Ask with status, or run the same command again: repeating does no harm.",
        ),
        ClientError::OtherRoom { .. } => unchanged(
            "答复的不是公布文件里的开标室",
            "锁没有签名。请核对地址，并向中心核实。",
            "The room that answers is not the published one",
            "The lock signed nothing. Check the address and ask the centre.",
        ),
        ClientError::Lock(_) => unchanged(
            "锁没有完成签名",
            "请核对所用的锁和内容后再试。",
            "The lock did not sign",
            "Check the lock and what is to be signed.",
        ),
    }
}

fn upload(error: &UploadError) -> Sentence {
    match error {
        UploadError::GivenUp { stored, length, .. } => Sentence::new(
            "递交没有完成：网络多次中断",
            &format!(
                "开标室已存 {stored}/{length} 字节，不会丢失，但未完成的投标不算递交。请再次运行 send，从断点继续。"
            ),
            "Not sent: the network failed again and again",
            &format!(
                "The room keeps {stored} of {length} bytes, but an unfinished bid does not count. Run send again."
            ),
        ),
        UploadError::Read(_) => unchanged(
            "读不了封标文件",
            "请核对文件和磁盘后再次运行 send。",
            "The sealed file cannot be read",
            "Check file and disk and run send again.",
        ),
        UploadError::Other { .. } => Sentence::new(
            "没有递交：开标室的答复不是关于这份投标的",
            "请停止操作，把详情告诉中心。",
            "Not sent: the room's answer is about something else",
            "Stop here and tell the centre the details.",
        ),
    }
}

fn follow(error: &FollowError) -> Sentence {
    match error {
        FollowError::NotOpened => unchanged(
            "还没有开标，没有可确认的记录",
            "请等开标一览表公布后再试。",
            "The bids are not opened yet; there is no record",
            "Try again when the table is published.",
        ),
        FollowError::NotClosed => unchanged(
            "开标还没有结束，没有可签署的记录",
            "请等主持人结束开标后再试。",
            "The opening is not closed yet; there is no record to sign",
            "Try again when the host has closed it.",
        ),
        _ => unchanged(
            "开标室的账本核验不过",
            "没有签名。请不要确认；可以用 object 提出异议，并把详情告诉监督人员。",
            "The room's log does not verify",
            "Nothing was signed. Do not confirm; object, and tell the supervisor the details.",
        ),
    }
}

fn place(place: &Place) -> (String, String) {
    match place {
        Place::Signing => ("签名证书".to_owned(), "the signing certificate".to_owned()),
        Place::Lock(tail) => (format!("锁（尾号 {tail}）的证书"), format!("the certificate of lock …{tail}")),
    }
}

fn seal(error: &SealFilesError) -> Sentence {
    let told = |zh: &str, zh_do: &str, en: &str, en_do: &str| {
        Sentence::new(
            &format!("没有封标：{zh}"),
            &format!("没有写出任何文件，原文件未动。{zh_do}"),
            &format!("Not sealed: {en}"),
            &format!("No file was written, the documents are untouched. {en_do}"),
        )
    };
    match error {
        SealFilesError::NoLock => told(
            "没有可解密的锁",
            "请用 --lock-cert 给出加密证书。",
            "no lock could unlock it",
            "Give encryption certificates by --lock-cert.",
        ),
        SealFilesError::RemedyNotDeclared => told(
            "招标文件没有规定补救密钥",
            "请去掉 --remedy 重新封标。建议用 --lock-cert 加上副锁。",
            "the tender document declares no remedy key",
            "Seal again without --remedy; add a sub lock by --lock-cert.",
        ),
        SealFilesError::RepeatedLock(_) => {
            told("同一把锁给了两次", "请核对 --lock-cert。", "a lock is given twice", "Check --lock-cert.")
        }
        SealFilesError::NoCreditCode { place: at, .. } => {
            let (zh, en) = place(at);
            told(
                &format!("{zh}里没有统一社会信用代码"),
                "请换用本单位的机构锁。",
                &format!("{en} names no credit code"),
                "Use a lock of your firm.",
            )
        }
        SealFilesError::OtherFirm { place: at, found, signer } => {
            let (zh, en) = place(at);
            told(
                &format!("{zh}属于 {found}，签名的是 {signer}"),
                "所有锁必须是同一单位的。",
                &format!("{en} is of {found}, the signer is {signer}"),
                "All locks must be of one firm.",
            )
        }
        SealFilesError::Certificate { place: at, refusal } => {
            let ((zh, en), why) = (place(at), refusal.sentence());
            told(
                &format!("本项目不接受{zh}"),
                &format!("{}。{}", why.zh.title, why.zh.body),
                &format!("{en} is not accepted for this tender"),
                &format!("{}. {}", why.en.title, why.en.body),
            )
        }
        SealFilesError::Name { .. } | SealFilesError::RepeatedName(_) => told(
            "文件名不能用，或有两个文件同名",
            "请改名后再试：不含 \\ / : * ? \" < > | 和控制字符，且互不相同。",
            "a file name cannot be used, or stands twice",
            "Rename the file and try again.",
        ),
        SealFilesError::Documents(_) => told(
            "文件数量不对",
            "一份投标应有 1 至 256 个文件。",
            "the number of documents is wrong",
            "A bid has 1 to 256.",
        ),
        SealFilesError::Blind(name) => told(
            &format!("缺少暗标文件：{name}"),
            "暗标文件必须用招标文件规定的文件名，否则整份投标在揭开暗标前都不能给评委看。请改名或补上后再封。",
            &format!("the document that is reviewed blind is missing: {name}"),
            "It must have the name that the tender document gives it; otherwise nothing of the bid can be shown before \
             the blind is lifted. Rename or add it and seal again.",
        ),
        SealFilesError::Index(error) => told(
            &format!("响应索引不能用：{error}"),
            "请改正“响应索引.json”后再封；格式见投标工具说明。不需要索引的，去掉这个文件即可。",
            &format!("the response index cannot be used: {error}"),
            "Correct it and seal again; the tool's documentation has its format. Without an index leave the file out.",
        ),
        SealFilesError::IndexItem { mark, item } => told(
            &format!("响应索引第 {mark} 条：评标办法里没有“{item}”这一项"),
            "请按招标包里评审项的编号改正后再封。",
            &format!("mark {mark} of the response index: the method has no item {item:?}"),
            "Use the ids of the items in the tender package and seal again.",
        ),
        SealFilesError::Empty(path) => told(
            &format!("文件是空的：{}", path.display()),
            "请核对后再试。",
            &format!("{} is empty", path.display()),
            "Check it and try again.",
        ),
        SealFilesError::Read { path, .. } => told(
            &format!("读不了 {}", path.display()),
            "请核对路径和权限。",
            &format!("{} cannot be read", path.display()),
            "Check path and rights.",
        ),
        SealFilesError::File(error) => file(error),
        SealFilesError::Seal(bidroom_envelope::bid::seal::SealError::Changed(name)) => told(
            &format!("封标时文件被改动：{name}"),
            "请关闭正在编辑它的程序，再封一次。",
            &format!("{name} was changed while it was sealed"),
            "Close the program that edits it and seal again.",
        ),
        SealFilesError::Package(_)
        | SealFilesError::Id(_)
        | SealFilesError::Seal(_)
        | SealFilesError::Keep(_) => told(
            "见详情",
            "请核对公布文件、锁和磁盘空间。",
            "see the details",
            "Check publication, lock and disk space.",
        ),
    }
}

fn schedule(error: &ScheduleFileError) -> Sentence {
    let (zh, en) = match error {
        ScheduleFileError::Columns { .. } => {
            ("开标一览表的栏目与本标段不符", "the schedule's columns are not those of this lot")
        }
        ScheduleFileError::Money { .. } => {
            ("金额写法不对：以元计，最多两位小数", "an amount is wrong: yuan with at most two decimals")
        }
        ScheduleFileError::Number { .. } => {
            ("数字写法不对：只能是不带单位的整数", "a number is wrong: digits only, no unit")
        }
        ScheduleFileError::Text { .. } => {
            ("有一栏是空的、太长或含控制字符", "a text is empty, too long or has control characters")
        }
        ScheduleFileError::Json(_) | ScheduleFileError::Repeated(_) | ScheduleFileError::Schedule(_) => {
            ("开标一览表文件读不懂", "the schedule file cannot be read")
        }
    };
    unchanged(
        &format!("没有封标：{zh}"),
        "请按详情更正开标一览表文件。",
        &format!("Not sealed: {en}"),
        "Correct the schedule file as the details say.",
    )
}

fn bid(error: &BidFileError) -> Sentence {
    match error {
        BidFileError::NotSealed { foreign, .. } => {
            let (zh, en) = match foreign {
                Foreign::Pdf => ("这是未加密的 PDF", "this is a PDF, not sealed"),
                Foreign::Zip => {
                    ("这是未加密的压缩包或办公文档", "this is a zip archive or office document, not sealed")
                }
                Foreign::Empty => ("文件是空的", "the file is empty"),
                Foreign::ChangedLines => {
                    ("文件在传输中被当作文本改动了", "a transfer changed the file as if it were text")
                }
                Foreign::Other => ("这不是封好的投标文件", "this is no sealed bid"),
            };
            Sentence::new(
                &format!("没有递交：{zh}"),
                "没有发送任何内容，未加密的文件不会离开本机。请先用 seal 封标，或重新取得封好的文件。",
                &format!("Not sent: {en}"),
                "Nothing was sent; what is not sealed does not leave this computer. Seal it first, or get the sealed file again.",
            )
        }
        BidFileError::OtherLot { tender, lot, .. } => unchanged(
            &format!("这份投标是给 {tender} 第 {lot} 标段的"),
            "请核对文件与场次。",
            &format!("The bid is for tender {tender}, lot {lot}"),
            "Check file and session.",
        ),
        BidFileError::OtherKeys { .. } => unchanged(
            "这份投标不是用现在公布的公钥封的，开标时无法打开",
            "请取得最新的公布文件，重新封标。",
            "The bid is not sealed to the published keys and could not be opened",
            "Fetch the publication and seal again.",
        ),
        BidFileError::Read { .. } => {
            unchanged("读不了文件", "请核对路径和权限。", "The file cannot be read", "Check path and rights.")
        }
        BidFileError::Head { .. } | BidFileError::Length { .. } | BidFileError::Content { .. } => unchanged(
            "封好的文件已损坏或不完整",
            "请重新取得原文件；仍不行时请重新封标。",
            "The sealed file is damaged or incomplete",
            "Get the original file again, or seal again.",
        ),
    }
}

fn locks(error: &LockFilesError) -> Sentence {
    match error {
        LockFilesError::Lock { source: LockError::WrongPassword, .. } => unchanged(
            "锁的口令不对",
            "没有签名。请核对口令文件；锁文件被改动时也会这样提示。",
            "The lock's password is wrong",
            "Nothing was signed. Check the password file; a changed lock file looks the same.",
        ),
        LockFilesError::Lock { .. } => {
            unchanged("锁文件不能使用", "请核对文件。", "The lock file cannot be used", "Check the file.")
        }
        LockFilesError::Password(_) => unchanged(
            "口令文件应是一行文字",
            "请核对口令文件（UTF-8，一行）。",
            "The password file must be one line of text",
            "Check it (UTF-8, one line).",
        ),
        LockFilesError::Certificate { .. } => unchanged(
            "证书读不懂",
            "请给出 SM2 证书（PEM 或 DER）。",
            "The certificate cannot be read",
            "Give an SM2 certificate (PEM or DER).",
        ),
        LockFilesError::Key { source: KeyError::Encrypted, .. } => unchanged(
            "私钥文件带口令，不支持",
            "请使用锁，或未加口令的 PKCS#8 文件。",
            "The private key is encrypted, which is not supported",
            "Use a lock, or a PKCS#8 file without a password.",
        ),
        LockFilesError::Key { .. } => unchanged(
            "私钥读不懂",
            "请给出 SM2 私钥（PKCS#8 或 SEC 1）。",
            "The private key cannot be read",
            "Give an SM2 key (PKCS#8 or SEC 1).",
        ),
        LockFilesError::File(error) => file(error),
    }
}

pub(super) fn file(error: &FileError) -> Sentence {
    match error {
        FileError::Exists(path) => unchanged(
            &format!("文件已存在：{}", path.display()),
            "不会覆盖任何文件；请换一个名字，或先移走它。",
            &format!("{} exists already", path.display()),
            "Nothing is overwritten; give another name or move it away.",
        ),
        FileError::Read { path, .. } => unchanged(
            &format!("读不了 {}", path.display()),
            "请核对路径和权限。",
            &format!("{} cannot be read", path.display()),
            "Check path and rights.",
        ),
        FileError::TooLong { path, .. } => unchanged(
            &format!("文件太长：{}", path.display()),
            "请核对是否选错了文件。",
            &format!("{} is too long", path.display()),
            "Check whether it is the right file.",
        ),
        FileError::Write { path, .. } => unchanged(
            &format!("写不了 {}", path.display()),
            "请核对磁盘空间和权限。",
            &format!("{} cannot be written", path.display()),
            "Check disk space and rights.",
        ),
    }
}
