//! Reviews as they may be read: who said no, to which item, why; and what was concluded.

use std::collections::BTreeMap;

use bidroom_domain::evaluation::{Ground, Opinion, Review, State, Verdict};

use super::Sight;

/// A member's no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct No {
    /// Whose; none for the purchaser.
    pub member: Option<u8>,
    /// On which ground.
    pub ground: Option<Ground>,
    /// Why.
    pub reason: String,
}

/// An item to which somebody said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubted {
    /// The item.
    pub item: String,
    /// Who said no.
    pub nos: Vec<No>,
    /// How many said that it passes.
    pub passes: usize,
}

impl Doubted {
    /// Whether members differ.
    pub const fn is_disputed(&self) -> bool {
        self.passes > 0
    }
}

/// Where the review of a bid stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewed {
    /// These members have not given their verdicts; nobody reads anybody's.
    Awaits(Vec<u8>),
    /// All are in.
    Open,
    /// Concluded: the items it does not pass.
    Concluded(Vec<String>),
}

/// The review of one bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BidVerdicts {
    /// Roster number.
    pub bid: u32,
    /// Where it stands.
    pub stands: Reviewed,
    /// Items to which somebody said no, once that may be read.
    pub doubted: Vec<Doubted>,
    /// Whether the member has given its verdicts and may still change them.
    pub may_revise: bool,
}

/// The review of every bid that was opened.
pub fn verdicts(sight: Sight<'_>, review: Review) -> Vec<BidVerdicts> {
    let Sight { state, me, .. } = sight;
    let running = state.stage == review.stage() && !sight.plan.is_purchasers(review);
    let one = |bid: &u32| {
        let known = state.review(review, *bid);
        let gave = |member: u8| known.is_some_and(|it| it.opinions.contains_key(&Some(member)));
        let concluded = known.and_then(|it| it.concluded.as_ref());
        let stands = match concluded {
            Some(concluded) => {
                Reviewed::Concluded(concluded.failing.iter().map(|failing| failing.item.clone()).collect())
            }
            None => match sight.without(gave) {
                awaited if awaited.is_empty() => Reviewed::Open,
                awaited => Reviewed::Awaits(awaited),
            },
        };
        let readable = !matches!(stands, Reviewed::Awaits(_));
        BidVerdicts {
            bid: *bid,
            doubted: if readable { doubted(sight, review, *bid) } else { Vec::new() },
            may_revise: running && concluded.is_none() && gave(me) && state.stands(*bid),
            stands,
        }
    };
    state.bids.iter().map(one).collect()
}

/// Items of a bid to which somebody said no, in the order of the plan, as far as verdicts may be read.
pub fn doubted(sight: Sight<'_>, review: Review, bid: u32) -> Vec<Doubted> {
    let Some(known) = sight.state.review(review, bid) else { return Vec::new() };
    let said = |opinion: &Opinion, item: &str| opinion.verdicts.as_ref()?.get(item).cloned();
    let doubt = |item: &str| {
        let verdicts: Vec<(Option<u8>, Verdict)> =
            known.opinions.iter().filter_map(|(member, it)| Some((*member, said(it, item)?))).collect();
        let passes = verdicts.iter().filter(|(_, verdict)| verdict.passes).count();
        let no = |(member, verdict): (Option<u8>, Verdict)| {
            (!verdict.passes).then(|| No {
                member,
                ground: verdict.ground,
                reason: verdict.reason.unwrap_or_default(),
            })
        };
        let nos: Vec<No> = verdicts.into_iter().filter_map(no).collect();
        (!nos.is_empty()).then(|| Doubted { item: item.to_owned(), nos, passes })
    };
    sight.plan.items(review).filter_map(|item| doubt(&item.id)).collect()
}

/// The verdicts that a member gave on a bid.
pub fn own_verdicts(state: &State, review: Review, bid: u32, me: u8) -> Option<&BTreeMap<String, Verdict>> {
    state.review(review, bid)?.opinions.get(&Some(me))?.verdicts.as_ref()
}

