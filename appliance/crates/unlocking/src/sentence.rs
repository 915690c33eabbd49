//! What people are told when a lock gives nothing or the room's word does not stand.

use bidroom_envelope::bid::package::OpenPackageError;
use bidroom_wire::text::Sentence;

use crate::{
    ActError, AuthoriseError, GiveShareError, ProbeError, PromiseError, ReplaceError, RewrapError, RoomError,
    SignRecordError,
};

/// What stays true whenever a lock gave nothing.
const INTACT_ZH: &str = "没有签名，也没有交出任何密钥；投标文件完好，仍然封存。";
const INTACT_EN: &str = "Nothing was signed and no key was given; the bid is intact and sealed.";

fn intact(zh: &str, zh_do: &str, en: &str, en_do: &str) -> Sentence {
    Sentence::new(zh, &format!("{INTACT_ZH}{zh_do}"), en, &format!("{INTACT_EN} {en_do}"))
}

/// For what only a room that is not the published one, or is broken, can do.
fn not_the_room(zh: &str, en: &str) -> Sentence {
    intact(
        zh,
        "请停止操作，把详情告诉主持人或监督人员，改到柜台插锁办理。",
        en,
        "Stop here, tell the host or the supervisor the details, and come to the counter with your lock.",
    )
}

impl GiveShareError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotABidder(holder) => intact(
                &format!("这把锁不是投标人的锁（{holder}）"),
                "请换用本单位的主锁或副锁。",
                &format!("This is no bidder's lock ({holder})"),
                "Use a main or sub lock of your firm.",
            ),
            Self::NotSealedTo { tail, sealed_to } => intact(
                &format!("这把锁（尾号 {tail}）不能解密这份投标文件"),
                &format!("封标时登记的锁尾号为 {}，请换用其中任一把。", sealed_to.join("、")),
                &format!("This lock (…{tail}) cannot unlock this bid"),
                &format!("The bid was sealed to …{}; use any of them.", sealed_to.join(", …")),
            ),
            Self::Bid { .. } => not_the_room(
                "系统给出的投标文件与回执不是同一份",
                "The room names another bid than your receipt does",
            ),
            Self::Session { .. } | Self::Attempt { .. } | Self::Scope { .. } | Self::Core(_) => not_the_room(
                "系统给出的解密材料与本标段不符",
                "The room's material is not about this lot or this bidder",
            ),
            Self::OpeningCertificates => not_the_room(
                "系统给出的开标公钥与公布的不一致",
                "The opening keys are not those that the room published",
            ),
            Self::Checkpoint(_) => not_the_room(
                "系统给出的账本签章核验不过",
                "The room's checkpoint does not verify under the pinned keys",
            ),
            Self::TooEarly { opening, .. } => intact(
                "还没有到开标时间",
                &format!("开标时间是 {} {}，到时请再试。", opening.date_text(), opening.clock_text()),
                "It is not yet the opening time",
                &format!(
                    "The opening is on {} at {}; try again then.",
                    opening.date_text(),
                    opening.clock_text()
                ),
            ),
            Self::Package(OpenPackageError::Device(_)) => intact(
                "锁没有完成解密",
                "请拔出锁重新插入后再试，或换用登记的另一把锁。",
                "The lock did not decrypt",
                "Take the lock out and in again, or use another lock the bid was sealed to.",
            ),
            Self::Package(_) => intact(
                "封标时给这把锁的密钥包打不开",
                "请换用登记的另一把锁；仍不行时请到柜台办理。",
                "The key package that was sealed to this lock does not open",
                "Use another lock the bid was sealed to, or come to the counter.",
            ),
            Self::Envelope(_) => not_the_room("开标公钥不可用", "An opening key is not usable"),
            Self::Lock(_) => intact(
                "锁没有完成签名",
                "请拔出锁重新插入后再试。",
                "The lock did not sign",
                "Take the lock out and in again.",
            ),
        }
    }
}

