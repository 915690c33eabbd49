//! Everything that relay and helper refuse, with what to do about it.

use crate::text::Sentence;
use crate::{ApiError, ErrorKind};

/// Why relay or helper did not do something. Nothing was signed, no key left the lock, no PIN was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BridgeRefusal {
    /// No waiting helper shows this code.
    CodeWrong,
    /// Too many wrong codes from this network address.
    TriesSpent {
        /// Seconds until the next may be typed.
        seconds: u32,
    },
    /// A link that was used, has expired or was never given out.
    LinkSpent,
    /// This end belongs to no pairing, any more.
    NoPairing,
    /// Too many pairings, of this address or in all.
    Crowded,
    /// A number was left out.
    Gap {
        /// The number that is expected.
        expected: u64,
    },
    /// The other end does not take its messages.
    Unread,
    /// A message that is none.
    Unreadable,
    /// The helper is still busy with something else.
    Busy,
    /// The lock has not answered for a long time.
    Slow,
    /// The holder said no in the helper's window.
    Declined,
    /// The helper's window cannot be shown.
    NoWindow,
    /// No lock was chosen, or it is not there any more.
    NoLock,
    /// Nothing vouches for the room's publication.
    Unpinned,
    /// The challenge, the session or the publication is of another room.
    OtherRoom,
    /// The log that the helper checked does not say what was to be signed.
    OtherRecord,
    /// The room was not reached for the evidence that is needed.
    NoEvidence,
    /// The lock did not do it; for the outside every reason looks the same.
    LockFailed,
    /// The helper has ended the pairing, because it was asked for too much that it had to refuse.
    Abused,
}

