//! Nine members score thirty bids by sixty criteria: how long a draft takes until it is kept, and what the overview after the last
//! sheet costs.
//!
//! `cargo run --release --example scoring -- BIDS MEMBERS CRITERIA`. Figures to print, not a test: they depend on the machine. What a
//! draft costs is set beside what the disk alone costs for as many bytes.

#![allow(clippy::as_conversions, clippy::print_stdout, reason = "a measurement")]

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bidroom::demo::play::Script;
use bidroom::demo::world::TenderPlan;
use bidroom_canon::Base64Bytes;
use bidroom_domain::evaluation::{Command, Criterion, CriterionKind, CriterionPart, Plan, SheetPart, Stage};
use bidroom_tests::committee::{Committee, Copy, list_of, plan};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_wire::Draft;
use tokio::task::JoinSet;

/// Drafts that each member keeps.
const DRAFTS: u64 = 60;
/// How long a terminal waits after a change before it keeps the draft: a member that never pauses keeps one as often.
const PAUSE: Duration = Duration::from_millis(300);
/// Bytes of a draft beside its scores: notes, nonce, tag.
const NOTES: usize = 6 * 1024;
/// Bytes of one score in a draft.
const SCORE: usize = 6;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<usize> = std::env::args().skip(1).map(|it| it.parse()).collect::<Result<_, _>>()?;
    let (bids, members, criteria) = match arguments.as_slice() {
        [bids, members, criteria] => (*bids, u8::try_from(*members)?, *criteria),
        _ => (30, 9, 60),
    };
    let folder = tempfile::tempdir()?;
    let room = StoryRoom::new(folder.path(), bids).await?;
    let evaluation = Some(Box::new(large_plan(criteria)));
    room.write_package(&TenderPlan { evaluation, ..StoryRoom::plan() })?;
    let pace = Turned(room.clock.clone());
    let script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
    println!("{bids} bids are sealed, sent and opened; {members} members sit down and find all good");
    room.play(&pace, script, Arc::new(|_: &str| {}))?.whole().await?;
    let mut committee = Committee::of(&room).await?;
    committee.assemble_as(&list_of(members)).await?;
    committee.conform().await?;

    let bytes = bids * criteria * SCORE + NOTES;
    drafts(&committee, folder.path(), bytes).await?;
    for member in committee.indexes()? {
        committee.member(member, sheet(&committee, member)?).await?;
    }
    committee.member(1, Command::FinishStage { stage: Stage::Scoring }).await?;
    summary(&committee).await?;
    room.stop().await
}

/// A plan with so many criteria, the price among them; without a method of its own sums, which has fewer.
fn large_plan(criteria: usize) -> Plan {
    let mut plan = plan();
    let price = plan.criteria.iter().find(|it| it.part == CriterionPart::Price).cloned();
    let scored = criteria.saturating_sub(1).max(1);
    // Seventy points among all of them, in whole hundredths; the first one has what is left.
    let each = 7000 / u32::try_from(scored).unwrap_or(1);
    let most =
        |at: usize| if at == 0 { 7000 - each * (u32::try_from(scored).unwrap_or(1) - 1) } else { each };
    let item = |at: usize| Criterion {
        id: format!("c{at:02}"),
        name: format!("评分项 {at}"),
        part: CriterionPart::Technical,
        kind: CriterionKind::Subjective,
        max: most(at),
        step: 1,
        blind: false,
        guide: String::new(),
        grades: Vec::new(),
    };
    let items: Vec<Criterion> = (0..scored).map(item).collect();
    if let Some(method) = plan.method.as_mut().and_then(|method| method.as_object_mut()) {
        let named = items.iter().map(|it| {
            serde_json::json!({
                "id": it.id, "name": {"zh": it.name, "en": it.id},
                "maximum": format!("{}.{:02}", it.max / 100, it.max % 100), "item": {"kind": "subjective"}
            })
        });
        method.insert("criteria".to_owned(), named.collect());
    }
    plan.criteria = items.into_iter().chain(price).collect();
    plan
}

