//! Members' score sheets, and the corrections of scores.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_domain::evaluation::{Change, Event, Sheet, SheetPart, Voided};
use bidroom_report::paper as doc;

use crate::context::{Context, moment, points};
use crate::{facts, words};

/// A sheet and what it covers.
type Part<'a> = (SheetPart, &'a Sheet);

/// The sheets of each member that committed one, also those that became void.
pub(crate) fn sheets(context: &Context<'_>) -> Vec<(u8, doc::ScoreSheet)> {
    let mut counting: BTreeMap<u8, Vec<Part<'_>>> = BTreeMap::new();
    for (part, sheets) in &context.state.sheets {
        for (member, sheet) in sheets {
            counting.entry(*member).or_default().push((*part, sheet));
        }
    }
    let mut void: BTreeMap<u8, (Vec<Part<'_>>, String)> = BTreeMap::new();
    for it in &context.state.void {
        if let Voided::Sheet { part, member, sheet } = &it.what {
            let (sheets, cause) = void.entry(*member).or_default();
            sheets.push((*part, sheet));
            *cause = context.word(words::void(it.cause));
        }
    }
    let members: BTreeSet<u8> = counting.keys().chain(void.keys()).copied().collect();
    let made = members.into_iter().map(|member| {
        let (sheets, cause) = match (counting.get(&member), void.get(&member)) {
            (Some(sheets), _) => (sheets.clone(), String::new()),
            (None, Some((sheets, cause))) => (sheets.clone(), cause.clone()),
            (None, None) => (Vec::new(), String::new()),
        };
        (member, sheet(context, member, &sheets, cause))
    });
    made.collect()
}

fn sheet(context: &Context<'_>, member: u8, sheets: &[Part<'_>], void: String) -> doc::ScoreSheet {
    let statements = sheets.iter().flat_map(|(_, sheet)| &sheet.statements);
    let said = statements.filter_map(|statement| Some((statement, context.said(statement)?)));
    let last = said.max_by_key(|(_, said)| said.entry);
    let sign = match last {
        Some((statement, said)) => context.signed(statement, said.at, Some(member)),
        None => doc::Sign::Open,
    };
    let id = format!("scores-{member}");
    doc::ScoreSheet {
        head: context.head(&id, &format!("PF{member}"), last.map(|(_, said)| said.entry)),
        index: member.into(),
        name: context.name(member),
        parts: sheets.iter().map(|(part, sheet)| score_part(context, *part, sheet)).collect(),
        corrections: corrections(context, Some(member)),
        void,
        notes: Vec::new(),
        hand: context.hand(member, sign),
    }
}

fn score_part(context: &Context<'_>, part: SheetPart, sheet: &Sheet) -> doc::ScorePart {
    let labels: Vec<u32> = sheet.committed.keys().copied().collect();
    let lifted = context.state.blind.lifted.is_some();
    let bids = labels.iter().map(|label| match (part, facts::behind(context.state, part, *label)) {
        (SheetPart::Blind, Some(bid)) if lifted => {
            doc::BidName { number: *label, name: context.bid_text(bid) }
        }
        (SheetPart::Blind, _) => doc::BidName { number: *label, name: String::new() },
        _ => context.bid(*label),
    });
    // What is not revealed is nobody's to read, whatever the state holds.
    let scores = sheet.scores.as_ref();
    let known = |label: u32| scores?.get(&label).filter(|_| sheet.revealed.contains(&label));
    let first = |label: u32, item: &str| sheet.original.as_ref()?.get(&label)?.get(item).copied();
    let cell = |label: u32, item: &str| match known(label).and_then(|row| row.get(item)) {
        None => doc::ScoreCell { now: context.told(None::<String>), first: None },
        Some(now) => doc::ScoreCell {
            now: points((*now).into()),
            first: first(label, item).filter(|first| first != now).map(|first| points(first.into())),
        },
    };
    let of_sheet: Vec<_> = facts::criteria(context)
        .filter(|(_, it)| context.plan.sheet(part).any(|known| known.id == it.id))
        .collect();
    let total = |label: u32| match known(label) {
        None => context.told(None::<String>),
        Some(row) => points(row.values().map(|score| u64::from(*score)).sum()),
    };
    doc::ScorePart {
        title: context.word(words::part(part)),
        blind: part == SheetPart::Blind,
        bids: bids.collect(),
        committed_at: labels.iter().map(|label| sheet.committed.get(label).copied().map(moment)).collect(),
        totals: labels.iter().map(|label| total(*label)).collect(),
        max: points(of_sheet.iter().map(|(_, it)| u64::from(it.max)).sum()),
        rows: of_sheet
            .into_iter()
            .map(|(criterion, it)| doc::ScoreRow {
                criterion,
                cells: labels.iter().map(|label| cell(*label, &it.id)).collect(),
            })
            .collect(),
    }
}

/// Corrections of scores, of one member or of all, in the log's order.
pub(crate) fn corrections(context: &Context<'_>, of: Option<u8>) -> Vec<doc::ScoreCorrection> {
    let mut rows = Vec::new();
    for it in context.log() {
        let Event::SheetCorrected(corrected) = &it.event else { continue };
        if of.is_some_and(|member| member != corrected.member) {
            continue;
        }
        let row = |change: Option<&Change>| doc::ScoreCorrection {
            who: context.who(corrected.member),
            bid: context.told(change.map(|it| words::sheet_bid(context, corrected.part, it.bid))),
            criterion: context.told(change.map(|it| words::criterion_name(context, &it.item))),
            from: context.told(change.map(|it| points(it.from.into()))),
            to: context.told(change.map(|it| points(it.to.into()))),
            ground: context.word(words::change(corrected.ground)),
            clause: corrected.ground.clause().to_owned(),
            reason: context.told(corrected.reason.as_deref()),
            at: moment(it.at),
            entry: Some(it.entry),
        };
        match &corrected.changes {
            Some(changes) => rows.extend(changes.iter().map(|change| row(Some(change)))),
            None => rows.push(row(None)),
        }
    }
    rows
}
