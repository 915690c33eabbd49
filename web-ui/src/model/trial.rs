//! Will this computer and this lock do for this tender? One line per question, each good or with what to do.
//!
//! The command `check` of the bidder's tool asks the same; it sees drivers and devices, which no page does.

use super::facts::{Link, OwnBid};
use crate::deed::{Doing, Helper};
use crate::text::{Both, Probe, Say, Trial};
use bidroom_domain::At;

/// A difference of clocks that is told, in milliseconds.
const WORTH_TELLING: i64 = 5_000;

/// How a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// It works.
    Good,
    /// Nothing is to be done now.
    Later,
    /// Something is to be done.
    Todo,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it stands.
    pub light: Light,
    /// The answer.
    pub head: Both,
    /// What to do.
    pub todo: Option<Both>,
}

/// What the browser tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computer {
    /// A value kept for the tab is found again.
    pub keeps: bool,
    /// How far its clock is ahead of the room's, milliseconds; none before the room was heard.
    pub ahead: Option<i64>,
}

fn good(head: impl Say) -> Line {
    Line { light: Light::Good, head: head.both(), todo: None }
}

fn later(head: impl Say) -> Line {
    Line { light: Light::Later, head: head.both(), todo: None }
}

fn todo(head: impl Say, what: impl Say) -> Line {
    Line { light: Light::Todo, head: head.both(), todo: Some(what.both()) }
}

/// All lines, in the order in which they are put right. `deadline` is the opening time; `early` while it is ahead.
pub fn lines(
    computer: Computer,
    link: Link,
    doing: &Doing,
    own: Option<&OwnBid>,
    (deadline, early): (At, bool),
) -> Vec<Line> {
    vec![
        if computer.keeps { good(Trial::BrowserOk) } else { todo(Trial::BrowserBad, Trial::BrowserTodo) },
        if link == Link::Live { good(Trial::RoomOk) } else { todo(Trial::RoomBad, Trial::RoomTodo) },
        clock(computer.ahead.filter(|_| link == Link::Live)),
        match doing.helper {
            Helper::Paired(_) => good(Trial::HelperOk),
            _ if doing.drill => later(Trial::HelperDrill),
            _ => todo(Trial::HelperBad, Trial::HelperTodo),
        },
        match &doing.lock {
            Some(lock) => good(Trial::LockOk { holder: lock.holder.clone(), tail: lock.tail.clone() }),
            None => todo(Trial::LockBad, Trial::LockTodo),
        },
        certificate(doing, own, deadline),
        probe(doing, own, early),
    ]
}

fn clock(ahead: Option<i64>) -> Line {
    let Some(ahead) = ahead else { return later(Trial::ClockWait) };
    let seconds = ahead.saturating_abs().saturating_add(500) / 1000;
    match ahead {
        _ if ahead.saturating_abs() < WORTH_TELLING => good(Trial::ClockOk),
        ..0 => todo(Trial::ClockSlow { seconds }, Trial::ClockTodo),
        _ => todo(Trial::ClockFast { seconds }, Trial::ClockTodo),
    }
}

fn certificate(doing: &Doing, own: Option<&OwnBid>, deadline: At) -> Line {
    let Some(lock) = doing.lock.as_ref().filter(|_| doing.busy.is_none()) else {
        return later(Trial::CertificateWait);
    };
    // The room tells of the own bid only to whom it takes for a bidder of this tender.
    if own.is_none() {
        return todo(Trial::CertificateBad, Trial::CertificateTodo);
    }
    let date = lock.valid_until.clone();
    if lock.not_after < deadline {
        return todo(Probe::EndsEarly { date }, Probe::EndsEarlyNote);
    }
    good(Trial::CertificateOk { date })
}

fn probe(doing: &Doing, own: Option<&OwnBid>, early: bool) -> Line {
    let (Some(lock), Some(own)) = (&doing.lock, own) else { return later(Trial::ProbeWait) };
    if own.receipt.is_none() {
        return later(Trial::ProbeNoBid);
    }
    match own.lock(&lock.recipient) {
        None => {
            todo(Probe::Misfit { present: lock.opens.clone() }, Probe::MisfitNote { registered: own.tails() })
        }
        Some(sealed) => match sealed.probed {
            Some(at) => good(Trial::ProbeOk { at: moment(at) }),
            None if early => todo(Trial::ProbeOpen, Trial::ProbeTodo),
            None => later(Trial::ProbeLate),
        },
    }
}

