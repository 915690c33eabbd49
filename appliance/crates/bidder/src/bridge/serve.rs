//! A pairing from its first message to its end: listens, answers one thing after the other, tells what it waits for, and
//! worries about shares that nobody acknowledges.

use std::collections::VecDeque;
use std::sync::Arc;

use bidroom_canon::Sm3Digest;
use bidroom_wire::bridge::{BridgeRefusal, Call, Done, Ended, LONGEST_WAIT, Post, Told, What};
use bidroom_wire::{Answer, ApiError};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, channel, unbounded_channel};

use super::hand::{Hand, Stages};
use super::pair::Paired;
use super::pause::{Pause, Wait};
use crate::client::{Client, ClientError};

/// Failures of the network in a row, after which a pairing is given up: about five minutes.
const FAILURES: u32 = 40;
/// Questions that wait while one is answered.
const WAITING: usize = 8;

/// How a pairing ended.
#[derive(Debug)]
pub enum Outcome {
    /// An end ended it, or was silent for too long.
    Ended(Ended),
    /// The room was not reached any more.
    Lost(Box<ClientError>),
    /// The helper ended it: it had to refuse too much.
    Abused,
}

/// Serves a pairing until it ends. Then no lock is in hand and no PIN is kept.
pub async fn serve(hand: &mut Hand, paired: &Paired) -> Outcome {
    hand.begin(&paired.code);
    let mut talk = Talk::begin(paired.end.clone(), hand.pause.clone());
    let outcome = match Box::pin(talk.serve(hand)).await {
        Ok(never) => match never {},
        Err(outcome) => outcome,
    };
    hand.begin("");
    outcome
}

/// Something that does not happen: serving ends with an outcome only.
enum Never {}

enum Heard {
    Post(Post),
    Over(Outcome),
}

enum Next {
    Post(Post),
    /// A share that was not acknowledged in time.
    Overdue(Sm3Digest),
}

struct Talk {
    end: Client,
    pause: Arc<dyn Pause>,
    ears: Receiver<Heard>,
    _listening: tokio::task::JoinSet<()>,
    said: u64,
    waiting: VecDeque<Post>,
    worries: FuturesUnordered<BoxFuture<'static, Sm3Digest>>,
}

impl Talk {
    fn begin(end: Client, pause: Arc<dyn Pause>) -> Self {
        let (to, ears) = channel(4);
        let mut listening = tokio::task::JoinSet::new();
        listening.spawn(listen(end.clone(), to, pause.clone()));
        let (waiting, worries) = (VecDeque::new(), FuturesUnordered::new());
        Self { end, pause, ears, _listening: listening, said: 0, waiting, worries }
    }

    async fn serve(&mut self, hand: &mut Hand) -> Result<Never, Outcome> {
        loop {
            if hand.is_abused() {
                let refused = What::Refused(Box::new(BridgeRefusal::Abused.error(None)));
                self.say(0, refused).await?;
                // If the room does not hear it, the pairing ends by itself.
                drop(self.end.bridge_end().await);
                hand.show_abused().await;
                return Err(Outcome::Abused);
            }
            let (stages, mut told) = unbounded_channel();
            let stages = Stages(stages);
            match self.next().await? {
                Next::Overdue(statement) => {
                    let work = Box::pin(hand.deliver(&statement, &stages));
                    if let Some(what) = self.beside(0, work, &mut told).await? {
                        self.say(0, what).await?;
                    }
                }
                Next::Post(post) => {
                    let Ok(call) = serde_json::from_str::<Call>(&post.body) else {
                        let refused = What::Refused(hand.unreadable());
                        self.say(0, refused).await?;
                        continue;
                    };
                    let Call { number, request } = call;
                    let work = Box::pin(hand.answer(request, &stages));
                    let done = self.beside(number, work, &mut told).await?;
                    self.answer(number, done).await?;
                }
            }
        }
    }

