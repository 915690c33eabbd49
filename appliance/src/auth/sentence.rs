//! What people read when a login or a statement is not accepted.

use bidroom_wire::text::Sentence;

use super::challenge::ChallengeRefusal;
use super::login::LoginRefusal;
use super::statement::StatementRefusal;

impl LoginRefusal {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Statement(_) => "statement_malformed",
            Self::OtherRoom { .. } => "other_room",
            Self::Challenge(ChallengeRefusal::Unknown) => "challenge_unknown",
            Self::Challenge(ChallengeRefusal::Expired) => "challenge_expired",
            Self::Challenge(ChallengeRefusal::Used | ChallengeRefusal::TooMany) => "challenge_used",
            Self::TooMany => "too_many_logins",
            Self::Certificate(no) => no.code(),
            Self::Unknown { .. } => "unknown_certificate",
        }
    }

    /// The sentence in both languages.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Statement(_) => Sentence::new(
                "没有登录：锁的签名读不懂或对不上",
                "什么都没有改变。请拔出锁重新插入，刷新页面后再登录；仍不行时请更新锁的驱动或助手程序。",
                "Not logged in: the lock's signature cannot be read or does not fit",
                "Nothing has changed. Take the lock out and in again, reload the page and log in; if it goes on, update \
                 the lock's driver or helper.",
            ),
            Self::OtherRoom { named, this } => Sentence::new(
                "没有登录：这份登录签名是给另一间开标室的",
                &format!("签名写的是 {named}，这里是 {this}。请核对网址，从本室的首页重新登录。"),
                "Not logged in: this signature is for another room",
                &format!(
                    "It names {named}; this is {this}. Check the address and log in from this room's home page."
                ),
            ),
            Self::Challenge(ChallengeRefusal::Expired) => Sentence::new(
                "没有登录：登录请求已超过 2 分钟",
                "什么都没有改变。请重新按登录，并在 2 分钟内完成锁的签名。",
                "Not logged in: the login took longer than 2 minutes",
                "Nothing has changed. Log in again and sign with your lock within 2 minutes.",
            ),
            Self::Challenge(_) => Sentence::new(
                "没有登录：这次登录请求已用过，或不是本室发出的",
                "什么都没有改变。请刷新页面，重新按登录。",
                "Not logged in: this login was used before, or is not this room's",
                "Nothing has changed. Reload the page and log in again.",
            ),
            Self::TooMany => Sentence::new(
                "没有登录：这张证书 2 分钟内登录次数过多",
                "已登录的页面不受影响，其他单位也不受影响。请 2 分钟后再试。",
                "Not logged in: too many logins with this certificate",
                "Pages that are logged in are not affected, nor is anybody else. Try again in 2 minutes.",
            ),
            Self::Certificate(no) => no.sentence(),
            Self::Unknown { holder, issuer } => Sentence::new(
                "没有登录：本室没有登记这张证书，也不接受它的发证机构",
                &format!(
                    "证书持有人 {holder}，发证机构 {issuer}。请换用招标文件列明的发证机构签发的锁；工作人员请用招标包中登记的锁。"
                ),
                "Not logged in: this certificate is not known here, and its issuer is not accepted",
                &format!(
                    "The certificate is of {holder}, issued by {issuer}. Use a lock of a CA that the tender document \
                     names; staff use the lock that the tender package lists."
                ),
            ),
        }
    }
}

impl StatementRefusal {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "statement_malformed",
            Self::OtherBidder { .. } => "other_bidder",
            Self::OtherPerson { .. } => "other_signer",
            Self::OtherCheckpoint { .. } => "statement_outdated",
            Self::Certificate(no) => no.code(),
            Self::OtherSession { .. } => "other_session",
        }
    }

    /// The sentence in both languages.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Form(_) => Sentence::new(
                "没有收下：锁的签名读不懂或对不上",
                "什么都没有改变。请拔出锁重新插入，刷新页面后再签一次。",
                "Not taken: the lock's signature cannot be read or does not fit",
                "Nothing has changed. Take the lock out and in again, reload the page and sign once more.",
            ),
            Self::OtherBidder { signer, bidder } => Sentence::new(
                "没有收下：签名的锁不是本单位的",
                &format!(
                    "登录的是 {bidder}，签名的锁属于 {signer}。什么都没有改变；请插入本单位的任一把锁再签。"
                ),
                "Not taken: the lock that signed is not yours",
                &format!(
                    "{bidder} is logged in, the lock belongs to {signer}. Nothing has changed; sign with any lock of \
                     your own."
                ),
            ),
            Self::OtherPerson { signer, person } => Sentence::new(
                "没有收下：签名的锁不是招标包为您登记的那一把",
                &format!("登录的是 {person}，签名的锁属于 {signer}。什么都没有改变；请用登录时的锁再签。"),
                "Not taken: the lock that signed is not the one the tender package names for you",
                &format!(
                    "{person} is logged in, the lock belongs to {signer}. Nothing has changed; sign with the lock you \
                     logged in with."
                ),
            ),
            Self::OtherCheckpoint { .. } => Sentence::new(
                "没有收下：签的不是结束开标时的账本",
                "什么都没有改变，开标记录仍是结束开标时固定的那一份。页面可能已过时，请刷新后重新签署。",
                "Not taken: what was signed is not the ledger with which the opening was closed",
                "Nothing has changed; the record is the one that was fixed at the close. The page may be outdated: reload \
                 it and sign again.",
            ),
            Self::Certificate(no) => no.sentence(),
            Self::OtherSession { named, this } => Sentence::new(
                "没有收下：签名是给另一个场次的",
                &format!("签名写的是 {named}，这里是 {this}。什么都没有改变；请在本场次的页面上重新签名。"),
                "Not taken: the signature is for another session",
                &format!(
                    "It names {named}; this is {this}. Nothing has changed; sign on this session's page."
                ),
            ),
        }
    }
}
