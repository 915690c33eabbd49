//! The acts, one by one: what is checked, what the holder reads, what the lock does.

use std::sync::Arc;

use bidroom_canon::{Base64Bytes, Sm3Digest, to_canonical};
use bidroom_domain::SessionId;
use bidroom_domain::opening::BidAttributed;
use bidroom_lock::{Lock as _, LockIdentity, SignedStatement, Statement};
use bidroom_tender::ProbeChallenge;
use bidroom_unlocking::{
    GiveShareError, PublishedRoom, Rewrap, Successor, agree, answer_probe, authorise, check_accepted,
    check_part, check_probe, check_record, check_replacement, check_rewrap, check_share, confirm_time,
    give_share, judge_fate, mismatch_of, read_rewrap, rewrap, sign_record,
};
use bidroom_wire::bridge::{BridgeRefusal, Stage};
use bidroom_wire::{
    Answer, Ask, AuthoriseMaterial, Challenge, ProbeMaterial, ReplaceMaterial, SignRecordMaterial,
    StatementBody, SuccessorFiles, UnlockMaterial,
};

use super::agree::Deal;
use super::deliver::Given;
use super::device::Watched;
use super::hand::{Hand, Stages};
use super::refused::Refused;
use super::sheet::Sheet;

impl Hand {
    /// Does an act. What the page says of publication and log is not read.
    pub(super) async fn act(&mut self, ask: Ask, stages: &Stages) -> Result<Answer, Refused> {
        match ask {
            Ask::LogIn(challenge) => self.log_in(&challenge, stages).await,
            Ask::SignIn { session } => {
                let room = self.room(&session, stages).await?;
                let statement = Statement::SignIn { session: session.to_string() };
                self.say(self.tongue.sign_in(room.facts()), statement, stages).await
            }
            Ask::Confirm { session, record } => {
                let room = self.recorded(&session, record, stages).await?;
                let statement = Statement::Confirm { session: session.to_string(), record };
                self.say(self.tongue.confirm(&record, room.facts()), statement, stages).await
            }
            Ask::Object { session, record, text } => {
                let room = self.recorded(&session, record, stages).await?;
                let sheet = self.tongue.object(&record, &text, room.facts());
                let statement = Statement::Object { session: session.to_string(), record, text };
                self.say(sheet, statement, stages).await
            }
            Ask::Probe { material, .. } => self.probe(material, stages).await,
            Ask::Replace { material, successor, .. } => self.replace(*material, &successor, stages).await,
            Ask::ConfirmTime { session, step, at } => {
                let room = self.room(&session, stages).await?;
                let sheet = self.tongue.confirm_time(step, at, self.rooms.now(), room.facts());
                self.say(sheet, confirm_time(&session, step, at), stages).await
            }
            Ask::CheckAccepted { session, accepted, statement, .. } => {
                let room = self.room(&session, stages).await?;
                let checked = check_accepted(&room, &accepted, statement);
                checked.map(|()| Answer::Checked).map_err(Refused::acknowledgement)
            }
            Ask::Rewrap { material, add, .. } => self.rewrap(&material, &add, stages).await,
            Ask::HandIn { material, .. } => self.unlock(*material, stages).await,
            Ask::Authorise { material, .. } => self.authorise(*material, stages).await,
            Ask::JudgeFate { session, decided, contested } => {
                self.judge_fate(&session, &decided, contested.as_deref(), stages).await
            }
            Ask::AskRemedyKey { material, reason, .. } => {
                self.ask_remedy_key(*material, reason, stages).await
            }
            Ask::AgreeRemedyKey { session, bidder, request } => {
                self.agree_remedy_key(&session, &bidder, request, stages).await
            }
            Ask::Evaluate { session, note, act, .. } => self.evaluate(&session, &note, &act, stages).await,
            Ask::SignRecord { material, .. } => self.sign_record(material, stages).await,
        }
    }

    async fn log_in(&mut self, challenge: &Challenge, stages: &Stages) -> Result<Answer, Refused> {
        stages.tell(Stage::Evidence);
        let name = self.rooms.admits_name(&challenge.room).await?;
        let sheet = self.tongue.log_in(&name, self.rooms.address());
        let deal = Deal::log_in(sheet, &challenge.room);
        let statement = Statement::Login {
            room: challenge.room.clone(),
            challenge: challenge.challenge,
            at: challenge.at.0,
        };
        let signed = self.signed(deal, statement, stages).await?;
        self.find_voice(&challenge.room).await;
        Ok(signed)
    }

