//! What can go wrong between data and PDF.

use std::path::PathBuf;

use thiserror::Error;

use crate::bid::BidTooLong;
use crate::paper::PaperError;
use crate::record::RecordError;
use crate::template::Template;

/// A document that was not made.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The data is not what the template is written for.
    #[error("{template} 的数据不合要求：{source} / the data does not fit {template}")]
    Data {
        /// The template.
        template: Template,
        /// Which field, and why.
        source: serde_json::Error,
    },
    /// The record's parts do not fit together.
    #[error("开标记录的数据前后不符：{0} / the record's parts do not fit together")]
    Record(#[from] RecordError),
    /// The bid's documents would be too long.
    #[error("投标文件的数据过多：{0} / the bid has too much data")]
    Bid(#[from] BidTooLong),
    /// A document of an evaluation does not fit together.
    #[error("评标文件的数据前后不符：{0} / the document's parts do not fit together")]
    Paper(#[from] PaperError),
    /// The data has more text than a document may carry.
    #[error("数据共 {bytes} 字节，最多 {limit} 字节 / data of {bytes} bytes, at most {limit}")]
    TooLarge {
        /// Its length as JSON.
        bytes: usize,
        /// The most it may have.
        limit: usize,
    },
    /// The QR code could not be made.
    #[error("二维码生成失败：{0} / QR code")]
    Qr(#[from] qrcode::types::QrError),
    /// The template failed: our fault, not the data's.
    #[error("模板 {template} 排版失败：{} / template {template} failed", messages.join("；"))]
    Layout {
        /// The template.
        template: Template,
        /// What typst says, each with its place in the template.
        messages: Vec<String>,
    },
    /// The centre's own template failed: its author's fault, not the data's.
    #[error("中心模板 {path:?} 排版失败：{} / the centre's template failed", messages.join("；"))]
    CentreTemplate {
        /// The file.
        path: PathBuf,
        /// What typst says, each with file, line and column.
        messages: Vec<String>,
    },
    /// The pages could not be written as PDF/A: our fault, not the data's.
    #[error("{template} 导出 PDF 失败：{} / {template} could not be written as PDF", messages.join("；"))]
    Export {
        /// The template.
        template: Template,
        /// What the writer says.
        messages: Vec<String>,
    },
}
