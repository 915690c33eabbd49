//! The room's time.

use serde::{Deserialize, Serialize};

/// A moment of the room's clock: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct At(pub i64);

impl At {
    /// This moment and `seconds` more.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(i64::from(seconds).saturating_mul(1000)))
    }

    /// This moment and `millis` more.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative where `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Hours, minutes, seconds and milliseconds of the day in China Standard Time (UTC+8, no summer time).
    pub fn china_time(self) -> (i64, i64, i64, i64) {
        let of_day = self.0.saturating_add(8 * 3_600_000).rem_euclid(86_400_000);
        (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60, of_day % 1000)
    }

    /// Year, month and day in China Standard Time.
    pub fn china_date(self) -> (i64, i64, i64) {
        // Days to civil date, after the proleptic Gregorian calendar with years that begin in March.
        let days = self.0.saturating_add(8 * 3_600_000).div_euclid(86_400_000).saturating_add(719_468);
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era.saturating_mul(400) + i64::from(month <= 2);
        (year, month, day)
    }

    /// Midnight, in China Standard Time, with which a day begins; none for a date that does not exist.
    pub fn of_china_date(year: i64, month: i64, day: i64) -> Option<Self> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        // Civil date to days, as in `china_date`.
        let shifted = if month <= 2 { year - 1 } else { year };
        let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let days =
            era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
        let at = Self(days * 86_400_000 - 8 * 3_600_000);
        (at.china_date() == (year, month, day)).then_some(at)
    }

    /// Days since Monday in China Standard Time: 0 is Monday.
    pub fn china_weekday(self) -> i64 {
        (self.0.saturating_add(8 * 3_600_000).div_euclid(86_400_000) + 3).rem_euclid(7)
    }

    /// `HH:MM:SS`, as times are always shown.
    pub fn clock_text(self) -> String {
        let (hours, minutes, seconds, _) = self.china_time();
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }

    /// `YYYY-MM-DD`, as dates stand in tables.
    pub fn date_text(self) -> String {
        let (year, month, day) = self.china_date();
        format!("{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_moment_if_it_exists() {
        for millis in [0, 1_773_799_200_000, 951_782_400_000, 4_102_444_800_000] {
            let (year, month, day) = At(millis).china_date();
            let midnight = At::of_china_date(year, month, day).unwrap();
            assert_eq!(
                (midnight.china_date(), midnight.clock_text().as_str()),
                ((year, month, day), "00:00:00")
            );
            assert!((0..86_400_000).contains(&At(millis).millis_since(midnight)));
        }
        for (year, month, day) in [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (-1, 1, 1)] {
            assert_eq!(At::of_china_date(year, month, day), None);
        }
    }

    #[track_caller]
    fn check(millis: i64, date: &str, clock: &str, weekday: i64) {
        let at = At(millis);
        assert_eq!(
            (at.date_text().as_str(), at.clock_text().as_str(), at.china_weekday()),
            (date, clock, weekday)
        );
    }

    #[test]
    fn china_time_and_date() {
        check(0, "1970-01-01", "08:00:00", 3);
        check(1_773_799_200_000, "2026-03-18", "10:00:00", 2);
        check(951_753_600_000, "2000-02-29", "00:00:00", 1);
        check(-28_800_001, "1969-12-31", "23:59:59", 2);
        check(4_107_513_599_000, "2100-02-28", "23:59:59", 6);
    }
}
