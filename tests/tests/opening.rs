//! Whole openings through the public API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use bidroom::archive::read_trust;
use bidroom::demo::play::Script;
use bidroom_bidder::client::{Client, ClientError, ClientOptions, Follower};
use bidroom_domain::StaffRole;
use bidroom_domain::opening::Phase;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_unlocking::{PublishedRoom, Seen};
use bidroom_verifier::{ClaimId, Outcome, Verdict, verify};
use bidroom_wire::HostCommand;

fn silent() -> bidroom::demo::play::Told {
    Arc::new(|_: &str| {})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_bidders_one_replaces_one_errs_one_objects_one_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 5).await.unwrap();
    let pace = Turned(room.clock.clone());
    let script = Script {
        replaces: Some(1),
        wrong_lock: Some(3),
        objects: Some(2),
        absent: Some(4),
        leaves: Some(StaffRole::Tenderer),
    };
    let play = room.play(&pace, script, silent()).unwrap();
    play.whole().await.unwrap();

    let state = play.state().await.unwrap();
    assert_eq!(state.phase, Phase::Closed);
    assert_eq!(state.roster.iter().filter(|row| row.is_opened()).count(), 4);
    let replaced = state.numbered(2).unwrap().schedule.as_ref().unwrap();
    let expected = room.world.bidders[1].firm.price.get() - 100;
    assert!(
        replaced.schedule.contains(&expected.to_string()),
        "the replacement counts: {}",
        replaced.schedule
    );
    assert!(state.roster[4].decided.is_some());

    // Host and supervisor signed the record; the tenderer had left, and the log says why.
    let signed: Vec<_> = state.signatures.iter().map(|signature| signature.role).collect();
    assert_eq!(signed, [StaffRole::Host, StaffRole::Supervisor]);
    assert_eq!(state.absences.keys().copied().collect::<Vec<_>>(), [StaffRole::Tenderer]);
    let said = published_record(&room, folder.path()).await;
    for part in ["沈若兰", "罗毅", "锁尾号", "电子签名有效", "未签署：唱标后因公务提前离场", "由主持人记入"]
    {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    it_is_signed_late_once_and_by_nobody_else(&room).await;
    let said = published_record(&room, folder.path()).await;
    assert!(said.contains("顾明远") && !said.contains("未签署"), "{said}");

    let archive = folder.path().join("archive.zip");
    room.export(&archive).unwrap();
    let trust = read_trust(&room.site.trust).unwrap();
    let bytes = std::fs::read(&archive).unwrap();
    let check = |bytes: &[u8], trust| verify(Cursor::new(bytes), trust);
    let report = check(&bytes, Some(&trust)).unwrap();
    assert_eq!(report.outcome(), Outcome::Sound);
    assert_eq!(report.claim(ClaimId::Signatures).unwrap().verdict, Verdict::Holds, "{report:#?}");
    assert_eq!(check(&bytes, None).unwrap().outcome(), Outcome::Unanchored);

    // A flip anywhere is found: a byte in every stretch of the archive.
    let step = (bytes.len() / 120).max(1);
    for at in (0..bytes.len()).step_by(step) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        let outcome = check(&flipped, Some(&trust)).map(|report| report.outcome());
        assert!(
            matches!(outcome, Ok(Outcome::Tampered) | Err(_)),
            "a flip at {at} of {} was not found",
            bytes.len()
        );
    }
    room.stop().await.unwrap();
}

/// The words of the record as everybody may fetch it.
async fn published_record(room: &StoryRoom, folder: &Path) -> String {
    let address = format!("{}/api/v1/sessions/{}/record.pdf", room.url, StoryRoom::session().unwrap());
    let record = reqwest::get(address).await.unwrap();
    assert_eq!(record.status(), 200);
    let record = record.bytes().await.unwrap();
    assert!(record.starts_with(b"%PDF-") && record.len() > 20_000, "{} bytes", record.len());
    let file = folder.join("record.pdf");
    std::fs::write(&file, &record).unwrap();
    let text =
        Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
    assert!(text.status.success(), "{text:?}");
    String::from_utf8(text.stdout).unwrap().split_whitespace().collect()
}