impl AuthoriseError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        let (zh, en) = match self {
            Self::Session { .. } | Self::Attempt { .. } => {
                ("系统给出的授权材料与本标段不符", "The room's material is not about this lot")
            }
            Self::Deal(_) => ("系统给出的分割公开值与公布的不一致", "The dealing is not the published one"),
            Self::OpeningCertificates => {
                ("系统给出的开标公钥与公布的不一致", "The opening keys are not those that the room published")
            }
            Self::Officer { .. } => ("这把锁不是该授权人的锁", "This is not the lock of that officer"),
            Self::Seen { .. } => {
                ("系统给出的名单或签章与账本不一致", "Roster or checkpoint are not those of the checked log")
            }
            Self::Part(_) => ("授权份额打不开，或与公布值不符", "The part does not open, or does not fit"),
            Self::Envelope(_) => ("开标公钥不可用", "An opening key is not usable"),
            Self::Lock(_) => ("锁没有完成签名", "The lock did not sign"),
        };
        Sentence::new(
            zh,
            "没有签名，也没有交出授权份额。请核对所用的锁；锁无误时请停止操作，告知监督人员。",
            en,
            "Nothing was signed and no part was given. Check the lock; if it is the right one, stop and tell the \
             supervisor.",
        )
    }
}

impl ProbeError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Package(OpenPackageError::Device(_) | OpenPackageError::Check) => intact(
                "验锁没有通过：锁没有解开题目",
                "请拔出锁重新插入后再试；仍不行时，这把锁到开标时也解不开，请在截止前改用另一把锁。",
                "The probe failed: the lock did not open the challenge",
                "Take the lock out and in again. If it goes on, this lock will not open on the day either: change to \
                 another one before the deadline.",
            ),
            Self::Recipient { tail } => intact(
                &format!("验锁的题目不是给这把锁（尾号 {tail}）的"),
                "请换用登记的锁，再验一次。",
                &format!("The challenge is not for this lock (…{tail})"),
                "Use the registered lock and probe once more.",
            ),
            Self::Lock(_) => intact(
                "锁没有完成签名",
                "请拔出锁重新插入后再试。",
                "The lock did not sign",
                "Take the lock out and in again.",
            ),
            Self::Document(_) | Self::Signer { .. } | Self::Session { .. } | Self::Package(_) => {
                not_the_room(
                    "验锁的题目不是开标室签发的，锁没有回答",
                    "The challenge is not one that the room signed; the lock did not answer",
                )
            }
        }
    }
}

impl ReplaceError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        let (zh, en) = match self {
            Self::Session { .. } | Self::Version { .. } => {
                ("系统给出的更换材料与本标段不符", "The room's material is not about this lot")
            }
            Self::Deal(_) => {
                ("系统给出的份额分发与公布的不一致", "The dealing is not one the room published")
            }
            Self::OpeningCertificates => {
                ("系统给出的开标公钥与公布的不一致", "The opening keys are not those that the room published")
            }
            Self::Officer(_) => ("这把锁不是该授权人的锁", "This is not the lock of that officer"),
            Self::Certificates => {
                ("新授权人的证书不是一对签名和加密证书", "The new officer's certificates are no pair")
            }
            Self::Part(_) => ("授权份额打不开，或与公布值不符", "The part does not open, or does not fit"),
            Self::Envelope(_) => ("开标公钥不可用", "An opening key is not usable"),
            Self::Canon(_) => ("授权人名单不能规范书写", "The officers cannot be written as they must be"),
            Self::Lock(_) => ("锁没有完成签名", "The lock did not sign"),
        };
        Sentence::new(
            zh,
            "没有签名，也没有交出授权份额，原来的授权人不变。请核对所用的锁和新授权人的证书；无误时请停止操作，告知监督人员。",
            en,
            "Nothing was signed and no part was given; the officers are as they were. Check lock and certificates; if they \
             are right, stop and tell the supervisor.",
        )
    }
}

