//! What became of each document: read, read in part, or not read, and why.

use serde::{Deserialize, Serialize};

/// Why a document, or a part of it, could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Trouble {
    /// No bytes.
    Empty,
    /// Not a PDF; what its first bytes say it is.
    NotPdf {
        /// `zip` (docx, xlsx, ofd …), `ole` (doc, xls), `image`, `text` or `unknown`.
        looks_like: String,
    },
    /// Encrypted; with a password or with restrictions only.
    Encrypted {
        /// The security handler that the file names.
        handler: String,
    },
    /// Neither a table of objects nor pages could be found, even by searching the whole file.
    NoPages,
    /// The medium failed.
    ReadFailed {
        /// What the system said.
        error: String,
    },
    /// Reached [`crate::Limits::work`].
    TooMuchWork {
        /// The limit.
        limit: u64,
    },
    /// Reached [`crate::Limits::objects`].
    TooManyObjects {
        /// The limit.
        limit: u64,
    },
    /// Reached [`crate::Limits::pages`].
    TooManyPages {
        /// The limit.
        limit: u64,
    },
    /// Reached [`crate::Limits::bid_characters`].
    TooMuchText {
        /// The limit.
        limit: u64,
    },
    /// Reached [`crate::Limits::bid_images`].
    TooManyImages {
        /// The limit.
        limit: u64,
    },
    /// A stream unpacks to more than [`crate::Limits::stream`].
    StreamTooLarge {
        /// The limit.
        limit: u64,
    },
    /// The contents of some pages are damaged or use a filter that is not read.
    DamagedPages,
    /// Characters whose meaning the file does not tell (a font without a map to Unicode).
    UnmappedCharacters,
    /// The reader itself failed. The document counts as unread; report it to the maker of this software.
    ReaderFailed,
}

impl Trouble {
    /// For clerks, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "文件为空".to_owned(),
            Self::NotPdf { looks_like } => format!("不是 PDF 文件（看起来是 {looks_like}），未作分析"),
            Self::Encrypted { handler } => format!("PDF 已加密或设有权限限制（{handler}），未作分析"),
            Self::NoPages => "文件损坏：全文查找后仍未找到页面".to_owned(),
            Self::ReadFailed { error } => format!("读取介质失败：{error}"),
            Self::TooMuchWork { limit } => format!("达到处理量上限（{limit} 字节），其余部分未分析"),
            Self::TooManyObjects { limit } => format!("对象数超过上限（{limit}）"),
            Self::TooManyPages { limit } => format!("页数超过上限（{limit}），其余页未分析"),
            Self::TooMuchText { limit } => format!("该投标人文字超过上限（{limit} 字），其余文字未比对"),
            Self::TooManyImages { limit } => format!("该投标人图片超过上限（{limit} 张），其余图片未比对"),
            Self::StreamTooLarge { limit } => format!("有数据流解压后超过上限（{limit} 字节），已跳过"),
            Self::DamagedPages => "部分页面内容损坏或使用了不支持的压缩方式".to_owned(),
            Self::UnmappedCharacters => "部分文字的字体没有 Unicode 对照，无法取得文字".to_owned(),
            Self::ReaderFailed => "读取程序自身出错，该文件视为未分析".to_owned(),
        }
    }

    /// The same in English.
    pub fn en(&self) -> String {
        match self {
            Self::Empty => "the file is empty".to_owned(),
            Self::NotPdf { looks_like } => format!("not a PDF (looks like {looks_like}), not analysed"),
            Self::Encrypted { handler } => format!("encrypted or restricted ({handler}), not analysed"),
            Self::NoPages => "damaged: no pages found, even by searching the whole file".to_owned(),
            Self::ReadFailed { error } => format!("the medium failed: {error}"),
            Self::TooMuchWork { limit } => {
                format!("reached the limit of work ({limit} bytes); the rest was not analysed")
            }
            Self::TooManyObjects { limit } => format!("more objects than the limit ({limit})"),
            Self::TooManyPages { limit } => {
                format!("more pages than the limit ({limit}); the rest was not analysed")
            }
            Self::TooMuchText { limit } => {
                format!("the bid's text is beyond the limit ({limit} characters); the rest was not compared")
            }
            Self::TooManyImages { limit } => {
                format!("the bid's images are beyond the limit ({limit}); the rest was not compared")
            }
            Self::StreamTooLarge { limit } => {
                format!("a stream unpacks to more than the limit ({limit} bytes) and was left out")
            }
            Self::DamagedPages => {
                "the contents of some pages are damaged or packed in a way that is not read".to_owned()
            }
            Self::UnmappedCharacters => "some characters have a font without a map to Unicode".to_owned(),
            Self::ReaderFailed => "the reader itself failed; the document counts as not analysed".to_owned(),
        }
    }
}

/// How far a document was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// All of it.
    Whole,
    /// Some of it; see the troubles.
    Partly,
    /// Nothing of it.
    Unread,
}