/// A moment as it is shown.
pub fn moment(at: At) -> String {
    format!("{} {}", at.date_text(), at.clock_text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deed::{Deed, OpenLock};
    use crate::model::probe::SealedTo;
    use bidroom_canon::Sm3Digest;

    const DEADLINE: At = At(1_773_799_200_000);

    fn computer() -> Computer {
        Computer { keeps: true, ahead: Some(-1_200) }
    }

    fn doing() -> Doing {
        let lock = OpenLock {
            kind: Both::same("主锁"),
            holder: "甲公司".into(),
            authority: "云州CA".into(),
            serial: "1F3A 88C2 0D47".into(),
            tail: "0D47".into(),
            opens: "55B2".into(),
            valid_until: "2026-03-19".into(),
            not_after: DEADLINE.plus_seconds(86_400),
            certificate: Vec::new(),
            recipient: Sm3Digest::of(b"main"),
        };
        Doing { lock: Some(lock), helper: Helper::Paired(Vec::new()), ..Doing::default() }
    }

    fn own(probed: Option<At>) -> OwnBid {
        let (recipient, serial, tail) = (Sm3Digest::of(b"main"), "55B2".to_owned(), "55B2".to_owned());
        OwnBid {
            receipt: Some(("7C2E 90B4".into(), At(1_000))),
            locks: vec![SealedTo { recipient, serial, tail, probed }],
            ..OwnBid::default()
        }
    }

    #[track_caller]
    fn lights(computer: Computer, link: Link, doing: &Doing, own: Option<&OwnBid>, expect: &str) {
        let found: String = lines(computer, link, doing, own, (DEADLINE, true))
            .iter()
            .inspect(|line| assert_eq!(line.todo.is_some(), line.light == Light::Todo, "{line:?}"))
            .map(|line| match line.light {
                Light::Good => '+',
                Light::Later => '.',
                Light::Todo => '!',
            })
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn every_line_stands_for_one_question() {
        lights(computer(), Link::Live, &doing(), Some(&own(Some(At(2_000)))), "+++++++");
        lights(computer(), Link::Live, &Doing::default(), None, "+++!!..");
        lights(computer(), Link::Live, &Doing { drill: true, ..Doing::default() }, None, "+++.!..");
        lights(computer(), Link::Lost { attempt: 2 }, &doing(), Some(&own(None)), "+!.+++!");
        let off = Computer { keeps: false, ahead: Some(60_400) };
        lights(off, Link::Live, &doing(), Some(&OwnBid::default()), "!+!+++.");
    }

    #[test]
    fn a_certificate_is_refused_by_the_room_and_ends_by_its_date() {
        lights(computer(), Link::Live, &doing(), None, "+++++!.");
        let signing_in = Doing { busy: Some(Deed::FindLocks), ..doing() };
        lights(computer(), Link::Live, &signing_in, None, "+++++..");
        let mut ends = doing();
        ends.lock.as_mut().unwrap().not_after = At(DEADLINE.0 - 1);
        lights(computer(), Link::Live, &ends, Some(&own(Some(At(2_000)))), "+++++!+");
    }

    #[test]
    fn a_renewed_lock_is_found_by_its_certificate() {
        let mut renewed = doing();
        renewed.lock.as_mut().unwrap().recipient = Sm3Digest::of(b"renewed");
        lights(computer(), Link::Live, &renewed, Some(&own(Some(At(2_000)))), "++++++!");
    }

    #[test]
    fn clocks_are_told_apart() {
        for (ahead, words) in
            [(0, "一致"), (-4_999, "一致"), (-60_400, "慢 60 秒"), (5_000, "快 5 秒"), (i64::MIN, "慢")]
        {
            assert!(clock(Some(ahead)).head.zh.contains(words), "{ahead}");
        }
    }
}
