//! Certificates of several authorities while sessions run: a lock is revoked, a list grows old, an authority's key is
//! stolen, a firm comes back with a lock of another authority.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use bidroom::archive::read_trust;
use bidroom::crl_cli::CrlCommand;
use bidroom::demo::play::Script;
use bidroom::demo::world::Ca;
use bidroom_bidder::client::{Client, ClientError, ClientOptions};
use bidroom_bidder::kept::{kept_share, read_kept};
use bidroom_bidder::locks::AnyLock;
use bidroom_domain::At;
use bidroom_domain::opening::{Phase, Remedy};
use bidroom_envelope::suite::pki::{Certificate, Name, Reason, Revoked};
use bidroom_lock::{Lock as _, LockKind, SignedStatement, SoftLock, Statement};
use bidroom_tests::random::CountingRandom;
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom, Turned};
use bidroom_verifier::{Outcome, verify};

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
const YEAR: i64 = 365 * 86_400_000;
const HOUR: i64 = 3_600_000;

/// A room that knows its authorities by profiles; `rule` is how old their revocation data may be.
async fn room(folder: &Path, bidders: usize, rule: &str) -> StoryRoom {
    let world = StoryRoom::people(bidders).unwrap();
    let site = StoryRoom::lay_out(folder, &world).unwrap();
    let mut config = std::fs::OpenOptions::new().append(true).open(&site.config).unwrap();
    writeln!(config, "\n[certificates]\nprofiles = \"profiles\"\nrevocation = \"revocation\"").unwrap();
    for folder in [beside(&site.config, "profiles"), beside(&site.config, "revocation")] {
        std::fs::create_dir(folder).unwrap();
    }
    for (number, ca) in world.cas.iter().enumerate() {
        std::fs::write(beside(&site.config, &format!("profiles/{number}.pem")), ca.root.to_pem()).unwrap();
        profile(&site.config, number, rule, "");
    }
    StoryRoom::on(folder, bidders, |store| store).await.unwrap()
}

fn beside(config: &Path, name: &str) -> std::path::PathBuf {
    config.parent().unwrap().join(name)
}

/// Writes the profile of an authority of the world.
fn profile(config: &Path, number: usize, rule: &str, removed: &str) {
    let text = format!(
        "roots = [\"{number}.pem\"]\nrevocation = {{ max_age_hours = 24, when_older = \"{rule}\" }}\n{removed}\n\
         [name]\nzh = \"{number}号CA\"\nen = \"CA {number}\"\n"
    );
    std::fs::write(beside(config, &format!("profiles/{number}.toml")), text).unwrap();
}

/// `bidroom crl import`, as a clerk does it.
fn import(room: &StoryRoom, ca: &Ca, number: u8, at: At, revoked: &[(&Certificate, Revoked)]) {
    let list = ca.revocation_list(number, at, revoked).unwrap();
    let file = room.site.folder.join("new.crl");
    std::fs::write(&file, list.der()).unwrap();
    let command = CrlCommand::Import { config: room.site.config.clone(), files: vec![file] };
    bidroom::crl_cli::run(command, room.app.now()).unwrap();
    // The room looks again after two seconds.
    room.clock.advance(2000);
}

async fn refused(room: &StoryRoom, lock: &AnyLock, code: &str) {
    let options = ClientOptions { server: room.url.clone(), trust: Vec::new() };
    match Client::new(&options).unwrap().log_in(lock, &room.app.config.origin).await {
        Err(ClientError::Api { error, .. }) => {
            assert_eq!(error.code, code, "{error:?}");
            assert!(!error.sentence.zh.body.is_empty() && !error.sentence.en.body.is_empty());
        }
        other => panic!("{code} was expected, not {other:?}"),
    }
}

fn at(what: &str) -> String {
    format!("sessions/{}/{what}", StoryRoom::session().unwrap())
}

fn statement(lock: &SoftLock, statement: &Statement) -> serde_json::Value {
    let signed = SignedStatement::sign(statement, lock.identity().signing_certificate(), lock).unwrap();
    serde_json::json!({ "statement": bidroom_canon::Base64Bytes(signed.der().to_vec()) })
}

