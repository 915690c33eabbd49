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

use bidroom::archive::read_trust;
use bidroom::demo::play::Script;
use bidroom::demo::site::SiteDevice;
use bidroom::demo::world::TenderPlan;
use bidroom::room::ActError;
use bidroom_bidder::client::ClientError;
use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_custody::{EntryBytes, Problem};
use bidroom_domain::evaluation::{
    Command, CorrectionRule, DrawOf, DrawPurpose, DrawRecorded, Event, Plan, Replayed, SheetPart, Stage,
    Subject, replay,
};
use bidroom_domain::{Actor, StaffRole, opening};
use bidroom_ledger::entry::draft;
use bidroom_lock::{Lock as _, OneDocument, SignedStatement};
use bidroom_outcome::ResultTable;
use bidroom_tests::ask::code;
use bidroom_tests::committee::{Committee, Copy, blind_plan, handwriting, json, list, plan};
use bidroom_tests::devices::{TOKEN, hsm};
use bidroom_tests::random::CountingRandom;
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_unlocking::{ActedBy, act_statement};
use bidroom_verifier::{ClaimId, Outcome, Report, Verdict, verify};
use bidroom_wire::TerminalBody;

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

/// Plays an opening to its end, the lot being evaluated here.
async fn closed(room: &StoryRoom, plan: Plan) {
    room.write_package(&TenderPlan { evaluation: Some(Box::new(plan)), ..StoryRoom::plan() }).unwrap();
    let pace = Turned(room.clock.clone());
    room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap().whole().await.unwrap();
}

