//! What people read when a bid is not received.

use bidroom_canon::group4;
use bidroom_wire::text::Sentence;

use super::error::{Foreign, HeadRefusal, IntakeError};

/// 电子招标投标办法 第二十六条: what is not encrypted is refused with a prompt.
const UNSEALED: &str = "电子招标投标办法 第二十六条";

impl IntakeError {
    /// The sentence in both languages.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotPublished => Sentence::new(
                "还不能接收：本标段的密钥尚未公布",
                "什么都没有改变。请等公布后下载公布文件，用它封存后再上传。",
                "Not yet: the keys of this lot are not published",
                "Nothing has changed. Wait for the publication, seal with it and upload then.",
            ),
            Self::NotSealed(Foreign::ChangedLines) => Sentence::new(
                "没有接收：文件在传输中被改动",
                "换行符被改变了。请用二进制方式重新拷贝原文件后再上传，截止前可重复上传。",
                "Not received: the file was changed on its way",
                "Its ends of lines were changed. Copy the original again in binary mode and upload it; you may upload \
                 again until the deadline.",
            ),
            Self::NotSealed(Foreign::Empty) => Sentence::new(
                "没有接收：文件是空的",
                "请选择用投标工具封存得到的 .bid 文件，截止前可重复上传。",
                "Not received: the file is empty",
                "Choose the .bid file that the bidder's tool made; you may upload again until the deadline.",
            )
            .with_clause(UNSEALED),
            Self::NotSealed(_) => Sentence::new(
                "没有接收：这是未加密的文件",
                "请用投标工具封存后再上传，截止前可重复上传。",
                "Not received: this file is not encrypted",
                "Seal it with the bidder's tool and upload it then; you may upload again until the deadline.",
            )
            .with_clause(UNSEALED),
            Self::Head(refusal) => head(refusal),
            Self::TooLong { length, most } => Sentence::new(
                "没有接收：投标文件太大",
                &format!("文件 {} MiB，本室最多接收 {} MiB。请精简后重新封存。", mib(*length), mib(*most)),
                "Not received: the bid is too large",
                &format!("It has {} MiB; this room takes {} MiB. Make it smaller and seal again.", mib(*length), mib(*most)),
            ),
            Self::NoSpace { offset: None, .. } => Sentence::new(
                "系统原因，还不能接收：本室存储空间不足",
                "什么都没有改变，已收到的投标文件不受影响。原因在中心一侧，请立即告知交易中心，随后重新上传。",
                "Not received yet: the room's disk is full",
                "Nothing has changed; received bids are safe. The cause is the centre's: tell the centre and upload again.",
            ),
            Self::NoSpace { .. } => Sentence::new(
                "系统原因，传输中断：本室存储空间不足",
                "已传的部分都保存着，可以续传。原因在中心一侧，请立即告知交易中心，随后按继续。",
                "The transfer stopped: the room's disk is full",
                "What was sent is kept and can be resumed. The cause is the centre's: tell the centre, then go on.",
            ),
            Self::NoUpload => Sentence::new(
                "没有这次上传",
                "它可能已经完成，或已被更新的上传代替。请在“我的投标”中查看回执，或重新上传。",
                "There is no such upload",
                "It may be complete, or replaced by a newer one. Look for the receipt, or upload again.",
            ),
            Self::Offset { offset, .. } => resume("没有接收这一段：续传位置不对", "Not taken: it does not follow on", *offset),
            Self::Overrun { .. } => Sentence::new(
                "没有接收多出的部分：比签名的长度长",
                "已传的部分都保存着。请确认上传的是封存得到的同一个文件，再按继续。",
                "The excess was not taken: it is longer than what was signed",
                "What was sent is kept. Check that this is the file that was sealed, then go on.",
            ),
            Self::Idle { seconds, offset } => resume(
                &format!("传输中断：{seconds} 秒没有收到数据"),
                &format!("The transfer stopped: nothing came for {seconds} s"),
                *offset,
            ),
            Self::Broken { offset, .. } => resume("传输中断：连接断了", "The transfer stopped: the connection broke", *offset),
            Self::Superseded { offset } => {
                resume("这次传输已由另一次接替", "Another transfer of the same upload goes on", *offset)
            }
            Self::Incomplete { offset, length } => Sentence::new(
                "还没有收完",
                &format!("已收 {offset} 字节，共 {length} 字节。请从断开处继续；截止前没有收完的，视为撤回。"),
                "Not complete yet",
                &format!(
                    "{offset} of {length} bytes are stored. Go on from there; what is incomplete at the deadline counts \
                     as withdrawn."
                ),
            )
            .with_clause("电子招标投标办法 第二十七条"),
            Self::Damaged { envelope, signed, computed } => Sentence::new(
                "证据不符：收到的内容与签名的不一致",
                &format!(
                    "第 {envelope} 个信封，签名值 {}，算得 {}。没有计入，此前已收到的投标文件不受影响。\
                     请从头上传封存得到的原文件。",
                    group4(signed.as_bytes(), 2),
                    group4(computed.as_bytes(), 2)
                ),
                "Evidence disagrees: what came is not what was signed",
                &format!(
                    "Envelope {envelope}: signed {}, computed {}. It was not counted; a bid received earlier is not \
                     affected. Upload the original sealed file from the beginning.",
                    group4(signed.as_bytes(), 2),
                    group4(computed.as_bytes(), 2)
                ),
            ),
            Self::ReceiptOwed { source, .. } => {
                let (zh, en) = if source.is_full() {
                    ("存储空间不足", "the room's disk is full")
                } else {
                    ("设备故障", "a device of the room failed")
                };
                Sentence::new(
                    "投标文件已收到并记入账本，回执暂时没有出具",
                    &format!(
                        "投标有效，不必重新封存。原因在中心一侧：{zh}。请告知交易中心，稍后在“我的投标”中取回执，\
                         或再次上传同一份文件取得。"
                    ),
                    "The bid is received and recorded; its receipt is not issued yet",
                    &format!(
                        "The bid stands; there is no need to seal again. The cause is the centre's: {en}. Tell the centre, \
                         and get the receipt later under “my bid”, or by sending the same file again."
                    ),
                )
            }
            Self::Act(_) | Self::Fault(_) => Sentence::new(
                "系统原因，没有办成",
                "什么都没有改变，请稍后再试，并告知主持人。",
                "Not done: the room has a fault",
                "Nothing has changed. Try again shortly and tell the host.",
            ),
        }
    }
}