fn lock_of(ca: &mut Ca, name: &Name, label: &'static str) -> SoftLock {
    let valid = (At(MORNING.0 - YEAR), At(MORNING.0 + YEAR));
    ca.lock(LockKind::Main, name, valid, &mut CountingRandom::new(label)).unwrap()
}

async fn until(room: &StoryRoom, phase: Phase) {
    let handle = room.app.rooms.get(&StoryRoom::session().unwrap()).unwrap();
    handle.wait_for(|snapshot| snapshot.state.phase >= phase && snapshot.note.is_some()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_lock_is_refused_with_its_reason_and_any_other_lock_of_the_firm_works() {
    let folder = tempfile::tempdir().unwrap();
    let room = room(folder.path(), 3, "accept").await;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let (firm, ca) = (&room.world.bidders[0], &room.world.cas[0]);
    Raw::new(&room, &firm.sub).await.unwrap();

    let lost = firm.sub.identity().signing_certificate().clone();
    let why = Revoked { at: MORNING.0 + 1000, reason: Reason::KeyCompromise };
    import(&room, ca, 1, room.app.now(), &[(&lost, why)]);
    refused(&room, &firm.sub, "certificate_revoked").await;
    let main = Raw::new(&room, &firm.main).await.unwrap();
    assert_eq!(main.get(&at("mine")).await.unwrap().0, 200);
    // The neighbour of another authority, of which there is no list, is not touched.
    Raw::new(&room, &room.world.bidders[1].main).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_list_keeps_locks_out_where_the_profile_says_so_until_a_newer_one_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let room = room(folder.path(), 3, "refuse").await;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let (one, other) = (&room.world.cas[0], &room.world.cas[1]);
    // The deadline is twenty minutes away; the lists have ten minutes left of their 24 hours.
    let made = At(MORNING.0 - 24 * HOUR + HOUR / 6);
    for ca in [one, other] {
        import(&room, ca, 1, made, &[]);
    }
    play.prepare().await.unwrap();
    let lock = &room.world.bidders[0].main;
    Raw::new(&room, lock).await.unwrap();
    room.clock.set(At(MORNING.0 + HOUR / 4));
    refused(&room, lock, "revocation_outdated").await;
    // The clerk takes yesterday's file by mistake, then today's.
    let file = room.site.folder.join("older.crl");
    std::fs::write(&file, one.revocation_list(0x7f, At(made.0 - HOUR), &[]).unwrap().der()).unwrap();
    let command = CrlCommand::Import { config: room.site.config.clone(), files: vec![file] };
    let no = bidroom::crl_cli::run(command, room.app.now()).unwrap_err().to_string();
    assert!(no.contains("已有更新的一份"), "{no}");
    import(&room, one, 2, room.app.now(), &[]);
    Raw::new(&room, lock).await.unwrap();
    refused(&room, &room.world.bidders[1].main, "revocation_outdated").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_firm_comes_back_with_a_lock_of_another_authority() {
    let folder = tempfile::tempdir().unwrap();
    let mut room = room(folder.path(), 3, "accept").await;
    let firm = &room.world.bidders[0].firm;
    let (name, code) = (Name::new(&firm.name, Some(firm.code.as_str()), &firm.name), firm.code.clone());
    let stranger = Name::new(&firm.name, Some("91370000MA3TTRANGE"), &firm.name);
    // The first firm's locks are of the first authority.
    let back = lock_of(&mut room.world.cas[1], &name, "back");
    let alike = lock_of(&mut room.world.cas[1], &stranger, "alike");
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();

    // It is the same account at once: the receipt is there, and it may withdraw.
    let (mine, theirs) = (Raw::new(&room, &back).await.unwrap(), Raw::new(&room, &alike).await.unwrap());
    let (_, view) = mine.get(&at("mine")).await.unwrap();
    let bid = view["receipt"]["bid"].as_str().expect("its receipt").to_owned();
    assert_eq!(mine.get(&at("me")).await.unwrap().1["bidder"]["code"], code.as_str());
    // A firm of the same name and another code has nothing here, and is told so by name.
    let (_, view) = theirs.get(&at("mine")).await.unwrap();
    assert!(view["receipt"].is_null(), "{view}");
    let session = StoryRoom::session().unwrap().to_string();
    let withdraw = Statement::Withdraw { session, bid_digest: bid.parse().unwrap() };
    let (status, said) = mine.post_json(&at("withdraw"), &statement(&alike, &withdraw)).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("other_bidder")), "{said}");
    let (status, said) = mine.post_json(&at("withdraw"), &statement(&back, &withdraw)).await.unwrap();
    assert_eq!(status, 200, "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_that_is_removed_certifies_nobody_and_keeps_no_received_bid_closed() {
    let folder = tempfile::tempdir().unwrap();
    let room = room(folder.path(), 3, "accept").await;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    // Firms 0 and 2 have locks of the first authority, firm 1 of the second; officers of the first. One keeps its share.
    let published = room.imported(&play).await.unwrap();
    let kept = folder.path().join("kept");
    play.seal_and_keep(&published, 2, None, &play.folder.join("bid-3-1.bid"), Some(&kept)).unwrap();
    play.prepare().await.unwrap();
    let (firm, sub) = (&room.world.bidders[0], &room.world.bidders[0].sub);
    let logged_in = Raw::new(&room, &firm.main).await.unwrap();

    // Five minutes before the deadline the first authority's key is known to be stolen.
    room.clock.set(At(DEADLINE.0 - 300_000));
    let stolen = "removed = { at = 2026-03-18T09:54:00, reason = { zh = \"根密钥泄露\", en = \"its root key was stolen\" } }";
    profile(&room.site.config, 0, "accept", stolen);
    room.clock.advance(2000);
    refused(&room, &firm.main, "authority_removed").await;
    refused(&room, sub, "authority_removed").await;
    let (status, said) = logged_in.get(&at("mine")).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("authority_removed")), "{said}");
    Raw::new(&room, &room.world.bidders[1].main).await.unwrap();

    // The session goes on: all three bids stand, the officers' locks are named by the package itself.
    room.clock.set(DEADLINE);
    until(&room, Phase::Authorise).await;
    play.authorise().await.unwrap();
    refused(&room, sub, "authority_removed").await;
    let main = Raw::new(&room, &firm.main).await.unwrap();
    let session = StoryRoom::session().unwrap();
    let sign_in = Statement::SignIn { session: session.to_string() };
    let (status, said) = main.post_json(&at("sign-in"), &statement(&firm.main, &sign_in)).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("authority_removed")), "{said}");

    // The very lock that signed the bid unlocks it; another one of the same firm and authority does not.
    let material = serde_json::from_value(main.get(&at("unlock")).await.unwrap().1).unwrap();
    let by_sub = bidroom_unlocking::give_share(&published, &material, sub, None).unwrap();
    let (status, said) = main.post_json(&at("unlock"), &by_sub).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("authority_removed")), "{said}");
    // So does the share that was kept, if that lock signs for it.
    let (client, kept_bid) =
        (room.logged_in(&room.world.bidders[2].main).await.unwrap(), read_kept(&kept).unwrap());
    let share = kept_share(&kept_bid, &kept).unwrap();
    client.remedy(&published, &room.world.bidders[2].main, share).await.unwrap();
    play.unlock().await.unwrap();
    let state = play.state().await.unwrap();
    assert!(state.roster.iter().all(|row| row.is_opened()), "{:?}", state.roster);
    let by_share = &state.row(&room.world.bidders[2].firm.code).unwrap().collected.as_ref().unwrap().remedy;
    assert_eq!(*by_share, Some(Remedy::KeptShare));
    let remark = |number: usize| {
        let code = &room.world.bidders[number].firm.code;
        state.row(code).unwrap().collected.as_ref().unwrap().lock.authority.clone()
    };
    assert!(remark(0).contains("停止受理") && remark(2).contains("停止受理"), "{}", remark(0));
    assert_eq!(remark(1), room.world.cas[1].name);

    // What was opened is what anybody can verify, years later, from the archive alone.
    play.announce().await.unwrap();
    room.clock.advance(900_000);
    play.close().await.unwrap();
    let archive = room.site.folder.join("archive.zip");
    room.export(&archive).unwrap();
    let trust = read_trust(&room.site.trust).unwrap();
    let report = verify(std::fs::File::open(archive).unwrap(), Some(&trust)).unwrap();
    assert_eq!(report.outcome(), Outcome::Sound, "{:?}", report.claims);
}
