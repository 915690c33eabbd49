//! The texts of the helper's window, as in the mock-up, in the language of the helper.

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{BidAttributed, Fate};
use bidroom_domain::{At, LotFacts, Officer};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::LockIdentity;
use bidroom_locks::{FoundLock, PinTries};
use bidroom_unlocking::{PublishedRoom, Successor};
use bidroom_wire::MOST_APART_MILLIS;

use super::sheet::Sheet;

/// Language of the helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Tongue {
    /// The text of this language.
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }

    /// What the code is called.
    pub const fn code(self) -> &'static str {
        self.pick("配对码", "Pairing code")
    }

    pub(super) fn sheet(self, head: (&str, &str), note: (&str, &str), yes: (&str, &str)) -> Sheet {
        Sheet {
            head: self.pick(head.0, head.1).to_owned(),
            note: self.pick(note.0, note.1).to_owned(),
            yes: self.pick(yes.0, yes.1).to_owned(),
            no: self.pick("取消", "Cancel").to_owned(),
            ..Sheet::default()
        }
    }

    /// A digest's first 16 digits in groups of four: what two people can compare by reading.
    pub(super) fn digest(digest: &Sm3Digest) -> String {
        let hex: Vec<char> = digest.to_string().to_uppercase().chars().take(16).collect();
        hex.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The code while a page is awaited.
    pub(super) fn waiting(self, address: &str) -> Sheet {
        self.sheet(
            ("请把配对码输入网页的“电子锁”一栏", "Type this code into the page, under “Lock”"),
            (
                "5 分钟内有效，只能用一次。助手程序由本机主动连出，不监听任何端口。配对后本窗口自动关闭。",
                "Good for 5 minutes and once. The helper dials out and listens on nothing. This window closes by itself.",
            ),
            ("知道了", "OK"),
        )
        .row(self.pick("开标室", "Room"), address)
    }

    /// A page typed the code: was it the holder?
    pub(super) fn claimed(self, address: &str) -> Sheet {
        self.sheet(
            ("一个网页输入了这个配对码。是您刚才输入的吗？", "A page typed this code. Was it you, just now?"),
            ("不是您输入的，就按“不是”，并告诉主持人。", "If it was not you, press “No” and tell the host."),
            ("是，继续", "Yes, go on"),
        )
        .no(self.pick("不是", "No"))
        .row(self.pick("开标室", "Room"), address)
    }

    /// A page started the helper: is it the holder's?
    pub(super) fn compare(self, address: &str, known: bool) -> Sheet {
        let sheet = self.sheet(
            ("与网页上的配对码一样吗？", "Is it the code on the page?"),
            (
                "不一样就按“不一样”，并告诉主持人。助手程序由本机主动连出，不监听任何端口。",
                "If not, press “No” and tell the host. The helper dials out and listens on nothing.",
            ),
            ("一样，继续", "Yes, go on"),
        );
        let sheet = sheet.no(self.pick("不一样", "No")).row(self.pick("开标室", "Room"), address);
        if known {
            return sheet;
        }
        let first = self.pick("第一次连接，请核对地址", "first time: check the address");
        sheet.row(self.pick("注意", "Note"), first)
    }

    /// The package's digest, where nothing vouches for it.
    pub(super) fn vouch(self, room: &PublishedRoom) -> Sheet {
        let facts = room.facts();
        let digest = room.package().digest().to_string().to_uppercase();
        let (first, last) = digest.split_at_checked(32).unwrap_or((digest.as_str(), ""));
        self.sheet(
            ("这份招标包的摘要，与招标代理机构公布的一样吗？", "Is this the digest that the agency announced?"),
            (
                "助手程序手里没有这个标段的公布文件。摘要不一样，或无从核对，请按“不一样”：锁不会被使用，可到柜台办理。",
                "The helper has no publication of this lot. If it differs or you cannot compare it, press “No”: the lock is \
                 not used, and you can come to the counter.",
            ),
            ("一样，记住它", "Yes, keep it"),
        )
        .no(self.pick("不一样", "No"))
        .row(self.pick("项目", "Tender"), facts.tender.as_str())
        .row(self.pick("代理机构", "Agency"), &facts.agency)
        .row("SM3", first)
        .row("", last)
    }

    /// Logging in.
    pub(super) fn log_in(self, room: &str, address: &str) -> Sheet {
        self.sheet(
            ("用这把锁登录开标室吗？", "Log in to the room with this lock?"),
            (
                "只证明您是谁；不解密任何东西，也不代表同意任何内容。",
                "It proves who you are; nothing is decrypted and nothing is agreed to.",
            ),
            ("登录", "Log in"),
        )
        .row(self.pick("开标室", "Room"), room)
        .row(self.pick("地址", "Address"), address)
    }

    pub(super) fn lot(self, sheet: Sheet, facts: &LotFacts) -> Sheet {
        sheet
            .row(self.pick("项目", "Tender"), &format!("{} {}", facts.tender, facts.title))
            .row(self.pick("标段", "Lot"), &format!("{} {}", facts.lot, facts.lot_title))
    }

    /// 签到.
    pub(super) fn sign_in(self, facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("签到吗？", "Sign in to this opening?"),
            ("只表示到场。", "It says that you are present."),
            ("签到", "Sign in"),
        );
        self.lot(sheet, facts)
    }

    /// 验锁.
    pub(super) fn probe(self, facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("让开标室验这把锁吗？", "Let the room probe this lock?"),
            (
                "只证明这把锁现在能解密，开标时用得上；什么内容都不交出。本次配对内不再询问。",
                "It proves that the lock decrypts now and will serve on the day; nothing is given away. It is not asked \
                 again in this pairing.",
            ),
            ("验锁", "Probe"),
        );
        self.lot(sheet, facts)
    }

    /// Another lock that shall open the bid.
    pub(super) fn rewrap(self, bid: &Sm3Digest, add: &Certificate, facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("让这把新锁也能打开投标文件吗？", "Shall this new lock open your bid as well?"),
            (
                "只换密钥包，投标文件和回执不变。请核对新锁的持有人和序列号，确是本单位的锁才同意。",
                "Key packages change only; bid and receipt stay. Check holder and serial of the new lock: agree only if it is \
                 your firm's.",
            ),
            ("同意登记", "Agree"),
        );
        self.lot(sheet, facts)
            .row(self.pick("投标文件", "Bid"), &Self::digest(bid))
            .row(self.pick("新锁", "New lock"), add.holder())
            .row(self.pick("序列号", "Serial"), &add.serial_hex())
            .row(self.pick("有效期至", "Valid until"), &At(add.not_after()).date_text())
    }

    /// 确认.
    pub(super) fn confirm(self, record: &Sm3Digest, facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("确认开标记录吗？", "Confirm the record of the opening?"),
            (
                "助手程序已核验账本，记录与网页请求的一致。",
                "The helper has checked the log; the record is the one the page asks for.",
            ),
            ("确认", "Confirm"),
        );
        self.lot(sheet, facts).row(self.pick("开标记录", "Record"), &Self::digest(record))
    }

    /// 异议.
    pub(super) fn object(self, record: &Sm3Digest, text: &str, facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("提出这项异议吗？", "Raise this objection?"),
            ("异议会公开记入账本。", "It is entered in the public log."),
            ("提出异议", "Object"),
        );
        self.lot(sheet, facts)
            .row(self.pick("开标记录", "Record"), &Self::digest(record))
            .row(self.pick("内容", "Text"), text)
    }

    /// 认定: what the supervisor says to the fate of a bid.
    pub(super) fn judge_fate(
        self,
        bidder: &str,
        decided: &BidAttributed,
        contested: Option<&str>,
        facts: &LotFacts,
    ) -> Sheet {
        let fate = match decided.fate {
            Fate::Revoked => self.pick("视为撤销", "deemed revoked"),
            Fate::Withdrawn => self.pick("视为撤回", "deemed withdrawn"),
        };
        let sheet = match contested {
            None => self.sheet(
                ("同意这项认定吗？", "Agree with this decision?"),
                (
                    "助手程序已核验账本，认定与主持人记入账本的一致。",
                    "The helper has checked the log; the decision is the one that the host recorded.",
                ),
                ("同意", "Agree"),
            ),
            Some(_) => self.sheet(
                ("不同意这项认定吗？", "Contest this decision?"),
                (
                    "理由会公开记入账本，主持人须重新认定。",
                    "The reason is entered in the public log; the host decides anew.",
                ),
                ("不同意", "Contest"),
            ),
        };
        let sheet = self
            .lot(sheet, facts)
            .row(self.pick("投标人", "Bidder"), bidder)
            .row(self.pick("认定", "Decision"), fate)
            .row(self.pick("理由", "Reason"), &decided.reason);
        match contested {
            None => sheet,
            Some(text) => sheet.row(self.pick("您的理由", "Your reason"), text),
        }
    }

    /// 申请启用补救密钥.
    pub(super) fn ask_remedy_key(self, bid: &Sm3Digest, reason: &str, facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("申请启用补救密钥吗？", "Ask for the remedy key?"),
            (
                "主持人允许、监督人员签名同意后，受托人才能交出份额。理由会公开记入账本。",
                "The trustees give their parts only once the host has allowed it and the supervisor has agreed with a \
                 signature. The reason is entered in the public log.",
            ),
            ("申请", "Ask"),
        );
        self.lot(sheet, facts)
            .row(self.pick("投标文件", "Bid"), &Self::digest(bid))
            .row(self.pick("理由", "Reason"), reason)
    }

    /// 同意启用补救密钥: the supervisor's word on a request, with the bidder's and the host's reasons.
    pub(super) fn agree_remedy_key(self, bidder: &str, reasons: (&str, &str), facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("同意启用补救密钥吗？", "Agree to the use of the remedy key?"),
            (
                "助手程序已核验账本：申请由该投标人签名，主持人已允许。同意后，受托人可交出这一家的份额；与其他各家同时开启。",
                "The helper has checked the log: the bidder signed the request and the host has allowed it. Once you agree, \
                 the trustees may give this bidder's share; it is opened together with all others.",
            ),
            ("同意", "Agree"),
        );
        self.lot(sheet, facts)
            .row(self.pick("投标人", "Bidder"), bidder)
            .row(self.pick("申请理由", "Asked because"), reasons.0)
            .row(self.pick("主持人的理由", "Allowed because"), reasons.1)
    }

    /// Giving the lock share.
    pub(super) fn hand_in(self, bid: &Sm3Digest, own: bool, room: &PublishedRoom) -> Sheet {
        let facts = room.facts();
        let sheet = self.sheet(
            ("同意提交解密吗？", "Agree to unlock your bid?"),
            (
                "已核对本室签名公钥；开标时间已过，收取已开始。时限截止或全部提交后同时开启。",
                "The room's keys were checked; the opening time has passed and collecting has begun. All bids open together \
                 when the window closes.",
            ),
            ("同意提交", "Agree"),
        );
        let known = if own {
            self.pick("与回执一致", "as in the receipt")
        } else {
            self.pick("请与回执核对", "compare it with the receipt")
        };
        self.lot(sheet, facts)
            .row(self.pick("同意提交", "Bid"), &format!("{} ({known})", Self::digest(bid)))
            .row(
                self.pick("用途", "Effect"),
                self.pick("时限截止或全部提交后同时开启", "opened together with all"),
            )
    }

    /// Giving an officer's part.
    pub(super) fn authorise(self, index: u8, room: &PublishedRoom) -> Sheet {
        let sheet = self.sheet(
            ("授权开标吗？", "Authorise the opening?"),
            (
                "已核对账本里的名单和本室签名公钥。授权只对这一份名单有效。",
                "The roster in the log and the room's keys were checked. It authorises for this roster only.",
            ),
            ("同意授权", "Authorise"),
        );
        self.lot(sheet, room.facts()).row(self.pick("份额", "Part"), &index.to_string())
    }

    /// 更换授权人: agreeing that a lock takes an officer's place.
    pub(super) fn replace(self, officers: &[Officer], successor: &Successor, room: &PublishedRoom) -> Sheet {
        let sheet = self.sheet(
            ("同意更换这名授权人吗？", "Agree to replace this officer?"),
            (
                "交出您的份额，仅用于重新分发授权密钥；原锁对本标段作废。请核对接替的人和锁的尾号。",
                "Your part is given only for dealing the officers' key again; the old lock is void for this lot. Check who \
                 takes the place, and the lock's digits.",
            ),
            ("同意更换", "Agree"),
        );
        let now = officers.iter().find(|officer| officer.index == successor.index);
        let now = now.map_or("—", |officer| officer.name.as_str());
        let next = format!(
            "{} · {} {}",
            successor.signing.holder(),
            self.pick("锁尾号", "lock ending"),
            successor.signing.tail()
        );
        self.lot(sheet, room.facts())
            .row(self.pick("份额", "Part"), &successor.index.to_string())
            .row(self.pick("原授权人", "Officer now"), now)
            .row(self.pick("接替", "Successor"), &next)
            .row(self.pick("加密证书尾号", "Encryption"), &successor.encryption.tail())
    }

    /// 确认时间: the room's time that is confirmed, beside this computer's.
    pub(super) fn confirm_time(self, step: u64, said: At, now: At, facts: &LotFacts) -> Sheet {
        let sheet = self.sheet(
            ("现在是这个时间吗？", "Is it this time now?"),
            (
                "开标室的时钟被改动过。请对照手表、电话报时或授时网站；对不上请按“取消”，并告诉主持人。",
                "The room's clock was set. Compare it with a watch or a time service; if it does not agree, cancel and tell \
                 the host.",
            ),
            ("是，确认时间", "Yes, confirm"),
        );
        let text = |at: At| format!("{} {}", at.date_text(), at.clock_text());
        let apart = said.millis_since(now);
        let seconds = apart.saturating_abs() / 1000;
        let mut difference = match self {
            Self::Chinese => format!("{seconds} 秒"),
            Self::English => format!("{seconds} s"),
        };
        if apart.saturating_abs() > MOST_APART_MILLIS {
            difference
                .push_str(self.pick("，超过一分钟：先查明原因", "; more than a minute: find out why first"));
        }
        self.lot(sheet, facts)
            .row(self.pick("本室时间", "Room's time"), &text(said))
            .row(self.pick("本机时间", "This computer"), &text(now))
            .row(self.pick("相差", "Apart"), &difference)
            .row(self.pick("第几次改动", "Step"), &step.to_string())
    }

    /// Signing the record.
    pub(super) fn sign_record(self, record: &Sm3Digest, room: &PublishedRoom) -> Sheet {
        let sheet = self.sheet(
            ("签署开标记录吗？", "Sign the record of the opening?"),
            (
                "助手程序已核验账本，记录是结束开标时的那一份。",
                "The helper has checked the log; it is the record with which the opening was closed.",
            ),
            ("签署", "Sign"),
        );
        self.lot(sheet, room.facts()).row(self.pick("开标记录", "Record"), &Self::digest(record))
    }

    /// The lock that will be used.
    pub(super) fn with_lock(self, sheet: Sheet, identity: &LockIdentity) -> Sheet {
        let kind = self.pick(identity.kind().label_zh(), identity.kind().label_en());
        let lock = format!(
            "{kind} {} · {} · {}",
            self.pick("尾号", "ending"),
            identity.serial_tail(),
            identity.holder()
        );
        sheet.row(self.pick("所用的锁", "Lock"), &lock)
    }

    /// The same with the field for the PIN.
    pub(super) fn with_pin(self, sheet: Sheet, tries: PinTries) -> Sheet {
        let left = self.pick(&tries.zh(), &tries.en()).to_owned();
        let note = self.pick(
            "PIN 只交给锁，不保存，不经过网页和网络；本次配对内各标段通用。",
            "The PIN goes to the lock only; it is not kept and not sent, and serves all lots of this pairing.",
        );
        Sheet { prompt: format!("PIN ({left})"), note: format!("{note}\n{}", sheet.note), ..sheet }
    }

    /// Before the last try.
    pub(super) fn last_try(self, found: &FoundLock) -> Sheet {
        let sheet = self.sheet(
            ("PIN 只剩 1 次机会，仍要再试吗？", "One PIN try is left. Try all the same?"),
            (
                "再错一次，这把锁就锁死，只能到发锁机构解锁，今天来不及。不确定时请按“取消”，改用另一把锁。",
                "One more wrong PIN locks it, and only the issuer can unlock it. If in doubt cancel and use your other lock.",
            ),
            ("我确定，再试", "Try"),
        );
        self.with_lock(sheet, &found.identity)
    }

    /// What went wrong with a lock, for the holder's eyes only.
    pub(super) fn trouble(self, zh: &str, en: &str) -> Sheet {
        Sheet {
            head: self.pick("锁没有完成这一步", "The lock did not do it").to_owned(),
            note: self.pick(zh, en).to_owned(),
            yes: self.pick("知道了", "OK").to_owned(),
            ..Sheet::default()
        }
    }

    /// No acknowledgement by any path.
    pub(super) fn counter(self, room: &PublishedRoom) -> Sheet {
        let sheet = self.sheet(
            ("没有收到开标室的签名回执", "The room has not acknowledged your unlocking"),
            (
                "已重试并换过线路。请立即带锁到柜台插锁提交；重复提交不会重复计入。投标文件完好。",
                "It was tried again and by other paths. Come to the counter with your lock now; submitting twice does no \
                 harm. Your bid is intact.",
            ),
            ("知道了", "OK"),
        );
        self.lot(sheet, room.facts())
    }

    /// The helper has ended the pairing.
    pub(super) fn abused(self) -> Sheet {
        self.sheet(
            ("已结束配对：网页提出了必须拒绝的请求", "The pairing was ended: the page asked for what must be refused"),
            (
                "没有因此签名或交出密钥。请停止操作，告诉主持人或监督人员，改到柜台插锁办理。",
                "Nothing was signed or given because of it. Stop here, tell the host or the supervisor, and come to the \
                 counter with your lock.",
            ),
            ("知道了", "OK"),
        )
    }
}

impl Sheet {
    fn no(self, no: &str) -> Self {
        Self { no: no.to_owned(), ..self }
    }
}
