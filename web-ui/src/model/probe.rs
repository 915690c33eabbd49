//! Whether a bidder's locks have shown that they open the bid, and when that is asked for again.

use super::facts::OwnBid;
use bidroom_canon::Sm3Digest;
use bidroom_domain::At;

/// A lock to which the own bid is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTo {
    /// SM3 of its encryption certificate.
    pub recipient: Sm3Digest,
    /// Serial of that certificate, in groups.
    pub serial: String,
    /// Its last four digits.
    pub tail: String,
    /// When it showed last that it opens this bid.
    pub probed: Option<At>,
}

/// What is asked of the bidder now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Since when an answer counts; none where that is the receipt.
    pub due: Option<At>,
    /// The lock that answered last since then, and when.
    pub answered: Option<(String, At)>,
    /// When it is asked for again.
    pub next: Option<At>,
}

impl OwnBid {
    /// What is asked at `now`; nothing where no bid stands.
    pub fn asked(&self, now: At) -> Option<Asked> {
        let (_, received) = self.receipt.as_ref()?;
        let due = self.probe_due.iter().copied().filter(|due| *due <= now && due > received).max();
        let since = due.unwrap_or(*received);
        let answers = self.locks.iter().filter_map(|lock| Some((lock.tail.clone(), lock.probed?)));
        Some(Asked {
            due,
            answered: answers.filter(|(_, at)| *at >= since).max_by_key(|(_, at)| *at),
            next: self.probe_due.iter().copied().filter(|due| *due > now).min(),
        })
    }

    /// The lock with this encryption certificate, if the bid is sealed to it.
    pub fn lock(&self, recipient: &Sm3Digest) -> Option<&SealedTo> {
        self.locks.iter().find(|lock| lock.recipient == *recipient)
    }

    /// What its locks end in.
    pub fn tails(&self) -> String {
        self.locks.iter().map(|lock| lock.tail.as_str()).collect::<Vec<_>>().join(" / ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIVED: At = At(1_000);
    const DAY: At = At(5_000);
    const HOUR: At = At(9_000);

    fn own(probed: [Option<i64>; 2]) -> OwnBid {
        let lock = |tail: &str, probed: Option<i64>| SealedTo {
            recipient: Sm3Digest::of(tail.as_bytes()),
            serial: tail.to_owned(),
            tail: tail.to_owned(),
            probed: probed.map(At),
        };
        let [main, sub] = probed;
        OwnBid {
            receipt: Some(("7C2E 90B4".into(), RECEIVED)),
            locks: vec![lock("0D47", main), lock("2B90", sub)],
            probe_due: vec![DAY, HOUR],
            signed_in: None,
        }
    }

    #[track_caller]
    fn check(own: &OwnBid, now: i64, due: Option<At>, answered: Option<&str>, next: Option<At>) {
        let asked = own.asked(At(now)).unwrap();
        assert_eq!(
            (asked.due, asked.answered.as_ref().map(|(tail, _)| tail.as_str()), asked.next),
            (due, answered, next)
        );
    }

    #[test]
    fn it_is_asked_at_once_a_day_before_and_an_hour_before() {
        check(&own([None, None]), 1_000, None, None, Some(DAY));
        check(&own([Some(1_200), None]), 2_000, None, Some("0D47"), Some(DAY));
        check(&own([Some(1_200), Some(1_300)]), 4_999, None, Some("2B90"), Some(DAY));
        check(&own([Some(1_200), None]), 5_000, Some(DAY), None, Some(HOUR));
        check(&own([Some(1_200), Some(5_000)]), 5_001, Some(DAY), Some("2B90"), Some(HOUR));
        check(&own([Some(1_200), Some(5_000)]), 9_000, Some(HOUR), None, None);
    }

    #[test]
    fn who_came_late_is_asked_once_for_now() {
        let mut own = own([None, None]);
        own.receipt = Some(("7C2E 90B4".into(), At(6_000)));
        check(&own, 6_500, None, None, Some(HOUR));
        assert_eq!(OwnBid::default().asked(At(6_500)), None);
    }

    #[test]
    fn a_lock_is_known_by_its_certificate_and_not_by_its_last_digits() {
        let own = own([None, None]);
        assert!(own.lock(&Sm3Digest::of(b"2B90")).is_some());
        assert!(own.lock(&Sm3Digest::of(b"another that ends in 2B90")).is_none());
        assert_eq!(own.tails(), "0D47 / 2B90");
    }
}
