//! The similarity analysis in the room: it begins by itself, keeps out what is reviewed blind until the blind is lifted, and is read by
//! those who may read bids.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;
use std::time::Duration;

use bidroom::demo::play::Script;
use bidroom::demo::world::TenderPlan;
use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{Command, SheetPart};
use bidroom_tests::committee::{Committee, blind_plan};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_wire::{HintWeight, SimilarityCovers, SimilarityPage, SimilarityRun, SimilarityView};

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
const BLIND: &str = "技术文件.pdf";

/// A PDF of one page with these words in it.
fn pdf(words: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 50 700 Td ({words}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = file.len();
    file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    places.iter().for_each(|place| file.push_str(&format!("{place:010} 00000 n \n")));
    file.push_str(&format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));
    file.into_bytes()
}

struct Story<'a> {
    committee: Committee<'a>,
    path: String,
}

impl Story<'_> {
    async fn view(&self, reader: &Raw) -> SimilarityView {
        let (status, view) = reader.get(&self.path).await.unwrap();
        assert_eq!(status, 200, "{view}");
        serde_json::from_value(view).unwrap()
    }

    async fn code(&self, reader: &Raw) -> String {
        let (_, answer) = reader.get(&self.path).await.unwrap();
        answer["code"].as_str().unwrap_or_default().to_owned()
    }

    /// What the run gives that covers this, once it is done.
    async fn done(&self, reader: &Raw, covers: SimilarityCovers) -> SimilarityPage {
        for _ in 0..600 {
            let view = self.view(reader).await;
            match view.page {
                Some(page) if view.run == SimilarityRun::Done && page.covers == covers => return page,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        panic!("the analysis is never done")
    }

    /// The roster number of the n-th bidder of the story.
    fn number(&self, bidder: usize) -> u32 {
        let state = self.committee.room.state().unwrap();
        let name = &self.committee.room.world.bidders[bidder].firm.name;
        state.roster.iter().find(|row| row.row.bidder.name == *name).unwrap().row.number
    }

    fn pair(&self, page: &SimilarityPage, one: usize, other: usize) -> (Option<HintWeight>, Vec<String>) {
        let (one, other) = (self.number(one), self.number(other));
        let pair = (one.min(other), one.max(other));
        let found = page.pairs.iter().find(|it| (it.a, it.b) == pair).unwrap();
        let hints = page.hints.iter().filter(|hint| found.hints.contains(&hint.number));
        (found.weight, hints.map(|hint| hint.kind_en.clone()).collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_come_by_themselves_and_tell_nothing_of_what_is_blind() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    room.write_package(&TenderPlan { evaluation: Some(Box::new(blind_plan())), ..StoryRoom::plan() })
        .unwrap();
    let pace = Turned(room.clock.clone());
    let mut play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    // The first two have the same letter, the last two the same technical part, which is reviewed blind.
    let same = "we offer to deliver the works as described with our own people and our own machines within the time that was asked for";
    let letters =
        [same, same, "another letter which says in its own words that the works are to be delivered"];
    let parts = ["a technical part of its own", same, same];
    for (number, documents) in play.documents.iter_mut().enumerate() {
        let own = folder.path().join(format!("bidder-{number}"));
        std::fs::create_dir_all(&own).unwrap();
        let (letter, part) = (own.join("投标函.pdf"), own.join(BLIND));
        std::fs::write(&letter, pdf(letters[number])).unwrap();
        std::fs::write(&part, pdf(&format!("{} and these are words of the technical part", parts[number])))
            .unwrap();
        *documents = vec![letter, part];
    }
    play.whole().await.unwrap();
    let committee = Committee::of(&room).await.unwrap();
    let path = format!("sessions/{}/evaluation/similarity", StoryRoom::session().unwrap());
    let mut story = Story { committee, path };

    let host = Raw::new(&room, Committee::lock(&room, StaffRole::Host).unwrap()).await.unwrap();
    let bidder = Raw::new(&room, &room.world.bidders[0].main).await.unwrap();
    assert_eq!(story.code(&host).await, "not_your_role", "before the evaluation begins");
    story.committee.qualify().await.unwrap();
    assert_eq!(story.code(&bidder).await, "not_your_role");
    story.committee.sit_down(1).await.unwrap();
    let member = Raw::with(&room, &story.committee.tokens[&1]);
    assert_eq!(story.code(&member).await, "commitment_first");
    story.committee.member(1, Command::SignCommitment).await.unwrap();

    // Nobody asked for it; what is blind is not in it, neither by name nor by length, nor is a price.
    let named = story.done(&member, SimilarityCovers::Named).await;
    let (weight, kinds) = story.pair(&named, 0, 1);
    assert_eq!(weight, Some(HintWeight::Strong), "{kinds:?}");
    assert!(kinds.contains(&"whole file".to_owned()), "{kinds:?}");
    assert_eq!(story.pair(&named, 1, 2), (None, Vec::new()));
    let text = serde_json::to_string(&named).unwrap();
    assert!(!text.contains("技术文件") && !text.contains("technical part"), "{text}");
    assert!(named.statement_zh.contains("不是认定结论"));
    assert_eq!(story.view(&host).await.page.unwrap(), named);

    for number in 2..=5 {
        story.committee.seat(number).await.unwrap();
    }
    story.committee.elect().await.unwrap();
    story.committee.conform().await.unwrap();
    assert_eq!(story.done(&member, SimilarityCovers::Named).await, named, "numbers do not change it");
    for number in 1..=5 {
        let sheet = story.committee.level_sheet(number, SheetPart::Blind).unwrap();
        story.committee.member(number, sheet).await.unwrap();
    }
    let supervisor = Committee::lock(&room, StaffRole::Supervisor).unwrap();
    let lock_tail = supervisor.identity().signing_certificate().tail();
    story.committee.signs(StaffRole::Supervisor, Command::LiftBlind { lock_tail }).await.unwrap();
    // Until all are compared, what there was is shown.
    assert!(story.view(&member).await.page.is_some());
    let all = story.done(&member, SimilarityCovers::All).await;
    assert_ne!(all.digest, named.digest);
    let (weight, kinds) = story.pair(&all, 1, 2);
    assert_eq!(weight, Some(HintWeight::Strong), "{kinds:?}");
    let supervisor = Raw::new(&room, supervisor).await.unwrap();
    assert_eq!(story.view(&supervisor).await.page.unwrap(), all);

    // Only the tender's own documents are taken as such.
    let (status, answer) = host.post(&format!("{}/baseline", story.path), pdf("anything")).await.unwrap();
    assert_eq!((status, answer["code"].as_str()), (409, Some("not_the_tenders")));
    let (status, _) = member.post(&format!("{}/baseline", story.path), pdf("anything")).await.unwrap();
    assert_eq!(status, 401);
    room.stop().await.unwrap();
}
