//! What may happen: a command of somebody, decided against the opening's state and the evaluation's.

mod blind;
mod case;
mod clarify;
mod committee;
mod draws;
mod members;
mod prices;
mod report;
mod results;
mod reviews;
mod sheets;
mod stages;
mod votes;

use super::command::{Command, Said};
use super::event::{CommitteeList, Event};
use super::refusal::Refusal;
use super::state::State;
use crate::{Actor, At, opening};
use case::Case;

/// Most bytes of one field: with the others it has to fit into an entry of the log.
pub(super) const MOST_BYTES: u64 = 50_000;

/// Whether a list of members makes a committee for a lot, before anybody may open it: what is known of the lot's opening
/// counts, an interest in a bidder does not.
///
/// # Errors
/// The [`Refusal`] with which it would not be opened.
pub fn check_list(opening: &opening::State, list: &CommitteeList) -> Result<(), Refusal> {
    let waiting = State::default();
    let state = opening.evaluation.as_deref().unwrap_or(&waiting);
    let lot = opening.lot.as_ref().ok_or(Refusal::NoPlan)?;
    let plan = lot.evaluation.as_ref().ok_or(Refusal::NoPlan)?;
    let (by, statement, at) = (&Actor::Room, None, At(0));
    committee::usable(&Case { opening, lot, plan, state, by, statement, at }, list)
}

/// Decides a command of `by` at `at`. Pure: nothing is changed, neither by a yes nor by a no.
pub(crate) fn decide(
    opening: &opening::State,
    by: &Actor,
    Said { command, statement }: Said,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let waiting = State::default();
    let state = opening.evaluation.as_deref().unwrap_or(&waiting);
    let lot = opening.lot.as_ref().ok_or(Refusal::NoPlan)?;
    let plan = lot.evaluation.as_ref().ok_or(Refusal::NoPlan)?;
    if statement.is_some_and(|statement| state.said.contains(&statement)) {
        return Err(Refusal::SaidBefore);
    }
    let case = Case { opening, lot, plan, state, by, statement, at };
    match command {
        Command::ImportCommittee { list } => committee::import(&case, list),
        Command::OpenCommittee { list } => committee::open(&case, *list),
        Command::VoteChair { round, choice } => committee::vote_chair(&case, round, choice),
        Command::ResignChair { reason } => committee::resign_chair(&case, reason),
        Command::DeclareRecusal { reason } => members::recuse(&case, reason),
        Command::SeatMember { member, seat, terminal, identity, phone_deposited } => {
            let signed_in = members::SignIn { member, seat, terminal, identity, phone_deposited };
            members::seat(&case, signed_in)
        }
        Command::MoveMember { member, terminal, reason } => {
            members::move_member(&case, member, terminal, reason)
        }
        Command::SignCommitment => members::commit(&case),
        Command::ReplaceMember { member, ground, reason, successor } => {
            members::replace(&case, member, ground, reason, *successor)
        }
        Command::AskTime { reason } => members::ask_time(&case, reason),
        Command::Start => stages::start(&case),
        Command::FinishStage { stage } => stages::finish(&case, stage),
        Command::AskReopening { stage, reason } => stages::ask_reopening(&case, stage, reason),
        Command::ReopenStage { number, lock_tail } => stages::reopen(&case, number, lock_tail),
        Command::Stop { ground, reason } => stages::stop(&case, ground, reason),
        Command::Resume { reason } => stages::resume(&case, reason),
        Command::Cancel { ground, reason } => stages::cancel(&case, ground, reason),
        Command::GiveReview { review, bid, verdicts } => reviews::give(&case, review, bid, verdicts),
        Command::ConcludeReview { review, bid } => reviews::conclude(&case, review, bid),
        Command::AskClarification { about, matter, text, minutes } => {
            clarify::ask(&case, about, matter, text, minutes)
        }
        Command::AnswerClarification { number, text, documents } => {
            clarify::answer(&case, number, text, documents)
        }
        Command::ProposeCorrection { bid, rule, before, after, reason, minutes } => {
            prices::propose(&case, (bid, rule), (before, after), reason, minutes)
        }
        Command::AnswerCorrection { number, confirmed } => prices::answer(&case, number, confirmed),
        Command::OpenLowPrice { bid, triggers, reason, minutes } => {
            prices::open_low(&case, bid, triggers, reason, minutes)
        }
        Command::ExplainLowPrice { bid, text, documents } => prices::explain_low(&case, bid, text, documents),
        Command::ConcludeLowPrice { bid, opinion } => prices::conclude_low(&case, bid, opinion),
        Command::RecordDraw { purpose, among, value } => draws::order(&case, purpose, among, value),
        Command::OpenVote { subject, text } => votes::open(&case, subject, text),
        Command::CastBallot { vote, agrees, reason } => votes::cast(&case, vote, agrees, reason),
        Command::WriteDissent { vote, reason } => votes::dissent(&case, vote, reason),
        Command::NumberBlind { value } => draws::number(&case, value),
        Command::LiftBlind { lock_tail } => blind::lift(&case, lock_tail),
        Command::CommitSheet { part, sheet } => sheets::commit(&case, part, sheet),
        Command::CorrectSheet { part, ground, changes, reason } => {
            sheets::correct(&case, (part, ground), changes, reason)
        }
        Command::FixResult { inputs, outcome, table, candidates, ground, reason } => {
            let fixed = results::Outcome { inputs, outcome, table, candidates, ground, reason };
            results::fix(&case, fixed)
        }
        Command::CheckReport { report, findings } => report::check(&case, report, findings),
        Command::AcknowledgeFindings { report, text } => report::acknowledge(&case, report, text),
        Command::SignReport { report, dissent } => report::sign(&case, report, dissent),
        Command::RecordUnsigned { member, report, note } => report::unsigned(&case, member, report, note),
        Command::SuperviseReport { report, lock_tail } => report::supervise(&case, report, lock_tail),
        Command::Close => results::close(&case),
        Command::Publish { own } => results::publish(&case, own),
        Command::OpenRereview { ground, reason } => results::rereview(&case, ground, reason),
        Command::TellFinance { document } => results::tell_finance(&case, document),
        Command::Tick => clarify::tick(&case),
    }
}
