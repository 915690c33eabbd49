//! A committee for a story: members at their terminals, who act and read through the public API.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use bidroom_bidder::client::{Client, ClientError};
use bidroom_bidder::locks::AnyLock;
use bidroom_canon::to_canonical;
use bidroom_domain::evaluation::{
    Command, CommitteeList, Criterion, CriterionKind, CriterionPart, Event as EvaluationEvent, IdentityCheck,
    Plan, Review, SheetPart, Stage, State, Verdict,
};
use bidroom_domain::opening::Event;
use bidroom_domain::{At, StaffRole};
use bidroom_ledger::entry::Entry;
use bidroom_ledger::replay::LeafView;
use bidroom_tender::SealedList;
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::promise::Acknowledgement;
use bidroom_wire::{EvaluationLog, TerminalBody};

use crate::room::StoryRoom;

pub use bidroom::demo::evaluation::{list, list_of, method, plan};

/// A picture that is one only by its first bytes.
pub fn handwriting(member: u8) -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.extend([member; 64]);
    picture
}

/// The same, its technical part blind, and one candidate only: equal ones are drawn among.
pub fn blind_plan() -> Plan {
    let mut plan = plan();
    for criterion in plan.criteria.iter_mut().filter(|it| it.part == CriterionPart::Technical) {
        criterion.blind = true;
    }
    plan.blind_clause = Some("招标文件 7.3".to_owned());
    plan.blind_documents = vec!["技术文件.pdf".to_owned()];
    plan.candidates.value = 1;
    if let Some(method) = plan.method.as_mut().and_then(|method| method.as_object_mut()) {
        method.insert("candidates".to_owned(), 1.into());
    }
    plan
}

/// What a reader has of the evaluation: leaves as it was handed them, folded by the domain's own rules.
#[derive(Default)]
pub struct Copy {
    leaves: BTreeMap<u64, LeafView>,
    size: u64,
}

impl Copy {
    /// Takes what the room hands out.
    pub fn take(&mut self, log: EvaluationLog) {
        for (index, leaf) in (log.from..).zip(log.leaves) {
            self.leaves.insert(index, leaf);
            self.size = index.saturating_add(1);
        }
        for again in log.again {
            self.leaves.insert(again.index, again.leaf);
        }
    }

    /// How many entries the log has, as far as this reader knows.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The evaluation, as far as this reader may know it.
    ///
    /// # Errors
    /// If a leaf is not what its openings say.
    pub fn state(&self) -> anyhow::Result<State> {
        let mut state = State::default();
        for leaf in self.leaves.values() {
            let LeafView::Entry { bytes, openings } = leaf else { continue };
            let entry = Entry::parse(bytes.as_bytes())?;
            let fields = entry.disclose(openings)?.fields;
            let event = bidroom_domain::evaluation::Event::from_parts(entry.kind(), fields)?;
            state.apply(&event, At(0));
        }
        Ok(state)
    }

    /// Whether anything it was handed holds this text.
    pub fn holds(&self, text: &str) -> bool {
        self.leaves.values().any(|leaf| serde_json::to_string(leaf).is_ok_and(|json| json.contains(text)))
    }
}

/// The people of an evaluation.
pub struct Committee<'a> {
    /// The room.
    pub room: &'a StoryRoom,
    /// As it is published.
    pub published: PublishedRoom,
    /// The host.
    pub host: Client,
    /// Members at their terminals, once they signed in.
    pub members: BTreeMap<u8, Client>,
    /// With what their terminals ask.
    pub tokens: BTreeMap<u8, String>,
}

impl<'a> Committee<'a> {
    /// The people of a room whose opening is closed.
    ///
    /// # Errors
    /// If the host cannot log in.
    pub async fn of(room: &'a StoryRoom) -> anyhow::Result<Self> {
        let published = room.published().await?;
        let host = room.logged_in(Self::lock(room, StaffRole::Host)?).await?;
        Ok(Self { room, published, host, members: BTreeMap::new(), tokens: BTreeMap::new() })
    }

    /// The lock of a member of staff.
    ///
    /// # Errors
    /// If the story has none in this role.
    pub fn lock(room: &StoryRoom, role: StaffRole) -> anyhow::Result<&AnyLock> {
        let person = room.world.officers.iter().find(|person| person.role == role);
        Ok(&person.context("nobody in this role")?.lock)
    }

    /// The evaluation as it stands.
    ///
    /// # Errors
    /// If it has not begun.
    pub fn state(&self) -> anyhow::Result<State> {
        let state = self.room.state()?;
        Ok(*state.evaluation.context("no evaluation")?)
    }

