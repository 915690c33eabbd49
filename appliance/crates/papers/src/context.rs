//! What all documents look up: names, prices, entries, signatures, and the head they share.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::{Event, MemberState, Plan, State, Voided, statement_of};
use bidroom_domain::{Actor, At, ColumnKind, Fen, LotFacts, StaffRole, opening};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleValue};
use bidroom_report::Pictures;
use bidroom_report::moment::{Moment, UtcOffsetMinutes};
use bidroom_report::paper::{BidName, Hand, Head, Mark, Remark, Sign};
use bidroom_report::record::{Language, Price, Tender};

use crate::{Facts, Logged};

/// The facts of one evaluation, ready to be looked up.
pub(crate) struct Context<'a> {
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) opening: &'a opening::State,
    pub(crate) lot: &'a LotFacts,
    pub(crate) plan: &'a Plan,
    pub(crate) state: &'a State,
    statements: BTreeMap<Sm3Digest, &'a Logged>,
}

impl<'a> Context<'a> {
    /// None where the lot is not evaluated here, or nothing of it happened.
    pub(crate) fn new(facts: &'a Facts<'a>) -> Option<Self> {
        let lot = facts.opening.lot.as_ref()?;
        let plan = lot.evaluation.as_deref()?;
        let state = facts.opening.evaluation.as_deref()?;
        let statements = facts.log.iter().filter_map(|it| Some((statement_of(&it.event)?, it))).collect();
        Some(Self { facts, opening: facts.opening, lot, plan, state, statements })
    }

    /// The text in the documents' language.
    pub(crate) fn t(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        match self.facts.lang {
            Language::Zh => zh.into(),
            Language::En => en.into(),
        }
    }

    /// A text, or that it is not disclosed.
    pub(crate) fn told(&self, text: Option<impl Into<String>>) -> String {
        text.map_or_else(|| self.t("未披露", "not disclosed"), Into::into)
    }

