//! State tags: icon, word and tone, always together.

use crate::text::State;

/// The tone of a state: a colour, and never the only sign of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing has happened yet.
    Wait,
    /// Working.
    Busy,
    /// Done, verified.
    Ok,
    /// The one thing being read out now.
    Live,
    /// A rule says no, or waits for an answer.
    Rule,
    /// A device or lock, can be repaired.
    Fault,
    /// Revoked, refused.
    Stop,
    /// Evidence disagrees.
    Tamper,
}

impl Tone {
    /// The value of `data-tone`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Busy => "busy",
            Self::Ok => "ok",
            Self::Live => "live",
            Self::Rule => "rule",
            Self::Fault => "fault",
            Self::Stop => "stop",
            Self::Tamper => "tamper",
        }
    }
}

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// A symbol of the sprite.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon {
            $($(#[$doc])* $name,)*
        }

        impl Icon {
            /// The address of the symbol inside the page.
            pub const fn href(self) -> &'static str {
                match self { $(Self::$name => concat!("#i-", $id),)* }
            }

            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

icons! {
    /// Speech bubble.
    Chat = "chat",
    /// Tick.
    Check = "check",
    /// Clock face.
    Clock = "clock",
    /// Half-filled circle.
    Contrast = "contrast",
    /// Sheet of paper.
    Doc = "doc",
    /// Arrow down onto a line.
    Down = "down",
    /// Flag.
    Flag = "flag",
    /// Key.
    Key = "key",
    /// List.
    List = "list",
    /// Closed padlock.
    Lock = "lock",
    /// Circle with a bar.
    NoEntry = "noc",
    /// Tick in a circle.
    OkCircle = "okc",
    /// Opened padlock.
    Open = "open",
    /// Two bars.
    Pause = "pause",
    /// Pen.
    Pen = "pen",
    /// Open ring with hands.
    Ring = "ring",
    /// Section sign.
    Rule = "rule",
    /// Magnifier.
    Search = "search",
    /// Shield with tick.
    Shield = "shield",
    /// Dashed shield.
    ShieldWait = "shieldq",
    /// Shield with cross.
    ShieldBad = "shieldx",
    /// Loudspeaker.
    Speak = "speak",
    /// Two servers.
    Server = "srv",
    /// Warning triangle.
    Triangle = "tri",
    /// Token.
    Usb = "usb",
    /// Person.
    User = "user",
    /// Dashed circle.
    Wait = "wait",
    /// Wrench.
    Wrench = "wrench",
}

/// A state tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its tone.
    pub tone: Tone,
    /// Its icon.
    pub icon: Icon,
    /// Its word.
    pub word: State,
}

impl From<State> for Tag {
    fn from(word: State) -> Self {
        let (tone, icon) = match &word {
            State::Waiting | State::ToAuthorise | State::NotStarted | State::Standby | State::NotNeeded => {
                (Tone::Wait, Icon::Wait)
            }
            State::ToConfirm | State::ToSign => (Tone::Busy, Icon::Wait),
            State::Queued | State::BeforeDeadline => (Tone::Busy, Icon::Clock),
            State::Authorising | State::Reconnecting | State::CatchingUp | State::PhaseNow => {
                (Tone::Busy, Icon::Ring)
            }
            State::HandedIn
            | State::Announced
            | State::Live
            | State::Ready
            | State::SelfTestPassed
            | State::Satisfied
            | State::LockMatches
            | State::PhaseOver => (Tone::Ok, Icon::OkCircle),
            State::Opened => (Tone::Ok, Icon::Open),
            State::Confirmed | State::DeemedAccepted | State::Signed => (Tone::Ok, Icon::Pen),
            State::Authorised => (Tone::Ok, Icon::Key),
            State::ObjectionAnswered => (Tone::Ok, Icon::Chat),
            State::Announcing => (Tone::Live, Icon::Speak),
            State::ObjectionOpen => (Tone::Rule, Icon::Flag),
            State::Remedy => (Tone::Rule, Icon::Doc),
            State::PhaseRefused => (Tone::Rule, Icon::Rule),
            State::WrongLock => (Tone::Fault, Icon::Triangle),
            State::NoLock => (Tone::Fault, Icon::Usb),
            State::PinLeft { .. } => (Tone::Fault, Icon::Key),
            State::ClockStopped => (Tone::Fault, Icon::Pause),
            State::Unreadable => (Tone::Fault, Icon::Wrench),
            State::NotHandedIn | State::Revoked | State::Withdrawn | State::NotSigned => {
                (Tone::Stop, Icon::NoEntry)
            }
            State::Tampered => (Tone::Tamper, Icon::ShieldBad),
        };
        Self { tone, icon, word }
    }
}
