//! A small committee and its method, for tests.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::At;
use bidroom_domain::evaluation::{
    Ballot, Committee, Criterion, CriterionKind, CriterionPart, Election, MemberRole, MemberState, Plan,
    Review, ReviewItem, Seating, Sheet, SheetPart, State, Subject, Tally, Vote,
};

/// Members 1 to `members`, all at work; the first is the chair.
pub(super) fn committee_of(members: u8) -> Committee {
    let member = |index: u8| {
        let seating = Seating { seat: index, terminal: None, at: At(0) };
        let state = MemberState {
            role: MemberRole::Expert,
            member: None,
            seating: Some(seating),
            committed: Some(At(0)),
            left: None,
            asked_time: None,
        };
        (index, state)
    };
    Committee {
        list: Sm3Digest::of(b"list"),
        imported: At(0),
        opened: Some(At(0)),
        members: (1..=members).map(member).collect(),
        chair: Some(1),
        election: Election { round: 1, ballots: BTreeMap::new() },
    }
}

/// A method with one item of each kind.
pub(super) fn plan() -> Plan {
    let criterion = |id: &str, kind, part| Criterion {
        id: id.into(),
        name: id.into(),
        part,
        kind,
        max: 1000,
        step: 50,
        blind: false,
        guide: String::new(),
        grades: Vec::new(),
    };
    let item = |id: &str| ReviewItem {
        id: id.into(),
        review: Review::Conformity,
        text: id.into(),
        clause: "招标文件 第六章".into(),
    };
    Plan {
        reviews: vec![item("signed"), item("answers")],
        criteria: vec![
            criterion("cases", CriterionKind::Objective, CriterionPart::Commercial),
            criterion("design", CriterionKind::Subjective, CriterionPart::Technical),
        ],
        ..Plan::scored()
    }
}

/// A state with so many members and bids.
pub(super) fn state_of(members: u8, bids: u32) -> State {
    let committee = Some(committee_of(members));
    State { committee, bids: (1..=bids).collect(), started: Some(At(0)), ..State::default() }
}

/// Gives a member a revealed sheet, bid by bid what it gave for the item.
pub(super) fn gives(state: &mut State, member: u8, item: &str, scores: &[(u32, u32)]) {
    let sheet = state.sheets.entry(SheetPart::Whole).or_default().entry(member).or_default();
    let Sheet { committed, revealed, scores: known, .. } = sheet;
    for (bid, score) in scores {
        committed.insert(*bid, At(1));
        revealed.insert(*bid);
        known.get_or_insert_default().entry(*bid).or_default().insert(item.to_owned(), *score);
    }
}

/// A vote that is over, with what each member said.
pub(super) fn voted(number: u32, subject: Subject, said: &[(u8, bool)], at: At) -> Vote {
    let ballot =
        |(member, agrees): &(u8, bool)| (*member, Ballot { agrees: Some(*agrees), reason: None, at });
    let count = |wanted: bool| {
        u32::try_from(said.iter().filter(|(_, agrees)| *agrees == wanted).count()).unwrap_or_default()
    };
    let (yes, no) = (count(true), count(false));
    Vote {
        number,
        subject,
        text: None,
        at,
        ballots: said.iter().map(ballot).collect(),
        closed: Some(Tally { yes, no, carried: yes > no, at }),
        dissents: BTreeMap::new(),
        void: None,
    }
}
