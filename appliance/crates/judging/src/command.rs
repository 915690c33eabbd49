//! From an event back to the command it answers, so that it can be judged again.

use bidroom_domain::Actor;
use bidroom_domain::opening::{Command, Event, State};

/// The command that gives an event of this kind; none where the event cannot stand alone, or where what it says is
/// not shown.
pub fn command_of(event: &Event, by: &Actor, state: &State) -> Option<Command> {
    let standing = |bidder: &bidroom_domain::Bidder| state.standing.get(&bidder.code).map(|it| it.bid);
    Some(match event {
        Event::SessionCreated(created) => Command::CreateSession(Box::new(created.clone())),
        Event::KeysPublished(published) => Command::PublishKeys(published.clone()),
        Event::ReplacementStarted(started) => {
            let bidder = started.bidder.as_ref()?;
            let last = state.sequences.get(&bidder.code).copied().unwrap_or(0);
            Command::StartBid {
                bid: started.bid?,
                sequence: last.saturating_add(1),
                replaces: standing(bidder),
            }
        }
        Event::BidReceived(received) => Command::ReceiveBid {
            bid: received.bid?,
            packages: received.packages?,
            sequence: received.sequence?,
            replaces: standing(received.bidder.as_ref()?),
            length: received.length?,
        },
        Event::BidWithdrawn(withdrawn) => {
            Command::WithdrawBid { bid: withdrawn.bid?, statement: withdrawn.statement? }
        }
        Event::BidderSignedIn(signed_in) => Command::SignIn { statement: signed_in.statement? },
        Event::DeadlinePassed(_) => Command::Tick,
        Event::RosterPublished(_) => return None,
        Event::OpeningRefused(_) | Event::OpeningClosed(_) if *by == Actor::Room => Command::Tick,
        Event::OpeningRefused(_) | Event::OpeningClosed(_) => Command::CloseUnlock,
        Event::ShareAuthorised(authorised) => Command::AuthoriseShare {
            index: authorised.index,
            lock_tail: authorised.lock_tail.clone(),
            statement: authorised.statement,
        },
        Event::UnlockStarted(_) => Command::StartUnlock,
        Event::LockMismatched(mismatched) => Command::ReportLockMismatch {
            present: mismatched.present.clone(),
            sealed_to: mismatched.sealed_to.clone(),
        },
        Event::ShareCollected(collected) => Command::CollectShare {
            lock: collected.lock.clone(),
            attempt: collected.attempt,
            // The consent names the bid; that it names this one is checked with the consent.
            bid: state.row(&collected.bidder)?.row.bid,
            statement: collected.statement,
            packages: collected.packages,
        },
        Event::ClockStopped(stopped) => Command::StopClock { reason: stopped.reason.clone() },
        Event::ClockResumed(_) => Command::ResumeClock,
        Event::OpeningOpened(opened) => Command::RecordOpening {
            outcomes: opened.outcomes.clone(),
            table: opened.table,
            rows: opened.rows.clone(),
        },
        Event::BodyVerified(verified) => Command::RecordBody(Ok(verified.clone())),
        Event::BodyFailed(failed) => Command::RecordBody(Err(failed.clone())),
        Event::BidAttributed(attributed) => Command::AttributeBid {
            bidder: attributed.bidder.clone(),
            fate: attributed.fate,
            reason: attributed.reason.clone(),
        },
        Event::BidAnnounced(announced) => Command::AnnounceBid { number: announced.number },
        Event::AnnouncingFinished(_) => Command::FinishAnnouncing,
        // Which table a confirmation or objection names is checked with its statement.
        Event::RecordConfirmed(confirmed) => {
            Command::ConfirmRecord { record: state.opened?.1, statement: confirmed.statement }
        }
        Event::ObjectionRaised(raised) => Command::RaiseObjection {
            record: state.opened?.1,
            text: raised.text.clone(),
            statement: raised.statement,
        },
        Event::ObjectionAnswered(answered) => {
            Command::AnswerObjection { objection: answered.objection, text: answered.text.clone() }
        }
        Event::SessionClosed(_) => Command::CloseSession,
        // Which table and checkpoint a signature names is checked with its statement.
        Event::RecordSigned(signed) => Command::SignRecord {
            record: state.opened?.1,
            lock_tail: signed.lock_tail.clone(),
            statement: signed.statement,
        },
        Event::SignatureMissed(missed) => {
            Command::RecordAbsence { role: missed.role, reason: missed.reason.clone() }
        }
    })
}