    /// The room of a session whose checked log says this table.
    async fn recorded(
        &mut self,
        session: &SessionId,
        record: Sm3Digest,
        stages: &Stages,
    ) -> Result<Arc<PublishedRoom>, Refused> {
        let room = self.room(session, stages).await?;
        let said = self.rooms.log(&room).await?.record().ok();
        if said == Some(record) { Ok(room) } else { Err(BridgeRefusal::OtherRecord.into()) }
    }

    /// Agrees with a fate, or contests it: the decision that stands in the checked log.
    async fn judge_fate(
        &mut self,
        session: &SessionId,
        decided: &BidAttributed,
        contested: Option<&str>,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let room = self.room(session, stages).await?;
        let log = self.rooms.log(&room).await?;
        let row = log.state().row(&decided.bidder);
        let stands = row.and_then(|row| row.decided.as_ref()) == Some(decided);
        let name = row.map(|row| row.row.bidder.name.clone()).filter(|_| stands);
        let name = name.ok_or(BridgeRefusal::OtherRecord)?;
        let statement = judge_fate(session, decided, contested);
        let statement = statement.map_err(|error| Refused::statement(&error.into()))?;
        self.say(self.tongue.judge_fate(&name, decided, contested, room.facts()), statement, stages).await
    }

    pub(super) async fn say(
        &mut self,
        sheet: Sheet,
        statement: Statement,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let encoded = statement.to_canonical().map_err(|error| Refused::statement(&error.into()))?;
        let deal = Deal::new(sheet, "say", &[&String::from_utf8_lossy(&encoded)]);
        self.signed(deal, statement, stages).await
    }

    /// Signs a statement that was built here.
    async fn signed(&mut self, deal: Deal, statement: Statement, stages: &Stages) -> Result<Answer, Refused> {
        let held = self.agreed(deal, stages).await?;
        let work = move |lock: &Watched| {
            let certificate = lock.identity().signing_certificate();
            SignedStatement::sign(&statement, certificate, lock)
                .map(|signed| StatementBody { statement: Base64Bytes(signed.der().to_vec()) })
                .map_err(|error| Refused::statement(&error.into()))
        };
        self.with(held, stages, work).await.map(Answer::Said)
    }

    async fn probe(&mut self, material: ProbeMaterial, stages: &Stages) -> Result<Answer, Refused> {
        let challenge = ProbeChallenge::read(&material.challenge.0);
        let challenge = challenge.map_err(|error| Refused::probe(&error.into()))?;
        let session = challenge.value().session.clone();
        let room = self.room(&session, stages).await?;
        check_probe(&room, &material, &self.identity()?).map_err(|error| Refused::probe(&error))?;
        let deal = Deal::new(self.tongue.probe(room.facts()), "probe", &[session.as_str()]);
        let held = self.agreed(deal, stages).await?;
        let work = move |lock: &Watched| {
            answer_probe(&room, &material, lock).map_err(|error| Refused::probe(&error))
        };
        self.with(held, stages, work).await.map(Answer::Probed)
    }

    /// Wraps the bid's lock share to another lock of the holder's own firm, which the holder reads and agrees to.
    async fn rewrap(
        &mut self,
        material: &str,
        add: &Base64Bytes,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let read = read_rewrap(material, &add.0);
        let (material, add) = read.map_err(|error| Refused::rewrap(&error))?;
        let room = self.room(&material.session, stages).await?;
        let (own, at) = (self.own.get(&material.session).copied(), self.rooms.now());
        let change = Rewrap { add: std::slice::from_ref(&add), remove: &[], own, at };
        let checked = check_rewrap(&room, &material, &self.identity()?, &change);
        checked.map_err(|error| Refused::rewrap(&error))?;
        let sheet = self.tongue.rewrap(&material.bid, &add, room.facts());
        let about = [material.session.to_string(), material.bid.to_string(), add.digest().to_string()];
        let deal = Deal::new(sheet, "rewrap", &about.each_ref().map(String::as_str));
        let held = self.agreed(deal, stages).await?;
        let work = move |lock: &Watched| {
            let change = Rewrap { add: std::slice::from_ref(&add), remove: &[], own, at };
            rewrap(&room, &material, lock, &change).map_err(|error| Refused::rewrap(&error))
        };
        self.with(held, stages, work).await.map(Answer::Packages)
    }