    /// What the host does without a signature.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn commands(&self, command: Command) -> Result<Acknowledgement, ClientError> {
        self.host.evaluation_command(&self.published, &json(&command)).await
    }

    /// What a member of staff signs.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn signs(&self, role: StaffRole, command: Command) -> anyhow::Result<Acknowledgement> {
        let lock = Self::lock(self.room, role)?;
        // The host stays logged in: whoever logs in again and again ends its own first login.
        if role == StaffRole::Host {
            return Ok(self.host.act(&self.published, lock, None, json(&command)).await?);
        }
        let client = self.room.logged_in(lock).await?;
        Ok(client.act(&self.published, lock, None, json(&command)).await?)
    }

    /// What a member does, signed by hand.
    ///
    /// # Errors
    /// [`ClientError`], or nobody with this index has signed in.
    pub async fn member(&self, index: u8, command: Command) -> anyhow::Result<Acknowledgement> {
        let client = self.members.get(&index).context("not signed in")?;
        Ok(client.act_by_hand(&self.published, index, handwriting(index), json(&command)).await?)
    }

    /// Seats a member at its terminal, signs it in and has it sign the commitment.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn seat(&mut self, member: u8) -> anyhow::Result<()> {
        self.sit_down(member).await?;
        self.member(member, Command::SignCommitment).await?;
        Ok(())
    }

    /// Seats a member at its terminal and signs it in.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn sit_down(&mut self, member: u8) -> anyhow::Result<()> {
        let terminal = self.register(member).await?;
        Ok(self.sign_in(member, &terminal).await?)
    }

    /// The host gives a member its seat; answers the name of the terminal.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn register(&self, member: u8) -> anyhow::Result<String> {
        let terminal = format!("终端{member}");
        let seat = Command::SeatMember {
            member,
            seat: member,
            terminal: terminal.clone(),
            identity: IdentityCheck::IdCard,
            phone_deposited: true,
        };
        self.signs(StaffRole::Host, seat).await?;
        Ok(terminal)
    }

    /// Signs a member that has its seat in at its terminal, with a PIN from the host.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sign_in(&mut self, member: u8, terminal: &str) -> Result<(), ClientError> {
        let session = self.published.session();
        let pin = self.host.seat_pin(&session, member).await?.pin;
        let mut client = self.room.client()?;
        let terminal = terminal.to_owned();
        let signed_in = client.sign_in_at_terminal(&session, &TerminalBody { member, terminal, pin }).await?;
        self.tokens.insert(member, signed_in.token);
        self.members.insert(member, client);
        Ok(())
    }

    /// From the sealed list to a committee with its chair, the purchaser's review between.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn assemble(&mut self) -> anyhow::Result<()> {
        self.assemble_as(&list()).await
    }

    /// The same with another list.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn assemble_as(&mut self, list: &CommitteeList) -> anyhow::Result<()> {
        self.qualify_as(list).await?;
        for member in self.indexes()? {
            self.seat(member).await?;
        }
        self.elect().await
    }

    /// Indexes of those who belong to the committee.
    ///
    /// # Errors
    /// If there is no evaluation.
    pub fn indexes(&self) -> anyhow::Result<Vec<u8>> {
        let committee = self.state()?.committee.context("no committee")?;
        Ok(committee.sitting().map(|(index, _)| index).collect())
    }

    /// From the sealed list to the opened one, the purchaser's review between.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn qualify(&self) -> anyhow::Result<()> {
        self.qualify_as(&list()).await
    }

    /// The same with another list.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn qualify_as(&self, list: &CommitteeList) -> anyhow::Result<()> {
        self.host.import_list(&self.published, self.sealed_list(list)?).await?;
        self.commands(Command::Start).await?;
        self.review_qualification().await?;
        self.host.open_list(&self.published).await?;
        Ok(())
    }

    /// A list as the agency seals it for this room.
    ///
    /// # Errors
    /// If it cannot be sealed.
    pub fn sealed_list(&self, list: &CommitteeList) -> anyhow::Result<Vec<u8>> {
        let (publication, lot) = (self.published.publication(), self.published.facts());
        let sealed = SealedList::seal(publication, lot, list, &[6; 32])?;
        Ok(to_canonical(&sealed)?)
    }

    /// The purchaser finds all bids qualified, and the committee assembles.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn review_qualification(&self) -> anyhow::Result<()> {
        for bid in self.state()?.bids {
            let verdicts = self.verdicts(Review::Qualification);
            let give = Command::GiveReview { review: Review::Qualification, bid, verdicts };
            self.signs(StaffRole::Tenderer, give).await?;
            self.commands(Command::ConcludeReview { review: Review::Qualification, bid }).await?;
        }
        self.commands(Command::FinishStage { stage: Stage::Qualification }).await?;
        Ok(())
    }

    /// All members vote for the first, and the host goes on.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn elect(&self) -> anyhow::Result<()> {
        for member in self.indexes()? {
            self.member(member, Command::VoteChair { round: 1, choice: 1 }).await?;
        }
        ensure!(self.state()?.chair() == Some(1), "the chair is elected");
        self.commands(Command::FinishStage { stage: Stage::Assembly }).await?;
        Ok(())
    }

    /// All members find all bids good, and the next stage begins.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn conform(&self) -> anyhow::Result<()> {
        self.find_all_good().await?;
        self.member(1, Command::FinishStage { stage: Stage::Conformity }).await?;
        Ok(())
    }

    /// All members find all bids good.
    ///
    /// # Errors
    /// The first thing that did not go.
    pub async fn find_all_good(&self) -> anyhow::Result<()> {
        let (review, members) = (Review::Conformity, self.indexes()?);
        for bid in self.state()?.standing_bids().collect::<Vec<u32>>() {
            for member in members.iter().copied() {
                let verdicts = self.verdicts(review);
                self.member(member, Command::GiveReview { review, bid, verdicts }).await?;
            }
            self.member(1, Command::ConcludeReview { review, bid }).await?;
        }
        Ok(())
    }

    fn verdicts(&self, review: Review) -> BTreeMap<String, Verdict> {
        let plan = self.published.facts().evaluation.as_deref();
        let items = plan.into_iter().flat_map(|plan| plan.items(review));
        let passes = || Verdict { passes: true, ground: None, reason: None };
        items.map(|item| (item.id.clone(), passes())).collect()
    }

    /// The whole sheet of a member, as it is asked for now.
    ///
    /// # Errors
    /// If there is no evaluation.
    pub fn sheet(&self, member: u8) -> anyhow::Result<Command> {
        let part = SheetPart::Whole;
        let plan = self.published.facts().evaluation.as_deref().context("no plan")?;
        let row = |bid: u32| -> BTreeMap<String, u32> {
            let score = |item: &Criterion| match item.kind {
                CriterionKind::Objective => 500,
                CriterionKind::Subjective => 1000_u32.saturating_add(
                    50_u32.saturating_mul(u32::from(member).saturating_add(bid.saturating_mul(3))),
                ),
            };
            plan.sheet(part).map(|item| (item.id.clone(), score(item))).collect()
        };
        let sheet = self.state()?.missing(part, member).into_iter().map(|bid| (bid, row(bid))).collect();
        Ok(Command::CommitSheet { part, sheet })
    }

    /// A sheet of a member that scores all bids alike, as it is asked for now.
    ///
    /// # Errors
    /// If there is no evaluation.
    pub fn level_sheet(&self, member: u8, part: SheetPart) -> anyhow::Result<Command> {
        let plan = self.published.facts().evaluation.as_deref().context("no plan")?;
        let row: BTreeMap<String, u32> = plan.sheet(part).map(|item| (item.id.clone(), 500)).collect();
        let bids = self.state()?.missing(part, member);
        Ok(Command::CommitSheet { part, sheet: bids.into_iter().map(|bid| (bid, row.clone())).collect() })
    }

    /// The events of the evaluation, as the room has them.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn events(&self) -> anyhow::Result<Vec<EvaluationEvent>> {
        let entries = self.room.app.store.entries(&self.published.session(), 0, usize::MAX)?;
        let mut events = Vec::new();
        for stored in entries {
            if let (_, Event::Evaluation(event)) = bidroom::room::event_of(&stored)? {
                events.push(event);
            }
        }
        Ok(events)
    }

    /// What a member of staff may read.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn staff_reads(&self, role: StaffRole, copy: &mut Copy) -> anyhow::Result<()> {
        let client = self.room.logged_in(Self::lock(self.room, role)?).await?;
        copy.take(client.evaluation_log(&self.published.session(), copy.size()).await?);
        Ok(())
    }

    /// SM3 of the statement by which a member committed its whole sheet.
    ///
    /// # Errors
    /// If it committed none.
    pub fn sheet_statement(&self, member: u8) -> anyhow::Result<bidroom_canon::Sm3Digest> {
        let session = self.published.session();
        let mut entries = self.room.app.store.entries(&session, 0, usize::MAX)?.into_iter();
        let statement = entries.find_map(|stored| match bidroom::room::event_of(&stored) {
            Ok((_, Event::Evaluation(EvaluationEvent::SheetCommitted(it)))) if it.member == member => {
                Some(it.statement)
            }
            _ => None,
        });
        statement.context("no sheet")
    }

    /// What a member may read.
    ///
    /// # Errors
    /// [`ClientError`], or nobody with this index has signed in.
    pub async fn reads(&self, member: u8, copy: &mut Copy) -> anyhow::Result<()> {
        let client = self.members.get(&member).context("not signed in")?;
        copy.take(client.evaluation_log(&self.published.session(), copy.size()).await?);
        Ok(())
    }
}

/// A command as it is signed and sent.
pub fn json(command: &Command) -> serde_json::Value {
    serde_json::to_value(command).unwrap_or_default()
}
