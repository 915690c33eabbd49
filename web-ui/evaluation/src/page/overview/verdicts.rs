//! What members said of each bid, once that may be read: who said no, to which item, why.

use bidroom_domain::evaluation::{Review, Stage};
use bidroom_web_ui::model::{Icon, Tone};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Views as _, button, icon, redraw, t};
use bidroom_wire::DocumentSide;
use leptos::prelude::*;

use crate::live::Known;
use crate::model::{BidVerdicts, Doubted, Reviewed, verdicts};
use crate::page::desk::name_of;
use crate::page::vote::item_name;
use crate::page::{desk, known, member_name, names};
use crate::text::{Expert, Grounds, Read};

/// A no, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SaidNo {
    who: Both,
    ground: Option<Both>,
    reason: String,
}

/// An item to which somebody said no, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    name: String,
    how: Both,
    nos: Vec<SaidNo>,
}

/// A bid, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    review: Review,
    bid: u32,
    tone: Tone,
    symbol: Icon,
    state: Both,
    items: Vec<Item>,
    may_revise: bool,
}

fn item(known: &Known, doubted: &Doubted) -> Item {
    let no = |no: &crate::model::No| SaidNo {
        who: no
            .member
            .map_or_else(|| Read::PurchaserWord.both(), |index| Both::same(member_name(known, index))),
        ground: no.ground.map(|ground| Grounds::of(ground).both()),
        reason: no.reason.clone(),
    };
    let (nos, passes) = (doubted.nos.len(), doubted.passes);
    Item {
        name: item_name(&known.plan, &doubted.item),
        how: if doubted.is_disputed() { Read::Disputed { nos, passes }.both() } else { Read::AllNo.both() },
        nos: doubted.nos.iter().map(no).collect(),
    }
}

fn line(known: &Known, review: Review, it: BidVerdicts) -> Line {
    let failing =
        |items: &[String]| items.iter().map(|id| item_name(&known.plan, id)).collect::<Vec<_>>().join("、");
    let (tone, symbol, state) = match &it.stands {
        Reviewed::Awaits(who) => {
            (Tone::Wait, Icon::Wait, Read::ReviewAwaits { who: names(known, who) }.both())
        }
        Reviewed::Open if it.doubted.is_empty() => (Tone::Ok, Icon::OkCircle, Read::ReviewAgreed.both()),
        Reviewed::Open => (Tone::Rule, Icon::Flag, Read::ReviewDoubted { count: it.doubted.len() }.both()),
        Reviewed::Concluded(items) if items.is_empty() => {
            (Tone::Ok, Icon::OkCircle, Read::ReviewPassed.both())
        }
        Reviewed::Concluded(items) => {
            (Tone::Stop, Icon::NoEntry, Read::ReviewFailed { items: failing(items) }.both())
        }
    };
    let items = it.doubted.iter().map(|doubted| item(known, doubted)).collect();
    Line { review, bid: it.bid, tone, symbol, state, items, may_revise: it.may_revise }
}

/// The panel of the review that runs; after it, of bids to which somebody said no.
pub fn reviews() -> AnyView {
    let lines = known(|known| {
        let sight = known.sight();
        let of = |review: Review| {
            let runs = known.state.stage == review.stage();
            let said = verdicts(sight, review).into_iter().filter(move |it| {
                let given = known.state.review(review, it.bid).is_some();
                runs && !known.plan.is_purchasers(review) || given && !it.doubted.is_empty()
            });
            said.map(move |it| line(known, review, it)).collect::<Vec<Line>>()
        };
        let reached = !matches!(known.state.stage, Stage::Waiting | Stage::Assembly);
        [Review::Qualification, Review::Conformity]
            .map(|review| if reached { of(review) } else { Vec::new() })
    });
    redraw(move || {
        let panels = lines.get().into_iter().filter(|lines| !lines.is_empty());
        panels.map(panel).drawn()
    })
}

fn panel(lines: Vec<Line>) -> AnyView {
    let review = lines.first().map(|line| match line.review {
        Review::Qualification => Expert::Qualification,
        Review::Conformity => Expert::Conformity,
    });
    view! {
        <section class="panel reviews">
            <header><h2>{t(Read::ReviewsTitle)}</h2><span class="second">{review.map(t)}</span></header>
            <ul class="said">{lines.into_iter().map(one).drawn()}</ul>
        </section>
    }
    .into_any()
}

fn one(line: Line) -> AnyView {
    let desk = desk();
    let Line { review, bid, tone, symbol, state, items, may_revise } = line;
    let name = name_of(DocumentSide::Named, bid);
    let revise = may_revise.then(|| {
        button(Button::new(Read::Revise).small().icon(Icon::Pen).id("revise"), move || {
            desk.revise(review, bid)
        })
    });
    view! {
        <li data-bid=bid>
            <p class="h"><b class="num">{format!("{bid:02}")}</b><span lang="zh-CN">{move || name.get()}</span>
                <span class="state" data-tone=tone.name()>{icon(symbol)}{t(state)}</span><span class="grow"></span>{revise}</p>
            {draw(items)}
        </li>
    }
    .into_any()
}

fn draw(items: Vec<Item>) -> AnyView {
    let items = items.into_iter().map(|Item { name, how, nos }| {
        let nos = nos.into_iter().map(|SaidNo { who, ground, reason }| {
            view! { <li><b>{t(who)}</b><span>{ground.map(t)}</span><q lang="zh-CN">{reason}</q></li> }
        });
        view! { <div class="doubt"><p><b lang="zh-CN">{name}</b>" "<span class="second">{t(how)}</span></p><ul>{nos.drawn()}</ul></div> }
    });
    items.drawn()
}

/// Items to which somebody said no, where they are voted on or concluded.
pub fn doubted_list(known: &Known, doubted: &[Doubted]) -> AnyView {
    draw(doubted.iter().map(|it| item(known, it)).collect())
}
