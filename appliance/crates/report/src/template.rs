//! The templates: those of the program, and those by which a centre replaces them.
//!
//! Owns: the list of templates, their names, and reading a centre's folder. Must not know what a document says.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use typst::syntax::{DiagSpanKind, Source};

/// The largest template that is read, in bytes.
pub const MAX_TEMPLATE: u64 = 256 * 1024;

/// A document the program can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Template {
    /// The opening record (开标记录表), from [`crate::record::OpeningRecord`].
    OpeningRecord,
    /// A bidder's letter with schedule, price list and declarations (投标函及附件), from [`crate::bid::BidDocument`].
    BidLetter,
    /// A bidder's technical response (技术响应文件), from [`crate::bid::BidDocument`].
    BidTechnical,
    /// The committee's sign-in sheet (签到表), from [`crate::paper::SignIn`].
    SignIn,
    /// A member's commitment (承诺书), from [`crate::paper::Commitment`].
    Commitment,
    /// The table of a review (资格性审查表、符合性审查表), from [`crate::paper::ReviewTable`].
    Review,
    /// A member's score sheet (评分表), from [`crate::paper::ScoreSheet`].
    Scores,
    /// Clarifications (澄清、说明、补正), from [`crate::paper::Clarifications`].
    Clarifications,
    /// The summary (评分汇总表), from [`crate::paper::Summary`].
    Summary,
    /// The evaluation report (评标报告), from [`crate::paper::EvaluationReport`].
    Report,
}

/// A file of typst: its name, and what is in it.
pub(crate) type File<'a> = (&'static str, &'a str);

const COMMON: File<'static> = ("common.typ", include_str!("../templates/common.typ"));
const BID: File<'static> = ("bid-common.typ", include_str!("../templates/bid-common.typ"));
const PAPER: File<'static> = ("paper-common.typ", include_str!("../templates/paper-common.typ"));
const PARTS: File<'static> = ("paper-parts.typ", include_str!("../templates/paper-parts.typ"));

impl Template {
    /// All templates.
    pub const ALL: [Self; 10] = [
        Self::OpeningRecord,
        Self::BidLetter,
        Self::BidTechnical,
        Self::SignIn,
        Self::Commitment,
        Self::Review,
        Self::Scores,
        Self::Clarifications,
        Self::Summary,
        Self::Report,
    ];

    /// Its main file as the program has it.
    const fn main(self) -> File<'static> {
        match self {
            Self::OpeningRecord => ("opening-record.typ", include_str!("../templates/opening-record.typ")),
            Self::BidLetter => ("bid-letter.typ", include_str!("../templates/bid-letter.typ")),
            Self::BidTechnical => ("bid-technical.typ", include_str!("../templates/bid-technical.typ")),
            Self::SignIn => ("sign-in.typ", include_str!("../templates/sign-in.typ")),
            Self::Commitment => ("commitment.typ", include_str!("../templates/commitment.typ")),
            Self::Review => ("review.typ", include_str!("../templates/review.typ")),
            Self::Scores => ("scores.typ", include_str!("../templates/scores.typ")),
            Self::Clarifications => ("clarifications.typ", include_str!("../templates/clarifications.typ")),
            Self::Summary => ("summary.typ", include_str!("../templates/summary.typ")),
            Self::Report => ("report.typ", include_str!("../templates/report.typ")),
        }
    }

    /// The name of its file, by which a centre replaces it.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        self.main().0
    }

    /// The text of its file as the program has it: what a centre begins with.
    #[must_use]
    pub const fn built_in(self) -> &'static str {
        self.main().1
    }

    /// The template with what it imports, main file first.
    pub(crate) fn files<'a>(self, centre: &'a Centre) -> Vec<File<'a>> {
        let (name, built_in) = self.main();
        let text = centre.texts.get(&self).map_or(built_in, String::as_str);
        vec![(name, text), COMMON, BID, PAPER, PARTS]
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file_name().trim_end_matches(".typ"))
    }
}

/// A centre's folder of templates that cannot be used.
#[derive(Debug, Error)]
pub enum TemplateError {
    /// The folder or a file in it cannot be read.
    #[error("模板 {path:?} 无法读取 / template cannot be read")]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file replaces nothing: its name is no template's.
    #[error("{path:?} 不对应任何模板；可用的名称：{} / no template has this name", names())]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// A file is larger than a template may be.
    #[error("模板 {path:?} 有 {bytes} 字节，最多 {MAX_TEMPLATE} 字节 / template is too large")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// A file is not typst.
    #[error("模板 {path:?} 第 {line} 行第 {column} 列有语法错误：{message} / syntax error in the template")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What typst says.
        message: String,
    },
}

fn names() -> String {
    Template::ALL.map(Template::file_name).join("、")
}

/// The templates of a centre.
#[derive(Debug, Default)]
pub(crate) struct Centre {
    folder: PathBuf,
    texts: BTreeMap<Template, String>,
}

impl Centre {
    /// Reads the folder: every `.typ` file in it replaces the template of its name; other files are left alone.
    pub(crate) fn read(folder: &Path) -> Result<Self, TemplateError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| TemplateError::Read { path, source }
        };
        let mut texts = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(failed(folder))? {
            let path = entry.map_err(failed(folder))?.path();
            if path.extension().is_none_or(|ending| ending != "typ") {
                continue;
            }
            let known = Template::ALL
                .into_iter()
                .find(|it| path.file_name().is_some_and(|name| name == it.file_name()));
            let template = known.ok_or_else(|| TemplateError::Unknown { path: path.clone() })?;
            let bytes = fs::metadata(&path).map_err(failed(&path))?.len();
            if bytes > MAX_TEMPLATE {
                return Err(TemplateError::TooLarge { path, bytes });
            }
            let text = fs::read_to_string(&path).map_err(failed(&path))?;
            check_syntax(&path, &text)?;
            texts.insert(template, text);
        }
        Ok(Self { folder: folder.to_owned(), texts })
    }

    /// The text that replaces a template, and the file it stands in.
    pub(crate) fn text(&self, template: Template) -> Option<(&str, PathBuf)> {
        let text = self.texts.get(&template)?;
        Some((text, self.folder.join(template.file_name())))
    }
}

fn check_syntax(path: &Path, text: &str) -> Result<(), TemplateError> {
    let source = Source::detached(text);
    let Some(error) = source.root().errors_and_warnings().0.into_iter().next() else { return Ok(()) };
    let range = match error.span.get() {
        DiagSpanKind::Detached => None,
        DiagSpanKind::Number { num, sub_range, .. } => source.range(num, sub_range),
        DiagSpanKind::Range { range, .. } => Some(range),
    };
    let place = range.and_then(|range| source.lines().byte_to_line_column(range.start));
    let (line, column) = place.unwrap_or_default();
    Err(TemplateError::Syntax {
        path: path.to_owned(),
        line: line.saturating_add(1),
        column: column.saturating_add(1),
        message: error.message.to_string(),
    })
}