    /// The events of the log.
    pub(crate) fn log(&self) -> impl DoubleEndedIterator<Item = &'a Logged> {
        self.facts.log.iter()
    }

    /// The last entry of the kind, if there is one.
    pub(crate) fn last(&self, wanted: impl Fn(&Event) -> bool) -> Option<&'a Logged> {
        self.log().rev().find(|it| wanted(&it.event))
    }

    /// The entry of a statement.
    pub(crate) fn entry_of(&self, statement: &Sm3Digest) -> Option<u64> {
        self.statements.get(statement).map(|it| it.entry)
    }

    /// Who said a statement, and when.
    pub(crate) fn said(&self, statement: &Sm3Digest) -> Option<&'a Logged> {
        self.statements.get(statement).copied()
    }

    /// The head of a document, as of its last entry.
    pub(crate) fn head(&self, id: &str, suffix: &str, entry: Option<u64>) -> Head {
        let session = self.lot.session().to_string();
        let checkpoint = self.facts.checkpoint;
        let root = checkpoint.sm3_root.map(|root| root.to_string()).unwrap_or_default();
        let entry = entry.or_else(|| self.facts.log.last().map(|it| it.entry));
        let number = entry.map(|entry| entry.to_string()).unwrap_or_default();
        let qr = match self.facts.address {
            "" => format!("bidroom:{session}/{id}?entry={number}&root={root}"),
            address => format!("{address}{id}?entry={number}"),
        };
        Head {
            lang: self.facts.lang,
            drill: self.lot.drill,
            utc_offset_minutes: UtcOffsetMinutes::CHINA,
            issued_at: moment(self.facts.issued_at),
            centre: self.lot.centre.clone(),
            number: format!("{session}-{suffix}"),
            room: self.lot.room.clone(),
            session,
            tender: Tender {
                number: self.lot.tender.to_string(),
                title: self.lot.title.clone(),
                lot: self.lot.lot_title.clone(),
                purchaser: self.lot.tenderer.clone(),
                agency: self.lot.agency.clone(),
                method: self.lot.method.clone(),
                ceiling: self.lot.ceiling.map(Fen::figures),
            },
            mark: Mark {
                entry,
                entries: checkpoint.entries,
                at: checkpoint.at.map(moment),
                sm3_root: root,
                qr,
            },
        }
    }

    // ---- people

    /// Members and former members, also of committees that were dissolved, by index.
    pub(crate) fn members(&self) -> BTreeMap<u8, &'a MemberState> {
        let former = self.state.void.iter().filter_map(|void| match &void.what {
            Voided::Committee(committee) => Some(committee.as_ref()),
            _ => None,
        });
        let all = former.chain(&self.state.committee).flat_map(|committee| &committee.members);
        all.map(|(index, member)| (*index, member)).collect()
    }

    /// Members that belong to the committee, the chair last.
    pub(crate) fn sitting(&self) -> Vec<u8> {
        let sitting = self.state.committee.iter().flat_map(|committee| committee.sitting());
        let mut members: Vec<u8> = sitting.map(|(index, _)| index).collect();
        members.sort_by_key(|index| (self.state.chair() == Some(*index), *index));
        members
    }

    /// A member's name.
    pub(crate) fn name(&self, index: u8) -> String {
        let member = self.state.member(index).and_then(|it| it.member.as_ref());
        self.told(member.map(|member| member.name.as_str()))
    }

    /// A member as texts name it: 王某（3 号）.
    pub(crate) fn who(&self, index: u8) -> String {
        let name = self.name(index);
        self.t(format!("{name}（{index} 号）"), format!("{name} (no. {index})"))
    }

    /// Whoever caused an entry.
    pub(crate) fn actor(&self, by: &Actor) -> String {
        match by {
            Actor::Room => self.t("本室", "the room"),
            Actor::Expert { index } => self.who(*index),
            other => {
                let name = other.name().unwrap_or_default();
                match other.staff() {
                    Some((role, ..)) => {
                        self.t(format!("{} {name}", role.zh()), format!("{} {name}", role.en()))
                    }
                    None => name.to_owned(),
                }
            }
        }
    }

    /// The name of whoever the lot names in a role.
    pub(crate) fn staff(&self, role: StaffRole) -> String {
        let named = self.lot.staff.iter().find(|person| person.role == role);
        named.map(|person| person.name.clone()).unwrap_or_default()
    }

    // ---- signatures

    /// A signature of somebody.
    pub(crate) fn signed(&self, statement: &Sm3Digest, at: At, member: Option<u8>) -> Sign {
        let signer = self.facts.signers.get(statement);
        // A member whose entry in the list names no certificate signs with a key for this one document.
        let listed = member.and_then(|index| self.state.member(index)?.member.as_ref());
        let internal = match signer {
            Some(signer) => signer.by_rooms_ca,
            None => listed.is_some_and(|member| member.certificate.is_none()),
        };
        Sign::Signed {
            at: moment(at),
            statement: short(statement),
            entry: self.entry_of(statement),
            certificate: signer.map(|signer| signer.certificate.clone()).unwrap_or_default(),
            internal,
            picture: signer.filter(|signer| signer.handwriting.is_some()).map(|_| statement.to_string()),
        }
    }

    /// As what a member signs.
    pub(crate) fn role(&self, index: u8) -> String {
        match self.state.chair() == Some(index) {
            true => self.t(format!("评标委员会组长（{index} 号）"), format!("Chair (no. {index})")),
            false => self.t(format!("评标委员会成员（{index} 号）"), format!("Member (no. {index})")),
        }
    }

    /// A member's signature block.
    pub(crate) fn hand(&self, index: u8, sign: Sign) -> Hand {
        Hand { role: self.role(index), name: self.name(index), sign }
    }

    /// The handwriting of all signatures, by the name that [`Self::signed`] gives it.
    pub(crate) fn pictures(&self) -> Pictures {
        let all = self.facts.signers.iter();
        all.filter_map(|(statement, signer)| Some((statement.to_string(), signer.handwriting.clone()?)))
            .collect()
    }

    // ---- bids

    /// A bid as tables name it.
    pub(crate) fn bid(&self, number: u32) -> BidName {
        let row = self.opening.numbered(number);
        BidName { number, name: self.told(row.map(|row| row.row.bidder.name.as_str())) }
    }

    /// A bid as texts name it: 第 3 家 某公司.
    pub(crate) fn bid_text(&self, number: u32) -> String {
        let name = self.bid(number).name;
        self.t(format!("第 {number} 家 {name}"), format!("bid {number} {name}"))
    }

    /// The price announced at the opening, where it may be known.
    pub(crate) fn announced(&self, number: u32) -> Option<Fen> {
        let row = self.opening.numbered(number)?;
        let column = self.lot.columns.iter().find(|column| column.kind == ColumnKind::Money)?;
        let schedule: Schedule = serde_json::from_str(&row.schedule.as_ref()?.schedule).ok()?;
        match schedule.value(&column.key)? {
            ScheduleValue::Fen(fen) => Fen::try_from(*fen).ok(),
            ScheduleValue::Text(_) => None,
        }
    }

    /// The price after the last correction that the bidder confirmed.
    pub(crate) fn corrected(&self, number: u32) -> Option<Fen> {
        let of_bid = self.state.corrections.iter().filter(|it| it.bid == number);
        let confirmed = of_bid.filter(|it| it.answer.is_some_and(|(confirmed, _)| confirmed));
        confirmed.filter_map(|it| it.prices).next_back().map(|(_, after)| after)
    }

    /// A remark of an entry.
    pub(crate) fn remark(&self, it: &Logged, text: String) -> Remark {
        Remark { who: String::new(), text, at: Some(moment(it.at)), entry: Some(it.entry) }
    }
}

/// A moment as documents print it.
pub(crate) fn moment(at: At) -> Moment {
    Moment::clamped(at.0)
}

/// A price in figures and words.
pub(crate) fn price(fen: Fen) -> Price {
    Price { figures: fen.figures(), words: fen.words() }
}

/// The beginning of a digest.
pub(crate) fn short(digest: &Sm3Digest) -> String {
    digest.to_string().chars().take(16).collect()
}

/// Hundredths of a point as points.
pub(crate) fn points(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Numbers with commas.
pub(crate) fn list<T: ToString>(numbers: impl IntoIterator<Item = T>) -> String {
    numbers.into_iter().map(|it| it.to_string()).collect::<Vec<_>>().join("、")
}

/// How many.
pub(crate) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// Plain remarks, with neither time nor entry.
pub(crate) fn plain_remark(text: String) -> Remark {
    Remark { who: String::new(), text, at: None, entry: None }
}
