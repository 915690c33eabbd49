//! From an event back to the command it answers, so that it can be judged again.

use bidroom_canon::Sm3Digest;

use super::command::Command;
use super::event::Event;
use super::terms::CancelGround;

/// The command that gives an event of this kind; none where the event follows another one in the same batch, or where
/// what it says is not shown.
pub fn command_of(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        Event::CommitteeImported(it) => Command::ImportCommittee { list: it.list },
        Event::EvaluationStarted(_) => Command::Start,
        Event::CommitteeOpened(it) => Command::OpenCommittee { list: Box::new(it.list?) },
        Event::RecusalDeclared(it) => Command::DeclareRecusal { reason: it.reason? },
        Event::MemberSeated(it) => Command::SeatMember {
            member: it.member,
            seat: it.seat,
            terminal: it.terminal?,
            identity: it.identity,
            phone_deposited: it.phone_deposited,
        },
        Event::MemberMoved(it) => {
            Command::MoveMember { member: it.member, terminal: it.terminal?, reason: it.reason? }
        }
        Event::CommitmentSigned(_) => Command::SignCommitment,
        Event::ChairBalloted(it) => Command::VoteChair { round: it.round, choice: it.choice? },
        Event::ChairResigned(it) => Command::ResignChair { reason: it.reason? },
        Event::MemberReplaced(it) => Command::ReplaceMember {
            member: it.member,
            ground: it.ground,
            reason: it.reason?,
            successor: Box::new(it.successor?),
        },
        Event::TimeAsked(it) => Command::AskTime { reason: it.reason? },
        Event::StageFinished(it) => Command::FinishStage { stage: it.stage },
        Event::ReopeningAsked(it) => Command::AskReopening { stage: it.stage, reason: it.reason? },
        Event::StageReopened(it) => Command::ReopenStage { number: it.number, lock_tail: it.lock_tail },
        Event::ReviewGiven(it) => {
            Command::GiveReview { review: it.review, bid: it.bid, verdicts: it.verdicts? }
        }
        Event::ReviewConcluded(it) => Command::ConcludeReview { review: it.review, bid: it.bid },
        Event::ClarificationAsked(it) => Command::AskClarification {
            about: it.about,
            matter: it.matter,
            text: it.text?,
            minutes: it.minutes,
        },
        Event::ClarificationAnswered(it) => {
            Command::AnswerClarification { number: it.number, text: it.text?, documents: it.documents }
        }
        Event::CorrectionProposed(it) => Command::ProposeCorrection {
            bid: it.bid,
            rule: it.rule,
            before: it.before?,
            after: it.after?,
            reason: it.reason?,
            minutes: it.minutes,
        },
        Event::CorrectionAnswered(it) => {
            Command::AnswerCorrection { number: it.number, confirmed: it.confirmed }
        }
        Event::ClarificationLapsed(_) | Event::CorrectionLapsed(_) => Command::Tick,
        Event::LowPriceOpened(it) => Command::OpenLowPrice {
            bid: it.bid,
            triggers: it.triggers,
            reason: it.reason?,
            minutes: it.minutes,
        },
        Event::LowPriceExplained(it) => {
            Command::ExplainLowPrice { bid: it.bid, text: it.text?, documents: it.documents }
        }
        Event::LowPriceConcluded(it) => Command::ConcludeLowPrice { bid: it.bid, opinion: it.opinion? },
        Event::VoteOpened(it) => Command::OpenVote { subject: it.subject, text: it.text? },
        Event::VoteBalloted(it) => {
            Command::CastBallot { vote: it.vote, agrees: it.agrees?, reason: it.reason }
        }
        Event::DissentWritten(it) => Command::WriteDissent { vote: it.vote, reason: it.reason? },
        Event::BlindNumbered(it) => Command::NumberBlind { value: it.value? },
        Event::BlindLifted(it) => Command::LiftBlind { lock_tail: it.lock_tail },
        Event::SheetCommitted(it) => Command::CommitSheet { part: it.part, sheet: it.sheet? },
        Event::SheetCorrected(it) => Command::CorrectSheet {
            part: it.part,
            ground: it.ground,
            changes: it.changes?,
            reason: it.reason?,
        },
        Event::DrawRecorded(it) => {
            Command::RecordDraw { purpose: it.purpose, among: it.among, value: it.value? }
        }
        Event::ResultFixed(it) => Command::FixResult {
            inputs: it.inputs,
            outcome: it.outcome,
            table: it.table?,
            candidates: it.candidates?,
            ground: it.ground,
            reason: it.reason,
        },
        Event::ReportChecked(it) => Command::CheckReport { report: it.report, findings: it.findings? },
        Event::FindingsAcknowledged(it) => Command::AcknowledgeFindings { report: it.report, text: it.text? },
        Event::ReportSigned(it) => Command::SignReport { report: it.report, dissent: it.dissent },
        Event::ReportUnsigned(it) => {
            Command::RecordUnsigned { member: it.member, report: it.report, note: it.note }
        }
        Event::ReportSupervised(it) => {
            Command::SuperviseReport { report: it.report, lock_tail: it.lock_tail }
        }
        Event::EvaluationClosed(_) => Command::Close,
        Event::ResultPublished(it) => Command::Publish { own: it.own },
        Event::RereviewOpened(it) => Command::OpenRereview { ground: it.ground, reason: it.reason? },
        Event::FinanceTold(it) => Command::TellFinance { document: it.document },
        Event::EvaluationStopped(it) => Command::Stop { ground: it.ground, reason: it.reason? },
        Event::EvaluationResumed(it) => Command::Resume { reason: it.reason? },
        // Too few bids end the lot when a stage is finished.
        Event::LotCancelled(it) if matches!(it.ground, CancelGround::TooFew | CancelGround::AllRejected) => {
            Command::FinishStage { stage: it.stage }
        }
        Event::LotCancelled(it) => Command::Cancel { ground: it.ground, reason: it.reason },
        Event::RecusalFound(_)
        | Event::ChairElected(_)
        | Event::ChairTied(_)
        | Event::TimeExtended(_)
        | Event::VoteClosed(_)
        | Event::SheetsRevealed(_)
        | Event::ObjectiveDiffered(_) => return None,
    })
}

