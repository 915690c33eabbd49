//! 独立评分: every item of every bid, checked as it is typed; nobody sees it before it is handed in, and nobody else's is seen
//! before one's own is.

use bidroom_domain::evaluation::{Command, Criterion, CriterionKind, CriterionPart, Grade, SheetPart};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::Say as _;
use bidroom_web_ui::ui::{Button, Part, Views as _, button, icon, mark, redraw, said, t};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::asked::beside;
use super::desk::{Place, bid_buttons, frame, name_of, progress, short, side_of};
use super::sheet::{ToSign, signing};
use super::{desk, known, known_now};
use crate::model::{Task, Wrong, about, filled, points, progress as counted, score, strange, task};
use crate::text::{Expert, Part as PartName};

fn items(part: SheetPart) -> Vec<Criterion> {
    known_now().map(|known| known.plan.sheet(part).cloned().collect()).unwrap_or_default()
}

fn left(known: &crate::live::Known) -> Vec<u32> {
    match task(known.sight()) {
        Task::Score { bids, .. } => bids,
        _ => Vec::new(),
    }
}

/// The page of a sheet.
pub fn scoring(part: SheetPart) -> AnyView {
    let desk = desk();
    let bids = known(left);
    let all = StoredValue::new(items(part));
    let first_item = all.with_value(|items| items.first().map(|item| item.id.clone()).unwrap_or_default());
    // Who looked at something else meanwhile goes on where it was.
    let last = desk.front.with_value(|front| {
        front.clone().filter(|(of, bid, _)| *of == part && bids.with(|bids| bids.contains(bid)))
    });
    let first = bids.get_untracked().first().copied().unwrap_or(1);
    let (first, first_item) = last.map_or((first, first_item), |(_, bid, item)| (bid, item));
    let place = Place::new(part, first, first_item);
    Effect::new(move |_| desk.front.set_value(Some((part, place.bid.get(), place.item.get()))));
    // A bid may leave while it is scored: then the next one is in front.
    Effect::new(move |_| {
        let left = bids.get();
        if !left.contains(&place.bid.get_untracked())
            && let Some(next) = left.first()
        {
            place.bid.set(*next);
        }
    });
    let count = move |bid: u32| {
        let Some(known) = known_now() else { return (0, 0) };
        desk.draft.with(|draft| filled(&known.plan, draft, part, bid))
    };
    let whole = Part::new(move || {
        let Some(known) = known_now() else { return (0, 0, 0) };
        bids.with(|bids| desk.draft.with(|draft| counted(&known.plan, draft, part, bids)))
    });
    let done = Part::new(move || whole.with(|(good, _, all)| (*good, *all)));
    let complete = Part::new(move || whole.with(|(good, _, all)| good == all && *all > 0));
    let open = RwSignal::new(false);
    let step = move |forward: bool| go(place, bids, all, forward);
    let gap = move || first_gap(place, bids, all, part);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let forward = match event.key().as_str() {
            "PageDown" => true,
            "PageUp" => false,
            _ => return,
        };
        // Elsewhere these keys scroll: in a window, in notes, in the bid.
        if !browser_busy(&event) {
            event.prevent_default();
            step(forward);
        }
    });
    on_cleanup(move || keys.remove());
    let rest = move || {
        let (good, wrong, all) = whole.get();
        match (all.saturating_sub(good), wrong) {
            (0, _) => Expert::SheetFull,
            (missing, 0) => Expert::SheetMissing { missing },
            (missing, wrong) => Expert::SheetWrong { missing, wrong },
        }
    };
    let nav = view! {
        {bid_buttons(place, bids, count)}
        {criteria(place, part, all)}
    }
    .into_any();
    let form = view! {
        {redraw(move || {
            let (bid, id) = (place.bid.get(), place.item.get());
            let found = all.with_value(|items| {
                let at = items.iter().position(|item| item.id == id)?;
                Some((at, items.len(), items.get(at)?.clone()))
            });
            found.map(|(at, count, item)| item_form(part, bid, (at, count), item)).into_any()
        })}
        {notes(place, part)}
        <div class="fl between">
            {button(Button::new(Expert::Previous).large().key("PgUp"), move || step(false))}
            {button(Button::new(Expert::Next).large().key("PgDn").id("next-item"), move || step(true))}
        </div>
        {beside(move |known| about(known.sight(), part, place.bid.get()))}
    }
    .into_any();
    let foot = view! {
        {progress(Expert::OwnSheet, done)}
        <span class="why">{said(rest)}</span>
        <span class="grow"></span>
        {button(Button::new(Expert::ShowGap).large().icon(Icon::Search).id("gap"), gap)}
        {button(Button::new(Expert::HandInSheet).primary().large().icon(Icon::Lock).can(complete).id("hand-in"), move || open.set(true))}
    }
    .into_any();
    view! {
        {frame(place, nav, form, foot)}
        {signing(
            open,
            ToSign::anew(Expert::SheetTitle { part: PartName::of(part).both().zh, part_en: PartName::of(part).both().en }, Expert::HandInSheet, Expert::SheetDone),
            move || overview(part, bids.get_untracked(), all.with_value(Clone::clone)),
            move || {
                let known = known_now()?;
                let wanted = bids.get();
                let sheet = desk.draft.with(|draft| crate::model::sheet_of(&known.plan, draft, part, &wanted))?;
                Some(Command::CommitSheet { part, sheet })
            },
        )}
    }
    .into_any()
}

