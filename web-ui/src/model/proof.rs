//! Why a row can be trusted, in four short columns.

use super::figures::amount;
use super::row::{ProofState, Row};
use super::scene::{Restricted, Scene};
use crate::text::{Both, Lang, Proof, Say};

/// One column of the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Heading.
    pub head: Proof,
    /// Text.
    pub text: Both,
    /// Whether it holds; a sealed bid's missing share does not.
    pub holds: bool,
}

/// The word on the badge.
pub const fn badge(state: ProofState) -> Proof {
    match state {
        ProofState::AfterOpening => Proof::AfterOpening,
        ProofState::Checking => Proof::Checking,
        ProofState::Withheld => Proof::Withheld,
        ProofState::Verified => Proof::Verified,
        ProofState::Sealed => Proof::StillSealed,
        ProofState::Disagrees => Proof::Disagrees,
    }
}

/// The explanation of a row: what this page checked itself, and no more.
pub fn explain(row: &Row, scene: &Scene) -> Vec<Column> {
    let mut columns = Vec::with_capacity(4);
    let deadline = scene.project.as_ref().map(|project| project.deadline.clock_text()).unwrap_or_default();
    columns.push(Column {
        head: Proof::InTime,
        text: Proof::InTimePublic { at: deadline }.both(),
        holds: true,
    });
    if !row.is_opened() {
        columns.push(Column { head: Proof::ThreeShares, text: Proof::ShareMissing.both(), holds: false });
        return columns;
    }
    columns.push(Column {
        head: Proof::ThreeShares,
        text: Proof::ThreeSharesText {
            needed: scene.threshold,
            officers: scene.officers.len(),
            at: scene.opened_at.map(|at| at.clock_text()).unwrap_or_default(),
        }
        .both(),
        holds: true,
    });
    columns.push(match scene.withheld() {
        Some(restricted) => withheld(restricted),
        None => as_sealed(row),
    });
    in_ledger(scene, &mut columns);
    columns
}

/// The schedule stays with its readers; what everybody has is the commitment to it.
fn withheld(restricted: &Restricted) -> Column {
    let text = Proof::WithheldText { clause: restricted.clause.clone() }.both();
    Column { head: Proof::WithheldHead, text, holds: false }
}

fn as_sealed(row: &Row) -> Column {
    let price = row.schedule.as_ref().and_then(|shown| shown.price);
    let priced = |lang: Lang| {
        let price = price.map_or_else(|| "—".to_owned(), |price| amount(price, lang));
        Proof::AsSealedText { price }.say(lang)
    };
    Column {
        head: Proof::AsSealed,
        text: Both { zh: priced(Lang::Zh), en: priced(Lang::En) },
        holds: row.proof == ProofState::Verified,
    }
}

fn in_ledger(scene: &Scene, columns: &mut Vec<Column>) {
    if let (Some(entry), Some(ledger)) = (scene.marks.opened, &scene.ledger) {
        let (witnesses, _) = ledger.witnesses;
        let text = if witnesses == 0 {
            Proof::InLedgerText { entry, size: ledger.size }.both()
        } else {
            Proof::InLedgerWitness { entry, size: ledger.size, witnesses }.both()
        };
        columns.push(Column { head: Proof::InLedger, text, holds: true });
    }
}
