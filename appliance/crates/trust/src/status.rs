//! What revocation data said of a certificate that is accepted, and how old it is.

use bidroom_domain::At;

const HOUR: i64 = 3_600_000;

/// What is known of revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// Not revoked, by data of this time that may still be used.
    Fresh {
        /// When the oldest data that was used was made.
        made: At,
    },
    /// Not revoked, by data that is older than it should be.
    Old {
        /// When it was made.
        made: At,
    },
    /// There is no data of this authority.
    Unknown,
    /// Nobody looked: only the chain was judged.
    NotAsked,
}

impl Revocation {
    /// The weaker of two.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotAsked, _) | (_, Self::NotAsked) => Self::NotAsked,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Old { made }, Self::Old { made: other } | Self::Fresh { made: other })
            | (Self::Fresh { made: other }, Self::Old { made }) => Self::Old { made: made.min(other) },
            (Self::Fresh { made }, Self::Fresh { made: other }) => Self::Fresh { made: made.min(other) },
        }
    }

    /// In a few words at `now`, Chinese and English.
    pub fn words(self, now: At) -> (String, String) {
        match self {
            Self::Fresh { made } => (
                format!("未吊销（吊销数据{}）", age_text_zh(made, now)),
                format!("not revoked (data of {})", age_text_en(made, now)),
            ),
            Self::Old { made } => (
                format!("吊销数据已旧（{}），未见吊销", age_text_zh(made, now)),
                format!("revocation data is old ({}); not revoked by it", age_text_en(made, now)),
            ),
            Self::Unknown => {
                ("没有这家发证机构的吊销数据".to_owned(), "no revocation data of this CA".to_owned())
            }
            Self::NotAsked => ("未核对吊销".to_owned(), "revocation was not looked up".to_owned()),
        }
    }
}

/// How long ago, in Chinese.
pub fn age_text_zh(made: At, now: At) -> String {
    let hours = now.0.saturating_sub(made.0).max(0) / HOUR;
    match hours {
        0 => "不到 1 小时前".to_owned(),
        1..72 => format!("{hours} 小时前"),
        _ => format!("{} 天前", hours / 24),
    }
}

/// How long ago, in English.
pub fn age_text_en(made: At, now: At) -> String {
    let hours = now.0.saturating_sub(made.0).max(0) / HOUR;
    match hours {
        0 => "less than an hour ago".to_owned(),
        1 => "an hour ago".to_owned(),
        2..72 => format!("{hours} hours ago"),
        _ => format!("{} days ago", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hours: i64, zh: &str, en: &str) {
        let (made, now) = (At(HOUR), At(HOUR + hours * HOUR));
        assert_eq!((age_text_zh(made, now).as_str(), age_text_en(made, now).as_str()), (zh, en));
    }

    #[test]
    fn ages_are_told_in_hours_then_days() {
        check(-1, "不到 1 小时前", "less than an hour ago");
        check(1, "1 小时前", "an hour ago");
        check(71, "71 小时前", "71 hours ago");
        check(73, "3 天前", "3 days ago");
    }

    #[test]
    fn the_weaker_knowledge_counts() {
        let (fresh, old) = (Revocation::Fresh { made: At(5) }, Revocation::Old { made: At(7) });
        assert_eq!(fresh.and(Revocation::Fresh { made: At(3) }), Revocation::Fresh { made: At(3) });
        assert_eq!(fresh.and(old), Revocation::Old { made: At(5) });
        assert_eq!(old.and(fresh), Revocation::Old { made: At(5) });
        assert_eq!(old.and(Revocation::Unknown), Revocation::Unknown);
        assert_eq!(Revocation::NotAsked.and(fresh), Revocation::NotAsked);
    }
}
