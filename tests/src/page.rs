//! A page that is paired with a helper: asks, and hears what is told.

use std::collections::VecDeque;

use anyhow::{Context as _, bail};
use bidroom_bidder::client::Client;
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use bidroom_domain::opening::Trouble;
use bidroom_wire::bridge::{Call, Done, Ended, Post, Request, Stage, Told, What};
use bidroom_wire::{
    Answer, ApiError, Ask, AuthoriseMaterial, PinnedRoom, ProbeMaterial, ReplaceMaterial, SignRecordMaterial,
    SuccessorFiles, UnlockMaterial,
};

/// What a page sends of publication and log: nothing, because a helper does not read it.
fn unread() -> PinnedRoom {
    PinnedRoom { publication: Base64Bytes(Vec::new()), digest: Sm3Digest::of(b""), at: At(0) }
}

/// Answering a probe.
pub fn probe(material: ProbeMaterial) -> Ask {
    Ask::Probe { room: unread(), material }
}

/// Having the lock's share wrapped to one more certificate.
pub fn rewrap(material: String, add: &[u8]) -> Ask {
    Ask::Rewrap { room: unread(), material, add: Base64Bytes(add.to_vec()) }
}

/// Handing in.
pub fn hand_in(material: UnlockMaterial) -> Ask {
    Ask::HandIn { room: unread(), material: Box::new(material) }
}

/// Authorising.
pub fn authorise(material: AuthoriseMaterial) -> Ask {
    let roster = material.roster;
    Ask::Authorise { room: unread(), material: Box::new(material), roster }
}

/// Agreeing that a lock takes an officer's place.
pub fn replace(material: ReplaceMaterial, successor: SuccessorFiles) -> Ask {
    Ask::Replace { room: unread(), material: Box::new(material), successor }
}

/// Signing the record.
pub fn sign_record(material: SignRecordMaterial) -> Ask {
    let record = material.record;
    Ask::SignRecord { room: unread(), material, record, closed: At(0), size: 0 }
}

/// The page's end of a pairing.
pub struct Page {
    end: Client,
    said: u64,
    heard: u64,
    calls: u32,
    news: VecDeque<Told>,
    /// Stages that were told for the last question.
    pub stages: Vec<Stage>,
    /// What was told of a lock that failed for it, and whether the helper told the room itself.
    pub troubles: Vec<(Trouble, bool)>,
}

impl Page {
    /// With the page's token.
    pub const fn new(end: Client) -> Self {
        Self {
            end,
            said: 0,
            heard: 0,
            calls: 0,
            news: VecDeque::new(),
            stages: Vec::new(),
            troubles: Vec::new(),
        }
    }

    /// The page's end itself.
    pub const fn end(&self) -> &Client {
        &self.end
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// If the pairing ends first.
    pub async fn ask(&mut self, request: Request) -> anyhow::Result<Result<Done, ApiError>> {
        let number = self.call(request).await?;
        self.answer(number).await
    }

    /// Asks for an act and waits for its answer.
    ///
    /// # Errors
    /// If the pairing ends first.
    pub async fn act(&mut self, ask: Ask) -> anyhow::Result<Result<Answer, ApiError>> {
        match self.ask(Request::Act(Box::new(ask))).await? {
            Ok(Done::Act(answer)) => Ok(Ok(answer)),
            Ok(other) => bail!("an act was answered with {other:?}"),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Asks without waiting; the question's number.
    ///
    /// # Errors
    /// Of the relay.
    pub async fn call(&mut self, request: Request) -> anyhow::Result<u32> {
        self.calls += 1;
        let body = serde_json::to_string(&Call { number: self.calls, request })?;
        self.post(body).await?;
        Ok(self.calls)
    }

    /// Says whatever, as it is.
    ///
    /// # Errors
    /// Of the relay.
    pub async fn post(&mut self, body: String) -> anyhow::Result<()> {
        self.said += 1;
        Ok(self.end.bridge_post(&Post { number: self.said, body }).await?)
    }

    /// The answer to a question.
    ///
    /// # Errors
    /// If the pairing ends first.
    pub async fn answer(&mut self, number: u32) -> anyhow::Result<Result<Done, ApiError>> {
        self.stages.clear();
        self.troubles.clear();
        loop {
            let told = self.told().await?;
            match told.what {
                What::Stage(stage) if told.number == number => self.stages.push(stage),
                What::Trouble { trouble, reported } if told.number == number => {
                    self.troubles.push((trouble, reported));
                }
                What::Done(done) if told.number == number => return Ok(Ok(*done)),
                What::Refused(error) if told.number == number => return Ok(Err(*error)),
                other => bail!("waiting for {number}, was told {}: {other:?}", told.number),
            }
        }
    }

    /// Whatever is told next.
    ///
    /// # Errors
    /// If the pairing ends first.
    pub async fn told(&mut self) -> anyhow::Result<Told> {
        loop {
            if let Some(told) = self.news.pop_front() {
                return Ok(told);
            }
            if let Some(ended) = self.hear().await? {
                bail!("the pairing ended: {ended:?}");
            }
        }
    }

    /// Waits until the pairing ends; how it did.
    ///
    /// # Errors
    /// Of the relay.
    pub async fn ended(&mut self) -> anyhow::Result<Ended> {
        loop {
            if let Some(ended) = self.hear().await? {
                return Ok(ended);
            }
        }
    }

    async fn hear(&mut self) -> anyhow::Result<Option<Ended>> {
        let heard = self.end.bridge_heard(self.heard, 20).await?;
        for post in heard.messages {
            self.heard = post.number;
            self.news.push_back(serde_json::from_str(&post.body).context("what a helper told")?);
        }
        Ok(heard.ended.filter(|_| self.news.is_empty()))
    }
}