fn refused(done: anyhow::Result<impl Sized>) -> String {
    let error = done.err().expect("it must be refused");
    code::<()>(Err(error.downcast::<ClientError>().unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_scores_what_was_opened_and_the_archive_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    closed(&room, plan()).await;
    // From here on custody dies again and again, after so many answers each time: it reads the log and goes on.
    custody.kill((0..200).map(|n| [30, 41, 17, 52, 23][n % 5]));
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
    // Nor by having something computed of it: before all sheets are revealed there is no outcome for anybody.
    assert_eq!(code(committee.members[&1].ask_result(&session).await), "evaluation_wrong_stage");
    assert_eq!(code(committee.host.ask_result(&session).await), "not_your_role");
    // An archive of this moment holds: what is sealed is not in it, nor the statement that would tell it.
    room.sound().unwrap();
    let archive = folder.path().join("sealed.zip");
    room.export(&archive).unwrap();
    let sheet = committee.sheet_statement(1).unwrap();
    let bytes = std::fs::read(&archive).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!holds(&format!("statements/{sheet}.der")));
    for member in 2..=5 {
        committee.member(member, committee.sheet(member).unwrap()).await.unwrap();
    }
    room.export(&archive).unwrap();
    let bytes = std::fs::read(&archive).unwrap();
    assert!(bytes.windows(64).any(|window| window == sheet.to_string().as_bytes()));
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

    // The room computes by the method of the package, and fixes what custody computes as well.
    assert_eq!(code(committee.members[&2].ask_result(&session).await), "not_your_role");
    // One price is below what the figures of law allow: the room asks its bidder, the bidder explains, the committee decides.
    let outcome = committee.members[&1].ask_result(&session).await.unwrap();
    assert_eq!(outcome["state"], "provisional", "{outcome:#}");
    let asked: Vec<u32> = committee.state().unwrap().low_prices.keys().copied().collect();
    let [bid] = asked[..] else { panic!("{asked:?}") };
    let row = room.state().unwrap().numbered(bid).unwrap().row.clone();
    let firm = room.world.bidders.iter().find(|it| it.firm.name == row.bidder.name).unwrap();
    let asked = room.logged_in(&firm.main).await.unwrap();
    let mut told = Copy::default();
    told.take(asked.evaluation_log(&session, 0).await.unwrap());
    assert!(told.holds("成本测算") && !told.holds("vote"), "it reads what it is asked, and no more");
    let text = "设备为本厂自产，附成本明细。".to_owned();
    let explain = json(&Command::ExplainLowPrice { bid, text, documents: Vec::new() });
    asked.act(&committee.published, &firm.main, None, explain).await.unwrap();
    let subject = Subject::LowPrice { bid };
    committee.member(1, Command::OpenVote { subject, text: "说明是否成立".into() }).await.unwrap();
    for member in 1..=5 {
        let ballot = Command::CastBallot { vote: 1, agrees: member != 4, reason: None };
        committee.member(member, ballot).await.unwrap();
    }
    committee.member(1, Command::ConcludeLowPrice { bid, opinion: "成本构成合理".into() }).await.unwrap();
    // A room that would fix something else is stopped by custody, which computes as well.
    let honest = bidroom_outcome::compute(&room.state().unwrap()).unwrap();
    let mut swapped = honest.clone();
    swapped.candidates.swap(0, 1);
    let mut lifted = honest.clone();
    lifted.table = honest.table.replacen("\"rank\":3", "\"rank\":1", 1);
    assert_ne!(lifted.table, honest.table);
    for forged in [swapped, lifted] {
        let command = opening::Command::Evaluate(Box::new(forged.fix(None).unsigned()));
        let done = room.handle().unwrap().act(Actor::Room, command, Vec::new()).await;
        assert!(matches!(&done, Err(ActError::Custody(_))), "{done:?}");
    }
    let outcome = committee.members[&1].ask_result(&session).await.unwrap();
    assert_eq!(outcome["state"], "final", "{outcome:#}");
    let fixed = committee.state().unwrap().result.unwrap();
    let table: ResultTable = serde_json::from_str(fixed.table.as_deref().unwrap()).unwrap();
    assert_eq!(
        fixed.candidates.as_deref().unwrap()[0],
        table.rows.iter().find(|row| row.rank == Some(1)).unwrap().bid
    );
    // Points of three items and the price, by hand: 5 + mean of design + mean of service + lowest ÷ price × 30.
    let first = table.rows.iter().find(|row| row.bid == 1).unwrap();
    let price = first.price_score.as_deref().unwrap().parse::<f64>().unwrap();
    let total = first.total.as_deref().unwrap().parse::<f64>().unwrap();
    assert!((total - price - 5.0 - 2.0 * 13.0).abs() < 0.006, "{first:?}");
    // Asked again it is the same, and nothing is fixed twice.
    let size = room.handle().unwrap().snapshot().size;
    committee.host.ask_result(&session).await.unwrap();
    assert_eq!(room.handle().unwrap().snapshot().size, size);
    committee.member(1, Command::FinishStage { stage: Stage::Price }).await.unwrap();
    assert_eq!(committee.state().unwrap().stage, Stage::Report);
    assert!(custody.deaths() > 3, "{}", custody.deaths());
    room.sound().unwrap();
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_acts_for_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    closed(&room, plan()).await;
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
    assert_eq!(refused(by_host), "evaluation_not_your_role");
    let mut more = json(&Command::FinishStage { stage: Stage::Assembly });
    more["with"]["force"] = true.into();
    assert_eq!(code(committee.host.evaluation_command(published, &more).await), "malformed");
    // Nor does anybody bring a list of experts in the clear, signed or not.
    let clear = Command::OpenCommittee { list: Box::new(list()) };
    assert_eq!(code(committee.host.evaluation_command(published, &json(&clear)).await), "list_comes_sealed");
    assert_eq!(refused(committee.signs(StaffRole::Host, clear).await), "list_comes_sealed");
    assert_eq!(code(one.evaluation_command(published, &ask()).await), "not_logged_in");
    // Nothing of all that is in the log.
    assert_eq!(room.state().unwrap(), before);

    // A terminal breaks down in the middle: the member goes on at another one, and the old one is signed out.
    let moved = Command::MoveMember { member: 2, terminal: "终端9".into(), reason: "终端死机".into() };
    committee.commands(moved).await.unwrap();
    assert_eq!(code(committee.members[&2].newest_note(&committee.published).await), "not_logged_in");
    assert_eq!(code(committee.sign_in(2, "终端2").await), "other_terminal");
    committee.sign_in(2, "终端9").await.unwrap();
    committee.member(2, Command::AskTime { reason: "页数多".into() }).await.unwrap();
    // A signed statement counts once, whoever sends it again.
    let (published, three) = (&committee.published, &committee.members[&3]);
    let note = three.newest_note(published).await.unwrap();
    let by = ActedBy { member: Some(3), handwriting: Some(Sm3Digest::of(&handwriting(3))) };
    let statement = act_statement(published, &note, by, ask()).unwrap();
    let key = OneDocument::new(statement, &mut CountingRandom::new("once")).unwrap();
    let custodian = room.app.signer.custodian();
    let made = custodian.certify_member(&session, room.app.now(), 3, key.request().unwrap()).unwrap();
    let signed = key.sign(&bidroom_envelope::suite::pki::Certificate::from_der(&made).unwrap()).unwrap();
    three.hand_in_act(published, &signed, Some(handwriting(3))).await.unwrap();
    let again = three.hand_in_act(published, &signed, Some(handwriting(3))).await;
    assert_eq!(code(again), "evaluation_said_before");
    room.sound().unwrap();
    room.stop().await.unwrap();
}

/// The archive as it stands, verified; and its bytes.
fn archived(room: &StoryRoom, folder: &std::path::Path) -> (Report, Vec<u8>) {
    let path = folder.join("archive.zip");
    room.export(&path).unwrap();
    let trust = read_trust(&room.site.trust).unwrap();
    let report = verify(std::fs::File::open(&path).unwrap(), Some(&trust)).unwrap();
    (report, std::fs::read(&path).unwrap())
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Asks custody, also where it was started anew; what it refuses is the answer.
async fn asked<T: Send + 'static>(
    room: &StoryRoom,
    ask: impl Fn() -> Result<T, Problem> + Clone + Send + 'static,
) -> Result<T, Problem> {
    let ask = move || match ask() {
        Err(problem @ Problem::Objection { .. }) => Ok(Err(problem)),
        answer => answer.map(Ok),
    };
    room.handle().unwrap().ask_custody(ask).await.unwrap()
}

/// What custody says to an event that did not happen.
async fn forged(room: &StoryRoom, event: impl Into<Event>) -> Problem {
    let (event, by) = (opening::Event::from(event.into()), serde_json::to_value(Actor::Room).unwrap());
    let (at, size) = (room.app.now(), room.handle().unwrap().snapshot().size);
    let paths = event.private_paths();
    let made = draft(at.0, event.kind(), by, event.fields().unwrap(), &paths, || [7; 32]).unwrap();
    let entry = EntryBytes { entry: Base64Bytes(made.bytes), openings: made.openings };
    let (session, custodian) = (StoryRoom::session().unwrap(), room.app.signer.custodian().clone());
    let judge = move || custodian.judge(&session, size, vec![entry.clone()], Vec::new());
    asked(room, judge).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_room_draws_blind_numbers_and_the_order_of_equal_bids_and_nobody_steers_it() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    closed(&room, blind_plan()).await;
    custody.kill((0..100).map(|n| [30, 41, 17, 52, 23][n % 5]));
    let mut committee = Committee::of(&room).await.unwrap();
    committee.assemble().await.unwrap();
    let (session, custodian) = (committee.published.session(), room.app.signer.custodian().clone());
    let value = |of: DrawOf| {
        let (session, custodian, now) = (session.clone(), custodian.clone(), room.app.now());
        asked(&room, move || custodian.draw(&session, now, of.clone()))
    };
    let numbers = DrawOf::Numbers { bids: vec![1, 2, 3], first: 1 };
    let early = value(numbers.clone()).await;
    assert!(
        matches!(early, Err(Problem::Objection { .. })),
        "before they are scored nothing is due: {early:?}"
    );

    // The numbers are there as soon as the bids are scored, and nobody did anything for it.
    committee.conform().await.unwrap();
    let drawn = committee.state().unwrap();
    assert_eq!((drawn.stage, drawn.blind.drawn, drawn.blind.numbers.len()), (Stage::Scoring, 3, 3));
    let events = committee.events().unwrap();
    let numbered = events.iter().find(|event| matches!(event, Event::BlindNumbered(_))).unwrap().clone();
    assert_eq!(replay(&room.state().unwrap(), &numbered), Replayed::Agrees);
    let Event::BlindNumbered(known) = &numbered else { panic!("{numbered:?}") };
    let sealed = known.value.unwrap().to_string();
    // Nobody reads them, whoever it is, nor the value that would give them; also not from an archive.
    let mut copies = [Copy::default(), Copy::default(), Copy::default()];
    let [host, supervisor, member] = &mut copies;
    committee.staff_reads(StaffRole::Host, host).await.unwrap();
    committee.staff_reads(StaffRole::Supervisor, supervisor).await.unwrap();
    committee.reads(2, member).await.unwrap();
    for copy in &copies {
        let state = copy.state().unwrap();
        assert!(copy.holds("blind.numbered") && !copy.holds(&sealed));
        assert_eq!((state.blind.drawn, state.blind.numbers.len()), (3, 0));
    }
    let (report, bytes) = archived(&room, folder.path());
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
    let claim = |report: &Report| report.claim(ClaimId::Draws).unwrap().verdict.clone();
    assert!(matches!(claim(&report), Verdict::NotChecked { .. }), "{report:#?}");
    assert!(!holds(&bytes, &sealed));

    // Sheets by number, then the supervisor lifts the blind, then sheets by name.
    for part in [SheetPart::Blind, SheetPart::Named] {
        for member in 1..=5 {
            committee.member(member, committee.level_sheet(member, part).unwrap()).await.unwrap();
        }
        if part == SheetPart::Blind {
            let lock = Committee::lock(&room, StaffRole::Supervisor).unwrap();
            let lock_tail = lock.identity().signing_certificate().tail();
            committee.signs(StaffRole::Supervisor, Command::LiftBlind { lock_tail }).await.unwrap();
        }
    }
    let [host, supervisor, member] = &mut copies;
    committee.staff_reads(StaffRole::Host, host).await.unwrap();
    committee.staff_reads(StaffRole::Supervisor, supervisor).await.unwrap();
    committee.reads(2, member).await.unwrap();
    for copy in &copies {
        assert!(copy.holds(&sealed));
        assert_eq!(copy.state().unwrap().blind.numbers, drawn.blind.numbers);
    }
    let (report, bytes) = archived(&room, folder.path());
    assert_eq!((report.outcome(), claim(&report)), (Outcome::Sound, Verdict::Holds), "{report:#?}");
    assert!(holds(&bytes, &sealed));
    // A number that was swapped in the archive is found.
    let text = serde_json::to_string(known.numbers.as_ref().unwrap()).unwrap();
    let mut swapped = known.numbers.clone().unwrap();
    swapped.extend([(1, drawn.blind.numbers[&2]), (2, drawn.blind.numbers[&1])]);
    let swapped = serde_json::to_string(&swapped).unwrap();
    let mut other = bytes.clone();
    let place = other.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
    other[place..place + text.len()].copy_from_slice(swapped.as_bytes());
    let trust = read_trust(&room.site.trust).unwrap();
    let report = verify(std::io::Cursor::new(other), Some(&trust)).unwrap();
    assert_eq!(report.outcome(), Outcome::Tampered, "{report:#?}");

    // All scores are alike; the committee corrects two prices to the highest, and there is place for one candidate.
    committee.member(1, Command::FinishStage { stage: Stage::Scoring }).await.unwrap();
    let bids = bidroom_outcome::bids_of(&room.state().unwrap()).unwrap().bids;
    let priced = (1_u32..).zip(&bids).map(|(bid, it)| (it.price.unwrap(), bid));
    let (highest, kept) = priced.clone().max().unwrap();
    for (number, (before, bid)) in (1..).zip(priced.filter(|(_, bid)| *bid != kept)) {
        let (rule, reason) = (CorrectionRule::Schedule, "大写与小写不一致".to_owned());
        let after = highest;
        let propose = Command::ProposeCorrection { bid, rule, before, after, reason, minutes: 30 };
        committee.member(1, propose).await.unwrap();
        let row = room.state().unwrap().numbered(bid).unwrap().row.clone();
        let firm = room.world.bidders.iter().find(|it| it.firm.name == row.bidder.name).unwrap();
        let client = room.logged_in(&firm.main).await.unwrap();
        let confirm = json(&Command::AnswerCorrection { number, confirmed: true });
        client.act(&committee.published, &firm.main, None, confirm).await.unwrap();
    }
    // A room that would have another order, or another value, is stopped by custody; so is one that draws among others.
    let (purpose, among) = (DrawPurpose::EqualCandidates, vec![1, 2, 3]);
    let of = DrawOf::Order { purpose, among: among.clone() };
    for not in [numbers.clone(), DrawOf::Order { purpose, among: vec![1, 2] }] {
        assert!(value(not.clone()).await.is_err(), "{not:?}");
    }
    let told = value(of.clone()).await.unwrap();
    let honest = bidroom_domain::evaluation::draw(&room.state().unwrap(), 2, &of, &told).unwrap();
    let drawn = DrawRecorded {
        number: 2,
        purpose,
        among: among.clone(),
        order: honest.order.clone(),
        draw: honest.digest,
        value: Some(told),
    };
    let mut order = honest.order.clone();
    order.rotate_left(1);
    let other_digest = DrawRecorded { draw: Sm3Digest::of(b"other"), ..drawn.clone() };
    let other_value = DrawRecorded { value: Some(Hex32([1; 32])), ..drawn.clone() };
    let fewer = DrawRecorded { among: vec![1, 2], order: vec![1, 2], ..drawn.clone() };
    for event in [DrawRecorded { order, ..drawn.clone() }, other_digest, other_value, fewer] {
        let problem = forged(&room, event.clone()).await;
        assert!(matches!(problem, Problem::Objection { .. }), "{event:?}: {problem:?}");
    }
    let fewer = Command::RecordDraw { purpose, among: vec![1, 2], value: told };
    let command = opening::Command::Evaluate(Box::new(fewer.unsigned()));
    let done = room.handle().unwrap().act(Actor::Room, command, Vec::new()).await;
    assert!(matches!(&done, Err(ActError::Custody(_))), "{done:?}");
    let outcome = committee.members[&1].ask_result(&committee.published.session()).await.unwrap();
    assert_eq!(outcome["state"], "final", "{outcome:#}");
    let state = committee.state().unwrap();
    assert_eq!(state.draws.iter().map(|it| &it.order).collect::<Vec<_>>(), [&honest.order]);
    assert_eq!(state.result.unwrap().candidates.unwrap(), honest.order[..1]);
    // Asked again, nothing is drawn again.
    committee.host.ask_result(&committee.published.session()).await.unwrap();
    assert_eq!(committee.state().unwrap().draws_made, 2);
    let (report, _) = archived(&room, folder.path());
    assert_eq!((report.outcome(), claim(&report)), (Outcome::Sound, Verdict::Holds), "{report:#?}");
    assert!(custody.deaths() > 3, "{}", custody.deaths());
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standby_draws_where_the_main_device_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let ((main, first), (_standby, second)) = (hsm().unwrap(), hsm().unwrap());
    let room = StoryRoom::with_devices(folder.path(), 3, vec![first, second]).await.unwrap();
    closed(&room, blind_plan()).await;
    let mut committee = Committee::of(&room).await.unwrap();
    committee.assemble().await.unwrap();
    committee.find_all_good().await.unwrap();
    // The chair's certificate was made already: the main device goes away between it and the act.
    let (published, chair) = (&committee.published, &committee.members[&1]);
    let note = chair.newest_note(published).await.unwrap();
    let by = ActedBy { member: Some(1), handwriting: Some(Sm3Digest::of(&handwriting(1))) };
    let finish = json(&Command::FinishStage { stage: Stage::Conformity });
    let key = act_statement(published, &note, by, finish).unwrap();
    let key = OneDocument::new(key, &mut CountingRandom::new("finish")).unwrap();
    let custodian = room.app.signer.custodian();
    let request = key.request().unwrap();
    let made = custodian.certify_member(&published.session(), room.app.now(), 1, request).unwrap();
    let signed = key.sign(&bidroom_envelope::suite::pki::Certificate::from_der(&made).unwrap()).unwrap();
    main.remove(TOKEN);
    chair.hand_in_act(published, &signed, Some(handwriting(1))).await.unwrap();
    assert_eq!(committee.state().unwrap().blind.numbers.len(), 3);
    room.sound().unwrap();
    room.stop().await.unwrap();
}