/// Whether a no on this ground may be said now: where the bidder has to be asked first, it was (发改法规〔2022〕1117号（十三）).
pub fn may_say(state: &State, bid: u32, ground: Ground) -> bool {
    let Some(matters) = ground.asked_first() else { return true };
    let asked = |it: &bidroom_domain::evaluation::Clarification| {
        state.bid_of(it.about) == Some(bid) && matters.contains(&it.matter)
    };
    state.clarifications.iter().any(asked)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{plan, state_of};
    use super::*;
    use bidroom_canon::Sm3Digest;
    use bidroom_domain::At;
    use bidroom_domain::evaluation::{About, Clarification, Conclusion, Failing, Matter, Stage};

    fn opinion(answers: Option<&str>) -> Opinion {
        let passes = Verdict { passes: true, ground: None, reason: None };
        let no = |reason: &str| Verdict {
            passes: false,
            ground: Some(Ground::NoResponse),
            reason: Some(reason.into()),
        };
        let verdicts =
            [("signed".to_owned(), passes.clone()), ("answers".to_owned(), answers.map_or(passes, no))];
        Opinion { verdicts: Some(verdicts.into()), statement: Sm3Digest::of(b"opinion"), at: At(1) }
    }

    #[test]
    fn a_no_is_read_by_all_once_all_are_in() {
        let (plan, mut state) = (plan(), State { stage: Stage::Conformity, ..state_of(3, 2) });
        let review = Review::Conformity;
        let give = |state: &mut State, member: u8, said: Option<&str>| {
            let reviewed = state.reviews.entry(review).or_default().entry(1).or_default();
            reviewed.opinions.insert(Some(member), opinion(said));
        };
        let seen = |state: &State| {
            verdicts(Sight { plan: &plan, state, blind: &[], me: 2 }, review).into_iter().next().unwrap()
        };
        give(&mut state, 2, Some("第 12 页"));
        let first = seen(&state);
        assert_eq!(
            (first.stands, first.doubted, first.may_revise),
            (Reviewed::Awaits(vec![1, 3]), vec![], true)
        );
        give(&mut state, 1, None);
        give(&mut state, 3, None);
        let all = seen(&state);
        assert_eq!((&all.stands, all.may_revise), (&Reviewed::Open, true));
        let [doubted] = all.doubted.try_into().unwrap();
        assert_eq!((doubted.item.as_str(), doubted.passes, doubted.is_disputed()), ("answers", 2, true));
        assert_eq!((doubted.nos[0].member, doubted.nos[0].reason.as_str()), (Some(2), "第 12 页"));
        let failing =
            Failing { item: "answers".into(), grounds: vec![Ground::NoResponse], clause: "第六章".into() };
        let concluded = Conclusion { failing: vec![failing], votes: BTreeMap::new(), at: At(9) };
        state.reviews.get_mut(&review).unwrap().get_mut(&1).unwrap().concluded = Some(concluded);
        let over = seen(&state);
        assert_eq!((over.stands, over.may_revise), (Reviewed::Concluded(vec!["answers".into()]), false));
    }

    #[test]
    fn some_grounds_need_a_question_first() {
        let mut state = state_of(3, 2);
        let table = [(Ground::NoResponse, true), (Ground::Unclear, false), (Ground::BelowCost, false)];
        for (ground, may) in table {
            assert_eq!(may_say(&state, 1, ground), may, "{ground:?}");
        }
        state.clarifications.push(Clarification {
            number: 1,
            about: About::Bid(1),
            matter: Matter::Price,
            text: None,
            at: At(1),
            until: At(2),
            answer: None,
            lapsed: None,
        });
        let table =
            [(1, Ground::Unclear, false), (1, Ground::BelowCost, true), (2, Ground::BelowCost, false)];
        for (bid, ground, may) in table {
            assert_eq!(may_say(&state, bid, ground), may, "{bid} {ground:?}");
        }
    }
}