/// Whether a key belongs to something else: a window is open, or it was pressed in notes or in the bid.
fn browser_busy(event: &web_sys::KeyboardEvent) -> bool {
    let open = document().query_selector("dialog[open]").ok().flatten().is_some();
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    open || target.is_some_and(|target| target.closest(".pdf, textarea").ok().flatten().is_some())
}

/// Items, with what stands there for the bid in front.
fn criteria(place: Place, part: SheetPart, all: StoredValue<Vec<Criterion>>) -> AnyView {
    let desk = desk();
    let group = move |of_part: CriterionPart, kind: CriterionKind| {
        let items: Vec<Criterion> = all.with_value(|items| {
            items.iter().filter(|item| item.part == of_part && item.kind == kind).cloned().collect()
        });
        if items.is_empty() {
            return ().into_any();
        }
        let most = items.iter().fold(0_u32, |sum, item| sum.saturating_add(item.max));
        let rows = items.into_iter().map(move |item| {
            let (id, max, name) = (StoredValue::new(item.id.clone()), item.max, item.name.clone());
            let typed = Part::new(move || {
                let bid = place.bid.get();
                let text = id.with_value(|id| desk.draft.with(|draft| draft.typed(part, bid, id).to_owned()));
                score(&item, &text)
            });
            let look = Part::new(move || typed.with(|typed| match typed {
                Ok(_) => (None, None, Icon::Check),
                Err(Wrong::Missing) => (Some(""), None, Icon::Wait),
                Err(_) => (None, Some(""), Icon::Triangle),
            }));
            let shown = move || typed.with(|typed| match typed {
                Ok(score) => format!("{} / {}", points(*score), points(max)),
                Err(_) => format!("— / {}", points(max)),
            });
            view! {
                <li data-todo=mark(move || look.get().0) data-bad=mark(move || look.get().1)
                    aria-current=mark(move || (id.with_value(|id| place.item.with(|item| item == id))).then_some("true"))>
                    <button type="button" on:click=move |_| place.item.set(id.get_value())>
                        {redraw(move || icon(look.get().2))}<span lang="zh-CN">{name}</span><span class="sc num">{shown}</span>
                    </button>
                </li>
            }
        });
        view! {
            <h2>{t(PartName::group(of_part, kind, points(most)))}</h2>
            <ul class="crit">{rows.drawn()}</ul>
        }
        .into_any()
    };
    use CriterionKind::{Objective, Subjective};
    use CriterionPart::{Commercial, Technical};
    let price = known(|known| {
        let price = known.plan.criteria.iter().filter(|item| item.part == CriterionPart::Price);
        price.fold(0_u32, |sum, item| sum.saturating_add(item.max))
    });
    view! {
        {group(Technical, Subjective)}{group(Technical, Objective)}{group(Commercial, Subjective)}{group(Commercial, Objective)}
        {redraw(move || (price.get() > 0).then(|| view! {
            <h2>{t(Expert::PricePart { most: points(price.get()) })}</h2>
            <ul class="crit"><li data-todo="" class="fixed">{icon(Icon::Lock)}<span class="second">{t(Expert::PriceComputed)}</span><span class="sc">{t(Expert::PriceLater)}</span></li></ul>
        }).into_any())}
    }
    .into_any()
}

