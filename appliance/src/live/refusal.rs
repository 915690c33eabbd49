//! Why somebody does not become a viewer.

use bidroom_wire::text::Sentence;
use bidroom_wire::{ApiError, ErrorKind};

/// Why a request for the live stream is not answered with frames.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveRefusal {
    /// As many viewers are connected as the room serves.
    #[error("{most} viewers are connected, which is the limit")]
    Full {
        /// The limit.
        most: usize,
    },
    /// Not a WebSocket request (RFC 6455 section 4.2.1).
    #[error("not a WebSocket request: {reason}")]
    NotWebSocket {
        /// What is missing or wrong.
        reason: String,
    },
    /// The viewer claims to hold leaves that the log does not have, or that nobody can have before the deadline.
    #[error("the log has no {from} leaves to go on from")]
    Ahead {
        /// What the viewer claims.
        from: u64,
    },
    /// The room stops.
    #[error("the room is stopping")]
    Stopped,
    /// The stored log could not be read.
    #[error("the stored log cannot be read")]
    Fault,
}

impl LiveRefusal {
    /// The HTTP status that says it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Full { .. } | Self::Stopped => 503,
            Self::NotWebSocket { .. } => 400,
            Self::Ahead { .. } => 409,
            Self::Fault => 500,
        }
    }
}

impl From<LiveRefusal> for ApiError {
    fn from(refusal: LiveRefusal) -> Self {
        let (kind, code, sentence) = match &refusal {
            LiveRefusal::Full { most } => (
                ErrorKind::Fault,
                "live_full",
                Sentence::new(
                    "直播连接数已满",
                    &format!(
                        "本室最多同时服务 {most} 个直播页面。开标不受影响；请稍后刷新，或在大厅屏幕观看，\
                         结束后可下载完整记录核验。"
                    ),
                    "The live stream is full",
                    &format!(
                        "The room serves at most {most} live pages at once. The opening is not affected. Reload in a \
                         while, or watch the wall; the complete record can be checked afterwards."
                    ),
                ),
            ),
            LiveRefusal::NotWebSocket { .. } => (
                ErrorKind::Request,
                "not_websocket",
                Sentence::new(
                    "这个地址只接受 WebSocket 连接",
                    "请用浏览器打开场次页面，或使用 frames 地址逐次读取。",
                    "This address takes WebSocket connections only",
                    "Open the session's page in a browser, or read the frames address step by step.",
                ),
            ),
            LiveRefusal::Ahead { from } => (
                ErrorKind::Tamper,
                "ahead_of_log",
                Sentence::new(
                    "页面持有的账本条数与本室不符",
                    &format!(
                        "页面称已有 {from} 条，本室的账本不能从这里续传。请先保存页面上的检查点，再刷新页面；\
                         若检查点确为本室签署，请交监督人员核对。"
                    ),
                    "The page holds entries this log cannot continue",
                    &format!(
                        "The page says it has {from} entries; the room's log cannot go on from there. Save the page's \
                         checkpoint, then reload. If this room signed that checkpoint, give it to the supervisor."
                    ),
                ),
            ),
            LiveRefusal::Stopped => (
                ErrorKind::Fault,
                "room_stopping",
                Sentence::new(
                    "服务正在停止",
                    "已记入账本的内容都已保存。页面会自动重连，从断开处继续。",
                    "The server is stopping",
                    "Everything in the ledger is stored. The page reconnects by itself and goes on where it was.",
                ),
            ),
            LiveRefusal::Fault => (
                ErrorKind::Fault,
                "log_unreadable",
                Sentence::new(
                    "读不出已保存的账本",
                    "没有任何内容被改变。请主持人查看服务器磁盘状态；页面会继续重试。",
                    "The stored log cannot be read",
                    "Nothing has changed. The host should check the server's disk; the page keeps trying.",
                ),
            ),
        };
        Self { kind, code: code.to_owned(), sentence, detail: Some(refusal.to_string()) }
    }
}
