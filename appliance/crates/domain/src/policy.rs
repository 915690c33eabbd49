//! Law as data: the figures of the tender, each with the clause it comes from.

use serde::{Deserialize, Serialize};

use crate::Trustee;
use crate::opening::Remedy;

/// A figure and the clause it comes from; the clause is shown wherever the figure decides something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure<T> {
    /// The figure.
    pub value: T,
    /// Statute and article, or the tender document's clause, in Chinese.
    pub clause: String,
}

impl<T> Figure<T> {
    /// A figure with its clause.
    pub fn new(value: T, clause: &str) -> Self {
        Self { value, clause: clause.to_owned() }
    }
}

/// What happens to the earlier bid when a replacement is unfinished at the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplacementAtDeadline {
    /// The earlier bid stands; the default.
    EarlierStands,
    /// Starting a replacement withdraws the earlier bid (电子招标投标办法 第二十七条 read strictly).
    EarlierWithdrawn,
}

/// To whom schedules are published at the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleReaders {
    /// Everybody (招标).
    Public,
    /// Bidders and staff.
    Bidders,
    /// Staff only (磋商, 谈判: prices stay secret).
    Staff,
}

/// What happens when fewer bidders than the minimum unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooFewUnlocked {
    /// Those that unlocked are opened; what follows is the committee's business.
    OpenThose,
    /// Nothing is opened, the opening ends.
    OpenNone,
}

/// The remedy key 补救密钥: among whom a bidder that opts for it deals its lock share, and how many give it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyKey {
    /// How many parts are needed (M of N).
    pub threshold: u8,
    /// The trustees, by index from 1.
    pub trustees: Vec<Trustee>,
}

/// The tender's policy for the opening. Every field has a default with its clause ([`Policy::tender_default`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Fewest bidders with which an opening may be held.
    pub minimum_bidders: Figure<u32>,
    /// Sign-in opens so many seconds before the deadline.
    pub sign_in_seconds: Figure<u32>,
    /// Length of the unlock window, seconds.
    pub unlock_window_seconds: Figure<u32>,
    /// After the window closed and nothing is unsettled the room opens by itself after so many seconds.
    pub opening_grace_seconds: Figure<u32>,
    /// Length of the window to confirm or object, seconds.
    pub confirm_window_seconds: Figure<u32>,
    /// Fewest officers' shares (M of N).
    pub officers_threshold: Figure<u8>,
    /// Whether a second device must hold the tender's keys.
    pub standby_required: Figure<bool>,
    /// Officers show that their locks still open so many seconds before the deadline.
    pub officer_probe_seconds: Figure<u32>,
    /// Bidders are asked to show that their locks still open so many seconds before the deadline,
    pub lock_probe_seconds: Figure<u32>,
    /// and again so many.
    pub lock_probe_last_seconds: Figure<u32>,
    /// Unfinished replacement at the deadline.
    pub replacement_at_deadline: Figure<ReplacementAtDeadline>,
    /// Readers of the schedules.
    pub schedule_readers: Figure<ScheduleReaders>,
    /// Too few unlocked.
    pub too_few_unlocked: Figure<TooFewUnlocked>,
    /// Whether a bidder that neither confirms nor objects is taken to accept the record.
    pub silence_accepts: Figure<bool>,
    /// Remedies beside another lock that the tender document names (电子招标投标办法 第三十一条); none where it is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedies: Option<Figure<Vec<Remedy>>>,
    /// The remedy key, where `remedies` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy_key: Option<Figure<RemedyKey>>,
    /// A request to unlock that waits longer, in seconds, waits on the centre's account; one minute where it is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_wait_seconds: Option<Figure<u32>>,
}

/// What a request to unlock may wait where the tender document does not say, seconds.
const QUEUE_WAIT: u32 = 60;

impl Policy {
    /// Defaults for a public or invited tender 招标.
    pub fn tender_default() -> Self {
        Self {
            minimum_bidders: Figure::new(3, "招标投标法实施条例 第四十四条"),
            sign_in_seconds: Figure::new(1800, "招标文件 5.1"),
            unlock_window_seconds: Figure::new(1800, "电子招标投标办法 第三十条；招标文件 5.3"),
            opening_grace_seconds: Figure::new(60, "招标文件 5.3"),
            confirm_window_seconds: Figure::new(900, "招标文件 5.6"),
            officers_threshold: Figure::new(2, "本项目开标规程 4.2"),
            standby_required: Figure::new(true, "本项目开标规程 4.1"),
            officer_probe_seconds: Figure::new(86_400, "本项目开标规程 4.3"),
            lock_probe_seconds: Figure::new(86_400, "招标文件 4.5"),
            lock_probe_last_seconds: Figure::new(3600, "招标文件 4.5"),
            replacement_at_deadline: Figure::new(
                ReplacementAtDeadline::EarlierStands,
                "电子招标投标办法 第二十七条；招标文件 4.4",
            ),
            schedule_readers: Figure::new(ScheduleReaders::Public, "电子招标投标办法 第三十条"),
            too_few_unlocked: Figure::new(TooFewUnlocked::OpenThose, "招标文件 5.5"),
            silence_accepts: Figure::new(true, "招标文件 5.6"),
            remedies: None,
            remedy_key: None,
            queue_wait_seconds: None,
        }
    }

    /// What a request to unlock may wait before the wait is on the centre's account, milliseconds.
    pub fn queue_wait_millis(&self) -> i64 {
        1000 * i64::from(self.queue_wait_seconds.as_ref().map_or(QUEUE_WAIT, |figure| figure.value))
    }

    /// The remedy key, if the tender document names it among the remedies.
    pub fn declared_remedy_key(&self) -> Option<&RemedyKey> {
        self.remedy_key.as_ref().map(|figure| &figure.value).filter(|_| self.allows(Remedy::RemedyKey))
    }

    /// Whether the tender document names a remedy.
    pub fn allows(&self, remedy: Remedy) -> bool {
        remedy == Remedy::OtherLock
            || self.remedies.as_ref().is_some_and(|figure| figure.value.contains(&remedy))
    }
}
