//! Moments and the time zone they are printed in.
//!
//! Owns: the range of moments a document can print. Must not know any clock.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::{OffsetDateTime, UtcOffset};

/// The last moment that prints with a year of four digits in every time zone: two days before the year 10000.
const LAST: i64 = 253_402_300_799_999 - 2 * 86_400_000;

/// A day's distance to 1970 keeps every time zone's local date in range.
const FIRST: i64 = 86_400_000;

/// A moment: milliseconds since 1970-01-01 00:00 UTC, of the room's clock. Printed to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Moment(i64);

/// A moment outside 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("时刻 {0} 毫秒不在 1970 年至 9999 年之间 / moment {0} ms is outside the years 1970 to 9999")]
pub struct MomentOutOfRange(pub i64);

impl Moment {
    /// The moment of so many milliseconds, or the first or last one that prints.
    #[must_use]
    pub fn clamped(milliseconds: i64) -> Self {
        Self(milliseconds.clamp(FIRST, LAST))
    }
}

impl TryFrom<i64> for Moment {
    type Error = MomentOutOfRange;

    fn try_from(milliseconds: i64) -> Result<Self, MomentOutOfRange> {
        if (FIRST..=LAST).contains(&milliseconds) {
            Ok(Self(milliseconds))
        } else {
            Err(MomentOutOfRange(milliseconds))
        }
    }
}

impl From<Moment> for i64 {
    fn from(moment: Moment) -> Self {
        moment.0
    }
}

/// Minutes a local time is ahead of UTC, −14 h to +14 h. China: 480.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct UtcOffsetMinutes(i16);

/// An offset beyond 14 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("时区偏移 {0} 分钟超出 ±14 小时 / time zone offset of {0} min exceeds ±14 h")]
pub struct OffsetOutOfRange(pub i16);

impl UtcOffsetMinutes {
    /// China Standard Time, UTC+8.
    pub const CHINA: Self = Self(480);

    /// The local calendar time of a moment, to the second.
    pub(crate) fn local(self, moment: Moment) -> Option<OffsetDateTime> {
        let offset = UtcOffset::from_whole_seconds(i32::from(self.0).checked_mul(60)?).ok()?;
        let seconds = moment.0.div_euclid(1000);
        OffsetDateTime::from_unix_timestamp(seconds).ok()?.checked_to_offset(offset)
    }

    /// The offset in minutes.
    #[must_use]
    pub fn minutes(self) -> i16 {
        self.0
    }
}

impl TryFrom<i16> for UtcOffsetMinutes {
    type Error = OffsetOutOfRange;

    fn try_from(minutes: i16) -> Result<Self, OffsetOutOfRange> {
        if (-840..=840).contains(&minutes) { Ok(Self(minutes)) } else { Err(OffsetOutOfRange(minutes)) }
    }
}

impl From<UtcOffsetMinutes> for i16 {
    fn from(offset: UtcOffsetMinutes) -> Self {
        offset.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(milliseconds: i64, offset: i16, expect: Option<&str>) {
        let printed = Moment::try_from(milliseconds).ok().map(|moment| {
            let local = UtcOffsetMinutes::try_from(offset).unwrap().local(moment).unwrap();
            let (date, time) = (local.date(), local.time());
            format!("{date} {:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
        });
        assert_eq!(printed.as_deref(), expect);
    }

    #[test]
    fn moments_print_in_local_time_or_are_refused() {
        check(1_773_799_200_000, 480, Some("2026-03-18 10:00:00"));
        check(1_773_799_200_999, 480, Some("2026-03-18 10:00:00"));
        check(1_773_799_200_000, -300, Some("2026-03-17 21:00:00"));
        check(86_400_000, -840, Some("1970-01-01 10:00:00"));
        check(LAST, 840, Some("9999-12-30 13:59:59"));
        check(86_399_999, 0, None);
        check(-1, 480, None);
        check(LAST + 1, 480, None);
        check(i64::MAX, 480, None);
    }

    #[test]
    fn offsets_beyond_fourteen_hours_are_refused() {
        assert_eq!(UtcOffsetMinutes::try_from(841), Err(OffsetOutOfRange(841)));
        assert_eq!(UtcOffsetMinutes::try_from(i16::MIN), Err(OffsetOutOfRange(i16::MIN)));
    }
}
