//! What may happen: a command of somebody, decided against the opening's state and the evaluation's.

mod blind;
mod case;
mod clarify;
mod committee;
mod members;
mod prices;
mod report;
mod results;
mod reviews;
mod sheets;
mod stages;
mod votes;

use super::command::Command;
use super::event::Event;
use super::refusal::Refusal;
use super::state::State;
use crate::{Actor, At, opening};
use case::Case;

/// Longest reason, question or answer, in characters.
pub(super) const MOST_TEXT: u32 = 2000;
/// Most bytes of one field: with the others it has to fit into an entry of the log.
pub(super) const MOST_BYTES: u64 = 50_000;

/// Decides a command of `by` at `at`. Pure: nothing is changed, neither by a yes nor by a no.
pub(crate) fn decide(
    opening: &opening::State,
    by: &Actor,
    command: Command,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let waiting = State::default();
    let state = opening.evaluation.as_deref().unwrap_or(&waiting);
    let lot = opening.lot.as_ref().ok_or(Refusal::NoPlan)?;
    let plan = lot.evaluation.as_ref().ok_or(Refusal::NoPlan)?;
    let case = Case { opening, lot, plan, state, by, at };
    match command {
        Command::ImportCommittee { list } => committee::import(&case, list),
        Command::OpenCommittee { list } => committee::open(&case, *list),
        Command::VoteChair { round, choice, statement } => {
            committee::vote_chair(&case, round, choice, statement)
        }
        Command::ResignChair { reason, statement } => committee::resign_chair(&case, reason, statement),
        Command::DeclareRecusal { reason, statement } => members::recuse(&case, reason, statement),
        Command::SeatMember { member, seat, terminal, identity, phone_deposited, statement } => {
            let signed_in = members::SignIn { member, seat, terminal, identity, phone_deposited, statement };
            members::seat(&case, signed_in)
        }
        Command::MoveMember { member, terminal, reason } => {
            members::move_member(&case, member, terminal, reason)
        }
        Command::SignCommitment { statement } => members::commit(&case, statement),
        Command::ReplaceMember { member, ground, reason, successor } => {
            members::replace(&case, member, ground, reason, *successor)
        }
        Command::AskTime { reason, statement } => members::ask_time(&case, reason, statement),
        Command::Start => stages::start(&case),
        Command::FinishStage { stage } => stages::finish(&case, stage),
        Command::AskReopening { stage, reason } => stages::ask_reopening(&case, stage, reason),
        Command::ReopenStage { number, lock_tail, statement } => {
            stages::reopen(&case, number, lock_tail, statement)
        }
        Command::Stop { ground, reason } => stages::stop(&case, ground, reason),
        Command::Resume { reason } => stages::resume(&case, reason),
        Command::Cancel { ground, reason } => stages::cancel(&case, ground, reason),
        Command::GiveReview { review, bid, verdicts, statement } => {
            reviews::give(&case, review, bid, verdicts, statement)
        }
        Command::ConcludeReview { review, bid } => reviews::conclude(&case, review, bid),
        Command::AskClarification { about, matter, text, minutes, statement } => {
            clarify::ask(&case, about, matter, text, (minutes, statement))
        }
        Command::AnswerClarification { number, text, documents, statement } => {
            clarify::answer(&case, number, text, documents, statement)
        }
        Command::ProposeCorrection { bid, rule, before, after, reason, minutes } => {
            prices::propose(&case, (bid, rule), (before, after), reason, minutes)
        }
        Command::AnswerCorrection { number, confirmed, statement } => {
            prices::answer(&case, number, confirmed, statement)
        }
        Command::OpenLowPrice { bid, triggers, reason, minutes } => {
            prices::open_low(&case, bid, triggers, reason, minutes)
        }
        Command::ExplainLowPrice { bid, text, documents, statement } => {
            prices::explain_low(&case, bid, text, documents, statement)
        }
        Command::ConcludeLowPrice { bid, opinion } => prices::conclude_low(&case, bid, opinion),
        Command::RecordDraw { purpose, among, order, draw } => {
            prices::record_draw(&case, purpose, among, order, draw)
        }
        Command::OpenVote { subject, text } => votes::open(&case, subject, text),
        Command::CastBallot { vote, agrees, reason, statement } => {
            votes::cast(&case, vote, agrees, reason, statement)
        }
        Command::WriteDissent { vote, reason, statement } => votes::dissent(&case, vote, reason, statement),
        Command::NumberBlind { draw, numbers } => blind::number(&case, draw, numbers),
        Command::LiftBlind { lock_tail, statement } => blind::lift(&case, lock_tail, statement),
        Command::CommitSheet { part, sheet, statement } => sheets::commit(&case, part, sheet, statement),
        Command::CorrectSheet { part, ground, changes, reason, statement } => {
            sheets::correct(&case, (part, ground), changes, reason, statement)
        }
        Command::FixResult { inputs, outcome, table, candidates, ground, reason } => {
            let fixed = results::Outcome { inputs, outcome, table, candidates, ground, reason };
            results::fix(&case, fixed)
        }
        Command::CheckReport { report, findings } => report::check(&case, report, findings),
        Command::AcknowledgeFindings { report, text, statement } => {
            report::acknowledge(&case, report, text, statement)
        }
        Command::SignReport { report, dissent, statement } => report::sign(&case, report, dissent, statement),
        Command::RecordUnsigned { member, report, note } => report::unsigned(&case, member, report, note),
        Command::SuperviseReport { report, lock_tail, statement } => {
            report::supervise(&case, report, lock_tail, statement)
        }
        Command::Close => results::close(&case),
        Command::Publish { own } => results::publish(&case, own),
        Command::OpenRereview { ground, reason } => results::rereview(&case, ground, reason),
        Command::TellFinance { document } => results::tell_finance(&case, document),
        Command::Tick => clarify::tick(&case),
    }
}