fn resume(zh: &str, en: &str, offset: u64) -> Sentence {
    Sentence::new(
        zh,
        &format!("已收 {offset} 字节，都保存着。请从断开处继续，截止前都可以续传。"),
        en,
        &format!("{offset} bytes are stored. Go on from there; you may resume until the deadline."),
    )
}

fn mib(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

fn head(refusal: &HeadRefusal) -> Sentence {
    match refusal {
        HeadRefusal::Form { source: error } => Sentence::new(
            "没有接收：投标文件不完整，或在封存后被改动",
            &format!("没有通过的部分：{}。请重新上传封存得到的原文件；仍不行时请重新封存。", error.layer()),
            "Not received: the bid is damaged, or was changed after sealing",
            &format!(
                "The part that failed: {}. Upload the sealed original again; if it fails, seal anew.",
                error.layer()
            ),
        ),
        HeadRefusal::OtherLot { tender, lot } => Sentence::new(
            "没有接收：这份投标文件是给另一个标段的",
            &format!("文件属于项目 {tender} 第 {lot} 标段。请到该标段的页面上传。"),
            "Not received: this bid is for another lot",
            &format!("It is for tender {tender}, lot {lot}. Upload it on that lot's page."),
        ),
        HeadRefusal::OtherBidder { of, caller } => Sentence::new(
            "没有接收：这份投标文件不是本单位的",
            &format!("文件属于 {of}，登录的是 {caller}。请用封存时的单位的锁登录。"),
            "Not received: this bid is not yours",
            &format!("It is of {of}; {caller} is logged in. Log in with a lock of the firm that sealed it."),
        ),
        HeadRefusal::Certificate { refusal, .. } => refusal.sentence(),
        HeadRefusal::Envelopes { has, wanted } => Sentence::new(
            "没有接收：信封数量不符",
            &format!("投标文件有 {has} 个信封，本标段需要 {wanted} 个。请按本标段的公布文件重新封存。"),
            "Not received: the number of envelopes is wrong",
            &format!("The bid has {has}, this lot needs {wanted}. Seal again with this lot's publication."),
        ),
        HeadRefusal::Recipients { .. } => Sentence::new(
            "没有接收：投标文件不是用本室现在公布的密钥封存的",
            "这样的文件到时无法开启。请重新下载公布文件，用它重新封存后再上传，截止前可重复上传。",
            "Not received: the bid is not sealed to the keys this room has published",
            "It could never be opened. Download the publication again, seal with it and upload; you may upload again \
             until the deadline.",
        ),
        HeadRefusal::Trustees(_) => Sentence::new(
            "没有接收：补救份额不是交给本项目受托人的",
            "受托人名单以公布文件为准。请重新下载公布文件，用它重新封存后再上传，截止前可重复上传。",
            "Not received: the remedy's parts are not for this tender's trustees",
            "The publication names them. Download it again, seal with it and upload; you may upload again until the \
             deadline.",
        ),
        HeadRefusal::Remedy(_) => Sentence::new(
            "没有接收：本项目没有补救密钥",
            "投标文件选用了补救方案，而招标文件没有规定。请不选补救方案，重新封存后再上传。",
            "Not received: this tender has no remedy key",
            "The bid opts for a remedy that the tender document does not provide. Seal again without it.",
        ),
    }
}