    pub(super) async fn hand_in(
        &mut self,
        material: UnlockMaterial,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let room = self.room(&material.session, stages).await?;
        let own = self.own.get(&material.session).copied();
        let identity = self.identity()?;
        match check_share(&room, &material, &identity, own) {
            Err(GiveShareError::NotSealedTo { .. }) => {
                return mismatch_of(&identity)
                    .map(Answer::NotSealedTo)
                    .map_err(|error| Refused::share(&error));
            }
            checked => checked.map_err(|error| Refused::share(&error))?,
        }
        let sheet = self.tongue.hand_in(&material.bid, own.is_some(), &room);
        let about = [
            material.session.to_string(),
            material.envelope.to_string(),
            material.attempt.to_string(),
            material.bid.to_string(),
        ];
        let deal = Deal::new(sheet, "hand-in", &about.each_ref().map(String::as_str));
        let held = self.agreed(deal, stages).await?;
        let checked = room.clone();
        let work = move |lock: &Watched| {
            give_share(&checked, &material, lock, own).map_err(|error| Refused::share(&error))
        };
        let body = self.with(held, stages, work).await?;
        let statement = Sm3Digest::of(&body.statement.0);
        // Of one session the last one counts.
        self.given.retain(|_, given| given.room.session() != room.session());
        self.given.insert(statement, Given { room, body: body.clone() });
        Ok(Answer::Share(body))
    }

    async fn replace(
        &mut self,
        material: ReplaceMaterial,
        files: &SuccessorFiles,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let room = self.room(&material.session, stages).await?;
        let successor = Successor::read(files).map_err(|error| Refused::replacement(&error))?;
        let (_, officers) = check_replacement(&room, &material, &self.identity()?, &successor)
            .map_err(|error| Refused::replacement(&error))?;
        let sheet = self.tongue.replace(&material.officers, &successor, &room);
        let listed =
            Sm3Digest::of(&to_canonical(&officers).map_err(|error| Refused::replacement(&error.into()))?);
        let about = [material.session.to_string(), material.version.to_string(), listed.to_string()];
        let deal = Deal::new(sheet, "replace", &about.each_ref().map(String::as_str));
        let held = self.agreed(deal, stages).await?;
        let work = move |lock: &Watched| {
            agree(&room, &material, lock, &successor).map_err(|error| Refused::replacement(&error))
        };
        self.with(held, stages, work).await.map(|body| Answer::Agreed(Box::new(body)))
    }

    async fn authorise(&mut self, material: AuthoriseMaterial, stages: &Stages) -> Result<Answer, Refused> {
        let room = self.room(&material.session, stages).await?;
        stages.tell(Stage::Evidence);
        let seen = self.rooms.log(&room).await?.seen();
        let seen = seen.map_err(|error| Refused::detailed(BridgeRefusal::OtherRecord, error))?;
        // Without a roster in the log there is nothing to authorise.
        seen.roster.ok_or(BridgeRefusal::OtherRecord)?;
        let identity = self.identity()?;
        check_part(&room, &material, &identity, seen).map_err(|error| Refused::part(&error))?;
        let sheet = self.tongue.authorise(material.index, &room);
        let about = [material.session.to_string(), material.attempt.to_string(), material.roster.to_string()];
        let deal = Deal::new(sheet, "authorise", &about.each_ref().map(String::as_str));
        let held = self.agreed(deal, stages).await?;
        let work = move |lock: &Watched| {
            authorise(&room, &material, lock, seen).map_err(|error| Refused::part(&error))
        };
        self.with(held, stages, work).await.map(Answer::Part)
    }

    async fn sign_record(
        &mut self,
        material: SignRecordMaterial,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let room = self.room(&material.session, stages).await?;
        stages.tell(Stage::Evidence);
        let seen = self.rooms.log(&room).await?.seen_record();
        let seen = seen.map_err(|error| Refused::detailed(BridgeRefusal::OtherRecord, error))?;
        check_record(&room, &material, seen).map_err(|error| Refused::record(&error))?;
        let sheet = self.tongue.sign_record(&material.record, &room);
        let about = [material.session.to_string(), material.record.to_string(), material.checkpoint.clone()];
        let deal = Deal::new(sheet, "sign-record", &about.each_ref().map(String::as_str));
        let held = self.agreed(deal, stages).await?;
        let work = move |lock: &Watched| {
            sign_record(&room, &material, lock, seen).map_err(|error| Refused::record(&error))
        };
        self.with(held, stages, work).await.map(Answer::Said)
    }

    pub(super) fn identity(&self) -> Result<LockIdentity, Refused> {
        let chosen = self.chosen.as_ref().ok_or(BridgeRefusal::NoLock)?;
        Ok(chosen.identity.clone())
    }
}