/// Goes to the next or the previous item, over the ends of bids.
fn go(place: Place, bids: Part<Vec<u32>>, all: StoredValue<Vec<Criterion>>, forward: bool) {
    let (bids, ids) = (
        bids.get_untracked(),
        all.with_value(|items| items.iter().map(|item| item.id.clone()).collect::<Vec<_>>()),
    );
    let (bid, item) = (place.bid.get_untracked(), place.item.get_untracked());
    let (Some(row), Some(column)) =
        (bids.iter().position(|it| *it == bid), ids.iter().position(|it| *it == item))
    else {
        return;
    };
    let cells = bids.len().saturating_mul(ids.len());
    let here = row.saturating_mul(ids.len()).saturating_add(column);
    let to =
        if forward { here.saturating_add(1).min(cells.saturating_sub(1)) } else { here.saturating_sub(1) };
    if let (Some(bid), Some(item)) = (bids.get(to / ids.len().max(1)), ids.get(to % ids.len().max(1))) {
        place.bid.set(*bid);
        place.item.set(item.clone());
    }
}

/// Goes to the first score that is missing or wrong.
fn first_gap(place: Place, bids: Part<Vec<u32>>, all: StoredValue<Vec<Criterion>>, part: SheetPart) {
    let draft = desk().draft.get_untracked();
    let gap = bids.get_untracked().into_iter().find_map(|bid| {
        all.with_value(|items| {
            let open = items.iter().find(|item| score(item, draft.typed(part, bid, &item.id)).is_err());
            open.map(|item| (bid, item.id.clone()))
        })
    });
    if let Some((bid, item)) = gap {
        place.bid.set(bid);
        place.item.set(item);
    }
}

