//! The actor of one session.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use bidroom_custody::{Custodian, Problem};
use bidroom_domain::evaluation;
use bidroom_domain::opening::{Command, Event, Phase, Refusal, State, decide};
use bidroom_domain::{Actor as Party, At, CreditCode, SessionId};
use bidroom_ledger::tree::{Leaves, leaf_hashes};
use tokio::sync::{oneshot, watch};

use super::entries::{draft_event, event_of};
use super::outage::Outage;
use super::queue::{Place, Queue};
use super::{ActError, Done, Opener, Request, Snapshot};
use crate::clock::RoomClock;
use crate::error::{Fault, fault};
use crate::live::{Hub, PublishedEntry, Update};
use crate::store::{Record, Store, StoredEntry};

/// Longest queue of commands; more are refused at the door rather than kept in memory.
const QUEUE: usize = 1024;
/// How often custody is asked again after it was started anew.
const MOST_TRIES: u32 = 8;

/// A session to act on and to look at. Cheap to clone.
#[derive(Clone)]
pub struct RoomHandle {
    session: SessionId,
    requests: mpsc::SyncSender<Request>,
    snapshot: watch::Receiver<Arc<Snapshot>>,
    hub: Arc<Hub>,
    queue: Arc<Queue>,
    tick_waits: Arc<AtomicBool>,
}

impl std::fmt::Debug for RoomHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoomHandle").field("session", &self.session).finish_non_exhaustive()
    }
}

/// A request and where its answer comes.
type Asked = (Request, oneshot::Receiver<Result<Done, ActError>>);

fn asked(by: Party, command: Command, records: Vec<Record>, only_at: Option<u64>) -> Asked {
    let (reply, answer) = oneshot::channel();
    (Request { by, command, records, only_at, reply }, answer)
}

impl RoomHandle {
    /// The session's id.
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// The session after its last durable event.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.borrow().clone()
    }

    /// Waits until the snapshot satisfies `ready`; none if the room stops first.
    pub async fn wait_for(&self, mut ready: impl FnMut(&Snapshot) -> bool) -> Option<Arc<Snapshot>> {
        let mut snapshot = self.snapshot.clone();
        snapshot.wait_for(|snapshot| ready(snapshot)).await.ok().map(|found| found.clone())
    }

    /// The live stream.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// A request of this bidder to custody waits from now on, for all to see.
    pub fn queue_up(&self, bidder: &CreditCode) -> Place {
        self.queue.enter(bidder)
    }

    /// Gives a command. `records` become durable with its events, or not at all.
    ///
    /// # Errors
    /// [`ActError`]; then nothing was changed.
    pub async fn act(&self, by: Party, command: Command, records: Vec<Record>) -> Result<Done, ActError> {
        let (request, answer) = asked(by, command, records, None);
        self.requests.try_send(request).map_err(|error| match error {
            mpsc::TrySendError::Full(_) => fault("room", &"too many requests wait; try again in a second"),
            mpsc::TrySendError::Disconnected(_) => Fault::Stopping,
        })?;
        answer.await.map_err(|_| Fault::Stopping)?
    }

    /// The same from a thread that is not of the asynchronous runtime.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn act_blocking(&self, by: Party, command: Command) -> Result<Done, ActError> {
        self.ask_blocking(asked(by, command, Vec::new(), None))
    }

    /// The same with records that are stored with what comes of it, but only while the log has `size` entries.
    ///
    /// # Errors
    /// [`ActError`]; [`evaluation::Refusal::OtherReport`] where something happened meanwhile.
    pub fn act_blocking_at(
        &self,
        size: u64,
        by: Party,
        command: Command,
        records: Vec<Record>,
    ) -> Result<Done, ActError> {
        self.ask_blocking(asked(by, command, records, Some(size)))
    }

    fn ask_blocking(&self, (request, answer): Asked) -> Result<Done, ActError> {
        self.requests.send(request).map_err(|_| Fault::Stopping)?;
        answer.blocking_recv().map_err(|_| Fault::Stopping)?
    }

    /// Asks custody something about this session. Where it was started anew and knows nothing yet, the room shows it the
    /// log first.
    ///
    /// # Errors
    /// A [`Fault`] of custody.
    pub async fn ask_custody<T: Send + 'static>(
        &self,
        ask: impl Fn() -> Result<T, Problem> + Clone + Send + 'static,
    ) -> Result<T, Fault> {
        let mut tries = 0;
        loop {
            match tokio::task::spawn_blocking(ask.clone()).await.map_err(|_| Fault::Stopping)? {
                Err(Problem::Unknown { .. }) if tries < MOST_TRIES => {
                    tries += 1;
                    // Time passing is when the actor looks after custody.
                    let _ = self.act(Party::Room, Command::Tick, Vec::new()).await;
                }
                answer => return Ok(answer?),
            }
        }
    }

    /// Lets time take effect; does nothing while an earlier tick waits.
    pub fn tick(&self) {
        if self.tick_waits.swap(true, Ordering::AcqRel) {
            return;
        }
        let (request, _) = asked(Party::Room, Command::Tick, Vec::new(), None);
        if self.requests.try_send(request).is_err() {
            self.tick_waits.store(false, Ordering::Release);
        }
    }
}