/// SM3 of the signed statement behind an event, where there is one.
pub const fn statement_of(event: &Event) -> Option<Sm3Digest> {
    match event {
        Event::VoteOpened(it) => Some(it.statement),
        Event::VoteBalloted(it) => Some(it.statement),
        Event::DissentWritten(it) => Some(it.statement),
        Event::BlindLifted(it) => Some(it.statement),
        Event::ClarificationAsked(it) => Some(it.statement),
        Event::ClarificationAnswered(it) => Some(it.statement),
        Event::RecusalDeclared(it) => Some(it.statement),
        Event::MemberSeated(it) => Some(it.statement),
        Event::CommitmentSigned(it) => Some(it.statement),
        Event::ChairBalloted(it) => Some(it.statement),
        Event::ChairResigned(it) => Some(it.statement),
        Event::TimeAsked(it) => Some(it.statement),
        Event::SheetCommitted(it) => Some(it.statement),
        Event::SheetCorrected(it) => Some(it.statement),
        Event::StageReopened(it) => Some(it.statement),
        Event::FindingsAcknowledged(it) => Some(it.statement),
        Event::ReportSigned(it) => Some(it.statement),
        Event::ReportSupervised(it) => Some(it.statement),
        Event::CorrectionProposed(it) => Some(it.statement),
        Event::CorrectionAnswered(it) => Some(it.statement),
        Event::LowPriceExplained(it) => Some(it.statement),
        Event::LowPriceConcluded(it) => Some(it.statement),
        Event::ReviewGiven(it) => Some(it.statement),
        Event::StageFinished(it) => it.statement,
        Event::ReopeningAsked(it) => it.statement,
        Event::EvaluationStopped(it) => it.statement,
        Event::EvaluationResumed(it) => it.statement,
        Event::LotCancelled(it) => it.statement,
        Event::LowPriceOpened(it) => it.statement,
        Event::ReviewConcluded(it) => it.statement,
        Event::ReportUnsigned(it) => it.statement,
        Event::CommitteeImported(_)
        | Event::EvaluationStarted(_)
        | Event::CommitteeOpened(_)
        | Event::RecusalFound(_)
        | Event::MemberMoved(_)
        | Event::ChairElected(_)
        | Event::ChairTied(_)
        | Event::MemberReplaced(_)
        | Event::TimeExtended(_)
        | Event::ClarificationLapsed(_)
        | Event::CorrectionLapsed(_)
        | Event::VoteClosed(_)
        | Event::BlindNumbered(_)
        | Event::SheetsRevealed(_)
        | Event::ObjectiveDiffered(_)
        | Event::DrawRecorded(_)
        | Event::ResultFixed(_)
        | Event::ReportChecked(_)
        | Event::EvaluationClosed(_)
        | Event::ResultPublished(_)
        | Event::RereviewOpened(_)
        | Event::FinanceTold(_) => None,
    }
}
