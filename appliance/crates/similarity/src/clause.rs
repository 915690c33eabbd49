//! The clauses that hints may bear on, word for word.

use serde::{Deserialize, Serialize};

/// A clause: 招标投标法实施条例 第四十条 or 财政部令第87号 第三十七条, with its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// 实施条例 40 (一).
    Regulation40Item1,
    /// 实施条例 40 (二).
    Regulation40Item2,
    /// 实施条例 40 (三).
    Regulation40Item3,
    /// 实施条例 40 (四).
    Regulation40Item4,
    /// 实施条例 40 (五).
    Regulation40Item5,
    /// 实施条例 40 (六).
    Regulation40Item6,
    /// 87号令 37 (一).
    Decree87Article37Item1,
    /// 87号令 37 (二).
    Decree87Article37Item2,
    /// 87号令 37 (三).
    Decree87Article37Item3,
    /// 87号令 37 (四).
    Decree87Article37Item4,
    /// 87号令 37 (五).
    Decree87Article37Item5,
    /// 87号令 37 (六).
    Decree87Article37Item6,
}

impl Clause {
    /// The same item of both: 招标投标法实施条例 40 and 87号令 37 count alike from 1 to 6.
    pub(crate) fn both(item: u8) -> Vec<Self> {
        match item {
            1 => vec![Self::Regulation40Item1, Self::Decree87Article37Item1],
            2 => vec![Self::Regulation40Item2, Self::Decree87Article37Item2],
            3 => vec![Self::Regulation40Item3, Self::Decree87Article37Item3],
            4 => vec![Self::Regulation40Item4, Self::Decree87Article37Item4],
            5 => vec![Self::Regulation40Item5, Self::Decree87Article37Item5],
            6 => vec![Self::Regulation40Item6, Self::Decree87Article37Item6],
            _ => Vec::new(),
        }
    }

    /// Where it stands.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Regulation40Item1 => "招标投标法实施条例 第四十条（一）",
            Self::Regulation40Item2 => "招标投标法实施条例 第四十条（二）",
            Self::Regulation40Item3 => "招标投标法实施条例 第四十条（三）",
            Self::Regulation40Item4 => "招标投标法实施条例 第四十条（四）",
            Self::Regulation40Item5 => "招标投标法实施条例 第四十条（五）",
            Self::Regulation40Item6 => "招标投标法实施条例 第四十条（六）",
            Self::Decree87Article37Item1 => "财政部令第87号 第三十七条（一）",
            Self::Decree87Article37Item2 => "财政部令第87号 第三十七条（二）",
            Self::Decree87Article37Item3 => "财政部令第87号 第三十七条（三）",
            Self::Decree87Article37Item4 => "财政部令第87号 第三十七条（四）",
            Self::Decree87Article37Item5 => "财政部令第87号 第三十七条（五）",
            Self::Decree87Article37Item6 => "财政部令第87号 第三十七条（六）",
        }
    }

    /// Its words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Regulation40Item1 | Self::Decree87Article37Item1 => {
                "不同投标人的投标文件由同一单位或者个人编制"
            }
            Self::Regulation40Item2 | Self::Decree87Article37Item2 => {
                "不同投标人委托同一单位或者个人办理投标事宜"
            }
            Self::Regulation40Item3 => "不同投标人的投标文件载明的项目管理成员为同一人",
            Self::Decree87Article37Item3 => "不同投标人的投标文件载明的项目管理成员或者联系人员为同一人",
            Self::Regulation40Item4 | Self::Decree87Article37Item4 => {
                "不同投标人的投标文件异常一致或者投标报价呈规律性差异"
            }
            Self::Regulation40Item5 | Self::Decree87Article37Item5 => "不同投标人的投标文件相互混装",
            Self::Regulation40Item6 | Self::Decree87Article37Item6 => {
                "不同投标人的投标保证金从同一单位或者个人的账户转出"
            }
        }
    }
}