/// What an actor works with.
#[derive(Clone)]
pub(crate) struct ActorParts {
    pub(crate) store: Arc<Store>,
    pub(crate) custodian: Custodian,
    pub(crate) clock: Arc<dyn RoomClock>,
    pub(crate) opener: Arc<dyn Opener>,
}

pub(super) struct Actor {
    pub(super) parts: ActorParts,
    pub(super) session: SessionId,
    pub(super) state: State,
    pub(super) leaves: Leaves,
    note: Option<String>,
    /// Of custody, when it had last read the whole log.
    pub(super) epoch: Option<u64>,
    halted: Option<Arc<str>>,
    pub(super) outage: Outage,
    /// Why blind numbers that are due were not drawn, as it was said last.
    pub(super) undrawn: Option<String>,
    snapshot: watch::Sender<Arc<Snapshot>>,
    hub: Arc<Hub>,
    handle: RoomHandle,
}

/// Reads the log of `session` and starts its actor.
///
/// # Errors
/// A [`Fault`] if the log is damaged or the thread cannot be started.
pub(crate) fn start(parts: ActorParts, session: SessionId, hub: Arc<Hub>) -> Result<RoomHandle, Fault> {
    let mut state = State::default();
    let mut leaves = Leaves::default();
    let mut published = Vec::new();
    loop {
        let page = parts.store.entries(&session, leaves.size(), 500)?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            let (at, event) = event_of(&stored)
                .map_err(|error| fault(&format!("{session}, entry {}", leaves.size()), &error))?;
            let hashes = leaf_hashes(&stored.bytes);
            leaves.push(hashes);
            state.apply(&event, at);
            published.push(PublishedEntry { at, event, stored });
        }
    }
    let note = parts.store.note_up_to(&session, leaves.size())?;
    let note = note.filter(|(size, _)| *size == leaves.size()).map(|(_, note)| note);

    let (requests, inbox) = mpsc::sync_channel(QUEUE);
    let first = Snapshot { state: state.clone(), size: leaves.size(), note: note.clone(), halted: None };
    let (snapshot, watcher) = watch::channel(Arc::new(first));
    let tick_waits = Arc::new(AtomicBool::new(false));
    let handle = RoomHandle {
        session: session.clone(),
        requests,
        snapshot: watcher,
        queue: Queue::new(hub.clone()),
        hub: hub.clone(),
        tick_waits: tick_waits.clone(),
    };
    let name = format!("room {session}");
    let mut actor = Actor {
        parts,
        session,
        state,
        leaves,
        note,
        epoch: None,
        halted: None,
        outage: Outage::default(),
        undrawn: None,
        snapshot,
        hub,
        handle: handle.clone(),
    };
    if !published.is_empty() {
        actor.catch_up(published);
    }
    std::thread::Builder::new()
        .name(name)
        .spawn(move || actor.run(&inbox, &tick_waits))
        .map_err(|error| fault("thread of the room", &error))?;
    Ok(handle)
}

