//! What was out of the ordinary, in the words of the record: stopped clocks, remedies, fates and what the supervisor
//! said to them.

use bidroom_domain::At;
use bidroom_domain::opening::{BidAttributed, Event, Fate, Remedy, State};
use bidroom_report::record::Language;

use super::name_of;

/// The note of an event that happened at `at`, if it has one. `state` is the state after it.
pub(super) fn note_of(lang: Language, event: &Event, state: &State, at: At) -> Option<String> {
    let name = |code| name_of(state, code);
    let clock = at.clock_text();
    Some(match (lang, event) {
        (Language::Zh, Event::ClockStopped(it)) => {
            format!("{clock} 停表，原因在中心一侧：{}。", it.reason)
        }
        (Language::En, Event::ClockStopped(it)) => {
            format!("{clock} clock stopped, the cause being the centre's: {}.", it.reason)
        }
        (Language::Zh, Event::BidderHeld(it)) => {
            format!("{clock} {} 单独停表，原因在中心一侧：{}。", name(&it.bidder), it.reason)
        }
        (Language::En, Event::BidderHeld(it)) => format!(
            "{clock} window of {} stopped by itself, the cause being the centre's: {}.",
            name(&it.bidder),
            it.reason
        ),
        (lang, Event::ShareCollected(it)) if it.remedy == Some(Remedy::KeptShare) => match lang {
            Language::Zh => {
                format!("{clock} {} 以封标时留存的份额补救解密，与封标承诺一致。", name(&it.bidder))
            }
            Language::En => format!(
                "{clock} {} unlocked with the share it kept, which fits what was sealed.",
                name(&it.bidder)
            ),
        },
        (Language::Zh, Event::RemedyAsked(it)) => {
            format!("{clock} {} 申请启用补救密钥：{}。", name(&it.bidder), it.reason)
        }
        (Language::En, Event::RemedyAsked(it)) => {
            format!("{clock} {} asked for the remedy key: {}.", name(&it.bidder), it.reason)
        }
        (Language::Zh, Event::RemedyAllowed(it)) => {
            format!("{clock} 主持人允许对{}启用补救密钥：{}。", name(&it.bidder), it.reason)
        }
        (Language::En, Event::RemedyAllowed(it)) => {
            format!("{clock} The host allowed the remedy key for {}: {}.", name(&it.bidder), it.reason)
        }
        (Language::Zh, Event::RemedyAgreed(it)) => format!(
            "{clock} 监督人员{}同意对{}启用补救密钥，锁尾号 {}。",
            it.name,
            name(&it.bidder),
            it.lock_tail
        ),
        (Language::En, Event::RemedyAgreed(it)) => format!(
            "{clock} The supervisor {} agreed with the remedy key for {}, lock ends {}.",
            it.name,
            name(&it.bidder),
            it.lock_tail
        ),
        (Language::Zh, Event::RemedyPartGiven(it)) => {
            format!("{clock} 受托人{}交出{}的补救份额，锁尾号 {}。", it.name, name(&it.bidder), it.lock_tail)
        }
        (Language::En, Event::RemedyPartGiven(it)) => format!(
            "{clock} The trustee {} gave its part for {}, lock ends {}.",
            it.name,
            name(&it.bidder),
            it.lock_tail
        ),
        (lang, Event::ShareCollected(it)) if it.remedy == Some(Remedy::RemedyKey) => match lang {
            Language::Zh => format!("{clock} {} 由补救密钥解密，与封标承诺一致。", name(&it.bidder)),
            Language::En => {
                format!("{clock} {} was unlocked by the remedy key, as committed to.", name(&it.bidder))
            }
        },
        (lang, Event::BidAttributed(it)) => attributed(lang, it, &name(&it.bidder)),
        (Language::Zh, Event::FateAgreed(it)) => {
            format!("监督人员{}同意对{}的上述认定，锁尾号 {}。", it.name, name(&it.bidder), it.lock_tail)
        }
        (Language::En, Event::FateAgreed(it)) => format!(
            "The supervisor {} agreed with the above on {}, lock ends {}.",
            it.name,
            name(&it.bidder),
            it.lock_tail
        ),
        (Language::Zh, Event::FateContested(it)) => {
            format!("监督人员{}不同意对{}的上述认定：{}。", it.name, name(&it.bidder), it.reason)
        }
        (Language::En, Event::FateContested(it)) => {
            format!("The supervisor {} contested the above on {}: {}.", it.name, name(&it.bidder), it.reason)
        }
        _ => return None,
    })
}

fn attributed(lang: Language, it: &BidAttributed, name: &str) -> String {
    let word = |fate| match (lang, fate) {
        (Language::Zh, Fate::Revoked) => "视为撤销其投标文件",
        (Language::Zh, Fate::Withdrawn) => "视为撤回其投标文件",
        (Language::En, Fate::Revoked) => "bid deemed revoked",
        (Language::En, Fate::Withdrawn) => "bid deemed withdrawn",
    };
    let decided = match lang {
        Language::Zh => format!("{name}：{}。原因：{}。", word(it.fate), it.reason),
        Language::En => format!("{name}: {}. Cause: {}.", word(it.fate), it.reason),
    };
    match lang {
        _ if it.fate == it.proposed => decided,
        // Whoever decides otherwise than the facts in the log propose answers for it by name.
        Language::Zh => format!("{decided}账本所载事实的建议是：{}。", word(it.proposed)),
        Language::En => format!("{decided} The facts in the log propose: {}.", word(it.proposed)),
    }
}