/// The whole sheet of a member.
fn sheet(committee: &Committee<'_>, member: u8) -> anyhow::Result<Command> {
    let part = SheetPart::Whole;
    let plan = committee.published.facts().evaluation.as_deref().context("no plan")?;
    let row = |bid: u32| {
        let score = |item: &Criterion| item.max.saturating_sub((u32::from(member) + bid) % 20);
        plan.sheet(part).map(|item| (item.id.clone(), score(item))).collect()
    };
    let bids = committee.state()?.missing(part, member);
    Ok(Command::CommitSheet { part, sheet: bids.into_iter().map(|bid| (bid, row(bid))).collect() })
}

/// Milliseconds, rising.
struct Times(Vec<f64>);

impl Times {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    fn share(&self, share: f64) -> f64 {
        let place = (self.0.len() as f64 * share) as usize;
        self.0.get(place.min(self.0.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }
}

fn since(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

/// All members write at once and without a pause, as their terminals keep it.
async fn drafts(committee: &Committee<'_>, folder: &Path, bytes: usize) -> anyhow::Result<()> {
    let path = format!("sessions/{}/evaluation/draft", committee.published.session());
    let mut keeping = JoinSet::new();
    for (place, token) in (1_u32..).zip(committee.tokens.values()) {
        let (reader, path) = (Raw::with(committee.room, token), path.clone());
        keeping.spawn(async move {
            let mut times = Vec::new();
            // Nobody's hand moves with another's.
            tokio::time::sleep(PAUSE / 10 * place).await;
            for revision in 1..=DRAFTS {
                let draft = Draft { revision, bytes: Base64Bytes(vec![7; bytes]) };
                let begun = Instant::now();
                let (status, answer) = reader.put_json(&path, &draft).await?;
                times.push(since(begun));
                anyhow::ensure!(status == 204, "{answer}");
                tokio::time::sleep(PAUSE).await;
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(kept) = keeping.join_next().await {
        times.extend(kept??);
    }
    let times = Times::of(times);
    let disk = disk_alone(folder, bytes)?;
    let (median, slow) = (times.share(0.5), times.share(0.99));
    println!(
        "{} drafts of {bytes} bytes by {} members at once: p50 {median:.1} ms, p99 {slow:.1} ms, goal p99 below 20 ms",
        times.0.len(),
        committee.tokens.len(),
    );
    println!(
        "the disk alone, as many bytes written and synced: p50 {:.2} ms; a draft takes {:.1} times that",
        disk.share(0.5),
        median / disk.share(0.5),
    );
    Ok(())
}

/// What it costs to write so many bytes and have them on the disk, one after the other.
fn disk_alone(folder: &Path, bytes: usize) -> anyhow::Result<Times> {
    let mut file = std::fs::File::create(folder.join("disk-alone"))?;
    let written = vec![7; bytes];
    let mut times = Vec::new();
    for _ in 0..DRAFTS {
        let begun = Instant::now();
        file.write_all(&written)?;
        file.sync_data()?;
        times.push(since(begun));
    }
    Ok(Times::of(times))
}

/// What the overview after the last sheet needs: the log as a member may read it, folded, and the result.
async fn summary(committee: &Committee<'_>) -> anyhow::Result<()> {
    const TIMES: usize = 15;
    let session = committee.published.session();
    let chair = committee.members.get(&1).context("no chair")?;
    let (mut computing, mut asking, mut reading, mut folding) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let state = committee.room.handle()?.snapshot().state.clone();
        let begun = Instant::now();
        let computed = bidroom_outcome::compute(&state)?;
        computing.push(since(begun));
        drop(computed);
        let begun = Instant::now();
        let log = chair.evaluation_log(&session, 0).await?;
        reading.push(since(begun));
        let mut copy = Copy::default();
        copy.take(log);
        let begun = Instant::now();
        copy.state()?;
        folding.push(since(begun));
        let begun = Instant::now();
        chair.ask_result(&session).await?;
        asking.push(since(begun));
    }
    let entries = committee.room.handle()?.snapshot().size;
    let median = |times: Vec<f64>| Times::of(times).share(0.5);
    let (computing, asking, reading, folding) =
        (median(computing), median(asking), median(reading), median(folding));
    println!(
        "summary: the result computed in {computing:.1} ms, asked of the room {asking:.1} ms; the log of {entries} entries read by a member \
         {reading:.1} ms, folded {folding:.1} ms; goal: result and what the overview needs below 100 ms"
    );
    println!("computed and read: {:.1} ms", computing + reading);
    Ok(())
}