/// Who comes late may sign still; nobody signs twice, for somebody else, for another session's end, or without a role.
async fn it_is_signed_late_once_and_by_nobody_else(room: &StoryRoom) {
    let session = StoryRoom::session().unwrap();
    let options = ClientOptions { server: room.url.clone(), trust: Vec::new() };
    let der = Client::new(&options).unwrap().publication(&session).await.unwrap();
    let published = PublishedRoom::open(&der, None, DEADLINE).unwrap();
    let log_in = async |lock| {
        let mut client = Client::new(&options).unwrap();
        client.log_in(lock, &room.app.config.origin).await.unwrap();
        let mut follower = Follower::new(&published);
        client.catch_up(&mut follower).await.unwrap();
        (client, follower.seen_record().unwrap())
    };
    let [host, tenderer, ..] = room.world.officers.as_slice() else { panic!("no officers") };
    let code = |refused: Result<_, ClientError>| match refused {
        Err(ClientError::Api { error, .. }) => error.code,
        other => panic!("{other:?}"),
    };

    let bidder = &room.world.bidders[0].main;
    let (client, seen) = log_in(bidder).await;
    assert_eq!(code(client.sign_record(&published, bidder, seen).await), "not_your_role");
    let (client, seen) = log_in(&tenderer.lock).await;
    assert_eq!(code(client.sign_record(&published, &host.lock, seen).await), "other_signer");
    let done = client.sign_record(&published, &tenderer.lock, seen).await.unwrap();
    assert_eq!(done.events, ["record.signed"]);
    assert_eq!(code(client.sign_record(&published, &tenderer.lock, seen).await), "already_signed");
    let absent = HostCommand::RecordAbsence { role: StaffRole::Tenderer, reason: "离场".to_owned() };
    assert_eq!(code(client.command(&published, &absent).await), "not_your_role");
    let (client, _) = log_in(&host.lock).await;
    assert_eq!(code(client.command(&published, &absent).await), "not_awaited");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_two_bidders_nothing_opens_at_any_entry() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 2).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();
    room.clock.set(DEADLINE);
    let session = StoryRoom::session().unwrap();
    let handle = room.app.rooms.get(&session).unwrap();
    handle
        .wait_for(|snapshot| snapshot.state.phase == Phase::Refused && snapshot.note.is_some())
        .await
        .unwrap();

    let options = ClientOptions { server: room.url.clone(), trust: Vec::new() };
    let der = Client::new(&options).unwrap().publication(&session).await.unwrap();
    let published = PublishedRoom::open(&der, None, DEADLINE).unwrap();
    let mut host = Client::new(&options).unwrap();
    host.log_in(&room.world.officers[0].lock, &room.app.config.origin).await.unwrap();
    for command in
        [HostCommand::StartUnlock, HostCommand::CloseUnlock, HostCommand::AnnounceBid { number: 1 }]
    {
        let refused = host.command(&published, &command).await.unwrap_err();
        assert!(
            matches!(&refused, ClientError::Api { error, .. } if error.code != "internal"),
            "{refused:?}"
        );
    }
    let officer =
        host.authorise(&published, &room.world.officers[0].lock, Seen::default()).await.unwrap_err();
    assert!(
        officer.to_string().contains("少于 3 家") || format!("{officer:?}").contains("too_few_bidders"),
        "{officer:?}"
    );
    let mut bidder = Client::new(&options).unwrap();
    bidder.log_in(&room.world.bidders[0].main, &room.app.config.origin).await.unwrap();
    assert!(bidder.unlock(&published, &room.world.bidders[0].main, None).await.is_err());
    assert_eq!(play.state().await.unwrap().phase, Phase::Refused);
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_the_deadline_nobody_outside_learns_anything() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();

    let session = StoryRoom::session().unwrap();
    let options = ClientOptions { server: room.url.clone(), trust: Vec::new() };
    for lock in [
        None,
        Some(&room.world.officers[0].lock),
        Some(&room.world.officers[2].lock),
        Some(&room.world.bidders[0].main),
    ] {
        let mut client = Client::new(&options).unwrap();
        if let Some(lock) = lock {
            client.log_in(lock, &room.app.config.origin).await.unwrap();
        }
        let frame = client.frame(&session, 0).await.unwrap();
        assert!(frame.leaves.is_empty() && frame.note.is_none() && frame.from == 0, "{frame:?}");
        assert_eq!(frame.status.online, None);
        let info = client.session(&session).await.unwrap();
        assert_eq!(info.phase, Phase::Receive);
    }
    // And nobody gets what a lock would need.
    let mut bidder = Client::new(&options).unwrap();
    bidder.log_in(&room.world.bidders[0].main, &room.app.config.origin).await.unwrap();
    let early = bidder.unlock_material(&session).await.unwrap_err();
    assert!(format!("{early:?}").contains("too_early"), "{early:?}");
    room.stop().await.unwrap();
}
