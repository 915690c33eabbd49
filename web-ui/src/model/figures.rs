//! Figures as people read them: what is left of a window, dates, headings with their unit.

use crate::text::{Common, Lang, Phase, Say};
use bidroom_domain::At;

/// `MM:SS`, or `H:MM:SS` from one hour on. A started second counts as a whole one, so that 00:00 means over.
pub fn left_text(millis: i64) -> String {
    let seconds = millis.max(0).saturating_add(999) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// Whole minutes of a length of time.
pub const fn minutes(millis: i64) -> i64 {
    millis / 60_000
}

/// The date as prose has it: 2026 年 3 月 18 日.
pub fn long_date(at: At) -> Common {
    let (year, month, day) = at.china_date();
    Common::Today { year, month, day }
}

/// The day of the week.
pub fn weekday(at: At) -> Common {
    match at.china_weekday() {
        0 => Common::Monday,
        1 => Common::Tuesday,
        2 => Common::Wednesday,
        3 => Common::Thursday,
        4 => Common::Friday,
        5 => Common::Saturday,
        _ => Common::Sunday,
    }
}

/// Whether the five-minute mark, and which full minute of interest, lies between two moments of a countdown: what a
/// reader is told about a silent timer (10, 5 and 1 minute).
pub fn minute_passed(before_millis: i64, after_millis: i64) -> Option<Phase> {
    [10, 5, 1]
        .into_iter()
        .find(|minutes| before_millis > minutes * 60_000 && after_millis <= minutes * 60_000)
        .map(|minutes| Phase::SpokenLeft { minutes })
}

/// A heading and its unit: `交货期（日历天）` is `交货期` in `日历天`.
pub fn split_unit(heading: &str) -> (&str, Option<&str>) {
    for (open, close) in [('（', '）'), ('(', ')')] {
        if let Some((label, rest)) = heading.split_once(open)
            && let Some((unit, _)) = rest.split_once(close)
        {
            return (label.trim_end(), Some(unit));
        }
    }
    (heading, None)
}

/// An amount with its currency.
pub fn amount(fen: bidroom_domain::Fen, lang: Lang) -> String {
    Common::Yuan { figures: fen.figures() }.say(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left() {
        for (millis, text) in [
            (767_000, "12:47"),
            (766_001, "12:47"),
            (1, "00:01"),
            (0, "00:00"),
            (-5, "00:00"),
            (3_600_000, "1:00:00"),
            (200_000_000, "55:33:20"),
        ] {
            assert_eq!(left_text(millis), text, "{millis}");
        }
    }

    #[test]
    fn headings_and_units() {
        for (heading, expect) in [
            ("交货期（日历天）", ("交货期", Some("日历天"))),
            ("Delivery (days)", ("Delivery", Some("days"))),
            ("项目负责人", ("项目负责人", None)),
            ("半（开", ("半（开", None)),
        ] {
            assert_eq!(split_unit(heading), expect);
        }
    }

    #[test]
    fn minutes_that_are_spoken() {
        let spoken = |before, after| minute_passed(before, after);
        assert_eq!(spoken(300_001, 299_900), Some(Phase::SpokenLeft { minutes: 5 }));
        assert_eq!(spoken(300_000, 299_000), None);
        assert_eq!(spoken(60_500, 60_000), Some(Phase::SpokenLeft { minutes: 1 }));
        assert_eq!(spoken(2_000_000, 1_999_000), None);
    }

    #[test]
    fn dates() {
        let at = At(1_773_799_200_000);
        assert_eq!(long_date(at).say(Lang::Zh), "2026 年 3 月 18 日");
        assert_eq!(long_date(at).say(Lang::En), "2026-03-18");
        assert_eq!(weekday(at).say(Lang::Zh), "星期三");
    }
}