impl RewrapError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotABidder(holder) => intact(
                &format!("这把锁不是投标人的锁（{holder}）"),
                "请换用本单位的主锁或副锁。",
                &format!("This is no bidder's lock ({holder})"),
                "Use a main or sub lock of your firm.",
            ),
            Self::NotSealedTo { tail, sealed_to } => intact(
                &format!("这把锁（尾号 {tail}）打不开这份投标文件的密钥包"),
                &format!(
                    "投标文件封给尾号 {} 的锁，请用其中还能用的一把来更换；都不能用时，请在截止前重新封标替换。",
                    sealed_to.join("、")
                ),
                &format!("This lock (…{tail}) does not open the bid's key packages"),
                &format!(
                    "The bid is sealed to …{}; re-wrap with one of them that still works. If none does, seal again and \
                     replace the bid before the deadline.",
                    sealed_to.join(", …")
                ),
            ),
            Self::Stranger { tail, code, .. } => intact(
                &format!("没有更换：证书（尾号 {tail}）不是本单位的（{code}）"),
                "密钥包只能换给本单位的锁。请核对要登记的证书。",
                &format!("Not re-wrapped: the certificate (…{tail}) is not your firm's ({code})"),
                "Key packages go to locks of your own firm only. Check the certificate.",
            ),
            Self::Certificate { tail, .. } => intact(
                &format!("没有更换：证书（尾号 {tail}）不被接受"),
                "新锁的加密证书应由招标文件认可的 CA 签发，并在有效期内。请核对后再试。",
                &format!("Not re-wrapped: the certificate (…{tail}) is not accepted"),
                "It must be an encryption certificate of an accepted CA, valid now. Check it and try again.",
            ),
            Self::Nothing => intact(
                "没有更换：投标文件已经封给这些锁",
                "不需要做什么，验一次锁即可。",
                "Not re-wrapped: the bid is sealed to these locks already",
                "There is nothing to do but to probe them.",
            ),
            Self::Package(OpenPackageError::Device(_)) => intact(
                "锁没有完成解密",
                "请拔出锁重新插入后再试，或换用登记的另一把锁。",
                "The lock did not decrypt",
                "Take the lock out and in again, or use another lock the bid is sealed to.",
            ),
            Self::Package(_) | Self::Envelope(_) => intact(
                "没有更换：密钥包打不开或做不成",
                "请换用登记的另一把锁再试；仍不行时请重新封标替换。",
                "Not re-wrapped: a key package does not open or cannot be made",
                "Try another lock the bid is sealed to; otherwise seal again and replace the bid.",
            ),
            Self::Bid { .. } => not_the_room(
                "系统给出的投标文件与回执不是同一份",
                "The room names another bid than your receipt does",
            ),
            Self::Unreadable(_) | Self::Session { .. } | Self::Core(_) | Self::Other(_) | Self::Record(_) => {
                not_the_room(
                    "系统给出的密钥包不是本单位这份投标文件的",
                    "The room's key packages are not those of this bid",
                )
            }
        }
    }
}

impl ActError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Checkpoint(_) => Sentence::new(
                "系统给出的账本签章不是本包账本的",
                "没有签名，也没有提交。请停止操作，告知监督人员。",
                "The room's checkpoint is not one of this lot's log",
                "Nothing was signed or submitted. Stop here and tell the supervisor.",
            ),
            Self::Unreadable(_) => Sentence::new(
                "要签名的内容无法识别",
                "没有签名，也没有提交。请重新打开本页再试；仍不行，请把详情告诉主持人。",
                "What is to be signed cannot be read",
                "Nothing was signed or submitted. Reload this page and try again; if it stays so, tell the host the details.",
            ),
        }
    }
}

impl SignRecordError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        let (zh, en) = match self {
            Self::Session { .. } => ("系统给出的记录不是本场次的", "The room's record is of another session"),
            Self::Record { .. } => (
                "系统给出的开标记录与核验过的账本不一致",
                "The room's record is not the one in the checked log",
            ),
            Self::Checkpoint(_) | Self::Elsewhere { .. } => (
                "系统给出的账本签章不是结束开标时的那一份",
                "The room's checkpoint is not the one with which the opening was closed",
            ),
            Self::Lock(_) => ("锁没有完成签名", "The lock did not sign"),
        };
        Sentence::new(
            zh,
            "没有签名，开标记录没有改变。请拔出锁重新插入后再试；仍不行时请停止操作，告知监督人员。",
            en,
            "Nothing was signed and the record has not changed. Take the lock out and in again; if it goes on, stop and \
             tell the supervisor.",
        )
    }
}

impl PromiseError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        Sentence::new(
            "开标室的回执或确认核验不过",
            "操作可能已被记录，但这份签章不能作为凭证。请不要当作已办成：再试一次；仍不行时请联系中心，并保留详情。",
            "The room's receipt or acknowledgement does not verify",
            "The action may have been recorded, but this signature is no evidence of it. Do not count on it: try again, \
             then call the centre and keep the details.",
        )
    }
}

impl RoomError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        Sentence::new(
            "招标公布文件核验不过，不能使用",
            "什么都没有改变。请从开标室页面或招标代理机构重新取得公布文件（.publication）。",
            "The publication does not verify and cannot be used",
            "Nothing has changed. Get the publication file again from the room's page or from the agency.",
        )
    }
}
