//! From the closed opening to revealed sheets: five members at their terminals, each act signed with a key of its own,
//! judged by custody, and verified from the archive.

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
use bidroom_bidder::client::ClientError;
use bidroom_canon::Sm3Digest;
use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{Command, SheetPart, Stage};
use bidroom_lock::{Lock as _, OneDocument, SignedStatement};
use bidroom_tests::ask::code;
use bidroom_tests::committee::{Committee, Copy, handwriting, json, list, plan};
use bidroom_tests::random::CountingRandom;
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_unlocking::{ActedBy, act_statement};
use bidroom_wire::TerminalBody;

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

async fn closed(folder: &std::path::Path) -> StoryRoom {
    let room = StoryRoom::new(folder, 3).await.unwrap();
    room.write_package(&TenderPlan { evaluation: Some(Box::new(plan())), ..StoryRoom::plan() }).unwrap();
    let pace = Turned(room.clock.clone());
    room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap().whole().await.unwrap();
    room
}

fn refused(done: anyhow::Result<impl Sized>) -> String {
    let error = done.err().expect("it must be refused");
    code::<()>(Err(error.downcast::<ClientError>().unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_scores_what_was_opened_and_the_archive_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let room = closed(folder.path()).await;
    let mut committee = Committee::of(&room).await.unwrap();
    committee.assemble().await.unwrap();
    committee.conform().await.unwrap();

    // Sealed until all are in: nobody reads another's sheet, whoever it is.
    let session = committee.published.session();
    let supervisor = room.logged_in(Committee::lock(&room, StaffRole::Supervisor).unwrap()).await.unwrap();
    let (mut first, mut second, mut watching) = (Copy::default(), Copy::default(), Copy::default());
    committee.member(1, committee.sheet(1).unwrap()).await.unwrap();
    committee.reads(1, &mut first).await.unwrap();
    committee.reads(2, &mut second).await.unwrap();
    watching.take(supervisor.evaluation_log(&session, 0).await.unwrap());
    let whole = SheetPart::Whole;
    assert!(first.state().unwrap().score(whole, 1, 1, "design").is_some(), "its own");
    for other in [&second, &watching] {
        assert_eq!(other.state().unwrap().score(whole, 1, 1, "design"), None);
    }
    assert!(second.holds("sheet.committed"), "that it is in they see");
    for member in 2..=5 {
        committee.member(member, committee.sheet(member).unwrap()).await.unwrap();
    }
    // Revealed: the earlier leaf is handed out again with what may be read now.
    committee.reads(2, &mut second).await.unwrap();
    watching.take(supervisor.evaluation_log(&session, watching.size()).await.unwrap());
    for other in [&second, &watching] {
        assert_eq!(other.state().unwrap().score(whole, 1, 1, "design"), Some(1200));
    }
    // Outside nobody reads anything of it, not even who sits there.
    let bidder = room.logged_in(&room.world.bidders[0].main).await.unwrap();
    let mut outside = Copy::default();
    outside.take(bidder.evaluation_log(&session, 0).await.unwrap());
    assert!(!outside.holds("周明") && !outside.holds("sheet") && outside.holds("evaluation.started"));

    committee.member(1, Command::FinishStage { stage: Stage::Scoring }).await.unwrap();
    assert_eq!(committee.state().unwrap().stage, Stage::Price);
    room.sound().unwrap();
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_acts_for_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let room = closed(folder.path()).await;
    let mut committee = Committee::of(&room).await.unwrap();
    let session = committee.published.session();
    committee.assemble().await.unwrap();
    let before = room.state().unwrap();
    let published = &committee.published;
    let (one, two) = (&committee.members[&1], &committee.members[&2]);
    let ask = || json(&Command::AskTime { reason: "页数多".into() });

    // A member at its terminal cannot sign as another one, also not with the other's name in the statement.
    let as_other = two.act_by_hand(published, 3, handwriting(3), ask()).await;
    assert_eq!(code(as_other), "custody_objects");
    // The picture is the one that was signed.
    let note = one.newest_note(published).await.unwrap();
    let by = ActedBy { member: Some(1), handwriting: Some(Sm3Digest::of(&handwriting(1))) };
    let statement = act_statement(published, &note, by, ask()).unwrap();
    let lock = &room.world.bidders[0].main;
    let foreign = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock).unwrap();
    assert_eq!(code(one.hand_in_act(published, &foreign, Some(handwriting(2))).await), "handwriting");
    assert_eq!(code(one.hand_in_act(published, &foreign, None).await), "handwriting");
    // A certificate of another CA is nobody's here.
    assert_eq!(code(one.hand_in_act(published, &foreign, Some(handwriting(1))).await), "custody_objects");
    // A key that was certified for another document signs nothing.
    let key = OneDocument::new(statement.clone(), &mut CountingRandom::new("key")).unwrap();
    let other =
        act_statement(published, &note, by, json(&Command::ResignChair { reason: "累".into() })).unwrap();
    let elsewhere = OneDocument::new(other, &mut CountingRandom::new("key")).unwrap();
    let certificate = room
        .app
        .signer
        .custodian()
        .certify_member(&session, room.app.now(), 1, elsewhere.request().unwrap())
        .unwrap();
    let certificate = bidroom_envelope::suite::pki::Certificate::from_der(&certificate).unwrap();
    assert!(key.sign(&certificate).is_err());
    // Whoever is not at a terminal is no member, and a PIN counts once.
    let stranger = room.client().unwrap();
    assert_eq!(code(stranger.hand_in_act(published, &foreign, Some(handwriting(1))).await), "not_logged_in");
    let mut late = room.client().unwrap();
    let body = TerminalBody { member: 1, terminal: "终端1".into(), pin: "123456".into() };
    assert_eq!(code(late.sign_in_at_terminal(&session, &body).await), "no_pin");
    // Host, tenderer and bidders do no member's work; a host's command with more in it is not half heard.
    let by_host = committee.signs(StaffRole::Host, Command::AskTime { reason: "x".into() }).await;
    assert_eq!(refused(by_host), "evaluation");
    let mut more = json(&Command::OpenCommittee { list: Box::new(list()) });
    more["with"]["force"] = true.into();
    assert_eq!(code(committee.host.evaluation_command(published, &more).await), "malformed");
    assert_eq!(code(one.evaluation_command(published, &ask()).await), "not_logged_in");
    // Nothing of all that is in the log.
    assert_eq!(room.state().unwrap(), before);
    room.stop().await.unwrap();
}