impl Actor {
    fn run(mut self, inbox: &mpsc::Receiver<Request>, tick_waits: &AtomicBool) {
        // The handle inside keeps the channel open; the room ends with the process.
        while let Ok(request) = inbox.recv() {
            if request.command == Command::Tick {
                tick_waits.store(false, Ordering::Release);
                self.look_at_custody();
            }
            // A fault is told only after custody had its time to come back: what waited, waited from here on.
            let began = self.now();
            let moved = request.only_at.is_some_and(|size| size != self.leaves.size());
            let done = if moved {
                Err(Refusal::Evaluation(Box::new(evaluation::Refusal::OtherReport { report: None })).into())
            } else {
                self.act(&request.by, request.command, &request.records)
            };
            if let Err(ActError::Fault(fault)) = &done {
                self.outage.begins(began);
                self.halt(fault);
                self.outage.hits(&request.by, fault);
            } else if self.halted.is_none()
                // Custody may have come back while it was waited for: what is owed is given back at once.
                && let Err(ActError::Fault(fault)) = self.make_up()
            {
                self.halt(&fault);
            } else {
                // Before anybody is answered: whoever entered the stage sees the numbers there.
                self.draw_numbers();
            }
            // Whoever asked may have gone; what happened stays.
            let _ = request.reply.send(done);
        }
    }

    /// After a start: what was durable is published again, what was owed is signed, what was begun is done.
    fn catch_up(&mut self, entries: Vec<PublishedEntry>) {
        let signed = self.sign().and_then(|()| self.custody_knows());
        if let Err(fault) = signed {
            self.halt(&fault);
        }
        self.publish(entries);
        self.effects();
    }

    pub(super) fn now(&self) -> At {
        // The log never runs backwards, even where a clock does.
        let now = self.parts.clock.now();
        self.state.last.map_or(now, |last| last.max(now))
    }

    /// Whether everything durable is signed, and nothing is amiss.
    pub(super) const fn is_settled(&self) -> bool {
        self.note.is_some() && self.halted.is_none()
    }

    fn act(&mut self, by: &Party, command: Command, records: &[Record]) -> Result<Done, ActError> {
        // A checkpoint that is owed comes first: custody judges nothing that follows what it has not signed.
        self.sign()?;
        self.make_up()?;
        let at = self.now();
        // What time alone makes happen comes first, so that no command slips in before a deadline that has passed.
        if command != Command::Tick && self.state.lot.is_some() {
            let due = decide(&self.state, &Party::Room, Command::Tick, at)?;
            self.commit(&Party::Room, due, &[], at).map_err(as_fault)?;
        }
        let of_time = command == Command::Tick;
        let events = decide(&self.state, by, command, at)?;
        let done = self.commit(by, events, records, at);
        if of_time { done.map_err(as_fault) } else { done }
    }

    /// What has happened to custody's devices and clock becomes events before time takes effect: a clock that was set
    /// decides nothing until officers have confirmed it.
    fn look_at_custody(&mut self) {
        let under_way = self.state.phase > Phase::Prepare && self.state.phase < Phase::Closed;
        if !under_way || self.halted.is_some() && self.note.is_none() {
            return;
        }
        let condition = match self.parts.custodian.condition(&self.session) {
            Ok(condition) => condition,
            // Whoever does not answer is found by the next question that matters.
            Err(problem) => {
                return tracing::debug!(session = %self.session, %problem, "custody was not asked");
            }
        };
        let mut commands = Vec::new();
        for device in self.state.devices.iter().map(|device| device.device.clone()) {
            match (condition.lost.contains(&device), self.state.lost.contains_key(&device)) {
                (true, false) => commands.push(Command::LoseDevice { device }),
                (false, true) => commands.push(Command::ReturnDevice { device }),
                _ => {}
            }
        }
        let known = self.state.clock_step.as_ref().map_or(0, |known| known.step);
        if let Some((step, millis)) = condition.clock_step.filter(|(step, _)| *step > known) {
            commands.push(Command::DoubtClock { step, millis });
        }
        commands.extend(self.clock_of_devices());
        for command in commands {
            let at = self.now();
            let done = decide(&self.state, &Party::Room, command, at)
                .map_err(ActError::from)
                .and_then(|events| self.commit(&Party::Room, events, &[], at));
            if let Err(error) = done {
                // The condition may have changed in between: the next look tells.
                tracing::warn!(session = %self.session, %error, "what happened to custody was not recorded");
            }
        }
    }