fn item_form(part: SheetPart, bid: u32, (at, count): (usize, usize), item: Criterion) -> AnyView {
    let desk = desk();
    let id = StoredValue::new(item.id.clone());
    let typed =
        Part::new(move || id.with_value(|id| desk.draft.with(|draft| draft.typed(part, bid, id).to_owned())));
    let criterion = StoredValue::new(item.clone());
    let read = Part::new(move || criterion.with_value(|item| typed.with(|typed| score(item, typed))));
    let bad = Part::new(move || read.with(|read| !matches!(read, Ok(_) | Err(Wrong::Missing))));
    let set =
        move |text: String| id.with_value(|id| desk.write(|draft| draft.type_score(part, bid, id, text)));
    let Criterion { name, kind, max, step, guide, grades, .. } = item;
    let nudge = move |up: bool| {
        let now = read.with(|read| read.as_ref().copied().unwrap_or(0));
        let to = if up { now.saturating_add(step).min(max) } else { now.saturating_sub(step) };
        set(points(to));
    };
    let kind = match kind {
        CriterionKind::Subjective => Expert::Subjective,
        CriterionKind::Objective => Expert::Objective,
    };
    let wrong = move || {
        let typed = typed.get().trim().to_owned();
        let (max, step) = (points(max), points(step));
        match read.get() {
            Err(Wrong::NoNumber) => Some((Expert::WrongNumber { typed }, Expert::WrongHint { max, step })),
            Err(Wrong::Above) => Some((Expert::WrongAbove { typed }, Expert::WrongHint { max, step })),
            Err(Wrong::Step) => Some((Expert::WrongStep { typed }, Expert::WrongHint { max, step })),
            Ok(_) | Err(Wrong::Missing) => None,
        }
    };
    let bands = grades.into_iter().map(move |grade| band(grade, read, set));
    let bands = bands.drawn();
    view! {
        <header>
            <h2 lang="zh-CN">{name}</h2>
            <span class="second">{t(Expert::ItemPlace { at: at.saturating_add(1), count, max: points(max) })}</span>
        </header>
        <div class="item now">
            <div class="h"><h3>{t(kind)}</h3><span class="mx">{t(Expert::ItemRange { max: points(max), step: points(step) })}</span></div>
            {(!guide.is_empty()).then(|| view! { <p class="basis" lang="zh-CN">{guide}</p> })}
            <div class="bands" role="radiogroup" aria-label=t(Expert::Grades)>{bands}</div>
            <div class="row">
                <span class="score" data-bad=mark(move || bad.get().then_some(""))>
                    <button type="button" aria-label=t(Expert::Less { step: points(step) }) on:click=move |_| nudge(false)>"−"</button>
                    <input id="score" inputmode="decimal" autocomplete="off" aria-label=t(Expert::ScoreLabel)
                        aria-invalid=mark(move || bad.get().then_some("true")) aria-describedby="score-error"
                        prop:value=move || typed.get() on:input=move |event| set(event_target_value(&event)) />
                    <button type="button" aria-label=t(Expert::More { step: points(step) }) on:click=move |_| nudge(true)>"+"</button>
                </span>
                <p class="err" id="score-error" role="status">
                    {redraw(move || wrong().map(|(what, hint)| view! {
                        {icon(Icon::Triangle)}<span><b>{t(what)}</b><br/>{t(hint)}</span>
                    }).into_any())}
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// A grade; choosing it puts its lowest score there, unless the score is in it already.
fn band(
    grade: Grade,
    read: Part<Result<u32, Wrong>>,
    set: impl Fn(String) + Copy + Send + Sync + 'static,
) -> AnyView {
    let Grade { name, from, to } = grade;
    let inside =
        Part::new(move || read.with(|read| read.as_ref().is_ok_and(|score| (from..=to).contains(score))));
    let range = if from == to { points(from) } else { format!("{}–{}", points(from), points(to)) };
    view! {
        <button type="button" role="radio" aria-checked=mark(move || Some(if inside.get() { "true" } else { "false" }))
            on:click=move |_| if !inside.get_untracked() { set(points(from)) }>
            <span lang="zh-CN">{name}</span><b class="num">{range}</b>
        </button>
    }
    .into_any()
}

/// What the member writes for itself.
fn notes(place: Place, part: SheetPart) -> AnyView {
    let desk = desk();
    let text = Part::new(move || {
        let bid = place.bid.get();
        desk.draft.with(|draft| {
            draft.notes.get(&part).and_then(|notes| notes.get(&bid)).cloned().unwrap_or_default()
        })
    });
    let write = move |event: leptos::ev::Event| {
        let (bid, text) = (place.bid.get_untracked(), event_target_value(&event));
        desk.write(|draft| {
            draft.notes.entry(part).or_default().insert(bid, text);
        });
    };
    view! {
        <div class="item">
            <div class="h"><h3><label for="note">{t(Expert::Notes)}</label></h3></div>
            <textarea class="input" id="note" rows="2" maxlength="2000" prop:value=move || text.get() on:input=write></textarea>
        </div>
    }
    .into_any()
}

/// What is signed: the whole sheet as a table, and what the member should look at once more.
fn overview(part: SheetPart, bids: Vec<u32>, items: Vec<Criterion>) -> AnyView {
    let draft = desk().draft.get_untracked();
    let side = side_of(part);
    let sheet = known_now().and_then(|known| {
        let sheet = crate::model::sheet_of(&known.plan, &draft, part, &bids)?;
        Some((strange(&known.plan, &sheet, part), sheet))
    });
    let Some((odd, sheet)) = sheet else { return view! { <p>{t(Expert::SheetIncomplete)}</p> }.into_any() };
    let most = items.iter().fold(0_u32, |sum, item| sum.saturating_add(item.max));
    let heads = bids.iter().map(|bid| {
        let name = name_of(side, *bid).get_untracked();
        view! { <th scope="col" title=name>{short(side, *bid)}</th> }
    });
    let heads = heads.drawn();
    let cell =
        |bid: u32, item: &str| sheet.get(&bid).and_then(|row| row.get(item)).copied().unwrap_or_default();
    let rows = items.iter().map(|item| {
        let cells = bids.iter().map(|bid| {
            let far = odd.iter().any(|(of, at)| of == bid && *at == item.id);
            view! { <td class="num" data-far=far.then_some("")>{points(cell(*bid, &item.id))}</td> }
        });
        let cells = cells.drawn();
        view! { <tr><th scope="row" lang="zh-CN">{item.name.clone()}" "<span class="muted num">{points(item.max)}</span></th>{cells}</tr> }
    });
    let rows = rows.drawn();
    let sums = bids.iter().map(|bid| {
        let sum = items.iter().fold(0_u32, |sum, item| sum.saturating_add(cell(*bid, &item.id)));
        view! { <td class="num">{points(sum)}</td> }
    });
    let sums = sums.drawn();
    let warnings = odd.iter().map(|(bid, id)| {
        let item = items.iter().find(|item| item.id == *id).map(|item| item.name.clone()).unwrap_or_default();
        let what = Expert::FarOff { bid: short(side, *bid), item };
        view! { <li data-ok="no">{icon(Icon::Triangle)}<span>{t(what)}</span></li> }
    });
    let warnings = warnings.drawn();
    view! {
        <div class="wide"><table class="table ownsheet">
            <thead><tr><th scope="col">{t(Expert::ItemAndMost)}</th>{heads}</tr></thead>
            <tbody>{rows}<tr class="tot"><th scope="row">{t(Expert::SubTotal { most: points(most) })}</th>{sums}</tr></tbody>
        </table></div>
        <ul class="checks">
            <li data-ok="yes">{icon(Icon::OkCircle)}<span>{t(Expert::SheetSealed)}</span></li>
            <li data-ok="yes">{icon(Icon::OkCircle)}<span>{t(Expert::SheetFour)}<span class="clause">{t(Expert::SheetClause)}</span></span></li>
            {warnings}
        </ul>
    }
    .into_any()
}