    async fn answer(&mut self, number: u32, done: Result<Done, Box<ApiError>>) -> Result<(), Outcome> {
        let what = match done {
            Ok(done) => {
                if let Done::Act(Answer::Share(body)) = &done {
                    let statement = Sm3Digest::of(&body.statement.0);
                    let overdue = self.pause.wait(Wait::Acknowledgement);
                    self.worries.push(Box::pin(async move {
                        overdue.await;
                        statement
                    }));
                }
                What::Done(Box::new(done))
            }
            Err(error) => What::Refused(error),
        };
        self.say(number, what).await
    }

    async fn next(&mut self) -> Result<Next, Outcome> {
        if let Some(post) = self.waiting.pop_front() {
            return Ok(Next::Post(post));
        }
        tokio::select! {
            heard = self.ears.recv() => match heard {
                Some(Heard::Post(post)) => Ok(Next::Post(post)),
                Some(Heard::Over(outcome)) => Err(outcome),
                None => Err(Outcome::Ended(Ended::Silent)),
            },
            Some(statement) = self.worries.next() => Ok(Next::Overdue(statement)),
        }
    }

    /// Works on one thing and listens meanwhile: a page that goes away closes the window that it caused.
    async fn beside<T>(
        &mut self,
        number: u32,
        mut work: std::pin::Pin<Box<impl Future<Output = T>>>,
        told: &mut UnboundedReceiver<What>,
    ) -> Result<T, Outcome> {
        loop {
            tokio::select! {
                biased;
                done = &mut work => {
                    while let Ok(what) = told.try_recv() {
                        self.say(number, what).await?;
                    }
                    return Ok(done);
                }
                Some(what) = told.recv() => self.say(number, what).await?,
                heard = self.ears.recv() => match heard {
                    Some(Heard::Post(post)) if self.waiting.len() < WAITING => self.waiting.push_back(post),
                    Some(Heard::Post(post)) => {
                        let number = serde_json::from_str::<Call>(&post.body).map_or(0, |call| call.number);
                        let busy = What::Refused(Box::new(BridgeRefusal::Busy.error(None)));
                        self.say(number, busy).await?;
                    }
                    Some(Heard::Over(outcome)) => return Err(outcome),
                    None => return Err(Outcome::Ended(Ended::Silent)),
                },
            }
        }
    }

    /// Tells the page something; a broken connection is tried again, with the same number.
    async fn say(&mut self, number: u32, what: What) -> Result<(), Outcome> {
        let body = serde_json::to_string(&Told { number, what });
        // Plain data is written as JSON whatever it holds.
        let Ok(body) = body else { return Ok(()) };
        self.said = self.said.saturating_add(1);
        let post = Post { number: self.said, body };
        let mut failures = 0;
        loop {
            match self.end.bridge_post(&post).await {
                Ok(()) => return Ok(()),
                Err(error) if error.code() == Some("no_pairing") => {
                    return Err(Outcome::Ended(Ended::ByOther));
                }
                Err(error) => {
                    let passes = matches!(error, ClientError::Network { .. })
                        || error.code() == Some("messages_unread");
                    failures += 1;
                    if !passes || failures >= FAILURES {
                        return Err(Outcome::Lost(Box::new(error)));
                    }
                    self.pause.wait(Wait::Network(failures)).await;
                }
            }
        }
    }
}

/// Hears what comes, each message once and in order.
async fn listen(end: Client, to: Sender<Heard>, pause: Arc<dyn Pause>) {
    let (mut after, mut failures) = (0, 0);
    let over = loop {
        match end.bridge_heard(after, LONGEST_WAIT).await {
            Ok(heard) => {
                failures = 0;
                for post in heard.messages {
                    if post.number != after + 1 {
                        continue;
                    }
                    after = post.number;
                    if to.send(Heard::Post(post)).await.is_err() {
                        return;
                    }
                }
                if let Some(ended) = heard.ended {
                    break Outcome::Ended(ended);
                }
            }
            Err(error) if error.code() == Some("no_pairing") => break Outcome::Ended(Ended::Silent),
            Err(error) => {
                failures += 1;
                if failures >= FAILURES {
                    break Outcome::Lost(Box::new(error));
                }
                pause.wait(Wait::Network(failures)).await;
            }
        }
    };
    // Whoever does not listen any more need not know.
    drop(to.send(Heard::Over(over)).await);
}
