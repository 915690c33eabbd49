//! What reviewers read and keep at their terminals: documents of opened bids, by number while a blind holds; drafts; the
//! evaluation's documents.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom::demo::world::TenderPlan;
use bidroom_canon::Base64Bytes;
use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{Command, SheetPart};
use bidroom_envelope::bid::index::{self, Mark, ResponseIndex};
use bidroom_tests::committee::{Committee, blind_plan, list};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_wire::{BidDocuments, BidMark, DocumentSide, Draft, PaperView, SeatViews};
use serde_json::Value;

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
const BLIND: &str = "技术文件.pdf";

/// Something of a few chunks that differs from bid to bid.
fn technical(number: usize) -> Vec<u8> {
    (0..2_500_000_usize).map(|at| u8::try_from((at / 97 + number * 31) % 251).unwrap()).collect()
}

struct Desk<'a> {
    committee: Committee<'a>,
    session: String,
}

impl Desk<'_> {
    fn path(&self, rest: &str) -> String {
        format!("sessions/{}/evaluation/{rest}", self.session)
    }

    /// As whom a member that is signed in asks.
    fn raw(&self, member: u8) -> Raw {
        Raw::with(self.committee.room, &self.committee.tokens[&member])
    }

    async fn bids(&self, reader: &Raw) -> Vec<BidDocuments> {
        let (status, list) = reader.get(&self.path("bids")).await.unwrap();
        assert_eq!(status, 200, "{list}");
        serde_json::from_value(list).unwrap()
    }

    async fn code(&self, reader: &Raw, path: &str) -> (u16, String) {
        let (status, answer) = reader.get(&self.path(path)).await.unwrap();
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    }
}