    pub(super) fn commit(
        &mut self,
        by: &Party,
        events: Vec<Event>,
        records: &[Record],
        at: At,
    ) -> Result<Done, ActError> {
        let first = self.leaves.size();
        if events.is_empty() {
            if !records.is_empty() {
                self.parts.store.put_records(&self.session, records).map_err(Fault::from)?;
            }
            let halted = self.halted.is_some();
            if halted {
                // That nothing had to be appended does not show that it could be.
                self.parts.store.check_writable().map_err(Fault::from)?;
            }
            if halted || self.state.phase == Phase::Opening {
                // The worker may have stopped at a fault of a device or a disk: ask again.
                self.effects();
            }
            if self.note.is_none() && first > 0 {
                self.sign()?;
            }
            self.custody_knows()?;
            if halted {
                self.custody_answers()?;
            }
            self.recover();
            return Ok(Done { at, first, events, entries: Vec::new() });
        }
        let mut batch = Vec::with_capacity(events.len());
        let mut random_failed = None;
        for event in &events {
            let salts = || {
                let mut salt = [0; 32];
                if let Err(error) = getrandom::fill(&mut salt) {
                    random_failed = Some(error);
                }
                salt
            };
            let draft = draft_event(event, by, at, salts).map_err(|error| fault(event.kind(), &error))?;
            batch.push(StoredEntry { bytes: draft.bytes, openings: draft.openings });
        }
        if let Some(error) = random_failed {
            return Err(fault("random source", &error).into());
        }
        self.judged(first, &events, &batch, records)?;
        self.parts.store.append(&self.session, first, &batch, records).map_err(Fault::from)?;

        // Durable from here on: memory follows, whatever happens below.
        let mut published = Vec::with_capacity(batch.len());
        let mut entries = Vec::with_capacity(batch.len());
        for (event, stored) in events.iter().zip(batch) {
            let hashes = leaf_hashes(&stored.bytes);
            self.leaves.push(hashes);
            self.state.apply(event, at);
            entries.push(Arc::from(stored.bytes.as_slice()));
            published.push(PublishedEntry { at, event: event.clone(), stored });
        }
        self.note = None;
        let signed = self.sign();
        // Before anything else is told: a checkpoint without the entries under it convicts the room on every page.
        self.publish(published);
        match signed {
            Ok(()) => self.recover(),
            // The events stand; the checkpoint is owed and tried again with the next tick. Since when the fault lasts,
            // and whom it met, is still owed too.
            Err(fault) => self.halt(&fault),
        }
        self.effects();
        Ok(Done { at, first, events, entries })
    }

    /// Has custody sign the checkpoint over everything that is durable.
    fn sign(&mut self) -> Result<(), Fault> {
        if self.note.is_some() || self.leaves.size() == 0 {
            return Ok(());
        }
        let note = self.signed()?;
        self.parts.store.put_note(&self.session, self.leaves.size(), &note)?;
        self.note = Some(note);
        Ok(())
    }

    fn publish(&self, entries: Vec<PublishedEntry>) {
        self.snapshot.send_replace(Arc::new(Snapshot {
            state: self.state.clone(),
            size: self.leaves.size(),
            note: self.note.clone(),
            halted: self.halted.clone(),
        }));
        self.hub.publish(Update { entries, state: self.state.clone(), note: self.note.clone() });
    }

    fn halt(&mut self, fault: &Fault) {
        self.outage.begins(self.now());
        let why: Arc<str> = Arc::from(fault.to_string());
        if self.halted.as_ref() == Some(&why) {
            // Every tick finds it again; it was said.
            return;
        }
        tracing::error!(session = %self.session, %fault, "the session is halted");
        self.halted = Some(why);
        self.hub.halt(Some(fault));
        self.publish(Vec::new());
    }

    fn recover(&mut self) {
        if !self.outage_is_owed() {
            self.outage = Outage::default();
        }
        if self.halted.take().is_some() {
            tracing::info!(session = %self.session, "the session goes on");
            self.hub.halt(None);
            self.publish(Vec::new());
        }
    }

    /// Work that the state asks for; done elsewhere, and reported back as commands.
    fn effects(&self) {
        match self.state.phase {
            Phase::Opening => self.parts.opener.open(&self.handle),
            Phase::Announce | Phase::Confirm => self.parts.opener.verify_bodies(&self.handle),
            _ => {}
        }
    }
}

/// What time alone makes happen, nobody asked for: an objection of custody to it stops the session, for all to see.
pub(super) fn as_fault(error: ActError) -> ActError {
    match error {
        ActError::Custody(problem) => ActError::Fault(problem.into()),
        other => other,
    }
}
