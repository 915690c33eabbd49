//! What people read when an archive is not written.

use bidroom_ledger::archive::WriteError;
use bidroom_wire::text::Sentence;

use super::ExportError;
use crate::error::is_full;

impl ExportError {
    /// Whether a full disk is the cause.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Io { source, .. } | Self::Write(WriteError::Output(source)) => is_full(source),
            Self::Room(fault) => fault.is_full(),
            Self::Store(crate::store::StoreError::Full) => true,
            _ => false,
        }
    }

    /// The sentence in both languages.
    pub fn sentence(&self) -> Sentence {
        match self {
            _ if self.is_full() => unchanged(
                "存放档案的磁盘空间不足",
                "没有留下不完整的档案文件。请腾出空间，或用 --out 换一个位置，再导出一次。",
                "the disk for the archive is full",
                "No incomplete archive is left. Make room, or give another place with --out, and export again.",
            ),
            Self::Unknown(session) => unchanged(
                &format!("没有场次 {session}"),
                "请核对场次编号和数据目录。",
                &format!("there is no session {session}"),
                "Check the session and the data folder.",
            ),
            Self::TooEarly(session) => unchanged(
                &format!("{session} 还没有到投标截止时间"),
                "截止前任何账本内容都不出本室，请在截止后导出。",
                &format!("the deadline of {session} has not passed"),
                "Nothing of a log leaves the room before it. Export after the deadline.",
            ),
            Self::Unsigned { .. } => unchanged(
                "最新的账本条目还没有签名的检查点",
                "请等密码设备恢复应答后再导出。",
                "the newest entries have no signed checkpoint yet",
                "Export again when custody answers.",
            ),
            Self::Missing { .. } | Self::Entry { .. } => Sentence::new(
                "没有导出：本室的数据与账本不符",
                "账本引用的内容读不到，或读到的不是当时写入的。请保全数据目录，不要改动，并告知监督人员和技术支持。",
                "Not exported: the room's data do not agree with its log",
                "Something that the log names is missing or is not what was written. Secure the data folder as it is, and \
                 tell the supervisor and your support.",
            ),
            Self::Io { .. } | Self::Write(_) | Self::Store(_) | Self::Room(_) | Self::Index(_) => unchanged(
                "读不了数据，或写不了档案文件",
                "请按详情核对路径、权限和磁盘，再导出一次。",
                "the data cannot be read, or the archive cannot be written",
                "Check path, rights and disk as the details say, and export again.",
            ),
        }
    }
}

fn unchanged(zh: &str, zh_do: &str, en: &str, en_do: &str) -> Sentence {
    Sentence::new(
        &format!("没有导出：{zh}"),
        &format!("本室的数据没有改变。{zh_do}"),
        &format!("Not exported: {en}"),
        &format!("The room's data have not changed. {en_do}"),
    )
}