fn names(bids: &[BidDocuments], side: DocumentSide) -> Vec<Vec<&str>> {
    let of_side = bids.iter().filter(|bid| bid.side == side);
    of_side.map(|bid| bid.documents.iter().map(|document| document.name.as_str()).collect()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_are_read_by_number_while_a_blind_holds_and_drafts_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let plan = TenderPlan { evaluation: Some(Box::new(blind_plan())), ..StoryRoom::plan() };
    room.write_package(&plan).unwrap();
    let pace = Turned(room.clock.clone());
    let mut play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    for (number, documents) in play.documents.iter_mut().enumerate() {
        let own = folder.path().join(format!("bidder-{number}"));
        std::fs::create_dir_all(&own).unwrap();
        let (letter, body) = (own.join("投标函.pdf"), own.join(BLIND));
        std::fs::write(&letter, format!("%PDF-1.7\n% 投标函 {number}\n")).unwrap();
        std::fs::write(&body, technical(number)).unwrap();
        let index = own.join(index::NAME);
        let marks = [("cases", "投标函.pdf", 1, None), ("design", BLIND, 3, Some(format!("方案 {number}")))];
        let marks = marks.map(|(item, document, page, title)| Mark {
            item: item.into(),
            document: document.into(),
            page,
            title,
        });
        let written = ResponseIndex { format: index::FORMAT.into(), marks: marks.into() };
        std::fs::write(&index, serde_json::to_vec(&written).unwrap()).unwrap();
        *documents = vec![letter, body, index];
    }
    play.whole().await.unwrap();
    let committee = Committee::of(&room).await.unwrap();
    let session = StoryRoom::session().unwrap().to_string();
    let mut desk = Desk { committee, session };

    // Nobody outside reads anything; a bidder is no reviewer.
    desk.committee.qualify().await.unwrap();
    let bidder = Raw::new(&room, &room.world.bidders[0].main).await.unwrap();
    assert_eq!(desk.code(&bidder, "bids").await, (403, "not_your_role".into()));
    assert_eq!(desk.code(&bidder, "bids/named/1/documents/0").await, (403, "not_your_role".into()));

    desk.committee.sit_down(1).await.unwrap();
    let first = desk.raw(1);
    // Whose bids there are is known before the commitment, so that an interest can be declared; no more.
    let before = desk.bids(&first).await;
    assert_eq!(before.len(), 3);
    assert!(before.iter().all(|bid| bid.documents.is_empty() && bid.name.is_some()));
    assert_eq!(desk.code(&first, "bids/named/1/documents/0").await, (409, "commitment_first".into()));
    assert_eq!(desk.code(&first, "papers").await, (409, "commitment_first".into()));

    desk.committee.member(1, Command::SignCommitment).await.unwrap();
    for member in 2..=5 {
        desk.committee.seat(member).await.unwrap();
    }
    desk.committee.elect().await.unwrap();
    // Whoever signs in again ends the earlier sign-in.
    desk.committee.sign_in(1, "终端1").await.unwrap();
    assert_eq!(desk.code(&first, "bids").await, (401, "not_logged_in".into()));
    let member = desk.raw(2);

    // Until there are numbers nobody reads what is reviewed blind, staff included.
    let host = Raw::new(&room, Committee::lock(&room, StaffRole::Host).unwrap()).await.unwrap();
    for reader in [&member, &host] {
        let bids = desk.bids(reader).await;
        assert_eq!(names(&bids, DocumentSide::Named), vec![vec!["投标函.pdf"]; 3]);
        assert!(names(&bids, DocumentSide::Blind).is_empty());
        assert_eq!(desk.code(reader, "bids/named/1/documents/1").await, (404, "no_document".into()));
        assert_eq!(desk.code(reader, "bids/blind/1/documents/0").await, (404, "no_document".into()));
    }
    let (status, letter, _) = member.bytes(&desk.path("bids/named/2/documents/0"), None).await.unwrap();
    assert_eq!(status, 200);
    assert!(letter.starts_with(b"%PDF-1.7"));

    desk.committee.conform().await.unwrap();
    let numbers = desk.committee.state().unwrap().blind.numbers;
    let bids = desk.bids(&member).await;
    assert_eq!(names(&bids, DocumentSide::Blind), vec![vec!["暗标文件 1"]; 3]);
    let shown =
        serde_json::to_string(&bids.iter().filter(|bid| bid.side == DocumentSide::Blind).collect::<Vec<_>>())
            .unwrap();
    for bidder in &room.world.bidders {
        assert!(!shown.contains(&bidder.firm.name), "{shown}");
    }
    // The bidder's own index leads to places, and says nothing in its own words that would tell whose it is.
    let marks = |bids: &[BidDocuments], side: DocumentSide| -> Vec<Vec<(String, u32, u32, bool)>> {
        let of_side = bids.iter().filter(|bid| bid.side == side);
        let told = |bid: &BidDocuments| {
            let mark = |mark: &BidMark| (mark.item.clone(), mark.document, mark.page, mark.title.is_some());
            bid.marks.iter().map(mark).collect()
        };
        of_side.map(told).collect()
    };
    assert!(!shown.contains("方案"), "{shown}");
    let (cases, design) =
        (|| ("cases".to_owned(), 0, 1, false), |document, titled| ("design".to_owned(), document, 3, titled));
    assert_eq!(marks(&bids, DocumentSide::Blind), vec![vec![design(0, false)]; 3]);
    assert_eq!(marks(&bids, DocumentSide::Named), vec![vec![cases()]; 3]);
    for (bid, number) in &numbers {
        let path = desk.path(&format!("bids/blind/{number}/documents/0"));
        let name = room.state().unwrap().numbered(*bid).unwrap().row.bidder.name.clone();
        let place = room.world.bidders.iter().position(|it| it.firm.name == name).unwrap();
        let whole = technical(place);
        let (status, read, _) = member.bytes(&path, None).await.unwrap();
        assert!(status == 200 && read == whole, "bid {bid}");
        // Any part of it, over the ends of chunks.
        for (range, from, until) in [
            ("bytes=0-0", 0, 1),
            ("bytes=1048570-1048590", 1_048_570, 1_048_591),
            ("bytes=2499990-", 2_499_990, 2_500_000),
            ("bytes=-5", 2_499_995, 2_500_000),
        ] {
            let (status, part, said) = member.bytes(&path, Some(range)).await.unwrap();
            assert!(status == 206 && part == whole[from..until], "{range}");
            assert_eq!(said, format!("bytes {from}-{}/2500000", until - 1));
        }
        let (status, answer, _) = member.bytes(&path, Some("bytes=2500000-")).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((status, answer["code"].as_str()), (416, Some("no_range")));
        // Under its own number it is not there, so that nobody lays one beside the other.
        assert_eq!(
            desk.code(&member, &format!("bids/named/{bid}/documents/1")).await,
            (404, "no_document".into())
        );
        assert_eq!(
            desk.code(&member, &format!("bids/blind/{number}/documents/1")).await,
            (404, "no_document".into())
        );
    }
    for odd in ["bids/blind/9/documents/0", "bids/named/0/documents/0", "bids/named/1/documents/7"] {
        assert_eq!(desk.code(&member, odd).await, (404, "no_document".into()), "{odd}");
    }

    // Drafts: the newest counts, and everybody has its own.
    let draft = |revision, bytes: &[u8]| Draft { revision, bytes: Base64Bytes(bytes.to_vec()) };
    let path = desk.path("draft");
    let kept =
        async |reader: &Raw| serde_json::from_value::<Draft>(reader.get(&path).await.unwrap().1).unwrap();
    assert_eq!(kept(&member).await, draft(0, b""));
    assert_eq!(member.put_json(&path, &draft(3, b"three")).await.unwrap().0, 204);
    for older in [2, 3] {
        let (status, answer) = member.put_json(&path, &draft(older, b"two")).await.unwrap();
        assert_eq!((status, answer["code"].as_str()), (409, Some("older_draft")));
    }
    assert_eq!(kept(&member).await, draft(3, b"three"));
    let third = desk.raw(3);
    assert_eq!(kept(&third).await, draft(0, b""));
    let (status, _) = third.put_json(&path, &draft(1, &vec![7; 200_000])).await.unwrap();
    assert_eq!(status, 413);
    assert_eq!(host.put_json(&path, &draft(1, b"host")).await.unwrap().0, 401);

    // A call is seen by the host until somebody went there.
    let seats = async || {
        let (status, seats) = host.get(&desk.path("seats")).await.unwrap();
        assert_eq!(status, 200, "{seats}");
        serde_json::from_value::<SeatViews>(seats).unwrap().seats
    };
    assert!(seats().await.iter().all(|seat| seat.signed_in && seat.calls.is_none()));
    let _ = member.post(&desk.path("help"), Vec::new()).await;
    assert!(seats().await.iter().any(|seat| seat.member == 2 && seat.calls.is_some()));
    let _ = host.post(&desk.path("seats/2/attended"), Vec::new()).await;
    assert!(seats().await.iter().all(|seat| seat.calls.is_none()));
    assert_eq!(desk.code(&member, "seats").await.0, 401, "members do not see it");

    // Once lifted all is read by the bids' own numbers; the evaluation's documents are there for those who sit here.
    for number in 1..=5 {
        let sheet = desk.committee.level_sheet(number, SheetPart::Blind).unwrap();
        desk.committee.member(number, sheet).await.unwrap();
    }
    let lock = Committee::lock(&room, StaffRole::Supervisor).unwrap();
    let lock_tail = lock.identity().signing_certificate().tail();
    desk.committee.signs(StaffRole::Supervisor, Command::LiftBlind { lock_tail }).await.unwrap();
    let bids = desk.bids(&member).await;
    assert_eq!(names(&bids, DocumentSide::Named), vec![vec!["投标函.pdf", BLIND, index::NAME]; 3]);
    assert_eq!(marks(&bids, DocumentSide::Named), vec![vec![cases(), design(1, true)]; 3]);
    assert_eq!(desk.code(&member, "bids/blind/1/documents/0").await, (404, "no_document".into()));
    let (status, papers) = member.get(&desk.path("papers")).await.unwrap();
    assert_eq!(status, 200, "{papers}");
    let papers: Vec<PaperView> = serde_json::from_value(papers).unwrap();
    for expected in ["sign-in", "commitment-2", "conformity", "summary", "report"] {
        assert!(papers.iter().any(|paper| paper.id == expected), "{expected}: {papers:?}");
    }
    let path = desk.path("papers/conformity");
    let (status, pdf, _) = member.bytes(&path, None).await.unwrap();
    assert!(status == 200 && pdf.starts_with(b"%PDF-"));
    let (status, part, said) = member.bytes(&path, Some("bytes=0-99")).await.unwrap();
    assert!(status == 206 && part == pdf[..100]);
    // How long things are is said without sending them.
    assert_eq!(member.length(&path).await.unwrap(), (200, pdf.len().to_string()));
    let document = desk.path("bids/named/1/documents/1");
    assert_eq!(member.length(&document).await.unwrap(), (200, "2500000".into()));
    assert_eq!(said, format!("bytes 0-99/{}", pdf.len()), "printed twice of the same log it is the same");
    assert_eq!(desk.code(&bidder, "papers/report").await, (403, "not_your_role".into()));
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_waits_for_news_a_few_times_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    room.write_package(&TenderPlan { evaluation: Some(Box::new(blind_plan())), ..StoryRoom::plan() })
        .unwrap();
    let pace = Turned(room.clock.clone());
    room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap().whole().await.unwrap();
    let committee = Committee::of(&room).await.unwrap();
    committee.commands(Command::Start).await.unwrap();
    let host = Arc::new(Raw::new(&room, Committee::lock(&room, StaffRole::Host).unwrap()).await.unwrap());
    let from = room.handle().unwrap().snapshot().size;
    let path = format!("sessions/{}/evaluation/log?from={from}", StoryRoom::session().unwrap());
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let (host, path) = (Arc::clone(&host), format!("{path}&wait=20"));
        waiting.spawn(async move { host.get(&path).await.unwrap() });
    }
    // One too many: it is told so at once, the others go on waiting, and whoever does not wait is answered.
    let (status, answer) = waiting.join_next().await.unwrap().unwrap();
    assert_eq!((status, answer["code"].as_str()), (429, Some("too_many_wait")), "{answer}");
    assert_eq!(host.get(&path).await.unwrap().0, 200);
    let sealed = committee.sealed_list(&list()).unwrap();
    committee.host.import_list(&committee.published, sealed).await.unwrap();
    while let Some(answer) = waiting.join_next().await {
        let (status, log) = answer.unwrap();
        assert_eq!(status, 200, "{log}");
        assert!(
            log["leaves"]
                .as_array()
                .unwrap()
                .iter()
                .any(|leaf| leaf.to_string().contains("committee.imported"))
        );
    }
    assert_eq!(host.get(&format!("{path}&wait=1")).await.unwrap().0, 200, "places are given back");
    room.stop().await.unwrap();
}
