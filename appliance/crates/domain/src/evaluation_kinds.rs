//! The kinds of events of an evaluation, in one place: those who read them make types of them, those who do not still
//! tell them from what no version knows.

/// Calls a macro with all kinds, their types and private fields.
macro_rules! with_evaluation_kinds {
    ($make:ident) => {
        $make! {
            /// An event of an evaluation.
            otherwise unknown;
            "committee.imported" => CommitteeImported [],
            "evaluation.started" => EvaluationStarted [],
            "committee.opened" => CommitteeOpened ["list"],
            "recusal.found" => RecusalFound ["relation"],
            "recusal.declared" => RecusalDeclared ["reason"],
            "member.seated" => MemberSeated ["terminal"],
            "member.moved" => MemberMoved ["terminal", "reason"],
            "commitment.signed" => CommitmentSigned [],
            "chair.balloted" => ChairBalloted ["choice"],
            "chair.elected" => ChairElected [],
            "chair.tied" => ChairTied [],
            "chair.resigned" => ChairResigned ["reason"],
            "member.replaced" => MemberReplaced ["successor", "reason"],
            "time.asked" => TimeAsked ["reason"],
            "time.extended" => TimeExtended [],
            "stage.finished" => StageFinished [],
            "reopening.asked" => ReopeningAsked ["reason"],
            "stage.reopened" => StageReopened [],
            "review.given" => ReviewGiven ["verdicts"],
            "review.concluded" => ReviewConcluded [],
            "clarification.asked" => ClarificationAsked ["text"],
            "clarification.answered" => ClarificationAnswered ["text"],
            "clarification.lapsed" => ClarificationLapsed [],
            "correction.proposed" => CorrectionProposed ["before", "after", "reason"],
            "correction.answered" => CorrectionAnswered [],
            "correction.lapsed" => CorrectionLapsed [],
            "low_price.opened" => LowPriceOpened ["reason"],
            "low_price.explained" => LowPriceExplained ["text"],
            "low_price.concluded" => LowPriceConcluded ["opinion"],
            "vote.opened" => VoteOpened ["text"],
            "vote.balloted" => VoteBalloted ["agrees", "reason"],
            "vote.closed" => VoteClosed [],
            "dissent.written" => DissentWritten ["reason"],
            "blind.numbered" => BlindNumbered ["numbers", "value"],
            "blind.lifted" => BlindLifted [],
            "sheet.committed" => SheetCommitted ["sheet"],
            "sheets.revealed" => SheetsRevealed [],
            "objective.differed" => ObjectiveDiffered [],
            "sheet.corrected" => SheetCorrected ["changes", "reason"],
            "draw.recorded" => DrawRecorded ["value"],
            "result.fixed" => ResultFixed ["table", "candidates", "reason"],
            "report.checked" => ReportChecked ["findings"],
            "findings.acknowledged" => FindingsAcknowledged ["text"],
            "report.signed" => ReportSigned ["dissent"],
            "report.unsigned" => ReportUnsigned [],
            "report.supervised" => ReportSupervised [],
            "evaluation.closed" => EvaluationClosed [],
            "result.published" => ResultPublished [],
            "rereview.opened" => RereviewOpened ["reason"],
            "finance.told" => FinanceTold [],
            "evaluation.stopped" => EvaluationStopped ["reason"],
            "evaluation.resumed" => EvaluationResumed ["reason"],
            "lot.cancelled" => LotCancelled [],
        }
    };
}

pub(crate) use with_evaluation_kinds;