impl BridgeRefusal {
    /// Stable code for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CodeWrong => "pairing_code_wrong",
            Self::TriesSpent { .. } => "pairing_tries_spent",
            Self::LinkSpent => "pairing_link_spent",
            Self::NoPairing => "no_pairing",
            Self::Crowded => "pairing_crowded",
            Self::Gap { .. } => "message_gap",
            Self::Unread => "messages_unread",
            Self::Unreadable => "message_unreadable",
            Self::Busy => "helper_busy",
            Self::Slow => "lock_slow",
            Self::Declined => "declined",
            Self::NoWindow => "no_window",
            Self::NoLock => "no_lock",
            Self::Unpinned => "unpinned",
            Self::OtherRoom => "other_room",
            Self::OtherRecord => "other_record",
            Self::NoEvidence => "no_evidence",
            Self::LockFailed => "lock_failed",
            Self::Abused => "pairing_abused",
        }
    }

    /// Refusal, fault, tamper or a wrong request.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::CodeWrong
            | Self::TriesSpent { .. }
            | Self::LinkSpent
            | Self::Crowded
            | Self::Declined
            | Self::NoLock
            | Self::Unpinned => ErrorKind::Refusal,
            Self::NoPairing | Self::Gap { .. } | Self::Unreadable => ErrorKind::Request,
            Self::Unread | Self::Busy | Self::Slow | Self::NoWindow | Self::NoEvidence | Self::LockFailed => {
                ErrorKind::Fault
            }
            Self::OtherRoom | Self::OtherRecord | Self::Abused => ErrorKind::Tamper,
        }
    }

    /// As it travels.
    pub fn error(self, detail: Option<String>) -> ApiError {
        ApiError { kind: self.kind(), code: self.code().to_owned(), sentence: self.sentence(), detail }
    }

    /// What people are told.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::CodeWrong => Sentence::new(
                "没有配对：没有助手程序在等这个配对码",
                "请核对助手程序窗口里的 8 位数字；配对码 5 分钟内有效，只能用一次。过期后助手程序会给出新的配对码。",
                "Not paired: no helper waits with this code",
                "Check the eight digits in the helper's window. A code is good for 5 minutes and once; the helper then \
                 shows a new one.",
            ),
            Self::TriesSpent { seconds } => Sentence::new(
                "暂时不能配对：本网络地址输错配对码的次数过多",
                &format!(
                    "已配对的页面不受影响。请 {seconds} 秒后再输，或在页面上按“启动助手程序”，不用输入配对码。"
                ),
                "Not paired: too many wrong codes from this network address",
                &format!(
                    "Pairings that exist are not affected. Try again in {seconds} s, or start the helper from the page, which needs no typing."
                ),
            ),
            Self::LinkSpent => Sentence::new(
                "没有配对：这个启动链接已用过，或已过期",
                "什么都没有改变。请回到网页，重新按“启动助手程序”。",
                "Not paired: this link was used or has expired",
                "Nothing has changed. Go back to the page and start the helper again.",
            ),
            Self::NoPairing => Sentence::new(
                "配对已经结束",
                "没有签名，锁没有被使用。请在网页上重新配对；助手程序还开着时，会给出新的配对码。",
                "The pairing has ended",
                "Nothing was signed and the lock was not used. Pair again on the page; a helper that is still open shows \
                 a new code.",
            ),
            Self::Crowded => Sentence::new(
                "暂时不能配对：等待配对的助手程序过多",
                "已配对的页面不受影响。请关掉不用的助手程序，一分钟后再试；来不及时请到柜台插锁办理。",
                "Not paired: too many helpers are waiting",
                "Pairings that exist are not affected. Close helpers that are not used and try again in a minute, or come \
                 to the counter with your lock.",
            ),
            Self::Gap { expected } => Sentence::new(
                "没有转交：消息的次序不对",
                &format!("应为第 {expected} 条。请刷新页面，重新配对。"),
                "Not relayed: the message is out of order",
                &format!("Number {expected} is expected. Reload the page and pair again."),
            ),
            Self::Unread => Sentence::new(
                "没有转交：助手程序没有在接收",
                "锁没有被使用。请看助手程序是否还开着，网络是否通；仍不行时请重新配对，或到柜台插锁办理。",
                "Not relayed: the helper takes no messages",
                "The lock was not used. See whether the helper is open and its network works; otherwise pair again, or \
                 come to the counter with your lock.",
            ),
            Self::Unreadable => Sentence::new(
                "没有办理：助手程序读不懂页面的请求",
                "没有签名，锁没有被使用。请更新助手程序，或刷新页面后重新配对。",
                "Not done: the helper does not understand the page",
                "Nothing was signed and the lock was not used. Update the helper, or reload the page and pair again.",
            ),
            Self::Busy => Sentence::new(
                "助手程序还在办理上一件事",
                "请先看助手程序的窗口，完成或取消上一件事，再试一次。",
                "The helper is still busy",
                "Look at the helper's window, finish or cancel there, and try again.",
            ),
            Self::Slow => Sentence::new(
                "锁很久没有回应",
                "没有交出任何东西，也不会自动重试。请等锁上的灯停止闪烁，拔出锁重新插入；仍不行时请换另一把锁，或到柜台办理。",
                "The lock has not answered for long",
                "Nothing was given and nothing is repeated by itself. Wait until its light is steady, take the lock out and \
                 in again; otherwise use your other lock, or come to the counter.",
            ),
            Self::Declined => Sentence::new(
                "没有办理：您在助手程序的窗口里取消了",
                "没有签名，没有尝试 PIN，投标文件完好。需要时请在页面上再按一次。",
                "Not done: it was cancelled in the helper's window",
                "Nothing was signed, no PIN was tried, the bid is intact. Press the button again when you want to.",
            ),
            Self::NoWindow => Sentence::new(
                "助手程序打不开自己的窗口",
                "没有签名，没有尝试 PIN。请在助手程序的电脑上安装 pinentry 后重新启动助手程序，或到柜台插锁办理。",
                "The helper cannot show its window",
                "Nothing was signed, no PIN was tried. Install pinentry on the helper's computer and start the helper again, \
                 or come to the counter.",
            ),
            Self::NoLock => Sentence::new(
                "没有选定的锁",
                "请插好锁，按“重新查找”，再选一把锁。",
                "No lock is chosen",
                "Plug the lock in, search again and choose one.",
            ),
            Self::Unpinned => Sentence::new(
                "没有办理：无法确认这份公布文件出自招标代理机构",
                "没有签名，也没有交出任何密钥；投标文件完好。请用封标时的公布文件启动助手程序（--publication），或在助手程序的窗口里核对招标包摘要。",
                "Not done: nothing vouches for the room's publication",
                "Nothing was signed and no key was given; the bid is intact. Start the helper with the publication the bid \
                 was sealed with (--publication), or compare the package's digest in the helper's window.",
            ),
            Self::OtherRoom => Sentence::new(
                "没有办理：请求的不是助手程序连接的这间开标室",
                "没有签名，也没有交出任何密钥；投标文件完好。请核对网址，并告知主持人或监督人员。",
                "Not done: this is about another room than the helper is connected to",
                "Nothing was signed and no key was given; the bid is intact. Check the address, and tell the host or the \
                 supervisor.",
            ),
            Self::OtherRecord => Sentence::new(
                "没有签名：要签的内容与助手程序核验过的账本不一致",
                "请刷新页面后再试；仍不一致时请停止操作，告知监督人员。",
                "Not signed: the log that the helper checked does not say this",
                "Reload the page and try again; if it goes on, stop and tell the supervisor.",
            ),
            Self::NoEvidence => Sentence::new(
                "没有办理：助手程序没能从开标室取得核验所需的材料",
                "没有签名，也没有交出任何密钥。请检查助手程序所在电脑的网络后再试，或到柜台插锁办理。",
                "Not done: the helper could not get what it has to check",
                "Nothing was signed and no key was given. Check the network of the helper's computer and try again, or come \
                 to the counter.",
            ),
            Self::LockFailed => Sentence::new(
                "锁没有完成这一步",
                "没有交出任何密钥，投标文件完好，仍然封存。原因写在助手程序的窗口里；请换用登记的另一把锁，或到柜台办理。",
                "The lock did not do it",
                "No key was given; the bid is intact and sealed. The helper's window tells why: use another lock the bid \
                 was sealed to, or come to the counter.",
            ),
            Self::Abused => Sentence::new(
                "助手程序已结束配对：页面多次提出了它必须拒绝的请求",
                "没有因此签名或交出密钥。请停止操作，告知主持人或监督人员，改到柜台插锁办理。",
                "The helper has ended the pairing: it had to refuse too many requests",
                "None of them was signed and no key was given. Stop here, tell the host or the supervisor, and come to the \
                 counter with your lock.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_refusal_has_a_code_of_its_own_and_says_what_to_do() {
        let all = [
            BridgeRefusal::CodeWrong,
            BridgeRefusal::TriesSpent { seconds: 60 },
            BridgeRefusal::LinkSpent,
            BridgeRefusal::NoPairing,
            BridgeRefusal::Crowded,
            BridgeRefusal::Gap { expected: 3 },
            BridgeRefusal::Unread,
            BridgeRefusal::Unreadable,
            BridgeRefusal::Busy,
            BridgeRefusal::Slow,
            BridgeRefusal::Declined,
            BridgeRefusal::NoWindow,
            BridgeRefusal::NoLock,
            BridgeRefusal::Unpinned,
            BridgeRefusal::OtherRoom,
            BridgeRefusal::OtherRecord,
            BridgeRefusal::NoEvidence,
            BridgeRefusal::LockFailed,
            BridgeRefusal::Abused,
        ];
        let codes: BTreeSet<_> = all.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), all.len());
        for refusal in all {
            let Sentence { zh, en, .. } = refusal.sentence();
            assert!(zh.body.contains('请') && !zh.title.is_empty() && !en.title.is_empty(), "{refusal:?}");
        }
    }
}
