//! From an event back to the command it answers, so that it can be judged again.

use bidroom_domain::opening::{Command, Event, Remedy, State};
use bidroom_domain::{Actor, evaluation};

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
        // That every device had answered is custody's word; it follows the publication of keys.
        Event::StandbyProved(_) | Event::StandbyMissing(_) => return None,
        Event::DeviceLost(lost) => Command::LoseDevice { device: lost.device.clone() },
        Event::DeviceReturned(returned) => Command::ReturnDevice { device: returned.device.clone() },
        Event::OfficerProbed(probed) => Command::ProbeOfficer {
            index: probed.index,
            lock: probed.lock,
            lock_tail: probed.lock_tail.clone(),
            challenge: probed.challenge,
            statement: probed.statement,
        },
        Event::ReplacementAgreed(agreed) => Command::AgreeReplacement {
            index: agreed.index,
            version: agreed.version,
            officers: agreed.officers.clone(),
            lock_tail: agreed.lock_tail.clone(),
            packages: agreed.packages,
            statement: agreed.statement,
        },
        Event::OfficersRedealt(redealt) => Command::RedealOfficers(redealt.clone()),
        Event::ClockSet(set) => Command::DoubtClock { step: set.step, millis: set.millis },
        Event::ClockConfirmed(confirmed) => Command::ConfirmTime {
            index: confirmed.index,
            step: confirmed.step,
            said: confirmed.said,
            lock_tail: confirmed.lock_tail.clone(),
            statement: confirmed.statement,
        },
        Event::LockProbed(probed) => Command::ProbeLock {
            bid: probed.bid?,
            lock: probed.lock?,
            lock_tail: probed.lock_tail.clone()?,
            challenge: probed.challenge?,
            statement: probed.statement?,
        },
        Event::PackagesReplaced(replaced) => Command::ReplacePackages {
            bid: replaced.bid?,
            packages: replaced.packages?,
            version: replaced.version?,
            added: replaced.added.clone()?,
            record: replaced.record?,
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
        // What trustees give follows their last part.
        Event::ShareCollected(collected) if collected.remedy == Some(Remedy::RemedyKey) => return None,
        Event::ShareCollected(collected) => Command::CollectShare {
            lock: collected.lock.clone(),
            attempt: collected.attempt,
            // The consent names the bid; that it names this one is checked with the consent.
            bid: state.row(&collected.bidder)?.row.bid,
            statement: collected.statement,
            packages: collected.packages,
            remedy: collected.remedy,
        },
        Event::RemedyAsked(asked) => Command::AskRemedyKey {
            attempt: asked.attempt,
            bid: asked.bid,
            lock: asked.lock.clone(),
            reason: asked.reason.clone(),
            statement: asked.statement,
        },
        Event::RemedyAllowed(allowed) => Command::AllowRemedyKey {
            bidder: allowed.bidder.clone(),
            request: allowed.request,
            reason: allowed.reason.clone(),
        },
        Event::RemedyAgreed(agreed) => Command::AgreeRemedyKey {
            bidder: agreed.bidder.clone(),
            request: agreed.request,
            lock_tail: agreed.lock_tail.clone(),
            statement: agreed.statement,
        },
        Event::RemedyPartGiven(given) => Command::GiveRemedyPart {
            bidder: given.bidder.clone(),
            index: given.index,
            attempt: given.attempt,
            // The statement names the bid; that it names this one is checked with the statement.
            bid: state.row(&given.bidder)?.row.bid,
            request: given.request,
            lock_tail: given.lock_tail.clone(),
            statement: given.statement,
            packages: given.packages,
        },
        Event::TroubleReported(reported) => {
            Command::ReportTrouble { bidder: reported.bidder.clone(), trouble: reported.trouble.clone() }
        }
        Event::BidderHeld(held) => match held.since {
            Some(since) => {
                Command::MakeUpBidder { bidder: held.bidder.clone(), reason: held.reason.clone(), since }
            }
            None => Command::HoldBidder { bidder: held.bidder.clone(), reason: held.reason.clone() },
        },
        Event::BidderReleased(released) => Command::ReleaseBidder { bidder: released.bidder.clone() },
        Event::ClockStopped(stopped) if stopped.since.is_some() => {
            Command::MakeUpClock { reason: stopped.reason.clone(), since: stopped.since? }
        }
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
        Event::FateAgreed(agreed) => Command::AgreeFate {
            bidder: agreed.bidder.clone(),
            decision: agreed.decision,
            lock_tail: agreed.lock_tail.clone(),
            statement: agreed.statement,
        },
        Event::FateContested(contested) => Command::ContestFate {
            bidder: contested.bidder.clone(),
            decision: contested.decision,
            reason: contested.reason.clone(),
            lock_tail: contested.lock_tail.clone(),
            statement: contested.statement,
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
        Event::Evaluation(event) => {
            let command = evaluation::command_of(event)?;
            let statement = evaluation::statement_of(event);
            Command::Evaluate(Box::new(evaluation::Said { command, statement }))
        }
    })
}
